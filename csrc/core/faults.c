/*
** faults.c: the report of an import (faults.h).
** Owns: the spelling of a fault in text and in JSON; the text of every fault, in the report's arena.
** Must not: decide what is a fault, or count rows: the import does both.
*/
#include "faults.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "text.h"

enum { MAX_MESSAGE = 1024, MAX_VALUE = 200 + 4 };

void upheld_report_init(upheld_report *r, const upheld_allocator *a) {
  memset(r, 0, sizeof *r);
  r->allocator = *a;
  upheld_arena_init(&r->arena, a);
}

void upheld_report_free(upheld_report *r) {
  upheld_allocator a = r->allocator;
  upheld_release(&a, r->files, r->file_capacity * sizeof *r->files);
  upheld_release(&a, r->faults, r->fault_capacity * sizeof *r->faults);
  upheld_arena_free(&r->arena);
  upheld_report_init(r, &a);
}

upheld_status upheld_report_file_add(upheld_report *r, const char *path, const char *kind, size_t *index, upheld_error *err) {
  upheld_status st = upheld_grow(&r->allocator, (void **)&r->files, &r->file_capacity, r->file_count + 1, sizeof *r->files, err);
  if (st != UPHELD_OK) return st;
  upheld_report_file *f = &r->files[r->file_count];
  memset(f, 0, sizeof *f);
  f->path = upheld_arena_copy(&r->arena, upheld_text_of(path));
  f->kind = upheld_arena_copy(&r->arena, upheld_text_of(kind));
  if (f->path == NULL || f->kind == NULL) return upheld_nomem(err);
  *index = r->file_count++;
  return UPHELD_OK;
}

/* {====== adding ====== */

static void count_fault(upheld_report *r, upheld_severity severity) {
  if (severity == UPHELD_FATAL) {
    r->fatal++;
  } else if (severity == UPHELD_ERROR) {
    r->errors++;
  } else {
    r->warnings++;
    r->files[r->file_count - 1].warnings++;
  }
}

/* Makes room for one more fault in the list; NULL when it is full (the fault is counted only) or memory is short. */
static upheld_fault_entry *place_fault(upheld_report *r, upheld_severity severity, upheld_status *st, upheld_error *err) {
  *st = UPHELD_OK;
  /* a fatal fault is what the reader of the report needs most: it is kept whatever came before */
  if (r->fault_count >= UPHELD_MAX_FAULTS && severity != UPHELD_FATAL) {
    r->unlisted++;
    return NULL;
  }
  *st = upheld_grow(&r->allocator, (void **)&r->faults, &r->fault_capacity, r->fault_count + 1, sizeof *r->faults, err);
  return *st == UPHELD_OK ? &r->faults[r->fault_count] : NULL;
}

static upheld_status keep_fault(upheld_report *r, upheld_severity severity, const char *code, int64_t line, upheld_text column,
                                upheld_text value, const char *hint, upheld_text message, upheld_error *err) {
  char cut[MAX_VALUE];
  upheld_status st;
  if (r->file_count == 0) return upheld_fail(err, UPHELD_MISUSE, "no-file", "a fault needs a file to be in");
  upheld_fault_entry *f = place_fault(r, severity, &st, err);
  if (st != UPHELD_OK) return st;
  count_fault(r, severity);
  if (f == NULL) return UPHELD_OK;
  memset(f, 0, sizeof *f);
  upheld_copy(cut, sizeof cut, value);
  f->code = code;
  f->severity = severity;
  f->file = (int32_t)(r->file_count - 1);
  f->line = line;
  f->column = upheld_arena_copy(&r->arena, column);
  f->value = upheld_arena_copy(&r->arena, upheld_text_of(cut));
  f->message = upheld_arena_copy(&r->arena, message);
  f->hint = upheld_arena_copy(&r->arena, upheld_text_of(hint));
  if (f->column == NULL || f->value == NULL || f->message == NULL || f->hint == NULL) return upheld_nomem(err);
  r->fault_count++;
  return UPHELD_OK;
}

