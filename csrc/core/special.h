/*
** special.h: the special functions behind intervals and tests: binomial and Poisson probabilities, incomplete beta
** and gamma functions, their inverses, the normal quantile.
** Owns their accuracy: relative error below 1e-12 for counts up to 10^4, wherever the result is a normal double. For
** larger n a tail that lies z standard deviations from the mean is within 2^-52 |z| sqrt(n max(p/q, q/p)) besides,
** which is what the rounding of p or of 1 - p to a double changes it by (about 1e-10 z for n = 10^12); quantiles stay
** at 1e-12. The cost does not grow with the counts.
** Must not: check arguments beyond its stated domains (intervals.h does), keep state, use lgamma (it writes signgam)
** or the locale.
**
** Sources. Probabilities: C. Loader, "Fast and accurate computation of binomial probabilities" (2000): Stirling's
** error and the deviance instead of differences of large logarithms. Incomplete functions: DLMF 8.2, 8.17 for the
** definitions; here each is the probability of its end point times the integral of exp(-H) over a half-line, H convex
** and free of cancellation, by the double-exponential rule of H. Takahasi and M. Mori (1974). Inverses: Newton's
** method on the logarithm of the tail, which is concave in the variable used.
*/
#ifndef UPHELD_SPECIAL_H
#define UPHELD_SPECIAL_H

#include "upheld.h"

UPHELD_BEGIN

/* u - log(1 + u) for u > -1, without cancellation near 0. */
double upheld_log1p_gap(double u);

/* What Stirling's formula lacks: log Gamma(x + 1) - ((x + 1/2) log x - x + log(2 pi) / 2), x > 0. */
double upheld_stirling_error(double x);

/*
** Probability of x among n at probability p, with q = 1 - p given apart so that neither loses digits when the other
** is small. 0 <= x <= n whole, 0 <= p, q.
*/
double upheld_binomial_pmf(double x, double n, double p, double q);
/* Probability of x at mean lambda >= 0; x >= 0 whole. */
double upheld_poisson_pmf(double x, double lambda);

/* Regularised incomplete beta function I_x(a, b), a, b >= 0.5, with y = 1 - x given apart; 0 <= x, y. */
double upheld_beta_lower(double a, double b, double x, double y);
/* Regularised incomplete gamma functions P(a, x) and Q(a, x), a >= 0.5, x >= 0. */
double upheld_gamma_lower(double a, double x);
double upheld_gamma_upper(double a, double x);

/* The x (and y = 1 - x, as exact) with I_x(a, b) = tail, 0 < tail < 1. Most exact for a tail that is small. */
void upheld_beta_quantile(double a, double b, double tail, double *x, double *y);
/* The x with P(a, x) = tail, and with Q(a, x) = tail, 0 < tail < 1. */
double upheld_gamma_lower_quantile(double a, double tail);
double upheld_gamma_upper_quantile(double a, double tail);

/*
** The z that a standard normal variable exceeds with probability `tail`, 0 < tail < 1; exact for both tails and near
** 1/2.
*/
double upheld_normal_upper_quantile(double tail);
/* The z > 0 with P(-z < Z < z) = level, 0 < level < 1. */
double upheld_normal_two_sided(double level);

UPHELD_END

#endif
