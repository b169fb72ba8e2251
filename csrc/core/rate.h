/*
** rate.h: rates printed exactly: whole per cent, decimals, and the mean of several rates, always half up from the
** integers.
** Owns the rounding rule. A rate is a pair of integers until it is printed; no double takes part in any printed digit
** (floor(100*(x/n) + 0.5) is wrong for 23/40, "%.0f" for 1/8).
** Must not: decide what a denominator of 0 means to a reader (it reports UPHELD_ABSENT), or know any indicator.
*/
#ifndef UPHELD_RATE_H
#define UPHELD_RATE_H

#include "upheld.h"

__extension__ typedef unsigned __int128 upheld_u128;

enum {
  UPHELD_MAX_DECIMALS = 9,    /* decimals of a printed rate: 10^9 keeps every step within 128 bits */
  UPHELD_MAX_RATES = 1 << 24, /* rates in one mean, so that count * 2^96 * 10 stays within 128 bits */
  UPHELD_RATE_TEXT = 32       /* bytes that hold any rate with its NUL: a sign, 19 digits, a point, 9 decimals */
};

/*
** A mean of rates in the making. Zero-initialise it, or call upheld_mean_clear.
**
** Each rate is cut to 96 fractional bits, so `sum` is low by less than count * 2^-96. Rounding therefore raises the
** sum by count * 2^-96 first: exact ties go up, as half up demands. The price, and the only inexactness: a true sum
** that lies below a tie by less than count * 2^-95 (less than 5e-22 even for the most rates allowed) counts as that
** tie.
*/
typedef struct upheld_mean_of_rates {
  upheld_u128 sum; /* 32 integer bits, 96 fractional bits */
  int64_t count;
  bool failed;     /* sticky: a rate could not be added; check once at the end */
} upheld_mean_of_rates;

UPHELD_BEGIN

/*
** What every rate asks of its counts: UPHELD_MISUSE "negative-count" for x < 0 or n < 0, UPHELD_ABSENT "no-cases" for
** n = 0. x may exceed n (a rate per residents may).
*/
upheld_status upheld_rate_check(int64_t x, int64_t n, upheld_error *err);

/*
** 100 * x / n, half up to a whole number: floor((200x + n) / (2n)), without overflow for all x >= 0, n > 0 (x may
** exceed n). A result above INT64_MAX gives INT64_MAX; x < 0 or n <= 0, which callers exclude, gives -1.
*/
int64_t upheld_percent(int64_t x, int64_t n);

/*
** True when the whole per cent claims more than the counts: 100 with x < n, or 0 with x > 0. A letter then says "more
** than 99%" or "less than 1%".
*/
bool upheld_rounded_to_bound(int64_t x, int64_t n);

/*
** True when the rate printed to `decimals` decimals claims more than the counts do: all of them where it is not all, or none
** where it is some. Nothing for rates that may exceed 1 (per other than 100).
*/
bool upheld_rate_at_bound(int64_t x, int64_t n, int64_t per, int decimals);

/*
** True when x/n, where x and (with n_too) n are multiples of base that stand for counts rounded half up, is within one
** hundredth of the rate of those counts, whatever they are: one percentage point of a share, or, where n is exact and not
** rounded, one hundredth of the rate.
*/
bool upheld_rate_bears_rounding(int64_t x, int64_t n, int64_t base, bool n_too);

/*
** Writes per * x / n, half up to `decimals` decimals, with a point whatever the locale, into out; with trim without
** trailing zeros ("4", not "4.0"). per is 100 for per cent, 100000 for a rate per 100,000 residents. UPHELD_RATE_TEXT
** bytes are always enough. UPHELD_MISUSE for x < 0, n < 0, per < 1, decimals out of 0..9 or a short buffer;
** UPHELD_ABSENT "no-cases" for n = 0; UPHELD_FAULT "number-too-large" when the whole part exceeds INT64_MAX. out is
** "" after a failure.
*/
upheld_status upheld_decimal(int64_t x, int64_t n, int64_t per, int decimals, char *out, size_t size, bool trim,
                             upheld_error *err);

/*
** Writes [-]whole.fraction, fraction having `decimals` digits (0..9), into out, which the locale does not touch; with
** trim without trailing zeros. negative with 0.0 writes no sign. UPHELD_MISUSE "short-buffer" when it does not fit.
*/
upheld_status upheld_write_digits(bool negative, uint64_t whole, uint64_t fraction, int decimals, bool trim, char *out,
                                  size_t size, upheld_error *err);

/* UPHELD_MISUSE "bad-decimals" unless 0 <= decimals <= UPHELD_MAX_DECIMALS. */
upheld_status upheld_decimals_check(int decimals, upheld_error *err);

void upheld_mean_clear(upheld_mean_of_rates *m);
/*
** Adds the rate x/n (x may exceed n). False, with m->failed set for good, when it cannot be: x < 0, n <= 0 (an
** authority without cases has no rate; the caller counts it apart), more than UPHELD_MAX_RATES rates, or a sum of
** 2^32.
*/
bool upheld_mean_add(upheld_mean_of_rates *m, int64_t x, int64_t n);
/* Takes out a rate that was added, exactly: each rate is cut alone, so the sum is what it would be without it. */
void upheld_mean_remove(upheld_mean_of_rates *m, int64_t x, int64_t n);
/* The mean in whole per cent, half up; -1 when it has no rate or has failed. */
int64_t upheld_mean_percent(const upheld_mean_of_rates *m);
/*
** As upheld_decimal for the mean; per from 1 to 10^9. UPHELD_ABSENT "no-cases" when it has no rate; UPHELD_FAULT
** "number-too-large" when it has failed.
*/
upheld_status upheld_mean_decimal(const upheld_mean_of_rates *m, int64_t per, int decimals, char *out, size_t size,
                                  bool trim, upheld_error *err);
/* As upheld_rate_at_bound for the mean. */
bool upheld_mean_at_bound(const upheld_mean_of_rates *m, int64_t per, int decimals);
/* The mean as a double, for charts and tests, never for printing; 0 when it has no rate. */
double upheld_mean_value(const upheld_mean_of_rates *m);

UPHELD_END

#endif
