/*
** register_cursor.c: a walk through the selected records, chunk by chunk (register_scan.h).
** Owns: its order, which does not depend on how the records came to lie in chunks: those of one authority whose days decided overlap are
** read together, and put in order. Must not: keep a transaction open between two calls.
*/
#include <stdlib.h>
#include <string.h>

#include "register_scan.h"
#include "register_sieve.h"

enum { ENOUGH = 1024 }; /* records of one reading, where there are as many: a transaction for each would cost more */

struct upheld_cursor {
  upheld_allocator allocator;
  upheld_register *r;
  const upheld_directory *d;
  upheld_selection what;
  upheld_sieve sieve;      /* made with the first reading: while the stamp is the same, so are the traits that occur */
  bool sieved;
  int64_t stamp;
  uint32_t authority, end; /* the next index in the directory, and behind the last */
  size_t next;             /* the next chunk of the authority, counted from its first */
  upheld_record *found;    /* of the chunks that are read together */
  size_t count, capacity;
  upheld_records batch;
  upheld_chunk_view *view;
};

static upheld_status keep(void *ud, const upheld_record *record, const upheld_chunk *chunk, upheld_error *err) {
  upheld_cursor *c = ud;
  (void)chunk;
  upheld_status st = UPHELD_OK;
  if (c->count == c->capacity) {
    st = upheld_grow(&c->allocator, (void **)&c->found, &c->capacity, c->count + 1, sizeof *c->found, err);
  }
  if (st == UPHELD_OK) c->found[c->count++] = *record;
  return st;
}

static int by_day_decided(const void *a, const void *b) {
  const upheld_record *x = a, *y = b;
  upheld_chunk_record one = {.decided = x->decided, .reference = x->reference}, two = {.decided = y->decided, .reference = y->reference};
  return upheld_chunk_order(&one, &two);
}

/* The chunk before which records end that have to be put in order with those of chunk `first`. */
static size_t together(const upheld_chunk_list *l, size_t first, size_t end) {
  const upheld_days_span *days = &l->items[first].days[UPHELD_CLOCK_DECIDED];
  upheld_date last = days->first > days->last ? INT32_MAX : days->last;
  size_t i = first + 1;
  for (; i < end; i++) {
    const upheld_days_span *next = &l->items[i].days[UPHELD_CLOCK_DECIDED];
    bool undated = next->first > next->last;
    if (undated ? last != INT32_MAX : next->first > last) break;
    if (!undated && next->last > last) last = next->last;
  }
  return i;
}

/* Reads on until there are enough records, or the end. */
static upheld_status fill(upheld_cursor *c, const upheld_chunk_list *list, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  if (!c->sieved) st = upheld_sieve_make(&c->sieve, c->r, c->d, &c->what, list, err);
  c->sieved = c->sieved || st == UPHELD_OK;
  while (st == UPHELD_OK && c->count < ENOUGH && c->authority < c->end) {
    size_t first, end, had = c->count;
    upheld_sieve_range(list, c->d->items[c->authority].id, &first, &end);
    if (first + c->next >= end) {
      c->authority++;
      c->next = 0;
      continue;
    }
    size_t from = first + c->next, to = together(list, from, end);
    for (size_t i = from; i < to && st == UPHELD_OK; i++) st = upheld_sieve_each(c->r, &c->sieve, &list->items[i], c->view, keep, c, err);
    if (to - from > 1 && c->count - had > 1) qsort(c->found + had, c->count - had, sizeof *c->found, by_day_decided);
    c->next = to - first;
  }
  return st;
}

upheld_status upheld_cursor_open(upheld_cursor **out, upheld_register *r, const upheld_directory *d, const upheld_selection *what,
                                 upheld_error *err) {
  *out = NULL;
  upheld_status st = upheld_sieve_check(d, what, err);
  if (st != UPHELD_OK) return st;
  upheld_cursor *c = upheld_new_zero(&r->allocator, 1, sizeof *c);
  if (c == NULL) return upheld_nomem(err);
  c->allocator = r->allocator;
  c->r = r;
  c->d = d;
  c->what = *what;
  c->end = (uint32_t)d->count;
  if (what->authority >= 0 && what->now_of == NULL) {
    c->authority = (uint32_t)what->authority;
    c->end = c->authority + 1;
  }
  upheld_records_init(&c->batch, &r->allocator);
  c->view = upheld_new(&r->allocator, sizeof *c->view);
  st = c->view == NULL ? upheld_nomem(err) : upheld_register_stamp(r, &c->stamp, err);
  if (st != UPHELD_OK) upheld_cursor_close(c);
  else *out = c;
  return st;
}

static upheld_status check_unchanged(const upheld_cursor *c, upheld_error *err) {
  if (c->r->chunks->stamp == c->stamp) return UPHELD_OK;
  upheld_status st = upheld_fail(err, UPHELD_DATABASE, "register-changed",
                                 "the register was changed while its decisions were walked through");
  if (err != NULL) upheld_copy(err->hint, sizeof err->hint, upheld_text_of("begin the walk again"));
  return st;
}

upheld_status upheld_cursor_next(upheld_cursor *c, const upheld_records **batch, upheld_error *err) {
  const upheld_chunk_list *list = NULL;
  *batch = NULL;
  c->count = 0;
  upheld_status st = upheld_chunks_ready(c->r, &list, err);
  if (st != UPHELD_OK) return st;
  if (list == NULL) {
    if (!c->r->stored) return UPHELD_OK; /* an empty register */
    return upheld_fail(err, UPHELD_MISUSE, "transaction-open", "decisions cannot be walked through within a transaction of the register");
  }
  st = check_unchanged(c, err);
  if (st == UPHELD_OK) st = fill(c, list, err);
  upheld_chunks_done(c->r);
  upheld_records_clear(&c->batch);
  for (size_t i = 0; i < c->count && st == UPHELD_OK; i++) st = upheld_records_add(&c->batch, &c->found[i], err);
  if (st == UPHELD_OK && c->count > 0) *batch = &c->batch;
  return st;
}

void upheld_cursor_close(upheld_cursor *c) {
  if (c == NULL) return;
  upheld_allocator a = c->allocator; /* the register may be closed by now */
  if (c->sieved) upheld_sieve_free(&a, &c->sieve);
  upheld_records_free(&c->batch);
  upheld_release(&a, c->found, c->capacity * sizeof *c->found);
  upheld_release(&a, c->view, sizeof *c->view);
  upheld_release(&a, c, sizeof *c);
}
