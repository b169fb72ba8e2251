/*
** check.c: published values as controls (check.h).
** Owns: the comparison of a printed number with the computed one, digit for digit at the printed or the
** indicator's decimals, whichever are more.
*/
#include "check.h"

#include <string.h>

#include "peers.h"
#include "published.h"
#include "text.h"

enum { UPHELD_YEARS = UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 2, NUMBER_TEXT = 48 };

typedef struct checker {
  const upheld_evidence *e;
  upheld_year_figures *years[UPHELD_YEARS]; /* made when first needed, with */
  upheld_grouping *types[UPHELD_YEARS];     /* their peers by type */
} checker;

/* value / 10^decimals without trailing zeros, as the ombudsman prints ("4", "9.4"). */
static void print_scaled(int64_t value, int decimals, char out[NUMBER_TEXT]) {
  int64_t scale = 1;
  for (int d = 0; d < decimals; d++) scale *= 10;
  if (upheld_decimal(value, scale, 1, decimals, out, NUMBER_TEXT, true, NULL) != UPHELD_OK) out[0] = '\0';
}

/* The rate x/n of an indicator as the published value would print it. */
static void print_rate(const upheld_indicator *ind, int64_t x, int64_t n, int printed_decimals, char out[NUMBER_TEXT]) {
  int decimals = printed_decimals > ind->decimals ? printed_decimals : ind->decimals;
  if (upheld_decimal(x, n, ind->per, decimals, out, NUMBER_TEXT, true, NULL) != UPHELD_OK) out[0] = '\0';
}

static void check_count(const checker *c, const upheld_published_value *v, upheld_finding *f, char computed[NUMBER_TEXT]) {
  uint64_t mask = c->e->scheme->published[v->item].mask;
  const upheld_cell *cell = upheld_tally_cell(&c->e->tally, v->authority, v->year);
  uint64_t clock = (mask & UPHELD_MASK_RECEIVED) != 0     ? UPHELD_MASK_RECEIVED
                   : (mask & UPHELD_MASK_COMPLIANCE) != 0 ? UPHELD_MASK_COMPLIANCE
                                                          : UPHELD_MASK_DECIDED;
  if (!upheld_published_agree(c->e, v->authority, v->year, mask)) {
    upheld_copy(computed, NUMBER_TEXT, upheld_text_of("counts that add up"));
  } else if (upheld_cell_sum(cell, clock) == 0) {
    f->reason = "no-records";
  } else if ((mask & UPHELD_MASK_REMEDIED) != 0 && cell->gaps[UPHELD_GAP_REMEDIED] > 0) {
    f->reason = "not-recorded";
  } else if ((mask & UPHELD_MASK_RECEIVED) != 0 && cell->gaps[UPHELD_GAP_RECEIVED] > 0) {
    f->reason = "not-recorded";
  } else if ((mask & UPHELD_MASK_COMPLIANCE) != 0 &&
             (cell->gaps[UPHELD_GAP_UNDATED] > 0 || (cell->gaps[UPHELD_GAP_COMPLIANCE] > 0 &&
                                                     !upheld_evidence_has_compliance(c->e, v->year)))) {
    f->reason = "not-recorded";
  } else {
    print_scaled(upheld_cell_sum(cell, mask), 0, computed);
  }
}

static void check_own(const upheld_year_figures *y, size_t place, const upheld_published_value *v, int indicator,
                      upheld_finding *f, char computed[NUMBER_TEXT]) {
  const upheld_indicator *ind = &y->evidence->scheme->indicators[indicator];
  const upheld_figure *figure = upheld_year_figure(y, place, indicator);
  if (figure->reason != NULL && strcmp(figure->reason, "counts-disagree") == 0) {
    f->reason = figure->reason; /* told at the counts themselves */
  } else if (ind->denominator == 0 && !figure->denominator_known) {
    f->reason = "residents-unknown";
  } else if (!figure->numerator_known || !figure->denominator_known) {
    f->reason = "counts-unknown";
  } else if (figure->basis == UPHELD_BASIS_DERIVED) {
    f->reason = "numerator-derived"; /* made from this very per cent */
  } else if (figure->denominator == 0) {
    upheld_copy(computed, NUMBER_TEXT, upheld_text_of("no rate (0 of 0)")); /* nothing can be printed of no cases */
  } else {
    print_rate(ind, figure->numerator, figure->denominator, v->decimals, computed);
  }
}

static void check_peers(const upheld_grouping *g, size_t place, const upheld_published_value *v, int indicator,
                        upheld_finding *f, char computed[NUMBER_TEXT]) {
  static const upheld_peer_options pooled = {UPHELD_POOLED, false, 0}; /* the ombudsman's own rule */
  const upheld_indicator *ind = &g->figures->evidence->scheme->indicators[indicator];
  upheld_peers p;
  if (!upheld_grouping_peers(g, place, indicator, &pooled, &p)) {
    f->reason = "no-peers";
  } else if (p.unknown > 0) {
    f->reason = "peers-incomplete";
  } else if (p.authorities == 0) {
    f->reason = "peers-without-rate";
  } else {
    print_rate(ind, p.numerator, p.denominator, v->decimals, computed);
  }
}

static upheld_status check_value(checker *c, const upheld_published_value *v, upheld_finding_fn fn, void *ud,
                                 upheld_error *err) {
  const upheld_published_item *item = &c->e->scheme->published[v->item];
  char printed[NUMBER_TEXT], computed[NUMBER_TEXT] = "";
  upheld_finding f = {UPHELD_NOT_CHECKABLE, v->authority, v->year, v->item, printed, computed, ""};
  print_scaled(v->value, v->decimals, printed);
  if (item->mask != 0) {
    check_count(c, v, &f, computed);
  } else {
    upheld_year_figures **y = &c->years[v->year - UPHELD_FIRST_YEAR];
    if (*y == NULL) {
      static const upheld_group_rule by_type = {UPHELD_GROUP_TYPE, NULL, NULL, NULL, 0};
      upheld_status st = upheld_year_figures_new(y, c->e, v->year, err);
      if (st == UPHELD_OK) st = upheld_grouping_new(&c->types[v->year - UPHELD_FIRST_YEAR], *y, &by_type, err);
      if (st != UPHELD_OK) return st;
    }
    int place = upheld_year_figures_place(*y, v->authority); /* there: something is published of it that year */
    if (item->peer) check_peers(c->types[v->year - UPHELD_FIRST_YEAR], (size_t)place, v, item->indicator, &f, computed);
    else check_own(*y, (size_t)place, v, item->indicator, &f, computed);
  }
  if (computed[0] != '\0') f.verdict = strcmp(printed, computed) == 0 ? UPHELD_AGREES : UPHELD_DISAGREES;
  fn(ud, &f);
  return UPHELD_OK;
}

upheld_status upheld_check(const upheld_evidence *e, upheld_finding_fn fn, void *ud, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  checker *c = upheld_new_zero(&e->allocator, 1, sizeof *c);
  if (c == NULL) return upheld_nomem(err);
  c->e = e;
  for (size_t i = 0; i < e->published_count && st == UPHELD_OK; i++) {
    const upheld_published_value *v = &e->published[i];
    if (v->year < UPHELD_FIRST_YEAR || v->year > UPHELD_LAST_YEAR) continue; /* import refuses these */
    st = check_value(c, v, fn, ud, err);
  }
  for (int y = 0; y < UPHELD_YEARS; y++) {
    upheld_grouping_free(c->types[y]);
    upheld_year_figures_free(c->years[y]);
  }
  upheld_release(&e->allocator, c, sizeof *c);
  return st;
}
