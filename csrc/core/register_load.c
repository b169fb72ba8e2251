/*
** register_load.c: the evidence that figures are computed from, out of the register.
** Owns: where its counts come from: what is stored beside the rows, when that may be believed (register_derived.h); else every row is
** counted, and what was counted is stored for the next time, where that can be done without waiting.
** Must not: change a row of the records. Storing never makes a reading fail.
*/
#include <string.h>

#include "register_parts.h"
#include "register_tally.h"

static const char load_population[] = "SELECT authority, year, residents FROM population ORDER BY authority, year";
static const char load_published[] =
  "SELECT authority, year, item, value, decimals FROM published ORDER BY authority, year, item";

typedef upheld_status (*row_fn)(upheld_evidence *out, upheld_statement *s, uint32_t authority, upheld_error *err);

static upheld_status population_row(upheld_evidence *out, upheld_statement *s, uint32_t authority, upheld_error *err) {
  upheld_population p = {authority, (int32_t)upheld_db_int(s, 1), upheld_db_int(s, 2)};
  return upheld_evidence_add_population(out, p, err);
}

static upheld_status published_row(upheld_evidence *out, upheld_statement *s, uint32_t authority, upheld_error *err) {
  int item = upheld_scheme_published(out->scheme, upheld_db_text(s, 2));
  if (item < 0) return UPHELD_OK; /* a column that the scheme no longer has */
  upheld_published_value v = {authority, (int32_t)upheld_db_int(s, 1), item, (int32_t)upheld_db_int(s, 4),
                              upheld_db_int(s, 3)};
  return upheld_evidence_add_published(out, v, err);
}

/* All rows of a statement whose first column is the authority. */
static upheld_status load_rows(upheld_register *r, const char *sql, row_fn each, const upheld_index_map *map, upheld_evidence *out,
                               upheld_error *err) {
  upheld_statement *s;
  bool row = true;
  upheld_status st = upheld_db_get(r->db, sql, &s, err);
  if (st != UPHELD_OK) return st;
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    uint32_t authority;
    st = upheld_map_authority(map, upheld_db_int(s, 0), &authority, err);
    if (st == UPHELD_OK) st = each(out, s, authority, err);
    if (st != UPHELD_OK) break;
  }
  upheld_db_done(s);
  return st;
}

/* The counts as stored or as counted. */
static upheld_status load_counts(upheld_register *r, const upheld_index_map *map, const upheld_directory *d, upheld_counts *c,
                                 upheld_error *err) {
  bool fresh = false, was_fresh;
  int64_t odd = 0;
  upheld_status st = upheld_derived_fresh(r, UPHELD_FORM_TALLY, &fresh, err);
  was_fresh = fresh;
  if (st == UPHELD_OK && fresh) {
    st = upheld_tally_read(r, map, c, &odd, NULL, NULL, err);
    if (odd == 0) return st;
    upheld_counts_free(c); /* someone has written into the counts: `upheld check` names what */
  }
  if (st == UPHELD_OK) st = upheld_tally_count(r, map, c, err);
  if (st == UPHELD_OK && !was_fresh) {
    upheld_tally_new counted = {c, d};
    upheld_derived_store(r, UPHELD_FORM_TALLY, upheld_tally_replace, &counted);
  }
  return st;
}

static upheld_status load_stored(upheld_register *r, upheld_evidence *out, upheld_error *err) {
  upheld_counts counts;
  upheld_index_map map;
  upheld_status st = upheld_register_directory(r, &out->directory, err);
  if (st == UPHELD_OK) st = upheld_map_make(&map, &r->allocator, &out->directory, err);
  if (st != UPHELD_OK) return st;
  upheld_tally_free(&out->tally);
  upheld_counts_init(&counts, &out->allocator, r->scheme, out->directory.count);
  st = load_counts(r, &map, &out->directory, &counts, err);
  for (int y = UPHELD_FIRST_YEAR; y <= UPHELD_LAST_YEAR; y++) {
    if (counts.complied[y - UPHELD_FIRST_YEAR] > 0) upheld_evidence_mark_compliance(out, y);
  }
  out->tally = counts.tally;
  if (st == UPHELD_OK) st = load_rows(r, load_population, population_row, &map, out, err);
  if (st == UPHELD_OK) st = load_rows(r, load_published, published_row, &map, out, err);
  upheld_map_free(&map);
  return st;
}

upheld_status upheld_register_load(upheld_register *r, upheld_evidence *out, upheld_error *err) {
  bool stored;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK) return st;
  if (stored) {
    /* one transaction, so that all tables are of one moment, whatever another program writes meanwhile */
    bool own = !upheld_db_in_transaction(r->db);
    if (own) st = upheld_db_exec(r->db, "BEGIN", err);
    if (st == UPHELD_OK) st = load_stored(r, out, err);
    if (own && upheld_db_in_transaction(r->db) && upheld_db_exec(r->db, "COMMIT", NULL) != UPHELD_OK) {
      (void)upheld_db_exec(r->db, "ROLLBACK", NULL); /* counts that were to be stored; what was read is good */
    }
  } else {
    st = upheld_directory_seal(&out->directory, err);
  }
  return st == UPHELD_OK ? upheld_evidence_seal(out, err) : st;
}
