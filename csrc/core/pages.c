/*
** pages.c: B-trees from the bottom up (pages.h).
** Owns: the page of each level that is being filled. A row goes to the leaf; where the leaf is full, the row waits, and when another one
** comes it goes up as the one that divides that leaf from the next; and so on upwards. A page never ends up empty: if no other row
** comes, the last row of the full page goes up instead.
*/
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "pages.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
  LEVELS = 12,
  MOST_CELL = 4 + 2 + 1 + UPHELD_PAGE_COLUMNS * 9, /* child, size, header, types and values */
  BUFFER = 1 << 18,
  LEAF = 0x0a, INNER = 0x02,
  /* offsets in the file's header, of which version is written by SQLite and us */
  AT_PAGE_SIZE = 16, AT_CHANGES = 24, AT_PAGES = 28, AT_VALID_FOR = 92, HEADER = 100
};

typedef struct level {
  unsigned char *page;
  uint32_t cells, top;  /* content grows down to top */
  bool waiting;         /* the page is full, and this cell comes after it */
  uint32_t child;       /* what is left of the waiting cell */
  uint32_t size;
  unsigned char cell[MOST_CELL];
} level;

typedef struct tree {
  level levels[LEVELS];
  int height;
  uint32_t root;
} tree;

struct upheld_pages {
  upheld_allocator allocator;
  int file;
  uint32_t page_size, next; /* the next page that is given out */
  unsigned char *buffer;    /* pages before it that are not written yet */
  uint32_t buffered;
  tree trees[UPHELD_PAGE_TABLES];
};

static void put2(unsigned char *p, uint32_t n) {
  p[0] = (unsigned char)(n >> 8);
  p[1] = (unsigned char)n;
}

static void put4(unsigned char *p, uint32_t n) {
  put2(p, n >> 16);
  put2(p + 2, n & 0xffff);
}

static uint32_t get4(const unsigned char *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }

/* {====== the file ====== */

static upheld_status write_at(const upheld_pages *p, const unsigned char *bytes, size_t size, int64_t offset, upheld_error *err) {
  while (size > 0) {
    ssize_t done = pwrite(p->file, bytes, size, (off_t)offset);
    if (done <= 0) {
      bool full = done == 0 || errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
      return upheld_fail(err, UPHELD_IO, full ? "disk-full" : "io-error",
                         full ? "there is no room left on the disk of the register" : "rows cannot be put by beside the register");
    }
    bytes += done;
    size -= (size_t)done;
    offset += done;
  }
  return UPHELD_OK;
}

static upheld_status write_buffer(upheld_pages *p, upheld_error *err) {
  uint32_t first = p->next - p->buffered;
  size_t size = (size_t)p->buffered * p->page_size;
  p->buffered = 0;
  return size == 0 ? UPHELD_OK : write_at(p, p->buffer, size, (int64_t)(first - 1) * p->page_size, err);
}

/* Gives the page its number. */
static upheld_status write_page(upheld_pages *p, const unsigned char *page, uint32_t *number, upheld_error *err) {
  upheld_status st = (p->buffered + 1) * p->page_size > BUFFER ? write_buffer(p, err) : UPHELD_OK;
  memcpy(p->buffer + (size_t)p->buffered * p->page_size, page, p->page_size);
  p->buffered++;
  *number = p->next++;
  return st;
}

upheld_status upheld_pages_new(upheld_pages **out, const upheld_allocator *a, int file, const uint32_t roots[UPHELD_PAGE_TABLES],
                               upheld_error *err) {
  unsigned char header[HEADER];
  *out = NULL;
  if (pread(file, header, sizeof header, 0) != (ssize_t)sizeof header) {
    return upheld_fail(err, UPHELD_IO, "io-error", "rows cannot be put by beside the register");
  }
  upheld_pages *p = upheld_new_zero(a, 1, sizeof *p);
  if (p == NULL) return upheld_nomem(err);
  p->allocator = *a;
  p->file = file;
  p->page_size = (uint32_t)header[AT_PAGE_SIZE] << 8 | header[AT_PAGE_SIZE + 1];
  if (p->page_size == 1) p->page_size = 65536;
  p->next = get4(header + AT_PAGES) + 1;
  for (int t = 0; t < UPHELD_PAGE_TABLES; t++) p->trees[t].root = roots[t];
  p->buffer = upheld_new(a, BUFFER);
  if (p->buffer == NULL || p->page_size < 512) {
    upheld_pages_free(p);
    return upheld_nomem(err);
  }
  *out = p;
  return UPHELD_OK;
}

