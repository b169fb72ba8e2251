/*
** register_recount.c: the register's records counted a second time, by SQLite's own GROUP BY and date functions, against a tally.
** Owns: that second way of counting: it shares no code with tally.c, neither the clocks nor the years. It changes nothing.
*/
#include <inttypes.h>
#include <stdio.h>

#include "register_chunks.h"
#include "register_parts.h"
#include "register_tally.h"

/* Year of a day: that of its calendar year's end, +1 from the year's first day (?1, "MM-DD") on. */
#define YEAR_OF(day) \
  "CAST(strftime('%Y', " day " * 86400, 'unixepoch') AS INTEGER) + (strftime('%m-%d', " day " * 86400, 'unixepoch') >= ?1)"
#define COUNTED "sample = 0 AND withdrawn = 0"

/* Counter (scheme.h), authority, year, count: one row for each that is not 0. */
static const char recount_select[] =
  "SELECT outcome, authority, " YEAR_OF("decided") ", count(*) FROM decision"
  " WHERE " COUNTED " AND outcome IS NOT NULL AND decided IS NOT NULL GROUP BY 1, 2, 3"
  " UNION ALL SELECT 16, authority, " YEAR_OF("decided") ", count(*) FROM decision"
  " WHERE " COUNTED " AND outcome IS NOT NULL AND decided IS NOT NULL AND remedied = 1 GROUP BY 2, 3"
  " UNION ALL SELECT 17, authority, " YEAR_OF("decided") ", count(*) FROM decision"
  " WHERE " COUNTED " AND outcome IS NOT NULL AND decided IS NOT NULL AND ?3 AND reference % 27 <= 1 GROUP BY 2, 3"
  " UNION ALL SELECT 32 + ifnull(area, 31), authority, " YEAR_OF("received") ", count(*) FROM decision"
  " WHERE " COUNTED " AND received IS NOT NULL GROUP BY 1, 2, 3"
  " UNION ALL SELECT 24 + c.outcome, c.authority, " YEAR_OF("ifnull(c.recorded, c.due)") ", count(*) FROM compliance c"
  " LEFT JOIN decision d ON d.reference = c.reference AND d.authority = c.authority"
  " WHERE c.sample = 0 AND ifnull(d.withdrawn, 0) = 0 AND c.outcome IS NOT NULL AND ifnull(c.recorded, c.due) IS NOT NULL"
  " AND (d.reference IS NULL OR d.sample = 1 OR d.outcome IS NULL OR (?2 >> d.outcome) & 1)" /* ?2: outcomes that allow it */
  " GROUP BY 1, 2, 3";

typedef struct recount {
  const upheld_evidence *e;
  void (*fn)(void *ud, const char *finding);
  void *ud;
  int64_t sum; /* of all rows of SQLite's count */
} recount;

/* Index of the authority with a row id, or the count when there is none. */
static size_t index_of(const upheld_directory *d, int64_t id) {
  size_t i = 0;
  while (i < d->count && d->items[i].id != id) i++;
  return i;
}

static void compare(recount *c, int counter, int64_t id, int year, int64_t rows) {
  char text[256];
  size_t a = index_of(&c->e->directory, id);
  const upheld_cell *cell = NULL;
  c->sum += rows;
  if (a < c->e->directory.count) cell = upheld_tally_cell(&c->e->tally, (uint32_t)a, year);
  int64_t counted = cell == NULL || counter < 0 || counter >= UPHELD_COUNTERS ? 0 : cell->counts[counter];
  if (counted == rows) return;
  snprintf(text, sizeof text, "recount: %s, year %d, counter %d: %" PRId64 " rows in the register, %" PRId64 " counted",
           a < c->e->directory.count ? c->e->directory.items[a].code : "unknown authority", year, counter, rows, counted);
  c->fn(c->ud, text);
}

