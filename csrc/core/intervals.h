/*
** intervals.h: how sure a rate is, and whether it differs from a target: intervals of a share and of a count, tails,
** control limits, class.
** Owns: the definition of each method, its end cases (0, all, none) and the thresholds of a class. Every function
** checks its arguments; each refusal has its own sentence.
** Must not: print, round, or know what an indicator is. The accuracy is that of special.h.
**
** Counts are int64 and enter the formulas as doubles: exact up to 2^53, beyond that to 16 digits.
*/
#ifndef UPHELD_INTERVALS_H
#define UPHELD_INTERVALS_H

#include "upheld.h"

typedef enum upheld_interval_method {
  UPHELD_INTERVAL_DEFAULT,           /* Wilson for a share, Byar for a count */
  UPHELD_INTERVAL_WILSON,
  UPHELD_INTERVAL_WILSON_CONTINUITY,
  UPHELD_INTERVAL_EXACT,             /* Clopper-Pearson for a share, exact Poisson for a count */
  UPHELD_INTERVAL_BYAR
} upheld_interval_method;

typedef enum upheld_limits_method {
  UPHELD_LIMITS_EXACT, /* binomial tails */
  UPHELD_LIMITS_SCORE  /* target -+ z sqrt(target (1 - target) / n), as the public-health tools draw them */
} upheld_limits_method;

typedef enum upheld_class {
  UPHELD_CLASS_LOW_998,
  UPHELD_CLASS_LOW_95,
  UPHELD_CLASS_SIMILAR,
  UPHELD_CLASS_HIGH_95,
  UPHELD_CLASS_HIGH_998
} upheld_class;

/* Tail below which a class is given: 2.5% and 0.1% on each side, two-sided 95% and 99.8%. */
#define UPHELD_TAIL_95 0.025
#define UPHELD_TAIL_998 0.001

/*
** Cases needed before the exact method gives a class other than similar. One case alone is never low or high: against
** a target of 99.5% its tail is 0.5% whatever the authority is like, so every single failure would be flagged, and
** nobody could say anything else of it. For counts it is the events that make a "high" (one complaint from a hamlet
** is not high); no event at all where several were expected may be "low". The score method has no such rule, to stay
** comparable with the tools it imitates.
*/
enum { UPHELD_LEAST_EVIDENCE = 2 };

UPHELD_BEGIN

/*
** Interval of the share x/n at a level such as 0.95, *low <= x/n <= *high in 0..1.
**   Wilson score (Wilson 1927; Newcombe and Altman 2000): (2x + z^2 -+ z sqrt(z^2 + 4x(1 - x/n))) / (2(n + z^2)).
**   Wilson with continuity correction (Newcombe 1998, method 4): the same with x - 1/2 below and x + 1/2 above; 0 at
**   x = 0, 1 at x = n.
**   Exact (Clopper and Pearson 1934): the p at which P(X >= x) and P(X <= x) are (1 - level)/2.
** UPHELD_MISUSE: "negative-count", "more-than-all" (x > n), "bad-level", "bad-method" (Byar is for counts).
** UPHELD_ABSENT "no-cases": n = 0.
*/
upheld_status upheld_interval_of_share(int64_t x, int64_t n, double level, upheld_interval_method method, double *low,
                                       double *high, upheld_error *err);

/*
** Interval of the expected count behind x events, *low <= x <= *high; divide by the population for a rate.
**   Byar (Breslow and Day 1987): x (1 - 1/(9x) - z/(3 sqrt x))^3 and (x+1) (1 - 1/(9(x+1)) + z/(3 sqrt(x+1)))^3;
**   below 0, and at x = 0, the lower limit is 0 (the formula turns negative for x = 1 at 99.8%).
**   Exact (Garwood 1936): the means at which P(X >= x) and P(X <= x) are (1 - level)/2; half the chi-squared
**   quantiles of 2x and 2x + 2.
** UPHELD_MISUSE: "negative-count", "bad-level", "bad-method" (Wilson is for shares).
*/
upheld_status upheld_interval_of_count(int64_t x, double level, upheld_interval_method method, double *low, double *high,
                                       upheld_error *err);

/*
** P(X <= x) and P(X >= x) for X ~ Binomial(n, p). UPHELD_MISUSE: "negative-count", "more-than-all",
** "bad-probability". n = 0 gives 1, 1.
*/
upheld_status upheld_tail(int64_t x, int64_t n, double p, double *at_most, double *at_least, upheld_error *err);
/*
** P(X <= x) and P(X >= x) for X ~ Poisson(expected). UPHELD_MISUSE: "negative-count", "bad-expected" (negative or not
** finite).
*/
upheld_status upheld_tail_of_count(int64_t x, double expected, double *at_most, double *at_least, upheld_error *err);

/*
** Limits, as shares, outside which a share of n would be low or high against the target at a two-sided level.
**   Exact: the least x with P(X <= x) >= (1-level)/2 and the greatest with P(X >= x) >= (1-level)/2, over n: the
**   binomial quantiles (Spiegelhalter 2005, without interpolation), a tail that equals the threshold counting as
**   inside. A share outside them, and no other, is low or high by the tail, up to UPHELD_LEAST_EVIDENCE.
**   Score: target -+ z sqrt(target (1 - target) / n), cut to 0..1.
** UPHELD_MISUSE: "bad-target" (not in 0..1), "negative-count", "bad-level". UPHELD_ABSENT "no-cases": n = 0.
*/
upheld_status upheld_limits(double target, int64_t n, double level, upheld_limits_method method, double *low,
                            double *high, upheld_error *err);

/*
** The class of x of n against a target share.
**   Exact: low 95 when P(X <= x) < UPHELD_TAIL_95, low 99.8 when < UPHELD_TAIL_998, high likewise by P(X >= x);
**   strictly less, where a tail within 1e-12 of the threshold counts as equal to it; similar below
**   UPHELD_LEAST_EVIDENCE cases.
**   Score: x strictly outside n times the score limits.
** UPHELD_MISUSE: as upheld_limits, and "more-than-all". UPHELD_ABSENT "no-cases": n = 0.
*/
upheld_status upheld_significance(int64_t x, int64_t n, double target, upheld_limits_method method, upheld_class *out,
                                  upheld_error *err);

/*
** Limits, as counts, outside which a count would be low or high against its expectation at a two-sided level: the
** Poisson quantiles, the least x with P(X <= x) >= (1-level)/2 and the greatest with P(X >= x) >= (1-level)/2, a tail
** that equals the threshold counting as inside. A count outside them, and no other, is low or high by the tail, up to
** UPHELD_LEAST_EVIDENCE. UPHELD_MISUSE: "bad-expected" (not in 0..10^15, beyond which a count is no whole double),
** "bad-level".
*/
upheld_status upheld_limits_of_count(double expected, double level, int64_t *low, int64_t *high, upheld_error *err);

/*
** True when a tail is below a threshold, a tail within 1e-12 of it, relatively, counting as equal to it: the accuracy
** of special.h. Every class of this library is given by it.
*/
bool upheld_tail_below(double tail, double threshold);

/*
** The class of a count against its expectation (peers' rate times own population), by Poisson tails as above. Errors
** of upheld_tail_of_count.
*/
upheld_status upheld_significance_of_count(int64_t x, double expected, upheld_class *out, upheld_error *err);

/* "low 99.8", "low 95", "similar", "high 95", "high 99.8". */
const char *upheld_class_name(upheld_class c);

UPHELD_END

#endif