upheld_status upheld_report_addv(upheld_report *r, upheld_severity severity, const char *code, int64_t line, upheld_text column,
                                 upheld_text value, const char *hint, upheld_error *err, const char *format,
                                 va_list arguments) {
  char message[MAX_MESSAGE], cut[MAX_MESSAGE];
  int length = vsnprintf(message, sizeof message, format, arguments);
  upheld_text text = {message, length < 0 ? 0 : (size_t)length};
  if (text.size >= sizeof message) {
    text.size = sizeof message - 1;
    upheld_copy(cut, sizeof cut - 4, text); /* cuts between characters and marks the cut */
    text = upheld_text_of(cut);
  }
  return keep_fault(r, severity, code, line, column, value, hint, text, err);
}

upheld_status upheld_report_add(upheld_report *r, upheld_severity severity, const char *code, int64_t line, upheld_text column,
                                upheld_text value, const char *hint, upheld_error *err, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  upheld_status st = upheld_report_addv(r, severity, code, line, column, value, hint, err, format, arguments);
  va_end(arguments);
  return st;
}

upheld_status upheld_report_fatal(upheld_report *r, const upheld_error *what, upheld_error *err) {
  upheld_error own = *what; /* what may be err */
  const char *code = upheld_arena_copy(&r->arena, upheld_text_of(own.code));
  if (code == NULL) return upheld_nomem(err);
  return keep_fault(r, UPHELD_FATAL, code, own.line, upheld_text_of(own.column), upheld_text_of(own.value), own.hint,
                    upheld_text_of(own.message), err);
}

upheld_status upheld_report_append(upheld_report *r, const upheld_report *from, int64_t lines, upheld_error *err) {
  int64_t errors = from->errors, warnings = from->warnings;
  for (size_t i = 0; i < from->fault_count; i++) {
    const upheld_fault_entry *f = &from->faults[i];
    const char *code = f->severity == UPHELD_FATAL ? upheld_arena_copy(&r->arena, upheld_text_of(f->code)) : f->code;
    if (code == NULL) return upheld_nomem(err);
    upheld_status st = keep_fault(r, f->severity, code, f->line > 0 ? f->line + lines : f->line, upheld_text_of(f->column),
                                  upheld_text_of(f->value), f->hint, upheld_text_of(f->message), err);
    if (st != UPHELD_OK) return st;
    errors -= f->severity == UPHELD_ERROR;
    warnings -= f->severity == UPHELD_WARNING;
  }
  r->errors += errors; /* those that the other one counted only */
  r->warnings += warnings;
  if (r->file_count > 0) r->files[r->file_count - 1].warnings += warnings;
  r->unlisted += from->unlisted;
  return UPHELD_OK;
}

/* }====== */

/* {====== printing ====== */

const char *upheld_severity_name(upheld_severity severity) {
  return severity == UPHELD_FATAL ? "fatal" : severity == UPHELD_ERROR ? "error" : "warning";
}

void upheld_fault_text(const upheld_report *r, const upheld_fault_entry *f, upheld_buffer *out) {
  upheld_buffer_text(out, r->files[f->file].path);
  if (f->line > 0) {
    upheld_buffer_byte(out, ':');
    upheld_buffer_integer(out, f->line);
  }
  upheld_buffer_text(out, ": ");
  if (f->column[0] != '\0') {
    upheld_buffer_text(out, "column \"");
    upheld_buffer_text(out, f->column);
    upheld_buffer_text(out, "\": ");
  }
  upheld_buffer_text(out, f->message);
  upheld_buffer_text(out, " (");
  upheld_buffer_text(out, f->code);
  upheld_buffer_byte(out, ')');
  if (f->hint[0] != '\0') {
    upheld_buffer_text(out, "; ");
    upheld_buffer_text(out, f->hint);
  }
}

static void json_text(upheld_json *j, const char *key, const char *value) {
  upheld_json_key(j, key);
  if (value[0] == '\0') {
    upheld_json_null(j);
  } else {
    upheld_json_string(j, upheld_text_of(value));
  }
}

