/*
** tally.c: counting (tally.h says what counts where).
** Owns: the packing of an effect. A record is turned into an effect once, and
** adding or taking back an effect is the only way a count ever changes.
**
** An effect, from the lowest bit:
**   0..8   year received + 1 - UPHELD_FIRST_YEAR (0: not counted)     9..13  counter of the area, from UPHELD_COUNTER_AREA
**   14..22 year decided, likewise                                     23..26 outcome
**   27     the decision itself counts (else the year is for gaps only)
**   28     remedied before    29..32 gaps, one bit each, in the year decided
**   33..41 year of the compliance clock, likewise                     42..44 compliance outcome
**   45     first finding of its case                                  46..62 days from received to decided, plus 1 (0: not kept)
*/
#include "tally.h"

#include <string.h>

enum {
  AREA_SHIFT = 9, DECIDED_SHIFT = 14, OUTCOME_SHIFT = 23, COUNTS_SHIFT = 27, REMEDIED_SHIFT = 28, GAP_SHIFT = 29,
  COMPLIANCE_YEAR_SHIFT = 33, COMPLIANCE_SHIFT = 42, CASE_SHIFT = 45, DAYS_SHIFT = 46, YEAR_BITS = 0x1ff,
  DAYS_BITS = 0x1ffff
};

void upheld_tally_init(upheld_tally *t, const upheld_allocator *a, const upheld_scheme *s, size_t authorities) {
  memset(t, 0, sizeof *t);
  t->allocator = *a;
  t->scheme = s;
  t->authorities = authorities;
  upheld_days_init(&t->days, a);
}

void upheld_tally_free(upheld_tally *t) {
  upheld_release(&t->allocator, t->cells, (size_t)t->years * t->authorities * sizeof *t->cells);
  upheld_days_free(&t->days);
  upheld_allocator a = t->allocator;
  upheld_tally_init(t, &a, t->scheme, t->authorities);
}

static uint64_t year_code(const upheld_scheme *s, upheld_date date) {
  int year = upheld_scheme_year(s, date);
  return year == 0 ? 0 : (uint64_t)(year - UPHELD_FIRST_YEAR + 1);
}

/* The part of the decision itself. */
static upheld_effect decision_effect(const upheld_scheme *s, const upheld_record *r) {
  upheld_effect e = 0;
  if (r->received != UPHELD_NO_DATE) {
    uint64_t area = r->area == UPHELD_NO_CODE ? UPHELD_COUNTER_NO_AREA - UPHELD_COUNTER_AREA : r->area;
    e |= year_code(s, r->received) | area << AREA_SHIFT;
  }
  if (r->outcome == UPHELD_NO_CODE || r->decided == UPHELD_NO_DATE) return e; /* an open case */
  e |= year_code(s, r->decided) << DECIDED_SHIFT | (uint64_t)r->outcome << OUTCOME_SHIFT | UINT64_C(1) << COUNTS_SHIFT;
  if (r->received == UPHELD_NO_DATE) e |= UINT64_C(1) << (GAP_SHIFT + UPHELD_GAP_RECEIVED);
  if ((r->flags & UPHELD_RECORD_COMPLIANCE_STATED) == 0) e |= UINT64_C(1) << (GAP_SHIFT + UPHELD_GAP_COMPLIANCE);
  /* the findings of one case carry the letters a, b, c ...; a case of one finding may carry none */
  if (s->findings && r->reference % 27 <= 1) e |= UINT64_C(1) << CASE_SHIFT;
  if (s->counts_days && r->received != UPHELD_NO_DATE && r->decided >= r->received) {
    e |= (uint64_t)(r->decided - r->received + 1) << DAYS_SHIFT;
  }
  if ((s->remedying & UPHELD_BIT(r->outcome)) != 0) {
    if (r->remedied == 1) e |= UINT64_C(1) << REMEDIED_SHIFT;
    if (r->remedied == UPHELD_NO_CODE) e |= UINT64_C(1) << (GAP_SHIFT + UPHELD_GAP_REMEDIED);
  }
  return e;
}

