/*
** register.c: opening a register, and its transactions.
** Owns: the rule that opening writes nothing: the file is made by the first begin, and is removed again when that
** transaction is rolled back. One transaction an import; a failed one leaves the register as it was.
** Must not: hold SQL of the records (register_write.c, register_read.c).
*/
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "register.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "register_chunks.h"
#include "register_parts.h"

enum { DEFAULT_BUSY_MS = 5000 };

static bool in_memory(const char *path) { return strcmp(path, ":memory:") == 0; }

/* Failures name the register's file, wherever they began. */
static upheld_status at_path(const upheld_register *r, upheld_status st, upheld_error *err) {
  if (st != UPHELD_OK && st != UPHELD_NOMEM && err != NULL && err->file[0] == '\0') {
    upheld_copy(err->file, sizeof err->file, upheld_text_of(r->path));
  }
  return st;
}

static void disconnect(upheld_register *r) {
  upheld_chunks_free(r);
  upheld_db_close(r->db);
  r->db = NULL;
  r->stored = false;
  r->changed = true;
}

/* {====== connecting ====== */

/* Opens and looks inside. *content says what was found. */
static upheld_status try_connect(upheld_register *r, unsigned how, upheld_content *content, int64_t *version,
                                 upheld_error *err) {
  upheld_status st = upheld_db_open(&r->db, &r->allocator, r->path, how, r->busy_ms, err);
  r->changed = true;
  if (st == UPHELD_OK) st = upheld_schema_inspect(r->db, content, version, err);
  if (st != UPHELD_OK) disconnect(r);
  return st;
}

/* Brings an older register up to date; reading needs today's tables. */
static upheld_status upgrade(upheld_register *r, upheld_error *err) {
  upheld_content content;
  int64_t version;
  if (upheld_db_read_only(r->db)) {
    return upheld_fail(err, UPHELD_DATABASE, "older-register",
                       "the register was written by an older upheld and cannot be brought up to date: it is read-only");
  }
  upheld_status st = upheld_db_exec(r->db, "BEGIN IMMEDIATE", err);
  if (st != UPHELD_OK) return st;
  st = upheld_schema_inspect(r->db, &content, &version, err); /* again: another program may have been quicker */
  if (st == UPHELD_OK) st = upheld_schema_migrate(r->db, version, err);
  if (st == UPHELD_OK) st = upheld_db_exec(r->db, "COMMIT", err);
  if (st != UPHELD_OK) (void)upheld_db_exec(r->db, "ROLLBACK", NULL);
  return st;
}

/* What is open is a register: of the right version and scheme? */
static upheld_status accept(upheld_register *r, int64_t version, upheld_error *err) {
  upheld_status st = version < UPHELD_SCHEMA_VERSION ? upgrade(r, err) : UPHELD_OK;
  if (st == UPHELD_OK) st = upheld_schema_check(r->db, r->scheme, &r->grown, err);
  if (st == UPHELD_OK) r->stored = true;
  else disconnect(r);
  return st;
}

static bool is_code(const upheld_error *err, const char *code) { return strcmp(err->code, code) == 0; }

/* Connects to a file that is there. An empty one is connected to as well: it becomes a register at the first begin. */
static upheld_status connect_file(upheld_register *r, upheld_error *err) {
  upheld_content content = UPHELD_CONTENT_NOTHING;
  int64_t version = 0;
  upheld_error first;
  upheld_status st = try_connect(r, 0, &content, &version, &first);
  if (st == UPHELD_DATABASE && (is_code(&first, "cannot-open") || is_code(&first, "read-only"))) {
    /* A register with a write-ahead log needs two companion files; in a directory that may not be written they
       cannot be made. Without a log beside it the file is whole and can be read as it is. */
    if (!upheld_db_has_log(&r->allocator, r->path)) {
      upheld_error second;
      if (try_connect(r, UPHELD_DB_IMMUTABLE, &content, &version, &second) == UPHELD_OK) st = UPHELD_OK;
    } else {
      upheld_copy(first.hint, sizeof first.hint,
                  upheld_text_of("copy the file together with its -wal file to a directory that can be written"));
    }
  }
  if (st != UPHELD_OK) {
    if (err != NULL) *err = first;
    return st;
  }
  return content == UPHELD_CONTENT_REGISTER ? accept(r, version, err) : UPHELD_OK;
}

