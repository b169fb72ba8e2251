/*
** records.c: decision records in columns (records.h has the meaning of each).
** Owns: that all columns have the same length. It checks nothing: records are
** valid before they come here.
*/
#include "records.h"

#include <string.h>

/* Every column, so that growing and freeing cannot forget one. */
#define UPHELD_EACH_COLUMN(X) \
  X(reference) X(authority) X(received) X(decided) X(due) X(recorded) X(outcome) X(area) X(remedied) \
  X(compliance) X(flags) X(url) X(kind) X(line) X(import)

void upheld_records_init(upheld_records *r, const upheld_allocator *a) {
  memset(r, 0, sizeof *r);
  r->allocator = *a;
  upheld_arena_init(&r->arena, a);
}

void upheld_records_free(upheld_records *r) {
#define RELEASE(column) upheld_release(&r->allocator, r->column, r->capacity * sizeof *r->column);
  UPHELD_EACH_COLUMN(RELEASE)
#undef RELEASE
  upheld_arena_free(&r->arena);
  upheld_allocator a = r->allocator;
  upheld_records_init(r, &a);
}

void upheld_records_clear(upheld_records *r) {
  r->count = 0;
  upheld_arena_free(&r->arena);
  upheld_arena_init(&r->arena, &r->allocator);
}

static upheld_status make_room(upheld_records *r, upheld_error *err) {
  size_t wanted = r->capacity < 256 ? 256 : r->capacity + r->capacity / 2;
  if (wanted > SIZE_MAX / sizeof(upheld_text)) return upheld_nomem(err);
  /* All new columns first: on failure the records are as they were. */
  upheld_records fresh;
  memset(&fresh, 0, sizeof fresh);
  bool complete = true;
#define ALLOCATE(column) \
  fresh.column = upheld_new(&r->allocator, wanted * sizeof *r->column); \
  if (fresh.column == NULL) complete = false;
  UPHELD_EACH_COLUMN(ALLOCATE)
#undef ALLOCATE
  if (!complete) {
#define GIVE_BACK(column) upheld_release(&r->allocator, fresh.column, wanted * sizeof *r->column);
    UPHELD_EACH_COLUMN(GIVE_BACK)
#undef GIVE_BACK
    return upheld_nomem(err);
  }
#define MOVE(column) \
  if (r->count > 0) memcpy(fresh.column, r->column, r->count * sizeof *r->column); \
  upheld_release(&r->allocator, r->column, r->capacity * sizeof *r->column); \
  r->column = fresh.column;
  UPHELD_EACH_COLUMN(MOVE)
#undef MOVE
  r->capacity = wanted;
  return UPHELD_OK;
}

/* Keeps text in the records' own arena. */
static upheld_status keep(upheld_records *r, upheld_text t, upheld_text *out, upheld_error *err) {
  out->at = "";
  out->size = 0;
  if (t.size == 0) return UPHELD_OK;
  const char *copy = upheld_arena_copy(&r->arena, t);
  if (copy == NULL) return upheld_nomem(err);
  out->at = copy;
  out->size = t.size;
  return UPHELD_OK;
}

upheld_status upheld_records_add(upheld_records *r, const upheld_record *record, upheld_error *err) {
  upheld_text url, kind;
  upheld_status st = UPHELD_OK;
  if (r->count == r->capacity) st = make_room(r, err);
  if (st == UPHELD_OK) st = keep(r, record->url, &url, err);
  if (st == UPHELD_OK) st = keep(r, record->kind, &kind, err);
  if (st != UPHELD_OK) return st;
  size_t i = r->count++;
  r->reference[i] = record->reference;
  r->authority[i] = record->authority;
  r->received[i] = record->received;
  r->decided[i] = record->decided;
  r->due[i] = record->due;
  r->recorded[i] = record->recorded;
  r->outcome[i] = record->outcome;
  r->area[i] = record->area;
  r->remedied[i] = record->remedied;
  r->compliance[i] = record->compliance;
  r->flags[i] = record->flags;
  r->url[i] = url;
  r->kind[i] = kind;
  r->line[i] = record->line;
  r->import[i] = record->import;
  return UPHELD_OK;
}

void upheld_records_get(const upheld_records *r, size_t i, upheld_record *out) {
  out->reference = r->reference[i];
  out->authority = r->authority[i];
  out->received = r->received[i];
  out->decided = r->decided[i];
  out->due = r->due[i];
  out->recorded = r->recorded[i];
  out->outcome = r->outcome[i];
  out->area = r->area[i];
  out->remedied = r->remedied[i];
  out->compliance = r->compliance[i];
  out->flags = r->flags[i];
  out->url = r->url[i];
  out->kind = r->kind[i];
  out->line = r->line[i];
  out->import = r->import[i];
}

upheld_date upheld_record_compliance_day(const upheld_record *r) {
  return r->recorded != UPHELD_NO_DATE ? r->recorded : r->due;
}
