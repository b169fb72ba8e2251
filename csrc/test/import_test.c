/*
** import_test.c: what specs cannot reach through Lua: an import of every kind of file when memory runs out at any
** allocation, into a register and straight to evidence. Each time the call says not-enough-memory, gives back all that it took, and
** leaves the register as it was. And one-offs by several threads, as far as the sanitizers are to see them (`make tsan`): all numbers of threads come to the
** same, and a thread that is told to stop does.
** Usage: import_test DIRECTORY (an empty one that may be written). Prints "ok NAME" or "not ok NAME (line ...)"; the exit
** status is 1 when a check failed.
*/
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import.h"
#include "text.h"
#include "meter.h"

enum { KINDS = UPHELD_KINDS + 1, MAX_PATH = 512, MOST_CALLS = 20000 };

typedef struct test {
  const char *directory, *name;
  upheld_allocator plain;
  upheld_scheme *scheme;
  upheld_import_file files[KINDS];
  char paths[KINDS + 1][MAX_PATH]; /* the last: rejected rows */
  int failed, bad;
} test;

static bool check(test *t, bool good, int line, const upheld_error *err) {
  if (!good) printf("# %s: line %d: %s: %s\n", t->name, line, err->code, err->message);
  if (!good) t->failed++;
  return good;
}
#define CHECK(condition) check(t, (condition), __LINE__, &err)

/* {====== fixture ====== */

static upheld_text text(const char *s) { return upheld_text_of(s); }

