/*
** sheet.c: rows of a file -> checked cells, faults and rejected rows (sheet.h). The header is in sheet_header.c.
** Owns: the messages of single cells; that each row is counted once.
** Must not: know a column's meaning, or keep a pointer into a row beyond its end_row.
*/
#include "sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "text.h"

static const char encoding_hint[] = "for a file saved by Excel as plain CSV: --encoding windows-1252";

void upheld_sheet_init(upheld_sheet *s, const upheld_allocator *a, const upheld_import_options *o, upheld_report *report,
                       const upheld_sheet_column *columns, int column_count, bool *mapped, upheld_error *err) {
  memset(s, 0, sizeof *s);
  s->allocator = *a;
  s->options = o;
  s->report = report;
  s->columns = columns;
  s->column_count = column_count;
  s->mapped = mapped;
  s->err = err;
  upheld_arena_init(&s->arena, a);
  upheld_buffer_init(&s->utf8, a);
  upheld_buffer_init(&s->codes, a);
  upheld_buffer_init(&s->reasons, a);
  upheld_buffer_init(&s->rejects, a);
}

void upheld_sheet_free(upheld_sheet *s) {
  upheld_release(&s->allocator, s->headings, s->heading_capacity * sizeof *s->headings);
  upheld_release(&s->allocator, s->converted, s->converted_capacity * sizeof *s->converted);
  s->headings = s->converted = NULL;
  s->heading_capacity = s->converted_capacity = 0;
  upheld_release(&s->allocator, s->places, s->place_capacity * sizeof *s->places);
  s->places = NULL;
  s->place_count = s->place_capacity = 0;
  upheld_arena_free(&s->arena);
  upheld_buffer_free(&s->utf8);
  upheld_buffer_free(&s->codes);
  upheld_buffer_free(&s->reasons);
  upheld_buffer_free(&s->rejects);
}

/* {====== memo ====== */

void upheld_memo_set(upheld_memo *m, upheld_text key, int32_t value) {
  uint64_t first, last;
  if (key.size == 0 || key.size > UPHELD_MEMO_KEY || memchr(key.at, '"', key.size) != NULL) return;
  upheld_memo_ends(key, &first, &last);
  size_t home = m->words ? upheld_memo_word_place(m, key) : upheld_memo_place(m, first, last, key.size), at = home;
  for (int probe = 1; probe < UPHELD_MEMO_PROBES && m->slots[at].size != 0; probe++) at = (at + 1) & (m->count - 1);
  if (m->slots[at].size != 0) at = home;
  upheld_memo_slot *slot = &m->slots[at];
  memcpy(slot->key, key.at, key.size);
  slot->first = first;
  slot->last = last;
  slot->size = (uint32_t)key.size + 1;
  slot->value = value;
}

/* }====== */

/* {====== faults and rejected rows ====== */

const char *upheld_shown(char buffer[UPHELD_SHOWN], upheld_text value) {
  upheld_copy(buffer, UPHELD_SHOWN, value);
  for (char *p = buffer; *p != '\0'; p++) { /* a value must not steer the terminal that shows it */
    if ((unsigned char)*p < 0x20 || *p == 0x7f) *p = ' ';
  }
  return buffer;
}

static void push(upheld_sheet *s, upheld_severity severity, upheld_text column, upheld_text value, const char *code,
                 const char *hint, const char *format, va_list arguments) UPHELD_PRINTF(7, 0);

static void push(upheld_sheet *s, upheld_severity severity, upheld_text column, upheld_text value, const char *code,
                 const char *hint, const char *format, va_list arguments) {
  if (severity == UPHELD_ERROR) {
    s->row_errors++;
    if (s->options->rejects != NULL) {
      char reason[1024];
      va_list again;
      va_copy(again, arguments);
      (void)vsnprintf(reason, sizeof reason, format, again);
      va_end(again);
      if (s->codes.size > 0) upheld_buffer_text(&s->codes, "; ");
      upheld_buffer_text(&s->codes, code);
      if (s->reasons.size > 0) upheld_buffer_text(&s->reasons, "; ");
      upheld_buffer_text(&s->reasons, reason);
    }
  }
  upheld_status st = upheld_report_addv(s->report, severity, code, s->row->line, column, value, hint, s->err, format, arguments);
  if (s->status == UPHELD_OK) s->status = st;
}

