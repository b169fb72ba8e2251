/*
** compare.c: see compare.h.
*/
#include "compare.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "hypergeometric.h"
#include "rate.h"
#include "special.h"

enum { MOST_PER = 1000000000 };

/* {====== arguments ====== */

static upheld_status check_count(const char *name, int64_t value, upheld_error *err) {
  if (value >= 0) return UPHELD_OK;
  return upheld_fail(err, UPHELD_MISUSE, "negative-count", "%s (%" PRId64 ") must not be negative", name, value);
}

static upheld_status check_counts(int64_t x1, int64_t n1, int64_t x2, int64_t n2, upheld_error *err) {
  upheld_status status = check_count("x1", x1, err);
  if (status == UPHELD_OK) status = check_count("n1", n1, err);
  if (status == UPHELD_OK) status = check_count("x2", x2, err);
  if (status == UPHELD_OK) status = check_count("n2", n2, err);
  return status;
}

static upheld_status check_cases(int64_t n1, int64_t n2, upheld_error *err) {
  if (n1 > 0 && n2 > 0) return UPHELD_OK;
  return upheld_fail(err, UPHELD_ABSENT, "no-cases", "no cases: %s, so there is nothing to compare",
                     n1 > 0 ? "n2 is 0" : n2 > 0 ? "n1 is 0" : "n1 and n2 are 0");
}

static upheld_status check_shares(int64_t x1, int64_t n1, int64_t x2, int64_t n2, upheld_error *err) {
  upheld_status status = check_counts(x1, n1, x2, n2, err);
  if (status != UPHELD_OK) return status;
  if (x1 > n1 || x2 > n2) {
    int which = x1 > n1 ? 1 : 2;
    return upheld_fail(err, UPHELD_MISUSE, "more-than-all",
                       "x%d (%" PRId64 ") must not be greater than n%d (%" PRId64 ")", which, which == 1 ? x1 : x2,
                       which, which == 1 ? n1 : n2);
  }
  return UPHELD_OK;
}

static upheld_status check_exposures(int64_t x1, int64_t exposure1, int64_t x2, int64_t exposure2, upheld_error *err) {
  upheld_status status = check_count("x1", x1, err);
  if (status == UPHELD_OK) status = check_count("exposure1", exposure1, err);
  if (status == UPHELD_OK) status = check_count("x2", x2, err);
  if (status == UPHELD_OK) status = check_count("exposure2", exposure2, err);
  if (status != UPHELD_OK || (exposure1 > 0 && exposure2 > 0)) return status;
  return upheld_fail(err, UPHELD_ABSENT, "no-exposure", "no exposure: exposure%d is 0, so nothing could happen in it",
                     exposure1 == 0 ? 1 : 2);
}

/* }====== */

/* {====== difference ====== */

upheld_status upheld_difference_of_shares(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double level, double *low,
                                          double *high, upheld_error *err) {
  double low1, high1, low2, high2, p1, p2;
  upheld_status status = check_shares(x1, n1, x2, n2, err);
  *low = *high = 0;
  if (status == UPHELD_OK && n1 > 0) { /* which checks the level as well */
    status = upheld_interval_of_share(x1, n1, level, UPHELD_INTERVAL_WILSON, &low1, &high1, err);
  }
  if (status == UPHELD_OK) status = check_cases(n1, n2, err);
  if (status == UPHELD_OK) {
    status = upheld_interval_of_share(x2, n2, level, UPHELD_INTERVAL_WILSON, &low2, &high2, err);
  }
  if (status != UPHELD_OK) return status;
  p1 = (double)x1 / (double)n1;
  p2 = (double)x2 / (double)n2;
  /* The formula stays within -1..1; its rounding may not. */
  *low = fmax(-1, p1 - p2 - hypot(p1 - low1, high2 - p2));
  *high = fmin(1, p1 - p2 + hypot(high1 - p1, p2 - low2));
  return UPHELD_OK;
}

upheld_status upheld_difference_decimal(int64_t x1, int64_t n1, int64_t x2, int64_t n2, int64_t per, int decimals,
                                        char *out, size_t size, upheld_error *err) {
  upheld_u128 first, second, above, divisor, whole = 0, rest = 0, step;
  uint64_t factor, unit = 1;
  upheld_status status;
  int i;
  if (size > 0) out[0] = '\0';
  if ((status = upheld_decimals_check(decimals, err)) != UPHELD_OK) return status;
  if (per < 1 || per > MOST_PER) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-per", "per (%" PRId64 ") of a difference must be from 1 to %d", per,
                       MOST_PER);
  }
  if ((status = check_counts(x1, n1, x2, n2, err)) != UPHELD_OK) return status;
  if ((status = check_cases(n1, n2, err)) != UPHELD_OK) return status;
  for (i = 0; i < decimals; i++) unit *= 10;
  factor = (uint64_t)per * unit; /* at most 10^18 */
  first = (upheld_u128)x1 * (upheld_u128)n2;
  second = (upheld_u128)x2 * (upheld_u128)n1;
  above = first > second ? first - second : second - first;
  divisor = (upheld_u128)n1 * (upheld_u128)n2;
  step = above % divisor;
  above /= divisor;
  /*
  ** factor times the fraction, bit by bit, since the product itself needs 186 bits: the divisor is below 2^126, so
  ** 2 rest + step stays below 2^128; the whole is at most 2^63 * 10^18 < 2^123.
  */
  for (i = 63; i >= 0; i--) {
    bool bit = factor >> i & 1u;
    rest = rest * 2 + (bit ? step : 0);
    whole = whole * 2 + (bit ? above : 0) + rest / divisor;
    rest %= divisor;
  }
  if (rest * 2 >= divisor) whole++;
  if (whole / unit > (upheld_u128)INT64_MAX) {
    return upheld_fail(err, UPHELD_FAULT, "number-too-large",
                       "the difference is too large to print: its whole part exceeds 9223372036854775807");
  }
  return upheld_write_digits(first < second, (uint64_t)(whole / unit), (uint64_t)(whole % unit), decimals, false, out,
                             size, err);
}

