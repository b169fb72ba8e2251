/*
** sheet.h: a file being imported as named columns of checked cells.
** Owns: which column of the file is which; the faults of a single cell (code, message, hint); that a row with any error is rejected,
** once, with all its errors; the bytes of the file of rejected rows. It knows nothing of what a column means.
**
** Use: init, header once, then for each row: begin_row; if true, cells and the caller's own faults; end_row. Memory failing is kept
** (status) and given back by end_row, so that cells can be read without a check each.
*/
#ifndef UPHELD_SHEET_H
#define UPHELD_SHEET_H

#include "import.h"
#include "reader.h"

enum { UPHELD_SHEET_COLUMNS = 96, UPHELD_SHOWN = 100 /* bytes of a value in a message */ };

typedef enum upheld_need {
  UPHELD_OPTIONAL,
  UPHELD_REQUIRED,
  UPHELD_ONE_OF /* one at least of the columns so marked */
} upheld_need;

typedef struct upheld_sheet_column {
  const char *name; /* canonical */
  upheld_need need;
} upheld_sheet_column;

/* Results that are remembered by the bytes of a cell: the same few words and names come again and again. */
typedef struct upheld_memo_slot {
  char key[64];
  uint32_t size; /* of the key + 1; 0 empty */
  int32_t value;
} upheld_memo_slot;

typedef struct upheld_memo {
  upheld_memo_slot *slots;
  size_t count; /* a power of two */
} upheld_memo;

typedef struct upheld_sheet {
  upheld_allocator allocator;
  const upheld_import_options *options;
  upheld_report *report;
  const upheld_sheet_column *columns; /* the kind's */
  int column_count;
  int at[UPHELD_SHEET_COLUMNS];       /* field of each column, -1: the file has it not */
  bool *mapped;                       /* beside options->columns: the heading was found in some file */

  upheld_arena arena;                 /* headings */
  upheld_text *headings;              /* all of the file, as printed */
  size_t width, heading_capacity;
  size_t own_width;                   /* without upheld_line ... of an earlier file of rejected rows */

  const upheld_row *row;              /* the one now looked at */
  const upheld_text *cells;           /* its fields, as UTF-8 */
  upheld_text *converted;             /* Windows-1252: room for the fields of a row */
  size_t converted_capacity;
  upheld_buffer utf8;
  int row_errors;
  upheld_buffer codes, reasons;       /* of this row, for the rejected rows */
  upheld_buffer rejects;
  upheld_status status;               /* why a fault could not be kept */
  upheld_error *err;
} upheld_sheet;

UPHELD_BEGIN

/* columns must outlive the sheet. mapped: options->column_count flags of the whole import. */
void upheld_sheet_init(upheld_sheet *s, const upheld_allocator *a, const upheld_import_options *o, upheld_report *report,
                       const upheld_sheet_column *columns, int column_count, bool *mapped, upheld_error *err);
void upheld_sheet_free(upheld_sheet *s);

/* Finds the columns. *usable false: fatal faults were reported. */
upheld_status upheld_sheet_header(upheld_sheet *s, const upheld_row *row, bool *usable);
/* What the parts of a sheet share. Sets cells from the row: false when field *bad is not UTF-8. */
bool upheld_sheet_decode(upheld_sheet *s, size_t *bad);
/* Adds the row to the rejected ones, with three fields behind it. */
void upheld_sheet_add_reject(upheld_sheet *s, const char *line, const char *code, const char *reason);
/* Takes the next row and counts it as read. False: it cannot be split into cells, which has been reported. */
bool upheld_sheet_begin_row(upheld_sheet *s, const upheld_row *row);
/* Counts the row as accepted or rejected, and keeps a rejected one. */
upheld_status upheld_sheet_end_row(upheld_sheet *s);

/* Does the file have the column? */
bool upheld_sheet_has(const upheld_sheet *s, int column);
/* The trimmed cell, empty when blank or when the file has not the column. */
upheld_text upheld_sheet_cell(const upheld_sheet *s, int column);
/* The same; a blank cell is a missing-value error. */
upheld_text upheld_sheet_required(upheld_sheet *s, int column);
/* UPHELD_NO_DATE when blank, or bad (reported). */
upheld_date upheld_sheet_date(upheld_sheet *s, int column);
/* 1, 0, or UPHELD_NO_CODE when blank or bad: yes no true false y n 1 0 in any case. */
uint8_t upheld_sheet_yes_no(upheld_sheet *s, int column);
/* The code of a word, UPHELD_NO_CODE when blank or unknown (error `unknown`); *effect as upheld_vocabulary_find, may be NULL. */
uint8_t upheld_sheet_word(upheld_sheet *s, int column, const upheld_vocabulary *v, upheld_memo *memo, const char *unknown,
                          int *effect);
/* A whole number >= 0 of at most 12 digits; false when blank or bad (reported). */
bool upheld_sheet_count(upheld_sheet *s, int column, int64_t *value);
/* A decimal >= 0 with at most 9 digits after the point; false when blank or bad. */
bool upheld_sheet_decimal(upheld_sheet *s, int column, int64_t *scaled, int *decimals);
/* A reporting year 1974..2199, or 0 when blank (missing-value) or bad. */
int upheld_sheet_year(upheld_sheet *s, int column);

/* A fault of the row at a column (-1: none), with the cell as its value. An error rejects the row. */
void upheld_sheet_error(upheld_sheet *s, int column, const char *code, const char *hint, const char *format, ...)
  UPHELD_PRINTF(5, 6);
void upheld_sheet_warn(upheld_sheet *s, int column, const char *code, const char *hint, const char *format, ...)
  UPHELD_PRINTF(5, 6);
/* A value as messages show it: cut, and without control characters. Gives buffer. */
const char *upheld_shown(char buffer[UPHELD_SHOWN], upheld_text value);

/* slots: count zeroed ones. */
bool upheld_memo_get(const upheld_memo *m, upheld_text key, int32_t *value);
void upheld_memo_set(upheld_memo *m, upheld_text key, int32_t value); /* keys that are too long are not kept */

UPHELD_END

#endif
