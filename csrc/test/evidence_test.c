/*
** evidence_test.c: what specs cannot reach through Lua: a view with today's authorities when memory runs out at any allocation,
** and that each identity of a year can be found broken, by a tally that was spoilt.
** Prints "ok NAME" or "not ok NAME"; the exit status is 1 when a check failed.
*/
#include <stdio.h>
#include <string.h>

#include "boundaries.h"
#include "meter.h"
#include "reconcile.h"
#include "text.h"

enum { MOST_CALLS = 2000, YEAR = 2020 };

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
#define CHECK_IN(condition) check(t, (condition), __LINE__, err) /* where err is the caller's */

/* {====== fixture: two councils, and two that became the second; upheld of investigated, and its days ====== */

static void add_indicator(upheld_scheme *s, const char *name, upheld_measure measure) {
  upheld_indicator *ind = &s->indicators[s->indicator_count++];
  ind->name = ind->label = name;
  ind->none = "none-investigated";
  ind->definition = ind->case_noun = "";
  ind->measure = measure;
  ind->numerator = measure == UPHELD_MEASURE_DAYS ? 0 : UPHELD_BIT(1);
  ind->denominator = UPHELD_BIT(0) | UPHELD_BIT(1);
  ind->withhold_of = ind->denominator;
  ind->clock = UPHELD_CLOCK_DECIDED;
  ind->per = measure == UPHELD_MEASURE_DAYS ? 1 : 100;
}

