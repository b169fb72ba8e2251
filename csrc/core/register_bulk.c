/*
** register_bulk.c: rows in bulk (register_bulk.h).
** Owns: INSERT ... SELECT from rows that C makes (upheld_db_feed), a batch at a time: the decisions, then the outcomes of the same batch, then
** what is derived. While that goes on foreign keys are not looked up: the import has found every authority and every code, and a lookup of each
** takes longer than the row. Into empty tables many rows go by way of a file beside the register (register_side.h).
** Must not: leave foreign keys off, whatever fails.
*/
#include "register_bulk.h"

#include "register_parts.h"
#include "register_side.h"

enum {
  BATCH = 4096,
  MANY = 20000 /* rows for which a file beside is worth making */
};

struct upheld_bulk {
  upheld_register *r;
  const upheld_directory *d;
  upheld_going_fn going;
  void *ud;
  upheld_runs *runs;
  int64_t import;
  upheld_records batch;
  size_t at;     /* the next record of the batch that SQLite asks for */
  bool has_text; /* some record of the batch has url or kind */
  bool has_outcome;
  bool has_any_text; /* some record since the last writing had url or kind: such are not laid out beside the register */
  upheld_side side;
};

upheld_status upheld_bulk_new(upheld_bulk **out, upheld_register *r, const upheld_directory *d, upheld_going_fn going, void *ud,
                              upheld_error *err) {
  *out = NULL;
  upheld_bulk *b = upheld_new_zero(&r->allocator, 1, sizeof *b);
  if (b == NULL) return upheld_nomem(err);
  b->r = r;
  b->d = d;
  b->going = going;
  b->ud = ud;
  upheld_side_init(&b->side);
  upheld_records_init(&b->batch, &r->allocator);
  bool on_disk = r->path[0] != ':'; /* ":memory:" */
  upheld_status st = upheld_runs_new(&b->runs, &r->allocator, on_disk ? r->path : NULL, err);
  if (st != UPHELD_OK) {
    upheld_bulk_free(b);
    return st;
  }
  *out = b;
  return UPHELD_OK;
}

void upheld_bulk_free(upheld_bulk *b) {
  if (b == NULL) return;
  upheld_allocator a = b->r->allocator;
  upheld_side_close(&b->side, b->r);
  upheld_runs_free(b->runs);
  upheld_records_free(&b->batch);
  upheld_release(&a, b, sizeof *b);
}

/* {====== what is stored ====== */

static const char stored_select[] = "SELECT reference FROM decision UNION ALL SELECT reference FROM compliance";
static const char taken_select[] = "SELECT ifnull(sum(accepted), 0) FROM import WHERE kind IN ('decisions', 'compliance')";

upheld_status upheld_bulk_taken(upheld_register *r, int64_t *rows, upheld_error *err) {
  return upheld_db_number(r->db, taken_select, rows, err);
}

upheld_status upheld_bulk_stored(upheld_register *r, upheld_status (*fn)(void *ud, uint64_t reference, upheld_error *err), void *ud,
                                 upheld_error *err) {
  upheld_statement *s;
  bool row = true;
  upheld_status st = upheld_db_get(r->db, stored_select, &s, err);
  if (st != UPHELD_OK) return st;
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    st = fn(ud, (uint64_t)upheld_db_int(s, 0), err);
    if (st != UPHELD_OK) break;
  }
  upheld_db_done(s);
  return st;
}

upheld_status upheld_bulk_add(upheld_bulk *b, const upheld_record *record, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  if (upheld_runs_full(b->runs)) st = upheld_bulk_write(b, err);
  b->import = record->import;
  b->has_any_text = b->has_any_text || record->url.size > 0 || record->kind.size > 0;
  return st == UPHELD_OK ? upheld_runs_add(b->runs, record, err) : st;
}

/* A row that was written by this import is as it was given: one whose key comes again in its file is not written a second time. */
static const char written_select[] =
  "SELECT d.reference, d.authority, d.received, d.decided, d.outcome, d.area, d.remedied, d.compliance_stated, d.sample, d.url, d.kind,"
  " d.line, d.import, c.outcome, c.due, c.recorded, 0 FROM decision d LEFT JOIN compliance c ON c.reference = d.reference"
  " AND c.authority = d.authority AND c.import = d.import WHERE d.reference = ?1 AND d.import = ?2";

