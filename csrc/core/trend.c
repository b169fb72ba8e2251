/*
** trend.c: see trend.h. One year at a time: a year's figures are made, its entry is taken, and they are freed, so that
** forty years need no more memory than one; unless the caller keeps them from series to series.
*/
#include "trend.h"

#include <stdlib.h>
#include <string.h>

/* {====== years ====== */

static upheld_status bad_years(upheld_error *err, const char *why) {
  return upheld_fail(err, UPHELD_MISUSE, "bad-years", "%s", why);
}

static upheld_status check_year(int year, upheld_error *err) {
  if (year > UPHELD_FIRST_YEAR && year <= UPHELD_LAST_YEAR) return UPHELD_OK;
  return upheld_fail(err, UPHELD_MISUSE, "bad-years", "a year is a number from %d to %d", UPHELD_FIRST_YEAR + 1,
                     UPHELD_LAST_YEAR);
}

/* The span asked for; an end that was left open is the evidence's, moved out where the given end lies beyond it. */
static upheld_status span(const upheld_evidence *e, const upheld_trend_options *o, int *from, int *to,
                          upheld_error *err) {
  int known[UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 2];
  size_t count = upheld_evidence_years(e, known, sizeof known / sizeof known[0]);
  upheld_status st = UPHELD_OK;
  if (o->from != 0) st = check_year(o->from, err);
  if (st == UPHELD_OK && o->to != 0) st = check_year(o->to, err);
  if (st != UPHELD_OK) return st;
  if (count == 0 && o->from == 0 && o->to == 0) {
    return upheld_fail(err, UPHELD_ABSENT, "no-years", "there is no record and nothing published of any year");
  }
  *from = o->from != 0 ? o->from : count > 0 ? known[0] : o->to;
  *to = o->to != 0 ? o->to : count > 0 ? known[count - 1] : o->from;
  if (*from > *to && o->from != 0 && o->to != 0) return bad_years(err, "the years end before they begin");
  if (*from > *to && o->from != 0) *to = *from;
  if (*from > *to) *from = *to;
  return UPHELD_OK;
}

static int compare_years(const void *a, const void *b) {
  const upheld_trend_entry *x = a, *y = b;
  return (x->year > y->year) - (x->year < y->year);
}

/* Makes one entry a year, in order. */
static upheld_status make_entries(upheld_trend *t, const upheld_trend_options *o, upheld_error *err) {
  int from = 0, to = 0;
  upheld_status st = UPHELD_OK;
  size_t count = o->year_count;
  if (o->years == NULL) {
    st = span(t->evidence, o, &from, &to, err);
    if (st != UPHELD_OK) return st;
    count = (size_t)(to - from + 1);
  }
  if (count == 0) return bad_years(err, "no year is given");
  if (count > UPHELD_MAX_TREND_YEARS) return bad_years(err, "more years are given than there are");
  t->entries = upheld_new_zero(&t->allocator, count, sizeof *t->entries);
  if (t->entries == NULL) return upheld_nomem(err);
  t->count = count;
  for (size_t i = 0; i < count; i++) {
    t->entries[i].year = o->years == NULL ? from + (int)i : o->years[i];
    st = check_year(t->entries[i].year, err);
    if (st != UPHELD_OK) return st;
  }
  qsort(t->entries, count, sizeof *t->entries, compare_years); /* no two are equal, or the next line refuses them */
  for (size_t i = 1; i < count; i++) {
    if (t->entries[i].year == t->entries[i - 1].year) return bad_years(err, "a year is given twice");
  }
  return UPHELD_OK;
}

/* }====== */

/* {====== entries ====== */

/* The pooled average of the authority's type in the year. */
static void take_peers(upheld_trend_entry *entry, const upheld_trend *t, const upheld_grouping *g, size_t place,
                       bool exclude_self) {
  upheld_peer_options o = {UPHELD_POOLED, exclude_self, 0};
  entry->has_peers = upheld_grouping_peers(g, place, t->indicator, &o, &entry->peers);
  entry->peers.group_name = entry->peers.version = NULL; /* they go with the grouping */
}

/* Fills the entry from its year's figures. */
static void take(upheld_trend_entry *entry, const upheld_trend *t, const upheld_kept_year *y, const upheld_trend_options *o) {
  const upheld_year_figures *f = y->figures;
  if (t->authority < 0) {
    upheld_year_total(f, t->indicator, &entry->figure);
  } else {
    uint32_t authority = (uint32_t)t->authority;
    int place = upheld_year_figures_place(f, authority);
    if (place < 0) {
      entry->reason = "not-in-year";
      return;
    }
    entry->figure = *upheld_year_figure(f, (size_t)place, t->indicator);
    entry->base = upheld_figure_base(t->evidence, authority, entry->year, &entry->figure);
    take_peers(entry, t, y->types, (size_t)place, o->exclude_self);
  }
  entry->has_figure = true;
  entry->reason = entry->figure.reason;
}

