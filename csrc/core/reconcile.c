/*
** reconcile.c: the identities of a year (reconcile.h).
** Owns: the sentences in which a broken one is told.
*/
#include "reconcile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "published.h"

typedef struct run {
  const upheld_year_figures *f;
  void (*fn)(void *ud, const char *problem);
  void *ud;
} run;

static void tell(const run *r, const char *who, const char *what, int64_t sum, const char *against, int64_t whole) {
  char text[512];
  snprintf(text, sizeof text, "%d, %s: %s are %" PRId64 ", %s %" PRId64, r->f->year, who, what, sum, against, whole);
  r->fn(r->ud, text);
}

/* Outcomes to decided, areas to received, of one authority; and what is open is not less than nothing. */
static void check_authority(const run *r, size_t place) {
  const upheld_evidence *e = r->f->evidence;
  const upheld_scheme *s = e->scheme;
  uint32_t authority = r->f->authorities[place];
  const char *code = e->directory.items[authority].code;
  int64_t outcomes[32] = {0}, areas[32] = {0}, no_area = 0, sum = 0, published;
  upheld_balance b;
  upheld_tally_balance(&e->tally, authority, r->f->year, &b);
  if (upheld_year_outcomes(r->f, place, outcomes)) {
    for (int i = 0; i < s->outcomes.count; i++) sum += outcomes[i];
    if (b.decided > 0 && sum != b.decided) tell(r, code, "outcomes", sum, "decided cases", b.decided);
    if (b.decided == 0 && upheld_published_count(e, authority, r->f->year, (UINT64_C(1) << s->outcomes.count) - 1, &published) &&
        sum != published) {
      tell(r, code, "published outcomes", sum, "published as decided", published);
    }
  }
  sum = 0;
  if (upheld_year_received(r->f, place, areas, &no_area) && b.received > 0) {
    for (int i = 0; i < s->areas.count; i++) sum += areas[i];
    if (sum + no_area != b.received) tell(r, code, "service areas", sum + no_area, "received cases", b.received);
  }
  if (b.open_after < 0) tell(r, code, "open cases", b.open_after, "at least", 0);
  if (b.undated > b.decided) tell(r, code, "cases decided without a received date", b.undated, "decided cases", b.decided);
  const upheld_cell *cell = upheld_tally_cell(&e->tally, authority, r->f->year);
  for (int k = 0; cell != NULL && k < UPHELD_COUNTERS; k++) {
    char what[32];
    snprintf(what, sizeof what, "counter %d: records", k);
    if (cell->counts[k] < 0) tell(r, code, what, cell->counts[k], "at least", 0);
  }
  if (b.open_before + b.received - (b.decided - b.undated) != b.open_after) {
    tell(r, code, "open before and received less decided", b.open_before + b.received - b.decided + b.undated, "open", b.open_after);
  }
}

/* The pools of the types and the authorities in none, to the total; and no numerator above its denominator. */
static void check_indicator(const run *r, const upheld_grouping *g, int k) {
  const upheld_scheme *s = r->f->evidence->scheme;
  upheld_figure total;
  int64_t x = 0, n = 0, numerator, denominator;
  upheld_year_total(r->f, k, &total);
  if (s->indicators[k].measure != UPHELD_MEASURE_SHARE || total.reason != NULL) return;
  for (size_t group = 0; group < g->groups; group++) {
    if (upheld_grouping_sums(g, (int)group, k, &numerator, &denominator) != UPHELD_PEER_IN) continue;
    x += numerator;
    n += denominator;
  }
  for (size_t place = 0; place < r->f->count; place++) {
    const upheld_figure *f = upheld_year_figure(r->f, place, k);
    if (g->member[place] || !f->counted) continue;
    x += f->counts.numerator;
    n += f->counts.denominator;
  }
  char what[160];
  snprintf(what, sizeof what, "numerators of %s by type", s->indicators[k].name);
  if (x != total.numerator) tell(r, "all", what, x, "in total", total.numerator);
  snprintf(what, sizeof what, "denominators of %s by type", s->indicators[k].name);
  if (n != total.denominator) tell(r, "all", what, n, "in total", total.denominator);
  if (s->indicators[k].per == 100 && x > n) tell(r, "all", s->indicators[k].name, x, "of only", n);
}

/* Records that move counters in the year, of everybody in the directory: also of one that is not among the year's authorities. */
static int64_t everybody(const run *r, uint64_t mask) {
  const upheld_tally *t = &r->f->evidence->tally;
  int64_t sum = 0;
  for (size_t a = 0; a < t->authorities; a++) sum += upheld_cell_sum(upheld_tally_cell(t, (uint32_t)a, r->f->year), mask);
  return sum;
}

/* Where all figures of an indicator are made from records: the total is what the records themselves give. */
static void check_records(const run *r, int k) {
  const upheld_indicator *ind = &r->f->evidence->scheme->indicators[k];
  upheld_figure total;
  upheld_year_total(r->f, k, &total);
  if (total.basis != UPHELD_BASIS_RECORDS) return;
  char what[160];
  snprintf(what, sizeof what, "records in the numerator of %s", ind->name);
  int64_t x = everybody(r, ind->numerator), n = everybody(r, ind->denominator);
  if (total.numerator_known && x != total.numerator) tell(r, "all", what, x, "in total", total.numerator);
  snprintf(what, sizeof what, "records in the denominator of %s", ind->name);
  if (ind->denominator != 0 && total.denominator_known && n != total.denominator) tell(r, "all", what, n, "in total", total.denominator);
}

/* What the authorities' balances add up to, beside the balance of all. */
static void check_totals(const run *r) {
  upheld_balance all, one, sum = {0, 0, 0, 0, 0};
  upheld_tally_balance(&r->f->evidence->tally, UINT32_MAX, r->f->year, &all);
  for (size_t place = 0; place < r->f->count; place++) {
    upheld_tally_balance(&r->f->evidence->tally, r->f->authorities[place], r->f->year, &one);
    sum.received += one.received;
    sum.decided += one.decided;
    sum.undated += one.undated;
  }
  if (sum.received != all.received) tell(r, "all", "cases received by authority", sum.received, "in total", all.received);
  if (sum.decided != all.decided) tell(r, "all", "cases decided by authority", sum.decided, "in total", all.decided);
  if (sum.undated != all.undated) tell(r, "all", "undated cases by authority", sum.undated, "in total", all.undated);
}

upheld_status upheld_reconcile(const upheld_year_figures *f, void (*fn)(void *ud, const char *problem), void *ud,
                               upheld_error *err) {
  static const upheld_group_rule by_type = {UPHELD_GROUP_TYPE, NULL, NULL, NULL, 0};
  run r = {f, fn, ud};
  upheld_grouping *g;
  upheld_status st = upheld_grouping_new(&g, f, &by_type, err);
  if (st != UPHELD_OK) return st;
  for (size_t place = 0; place < f->count; place++) check_authority(&r, place);
  for (int k = 0; k < f->evidence->scheme->indicator_count; k++) {
    check_indicator(&r, g, k);
    check_records(&r, k);
  }
  check_totals(&r);
  upheld_grouping_free(g);
  return UPHELD_OK;
}
