/*
** register_tally.c: counts kept beside the rows (register_tally.h).
** Owns: the statements of its tables. A transaction collects what its rows count for, in memory, as differences: of rows written in bulk by
** their effects, of a key that changes by what it counted for before, taken back, and what it counts for after. At the commit the
** differences are added to what is stored. That they come to what a recount of all rows gives rests on one thing: every change of a row
** by this program is told (register_write.c, register_bulk.c).
** Must not: read a row that did not change.
*/
#include "register_tally.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tally_effect.h"

void upheld_counts_init(upheld_counts *c, const upheld_allocator *a, const upheld_scheme *s, size_t authorities) {
  memset(c, 0, sizeof *c);
  upheld_tally_init(&c->tally, a, s, authorities);
}

void upheld_counts_free(upheld_counts *c) {
  upheld_tally_free(&c->tally);
  memset(c->complied, 0, sizeof c->complied);
}

/* {====== what a row counts for ====== */

static const char count_decisions[] =
  "SELECT authority, received, decided, outcome, area, remedied, compliance_stated, reference FROM decision"
  " WHERE sample = 0 AND withdrawn = 0";
static const char count_compliance[] =
  "SELECT c.authority, c.outcome, c.due, c.recorded, d.decided, CASE WHEN d.sample = 0 THEN d.outcome END,"
  " EXISTS (SELECT 1 FROM import i WHERE i.id = c.import AND i.kind = 'compliance') FROM compliance c"
  " LEFT JOIN decision d ON d.reference = c.reference AND d.authority = c.authority"
  " WHERE c.sample = 0 AND c.outcome IS NOT NULL AND ifnull(d.withdrawn, 0) = 0";

/* The same two of one key: either gives a row or none. ?3: as if the key had no decision. */
static const char key_decision[] =
  "SELECT authority, received, decided, outcome, area, remedied, compliance_stated, reference FROM decision"
  " WHERE sample = 0 AND withdrawn = 0 AND reference = ?1 AND authority = ?2";
static const char key_compliance[] =
  "SELECT c.authority, c.outcome, c.due, c.recorded, d.decided, CASE WHEN d.sample = 0 THEN d.outcome END,"
  " EXISTS (SELECT 1 FROM import i WHERE i.id = c.import AND i.kind = 'compliance') FROM compliance c"
  " LEFT JOIN decision d ON NOT ?3 AND d.reference = c.reference AND d.authority = c.authority"
  " WHERE c.sample = 0 AND c.outcome IS NOT NULL AND ifnull(d.withdrawn, 0) = 0 AND c.reference = ?1 AND c.authority = ?2";

static upheld_status count_decision(upheld_counts *c, upheld_statement *s, uint32_t authority, int sign, upheld_error *err) {
  const upheld_scheme *words = c->tally.scheme;
  upheld_record rec = upheld_record_none();
  rec.received = upheld_column_date(s, 1);
  rec.decided = upheld_column_date(s, 2);
  rec.outcome = upheld_column_code(s, 3, words->outcomes.count);
  rec.area = upheld_column_code(s, 4, words->areas.count);
  rec.remedied = upheld_column_code(s, 5, 2);
  if (upheld_db_int(s, 6) != 0) rec.flags = UPHELD_RECORD_COMPLIANCE_STATED;
  rec.reference = (uint64_t)upheld_db_int(s, 7); /* its letter tells whether it is the first finding of a case */
  return upheld_tally_apply(&c->tally, authority, upheld_tally_effect_of(words, &rec), sign, err);
}

static upheld_status count_outcome(upheld_counts *c, upheld_statement *s, uint32_t authority, int sign, upheld_error *err) {
  const upheld_scheme *words = c->tally.scheme;
  upheld_record rec = upheld_record_none();
  rec.compliance = upheld_column_code(s, 1, words->compliance.count);
  rec.due = upheld_column_date(s, 2);
  rec.recorded = upheld_column_date(s, 3);
  rec.decided = upheld_column_date(s, 4); /* where an outcome without a date leaves its gap */
  rec.outcome = upheld_column_code(s, 5, words->outcomes.count); /* with one that allows no compliance, it does not count */
  rec.flags = UPHELD_RECORD_COMPLIANCE_ONLY;
  upheld_date day = upheld_record_compliance_day(&rec);
  int year = day == UPHELD_NO_DATE || upheld_db_int(s, 6) == 0 ? 0 : upheld_scheme_year(words, day);
  if (year >= UPHELD_FIRST_YEAR && year <= UPHELD_LAST_YEAR) c->complied[year - UPHELD_FIRST_YEAR] += sign;
  return upheld_tally_apply(&c->tally, authority, upheld_tally_effect_of(words, &rec), sign, err);
}

