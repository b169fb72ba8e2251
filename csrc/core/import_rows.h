/*
** import_rows.h: what the parts of the import share: import.c (files, order, commit), import_directory.c (authorities,
** population, recipients), import_decisions.c (decisions, compliance), import_published.c. Others include import.h.
** Owns: the state of one import. A row handler pushes faults into the sheet; it writes only when the sheet has none for the row.
*/
#ifndef UPHELD_IMPORT_ROWS_H
#define UPHELD_IMPORT_ROWS_H

#include "import.h"
#include "keys.h"
#include "register_bulk.h"
#include "seen.h"
#include "sheet.h"

typedef struct upheld_importer upheld_importer;

enum { UPHELD_ROW_BYTES = 100 }; /* of a typical decision, to expect that many keys */

/*
** How a reference that comes again is known. What a record said is needed only where its reference comes again, which is seldom. So
** a one-off whose files can be read twice reads them once to the end, keeping a bit for each reference (keys.h). If none came again,
** that was all. Else everything is forgotten but which ones did, and the files are read again, keeping what those said.
*/
typedef enum upheld_reading {
  UPHELD_READING_ONLY,   /* what every record said is kept */
  UPHELD_READING_FIRST,  /* of none: one that comes again is left, for there will be another reading */
  UPHELD_READING_AGAIN,  /* of those that came again */
  UPHELD_READING_BULK    /* into a register: of those that come again, when they do; the others are written in bulk (register_bulk.h) */
} upheld_reading;

/* The rejected rows of one file. */
typedef struct upheld_rejects {
  upheld_buffer rows;
  upheld_kind kind;
} upheld_rejects;

/* Columns of decisions.csv. */
enum {
  UPHELD_D_REFERENCE, UPHELD_D_AUTHORITY, UPHELD_D_CODE, UPHELD_D_DECIDED, UPHELD_D_OUTCOME, UPHELD_D_AREA, UPHELD_D_RECEIVED,
  UPHELD_D_REMEDIED, UPHELD_D_DUE, UPHELD_D_COMPLIANCE, UPHELD_D_RECORDED, UPHELD_D_URL, UPHELD_D_KIND
};

/* How files of a kind are read. */
typedef struct upheld_kind_rules {
  const char *name;
  const upheld_sheet_column *columns;
  int column_count;
  upheld_status (*row)(upheld_importer *im);
  upheld_status (*end)(upheld_importer *im); /* after the last row; NULL allowed */
  upheld_status (*plain)(upheld_importer *im, const upheld_plain_row *row, bool *taken); /* where nothing is kept of rows; NULL allowed */
} upheld_kind_rules;

/* A row of authorities.csv whose successors are looked up once all are known. */
typedef struct upheld_successors {
  int64_t line;
  const char *codes;
} upheld_successors;

/* The name that stood last beside a code, and was the authority's. */
typedef struct upheld_name_beside {
  uint32_t size; /* 0: none yet */
  char name[64];
} upheld_name_beside;

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
  upheld_reader *reader;      /* of the file being read */
  int64_t import;             /* the register's id of the file */
  uint16_t file;              /* its index in the report */
  bool header_read, unusable, from_row; /* from_row: the reader stopped because a row's handler failed */
  upheld_date first, last;    /* days of the compliance clock in this file */

  upheld_reading reading;
  upheld_keys met;            /* references of decisions and compliance outcomes; not of the only reading */
  upheld_bulk *bulk;          /* of the bulk reading; NULL before the first file of decisions */
  const char *path;           /* of the file being read, */
  int64_t done, total;        /* and what progress was told of it */
  upheld_seen decisions;      /* keys of all decision files, and of compliance outcomes in a one-off: those that are kept */
  upheld_seen keys;           /* keys of the file being read, for the other kinds */
  upheld_memo names, codes, outcomes, areas, compliance;
  upheld_name_beside *beside; /* by authority, once the directory is complete */
  size_t beside_count;
  upheld_dict types;          /* types without peers that this file was warned of */
  upheld_successors *successors;
  size_t successor_count, successor_capacity;
  upheld_sheet_column published[UPHELD_SHEET_COLUMNS]; /* columns of published.csv by the scheme */
  int published_count;
  int suggestions;            /* how many names were searched for near ones: that is slow */
};