static upheld_text heading_of(const upheld_sheet *s, int column) {
  if (column < 0) return upheld_text_of(NULL);
  return s->at[column] < 0 ? upheld_text_of(s->columns[column].name) : s->headings[s->at[column]];
}

static upheld_text value_of(const upheld_sheet *s, int column) {
  return column < 0 ? upheld_text_of(NULL) : upheld_sheet_cell(s, column);
}

void upheld_sheet_error(upheld_sheet *s, int column, const char *code, const char *hint, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  push(s, UPHELD_ERROR, heading_of(s, column), value_of(s, column), code, hint, format, arguments);
  va_end(arguments);
}

void upheld_sheet_warn(upheld_sheet *s, int column, const char *code, const char *hint, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  push(s, UPHELD_WARNING, heading_of(s, column), value_of(s, column), code, hint, format, arguments);
  va_end(arguments);
}

/* An error at a place that is no column: a field by its number. */
static void field_error(upheld_sheet *s, upheld_text heading, const char *code, const char *hint, const char *format, ...)
  UPHELD_PRINTF(5, 6);

static void field_error(upheld_sheet *s, upheld_text heading, const char *code, const char *hint, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  push(s, UPHELD_ERROR, heading, upheld_text_of(NULL), code, hint, format, arguments);
  va_end(arguments);
}

/* The raw row without fields beyond `fields`: those that an earlier file of rejected rows added. */
static upheld_text first_fields(upheld_text raw, size_t fields) {
  size_t seen = 0;
  bool quoted = false, begins = true;
  for (size_t i = 0; i < raw.size; i++) {
    char c = raw.at[i];
    if (quoted) {
      if (c == '"') quoted = false; /* a doubled one opens again at once */
    } else if (c == '"' && (begins || (i > 0 && raw.at[i - 1] == '"'))) {
      quoted = true;
    } else if (c == ',' && ++seen == fields) {
      raw.size = i;
      break;
    }
    begins = !quoted && c == ',';
  }
  return raw;
}

/* A field of the reject columns, in the encoding of the file: characters that Windows-1252 may lack become "?". */
static void add_reject_field(upheld_sheet *s, const char *text) {
  upheld_text t = upheld_text_of(text);
  if (!s->options->windows_1252) {
    upheld_csv_field(&s->rejects, t, false);
    return;
  }
  upheld_buffer plain;
  upheld_buffer_init(&plain, &s->allocator);
  for (size_t i = 0; i < t.size;) {
    unsigned char c = (unsigned char)t.at[i];
    size_t size = c < 0x80 ? 1 : upheld_utf8_size((upheld_text){t.at + i, t.size - i});
    if (c < 0x80) {
      upheld_buffer_byte(&plain, (char)c);
    } else if (size == 2 && (c == 0xc3 || (c == 0xc2 && (unsigned char)t.at[i + 1] >= 0xa0))) { /* U+00A0..U+00FF */
      upheld_buffer_byte(&plain, (char)((c & 3) << 6 | (t.at[i + 1] & 0x3f)));
    } else {
      upheld_buffer_byte(&plain, '?');
    }
    i += size == 0 ? 1 : size;
  }
  if (plain.failed) s->rejects.failed = true;
  upheld_csv_field(&s->rejects, (upheld_text){plain.data, plain.size}, false);
  upheld_buffer_free(&plain);
}

void upheld_sheet_add_reject(upheld_sheet *s, const char *line, const char *code, const char *reason) {
  upheld_text raw = s->own_width < s->width ? first_fields(s->row->raw, s->own_width) : s->row->raw;
  upheld_buffer_add(&s->rejects, raw.at, raw.size);
  add_reject_field(s, line);
  if (s->lines_later) {
    upheld_status st = upheld_grow(&s->allocator, (void **)&s->places, &s->place_capacity, s->place_count + 1, sizeof *s->places, s->err);
    if (st != UPHELD_OK) s->rejects.failed = true;
    else s->places[s->place_count++] = (upheld_line_place){s->rejects.size, s->row->line};
  }
  add_reject_field(s, code);
  add_reject_field(s, reason);
  upheld_buffer_byte(&s->rejects, '\n');
}

bool upheld_sheet_take_rejects(upheld_sheet *s, upheld_text rows, const upheld_line_place *places, size_t count, int64_t lines) {
  size_t done = 0;
  for (size_t i = 0; i < count; i++) {
    upheld_buffer_add(&s->rejects, rows.at + done, places[i].at - done);
    upheld_buffer_integer(&s->rejects, places[i].line + lines);
    done = places[i].at;
  }
  if (rows.size > done) upheld_buffer_add(&s->rejects, rows.at + done, rows.size - done);
  return !s->rejects.failed;
}

