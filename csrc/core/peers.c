/*
** peers.c: groups of authorities, their averages, and one authority beside its group (peers.h).
** Owns: the pools. A pool is summed once a year; an authority is taken out of it by subtraction, never by a second sum.
*/
#include "peers.h"

#include <string.h>

#include "published.h"
#include "text.h"

/* {====== grouping ====== */

static const upheld_authority *authority_at(const upheld_grouping *g, size_t place) {
  return &g->figures->evidence->directory.items[g->figures->authorities[place]];
}

static int indicator_count(const upheld_grouping *g) { return g->figures->evidence->scheme->indicator_count; }

/* Number of the group with this label, made when it is new; -1 for lack of memory. */
static int group_labelled(upheld_grouping *g, const char *label) {
  for (size_t i = 0; i < g->groups; i++) {
    if (strcmp(g->labels[i], label) == 0) return (int)i;
  }
  const char *copy = upheld_arena_copy(&g->arena, upheld_text_of(label));
  if (copy == NULL || upheld_grow(&g->allocator, (void **)&g->labels, &g->label_capacity, g->groups + 1, sizeof *g->labels,
                                  NULL) != UPHELD_OK) {
    return -1;
  }
  g->labels[g->groups] = copy;
  return (int)g->groups++;
}

/* The label of the group that an authority is compared with; NULL when it has none. */
static const char *label_of(upheld_grouping *g, const upheld_authority *a, upheld_buffer *b) {
  const upheld_scheme *s = g->figures->evidence->scheme;
  if (g->kind == UPHELD_GROUP_SET) return g->name;
  if (a->type < 0) return NULL;
  if (g->kind == UPHELD_GROUP_TYPE) return s->type_of[a->type].label;
  if (a->region[0] == '\0') return NULL;
  if (g->kind == UPHELD_GROUP_REGION) return a->region;
  b->size = 0;
  upheld_buffer_text(b, s->type_of[a->type].label);
  upheld_buffer_text(b, ", ");
  upheld_buffer_text(b, a->region);
  return b->data; /* NULL when memory is short: b->failed tells */
}

static bool listed(const upheld_group_rule *rule, uint32_t authority) {
  for (size_t i = 0; i < rule->member_count; i++) {
    if (rule->members[i] == authority) return true;
  }
  return false;
}

static upheld_status assign(upheld_grouping *g, const upheld_group_rule *rule, upheld_error *err) {
  const upheld_year_figures *f = g->figures;
  upheld_buffer b;
  bool failed = false;
  upheld_buffer_init(&b, &g->allocator);
  for (size_t place = 0; place < f->count && !failed; place++) {
    const upheld_authority *a = authority_at(g, place);
    const char *label = label_of(g, a, &b);
    g->group_of[place] = label == NULL ? -1 : group_labelled(g, label);
    failed = b.failed || (label != NULL && g->group_of[place] < 0);
    g->member[place] = g->group_of[place] >= 0 && upheld_authority_in_year(f->evidence->scheme, a, f->year) &&
                       (g->kind != UPHELD_GROUP_SET || listed(rule, f->authorities[place]));
  }
  upheld_buffer_free(&b);
  return failed ? upheld_nomem(err) : UPHELD_OK;
}

static upheld_peer_state state_of(const upheld_figure *f) {
  if (f->suppressed) return UPHELD_PEER_SUPPRESSED;
  if (f->counted) return UPHELD_PEER_IN;
  return f->denominator_known && f->denominator == 0 && (f->reason == NULL || strcmp(f->reason, "counts-disagree") != 0) &&
                 f->basis != UPHELD_BASIS_NONE
             ? UPHELD_PEER_WITHOUT
             : UPHELD_PEER_UNKNOWN;
}

/*
** Adds (sign 1) the counts of one figure to a pool, or takes them out (-1). What is suppressed counts in the sums of a type, which were
** checked for it, and nowhere else.
*/
static void pool_move(const upheld_grouping *g, upheld_pool *pool, const upheld_figure *f, int sign) {
  upheld_peer_state state = state_of(f);
  pool->of += sign;
  if (state == UPHELD_PEER_UNKNOWN) pool->unknown += sign;
  if (state == UPHELD_PEER_WITHOUT) pool->without_rate += sign;
  if (state == UPHELD_PEER_SUPPRESSED) pool->suppressed += sign;
  if (f->counted && (state == UPHELD_PEER_IN || g->kind == UPHELD_GROUP_TYPE)) {
    pool->numerator += sign * f->counts.numerator;
    pool->denominator += sign * f->counts.denominator;
  }
  if (state != UPHELD_PEER_IN) return;
  int64_t x, n;
  upheld_figure_pair(g->figures->evidence->scheme, f, &x, &n);
  pool->authorities += sign;
  if (sign > 0) upheld_mean_add(&pool->mean, x, n);
  else upheld_mean_remove(&pool->mean, x, n);
}