static upheld_status make_scheme(upheld_scheme **out, const upheld_allocator *a, upheld_error *err) {
  upheld_status st = upheld_scheme_new(out, a, err);
  if (st != UPHELD_OK) return st;
  upheld_scheme *s = *out;
  s->name = "test";
  s->title = "Test Ombudsman";
  s->year_month = 4;
  s->remedying = UPHELD_BIT(1);
  s->investigated = UPHELD_BIT(0) | UPHELD_BIT(1);
  st = upheld_scheme_label(s, &s->outcomes, 16, text("Not upheld"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->outcomes, 16, text("Upheld"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->areas, 31, text("Housing"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->compliance, 8, text("Complete"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->types, 32, text("District"), err);
  if (st == UPHELD_OK) st = upheld_scheme_reference_form(s, text("99 999 999[a]"), err);
  upheld_published_item upheld = {"upheld", UPHELD_BIT(1), -1, false};
  upheld_published_item all = {"investigated", UPHELD_BIT(0) | UPHELD_BIT(1), -1, false};
  s->published[s->published_count++] = upheld;
  s->published[s->published_count++] = all;
  return st == UPHELD_OK ? upheld_scheme_seal(s, err) : st;
}

static const struct { upheld_kind kind; const char *content; } inputs[KINDS] = {
  {UPHELD_KIND_AUTHORITIES, "code,name,type,aliases,successor,note\nE1,Caf\351 Council,District,Newtown|New,E9,\n"
                            "E2,Kent County Council,Distrikt,Kent,,\nE3,Kent Council,,,E1,\n"},
  {UPHELD_KIND_POPULATION, "code,year,population\nE1,2020,1000\nE1,2020,1000\nE7,2020,1\n"},
  {UPHELD_KIND_RECIPIENTS, "code,name,email\nE1,A. Person,a@example.org\n"},
  {UPHELD_KIND_DECISIONS, "reference,authority,authority_code,decided_date,outcome,service_area,compliance_outcome,url\n"
                          "20 000 001,New,E1,2020-06-01,Upheld,Housing,Complete,http://example.org/\n"
                          "20 000 002,Caf\351,,2020-06-01,Upheld,,,\n20 000 003,Knt Council,,2020-06-32,Upholded,Hosing,,\n"
                          "20 000 003,Kent,,2020-06-01,Upheld,,,\n20 000 003,Kent,E1,2020-06-01,Upheld,,,\n"},
  {UPHELD_KIND_DECISIONS, "reference,authority,decided_date,outcome\n20 000 002,E1,2020-06-01,Not upheld\n\"\"\"\"\n"
                          "20 000 005,E1,,\n20 000 005,E2,,\n"},
  {UPHELD_KIND_COMPLIANCE, "reference,authority,compliance_outcome,compliance_date\n20 000 001,,Complete,2020-09-01\n"
                           "20 000 005,,Complete,2020-09-01\n19 000 001,E1,Complete,2020-09-01\n"},
  {UPHELD_KIND_PUBLISHED, "authority,year,upheld,investigated,source\nE1,2020,4,5,http://example.org/\nE2,2020,6,5,\n"}
};

static bool write_inputs(test *t) {
  for (int i = 0; i < KINDS; i++) {
    snprintf(t->paths[i], MAX_PATH, "%s/input-%d.csv", t->directory, i);
    FILE *f = fopen(t->paths[i], "wb");
    if (f == NULL) return false;
    bool whole = fputs(inputs[i].content, f) >= 0;
    if (fclose(f) != 0 || !whole) return false;
    t->files[i].path = t->paths[i];
    t->files[i].kind = inputs[i].kind;
  }
  snprintf(t->paths[KINDS], MAX_PATH, "%s/rejects.csv", t->directory);
  return true;
}

static upheld_import_options options_of(const test *t) {
  static const upheld_column_map map[] = {{"outcome", "decision"}, {"code", "gss"}};
  upheld_import_options o;
  memset(&o, 0, sizeof o);
  o.files = t->files;
  o.file_count = KINDS;
  o.columns = map;
  o.column_count = 2;
  o.windows_1252 = true;
  o.reason = "";
  o.now = "2026-05-01T12:00:00Z";
  o.rejects = t->paths[KINDS];
  return o;
}

static void end(test *t) {
  printf("%s %s\n", t->failed == 0 ? "ok" : "not ok", t->name);
  if (t->failed != 0) t->bad++;
}

/* }====== */

/* {====== memory that runs out ====== */

/* What a report says, in one text, to compare runs. */
static void print_report(const upheld_report *r, upheld_buffer *out) {
  out->size = 0;
  upheld_report_json(r, out);
  upheld_report_summary(r, out);
  for (size_t i = 0; i < r->fault_count; i++) upheld_fault_text(r, &r->faults[i], out);
}

/* One import straight to evidence with the given allocator. */
static upheld_status read_once(test *t, const upheld_allocator *a, upheld_buffer *said, upheld_error *err) {
  upheld_import_options o = options_of(t);
  upheld_evidence evidence;
  upheld_report report;
  upheld_evidence_init(&evidence, a, t->scheme);
  upheld_report_init(&report, a);
  upheld_status st = upheld_import_evidence(t->scheme, &o, &evidence, &report, err);
  if (st == UPHELD_OK && said != NULL) print_report(&report, said);
  upheld_report_free(&report);
  upheld_evidence_free(&evidence);
  return st;
}

static void test_evidence(test *t) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_buffer first, last;
  upheld_error err;
  upheld_status st = UPHELD_NOMEM;
  upheld_clear(&err);
  upheld_buffer_init(&first, &t->plain);
  upheld_buffer_init(&last, &t->plain);
  CHECK(read_once(t, &t->plain, &first, &err) == UPHELD_OK);
  for (long n = 1; st != UPHELD_OK && n < MOST_CALLS; n++) {
    m.calls = 0;
    m.fail_at = n;
    st = read_once(t, &a, &last, &err);
    CHECK(st == UPHELD_OK || st == UPHELD_NOMEM);
    CHECK(m.held == 0);
    if (t->failed > 0) break;
  }
  CHECK(st == UPHELD_OK);
  CHECK(first.data != NULL && last.data != NULL && strcmp(first.data, last.data) == 0);
  upheld_buffer_free(&first);
  upheld_buffer_free(&last);
}

static bool is_empty(upheld_register *r) {
  upheld_register_counts c;
  upheld_error err;
  return upheld_register_count(r, &c, &err) == UPHELD_OK && c.authorities == 0 && c.decisions == 0 && c.imports == 0;
}

/* The register itself lives in plain memory: the report's allocator is what the import works with. */
static void test_register(test *t) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_import_options o = options_of(t);
  upheld_register *r = NULL;
  upheld_error err;
  upheld_status st = UPHELD_NOMEM;
  upheld_clear(&err);
  if (!CHECK(upheld_register_open(&r, &t->plain, t->scheme, ":memory:", 50, &err) == UPHELD_OK)) return;
  for (long n = 1; st != UPHELD_OK && n < MOST_CALLS && t->failed == 0; n++) {
    upheld_report report;
    m.calls = 0;
    m.fail_at = n;
    upheld_report_init(&report, &a);
    st = upheld_import(r, &o, &report, &err);
    CHECK(st == UPHELD_OK || st == UPHELD_NOMEM);
    CHECK(report.written == (st == UPHELD_OK));
    upheld_report_free(&report);
    CHECK(m.held == 0);
    if (st != UPHELD_OK) CHECK(is_empty(r));
  }
  CHECK(st == UPHELD_OK && !is_empty(r));
  upheld_register_counts c;
  CHECK(upheld_register_count(r, &c, &err) == UPHELD_OK && c.authorities == 3 && c.decisions == 5 && c.open_cases == 2 &&
        c.compliance == 2 && c.published == 2 && c.imports == KINDS);
  upheld_register_close(r);
}

/* }====== */

/* {====== several threads ====== */

enum { ROWS = 4000, FEW_ROWS = 60 };

/* Authorities, and decisions of which some are faulty, some in quotes over two lines, and (with repeats) some come again. */
static bool write_many(test *t, int rows, bool repeats) {
  FILE *f = fopen(t->paths[0], "wb");
  if (f == NULL) return false;
  bool whole = fputs("code,name,type\nE1,First Council,District\nE2,\"Second, and Third Council\",District\n", f) >= 0 && fclose(f) == 0;
  f = fopen(t->paths[3], "wb");
  if (f == NULL) return false;
  whole = fputs("reference,authority,authority_code,decided_date,outcome,service_area,received_date\n", f) >= 0 && whole;
  for (int i = 0; i < rows; i++) {
    int reference = repeats && i % 997 == 996 ? i - 500 : i;
    whole = fprintf(f, "20 %03d %03d,%s,%s,20%02d-0%d-1%d,%s,%s,2019-0%d-01\n", reference / 1000, reference % 1000,
                    i % 90 == 7 ? "Frist Council" : i % 3 == 0 ? "\"Second, and Third Council\"" : "First Council",
                    i % 90 == 7 ? "" : i % 3 == 0 ? "E2" : "E1", 20 + i % 4, 1 + i % 9, i % 10, i % 400 == 11 ? "Nothing" : i % 2 == 0 ? "Upheld" : "Not upheld",
                    i % 50 == 3 ? "\"Housing\n\"" : i % 7 == 0 ? "" : "Housing", 1 + i % 9) > 0 && whole;
  }
  return fclose(f) == 0 && whole;
}

/* One reading of those; what it says and counts goes to said. */
static upheld_status read_many(test *t, const upheld_allocator *a, size_t threads, size_t segment, bool (*progress)(void *, const char *, int64_t, int64_t),
                               upheld_buffer *said, upheld_error *err) {
  upheld_import_file files[2] = {{t->paths[0], UPHELD_KIND_AUTHORITIES}, {t->paths[3], UPHELD_KIND_DECISIONS}};
  upheld_import_options o = options_of(t);
  upheld_evidence e;
  upheld_report report;
  o.files = files;
  o.file_count = 2;
  o.threads = threads;
  o.segment = segment;
  o.progress = progress;
  upheld_evidence_init(&e, a, t->scheme);
  upheld_report_init(&report, a);
  upheld_status st = upheld_import_evidence(t->scheme, &o, &e, &report, err);
  if (st == UPHELD_OK && said != NULL) {
    print_report(&report, said);
    upheld_buffer_integer(said, e.tally.records);
    upheld_buffer_integer(said, e.tally.first_year);
    upheld_buffer_add(said, (const char *)e.tally.cells, (size_t)e.tally.years * e.tally.authorities * sizeof *e.tally.cells);
  }
  upheld_report_free(&report);
  upheld_evidence_free(&e);
  return st;
}

static void test_threads(test *t) {
  static const size_t threads[] = {2, 3, 7}, segments[] = {90, 1000, 50000};
  upheld_buffer one, many;
  upheld_error err;
  upheld_clear(&err);
  upheld_buffer_init(&one, &t->plain);
  upheld_buffer_init(&many, &t->plain);
  for (int repeats = 0; repeats < 2; repeats++) {
    CHECK(write_many(t, ROWS, repeats == 1));
    CHECK(read_many(t, &t->plain, 1, 0, NULL, &one, &err) == UPHELD_OK && one.size > 1000);
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
      for (size_t k = 0; k < sizeof segments / sizeof segments[0]; k++) {
        CHECK(read_many(t, &t->plain, threads[i], segments[k], NULL, &many, &err) == UPHELD_OK);
        CHECK(one.size == many.size && memcmp(one.data, many.data, one.size) == 0);
      }
    }
  }
  upheld_buffer_free(&one);
  upheld_buffer_free(&many);
}

static bool stop_at_decisions(void *ud, const char *path, int64_t bytes, int64_t total) {
  (void)ud, (void)path;
  return bytes < total || total < 1000;
}

static void test_stopping(test *t) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_error err;
  upheld_clear(&err);
  CHECK(write_many(t, ROWS, false));
  for (size_t threads = 2; threads < 5; threads++) {
    CHECK(read_many(t, &a, threads, 2000, stop_at_decisions, NULL, &err) == UPHELD_INTERRUPTED);
    CHECK(m.held == 0);
  }
}

