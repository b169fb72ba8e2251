/*
** sheet_header.c: the header of a file -> which field is which column (sheet.h).
** Owns: how headings are compared (case and blanks do not matter) and mapped, and the faults of a header.
** Must not: guess that a heading means a column that has another name: it suggests the nearest, and stops.
*/
#include <string.h>

#include "names.h"
#include "sheet.h"
#include "text.h"

static const char *const reject_columns[3] = {"upheld_line", "upheld_code", "upheld_reason"};

static upheld_status fatal(upheld_sheet *s, const char *code, const char *column, const char *hint, const char *message) {
  return upheld_report_add(s->report, UPHELD_FATAL, code, s->row->line, upheld_text_of(column), upheld_text_of(NULL), hint,
                           s->err, "%s", message);
}

/* {====== headings ====== */

/* Copies the headings, trimmed, with line ends as blanks. */
static upheld_status keep_headings(upheld_sheet *s) {
  const upheld_row *row = s->row;
  upheld_status st = upheld_grow(&s->allocator, (void **)&s->headings, &s->heading_capacity, row->count, sizeof *s->headings,
                                 s->err);
  if (st != UPHELD_OK) return st;
  for (size_t i = 0; i < row->count; i++) {
    upheld_text t = upheld_trim(s->cells[i]);
    upheld_buffer plain;
    upheld_buffer_init(&plain, &s->allocator);
    upheld_buffer_add(&plain, t.at, t.size);
    for (size_t k = 0; k < plain.size; k++) {
      if ((unsigned char)plain.data[k] < 0x20 || plain.data[k] == 0x7f) plain.data[k] = ' ';
    }
    upheld_text copy = {plain.data, plain.size};
    s->headings[i].at = plain.failed ? NULL : upheld_arena_copy(&s->arena, copy);
    s->headings[i].size = plain.size;
    upheld_buffer_free(&plain);
    if (s->headings[i].at == NULL) return upheld_nomem(s->err);
  }
  s->width = s->own_width = row->count;
  return UPHELD_OK;
}

/* Folded headings -> their fields; a heading that stands twice is a fatal fault. Fields without a heading are left out. */
static upheld_status index_headings(upheld_sheet *s, upheld_dict *index, upheld_buffer *fold, bool *usable) {
  upheld_status st = UPHELD_OK;
  for (size_t i = 0; i < s->width && st == UPHELD_OK; i++) {
    upheld_fold(fold, s->headings[i]);
    if (fold->failed) return upheld_nomem(s->err);
    upheld_text key = {fold->data, fold->size};
    if (key.size == 0) continue;
    int32_t before = upheld_dict_find(index, key);
    if (before >= 0) {
      char shown[UPHELD_SHOWN];
      *usable = false;
      st = upheld_report_add(s->report, UPHELD_FATAL, "duplicate-heading", s->row->line, s->headings[i], s->headings[i],
                             "rename or remove one of them", s->err, "the heading \"%s\" stands twice: fields %d and %d",
                             upheld_shown(shown, s->headings[i]), (int)before + 1, (int)i + 1);
    } else {
      st = upheld_dict_set(index, key, (int32_t)i, s->err);
    }
  }
  return st;
}

static void note_reject_columns(upheld_sheet *s) {
  if (s->width <= 3) return;
  for (size_t k = 0; k < 3; k++) {
    if (!upheld_text_is(s->headings[s->width - 3 + k], reject_columns[k])) return;
  }
  s->own_width = s->width - 3;
}

/* }====== */

/* {====== columns ====== */

/* Field of a heading, or -1. */
static int field_of(const upheld_dict *index, upheld_buffer *fold, const char *heading) {
  upheld_fold(fold, upheld_text_of(heading));
  upheld_text key = {fold->data, fold->size};
  return key.size == 0 ? -1 : upheld_dict_find(index, key);
}

/* The heading that is asked for as the column. */
static const char *wanted_heading(const upheld_sheet *s, int column) {
  for (size_t m = 0; m < s->options->column_count; m++) {
    if (strcmp(s->options->columns[m].column, s->columns[column].name) == 0) return s->options->columns[m].heading;
  }
  return s->columns[column].name;
}

static void find_columns(upheld_sheet *s, const upheld_dict *index, upheld_buffer *fold) {
  for (int c = 0; c < s->column_count; c++) {
    s->at[c] = -1;
    for (size_t m = 0; m < s->options->column_count; m++) {
      if (strcmp(s->options->columns[m].column, s->columns[c].name) != 0) continue;
      int field = field_of(index, fold, s->options->columns[m].heading);
      if (field >= 0) {
        s->at[c] = field;
        s->mapped[m] = true;
      }
    }
  }
  for (int c = 0; c < s->column_count; c++) { /* a field that was mapped to one column is no other, whatever it is called */
    if (s->at[c] >= 0) continue;
    int field = field_of(index, fold, s->columns[c].name);
    for (int other = 0; other < s->column_count; other++) {
      if (s->at[other] == field && other != c) field = -1;
    }
    s->at[c] = field;
  }
}