/* The rate and the days of one figure, which only ever go in. */
static upheld_status pool_keep(const upheld_grouping *g, upheld_pool *pool, size_t place, int k, upheld_error *err) {
  const upheld_figure *f = upheld_year_figure(g->figures, place, k);
  if (state_of(f) != UPHELD_PEER_IN) return UPHELD_OK;
  upheld_status st = upheld_grow(&g->allocator, (void **)&pool->rates, &pool->rate_capacity, pool->rate_count + 1,
                                 sizeof *pool->rates, err);
  if (st != UPHELD_OK) return st;
  upheld_pair *pair = &pool->rates[pool->rate_count++];
  upheld_figure_pair(g->figures->evidence->scheme, f, &pair->x, &pair->n);
  if (g->figures->evidence->scheme->indicators[k].measure != UPHELD_MEASURE_DAYS) return UPHELD_OK;
  if (pool->days == NULL) {
    pool->day_span = g->figures->days[k].span + 1;
    pool->days = upheld_new_zero(&g->allocator, pool->day_span, sizeof *pool->days);
    if (pool->days == NULL) return upheld_nomem(err);
  }
  size_t count;
  const upheld_day_count *list = upheld_year_days(g->figures, g->figures->authorities[place], k, &count);
  for (size_t i = 0; i < count; i++) pool->days[list[i].days] += list[i].cases;
  return UPHELD_OK;
}

static upheld_status fill(upheld_grouping *g, upheld_error *err) {
  int indicators = indicator_count(g);
  upheld_status st = UPHELD_OK;
  for (size_t place = 0; place < g->places; place++) {
    if (!g->member[place]) continue;
    for (int k = 0; k < indicators && st == UPHELD_OK; k++) {
      upheld_pool *pool = &g->pools[(size_t)g->group_of[place] * (size_t)indicators + (size_t)k];
      pool_move(g, pool, upheld_year_figure(g->figures, place, k), 1);
      st = pool_keep(g, pool, place, k, err);
    }
  }
  for (size_t i = 0; i < g->pool_count && st == UPHELD_OK; i++) {
    st = upheld_sort_rates(&g->allocator, g->pools[i].rates, g->pools[i].rate_count, err);
  }
  return st;
}

static upheld_status build(upheld_grouping *g, const upheld_group_rule *rule, upheld_error *err) {
  const upheld_year_figures *f = g->figures;
  g->kind = rule->kind;
  if (rule->kind == UPHELD_GROUP_SET) {
    if (rule->member_count == 0) return upheld_fail(err, UPHELD_MISUSE, "empty-set", "the set \"%s\" has no authority", rule->name);
    g->name = upheld_arena_copy(&g->arena, upheld_text_of(rule->name));
    g->version = upheld_arena_copy(&g->arena, upheld_text_of(rule->version == NULL ? "" : rule->version));
    if (g->name == NULL || g->version == NULL) return upheld_nomem(err);
  }
  g->places = f->count;
  g->group_of = upheld_new_zero(&g->allocator, f->count + 1, sizeof *g->group_of);
  g->member = upheld_new_zero(&g->allocator, f->count + 1, sizeof *g->member);
  if (g->group_of == NULL || g->member == NULL) return upheld_nomem(err);
  upheld_status st = assign(g, rule, err);
  if (st != UPHELD_OK) return st;
  g->pool_count = g->groups * (size_t)indicator_count(g);
  g->pools = upheld_new_zero(&g->allocator, g->pool_count + 1, sizeof *g->pools);
  return g->pools == NULL ? upheld_nomem(err) : fill(g, err);
}

upheld_status upheld_grouping_new(upheld_grouping **out, const upheld_year_figures *f, const upheld_group_rule *rule,
                                  upheld_error *err) {
  upheld_grouping *g = upheld_new_zero(&f->allocator, 1, sizeof *g);
  *out = NULL;
  if (g == NULL) return upheld_nomem(err);
  g->allocator = f->allocator;
  g->figures = f;
  upheld_arena_init(&g->arena, &f->allocator);
  upheld_status st = build(g, rule, err);
  if (st == UPHELD_OK) *out = g;
  else upheld_grouping_free(g);
  return st;
}