static upheld_status make_scheme(test *t, upheld_error *err) {
  upheld_status st = upheld_scheme_new(&t->scheme, &t->a, err);
  if (st != UPHELD_OK) return st;
  upheld_scheme *s = t->scheme;
  s->name = "test";
  s->year_month = 4;
  s->year_day = 1;
  s->counts_days = true;
  st = upheld_scheme_label(s, &s->outcomes, 16, upheld_text_of("Not upheld"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->outcomes, 16, upheld_text_of("Upheld"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->areas, 31, upheld_text_of("Housing"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->types, 32, upheld_text_of("District"), err);
  if (st == UPHELD_OK) st = upheld_scheme_reference_form(s, upheld_text_of("99 999 999[a]"), err);
  s->type_of[0].label = s->type_of[0].plural = "District";
  s->type_of[0].within = -1;
  add_indicator(s, "upheld", UPHELD_MEASURE_SHARE);
  add_indicator(s, "days", UPHELD_MEASURE_DAYS);
  upheld_published_item upheld = {"upheld", UPHELD_BIT(1), -1, false};
  upheld_published_item all = {"investigated", UPHELD_BIT(0) | UPHELD_BIT(1), -1, false};
  s->published[s->published_count++] = upheld;
  s->published[s->published_count++] = all;
  return st == UPHELD_OK ? upheld_scheme_seal(s, err) : st;
}

static upheld_status put(test *t, const char *code, const char *successor, upheld_error *err) {
  upheld_authority a;
  memset(&a, 0, sizeof a);
  a.code = a.name = code;
  a.type_text = "District";
  a.region = a.aliases = "";
  a.successors = successor;
  a.valid_from = UPHELD_NO_DATE;
  a.valid_to = successor[0] != '\0' ? 18000 : UPHELD_NO_DATE; /* 2019-04-14, within the year 2020 */
  return upheld_directory_put(&t->evidence.directory, &a, err);
}

/* A decided case, 50 days long, of each authority. */
static upheld_status add_cases(test *t, upheld_error *err) {
  upheld_evidence *e = &t->evidence;
  upheld_status st = UPHELD_OK;
  for (uint32_t a = 0; a < e->directory.count && st == UPHELD_OK; a++) {
    upheld_record r = upheld_record_none();
    r.authority = a;
    r.received = 18100;
    r.decided = 18150;
    r.outcome = (uint8_t)(a % 2);
    r.area = 0;
    st = upheld_tally_apply(&e->tally, a, upheld_tally_effect(t->scheme, &r), 1, err);
  }
  return st;
}

static upheld_status make_evidence(test *t, upheld_error *err) {
  upheld_evidence *e = &t->evidence;
  upheld_evidence_init(e, &t->a, t->scheme);
  upheld_status st = put(t, "E1", "", err);
  if (st == UPHELD_OK) st = put(t, "E2", "", err);
  if (st == UPHELD_OK) st = put(t, "E3", "E2", err);
  if (st == UPHELD_OK) st = put(t, "E4", "E3", err);
  if (st == UPHELD_OK) st = upheld_directory_seal(&e->directory, err);
  upheld_tally_free(&e->tally);
  upheld_tally_init(&e->tally, &t->a, t->scheme, e->directory.count);
  if (st == UPHELD_OK) st = add_cases(t, err);
  for (uint32_t a = 0; a < e->directory.count && st == UPHELD_OK; a++) {
    upheld_published_value v = {a, YEAR - 1, 0, 0, 3};
    upheld_population p = {a, YEAR, 1000};
    st = upheld_evidence_add_published(e, v, err);
    if (st == UPHELD_OK) st = upheld_evidence_add_population(e, p, err);
  }
  return st == UPHELD_OK ? upheld_evidence_seal(e, err) : st;
}

/* }====== */

static upheld_status view_of(test *t, upheld_error *err) {
  upheld_evidence view;
  upheld_status st = upheld_evidence_as_now(&t->evidence, &view, err);
  if (st == UPHELD_OK) {
    const upheld_cell *cell = upheld_tally_cell(&view.tally, 1, YEAR);
    const upheld_published_value *v = upheld_evidence_published(&view, 1, YEAR - 1, 0);
    const upheld_population *p = upheld_evidence_population(&view, 1, YEAR);
    CHECK_IN(view.now_of[3] == 1 && view.now_of[2] == 1 && view.now_of[0] == 0);
    CHECK_IN(upheld_cell_sum(cell, UPHELD_MASK_DECIDED) == 3 && v != NULL && v->value == 9 && p != NULL && p->residents == 3000);
  }
  upheld_evidence_free(&view);
  return st;
}

static void test_memory(test *t) {
  upheld_error err;
  upheld_status st = UPHELD_NOMEM;
  size_t before = t->m.held;
  upheld_clear(&err);
  for (long n = 1; st != UPHELD_OK && n < MOST_CALLS && t->failed == 0; n++) {
    t->m.calls = 0;
    t->m.fail_at = n;
    st = view_of(t, &err);
    CHECK(st == UPHELD_OK || st == UPHELD_NOMEM);
    CHECK(t->m.held == before);
  }
  t->m.fail_at = 0;
  CHECK(st == UPHELD_OK);
}

/* The problems of a year, each ended by a line feed. */
static void keep(void *ud, const char *problem) {
  upheld_buffer_text(ud, problem);
  upheld_buffer_byte(ud, '\n');
}

/* Reconciles after a change of one cell and takes it back; whether the sentence is told, and nothing when there is none. */
static bool told(test *t, upheld_year_figures *f, int64_t *number, int64_t change, const char *sentence) {
  upheld_error err;
  upheld_buffer problems;
  upheld_buffer_init(&problems, &t->a);
  upheld_clear(&err);
  *number += change;
  bool good = upheld_reconcile(f, keep, &problems, &err) == UPHELD_OK && !problems.failed;
  *number -= change;
  const char *text = problems.size == 0 ? "" : problems.data;
  good = good && (sentence[0] == '\0' ? text[0] == '\0' : strstr(text, sentence) != NULL);
  if (!good) printf("# wanted: %s\n# told: %s\n", sentence, text);
  upheld_buffer_free(&problems);
  return good;
}

static void test_broken(test *t) {
  upheld_error err;
  upheld_year_figures *f = NULL;
  upheld_clear(&err);
  if (!CHECK(upheld_year_figures_new(&f, &t->evidence, YEAR, &err) == UPHELD_OK)) return;
  upheld_cell *cell = t->evidence.tally.cells + (size_t)(YEAR - t->evidence.tally.first_year) * t->evidence.tally.authorities;
  int64_t *counts = cell->counts;
  CHECK(told(t, f, &counts[0], 0, ""));
  CHECK(told(t, f, &counts[9], 1, "2020, E1: outcomes are 1, decided cases 2\n"));
  CHECK(told(t, f, &counts[UPHELD_COUNTER_AREA + 5], 1, "2020, E1: service areas are 1, received cases 2\n"));
  CHECK(told(t, f, &counts[0], 1, "2020, all: records in the denominator of upheld are 5, in total 4\n"));
  CHECK(told(t, f, &counts[1], 1, "2020, all: records in the numerator of upheld are 3, in total 2\n"));
  CHECK(told(t, f, &counts[0], 1, "2020, all: records in the denominator of days are 5, in total 4\n"));
  CHECK(told(t, f, &counts[0], 1, "2020, E1: open cases are -1, at least 0\n"));
  CHECK(told(t, f, &counts[UPHELD_COUNTER_COMPLIANCE], -1, "2020, E1: counter 24: records are -1, at least 0\n"));
  CHECK(told(t, f, &cell->gaps[UPHELD_GAP_RECEIVED], 2, "2020, E1: cases decided without a received date are 2, decided cases 1\n"));
  f->count--; /* as if one were not among the year's authorities */
  CHECK(told(t, f, &counts[0], 0, "2020, all: cases decided by authority are 3, in total 4\n"));
  CHECK(told(t, f, &counts[0], 0, "2020, all: cases received by authority are 3, in total 4\n"));
  f->count++;
  upheld_year_figures_free(f);
}

int main(void) {
  static const struct { const char *name; void (*run)(test *t); } tests[] = {
    {"memory running out in a view", test_memory}, {"each identity of a year can be found broken", test_broken}
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
      if (CHECK(make_evidence(t, &err) == UPHELD_OK)) tests[i].run(t);
      upheld_evidence_free(&t->evidence);
    }
    upheld_scheme_free(t->scheme);
    CHECK(t->m.held == 0);
    printf("%s %s\n", t->failed == 0 ? "ok" : "not ok", t->name);
    bad += t->failed > 0;
  }
  return bad > 0;
}