typedef upheld_status (*count_fn)(upheld_counts *c, upheld_statement *s, uint32_t authority, int sign, upheld_error *err);

static upheld_status count_rows(upheld_register *r, const char *sql, count_fn each, const upheld_index_map *map, upheld_counts *c,
                                upheld_error *err) {
  upheld_statement *s;
  bool row = true;
  uint32_t authority;
  upheld_status st = upheld_db_get(r->db, sql, &s, err);
  if (st != UPHELD_OK) return st;
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    st = upheld_map_authority(map, upheld_db_int(s, 0), &authority, err);
    if (st == UPHELD_OK) st = each(c, s, authority, 1, err);
    if (st != UPHELD_OK) break;
  }
  upheld_db_done(s);
  return st;
}

upheld_status upheld_tally_count(upheld_register *r, const upheld_index_map *map, upheld_counts *c, upheld_error *err) {
  upheld_status st = count_rows(r, count_decisions, count_decision, map, c, err);
  return st == UPHELD_OK ? count_rows(r, count_compliance, count_outcome, map, c, err) : st;
}

/* }====== */

/* {====== writing ====== */

static const char tally_upsert[] =
  "INSERT INTO tally (authority, year, counter, count) VALUES (?1, ?2, ?3, ?4)"
  " ON CONFLICT (authority, year, counter) DO UPDATE SET count = count + excluded.count";
static const char days_upsert[] =
  "INSERT INTO tally_days (authority, year, outcome, days, cases) VALUES (?1, ?2, ?3, ?4, ?5)"
  " ON CONFLICT (authority, year, outcome, days) DO UPDATE SET cases = cases + excluded.cases";
static const char complied_upsert[] =
  "INSERT INTO tally_complied (year, outcomes) VALUES (?1, ?2) ON CONFLICT (year) DO UPDATE SET outcomes = outcomes + excluded.outcomes";
static const char drop_zeros[] =
  "DELETE FROM tally WHERE count = 0; DELETE FROM tally_days WHERE cases = 0; DELETE FROM tally_complied WHERE outcomes = 0";
static const char clear_all[] = "DELETE FROM tally; DELETE FROM tally_days; DELETE FROM tally_complied";

/* Adds to a stored count of that key, whose numbers come before it. */
static upheld_status add_row(upheld_register *r, const char *sql, const int64_t *key, int count, int64_t more, upheld_error *err) {
  upheld_statement *s;
  upheld_status st = upheld_db_get(r->db, sql, &s, err);
  if (st != UPHELD_OK) return st;
  for (int i = 0; i < count; i++) upheld_db_bind(s, i + 1, key[i]);
  upheld_db_bind(s, count + 1, more);
  return upheld_db_run(s, err);
}

static upheld_status add_cell(upheld_register *r, int64_t authority, int year, const upheld_cell *cell, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  for (int i = 0; i < UPHELD_COUNTERS + UPHELD_GAPS && st == UPHELD_OK; i++) {
    int64_t more = i < UPHELD_COUNTERS ? cell->counts[i] : cell->gaps[i - UPHELD_COUNTERS];
    int64_t key[3] = {authority, year, i < UPHELD_COUNTERS ? i : UPHELD_STORED_GAPS + i - UPHELD_COUNTERS};
    if (more != 0) st = add_row(r, tally_upsert, key, 3, more, err);
  }
  return st;
}

/* Adds all to what is stored. d: of which the tally has the indexes; NULL: its authorities are row ids. */
static upheld_status add_counts(upheld_register *r, const upheld_counts *c, const upheld_directory *d, upheld_error *err) {
  const upheld_tally *t = &c->tally;
  upheld_day_entry *days = NULL;
  size_t count = 0;
  upheld_status st = UPHELD_OK;
  for (size_t a = 0; a < t->authorities && st == UPHELD_OK; a++) {
    for (int y = 0; y < t->years && st == UPHELD_OK; y++) {
      st = add_cell(r, d == NULL ? (int64_t)a : d->items[a].id, t->first_year + y, &t->cells[(size_t)y * t->authorities + a], err);
    }
  }
  if (st == UPHELD_OK) st = upheld_days_list(&t->days, &days, &count, err);
  for (size_t i = 0; i < count && st == UPHELD_OK; i++) {
    int64_t key[4] = {d == NULL ? (int64_t)days[i].authority : d->items[days[i].authority].id, days[i].year, days[i].outcome, days[i].days};
    st = add_row(r, days_upsert, key, 4, days[i].cases, err);
  }
  upheld_release(&t->days.allocator, days, count * sizeof *days);
  for (int64_t y = UPHELD_FIRST_YEAR; y <= UPHELD_LAST_YEAR && st == UPHELD_OK; y++) {
    int64_t more = c->complied[y - UPHELD_FIRST_YEAR];
    if (more != 0) st = add_row(r, complied_upsert, &y, 1, more, err);
  }
  return st == UPHELD_OK ? upheld_db_exec(r->db, drop_zeros, err) : st;
}

