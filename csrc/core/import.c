/*
** import.c: the files of an import: their order, reading them, and the decision to commit (import.h).
** Owns: the single transaction, and which failure is a fault of the input (in the report) and which is a
** failure of the call. Must not: know what a column means; that is import_*.c.
*/
#include "import.h"

#include <inttypes.h>
#include <string.h>

#include "files.h"
#include "import_rows.h"
#include "sha256.h"
#include "text.h"

enum {
  MOVES = 512,       /* that are made in one go: few enough to stay in the nearest memory */
  SUGGESTIONS = 2000 /* searches for near names in one import */
};

typedef struct run {
  upheld_importer im;
  bool failed[UPHELD_KINDS];   /* some file of the kind had a fatal fault */
  const char *failed_path;     /* the latest of them */
  upheld_rejects *rejects;
  size_t reject_count, reject_capacity;
  bool *mapped;
} run;

static const char *const kind_names[UPHELD_KINDS] = {"authorities", "population", "recipients",
                                                     "decisions",   "compliance", "published"};

const char *upheld_kind_name(upheld_kind kind) { return (unsigned)kind < UPHELD_KINDS ? kind_names[kind] : ""; }

upheld_kind_rules upheld_rules_of(const upheld_importer *im, upheld_kind kind) {
  static const upheld_kind_rules *const all[UPHELD_KINDS] = {
    &upheld_authority_rules, &upheld_population_rules, &upheld_recipient_rules,
    &upheld_decision_rules, &upheld_compliance_rules, &upheld_published_rules
  };
  upheld_kind_rules rules = *all[kind];
  if (kind == UPHELD_KIND_PUBLISHED) {
    rules.columns = im->published;
    rules.column_count = im->published_count;
  }
  return rules;
}

/* {====== one file ====== */

/* What must be there before the first row: the transaction, the directory, the tally's columns. */
static upheld_status make_ready(upheld_importer *im, upheld_kind kind) {
  upheld_status st = UPHELD_OK;
  if (im->target != NULL && !im->begun) {
    st = upheld_register_begin(im->target, im->options->now, im->options->reason, im->err);
    if (st != UPHELD_OK) return st;
    im->begun = true;
    st = upheld_register_directory(im->target, im->directory, im->err);
  }
  if (st != UPHELD_OK || kind == UPHELD_KIND_AUTHORITIES || im->ready) return st;
  im->ready = true;
  if (!im->directory->sealed) st = upheld_directory_seal(im->directory, im->err);
  if (st == UPHELD_OK) st = upheld_make_beside(im);
  if (im->evidence != NULL) {
    upheld_tally_free(&im->evidence->tally);
    upheld_tally_init(&im->evidence->tally, &im->evidence->allocator, im->scheme, im->directory->count);
  }
  return st;
}

static upheld_status file_fatal(upheld_importer *im, int64_t line, const char *code, const char *hint, const char *message) {
  upheld_text none = {NULL, 0};
  im->unusable = true;
  return upheld_report_add(im->report, UPHELD_FATAL, code, line, none, none, hint, im->err, "%s", message);
}

/* The file has its columns: starts it. UPHELD_FAULT when it is unusable all the same. */
static upheld_status start_rows(upheld_importer *im, upheld_kind kind) {
  const upheld_report_file *f = upheld_file_counts(im);
  upheld_status st = make_ready(im, kind);
  if (st == UPHELD_OK && kind != UPHELD_KIND_AUTHORITIES && im->directory->count == 0) {
    st = file_fatal(im, 0, "no-authorities", "import authorities.csv before it, or with it",
                    "no authorities are known, so that no row can be matched with one");
    return st == UPHELD_OK ? UPHELD_FAULT : st;
  }
  if (st == UPHELD_OK && im->target != NULL && kind == UPHELD_KIND_DECISIONS) st = upheld_choose_reading(im);
  if (st == UPHELD_OK && im->target != NULL) {
    st = upheld_register_file_begin(im->target, f->path, f->kind, im->options->sample && kind != UPHELD_KIND_AUTHORITIES, &im->import,
                                    im->err);
  }
  return st;
}

