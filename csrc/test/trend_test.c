/*
** trend_test.c: what specs cannot reach through Lua: a series of years when memory runs out at any allocation (each time
** the call says not-enough-memory and gives back all that it took), and sums of years beyond 63 bits.
** Prints "ok NAME" or "not ok NAME (line ...)"; the exit status is 1 when a check failed.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "trend_out.h"
#include "meter.h"

enum { MOST_CALLS = 2000 };

typedef struct test {
  const char *name;
  meter m;
  upheld_allocator a;
  upheld_scheme *scheme;
  upheld_evidence evidence;
  int failed;
} test;

static bool check(test *t, bool good, int line, const upheld_error *err) {
  if (!good) printf("# %s: line %d: %s: %s\n", t->name, line, err->code, err->message);
  if (!good) t->failed++;
  return good;
}
#define CHECK(condition) check(t, (condition), __LINE__, &err)

/* {====== fixture: one council, upheld of investigated by year ====== */

static upheld_status make_scheme(test *t, upheld_error *err) {
  upheld_status st = upheld_scheme_new(&t->scheme, &t->a, err);
  if (st != UPHELD_OK) return st;
  upheld_scheme *s = t->scheme;
  s->name = "test";
  s->year_month = 4;
  st = upheld_scheme_label(s, &s->outcomes, 16, upheld_text_of("Not upheld"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->outcomes, 16, upheld_text_of("Upheld"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->types, 32, upheld_text_of("District"), err);
  if (st == UPHELD_OK) st = upheld_scheme_reference_form(s, upheld_text_of("99 999 999[a]"), err);
  s->type_of[0].label = s->type_of[0].plural = "District";
  s->type_of[0].within = -1;
  upheld_indicator *ind = &s->indicators[s->indicator_count++];
  ind->name = ind->label = "upheld";
  ind->none = "none-investigated";
  ind->definition = ind->case_noun = "";
  ind->measure = UPHELD_MEASURE_SHARE;
  ind->numerator = UPHELD_BIT(1);
  ind->denominator = UPHELD_BIT(0) | UPHELD_BIT(1);
  ind->withhold_of = ind->denominator;
  ind->clock = UPHELD_CLOCK_DECIDED;
  ind->per = 100;
  upheld_published_item upheld = {"upheld", UPHELD_BIT(1), -1, false};
  upheld_published_item all = {"investigated", UPHELD_BIT(0) | UPHELD_BIT(1), -1, false};
  s->published[s->published_count++] = upheld;
  s->published[s->published_count++] = all;
  upheld_break b = {2021, "break", "a, \"b\"", 1};
  s->breaks[s->break_count++] = b;
  return st == UPHELD_OK ? upheld_scheme_seal(s, err) : st;
}

static upheld_status publish(test *t, int year, int64_t upheld, int64_t all, upheld_error *err) {
  upheld_published_value x = {0, year, 0, 0, upheld}, n = {0, year, 1, 0, all};
  upheld_status st = upheld_evidence_add_published(&t->evidence, x, err);
  return st == UPHELD_OK ? upheld_evidence_add_published(&t->evidence, n, err) : st;
}

static upheld_status make_evidence(test *t, int64_t large, upheld_error *err) {
  upheld_authority council;
  memset(&council, 0, sizeof council);
  council.code = "E1";
  council.name = "Council";
  council.type_text = "District";
  council.region = council.aliases = council.successors = "";
  council.valid_from = council.valid_to = UPHELD_NO_DATE;
  upheld_evidence_init(&t->evidence, &t->a, t->scheme);
  upheld_status st = upheld_directory_put(&t->evidence.directory, &council, err);
  if (st == UPHELD_OK) st = upheld_directory_seal(&t->evidence.directory, err);
  if (st == UPHELD_OK) st = publish(t, 2019, 2, 5, err);
  if (st == UPHELD_OK) st = publish(t, 2020, 4, large, err);
  if (st == UPHELD_OK) st = publish(t, 2022, 4, large, err);
  return st == UPHELD_OK ? upheld_evidence_seal(&t->evidence, err) : st;
}

/* }====== */

/* Makes the series and writes all of its forms. */
static upheld_status all_forms(test *t, int64_t authority, upheld_error *err) {
  upheld_trend_options o = {authority, 0, NULL, 0, 2018, 2023, false, NULL};
  upheld_trend *trend = NULL;
  upheld_buffer out;
  upheld_status st = upheld_trend_new(&trend, &t->evidence, &o, err);
  upheld_buffer_init(&out, &t->a);
  if (st == UPHELD_OK) st = upheld_trend_json(trend, &out, err);
  if (st == UPHELD_OK) st = upheld_trend_csv(trend, &out, err);
  if (st == UPHELD_OK) st = upheld_trend_pooled_json(trend, &out, err);
  if (st == UPHELD_OK) st = upheld_trend_pooled_csv(trend, &out, err);
  upheld_buffer_free(&out);
  upheld_trend_free(trend);
  return st;
}

static void test_memory(test *t) {
  upheld_error err;
  upheld_clear(&err);
  if (!CHECK(make_evidence(t, 9, &err) == UPHELD_OK)) return;
  size_t before = t->m.held;
  for (int64_t authority = -1; authority <= 0; authority++) {
    upheld_status st = UPHELD_NOMEM;
    long n = 1;
    for (; st != UPHELD_OK && n < MOST_CALLS && t->failed == 0; n++) {
      t->m.calls = 0;
      t->m.fail_at = n;
      st = all_forms(t, authority, &err);
      CHECK(st == UPHELD_OK || st == UPHELD_NOMEM);
      CHECK(t->m.held == before);
    }
    CHECK(st == UPHELD_OK && n > 10);
    t->m.fail_at = 0;
  }
}

static void test_sums(test *t) {
  upheld_trend_options o = {0, 0, NULL, 0, 0, 0, false, NULL};
  upheld_trend *trend = NULL;
  upheld_pooled pooled;
  upheld_error err;
  upheld_clear(&err);
  if (!CHECK(make_evidence(t, INT64_MAX / 2 + 1, &err) == UPHELD_OK)) return;
  if (!CHECK(upheld_trend_new(&trend, &t->evidence, &o, &err) == UPHELD_OK)) return;
  CHECK(trend->count == 4 && trend->entries[2].reason != NULL && strcmp(trend->entries[2].reason, "no-such-year") == 0);
  CHECK(trend->entries[3].change.made && trend->entries[3].change.breaks == 1);
  CHECK(upheld_trend_pooled(trend, &pooled, &err) == UPHELD_FAULT && strcmp(err.code, "number-too-large") == 0);
  upheld_trend_free(trend);
}

int main(void) {
  static const struct { const char *name; void (*run)(test *t); } tests[] = {
    {"memory running out in a series", test_memory}, {"sums of years beyond 63 bits", test_sums}
  };
  int bad = 0;
  for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
    test fixture, *t = &fixture;
    upheld_error err;
    upheld_clear(&err);
    memset(t, 0, sizeof *t);
    t->name = tests[i].name;
    t->a.call = metered;
    t->a.ud = &t->m;
    if (CHECK(make_scheme(t, &err) == UPHELD_OK)) {
      tests[i].run(t);
      upheld_evidence_free(&t->evidence);
    }
    upheld_scheme_free(t->scheme);
    CHECK(t->m.held == 0);
    printf("%s %s\n", t->failed == 0 ? "ok" : "not ok", t->name);
    bad += t->failed > 0;
  }
  return bad > 0;
}
