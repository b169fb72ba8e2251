/*
** register_chunks_write.c: writing the chunks of a register (register_chunks.h).
** Owns: that what is written is what the rows hold: each key of decision or compliance once, with both of its rows. Records are gathered by
** authority and year, so that a chunk is of few days; memory is bounded, for when there are many they are written, and a chunk that is
** not full takes further ones in later.
** Must not: change a row of the records.
*/
#include <stdlib.h>
#include <string.h>

#include "register_chunks.h"
#include "register_parts.h"

enum {
  GATHERED = 1 << 19,   /* records kept in memory until they are written: 16 MB */
  SPAN = 400,           /* days of a year, more than there are, and one for those without a day */
  TOUCHED = 4 << 20     /* keys noted until the end: 64 MB; beyond, all chunks are made anew */
};

/* {====== statements ====== */

#define INSERT_CHUNK(of) \
  "INSERT INTO " of ".chunk (authority, year, records, first_reference, last_reference, received_from, received_to, decided_from," \
  " decided_to, compliance_from, compliance_to, traits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
#define INSERT_COLUMNS(of) "INSERT INTO " of ".chunk_columns (id, bytes) VALUES (?1, ?2)"
#define DELETE_CHUNK(of) "DELETE FROM " of ".chunk WHERE id = ?1"
#define DELETE_COLUMNS(of) "DELETE FROM " of ".chunk_columns WHERE id = ?1"
#define SELECT_CHUNKS(of, which) \
  "SELECT c.id, c.records, c.traits, b.bytes, c.year FROM " of ".chunk c JOIN " of ".chunk_columns b" \
  " ON b.id = c.id WHERE c.authority = ?1 AND " which " ORDER BY c.id"
#define OF_YEAR "c.year = ?2 AND c.records < ?3"
static const char *const chunk_insert[2] = {INSERT_CHUNK("main"), INSERT_CHUNK("temp")};
static const char *const columns_insert[2] = {INSERT_COLUMNS("main"), INSERT_COLUMNS("temp")};
static const char *const chunk_delete[2] = {DELETE_CHUNK("main"), DELETE_CHUNK("temp")};
static const char *const columns_delete[2] = {DELETE_COLUMNS("main"), DELETE_COLUMNS("temp")};
static const char *const small_select[2] = {SELECT_CHUNKS("main", OF_YEAR), SELECT_CHUNKS("temp", OF_YEAR)};
static const char *const all_delete[2] = {"DELETE FROM main.chunk; DELETE FROM main.chunk_columns",
                                          "DELETE FROM temp.chunk; DELETE FROM temp.chunk_columns"};
static const char one_select[] = SELECT_CHUNKS("main", "c.id = ?2");
static const char ranges_select[] = "SELECT id, first_reference, last_reference FROM main.chunk WHERE authority = ?1 ORDER BY id";

/* As upheld_register_fill reads them; and then withdrawn, or the sample mark of the compliance. */
#define DECISION_COLUMNS \
  "SELECT reference, authority, received, decided, outcome, area, remedied, compliance_stated, sample, NULL, NULL, 0, 0, NULL, NULL," \
  " NULL, 0, withdrawn FROM main.decision"
#define COMPLIANCE_COLUMNS \
  "SELECT reference, authority, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, 0, 0, outcome, due, recorded, 0, sample FROM main.compliance"
static const char all_decisions[] = DECISION_COLUMNS " ORDER BY reference, authority";
static const char all_compliance[] = COMPLIANCE_COLUMNS " ORDER BY reference, authority";
static const char one_decision[] = DECISION_COLUMNS " WHERE reference = ?1 AND authority = ?2";
static const char one_compliance[] = COMPLIANCE_COLUMNS " WHERE reference = ?1 AND authority = ?2";

/* }====== */

/* {====== gathering ====== */

static void release_bucket(const upheld_allocator *a, upheld_chunk_bucket *b) {
  upheld_release(a, b->items, b->capacity * sizeof *b->items);
}

static void empty_builder(const upheld_allocator *a, upheld_chunk_builder *b) {
  for (size_t i = 0; i < b->count; i++) release_bucket(a, &b->buckets[i]);
  upheld_release(a, b->buckets, b->capacity * sizeof *b->buckets);
  upheld_release(a, b->slots, b->slot_count * sizeof *b->slots);
  memset(b, 0, sizeof *b);
}

