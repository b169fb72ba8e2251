/*
** register_sql.c: SQLite behind the small interface of register_sql.h.
** Owns: which SQLite result means which error code, and every handle of SQLite.
** Must not: know a table, or set anything of SQLite that is global to the process.
*/
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "register_sql.h"

#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "text.h"

enum { OLDEST_SQLITE = 3037000 }; /* STRICT tables came with 3.37.0 */

struct upheld_statement {
  upheld_db *db;
  sqlite3_stmt *handle;
  const char *sql;
  int failed; /* result of a bind that failed, else SQLITE_OK */
  bool in_use;
};

struct upheld_db {
  upheld_allocator allocator;
  sqlite3 *handle;
  char *path; /* as given, for messages */
  size_t path_size;
  upheld_statement **statements;
  size_t count, capacity;
  const upheld_db_rows *rows; /* what upheld_rows gives */
};

/* {====== errors ====== */

typedef struct meaning {
  int result; /* primary result code */
  upheld_status status;
  const char *code, *message, *hint;
} meaning;

static const meaning meanings[] = {
  {SQLITE_BUSY, UPHELD_BUSY, "busy", "another program is using the register", "try again when it has finished"},
  {SQLITE_LOCKED, UPHELD_BUSY, "busy", "another part of this program is using the register", "try again when it has finished"},
  {SQLITE_FULL, UPHELD_DATABASE, "disk-full", "there is no room left on the disk of the register",
   "free some space; the register is as it was before"},
  {SQLITE_READONLY, UPHELD_DATABASE, "read-only", "the register cannot be written",
   "give yourself write permission for the file and its directory"},
  {SQLITE_NOTADB, UPHELD_DATABASE, "not-a-register", "this is no register: the file is not an SQLite file",
   "name a register made by upheld, or a path where none is yet"},
  {SQLITE_CORRUPT, UPHELD_DATABASE, "damaged-register", "the register is damaged", "restore the file from a backup"},
  {SQLITE_CANTOPEN, UPHELD_DATABASE, "cannot-open", "the register cannot be opened",
   "check the path and the permissions of its directory"},
  {SQLITE_PERM, UPHELD_DATABASE, "cannot-open", "the register cannot be opened", "check the permissions of the file"},
  {SQLITE_IOERR, UPHELD_DATABASE, "io-error", "the disk failed under the register", "check the disk, then `upheld check`"},
  {SQLITE_TOOBIG, UPHELD_DATABASE, "too-big", "a value is too big for the register", ""},
  {SQLITE_CONSTRAINT, UPHELD_DATABASE, "broken-rule", "the register refuses a value that breaks its rules", ""},
  {SQLITE_INTERRUPT, UPHELD_INTERRUPTED, "interrupted", "interrupted", ""}
};

static void set_hint(upheld_error *err, const char *hint) {
  if (err != NULL) upheld_copy(err->hint, sizeof err->hint, upheld_text_of(hint));
}

/* Fills err from a result; system_error is errno as SQLite saw it, or 0. */
static upheld_status explain(const char *path, int result, int system_error, const char *detail, upheld_error *err) {
  meaning m = {SQLITE_ERROR, UPHELD_DATABASE, "database-error", "SQLite failed", ""};
  int primary = result & 0xff;
  if (primary == SQLITE_NOMEM) return upheld_nomem(err);
  /* a full disk under the log's index file shows as an input or output error */
  if ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && system_error == ENOSPC) primary = SQLITE_FULL;
  for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
    if (meanings[i].result == primary) m = meanings[i];
  }
  upheld_status st;
  if (detail == NULL || primary == SQLITE_NOTADB || primary == SQLITE_INTERRUPT) {
    st = upheld_fail(err, m.status, m.code, "%s", m.message);
  } else {
    st = upheld_fail(err, m.status, m.code, "%s (SQLite: %s)", m.message, detail);
  }
  set_hint(err, m.hint);
  if (err != NULL) upheld_copy(err->file, sizeof err->file, upheld_text_of(path));
  return st;
}