upheld_status upheld_make_moves(upheld_importer *im) {
  bool again = false;
  if (im->moves.count == 0) return UPHELD_OK;
  upheld_status st = upheld_moves_make(&im->moves, &im->met, &im->evidence->tally, &again, im->err);
  if (st == UPHELD_OK && again && im->reading == UPHELD_READING_AGAIN) st = upheld_file_changed(im);
  im->from_row = st != UPHELD_OK;
  return st;
}

upheld_status upheld_moves_written(upheld_importer *im) {
  return im->keeps_moves || im->moves.count < MOVES ? UPHELD_OK : upheld_make_moves(im);
}

static upheld_status on_plain(void *ud, const upheld_plain_rows *rows, size_t *taken, upheld_error *err) {
  upheld_importer *im = ud;
  (void)err; /* it is im->err */
  upheld_status st = im->rules->plain(im, rows, taken);
  if (st == UPHELD_OK) st = upheld_moves_written(im);
  im->from_row = st != UPHELD_OK;
  return st;
}

/* Whether rows may be offered to the kind's plain way: they only count, nothing of them is kept but in bulk. */
static bool takes_plain(const upheld_importer *im) {
  if (im->rules->plain == NULL || im->options->sample) return false;
  return im->bulk != NULL || (im->evidence != NULL && im->reading != UPHELD_READING_ONLY);
}

upheld_status upheld_offer_plain(upheld_importer *im) {
  if (!takes_plain(im)) return UPHELD_OK;
  im->wide = upheld_reader_look_wide(im->options->look);
  if (im->month_codes == NULL && im->wide != UPHELD_WIDE_NONE) {
    im->month_codes = upheld_new(&im->allocator, UPHELD_MONTH_CODES * sizeof *im->month_codes);
    if (im->month_codes == NULL) return upheld_nomem(im->err);
    upheld_fill_month_codes(im->scheme, im->month_codes);
  }
  upheld_reader_offer(im->reader, on_plain);
  return UPHELD_OK;
}

static upheld_status take_row(upheld_importer *im, const upheld_row *row) {
  upheld_status st = UPHELD_OK;
  if (!im->header_read) {
    bool usable;
    im->header_read = true;
    st = upheld_sheet_header(&im->sheet, row, &usable);
    if (st == UPHELD_OK && !usable) {
      im->unusable = true;
      return UPHELD_FAULT;
    }
    for (int k = 0; k < UPHELD_KINDS && st == UPHELD_OK; k++) {
      if (strcmp(kind_names[k], im->rules->name) == 0) st = start_rows(im, (upheld_kind)k);
    }
    if (st == UPHELD_OK) st = upheld_offer_plain(im);
    return st;
  }
  if (upheld_sheet_begin_row(&im->sheet, row)) st = im->rules->row(im);
  upheld_status end = upheld_sheet_end_row(&im->sheet);
  return st != UPHELD_OK ? st : end;
}

upheld_status upheld_import_row(void *ud, const upheld_row *row, upheld_error *err) {
  upheld_importer *im = ud;
  (void)err; /* it is im->err */
  upheld_status st = take_row(im, row);
  im->from_row = st != UPHELD_OK;
  return st;
}

bool upheld_import_goes_on(void *ud) {
  const upheld_importer *im = ud;
  const upheld_import_options *o = im->options;
  return o->progress == NULL || o->progress(o->progress_ud, im->path, im->done, im->total);
}

upheld_status upheld_tell_progress(upheld_importer *im, int64_t bytes) {
  im->done = bytes;
  if (upheld_import_goes_on(im)) return UPHELD_OK;
  return upheld_fail(im->err, UPHELD_INTERRUPTED, "interrupted", "the import was stopped; nothing was written");
}

