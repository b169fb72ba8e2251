/*
** reader.h: CSV bytes -> rows of fields (RFC 4180). Knows quoting and line
** numbers, nothing of columns or meaning.
** Owns the promise: any split of the same bytes into chunks gives the same rows, the same line numbers and the same
** fault. Nothing is guessed: comma separates, the double quote quotes, "" inside quotes is one quote, LF or CRLF ends a
** row (a lone CR inside an unquoted field is data, and then part of the field; CR is dropped only directly before LF or
** before the end of the file), a UTF-8 BOM at the very beginning is skipped, the last row needs no line end. Empty lines
** are skipped (they have no fields), but counted as lines.
** A quote inside an unquoted field, or bytes between a closing quote and the next comma, make the row faulty: it is
** delivered with its `fault` set (the first one of the row), so that the caller can reject it and go on. The field with
** text behind its closing quote is delivered as it stands in the file, quotes and all.
*/
#ifndef UPHELD_READER_H
#define UPHELD_READER_H

#include "alloc.h"
#include "index.h"

typedef enum upheld_row_fault {
  UPHELD_ROW_OK = 0,
  UPHELD_ROW_STRAY_QUOTE,  /* a quote within an unquoted field */
  UPHELD_ROW_AFTER_QUOTE   /* text between a closing quote and the comma */
} upheld_row_fault;

/* One row; every pointer is valid only during the call that receives it. */
typedef struct upheld_row {
  const upheld_text *fields; /* unescaped */
  size_t count;
  int64_t line;              /* line on which the row begins; the first line of the file is 1 */
  upheld_text raw;           /* the row's bytes as they were, without its line end */
  upheld_row_fault fault;
  bool ascii;                /* no byte of the row is above 127: UTF-8 needs no check */
} upheld_row;

/* Receives each row. Anything but UPHELD_OK stops the reader, which returns that status. */
typedef upheld_status (*upheld_row_fn)(void *ud, const upheld_row *row, upheld_error *err);

/*
** Rows as their bytes stand in the file, as index.h has found them. Row k ends at ends[rows[k].last]; the fields of the first one end from
** ends[first] on, and it begins behind ends[first - 1]. All are offsets from text, of which size bytes may be read. A quoted field stands
** with its quotes, and is well quoted. high: bytes above 127 may be among them.
*/
typedef struct upheld_plain_rows {
  const char *text;
  size_t size;
  const uint32_t *ends;
  const upheld_index_row *rows;
  size_t count, first;
  int64_t line; /* of the first one */
  bool high;
} upheld_plain_rows;

enum { UPHELD_PLAIN_ROW = 4096 }; /* bytes of the longest row that may be taken so */

/*
** Is offered the rows that the reader finds in bulk, and takes those before the first that it does not want: *taken. That one is given as any
** other, with fields; then those behind it are offered. Empty rows and longer ones than UPHELD_PLAIN_ROW must be left.
*/
typedef upheld_status (*upheld_plain_fn)(void *ud, const upheld_plain_rows *rows, size_t *taken, upheld_error *err);

typedef struct upheld_reader upheld_reader; /* opaque */

UPHELD_BEGIN

/*
** A reader that calls on_row for each row. max_field: bytes a field may have as it stands in the file, without the quotes
** around it but with doubled quotes counted as two (0 means UPHELD_MAX_FIELD). *out is NULL after a failure.
*/
upheld_status upheld_reader_open(upheld_reader **out, const upheld_allocator *a, size_t max_field,
                                 upheld_row_fn on_row, void *ud, upheld_error *err);
/* The first bytes stand within a file, at the beginning of a row: there is no BOM. Its lines are counted from there. Before the first bytes. */
void upheld_reader_within(upheld_reader *r);
/* Whether all rows begun have ended. */
bool upheld_reader_between(const upheld_reader *r);
/* Line ends met so far. */
int64_t upheld_reader_lines(const upheld_reader *r);
/* Offers rows to on_plain first, from the next row found on; NULL: no more. It may be called while a row is received. */
void upheld_reader_offer(upheld_reader *r, upheld_plain_fn on_plain);
/*
** How rows are looked for: 0 the best way of this machine (that of a new reader), then the others (index.h), then byte by byte. All give
** the same rows: for tests and measurements, before the first bytes.
*/
void upheld_reader_look(upheld_reader *r, size_t look);
const char *upheld_reader_look_name(size_t look); /* NULL beyond the last */
upheld_wide upheld_reader_look_wide(size_t look); /* what the way needs of the machine: others may use it too */
/*
** Feeds size bytes. UPHELD_FAULT with err->line (of the row) and code "nul-byte" (a NUL byte: binary or UTF-16),
** "field-too-long" (message names the limit and its name UPHELD_MAX_FIELD), or "too-many-columns". After a failure only
** close is allowed. The bytes need not outlive the call.
*/
upheld_status upheld_reader_feed(upheld_reader *r, const char *bytes, size_t size, upheld_error *err);
/* Ends the input: delivers the last row. UPHELD_FAULT "unclosed-quote" with the line where the quoted field's row begins. */
upheld_status upheld_reader_finish(upheld_reader *r, upheld_error *err);
void upheld_reader_close(upheld_reader *r); /* NULL is allowed */

UPHELD_END

#endif
