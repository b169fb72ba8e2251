/*
** figures.c: the figures of one reporting year (figures.h has the rules).
** Owns: a figure's rate or the reason for none, what of it may be printed, and the totals. Rates are made and rounded by rate.c only;
** which evidence makes a figure is source.c's.
*/
#include "figures.h"

#include <stdlib.h>
#include <string.h>

#include "boundaries.h"
#include "published.h"
#include "source.h"

/* {====== one figure ====== */

static void unknown(upheld_figure *f, const char *reason) {
  f->reason = reason;
  f->percent = -1;
  f->value[0] = '\0';
  f->lower[0] = f->upper[0] = '\0';
  f->has_interval = false;
  f->rounded_to_bound = false;
  f->caution = NULL;
}

bool upheld_print_rate(const upheld_indicator *ind, int64_t x, int64_t n, int64_t *percent, char value[32]) {
  value[0] = '\0';
  *percent = -1;
  if (ind->per == 100 && ind->decimals == 0) {
    *percent = upheld_percent(x, n);
    return true;
  }
  return upheld_decimal(x, n, ind->per, ind->decimals, value, 32, false, NULL) == UPHELD_OK;
}

bool upheld_indicator_in_year(const upheld_indicator *ind, int year) {
  return (ind->since == 0 || year >= ind->since) && (ind->until == 0 || year <= ind->until);
}

void upheld_figure_pair(const upheld_scheme *s, const upheld_figure *f, int64_t *x, int64_t *n) {
  bool days = s->indicators[f->indicator].measure == UPHELD_MEASURE_DAYS;
  *x = days ? f->quarter[1] : f->numerator;
  *n = days ? 4 : f->denominator;
}

double upheld_figure_plotted(const upheld_scheme *s, const upheld_figure *f) {
  const upheld_indicator *ind = &s->indicators[f->indicator];
  int64_t x, n;
  upheld_figure_pair(s, f, &x, &n);
  return (ind->measure == UPHELD_MEASURE_RESIDENTS ? (double)ind->per : 1) * (double)x / (double)n;
}

/* The printed quartiles of days, which upheld_print_rate has for the median. */
static void print_quartiles(const upheld_indicator *ind, upheld_figure *f) {
  int64_t percent;
  upheld_print_rate(ind, f->quarter[0], 4, &percent, f->lower);
  upheld_print_rate(ind, f->quarter[2], 4, &percent, f->upper);
}

void upheld_figure_finish(const upheld_scheme *s, upheld_figure *f) {
  const upheld_indicator *ind = &s->indicators[f->indicator];
  bool days = ind->measure == UPHELD_MEASURE_DAYS, contradicted = f->reason == upheld_counts_disagree;
  int64_t x, n;
  upheld_figure_pair(s, f, &x, &n);
  unknown(f, NULL);
  if (contradicted) {
    f->reason = upheld_counts_disagree;
  } else if ((!days && !f->numerator_known) || !f->denominator_known) {
    f->reason = "not-recorded";
  } else if (f->denominator == 0) {
    f->reason = ind->none;
  } else if (ind->measure == UPHELD_MEASURE_SHARE && ind->per == 100 && f->numerator > f->denominator) {
    f->reason = upheld_counts_disagree;
  } else if (!upheld_print_rate(ind, x, n, &f->percent, f->value)) {
    f->reason = "not-recorded";
  } else {
    f->counted = true;
    f->rounded_to_bound = !days && upheld_rate_at_bound(x, n, ind->per, ind->decimals);
    if (days) print_quartiles(ind, f);
    else f->has_interval = upheld_figure_interval(s, f, 0.95, UPHELD_INTERVAL_DEFAULT, &f->low, &f->high, NULL) == UPHELD_OK;
    int64_t base = ind->measure == UPHELD_MEASURE_RESIDENTS ? f->numerator : f->denominator;
    if (base - f->rounded_to / 2 < ind->caution_below) f->caution = "few-cases";
  }
}