/* Reads the open source to its end, row by row. */
static upheld_status read_rows(upheld_importer *im, upheld_source *source) {
  upheld_reader *reader;
  upheld_sha256 sha;
  const char *bytes;
  size_t size = 1;
  int64_t done = 0, told = 0;
  upheld_status st = upheld_reader_open(&reader, &im->allocator, 0, upheld_import_row, im, im->err);
  im->reader = reader;
  if (st == UPHELD_OK) upheld_reader_look(reader, im->options->look);
  upheld_sha256_init(&sha);
  while (st == UPHELD_OK && size > 0) {
    st = upheld_source_read(source, &bytes, &size, im->err);
    if (st != UPHELD_OK || size == 0) break;
    if (im->target != NULL) upheld_sha256_add(&sha, bytes, size); /* for the import log; a one-off keeps none */
    st = upheld_reader_feed(reader, bytes, size, im->err);
    done += (int64_t)size;
    if (st == UPHELD_OK && done - told >= UPHELD_PROGRESS_BYTES) {
      told = done;
      st = upheld_tell_progress(im, done);
    }
  }
  if (st == UPHELD_OK) st = upheld_reader_finish(reader, im->err);
  if (st == UPHELD_OK && told < done) st = upheld_tell_progress(im, done);
  if (im->target != NULL && done > 0) upheld_sha256_hex(&sha, upheld_file_counts(im)->sha256);
  upheld_reader_close(reader);
  return st;
}

/* After the last row: warnings and faults of the whole file, the log. */
static upheld_status end_rows(upheld_importer *im) {
  upheld_report_file *f = upheld_file_counts(im);
  upheld_text none = {NULL, 0};
  upheld_status st = UPHELD_OK;
  if (!im->header_read) return file_fatal(im, 0, "empty-file", "the first line must be the header", "the file is empty");
  if (f->read == 0) {
    st = upheld_report_add(im->report, UPHELD_WARNING, "no-rows", 0, none, none, NULL, im->err, "the file has a header and no rows");
  }
  if (st == UPHELD_OK && im->rules->end != NULL) st = im->rules->end(im);
  if (im->evidence != NULL) upheld_tally_settle(&im->evidence->tally);
  if (st == UPHELD_OK && im->target != NULL) {
    st = upheld_register_file_end(im->target, im->import, f, im->first, im->last, im->err);
  }
  return st;
}

/* A failure of reading is a fatal fault of the file; the others are failures of the call. */
static upheld_status sort_failure(upheld_importer *im, upheld_status st) {
  if (im->unusable && st == UPHELD_FAULT) return UPHELD_OK; /* reported where it was found */
  if (st != UPHELD_FAULT && (st != UPHELD_IO || im->from_row)) return st;
  im->unusable = true;
  return upheld_report_fatal(im->report, im->err, im->err);
}

static upheld_status read_file(upheld_importer *im, const upheld_import_file *file) {
  upheld_source *source;
  upheld_status st = upheld_source_open(&source, &im->allocator, file->path, im->err);
  if (st == UPHELD_OK) {
    int64_t size = upheld_source_size(source);
    bool all = im->reading == UPHELD_READING_ONLY && im->target == NULL;
    if (all && file->kind == UPHELD_KIND_DECISIONS && size > 0) upheld_seen_expect(&im->decisions, (size_t)size / UPHELD_ROW_BYTES);
    im->path = file->path;
    im->done = 0;
    im->total = size;
    st = upheld_takes_threads(im, file->kind, size) ? upheld_read_by_threads(im, source, file->path) : read_rows(im, source);
    if (st == UPHELD_OK || st == UPHELD_FAULT || (st == UPHELD_IO && !im->from_row)) { /* what was read counts, whatever follows it */
      upheld_error own = *im->err;
      upheld_status made = upheld_make_moves(im);
      if (made == UPHELD_OK) *im->err = own;
      else st = made;
    }
    if (st == UPHELD_OK) st = end_rows(im);
    upheld_source_close(source);
  }
  if (st != UPHELD_OK) st = sort_failure(im, st);
  /* also of a file that will not count: later ones are checked against its rows, and all are taken back together */
  return st == UPHELD_OK && im->bulk != NULL ? upheld_bulk_write(im->bulk, im->err) : st;
}

