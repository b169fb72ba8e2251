/*
** figures.c: the figures of one reporting year (figures.h has the rules).
** Owns: the choice of source for each figure, and the pools from which averages
** are taken. Rates are made and rounded by rate.c only.
*/
#include "figures.h"

#include <stdlib.h>
#include <string.h>

/* {====== published counts ====== */

/* Counts known for one authority and year, with what follows from them. */
typedef struct known_counts {
  uint64_t mask[65];
  int64_t value[65];
  bool known[65];
  int count;
} known_counts;

/* One round: an unknown count that is the sum or difference of two known ones. Gives whether anything was learnt. */
static bool learn(known_counts *k) {
  bool learnt = false;
  for (int t = 0; t < k->count; t++) {
    for (int i = 0; i < k->count && !k->known[t]; i++) {
      for (int j = 0; k->known[i] && j < k->count && !k->known[t]; j++) {
        uint64_t a = k->mask[i], b = k->mask[j];
        if (i == j || !k->known[j]) continue;
        if ((a & b) == 0 && (a | b) == k->mask[t]) {
          k->value[t] = k->value[i] + k->value[j];
        } else if ((a & b) == b && (a & ~b) == k->mask[t] && k->value[i] >= k->value[j]) {
          k->value[t] = k->value[i] - k->value[j];
        } else {
          continue;
        }
        k->known[t] = learnt = true;
      }
    }
  }
  return learnt;
}

/* What is published of an authority and year, with one further count that is asked for at the end. */
static void gather(known_counts *k, const upheld_evidence *e, uint32_t authority, int year, uint64_t mask) {
  k->count = 0;
  for (int item = 0; item < e->scheme->published_count; item++) {
    if (e->scheme->published[item].mask == 0) continue;
    const upheld_published_value *v = upheld_evidence_published(e, authority, year, item);
    k->mask[k->count] = e->scheme->published[item].mask;
    k->known[k->count] = v != NULL && v->decimals == 0;
    k->value[k->count++] = v != NULL ? v->value : 0;
  }
  k->mask[k->count] = mask;
  k->known[k->count] = false;
  k->value[k->count++] = 0;
}

bool upheld_published_count(const upheld_evidence *e, uint32_t authority, int year, uint64_t mask, int64_t *value) {
  known_counts k;
  gather(&k, e, authority, year, mask);
  for (int i = 0; i + 1 < k.count; i++) {
    if (k.known[i] && k.mask[i] == mask) {
      *value = k.value[i];
      return true;
    }
  }
  while (!k.known[k.count - 1] && learn(&k)) continue;
  *value = k.value[k.count - 1];
  return k.known[k.count - 1];
}

bool upheld_published_agree(const upheld_evidence *e, uint32_t authority, int year, uint64_t masks) {
  known_counts k;
  gather(&k, e, authority, year, 0);
  for (int i = 0; i < k.count; i++) {
    for (int j = 0; j < k.count; j++) {
      if (!k.known[i] || !k.known[j] || ((k.mask[i] | k.mask[j]) & masks) == 0) continue;
      uint64_t a = k.mask[i], b = k.mask[j];
      if ((a & ~b) == 0 && k.value[i] > k.value[j]) return false; /* a part larger than the whole */
      for (int t = 0; t < k.count; t++) {
        if (k.known[t] && i != j && (a & b) == 0 && (a | b) == k.mask[t] && k.value[i] + k.value[j] != k.value[t]) return false;
      }
    }
  }
  return true;
}

/* The printed own rate of an indicator, or NULL. */
static const upheld_published_value *printed_rate(const upheld_evidence *e, uint32_t authority, int year, int indicator,
                                                  bool peer) {
  for (int item = 0; item < e->scheme->published_count; item++) {
    const upheld_published_item *p = &e->scheme->published[item];
    if (p->indicator == indicator && p->peer == peer) {
      const upheld_published_value *v = upheld_evidence_published(e, authority, year, item);
      if (v != NULL) return v;
    }
  }
  return NULL;
}

