/*
** intervals.c: see intervals.h.
*/
#include "intervals.h"

#include <inttypes.h>
#include <math.h>

#include "special.h"

/*
** A tail this near its threshold, relatively, equals it: the accuracy of special.h. 3 of 3 at 10% is 0.001 and not
** below it.
*/
#define TIE 1e-12

/* {====== arguments ====== */

static upheld_status check_count(const char *name, int64_t value, upheld_error *err) {
  if (value >= 0) return UPHELD_OK;
  return upheld_fail(err, UPHELD_MISUSE, "negative-count", "%s (%" PRId64 ") must not be negative", name, value);
}

static upheld_status check_share(int64_t x, int64_t n, upheld_error *err) {
  upheld_status status = check_count("x", x, err);
  if (status == UPHELD_OK) status = check_count("n", n, err);
  if (status != UPHELD_OK || x <= n) return status;
  return upheld_fail(err, UPHELD_MISUSE, "more-than-all",
                     "x (%" PRId64 ") must not be greater than n (%" PRId64 ")", x, n);
}

static upheld_status check_cases(int64_t n, upheld_error *err) {
  if (n > 0) return UPHELD_OK;
  return upheld_fail(err, UPHELD_ABSENT, "no-cases", "no cases: n is 0, so there is no share");
}

static upheld_status check_level(double level, upheld_error *err) {
  if (level > 0 && level < 1) return UPHELD_OK; /* false for NaN */
  return upheld_fail(err, UPHELD_MISUSE, "bad-level", "level must be greater than 0 and less than 1, such as 0.95");
}

static upheld_status check_target(double target, upheld_error *err) {
  if (target >= 0 && target <= 1) return UPHELD_OK;
  return upheld_fail(err, UPHELD_MISUSE, "bad-target", "target must be between 0 and 1, such as 0.45");
}

static upheld_status bad_method(const char *wanted, upheld_error *err) {
  return upheld_fail(err, UPHELD_MISUSE, "bad-method", "%s", wanted);
}

/* }====== */

/* {====== intervals ====== */

/*
** Lower and upper score limit for x cases of n, x perhaps half a case off. The lower is written as the product of
** both roots over the other, so that nothing cancels.
*/
static double score_low(double x, double n, double z) {
  return 2 * x * (x / n) / (2 * x + z * z + z * sqrt(z * z + 4 * x * ((n - x) / n)));
}

static double score_high(double x, double n, double z) {
  return (2 * x + z * z + z * sqrt(z * z + 4 * x * ((n - x) / n))) / (2 * (n + z * z));
}

static void wilson(double x, double n, double level, double correction, double *low, double *high) {
  double z = upheld_normal_two_sided(level), share = x / n;
  *low = x > 0 ? fmin(score_low(x - correction, n, z), share) : 0;
  *high = x < n ? fmax(score_high(x + correction, n, z), share) : 1;
}

static void clopper_pearson(double x, double n, double level, double *low, double *high) {
  double tail = (1 - level) / 2, other;
  *low = 0;
  *high = 1;
  if (x > 0) upheld_beta_quantile(x, n - x + 1, tail, low, &other);
  if (x < n) upheld_beta_quantile(n - x, x + 1, tail, &other, high);
}

upheld_status upheld_interval_of_share(int64_t x, int64_t n, double level, upheld_interval_method method, double *low,
                                       double *high, upheld_error *err) {
  upheld_status status = check_share(x, n, err);
  *low = *high = 0;
  if (status == UPHELD_OK) status = check_level(level, err);
  if (status == UPHELD_OK && method == UPHELD_INTERVAL_BYAR) {
    status = bad_method("Byar's interval is for counts, not for shares", err);
  }
  if (status == UPHELD_OK) status = check_cases(n, err);
  if (status != UPHELD_OK) return status;
  if (method == UPHELD_INTERVAL_EXACT) {
    clopper_pearson((double)x, (double)n, level, low, high);
  } else {
    wilson((double)x, (double)n, level, method == UPHELD_INTERVAL_WILSON_CONTINUITY ? 0.5 : 0, low, high);
  }
  return UPHELD_OK;
}

static double byar_limit(double x, double z) {
  double root = 1 - 1 / (9 * x) + z / (3 * sqrt(x));
  return root > 0 ? x * root * root * root : 0;
}