static upheld_status fill_entry(upheld_trend_entry *entry, const upheld_trend *t, const upheld_trend_options *o,
                                upheld_error *err) {
  upheld_trend_years own;
  const upheld_kept_year *y;
  upheld_trend_years_init(&own, &t->allocator);
  upheld_status st = upheld_trend_years_get(o->kept != NULL ? o->kept : &own, t->evidence, entry->year, &y, err);
  if (st == UPHELD_ABSENT) {
    entry->reason = "no-such-year";
    upheld_clear(err); /* a gap of the series is no failure of the call */
    st = UPHELD_OK;
  } else if (st == UPHELD_OK) {
    take(entry, t, y, o);
  }
  upheld_trend_years_free(&own);
  return st;
}

/* A share of its denominator, so that Fisher's test and Newcombe's interval hold; else a count over an exposure. */
static bool is_share(const upheld_indicator *ind, const upheld_figure *a, const upheld_figure *b) {
  return ind->measure == UPHELD_MEASURE_SHARE && a->numerator <= a->denominator && b->numerator <= b->denominator;
}

/* The change between two entries; earlier is NULL when there is none with a rate. */
static void compare(const upheld_trend *t, const upheld_trend_entry *earlier, const upheld_trend_entry *later,
                    upheld_trend_change *out) {
  const upheld_scheme *s = t->evidence->scheme;
  const upheld_indicator *ind = &s->indicators[t->indicator];
  memset(out, 0, sizeof *out);
  out->reason = "no-earlier-rate";
  if (earlier == NULL || later == NULL || earlier == later) return;
  const upheld_figure *a = &earlier->figure, *b = &later->figure;
  int64_t x1, n1, x2, n2;
  upheld_figure_pair(s, a, &x1, &n1);
  upheld_figure_pair(s, b, &x2, &n2);
  out->from = earlier->year;
  out->to = later->year;
  out->breaks = upheld_scheme_breaks(s, t->indicator, earlier->year, later->year);
  out->reason = out->breaks != 0 ? "not-comparable" : "not-testable";
  /* The difference is later minus earlier, so the later is the first here; the tests take them in time's order. */
  upheld_status st = upheld_difference_decimal(x2, n2, x1, n1, ind->per, ind->decimals, out->difference,
                                               sizeof out->difference, NULL);
  if (st != UPHELD_OK || ind->measure == UPHELD_MEASURE_DAYS) return;
  if (is_share(ind, a, b)) {
    st = upheld_change_of_shares(x1, n1, x2, n2, &out->fall, &out->rise, &out->change, NULL);
    out->has_interval = upheld_difference_of_shares(x2, n2, x1, n1, 0.95, &out->low, &out->high, NULL) == UPHELD_OK;
  } else {
    st = upheld_change_of_counts(x1, n1, x2, n2, &out->fall, &out->rise, &out->change, NULL);
  }
  if (st != UPHELD_OK) return;
  out->made = true;
  out->reason = out->breaks != 0 ? "not-comparable" : NULL;
}

const char *upheld_trend_change_said(const upheld_trend_change *c) {
  return c->made && c->breaks == 0 ? upheld_change_name(c->change) : NULL;
}

static void compare_entries(upheld_trend *t) {
  const upheld_trend_entry *first = NULL, *last = NULL;
  for (size_t i = 0; i < t->count; i++) {
    upheld_trend_entry *entry = &t->entries[i];
    if (i > 0) {
      entry->breaks = upheld_scheme_breaks(t->evidence->scheme, t->indicator, t->entries[i - 1].year, entry->year);
    }
    compare(t, last, entry->reason == NULL ? entry : NULL, &entry->change);
    if (entry->reason != NULL) {
      entry->change.reason = entry->reason; /* no rate, no change */
    } else {
      if (first == NULL) first = entry;
      last = entry;
    }
  }
  compare(t, first, last, &t->overall);
}

/* }====== */

upheld_status upheld_trend_new(upheld_trend **out, const upheld_evidence *e, const upheld_trend_options *o,
                               upheld_error *err) {
  *out = NULL;
  if (o->indicator < 0 || o->indicator >= e->scheme->indicator_count) {
    return upheld_fail(err, UPHELD_MISUSE, "no-such-indicator", "there is no such indicator");
  }
  if (o->authority < -1 || o->authority >= (int64_t)e->directory.count) {
    return upheld_fail(err, UPHELD_MISUSE, "no-such-authority", "there is no such authority");
  }
  upheld_trend *t = upheld_new_zero(&e->allocator, 1, sizeof *t);
  if (t == NULL) return upheld_nomem(err);
  t->allocator = e->allocator;
  t->evidence = e;
  t->authority = o->authority;
  t->indicator = o->indicator;
  upheld_status st = make_entries(t, o, err);
  for (size_t i = 0; st == UPHELD_OK && i < t->count; i++) st = fill_entry(&t->entries[i], t, o, err);
  if (st != UPHELD_OK) {
    upheld_trend_free(t);
    return st;
  }
  compare_entries(t);
  *out = t;
  return UPHELD_OK;
}

void upheld_trend_free(upheld_trend *t) {
  if (t == NULL) return;
  upheld_allocator a = t->allocator;
  upheld_release(&a, t->entries, t->count * sizeof *t->entries);
  upheld_release(&a, t, sizeof *t);
}

