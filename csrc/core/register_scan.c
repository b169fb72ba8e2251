/*
** register_scan.c: see register_scan.h.
**
** The idea. A selection looks at a record's traits and at one of its days; so for every combination of traits that occurs (some hundreds)
** it is settled once whether it is selected, and what it adds to the number of its counter. Then, chunk by chunk: one that lies outside
** of the days asked for is passed over; one that lies within them, and within one year or month where these are keys, is counted from its
** list; of any other the columns of traits and of the day are read, and its records counted one by one. Nothing of a record is made but
** where it is handed on.
**
** Must not: write, or decide what is selected (register_sieve.c).
*/
#include "register_scan.h"

#include <stdlib.h>
#include <string.h>

#include "register_sieve.h"

enum { BATCH = 4096, FEW = 100000 };

/* {====== counting ====== */

typedef struct counter {
  upheld_register *r;
  const upheld_sieve *v;
  upheld_breakdown *b;
  uint32_t *cells;     /* by number of traits: what they add to the number of a counter */
  uint32_t *of_day;    /* by day from UPHELD_FIRST_DAY, where a key is a year or a month; made when it is first needed */
  upheld_chunk_view *view;
} counter;

enum { DAYS = UPHELD_LAST_DAY - UPHELD_FIRST_DAY + 1 };

static upheld_status make_days(counter *c, upheld_error *err) {
  if (!c->b->timed || c->of_day != NULL) return UPHELD_OK;
  c->of_day = upheld_new_zero(&c->r->allocator, DAYS, sizeof *c->of_day);
  if (c->of_day == NULL) return upheld_nomem(err);
  for (upheld_date day = c->b->days.first; day <= c->b->days.last; day++) {
    c->of_day[day - UPHELD_FIRST_DAY] = (uint32_t)upheld_breakdown_of_day(c->b, day);
  }
  return UPHELD_OK;
}

/* From the chunk's list: all its days give the same, `of_day`, and are asked for. */
static void count_list(const counter *c, const upheld_chunk *chunk, size_t of_authority, size_t of_day) {
  const upheld_trait_number *n = &c->v->list->counts[chunk->first_count];
  size_t dated = of_authority + of_day, undated = of_authority + upheld_breakdown_of_day(c->b, UPHELD_NO_DATE);
  int64_t total = 0;
  for (uint32_t i = 0; i < chunk->trait_count; i++) {
    uint8_t take = c->v->take[n[i].number];
    if (take == 0) continue;
    c->b->counts[c->cells[n[i].number] + ((take & UPHELD_TAKE_DATED) != 0 ? dated : undated)] += n[i].count;
    total += n[i].count;
  }
  c->b->total += total;
}

/* The day that the selection asks about, by record. */
static const upheld_date *days_of(upheld_chunk_view *view, upheld_clock clock, size_t count) {
  if (clock == UPHELD_CLOCK_RECEIVED) return view->received;
  if (clock == UPHELD_CLOCK_DECIDED) return view->decided;
  for (size_t i = 0; i < count; i++) {
    if (view->recorded[i] == UPHELD_NO_DATE) view->recorded[i] = view->due[i];
  }
  return view->recorded;
}

static upheld_status count_records(counter *c, const upheld_chunk *chunk, size_t of_authority, upheld_error *err) {
  static const unsigned columns[UPHELD_CLOCKS] = {UPHELD_COLUMN(UPHELD_COLUMN_RECEIVED), UPHELD_COLUMN(UPHELD_COLUMN_DECIDED),
                                                  UPHELD_COLUMN(UPHELD_COLUMN_DUE) | UPHELD_COLUMN(UPHELD_COLUMN_RECORDED)};
  const upheld_sieve *v = c->v;
  const upheld_trait_number *n = &v->list->counts[chunk->first_count];
  uint32_t *of_traits = (uint32_t *)(void *)c->view->reference; /* which is not read here */
  upheld_status st = make_days(c, err);
  if (st == UPHELD_OK) {
    st = upheld_chunks_read(c->r, v->list, chunk, UPHELD_COLUMN(UPHELD_COLUMN_TRAITS) | columns[v->what->clock], c->view, err);
  }
  if (st != UPHELD_OK) return st;
  for (uint32_t i = 0; i < chunk->trait_count; i++) {
    of_traits[i] = v->take[n[i].number] == 0 ? UPHELD_SKIP : (uint32_t)(c->cells[n[i].number] + of_authority);
  }
  upheld_chunk_counting how = {of_traits, days_of(c->view, v->what->clock, chunk->count), v->first, v->last, v->all_days, c->of_day,
                               (uint32_t)upheld_breakdown_of_day(c->b, UPHELD_NO_DATE)};
  c->b->total += upheld_chunk_add(&how, c->view->traits, chunk->count, c->b->counts);
  return UPHELD_OK;
}

