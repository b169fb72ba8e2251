/*
** tally.c: counting (tally.h says what counts where).
** Owns: the grid of cells. A record is turned into an effect once (tally_effect.h), and
** adding or taking back an effect is the only way a count ever changes.
*/
#include "tally_effect.h"

#include <string.h>

/*
** Quick counts of a cell: its outcomes, its areas, one for no area, one for remedied before, its compliance outcomes. A cell has some hundred
** bytes of them instead of six, and all cells of a table together stay near the processor, wherever records fall.
*/
static size_t quick_slots(const upheld_scheme *s) {
  return s == NULL ? 0 : (size_t)(s->outcomes.count + s->areas.count + 1 + 1 + s->compliance.count);
}

void upheld_tally_init(upheld_tally *t, const upheld_allocator *a, const upheld_scheme *s, size_t authorities) {
  memset(t, 0, sizeof *t);
  t->allocator = *a;
  t->scheme = s;
  t->authorities = authorities;
  upheld_days_init(&t->days, a);
}

void upheld_tally_free(upheld_tally *t) {
  upheld_release(&t->allocator, t->cells, (size_t)t->years * t->authorities * sizeof *t->cells);
  upheld_release(&t->allocator, t->quick, (size_t)t->years * t->authorities * quick_slots(t->scheme) * sizeof *t->quick);
  upheld_days_free(&t->days);
  upheld_allocator a = t->allocator;
  upheld_tally_init(t, &a, t->scheme, t->authorities);
}

upheld_effect upheld_tally_effect(const upheld_scheme *s, const upheld_record *r) { return upheld_tally_effect_of(s, r); }

/* Widens the grid so that it has the year. */
static upheld_status cover(upheld_tally *t, int year, upheld_error *err) {
  upheld_tally_settle(t); /* cells will move */
  upheld_release(&t->allocator, t->quick, (size_t)t->years * t->authorities * quick_slots(t->scheme) * sizeof *t->quick);
  t->quick = NULL;
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
static inline upheld_cell *cell_for(upheld_tally *t, uint32_t authority, uint64_t code, upheld_error *err) {
  int year = (int)code + UPHELD_FIRST_YEAR - 1;
  if ((unsigned)(year - t->first_year) >= (unsigned)t->years && cover(t, year, err) != UPHELD_OK) return NULL;
  return t->cells + (size_t)(year - t->first_year) * t->authorities + authority;
}

upheld_status upheld_tally_make(upheld_tally *t, uint32_t authority, int year, upheld_cell **cell, upheld_error *err) {
  if (authority >= t->authorities || year < UPHELD_FIRST_YEAR || year > UPHELD_LAST_YEAR) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-authority", "the tally has no authority %u or no year %d", (unsigned)authority, year);
  }
  *cell = cell_for(t, authority, (uint64_t)(year - UPHELD_FIRST_YEAR + 1), err);
  return *cell == NULL ? UPHELD_NOMEM : UPHELD_OK;
}

/* What a decided record moves besides its outcome: seldom anything. */
static void apply_rest(upheld_cell *cell, upheld_effect e, int sign) {
  if ((e >> REMEDIED_SHIFT & 1) != 0) cell->counts[UPHELD_COUNTER_REMEDIED] += sign;
  if ((e >> CASE_SHIFT & 1) != 0) cell->counts[UPHELD_COUNTER_CASES] += sign;
  for (int g = 0; g < UPHELD_GAPS; g++) cell->gaps[g] += (e >> (GAP_SHIFT + g) & 1) != 0 ? sign : 0;
}

/* The part of an effect that is of the compliance clock, and of the days taken. */
static inline upheld_status apply_last(upheld_tally *t, uint32_t authority, upheld_effect e, int sign, upheld_error *err) {
  uint64_t compliance = e >> COMPLIANCE_YEAR_SHIFT & YEAR_BITS, days = e >> DAYS_SHIFT & DAYS_BITS;
  if (compliance != 0) {
    upheld_cell *cell = cell_for(t, authority, compliance, err);
    if (cell == NULL) return UPHELD_NOMEM;
    cell->counts[UPHELD_COUNTER_COMPLIANCE + (e >> COMPLIANCE_SHIFT & 7)] += sign;
  }
  if (days == 0) return UPHELD_OK;
  return upheld_days_move(&t->days, authority, (int)(e >> DECIDED_SHIFT & YEAR_BITS) + UPHELD_FIRST_YEAR - 1,
                          (int)(e >> OUTCOME_SHIFT & 15), (int32_t)days - 1, sign, err);
}