upheld_status upheld_register_ready(upheld_register *r, bool *stored, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  *stored = r->stored;
  if (r->stored || in_memory(r->path)) return UPHELD_OK;
  /* not there when last looked: another program may have made it since, here or anew */
  if (r->db != NULL && upheld_db_moved(r->db)) disconnect(r);
  if (r->db == NULL) {
    upheld_place place;
    st = upheld_db_place(r->path, &place, err);
    if (st == UPHELD_OK && place != UPHELD_PLACE_ABSENT) st = connect_file(r, err);
  } else {
    upheld_content content;
    int64_t version;
    st = upheld_schema_inspect(r->db, &content, &version, err);
    if (st == UPHELD_OK && content == UPHELD_CONTENT_REGISTER) st = accept(r, version, err);
  }
  *stored = r->stored;
  return at_path(r, st, err);
}

upheld_status upheld_register_open(upheld_register **out, const upheld_allocator *a, const upheld_scheme *s,
                                   const char *path, int busy_ms, upheld_error *err) {
  bool stored;
  *out = NULL;
  if (path[0] == '\0') return upheld_fail(err, UPHELD_MISUSE, "no-path", "a register needs a path, or \":memory:\"");
  upheld_register *r = upheld_new_zero(a, 1, sizeof *r);
  if (r == NULL) return upheld_nomem(err);
  r->allocator = *a;
  r->scheme = s;
  r->busy_ms = busy_ms < 0 ? DEFAULT_BUSY_MS : busy_ms;
  upheld_buffer_init(&r->reason, a);
  r->path_size = strlen(path) + 1;
  r->path = upheld_new(a, r->path_size);
  upheld_status st = UPHELD_OK;
  if (r->path == NULL) {
    st = upheld_nomem(err);
  } else {
    memcpy(r->path, path, r->path_size);
    st = upheld_register_ready(r, &stored, err);
  }
  if (st != UPHELD_OK) {
    upheld_register_close(r);
    return st;
  }
  *out = r;
  return UPHELD_OK;
}

void upheld_register_close(upheld_register *r) {
  if (r == NULL) return;
  upheld_allocator a = r->allocator;
  upheld_register_rollback(r);
  upheld_chunks_free(r);
  upheld_db_close(r->db);
  upheld_buffer_free(&r->reason);
  upheld_release(&a, r->path, r->path_size);
  upheld_release(&a, r, sizeof *r);
}

const char *upheld_register_path(const upheld_register *r) { return r->path; }

const upheld_scheme *upheld_register_scheme(const upheld_register *r) { return r->scheme; }

upheld_status upheld_register_scheme_name(const upheld_allocator *a, const char *path, char name[64], upheld_error *err) {
  upheld_register r; /* as far as connecting needs it */
  upheld_content content = UPHELD_CONTENT_NOTHING;
  upheld_place place;
  int64_t version = 0;
  name[0] = '\0';
  if (in_memory(path) || path[0] == '\0') return UPHELD_OK;
  upheld_status st = upheld_db_place(path, &place, err);
  if (st != UPHELD_OK || place != UPHELD_PLACE_FILE) return st;
  memset(&r, 0, sizeof r);
  r.allocator = *a;
  r.busy_ms = DEFAULT_BUSY_MS;
  r.path_size = strlen(path) + 1;
  r.path = upheld_new(a, r.path_size);
  if (r.path == NULL) return upheld_nomem(err);
  memcpy(r.path, path, r.path_size);
  st = try_connect(&r, 0, &content, &version, err);
  if (st == UPHELD_DATABASE && !upheld_db_has_log(a, path)) {
    upheld_error second;
    if (try_connect(&r, UPHELD_DB_IMMUTABLE, &content, &version, &second) == UPHELD_OK) st = UPHELD_OK;
  }
  if (st == UPHELD_OK && content == UPHELD_CONTENT_REGISTER) st = upheld_schema_scheme_name(r.db, name, err);
  st = at_path(&r, st, err);
  upheld_db_close(r.db);
  upheld_release(a, r.path, r.path_size);
  return st;
}