static upheld_status fail(upheld_db *db, int result, upheld_error *err) {
  bool fresh = sqlite3_extended_errcode(db->handle) == result;
  const char *detail = fresh ? sqlite3_errmsg(db->handle) : sqlite3_errstr(result);
  return explain(db->path, result, fresh ? sqlite3_system_errno(db->handle) : 0, detail, err);
}

/* }====== */

/* {====== paths ====== */

static upheld_status path_error(upheld_error *err, const char *path, upheld_status status, const char *code,
                                const char *message, const char *hint) {
  upheld_status st = upheld_fail(err, status, code, "%s", message);
  set_hint(err, hint);
  if (err != NULL) upheld_copy(err->file, sizeof err->file, upheld_text_of(path));
  return st;
}

upheld_status upheld_db_place(const char *path, upheld_place *place, upheld_error *err) {
  struct stat about;
  *place = UPHELD_PLACE_ABSENT;
  if (stat(path, &about) != 0) {
    if (errno == ENOENT) return UPHELD_OK; /* also when the directory is absent: making the file will tell */
    if (errno == EACCES) {
      return path_error(err, path, UPHELD_IO, "not-readable", "the register cannot be read: permission denied",
                        "check the permissions of its directory");
    }
    if (errno == ENOTDIR) {
      return path_error(err, path, UPHELD_IO, "no-such-directory", "a part of the register's path is no directory",
                        "check the path");
    }
    return path_error(err, path, UPHELD_IO, "io-error", "the register cannot be looked up", "check the path");
  }
  if (S_ISDIR(about.st_mode)) {
    return path_error(err, path, UPHELD_IO, "is-a-directory", "this is a directory, not a register",
                      "name a file in it, such as review.db");
  }
  if (!S_ISREG(about.st_mode)) {
    return path_error(err, path, UPHELD_DATABASE, "not-a-register", "this is no register: it is not a regular file",
                      "name a register made by upheld, or a path where none is yet");
  }
  *place = about.st_size == 0 ? UPHELD_PLACE_EMPTY : UPHELD_PLACE_FILE;
  return UPHELD_OK;
}

bool upheld_db_has_log(const upheld_allocator *a, const char *path) {
  struct stat about;
  upheld_buffer name;
  upheld_buffer_init(&name, a);
  upheld_buffer_text(&name, path);
  upheld_buffer_text(&name, "-wal");
  bool there = name.failed || (stat(name.data, &about) == 0 && about.st_size > 0); /* in doubt, yes */
  upheld_buffer_free(&name);
  return there;
}

/* The name that makes SQLite open exactly this path. */
static void sqlite_name(upheld_buffer *name, const char *path, unsigned how) {
  if ((how & UPHELD_DB_IMMUTABLE) == 0) {
    if (strncmp(path, "file:", 5) == 0) upheld_buffer_text(name, "./"); /* else a URI where the library was built so */
    upheld_buffer_text(name, path);
    return;
  }
  upheld_buffer_text(name, path[0] == '/' ? "file://" : "file:");
  for (const char *c = path; *c != '\0'; c++) {
    if (*c == '%') upheld_buffer_text(name, "%25");
    else if (*c == '?') upheld_buffer_text(name, "%3f");
    else if (*c == '#') upheld_buffer_text(name, "%23");
    else upheld_buffer_byte(name, *c);
  }
  upheld_buffer_text(name, "?immutable=1");
}

/* }====== */

/* {====== rows that C makes ====== */

/* A table of one pass over db->rows, whose columns SQLite asks for one by one. */
typedef struct rows_table {
  sqlite3_vtab base; /* SQLite's part: first */
  upheld_db *db;
} rows_table;

typedef struct rows_cursor {
  sqlite3_vtab_cursor base;
  const upheld_db_rows *rows;
  bool more;
  sqlite3_int64 count;
  int64_t numbers[UPHELD_DB_NUMBERS];
  upheld_text texts[UPHELD_DB_TEXTS];
} rows_cursor;