upheld_effect upheld_tally_effect(const upheld_scheme *s, const upheld_record *r) {
  upheld_effect e = 0;
  if ((r->flags & UPHELD_RECORD_SAMPLE) != 0) return 0;
  if ((r->flags & UPHELD_RECORD_COMPLIANCE_ONLY) == 0) e = decision_effect(s, r);
  if (r->compliance == UPHELD_NO_CODE) return e;
  /* An outcome that was corrected away from Upheld takes its compliance with it. */
  if (r->outcome != UPHELD_NO_CODE && (s->remedying & UPHELD_BIT(r->outcome)) == 0) return e;
  upheld_date day = upheld_record_compliance_day(r);
  if (day != UPHELD_NO_DATE) {
    e |= year_code(s, day) << COMPLIANCE_YEAR_SHIFT | (uint64_t)r->compliance << COMPLIANCE_SHIFT;
  } else if (r->decided != UPHELD_NO_DATE) {
    e |= year_code(s, r->decided) << DECIDED_SHIFT | UINT64_C(1) << (GAP_SHIFT + UPHELD_GAP_UNDATED);
  }
  return e;
}

/* Widens the grid so that it has the year. */
static upheld_status cover(upheld_tally *t, int year, upheld_error *err) {
  int first = t->years == 0 ? year : (year < t->first_year ? year : t->first_year);
  int last = t->years == 0 ? year : t->first_year + t->years - 1;
  if (year > last) last = year;
  int years = last - first + 1;
  upheld_cell *cells = upheld_new_zero(&t->allocator, (size_t)years * t->authorities, sizeof *cells);
  if (cells == NULL) return upheld_nomem(err);
  size_t old = (size_t)t->years * t->authorities;
  if (old > 0) memcpy(cells + (size_t)(t->first_year - first) * t->authorities, t->cells, old * sizeof *cells);
  upheld_release(&t->allocator, t->cells, old * sizeof *cells);
  t->cells = cells;
  t->first_year = first;
  t->years = years;
  return UPHELD_OK;
}

/* The cell of a year code, made when it is not there. */
static upheld_cell *cell_for(upheld_tally *t, uint32_t authority, uint64_t code, upheld_error *err) {
  int year = (int)code + UPHELD_FIRST_YEAR - 1;
  if (t->years == 0 || year < t->first_year || year >= t->first_year + t->years) {
    if (cover(t, year, err) != UPHELD_OK) return NULL;
  }
  return t->cells + (size_t)(year - t->first_year) * t->authorities + authority;
}

upheld_status upheld_tally_apply(upheld_tally *t, uint32_t authority, upheld_effect e, int sign, upheld_error *err) {
  upheld_cell *cell;
  if (authority >= t->authorities) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-authority", "the tally has %zu authorities, not number %u",
                       t->authorities, (unsigned)authority);
  }
  uint64_t received = e & YEAR_BITS, decided = e >> DECIDED_SHIFT & YEAR_BITS;
  uint64_t compliance = e >> COMPLIANCE_YEAR_SHIFT & YEAR_BITS;
  if (received != 0) {
    cell = cell_for(t, authority, received, err);
    if (cell == NULL) return UPHELD_NOMEM;
    cell->counts[UPHELD_COUNTER_AREA + (e >> AREA_SHIFT & 31)] += sign;
  }
  if (decided != 0) {
    cell = cell_for(t, authority, decided, err);
    if (cell == NULL) return UPHELD_NOMEM;
    if ((e >> COUNTS_SHIFT & 1) != 0) cell->counts[e >> OUTCOME_SHIFT & 15] += sign;
    if ((e >> REMEDIED_SHIFT & 1) != 0) cell->counts[UPHELD_COUNTER_REMEDIED] += sign;
    if ((e >> CASE_SHIFT & 1) != 0) cell->counts[UPHELD_COUNTER_CASES] += sign;
    for (int g = 0; g < UPHELD_GAPS; g++) {
      if ((e >> (GAP_SHIFT + g) & 1) != 0) cell->gaps[g] += sign;
    }
  }
  if (compliance != 0) {
    cell = cell_for(t, authority, compliance, err);
    if (cell == NULL) return UPHELD_NOMEM;
    cell->counts[UPHELD_COUNTER_COMPLIANCE + (e >> COMPLIANCE_SHIFT & 7)] += sign;
  }
  uint64_t days = e >> DAYS_SHIFT & DAYS_BITS;
  if (days == 0) return UPHELD_OK;
  return upheld_days_move(&t->days, authority, (int)decided + UPHELD_FIRST_YEAR - 1, (int)(e >> OUTCOME_SHIFT & 15),
                          (int32_t)days - 1, sign, err);
}

