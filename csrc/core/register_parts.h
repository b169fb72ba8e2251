/*
** register_parts.h: what the parts of the register share among themselves: register.c (opening, transactions),
** register_schema.c (tables, migrations, the scheme's memory), register_write.c, register_read.c. Others include register.h.
** Owns: the fields of upheld_register. `stored` is true only while the schema is in the file, or in the open transaction.
*/
#ifndef UPHELD_REGISTER_PARTS_H
#define UPHELD_REGISTER_PARTS_H

#include "register.h"
#include "register_sql.h"
#include "text.h"

enum { UPHELD_NOW_SIZE = 21 }; /* "2026-05-01T12:00:00Z" and NUL */

struct upheld_register {
  upheld_allocator allocator;
  const upheld_scheme *scheme;
  char *path;
  size_t path_size;
  int busy_ms;
  upheld_db *db;    /* NULL while there is no file */
  bool stored;      /* the file holds a register of this scheme: the tables are there */
  bool grown;       /* the scheme has labels that the file does not know yet: written at the next begin */
  bool writing;     /* between begin and commit or rollback */
  bool made_file;   /* by the open transaction: removed again when it is rolled back */
  bool made_schema; /* by the open transaction */
  char now[UPHELD_NOW_SIZE];
  upheld_buffer reason; /* of the open transaction */
  int64_t stamp, seen_version, seen_changes; /* see upheld_register_stamp */
  unsigned notes;   /* see upheld_register_notes */
  bool changed;     /* the connection was changed since the last stamp */
  struct upheld_chunks *chunks; /* register_chunks.h; NULL until they are used */
};

/* What a file holds. */
typedef enum upheld_content {
  UPHELD_CONTENT_NOTHING, /* an empty database */
  UPHELD_CONTENT_REGISTER
} upheld_content;

UPHELD_BEGIN

/* register.c: connects for reading when that was not done yet; *stored false: behave as an empty register. */
upheld_status upheld_register_ready(upheld_register *r, bool *stored, upheld_error *err);
/* UPHELD_MISUSE unless a transaction is open; UPHELD_DATABASE "transaction-lost" when SQLite gave it up after a failure. */
upheld_status upheld_register_writable(const upheld_register *r, upheld_error *err);

/* register_read.c: a record from a row in the order of its selections, but for the authority, which is a row id in it. */
void upheld_register_fill(upheld_statement *s, const upheld_scheme *words, upheld_record *rec);
/* Counters that a record moves on one clock (scheme.h lists them). */
uint64_t upheld_register_counters(const upheld_scheme *s, const upheld_record *rec, upheld_clock clock);

/* register_schema.c: tells an empty file from a register, refuses everything else and what is newer; *version: the schema's. */
upheld_status upheld_schema_inspect(upheld_db *db, upheld_content *content, int64_t *version, upheld_error *err);
/* The scheme must be the one that is remembered; *grown: it has further labels. */
upheld_status upheld_schema_check(upheld_db *db, const upheld_scheme *s, bool *grown, upheld_error *err);
/* Within a transaction: runs the migrations after `version` (0: all, on an empty file). */
upheld_status upheld_schema_migrate(upheld_db *db, int64_t version, upheld_error *err);
/* Within a transaction: writes the scheme's name, labels and the view that shows them. */
upheld_status upheld_schema_remember(upheld_db *db, const upheld_scheme *s, upheld_error *err);
/* The remembered scheme's name, "" when there is none. */
upheld_status upheld_schema_scheme_name(upheld_db *db, char name[64], upheld_error *err);

UPHELD_END

#endif