/* "outcome" is missing: names the nearest heading, or else the headings there are. */
static upheld_status missing(upheld_sheet *s, int column, const char *message) {
  const char *wanted = wanted_heading(s, column);
  const char *name = s->columns[column].name;
  upheld_text near = {NULL, 0};
  int least = (int)strlen(wanted) / 3 + 1; /* a third of the letters may differ */
  upheld_buffer hint;
  upheld_buffer_init(&hint, &s->allocator);
  for (size_t i = 0; i < s->width; i++) {
    int distance = upheld_name_distance(upheld_text_of(wanted), s->headings[i], least);
    if (s->headings[i].size > 0 && distance < least) {
      least = distance;
      near = s->headings[i];
    }
  }
  if (near.size > 0) {
    upheld_buffer_text(&hint, "the nearest heading is \"");
    upheld_buffer_add(&hint, near.at, near.size);
    upheld_buffer_text(&hint, "\"; map it: --columns ");
  } else {
    upheld_buffer_text(&hint, "the headings are: ");
    for (size_t i = 0; i < s->width && hint.size < 300; i++) {
      if (i > 0) upheld_buffer_text(&hint, ", ");
      upheld_buffer_add(&hint, s->headings[i].at, s->headings[i].size);
    }
    upheld_buffer_text(&hint, "; map one: --columns ");
  }
  upheld_buffer_text(&hint, name);
  upheld_buffer_byte(&hint, '=');
  if (near.size > 0) {
    upheld_buffer_add(&hint, near.at, near.size);
  } else {
    upheld_buffer_text(&hint, "HEADING");
  }
  upheld_status st = hint.failed ? upheld_nomem(s->err) : fatal(s, "missing-column", wanted, hint.data, message);
  upheld_buffer_free(&hint);
  return st;
}

static upheld_status check_columns(upheld_sheet *s, bool *usable) {
  upheld_status st = UPHELD_OK;
  char message[320];
  int first = -1, second = -1;
  bool one = false;
  for (int c = 0; c < s->column_count && st == UPHELD_OK; c++) {
    if (s->columns[c].need == UPHELD_ONE_OF) {
      if (first < 0) {
        first = c;
      } else if (second < 0) {
        second = c;
      }
      one = one || s->at[c] >= 0;
    } else if (s->columns[c].need == UPHELD_REQUIRED && s->at[c] < 0) {
      char shown[UPHELD_SHOWN];
      upheld_error text;
      *usable = false;
      (void)upheld_fail(&text, UPHELD_FAULT, "", "the column \"%s\" is missing",
                        upheld_shown(shown, upheld_text_of(wanted_heading(s, c))));
      upheld_copy(message, sizeof message, upheld_text_of(text.message));
      st = missing(s, c, message);
    }
  }
  if (st != UPHELD_OK || first < 0 || one) return st;
  upheld_error text;
  *usable = false;
  (void)upheld_fail(&text, UPHELD_FAULT, "", "the column \"%s\" is missing (or \"%s\" in its place)", s->columns[first].name,
                    second < 0 ? s->columns[first].name : s->columns[second].name);
  upheld_copy(message, sizeof message, upheld_text_of(text.message));
  return missing(s, first, message);
}

/* One warning for all fields that nothing is read from. */
static upheld_status report_extra(upheld_sheet *s) {
  upheld_buffer list;
  int extra = 0;
  upheld_status st = UPHELD_OK;
  upheld_buffer_init(&list, &s->allocator);
  for (size_t i = 0; i < s->own_width; i++) {
    bool used = false;
    for (int c = 0; c < s->column_count; c++) used = used || s->at[c] == (int)i;
    if (used) continue;
    if (list.size < 600) {
      if (extra > 0) upheld_buffer_text(&list, ", ");
      upheld_buffer_byte(&list, '"');
      upheld_buffer_add(&list, s->headings[i].at, s->headings[i].size);
      upheld_buffer_byte(&list, '"');
    }
    extra++;
  }
  if (list.failed) {
    st = upheld_nomem(s->err);
  } else if (extra > 0) {
    upheld_text none = {NULL, 0};
    st = upheld_report_add(s->report, UPHELD_WARNING, "extra-columns", s->row->line, none, none, NULL, s->err,
                           "%d column%s ignored: %s%s", extra, extra == 1 ? " is" : "s are", list.data, list.size < 600 ? "" : " and others");
  }
  upheld_buffer_free(&list);
  return st;
}

/* }====== */

upheld_status upheld_sheet_header(upheld_sheet *s, const upheld_row *row, bool *usable) {
  upheld_dict index;
  upheld_buffer fold;
  upheld_status st;
  *usable = false;
  s->row = row;
  if (row->fault != UPHELD_ROW_OK) {
    return fatal(s, "stray-quote", NULL, "put the whole heading in quotes, and double the quotes within it",
                 "the header has a quote in the wrong place");
  }
  size_t bad = 0;
  if (!upheld_sheet_decode(s, &bad)) {
    return fatal(s, "bad-header-encoding", NULL, "for a file saved by Excel as plain CSV: --encoding windows-1252",
                 "the header is not UTF-8");
  }
  if (s->status != UPHELD_OK) return s->status;
  *usable = true;
  upheld_dict_init(&index, &s->allocator);
  upheld_buffer_init(&fold, &s->allocator);
  st = keep_headings(s);
  if (st == UPHELD_OK) {
    note_reject_columns(s);
    st = index_headings(s, &index, &fold, usable);
  }
  if (st == UPHELD_OK) {
    find_columns(s, &index, &fold);
    st = fold.failed ? upheld_nomem(s->err) : check_columns(s, usable);
  }
  if (st == UPHELD_OK && *usable) st = report_extra(s);
  if (st == UPHELD_OK && *usable && s->options->rejects != NULL) {
    upheld_sheet_add_reject(s, "upheld_line", "upheld_code", "upheld_reason");
    if (s->rejects.failed) st = upheld_nomem(s->err);
  }
  upheld_buffer_free(&fold);
  upheld_dict_free(&index);
  return st;
}