static int rows_connect(sqlite3 *handle, void *db, int count, const char *const *arguments, sqlite3_vtab **out, char **message) {
  (void)count, (void)arguments, (void)message;
  int result = sqlite3_declare_vtab(handle, "CREATE TABLE x (n0, n1, n2, n3, n4, n5, n6, n7, t0, t1)");
  rows_table *t = result == SQLITE_OK ? sqlite3_malloc64(sizeof *t) : NULL;
  if (result != SQLITE_OK) return result;
  if (t == NULL) return SQLITE_NOMEM;
  memset(t, 0, sizeof *t);
  t->db = db;
  *out = &t->base;
  return SQLITE_OK;
}

static int rows_disconnect(sqlite3_vtab *table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

static int rows_plan(sqlite3_vtab *table, sqlite3_index_info *plan) {
  (void)table;
  plan->estimatedCost = 1e6;
  return SQLITE_OK;
}

static int rows_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out) {
  rows_cursor *c = sqlite3_malloc64(sizeof *c);
  (void)table;
  if (c == NULL) return SQLITE_NOMEM;
  memset(c, 0, sizeof *c);
  *out = &c->base;
  return SQLITE_OK;
}

static int rows_close(sqlite3_vtab_cursor *cursor) {
  sqlite3_free(cursor);
  return SQLITE_OK;
}

static int rows_next(sqlite3_vtab_cursor *cursor) {
  rows_cursor *c = (rows_cursor *)cursor;
  c->more = c->rows != NULL && c->rows->next(c->rows->ud, c->numbers, c->texts);
  c->count++;
  return SQLITE_OK;
}

static int rows_begin(sqlite3_vtab_cursor *cursor, int plan, const char *name, int count, sqlite3_value **values) {
  rows_cursor *c = (rows_cursor *)cursor;
  (void)plan, (void)name, (void)count, (void)values;
  c->rows = ((rows_table *)cursor->pVtab)->db->rows;
  return rows_next(cursor);
}

static int rows_ended(sqlite3_vtab_cursor *cursor) { return !((rows_cursor *)cursor)->more; }

static int rows_column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int column) {
  const rows_cursor *c = (const rows_cursor *)cursor;
  if (column < UPHELD_DB_NUMBERS) {
    if (c->numbers[column] != UPHELD_DB_NO_NUMBER) sqlite3_result_int64(out, c->numbers[column]);
  } else if (c->texts[column - UPHELD_DB_NUMBERS].size > 0) {
    const upheld_text *t = &c->texts[column - UPHELD_DB_NUMBERS];
    sqlite3_result_text64(out, t->at, t->size, SQLITE_STATIC, SQLITE_UTF8); /* it is written before the next row is made */
  }
  return SQLITE_OK;
}

static int rows_id(sqlite3_vtab_cursor *cursor, sqlite3_int64 *id) {
  *id = ((const rows_cursor *)cursor)->count;
  return SQLITE_OK;
}

static const sqlite3_module rows_module = {
  .xConnect = rows_connect, .xBestIndex = rows_plan, .xDisconnect = rows_disconnect, .xOpen = rows_open, .xClose = rows_close,
  .xFilter = rows_begin, .xNext = rows_next, .xEof = rows_ended, .xColumn = rows_column, .xRowid = rows_id
};

void upheld_db_feed(upheld_db *db, const upheld_db_rows *rows) { db->rows = rows; }

/* }====== */

/* {====== connections ====== */

static upheld_status configure(upheld_db *db, int busy_ms, upheld_error *err) {
  sqlite3_extended_result_codes(db->handle, 1);
  sqlite3_busy_timeout(db->handle, busy_ms);
  /* a register may come from elsewhere: what its schema says must not be able to harm */
  sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
  int result = sqlite3_create_module_v2(db->handle, "upheld_rows", &rows_module, db, NULL);
  if (result != SQLITE_OK) return fail(db, result, err);
  /* FULL: an import that was reported as done survives a power cut; it costs one sync an import.
     32 MiB of pages keep the keys of a million decisions at hand. A log beyond 16 MiB is cut back. */
  return upheld_db_exec(db, "PRAGMA synchronous=FULL; PRAGMA cache_size=-32768; PRAGMA journal_size_limit=16777216", err);
}

