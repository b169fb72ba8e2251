/*
** stats_test.c: what specs of the statistics cannot reach through Lua: quartiles without one of the rates, the order of
** equal rates, memory that runs out, buffers that are too short.
** Prints "ok NAME" or "not ok NAME"; the exit status is 1 when a check failed.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "overdispersion.h"
#include "quantiles.h"
#include "rate.h"
#include "meter.h"

enum { MOST = 24 };

static int bad = 0, failed = 0;

static void check(bool good, int line) {
  if (good) return;
  printf("# line %d\n", line);
  failed++;
}
#define CHECK(condition) check((condition), __LINE__)

static void done(const char *name) {
  printf("%s %s\n", failed ? "not ok" : "ok", name);
  bad += failed;
  failed = 0;
}

static uint32_t drawn(uint32_t *seed, uint32_t most) {
  *seed = *seed * 1103515245u + 12345u;
  return (*seed >> 16) % (most + 1);
}

/* The same pairs in order, made by inserting: stable, and by another way than the merge. */
static void insertion_sort(upheld_pair *pairs, size_t count) {
  size_t i, j;
  for (i = 1; i < count; i++) {
    upheld_pair one = pairs[i];
    for (j = i; j > 0 && pairs[j - 1].x * one.n > one.x * pairs[j - 1].n; j--) pairs[j] = pairs[j - 1];
    pairs[j] = one;
  }
}

static size_t random_pairs(uint32_t *seed, upheld_pair *pairs) {
  size_t count = drawn(seed, MOST), i;
  for (i = 0; i < count; i++) {
    pairs[i].n = 1 + (int64_t)drawn(seed, 7);
    pairs[i].x = (int64_t)drawn(seed, (uint32_t)pairs[i].n);
  }
  return count;
}

static void test_sort(void) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_error err;
  uint32_t seed = 1;
  int round;
  for (round = 0; round < 2000; round++) {
    upheld_pair pairs[MOST], wanted[MOST], before[MOST];
    size_t count = random_pairs(&seed, pairs);
    upheld_clear(&err);
    memcpy(wanted, pairs, count * sizeof *pairs);
    memcpy(before, pairs, count * sizeof *pairs);
    insertion_sort(wanted, count);
    m.calls = 0;
    m.fail_at = 1;
    CHECK(upheld_sort_rates(&a, pairs, count, &err) == (count < 2 ? UPHELD_OK : UPHELD_NOMEM));
    CHECK(memcmp(pairs, before, count * sizeof *pairs) == 0);
    m.fail_at = 0;
    CHECK(upheld_sort_rates(&a, pairs, count, &err) == UPHELD_OK);
    CHECK(memcmp(pairs, wanted, count * sizeof *pairs) == 0);
    CHECK(m.held == 0);
  }
  done("rates are sorted stably, and stay as they were without memory");
}

static void test_refusals(void) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_error err;
  upheld_pair negative[2] = {{1, 2}, {-1, 2}}, empty[2] = {{1, 2}, {0, 0}};
  upheld_clear(&err);
  CHECK(upheld_sort_rates(&a, negative, 2, &err) == UPHELD_MISUSE && strcmp(err.code, "negative-count") == 0);
  CHECK(upheld_sort_rates(&a, empty, 2, &err) == UPHELD_MISUSE && strcmp(err.code, "no-rate") == 0);
  CHECK(strcmp(err.message, "pair 2 has no rate: its n is 0") == 0);
  CHECK(m.calls == 0);
  done("pairs without a rate are refused");
}

static void test_quarters(void) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_error err;
  uint32_t seed = 2;
  int round, quarter;
  for (round = 0; round < 2000; round++) {
    upheld_pair pairs[MOST], rest[MOST];
    size_t count = random_pairs(&seed, pairs), skip;
    upheld_mean_of_rates got, want;
    upheld_clear(&err);
    CHECK(upheld_sort_rates(&a, pairs, count, &err) == UPHELD_OK);
    for (skip = 0; skip < count; skip++) {
      memcpy(rest, pairs, skip * sizeof *rest);
      memcpy(rest + skip, pairs + skip + 1, (count - skip - 1) * sizeof *rest);
      for (quarter = 1; quarter <= 3; quarter++) {
        bool some = upheld_quarter_of_rates(pairs, count, skip, quarter, &got);
        CHECK(some == (count > 1) && some == upheld_quarter_of_rates(rest, count - 1, SIZE_MAX, quarter, &want));
        CHECK(got.sum == want.sum && got.count == want.count && got.count == (some ? 4 : 0));
      }
    }
    CHECK(!upheld_quarter_of_rates(pairs, count, SIZE_MAX, 0, &got) && got.count == 0);
    CHECK(!upheld_quarter_of_rates(pairs, count, SIZE_MAX, 4, &got) && got.count == 0);
  }
  CHECK(m.held == 0);
  done("a quartile without one rate is that of the others");
}

static void test_overdispersion(void) {
  meter m = {0, 0, 1};
  upheld_allocator a = {metered, &m};
  upheld_error err;
  upheld_overdispersion o;
  upheld_pair pairs[3] = {{1, 2}, {40, 50}, {0, 0}};
  upheld_clear(&err);
  CHECK(upheld_overdispersion_of(&a, pairs, 3, 0.5, &o, &err) == UPHELD_NOMEM && o.authorities == 0);
  m.fail_at = 0;
  CHECK(upheld_overdispersion_of(&a, pairs, 3, 0.5, &o, &err) == UPHELD_OK && o.authorities == 2);
  CHECK(m.held == 0);
  done("overdispersion gives back its memory");
}

static void test_buffers(void) {
  upheld_error err;
  char text[UPHELD_RATE_TEXT];
  size_t size;
  for (size = 0; size < sizeof text; size++) {
    upheld_status status;
    memset(text, 'x', sizeof text);
    upheld_clear(&err);
    status = upheld_difference_decimal(1, 40, 33, 40, 100, 1, text, size, &err); /* -80.0: 6 bytes */
    CHECK(status == (size < 6 ? UPHELD_MISUSE : UPHELD_OK));
    CHECK(size < 6 ? strcmp(err.code, "short-buffer") == 0 : strcmp(text, "-80.0") == 0);
    CHECK(size == 0 || size >= 6 || text[0] == '\0');
    CHECK(size == sizeof text - 1 || text[size] == 'x');
  }
  CHECK(upheld_difference_decimal(INT64_MAX, 1, 0, 1, 2, 0, text, sizeof text, &err) == UPHELD_FAULT);
  CHECK(strcmp(err.code, "number-too-large") == 0 && text[0] == '\0');
  CHECK(upheld_difference_decimal(0, 1, INT64_MAX, 1, 1, 9, text, sizeof text, &err) == UPHELD_OK);
  CHECK(strcmp(text, "-9223372036854775807.000000000") == 0);
  done("a difference writes within its buffer");
}

int main(void) {
  test_sort();
  test_refusals();
  test_quarters();
  test_overdispersion();
  test_buffers();
  return bad ? 1 : 0;
}