void upheld_pages_free(upheld_pages *p) {
  if (p == NULL) return;
  upheld_allocator a = p->allocator;
  for (int t = 0; t < UPHELD_PAGE_TABLES; t++) {
    for (int i = 0; i < p->trees[t].height; i++) upheld_release(&a, p->trees[t].levels[i].page, p->page_size);
  }
  upheld_release(&a, p->buffer, BUFFER);
  upheld_release(&a, p, sizeof *p);
}

/* }====== */

/* {====== trees ====== */

static uint32_t head_of(int at) { return at == 0 ? 8 : 12; }

static void begin_page(const upheld_pages *p, level *l) {
  l->cells = 0;
  l->top = p->page_size;
  l->waiting = false;
}

/* The page's header; right: what is behind its last cell. */
static void end_page(level *l, int at, uint32_t right) {
  memset(l->page, 0, head_of(at));
  l->page[0] = at == 0 ? LEAF : INNER;
  put2(l->page + 3, l->cells);
  put2(l->page + 5, l->top & 0xffff);
  if (at > 0) put4(l->page + 8, right);
  memset(l->page + head_of(at) + 2 * l->cells, 0, l->top - head_of(at) - 2 * l->cells); /* no bytes of other rows */
}

static bool append(level *l, int at, uint32_t child, const unsigned char *cell, uint32_t size) {
  uint32_t whole = size + (at > 0 ? 4 : 0), free_from = head_of(at) + 2 * l->cells;
  if (l->top < free_from + 2 + whole) return false;
  l->top -= whole;
  put2(l->page + free_from, l->top);
  if (at > 0) put4(l->page + l->top, child);
  memcpy(l->page + l->top + (at > 0 ? 4 : 0), cell, size);
  l->cells++;
  return true;
}

static upheld_status push(upheld_pages *p, tree *t, int at, uint32_t child, const unsigned char *cell, uint32_t size, upheld_error *err);

/* The full page is written, and a cell that divides it from what comes goes up. */
static upheld_status split(upheld_pages *p, tree *t, int at, uint32_t right, const unsigned char *cell, uint32_t size, upheld_error *err) {
  uint32_t number;
  level *l = &t->levels[at];
  end_page(l, at, right);
  upheld_status st = write_page(p, l->page, &number, err);
  return st == UPHELD_OK ? push(p, t, at + 1, number, cell, size, err) : st;
}

static upheld_status push(upheld_pages *p, tree *t, int at, uint32_t child, const unsigned char *cell, uint32_t size, upheld_error *err) {
  if (at == LEVELS) return upheld_fail(err, UPHELD_MISUSE, "too-many-rows", "the table has too many rows");
  level *l = &t->levels[at];
  if (at == t->height) {
    l->page = upheld_new(&p->allocator, p->page_size);
    if (l->page == NULL) return upheld_nomem(err);
    t->height++;
    begin_page(p, l);
  }
  if (l->waiting) {
    upheld_status st = split(p, t, at, l->child, l->cell, l->size, err);
    if (st != UPHELD_OK) return st;
    begin_page(p, l);
  }
  if (append(l, at, child, cell, size)) return UPHELD_OK;
  l->waiting = true;
  l->child = child;
  l->size = size;
  memcpy(l->cell, cell, size);
  return UPHELD_OK;
}

/* A cell waits and no other comes: the last one of the full page goes up instead, and the waiting one begins the next page. */
static upheld_status settle(upheld_pages *p, tree *t, int at, upheld_error *err) {
  unsigned char last[MOST_CELL];
  level *l = &t->levels[at];
  uint32_t head = at > 0 ? 4 : 0, place = l->top, child = at > 0 ? get4(l->page + place) : 0;
  uint32_t after = l->cells > 1 ? ((uint32_t)l->page[head_of(at) + 2 * (l->cells - 2)] << 8 | l->page[head_of(at) + 2 * (l->cells - 2) + 1])
                                : p->page_size;
  uint32_t size = after - place - head;
  memcpy(last, l->page + place + head, size);
  l->top = after;
  l->cells--;
  upheld_status st = split(p, t, at, child, last, size, err);
  if (st != UPHELD_OK) return st;
  begin_page(p, l);
  (void)append(l, at, l->child, l->cell, l->size);
  return UPHELD_OK;
}