upheld_status upheld_interval_of_count(int64_t x, double level, upheld_interval_method method, double *low, double *high,
                                       upheld_error *err) {
  upheld_status status = check_count("x", x, err);
  double events = (double)x;
  *low = *high = 0;
  if (status == UPHELD_OK) status = check_level(level, err);
  if (status == UPHELD_OK && (method == UPHELD_INTERVAL_WILSON || method == UPHELD_INTERVAL_WILSON_CONTINUITY)) {
    status = bad_method("Wilson's interval is for shares, not for counts", err);
  }
  if (status != UPHELD_OK) return status;
  if (method == UPHELD_INTERVAL_EXACT) {
    double tail = (1 - level) / 2;
    *low = x > 0 ? upheld_gamma_lower_quantile(events, tail) : 0;
    *high = upheld_gamma_upper_quantile(events + 1, tail);
  } else {
    double z = upheld_normal_two_sided(level);
    *low = x > 0 ? byar_limit(events, -z) : 0;
    *high = byar_limit(events + 1, z);
  }
  return UPHELD_OK;
}

/* }====== */

/* {====== tails and limits ====== */

/* P(X <= x) for X ~ Binomial(n, p), q = 1 - p, 0 <= x <= n; P(X >= x) is at_most(n - x, n, q, p). */
static double at_most_of(double x, double n, double p, double q) {
  return x >= n ? 1 : upheld_beta_lower(n - x, x + 1, q, p);
}

upheld_status upheld_tail(int64_t x, int64_t n, double p, double *at_most, double *at_least, upheld_error *err) {
  upheld_status status = check_share(x, n, err);
  *at_most = *at_least = 0;
  if (status != UPHELD_OK) return status;
  if (!(p >= 0 && p <= 1)) return upheld_fail(err, UPHELD_MISUSE, "bad-probability", "p must be between 0 and 1");
  *at_most = at_most_of((double)x, (double)n, p, 1 - p);
  *at_least = at_most_of((double)(n - x), (double)n, 1 - p, p);
  return UPHELD_OK;
}

upheld_status upheld_tail_of_count(int64_t x, double expected, double *at_most, double *at_least, upheld_error *err) {
  upheld_status status = check_count("x", x, err);
  *at_most = *at_least = 0;
  if (status != UPHELD_OK) return status;
  if (!(expected >= 0 && expected <= 1e300)) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-expected", "expected must be a number of events, 0 or more");
  }
  *at_most = upheld_gamma_upper((double)x + 1, expected);
  *at_least = x > 0 ? upheld_gamma_lower((double)x, expected) : 1;
  return UPHELD_OK;
}

bool upheld_tail_below(double tail, double threshold) {
  return tail < threshold * (1 - TIE);
}