upheld_status upheld_figure_interval(const upheld_scheme *s, const upheld_figure *f, double level,
                                     upheld_interval_method method, double *low, double *high, upheld_error *err) {
  const upheld_indicator *ind = &s->indicators[f->indicator];
  if (f->reason != NULL) {
    return upheld_fail(err, UPHELD_ABSENT, f->reason, "there is no rate and so no interval (%s)", f->reason);
  }
  if (f->rounded_to > 1) return upheld_fail(err, UPHELD_ABSENT, "rounded", "the interval of rounded counts is not that of the figure");
  if (ind->measure == UPHELD_MEASURE_DAYS) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-method", "the interval of a median needs the cases, not their number");
  }
  if (ind->measure == UPHELD_MEASURE_RESIDENTS) { /* a count per residents: the count varies, the residents are fixed */
    upheld_status st = upheld_interval_of_count(f->numerator, level, method, low, high, err);
    if (st != UPHELD_OK) return st;
    double unit = (double)ind->per / (double)f->denominator;
    *low *= unit;
    *high *= unit;
    return UPHELD_OK;
  }
  return upheld_interval_of_share(f->numerator, f->denominator, level, method, low, high, err);
}

/* The quartiles of the days; what is counted must be what the days tell of. */
static void take_quartiles(const upheld_year_figures *y, uint32_t authority, upheld_figure *f) {
  size_t count;
  int64_t cases = 0;
  const upheld_day_count *list = upheld_year_days(y, authority, f->indicator, &count);
  for (size_t i = 0; i < count; i++) cases += list[i].cases;
  if (f->denominator_known && cases != f->denominator) f->denominator_known = false;
  for (int q = 1; q <= 3; q++) f->quarter[q - 1] = upheld_day_list_quarter(list, count, q);
}

int64_t upheld_figure_base(const upheld_evidence *e, uint32_t authority, int year, const upheld_figure *f) {
  const upheld_indicator *ind = &e->scheme->indicators[f->indicator];
  int64_t base = upheld_cell_sum(upheld_tally_cell(&e->tally, authority, year), ind->withhold_of);
  if (f->basis != UPHELD_BASIS_RECORDS && !upheld_published_count(e, authority, year, ind->withhold_of, &base)) base = 0;
  return base;
}

/* A rate is withheld while what the scheme asks for is not there, or not known. Its counts stay, and stay in averages. */
static void withhold(const upheld_evidence *e, uint32_t authority, int year, upheld_figure *f) {
  const upheld_indicator *ind = &e->scheme->indicators[f->indicator];
  if (f->reason != NULL || ind->withhold_below == 0) return;
  if (upheld_figure_base(e, authority, year, f) < ind->withhold_below) unknown(f, "too-few");
}

static void make_figure(const upheld_year_figures *y, uint32_t authority, int indicator, upheld_figure *f) {
  const upheld_evidence *e = y->evidence;
  const upheld_indicator *ind = &e->scheme->indicators[indicator];
  memset(f, 0, sizeof *f);
  f->indicator = indicator;
  if (!upheld_indicator_in_year(ind, y->year)) {
    unknown(f, "not-defined");
    return;
  }
  upheld_figure_source(e, authority, y->year, y->covers, f);
  if (ind->measure == UPHELD_MEASURE_DAYS) take_quartiles(y, authority, f);
  upheld_figure_finish(e->scheme, f);
  withhold(e, authority, y->year, f);
}

static void keep_counts(upheld_figure *f) {
  f->counts.numerator_known = f->numerator_known;
  f->counts.denominator_known = f->denominator_known;
  f->counts.numerator = f->numerator;
  f->counts.denominator = f->denominator;
}

/* What of a figure may be printed. */
typedef struct shown {
  bool numerator, denominator, late;
  bool base; /* what withhold_of counts: that a rate is withheld, or is not, tells of it */
} shown;

/* The counts as multiples of the base. A rate stays where they still give it, nearly; what needs the counts as they are goes. */
static void round_figure(const upheld_scheme *s, const upheld_disclosure_plan *p, upheld_figure *f) {
  const upheld_indicator *ind = &s->indicators[f->indicator];
  bool days = ind->measure == UPHELD_MEASURE_DAYS, shares = ind->measure == UPHELD_MEASURE_SHARE, counted = f->counted;
  const char *reason = f->reason;
  f->rounded_to = p->rule.round_to;
  f->numerator = upheld_count_shown(p, f->numerator);
  if (shares || days) f->denominator = upheld_count_shown(p, f->denominator);
  f->late = upheld_count_shown(p, f->late);
  if (f->suppressed || (reason != NULL && !counted)) return; /* hidden, of 0 cases, or unknown: what is left has no rate */
  upheld_figure_finish(s, f);
  f->counted = counted;
  f->has_interval = false;
  if (reason != NULL) unknown(f, reason); /* withheld before, withheld now */
  /* the fractions of a median and its quartiles tell of the number of cases */
  else if (days || !upheld_rate_bears_rounding(f->numerator, f->denominator, f->rounded_to, shares)) unknown(f, "rounded");
}