static upheld_status find_written(upheld_bulk *b, uint64_t reference, int64_t import, upheld_record_fn fn, void *ud, upheld_error *err) {
  upheld_statement *s;
  bool row = true;
  upheld_record record;
  upheld_status st = upheld_db_get(b->r->db, written_select, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, (int64_t)reference);
  upheld_db_bind(s, 2, import);
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    int64_t id = upheld_db_int(s, 1);
    upheld_register_fill(s, b->r->scheme, &record);
    for (size_t i = 0; i < b->d->count; i++) {
      if (b->d->items[i].id == id) record.authority = (uint32_t)i;
    }
    st = fn(ud, &record, err);
    if (st != UPHELD_OK) break;
  }
  upheld_db_done(s);
  return st;
}

upheld_status upheld_bulk_find(upheld_bulk *b, uint64_t reference, int64_t import, upheld_record_fn fn, void *ud, upheld_error *err) {
  upheld_status st = b->import == import ? upheld_runs_find(b->runs, reference, fn, ud, err) : UPHELD_OK;
  return st == UPHELD_OK ? find_written(b, reference, import, fn, ud, err) : st;
}

/* }====== */

/* {====== writing ====== */

/* ?1 the import, ?2 whether its file states compliance, ?3 whether it is a sample: the same for a batch. */
#define DECISION_INSERT(texts) \
  "INSERT INTO decision (reference, authority, area, received, decided, outcome, remedied, compliance_stated, sample, withdrawn, url, kind," \
  " import, line) SELECT n0, n1, n2, n3, n4, n5, n6, ?2, ?3, 0, " texts ", ?1, n7 FROM upheld_rows"
static const char insert_decisions[] = DECISION_INSERT("NULL, NULL");
static const char insert_with_text[] = DECISION_INSERT("t0, t1");
static const char insert_outcomes[] =
  "INSERT INTO compliance (reference, authority, outcome, due, recorded, sample, import, line)"
  " SELECT n0, n1, n2, n3, n4, ?3, ?1, n5 FROM upheld_rows";

static int64_t number_of_date(upheld_date date) { return date == UPHELD_NO_DATE ? UPHELD_DB_NO_NUMBER : date; }
static int64_t number_of_code(uint8_t code) { return code == UPHELD_NO_CODE ? UPHELD_DB_NO_NUMBER : code; }

static bool next_decision(void *ud, int64_t n[UPHELD_DB_NUMBERS], upheld_text t[UPHELD_DB_TEXTS]) {
  upheld_bulk *b = ud;
  const upheld_records *batch = &b->batch;
  size_t i = b->at++;
  if (i >= batch->count) return false;
  n[0] = (int64_t)batch->reference[i];
  n[1] = b->d->items[batch->authority[i]].id;
  n[2] = number_of_code(batch->area[i]);
  n[3] = number_of_date(batch->received[i]);
  n[4] = number_of_date(batch->decided[i]);
  n[5] = number_of_code(batch->outcome[i]);
  n[6] = number_of_code(batch->remedied[i]);
  n[7] = batch->line[i];
  t[0] = batch->url[i];
  t[1] = batch->kind[i];
  return true;
}

static bool has_outcome(const upheld_record *r) {
  return r->compliance != UPHELD_NO_CODE || r->due != UPHELD_NO_DATE || r->recorded != UPHELD_NO_DATE;
}

static bool next_outcome(void *ud, int64_t n[UPHELD_DB_NUMBERS], upheld_text t[UPHELD_DB_TEXTS]) {
  upheld_bulk *b = ud;
  const upheld_records *batch = &b->batch;
  (void)t;
  while (b->at < batch->count) {
    size_t i = b->at++;
    if (batch->compliance[i] == UPHELD_NO_CODE && batch->due[i] == UPHELD_NO_DATE && batch->recorded[i] == UPHELD_NO_DATE) continue;
    n[0] = (int64_t)batch->reference[i];
    n[1] = b->d->items[batch->authority[i]].id;
    n[2] = number_of_code(batch->compliance[i]);
    n[3] = number_of_date(batch->due[i]);
    n[4] = number_of_date(batch->recorded[i]);
    n[5] = batch->line[i];
    return true;
  }
  return false;
}

static upheld_status insert(upheld_bulk *b, const char *sql, bool (*next)(void *, int64_t *, upheld_text *), upheld_error *err) {
  upheld_statement *s;
  upheld_db_rows rows = {next, b};
  upheld_status st = upheld_db_get(b->r->db, sql, &s, err);
  if (st != UPHELD_OK) return st;
  uint8_t flags = b->batch.flags[0];
  upheld_db_bind(s, 1, b->import);
  upheld_db_bind(s, 2, (flags & UPHELD_RECORD_COMPLIANCE_STATED) != 0);
  upheld_db_bind(s, 3, (flags & UPHELD_RECORD_SAMPLE) != 0);
  b->at = 0;
  upheld_db_feed(b->r->db, &rows);
  st = upheld_db_run(s, err);
  upheld_db_feed(b->r->db, NULL);
  return st;
}

