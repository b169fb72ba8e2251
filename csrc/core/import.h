/*
** import.h: files of the kinds named below -> checked rows -> register, or straight to evidence (a one-off).
** Owns: the order (authorities, population, recipients, decisions, compliance, published), the rules of each row with their
** fault codes, the detection of repeated keys, and the decision to commit. One implementation serves both targets.
**
** Codes of faults. Fatal: nothing is written; a file whose meaning rests on the broken one is not read.
**   no-such-file is-a-directory not-readable io-error        the file cannot be read
**   nul-byte unclosed-quote field-too-long too-many-columns  it is no CSV text, or ends within a quoted field
**   empty-file bad-header-encoding                           there is no header, or it is not UTF-8
**   missing-column duplicate-heading                         a required column is not there; two columns have one heading
**   no-authorities                                           nothing to match authorities with
**   too-many-authorities                                     UPHELD_MAX_AUTHORITIES
**   no-such-directory not-writable disk-full ...             the file of rejected rows could not be written (files.h)
** Error: the row is rejected; all errors of a row are reported.
**   ragged-row stray-quote invalid-utf8                      the row cannot be split into cells; nothing else is checked
**   missing-value bad-reference bad-date bad-number bad-yes-no bad-year bad-code value-too-long
**   unknown-outcome unknown-service-area unknown-compliance-outcome
**   unknown-authority ambiguous-authority authority-mismatch
**   decided-without-outcome outcome-without-date decided-before-received
**   remedied-without-upheld remedied-conflict compliance-without-upheld
**   duplicate-key                                            the key stands in this file already, with different content
**   unknown-reference ambiguous-reference                    compliance.csv without an authority: no decision, or several
**   counts-disagree rate-out-of-range                        published.csv
**   ended-before-begun                                       authorities.csv: valid_to before valid_from
** Warning: the row is kept.
**   extra-columns unused-mapping no-rows                     of the file
**   not-read                                                 the file, since one that it rests on had a fatal fault
**   repeated-row                                             the same once more: counts as unchanged
**   open-without-received                                    an open case without a date: it counts on no clock
**   authority-ended authority-not-yet                        a date outside the authority's span
**   compliance-without-date compliance-before-decision compliance-date-alone unknown-decision
**   sample-differs                                           the register's complete row stays
**   open-again                                               a decided case arrives open: it is open now
**   withdrawn-decision                                       the decision is withdrawn, and stays so
**   compliance-silenced                                      the outcome became one without compliance: a stored one counts no more
**   type-without-peers unknown-successor type-differs        the first only of a type that nearly is one of the scheme
*/
#ifndef UPHELD_IMPORT_H
#define UPHELD_IMPORT_H

#include "register.h"

typedef enum upheld_kind {
  UPHELD_KIND_AUTHORITIES, UPHELD_KIND_POPULATION, UPHELD_KIND_RECIPIENTS,
  UPHELD_KIND_DECISIONS, UPHELD_KIND_COMPLIANCE, UPHELD_KIND_PUBLISHED, UPHELD_KINDS
} upheld_kind;

typedef struct upheld_import_file { const char *path; upheld_kind kind; } upheld_import_file;
typedef struct upheld_column_map { const char *column, *heading; } upheld_column_map; /* canonical column <- heading in the file */

typedef struct upheld_import_options {
  const upheld_import_file *files; /* any order; processed by kind, then in the order given */
  size_t file_count;
  /*
  ** Holds for every file that has the column: it is found under the mapped heading, or where that is absent under its own name. A
  ** heading that no file has is an "unused-mapping" warning.
  */
  const upheld_column_map *columns;
  size_t column_count;
  bool uk_dates;        /* also take 31/03/2020 */
  bool windows_1252;    /* the files are Windows-1252 */
  bool sample, strict, dry_run;
  bool row_by_row;      /* put each decision into the register by itself: the slow way, which comes to the same; for tests */
  const char *reason;   /* of corrections; "" none */
  const char *now;      /* "2026-05-01T12:00:00Z"; the core reads no clock */
  /*
  ** File for rejected rows, NULL none: the header and the rows as they were, with the columns upheld_line, upheld_code,
  ** upheld_reason behind (which are ignored when the mended file is imported again). The first input file with rejected rows
  ** writes it; a further one, PATH with "-KIND" or "-KIND-2" before its extension. Written also in a dry run; before the
  ** register is committed.
  */
  const char *rejects;
  /* Called about every megabyte; false stops (UPHELD_INTERRUPTED, nothing written). NULL allowed. total -1: unknown. */
  bool (*progress)(void *ud, const char *path, int64_t bytes, int64_t total);
  void *progress_ud;
  /*
  ** Threads that read, the calling one among them; 0 and 1: that one alone. At most UPHELD_MAX_THREADS. Several read only regular files of
  ** decisions in a one-off whose files are all regular, and there the first reading (import_rows.h); the outcome is the same for any number.
  ** progress is called from the calling thread alone, and no thread is left when the call returns. Calls of the report's allocator never
  ** overlap, but may come from any of the threads.
  */
  size_t threads;
  size_t segment; /* for tests: bytes that a thread takes at once; 0: as many as are found best */
  size_t look;    /* for tests: how rows are looked for (reader.h) */
} upheld_import_options;

enum { UPHELD_MAX_THREADS = 64 };

UPHELD_BEGIN

/*
** Imports into a register. UPHELD_OK also when rows were rejected or a fatal fault stopped it: the report says so (written false,
** report->fatal > 0). Other statuses: the register or memory failed, interrupted, wrong options (UPHELD_MISUSE "no-files",
** "too-many-files", "unknown-column"); nothing is written then.
*/
upheld_status upheld_import(upheld_register *r, const upheld_import_options *o, upheld_report *report, upheld_error *err);
/*
** The same files straight to evidence; no register, and no SHA-256. `out` is init'ed by the caller and sealed here. Of several
** files of decisions, a later file's row completes or corrects an earlier file's. report->written stays false.
*/
upheld_status upheld_import_evidence(const upheld_scheme *s, const upheld_import_options *o, upheld_evidence *out,
                                     upheld_report *report, upheld_error *err);
/* Processors of the machine, 1 at least: as many threads may be of use. */
size_t upheld_processors(void);
const char *upheld_kind_name(upheld_kind kind); /* "authorities" ... */

UPHELD_END

#endif