/* Takes from a figure what may not be printed, and rounds what may. */
static void disclose(const upheld_scheme *s, const upheld_disclosure_plan *p, const shown *show, upheld_figure *f) {
  bool unknown_anyway = f->reason != NULL && !f->counted && (!f->denominator_known || f->denominator != 0);
  if (!show->late) f->late_known = false;
  if (!show->numerator || !show->denominator) {
    unknown(f, unknown_anyway ? f->reason : "suppressed");
    f->suppressed = !unknown_anyway;
    f->late_known = false;
    if (!show->numerator) f->numerator_known = false;
    if (!show->denominator) f->denominator_known = false;
  }
  if (p->rule.round_to > 1) round_figure(s, p, f);
  if (!show->base && f->counted && !f->suppressed) unknown(f, "suppressed");
  if (!f->numerator_known) f->numerator = 0; /* nothing is left behind for an output to find */
  if (!f->denominator_known) f->denominator = 0;
  if (!f->late_known) f->late = 0;
}

/* Whether it may be told that a rate is withheld, or is not. Cases are printed nowhere: no rate without a word, and a rate tells nothing. */
static bool base_shown(const upheld_year_figures *f, size_t place, const upheld_figure *figure) {
  uint64_t mask = f->evidence->scheme->indicators[figure->indicator].withhold_of;
  if ((mask & UPHELD_MASK_CASES) == 0) return upheld_row_shown(f->plan, place, mask);
  return figure->reason == NULL || !figure->counted;
}

/* Every figure as the plan lets it be printed. */
static void disclose_all(upheld_year_figures *f) {
  const upheld_scheme *s = f->evidence->scheme;
  for (size_t place = 0; place < f->count; place++) {
    for (int k = 0; k < s->indicator_count; k++) {
      upheld_figure *figure = &f->figures[place * (size_t)s->indicator_count + (size_t)k];
      const upheld_indicator *ind = &s->indicators[k];
      if (figure->basis == UPHELD_BASIS_NONE) continue;
      const shown show = {upheld_row_shown(f->plan, place, ind->numerator), upheld_row_shown(f->plan, place, ind->denominator),
                          upheld_row_shown(f->plan, place, ind->late), base_shown(f, place, figure)};
      disclose(s, f->plan, &show, figure);
    }
  }
}

/* }====== */

/* {====== the year ====== */

static bool belongs(const upheld_evidence *e, uint32_t authority, int year) {
  const upheld_cell *cell = upheld_tally_cell(&e->tally, authority, year);
  return upheld_authority_in_year(e->scheme, &e->directory.items[authority], year) ||
         upheld_cell_sum(cell, UINT64_MAX) > 0 || upheld_evidence_has_published(e, authority, year);
}

static void fill(upheld_year_figures *f) {
  const upheld_evidence *e = f->evidence;
  int indicators = e->scheme->indicator_count;
  for (int c = 0; c < UPHELD_CLOCKS; c++) {
    f->covers[c] = upheld_tally_covers(&e->tally, f->year, upheld_clock_mask((upheld_clock)c));
  }
  /* Decisions that state their compliance and have none in the year say that there was none. */
  if (f->covers[UPHELD_CLOCK_DECIDED] && !upheld_tally_has_gap(&e->tally, f->year, UPHELD_GAP_COMPLIANCE)) {
    f->covers[UPHELD_CLOCK_COMPLIANCE] = true;
  }
  for (size_t place = 0; place < f->count; place++) {
    for (int k = 0; k < indicators; k++) {
      upheld_figure *figure = &f->figures[place * (size_t)indicators + (size_t)k];
      make_figure(f, f->authorities[place], k, figure);
      keep_counts(figure);
      if (e->scheme->indicators[k].measure == UPHELD_MEASURE_DAYS && figure->reason == NULL) {
        figure->has_interval = upheld_year_interval(f, place, k, 0.95, UPHELD_INTERVAL_DEFAULT, &figure->low, &figure->high,
                                                    NULL) == UPHELD_OK;
      }
    }
  }
}

