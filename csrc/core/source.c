/*
** source.c: see source.h.
*/
#include "source.h"

#include "published.h"

const char upheld_counts_disagree[] = "counts-disagree";

/* Counts from complete records; false when the records do not know them. */
static bool from_records(const upheld_evidence *e, uint32_t authority, int year, const upheld_indicator *ind,
                         const upheld_cell *cell, upheld_figure *f) {
  uint64_t both = ind->numerator | ind->denominator;
  if (ind->measure == UPHELD_MEASURE_DAYS) both |= UPHELD_MASK_RECEIVED; /* the days begin there */
  if (cell != NULL) {
    bool covered = upheld_evidence_has_compliance(e, year);
    if (cell->gaps[UPHELD_GAP_PARTS + (int)ind->clock] > 0) return false;
    if ((both & UPHELD_MASK_REMEDIED) != 0 && cell->gaps[UPHELD_GAP_REMEDIED] > 0) return false;
    if ((both & UPHELD_MASK_RECEIVED) != 0 && cell->gaps[UPHELD_GAP_RECEIVED] > 0) return false;
    if ((both & UPHELD_MASK_COMPLIANCE) != 0 && cell->gaps[UPHELD_GAP_UNDATED] > 0) return false;
    if ((both & UPHELD_MASK_COMPLIANCE) != 0 && !covered && cell->gaps[UPHELD_GAP_COMPLIANCE] > 0) return false;
  }
  f->numerator = upheld_cell_sum(cell, ind->numerator);
  f->numerator_known = ind->measure != UPHELD_MEASURE_DAYS;
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
  if (ind->measure == UPHELD_MEASURE_DAYS) return; /* nothing is published of single cases */
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
      const upheld_published_value *printed = upheld_printed_rate(e, authority, year, f->indicator, false);
      if (printed != NULL && upheld_only_numerator(f->denominator, printed, &f->numerator)) {
        f->numerator_known = true;
        f->basis = UPHELD_BASIS_DERIVED;
      }
    }
  }
  if (!f->numerator_known && !f->denominator_known) f->basis = UPHELD_BASIS_NONE;
  else if (!upheld_published_agree(e, authority, year, ind->numerator | ind->denominator)) f->reason = upheld_counts_disagree;
}

uint64_t upheld_clock_mask(upheld_clock clock) {
  if (clock == UPHELD_CLOCK_RECEIVED) return UPHELD_MASK_RECEIVED;
  return clock == UPHELD_CLOCK_COMPLIANCE ? UPHELD_MASK_COMPLIANCE : UPHELD_MASK_DECIDED;
}

/* Whether a published count says that the authority had cases on the clock: nothing recorded of it then does not mean none. */
static bool published_cases(const upheld_evidence *e, uint32_t authority, int year, uint64_t clock) {
  for (int item = 0; item < e->scheme->published_count; item++) {
    if ((e->scheme->published[item].mask & clock) == 0) continue;
    const upheld_published_value *v = upheld_evidence_published(e, authority, year, item);
    if (v != NULL && v->value > 0) return true;
  }
  return false;
}

void upheld_figure_source(const upheld_evidence *e, uint32_t authority, int year, const bool *covers, upheld_figure *f) {
  const upheld_indicator *ind = &e->scheme->indicators[f->indicator];
  const upheld_cell *cell = upheld_tally_cell(&e->tally, authority, year);
  bool own = upheld_cell_sum(cell, upheld_clock_mask(ind->clock)) > 0;
  if (own && from_records(e, authority, year, ind, cell, f)) return;
  from_published(e, authority, year, f);
  bool nothing = !f->numerator_known && !f->denominator_known;
  bool residents_only = ind->measure == UPHELD_MEASURE_RESIDENTS && !f->numerator_known;
  uint64_t clock = upheld_clock_mask(ind->clock) | (ind->clock == UPHELD_CLOCK_DECIDED ? UPHELD_MASK_REMEDIED : 0);
  if (!own && (nothing || residents_only) && covers[ind->clock] && !published_cases(e, authority, year, clock)) {
    upheld_figure fresh = *f;
    fresh.basis = UPHELD_BASIS_NONE;
    fresh.numerator_known = fresh.denominator_known = false;
    if (from_records(e, authority, year, ind, cell, &fresh)) *f = fresh;
  }
}
