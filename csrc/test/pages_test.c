/*
** pages_test.c: pages laid out as SQLite's, read by SQLite: every number of rows up to some hundreds on small pages, so that each level fills
** up at every place, and numbers of every width.
** Usage: pages_test FOLDER. Prints "ok NAME" or "not ok NAME (line ...)"; the exit status is 1 when a check failed.
*/
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "meter.h"
#include "pages.h"
#include "register_sql.h"

enum { EACH = 700, MOST = 60000, COLUMNS = 4 };

static int failed, bad;
static char path[512];
#define CHECK(condition) ((condition) ? (void)0 : (void)(failed++, printf("# line %d: %s\n", __LINE__, #condition)))

static const char make_tables[] =
  "PRAGMA synchronous=OFF; PRAGMA page_size=512; BEGIN;"
  "CREATE TABLE one (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER, d INTEGER, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE two (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER, d INTEGER, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID; COMMIT";
static const char root_one[] = "SELECT rootpage FROM sqlite_schema WHERE name = 'one'";
static const char root_two[] = "SELECT rootpage FROM sqlite_schema WHERE name = 'two'";
static const char whole[] = "SELECT (SELECT group_concat(integrity_check) FROM pragma_integrity_check) = 'ok'";
/* Both tables hold what they were given, found by key and in order; two has a row for each third. */
static const char same_one[] =
  "SELECT count(*) + (SELECT count(*) FROM one x JOIN one y ON y.a = x.a AND y.b = x.b WHERE x.c IS y.c AND x.d = x.a * 3 + x.b) FROM one"
  " WHERE c IS CASE WHEN a % 5 = 0 THEN NULL ELSE -(a << (a % 50)) END";
static const char same_two[] = "SELECT count(*) FROM two WHERE c = a % 2 AND d IS NULL";

static void make_file(uint32_t roots[UPHELD_PAGE_TABLES]) {
  upheld_allocator a = upheld_libc_allocator();
  upheld_error err;
  upheld_db *db;
  int64_t n = 0;
  (void)remove(path);
  CHECK(upheld_db_open(&db, &a, path, UPHELD_DB_CREATE, 0, &err) == UPHELD_OK);
  CHECK(upheld_db_exec(db, make_tables, &err) == UPHELD_OK);
  CHECK(upheld_db_number(db, root_one, &n, &err) == UPHELD_OK);
  roots[0] = (uint32_t)n;
  CHECK(upheld_db_number(db, root_two, &n, &err) == UPHELD_OK);
  roots[1] = (uint32_t)n;
  upheld_db_close(db);
}

static upheld_status fill(const upheld_allocator *a, int file, const uint32_t *roots, int64_t rows, upheld_error *err) {
  upheld_pages *p;
  upheld_status st = upheld_pages_new(&p, a, file, roots, err);
  for (int64_t i = 0; i < rows && st == UPHELD_OK; i++) {
    int64_t key = i / 2, c = key % 5 == 0 ? UPHELD_PAGE_NULL : -(int64_t)((uint64_t)key << (key % 50));
    const int64_t one[COLUMNS] = {key, i % 2, c, key * 3 + i % 2}, two[COLUMNS] = {i, 7, i % 2, UPHELD_PAGE_NULL};
    st = upheld_pages_add(p, 0, one, COLUMNS, err);
    if (st == UPHELD_OK && i % 3 == 0) st = upheld_pages_add(p, 1, two, COLUMNS, err);
  }
  if (st == UPHELD_OK) st = upheld_pages_finish(p, err);
  upheld_pages_free(p);
  return st;
}

static void read_back(int64_t rows) {
  upheld_allocator a = upheld_libc_allocator();
  upheld_error err;
  upheld_db *db;
  int64_t n = 0;
  CHECK(upheld_db_open(&db, &a, path, 0, 0, &err) == UPHELD_OK);
  CHECK(upheld_db_number(db, whole, &n, &err) == UPHELD_OK && n == 1);
  CHECK(upheld_db_number(db, same_one, &n, &err) == UPHELD_OK && n == 2 * rows);
  CHECK(upheld_db_number(db, same_two, &n, &err) == UPHELD_OK && n == (rows + 2) / 3);
  upheld_db_close(db);
}

static void rows_of(int64_t rows) {
  upheld_allocator a = upheld_libc_allocator();
  uint32_t roots[UPHELD_PAGE_TABLES];
  upheld_error err;
  make_file(roots);
  int file = open(path, O_RDWR);
  CHECK(file >= 0 && fill(&a, file, roots, rows, &err) == UPHELD_OK);
  (void)close(file);
  read_back(rows);
}

static void test_each(void) {
  for (int64_t rows = 0; rows < EACH && failed == 0; rows++) rows_of(rows);
}

static void test_many(void) {
  for (int64_t rows = EACH; rows < MOST && failed == 0; rows += rows / 3 + 1) rows_of(rows);
}

static void test_memory(void) {
  meter m = {0, 0, 0};
  upheld_allocator a = {metered, &m};
  upheld_status st = UPHELD_NOMEM;
  uint32_t roots[UPHELD_PAGE_TABLES];
  upheld_error err;
  make_file(roots);
  int file = open(path, O_RDWR);
  for (long n = 1; st != UPHELD_OK && n < 100 && failed == 0; n++) {
    m.calls = 0;
    m.fail_at = n;
    st = fill(&a, file, roots, 3000, &err);
    CHECK(st == UPHELD_OK || st == UPHELD_NOMEM);
    CHECK(m.held == 0);
  }
  (void)close(file);
  CHECK(st == UPHELD_OK);
  read_back(3000);
}

static void test_no_room(void) {
  upheld_allocator a = upheld_libc_allocator();
  uint32_t roots[UPHELD_PAGE_TABLES];
  upheld_error err;
  make_file(roots);
  int file = open(path, O_RDONLY); /* as if nothing could be written any more */
  CHECK(fill(&a, file, roots, 5000, &err) == UPHELD_IO && strcmp(err.code, "io-error") == 0);
  (void)close(file);
  (void)remove(path);
}

int main(int argc, char **argv) {
  static const struct { const char *name; void (*run)(void); } tests[] = {
    {"every number of rows", test_each}, {"many rows", test_many}, {"memory running out", test_memory}, {"a file that cannot be written", test_no_room}
  };
  snprintf(path, sizeof path, "%s/pages.db", argc > 1 ? argv[1] : ".");
  for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
    failed = 0;
    tests[i].run();
    printf("%s %s\n", failed == 0 ? "ok" : "not ok", tests[i].name);
    if (failed != 0) bad++;
  }
  return bad > 0;
}