/* Which call fails differs from run to run here, but not what comes of it. */
static void test_threads_memory(test *t) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_error err;
  upheld_status st = UPHELD_NOMEM;
  upheld_clear(&err);
  CHECK(write_many(t, FEW_ROWS, false));
  for (long n = 1; st != UPHELD_OK && n < MOST_CALLS && t->failed == 0; n++) {
    m.calls = 0;
    m.fail_at = n;
    st = read_many(t, &a, 3, 700, NULL, NULL, &err);
    CHECK(st == UPHELD_OK || st == UPHELD_NOMEM);
    CHECK(m.held == 0);
  }
  CHECK(st == UPHELD_OK);
}

/* }====== */

int main(int argc, char **argv) {
  static const struct { const char *name; void (*run)(test *t); } tests[] = {
    {"memory running out in a one-off", test_evidence}, {"memory running out in an import", test_register},
    {"several threads come to the same", test_threads}, {"several threads stopped", test_stopping},
    {"memory running out among several threads", test_threads_memory}
  };
  test t;
  upheld_error err;
  memset(&t, 0, sizeof t);
  t.directory = argc > 1 ? argv[1] : ".";
  t.plain = upheld_libc_allocator();
  if (!write_inputs(&t) || make_scheme(&t.scheme, &t.plain, &err) != UPHELD_OK) {
    fprintf(stderr, "import_test: cannot write to %s, or no scheme\n", t.directory);
    return 2;
  }
  for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
    t.name = tests[i].name;
    t.failed = 0;
    tests[i].run(&t);
    end(&t);
  }
  upheld_scheme_free(t.scheme);
  return t.bad > 0;
}