/* Whether the directory that path is in exists; in doubt, yes. */
static bool has_directory(const upheld_allocator *a, const char *path) {
  struct stat about;
  const char *slash = strrchr(path, '/');
  upheld_buffer name;
  upheld_buffer_init(&name, a);
  if (slash == NULL) upheld_buffer_text(&name, ".");
  else upheld_buffer_add(&name, path, slash == path ? 1 : (size_t)(slash - path));
  bool there = true;
  if (!name.failed) there = stat(name.data, &about) == 0 ? S_ISDIR(about.st_mode) : errno != ENOENT;
  upheld_buffer_free(&name);
  return there;
}

/*
** SQLite's "unable to open" told apart. Its reason alone does not do: having failed to make the file it tries to read one, and
** then tells that there is none.
*/
static upheld_status open_error(upheld_db *db, int result, unsigned how, upheld_error *err) {
  int reason = db->handle == NULL ? 0 : sqlite3_system_errno(db->handle);
  if ((result & 0xff) == SQLITE_CANTOPEN && (how & UPHELD_DB_CREATE) != 0) {
    if (!has_directory(&db->allocator, db->path)) {
      return path_error(err, db->path, UPHELD_IO, "no-such-directory",
                        "the register cannot be made: its directory does not exist", "make the directory first");
    }
    if (reason != ENOSPC && reason != EMFILE && reason != ENFILE) {
      return path_error(err, db->path, UPHELD_IO, "not-writable",
                        "the register cannot be made: its directory cannot be written",
                        "choose another directory, or give yourself permission to write in it");
    }
  }
  if ((result & 0xff) == SQLITE_CANTOPEN && reason == EACCES) {
    return path_error(err, db->path, UPHELD_IO, "not-readable", "the register cannot be read: permission denied",
                      "give yourself permission to read the file");
  }
  return explain(db->path, result, reason, db->handle == NULL ? NULL : sqlite3_errmsg(db->handle), err);
}

upheld_status upheld_db_open(upheld_db **out, const upheld_allocator *a, const char *path, unsigned how, int busy_ms,
                             upheld_error *err) {
  *out = NULL;
  if (sqlite3_libversion_number() < OLDEST_SQLITE) {
    return upheld_fail(err, UPHELD_DATABASE, "old-sqlite", "SQLite %s is too old: 3.37.0 or newer is needed",
                       sqlite3_libversion());
  }
  upheld_db *db = upheld_new_zero(a, 1, sizeof *db);
  if (db == NULL) return upheld_nomem(err);
  db->allocator = *a;
  db->path_size = strlen(path) + 1;
  db->path = upheld_new(a, db->path_size);
  upheld_buffer name;
  upheld_buffer_init(&name, a);
  sqlite_name(&name, path, how);
  upheld_status st = UPHELD_OK;
  if (db->path == NULL || name.failed) {
    st = upheld_nomem(err);
  } else {
    memcpy(db->path, path, db->path_size);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if ((how & UPHELD_DB_CREATE) != 0) flags |= SQLITE_OPEN_CREATE;
    if ((how & UPHELD_DB_IMMUTABLE) != 0) flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
    int result = sqlite3_open_v2(name.data, &db->handle, flags, NULL);
    st = result == SQLITE_OK ? configure(db, busy_ms, err) : open_error(db, result, how, err);
  }
  upheld_buffer_free(&name);
  if (st != UPHELD_OK) {
    upheld_db_close(db);
    return st;
  }
  *out = db;
  return UPHELD_OK;
}

upheld_status upheld_db_attach(upheld_db *db, const char *path, upheld_error *err) {
  sqlite3_stmt *s = NULL;
  upheld_buffer name;
  upheld_buffer_init(&name, &db->allocator);
  sqlite_name(&name, path, 0);
  int result = name.failed ? SQLITE_NOMEM : sqlite3_prepare_v2(db->handle, "ATTACH ?1 AS side", -1, &s, NULL);
  if (result == SQLITE_OK) result = sqlite3_bind_text(s, 1, name.data, -1, SQLITE_STATIC);
  if (result == SQLITE_OK && sqlite3_step(s) != SQLITE_DONE) result = sqlite3_errcode(db->handle);
  upheld_status st = result == SQLITE_OK ? UPHELD_OK : fail(db, result, err);
  sqlite3_finalize(s);
  upheld_buffer_free(&name);
  return st;
}