/* The only x of 0..n whose per cent prints as the value, when there is exactly one. */
static bool only_numerator(int64_t n, const upheld_published_value *printed, int64_t *x) {
  int64_t scale = 100;
  for (int d = 0; d < printed->decimals; d++) scale *= 10;
  if (n <= 0 || n > 1000000000 || printed->decimals > 4 || printed->value > scale) return false;
  /* x prints as value when 2*value*n - n <= 2*scale*x < 2*value*n + n */
  int64_t low = 2 * printed->value * n - n, high = 2 * printed->value * n + n;
  int64_t first = low <= 0 ? 0 : (low + 2 * scale - 1) / (2 * scale);
  int64_t last = (high - 1) / (2 * scale);
  if (last > n) last = n;
  *x = first;
  return first == last;
}

/* }====== */

/* {====== one figure ====== */

static const char disagree[] = "counts-disagree"; /* published counts that cannot all be right make no figure */

static void unknown(upheld_figure *f, const char *reason) {
  f->reason = reason;
  f->percent = -1;
  f->value[0] = '\0';
  f->has_interval = false;
  f->rounded_to_bound = false;
}

/* The power of ten of an indicator's decimals. */
static int64_t ten_to(int decimals) {
  int64_t p = 1;
  while (decimals-- > 0) p *= 10;
  return p;
}

/* Writes the printed rate: percent for whole per cents, else value. */
static bool print_rate(const upheld_indicator *ind, int64_t x, int64_t n, int64_t *percent, char value[32]) {
  value[0] = '\0';
  *percent = -1;
  if (ind->per == 100 && ind->decimals == 0) {
    *percent = upheld_percent(x, n);
    return true;
  }
  return upheld_decimal(x, n, ind->per, ind->decimals, value, 32, false, NULL) == UPHELD_OK;
}

/* Makes the rate from the counts, or says why there is none. */
static void finish(const upheld_scheme *s, upheld_figure *f) {
  const upheld_indicator *ind = &s->indicators[f->indicator];
  bool contradicted = f->reason == disagree;
  unknown(f, NULL);
  if (contradicted) {
    f->reason = disagree;
  } else if (!f->numerator_known || !f->denominator_known) {
    f->reason = "not-recorded";
  } else if (f->denominator == 0) {
    f->reason = ind->none;
  } else if (ind->denominator != 0 && ind->per == 100 && f->numerator > f->denominator) {
    f->reason = disagree;
  } else if (!print_rate(ind, f->numerator, f->denominator, &f->percent, f->value)) {
    f->reason = "not-recorded";
  } else {
    int64_t step = 200 * ten_to(ind->decimals); /* half of the last printed digit is 1/step */
    f->rounded_to_bound = ind->per == 100 && ((f->numerator < f->denominator &&
                                               f->denominator - f->numerator <= f->denominator / step) ||
                                              (f->numerator > 0 && f->numerator <= (f->denominator - 1) / step));
    f->has_interval = upheld_figure_interval(s, f, 0.95, UPHELD_INTERVAL_DEFAULT, &f->low, &f->high, NULL) == UPHELD_OK;
  }
}

upheld_status upheld_figure_interval(const upheld_scheme *s, const upheld_figure *f, double level,
                                     upheld_interval_method method, double *low, double *high, upheld_error *err) {
  const upheld_indicator *ind = &s->indicators[f->indicator];
  if (f->reason != NULL) {
    return upheld_fail(err, UPHELD_ABSENT, f->reason, "there is no rate and so no interval (%s)", f->reason);
  }
  if (ind->denominator == 0) { /* a count per residents: the count varies, the residents are fixed */
    upheld_status st = upheld_interval_of_count(f->numerator, level, method, low, high, err);
    if (st != UPHELD_OK) return st;
    double unit = (double)ind->per / (double)f->denominator;
    *low *= unit;
    *high *= unit;
    return UPHELD_OK;
  }
  return upheld_interval_of_share(f->numerator, f->denominator, level, method, low, high, err);
}