/* The cases of each indicator of days. */
static upheld_status take_days(upheld_year_figures *f, upheld_error *err) {
  const upheld_scheme *s = f->evidence->scheme;
  for (int k = 0; k < s->indicator_count; k++) {
    upheld_day_lists *l = &f->days[k];
    if (s->indicators[k].measure != UPHELD_MEASURE_DAYS) continue;
    upheld_status st = upheld_days_of_year(&f->evidence->tally.days, f->year, s->indicators[k].denominator, &l->items,
                                           &l->count, &l->capacity, err);
    if (st != UPHELD_OK) return st;
    for (size_t i = 0; i < l->count; i++) {
      if ((size_t)l->items[i].days >= l->span) l->span = (size_t)l->items[i].days + 1;
    }
  }
  return UPHELD_OK;
}

upheld_status upheld_year_figures_new(upheld_year_figures **out, const upheld_evidence *e, int year,
                                      upheld_error *err) {
  return upheld_year_figures_with(out, e, year, NULL, err);
}

/* Decides what is hidden, and hides it. */
static upheld_status hide(upheld_year_figures *f, const upheld_disclosure *d, upheld_error *err) {
  if (d == NULL) return UPHELD_OK;
  upheld_status st = upheld_disclosure_plan_new(&f->plan, f, d, err);
  if (f->plan != NULL) disclose_all(f);
  return st;
}

upheld_status upheld_year_figures_with(upheld_year_figures **out, const upheld_evidence *e, int year, const upheld_disclosure *d,
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
  size_t indicators = (size_t)e->scheme->indicator_count;
  f->authority_capacity = e->directory.count + 1;
  f->authorities = upheld_new_zero(&e->allocator, f->authority_capacity, sizeof *f->authorities);
  if (f->authorities != NULL) {
    for (size_t a = 0; a < e->directory.count; a++) {
      if (belongs(e, (uint32_t)a, year)) f->authorities[f->count++] = (uint32_t)a;
    }
  }
  f->figure_count = f->count * indicators + 1; /* one more, so that no array is empty */
  f->figures = upheld_new_zero(&e->allocator, f->figure_count, sizeof *f->figures);
  upheld_status st = f->authorities == NULL || f->figures == NULL ? upheld_nomem(err) : take_days(f, err);
  if (st == UPHELD_OK) {
    fill(f);
    st = hide(f, d, err);
  }
  if (st != UPHELD_OK) {
    upheld_year_figures_free(f);
    *out = NULL;
  }
  return st;
}

