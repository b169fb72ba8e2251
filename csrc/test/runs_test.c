/*
** runs_test.c: sorted runs and their merge, against qsort of the same records: in memory, in the file beside, with text, and when memory
** runs out at any allocation.
** Usage: runs_test FOLDER. Prints "ok NAME" or "not ok NAME (line ...)"; the exit status is 1 when a check failed.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meter.h"
#include "runs.h"

enum { MANY = 1000000, SOME = 70000, MOST_CALLS = 500 };

static int failed, bad;
static char beside[512];
#define CHECK(condition) ((condition) ? (void)0 : (void)(failed++, printf("# line %d: %s\n", __LINE__, #condition)))

/* The same numbers everywhere. */
static uint64_t next_random(uint64_t *state) {
  *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return *state >> 20;
}

/* The n-th record: all that is in it follows from its line. References come as years of case numbers do; one in fifty is shared by three. */
static void make(int64_t line, upheld_record *r) {
  uint64_t state = (uint64_t)line * 77 + 5, n = next_random(&state);
  uint64_t serial = (uint64_t)line % 50 < 3 ? (uint64_t)line / 50 * 50 : (uint64_t)line;
  *r = upheld_record_none();
  r->reference = (serial % 15 * 1000000 + serial / 15) * 27 + (serial % 100 == 0 ? 3 : 0);
  r->authority = serial == (uint64_t)line ? 9 : (uint32_t)(8 - line % 50);
  r->line = line;
  r->received = (upheld_date)(n % 20000);
  r->decided = n % 7 == 0 ? UPHELD_NO_DATE : (upheld_date)(n % 20000 + 5);
  r->outcome = (uint8_t)(n % 6);
  r->flags = UPHELD_RECORD_COMPLIANCE_STATED;
}

typedef struct taker {
  int64_t count;
  uint64_t reference; /* the last, */
  uint32_t authority; /* and its authority */
  bool text, any_order;
  int64_t lines; /* their sum */
} taker;

static upheld_status take(void *ud, const upheld_record *r, upheld_error *err) {
  taker *t = ud;
  upheld_record expected;
  char url[32];
  (void)err;
  make(r->line, &expected);
  CHECK(t->any_order || t->count == 0 || r->reference > t->reference || (r->reference == t->reference && r->authority > t->authority));
  CHECK(r->reference == expected.reference && r->authority == expected.authority && r->received == expected.received &&
        r->decided == expected.decided && r->outcome == expected.outcome && r->remedied == UPHELD_NO_CODE && r->due == UPHELD_NO_DATE &&
        r->flags == expected.flags);
  snprintf(url, sizeof url, "http://case/%lld", (long long)r->line);
  CHECK(t->text && r->line % 3 == 0 ? r->url.size == strlen(url) && memcmp(r->url.at, url, r->url.size) == 0 : r->url.size == 0);
  t->count++;
  t->lines += r->line;
  t->reference = r->reference;
  t->authority = r->authority;
  return UPHELD_OK;
}

static upheld_status fill(upheld_runs *r, int64_t first, int64_t count, bool text, upheld_error *err) {
  upheld_record record;
  char url[32];
  for (int64_t line = first; line < first + count; line++) {
    make(line, &record);
    if (text && line % 3 == 0) {
      snprintf(url, sizeof url, "http://case/%lld", (long long)line);
      record.url = (upheld_text){url, strlen(url)};
    }
    upheld_status st = upheld_runs_add(r, &record, err);
    if (st != UPHELD_OK) return st;
  }
  return UPHELD_OK;
}

/* Records found by some references: of a shared one three. */
static void find_some(upheld_runs *r, int64_t first, int64_t count, bool text) {
  upheld_error err;
  upheld_record record;
  for (int64_t line = first; line < first + count; line += count / 97 + 1) {
    taker t = {0, 0, 0, text, true, 0};
    int64_t place = line % 50;
    make(line, &record);
    CHECK(upheld_runs_find(r, record.reference, take, &t, &err) == UPHELD_OK);
    if (place >= 3) CHECK(t.count == 1 && t.lines == line);
    else if (line - place >= first && line - place + 3 <= first + count) CHECK(t.count == 3);
  }
  taker none = {0, 0, 0, text, true, 0};
  CHECK(upheld_runs_find(r, 16 * UINT64_C(27000000), take, &none, &err) == UPHELD_OK && none.count == 0);
}

static void all_of(const char *path, int64_t count, bool text, bool full) {
  upheld_error err;
  upheld_allocator a = upheld_libc_allocator();
  upheld_runs *r;
  CHECK(upheld_runs_new(&r, &a, path, &err) == UPHELD_OK);
  for (int round = 0; round < 2; round++) { /* also after it was cleared */
    taker t = {0, 0, 0, text, false, 0};
    int64_t first = 2 + 50 * round;
    CHECK(fill(r, first, count, text, &err) == UPHELD_OK);
    CHECK(upheld_runs_full(r) == full && upheld_runs_count(r) == count);
    find_some(r, first, count, text);
    CHECK(upheld_runs_merge(r, take, &t, &err) == UPHELD_OK);
    CHECK(t.count == count && t.lines == (2 * first + count - 1) * count / 2);
    upheld_runs_clear(r);
    CHECK(upheld_runs_count(r) == 0);
  }
  upheld_runs_free(r);
}

static void test_few(void) {
  static const int64_t counts[] = {1, 2, 3, 50, 32767, 32768, 32769};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) all_of(NULL, counts[i], false, false);
}
static void test_memory_alone(void) { all_of(NULL, SOME, false, false); }
static void test_file(void) { all_of(beside, MANY, false, false); }
static void test_text(void) { all_of(beside, SOME, true, false); }
/* 25 runs and nowhere to put them; a folder that is not there comes to the same. */
static void test_full(void) {
  all_of(NULL, INT64_C(32768) * 25, false, true);
  all_of("/no/such/folder/review.db", INT64_C(32768) * 26, false, true);
}

static void test_out_of_memory(void) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_status st = UPHELD_NOMEM;
  upheld_error err;
  for (long n = 1; st != UPHELD_OK && n < MOST_CALLS && failed == 0; n++) {
    upheld_runs *r = NULL;
    taker t = {0, 0, 0, true, false, 0};
    m.calls = 0;
    m.fail_at = n;
    st = upheld_runs_new(&r, &a, beside, &err);
    if (st == UPHELD_OK) st = fill(r, 2, 33000, true, &err);
    if (st == UPHELD_OK) st = upheld_runs_merge(r, take, &t, &err);
    CHECK(st == UPHELD_OK || st == UPHELD_NOMEM);
    upheld_runs_free(r);
    CHECK(m.held == 0);
  }
  CHECK(st == UPHELD_OK);
}

int main(int argc, char **argv) {
  static const struct { const char *name; void (*run)(void); } tests[] = {
    {"runs of few records", test_few}, {"runs in memory", test_memory_alone}, {"runs in a file", test_file}, {"runs with text", test_text},
    {"runs that cannot be written", test_full}, {"memory running out", test_out_of_memory}
  };
  snprintf(beside, sizeof beside, "%s/review.db", argc > 1 ? argv[1] : ".");
  for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
    failed = 0;
    tests[i].run();
    printf("%s %s\n", failed == 0 ? "ok" : "not ok", tests[i].name);
    if (failed != 0) bad++;
  }
  return bad > 0;
}