/* Counts from complete records; false when the records do not know them. */
static bool from_records(const upheld_evidence *e, uint32_t authority, int year, const upheld_indicator *ind,
                         const upheld_cell *cell, upheld_figure *f) {
  uint64_t both = ind->numerator | ind->denominator;
  if (cell != NULL) {
    bool covered = upheld_evidence_has_compliance(e, year);
    if ((both & UPHELD_MASK_REMEDIED) != 0 && cell->gaps[UPHELD_GAP_REMEDIED] > 0) return false;
    if ((both & UPHELD_MASK_RECEIVED) != 0 && cell->gaps[UPHELD_GAP_RECEIVED] > 0) return false;
    if ((both & UPHELD_MASK_COMPLIANCE) != 0 && cell->gaps[UPHELD_GAP_UNDATED] > 0) return false;
    if ((both & UPHELD_MASK_COMPLIANCE) != 0 && !covered && cell->gaps[UPHELD_GAP_COMPLIANCE] > 0) return false;
  }
  f->numerator = upheld_cell_sum(cell, ind->numerator);
  f->numerator_known = true;
  f->late = upheld_cell_sum(cell, ind->late);
  f->late_known = ind->late != 0;
  f->basis = UPHELD_BASIS_RECORDS;
  if (ind->denominator != 0) {
    f->denominator = upheld_cell_sum(cell, ind->denominator);
    f->denominator_known = true;
  } else {
    const upheld_population *p = upheld_evidence_population(e, authority, year);
    f->denominator_known = p != NULL;
    f->denominator = p != NULL ? p->residents : 0;
  }
  return true;
}

static void from_published(const upheld_evidence *e, uint32_t authority, int year, upheld_figure *f) {
  const upheld_indicator *ind = &e->scheme->indicators[f->indicator];
  f->numerator_known = upheld_published_count(e, authority, year, ind->numerator, &f->numerator);
  f->late_known = ind->late != 0 && upheld_published_count(e, authority, year, ind->late, &f->late);
  f->basis = UPHELD_BASIS_PUBLISHED;
  if (ind->denominator == 0) {
    const upheld_population *p = upheld_evidence_population(e, authority, year);
    f->denominator_known = p != NULL;
    f->denominator = p != NULL ? p->residents : 0;
  } else {
    f->denominator_known = upheld_published_count(e, authority, year, ind->denominator, &f->denominator);
    if (f->denominator_known && !f->numerator_known && f->denominator == 0 && ind->per == 100) {
      f->numerator = 0; /* a part of no cases is none */
      f->numerator_known = true;
    } else if (f->denominator_known && !f->numerator_known && ind->per == 100) {
      const upheld_published_value *printed = printed_rate(e, authority, year, f->indicator, false);
      if (printed != NULL && only_numerator(f->denominator, printed, &f->numerator)) {
        f->numerator_known = true;
        f->basis = UPHELD_BASIS_DERIVED;
      }
    }
  }
  if (!f->numerator_known && !f->denominator_known) f->basis = UPHELD_BASIS_NONE;
  else if (!upheld_published_agree(e, authority, year, ind->numerator | ind->denominator)) f->reason = disagree;
}

/* What counts as a record for an indicator's clock: enough to say that the records speak of the authority and year. */
static uint64_t clock_mask(upheld_clock clock) {
  if (clock == UPHELD_CLOCK_RECEIVED) return UPHELD_MASK_RECEIVED;
  return clock == UPHELD_CLOCK_COMPLIANCE ? UPHELD_MASK_COMPLIANCE : UPHELD_MASK_DECIDED;
}

/*
** Source of a figure, in this order: the authority's own complete records; its published counts; the year's complete
** records of others (a file of decisions is complete for its years, so nothing recorded means none).
*/
static void make_figure(const upheld_evidence *e, uint32_t authority, int year, int indicator, const bool *covers,
                        upheld_figure *f) {
  const upheld_indicator *ind = &e->scheme->indicators[indicator];
  const upheld_cell *cell = upheld_tally_cell(&e->tally, authority, year);
  memset(f, 0, sizeof *f);
  f->indicator = indicator;
  bool own = upheld_cell_sum(cell, clock_mask(ind->clock)) > 0;
  bool done = own && from_records(e, authority, year, ind, cell, f);
  if (!done) {
    from_published(e, authority, year, f);
    bool nothing = !f->numerator_known && !f->denominator_known;
    bool residents_only = ind->denominator == 0 && !f->numerator_known;
    if (!own && (nothing || residents_only) && covers[ind->clock]) {
      upheld_figure fresh = *f;
      fresh.basis = UPHELD_BASIS_NONE;
      fresh.numerator_known = fresh.denominator_known = false;
      if (from_records(e, authority, year, ind, cell, &fresh)) *f = fresh;
    }
  }
  finish(e->scheme, f);
}

