/*
** keys_test.c: the references met, against a plain list of them: close together, scattered, with letters, merged, and when memory
** runs out at any allocation.
** Usage: keys_test. Prints "ok NAME" or "not ok NAME (line ...)"; the exit status is 1 when a check failed.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"
#include "meter.h"

enum { MANY = 60000, MOST_CALLS = 2000 };

static int failed, bad;
#define CHECK(condition) ((condition) ? (void)0 : (void)(failed++, printf("# line %d: %s\n", __LINE__, #condition)))

/* The same numbers everywhere. */
static uint64_t next_random(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state >> 20;
}

static int by_value(const void *a, const void *b) {
  uint64_t x, y;
  memcpy(&x, a, sizeof x);
  memcpy(&y, b, sizeof y);
  return x < y ? -1 : x > y;
}

/* `count` references below range digits, a letter on each tenth; some come again. */
static void make(uint64_t *list, size_t count, uint64_t range, uint64_t *state) {
  for (size_t i = 0; i < count; i++) {
    uint64_t n = next_random(state);
    list[i] = i > 0 && n % 50 == 0 ? list[next_random(state) % i] : n % range * 27 + (n % 10 == 0 ? n % 27 : 0);
  }
}

/* Meets the list and compares each answer with where the reference stands in the sorted list. */
static void meet_all(upheld_keys *k, const uint64_t *list, size_t count) {
  upheld_error err;
  int64_t met = 0;
  uint64_t *sorted = malloc(count * sizeof *sorted);
  unsigned char *seen = calloc(count, 1);
  if (sorted == NULL || seen == NULL) exit(2);
  memcpy(sorted, list, count * sizeof *sorted);
  qsort(sorted, count, sizeof *sorted, by_value);
  for (size_t i = 0; i < count; i++) {
    const uint64_t *at = bsearch(&list[i], sorted, count, sizeof *sorted, by_value);
    while (at > sorted && at[-1] == *at) at--;
    bool before = false, known = seen[at - sorted] != 0;
    CHECK(upheld_keys_meet(k, list[i], &before, &err) == UPHELD_OK);
    CHECK(before == known);
    met += !known;
    seen[at - sorted] = 1;
    upheld_keys_touch(k, list[i]);
  }
  CHECK(k->met == met);
  for (size_t i = 0; i + 1 < count; i++) {
    bool again = sorted[i] == sorted[i + 1] || (i > 0 && sorted[i - 1] == sorted[i]);
    CHECK(upheld_keys_again(k, sorted[i]) == again);
  }
  free(sorted);
  free(seen);
}

static void test_range(uint64_t range) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  uint64_t *list = malloc(MANY * sizeof *list), state = range;
  upheld_keys k;
  if (list == NULL) exit(2);
  make(list, MANY, range, &state);
  upheld_keys_init(&k, &a);
  meet_all(&k, list, MANY);
  upheld_keys_free(&k);
  CHECK(m.held == 0);
  free(list);
}

static void test_near(void) { test_range(UINT64_C(1000000)); }
static void test_eight_digits(void) { test_range(UINT64_C(100000000)); }
/* far more pages than may be made: most are kept apart, and the memory stays within its bound */
static void test_scattered(void) { test_range(UINT64_C(10000000000000000)); }

static void test_bound(void) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_keys k;
  upheld_error err;
  uint64_t state = 7;
  bool before;
  upheld_keys_init(&k, &a);
  for (int i = 0; i < 10 * MANY; i++) {
    CHECK(upheld_keys_meet(&k, next_random(&state) % UINT64_C(10000000000000000) * 27, &before, &err) == UPHELD_OK);
  }
  CHECK(m.held <= (size_t)64 << 20);
  upheld_keys_free(&k);
}

static void test_merge(void) {
  upheld_allocator a = upheld_libc_allocator();
  uint64_t *list = malloc(MANY * sizeof *list), state = 3;
  upheld_keys whole, first, second;
  upheld_error err;
  bool before;
  if (list == NULL) exit(2);
  make(list, MANY, 2000000, &state);
  upheld_keys_init(&whole, &a);
  upheld_keys_init(&first, &a);
  upheld_keys_init(&second, &a);
  for (size_t i = 0; i < MANY; i++) {
    CHECK(upheld_keys_meet(&whole, list[i], &before, &err) == UPHELD_OK);
    CHECK(upheld_keys_meet(i < MANY / 3 ? &first : &second, list[i], &before, &err) == UPHELD_OK);
  }
  CHECK(upheld_keys_merge(&first, &second, &err) == UPHELD_OK);
  CHECK(first.met == whole.met && first.again.count == whole.again.count);
  for (size_t i = 0; i < MANY; i++) CHECK(upheld_keys_again(&first, list[i]) == upheld_keys_again(&whole, list[i]));
  upheld_keys_settle(&first); /* what came again is still known, what was met is not */
  CHECK(first.met == 0 && first.again.count == whole.again.count);
  CHECK(upheld_keys_meet(&first, list[0], &before, &err) == UPHELD_OK && !before);
  upheld_keys_free(&whole);
  upheld_keys_free(&first);
  upheld_keys_free(&second);
  free(list);
}

static void test_memory(void) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_status st = UPHELD_NOMEM;
  for (long n = 1; st != UPHELD_OK && n < MOST_CALLS && failed == 0; n++) {
    upheld_keys k;
    upheld_error err;
    uint64_t state = 5;
    bool before;
    m.calls = 0;
    m.fail_at = n;
    upheld_keys_init(&k, &a);
    st = UPHELD_OK;
    for (int i = 0; i < 300 && st == UPHELD_OK; i++) {
      uint64_t reference = next_random(&state) % UINT64_C(3000000000) * 27 + (i % 3 == 0 ? 1 : 0);
      st = upheld_keys_meet(&k, reference, &before, &err);
      if (st == UPHELD_OK) st = upheld_keys_meet(&k, reference, &before, &err);
    }
    CHECK(st == UPHELD_OK || st == UPHELD_NOMEM);
    upheld_keys_free(&k);
    CHECK(m.held == 0);
  }
  CHECK(st == UPHELD_OK);
}

int main(void) {
  static const struct { const char *name; void (*run)(void); } tests[] = {
    {"references close together", test_near}, {"references of eight digits", test_eight_digits},
    {"references far apart", test_scattered}, {"the memory of references far apart", test_bound},
    {"keys merged", test_merge}, {"memory running out", test_memory}
  };
  for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
    failed = 0;
    tests[i].run();
    printf("%s %s\n", failed == 0 ? "ok" : "not ok", tests[i].name);
    if (failed != 0) bad++;
  }
  return bad > 0;
}