/*
** The least x with P(X <= x) >= tail: by bisection from the normal approximation, widened until it holds the answer
** (about twice the logarithm of the standard deviation in tails).
*/
static int64_t least_inside(int64_t n, double p, double q, double tail) {
  double total = (double)n, deviation = sqrt(total * p * q) + 1;
  double guess = floor(total * p - upheld_normal_upper_quantile(tail) * deviation);
  int64_t low = guess <= 0 ? 0 : guess >= total ? n : (int64_t)guess, high = low, step = 1;
  for (; high < n && upheld_tail_below(at_most_of((double)high, total, p, q), tail); step += step < n / 2 ? step : 0) {
    low = high + 1;
    high = step < n - high ? high + step : n; /* P(X <= n) is 1: n is inside */
  }
  step = 1;
  while (low > 0 && !upheld_tail_below(at_most_of((double)(low - 1), total, p, q), tail)) {
    high = low - 1;
    low = step < low - 1 ? low - 1 - step : 0;
    step += step < n / 2 ? step : 0;
  }
  while (low < high) { /* high is inside; below low nothing is */
    int64_t middle = low + (high - low) / 2;
    if (upheld_tail_below(at_most_of((double)middle, total, p, q), tail)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

upheld_status upheld_limits(double target, int64_t n, double level, upheld_limits_method method, double *low,
                            double *high, upheld_error *err) {
  upheld_status status = check_target(target, err);
  double total = (double)n;
  *low = *high = 0;
  if (status == UPHELD_OK) status = check_count("n", n, err);
  if (status == UPHELD_OK) status = check_level(level, err);
  if (status == UPHELD_OK) status = check_cases(n, err);
  if (status != UPHELD_OK) return status;
  if (method == UPHELD_LIMITS_EXACT) {
    double tail = (1 - level) / 2;
    *low = (double)least_inside(n, target, 1 - target, tail) / total;
    *high = (double)(n - least_inside(n, 1 - target, target, tail)) / total;
  } else {
    double reach = upheld_normal_two_sided(level) * sqrt(target * (1 - target) / total);
    *low = fmax(0, target - reach);
    *high = fmin(1, target + reach);
  }
  return UPHELD_OK;
}

/* P(X <= x) or, with upper, P(X >= x) for X ~ Poisson(expected). */
static double poisson_tail(int64_t x, double expected, bool upper) {
  if (upper) return x > 0 ? upheld_gamma_lower((double)x, expected) : 1;
  return upheld_gamma_upper((double)x + 1, expected);
}

/*
** Bisection between a count that is beyond the threshold and one that is not, on the side of `upper`; from the normal
** approximation, widened until it holds the answer. The mean itself is inside on either side.
*/
static int64_t last_inside(double expected, double tail, bool upper) {
  double reach = (upheld_normal_upper_quantile(tail) + 1) * (sqrt(expected) + 1);
  int64_t inside = (int64_t)floor(expected), step = (int64_t)fmax(1, reach), beyond;
  if (!upper) {
    inside++; /* P(X <= mean + 1) is above 1/2, P(X >= mean - 1) likewise: no threshold reaches them */
    beyond = inside;
    do beyond = beyond > step ? beyond - step : -1;
    while (beyond >= 0 && !upheld_tail_below(poisson_tail(beyond, expected, false), tail));
  } else {
    beyond = inside;
    do beyond += step;
    while (!upheld_tail_below(poisson_tail(beyond, expected, true), tail));
  }
  while (upper ? beyond - inside > 1 : inside - beyond > 1) {
    int64_t middle = inside + (beyond - inside) / 2;
    if (upheld_tail_below(poisson_tail(middle, expected, upper), tail)) {
      beyond = middle;
    } else {
      inside = middle;
    }
  }
  return inside;
}

upheld_status upheld_limits_of_count(double expected, double level, int64_t *low, int64_t *high, upheld_error *err) {
  upheld_status status = check_level(level, err);
  *low = *high = 0;
  if (status != UPHELD_OK) return status;
  if (!(expected >= 0 && expected <= 1e15)) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-expected", "expected must be a number of events from 0 to 10^15");
  }
  *low = last_inside(expected, (1 - level) / 2, false);
  *high = last_inside(expected, (1 - level) / 2, true);
  return UPHELD_OK;
}

/* }====== */

/* {====== class ====== */

static upheld_class class_of(bool low_998, bool low_95, bool high_95, bool high_998) {
  if (low_998) return UPHELD_CLASS_LOW_998;
  if (low_95) return UPHELD_CLASS_LOW_95;
  if (high_998) return UPHELD_CLASS_HIGH_998;
  if (high_95) return UPHELD_CLASS_HIGH_95;
  return UPHELD_CLASS_SIMILAR;
}

static upheld_class class_by_tails(double at_most, double at_least) {
  return class_of(upheld_tail_below(at_most, UPHELD_TAIL_998), upheld_tail_below(at_most, UPHELD_TAIL_95),
                  upheld_tail_below(at_least, UPHELD_TAIL_95), upheld_tail_below(at_least, UPHELD_TAIL_998));
}

upheld_status upheld_significance(int64_t x, int64_t n, double target, upheld_limits_method method, upheld_class *out,
                                  upheld_error *err) {
  upheld_status status = check_share(x, n, err);
  double at_most, at_least;
  *out = UPHELD_CLASS_SIMILAR;
  if (status == UPHELD_OK) status = check_target(target, err);
  if (status == UPHELD_OK) status = check_cases(n, err);
  if (status != UPHELD_OK) return status;
  if (method == UPHELD_LIMITS_SCORE) {
    double total = (double)n, deviation = sqrt(total * target * (1 - target));
    double excess = -fma(total, target, -(double)x); /* counts, not quotients, in one rounding */
    double reach = upheld_normal_upper_quantile(UPHELD_TAIL_95) * deviation;
    double far = upheld_normal_upper_quantile(UPHELD_TAIL_998) * deviation;
    *out = class_of(excess < -far, excess < -reach, excess > reach, excess > far);
    return UPHELD_OK;
  }
  if (n < UPHELD_LEAST_EVIDENCE) return UPHELD_OK;
  status = upheld_tail(x, n, target, &at_most, &at_least, err);
  if (status == UPHELD_OK) *out = class_by_tails(at_most, at_least);
  return status;
}

upheld_status upheld_significance_of_count(int64_t x, double expected, upheld_class *out, upheld_error *err) {
  double at_most, at_least;
  upheld_status status = upheld_tail_of_count(x, expected, &at_most, &at_least, err);
  *out = UPHELD_CLASS_SIMILAR;
  if (status != UPHELD_OK) return status;
  *out = class_by_tails(at_most, at_least);
  if (*out > UPHELD_CLASS_SIMILAR && x < UPHELD_LEAST_EVIDENCE) *out = UPHELD_CLASS_SIMILAR;
  return UPHELD_OK;
}

const char *upheld_class_name(upheld_class c) {
  switch (c) {
    case UPHELD_CLASS_LOW_998: return "low 99.8";
    case UPHELD_CLASS_LOW_95: return "low 95";
    case UPHELD_CLASS_HIGH_95: return "high 95";
    case UPHELD_CLASS_HIGH_998: return "high 99.8";
    default: return "similar";
  }
}

/* }====== */