static upheld_status clear(upheld_register *r, upheld_error *err) { return upheld_db_exec(r->db, clear_all, err); }

upheld_status upheld_tally_replace(upheld_register *r, void *ud, upheld_error *err) {
  const upheld_tally_new *fresh = ud;
  upheld_status st = clear(r, err);
  return st == UPHELD_OK ? add_counts(r, fresh->counts, fresh->directory, err) : st;
}

/* }====== */

/* {====== one transaction ====== */

static const char greatest_authority[] = "SELECT ifnull(max(id), 0) FROM authority";

/* Writes the differences collected so far, and forgets them. */
static upheld_status commit(upheld_register *r, upheld_error *err) {
  if (r->counts == NULL) return UPHELD_OK;
  upheld_tally_settle(&r->counts->tally);
  upheld_status st = add_counts(r, r->counts, NULL, err);
  if (st == UPHELD_OK) upheld_counts_free(r->counts);
  return st;
}

static void forget(upheld_register *r) {
  if (r->counts == NULL) return;
  upheld_counts_free(r->counts);
  upheld_release(&r->allocator, r->counts, sizeof *r->counts);
  r->counts = NULL;
}

/* Room for differences of the authority; authorities may have come since the transaction began. */
static upheld_status make_room(upheld_register *r, int64_t authority, upheld_error *err) {
  int64_t most = 0;
  if (r->counts != NULL && authority < (int64_t)r->counts->tally.authorities) return UPHELD_OK;
  upheld_status st = commit(r, err);
  if (st == UPHELD_OK) st = upheld_db_number(r->db, greatest_authority, &most, err);
  if (st != UPHELD_OK) return st;
  if (most < authority) most = authority;
  if (most >= UINT32_MAX) return upheld_fail(err, UPHELD_DATABASE, "damaged-register", "an authority's row id is out of range");
  if (r->counts == NULL) r->counts = upheld_new_zero(&r->allocator, 1, sizeof *r->counts);
  if (r->counts == NULL) return upheld_nomem(err);
  upheld_counts_init(r->counts, &r->allocator, r->scheme, (size_t)most + 1);
  return UPHELD_OK;
}

/* Rows of keys that were not there: a decision's record and its outcome's move what the whole record moves. */
static upheld_status rows(upheld_register *r, const upheld_directory *d, const upheld_records *batch, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  upheld_record rec;
  for (size_t i = 0; i < batch->count && st == UPHELD_OK; i++) {
    int64_t authority = d->items[batch->authority[i]].id;
    upheld_records_get(batch, i, &rec);
    st = make_room(r, authority, err);
    if (st == UPHELD_OK) st = upheld_tally_later(&r->counts->tally, (uint32_t)authority, upheld_tally_effect_of(r->scheme, &rec), err);
  }
  return st;
}

/* Adds what one of the key's rows counts for (sign +1), or takes it back. alone: as if there was no decision. */
static upheld_status move_key(upheld_register *r, const char *sql, count_fn each, uint64_t reference, int64_t authority, bool alone,
                              int sign, upheld_error *err) {
  upheld_statement *s;
  bool row = false;
  upheld_status st = upheld_db_get(r->db, sql, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, (int64_t)reference);
  upheld_db_bind(s, 2, authority);
  if (sql == key_compliance) upheld_db_bind(s, 3, alone);
  st = upheld_db_step(s, &row, err);
  if (st == UPHELD_OK && row) st = each(r->counts, s, (uint32_t)authority, sign, err);
  upheld_db_done(s);
  return st;
}

static upheld_status before(upheld_register *r, uint64_t reference, int64_t authority, upheld_error *err) {
  upheld_status st = make_room(r, authority, err);
  if (st == UPHELD_OK) upheld_tally_settle(&r->counts->tally);
  if (st == UPHELD_OK) st = move_key(r, key_decision, count_decision, reference, authority, false, -1, err);
  return st == UPHELD_OK ? move_key(r, key_compliance, count_outcome, reference, authority, false, -1, err) : st;
}