void upheld_year_figures_free(upheld_year_figures *f) {
  if (f == NULL) return;
  upheld_allocator a = f->allocator;
  upheld_release(&a, f->authorities, f->authority_capacity * sizeof *f->authorities);
  upheld_release(&a, f->figures, f->figure_count * sizeof *f->figures);
  upheld_disclosure_plan_free(f->plan);
  for (int k = 0; k < UPHELD_MAX_INDICATORS; k++) {
    upheld_release(&a, f->days[k].items, f->days[k].capacity * sizeof *f->days[k].items);
  }
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

const upheld_day_count *upheld_year_days(const upheld_year_figures *f, uint32_t authority, int indicator, size_t *count) {
  const upheld_day_lists *l = &f->days[indicator];
  size_t low = 0, high = l->count;
  *count = l->count;
  if (authority == UINT32_MAX || l->count == 0) return l->items;
  while (low < high) { /* the first item of the authority or a later one */
    size_t middle = low + (high - low) / 2;
    if (l->items[middle].authority < authority) low = middle + 1;
    else high = middle;
  }
  *count = 0;
  while (low + *count < l->count && l->items[low + *count].authority == authority) ++*count;
  return l->items + low;
}

/* Whether the records of a clock are of some parts of an authority only, as far as can be known (boundaries.h). */
static bool unsure(const upheld_cell *cell, upheld_clock clock) {
  return cell != NULL && cell->gaps[UPHELD_GAP_UNSURE + (int)clock] > 0;
}

/* Adds the counters from `first` on; from records where there are any, else from published counts, else none where records cover the year. */
static bool add_counts(const upheld_year_figures *f, size_t place, int first, int count, upheld_clock clock, int64_t *sums) {
  const upheld_evidence *e = f->evidence;
  uint32_t authority = f->authorities[place];
  const upheld_cell *cell = upheld_tally_cell(&e->tally, authority, f->year);
  int64_t value;
  bool none = f->covers[clock] && !upheld_evidence_has_published(e, authority, f->year);
  if (!unsure(cell, clock) && (upheld_cell_sum(cell, upheld_clock_mask(clock)) > 0 || none)) {
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
  return add_counts(f, place, 0, f->evidence->scheme->outcomes.count, UPHELD_CLOCK_DECIDED, sums);
}

bool upheld_year_received(const upheld_year_figures *f, size_t place, int64_t *sums, int64_t *no_area) {
  const upheld_cell *cell = upheld_tally_cell(&f->evidence->tally, f->authorities[place], f->year);
  if (cell != NULL && cell->gaps[UPHELD_GAP_RECEIVED] > 0) return false; /* decided, but when it came is not recorded */
  if (!unsure(cell, UPHELD_CLOCK_RECEIVED)) *no_area += upheld_cell_sum(cell, UPHELD_BIT(UPHELD_COUNTER_NO_AREA));
  return add_counts(f, place, UPHELD_COUNTER_AREA, f->evidence->scheme->areas.count, UPHELD_CLOCK_RECEIVED, sums);
}

/* How many cases took each number of days, over the authorities whose days are known; NULL when memory is short. */
static int64_t *day_sums(const upheld_year_figures *f, int indicator, size_t *span) {
  size_t count;
  const upheld_day_count *list = upheld_year_days(f, UINT32_MAX, indicator, &count);
  *span = f->days[indicator].span + 1;
  int64_t *at = upheld_new_zero(&f->allocator, *span, sizeof *at);
  for (size_t i = 0; at != NULL && i < count; i++) at[list[i].days] += list[i].cases;
  return at;
}

static void total_quartiles(const upheld_year_figures *f, upheld_figure *out) {
  size_t span;
  int64_t *at = day_sums(f, out->indicator, &span);
  if (at == NULL) out->denominator_known = false; /* short of memory: no figure rather than a wrong one */
  for (int q = 1; q <= 3; q++) out->quarter[q - 1] = at == NULL ? -1 : upheld_days_quarter(at, span, NULL, 0, q);
  upheld_release(&f->allocator, at, span * sizeof *at);
}

/* Order statistics of n values that hold the median at the level: the k-th least and the k-th greatest; 0 when n is too small. */
static int64_t median_rank(int64_t n, double level) {
  double low, high;
  if (upheld_limits(0.5, n, level, UPHELD_LIMITS_EXACT, &low, &high, NULL) != UPHELD_OK) return 0;
  return (int64_t)(low * (double)n + 0.5); /* limits are counts over n: this is the count again */
}

/* Interval of the median of an authority's cases, or of everybody's (place == f->count). */
static upheld_status median_interval(const upheld_year_figures *f, size_t place, const upheld_figure *figure, double level,
                                     double *low, double *high, upheld_error *err) {
  size_t count, span;
  if (!(level > 0 && level < 1)) return upheld_fail(err, UPHELD_MISUSE, "bad-level", "a level lies between 0 and 1");
  int64_t n = figure->counts.denominator, k = median_rank(n, level);
  if (k < 1) return upheld_fail(err, UPHELD_ABSENT, "too-few-cases", "there are too few cases for an interval at that level");
  if (place < f->count) {
    const upheld_day_count *list = upheld_year_days(f, f->authorities[place], figure->indicator, &count);
    *low = (double)upheld_day_list_at(list, count, k - 1);
    *high = (double)upheld_day_list_at(list, count, n - k);
    return UPHELD_OK;
  }
  int64_t *at = day_sums(f, figure->indicator, &span);
  if (at == NULL) return upheld_nomem(err);
  *low = (double)upheld_days_at(at, span, NULL, 0, k - 1);
  *high = (double)upheld_days_at(at, span, NULL, 0, n - k);
  upheld_release(&f->allocator, at, span * sizeof *at);
  return UPHELD_OK;
}

upheld_status upheld_year_interval(const upheld_year_figures *f, size_t place, int indicator, double level,
                                   upheld_interval_method method, double *low, double *high, upheld_error *err) {
  const upheld_scheme *s = f->evidence->scheme;
  upheld_figure total = {0};
  if (place == f->count) upheld_year_total(f, indicator, &total);
  const upheld_figure *figure = place == f->count ? &total : upheld_year_figure(f, place, indicator);
  if (s->indicators[indicator].measure != UPHELD_MEASURE_DAYS || figure->reason != NULL) {
    return upheld_figure_interval(s, figure, level, method, low, high, err);
  }
  if (figure->rounded_to > 1) { /* the levels at which the ranks change would give the number of cases */
    return upheld_fail(err, UPHELD_ABSENT, "rounded", "the interval of a median needs the number of cases, which is rounded");
  }
  if (method != UPHELD_INTERVAL_DEFAULT && method != UPHELD_INTERVAL_EXACT) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-method", "the interval of a median is by order statistics: exact");
  }
  return median_interval(f, place, figure, level, low, high, err);
}

enum { MAX_TYPES = 32 }; /* of a vocabulary */

/*
** Whose residents are in the total: nobody's twice. A park or fire authority has none of its own, and a district's are its county's.
** Which county a district is in is not recorded; but where all counties and all their districts are there, both have the same residents
** (of the same estimate), and where they have not, somebody would be left out or counted twice. Where the residents of no authority within
** a type are known, that type is taken to be complete.
*/
typedef struct residents_once {
  bool whole[MAX_TYPES];   /* the type has authorities in the year */
  bool known[MAX_TYPES], unknown[MAX_TYPES]; /* the residents of some are known, of some are not */
  int64_t sum[MAX_TYPES];  /* of those that are */
} residents_once;

static void whole_types(const upheld_year_figures *f, residents_once *r) {
  memset(r, 0, sizeof *r);
  for (size_t place = 0; place < f->count; place++) {
    int type = f->evidence->directory.items[f->authorities[place]].type;
    if (type >= 0) r->whole[type] = true;
  }
}

/* Whether the authority's own residents are to be added. */
static bool adds_residents(const upheld_year_figures *f, size_t place, const upheld_figure *figure, residents_once *r) {
  int type = f->evidence->directory.items[f->authorities[place]].type;
  int outer = type >= 0 ? f->evidence->scheme->type_of[type].within : -1;
  bool adds = type >= 0 && (outer < 0 || !r->whole[outer]);
  if (type >= 0 && figure->counts.denominator_known) {
    r->sum[type] += figure->counts.denominator;
    r->known[type] = true;
  }
  if (type >= 0 && !figure->counts.denominator_known) r->unknown[type] = true;
  return adds;
}

static bool stands_for_parts(const upheld_scheme *s, const residents_once *r) {
  for (int t = 0; t < s->types.count; t++) {
    int outer = s->type_of[t].within;
    if (!r->known[t] || outer < 0 || !r->whole[outer]) continue; /* housing associations have none of their own */
    if (r->unknown[t] || r->sum[t] != r->sum[outer]) return false;
  }
  return true;
}

void upheld_year_total(const upheld_year_figures *f, int indicator, upheld_figure *out) {
  const upheld_scheme *s = f->evidence->scheme;
  const upheld_indicator *ind = &s->indicators[indicator];
  bool residents = ind->measure == UPHELD_MEASURE_RESIDENTS;
  residents_once once;
  whole_types(f, &once);
  memset(out, 0, sizeof *out);
  out->indicator = indicator;
  out->denominator_known = true;
  out->numerator_known = ind->measure != UPHELD_MEASURE_DAYS;
  for (size_t place = 0; place < f->count; place++) {
    const upheld_figure *figure = upheld_year_figure(f, place, indicator);
    bool counted = !residents || adds_residents(f, place, figure, &once);
    if (!figure->counts.numerator_known) out->numerator_known = false;
    if (counted && !figure->counts.denominator_known) out->denominator_known = false;
    if (residents && upheld_residents_overlap(f->evidence, f->authorities[place])) out->denominator_known = false;
    if (figure->counts.numerator_known) out->numerator += figure->counts.numerator;
    if (counted && figure->counts.denominator_known) out->denominator += figure->counts.denominator;
    if (figure->basis > out->basis) out->basis = figure->basis;
  }
  /* nobody's residents are known: unknown, not zero */
  if (residents && (out->denominator == 0 || !stands_for_parts(s, &once))) out->denominator_known = false;
  if (!upheld_indicator_in_year(ind, f->year)) {
    unknown(out, "not-defined");
    return;
  }
  if (ind->measure == UPHELD_MEASURE_DAYS) total_quartiles(f, out);
  upheld_figure_finish(s, out);
  keep_counts(out);
  if (f->plan != NULL) {
    const shown show = {upheld_total_shown(f->plan, ind->numerator), upheld_total_shown(f->plan, ind->denominator),
                        upheld_total_shown(f->plan, ind->late), true}; /* no total is withheld */
    disclose(s, f->plan, &show, out);
  }
  if (ind->measure == UPHELD_MEASURE_DAYS && out->reason == NULL && out->rounded_to < 2) {
    out->has_interval = median_interval(f, f->count, out, 0.95, &out->low, &out->high, NULL) == UPHELD_OK;
  }
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
