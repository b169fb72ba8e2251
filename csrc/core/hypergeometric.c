/*
** hypergeometric.c: see hypergeometric.h.
*/
#include "hypergeometric.h"

#include <math.h>

#include "rate.h"
#include "special.h"

#define LONG_TAIL 1000 /* the spread, in terms, from which a tail is integrated and not summed */
#define NEGLIGIBLE 1e-18

/*
** The two by two table around a tail: the tail's next term takes one from both `less` cells and gives one to both
** `more` cells.
*/
typedef struct table {
  double less[2], more[2];
  double slope; /* log of (more more) / (less less), >= 0: how fast the terms fall at the start */
} table;

/* log(b c / (a d)), a d <= b c, all > 0: from the exact products, since both are large and may be nearly equal. */
static double log_ratio(int64_t a, int64_t d, int64_t b, int64_t c) {
  upheld_u128 small = (upheld_u128)a * (upheld_u128)d, large = (upheld_u128)b * (upheld_u128)c;
  return log1p((double)(large - small) / (double)small);
}

/* (1 + u) log(1 + u) - u, u > -1. */
static double bend(double u) {
  return u * log1p(u) - upheld_log1p_gap(u);
}

/* log Gamma(c + t + 1) - log Gamma(c + 1) - t log c, c > 0, c + t > 0, by Stirling's formula with its error. */
static double cell_exponent(double c, double t) {
  double u = t / c;
  return c * bend(u) + 0.5 * log1p(u) + upheld_stirling_error(c + t) - upheld_stirling_error(c);
}

/* log of (first term / term at t), t >= 0 real. */
static double exponent(const table *f, double t) {
  return f->slope * t + cell_exponent(f->less[0], -t) + cell_exponent(f->less[1], -t) + cell_exponent(f->more[0], t) +
         cell_exponent(f->more[1], t);
}

/* About how many terms the tail spreads over: where slope t + curvature t^2 / 2 reaches 1. */
static double spread(const table *f) {
  double curvature = 1 / f->less[0] + 1 / f->less[1] + 1 / f->more[0] + 1 / f->more[1];
  return 2 / (f->slope + sqrt(f->slope * f->slope + 2 * curvature));
}

/*
** Sum of the tail over its first term, by Euler-Maclaurin: integral + 1/2 - g'(0)/12; what follows is of the order
** spread^-3. With a spread of LONG_TAIL every cell is above 10^5, so that nothing is left at the far end.
*/
static double integrated(const table *f, double scale) {
  const int steps_per_unit = 16;
  double end = fmin(f->less[0], f->less[1]), sum = 0, fall;
  int i;
  for (i = -4 * steps_per_unit; i <= 7 * steps_per_unit; i++) {
    double t = (double)i / steps_per_unit, e = exp(-t), v = scale * exp(t - e), h;
    if (v >= end || (h = exponent(f, v)) > 60) break; /* the exponent only rises */
    sum += exp(-h) * v * (1 + e);
  }
  fall = f->slope + 0.5 * (1 / f->more[0] + 1 / f->more[1] - 1 / f->less[0] - 1 / f->less[1]); /* -g'(0) */
  return sum / steps_per_unit + 0.5 + fall / 12;
}

/* The same term by term; the terms fall ever faster, so that what is left is below term * ratio / (1 - ratio). */
static double summed(table f) {
  double sum = 1, term = 1;
  while (f.less[0] > 0 && f.less[1] > 0) {
    double ratio = f.less[0] / (f.more[0] + 1) * (f.less[1] / (f.more[1] + 1));
    term *= ratio;
    sum += term;
    if (term * ratio < NEGLIGIBLE * sum * (1 - ratio)) break;
    f.less[0] -= 1;
    f.less[1] -= 1;
    f.more[0] += 1;
    f.more[1] += 1;
  }
  return sum;
}

/* P(X = x2), from binomial probabilities at the common share, which cancels. */
static double probability(int64_t x1, int64_t n1, int64_t x2, int64_t n2) {
  double m = (double)x1 + (double)x2, rest = (double)(n1 - x1) + (double)(n2 - x2), all = (double)n1 + (double)n2;
  double p = m / all, q = rest / all;
  if (m <= 0 || rest <= 0) return 1;
  return upheld_binomial_pmf((double)x1, (double)n1, p, q) * upheld_binomial_pmf((double)x2, (double)n2, p, q) /
         upheld_binomial_pmf(m, all, p, q);
}

void upheld_hypergeometric_tails(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double *at_most, double *at_least) {
  int64_t y1 = n1 - x1, y2 = n2 - x2;
  bool below = (upheld_u128)x2 * (upheld_u128)y1 <= (upheld_u128)x1 * (upheld_u128)y2; /* x2/n2 <= x1/n1 */
  double one = probability(x1, n1, x2, n2), sum = 1, small, large;
  table f;
  f.less[0] = (double)(below ? x2 : x1);
  f.less[1] = (double)(below ? y1 : y2);
  f.more[0] = (double)(below ? x1 : x2);
  f.more[1] = (double)(below ? y2 : y1);
  if (f.less[0] > 0 && f.less[1] > 0) {
    double scale;
    f.slope = below ? log_ratio(x2, y1, x1, y2) : log_ratio(x1, y2, x2, y1);
    scale = spread(&f);
    sum = scale > LONG_TAIL ? integrated(&f, scale) : summed(f);
  }
  small = fmin(1, one * sum);
  large = fmin(1, 1 - one * (sum - 1)); /* without the first term, which belongs to both */
  *at_most = below ? small : large;
  *at_least = below ? large : small;
}
