/*
** rate.c: see rate.h. All arithmetic is on unsigned 128-bit integers; each step says why it fits.
*/
#include "rate.h"

#include <inttypes.h>

#define MEAN_BITS 96
#define MOST_PER_OF_MEAN 1000000000
#define TOO_LARGE "the rate is too large to print: its whole part exceeds 9223372036854775807"

static uint64_t power_of_ten(int exponent) {
  uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

int64_t upheld_percent(int64_t x, int64_t n) {
  upheld_u128 q;
  if (x < 0 || n <= 0) return -1;
  q = ((upheld_u128)x * 200 + (upheld_u128)n) / ((upheld_u128)n * 2); /* below 2^71 + 2^63 */
  return q > (upheld_u128)INT64_MAX ? INT64_MAX : (int64_t)q;
}

bool upheld_rounded_to_bound(int64_t x, int64_t n) {
  int64_t percent = upheld_percent(x, n);
  return (percent == 100 && x < n) || (percent == 0 && x > 0);
}

bool upheld_rate_at_bound(int64_t x, int64_t n, int64_t per, int decimals) {
  upheld_u128 step; /* half of the last printed digit is 1/step */
  if (per != 100 || x < 0 || n <= 0 || x > n || decimals < 0 || decimals > UPHELD_MAX_DECIMALS) return false;
  step = (upheld_u128)200 * power_of_ten(decimals); /* at most 2^38; counts are below 2^63 */
  if (x < n && (upheld_u128)(n - x) * step <= (upheld_u128)n) return true;
  return x > 0 && (upheld_u128)x * step < (upheld_u128)n;
}

bool upheld_rate_bears_rounding(int64_t x, int64_t n, int64_t base, bool n_too) {
  /* A count that prints as X is from X - below to X + above. */
  upheld_u128 below = (upheld_u128)(base / 2), above = (upheld_u128)((base - 1) / 2), all = (upheld_u128)n, part = (upheld_u128)x;
  if (x < 0 || n <= 0 || base < 2) return base >= 0;
  if (!n_too) return 100 * below <= part;
  if (all <= below) return false;
  /* x/n - (x - below)/(n + above) and (x + above)/(n - below) - x/n, without the common denominators */
  return 100 * (below * all + above * part) <= all * (all + above) && 100 * (above * all + below * part) <= all * (all - below);
}

upheld_status upheld_rate_check(int64_t x, int64_t n, upheld_error *err) {
  if (x < 0) return upheld_fail(err, UPHELD_MISUSE, "negative-count", "x (%" PRId64 ") must not be negative", x);
  if (n < 0) return upheld_fail(err, UPHELD_MISUSE, "negative-count", "n (%" PRId64 ") must not be negative", n);
  if (n == 0) return upheld_fail(err, UPHELD_ABSENT, "no-cases", "no cases: n is 0, so there is no rate");
  return UPHELD_OK;
}

upheld_status upheld_decimals_check(int decimals, upheld_error *err) {
  if (decimals >= 0 && decimals <= UPHELD_MAX_DECIMALS) return UPHELD_OK;
  return upheld_fail(err, UPHELD_MISUSE, "bad-decimals", "decimals (%d) must be from 0 to %d", decimals,
                     UPHELD_MAX_DECIMALS);
}

/* Not by snprintf: its point is the locale's. */
upheld_status upheld_write_digits(bool negative, uint64_t whole, uint64_t fraction, int decimals, bool trim, char *out,
                                  size_t size, upheld_error *err) {
  char digits[UPHELD_RATE_TEXT]; /* backwards */
  size_t count = 0, i;
  int places = decimals;
  bool sign = negative && (whole > 0 || fraction > 0); /* never "-0.0" */
  while (trim && places > 0 && fraction % 10 == 0) {
    fraction /= 10;
    places--;
  }
  if (places > 0) {
    for (; places > 0; places--, fraction /= 10) digits[count++] = (char)('0' + fraction % 10);
    digits[count++] = '.';
  }
  do digits[count++] = (char)('0' + whole % 10);
  while ((whole /= 10) > 0);
  if (sign) digits[count++] = '-';
  if (count >= size) {
    return upheld_fail(err, UPHELD_MISUSE, "short-buffer", "the text of a rate needs up to %d bytes", UPHELD_RATE_TEXT);
  }
  for (i = 0; i < count; i++) out[i] = digits[count - 1 - i];
  out[count] = '\0';
  return UPHELD_OK;
}

upheld_status upheld_decimal(int64_t x, int64_t n, int64_t per, int decimals, char *out, size_t size, bool trim,
                             upheld_error *err) {
  upheld_status status;
  upheld_u128 product, whole, fraction, unit;
  uint64_t power;
  if (size > 0) out[0] = '\0';
  if ((status = upheld_decimals_check(decimals, err)) != UPHELD_OK) return status;
  if (per < 1) return upheld_fail(err, UPHELD_MISUSE, "bad-per", "per (%" PRId64 ") must be at least 1", per);
  if ((status = upheld_rate_check(x, n, err)) != UPHELD_OK) return status;
  power = power_of_ten(decimals);
  unit = (upheld_u128)n;
  product = (upheld_u128)x * (upheld_u128)per; /* below 2^126 */
  whole = product / unit;
  /* The remainder is below 2^63, so 2 * remainder * 10^9 stays below 2^94. */
  fraction = ((product % unit) * power * 2 + unit) / (unit * 2);
  if (fraction == power) { /* 0.96 to one decimal is 1.0 */
    fraction = 0;
    whole++;
  }
  if (whole > (upheld_u128)INT64_MAX) return upheld_fail(err, UPHELD_FAULT, "number-too-large", TOO_LARGE);
  return upheld_write_digits(false, (uint64_t)whole, (uint64_t)fraction, decimals, trim, out, size, err);
}

void upheld_mean_clear(upheld_mean_of_rates *m) {
  m->sum = 0;
  m->count = 0;
  m->failed = false;
}

/* x/n cut to 96 fractional bits; false when it needs more than 32 integer bits. */
static bool fixed_point(int64_t x, int64_t n, upheld_u128 *out) {
  upheld_u128 unit = (upheld_u128)n, rest = (upheld_u128)x % unit;
  upheld_u128 term = (upheld_u128)x / unit;
  if (term >> (128 - MEAN_BITS) != 0) return false;
  /* Long division, 64 bits and then 32: the remainder is below 2^63, so each shift fits. */
  term = term << 64 | (rest << 64) / unit;
  rest = (rest << 64) % unit;
  *out = term << 32 | (rest << 32) / unit;
  return true;
}

bool upheld_mean_add(upheld_mean_of_rates *m, int64_t x, int64_t n) {
  upheld_u128 term = 0;
  /* Room is kept for the count that rounding adds to the sum. */
  upheld_u128 most = ~(upheld_u128)0 - UPHELD_MAX_RATES;
  if (x < 0 || n <= 0 || m->count >= UPHELD_MAX_RATES || !fixed_point(x, n, &term) || term > most - m->sum) {
    m->failed = true;
    return false;
  }
  m->sum += term;
  m->count++;
  return true;
}

void upheld_mean_remove(upheld_mean_of_rates *m, int64_t x, int64_t n) {
  upheld_u128 term = 0;
  if (x < 0 || n <= 0 || m->count == 0 || !fixed_point(x, n, &term) || term > m->sum) {
    m->failed = true; /* it was never added */
    return;
  }
  m->sum -= term;
  m->count--;
}

/*
** per times the mean, half up to `decimals` decimals, as whole and fraction; m has a rate.
** The divisor count * 2^96 is at most 2^120, so ten times a remainder fits.
*/
static void mean_digits(const upheld_mean_of_rates *m, uint32_t per, int decimals, uint64_t *whole, uint64_t *fraction) {
  upheld_u128 divisor = (upheld_u128)m->count << MEAN_BITS;
  upheld_u128 sum = (uint64_t)m->count + m->sum; /* undoes what the terms were cut by: see upheld_mean_of_rates */
  upheld_u128 left = 0, rest = 0;
  uint64_t right = 0;
  int i;
  for (i = 31; i >= 0; i--) { /* per times the mean by doubling, since the product itself needs 160 bits */
    uint32_t bit = per >> i & 1u;
    rest = rest * 2 + (bit ? sum % divisor : 0);
    left = left * 2 + (bit ? sum / divisor : 0) + rest / divisor;
    rest %= divisor;
  }
  for (i = 0; i < decimals; i++) {
    rest *= 10;
    right = right * 10 + (uint64_t)(rest / divisor);
    rest %= divisor;
  }
  /* Without decimals the power is 1, so that a half goes straight to the whole part. */
  if (rest * 2 >= divisor && ++right == power_of_ten(decimals)) {
    right = 0;
    left++;
  }
  *whole = (uint64_t)left; /* at most 2^32 * 2^32 before the last step, and per is below 2^30 */
  *fraction = right;
}

int64_t upheld_mean_percent(const upheld_mean_of_rates *m) {
  uint64_t whole = 0, fraction = 0;
  if (m->failed || m->count == 0) return -1;
  mean_digits(m, 100, 0, &whole, &fraction);
  return (int64_t)whole;
}

upheld_status upheld_mean_decimal(const upheld_mean_of_rates *m, int64_t per, int decimals, char *out, size_t size,
                                  bool trim, upheld_error *err) {
  upheld_status status;
  uint64_t whole = 0, fraction = 0;
  if (size > 0) out[0] = '\0';
  if ((status = upheld_decimals_check(decimals, err)) != UPHELD_OK) return status;
  if (per < 1 || per > MOST_PER_OF_MEAN) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-per", "per (%" PRId64 ") of a mean must be from 1 to %d", per,
                       MOST_PER_OF_MEAN);
  }
  if (m->failed) {
    return upheld_fail(err, UPHELD_FAULT, "number-too-large",
                       "these rates are too many or too large for a mean: at most %d, with a sum below 4294967295",
                       UPHELD_MAX_RATES);
  }
  if (m->count == 0) return upheld_fail(err, UPHELD_ABSENT, "no-cases", "no cases: there is no rate to take a mean of");
  mean_digits(m, (uint32_t)per, decimals, &whole, &fraction);
  return upheld_write_digits(false, whole, fraction, decimals, trim, out, size, err);
}

/* A share below 1 was cut below 2^96, so that the sum tells exactly whether all of them are 1, or all 0. */
bool upheld_mean_at_bound(const upheld_mean_of_rates *m, int64_t per, int decimals) {
  uint64_t whole = 0, fraction = 0;
  if (per != 100 || m->failed || m->count == 0 || decimals < 0 || decimals > UPHELD_MAX_DECIMALS) return false;
  mean_digits(m, 100, decimals, &whole, &fraction);
  if (fraction != 0) return false;
  return (whole == 100 && m->sum < (upheld_u128)m->count << MEAN_BITS) || (whole == 0 && m->sum > 0);
}

double upheld_mean_value(const upheld_mean_of_rates *m) {
  if (m->count == 0) return 0;
  return (double)m->sum / 79228162514264337593543950336.0 / (double)m->count; /* 2^96 */
}