static upheld_status finish_tree(upheld_pages *p, tree *t, upheld_error *err) {
  uint32_t right = 0;
  upheld_status st = UPHELD_OK;
  for (int at = 0; at < t->height && st == UPHELD_OK; at++) {
    level *l = &t->levels[at];
    if (l->waiting) st = settle(p, t, at, err);
    if (st != UPHELD_OK) return st;
    end_page(l, at, right);
    if (at + 1 == t->height) return write_at(p, l->page, p->page_size, (int64_t)(t->root - 1) * p->page_size, err);
    st = write_page(p, l->page, &right, err);
  }
  return st;
}

upheld_status upheld_pages_finish(upheld_pages *p, upheld_error *err) {
  unsigned char header[HEADER];
  upheld_status st = UPHELD_OK;
  for (int t = 0; t < UPHELD_PAGE_TABLES && st == UPHELD_OK; t++) st = finish_tree(p, &p->trees[t], err);
  if (st == UPHELD_OK) st = write_buffer(p, err);
  if (st != UPHELD_OK) return st;
  if (pread(p->file, header, sizeof header, 0) != (ssize_t)sizeof header) {
    return upheld_fail(err, UPHELD_IO, "io-error", "rows that were put by beside the register cannot be read back");
  }
  uint32_t changes = get4(header + AT_CHANGES) + 1;
  put4(header + AT_CHANGES, changes);
  put4(header + AT_VALID_FOR, changes);
  put4(header + AT_PAGES, p->next - 1);
  return write_at(p, header, sizeof header, 0, err);
}

/* }====== */

/* {====== rows ====== */

/* Serial type and big-endian bytes of a number, as short as can be. */
static uint32_t put_number(unsigned char *body, int64_t n, unsigned char *type) {
  static const struct { int64_t most; unsigned char type, size; } forms[] = {
    {INT64_C(0x7f), 1, 1}, {INT64_C(0x7fff), 2, 2}, {INT64_C(0x7fffff), 3, 3}, {INT64_C(0x7fffffff), 4, 4}, {INT64_C(0x7fffffffffff), 5, 6}
  };
  uint32_t size = 8;
  if (n == UPHELD_PAGE_NULL || n == 0 || n == 1) {
    *type = n == UPHELD_PAGE_NULL ? 0 : (unsigned char)(8 + n);
    return 0;
  }
  *type = 6;
  for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
    if (n > forms[f].most || n < -forms[f].most - 1) continue;
    *type = forms[f].type;
    size = forms[f].size;
    break;
  }
  for (uint32_t i = 0; i < size; i++) body[i] = (unsigned char)((uint64_t)n >> (8 * (size - 1 - i)));
  return size;
}

upheld_status upheld_pages_add(upheld_pages *p, int table, const int64_t *values, int count, upheld_error *err) {
  unsigned char cell[MOST_CELL], body[UPHELD_PAGE_COLUMNS * 8], types[UPHELD_PAGE_COLUMNS];
  uint32_t size = 0, at = 0;
  if (count < 1 || count > UPHELD_PAGE_COLUMNS) return upheld_fail(err, UPHELD_MISUSE, "bad-row", "a row has 1 to %d columns", UPHELD_PAGE_COLUMNS);
  for (int i = 0; i < count; i++) size += put_number(body + size, values[i], &types[i]);
  uint32_t payload = 1 + (uint32_t)count + size;
  if (payload > 127) cell[at++] = (unsigned char)(0x80 | payload >> 7); /* a varint of one or two bytes */
  cell[at++] = (unsigned char)(payload & 0x7f);
  cell[at++] = (unsigned char)(count + 1);
  memcpy(cell + at, types, (size_t)count);
  memcpy(cell + at + count, body, size);
  return push(p, &p->trees[table], 0, 0, cell, at + (uint32_t)count + size, err);
}

/* }====== */