/* }====== */

/* {====== change ====== */

static upheld_change change_by_tails(double fall, double rise) {
  if (upheld_tail_below(fall, UPHELD_TAIL_998)) return UPHELD_FALL_998;
  if (upheld_tail_below(fall, UPHELD_TAIL_95)) return UPHELD_FALL_95;
  if (upheld_tail_below(rise, UPHELD_TAIL_998)) return UPHELD_RISE_998;
  if (upheld_tail_below(rise, UPHELD_TAIL_95)) return UPHELD_RISE_95;
  return UPHELD_NO_CLEAR_CHANGE;
}

upheld_status upheld_change_of_shares(int64_t x1, int64_t n1, int64_t x2, int64_t n2, double *fall, double *rise,
                                      upheld_change *change, upheld_error *err) {
  upheld_status status = check_shares(x1, n1, x2, n2, err);
  *fall = *rise = 0;
  *change = UPHELD_NO_CLEAR_CHANGE;
  if (status == UPHELD_OK) status = check_cases(n1, n2, err);
  if (status != UPHELD_OK) return status;
  upheld_hypergeometric_tails(x1, n1, x2, n2, fall, rise);
  if (n1 >= UPHELD_LEAST_EVIDENCE && n2 >= UPHELD_LEAST_EVIDENCE) *change = change_by_tails(*fall, *rise);
  return UPHELD_OK;
}

upheld_status upheld_change_of_counts(int64_t x1, int64_t exposure1, int64_t x2, int64_t exposure2, double *fall,
                                      double *rise, upheld_change *change, upheld_error *err) {
  double all, p, q, first = (double)x1, second = (double)x2;
  upheld_status status = check_exposures(x1, exposure1, x2, exposure2, err);
  *fall = *rise = 0;
  *change = UPHELD_NO_CLEAR_CHANGE;
  if (status != UPHELD_OK) return status;
  all = (double)exposure1 + (double)exposure2;
  p = (double)exposure2 / all;
  q = (double)exposure1 / all;
  *fall = x1 > 0 ? upheld_beta_lower(first, second + 1, q, p) : 1;
  *rise = x2 > 0 ? upheld_beta_lower(second, first + 1, p, q) : 1;
  if (first + second >= UPHELD_LEAST_EVIDENCE) *change = change_by_tails(*fall, *rise);
  return UPHELD_OK;
}

upheld_class upheld_milder_class(upheld_class a, upheld_class b) {
  int first = (int)a - UPHELD_CLASS_SIMILAR, second = (int)b - UPHELD_CLASS_SIMILAR;
  if ((first < 0) != (second < 0)) return UPHELD_CLASS_SIMILAR; /* of which one may be similar itself */
  return abs(first) < abs(second) ? a : b;
}

upheld_class upheld_class_of_change(upheld_change change) {
  switch (change) {
    case UPHELD_FALL_998: return UPHELD_CLASS_LOW_998;
    case UPHELD_FALL_95: return UPHELD_CLASS_LOW_95;
    case UPHELD_RISE_95: return UPHELD_CLASS_HIGH_95;
    case UPHELD_RISE_998: return UPHELD_CLASS_HIGH_998;
    default: return UPHELD_CLASS_SIMILAR;
  }
}

upheld_status upheld_class_beside_shares(int64_t x, int64_t n, int64_t px, int64_t pn, upheld_limits_method method,
                                         upheld_class *out, upheld_error *err) {
  double fall, rise;
  upheld_change change;
  upheld_status status = check_shares(x, n, px, pn, err); /* in the order of the arguments, which its messages name */
  *out = UPHELD_CLASS_SIMILAR;
  if (status == UPHELD_OK) status = check_cases(n, pn, err);
  if (status == UPHELD_OK) status = upheld_change_of_shares(px, pn, x, n, &fall, &rise, &change, err);
  if (status == UPHELD_OK) status = upheld_significance(x, n, (double)px / (double)pn, method, out, err);
  if (status == UPHELD_OK && method == UPHELD_LIMITS_EXACT) *out = upheld_milder_class(*out, upheld_class_of_change(change));
  return status;
}

upheld_status upheld_class_beside_counts(int64_t x, int64_t exposure, int64_t px, int64_t peers_exposure,
                                         upheld_class *out, upheld_error *err) {
  double fall, rise;
  upheld_change change;
  upheld_status status = check_exposures(x, exposure, px, peers_exposure, err);
  *out = UPHELD_CLASS_SIMILAR;
  if (status == UPHELD_OK) status = upheld_change_of_counts(px, peers_exposure, x, exposure, &fall, &rise, &change, err);
  if (status == UPHELD_OK) {
    status = upheld_significance_of_count(x, (double)px / (double)peers_exposure * (double)exposure, out, err);
  }
  if (status == UPHELD_OK) *out = upheld_milder_class(*out, upheld_class_of_change(change));
  return status;
}

const char *upheld_change_name(upheld_change change) {
  switch (change) {
    case UPHELD_FALL_998: return "fall 99.8";
    case UPHELD_FALL_95: return "fall 95";
    case UPHELD_RISE_95: return "rise 95";
    case UPHELD_RISE_998: return "rise 99.8";
    default: return "no clear change";
  }
}

/* }====== */
