/*
** overdispersion.h: when authorities differ among themselves by more than chance: how much, and limits and classes that
** allow for it.
** Owns: the measure (winsorised phi, tau squared) and the rule that allowing for more variation can only take a flag
** away, never give one.
** Must not: choose the authorities or the target, or print.
**
** Sources. D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24
** (2005) 1185-1202, and "Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14
** (2005) 347-351: winsorised z, phi, multiplicative and additive adjustment. R. DerSimonian and N. Laird,
** "Meta-analysis in clinical trials", Controlled Clinical Trials 7 (1986) 177-188: tau squared by moments.
** D. B. Laney, "Improved control charts for attributes", Quality Engineering 14 (2002) 531-537: the factor sqrt(phi)
** as a p' chart has it.
*/
#ifndef UPHELD_OVERDISPERSION_H
#define UPHELD_OVERDISPERSION_H

#include "intervals.h"
#include "quantiles.h"
#include "upheld.h"

typedef struct upheld_overdispersion {
  double phi;         /* mean of z^2 after winsorising: 1 for chance alone */
  double tau2;        /* variance between authorities on the arcsine scale, 0 for chance alone */
  size_t authorities; /* those with cases, N below */
  size_t winsorised;  /* z values moved to a percentile */
} upheld_overdispersion;

typedef enum upheld_adjustment {
  UPHELD_ADDITIVE,      /* sqrt(s^2 + tau2) in the place of s: authorities have true rates of their own (default) */
  UPHELD_MULTIPLICATIVE /* s sqrt(phi), where phi > 1 */
} upheld_adjustment;

UPHELD_BEGIN

/* The pooled share of pairs, sum of x over sum of n. UPHELD_ABSENT "no-cases" when every n is 0. */
upheld_status upheld_pooled_share(const upheld_pair *pairs, size_t count, double *out, upheld_error *err);

/*
** How much the shares of `pairs` vary around the target (0..1). Over the N pairs with n > 0:
**   z = (asin sqrt(x/n) - asin sqrt target) / s, s = 1 / (2 sqrt n); a z beyond the 10th or 90th percentile (type 7 of
**   Hyndman and Fan) is moved to it; phi = sum of z^2 / N;
**   tau2 = max(0, (N phi - (N - 1)) / (sum w - sum w^2 / sum w)), w = 1 / s^2 = 4 n.
** Takes N doubles while it works. UPHELD_MISUSE: "negative-count", "more-than-all", "bad-target". UPHELD_ABSENT
** "too-few-authorities": fewer than two with cases. UPHELD_NOMEM.
*/
upheld_status upheld_overdispersion_of(const upheld_allocator *a, const upheld_pair *pairs, size_t count, double target,
                                       upheld_overdispersion *out, upheld_error *err);

/*
** As upheld_limits, allowing for overdispersion (NULL: exactly upheld_limits). The adjusted limits are
** sin^2(asin sqrt target -+ z r), r = sqrt(s^2 + tau2) or s sqrt(phi), the angle cut to 0..pi/2.
**   UPHELD_LIMITS_EXACT: the wider of the exact and the adjusted limits on each side; the exact ones alone where there
**   is no overdispersion (tau2 = 0, or phi <= 1). The arcsine is an approximation that is poor for few cases, and
**   variation beyond chance cannot make a share less likely to arise than chance alone does: so the adjustment may
**   only widen.
**   UPHELD_LIMITS_SCORE: the adjusted limits alone, as the public tools draw them.
** UPHELD_MISUSE: as upheld_limits, and "bad-overdispersion" (phi or tau2 negative or not finite).
*/
upheld_status upheld_limits_overdispersed(double target, int64_t n, double level, upheld_limits_method method,
                                          const upheld_overdispersion *o, upheld_adjustment adjustment, double *low,
                                          double *high, upheld_error *err);

/*
** As upheld_significance, by the limits above: strictly outside them. One case alone (UPHELD_LEAST_EVIDENCE) is similar
** by either method.
*/
upheld_status upheld_significance_overdispersed(int64_t x, int64_t n, double target, upheld_limits_method method,
                                                const upheld_overdispersion *o, upheld_adjustment adjustment,
                                                upheld_class *out, upheld_error *err);

UPHELD_END

#endif