/* }====== */

/* {====== the year ====== */

static bool in_pool(const upheld_year_figures *f, uint32_t authority, int *type) {
  const upheld_authority *a = &f->evidence->directory.items[authority];
  *type = a->type;
  return a->type >= 0 && upheld_authority_in_year(f->evidence->scheme, a, f->year);
}

/* Adds (sign 1) one figure to a pool, or takes it out (-1). */
static void pool_move(upheld_pool *pool, const upheld_figure *f, int sign) {
  pool->of += sign;
  if (!f->numerator_known || !f->denominator_known || f->reason == disagree || (f->reason != NULL && f->denominator != 0)) {
    pool->unknown += sign;
  } else if (f->denominator == 0) {
    pool->without_rate += sign;
  } else {
    pool->authorities += sign;
    pool->numerator += sign * f->numerator;
    pool->denominator += sign * f->denominator;
    if (sign > 0) {
      upheld_mean_add(&pool->mean, f->numerator, f->denominator);
    } else {
      upheld_mean_remove(&pool->mean, f->numerator, f->denominator);
    }
  }
}

static bool belongs(const upheld_evidence *e, uint32_t authority, int year) {
  const upheld_cell *cell = upheld_tally_cell(&e->tally, authority, year);
  return upheld_authority_in_year(e->scheme, &e->directory.items[authority], year) ||
         upheld_cell_sum(cell, UINT64_MAX) > 0 || upheld_evidence_has_published(e, authority, year);
}

static void fill(upheld_year_figures *f) {
  const upheld_evidence *e = f->evidence;
  int indicators = e->scheme->indicator_count, type;
  for (int c = 0; c < UPHELD_CLOCKS; c++) {
    f->covers[c] = upheld_tally_covers(&e->tally, f->year, clock_mask((upheld_clock)c));
  }
  /* Decisions that state their compliance and have none in the year say that there was none. */
  if (f->covers[UPHELD_CLOCK_DECIDED] && !upheld_tally_has_gap(&e->tally, f->year, UPHELD_GAP_COMPLIANCE)) {
    f->covers[UPHELD_CLOCK_COMPLIANCE] = true;
  }
  for (size_t place = 0; place < f->count; place++) {
    for (int k = 0; k < indicators; k++) {
      upheld_figure *figure = &f->figures[place * (size_t)indicators + (size_t)k];
      make_figure(e, f->authorities[place], f->year, k, f->covers, figure);
      if (in_pool(f, f->authorities[place], &type)) {
        pool_move(&f->pools[(size_t)type * (size_t)indicators + (size_t)k], figure, 1);
      }
    }
  }
}

upheld_status upheld_year_figures_new(upheld_year_figures **out, const upheld_evidence *e, int year,
                                      upheld_error *err) {
  int years[UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 2];
  size_t known = upheld_evidence_years(e, years, sizeof years / sizeof years[0]), i = 0;
  *out = NULL;
  while (i < known && years[i] != year) i++;
  if (i == known) {
    return upheld_fail(err, UPHELD_ABSENT, "no-such-year", "there is no record and nothing published of the year %d",
                       year);
  }
  upheld_year_figures *f = upheld_new_zero(&e->allocator, 1, sizeof *f);
  if (f == NULL) return upheld_nomem(err);
  *out = f;
  f->allocator = e->allocator;
  f->evidence = e;
  f->year = year;
  size_t indicators = (size_t)e->scheme->indicator_count, types = (size_t)e->scheme->types.count;
  f->authority_capacity = e->directory.count + 1;
  f->authorities = upheld_new_zero(&e->allocator, f->authority_capacity, sizeof *f->authorities);
  if (f->authorities != NULL) {
    for (size_t a = 0; a < e->directory.count; a++) {
      if (belongs(e, (uint32_t)a, year)) f->authorities[f->count++] = (uint32_t)a;
    }
  }
  f->figure_count = f->count * indicators + 1; /* one more, so that no array is empty */
  f->pool_count = types * indicators + 1;
  f->figures = upheld_new_zero(&e->allocator, f->figure_count, sizeof *f->figures);
  f->pools = upheld_new_zero(&e->allocator, f->pool_count, sizeof *f->pools);
  if (f->authorities == NULL || f->figures == NULL || f->pools == NULL) {
    upheld_year_figures_free(f);
    *out = NULL;
    return upheld_nomem(err);
  }
  fill(f);
  return UPHELD_OK;
}