/* The batch as it will stand in the tables, column by column. */
static upheld_status lay_out(upheld_bulk *b, upheld_error *err) {
  int64_t n[UPHELD_DB_NUMBERS];
  upheld_text t[UPHELD_DB_TEXTS];
  upheld_status st = UPHELD_OK;
  int64_t stated = (b->batch.flags[0] & UPHELD_RECORD_COMPLIANCE_STATED) != 0, sample = (b->batch.flags[0] & UPHELD_RECORD_SAMPLE) != 0;
  b->at = 0;
  while (st == UPHELD_OK && next_decision(b, n, t)) {
    const int64_t row[] = {n[0], n[1], n[2], n[3], n[4], n[5], n[6], stated, sample, 0, UPHELD_PAGE_NULL, UPHELD_PAGE_NULL, b->import, n[7]};
    st = upheld_pages_add(b->side.pages, UPHELD_SIDE_DECISION, row, (int)(sizeof row / sizeof *row), err);
  }
  b->at = 0;
  while (st == UPHELD_OK && next_outcome(b, n, t)) {
    const int64_t row[] = {n[0], n[1], n[2], n[3], n[4], sample, b->import, n[5]};
    st = upheld_pages_add(b->side.pages, UPHELD_SIDE_COMPLIANCE, row, (int)(sizeof row / sizeof *row), err);
  }
  return st;
}

static upheld_status insert_batch(upheld_bulk *b, upheld_error *err) {
  if (b->side.pages != NULL) return lay_out(b, err);
  upheld_status st = insert(b, b->has_text ? insert_with_text : insert_decisions, next_decision, err);
  return st == UPHELD_OK && b->has_outcome ? insert(b, insert_outcomes, next_outcome, err) : st;
}

static upheld_status write_batch(upheld_bulk *b, upheld_error *err) {
  if (b->batch.count == 0) return UPHELD_OK;
  upheld_status st = insert_batch(b, err);
  if (st == UPHELD_OK) st = upheld_derived_rows(b->r, b->d, &b->batch, err);
  upheld_records_clear(&b->batch);
  b->has_text = b->has_outcome = false;
  if (st == UPHELD_OK && b->going != NULL && !b->going(b->ud)) {
    st = upheld_fail(err, UPHELD_INTERRUPTED, "interrupted", "the import was stopped; nothing was written");
  }
  return st;
}

static upheld_status take(void *ud, const upheld_record *record, upheld_error *err) {
  upheld_bulk *b = ud;
  bool other = b->batch.count > 0 && b->batch.flags[0] != record->flags;
  upheld_status st = b->batch.count == BATCH || other ? write_batch(b, err) : UPHELD_OK;
  if (st != UPHELD_OK) return st;
  b->has_text = b->has_text || record->url.size > 0 || record->kind.size > 0;
  b->has_outcome = b->has_outcome || has_outcome(record);
  return upheld_records_add(&b->batch, record, err);
}

static const char none_stored[] = "SELECT NOT EXISTS (SELECT 1 FROM decision) AND NOT EXISTS (SELECT 1 FROM compliance)";

upheld_status upheld_bulk_write(upheld_bulk *b, upheld_error *err) {
  int64_t first = 0;
  upheld_db *db = b->r->db;
  if (upheld_runs_count(b->runs) == 0) return UPHELD_OK;
  upheld_status st = upheld_register_writable(b->r, err);
  if (st == UPHELD_OK) st = upheld_db_number(db, none_stored, &first, err);
  if (st != UPHELD_OK) return st;
  if (first != 0 && !b->has_any_text && upheld_runs_count(b->runs) >= MANY) upheld_side_open(&b->side, b->r, upheld_runs_count(b->runs));
  upheld_db_foreign_keys(db, false);
  st = upheld_runs_merge(b->runs, take, b, err);
  if (st == UPHELD_OK) st = write_batch(b, err);
  if (st == UPHELD_OK && b->side.pages != NULL) st = upheld_side_copy(&b->side, b->r, err);
  b->has_any_text = false;
  upheld_records_clear(&b->batch);
  upheld_runs_clear(b->runs);
  upheld_db_foreign_keys(db, true);
  return st;
}

/* }====== */