/* Takes the sheet's rejected rows over. */
static upheld_status keep_rejects(run *r, upheld_kind kind) {
  upheld_importer *im = &r->im;
  if (upheld_file_counts(im)->rejected == 0 || im->options->rejects == NULL) return UPHELD_OK;
  upheld_status st = upheld_grow(&im->allocator, (void **)&r->rejects, &r->reject_capacity, r->reject_count + 1, sizeof *r->rejects,
                                 im->err);
  if (st != UPHELD_OK) return st;
  r->rejects[r->reject_count].rows = im->sheet.rejects;
  r->rejects[r->reject_count].kind = kind;
  r->reject_count++;
  upheld_buffer_init(&im->sheet.rejects, &im->allocator);
  return UPHELD_OK;
}

static upheld_status import_file(run *r, const upheld_import_file *file) {
  upheld_importer *im = &r->im;
  size_t index = 0;
  upheld_status st = upheld_report_file_add(im->report, file->path, kind_names[file->kind], &index, im->err);
  if (st != UPHELD_OK) return st;
  if ((file->kind != UPHELD_KIND_AUTHORITIES && r->failed[UPHELD_KIND_AUTHORITIES]) ||
      (file->kind == UPHELD_KIND_COMPLIANCE && r->failed[UPHELD_KIND_DECISIONS])) {
    upheld_text none = {NULL, 0};
    return upheld_report_add(im->report, UPHELD_WARNING, "not-read", 0, none, none, NULL, im->err,
                             "not read, since %s has a fatal fault", r->failed_path);
  }
  upheld_kind_rules rules = upheld_rules_of(im, file->kind);
  im->rules = &rules;
  im->file = (uint16_t)index;
  im->import = 0;
  im->header_read = im->unusable = im->from_row = false;
  im->first = im->last = UPHELD_NO_DATE;
  upheld_seen_clear(&im->keys);
  upheld_dict_free(&im->types);
  upheld_sheet_init(&im->sheet, &im->allocator, im->options, im->report, rules.columns, rules.column_count, r->mapped, im->err);
  st = read_file(im, file);
  if (im->unusable) {
    r->failed[file->kind] = true;
    r->failed_path = file->path;
  }
  if (st == UPHELD_OK) st = keep_rejects(r, file->kind);
  upheld_sheet_free(&im->sheet);
  im->rules = NULL;
  return st;
}

/* }====== */

/* {====== the whole ====== */

static upheld_status check_options(upheld_importer *im) {
  const upheld_import_options *o = im->options;
  if (o->rejects != NULL) {
    upheld_status st = upheld_refuse_overwriting(im, o->rejects);
    if (st != UPHELD_OK) return st;
  }
  if (o->file_count == 0) return upheld_fail(im->err, UPHELD_MISUSE, "no-files", "an import needs a file");
  if (o->file_count > UINT16_MAX) {
    return upheld_fail(im->err, UPHELD_MISUSE, "too-many-files", "an import takes at most %d files", (int)UINT16_MAX);
  }
  for (size_t i = 0; i < o->file_count; i++) {
    if ((unsigned)o->files[i].kind >= UPHELD_KINDS || o->files[i].path == NULL) {
      return upheld_fail(im->err, UPHELD_MISUSE, "bad-file", "file %zu of the import has no path or no kind", i + 1);
    }
  }
  for (size_t m = 0; m < o->column_count; m++) {
    upheld_text column = upheld_text_of(o->columns[m].column);
    const char *near = NULL;
    int least = 4;
    bool found = false;
    for (int k = 0; k < UPHELD_KINDS && !found; k++) {
      upheld_kind_rules rules = upheld_rules_of(im, (upheld_kind)k);
      for (int c = 0; c < rules.column_count && !found; c++) {
        int distance = upheld_name_distance(column, upheld_text_of(rules.columns[c].name), least);
        found = upheld_text_is(column, rules.columns[c].name);
        if (distance < least) {
          least = distance;
          near = rules.columns[c].name;
        }
      }
    }
    if (found) continue;
    char shown[UPHELD_SHOWN];
    upheld_shown(shown, column);
    if (near == NULL) return upheld_fail(im->err, UPHELD_MISUSE, "unknown-column", "there is no column \"%s\" to map", shown);
    return upheld_fail(im->err, UPHELD_MISUSE, "unknown-column",
                       "there is no column \"%s\" to map; did you mean \"%s\"?", shown, near);
  }
  return UPHELD_OK;
}