void upheld_year_figures_free(upheld_year_figures *f) {
  if (f == NULL) return;
  upheld_allocator a = f->allocator;
  upheld_release(&a, f->authorities, f->authority_capacity * sizeof *f->authorities);
  upheld_release(&a, f->figures, f->figure_count * sizeof *f->figures);
  upheld_release(&a, f->pools, f->pool_count * sizeof *f->pools);
  upheld_release(&a, f, sizeof *f);
}

int upheld_year_figures_place(const upheld_year_figures *f, uint32_t authority) {
  size_t low = 0, high = f->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (f->authorities[middle] < authority) low = middle + 1;
    else high = middle;
  }
  return low < f->count && f->authorities[low] == authority ? (int)low : -1;
}

const upheld_figure *upheld_year_figure(const upheld_year_figures *f, size_t place, int indicator) {
  return &f->figures[place * (size_t)f->evidence->scheme->indicator_count + (size_t)indicator];
}

/* The pool that the authority at place is compared with; false when its type has no peers. */
static bool pool_of(const upheld_year_figures *f, size_t place, int indicator, bool exclude_self, bool *self_in,
                    upheld_pool *out) {
  int type;
  bool member = in_pool(f, f->authorities[place], &type);
  if (type < 0) return false;
  *out = f->pools[(size_t)type * (size_t)f->evidence->scheme->indicator_count + (size_t)indicator];
  *self_in = member && !exclude_self;
  if (member && exclude_self) pool_move(out, upheld_year_figure(f, place, indicator), -1);
  return true;
}

bool upheld_year_peers(const upheld_year_figures *f, size_t place, int indicator, const upheld_peer_options *o,
                       upheld_peers *out) {
  const upheld_indicator *ind = &f->evidence->scheme->indicators[indicator];
  upheld_pool pool;
  memset(out, 0, sizeof *out);
  if (!pool_of(f, place, indicator, o->exclude_self, &out->include_self, &pool)) return false;
  out->mean = o->mean;
  out->numerator = pool.numerator;
  out->denominator = pool.denominator;
  out->authorities = pool.authorities;
  out->without_rate = pool.without_rate;
  out->unknown = pool.unknown;
  out->of = pool.of;
  out->percent = -1;
  if (pool.authorities > 0) {
    if (!o->mean) {
      print_rate(ind, pool.numerator, pool.denominator, &out->percent, out->value);
      out->rounded_to_bound = out->percent >= 0 && upheld_rounded_to_bound(pool.numerator, pool.denominator);
    } else if (ind->per == 100 && ind->decimals == 0) {
      out->percent = upheld_mean_percent(&pool.mean);
    } else {
      upheld_mean_decimal(&pool.mean, ind->per, ind->decimals, out->value, sizeof out->value, false, NULL);
    }
  }
  const upheld_published_value *v = printed_rate(f->evidence, f->authorities[place], f->year, indicator, true);
  out->has_published = v != NULL;
  if (v != NULL) {
    out->published = v->value;
    out->published_decimals = v->decimals;
  }
  return true;
}

const char *upheld_year_class(const upheld_year_figures *f, size_t place, int indicator, upheld_limits_method method,
                              const char **reason) {
  const upheld_indicator *ind = &f->evidence->scheme->indicators[indicator];
  const upheld_figure *figure = upheld_year_figure(f, place, indicator);
  upheld_pool pool;
  bool self_in;
  upheld_class class = UPHELD_CLASS_SIMILAR;
  *reason = NULL;
  if (!pool_of(f, place, indicator, true, &self_in, &pool)) {
    *reason = "no-peers";
  } else if (figure->reason != NULL) {
    *reason = figure->reason;
  } else if (pool.unknown > 0) {
    *reason = "peers-incomplete"; /* a class against half a group would be a claim about that half */
  } else if (pool.denominator == 0) {
    *reason = "peers-without-rate";
  }
  if (*reason != NULL) return NULL;
  double target = (double)pool.numerator / (double)pool.denominator;
  upheld_status st = ind->denominator == 0
      ? upheld_significance_of_count(figure->numerator, target * (double)figure->denominator, &class, NULL)
      : upheld_significance(figure->numerator, figure->denominator, target, method, &class, NULL);
  if (st != UPHELD_OK) {
    *reason = "not-recorded";
    return NULL;
  }
  return upheld_class_name(class);
}