/* Looks at its own arrays only: the figures may be gone. */
void upheld_grouping_free(upheld_grouping *g) {
  if (g == NULL) return;
  upheld_allocator a = g->allocator;
  for (size_t i = 0; g->pools != NULL && i < g->pool_count; i++) {
    upheld_release(&a, g->pools[i].rates, g->pools[i].rate_capacity * sizeof *g->pools[i].rates);
    upheld_release(&a, g->pools[i].days, g->pools[i].day_span * sizeof *g->pools[i].days);
  }
  upheld_release(&a, g->pools, (g->pool_count + 1) * sizeof *g->pools);
  upheld_release(&a, g->group_of, (g->places + 1) * sizeof *g->group_of);
  upheld_release(&a, g->member, (g->places + 1) * sizeof *g->member);
  upheld_release(&a, g->labels, g->label_capacity * sizeof *g->labels);
  upheld_arena_free(&g->arena);
  upheld_release(&a, g, sizeof *g);
}

upheld_peer_state upheld_grouping_state(const upheld_grouping *g, size_t place, int indicator) {
  return g->member[place] ? state_of(upheld_year_figure(g->figures, place, indicator)) : UPHELD_PEER_NONE;
}

int upheld_grouping_find(const upheld_grouping *g, upheld_text label) {
  for (size_t i = 0; i < g->groups; i++) {
    if (upheld_text_is(label, g->labels[i])) return (int)i;
  }
  return -1;
}

/* }====== */

/* {====== averages ====== */

/* A pool as one authority sees it: with itself or without. Points into the grouping. */
typedef struct view {
  upheld_pool pool;
  bool self_in;
  size_t skip; /* the rate that is left out, SIZE_MAX none */
  const upheld_day_count *less;
  size_t less_count;
} view;

/* A rate equal to x/n among the sorted ones: which of several equal ones is left out makes no difference. */
static size_t equal_rate(const upheld_pool *pool, int64_t x, int64_t n) {
  for (size_t i = 0; i < pool->rate_count; i++) {
    if ((upheld_u128)(uint64_t)pool->rates[i].x * (upheld_u128)(uint64_t)n ==
        (upheld_u128)(uint64_t)x * (upheld_u128)(uint64_t)pool->rates[i].n) {
      return i;
    }
  }
  return SIZE_MAX;
}

static bool look(const upheld_grouping *g, size_t place, int k, bool exclude_self, view *out) {
  const upheld_scheme *s = g->figures->evidence->scheme;
  const upheld_figure *own = upheld_year_figure(g->figures, place, k);
  int group = g->group_of[place];
  int64_t x, n;
  memset(out, 0, sizeof *out);
  if (group < 0) return false;
  out->pool = g->pools[(size_t)group * (size_t)s->indicator_count + (size_t)k];
  out->self_in = g->member[place] && !exclude_self;
  out->skip = SIZE_MAX;
  if (!g->member[place] || !exclude_self) return true;
  pool_move(g, &out->pool, own, -1);
  if (state_of(own) != UPHELD_PEER_IN) return true;
  upheld_figure_pair(s, own, &x, &n);
  out->skip = equal_rate(&out->pool, x, n);
  out->less = upheld_year_days(g->figures, g->figures->authorities[place], k, &out->less_count);
  if (s->indicators[k].measure != UPHELD_MEASURE_DAYS) out->less_count = 0;
  return true;
}

/* Prints a mean of rates as the indicator's rate is printed. */
static void print_mean(const upheld_indicator *ind, const upheld_mean_of_rates *m, int64_t *percent, char value[32]) {
  value[0] = '\0';
  *percent = -1;
  if (ind->per == 100 && ind->decimals == 0) *percent = upheld_mean_percent(m);
  else upheld_mean_decimal(m, ind->per, ind->decimals, value, 32, false, NULL);
}

/* A quartile of the rates as text; "" when there is none. */
static void print_quarter(const upheld_indicator *ind, const view *v, int quarter, char text[32]) {
  upheld_mean_of_rates m;
  text[0] = '\0';
  if (!upheld_quarter_of_rates(v->pool.rates, v->pool.rate_count, v->skip, quarter, &m)) return;
  upheld_mean_decimal(&m, ind->per, ind->decimals, text, 32, false, NULL);
}