upheld_status upheld_register_stored(upheld_register *r, bool *stored, upheld_error *err) {
  return upheld_register_ready(r, stored, err);
}

upheld_status upheld_register_stamp(upheld_register *r, int64_t *stamp, upheld_error *err) {
  bool stored;
  int64_t version = 0, changes = 0;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st == UPHELD_OK && r->db != NULL) {
    changes = upheld_db_total_changes(r->db);
    st = upheld_db_number(r->db, "PRAGMA data_version", &version, err);
  }
  if (st != UPHELD_OK) return at_path(r, st, err);
  if (r->changed || version != r->seen_version || changes != r->seen_changes) {
    r->stamp++;
    r->changed = false;
    r->seen_version = version;
    r->seen_changes = changes;
  }
  *stamp = r->stamp;
  return UPHELD_OK;
}

/* }====== */

/* {====== transactions ====== */

/* "2026-05-01T12:00:00Z": a day and a time of day that exist. */
static bool is_time(const char *now) {
  static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
  upheld_date day;
  if (strlen(now) != sizeof form - 1) return false;
  for (size_t i = 0; i < sizeof form - 1; i++) {
    if (form[i] == 'd' ? now[i] < '0' || now[i] > '9' : now[i] != form[i]) return false;
  }
  upheld_text date = {now, 10};
  return upheld_parse_date(date, false, &day) && memcmp(now + 11, "24", 2) < 0 && now[14] < '6' &&
         memcmp(now + 17, "60", 2) <= 0; /* a leap second is a time as well */
}

static upheld_status connect_for_writing(upheld_register *r, upheld_error *err) {
  bool stored;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st == UPHELD_OK && r->db == NULL) {
    st = upheld_db_open(&r->db, &r->allocator, r->path, UPHELD_DB_CREATE, r->busy_ms, err);
    r->changed = true;
    if (st == UPHELD_OK && !in_memory(r->path)) r->made_file = true;
  }
  if (st == UPHELD_OK && upheld_db_read_only(r->db)) {
    st = upheld_fail(err, UPHELD_DATABASE, "read-only", "the register cannot be written");
    if (err != NULL) {
      upheld_copy(err->hint, sizeof err->hint,
                  upheld_text_of("give yourself write permission for the file and its directory"));
    }
  }
  return st;
}

/* Takes the write lock. *moved: the file was removed or replaced meanwhile, and nothing is locked. */
static upheld_status lock(upheld_register *r, bool *moved, upheld_error *err) {
  *moved = false;
  upheld_status st = upheld_db_exec(r->db, "BEGIN IMMEDIATE", err);
  if (st != UPHELD_OK) return st;
  if (upheld_db_moved(r->db)) {
    (void)upheld_db_exec(r->db, "ROLLBACK", NULL);
    *moved = true;
  }
  return UPHELD_OK;
}

static upheld_status connect_and_lock(upheld_register *r, upheld_error *err) {
  bool moved = false;
  upheld_status st = connect_for_writing(r, err);
  if (st == UPHELD_OK) st = lock(r, &moved, err);
  if (st == UPHELD_OK && moved && !r->stored) { /* another program made the file and gave it up: once more, anew */
    disconnect(r);
    r->made_file = false;
    st = connect_for_writing(r, err);
    if (st == UPHELD_OK) st = lock(r, &moved, err);
  }
  if (st == UPHELD_OK && moved) {
    st = upheld_fail(err, UPHELD_DATABASE, "register-moved", "the register's file was moved or removed while it was open");
    if (err != NULL) upheld_copy(err->hint, sizeof err->hint, upheld_text_of("open it again"));
  }
  return st;
}