/* Adds the counters from `first` on; from records where there are any, else from published counts, else none where records cover the year. */
static bool add_counts(const upheld_year_figures *f, size_t place, int first, int count, uint64_t mask, bool covered,
                       int64_t *sums) {
  const upheld_evidence *e = f->evidence;
  uint32_t authority = f->authorities[place];
  const upheld_cell *cell = upheld_tally_cell(&e->tally, authority, f->year);
  int64_t value;
  if (upheld_cell_sum(cell, mask) > 0 || (covered && !upheld_evidence_has_published(e, authority, f->year))) {
    for (int i = 0; i < count; i++) sums[i] += cell == NULL ? 0 : cell->counts[first + i];
    return true;
  }
  for (int i = 0; i < count; i++) {
    if (!upheld_published_count(e, authority, f->year, UPHELD_BIT(first + i), &value)) return false;
    sums[i] += value;
  }
  return true;
}

bool upheld_year_outcomes(const upheld_year_figures *f, size_t place, int64_t *sums) {
  return add_counts(f, place, 0, f->evidence->scheme->outcomes.count, UPHELD_MASK_DECIDED,
                    f->covers[UPHELD_CLOCK_DECIDED], sums);
}

bool upheld_year_received(const upheld_year_figures *f, size_t place, int64_t *sums, int64_t *no_area) {
  const upheld_cell *cell = upheld_tally_cell(&f->evidence->tally, f->authorities[place], f->year);
  if (cell != NULL && cell->gaps[UPHELD_GAP_RECEIVED] > 0) return false; /* decided, but when it came is not recorded */
  *no_area += upheld_cell_sum(cell, UPHELD_BIT(UPHELD_COUNTER_NO_AREA));
  return add_counts(f, place, UPHELD_COUNTER_AREA, f->evidence->scheme->areas.count, UPHELD_MASK_RECEIVED,
                    f->covers[UPHELD_CLOCK_RECEIVED], sums);
}

void upheld_year_total(const upheld_year_figures *f, int indicator, upheld_figure *out) {
  const upheld_scheme *s = f->evidence->scheme;
  bool residents = s->indicators[indicator].denominator == 0, whole[32] = {false};
  for (size_t place = 0; place < f->count; place++) {
    int type = f->evidence->directory.items[f->authorities[place]].type;
    if (type >= 0) whole[type] = true;
  }
  memset(out, 0, sizeof *out);
  out->indicator = indicator;
  out->numerator_known = out->denominator_known = true;
  for (size_t place = 0; place < f->count; place++) {
    const upheld_figure *figure = upheld_year_figure(f, place, indicator);
    int type = f->evidence->directory.items[f->authorities[place]].type;
    /* A park or fire authority has no residents of its own, and a district's are its county's. */
    int within = type >= 0 ? s->type_of[type].within : -1;
    bool counted = !residents || (type >= 0 && (within < 0 || !whole[within]));
    if (!figure->numerator_known) out->numerator_known = false;
    if (counted && !figure->denominator_known) out->denominator_known = false;
    if (figure->numerator_known) out->numerator += figure->numerator;
    if (counted && figure->denominator_known) out->denominator += figure->denominator;
    if (figure->basis > out->basis) out->basis = figure->basis;
  }
  if (residents && out->denominator == 0) out->denominator_known = false; /* nobody's residents are known: unknown, not zero */
  finish(s, out);
}

const char *upheld_basis_name(upheld_basis basis) {
  switch (basis) {
    case UPHELD_BASIS_RECORDS: return "records";
    case UPHELD_BASIS_PUBLISHED: return "published";
    case UPHELD_BASIS_DERIVED: return "derived";
    default: return NULL;
  }
}

/* }====== */