static void print_average(const upheld_indicator *ind, const view *v, upheld_peers *out) {
  double unit = ind->measure == UPHELD_MEASURE_RESIDENTS ? (double)ind->per : 1;
  bool shares = ind->measure == UPHELD_MEASURE_SHARE;
  upheld_mean_of_rates median;
  if (out->average == UPHELD_MEAN) {
    print_mean(ind, &v->pool.mean, &out->percent, out->value);
    out->rounded_to_bound = shares && upheld_mean_at_bound(&v->pool.mean, ind->per, ind->decimals);
    out->plotted = unit * upheld_mean_value(&v->pool.mean);
  } else if (out->average == UPHELD_MEDIAN) {
    if (upheld_quarter_of_rates(v->pool.rates, v->pool.rate_count, v->skip, 2, &median)) {
      print_mean(ind, &median, &out->percent, out->value);
      out->rounded_to_bound = shares && upheld_mean_at_bound(&median, ind->per, ind->decimals);
      out->plotted = unit * upheld_mean_value(&median);
    }
  } else if (ind->measure == UPHELD_MEASURE_DAYS) {
    int64_t quarter = upheld_days_quarter(v->pool.days, v->pool.day_span, v->less, v->less_count, 2);
    if (quarter >= 0) upheld_print_rate(ind, quarter, 4, &out->percent, out->value);
    if (quarter >= 0) out->plotted = (double)quarter / 4;
  } else {
    upheld_print_rate(ind, v->pool.numerator, v->pool.denominator, &out->percent, out->value);
    out->rounded_to_bound = upheld_rate_at_bound(v->pool.numerator, v->pool.denominator, ind->per, ind->decimals);
    out->plotted = unit * (double)v->pool.numerator / (double)v->pool.denominator;
  }
}

/*
** Whether the sums of a group may not be printed: they are hidden themselves, or without the authority they would give its hidden counts.
*/
static bool sums_hidden(const upheld_grouping *g, size_t place, int k, bool without_self) {
  const upheld_disclosure_plan *p = g->figures->plan;
  const upheld_indicator *ind = &g->figures->evidence->scheme->indicators[k];
  if (p == NULL) return false;
  if (without_self && upheld_year_figure(g->figures, place, k)->suppressed) return true;
  if (g->kind != UPHELD_GROUP_TYPE) return false; /* over what is printed only */
  int type = g->figures->evidence->directory.items[g->figures->authorities[place]].type;
  return !upheld_group_shown(p, type, ind->numerator) || !upheld_group_shown(p, type, ind->denominator);
}

static bool rounding(const upheld_year_figures *f) { return f->plan != NULL && f->plan->rule.round_to > 1; }

/* Sums as they may be printed; residents are nobody's secret. */
static void round_sums(const upheld_grouping *g, int k, int64_t *numerator, int64_t *denominator) {
  *numerator = upheld_count_shown(g->figures->plan, *numerator);
  if (g->figures->evidence->scheme->indicators[k].measure == UPHELD_MEASURE_RESIDENTS) return;
  *denominator = upheld_count_shown(g->figures->plan, *denominator);
}

/*
** Whether an average can be made of what rounding leaves: from sums that are large enough; of days never, since the fractions of their
** quartiles tell of the number of cases.
*/
static bool rounded_rate_holds(const upheld_grouping *g, upheld_average average, const upheld_indicator *ind,
                               const upheld_pool *rounded) {
  if (ind->measure == UPHELD_MEASURE_DAYS) return false;
  return average == UPHELD_POOLED && upheld_rate_bears_rounding(rounded->numerator, rounded->denominator,
                                                                g->figures->plan->rule.round_to, ind->measure == UPHELD_MEASURE_SHARE);
}

upheld_peer_state upheld_grouping_sums(const upheld_grouping *g, int group, int indicator, int64_t *numerator, int64_t *denominator) {
  const upheld_pool *pool = &g->pools[(size_t)group * (size_t)indicator_count(g) + (size_t)indicator];
  size_t place = 0;
  while (g->group_of[place] != group) place++; /* a group is made by its first authority */
  if (sums_hidden(g, place, indicator, false)) return UPHELD_PEER_SUPPRESSED; /* first: that there is none would tell */
  if (pool->denominator == 0) return UPHELD_PEER_WITHOUT;
  *numerator = pool->numerator;
  *denominator = pool->denominator;
  round_sums(g, indicator, numerator, denominator);
  return UPHELD_PEER_IN;
}

