/*
** funnel.c: see funnel.h.
*/
#include "funnel.h"

#include <inttypes.h>
#include <math.h>

#define MOST_CASES 1000000000000000000 /* 10^18: 1.05 times it still fits */

static upheld_status check_axis(int64_t from, int64_t to, upheld_error *err) {
  if (from >= 0 && to >= 1 && from <= to && to <= MOST_CASES) return UPHELD_OK;
  return upheld_fail(err, UPHELD_MISUSE, "bad-axis",
                     "a funnel cannot run from %" PRId64 " to %" PRId64 " cases: 0 <= from <= to, 1 <= to <= 10^18",
                     from, to);
}

/* The power of ten below which the first `digits` digits of value stand. */
static int64_t unit_of(int64_t value, int digits) {
  int64_t unit = 1, most = 1;
  while (digits-- > 0) most *= 10;
  while (value / unit >= most) unit *= 10;
  return unit;
}

upheld_status upheld_funnel_axis(int64_t smallest, int64_t largest, int64_t *from, int64_t *to, upheld_error *err) {
  int64_t unit, twentieths;
  upheld_status status = check_axis(smallest, largest, err);
  *from = *to = 0;
  if (status != UPHELD_OK) return status;
  if (largest / 2 < smallest || (largest / 2 == smallest && largest % 2 == 0)) {
    int64_t least = smallest - smallest / 20 - (smallest % 20 > 0); /* 19/20 of it, cut */
    *from = least - least % unit_of(least, 1);
  }
  twentieths = largest / 20 * 21 + (largest % 20 * 21 + 19) / 20; /* 21/20 of it, raised to a whole number */
  unit = unit_of(twentieths, 2);
  *to = (twentieths + unit - 1) / unit * unit;
  return UPHELD_OK;
}

upheld_status upheld_funnel_sizes(int64_t from, int64_t to, size_t points, int64_t *sizes, size_t *count,
                                  upheld_error *err) {
  int64_t at = from > 1 ? from : 1;
  size_t i;
  upheld_status status = check_axis(from, to, err);
  *count = 0;
  if (status != UPHELD_OK) return status;
  if (points < 2 || points > UPHELD_MAX_FUNNEL_POINTS) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-points", "points of a funnel must be from 2 to %d",
                       UPHELD_MAX_FUNNEL_POINTS);
  }
  sizes[(*count)++] = at;
  for (i = 1; i < points && at < to; i++) {
    double next = floor((double)at * pow((double)to / (double)at, 1 / (double)(points - i)) + 0.5);
    int64_t step = next >= (double)to ? to : (int64_t)next;
    at = step > at ? step : at + 1;
    sizes[(*count)++] = at;
  }
  return UPHELD_OK;
}

upheld_status upheld_funnel_at(const upheld_funnel *funnel, int64_t n, upheld_funnel_row *row, upheld_error *err) {
  int i;
  row->n = n;
  for (i = 0; i < UPHELD_FUNNEL_LEVELS; i++) {
    upheld_status status =
        upheld_limits_overdispersed(funnel->target, n, funnel->levels[i], funnel->method, funnel->overdispersion,
                                    funnel->adjustment, &row->low[i], &row->high[i], err);
    if (status != UPHELD_OK) return status;
  }
  return UPHELD_OK;
}