static upheld_status count_chunk(counter *c, const upheld_chunk *chunk, upheld_error *err) {
  const upheld_days_span *s = &chunk->days[c->v->what->clock];
  uint32_t authority;
  bool taken;
  upheld_lie how = upheld_sieve_lie(c->v, chunk);
  if (how == UPHELD_OUTSIDE) return UPHELD_OK;
  upheld_status st = upheld_sieve_authority(c->v, chunk, &authority, &taken, err);
  if (st != UPHELD_OK || !taken || !upheld_sieve_any(c->v, chunk)) return st;
  size_t of_authority = upheld_breakdown_of_authority(c->b, authority), of_day = 0;
  bool one = true; /* every day of it adds the same */
  if (c->b->timed && s->first <= s->last) {
    of_day = upheld_breakdown_of_day(c->b, s->first);
    one = of_day == upheld_breakdown_of_day(c->b, s->last);
  }
  if (how == UPHELD_ACROSS || !one) return count_records(c, chunk, of_authority, err);
  count_list(c, chunk, of_authority, of_day);
  return UPHELD_OK;
}

/* The days that selected records of the chunks may have. */
static upheld_breakdown_days days_asked(const upheld_sieve *v, size_t first, size_t end) {
  upheld_breakdown_days days = {v->what->clock, INT32_MAX, INT32_MIN};
  for (size_t i = first; i < end; i++) {
    const upheld_days_span *s = &v->list->items[i].days[v->what->clock];
    if (s->first > s->last || upheld_sieve_lie(v, &v->list->items[i]) == UPHELD_OUTSIDE) continue;
    if (s->first < days.first) days.first = s->first;
    if (s->last > days.last) days.last = s->last;
  }
  if (days.first < v->first) days.first = v->first;
  if (days.last > v->last) days.last = v->last;
  return days;
}

static upheld_status tally_chunks(upheld_register *r, const upheld_directory *d, const upheld_selection *what, const upheld_key *keys,
                                  int count, const upheld_chunk_list *list, upheld_breakdown *out, upheld_error *err) {
  upheld_sieve v;
  size_t first, end;
  counter c = {.r = r, .v = &v, .b = out};
  upheld_status st = upheld_sieve_make(&v, r, d, what, list, err);
  if (st != UPHELD_OK) return st;
  upheld_sieve_chunks(&v, d, &first, &end);
  st = upheld_breakdown_init(out, &r->allocator, d, keys, count, days_asked(&v, first, end), err);
  if (st == UPHELD_OK) {
    c.cells = upheld_new_zero(&r->allocator, v.count, sizeof *c.cells);
    c.view = upheld_new(&r->allocator, sizeof *c.view);
    if (c.cells == NULL || c.view == NULL) st = upheld_nomem(err);
    for (size_t i = 0; i < list->trait_count && st == UPHELD_OK; i++) c.cells[i] = (uint32_t)upheld_breakdown_of_codes(out, &v.as[i]);
    for (size_t i = first; i < end && st == UPHELD_OK; i++) st = count_chunk(&c, &list->items[i], err);
    upheld_release(&r->allocator, c.cells, v.count * sizeof *c.cells);
    upheld_release(&r->allocator, c.view, sizeof *c.view);
    upheld_release(&r->allocator, c.of_day, c.of_day == NULL ? 0 : DAYS * sizeof *c.of_day);
    if (st != UPHELD_OK) upheld_breakdown_free(out);
  }
  upheld_sieve_free(&r->allocator, &v);
  return st;
}

static upheld_status add_batch(void *ud, const upheld_records *batch, upheld_error *err) {
  (void)err;
  upheld_breakdown_add(ud, batch);
  return UPHELD_OK;
}

upheld_status upheld_register_tally(upheld_register *r, const upheld_directory *d, const upheld_selection *what, const upheld_key *keys,
                                    int count, upheld_breakdown *out, upheld_error *err) {
  const upheld_chunk_list *list = NULL;
  memset(out, 0, sizeof *out);
  upheld_status st = upheld_sieve_check(d, what, err);
  if (st == UPHELD_OK && !what->rows) st = upheld_chunks_ready(r, &list, err);
  if (st != UPHELD_OK) return st;
  if (list != NULL) {
    st = tally_chunks(r, d, what, keys, count, list, out, err);
    upheld_chunks_done(r);
    return st;
  }
  upheld_breakdown_days days = {what->clock, what->first == UPHELD_NO_DATE ? UPHELD_FIRST_DAY : what->first,
                                what->last == UPHELD_NO_DATE ? UPHELD_LAST_DAY : what->last};
  st = upheld_breakdown_init(out, &r->allocator, d, keys, count, days, err);
  if (st != UPHELD_OK) return st;
  st = upheld_register_select_rows(r, d, what, add_batch, out, err);
  if (st != UPHELD_OK) upheld_breakdown_free(out);
  return st;
}

/* }====== */

/* {====== upheld_register_select ====== */