/* Received by a day (?1) and then not yet decided, by authority. */
static const char open_select[] =
  "SELECT authority, count(*) FROM decision WHERE " COUNTED " AND received IS NOT NULL AND received <= ?1"
  " AND (decided IS NULL OR outcome IS NULL OR decided > ?1) GROUP BY authority";

/* The cases open at the end of a year, against received less decided. */
static upheld_status recount_open(upheld_register *r, const recount *c, int year, upheld_error *err) {
  upheld_statement *s;
  upheld_date first, last;
  upheld_balance b;
  bool row = false;
  int64_t sum = 0;
  char text[256];
  upheld_scheme_year_span(r->scheme, year, &first, &last);
  upheld_status st = upheld_db_get(r->db, open_select, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, last);
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    size_t a = index_of(&c->e->directory, upheld_db_int(s, 0));
    int64_t rows = upheld_db_int(s, 1);
    sum += rows;
    if (a == c->e->directory.count) continue; /* the sum tells */
    upheld_tally_balance(&c->e->tally, (uint32_t)a, year, &b);
    if (b.open_after == rows) continue;
    snprintf(text, sizeof text, "recount: %s, end of %d: %" PRId64 " cases open in the register, %" PRId64 " by received less decided",
             c->e->directory.items[a].code, year, rows, b.open_after);
    c->fn(c->ud, text);
  }
  upheld_db_done(s);
  upheld_tally_balance(&c->e->tally, UINT32_MAX, year, &b);
  if (st == UPHELD_OK && b.open_after != sum) {
    snprintf(text, sizeof text, "recount: end of %d: %" PRId64 " cases open in the register, %" PRId64 " by received less decided",
             year, sum, b.open_after);
    c->fn(c->ud, text);
  }
  return st;
}

upheld_status upheld_register_recount(upheld_register *r, const upheld_evidence *e,
                                      void (*fn)(void *ud, const char *finding), void *ud, upheld_error *err) {
  recount c = {e, fn, ud, 0};
  upheld_statement *s;
  bool stored, row = false;
  char first_day[6], text[128];
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored) return st;
  st = upheld_db_get(r->db, recount_select, &s, err);
  if (st != UPHELD_OK) return st;
  /* a calendar year is named after itself: no day of it counts for the next */
  bool calendar = r->scheme->year_month == 1 && r->scheme->year_day == 1;
  snprintf(first_day, sizeof first_day, "%02u-%02u", (unsigned)(calendar ? 99 : r->scheme->year_month) % 100,
           (unsigned)r->scheme->year_day % 100);
  upheld_db_bind_text(s, 1, upheld_text_of(first_day));
  upheld_db_bind(s, 2, (int64_t)r->scheme->remedying);
  upheld_db_bind(s, 3, r->scheme->findings);
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    compare(&c, (int)upheld_db_int(s, 0), upheld_db_int(s, 1), (int)upheld_db_int(s, 2), upheld_db_int(s, 3));
  }
  upheld_db_done(s);
  if (st != UPHELD_OK) return st;
  int64_t sum = 0; /* what was counted and is not in the rows shows in the sum */
  for (int y = 0; y < e->tally.years; y++) {
    for (size_t a = 0; a < e->tally.authorities; a++) {
      sum += upheld_cell_sum(upheld_tally_cell(&e->tally, (uint32_t)a, e->tally.first_year + y), UINT64_MAX);
    }
  }
  if (sum != c.sum) {
    snprintf(text, sizeof text, "recount: %" PRId64 " rows in the register, %" PRId64 " counted in all", c.sum, sum);
    fn(ud, text);
  }
  for (int y = 0; y < e->tally.years && st == UPHELD_OK; y++) st = recount_open(r, &c, e->tally.first_year + y, err);
  if (st == UPHELD_OK) st = upheld_tally_prove(r, &e->directory, fn, ud, err);
  return st == UPHELD_OK ? upheld_chunks_prove(r, &e->directory, fn, ud, err) : st;
}