static inline upheld_status apply(upheld_tally *t, uint32_t authority, upheld_effect e, int sign, upheld_error *err) {
  uint64_t received = e & YEAR_BITS, decided = e >> DECIDED_SHIFT & YEAR_BITS;
  upheld_cell *cell;
  if (received != 0) {
    cell = cell_for(t, authority, received, err);
    if (cell == NULL) return UPHELD_NOMEM;
    cell->counts[UPHELD_COUNTER_AREA + (e >> AREA_SHIFT & 31)] += sign;
  }
  if (decided != 0) {
    cell = cell_for(t, authority, decided, err);
    if (cell == NULL) return UPHELD_NOMEM;
    cell->counts[e >> OUTCOME_SHIFT & 15] += (e >> COUNTS_SHIFT & 1) != 0 ? sign : 0;
    if ((e & REST) != 0) apply_rest(cell, e, sign);
  }
  return apply_last(t, authority, e, sign, err);
}

upheld_status upheld_tally_apply(upheld_tally *t, uint32_t authority, upheld_effect e, int sign, upheld_error *err) {
  if (authority >= t->authorities) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-authority", "the tally has %zu authorities, not number %u",
                       t->authorities, (unsigned)authority);
  }
  return apply(t, authority, e, sign, err);
}

/* Room for quick counts, of which none may pass 32 bits. */
static upheld_status quick_room(upheld_tally *t, size_t count, upheld_error *err) {
  if (t->quick_records > (int64_t)UINT32_MAX / 2) upheld_tally_settle(t);
  t->quick_records += (int64_t)count;
  if (t->quick != NULL || t->years == 0) return UPHELD_OK;
  t->quick = upheld_new_zero(&t->allocator, (size_t)t->years * t->authorities, quick_slots(t->scheme) * sizeof *t->quick);
  return t->quick == NULL ? upheld_nomem(err) : UPHELD_OK;
}

/* What quick counts are found by. */
typedef struct quick_map {
  uint32_t *counts;
  size_t authorities, slots, outcomes, areas;
  uint64_t before, years; /* the first year's code; how many there are */
} quick_map;

static inline uint32_t *quick_cell(const quick_map *m, uint64_t year, uint32_t authority) {
  return m->counts + ((size_t)year * m->authorities + authority) * m->slots;
}

/*
** The quick counts that a record raises, in `to`, asking the memory for them; gives how many, 0: it moves something else too. There are
** at most QUICK_MOST.
*/
static inline size_t quick_of(const quick_map *m, uint32_t authority, upheld_effect e, uint32_t **to) {
  const uint64_t else_moved = (REST & ~(UINT64_C(1) << REMEDIED_SHIFT)) | UINT64_MAX << CASE_SHIFT;
  uint64_t received = (e & YEAR_BITS) - m->before, decided = (e >> DECIDED_SHIFT & YEAR_BITS) - m->before;
  if ((received >= m->years) | (decided >= m->years) | ((e >> COUNTS_SHIFT & 1) == 0) | ((e & else_moved) != 0) |
      (authority >= m->authorities)) return 0;
  size_t area = e >> AREA_SHIFT & 31, count = 2;
  to[0] = quick_cell(m, received, authority) + m->outcomes + (area < m->areas ? area : m->areas);
  to[1] = quick_cell(m, decided, authority) + (e >> OUTCOME_SHIFT & 15);
  if (e >> REMEDIED_SHIFT == 0) return count;
  if ((e >> REMEDIED_SHIFT & 1) != 0) to[count++] = quick_cell(m, decided, authority) + m->outcomes + m->areas + 1;
  if (e >> COMPLIANCE_YEAR_SHIFT == 0) return count;
  uint64_t compliance = (e >> COMPLIANCE_YEAR_SHIFT & YEAR_BITS) - m->before;
  if (compliance >= m->years) return 0;
  to[count++] = quick_cell(m, compliance, authority) + m->outcomes + m->areas + 2 + (e >> COMPLIANCE_SHIFT & 7);
  return count;
}

enum { QUICK_RECORDS = 32, QUICK_MOST = 4 };

/* The effects of at most QUICK_RECORDS records: first all places are asked for, then all are raised. */
static upheld_status apply_some(upheld_tally *t, const uint16_t *authorities, const upheld_effect *effects, size_t count,
                                upheld_error *err) {
  const upheld_scheme *s = t->scheme;
  const quick_map m = {t->quick, t->authorities, quick_slots(s), (size_t)s->outcomes.count, (size_t)s->areas.count,
                       (uint64_t)(t->first_year - UPHELD_FIRST_YEAR + 1), t->quick == NULL ? 0 : (uint64_t)t->years};
  uint32_t *places[QUICK_RECORDS * QUICK_MOST];
  uint8_t others[QUICK_RECORDS];
  size_t placed = 0, other_count = 0;
  for (size_t i = 0; i < count; i++) {
    size_t found = quick_of(&m, authorities[i], effects[i], places + placed);
    others[other_count] = (uint8_t)i;
    other_count += found == 0;
    for (size_t k = 0; k < found; k++) {
#if defined(__GNUC__)
      __builtin_prefetch(places[placed + k], 1);
#endif
    }
    placed += found;
  }
  for (size_t k = 0; k < placed; k++) ++*places[k];
  for (size_t k = 0; k < other_count; k++) { /* after the places: cells may move now */
    upheld_status st = upheld_tally_apply(t, authorities[others[k]], effects[others[k]], 1, err);
    if (st != UPHELD_OK) return st;
  }
  return UPHELD_OK;
}