void upheld_chunks_drop(upheld_register *r) {
  upheld_chunks *c = r->chunks;
  empty_builder(&r->allocator, &c->builder);
  upheld_release(&r->allocator, c->touched, c->touched_capacity * sizeof *c->touched);
  c->touched = NULL;
  c->touched_count = c->touched_capacity = 0;
}

static size_t slot_of(const upheld_chunk_builder *b, int64_t authority, int32_t year) {
  uint64_t h = ((uint64_t)authority * 512 + (uint64_t)year) * UINT64_C(0x9e3779b97f4a7c15);
  return (size_t)(h >> 32) & (b->slot_count - 1);
}

static upheld_status grow_slots(const upheld_allocator *a, upheld_chunk_builder *b, upheld_error *err) {
  size_t wanted = b->slot_count == 0 ? 4096 : 2 * b->slot_count;
  uint32_t *slots = upheld_new_zero(a, wanted, sizeof *slots);
  if (slots == NULL) return upheld_nomem(err);
  upheld_release(a, b->slots, b->slot_count * sizeof *b->slots);
  b->slots = slots;
  b->slot_count = wanted;
  for (size_t i = 0; i < b->count; i++) {
    size_t slot = slot_of(b, b->buckets[i].authority, b->buckets[i].year);
    while (slots[slot] != 0) slot = (slot + 1) & (wanted - 1);
    slots[slot] = (uint32_t)i + 1;
  }
  return UPHELD_OK;
}

static upheld_status bucket_of(const upheld_allocator *a, upheld_chunk_builder *b, int64_t authority, int32_t year,
                               upheld_chunk_bucket **out, upheld_error *err) {
  upheld_status st = 2 * b->count >= b->slot_count ? grow_slots(a, b, err) : UPHELD_OK;
  if (st != UPHELD_OK) return st;
  size_t slot = slot_of(b, authority, year);
  for (; b->slots[slot] != 0; slot = (slot + 1) & (b->slot_count - 1)) {
    *out = &b->buckets[b->slots[slot] - 1];
    if ((*out)->authority == authority && (*out)->year == year) return UPHELD_OK;
  }
  st = upheld_grow(a, (void **)&b->buckets, &b->capacity, b->count + 1, sizeof *b->buckets, err);
  if (st != UPHELD_OK) return st;
  *out = &b->buckets[b->count++];
  **out = (upheld_chunk_bucket){.authority = authority, .year = year};
  b->slots[slot] = (uint32_t)b->count;
  return UPHELD_OK;
}

static upheld_status put_in(const upheld_allocator *a, upheld_chunk_bucket *b, const upheld_chunk_record *record, upheld_error *err) {
  if (b->count == b->capacity) {
    upheld_status st = upheld_grow(a, (void **)&b->items, &b->capacity, b->count + 1, sizeof *b->items, err);
    if (st != UPHELD_OK) return st;
  }
  b->items[b->count++] = *record;
  return UPHELD_OK;
}

/* }====== */

/* {====== chunks out and in ====== */

static upheld_status delete_chunk(upheld_register *r, bool temporary, int64_t id, upheld_error *err) {
  const char *const sql[2] = {chunk_delete[temporary], columns_delete[temporary]};
  upheld_status st = UPHELD_OK;
  for (int i = 0; i < 2 && st == UPHELD_OK; i++) {
    upheld_statement *s;
    st = upheld_db_get(r->db, sql[i], &s, err);
    if (st != UPHELD_OK) return st;
    upheld_db_bind(s, 1, id);
    st = upheld_db_run(s, err);
  }
  return st;
}

/* Reads all columns of the chunk that a row of SELECT_CHUNKS shows. */
static upheld_status read_stored(upheld_statement *s, upheld_chunk *c, upheld_chunk_view *view, upheld_error *err) {
  memset(c, 0, sizeof *c);
  c->id = upheld_db_int(s, 0);
  c->count = (uint32_t)upheld_db_int(s, 1);
  c->year = (int32_t)upheld_db_int(s, 4);
  upheld_status st = upheld_chunk_read_list(c, upheld_db_text(s, 2), view->list, err);
  if (st == UPHELD_OK) st = upheld_chunk_read(c, upheld_db_text(s, 3), UPHELD_ALL_COLUMNS, view, err);
  return st;
}