/* Bare records go on as they are; of others the key, to be read in order. */
typedef struct found_key {
  upheld_date day;
  uint32_t authority; /* as it counts; equal only for parts of a view, whose order then is that of their row ids */
  uint64_t reference;
  int64_t id;
} found_key;

typedef struct selecting {
  upheld_register *r;
  const upheld_selection *what;
  upheld_records batch;
  upheld_records_fn fn;
  void *ud;
  found_key *keys;
  size_t count, capacity;
} selecting;

static upheld_status pass_on(selecting *s, upheld_error *err) {
  upheld_status st = s->batch.count == 0 ? UPHELD_OK : s->fn(s->ud, &s->batch, err);
  upheld_records_clear(&s->batch);
  return st;
}

static upheld_status hand_on(selecting *s, const upheld_record *record, upheld_error *err) {
  upheld_status st = upheld_records_add(&s->batch, record, err);
  return st == UPHELD_OK && s->batch.count >= BATCH ? pass_on(s, err) : st;
}

static upheld_status take_record(void *ud, const upheld_record *record, const upheld_chunk *c, upheld_error *err) {
  selecting *s = ud;
  if (s->what->bare) return hand_on(s, record, err);
  upheld_date day = upheld_record_day(record, s->what->clock);
  upheld_status st = upheld_grow(&s->r->allocator, (void **)&s->keys, &s->capacity, s->count + 1, sizeof *s->keys, err);
  if (st == UPHELD_OK) s->keys[s->count++] = (found_key){day, record->authority, record->reference, c->authority};
  return st;
}

/* Undated ones first, as in SQLite. */
static int by_day(const void *a, const void *b) {
  const found_key *x = a, *y = b;
  if (x->day != y->day) return x->day < y->day ? -1 : 1;
  if (x->reference != y->reference) return x->reference < y->reference ? -1 : 1;
  if (x->authority != y->authority) return x->authority < y->authority ? -1 : 1;
  return x->id == y->id ? 0 : x->id < y->id ? -1 : 1;
}

static upheld_status read_keys(selecting *s, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  if (s->count > 1) qsort(s->keys, s->count, sizeof *s->keys, by_day);
  for (size_t i = 0; i < s->count && st == UPHELD_OK; i++) {
    upheld_statement *open = NULL;
    upheld_record record;
    bool found;
    st = upheld_register_select_key(s->r, s->what, s->keys[i].reference, s->keys[i].id, &record, &open, &found, err);
    if (st == UPHELD_OK && !found) {
      st = upheld_fail(err, UPHELD_DATABASE, "damaged-chunk", "a chunk of the register tells of a decision that is not there");
    }
    if (st == UPHELD_OK) {
      record.authority = s->keys[i].authority;
      st = hand_on(s, &record, err);
    }
    upheld_db_done(open);
  }
  return st;
}

/* *many: so many that reading all rows is quicker than one key after the other; nothing was handed on. */
static upheld_status select_chunks(selecting *s, const upheld_directory *d, const upheld_chunk_list *list, bool *many, upheld_error *err) {
  upheld_sieve v;
  size_t first, end;
  upheld_chunk_view *view;
  upheld_status st = upheld_sieve_make(&v, s->r, d, s->what, list, err);
  if (st != UPHELD_OK) return st;
  view = upheld_new(&s->r->allocator, sizeof *view);
  if (view == NULL) st = upheld_nomem(err);
  upheld_sieve_chunks(&v, d, &first, &end);
  for (size_t i = first; i < end && st == UPHELD_OK && !*many; i++) {
    st = upheld_sieve_each(s->r, &v, &list->items[i], view, take_record, s, err);
    *many = s->count > FEW;
  }
  upheld_release(&s->r->allocator, view, sizeof *view);
  upheld_sieve_free(&s->r->allocator, &v);
  if (st == UPHELD_OK && !*many) st = read_keys(s, err);
  return st == UPHELD_OK && !*many ? pass_on(s, err) : st;
}

upheld_status upheld_register_select(upheld_register *r, const upheld_directory *d, const upheld_selection *what,
                                     upheld_records_fn fn, void *ud, upheld_error *err) {
  const upheld_chunk_list *list = NULL;
  bool many = false;
  upheld_status st = upheld_sieve_check(d, what, err);
  if (st == UPHELD_OK && !what->rows) st = upheld_chunks_ready(r, &list, err);
  if (st != UPHELD_OK) return st;
  if (list != NULL) {
    selecting s = {.r = r, .what = what, .fn = fn, .ud = ud};
    upheld_records_init(&s.batch, &r->allocator);
    st = select_chunks(&s, d, list, &many, err);
    upheld_release(&r->allocator, s.keys, s.capacity * sizeof *s.keys);
    upheld_records_free(&s.batch);
    upheld_chunks_done(r);
    if (st != UPHELD_OK || !many) return st;
  }
  return upheld_register_select_rows(r, d, what, fn, ud, err);
}

/* }====== */