upheld_status upheld_tally_apply_all(upheld_tally *t, const uint16_t *authorities, const upheld_effect *effects, size_t count,
                                     upheld_error *err) {
  upheld_status st = UPHELD_OK;
  for (size_t i = 0; i < count && st == UPHELD_OK; i += QUICK_RECORDS) {
    size_t some = count - i < QUICK_RECORDS ? count - i : QUICK_RECORDS;
    st = quick_room(t, some, err);
    if (st == UPHELD_OK) st = apply_some(t, authorities + i, effects + i, some, err);
  }
  return st;
}

/* Moves the quick counts into their cells. */
static void settle_quick(upheld_tally *t) {
  const size_t outcomes = (size_t)t->scheme->outcomes.count, areas = (size_t)t->scheme->areas.count, slots = quick_slots(t->scheme);
  for (size_t i = 0; i < (size_t)t->years * t->authorities; i++) {
    uint32_t *quick = t->quick + i * slots;
    int64_t *counts = t->cells[i].counts;
    for (size_t k = 0; k < outcomes; k++) counts[k] += quick[k];
    for (size_t k = 0; k < areas; k++) counts[UPHELD_COUNTER_AREA + k] += quick[outcomes + k];
    counts[UPHELD_COUNTER_NO_AREA] += quick[outcomes + areas];
    counts[UPHELD_COUNTER_REMEDIED] += quick[outcomes + areas + 1];
    for (size_t k = outcomes + areas + 2; k < slots; k++) counts[UPHELD_COUNTER_COMPLIANCE + k - (outcomes + areas + 2)] += quick[k];
    memset(quick, 0, slots * sizeof *quick);
  }
}

void upheld_tally_settle(upheld_tally *t) {
  for (size_t i = 0; i < t->later_count; i++) ++*t->later[i];
  t->later_count = 0;
  if (t->quick != NULL && t->quick_records > 0) settle_quick(t);
  t->quick_records = 0;
}

static inline void raise_later(upheld_tally *t, int64_t *counter) {
#if defined(__GNUC__)
  __builtin_prefetch(counter, 1);
#endif
  t->later[t->later_count++] = counter;
}

/* What a decided record moves besides its outcome: seldom anything. */
static void raise_rest(upheld_tally *t, upheld_cell *cell, upheld_effect e) {
  if ((e >> REMEDIED_SHIFT & 1) != 0) raise_later(t, &cell->counts[UPHELD_COUNTER_REMEDIED]);
  if ((e >> CASE_SHIFT & 1) != 0) raise_later(t, &cell->counts[UPHELD_COUNTER_CASES]);
  for (int g = 0; g < UPHELD_GAPS; g++) {
    if ((e >> (GAP_SHIFT + g) & 1) != 0) raise_later(t, &cell->gaps[g]);
  }
}

upheld_status upheld_tally_later(upheld_tally *t, uint32_t authority, upheld_effect e, upheld_error *err) {
  uint64_t received = e & YEAR_BITS, decided = e >> DECIDED_SHIFT & YEAR_BITS;
  upheld_cell *cell;
  if (authority >= t->authorities || e >> DAYS_SHIFT != 0) return upheld_tally_apply(t, authority, e, 1, err);
  if (t->later_count > UPHELD_TALLY_LATER - MOST_RAISED) upheld_tally_settle(t);
  if (received != 0) {
    cell = cell_for(t, authority, received, err);
    if (cell == NULL) return UPHELD_NOMEM;
    raise_later(t, &cell->counts[UPHELD_COUNTER_AREA + (e >> AREA_SHIFT & 31)]);
  }
  if (decided != 0) {
    cell = cell_for(t, authority, decided, err);
    if (cell == NULL) return UPHELD_NOMEM;
    if ((e >> COUNTS_SHIFT & 1) != 0) raise_later(t, &cell->counts[e >> OUTCOME_SHIFT & 15]);
    if ((e & REST) != 0) raise_rest(t, cell, e);
  }
  if (e >> COMPLIANCE_YEAR_SHIFT == 0) return UPHELD_OK;
  uint64_t compliance = e >> COMPLIANCE_YEAR_SHIFT & YEAR_BITS;
  if (compliance == 0) return UPHELD_OK;
  cell = cell_for(t, authority, compliance, err);
  if (cell == NULL) return UPHELD_NOMEM;
  raise_later(t, &cell->counts[UPHELD_COUNTER_COMPLIANCE + (e >> COMPLIANCE_SHIFT & 7)]);
  return UPHELD_OK;
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