static upheld_status after(upheld_register *r, uint64_t reference, int64_t authority, upheld_part added, upheld_error *err) {
  upheld_status st = make_room(r, authority, err);
  if (st != UPHELD_OK) return st;
  upheld_tally_settle(&r->counts->tally);
  /* a decision that was added has a say in what an outcome counts for that was there before it */
  if (added == UPHELD_PART_DECISION) st = move_key(r, key_compliance, count_outcome, reference, authority, true, -1, err);
  if (st == UPHELD_OK && added != UPHELD_PART_COMPLIANCE) st = move_key(r, key_decision, count_decision, reference, authority, false, 1, err);
  return st == UPHELD_OK ? move_key(r, key_compliance, count_outcome, reference, authority, false, 1, err) : st;
}

const upheld_derived_form upheld_tally_form = {"tally", rows, before, after, commit, forget, clear};

/* }====== */

/* {====== reading ====== */

static const char tally_select[] = "SELECT authority, year, counter, count FROM tally";
static const char days_select[] = "SELECT authority, year, outcome, days, cases FROM tally_days";
static const char complied_select[] = "SELECT 0, year, outcomes FROM tally_complied";

/* A reading under way. */
typedef struct reading {
  const upheld_index_map *map;
  upheld_counts *c;
  int64_t odd;
  void (*fn)(void *ud, const char *finding);
  void *ud;
} reading;

/* One stored row; *good false: it cannot be. */
typedef upheld_status (*stored_fn)(reading *g, upheld_statement *s, uint32_t authority, int year, bool *good, upheld_error *err);

static upheld_status stored_count(reading *g, upheld_statement *s, uint32_t authority, int year, bool *good, upheld_error *err) {
  int64_t counter = upheld_db_int(s, 2), count = upheld_db_int(s, 3);
  *good = authority != UINT32_MAX && counter >= 0 && counter < UPHELD_STORED_GAPS + UPHELD_GAPS && count > 0;
  if (!*good) return UPHELD_OK;
  upheld_cell *cell;
  upheld_status st = upheld_tally_make(&g->c->tally, authority, year, &cell, err);
  if (st != UPHELD_OK) return st;
  if (counter < UPHELD_COUNTERS) cell->counts[counter] += count;
  else cell->gaps[counter - UPHELD_STORED_GAPS] += count;
  return UPHELD_OK;
}

static upheld_status stored_days(reading *g, upheld_statement *s, uint32_t authority, int year, bool *good, upheld_error *err) {
  int64_t outcome = upheld_db_int(s, 2), days = upheld_db_int(s, 3), cases = upheld_db_int(s, 4);
  *good = authority != UINT32_MAX && outcome >= 0 && outcome < 16 && days >= 0 && days < UPHELD_MAX_DAYS && cases > 0;
  return *good ? upheld_days_move(&g->c->tally.days, authority, year, (int)outcome, (int32_t)days, cases, err) : UPHELD_OK;
}

static upheld_status stored_complied(reading *g, upheld_statement *s, uint32_t authority, int year, bool *good, upheld_error *err) {
  int64_t outcomes = upheld_db_int(s, 2);
  (void)authority, (void)err;
  *good = outcomes > 0;
  if (*good) g->c->complied[year - UPHELD_FIRST_YEAR] += outcomes;
  return UPHELD_OK;
}

static upheld_status read_rows(upheld_register *r, const char *sql, stored_fn each, reading *g, upheld_error *err) {
  upheld_statement *s;
  bool row = true;
  char text[160];
  upheld_status st = upheld_db_get(r->db, sql, &s, err);
  if (st != UPHELD_OK) return st;
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    int64_t id = upheld_db_int(s, 0), year = upheld_db_int(s, 1);
    bool good = year >= UPHELD_FIRST_YEAR && year <= UPHELD_LAST_YEAR;
    if (good) st = each(g, s, upheld_map_find(g->map, id), (int)year, &good, err);
    if (st != UPHELD_OK) break;
    if (good) continue;
    g->odd++;
    if (g->fn == NULL) continue;
    snprintf(text, sizeof text, "stored counts: %s has a row that cannot be (authority %" PRId64 ", year %" PRId64 ")",
             each == stored_count ? "tally" : each == stored_days ? "tally_days" : "tally_complied", id, year);
    g->fn(g->ud, text);
  }
  upheld_db_done(s);
  return st;
}

upheld_status upheld_tally_read(upheld_register *r, const upheld_index_map *map, upheld_counts *c, int64_t *odd,
                                void (*fn)(void *ud, const char *finding), void *ud, upheld_error *err) {
  reading g = {map, c, 0, fn, ud};
  upheld_status st = read_rows(r, tally_select, stored_count, &g, err);
  if (st == UPHELD_OK) st = read_rows(r, days_select, stored_days, &g, err);
  if (st == UPHELD_OK) st = read_rows(r, complied_select, stored_complied, &g, err);
  *odd = g.odd;
  return st;
}

