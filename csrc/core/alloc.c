/*
** alloc.c: memory over the caller's allocator: blocks, growing arrays, arena, byte strings.
** Owns: the overflow check of every size that is computed here.
** Must not: abort, or call malloc other than in upheld_libc_allocator.
*/
#include "alloc.h"

#include <stdlib.h>
#include <string.h>

static void *libc_call(void *ud, void *block, size_t old_size, size_t new_size) {
  (void)ud;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, new_size);
}

upheld_allocator upheld_libc_allocator(void) {
  upheld_allocator a = {libc_call, NULL};
  return a;
}

void *upheld_new(const upheld_allocator *a, size_t size) {
  return size == 0 ? NULL : a->call(a->ud, NULL, 0, size);
}

void *upheld_new_zero(const upheld_allocator *a, size_t count, size_t item_size) {
  void *block;
  if (item_size != 0 && count > SIZE_MAX / item_size) return NULL;
  block = upheld_new(a, count * item_size);
  if (block != NULL) memset(block, 0, count * item_size);
  return block;
}

void upheld_release(const upheld_allocator *a, void *block, size_t size) {
  if (block != NULL) (void)a->call(a->ud, block, size, 0);
}

upheld_status upheld_grow(const upheld_allocator *a, void **items, size_t *capacity, size_t needed,
                          size_t item_size, upheld_error *err) {
  size_t most = SIZE_MAX / item_size;
  size_t wanted = *capacity;
  void *block;
  if (needed <= *capacity) return UPHELD_OK;
  if (needed > most) return upheld_nomem(err);
  wanted = wanted > most - wanted / 2 ? most : wanted + wanted / 2;
  if (wanted < 8 && most >= 8) wanted = 8;
  if (wanted < needed) wanted = needed;
  block = a->call(a->ud, *items, *capacity * item_size, wanted * item_size);
  if (block == NULL) return upheld_nomem(err);
  *items = block;
  *capacity = wanted;
  return UPHELD_OK;
}

/* ---- arena ---- */

enum {
  ARENA_FIRST_BLOCK = 1 << 10, /* a dictionary of a dozen words costs a kilobyte */
  ARENA_LAST_BLOCK = 1 << 18   /* blocks double up to this size */
};

typedef struct upheld_arena_block {
  struct upheld_arena_block *before;
  size_t size; /* of data */
  size_t used;
  char data[];
} arena_block;

void upheld_arena_init(upheld_arena *arena, const upheld_allocator *a) {
  arena->allocator = *a;
  arena->last = NULL;
}

void upheld_arena_free(upheld_arena *arena) {
  arena_block *block = arena->last;
  while (block != NULL) {
    arena_block *before = block->before;
    upheld_release(&arena->allocator, block, sizeof *block + block->size);
    block = before;
  }
  arena->last = NULL;
}

/* A new block with room for `needed` bytes. A big piece gets one of its own, behind the block now being filled. */
static arena_block *arena_add(upheld_arena *arena, size_t needed) {
  arena_block *last = arena->last, *block;
  size_t size = ARENA_FIRST_BLOCK;
  if (last != NULL) size = last->size < ARENA_LAST_BLOCK / 2 ? last->size * 2 : ARENA_LAST_BLOCK;
  if (needed > size / 4) size = needed;
  if (size > SIZE_MAX - sizeof *block) return NULL;
  block = upheld_new(&arena->allocator, sizeof *block + size);
  if (block == NULL) return NULL;
  block->size = size;
  block->used = 0;
  if (last != NULL && size == needed) {
    block->before = last->before;
    last->before = block;
  } else {
    block->before = last;
    arena->last = block;
  }
  return block;
}

const char *upheld_arena_copy(upheld_arena *arena, upheld_text text) {
  arena_block *block = arena->last;
  char *to;
  if (text.size == 0) return "";
  if (text.size == SIZE_MAX) return NULL;
  if (block == NULL || block->size - block->used <= text.size) block = arena_add(arena, text.size + 1);
  if (block == NULL) return NULL;
  to = block->data + block->used;
  memcpy(to, text.at, text.size);
  to[text.size] = '\0';
  block->used += text.size + 1;
  return to;
}

size_t upheld_arena_size(const upheld_arena *arena) {
  size_t total = 0;
  for (const arena_block *block = arena->last; block != NULL; block = block->before)
    total += sizeof *block + block->size;
  return total;
}

/* ---- growing byte string ---- */

void upheld_buffer_init(upheld_buffer *b, const upheld_allocator *a) {
  b->allocator = *a;
  b->data = NULL;
  b->size = 0;
  b->capacity = 0;
  b->failed = false;
}

void upheld_buffer_free(upheld_buffer *b) {
  upheld_release(&b->allocator, b->data, b->capacity);
  b->data = NULL;
  b->size = 0;
  b->capacity = 0;
}

void upheld_buffer_add(upheld_buffer *b, const char *at, size_t size) {
  if (b->failed) return;
  if (size >= SIZE_MAX - b->size) {
    b->failed = true;
    return;
  }
  if (b->size + size + 1 > b->capacity) {
    void *data = b->data;
    if (upheld_grow(&b->allocator, &data, &b->capacity, b->size + size + 1, 1, NULL) != UPHELD_OK) {
      b->failed = true;
      return;
    }
    b->data = data;
  }
  if (size > 0) memcpy(b->data + b->size, at, size);
  b->size += size;
  b->data[b->size] = '\0';
}

void upheld_buffer_text(upheld_buffer *b, const char *text) {
  upheld_buffer_add(b, text, strlen(text));
}

void upheld_buffer_byte(upheld_buffer *b, char c) {
  upheld_buffer_add(b, &c, 1);
}

void upheld_buffer_integer(upheld_buffer *b, int64_t value) {
  char digits[20];
  size_t at = sizeof digits;
  uint64_t rest = value < 0 ? 0u - (uint64_t)value : (uint64_t)value;
  do {
    digits[--at] = (char)('0' + (int)(rest % 10));
    rest /= 10;
  } while (rest > 0);
  if (value < 0) digits[--at] = '-';
  upheld_buffer_add(b, digits + at, sizeof digits - at);
}
