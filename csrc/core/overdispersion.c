/*
** overdispersion.c: see overdispersion.h.
*/
#include "overdispersion.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "rate.h"
#include "special.h"

#define QUARTER_TURN 1.57079632679489661923 /* pi/2: the angle of a share of 1 */
#define WINSORISED_SHARE 0.1

/* {====== measure ====== */

upheld_status upheld_pooled_share(const upheld_pair *pairs, size_t count, double *out, upheld_error *err) {
  upheld_u128 x = 0, n = 0; /* 2^64 counts of 2^63 fit */
  size_t i;
  *out = 0;
  for (i = 0; i < count; i++) {
    if (pairs[i].x < 0 || pairs[i].n < 0) return upheld_rate_check(pairs[i].x, pairs[i].n, err);
    x = x + (uint64_t)pairs[i].x;
    n = n + (uint64_t)pairs[i].n;
  }
  if (n == 0) return upheld_fail(err, UPHELD_ABSENT, "no-cases", "no cases: every n is 0, so there is no share");
  *out = (double)x / (double)n;
  return UPHELD_OK;
}

/* asin sqrt(x/n) by atan2, which keeps its digits near 0 and near 1. */
static double angle_of_counts(int64_t x, int64_t n) {
  return atan2(sqrt((double)x), sqrt((double)(n - x)));
}

static double angle_of_share(double share) {
  return atan2(sqrt(share), sqrt(1 - share));
}

static int rising(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return left < right ? -1 : left > right;
}

/* Quantile of sorted values at `share`, type 7. */
static double quantile(const double *sorted, size_t count, double share) {
  double place = (double)(count - 1) * share, under = floor(place);
  size_t at = (size_t)under;
  if (at + 1 >= count) return sorted[count - 1];
  return sorted[at] + (place - under) * (sorted[at + 1] - sorted[at]);
}

static upheld_status check_pairs(const upheld_pair *pairs, size_t count, size_t *with_cases, upheld_error *err) {
  size_t i;
  *with_cases = 0;
  for (i = 0; i < count; i++) {
    double low, high;
    upheld_status status = upheld_tail(pairs[i].x, pairs[i].n, 0, &low, &high, err); /* for what it refuses */
    if (status != UPHELD_OK) return status;
    if (pairs[i].n > 0) ++*with_cases;
  }
  if (*with_cases >= 2) return UPHELD_OK;
  return upheld_fail(err, UPHELD_ABSENT, "too-few-authorities",
                     "overdispersion needs at least 2 authorities with cases, and there %s %zu",
                     *with_cases == 1 ? "is" : "are", *with_cases);
}

static void measure(double *z, size_t count, double weights, double squares, upheld_overdispersion *out) {
  double low, high, sum = 0, excess, room = weights - squares / weights, total = (double)count;
  size_t i;
  qsort(z, count, sizeof *z, rising); /* equal values are the same value: their order cannot show */
  low = quantile(z, count, WINSORISED_SHARE);
  high = quantile(z, count, 1 - WINSORISED_SHARE);
  for (i = 0; i < count; i++) {
    double one = fmin(fmax(z[i], low), high);
    if (one < z[i] || one > z[i]) out->winsorised++;
    sum += one * one;
  }
  excess = sum - (total - 1);
  out->authorities = count;
  out->phi = sum / total;
  out->tau2 = excess > 0 && room > 0 ? excess / room : 0;
}

upheld_status upheld_overdispersion_of(const upheld_allocator *a, const upheld_pair *pairs, size_t count, double target,
                                       upheld_overdispersion *out, upheld_error *err) {
  static const upheld_overdispersion nothing = {0, 0, 0, 0};
  double *z, centre, weights = 0, squares = 0;
  size_t i, at = 0, with_cases;
  upheld_status status = check_pairs(pairs, count, &with_cases, err);
  *out = nothing;
  if (status != UPHELD_OK && status != UPHELD_ABSENT) return status;
  if (!(target >= 0 && target <= 1)) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-target", "target must be between 0 and 1, such as 0.45");
  }
  if (status != UPHELD_OK) return status;
  if (!(z = upheld_new_zero(a, with_cases, sizeof *z))) return upheld_nomem(err);
  centre = angle_of_share(target);
  for (i = 0; i < count; i++) {
    double n = (double)pairs[i].n;
    if (pairs[i].n == 0) continue;
    z[at++] = (angle_of_counts(pairs[i].x, pairs[i].n) - centre) * 2 * sqrt(n);
    weights += 4 * n;
    squares += 16 * n * n;
  }
  measure(z, with_cases, weights, squares, out);
  upheld_release(a, z, with_cases * sizeof *z);
  return UPHELD_OK;
}