upheld_status upheld_tally_add(upheld_tally *t, const upheld_records *batch, upheld_error *err) {
  upheld_record r;
  for (size_t i = 0; i < batch->count; i++) {
    upheld_records_get(batch, i, &r);
    upheld_status st = upheld_tally_apply(t, r.authority, upheld_tally_effect(t->scheme, &r), 1, err);
    if (st != UPHELD_OK) return st;
    t->records++;
  }
  return UPHELD_OK;
}

upheld_status upheld_tally_merge(upheld_tally *into, const upheld_tally *from, upheld_error *err) {
  if (into->authorities != from->authorities || into->scheme != from->scheme) {
    return upheld_fail(err, UPHELD_MISUSE, "different-tallies", "only tallies over the same authorities and scheme add");
  }
  if (from->years > 0) { /* both ends first: then every cell is there */
    uint64_t code = (uint64_t)(from->first_year - UPHELD_FIRST_YEAR + 1);
    if (into->authorities > 0 && (cell_for(into, 0, code, err) == NULL ||
                                  cell_for(into, 0, code + (uint64_t)from->years - 1, err) == NULL)) {
      return UPHELD_NOMEM;
    }
  }
  for (int y = 0; y < from->years; y++) {
    for (size_t a = 0; a < from->authorities; a++) {
      const upheld_cell *c = from->cells + (size_t)y * from->authorities + a;
      upheld_cell *d = into->cells + (size_t)(from->first_year + y - into->first_year) * into->authorities + a;
      for (int k = 0; k < UPHELD_COUNTERS; k++) d->counts[k] += c->counts[k];
      for (int g = 0; g <= UPHELD_GAPS; g++) d->gaps[g] += c->gaps[g];
    }
  }
  into->records += from->records;
  return upheld_days_merge(&into->days, &from->days, err);
}

const upheld_cell *upheld_tally_cell(const upheld_tally *t, uint32_t authority, int year) {
  if (year < t->first_year || year >= t->first_year + t->years || authority >= t->authorities) return NULL;
  return t->cells + (size_t)(year - t->first_year) * t->authorities + authority;
}

int64_t upheld_cell_sum(const upheld_cell *c, uint64_t mask) {
  int64_t sum = 0;
  if (c == NULL) return 0;
  for (int k = 0; mask != 0; k++, mask >>= 1) {
    if ((mask & 1) != 0) sum += c->counts[k];
  }
  return sum;
}

bool upheld_tally_covers(const upheld_tally *t, int year, uint64_t mask) {
  for (size_t a = 0; a < t->authorities; a++) {
    if (upheld_cell_sum(upheld_tally_cell(t, (uint32_t)a, year), mask) != 0) return true;
  }
  return false;
}

bool upheld_tally_has_gap(const upheld_tally *t, int year, upheld_gap gap) {
  for (size_t a = 0; a < t->authorities; a++) {
    const upheld_cell *c = upheld_tally_cell(t, (uint32_t)a, year);
    if (c != NULL && c->gaps[gap] != 0) return true;
  }
  return false;
}

/* Adds a cell's flows; in tells whether its year is the balance's own. */
static void add_cell(const upheld_cell *cell, bool own, upheld_balance *out) {
  int64_t received = upheld_cell_sum(cell, UPHELD_MASK_RECEIVED), decided = upheld_cell_sum(cell, UPHELD_MASK_DECIDED);
  int64_t undated = cell->gaps[UPHELD_GAP_RECEIVED];
  out->open_after += received - (decided - undated);
  if (!own) return;
  out->received += received;
  out->decided += decided;
  out->undated += undated;
}

void upheld_tally_balance(const upheld_tally *t, uint32_t authority, int year, upheld_balance *out) {
  memset(out, 0, sizeof *out);
  for (int y = 0; y < t->years && t->first_year + y <= year; y++) {
    if (t->first_year + y == year) out->open_before = out->open_after;
    size_t first = authority == UINT32_MAX ? 0 : authority, last = authority == UINT32_MAX ? t->authorities : first + 1;
    for (size_t a = first; a < last && a < t->authorities; a++) {
      add_cell(upheld_tally_cell(t, (uint32_t)a, t->first_year + y), t->first_year + y == year, out);
    }
  }
  /* a year after the last: nothing came and nothing went */
  if (t->years == 0 || year >= t->first_year + t->years) out->open_before = out->open_after;
}