/* Mapped headings that no file had, though a file of a kind with that column was read. */
static upheld_status report_unused(const run *r) {
  const upheld_importer *im = &r->im;
  const upheld_import_options *o = im->options;
  upheld_text none = {NULL, 0};
  upheld_status st = UPHELD_OK;
  for (size_t m = 0; m < o->column_count && st == UPHELD_OK; m++) {
    bool wanted = false;
    for (size_t i = 0; i < o->file_count && !wanted; i++) {
      upheld_kind_rules rules = upheld_rules_of(im, o->files[i].kind);
      for (int c = 0; c < rules.column_count; c++) wanted = wanted || strcmp(rules.columns[c].name, o->columns[m].column) == 0;
    }
    if (r->mapped[m] || !wanted) continue;
    char shown[UPHELD_SHOWN];
    st = upheld_report_add(im->report, UPHELD_WARNING, "unused-mapping", 0, none, upheld_text_of(o->columns[m].heading), NULL, im->err,
                           "no file has the heading \"%s\" that was mapped to the column %s",
                           upheld_shown(shown, upheld_text_of(o->columns[m].heading)), o->columns[m].column);
  }
  return st;
}

static upheld_status run_init(run *r, const upheld_allocator *a, const upheld_scheme *s, const upheld_import_options *o,
                              upheld_report *report, upheld_error *err) {
  upheld_importer *im = &r->im;
  memset(r, 0, sizeof *r);
  im->allocator = *a;
  im->scheme = s;
  im->options = o;
  im->report = report;
  im->err = err;
  im->plain_run = 1;
  upheld_moves_init(&im->moves, a);
  upheld_keys_init(&im->met, a);
  upheld_seen_init(&im->decisions, a);
  upheld_seen_init(&im->keys, a);
  upheld_dict_init(&im->types, a);
  upheld_directory_init(&im->own_directory, a, s);
  upheld_published_columns(im);
  upheld_status st = check_options(im);
  if (st == UPHELD_OK) st = upheld_make_memos(im);
  if (st == UPHELD_OK) {
    r->mapped = upheld_new_zero(a, o->column_count + 1, sizeof *r->mapped);
    if (r->mapped == NULL) st = upheld_nomem(err);
  }
  return st;
}

static void run_free(run *r) {
  upheld_importer *im = &r->im;
  upheld_free_memos(im);
  upheld_release(&im->allocator, im->month_codes, UPHELD_MONTH_CODES * sizeof *im->month_codes);
  upheld_moves_free(&im->moves);
  upheld_bulk_free(im->bulk);
  upheld_keys_free(&im->met);
  upheld_seen_free(&im->decisions);
  upheld_seen_free(&im->keys);
  upheld_dict_free(&im->types);
  upheld_directory_free(&im->own_directory);
  upheld_release(&im->allocator, im->successors, im->successor_capacity * sizeof *im->successors);
  for (size_t i = 0; i < r->reject_count; i++) upheld_buffer_free(&r->rejects[i].rows);
  upheld_release(&im->allocator, r->rejects, r->reject_capacity * sizeof *r->rejects);
  upheld_release(&im->allocator, r->mapped, (im->options->column_count + 1) * sizeof *r->mapped);
}

