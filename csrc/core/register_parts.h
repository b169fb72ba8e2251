/*
** register_parts.h: what the parts of the register share among themselves: register.c (opening, transactions),
** register_schema.c (tables, migrations, the scheme's memory), register_write.c, register_read.c, register_load.c and those of the derived
** forms. Others include register.h.
** Owns: the fields of upheld_register. `stored` is true only while the schema is in the file, or in the open transaction.
*/
#ifndef UPHELD_REGISTER_PARTS_H
#define UPHELD_REGISTER_PARTS_H

#include "register_derived.h"
#include "register_sql.h"
#include "text.h"

enum { UPHELD_NOW_SIZE = 21 }; /* "2026-05-01T12:00:00Z" and NUL */

/* What rows count for; of the open transaction, as differences (register_tally.h). */
typedef struct upheld_counts {
  upheld_tally tally;
  int64_t complied[UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 1]; /* outcomes of compliance files, by year: that there are any says that it is told of */
} upheld_counts;

/* From row ids of authorities to indexes in a directory; ids are small and dense. */
typedef struct upheld_index_map {
  upheld_allocator allocator;
  uint32_t *index; /* UINT32_MAX: none */
  size_t size;
} upheld_index_map;

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
  bool kept[UPHELD_FORMS]; /* derived forms that the open transaction keeps (register_derived.h) */
  upheld_counts *counts;   /* see register_tally.c; NULL: no row has changed yet */
  struct upheld_chunks *chunks; /* see register_chunks.h; NULL until they are used */
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

/* register_read.c: what another tool may have written: a date or a code that cannot be reads as not recorded. */
upheld_date upheld_column_date(upheld_statement *s, int column);
uint8_t upheld_column_code(upheld_statement *s, int column, int count);
upheld_status upheld_map_make(upheld_index_map *m, const upheld_allocator *a, const upheld_directory *d, upheld_error *err);
void upheld_map_free(upheld_index_map *m);
/* The index, or UINT32_MAX. */
uint32_t upheld_map_find(const upheld_index_map *m, int64_t id);
/* The same, where none is UPHELD_DATABASE "stale-directory". */
upheld_status upheld_map_authority(const upheld_index_map *m, int64_t id, uint32_t *index, upheld_error *err);

/* register_read.c: a record from a row in the order of its selections, but for the authority, which is a row id in it. */
void upheld_register_fill(upheld_statement *s, const upheld_scheme *words, upheld_record *rec);
/* upheld_register_select from the rows themselves. */
upheld_status upheld_register_select_rows(upheld_register *r, const upheld_directory *d, const upheld_selection *what,
                                          upheld_records_fn fn, void *ud, upheld_error *err);
/* One key's record as it would be selected, with the stored texts, which live until *open is given back; *found false: there is none. */
upheld_status upheld_register_select_key(upheld_register *r, const upheld_selection *what, uint64_t reference, int64_t authority,
                                         upheld_record *out, upheld_statement **open, bool *found, upheld_error *err);
/* Whether a record of a selection's days and clock moves the counters that it asks for, and has the codes that it takes. */
bool upheld_register_wanted(const upheld_scheme *s, const upheld_selection *what, const upheld_record *rec);
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
