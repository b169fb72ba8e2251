/*
** quantiles.c: see quantiles.h.
*/
#include "quantiles.h"

#include <string.h>

#include "alloc.h"

int upheld_compare_rates(upheld_pair a, upheld_pair b) {
  upheld_u128 left = (upheld_u128)a.x * (upheld_u128)b.n, right = (upheld_u128)b.x * (upheld_u128)a.n;
  return left < right ? -1 : left > right;
}

/* Merges two neighbouring sorted runs of `from` into `to`; of equal rates the left one comes first. */
static void merge(const upheld_pair *from, upheld_pair *to, size_t low, size_t middle, size_t high) {
  size_t left = low, right = middle, at;
  for (at = low; at < high; at++) {
    if (left < middle && (right == high || upheld_compare_rates(from[left], from[right]) <= 0)) {
      to[at] = from[left++];
    } else {
      to[at] = from[right++];
    }
  }
}

upheld_status upheld_sort_rates(const upheld_allocator *a, upheld_pair *pairs, size_t count, upheld_error *err) {
  upheld_pair *spare, *from = pairs, *to;
  size_t i, run;
  for (i = 0; i < count; i++) {
    upheld_status status = upheld_rate_check(pairs[i].x, pairs[i].n, err);
    if (status == UPHELD_ABSENT) {
      return upheld_fail(err, UPHELD_MISUSE, "no-rate", "pair %zu has no rate: its n is 0", i + 1);
    }
    if (status != UPHELD_OK) return status;
  }
  if (count < 2) return UPHELD_OK;
  if (!(spare = upheld_new_zero(a, count, sizeof *spare))) return upheld_nomem(err);
  to = spare;
  for (run = 1; run < count; run = run > count / 2 ? count : run * 2) {
    upheld_pair *done = from;
    for (i = 0; i < count;) {
      size_t middle = run < count - i ? i + run : count;
      size_t high = run < count - middle ? middle + run : count;
      merge(from, to, i, middle, high);
      i = high;
    }
    from = to;
    to = done;
  }
  if (from != pairs) memcpy(pairs, from, count * sizeof *pairs);
  upheld_release(a, spare, count * sizeof *spare);
  return UPHELD_OK;
}

/* Adds the rate at place `at` among those that are left. */
static void add(const upheld_pair *sorted, size_t skip, size_t at, size_t times, upheld_mean_of_rates *out) {
  upheld_pair pair;
  if (times == 0) return;
  pair = sorted[at < skip ? at : at + 1];
  while (times-- > 0) upheld_mean_add(out, pair.x, pair.n);
}

bool upheld_quarter_of_rates(const upheld_pair *sorted, size_t count, size_t skip, int quarter,
                             upheld_mean_of_rates *out) {
  size_t left = skip < count ? count - 1 : count, q, place, parts;
  upheld_mean_clear(out);
  if (left == 0 || quarter < 1 || quarter > 3) return false;
  q = (size_t)quarter;
  place = (left - 1) / 4 * q + (left - 1) % 4 * q / 4; /* (left - 1) * q / 4, which cannot overflow this way */
  parts = (left - 1) % 4 * q % 4;
  add(sorted, skip, place, 4 - parts, out);
  add(sorted, skip, place + 1, parts, out);
  return true;
}
