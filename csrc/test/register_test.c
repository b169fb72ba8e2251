/*
** register_test.c: what specs cannot reach through Lua: the rules of a row that comes again, one call at a time; the register
** when memory runs out at any allocation; two connections at once; a file that is removed while it is open.
** Usage: register_test DIRECTORY (an empty one that may be written). Prints "ok NAME" or "not ok NAME (line ...)"; the exit
** status is 1 when a check failed. One file over the usual length: its tests share the fixture above them, and nothing else would.
*/
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "register_approvals.h"
#include "register_history.h"
#include "register_scan.h"
#include "text.h"

#define NOW "2026-05-01T12:00:00Z"
#define LATER "2026-05-02T09:00:00Z"
#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "0000000000000000000000000000000000000000000000000000000000000000"
#define ALL_COLUMNS \
  (UPHELD_HAS_AREA | UPHELD_HAS_RECEIVED | UPHELD_HAS_REMEDIED | UPHELD_HAS_COMPLIANCE | UPHELD_HAS_URL | UPHELD_HAS_KIND)

enum { ADDED = UPHELD_APPLIED_ADDED, SAME = UPHELD_APPLIED_UNCHANGED, COMPLETED = UPHELD_APPLIED_COMPLETED,
       CORRECTED = UPHELD_APPLIED_CORRECTED, REFUSED = UPHELD_APPLIED_REFUSED };
enum { NOT_UPHELD, UPHELD };

typedef struct test {
  const char *directory, *name;
  upheld_allocator a;
  upheld_scheme *scheme;
  upheld_register *r;
  upheld_directory d;
  upheld_error err;
  int failed, bad; /* checks of this test; tests */
} test;

static bool check(test *t, bool good, int line) {
  if (!good) printf("# %s: line %d: %s: %s\n", t->name, line, t->err.code, t->err.message);
  if (!good) t->failed++;
  return good;
}
#define CHECK(condition) check(t, (condition), __LINE__)
#define OK(call) CHECK((call) == UPHELD_OK)
#define FAILS(call, st, text) \
  do { \
    upheld_clear(&t->err); \
    CHECK((call) == (st)); \
    CHECK(strcmp(t->err.code, (text)) == 0); \
  } while (0)

/* {====== fixture ====== */

static upheld_text text(const char *s) { return upheld_text_of(s); }