/*
** Records of a bucket are of one year, and come in order of reference as their rows do: then they need only be dealt out by day, in that
** order. *done false: they do not.
*/
static upheld_status deal_by_day(const upheld_allocator *a, upheld_chunk_bucket *b, bool *done, upheld_error *err) {
  uint32_t starts[SPAN + 1] = {0};
  upheld_date first = UPHELD_NO_DATE;
  *done = false;
  for (size_t i = 0; i < b->count; i++) {
    const upheld_chunk_record *r = &b->items[i];
    if (i > 0 && r->reference < b->items[i - 1].reference) return UPHELD_OK;
    if (r->decided != UPHELD_NO_DATE && (first == UPHELD_NO_DATE || r->decided < first)) first = r->decided;
  }
  for (size_t i = 0; i < b->count; i++) {
    int64_t day = b->items[i].decided == UPHELD_NO_DATE ? SPAN - 1 : (int64_t)b->items[i].decided - first;
    if (day >= SPAN || (day == SPAN - 1 && b->items[i].decided != UPHELD_NO_DATE)) return UPHELD_OK;
    starts[day + 1]++;
  }
  for (int d = 0; d < SPAN; d++) starts[d + 1] += starts[d];
  upheld_chunk_record *dealt = upheld_new(a, b->capacity * sizeof *dealt);
  if (dealt == NULL) return upheld_nomem(err);
  for (size_t i = 0; i < b->count; i++) {
    int64_t day = b->items[i].decided == UPHELD_NO_DATE ? SPAN - 1 : (int64_t)b->items[i].decided - first;
    dealt[starts[day]++] = b->items[i];
  }
  release_bucket(a, b);
  b->items = dealt;
  *done = true;
  return UPHELD_OK;
}

static upheld_status sort_bucket(const upheld_allocator *a, upheld_chunk_bucket *b, upheld_error *err) {
  bool done = true;
  upheld_status st = b->count > 1 ? deal_by_day(a, b, &done, err) : UPHELD_OK;
  if (st == UPHELD_OK && !done) qsort(b->items, b->count, sizeof *b->items, upheld_chunk_order);
  return st;
}

/* The first records are in order, and so are those from middle on: then all are. */
static upheld_status merge_tail(const upheld_allocator *a, upheld_chunk_bucket *b, size_t middle, upheld_error *err) {
  if (middle == 0 || middle == b->count) return UPHELD_OK;
  upheld_chunk_record *merged = upheld_new(a, b->capacity * sizeof *merged);
  if (merged == NULL) return upheld_nomem(err);
  for (size_t i = 0, k = middle, n = 0; n < b->count; n++) {
    bool first = k == b->count || (i < middle && upheld_chunk_order(&b->items[i], &b->items[k]) <= 0);
    merged[n] = b->items[first ? i++ : k++];
  }
  release_bucket(a, b);
  b->items = merged;
  return UPHELD_OK;
}

