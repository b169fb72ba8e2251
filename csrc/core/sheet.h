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
#include "text.h"

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

/*
** Results that are remembered by the bytes of a cell: the same few words and names come again and again. A key of at most 16 bytes is
** wholly in its two ends, which may overlap.
*/
enum {
  UPHELD_MEMO_PROBES = 4, /* neighbouring slots in which a key may stand */
  UPHELD_MEMO_KEY = 104   /* bytes that a key may have */
};

typedef struct upheld_memo_slot {
  char key[UPHELD_MEMO_KEY];
  uint32_t size; /* of the key + 1; 0 empty */
  int32_t value;
  uint64_t first, last;
} upheld_memo_slot;

typedef struct upheld_memo {
  upheld_memo_slot *slots;
  size_t count; /* a power of two */
  bool words;   /* keys are the words of a scheme, not names and codes by the hundred: their place is found by a few bytes */
} upheld_memo;

/* A rejected row whose line is not known yet, but in how many lines from a place in the file: its number belongs at `at` in the rows. */
typedef struct upheld_line_place {
  size_t at;
  int64_t line;
} upheld_line_place;

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
  bool lines_later;                   /* the numbers of their lines are left out, and their places noted */
  upheld_line_place *places;
  size_t place_count, place_capacity;
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
/* Adds rejected rows whose lines are `lines` further on than was noted. False: memory was short. */
bool upheld_sheet_take_rejects(upheld_sheet *s, upheld_text rows, const upheld_line_place *places, size_t count, int64_t lines);
/* Takes the next row and counts it as read. False: it cannot be split into cells, which has been reported. */
bool upheld_sheet_begin_other(upheld_sheet *s); /* a row that is not all ASCII, or has a fault: likewise */
static inline bool upheld_sheet_begin_row(upheld_sheet *s, const upheld_row *row) {
  s->row = row;
  s->row_errors = 0;
  s->cells = row->fields;
  s->report->files[s->report->file_count - 1].read++;
  if (row->fault == UPHELD_ROW_OK && row->count == s->width && row->ascii) return s->status == UPHELD_OK;
  return upheld_sheet_begin_other(s);
}
/* Counts the row as accepted or rejected, and keeps a rejected one. */
upheld_status upheld_sheet_reject(upheld_sheet *s);
static inline upheld_status upheld_sheet_end_row(upheld_sheet *s) {
  if (s->row_errors != 0) return upheld_sheet_reject(s);
  s->report->files[s->report->file_count - 1].accepted++;
  return s->status;
}

/* Does the file have the column? */
static inline bool upheld_sheet_has(const upheld_sheet *s, int column) { return s->at[column] >= 0; }
/* The trimmed cell, empty when blank or when the file has not the column. */
static inline upheld_text upheld_sheet_cell(const upheld_sheet *s, int column) {
  upheld_text t = {NULL, 0};
  if (s->at[column] < 0) return t;
  t = s->cells[s->at[column]];
  /* trimmed already, as nearly always? */
  if (t.size == 0 || ((unsigned char)t.at[0] > ' ' && (unsigned char)t.at[t.size - 1] > ' ')) return t;
  return upheld_trim(t);
}
/* The same; a blank cell is a missing-value error. */
upheld_text upheld_sheet_required(upheld_sheet *s, int column);
/* A cell that is not blank and not written 2023-09-17. */
upheld_date upheld_sheet_other_date(upheld_sheet *s, int column);
/* UPHELD_NO_DATE when blank, or bad (reported). */
static inline upheld_date upheld_sheet_date(upheld_sheet *s, int column) {
  upheld_date date;
  upheld_text t = upheld_sheet_cell(s, column);
  if (t.size == 0) return UPHELD_NO_DATE;
  return t.size == 10 && upheld_parse_iso(t.at, &date) ? date : upheld_sheet_other_date(s, column);
}
/* 1, 0, or UPHELD_NO_CODE when blank or bad: yes no true false y n 1 0 in any case. */
uint8_t upheld_sheet_yes_no(upheld_sheet *s, int column);
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

