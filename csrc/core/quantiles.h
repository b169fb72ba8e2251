/*
** quantiles.h: quartiles and the median of rates, from the integers.
** Owns: the order of rates (by cross products, never by quotients) and the definition of a quartile.
** Must not: round or print (rate.h does), or decide who is among the rates.
*/
#ifndef UPHELD_QUANTILES_H
#define UPHELD_QUANTILES_H

#include "rate.h"
#include "upheld.h"

/* A rate before it is one: x of n. */
typedef struct upheld_pair {
  int64_t x, n;
} upheld_pair;

UPHELD_BEGIN

/* Less than 0, 0 or more than 0 as a's rate is below, equal to or above b's, exactly. Both n must be above 0. */
int upheld_compare_rates(upheld_pair a, upheld_pair b);

/*
** Sorts pairs by their rates, rising; equal rates (1/2 and 2/4) keep their order. Takes count * sizeof(upheld_pair)
** bytes while it works. UPHELD_MISUSE "negative-count" for x < 0 or n < 0, "no-rate" for n = 0 (the caller leaves such
** pairs out and counts them), UPHELD_NOMEM; the pairs are then as they were.
*/
upheld_status upheld_sort_rates(const upheld_allocator *a, upheld_pair *pairs, size_t count, upheld_error *err);

/*
** The lower quartile (quarter 1), median (2) or upper quartile (3) of `count` rates in rising order, without the one
** at index skip (SIZE_MAX: none is left out): R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages",
** The American Statistician 50 (1996) 361-365, type 7, the usual default of statistical programs: with N rates left,
** the rate at place 1 + (N - 1) quarter / 4, between two neighbours by linear interpolation.
** The weights are whole quarters, so that *out is a mean of four rates, the neighbours each as often as they weigh: it
** prints exactly by upheld_mean_percent and upheld_mean_decimal. False, with an empty *out, when no rate is left or
** quarter is not 1, 2 or 3. Rates too large for a mean set out->failed.
*/
bool upheld_quarter_of_rates(const upheld_pair *sorted, size_t count, size_t skip, int quarter,
                             upheld_mean_of_rates *out);

UPHELD_END

#endif
