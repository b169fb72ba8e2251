/*
** faults.h: everything an import has to say about its input, in the order of the files and their lines.
** Owns: the report, and the promise that read = accepted + rejected for each file.
*/
#ifndef UPHELD_FAULTS_H
#define UPHELD_FAULTS_H

#include <stdarg.h>

#include "alloc.h"

typedef enum upheld_severity {
  UPHELD_WARNING, /* the row is kept */
  UPHELD_ERROR,   /* the row is rejected */
  UPHELD_FATAL    /* nothing is written */
} upheld_severity;

typedef struct upheld_fault_entry {
  const char *code;     /* "bad-date"; static text, or in the report's arena */
  upheld_severity severity;
  int32_t file;         /* index into files */
  int64_t line;         /* the row's first line, header = 1; 0 = the whole file */
  const char *column;   /* heading or "" */
  const char *value;    /* what was found (cut at 200 bytes) or "" */
  const char *message;  /* sentence without the place */
  const char *hint;     /* remedy or "" */
} upheld_fault_entry;

typedef struct upheld_report_file {
  const char *path;     /* as given */
  const char *kind;     /* "decisions" */
  char sha256[65];      /* of the bytes read, "" when unreadable */
  int64_t read, accepted, rejected, unchanged, corrected, completed; /* rows; accepted includes the three after it */
  int64_t warnings;
} upheld_report_file;

typedef struct upheld_report {
  upheld_allocator allocator;
  upheld_arena arena;
  bool written;         /* the transaction was committed */
  upheld_report_file *files;
  size_t file_count, file_capacity;
  upheld_fault_entry *faults;
  size_t fault_count, fault_capacity;
  int64_t unlisted;     /* faults beyond UPHELD_MAX_FAULTS, counted only */
  int64_t fatal, errors, warnings; /* totals by severity, unlisted ones included */
} upheld_report;

UPHELD_BEGIN

void upheld_report_init(upheld_report *r, const upheld_allocator *a);
void upheld_report_free(upheld_report *r);
/* Starts the next file; *index is its place. */
upheld_status upheld_report_file_add(upheld_report *r, const char *path, const char *kind, size_t *index, upheld_error *err);
/*
** Adds a fault to the newest file. code must be static text; hint NULL or "": none; message by printf rules, cut at 1 KiB.
** Beyond UPHELD_MAX_FAULTS it is counted only.
*/
upheld_status upheld_report_add(upheld_report *r, upheld_severity severity, const char *code, int64_t line,
                                upheld_text column, upheld_text value, const char *hint, upheld_error *err,
                                const char *format, ...) UPHELD_PRINTF(9, 10);
upheld_status upheld_report_addv(upheld_report *r, upheld_severity severity, const char *code, int64_t line, upheld_text column,
                                 upheld_text value, const char *hint, upheld_error *err, const char *format,
                                 va_list arguments) UPHELD_PRINTF(9, 0);
/* Adds what a failed call of the core says as a fatal fault of the newest file. what and err may be the same. */
upheld_status upheld_report_fatal(upheld_report *r, const upheld_error *what, upheld_error *err);
/*
** Adds the faults of another report, of one file, to the newest file of this one, as if each had been added here: lines are as many
** further on. Its counts of rows are left to the caller.
*/
upheld_status upheld_report_append(upheld_report *r, const upheld_report *from, int64_t lines, upheld_error *err);
/* "warning", "error" or "fatal". */
const char *upheld_severity_name(upheld_severity severity);
/* Appends "decisions.csv:118: column \"decided_date\": 2020-02-30 is not a date (bad-date)", then "; " and the hint when it has one. */
void upheld_fault_text(const upheld_report *r, const upheld_fault_entry *f, upheld_buffer *out);
/* The JSON of `import --json` (DESIGN.md section 7). */
void upheld_report_json(const upheld_report *r, upheld_buffer *out);
/*
** One line a file, without a line end after the last: "decisions.csv: 17412 read, 17409 accepted, 3 rejected, 12 warnings",
** then in brackets what was unchanged, completed and corrected, if anything; and "; stopped by a fatal fault".
*/
void upheld_report_summary(const upheld_report *r, upheld_buffer *out);

UPHELD_END

#endif