/* {====== pooled years ====== */

static upheld_status add(int64_t *sum, int64_t value, upheld_error *err) {
  if (value > INT64_MAX - *sum) {
    return upheld_fail(err, UPHELD_FAULT, "number-too-large", "the years' counts are too large to add");
  }
  *sum += value;
  return UPHELD_OK;
}

const char *upheld_trend_missing(const upheld_trend *t, const upheld_trend_entry *entry) {
  const upheld_indicator *ind = &t->evidence->scheme->indicators[t->indicator];
  const upheld_figure *f = &entry->figure;
  bool counts = entry->has_figure && f->numerator_known && f->denominator_known;
  if (ind->measure == UPHELD_MEASURE_DAYS) return entry->reason != NULL ? entry->reason : "not-counts";
  if (counts && f->counted) return NULL;
  /* None investigated: known, and nothing to add. Nobody resident is no such case: events would lose their exposure. */
  bool nothing = counts && ind->measure == UPHELD_MEASURE_SHARE && f->numerator == 0 && f->denominator == 0;
  if (entry->reason == NULL) return "not-recorded";
  return nothing && strcmp(entry->reason, ind->none) == 0 ? NULL : entry->reason;
}

static upheld_status add_peers(upheld_pooled_peers *out, const upheld_trend_entry *entry, bool first,
                               upheld_error *err) {
  const upheld_peers *p = &entry->peers;
  if (!entry->has_peers) out->reason = "no-peers";
  if (out->reason != NULL) return UPHELD_OK;
  if (!p->summed || p->denominator == 0) {
    out->reason = "peers-without-rate";
  } else if (!first && p->include_self != out->include_self) {
    out->reason = "peers-differ";
  }
  if (out->reason != NULL) return UPHELD_OK;
  out->include_self = p->include_self;
  out->authorities += p->authorities;
  out->without_rate += p->without_rate;
  out->unknown += p->unknown;
  out->of += p->of;
  upheld_status st = add(&out->numerator, p->numerator, err);
  return st == UPHELD_OK ? add(&out->denominator, p->denominator, err) : st;
}

static void finish_peers(const upheld_indicator *ind, upheld_pooled_peers *p, size_t used) {
  p->percent = -1;
  if (used == 0 && p->reason == NULL) p->reason = "no-peers";
  if (p->reason != NULL) return;
  if (!upheld_print_rate(ind, p->numerator, p->denominator, &p->percent, p->value)) p->reason = "peers-without-rate";
  p->rounded_to_bound = upheld_rate_at_bound(p->numerator, p->denominator, ind->per, ind->decimals);
}

static upheld_status add_figure(upheld_figure *sum, const upheld_figure *f, upheld_error *err) {
  upheld_status st = add(&sum->numerator, f->numerator, err);
  if (st == UPHELD_OK) st = add(&sum->denominator, f->denominator, err);
  if (!f->late_known) sum->late_known = false;
  else if (st == UPHELD_OK) st = add(&sum->late, f->late, err);
  if (f->basis > sum->basis) sum->basis = f->basis; /* the weakest source is the basis of the sum */
  return st;
}

/* The rate of the sums. base: the cases on which withholding depends, summed; -1 for totals, which are never withheld. */
static void finish_figure(const upheld_scheme *s, upheld_figure *f, size_t used, int64_t base) {
  const upheld_indicator *ind = &s->indicators[f->indicator];
  f->numerator_known = f->denominator_known = used > 0;
  if (used == 0) f->late_known = false;
  upheld_figure_finish(s, f);
  if (used > 0 && (f->reason != NULL || base < 0 || base >= ind->withhold_below)) return;
  f->reason = used == 0 ? "no-known-year" : "too-few";
  f->caution = NULL;
  f->percent = -1;
  f->value[0] = '\0';
  f->rounded_to_bound = f->has_interval = false;
}

upheld_status upheld_trend_pooled(const upheld_trend *t, upheld_pooled *out, upheld_error *err) {
  const upheld_scheme *s = t->evidence->scheme;
  int64_t base = 0;
  int first = 0, last = 0;
  memset(out, 0, sizeof *out);
  out->figure.indicator = t->indicator;
  out->figure.late_known = s->indicators[t->indicator].late != 0;
  for (size_t i = 0; i < t->count; i++) {
    const upheld_trend_entry *entry = &t->entries[i];
    if (upheld_trend_missing(t, entry) != NULL) continue;
    upheld_status st = add_figure(&out->figure, &entry->figure, err);
    if (st == UPHELD_OK) st = add(&base, entry->base, err);
    if (st == UPHELD_OK) st = add_peers(&out->peers, entry, out->used == 0, err);
    if (st != UPHELD_OK) return st;
    if (out->used++ == 0) first = entry->year;
    last = entry->year;
  }
  if (out->used > 0) out->breaks = upheld_scheme_breaks(s, t->indicator, first, last);
  finish_figure(s, &out->figure, out->used, t->authority < 0 ? -1 : base);
  finish_peers(&s->indicators[t->indicator], &out->peers, out->used);
  return UPHELD_OK;
}

/* }====== */