/* }====== */

/* {====== limits and class ====== */

static upheld_status check(const upheld_overdispersion *o, upheld_error *err) {
  if (o->phi >= 0 && o->phi <= 1e300 && o->tau2 >= 0 && o->tau2 <= 1e300) return UPHELD_OK;
  return upheld_fail(err, UPHELD_MISUSE, "bad-overdispersion", "phi and tau2 must be numbers, 0 or more");
}

static bool present(const upheld_overdispersion *o, upheld_adjustment adjustment) {
  return adjustment == UPHELD_MULTIPLICATIVE ? o->phi > 1 : o->tau2 > 0;
}

/* The standard deviation of an angle: by chance 1 / (2 sqrt n), and what is added to it. */
static double deviation(int64_t n, const upheld_overdispersion *o, upheld_adjustment adjustment) {
  double s = 0.5 / sqrt((double)n);
  return adjustment == UPHELD_MULTIPLICATIVE ? s * sqrt(fmax(1, o->phi)) : hypot(s, sqrt(o->tau2));
}

static double square_of_sine(double angle) {
  double sine = sin(angle);
  return sine * sine;
}

upheld_status upheld_limits_overdispersed(double target, int64_t n, double level, upheld_limits_method method,
                                          const upheld_overdispersion *o, upheld_adjustment adjustment, double *low,
                                          double *high, upheld_error *err) {
  double centre, reach, below, above;
  upheld_status status = upheld_limits(target, n, level, method, low, high, err);
  if (status != UPHELD_OK || !o) return status;
  if ((status = check(o, err)) != UPHELD_OK) {
    *low = *high = 0;
    return status;
  }
  if (method == UPHELD_LIMITS_EXACT && !present(o, adjustment)) return UPHELD_OK;
  centre = angle_of_share(target);
  reach = upheld_normal_two_sided(level) * deviation(n, o, adjustment);
  below = centre > reach ? square_of_sine(centre - reach) : 0;
  above = centre + reach < QUARTER_TURN ? square_of_sine(centre + reach) : 1;
  *low = method == UPHELD_LIMITS_EXACT ? fmin(*low, below) : below;
  *high = method == UPHELD_LIMITS_EXACT ? fmax(*high, above) : above;
  return UPHELD_OK;
}

static upheld_class nearer_to_similar(upheld_class a, upheld_class b) {
  int from_a = (int)a - (int)UPHELD_CLASS_SIMILAR, from_b = (int)b - (int)UPHELD_CLASS_SIMILAR;
  if ((from_a < 0) != (from_b < 0)) return UPHELD_CLASS_SIMILAR; /* below by one, not by the other */
  return abs(from_a) < abs(from_b) ? a : b;
}

upheld_status upheld_significance_overdispersed(int64_t x, int64_t n, double target, upheld_limits_method method,
                                                const upheld_overdispersion *o, upheld_adjustment adjustment,
                                                upheld_class *out, upheld_error *err) {
  double excess, reach, far, r;
  upheld_class adjusted = UPHELD_CLASS_SIMILAR;
  upheld_status status = upheld_significance(x, n, target, method, out, err);
  if (status != UPHELD_OK || !o) return status;
  if ((status = check(o, err)) != UPHELD_OK) {
    *out = UPHELD_CLASS_SIMILAR;
    return status;
  }
  if (method == UPHELD_LIMITS_EXACT && !present(o, adjustment)) return UPHELD_OK;
  if (n >= UPHELD_LEAST_EVIDENCE) {
    excess = angle_of_counts(x, n) - angle_of_share(target);
    r = deviation(n, o, adjustment);
    reach = upheld_normal_upper_quantile(UPHELD_TAIL_95) * r;
    far = upheld_normal_upper_quantile(UPHELD_TAIL_998) * r;
    if (excess < -reach) adjusted = excess < -far ? UPHELD_CLASS_LOW_998 : UPHELD_CLASS_LOW_95;
    if (excess > reach) adjusted = excess > far ? UPHELD_CLASS_HIGH_998 : UPHELD_CLASS_HIGH_95;
  }
  *out = method == UPHELD_LIMITS_EXACT ? nearer_to_similar(*out, adjusted) : adjusted;
  return UPHELD_OK;
}

/* }====== */