/* Takes the chunks of the bucket's authority and year that are not full into it; all are in order before, and after. */
static upheld_status take_small(upheld_register *r, bool temporary, upheld_chunk_bucket *b, upheld_chunk_view *view, upheld_error *err) {
  upheld_statement *s;
  bool row = true;
  upheld_chunk c;
  int64_t taken[64];
  int count = 0;
  upheld_status st = upheld_db_get(r->db, small_select[temporary], &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, b->authority);
  upheld_db_bind(s, 2, b->year);
  upheld_db_bind(s, 3, UPHELD_CHUNK_FULL);
  while (count < 64 && (st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    size_t before = b->count;
    st = read_stored(s, &c, view, err);
    for (uint32_t i = 0; i < c.count && st == UPHELD_OK; i++) {
      upheld_chunk_record record = upheld_chunk_get(view, i);
      st = put_in(&r->allocator, b, &record, err);
    }
    if (st == UPHELD_OK) st = merge_tail(&r->allocator, b, before, err);
    if (st != UPHELD_OK) break;
    taken[count++] = c.id;
  }
  upheld_db_done(s);
  for (int i = 0; i < count && st == UPHELD_OK; i++) st = delete_chunk(r, temporary, taken[i], err);
  return st;
}

static void bind_span(upheld_statement *s, int at, const upheld_days_span *span) {
  if (span->first > span->last) {
    upheld_db_bind_null(s, at);
    upheld_db_bind_null(s, at + 1);
  } else {
    upheld_db_bind(s, at, span->first);
    upheld_db_bind(s, at + 1, span->last);
  }
}

/* Writes one chunk of records that are in order. */
static upheld_status write_chunk(upheld_register *r, bool temporary, const upheld_chunk_bucket *b, size_t first, size_t count,
                                 upheld_buffer *list, upheld_buffer *columns, upheld_error *err) {
  upheld_chunk c;
  upheld_statement *s;
  memset(&c, 0, sizeof c);
  list->size = columns->size = 0;
  upheld_status st = upheld_chunk_encode(b->items + first, count, &c, list, columns, err);
  if (st == UPHELD_OK) st = upheld_db_get(r->db, chunk_insert[temporary], &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, b->authority);
  upheld_db_bind(s, 2, b->year);
  upheld_db_bind(s, 3, (int64_t)count);
  upheld_db_bind(s, 4, (int64_t)c.first_reference);
  upheld_db_bind(s, 5, (int64_t)c.last_reference);
  for (int k = 0; k < UPHELD_CLOCKS; k++) bind_span(s, 6 + 2 * k, &c.days[k]);
  upheld_db_bind_bytes(s, 12, (upheld_text){list->data, list->size});
  st = upheld_db_run(s, err);
  if (st == UPHELD_OK) st = upheld_db_get(r->db, columns_insert[temporary], &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, upheld_db_last_id(r->db));
  upheld_db_bind_bytes(s, 2, (upheld_text){columns->data, columns->size});
  return upheld_db_run(s, err);
}

static int by_authority(const void *a, const void *b) {
  const upheld_chunk_bucket *x = a, *y = b;
  if (x->authority != y->authority) return x->authority < y->authority ? -1 : 1;
  return x->year == y->year ? 0 : x->year < y->year ? -1 : 1;
}

/* Several chunks of about the same size where one does not do, of records that are in order. */
static upheld_status write_bucket(upheld_register *r, bool temporary, upheld_chunk_bucket *b, upheld_buffer *list, upheld_buffer *columns,
                                  upheld_error *err) {
  size_t parts = (b->count + UPHELD_CHUNK_MOST - 1) / UPHELD_CHUNK_MOST, done = 0;
  upheld_status st = UPHELD_OK;
  for (size_t i = 0; i < parts && st == UPHELD_OK; i++) {
    size_t end = b->count * (i + 1) / parts;
    st = write_chunk(r, temporary, b, done, end - done, list, columns, err);
    done = end;
  }
  return st;
}

/* Writes what is gathered; the builder is empty then. */
static upheld_status flush(upheld_register *r, bool temporary, upheld_error *err) {
  upheld_chunk_builder *b = &r->chunks->builder;
  upheld_buffer list, columns;
  upheld_status st = UPHELD_OK;
  upheld_chunk_view *view = upheld_new(&r->allocator, sizeof *view);
  if (view == NULL) return upheld_nomem(err);
  upheld_buffer_init(&list, &r->allocator);
  upheld_buffer_init(&columns, &r->allocator);
  if (b->count > 1) qsort(b->buckets, b->count, sizeof *b->buckets, by_authority);
  for (size_t i = 0; i < b->count && st == UPHELD_OK; i++) {
    st = sort_bucket(&r->allocator, &b->buckets[i], err);
    if (st == UPHELD_OK) st = take_small(r, temporary, &b->buckets[i], view, err);
    if (st == UPHELD_OK) st = write_bucket(r, temporary, &b->buckets[i], &list, &columns, err);
    release_bucket(&r->allocator, &b->buckets[i]);
    b->buckets[i] = (upheld_chunk_bucket){.authority = b->buckets[i].authority};
  }
  upheld_buffer_free(&list);
  upheld_buffer_free(&columns);
  upheld_release(&r->allocator, view, sizeof *view);
  empty_builder(&r->allocator, b);
  return st;
}

static upheld_status gather(upheld_register *r, bool temporary, int64_t authority, const upheld_chunk_record *record, upheld_error *err) {
  upheld_chunk_builder *b = &r->chunks->builder;
  upheld_chunk_bucket *bucket = NULL;
  upheld_status st = bucket_of(&r->allocator, b, authority, upheld_scheme_year(r->scheme, record->decided), &bucket, err);
  if (st == UPHELD_OK) st = put_in(&r->allocator, bucket, record, err);
  if (st != UPHELD_OK || ++b->records < GATHERED) return st;
  return flush(r, temporary, err);
}

/* }====== */

/* {====== from the rows ====== */

static upheld_chunk_key row_key(upheld_statement *s) {
  return (upheld_chunk_key){upheld_db_int(s, 1), (uint64_t)upheld_db_int(s, 0)};
}

/* The record of a key from its rows, of which one may be NULL. */
static upheld_chunk_record join(const upheld_register *r, upheld_statement *decision, upheld_statement *compliance) {
  upheld_record d = upheld_record_none(), c = upheld_record_none();
  upheld_traits marks = 0;
  if (decision != NULL) {
    upheld_register_fill(decision, r->scheme, &d);
    marks |= UPHELD_TRAIT_DECISION;
    if ((d.flags & UPHELD_RECORD_SAMPLE) != 0) marks |= UPHELD_TRAIT_SAMPLE;
    if ((d.flags & UPHELD_RECORD_COMPLIANCE_STATED) != 0) marks |= UPHELD_TRAIT_STATED;
    if (upheld_db_int(decision, 17) != 0) marks |= UPHELD_TRAIT_WITHDRAWN;
  }
  if (compliance != NULL) {
    upheld_register_fill(compliance, r->scheme, &c);
    marks |= UPHELD_TRAIT_COMPLIED;
    if (upheld_db_int(compliance, 17) != 0) marks |= UPHELD_TRAIT_COMPLIANCE_SAMPLE;
    d.reference = c.reference;
    d.compliance = c.compliance;
    d.due = c.due;
    d.recorded = c.recorded;
  }
  return (upheld_chunk_record){d.reference, d.received, d.decided, d.due, d.recorded, upheld_traits_of(&d) | marks};
}

static int compare_keys(const upheld_chunk_key *a, const upheld_chunk_key *b) {
  if (a->reference != b->reference) return a->reference < b->reference ? -1 : 1;
  return a->authority == b->authority ? 0 : a->authority < b->authority ? -1 : 1;
}

/* Both tables side by side, in the order of their key. */
static upheld_status each_key(upheld_register *r, upheld_statement *d, upheld_statement *c, upheld_chunk_fn fn, void *ud, upheld_error *err) {
  bool in_d, in_c = false;
  upheld_chunk_key of_d = {0, 0}, of_c = {0, 0};
  upheld_status st = upheld_db_step(d, &in_d, err);
  if (st == UPHELD_OK) st = upheld_db_step(c, &in_c, err);
  while (st == UPHELD_OK && (in_d || in_c)) {
    if (in_d) of_d = row_key(d);
    if (in_c) of_c = row_key(c);
    int order = !in_d ? 1 : !in_c ? -1 : compare_keys(&of_d, &of_c);
    upheld_chunk_record record = join(r, order <= 0 ? d : NULL, order >= 0 ? c : NULL);
    st = fn(r, ud, order <= 0 ? of_d.authority : of_c.authority, &record, err);
    if (st == UPHELD_OK && order <= 0) st = upheld_db_step(d, &in_d, err);
    if (st == UPHELD_OK && order >= 0) st = upheld_db_step(c, &in_c, err);
  }
  return st;
}

upheld_status upheld_chunks_each_row(upheld_register *r, upheld_chunk_fn fn, void *ud, upheld_error *err) {
  upheld_statement *d = NULL, *c = NULL;
  upheld_status st = upheld_db_get(r->db, all_decisions, &d, err);
  if (st == UPHELD_OK) st = upheld_db_get(r->db, all_compliance, &c, err);
  if (st == UPHELD_OK) st = each_key(r, d, c, fn, ud, err);
  upheld_db_done(d);
  upheld_db_done(c);
  return st;
}

static upheld_status gather_row(upheld_register *r, void *ud, int64_t authority, const upheld_chunk_record *record, upheld_error *err) {
  return gather(r, *(const bool *)ud, authority, record, err);
}

upheld_status upheld_chunks_rebuild(upheld_register *r, bool temporary, upheld_error *err) {
  upheld_chunks_drop(r);
  upheld_status st = upheld_db_exec(r->db, all_delete[temporary], err);
  if (st == UPHELD_OK) st = upheld_chunks_each_row(r, gather_row, &temporary, err);
  if (st == UPHELD_OK) st = flush(r, temporary, err);
  upheld_chunks_drop(r);
  return st;
}

/* }====== */

/* {====== with the rows ====== */

static upheld_status add_rows(upheld_register *r, const upheld_directory *d, const upheld_records *rows, upheld_error *err) {
  upheld_record rec;
  upheld_status st = upheld_chunks_have(r, err);
  for (size_t i = 0; i < rows->count && st == UPHELD_OK; i++) {
    upheld_records_get(rows, i, &rec);
    upheld_traits marks = UPHELD_TRAIT_DECISION;
    if ((rec.flags & UPHELD_RECORD_COMPLIANCE_STATED) != 0) marks |= UPHELD_TRAIT_STATED;
    bool sample = (rec.flags & UPHELD_RECORD_SAMPLE) != 0;
    if (sample) marks |= UPHELD_TRAIT_SAMPLE;
    if (rec.compliance != UPHELD_NO_CODE || rec.due != UPHELD_NO_DATE || rec.recorded != UPHELD_NO_DATE) {
      marks |= UPHELD_TRAIT_COMPLIED | (sample ? UPHELD_TRAIT_COMPLIANCE_SAMPLE : 0);
    }
    upheld_chunk_record record = {rec.reference, rec.received, rec.decided, rec.due, rec.recorded, upheld_traits_of(&rec) | marks};
    st = gather(r, false, d->items[rec.authority].id, &record, err);
  }
  return st;
}

static upheld_status touch(upheld_register *r, uint64_t reference, int64_t authority, upheld_error *err) {
  upheld_status st = upheld_chunks_have(r, err);
  if (st != UPHELD_OK || r->chunks->touched_count == TOUCHED) return st; /* so many that all are made anew */
  upheld_chunks *c = r->chunks;
  st = upheld_grow(&r->allocator, (void **)&c->touched, &c->touched_capacity, c->touched_count + 1, sizeof *c->touched, err);
  if (st == UPHELD_OK) c->touched[c->touched_count++] = (upheld_chunk_key){authority, reference};
  return st;
}

static upheld_status touch_added(upheld_register *r, uint64_t reference, int64_t authority, upheld_part added, upheld_error *err) {
  return added == UPHELD_PART_NONE ? UPHELD_OK : touch(r, reference, authority, err); /* else it was touched before */
}

static int by_authority_first(const void *a, const void *b) {
  const upheld_chunk_key *x = a, *y = b;
  if (x->authority != y->authority) return x->authority < y->authority ? -1 : 1;
  return x->reference == y->reference ? 0 : x->reference < y->reference ? -1 : 1;
}

/* The first of the keys (of one authority, in order) whose reference is not below one; count when all are. */
static size_t not_below(const upheld_chunk_key *keys, size_t count, uint64_t reference) {
  size_t low = 0;
  while (low < count) {
    size_t middle = low + (count - low) / 2;
    if (keys[middle].reference < reference) low = middle + 1;
    else count = middle;
  }
  return low;
}

/* Ids of an authority's chunks in which one of the keys may be. */
static upheld_status find_holding(upheld_register *r, const upheld_chunk_key *keys, size_t count, int64_t **ids, size_t *found,
                                  size_t *capacity, upheld_error *err) {
  upheld_statement *s;
  bool row = true;
  *found = 0;
  upheld_status st = upheld_db_get(r->db, ranges_select, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, keys[0].authority);
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    size_t at = not_below(keys, count, (uint64_t)upheld_db_int(s, 1));
    if (at == count || keys[at].reference > (uint64_t)upheld_db_int(s, 2)) continue;
    st = upheld_grow(&r->allocator, (void **)ids, capacity, *found + 1, sizeof **ids, err);
    if (st != UPHELD_OK) break;
    (*ids)[(*found)++] = upheld_db_int(s, 0);
  }
  upheld_db_done(s);
  return st;
}

