/*
** funnel.h: control limits over the number of cases, as the lines of a funnel chart.
** Owns: the axis (from which n to which, and at which points).
** Must not: draw, print, or decide a class (intervals.h and overdispersion.h do, from the counts and never from these
** lines).
*/
#ifndef UPHELD_FUNNEL_H
#define UPHELD_FUNNEL_H

#include "intervals.h"
#include "overdispersion.h"
#include "upheld.h"

enum {
  UPHELD_FUNNEL_POINTS = 100,         /* of the public-health rule */
  UPHELD_MAX_FUNNEL_POINTS = 1000000, /* more than any chart has dots: it bounds the memory of a wrong argument */
  UPHELD_FUNNEL_LEVELS = 2
};

typedef struct upheld_funnel {
  double target;                        /* 0..1 */
  double levels[UPHELD_FUNNEL_LEVELS];  /* such as 0.95 and 0.998 */
  upheld_limits_method method;          /* exact steps or score curves */
  const upheld_overdispersion *overdispersion; /* or NULL */
  upheld_adjustment adjustment;
} upheld_funnel;

typedef struct upheld_funnel_row {
  int64_t n;
  double low[UPHELD_FUNNEL_LEVELS], high[UPHELD_FUNNEL_LEVELS]; /* shares, by level */
} upheld_funnel_row;

UPHELD_BEGIN

/*
** The ends of the axis for authorities of `smallest` to `largest` cases, by the rule of the public-health tools: from
** 0 when largest exceeds twice smallest, else from 0.95 smallest cut to its leading digit; to 1.05 largest raised to
** two leading digits; in whole numbers, exactly. UPHELD_MISUSE "bad-axis": smallest < 0, largest < 1, smallest >
** largest or largest above 10^18.
*/
upheld_status upheld_funnel_axis(int64_t smallest, int64_t largest, int64_t *from, int64_t *to, upheld_error *err);

/*
** At most `points` sizes from `from` to `to`, rising, into sizes; *count of them. Each step is the same factor, and at
** least 1: x(1) = max(1, from), x(j) = max(round(x(j-1) (to / x(j-1))^(1/(points + 1 - j))), x(j-1) + 1). The public-
** health rule with points = UPHELD_FUNNEL_POINTS, but ending at `to`, which that rule runs past when it is below 100.
** UPHELD_MISUSE "bad-axis": from < 0, to < 1, to < from or to > 10^18; "bad-points": points not in
** 2..UPHELD_MAX_FUNNEL_POINTS.
*/
upheld_status upheld_funnel_sizes(int64_t from, int64_t to, size_t points, int64_t *sizes, size_t *count,
                                  upheld_error *err);

/* The limits for n cases. Errors of upheld_limits_overdispersed. */
upheld_status upheld_funnel_at(const upheld_funnel *funnel, int64_t n, upheld_funnel_row *row, upheld_error *err);

UPHELD_END

#endif