/* }====== */

/* {====== proof ====== */

typedef struct proof {
  const upheld_directory *d;
  void (*fn)(void *ud, const char *finding);
  void *ud;
} proof;

static void differ(const proof *p, size_t authority, int year, const char *what, int64_t number, int64_t rows, int64_t stored) {
  char text[256];
  if (rows == stored) return;
  snprintf(text, sizeof text, "stored counts: %s, year %d, %s %" PRId64 ": %" PRId64 " by the rows, %" PRId64 " stored",
           p->d == NULL ? "all" : p->d->items[authority].code, year, what, number, rows, stored);
  p->fn(p->ud, text);
}

static void compare_cells(const proof *p, const upheld_counts *rows, const upheld_counts *stored) {
  static const upheld_cell none;
  for (int year = UPHELD_FIRST_YEAR; year <= UPHELD_LAST_YEAR; year++) {
    for (size_t a = 0; a < p->d->count; a++) {
      const upheld_cell *x = upheld_tally_cell(&rows->tally, (uint32_t)a, year), *y = upheld_tally_cell(&stored->tally, (uint32_t)a, year);
      if (x == NULL && y == NULL) continue;
      if (x == NULL) x = &none;
      if (y == NULL) y = &none;
      for (int k = 0; k < UPHELD_COUNTERS; k++) differ(p, a, year, "counter", k, x->counts[k], y->counts[k]);
      for (int k = 0; k < UPHELD_GAPS; k++) differ(p, a, year, "counter", UPHELD_STORED_GAPS + k, x->gaps[k], y->gaps[k]);
    }
  }
}

/* Both lists are in order: as a merge. */
static upheld_status compare_days(const proof *p, const upheld_counts *rows, const upheld_counts *stored, upheld_error *err) {
  upheld_day_entry *x = NULL, *y = NULL;
  size_t nx = 0, ny = 0, i = 0, k = 0;
  upheld_status st = upheld_days_list(&rows->tally.days, &x, &nx, err);
  if (st == UPHELD_OK) st = upheld_days_list(&stored->tally.days, &y, &ny, err);
  while (st == UPHELD_OK && (i < nx || k < ny)) {
    int order = i == nx ? 1 : k == ny ? -1 : upheld_day_order(&x[i], &y[k]);
    const upheld_day_entry *e = order <= 0 ? &x[i] : &y[k];
    differ(p, e->authority, e->year, "cases of days", e->days, order <= 0 ? x[i].cases : 0, order >= 0 ? y[k].cases : 0);
    if (order <= 0) i++;
    if (order >= 0) k++;
  }
  upheld_release(&rows->tally.days.allocator, x, nx * sizeof *x);
  upheld_release(&stored->tally.days.allocator, y, ny * sizeof *y);
  return st;
}

upheld_status upheld_tally_prove(upheld_register *r, const upheld_directory *d, void (*fn)(void *ud, const char *finding), void *ud,
                                 upheld_error *err) {
  upheld_counts rows_counted, stored;
  upheld_index_map map;
  bool fresh = false;
  int64_t odd;
  proof p = {d, fn, ud}, of_all = {NULL, fn, ud};
  upheld_status st = upheld_derived_fresh(r, UPHELD_FORM_TALLY, &fresh, err);
  if (st != UPHELD_OK || !fresh) return st;
  st = upheld_map_make(&map, &r->allocator, d, err);
  if (st != UPHELD_OK) return st;
  upheld_counts_init(&rows_counted, &r->allocator, r->scheme, d->count);
  upheld_counts_init(&stored, &r->allocator, r->scheme, d->count);
  st = upheld_tally_count(r, &map, &rows_counted, err);
  if (st == UPHELD_OK) st = upheld_tally_read(r, &map, &stored, &odd, fn, ud, err);
  if (st == UPHELD_OK) {
    compare_cells(&p, &rows_counted, &stored);
    st = compare_days(&p, &rows_counted, &stored, err);
  }
  for (int y = 0; y <= UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR && st == UPHELD_OK; y++) {
    differ(&of_all, 0, UPHELD_FIRST_YEAR + y, "outcomes of compliance files, all", 0, rows_counted.complied[y], stored.complied[y]);
  }
  upheld_counts_free(&rows_counted);
  upheld_counts_free(&stored);
  upheld_map_free(&map);
  return st;
}

/* }====== */
