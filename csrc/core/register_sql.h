/*
** register_sql.h: the small statement interface of the register: open, execute, prepare once, bind, step, read columns.
** register_sql.c is the only file that includes sqlite3.h.
** Owns: the cache of prepared statements, and the translation of SQLite's results into upheld_error.
** Must not: know a table. SQLite's own memory is SQLite's (its allocator is one for the whole process, and so not ours to
** set); everything else comes from the caller's allocator.
*/
#ifndef UPHELD_REGISTER_SQL_H
#define UPHELD_REGISTER_SQL_H

#include "alloc.h"

typedef struct upheld_db upheld_db;               /* one connection */
typedef struct upheld_statement upheld_statement; /* a prepared statement, in use between get and done */
typedef struct upheld_bytes upheld_bytes;         /* a column of bytes, read in part */

/* What stands at a path. */
typedef enum upheld_place {
  UPHELD_PLACE_ABSENT,
  UPHELD_PLACE_EMPTY, /* a file without a byte */
  UPHELD_PLACE_FILE
} upheld_place;

/* What a column holds; the register stores nothing else. */
typedef enum upheld_db_kind { UPHELD_DB_NULL, UPHELD_DB_INTEGER, UPHELD_DB_TEXT } upheld_db_kind;

/* How to open. */
enum {
  UPHELD_DB_CREATE = 1,   /* make the file when it is absent */
  UPHELD_DB_IMMUTABLE = 2 /* read only, without locks: for a WAL file where its companion files cannot be made */
};

enum { UPHELD_DB_NUMBERS = 8, UPHELD_DB_TEXTS = 2 };
#define UPHELD_DB_NO_NUMBER INT64_MIN

/* For upheld_db_feed: makes the next row; false: there is none. NO_NUMBER and the empty slice are NULL; text stays until the next one. */
typedef struct upheld_db_rows {
  bool (*next)(void *ud, int64_t numbers[UPHELD_DB_NUMBERS], upheld_text texts[UPHELD_DB_TEXTS]);
  void *ud;
} upheld_db_rows;

UPHELD_BEGIN

/* Fails for what can be no register: UPHELD_IO "is-a-directory", "not-readable", "io-error"; UPHELD_DATABASE "not-a-register". */
upheld_status upheld_db_place(const char *path, upheld_place *place, upheld_error *err);
/* A write-ahead log with content lies beside path: then the file alone is not the whole register. */
bool upheld_db_has_log(const upheld_allocator *a, const char *path);

/*
** Opens path (":memory:" too). A file that may not be written is opened for reading. Foreign keys are on, every commit is
** synced, waits for another program are bounded by busy_ms. *out is NULL after a failure.
*/
upheld_status upheld_db_open(upheld_db **out, const upheld_allocator *a, const char *path, unsigned how, int busy_ms,
                             upheld_error *err);
void upheld_db_close(upheld_db *db); /* finalises all statements; an open transaction is rolled back; NULL is allowed */
upheld_status upheld_db_exec(upheld_db *db, const char *sql, upheld_error *err);
/* First column of the first row, as an integer; 0 without a row. sql as for upheld_db_get. */
upheld_status upheld_db_number(upheld_db *db, const char *sql, int64_t *value, upheld_error *err);

/*
** A statement ready to bind. The cache knows it by the address of its text, so sql must be static and of one place. Asking
** for one that is in use gives another of the same text, so that a callback may use the register.
*/
upheld_status upheld_db_get(upheld_db *db, const char *sql, upheld_statement **out, upheld_error *err);
/* Parameters count from 1. A failure to bind is told by the next step. Text is copied; the empty slice binds NULL. */
void upheld_db_bind(upheld_statement *s, int at, int64_t value);
void upheld_db_bind_null(upheld_statement *s, int at);
void upheld_db_bind_text(upheld_statement *s, int at, upheld_text t);
/* Bytes, which must stay where they are until the statement is done; the empty slice is no bytes, not NULL. upheld_db_text reads them. */
void upheld_db_bind_bytes(upheld_statement *s, int at, upheld_text t);
/* One row further. */
upheld_status upheld_db_step(upheld_statement *s, bool *row, upheld_error *err);
/* Gives the statement back to the cache; NULL is allowed. */
void upheld_db_done(upheld_statement *s);
/* Steps to the end and gives the statement back. */
upheld_status upheld_db_run(upheld_statement *s, upheld_error *err);

/*
** Rows that the caller makes, for a statement INSERT ... SELECT n0, n1 ... t0, t1 FROM upheld_rows: it takes them one after the other without
** binding and stepping each. Between feed and the end of that statement; no other may read upheld_rows meanwhile.
*/
void upheld_db_feed(upheld_db *db, const upheld_db_rows *rows);

/* Another file's tables as those of the schema `side`; at most one at a time. detach: not while a transaction has read them. */
upheld_status upheld_db_attach(upheld_db *db, const char *path, upheld_error *err);
void upheld_db_detach(upheld_db *db);

/* Columns count from 0. NULL reads as 0 and as the empty slice; text is valid until the next step. */
upheld_db_kind upheld_db_type(upheld_statement *s, int column);
bool upheld_db_null(upheld_statement *s, int column);
int64_t upheld_db_int(upheld_statement *s, int column);
upheld_text upheld_db_text(upheld_statement *s, int column);

/*
** The first `size` bytes of a column of bytes, without reading the rest: of one row after the other of the same table (of this
** connection's own tables, if temporary). *b is NULL at first; upheld_db_bytes_done gives it back, and must come before the end of the
** transaction. A row that is not there, or is shorter: UPHELD_DATABASE.
*/
upheld_status upheld_db_bytes_read(upheld_db *db, upheld_bytes **b, bool temporary, const char *table, const char *column, int64_t row,
                                   char *out, size_t size, upheld_error *err);
void upheld_db_bytes_done(upheld_bytes *b); /* NULL is allowed */

int64_t upheld_db_changes(upheld_db *db);       /* rows that the last statement wrote */
int64_t upheld_db_total_changes(upheld_db *db); /* rows that this connection ever wrote */
int64_t upheld_db_last_id(upheld_db *db);       /* row id of the last insert */
bool upheld_db_in_transaction(upheld_db *db);   /* false also after SQLite rolled back on its own, as on a full disk */
bool upheld_db_read_only(upheld_db *db);
/* Whether triggers (foreign keys) are in force for what this connection writes: they are unless it was said otherwise. */
void upheld_db_triggers(upheld_db *db, bool on);
void upheld_db_foreign_keys(upheld_db *db, bool on);
void upheld_db_wait(upheld_db *db, int busy_ms); /* how long to wait for another program */
bool upheld_db_moved(upheld_db *db);            /* the file was deleted or replaced since it was opened */
/* Turns the write-ahead log on where the file system allows it; does not wait, and failing is no fault: all works without. */
void upheld_db_use_log(upheld_db *db, int busy_ms);

UPHELD_END

#endif
