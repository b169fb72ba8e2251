/*
** register_chunks_prove.c: the stored chunks against the rows (register_chunks.h).
** Owns: how: each chunk is read and made again from what was read; and of all records of an authority, in rows and in chunks, a sum is taken
** that does not depend on their order. It changes nothing.
*/
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "register_chunks.h"
#include "register_parts.h"

/* Records of an authority: how many, and the sum of a number that each gives. */
typedef struct sums { uint64_t count, sum; } sums;

typedef struct proof {
  upheld_register *r;
  const upheld_directory *d;
  upheld_index_map map;
  sums *rows, *chunks; /* by index in the directory; the last is for those that are not in it */
  void (*fn)(void *ud, const char *finding);
  void *ud;
  upheld_chunk_view *view;
  upheld_chunk_record *records; /* of one chunk */
  upheld_buffer list, columns;
} proof;

static uint64_t mix(uint64_t h, uint64_t value) {
  h = (h ^ value) * UINT64_C(0x9e3779b97f4a7c15);
  return h ^ h >> 29;
}

static void add_record(const proof *p, sums *of, int64_t authority, const upheld_chunk_record *r) {
  uint32_t index = upheld_map_find(&p->map, authority);
  sums *s = &of[index == UINT32_MAX ? p->d->count : index];
  uint64_t h = mix(mix(mix(UINT64_C(1), r->reference), r->traits), (uint32_t)r->received);
  s->sum += mix(mix(mix(h, (uint32_t)r->decided), (uint32_t)r->due), (uint32_t)r->recorded);
  s->count++;
}

static upheld_status add_row(upheld_register *r, void *ud, int64_t authority, const upheld_chunk_record *record, upheld_error *err) {
  const proof *p = ud;
  (void)r;
  (void)err;
  add_record(p, p->rows, authority, record);
  return UPHELD_OK;
}

static const char chunks_select[] =
  "SELECT c.id, c.authority, c.year, c.records, c.traits, b.bytes, c.first_reference, c.last_reference, c.received_from, c.received_to,"
  " c.decided_from, c.decided_to, c.compliance_from, c.compliance_to, b.id IS NULL FROM main.chunk c LEFT JOIN main.chunk_columns b"
  " ON b.id = c.id ORDER BY c.id";
static const char orphans_select[] = "SELECT count(*) FROM main.chunk_columns WHERE id NOT IN (SELECT id FROM main.chunk)";

static bool same_span(upheld_statement *s, int column, const upheld_days_span *span) {
  if (span->first > span->last) return upheld_db_null(s, column) && upheld_db_null(s, column + 1);
  return !upheld_db_null(s, column) && upheld_db_int(s, column) == span->first && upheld_db_int(s, column + 1) == span->last;
}

/* Whether the chunk of a row is what its records make; these are added up. */
static upheld_status prove_chunk(proof *p, upheld_statement *s, bool *good, upheld_error *err) {
  upheld_chunk c = {.count = (uint32_t)upheld_db_int(s, 3)}, again = {0};
  upheld_error ignored;
  upheld_text list = upheld_db_text(s, 4), columns = upheld_db_text(s, 5);
  *good = upheld_db_int(s, 14) == 0 && upheld_chunk_read_list(&c, list, p->view->list, &ignored) == UPHELD_OK && columns.size == c.size &&
          upheld_chunk_read(&c, columns, UPHELD_ALL_COLUMNS, p->view, &ignored) == UPHELD_OK;
  if (!*good) return UPHELD_OK;
  for (uint32_t i = 0; i < c.count; i++) {
    p->records[i] = upheld_chunk_get(p->view, i);
    add_record(p, p->chunks, upheld_db_int(s, 1), &p->records[i]);
    *good = *good && (i == 0 || upheld_chunk_order(&p->records[i - 1], &p->records[i]) < 0);
  }
  p->list.size = p->columns.size = 0;
  upheld_status st = upheld_chunk_encode(p->records, c.count, &again, &p->list, &p->columns, err);
  if (st != UPHELD_OK) return st;
  upheld_text made = {p->list.data, p->list.size}, bytes = {p->columns.data, p->columns.size};
  *good = *good && upheld_text_equal(made, list) && upheld_text_equal(bytes, columns) &&
          (uint64_t)upheld_db_int(s, 6) == again.first_reference && (uint64_t)upheld_db_int(s, 7) == again.last_reference;
  for (int k = 0; k < UPHELD_CLOCKS; k++) *good = *good && same_span(s, 8 + 2 * k, &again.days[k]);
  return UPHELD_OK;
}

