/*
** alloc.h: memory over the caller's allocator: growing arrays with checked
** sizes, and an arena for text that lives as long as its owner.
** Owns: overflow checks of every size. Nothing here aborts.
*/
#ifndef UPHELD_ALLOC_H
#define UPHELD_ALLOC_H

#include "upheld.h"

UPHELD_BEGIN

/* malloc and free as an upheld_allocator, for programs that bring none. */
upheld_allocator upheld_libc_allocator(void);

/* size bytes, or NULL when size is 0 or memory is short. */
void *upheld_new(const upheld_allocator *a, size_t size);
/* Zeroed array of count items, or NULL (overflow counts as short memory). */
void *upheld_new_zero(const upheld_allocator *a, size_t count, size_t item_size);
/* Frees block, which was given with this size; NULL is allowed. */
void upheld_release(const upheld_allocator *a, void *block, size_t size);

/*
** Makes room for `needed` items in the array *items of *capacity items of item_size bytes,
** growing by half at least. On UPHELD_NOMEM the array is as it was.
** Typed use: upheld_grow(a, (void **)&p, &capacity, n + 1, sizeof *p, err).
*/
upheld_status upheld_grow(const upheld_allocator *a, void **items, size_t *capacity,
                          size_t needed, size_t item_size, upheld_error *err);

/* Text storage: pieces are never moved, all are freed together. */
typedef struct upheld_arena {
  upheld_allocator allocator;
  struct upheld_arena_block *last; /* newest block; each points to the one before */
} upheld_arena;

void upheld_arena_init(upheld_arena *arena, const upheld_allocator *a);
void upheld_arena_free(upheld_arena *arena);
/* A copy of text ended by NUL (the size excludes it), or NULL when memory is short. */
const char *upheld_arena_copy(upheld_arena *arena, upheld_text text);
/* Bytes held, for memory reports. */
size_t upheld_arena_size(const upheld_arena *arena);

/* A growing byte string; data is NUL-terminated whenever it is not NULL. */
typedef struct upheld_buffer {
  upheld_allocator allocator;
  char *data;
  size_t size, capacity;
  bool failed; /* sticky: an append ran out of memory; check once at the end */
} upheld_buffer;

void upheld_buffer_init(upheld_buffer *b, const upheld_allocator *a);
void upheld_buffer_free(upheld_buffer *b);
void upheld_buffer_add(upheld_buffer *b, const char *at, size_t size);
void upheld_buffer_text(upheld_buffer *b, const char *text);
void upheld_buffer_byte(upheld_buffer *b, char c);
void upheld_buffer_integer(upheld_buffer *b, int64_t value);

UPHELD_END

#endif