static upheld_status make_scheme(upheld_scheme **out, const upheld_allocator *a, int areas, upheld_error *err) {
  static const char *const area_labels[] = {"Housing", "Education", "Planning"};
  upheld_status st = upheld_scheme_new(out, a, err);
  if (st != UPHELD_OK) return st;
  upheld_scheme *s = *out;
  s->name = "test";
  s->title = "Test Ombudsman";
  s->year_month = 4;
  s->remedying = UPHELD_BIT(UPHELD);
  s->investigated = UPHELD_BIT(UPHELD) | UPHELD_BIT(NOT_UPHELD);
  st = upheld_scheme_label(s, &s->outcomes, 16, text("Not upheld"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->outcomes, 16, text("Upheld"), err);
  for (int i = 0; i < areas && st == UPHELD_OK; i++) st = upheld_scheme_label(s, &s->areas, 31, text(area_labels[i]), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->compliance, 8, text("Complete"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->compliance, 8, text("Late"), err);
  if (st == UPHELD_OK) st = upheld_scheme_label(s, &s->types, 32, text("District"), err);
  if (st == UPHELD_OK) st = upheld_scheme_reference_form(s, text("99 999 999[a]"), err);
  upheld_published_item item = {"upheld", UPHELD_BIT(UPHELD), -1, false};
  s->published[s->published_count++] = item;
  return st == UPHELD_OK ? upheld_scheme_seal(s, err) : st;
}

static upheld_date day(const char *iso) {
  upheld_date d = UPHELD_NO_DATE;
  upheld_parse_date(text(iso), false, &d);
  return d;
}

static upheld_record decision(unsigned number, uint32_t authority) {
  upheld_record r = upheld_record_none();
  r.reference = (uint64_t)number * 27;
  r.authority = authority;
  r.area = 0;
  r.received = day("2019-05-01");
  r.decided = day("2019-09-01");
  r.outcome = UPHELD;
  r.remedied = 0;
  r.flags = UPHELD_RECORD_COMPLIANCE_STATED;
  r.line = number;
  return r;
}

static upheld_status put_authorities(upheld_register *r, const upheld_scheme *s, const upheld_allocator *a,
                                     upheld_directory *d, upheld_error *err) {
  static const char *const codes[] = {"E2", "E1"}; /* row ids in another order than the codes */
  upheld_applied did;
  int64_t id;
  upheld_directory_free(d);
  upheld_directory_init(d, a, s);
  for (int i = 0; i < 2; i++) {
    upheld_authority body;
    memset(&body, 0, sizeof body);
    body.code = codes[i];
    body.name = i == 0 ? "Two Council" : "One Council";
    body.type_text = "District";
    body.region = body.aliases = body.successors = "";
    body.valid_from = body.valid_to = UPHELD_NO_DATE;
    upheld_status st = upheld_register_put_authority(r, &body, 0, i + 2, &id, &did, err);
    if (st != UPHELD_OK) return st;
  }
  return upheld_register_directory(r, d, err);
}

static void start(test *t, const char *name, const char *path) {
  t->name = name;
  t->failed = 0;
  t->r = NULL;
  upheld_clear(&t->err);
  upheld_directory_init(&t->d, &t->a, t->scheme);
  OK(upheld_register_open(&t->r, &t->a, t->scheme, path, 50, &t->err));
}

static void end(test *t) {
  upheld_register_close(t->r);
  upheld_directory_free(&t->d);
  printf("%s %s\n", t->failed == 0 ? "ok" : "not ok", t->name);
  if (t->failed != 0) t->bad++;
}

static bool begin_with_authorities(test *t) {
  return OK(upheld_register_begin(t->r, NOW, "test", &t->err)) &&
         OK(put_authorities(t->r, t->scheme, &t->a, &t->d, &t->err));
}

static int put(test *t, const upheld_record *r, unsigned present) {
  upheld_applied did = UPHELD_APPLIED_ADDED;
  OK(upheld_register_put_decision(t->r, &t->d, r, present, &did, &t->err));
  return (int)did;
}

static upheld_record stored(test *t, unsigned number) {
  upheld_record r;
  bool found = false;
  OK(upheld_register_get_decision(t->r, &t->d, (uint64_t)number * 27, 0, &r, &found, &t->err));
  CHECK(found);
  return r;
}

static const char *in_directory(const test *t, const char *name, char path[512]) {
  snprintf(path, 512, "%s/%s", t->directory, name);
  return path;
}

/* }====== */

/* {====== a row that comes again ====== */

static void again(test *t) {
  start(t, "a decision that comes again", ":memory:");
  if (begin_with_authorities(t)) {
    upheld_record r = decision(1, 0);
    CHECK(put(t, &r, ALL_COLUMNS) == ADDED);
    r.line = 99;
    CHECK(put(t, &r, ALL_COLUMNS) == SAME);
    CHECK(stored(t, 1).line == 1); /* not touched */
    r.area = UPHELD_NO_CODE;
    CHECK(put(t, &r, ALL_COLUMNS & ~(unsigned)UPHELD_HAS_AREA) == SAME); /* no such column */
    CHECK(stored(t, 1).area == 0);
    CHECK(put(t, &r, ALL_COLUMNS) == CORRECTED); /* a blank cell */
    CHECK(stored(t, 1).area == UPHELD_NO_CODE && stored(t, 1).line == 99);
    r.area = 1;
    CHECK(put(t, &r, ALL_COLUMNS) == COMPLETED); /* a gap filled */
    r.outcome = NOT_UPHELD;
    CHECK(put(t, &r, ALL_COLUMNS) == CORRECTED);
    r.url = text("https://example.org/1");
    CHECK(put(t, &r, ALL_COLUMNS) == COMPLETED);
    r.url = text("");
    CHECK(put(t, &r, ALL_COLUMNS) == SAME); /* a blank never erases it */
  }
  end(t);
}

static void open_case(test *t) {
  start(t, "an open case is completed", ":memory:");
  if (begin_with_authorities(t)) {
    upheld_record r = decision(1, 0);
    r.decided = UPHELD_NO_DATE;
    r.outcome = r.remedied = UPHELD_NO_CODE;
    r.flags = 0;
    CHECK(put(t, &r, 0) == ADDED);
    r = decision(1, 0);
    r.area = 1; /* also moved to another area */
    CHECK(put(t, &r, ALL_COLUMNS) == COMPLETED);
    CHECK(stored(t, 1).decided == day("2019-09-01") && stored(t, 1).area == 1);
    r = decision(2, 0);
    r.flags = 0;
    CHECK(put(t, &r, 0) == ADDED);
    r.flags = UPHELD_RECORD_COMPLIANCE_STATED; /* the next file tells of compliance: a gap less */
    CHECK(put(t, &r, UPHELD_HAS_COMPLIANCE) == COMPLETED);
    r.flags = 0;
    CHECK(put(t, &r, 0) == SAME);
    CHECK((stored(t, 2).flags & UPHELD_RECORD_COMPLIANCE_STATED) != 0);
  }
  end(t);
}

static void remedied(test *t) {
  start(t, "remedied before stands only with an outcome that allows it", ":memory:");
  if (begin_with_authorities(t)) {
    upheld_record r = decision(1, 0);
    r.remedied = 1;
    CHECK(put(t, &r, ALL_COLUMNS) == ADDED);
    r.remedied = UPHELD_NO_CODE;
    CHECK(put(t, &r, 0) == SAME && stored(t, 1).remedied == 1);
    r.outcome = NOT_UPHELD;
    CHECK(put(t, &r, 0) == CORRECTED && stored(t, 1).remedied == UPHELD_NO_CODE);
    r.outcome = UPHELD;
    r.remedied = 1; /* the spelling said it, without a column */
    CHECK(put(t, &r, 0) == CORRECTED && stored(t, 1).remedied == 1);
  }
  end(t);
}

static void samples(test *t) {
  start(t, "samples and complete rows", ":memory:");
  if (begin_with_authorities(t)) {
    upheld_record complete = decision(1, 0), sample = decision(1, 0);
    sample.flags = UPHELD_RECORD_SAMPLE;
    sample.url = text("https://example.org/1");
    CHECK(put(t, &complete, ALL_COLUMNS) == ADDED);
    CHECK(put(t, &sample, ALL_COLUMNS) == SAME && stored(t, 1).flags == UPHELD_RECORD_COMPLIANCE_STATED);
    sample.area = UPHELD_NO_CODE; /* says less */
    CHECK(put(t, &sample, ALL_COLUMNS) == SAME);
    sample.outcome = NOT_UPHELD;
    CHECK(put(t, &sample, ALL_COLUMNS) == REFUSED && stored(t, 1).outcome == UPHELD);
    sample = decision(2, 0);
    sample.flags = UPHELD_RECORD_SAMPLE | UPHELD_RECORD_COMPLIANCE_STATED;
    CHECK(put(t, &sample, ALL_COLUMNS) == ADDED);
    sample.area = 1;
    CHECK(put(t, &sample, ALL_COLUMNS) == CORRECTED && stored(t, 2).area == 1);
    complete = decision(2, 0);
    complete.area = 1;
    complete.flags = 0;
    CHECK(put(t, &complete, 0) == SAME);
    CHECK(stored(t, 2).flags == 0); /* neither a sample now, nor stated by it */
    sample = decision(3, 0);
    sample.flags = UPHELD_RECORD_SAMPLE;
    CHECK(put(t, &sample, 0) == ADDED);
    complete = decision(3, 0);
    complete.outcome = NOT_UPHELD;
    CHECK(put(t, &complete, ALL_COLUMNS) == CORRECTED);
  }
  end(t);
}

static void compliance(test *t) {
  start(t, "compliance by a decision's row and by its own", ":memory:");
  if (begin_with_authorities(t)) {
    bool known = true;
    upheld_applied did;
    upheld_record r = decision(1, 0), c = upheld_record_none();
    CHECK(put(t, &r, ALL_COLUMNS) == ADDED);
    r.due = day("2019-12-01");
    CHECK(put(t, &r, ALL_COLUMNS) == COMPLETED && stored(t, 1).due == r.due);
    r.compliance = 0;
    CHECK(put(t, &r, ALL_COLUMNS) == COMPLETED);
    CHECK(put(t, &r, ALL_COLUMNS) == SAME);
    r.compliance = UPHELD_NO_CODE;
    r.due = UPHELD_NO_DATE;
    CHECK(put(t, &r, ALL_COLUMNS) == SAME && stored(t, 1).compliance == 0); /* blanks never erase */
    r.compliance = 1;
    CHECK(put(t, &r, ALL_COLUMNS) == CORRECTED);
    c.reference = 7 * 27;
    c.authority = 0;
    c.compliance = 1;
    c.recorded = day("2019-10-01");
    c.line = 2;
    OK(upheld_register_put_compliance(t->r, &t->d, &c, &known, &did, &t->err));
    CHECK(!known && did == UPHELD_APPLIED_ADDED);
    r = decision(7, 0);
    r.compliance = 1;
    CHECK(put(t, &r, ALL_COLUMNS) == ADDED); /* the outcome came before its decision */
    OK(upheld_register_put_compliance(t->r, &t->d, &c, &known, &did, &t->err));
    CHECK(known && did == UPHELD_APPLIED_UNCHANGED);
    c.flags = UPHELD_RECORD_SAMPLE;
    c.compliance = 0;
    OK(upheld_register_put_compliance(t->r, &t->d, &c, &known, &did, &t->err));
    CHECK(did == UPHELD_APPLIED_REFUSED);
  }
  end(t);
}

static void withdrawn(test *t) {
  start(t, "a withdrawn decision stays withdrawn", ":memory:");
  if (begin_with_authorities(t)) {
    upheld_record r = decision(1, 0);
    upheld_register_counts counts;
    int64_t ids[2];
    size_t count;
    CHECK(put(t, &r, ALL_COLUMNS) == ADDED);
    OK(upheld_register_commit(t->r, &t->err));
    int64_t id = t->d.items[0].id;
    FAILS(upheld_register_withdraw(t->r, r.reference, id, " ", NOW, &t->err), UPHELD_MISUSE, "no-reason");
    FAILS(upheld_register_withdraw(t->r, 5, id, "wrong", NOW, &t->err), UPHELD_ABSENT, "no-such-decision");
    OK(upheld_register_withdraw(t->r, r.reference, id, "wrong", NOW, &t->err));
    FAILS(upheld_register_withdraw(t->r, r.reference, id, "wrong", NOW, &t->err), UPHELD_ABSENT, "already-withdrawn");
    OK(upheld_register_begin(t->r, NOW, "", &t->err));
    CHECK(put(t, &r, ALL_COLUMNS) == SAME);
    r.area = 1;
    CHECK(put(t, &r, ALL_COLUMNS) == CORRECTED);
    OK(upheld_register_authorities_of(t->r, r.reference, ids, 2, &count, &t->err));
    CHECK(count == 0);
    OK(upheld_register_commit(t->r, &t->err));
    OK(upheld_register_count(t->r, &counts, &t->err));
    CHECK(counts.withdrawn == 1 && counts.decisions == 0 && counts.corrections == 1);
  }
  end(t);
}

static void whole_rows(test *t) {
  start(t, "authorities, residents, recipients and published values", ":memory:");
  if (begin_with_authorities(t)) {
    upheld_applied did;
    upheld_recipient who;
    upheld_arena arena;
    const char *source;
    bool found;
    int64_t id;
    upheld_arena_init(&arena, &t->a);
    upheld_authority body = t->d.items[0];
    OK(upheld_register_put_authority(t->r, &body, 0, 9, &id, &did, &t->err));
    CHECK(did == UPHELD_APPLIED_UNCHANGED && id == body.id);
    body.region = "North East";
    OK(upheld_register_put_authority(t->r, &body, 0, 9, &id, &did, &t->err));
    CHECK(did == UPHELD_APPLIED_COMPLETED && id == body.id);
    body.name = "First Council";
    OK(upheld_register_put_authority(t->r, &body, 0, 9, &id, &did, &t->err));
    CHECK(did == UPHELD_APPLIED_CORRECTED);
    static const int64_t residents[] = {100, 100, 120};
    static const upheld_applied expected[] = {UPHELD_APPLIED_ADDED, UPHELD_APPLIED_UNCHANGED, UPHELD_APPLIED_CORRECTED};
    for (int i = 0; i < 3; i++) {
      OK(upheld_register_put_population(t->r, id, 2020, residents[i], 0, 2, &did, &t->err));
      CHECK(did == expected[i]);
      OK(upheld_register_put_published(t->r, id, 2020, "upheld", residents[i], 0, 0, 2, &did, &t->err));
      CHECK(did == expected[i]);
    }
    OK(upheld_register_put_recipient(t->r, id, text("Ann"), text(""), text("Dear Ann"), text(""), 0, 2, &did, &t->err));
    OK(upheld_register_put_recipient(t->r, id, text("Ann"), text("Chief"), text("Dear Ann"), text(""), 0, 2, &did, &t->err));
    CHECK(did == UPHELD_APPLIED_COMPLETED);
    OK(upheld_register_recipient(t->r, id, &arena, &who, &found, &t->err));
    CHECK(found && strcmp(who.role, "Chief") == 0 && strcmp(who.email, "") == 0);
    OK(upheld_register_put_published_source(t->r, id, 2020, text("letter"), 0, 2, &t->err));
    OK(upheld_register_put_published_source(t->r, id, 2020, text(""), 0, 2, &t->err));
    OK(upheld_register_published_source(t->r, id, 2020, &arena, &source, &t->err));
    CHECK(strcmp(source, "letter") == 0);
    upheld_arena_free(&arena);
  }
  end(t);
}

/* }====== */

/* {====== load and select agree ====== */

static upheld_status tally_batch(void *ud, const upheld_records *batch, upheld_error *err) {
  return upheld_tally_add(ud, batch, err);
}

/* A mixture of all kinds of rows, from a fixed generator. */
static void fill(test *t, unsigned count) {
  uint32_t x = 1;
  for (unsigned i = 1; i <= count; i++) {
    x = x * 1664525u + 1013904223u;
    uint32_t bits = x >> 8;
    upheld_applied did;
    bool known;
    upheld_record r = decision(i, bits & 1);
    r.received = bits & 2 ? day("2019-03-31") + (upheld_date)(bits % 700) : UPHELD_NO_DATE;
    r.decided = day("2020-01-01") + (upheld_date)(bits % 500);
    r.area = bits & 4 ? 1 : UPHELD_NO_CODE;
    r.outcome = bits & 8 ? UPHELD : NOT_UPHELD;
    r.remedied = r.outcome == UPHELD ? (bits >> 4) % 2 : UPHELD_NO_CODE;
    if ((bits >> 5) % 8 == 0) r.flags |= UPHELD_RECORD_SAMPLE;
    if (r.outcome == UPHELD && (bits >> 6) % 2 == 0) r.compliance = (bits >> 7) % 2;
    if (r.compliance != UPHELD_NO_CODE && (bits >> 9) % 3 != 0) r.due = r.decided + 60;
    if (r.compliance != UPHELD_NO_CODE && (bits >> 10) % 3 == 0) r.recorded = r.decided + 200;
    if ((bits >> 11) % 16 != 0) put(t, &r, ALL_COLUMNS);
    r.flags = 0;
    if ((bits >> 11) % 4 == 0 && r.compliance != UPHELD_NO_CODE) {
      OK(upheld_register_put_compliance(t->r, &t->d, &r, &known, &did, &t->err));
    }
  }
}

/* Checks that two cells have the same counts of a mask; gives their sum. */
static int64_t same_counts(test *t, const upheld_cell *a, const upheld_cell *b, uint64_t mask) {
  int64_t sum = 0;
  for (int k = 0; k < UPHELD_COUNTERS; k++) {
    uint64_t bit = UPHELD_BIT(k) & mask;
    CHECK(upheld_cell_sum(a, bit) == upheld_cell_sum(b, bit));
    sum += upheld_cell_sum(a, bit);
  }
  return sum;
}

static void agreement(test *t) {
  start(t, "the selected decisions are those that were counted", ":memory:");
  if (begin_with_authorities(t)) {
    static const uint64_t masks[UPHELD_CLOCKS] = {UPHELD_MASK_RECEIVED, UPHELD_MASK_DECIDED | UPHELD_MASK_REMEDIED,
                                                  UPHELD_MASK_COMPLIANCE};
    fill(t, 3000);
    OK(upheld_register_commit(t->r, &t->err));
    upheld_evidence e;
    upheld_evidence_init(&e, &t->a, t->scheme);
    for (unsigned i = 30; i < 60; i++) { /* some are withdrawn: their compliance goes with them */
      upheld_clear(&t->err);
      (void)upheld_register_withdraw(t->r, (uint64_t)i * 27, 1 + i % 2, "test", NOW, &t->err);
    }
    OK(upheld_register_load(t->r, &e, &t->err));
    int64_t compared = 0;
    for (int authority = 0; authority < 2; authority++) {
      for (int year = 2019; year <= 2023; year++) {
        for (int way = 0; way < 2 * UPHELD_CLOCKS; way++) { /* each clock, then each bare, of all authorities */
          int clock = way % UPHELD_CLOCKS;
          bool bare = way >= UPHELD_CLOCKS;
          upheld_selection what = {.authority = bare ? -1 : authority, .clock = (upheld_clock)clock, .bare = bare};
          upheld_tally one;
          upheld_tally_init(&one, &t->a, t->scheme, 2);
          upheld_scheme_year_span(t->scheme, year, &what.first, &what.last);
          OK(upheld_register_select(t->r, &e.directory, &what, tally_batch, &one, &t->err));
          compared += same_counts(t, upheld_tally_cell(&e.tally, (uint32_t)authority, year),
                                  upheld_tally_cell(&one, (uint32_t)authority, year), masks[clock]);
          upheld_tally_free(&one);
        }
      }
    }
    CHECK(compared > 6000);
    upheld_evidence_free(&e);
  }
  end(t);
}

typedef struct order_check {
  upheld_date last;
  uint64_t reference;
  uint32_t authority;
  size_t count, wrong;
} order_check;

static upheld_status check_order(void *ud, const upheld_records *batch, upheld_error *err) {
  order_check *o = ud;
  (void)err;
  for (size_t i = 0; i < batch->count; i++) {
    bool later = batch->decided[i] > o->last || (batch->decided[i] == o->last && (batch->reference[i] > o->reference ||
                 (batch->reference[i] == o->reference && batch->authority[i] > o->authority)));
    if (o->count > 0 && !later) o->wrong++;
    if (batch->outcome[i] != UPHELD || batch->remedied[i] != 1) o->wrong++;
    o->last = batch->decided[i];
    o->reference = batch->reference[i];
    o->authority = batch->authority[i];
    o->count++;
  }
  return UPHELD_OK;
}

static void order(test *t) {
  start(t, "selected decisions are in order, and only those of the mask", ":memory:");
  if (begin_with_authorities(t)) {
    upheld_selection what = {.authority = -1, .clock = UPHELD_CLOCK_DECIDED, .first = UPHELD_NO_DATE, .last = UPHELD_NO_DATE,
                             .counters = UPHELD_MASK_REMEDIED};
    order_check o = {0, 0, 0, 0, 0};
    fill(t, 20000);
    upheld_record joint = decision(5, 0);
    joint.remedied = 1;
    put(t, &joint, ALL_COLUMNS);
    joint.authority = 1;
    put(t, &joint, ALL_COLUMNS);
    OK(upheld_register_select(t->r, &t->d, &what, check_order, &o, &t->err));
    CHECK(o.count > 3000 && o.wrong == 0);
  }
  end(t);
}

/* }====== */

/* {====== files ====== */

static void no_file_left(test *t) {
  char path[512];
  bool there;
  upheld_register_counts counts;
  start(t, "a first import that is rolled back leaves no file", in_directory(t, "rolled-back.db", path));
  CHECK(access(path, F_OK) != 0); /* opening made nothing */
  OK(upheld_register_count(t->r, &counts, &t->err));
  for (int i = 0; i < 2; i++) {
    if (begin_with_authorities(t)) CHECK(access(path, F_OK) == 0);
    upheld_register_rollback(t->r);
    CHECK(access(path, F_OK) != 0);
  }
  OK(upheld_register_stored(t->r, &there, &t->err));
  CHECK(!there);
  if (begin_with_authorities(t)) OK(upheld_register_commit(t->r, &t->err));
  OK(upheld_register_stored(t->r, &there, &t->err));
  CHECK(there && access(path, F_OK) == 0);
  FAILS(upheld_register_begin(t->r, "2026-13-01T00:00:00Z", "", &t->err), UPHELD_MISUSE, "bad-time");
  FAILS(upheld_register_begin(t->r, "2026-01-01T24:00:00Z", "", &t->err), UPHELD_MISUSE, "bad-time");
  FAILS(upheld_register_commit(t->r, &t->err), UPHELD_MISUSE, "no-transaction");
  end(t);
  unlink(path);
}

static void two_connections(test *t) {
  char path[512];
  upheld_register *other = NULL;
  upheld_register_counts counts;
  int64_t before, after;
  bool there;
  start(t, "two connections", in_directory(t, "two.db", path));
  OK(upheld_register_open(&other, &t->a, t->scheme, path, 50, &t->err));
  OK(upheld_register_stamp(other, &before, &t->err));
  if (begin_with_authorities(t)) {
    FAILS(upheld_register_begin(other, NOW, "", &t->err), UPHELD_BUSY, "busy");
    OK(upheld_register_stored(other, &there, &t->err)); /* not committed yet */
    CHECK(!there);
    upheld_register_rollback(t->r); /* removes the file that the other has open */
    OK(upheld_register_begin(other, NOW, "", &t->err));
    OK(put_authorities(other, t->scheme, &t->a, &t->d, &t->err));
    OK(upheld_register_commit(other, &t->err));
    OK(upheld_register_count(t->r, &counts, &t->err)); /* seen without opening again */
    CHECK(counts.authorities == 2);
    OK(upheld_register_stamp(other, &after, &t->err));
    CHECK(before != after);
    OK(upheld_register_stamp(other, &before, &t->err));
    CHECK(before == after);
    OK(upheld_register_begin(t->r, NOW, "", &t->err));
    upheld_record r = decision(1, 0);
    CHECK(put(t, &r, ALL_COLUMNS) == ADDED);
    OK(upheld_register_count(other, &counts, &t->err)); /* reading goes on beside an import */
    CHECK(counts.decisions == 0);
    OK(upheld_register_commit(t->r, &t->err));
    OK(upheld_register_count(other, &counts, &t->err));
    CHECK(counts.decisions == 1);
    OK(upheld_register_stamp(other, &after, &t->err));
    CHECK(before != after);
    unlink(path);
    FAILS(upheld_register_begin(other, NOW, "", &t->err), UPHELD_DATABASE, "register-moved");
  }
  upheld_register_close(other);
  end(t);
  static const char *const left[] = {"two.db-wal", "two.db-shm"}; /* nobody finds them beside a file that is gone */
  for (int i = 0; i < 2; i++) unlink(in_directory(t, left[i], path));
}

static void other_schemes(test *t) {
  char path[512], name[64];
  upheld_scheme *wider = NULL, *narrower = NULL;
  upheld_register *r = NULL;
  start(t, "the scheme is remembered, and may grow at its end", in_directory(t, "scheme.db", path));
  OK(make_scheme(&wider, &t->a, 3, &t->err));
  OK(make_scheme(&narrower, &t->a, 1, &t->err));
  if (begin_with_authorities(t)) OK(upheld_register_commit(t->r, &t->err));
  OK(upheld_register_scheme_name(&t->a, path, name, &t->err));
  CHECK(strcmp(name, "test") == 0);
  FAILS(upheld_register_open(&r, &t->a, narrower, path, 50, &t->err), UPHELD_DATABASE, "scheme-mismatch");
  OK(upheld_register_open(&r, &t->a, wider, path, 50, &t->err));
  OK(upheld_register_begin(r, NOW, "", &t->err));
  OK(upheld_register_commit(r, &t->err));
  upheld_register_close(r);
  FAILS(upheld_register_open(&r, &t->a, t->scheme, path, 50, &t->err), UPHELD_DATABASE, "scheme-mismatch");
  wider->name = "another";
  FAILS(upheld_register_open(&r, &t->a, wider, path, 50, &t->err), UPHELD_DATABASE, "scheme-mismatch");
  CHECK(strstr(t->err.hint, "\"test\"") != NULL && strcmp(t->err.file, path) == 0);
  upheld_scheme_free(wider);
  upheld_scheme_free(narrower);
  end(t);
  unlink(path);
}

static void no_registers(test *t) {
  static const struct { const char *name; size_t size; int fill; } files[] = {
    {"short.db", 5, 'x'}, {"text.db", 5000, 'x'}, {"zero.db", 5000, 0}, {"comma.csv", 20, ','}
  };
  char path[512], name[64];
  upheld_register *r = NULL;
  t->name = "what is no register is refused, and not touched";
  t->failed = 0;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    FILE *f = fopen(in_directory(t, files[i].name, path), "wb");
    if (!CHECK(f != NULL)) continue;
    for (size_t k = 0; k < files[i].size; k++) fputc(files[i].fill, f);
    fclose(f);
    FAILS(upheld_register_open(&r, &t->a, t->scheme, path, 50, &t->err), UPHELD_DATABASE, "not-a-register");
    CHECK(r == NULL && t->err.hint[0] != '\0' && strcmp(t->err.file, path) == 0);
    FAILS(upheld_register_scheme_name(&t->a, path, name, &t->err), UPHELD_DATABASE, "not-a-register");
    f = fopen(path, "rb");
    size_t size = 0;
    while (f != NULL && fgetc(f) == files[i].fill) size++;
    if (f != NULL) fclose(f);
    CHECK(size == files[i].size);
    unlink(path);
  }
  FAILS(upheld_register_open(&r, &t->a, t->scheme, t->directory, 50, &t->err), UPHELD_IO, "is-a-directory");
  FAILS(upheld_register_open(&r, &t->a, t->scheme, "/dev/null", 50, &t->err), UPHELD_DATABASE, "not-a-register");
  FAILS(upheld_register_open(&r, &t->a, t->scheme, "", 50, &t->err), UPHELD_MISUSE, "no-path");
  OK(upheld_register_open(&r, &t->a, t->scheme, in_directory(t, "none/x.db", path), 50, &t->err));
  FAILS(upheld_register_begin(r, NOW, "", &t->err), UPHELD_IO, "no-such-directory");
  upheld_register_close(r);
  printf("%s %s\n", t->failed == 0 ? "ok" : "not ok", t->name);
  if (t->failed != 0) t->bad++;
}

/* }====== */

/* {====== approvals ====== */

static void approvals(test *t) {
  static const upheld_approval both[2] = {
    {1, 2020, true, "Letter", HASH_A, "A. Person", "never", "read"}, {2, 2020, false, "", HASH_B, "A. Person", "", ""}
  };
  upheld_approval one = both[0];
  upheld_approvals list;
  size_t count = 9;
  start(t, "approvals are only added", ":memory:");
  upheld_approvals_init(&list, &t->a);
  FAILS(upheld_register_approve(t->r, both, 2, NOW, &t->err), UPHELD_ABSENT, "no-such-authority");
  FAILS(upheld_register_unapprove(t->r, 1, 2020, NULL, "B", "x", NOW, &count, &t->err), UPHELD_ABSENT, "no-such-approval");
  OK(upheld_register_approvals(t->r, 0, 0, &list, &t->err));
  CHECK(list.count == 0 && count == 0);
  if (begin_with_authorities(t) && OK(upheld_register_commit(t->r, &t->err))) {
    OK(upheld_register_approve(t->r, both, 2, NOW, &t->err));
    one.sha256 = HASH_B; /* another letter of the first authority */
    OK(upheld_register_approve(t->r, &one, 1, LATER, &t->err));
    OK(upheld_register_unapprove(t->r, 1, 2020, HASH_A, "B. Other", "wrong year", LATER, &count, &t->err));
    CHECK(count == 1);
    FAILS(upheld_register_unapprove(t->r, 1, 2020, HASH_A, "B. Other", "again", LATER, &count, &t->err), UPHELD_ABSENT,
          "no-such-approval");
    OK(upheld_register_approve(t->r, &both[0], 1, LATER, &t->err)); /* approved once more */
    OK(upheld_register_unapprove(t->r, 1, 2020, NULL, "B. Other", "both", LATER, &count, &t->err));
    CHECK(count == 2);
    OK(upheld_register_approvals(t->r, 1, 2020, &list, &t->err));
    if (CHECK(list.count == 6)) {
      CHECK(!list.items[0].withdrawal && strcmp(list.items[0].at, NOW) == 0 && strcmp(list.items[0].note, "read") == 0);
      CHECK(list.items[2].withdrawal && strcmp(list.items[2].by, "B. Other") == 0 && strcmp(list.items[2].wording, "Letter") == 0);
      CHECK(list.items[4].withdrawal && strcmp(list.items[4].sha256, HASH_B) == 0);
    }
    upheld_approvals_free(&list);
    OK(upheld_register_approvals(t->r, 2, 0, &list, &t->err));
    CHECK(list.count == 1 && list.items[0].wording[0] == '\0' && list.items[0].note[0] == '\0');
    upheld_approvals_free(&list);
    /* all or none, and what is no approval */
    upheld_approval wrong[2] = {both[0], both[1]};
    wrong[1].authority = 77;
    FAILS(upheld_register_approve(t->r, wrong, 2, NOW, &t->err), UPHELD_ABSENT, "no-such-authority");
    wrong[1] = both[1];
    wrong[1].by = " ";
    FAILS(upheld_register_approve(t->r, wrong, 2, NOW, &t->err), UPHELD_MISUSE, "no-approver");
    wrong[1] = both[1];
    wrong[1].sha256 = "draft-aaaa";
    FAILS(upheld_register_approve(t->r, wrong, 2, NOW, &t->err), UPHELD_MISUSE, "bad-hash");
    FAILS(upheld_register_approve(t->r, both, 2, "yesterday", &t->err), UPHELD_MISUSE, "bad-time");
    FAILS(upheld_register_unapprove(t->r, 2, 2020, NULL, "B", " ", NOW, &count, &t->err), UPHELD_MISUSE, "no-reason");
    OK(upheld_register_approvals(t->r, 0, 0, &list, &t->err));
    CHECK(list.count == 7);
  }
  upheld_approvals_free(&list);
  end(t);
}

/* }====== */

/* {====== memory ====== */

typedef struct meter {
  long left;       /* calls until the failing one; negative: never */
  long long bytes; /* held */
  bool failed;
} meter;

static void *metered(void *ud, void *block, size_t old_size, size_t new_size) {
  meter *m = ud;
  if (new_size > (block == NULL ? 0 : old_size) && m->left >= 0 && m->left-- == 0) {
    m->failed = true;
    return NULL;
  }
  void *fresh = NULL;
  if (new_size == 0) free(block);
  else if ((fresh = realloc(block, new_size)) == NULL) return NULL;
  m->bytes += (long long)new_size - (long long)(block == NULL ? 0 : old_size);
  return fresh;
}

/* Counting and walking, which must find the same. */
static upheld_status whole_scan(upheld_register *r, const upheld_directory *d, const upheld_selection *what, upheld_error *err) {
  static const upheld_key keys[] = {UPHELD_KEY_AUTHORITY, UPHELD_KEY_MONTH};
  upheld_breakdown b;
  upheld_cursor *c = NULL;
  const upheld_records *batch = NULL;
  int64_t walked = 0, total = 0;
  upheld_status st = upheld_register_tally(r, d, what, keys, 2, &b, err);
  if (st != UPHELD_OK) return st;
  total = b.total;
  upheld_breakdown_free(&b);
  st = upheld_cursor_open(&c, r, d, what, err);
  while (st == UPHELD_OK && (st = upheld_cursor_next(c, &batch, err)) == UPHELD_OK && batch != NULL) walked += (int64_t)batch->count;
  upheld_cursor_close(c);
  return st == UPHELD_OK && walked != total ? UPHELD_MISUSE : st;
}

/* Opens, imports, reads, all with the given allocator; the first failure ends it. */
static upheld_status whole_life(const upheld_allocator *a, const upheld_scheme *s, const char *path, upheld_error *err) {
  upheld_register *r = NULL;
  upheld_directory d;
  upheld_evidence e;
  upheld_tally one;
  upheld_history h;
  upheld_approvals approvals;
  upheld_source rows[1];
  size_t count = 0;
  upheld_applied did;
  upheld_selection what = {.authority = -1, .clock = UPHELD_CLOCK_DECIDED, .first = UPHELD_NO_DATE, .last = UPHELD_NO_DATE, .all = true};
  upheld_history_init(&h, a);
  upheld_approvals_init(&approvals, a);
  upheld_directory_init(&d, a, s);
  upheld_evidence_init(&e, a, s);
  upheld_tally_init(&one, a, s, 2);
  upheld_status st = upheld_register_open(&r, a, s, path, 50, err);
  if (st == UPHELD_OK) st = upheld_register_begin(r, NOW, "a reason", err);
  if (st == UPHELD_OK) st = put_authorities(r, s, a, &d, err);
  for (unsigned i = 0; i < 3 && st == UPHELD_OK; i++) {
    upheld_record rec = decision(i / 2, 0);
    rec.area = (uint8_t)(i % 2);
    rec.compliance = 0;
    rec.url = text("https://example.org/");
    st = upheld_register_put_decision(r, &d, &rec, ALL_COLUMNS, &did, err);
  }
  if (st == UPHELD_OK) st = upheld_register_commit(r, err);
  if (st == UPHELD_OK) st = upheld_register_load(r, &e, err);
  if (st == UPHELD_OK) st = upheld_register_select(r, &d, &what, tally_batch, &one, err);
  if (st == UPHELD_OK) st = whole_scan(r, &d, &what, err);
  if (st == UPHELD_OK) st = upheld_register_versions(r, &d, decision(0, 0).reference, 0, &h, err);
  if (st == UPHELD_OK && (h.count != 1 || h.versions[0].change_count != 1 || !h.has_compliance)) st = UPHELD_MISUSE;
  if (st == UPHELD_OK) st = upheld_register_sources(r, UPHELD_SOURCE_POPULATION, 1, 2020, rows, 1, &count, err);
  upheld_approval letter = {1, 2020, false, "w", HASH_A, "A. Person", "", "read"};
  if (st == UPHELD_OK) st = upheld_register_approve(r, &letter, 1, NOW, err);
  if (st == UPHELD_OK) st = upheld_register_unapprove(r, 1, 2020, NULL, "A. Person", "wrong date", NOW, &count, err);
  if (st == UPHELD_OK) st = upheld_register_approvals(r, 0, 0, &approvals, err);
  if (st == UPHELD_OK && (approvals.count != 2 || count != 1)) st = UPHELD_MISUSE;
  upheld_approvals_free(&approvals);
  upheld_history_free(&h);
  upheld_tally_free(&one);
  upheld_evidence_free(&e);
  upheld_directory_free(&d);
  upheld_register_close(r);
  return st;
}

static void out_of_memory(test *t) {
  char path[512];
  t->name = "memory that runs out at any allocation is told, and given back";
  t->failed = 0;
  in_directory(t, "memory.db", path);
  for (long n = 0; n < 5000; n++) {
    meter m = {n, 0, false};
    upheld_allocator a = {metered, &m};
    upheld_clear(&t->err);
    upheld_status st = whole_life(&a, t->scheme, path, &t->err);
    CHECK(m.bytes == 0);
    if (!m.failed) {
      CHECK(st == UPHELD_OK && n > 20);
      break;
    }
    if (!CHECK(st == UPHELD_NOMEM)) break;
    unlink(path);
  }
  unlink(path);
  printf("%s %s\n", t->failed == 0 ? "ok" : "not ok", t->name);
  if (t->failed != 0) t->bad++;
}

/* }====== */

int main(int argc, char **argv) {
  test all;
  memset(&all, 0, sizeof all);
  if (argc != 2) {
    fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
    return 2;
  }
  all.directory = argv[1];
  all.a = upheld_libc_allocator();
  if (make_scheme(&all.scheme, &all.a, 2, &all.err) != UPHELD_OK) {
    printf("not ok scheme: %s\n", all.err.message);
    return 1;
  }
  again(&all);
  open_case(&all);
  remedied(&all);
  samples(&all);
  compliance(&all);
  withdrawn(&all);
  whole_rows(&all);
  agreement(&all);
  order(&all);
  no_file_left(&all);
  two_connections(&all);
  other_schemes(&all);
  no_registers(&all);
  approvals(&all);
  out_of_memory(&all);
  upheld_scheme_free(all.scheme);
  return all.bad == 0 ? 0 : 1;
}