/* The first and last eight bytes of a key; of a shorter one all, twice. */
static inline void upheld_memo_ends(upheld_text key, uint64_t *first, uint64_t *last) {
  if (key.size >= 8) {
    *first = upheld_word_at(key.at);
    *last = upheld_word_at(key.at + key.size - 8);
    return;
  }
  *first = 0;
  for (size_t i = key.size; i-- > 0;) *first = *first << 8 | (unsigned char)key.at[i];
  *last = *first;
}

/* Where a key is looked for first: a word, and another key by its ends. No key is empty. */
static inline size_t upheld_memo_word_place(const upheld_memo *m, upheld_text key) {
  const unsigned char *p = (const unsigned char *)key.at;
  return (key.size * 9 + p[0] * 5u + p[key.size - 1] * 3u) & (m->count - 1);
}

static inline size_t upheld_memo_place(const upheld_memo *m, uint64_t first, uint64_t last, size_t size) {
  uint64_t h = (first ^ (last << 29 | last >> 35)) + size;
  return (size_t)((h ^ h >> 32) * UINT64_C(0x9e3779b97f4a7c15) >> 40) & (m->count - 1);
}

/* Whether the bytes of two keys of that size are the same, when those at their ends are. */
static inline bool upheld_memo_same(const char *a, const char *b, size_t size) {
  uint64_t differ = 0;
  for (size_t i = 8; i + 8 < size; i += 8) differ |= upheld_word_at(a + i) ^ upheld_word_at(b + i);
  return differ == 0;
}

/*
** Whether `size` (at most 64) bytes are the same, without a jump: 64 bytes may be read from both, and those beyond are left out by a
** window of ones and zeros that is moved over them.
*/
static inline bool upheld_same_within(const char *a, const char *b, size_t size) {
  static const char window[128] = {
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1
  };
  const char *own = window + (64 - size);
  uint64_t differ = 0;
  for (int i = 0; i < 64; i += 8) differ |= (upheld_word_at(a + i) ^ upheld_word_at(b + i)) & upheld_word_at(own + i);
  return differ == 0;
}

static inline bool upheld_memo_get(const upheld_memo *m, upheld_text key, int32_t *value) {
  uint64_t first, last;
  if (key.size == 0) return false;
  upheld_memo_ends(key, &first, &last);
  size_t at = m->words ? upheld_memo_word_place(m, key) : upheld_memo_place(m, first, last, key.size);
  for (int probe = 0; probe < UPHELD_MEMO_PROBES; probe++, at = (at + 1) & (m->count - 1)) {
    const upheld_memo_slot *slot = &m->slots[at];
    if (slot->first != first || slot->last != last || slot->size != key.size + 1) continue;
    if (key.size > 16 && !upheld_memo_same(slot->key, key.at, key.size)) continue;
    *value = slot->value;
    return true;
  }
  return false;
}

/* Keys that are too long are not kept, nor those with a quote in them: so whatever holds one is not met before (import_plain.c). */
void upheld_memo_set(upheld_memo *m, upheld_text key, int32_t value);

/* A word that is not remembered: its code + 256 * effect, or -1 after the error `unknown`. */
int32_t upheld_sheet_other_word(upheld_sheet *s, int column, const upheld_vocabulary *v, upheld_memo *memo, const char *unknown);
/* The code of a word, UPHELD_NO_CODE when blank or unknown (error `unknown`); *effect as upheld_vocabulary_find, may be NULL. */
static inline uint8_t upheld_sheet_word(upheld_sheet *s, int column, const upheld_vocabulary *v, upheld_memo *memo,
                                        const char *unknown, int *effect) {
  upheld_text t = upheld_sheet_cell(s, column);
  int32_t known;
  if (effect != NULL) *effect = 0;
  if (t.size == 0) return UPHELD_NO_CODE;
  if (!upheld_memo_get(memo, t, &known) || known < 0) known = upheld_sheet_other_word(s, column, v, memo, unknown);
  if (known < 0) return UPHELD_NO_CODE;
  if (effect != NULL) *effect = known / 256;
  return (uint8_t)(known % 256);
}

UPHELD_END

#endif