UPHELD_BEGIN

/* A row of decisions.csv in which nothing is out of the ordinary is counted; others are left (import_plain.c). */
upheld_status upheld_plain_decision(upheld_importer *im, const upheld_plain_row *row, bool *taken);
/* Whether a remedy and compliance may stand with the outcome. */
static inline bool upheld_is_remedying(const upheld_scheme *s, uint8_t outcome) {
  return outcome != UPHELD_NO_CODE && (s->remedying & UPHELD_BIT(outcome)) != 0;
}

/*
** Whether nothing is to be said of a record whose cells are all good: as check_decision and look_at_decision (import_decisions.c) have it, a condition
** each. (It may be false of a record of which they say nothing: that only takes longer.)
*/
static inline bool upheld_decision_is_plain(const upheld_importer *im, const upheld_record *r) {
  const upheld_authority *a = &im->directory->items[r->authority];
  bool open = r->outcome == UPHELD_NO_CODE, undecided = r->decided == UPHELD_NO_DATE, unreceived = r->received == UPHELD_NO_DATE;
  if (open != undecided || (open && unreceived)) return false;
  if (!unreceived && !undecided && r->decided < r->received) return false;
  if ((r->remedied == 1 || r->compliance != UPHELD_NO_CODE) && !upheld_is_remedying(im->scheme, r->outcome)) return false;
  if (r->compliance == UPHELD_NO_CODE ? r->recorded != UPHELD_NO_DATE : upheld_record_compliance_day(r) == UPHELD_NO_DATE) return false;
  if (r->recorded != UPHELD_NO_DATE && (undecided || r->recorded < r->decided)) return false;
  if (undecided) return true;
  return (a->valid_to == UPHELD_NO_DATE || r->decided <= a->valid_to) &&
         (a->valid_from == UPHELD_NO_DATE || r->decided >= a->valid_from);
}
/* UPHELD_IO "file-changed": the second reading found what the first had not. */
upheld_status upheld_file_changed(upheld_importer *im);
/* Whether this name stood beside the authority's code before: both columns are nearly always as they were. */
static inline bool upheld_stood_beside(const upheld_importer *im, int32_t authority, upheld_text name) {
  if (im->beside == NULL) return false;
  const upheld_name_beside *b = &im->beside[authority];
  if (b->size != name.size || name.size < 8) return false;
  return upheld_word_at(b->name) == upheld_word_at(name.at) && upheld_memo_same(b->name, name.at, name.size) &&
         upheld_word_at(b->name + name.size - 8) == upheld_word_at(name.at + name.size - 8);
}

/* import_bulk.c: before the first file of decisions for a register: by rows or in bulk. */
upheld_status upheld_choose_reading(upheld_importer *im);
/* Of the bulk reading: keeps in im->decisions what this file said under the reference. */
upheld_status upheld_recall(upheld_importer *im, uint64_t reference);
/* What a row said by itself, whatever an earlier file's values made of it: tells a repeat within one file. */
uint64_t upheld_row_hash(const upheld_record *r);
/* Tells progress of the file being read (ud is the importer); false: to stop. */
bool upheld_import_goes_on(void *ud);

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

/* Writes the files of rejected rows: PATH for the first, others beside it (import.h). A failure is a fatal fault of the report. */
upheld_status upheld_rejects_write(upheld_importer *im, const upheld_rejects *list, size_t count);
/*
** Fails (UPHELD_MISUSE "rejects-is-input") when writing to path would overwrite an input of the import, or the register.
*/
upheld_status upheld_refuse_overwriting(upheld_importer *im, const char *path);

UPHELD_END

#endif
