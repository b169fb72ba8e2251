/*
** import_rows.h: what the parts of the import share: import.c (files, order, commit), import_directory.c (authorities,
** population, recipients), import_decisions.c (decisions, compliance), import_published.c. Others include import.h.
** Owns: the state of one import. A row handler pushes faults into the sheet; it writes only when the sheet has none for the row.
*/
#ifndef UPHELD_IMPORT_ROWS_H
#define UPHELD_IMPORT_ROWS_H

#include "import.h"
#include "seen.h"
#include "sheet.h"

typedef struct upheld_importer upheld_importer;

/* How files of a kind are read. */
typedef struct upheld_kind_rules {
  const char *name;
  const upheld_sheet_column *columns;
  int column_count;
  upheld_status (*row)(upheld_importer *im);
  upheld_status (*end)(upheld_importer *im); /* after the last row; NULL allowed */
} upheld_kind_rules;

/* A row of authorities.csv whose successors are looked up once all are known. */
typedef struct upheld_successors {
  int64_t line;
  const char *codes;
} upheld_successors;

struct upheld_importer {
  upheld_allocator allocator;
  const upheld_scheme *scheme;
  const upheld_import_options *options;
  upheld_report *report;
  upheld_error *err;

  upheld_register *target;    /* NULL in a one-off */
  upheld_evidence *evidence;  /* NULL when a register is written */
  upheld_directory *directory;
  upheld_directory own_directory; /* of the register */
  bool begun;                 /* the register's transaction is open */
  bool ready;                 /* the directory is complete: rows may be matched */

  upheld_sheet sheet;         /* the file being read */
  const upheld_kind_rules *rules;
  int64_t import;             /* the register's id of the file */
  uint16_t file;              /* its index in the report */
  bool header_read, unusable, from_row; /* from_row: the reader stopped because a row's handler failed */
  upheld_date first, last;    /* days of the compliance clock in this file */

  upheld_seen decisions;      /* keys of all decision files, and of compliance outcomes in a one-off */
  upheld_seen keys;           /* keys of the file being read, for the other kinds */
  upheld_memo names, codes, outcomes, areas, compliance;
  upheld_dict types;          /* types without peers that this file was warned of */
  upheld_successors *successors;
  size_t successor_count, successor_capacity;
  upheld_sheet_column published[UPHELD_SHEET_COLUMNS]; /* columns of published.csv by the scheme */
  int published_count;
  int suggestions;            /* how many names were searched for near ones: that is slow */
};

UPHELD_BEGIN

/* The rules of a kind; those of published files are filled from the scheme when the import begins. */
upheld_kind_rules upheld_rules_of(const upheld_importer *im, upheld_kind kind);
extern const upheld_kind_rules upheld_authority_rules, upheld_population_rules, upheld_recipient_rules, upheld_decision_rules,
  upheld_compliance_rules, upheld_published_rules;
/* Fills im->published from the scheme. */
void upheld_published_columns(upheld_importer *im);

/* The authority of the row by a column with names and one with codes (-1: none), or -1 with an error reported. */
int upheld_row_authority(upheld_importer *im, int name_column, int code_column);
/*
** Looks for the key among im->keys and adds it when it is new. True: the row is new in its file. False: it is an error, or a
** repeat that was reported and counted as unchanged. what names the key in messages.
*/
bool upheld_row_is_new(upheld_importer *im, uint64_t reference, uint32_t authority, const uint64_t content[2], int column,
                       const char *what);
/* Counts what the register did with the row. */
void upheld_row_did(upheld_importer *im, upheld_applied did);
/* No error in this row so far. */
static inline bool upheld_row_good(const upheld_importer *im) {
  return im->sheet.row_errors == 0 && im->sheet.status == UPHELD_OK;
}
/* Counts of the file being read. */
static inline upheld_report_file *upheld_file_counts(const upheld_importer *im) {
  return &im->report->files[im->report->file_count - 1];
}

/*
** Fails (UPHELD_MISUSE "rejects-is-input") when writing to path would overwrite an input of the import, or the register.
*/
upheld_status upheld_refuse_overwriting(upheld_importer *im, const char *path);

UPHELD_END

#endif