/* All files, by kind and then in the order given. */
static upheld_status run_files(run *r) {
  const upheld_import_options *o = r->im.options;
  upheld_status st = UPHELD_OK;
  for (int kind = 0; kind < UPHELD_KINDS; kind++) {
    for (size_t i = 0; i < o->file_count && st == UPHELD_OK; i++) {
      if (o->files[i].kind == (upheld_kind)kind) st = import_file(r, &o->files[i]);
    }
  }
  return st;
}

/* After all files: what the report says of the whole, and the rejected rows. */
static upheld_status run_end(run *r) {
  upheld_status st = r->im.report->fatal == 0 ? report_unused(r) : UPHELD_OK;
  return st == UPHELD_OK ? upheld_rejects_write(&r->im, r->rejects, r->reject_count) : st;
}

upheld_status upheld_import(upheld_register *target, const upheld_import_options *o, upheld_report *report, upheld_error *err) {
  run r;
  upheld_error own;
  if (err == NULL) err = &own;
  upheld_status st = run_init(&r, &report->allocator, upheld_register_scheme(target), o, report, err);
  if (st == UPHELD_OK) {
    r.im.target = target;
    r.im.directory = &r.im.own_directory;
    st = run_files(&r);
    if (st == UPHELD_OK) st = run_end(&r);
  }
  if (r.im.begun) {
    if (st == UPHELD_OK && report->fatal == 0 && !o->dry_run && !(o->strict && report->errors > 0)) {
      st = upheld_register_commit(target, err);
      report->written = st == UPHELD_OK;
    } else {
      upheld_register_rollback(target);
    }
  }
  run_free(&r);
  return st;
}

/* Whether all files can be read twice, and nothing stands in the report and evidence that a second reading would lose. */
static bool can_read_again(const upheld_import_options *o, const upheld_evidence *out, const upheld_report *report) {
  bool all = report->file_count == 0 && report->fault_count == 0 && out->directory.count == 0;
  for (size_t i = 0; i < o->file_count && all; i++) all = upheld_is_regular(o->files[i].path);
  return all;
}

/* One reading of all files into evidence. */
static upheld_status read_once(run *r, upheld_evidence *out) {
  r->im.evidence = out;
  r->im.directory = &out->directory;
  upheld_status st = run_files(r);
  if (st == UPHELD_OK) st = make_ready(&r->im, UPHELD_KINDS); /* with authorities alone, or nothing, the tally has its size too */
  return st;
}

/* References came again: begins anew, knowing which. */
static upheld_status begin_again(run *r, upheld_evidence *out) {
  upheld_importer *im = &r->im;
  upheld_allocator a = im->allocator, own = out->allocator;
  const upheld_scheme *s = im->scheme;
  const upheld_import_options *o = im->options;
  upheld_report *report = im->report;
  upheld_error *err = im->err;
  upheld_keys met = im->met;
  upheld_keys_init(&im->met, &a);
  run_free(r);
  upheld_report_free(report);
  upheld_report_init(report, &a);
  upheld_evidence_free(out);
  upheld_evidence_init(out, &own, s);
  upheld_status st = run_init(r, &a, s, o, report, err);
  upheld_keys_settle(&met);
  im->met = met;
  im->reading = UPHELD_READING_AGAIN;
  return st;
}

upheld_status upheld_import_evidence(const upheld_scheme *s, const upheld_import_options *o, upheld_evidence *out,
                                     upheld_report *report, upheld_error *err) {
  run r;
  upheld_error own;
  if (err == NULL) err = &own;
  upheld_status st = run_init(&r, &report->allocator, s, o, report, err);
  if (st == UPHELD_OK) {
    if (can_read_again(o, out, report)) r.im.reading = UPHELD_READING_FIRST;
    st = read_once(&r, out);
  }
  if (st == UPHELD_OK && r.im.met.again.count > 0) {
    st = begin_again(&r, out);
    if (st == UPHELD_OK) st = read_once(&r, out);
  }
  if (st == UPHELD_OK) st = run_end(&r);
  if (st == UPHELD_OK) st = upheld_evidence_seal(out, err);
  run_free(&r);
  return st;
}

/* }====== */