/* }====== */

/* {====== rows ====== */

/* Sets cells: the fields as UTF-8. False: field *bad is not. */
bool upheld_sheet_decode(upheld_sheet *s, size_t *bad) {
  const upheld_row *row = s->row;
  s->cells = row->fields;
  if (row->ascii) return true;
  if (!s->options->windows_1252) {
    for (size_t i = 0; i < row->count; i++) {
      if (!upheld_utf8_valid(row->fields[i])) {
        *bad = i;
        return false;
      }
    }
    return true;
  }
  upheld_status st = upheld_grow(&s->allocator, (void **)&s->converted, &s->converted_capacity, row->count, sizeof *s->converted,
                                 s->err);
  s->utf8.size = 0;
  for (size_t i = 0; i < row->count && st == UPHELD_OK; i++) {
    size_t start = s->utf8.size;
    upheld_from_windows_1252(&s->utf8, row->fields[i]);
    s->converted[i].size = s->utf8.size - start;
    if (s->utf8.failed) st = upheld_nomem(s->err);
  }
  if (st != UPHELD_OK) {
    s->status = st;
    return true; /* end_row, or the header, gives the status back */
  }
  const char *at = s->utf8.data; /* only now: the buffer may have moved while it grew */
  for (size_t i = 0; i < row->count; i++) {
    s->converted[i].at = at;
    at += s->converted[i].size;
  }
  s->cells = s->converted;
  return true;
}

static upheld_report_file *counts(const upheld_sheet *s) { return &s->report->files[s->report->file_count - 1]; }

bool upheld_sheet_begin_other(upheld_sheet *s) {
  const upheld_row *row = s->row;
  if (row->fault != UPHELD_ROW_OK) {
    field_error(s, upheld_text_of(NULL), "stray-quote", "put the whole field in quotes, and double the quotes within it",
                row->fault == UPHELD_ROW_STRAY_QUOTE ? "a quote stands within an unquoted field"
                                                     : "text follows the closing quote of a field");
    return false;
  }
  if (row->count != s->width) {
    field_error(s, upheld_text_of(NULL), "ragged-row", "a comma within a field needs quotes around the field",
                "%zu field%s, where the header has %zu", row->count, row->count == 1 ? "" : "s", s->width);
    return false;
  }
  size_t bad = 0;
  if (!upheld_sheet_decode(s, &bad)) {
    field_error(s, s->headings[bad], "invalid-utf8", encoding_hint, "the bytes are not UTF-8");
    return false;
  }
  return s->status == UPHELD_OK;
}

upheld_status upheld_sheet_reject(upheld_sheet *s) {
  counts(s)->rejected++;
  if (s->options->rejects != NULL && s->status == UPHELD_OK) {
    char line[24];
    (void)snprintf(line, sizeof line, "%" PRId64, s->row->line);
    if (s->lines_later) line[0] = '\0';
    if (!s->codes.failed && !s->reasons.failed) upheld_sheet_add_reject(s, line, s->codes.data, s->reasons.data);
    if (s->codes.failed || s->reasons.failed || s->rejects.failed) s->status = upheld_nomem(s->err);
    s->codes.size = s->reasons.size = 0;
  }
  return s->status;
}

/* }====== */

/* {====== cells ====== */

upheld_text upheld_sheet_required(upheld_sheet *s, int column) {
  upheld_text t = upheld_sheet_cell(s, column);
  if (t.size == 0) upheld_sheet_error(s, column, "missing-value", NULL, "the value is missing");
  return t;
}

/* 31/03/2020, 1/4/20: what a spreadsheet shows. */
static bool looks_like_slashes(upheld_text t) {
  size_t slashes = 0;
  for (size_t i = 0; i < t.size; i++) {
    if (t.at[i] == '/') slashes++;
    else if (t.at[i] < '0' || t.at[i] > '9') return false;
  }
  return slashes == 2;
}