bool upheld_grouping_peers(const upheld_grouping *g, size_t place, int indicator, const upheld_peer_options *o,
                           upheld_peers *out) {
  const upheld_year_figures *f = g->figures;
  const upheld_indicator *ind = &f->evidence->scheme->indicators[indicator];
  view v;
  memset(out, 0, sizeof *out);
  if (!look(g, place, indicator, o->exclude_self, &v)) return false;
  out->average = o->average;
  out->include_self = v.self_in;
  out->group = g->kind;
  out->group_name = g->labels[g->group_of[place]];
  out->version = g->version;
  out->minimum = o->minimum;
  bool hidden = sums_hidden(g, place, indicator, g->member[place] && o->exclude_self);
  /* sums of many sets, or less one and then another, would together give the counts that were rounded */
  bool rounded_away = rounding(f) && (g->kind != UPHELD_GROUP_TYPE || !v.self_in);
  round_sums(g, indicator, &v.pool.numerator, &v.pool.denominator);
  out->authorities = v.pool.authorities;
  out->without_rate = v.pool.without_rate;
  out->unknown = v.pool.unknown;
  out->suppressed = v.pool.suppressed;
  out->of = v.pool.of;
  bool part = ind->measure == UPHELD_MEASURE_DAYS && v.pool.suppressed > 0; /* the median is of those that are printed */
  out->summed = !hidden && !rounded_away && v.pool.denominator > 0 && ind->measure != UPHELD_MEASURE_DAYS;
  if (out->summed) out->numerator = v.pool.numerator;
  if (!hidden && !rounded_away && !part) out->denominator = v.pool.denominator;
  out->percent = -1;
  bool pooled = o->average == UPHELD_POOLED && ind->measure != UPHELD_MEASURE_DAYS;
  if (hidden) {
    out->reason = "suppressed"; /* first: that there is nothing would tell of hidden counts */
  } else if (rounded_away) {
    out->reason = "rounded";
  } else if (pooled ? v.pool.denominator == 0 : v.pool.authorities == 0) {
    out->reason = v.pool.suppressed > 0 ? "suppressed" : "peers-without-rate";
  } else if (v.pool.authorities < o->minimum) {
    out->reason = "too-few-peers";
  } else if (rounding(f) && !rounded_rate_holds(g, o->average, ind, &v.pool)) {
    out->reason = "rounded";
  } else {
    print_average(ind, &v, out);
    if (!rounding(f)) {
      print_quarter(ind, &v, 1, out->lower);
      print_quarter(ind, &v, 3, out->upper);
    }
  }
  /* the ombudsman prints an average of the type, and no other */
  const upheld_published_value *p = g->kind != UPHELD_GROUP_TYPE ? NULL
      : upheld_printed_rate(f->evidence, f->authorities[place], f->year, indicator, true);
  out->has_published = p != NULL;
  if (p != NULL) {
    out->published = p->value;
    out->published_decimals = p->decimals;
  }
  return true;
}

/* }====== */

/* {====== beside the peers without itself ====== */

/* Why there is nothing to compare with; NULL when there is. */
static const char *incomparable(const upheld_grouping *g, size_t place, int k, int minimum, view *v) {
  const upheld_figure *own = upheld_year_figure(g->figures, place, k);
  if (!look(g, place, k, true, v)) return "no-peers";
  if (own->reason != NULL) return own->reason;
  bool days = g->figures->evidence->scheme->indicators[k].measure == UPHELD_MEASURE_DAYS;
  if (sums_hidden(g, place, k, true) || ((days || g->kind != UPHELD_GROUP_TYPE) && v->pool.suppressed > 0)) return "suppressed";
  if (rounding(g->figures)) return "rounded"; /* of rounded counts it would be wrong, and of the others it would tell of them */
  if (v->pool.unknown > 0) return "peers-incomplete"; /* against half a group it would be a claim about that half */
  if (v->pool.denominator == 0 || (days && v->pool.days == NULL)) return "peers-without-rate";
  return v->pool.authorities < minimum ? "too-few-peers" : NULL;
}

/* Cases that took longer, and shorter, than a quarter of `quarter` days; those that took exactly that say nothing. */
typedef struct sides { int64_t longer, shorter; } sides;