void upheld_db_detach(upheld_db *db) { (void)sqlite3_exec(db->handle, "DETACH side", NULL, NULL, NULL); }

void upheld_db_close(upheld_db *db) {
  if (db == NULL) return;
  upheld_allocator a = db->allocator;
  for (size_t i = 0; i < db->count; i++) {
    sqlite3_finalize(db->statements[i]->handle);
    upheld_release(&a, db->statements[i], sizeof *db->statements[i]);
  }
  upheld_release(&a, db->statements, db->capacity * sizeof *db->statements);
  sqlite3_close_v2(db->handle);
  upheld_release(&a, db->path, db->path_size);
  upheld_release(&a, db, sizeof *db);
}

upheld_status upheld_db_exec(upheld_db *db, const char *sql, upheld_error *err) {
  int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
  return result == SQLITE_OK ? UPHELD_OK : fail(db, result, err);
}

int64_t upheld_db_changes(upheld_db *db) { return sqlite3_changes64(db->handle); }
int64_t upheld_db_total_changes(upheld_db *db) { return sqlite3_total_changes64(db->handle); }
int64_t upheld_db_last_id(upheld_db *db) { return sqlite3_last_insert_rowid(db->handle); }
bool upheld_db_in_transaction(upheld_db *db) { return sqlite3_get_autocommit(db->handle) == 0; }
bool upheld_db_read_only(upheld_db *db) { return sqlite3_db_readonly(db->handle, "main") == 1; }

bool upheld_db_moved(upheld_db *db) {
  int moved = 0;
  int result = sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return result == SQLITE_OK && moved != 0;
}

void upheld_db_triggers(upheld_db *db, bool on) { sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, on ? 1 : 0, NULL); }
void upheld_db_foreign_keys(upheld_db *db, bool on) { sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, on ? 1 : 0, NULL); }
void upheld_db_wait(upheld_db *db, int busy_ms) { sqlite3_busy_timeout(db->handle, busy_ms); }

void upheld_db_use_log(upheld_db *db, int busy_ms) {
  sqlite3_busy_timeout(db->handle, 0);
  (void)sqlite3_exec(db->handle, "PRAGMA main.journal_mode=WAL", NULL, NULL, NULL);
  sqlite3_busy_timeout(db->handle, busy_ms);
}

/* }====== */

/* {====== statements ====== */

upheld_status upheld_db_get(upheld_db *db, const char *sql, upheld_statement **out, upheld_error *err) {
  *out = NULL;
  for (size_t i = 0; i < db->count; i++) {
    upheld_statement *s = db->statements[i];
    if (s->sql == sql && !s->in_use) {
      s->in_use = true;
      *out = s;
      return UPHELD_OK;
    }
  }
  void *statements = db->statements;
  upheld_status st = upheld_grow(&db->allocator, &statements, &db->capacity, db->count + 1, sizeof *db->statements, err);
  if (st != UPHELD_OK) return st;
  db->statements = statements;
  upheld_statement *s = upheld_new_zero(&db->allocator, 1, sizeof *s);
  if (s == NULL) return upheld_nomem(err);
  int result = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->handle, NULL);
  if (result != SQLITE_OK) {
    st = fail(db, result, err);
    upheld_release(&db->allocator, s, sizeof *s);
    return st;
  }
  s->db = db;
  s->sql = sql;
  s->in_use = true;
  db->statements[db->count++] = s;
  *out = s;
  return UPHELD_OK;
}

static void bound(upheld_statement *s, int result) {
  if (result != SQLITE_OK) s->failed = result;
}

