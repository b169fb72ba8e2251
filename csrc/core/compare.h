/*
** compare.h: two shares or two counts beside each other: the difference with its interval, whether it is a change, and
** the class of one beside peers whose rate is not known but estimated.
** Owns: the order (1 is the earlier period or the authority looked at, 2 the later period or the others), the exact
** digits of a difference, and the thresholds of a change, which are those of a class (intervals.h).
** Must not: print beyond a number's digits, or know what is compared.
*/
#ifndef UPHELD_COMPARE_H
#define UPHELD_COMPARE_H

#include "intervals.h"

typedef enum upheld_change {
  UPHELD_FALL_998,
  UPHELD_FALL_95,
  UPHELD_NO_CLEAR_CHANGE,
  UPHELD_RISE_95,
  UPHELD_RISE_998
} upheld_change;

UPHELD_BEGIN

/*
** Interval of the difference x1/n1 - x2/n2 at a level such as 0.95, as proportions in -1..1; it holds the difference.
** R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine
** 17 (1998) 873-890, method 10: with d the difference and [l, u] the Wilson intervals of either share,
** d - sqrt((p1 - l1)^2 + (u2 - p2)^2) and d + sqrt((u1 - p1)^2 + (p2 - l2)^2).
** UPHELD_MISUSE: "negative-count", "more-than-all", "bad-level". UPHELD_ABSENT "no-cases": n1 or n2 is 0.
*/
upheld_status upheld_difference_of_shares(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double level, double *low,
                                          double *high, upheld_error *err);

/*
** Writes per * (x1/n1 - x2/n2) to `decimals` decimals into out (UPHELD_RATE_TEXT bytes are enough), from the exact
** fraction, never from two rounded rates: "-3.1", "0.0" and never "-0.0". Half away from zero: half up of the
** magnitude, so that swapping the two only changes the sign. x may exceed n (a rate per residents may).
** UPHELD_MISUSE: "negative-count", "bad-decimals", "bad-per" (not in 1..10^9), "short-buffer". UPHELD_ABSENT
** "no-cases": n1 or n2 is 0. UPHELD_FAULT "number-too-large": the whole part exceeds INT64_MAX. out is "" after a
** failure.
*/
upheld_status upheld_difference_decimal(int64_t x1, int64_t n1, int64_t x2, int64_t n2, int64_t per, int decimals,
                                        char *out, size_t size, upheld_error *err);

/*
** Did the share change from x1 of n1 to x2 of n2? Fisher's exact test (R. A. Fisher, Statistical Methods for Research
** Workers, 5th edition 1934, section 21.02): given all x1 + x2 and the sizes of both periods, X of them fall into the
** second by chance. *fall is P(X <= x2), *rise is P(X >= x2); the change is a fall 95 when *fall is below
** UPHELD_TAIL_95, a fall 99.8 when below UPHELD_TAIL_998, a rise likewise (upheld_tail_below). A period of fewer than
** UPHELD_LEAST_EVIDENCE cases never shows a change.
** UPHELD_MISUSE: "negative-count", "more-than-all". UPHELD_ABSENT "no-cases": n1 or n2 is 0.
*/
upheld_status upheld_change_of_shares(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double *fall, double *rise,
                                      upheld_change *change, upheld_error *err);

/*
** Did a count change from x1 to x2, each over an exposure (residents, days, or 1 and 1)? The conditional test of
** J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31
** (1940) 313-323: given x1 + x2 events, X ~ Binomial(x1 + x2, exposure2 / (exposure1 + exposure2)) of them fall into
** the second period. Tails and change as above; one event in all never shows a change.
** UPHELD_MISUSE: "negative-count". UPHELD_ABSENT "no-exposure": an exposure is 0.
*/
upheld_status upheld_change_of_counts(int64_t x1, int64_t exposure1, int64_t x2, int64_t exposure2, double *fall,
                                      double *rise, upheld_change *change, upheld_error *err);

/*
** The class of x of n beside peers with px of pn. Against a target the exact class (upheld_significance) takes the
** target as known; the peers' rate is an estimate with a chance of its own, so that against few peers that class comes
** up by chance too often, and against a peer's single case always. By the exact method the class is therefore the
** milder one of the binomial tail at px/pn and of Fisher's tail for two shares (upheld_change_of_shares), which draw
** together as pn grows; Fisher's keeps its level, so the milder does. By the score method it is that of
** upheld_significance, to stay comparable with the tools it imitates.
** Errors of upheld_change_of_shares.
*/
upheld_status upheld_class_beside_shares(int64_t x, int64_t n, int64_t px, int64_t pn, upheld_limits_method method,
                                         upheld_class *out, upheld_error *err);

/*
** The same for x events over an exposure beside px events over the peers' exposure: the milder one of the Poisson tail
** at the expectation exposure * px / peers' exposure and of the conditional tail (upheld_change_of_counts). Errors of
** both.
*/
upheld_status upheld_class_beside_counts(int64_t x, int64_t exposure, int64_t px, int64_t peers_exposure,
                                         upheld_class *out, upheld_error *err);

/* What a change from peers to an authority is as a class of the authority. */
upheld_class upheld_class_of_change(upheld_change change);

/* The one of two classes that says less: the nearer to similar, and similar where they point to different sides. */
upheld_class upheld_milder_class(upheld_class a, upheld_class b);

/* "fall 99.8", "fall 95", "no clear change", "rise 95", "rise 99.8". */
const char *upheld_change_name(upheld_change change);

UPHELD_END

#endif
