/*
** register_side.c: the file beside a new register (register_side.h).
** Owns: its two tables, made by the very statements that made the register's, without which SQLite would not copy rows whole.
** Must not: write a register's file.
*/
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "register_side.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { ROW_ROOM = 120 }; /* bytes on the disk for a row here and in the register, and more than that */

void upheld_side_init(upheld_side *s) {
  s->file = -1;
  s->attached = false;
  s->pages = NULL;
}

static const char tables_select[] = "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name IN ('decision', 'compliance')";
static const char decision_root[] = "SELECT rootpage FROM sqlite_schema WHERE name = 'decision'";
static const char compliance_root[] = "SELECT rootpage FROM sqlite_schema WHERE name = 'compliance'";

/* Makes the two tables in the file, which is empty. */
static upheld_status make_tables(upheld_register *r, const char *path, uint32_t roots[UPHELD_PAGE_TABLES]) {
  upheld_db *side;
  upheld_statement *s;
  upheld_error err;
  upheld_buffer sql;
  bool row = true;
  int64_t decision = 0, compliance = 0;
  upheld_buffer_init(&sql, &r->allocator);
  upheld_buffer_text(&sql, "PRAGMA synchronous=OFF; BEGIN");
  upheld_status st = upheld_db_get(r->db, tables_select, &s, &err);
  while (st == UPHELD_OK && (st = upheld_db_step(s, &row, &err)) == UPHELD_OK && row) {
    upheld_text text = upheld_db_text(s, 0);
    upheld_buffer_text(&sql, "; ");
    upheld_buffer_add(&sql, text.at, text.size);
  }
  upheld_db_done(s);
  upheld_buffer_text(&sql, "; COMMIT");
  if (st == UPHELD_OK && sql.failed) st = UPHELD_NOMEM;
  if (st == UPHELD_OK) st = upheld_db_open(&side, &r->allocator, path, 0, 0, &err);
  if (st == UPHELD_OK) {
    st = upheld_db_exec(side, sql.data, &err);
    if (st == UPHELD_OK) st = upheld_db_number(side, decision_root, &decision, &err);
    if (st == UPHELD_OK) st = upheld_db_number(side, compliance_root, &compliance, &err);
    upheld_db_close(side);
  }
  upheld_buffer_free(&sql);
  roots[UPHELD_SIDE_DECISION] = (uint32_t)decision;
  roots[UPHELD_SIDE_COMPLIANCE] = (uint32_t)compliance;
  return st == UPHELD_OK && (decision < 2 || compliance < 2) ? UPHELD_DATABASE : st;
}

static bool has_room(int file, int64_t rows) {
  struct statvfs disk;
  return fstatvfs(file, &disk) == 0 && (double)disk.f_bavail * (double)disk.f_frsize > (double)rows * ROW_ROOM;
}

/* The name is needed for SQLite to open the file; then it goes. */
static void make_file(upheld_side *s, upheld_register *r, char *path, int64_t rows) {
  uint32_t roots[UPHELD_PAGE_TABLES];
  upheld_error err;
  s->file = mkstemp(path);
  if (s->file < 0) return;
  upheld_status st = has_room(s->file, rows) ? make_tables(r, path, roots) : UPHELD_IO;
  if (st == UPHELD_OK) st = upheld_db_attach(r->db, path, &err);
  s->attached = st == UPHELD_OK;
  (void)unlink(path);
  if (st == UPHELD_OK) (void)upheld_pages_new(&s->pages, &r->allocator, s->file, roots, &err);
}

void upheld_side_open(upheld_side *s, upheld_register *r, int64_t rows) {
  static const char end[] = "-side-XXXXXX";
  size_t size = r->path_size + sizeof end;
  if (r->path[0] == ':' || s->attached) return;
  char *path = upheld_new(&r->allocator, size);
  if (path == NULL) return;
  memcpy(path, r->path, r->path_size);
  memcpy(path + r->path_size - 1, end, sizeof end);
  make_file(s, r, path, rows);
  upheld_release(&r->allocator, path, size);
}

upheld_status upheld_side_copy(upheld_side *s, upheld_register *r, upheld_error *err) {
  upheld_status st = upheld_pages_finish(s->pages, err);
  upheld_pages_free(s->pages);
  s->pages = NULL;
  if (st == UPHELD_OK) st = upheld_db_exec(r->db, "INSERT INTO main.decision SELECT * FROM side.decision", err);
  return st == UPHELD_OK ? upheld_db_exec(r->db, "INSERT INTO main.compliance SELECT * FROM side.compliance", err) : st;
}

void upheld_side_close(upheld_side *s, upheld_register *r) {
  upheld_pages_free(s->pages);
  if (s->attached && r->db != NULL) upheld_db_detach(r->db);
  if (s->file >= 0) (void)close(s->file);
  upheld_side_init(s);
}