static void json_count(upheld_json *j, const char *key, int64_t value) {
  upheld_json_key(j, key);
  upheld_json_integer(j, value);
}

static void json_fault(upheld_json *j, const upheld_fault_entry *f) {
  upheld_json_open(j, '{');
  json_text(j, "code", f->code);
  json_text(j, "severity", upheld_severity_name(f->severity));
  upheld_json_key(j, "line");
  if (f->line > 0) {
    upheld_json_integer(j, f->line);
  } else {
    upheld_json_null(j);
  }
  json_text(j, "column", f->column);
  json_text(j, "value", f->value);
  json_text(j, "message", f->message);
  json_text(j, "hint", f->hint);
  upheld_json_close(j, '}');
}

void upheld_report_json(const upheld_report *r, upheld_buffer *out) {
  upheld_json j;
  size_t next = 0; /* faults are in the order of the files */
  upheld_json_init(&j, out);
  upheld_json_open(&j, '{');
  upheld_json_key(&j, "written");
  upheld_json_boolean(&j, r->written);
  upheld_json_key(&j, "files");
  upheld_json_open(&j, '[');
  for (size_t i = 0; i < r->file_count; i++) {
    const upheld_report_file *f = &r->files[i];
    upheld_json_break(&j);
    upheld_json_open(&j, '{');
    json_text(&j, "file", f->path);
    json_text(&j, "kind", f->kind);
    json_count(&j, "read", f->read);
    json_count(&j, "accepted", f->accepted);
    json_count(&j, "rejected", f->rejected);
    json_count(&j, "unchanged", f->unchanged);
    json_count(&j, "completed", f->completed);
    json_count(&j, "corrected", f->corrected);
    upheld_json_key(&j, "faults");
    upheld_json_open(&j, '[');
    for (; next < r->fault_count && r->faults[next].file == (int32_t)i; next++) {
      upheld_json_break(&j);
      json_fault(&j, &r->faults[next]);
    }
    upheld_json_close(&j, ']');
    upheld_json_close(&j, '}');
  }
  upheld_json_close(&j, ']');
  json_count(&j, "unlisted", r->unlisted);
  upheld_json_close(&j, '}');
  upheld_buffer_byte(out, '\n');
}

/* ", 3 corrected", the first one in an opening bracket. */
static void add_detail(upheld_buffer *out, int64_t count, const char *what, bool *open) {
  if (count == 0) return;
  upheld_buffer_text(out, *open ? ", " : " (");
  upheld_buffer_integer(out, count);
  upheld_buffer_text(out, what);
  *open = true;
}

void upheld_report_summary(const upheld_report *r, upheld_buffer *out) {
  for (size_t i = 0; i < r->file_count; i++) {
    const upheld_report_file *f = &r->files[i];
    bool open = false, fatal = false;
    for (size_t k = 0; k < r->fault_count && !fatal; k++) {
      fatal = r->faults[k].file == (int32_t)i && r->faults[k].severity == UPHELD_FATAL;
    }
    if (i > 0) upheld_buffer_byte(out, '\n');
    upheld_buffer_text(out, f->path);
    upheld_buffer_text(out, ": ");
    upheld_buffer_integer(out, f->read);
    upheld_buffer_text(out, " read, ");
    upheld_buffer_integer(out, f->accepted);
    upheld_buffer_text(out, " accepted, ");
    upheld_buffer_integer(out, f->rejected);
    upheld_buffer_text(out, " rejected, ");
    upheld_buffer_integer(out, f->warnings);
    upheld_buffer_text(out, f->warnings == 1 ? " warning" : " warnings");
    add_detail(out, f->unchanged, " unchanged", &open);
    add_detail(out, f->completed, " completed", &open);
    add_detail(out, f->corrected, " corrected", &open);
    if (open) upheld_buffer_byte(out, ')');
    if (fatal) upheld_buffer_text(out, "; stopped by a fatal fault");
  }
}

/* }====== */
