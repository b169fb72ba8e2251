/*
** trend_years.h: the figures of an evidence's years, kept from series to series: a letter to each of four hundred authorities
** asks for the same years.
** Owns: that a year is made once. Its cost is memory, some hundred kilobytes a year for four hundred authorities.
** Must not: outlive the evidence, or be used for another.
*/
#ifndef UPHELD_TREND_YEARS_H
#define UPHELD_TREND_YEARS_H

#include "peers.h"

UPHELD_BEGIN

typedef struct upheld_kept_year {
  int year;
  upheld_year_figures *figures;
  upheld_grouping *types; /* the authorities by type */
} upheld_kept_year;

typedef struct upheld_trend_years {
  upheld_allocator allocator;
  upheld_kept_year *items;
  size_t count, capacity;
} upheld_trend_years;

void upheld_trend_years_init(upheld_trend_years *years, const upheld_allocator *a);
/* Frees all of them; may be called before the evidence is freed, never after. */
void upheld_trend_years_free(upheld_trend_years *years);
/* The year, made now if it is not kept. UPHELD_ABSENT as upheld_year_figures_new; such a year is not kept. */
upheld_status upheld_trend_years_get(upheld_trend_years *years, const upheld_evidence *e, int year, const upheld_kept_year **out,
                                     upheld_error *err);

UPHELD_END

#endif