void upheld_db_bind(upheld_statement *s, int at, int64_t value) { bound(s, sqlite3_bind_int64(s->handle, at, value)); }
void upheld_db_bind_null(upheld_statement *s, int at) { bound(s, sqlite3_bind_null(s->handle, at)); }

void upheld_db_bind_text(upheld_statement *s, int at, upheld_text t) {
  if (t.size == 0) {
    upheld_db_bind_null(s, at);
  } else {
    bound(s, sqlite3_bind_text64(s->handle, at, t.at, t.size, SQLITE_TRANSIENT, SQLITE_UTF8));
  }
}

void upheld_db_bind_bytes(upheld_statement *s, int at, upheld_text t) {
  bound(s, sqlite3_bind_blob64(s->handle, at, t.size == 0 ? "" : t.at, t.size, SQLITE_STATIC));
}

upheld_status upheld_db_step(upheld_statement *s, bool *row, upheld_error *err) {
  int result = s->failed != SQLITE_OK ? s->failed : sqlite3_step(s->handle);
  *row = result == SQLITE_ROW;
  return result == SQLITE_ROW || result == SQLITE_DONE ? UPHELD_OK : fail(s->db, result, err);
}

void upheld_db_done(upheld_statement *s) {
  if (s == NULL) return;
  sqlite3_reset(s->handle);
  sqlite3_clear_bindings(s->handle);
  s->failed = SQLITE_OK;
  s->in_use = false;
}

upheld_status upheld_db_run(upheld_statement *s, upheld_error *err) {
  bool row = true;
  upheld_status st = UPHELD_OK;
  while (row && st == UPHELD_OK) st = upheld_db_step(s, &row, err);
  upheld_db_done(s);
  return st;
}

upheld_status upheld_db_number(upheld_db *db, const char *sql, int64_t *value, upheld_error *err) {
  upheld_statement *s;
  bool row = false;
  *value = 0;
  upheld_status st = upheld_db_get(db, sql, &s, err);
  if (st != UPHELD_OK) return st;
  st = upheld_db_step(s, &row, err);
  if (row) *value = upheld_db_int(s, 0);
  upheld_db_done(s);
  return st;
}

upheld_db_kind upheld_db_type(upheld_statement *s, int column) {
  switch (sqlite3_column_type(s->handle, column)) {
    case SQLITE_INTEGER: return UPHELD_DB_INTEGER;
    case SQLITE_TEXT: return UPHELD_DB_TEXT;
    default: return UPHELD_DB_NULL;
  }
}

bool upheld_db_null(upheld_statement *s, int column) { return sqlite3_column_type(s->handle, column) == SQLITE_NULL; }
int64_t upheld_db_int(upheld_statement *s, int column) { return sqlite3_column_int64(s->handle, column); }

upheld_text upheld_db_text(upheld_statement *s, int column) {
  /* as a blob: a slice needs no NUL at its end, and so SQLite need not copy the value to add one */
  upheld_text t = {sqlite3_column_blob(s->handle, column), 0};
  int size = sqlite3_column_bytes(s->handle, column);
  if (t.at != NULL && size > 0) t.size = (size_t)size;
  return t;
}

upheld_status upheld_db_bytes_read(upheld_db *db, upheld_bytes **b, bool temporary, const char *table, const char *column, int64_t row,
                                   char *out, size_t size, upheld_error *err) {
  sqlite3_blob *blob = (sqlite3_blob *)*b;
  int result;
  if (blob != NULL) {
    result = sqlite3_blob_reopen(blob, row);
  } else {
    result = sqlite3_blob_open(db->handle, temporary ? "temp" : "main", table, column, row, 0, &blob);
    *b = (upheld_bytes *)blob;
  }
  if (result == SQLITE_OK && size > 0) {
    if (size > INT_MAX) return upheld_fail(err, UPHELD_DATABASE, "too-big", "a value is too big for the register");
    result = sqlite3_blob_read(blob, out, (int)size, 0);
  }
  return result == SQLITE_OK ? UPHELD_OK : fail(db, result, err);
}

void upheld_db_bytes_done(upheld_bytes *b) { (void)sqlite3_blob_close((sqlite3_blob *)b); }

/* }====== */