static sides sides_of(const upheld_day_count *list, size_t count, int64_t quarter) {
  sides s = {0, 0};
  for (size_t i = 0; i < count; i++) {
    int64_t days = 4 * (int64_t)list[i].days;
    if (days > quarter) s.longer += list[i].cases;
    if (days < quarter) s.shorter += list[i].cases;
  }
  return s;
}

/* The same of a pool. */
static sides sides_of_pool(const int64_t *at, size_t span, int64_t quarter) {
  sides s = {0, 0};
  for (size_t d = 0; d < span; d++) {
    if (4 * (int64_t)d > quarter) s.longer += at[d];
    if (4 * (int64_t)d < quarter) s.shorter += at[d];
  }
  return s;
}

/* The median test (Mood 1950): the cases of the authority and of its peers, by the median of all of them. */
static upheld_status class_by_median_test(const upheld_grouping *g, const view *v, bool member, const upheld_day_count *list,
                                          size_t count, upheld_class *class, upheld_error *err) {
  size_t span = v->pool.day_span;
  int64_t *all = upheld_new_zero(&g->allocator, span, sizeof *all);
  double fall, rise;
  upheld_change change;
  if (all == NULL) return upheld_nomem(err);
  memcpy(all, v->pool.days, span * sizeof *all);
  for (size_t i = 0; i < count && !member; i++) all[list[i].days] += list[i].cases; /* a member's are in its pool already */
  int64_t quarter = upheld_days_quarter(all, span, NULL, 0, 2);
  sides both = sides_of_pool(all, span, quarter), own = sides_of(list, count, quarter);
  upheld_release(&g->allocator, all, span * sizeof *all);
  int64_t n = own.longer + own.shorter;
  *class = UPHELD_CLASS_SIMILAR;
  if (upheld_change_of_shares(both.longer - own.longer, both.longer + both.shorter - n, own.longer, n, &fall, &rise, &change,
                              NULL) == UPHELD_OK) {
    *class = upheld_class_of_change(change);
  }
  return UPHELD_OK;
}

/*
** Days: the milder one of the sign test (Dixon and Mood 1946: of the authority's cases that did not take exactly the peers' median
** time, half take longer, if it is like its peers) and the median test, for which the peers' median is an estimate too.
*/
static upheld_status class_of_days(const upheld_grouping *g, size_t place, int k, const view *v, upheld_class *class,
                                   upheld_error *err) {
  size_t count;
  upheld_class by_both = UPHELD_CLASS_SIMILAR;
  const upheld_day_count *list = upheld_year_days(g->figures, g->figures->authorities[place], k, &count);
  int64_t median = upheld_days_quarter(v->pool.days, v->pool.day_span, v->less, v->less_count, 2);
  sides own = sides_of(list, count, median);
  upheld_status st = class_by_median_test(g, v, g->member[place], list, count, &by_both, err);
  *class = UPHELD_CLASS_SIMILAR;
  if (st != UPHELD_OK || own.longer + own.shorter == 0) return st;
  st = upheld_significance(own.longer, own.longer + own.shorter, 0.5, UPHELD_LIMITS_EXACT, class, err);
  if (st == UPHELD_OK) *class = upheld_milder_class(*class, by_both);
  return st;
}

/* A share, with the spread among the peers' rates beyond chance allowed for; *class is the one without. */
static upheld_status class_overdispersed(const upheld_grouping *g, const upheld_figure *own, const view *v, double target,
                                         const upheld_class_options *o, upheld_class *class, upheld_standing *out,
                                         upheld_error *err) {
  upheld_overdispersion od;
  size_t count = 0;
  upheld_pair *pairs = upheld_new(&g->allocator, (v->pool.rate_count + 1) * sizeof *pairs);
  if (pairs == NULL) return upheld_nomem(err);
  for (size_t i = 0; i < v->pool.rate_count; i++) {
    if (i != v->skip) pairs[count++] = v->pool.rates[i];
  }
  upheld_status st = upheld_overdispersion_of(&g->allocator, pairs, count, target, &od, err);
  upheld_release(&g->allocator, pairs, (v->pool.rate_count + 1) * sizeof *pairs);
  if (st == UPHELD_ABSENT) return UPHELD_OK;
  if (st != UPHELD_OK) return st;
  out->phi = od.phi;
  out->tau2 = od.tau2;
  upheld_adjustment adjustment = o->overdispersion == UPHELD_OVERDISPERSION_ADDITIVE ? UPHELD_ADDITIVE : UPHELD_MULTIPLICATIVE;
  upheld_class adjusted;
  st = upheld_significance_overdispersed(own->numerator, own->denominator, target, o->method, &od, adjustment, &adjusted, err);
  if (st != UPHELD_OK) return st;
  *class = o->method == UPHELD_LIMITS_SCORE ? adjusted : upheld_milder_class(*class, adjusted);
  return UPHELD_OK;
}