/* Takes the keys out of a chunk: what is left of it is written in its place. */
static upheld_status take_out(upheld_register *r, int64_t id, const upheld_chunk_key *keys, size_t count, upheld_chunk_view *view,
                              upheld_error *err) {
  upheld_statement *s;
  bool row = false;
  upheld_chunk c = {0};
  upheld_chunk_bucket left = {.authority = keys[0].authority};
  upheld_status st = upheld_db_get(r->db, one_select, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, keys[0].authority);
  upheld_db_bind(s, 2, id);
  st = upheld_db_step(s, &row, err);
  if (st == UPHELD_OK && row) st = read_stored(s, &c, view, err);
  upheld_db_done(s);
  for (uint32_t i = 0; i < c.count && st == UPHELD_OK; i++) {
    upheld_chunk_record record = upheld_chunk_get(view, i);
    size_t at = not_below(keys, count, record.reference);
    if (at == count || keys[at].reference != record.reference) st = put_in(&r->allocator, &left, &record, err);
  }
  if (st == UPHELD_OK && left.count < c.count) {
    upheld_buffer list, columns;
    upheld_buffer_init(&list, &r->allocator);
    upheld_buffer_init(&columns, &r->allocator);
    left.year = c.year;
    st = delete_chunk(r, false, id, err);
    if (st == UPHELD_OK && left.count > 0) st = write_bucket(r, false, &left, &list, &columns, err);
    upheld_buffer_free(&list);
    upheld_buffer_free(&columns);
  }
  release_bucket(&r->allocator, &left);
  return st;
}