static upheld_status prove_each(proof *p, upheld_error *err) {
  upheld_statement *s;
  bool row = true, good = true;
  char text[160];
  int64_t orphans = 0;
  upheld_status st = upheld_db_get(p->r->db, chunks_select, &s, err);
  if (st != UPHELD_OK) return st;
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    st = prove_chunk(p, s, &good, err);
    if (st != UPHELD_OK) break;
    if (good) continue;
    snprintf(text, sizeof text, "stored chunks: number %" PRId64 " is not what was written", upheld_db_int(s, 0));
    p->fn(p->ud, text);
  }
  upheld_db_done(s);
  if (st == UPHELD_OK) st = upheld_db_number(p->r->db, orphans_select, &orphans, err);
  if (st == UPHELD_OK && orphans > 0) {
    snprintf(text, sizeof text, "stored chunks: %" PRId64 " have columns alone", orphans);
    p->fn(p->ud, text);
  }
  return st;
}

static void compare(const proof *p) {
  char text[256];
  for (size_t i = 0; i <= p->d->count; i++) {
    const sums *x = &p->rows[i], *y = &p->chunks[i];
    const char *code = i == p->d->count ? "unknown authority" : p->d->items[i].code;
    if (x->count != y->count) {
      snprintf(text, sizeof text, "stored chunks: %s: %" PRIu64 " decisions by the rows, %" PRIu64 " in the chunks", code, x->count, y->count);
    } else if (x->sum != y->sum) {
      snprintf(text, sizeof text, "stored chunks: %s: decisions are not what the rows say", code);
    } else {
      continue;
    }
    p->fn(p->ud, text);
  }
}

static upheld_status prove_all(proof *p, upheld_error *err) {
  upheld_status st = upheld_chunks_each_row(p->r, add_row, p, err);
  if (st == UPHELD_OK) st = prove_each(p, err);
  if (st == UPHELD_OK) compare(p);
  return st;
}

upheld_status upheld_chunks_prove(upheld_register *r, const upheld_directory *d, void (*fn)(void *ud, const char *finding), void *ud,
                                  upheld_error *err) {
  proof p = {.r = r, .d = d, .fn = fn, .ud = ud};
  const upheld_allocator *a = &r->allocator;
  bool fresh = false, own = !upheld_db_in_transaction(r->db);
  upheld_status st = own ? upheld_db_exec(r->db, "BEGIN", err) : UPHELD_OK; /* rows and chunks of one moment */
  if (st == UPHELD_OK) st = upheld_derived_fresh(r, UPHELD_FORM_CHUNKS, &fresh, err);
  if (st == UPHELD_OK && fresh) st = upheld_map_make(&p.map, a, d, err);
  if (st == UPHELD_OK && fresh) {
    size_t count = d->count + 1;
    upheld_buffer_init(&p.list, a);
    upheld_buffer_init(&p.columns, a);
    p.rows = upheld_new_zero(a, count, sizeof *p.rows);
    p.chunks = upheld_new_zero(a, count, sizeof *p.chunks);
    p.view = upheld_new(a, sizeof *p.view);
    p.records = upheld_new_zero(a, UPHELD_CHUNK_MOST, sizeof *p.records);
    bool room = p.rows != NULL && p.chunks != NULL && p.view != NULL && p.records != NULL;
    st = room ? prove_all(&p, err) : upheld_nomem(err);
    upheld_release(a, p.rows, count * sizeof *p.rows);
    upheld_release(a, p.chunks, count * sizeof *p.chunks);
    upheld_release(a, p.view, sizeof *p.view);
    upheld_release(a, p.records, UPHELD_CHUNK_MOST * sizeof *p.records);
    upheld_buffer_free(&p.list);
    upheld_buffer_free(&p.columns);
    upheld_map_free(&p.map);
  }
  if (own && upheld_db_in_transaction(r->db)) (void)upheld_db_exec(r->db, "COMMIT", NULL);
  return st;
}