/* "better" and so on: what a class means for those who complain. */
static const char *standing_of(const upheld_indicator *ind, upheld_class class) {
  if (class == UPHELD_CLASS_SIMILAR) return "similar";
  bool high = class > UPHELD_CLASS_SIMILAR;
  if (ind->good == UPHELD_GOOD_NEITHER) return high ? "higher" : "lower";
  return high == (ind->good == UPHELD_GOOD_HIGH) ? "better" : "worse";
}

upheld_status upheld_grouping_standing(const upheld_grouping *g, size_t place, int indicator, const upheld_class_options *o,
                                       upheld_standing *out, upheld_error *err) {
  const upheld_indicator *ind = &g->figures->evidence->scheme->indicators[indicator];
  const upheld_figure *own = upheld_year_figure(g->figures, place, indicator);
  upheld_class class = UPHELD_CLASS_SIMILAR;
  upheld_status st;
  view v;
  memset(out, 0, sizeof *out);
  out->reason = incomparable(g, place, indicator, o->minimum, &v);
  if (out->reason != NULL) return UPHELD_OK;
  double target = (double)v.pool.numerator / (double)v.pool.denominator;
  if (ind->measure == UPHELD_MEASURE_DAYS) {
    st = class_of_days(g, place, indicator, &v, &class, err);
  } else if (ind->measure == UPHELD_MEASURE_RESIDENTS) {
    st = upheld_class_beside_counts(own->numerator, own->denominator, v.pool.numerator, v.pool.denominator, &class, err);
  } else {
    st = upheld_class_beside_shares(own->numerator, own->denominator, v.pool.numerator, v.pool.denominator, o->method, &class,
                                    err);
    if (st == UPHELD_OK && o->overdispersion != UPHELD_OVERDISPERSION_NONE) {
      st = class_overdispersed(g, own, &v, target, o, &class, out, err);
    }
  }
  if (st == UPHELD_NOMEM) return st;
  if (st != UPHELD_OK) {
    out->reason = "not-recorded";
    return UPHELD_OK;
  }
  out->class = upheld_class_name(class);
  out->standing = standing_of(ind, class);
  return UPHELD_OK;
}

upheld_status upheld_grouping_difference(const upheld_grouping *g, size_t place, int indicator, double level, int minimum,
                                         upheld_difference *out, upheld_error *err) {
  const upheld_indicator *ind = &g->figures->evidence->scheme->indicators[indicator];
  const upheld_figure *own = upheld_year_figure(g->figures, place, indicator);
  view v;
  memset(out, 0, sizeof *out);
  if (!(level > 0 && level < 1)) return upheld_fail(err, UPHELD_MISUSE, "bad-level", "a level lies between 0 and 1");
  out->reason = incomparable(g, place, indicator, minimum, &v);
  if (out->reason == NULL && ind->measure != UPHELD_MEASURE_SHARE) out->reason = "no-interval";
  if (out->reason != NULL) return UPHELD_OK;
  upheld_status st = upheld_difference_of_shares(own->numerator, own->denominator, v.pool.numerator, v.pool.denominator, level,
                                                 &out->low, &out->high, err);
  if (st != UPHELD_OK) return st;
  return upheld_difference_decimal(own->numerator, own->denominator, v.pool.numerator, v.pool.denominator, ind->per,
                                   ind->decimals + 1, out->text, sizeof out->text, err);
}

/* }====== */

const char *upheld_average_name(upheld_average average) {
  return average == UPHELD_MEAN ? "mean" : average == UPHELD_MEDIAN ? "median" : "pooled";
}

const char *upheld_group_kind_name(upheld_group_kind kind) {
  switch (kind) {
    case UPHELD_GROUP_TYPE: return "type";
    case UPHELD_GROUP_REGION: return "region";
    case UPHELD_GROUP_TYPE_IN_REGION: return "type in region";
    default: return "set";
  }
}