upheld_date upheld_sheet_other_date(upheld_sheet *s, int column) {
  upheld_date date = UPHELD_NO_DATE;
  upheld_text t = upheld_sheet_cell(s, column);
  if (t.size == 0 || upheld_parse_date(t, s->options->uk_dates, &date)) return date;
  char shown[UPHELD_SHOWN];
  bool uk = !s->options->uk_dates && looks_like_slashes(t);
  upheld_sheet_error(s, column, "bad-date", uk ? "if the day comes first: dates = \"uk\" (--dates uk)" : NULL,
                     "%s is not a date", upheld_shown(shown, t));
  return UPHELD_NO_DATE;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

uint8_t upheld_sheet_yes_no(upheld_sheet *s, int column) {
  static const char *const words[] = {"no", "yes", "false", "true", "n", "y", "0", "1"};
  upheld_text t = upheld_sheet_cell(s, column);
  if (t.size == 0) return UPHELD_NO_CODE;
  for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
    size_t i = 0;
    while (i < t.size && words[w][i] != '\0' && lower(t.at[i]) == words[w][i]) i++;
    if (i == t.size && words[w][i] == '\0') return (uint8_t)(w & 1);
  }
  char shown[UPHELD_SHOWN];
  upheld_sheet_error(s, column, "bad-yes-no", "write yes or no, or leave it blank when it is not recorded",
                     "%s is neither yes nor no", upheld_shown(shown, t));
  return UPHELD_NO_CODE;
}

static void unknown_word(upheld_sheet *s, int column, const upheld_vocabulary *v, const char *unknown) {
  char shown[UPHELD_SHOWN], hint[UPHELD_SHOWN + 40] = "";
  upheld_text t = upheld_sheet_cell(s, column);
  const char *near = upheld_vocabulary_nearest(v, t);
  if (near != NULL) (void)snprintf(hint, sizeof hint, "did you mean \"%.*s\"?", UPHELD_SHOWN, near);
  /* "unknown-service-area" -> "service area" */
  char what[40];
  upheld_copy(what, sizeof what, upheld_text_of(unknown + sizeof "unknown-" - 1));
  for (char *p = what; *p != '\0'; p++) {
    if (*p == '-') *p = ' ';
  }
  upheld_sheet_error(s, column, unknown, hint, "\"%s\" is no %s of the scheme", upheld_shown(shown, t), what);
}

int32_t upheld_sheet_other_word(upheld_sheet *s, int column, const upheld_vocabulary *v, upheld_memo *memo, const char *unknown) {
  upheld_text t = upheld_sheet_cell(s, column);
  int says = 0;
  int32_t known = upheld_vocabulary_find(v, t, &says);
  if (known >= 0) known += 256 * says;
  else unknown_word(s, column, v, unknown);
  upheld_memo_set(memo, t, known);
  return known;
}

/* Says why a cell is no number. */
static void bad_number(upheld_sheet *s, int column, const char *what) {
  char shown[UPHELD_SHOWN];
  upheld_text t = upheld_sheet_cell(s, column);
  const char *hint = NULL;
  if (t.at[t.size - 1] == '%') hint = "leave out the per cent sign";
  else if (memchr(t.at, ',', t.size) != NULL) hint = "leave out the thousands separator";
  upheld_sheet_error(s, column, "bad-number", hint, "%s is not %s", upheld_shown(shown, t), what);
}

bool upheld_sheet_count(upheld_sheet *s, int column, int64_t *value) {
  upheld_text t = upheld_sheet_cell(s, column);
  if (t.size == 0) return false;
  if (t.size <= 12 && t.at[0] != '+' && upheld_parse_integer(t, value) && *value >= 0) return true;
  bad_number(s, column, "a whole number from 0 to 999999999999");
  return false;
}

bool upheld_sheet_decimal(upheld_sheet *s, int column, int64_t *scaled, int *decimals) {
  upheld_text t = upheld_sheet_cell(s, column);
  if (t.size == 0) return false;
  if (t.size <= 16 && upheld_parse_decimal(t, scaled, decimals)) return true;
  bad_number(s, column, "a number such as 72 or 4.7");
  return false;
}

int upheld_sheet_year(upheld_sheet *s, int column) {
  int64_t year;
  upheld_text t = upheld_sheet_required(s, column);
  if (t.size == 0) return 0;
  if (t.size == 4 && upheld_parse_integer(t, &year) && year >= 1974 && year < UPHELD_LAST_YEAR) return (int)year;
  char shown[UPHELD_SHOWN];
  upheld_sheet_error(s, column, "bad-year", "a year is named after the calendar year in which it ends: 2020 for 2019-20",
                     "%s is not a year from 1974 to 2199", upheld_shown(shown, t));
  return 0;
}

/* }====== */