/* Under the lock: makes the tables where there are none yet. */
static upheld_status establish(upheld_register *r, upheld_error *err) {
  upheld_content content;
  int64_t version = 0;
  upheld_status st = upheld_schema_inspect(r->db, &content, &version, err);
  if (st != UPHELD_OK) return st;
  if (content == UPHELD_CONTENT_NOTHING) {
    r->made_schema = true;
    st = upheld_schema_migrate(r->db, 0, err);
    if (st == UPHELD_OK) st = upheld_schema_remember(r->db, r->scheme, err);
  } else {
    r->made_file = false; /* another program was quicker */
    st = upheld_schema_check(r->db, r->scheme, &r->grown, err);
    if (st == UPHELD_OK && r->grown) st = upheld_schema_remember(r->db, r->scheme, err);
  }
  if (st == UPHELD_OK) r->stored = true;
  return st;
}

upheld_status upheld_register_begin(upheld_register *r, const char *now, const char *reason, upheld_error *err) {
  if (r->writing) return upheld_fail(err, UPHELD_MISUSE, "transaction-open", "a transaction of the register is open already");
  if (!is_time(now)) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-time", "\"%.40s\" is not a time such as 2026-05-01T12:00:00Z", now);
  }
  r->made_file = r->made_schema = false;
  memcpy(r->now, now, UPHELD_NOW_SIZE);
  r->reason.size = 0;
  upheld_buffer_text(&r->reason, reason == NULL ? "" : reason);
  if (r->reason.failed) {
    upheld_buffer_free(&r->reason);
    upheld_buffer_init(&r->reason, &r->allocator);
    return upheld_nomem(err);
  }
  upheld_status st = connect_and_lock(r, err);
  if (st == UPHELD_OK) {
    r->writing = true;
    st = establish(r, err);
    if (st == UPHELD_OK) st = upheld_derived_begin(r, err);
  }
  if (st != UPHELD_OK) {
    upheld_place place;
    /* Made, but not locked. When another program has the lock it is about to fill the file; else nobody needs it. */
    bool useless = r->made_file && !r->writing && st != UPHELD_BUSY;
    if (useless && upheld_db_place(r->path, &place, NULL) == UPHELD_OK && place == UPHELD_PLACE_EMPTY) {
      (void)unlink(r->path);
    }
    upheld_register_rollback(r);
  }
  return at_path(r, st, err);
}

upheld_status upheld_register_writable(const upheld_register *r, upheld_error *err) {
  if (!r->writing) return upheld_fail(err, UPHELD_MISUSE, "no-transaction", "no transaction of the register is open");
  if (!upheld_db_in_transaction(r->db)) {
    return at_path(r, upheld_fail(err, UPHELD_DATABASE, "transaction-lost", "the transaction was given up after a failure"),
                   err);
  }
  return UPHELD_OK;
}

upheld_status upheld_register_commit(upheld_register *r, upheld_error *err) {
  upheld_status st = upheld_register_writable(r, err);
  if (st == UPHELD_OK) st = upheld_derived_commit(r, err);
  if (st == UPHELD_OK) st = upheld_db_exec(r->db, "COMMIT", err);
  if (st != UPHELD_OK) {
    upheld_register_rollback(r);
    return at_path(r, st, err);
  }
  upheld_derived_end(r);
  r->writing = r->made_file = r->made_schema = r->grown = false;
  /* Only now: a new register is written without the log first, which spares writing everything twice. */
  if (!in_memory(r->path)) upheld_db_use_log(r->db, r->busy_ms);
  return UPHELD_OK;
}

void upheld_register_rollback(upheld_register *r) {
  bool unmake = r->made_file && r->db != NULL;
  if (!r->writing && !unmake) return;
  /* Removed while the lock is still held: a program that waits for it finds the file moved, and makes a new one.
     Without the lock (another program has it) the file is no longer only ours. */
  if (unmake && r->writing) (void)unlink(r->path);
  if (r->writing && upheld_db_in_transaction(r->db)) (void)upheld_db_exec(r->db, "ROLLBACK", NULL);
  upheld_derived_end(r);
  if (r->made_schema) r->stored = false;
  if (unmake) disconnect(r);
  r->writing = r->made_file = r->made_schema = false;
  r->changed = true;
}

/* }====== */