/* The record of a key, from its rows as they are now; nothing when it has none. */
static upheld_status gather_one(upheld_register *r, const upheld_chunk_key *key, upheld_error *err) {
  upheld_statement *s[2] = {NULL, NULL};
  bool row[2] = {false, false};
  upheld_status st = UPHELD_OK;
  for (int i = 0; i < 2 && st == UPHELD_OK; i++) {
    st = upheld_db_get(r->db, i == 0 ? one_decision : one_compliance, &s[i], err);
    if (st != UPHELD_OK) break;
    upheld_db_bind(s[i], 1, (int64_t)key->reference);
    upheld_db_bind(s[i], 2, key->authority);
    st = upheld_db_step(s[i], &row[i], err);
  }
  if (st == UPHELD_OK && (row[0] || row[1])) {
    upheld_chunk_record record = join(r, row[0] ? s[0] : NULL, row[1] ? s[1] : NULL);
    st = gather(r, false, key->authority, &record, err);
  }
  upheld_db_done(s[0]);
  upheld_db_done(s[1]);
  return st;
}

/* All touched keys out of the chunks first, and then in again: a chunk that takes further records in must have no old ones. */
static upheld_status write_touched(upheld_register *r, upheld_chunk_key *keys, size_t count, upheld_error *err) {
  int64_t *ids = NULL;
  size_t found = 0, capacity = 0;
  upheld_chunk_view *view = upheld_new(&r->allocator, sizeof *view);
  upheld_status st = view == NULL ? upheld_nomem(err) : UPHELD_OK;
  for (size_t i = 0, end; i < count && st == UPHELD_OK; i = end) {
    for (end = i + 1; end < count && keys[end].authority == keys[i].authority;) end++;
    st = find_holding(r, &keys[i], end - i, &ids, &found, &capacity, err);
    for (size_t k = 0; k < found && st == UPHELD_OK; k++) st = take_out(r, ids[k], &keys[i], end - i, view, err);
  }
  upheld_release(&r->allocator, ids, capacity * sizeof *ids);
  upheld_release(&r->allocator, view, sizeof *view);
  for (size_t i = 0; i < count && st == UPHELD_OK; i++) {
    if (i == 0 || by_authority_first(&keys[i - 1], &keys[i]) != 0) st = gather_one(r, &keys[i], err);
  }
  return st == UPHELD_OK ? flush(r, false, err) : st;
}

static upheld_status write_all(upheld_register *r, upheld_error *err) {
  upheld_chunks *c = r->chunks;
  if (c == NULL) return UPHELD_OK;
  if (c->touched_count == TOUCHED) return upheld_chunks_rebuild(r, false, err);
  upheld_status st = flush(r, false, err);
  if (st != UPHELD_OK || c->touched_count == 0) return st;
  qsort(c->touched, c->touched_count, sizeof *c->touched, by_authority_first);
  return write_touched(r, c->touched, c->touched_count, err);
}

static upheld_status clear(upheld_register *r, upheld_error *err) { return upheld_db_exec(r->db, all_delete[0], err); }

static void forget(upheld_register *r) {
  if (r->chunks != NULL) upheld_chunks_drop(r);
}

const upheld_derived_form upheld_chunks_form = {"chunks", add_rows, touch, touch_added, write_all, forget, clear};

/* }====== */
