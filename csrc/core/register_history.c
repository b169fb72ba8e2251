/*
** register_history.c: the earlier versions of one decision and of its compliance outcome, and where rows came from.
** Owns: the order of versions, and which values of two versions differ. A version's new values are the old values of
** the next version of that row, those of the last one what stands.
** Must not: write; decide what counts in a figure (register_read.c does).
*/
#include "register_history.h"

#include <string.h>

#include "json.h"
#include "register_parts.h"

/* {====== the history's memory ====== */

void upheld_history_init(upheld_history *h, const upheld_allocator *a) {
  memset(h, 0, sizeof *h);
  h->allocator = *a;
  upheld_arena_init(&h->arena, a);
}

void upheld_history_free(upheld_history *h) {
  for (size_t i = 0; i < h->count; i++) {
    upheld_version *v = &h->versions[i];
    upheld_release(&h->allocator, v->changes, v->change_capacity * sizeof *v->changes);
  }
  upheld_release(&h->allocator, h->versions, h->capacity * sizeof *h->versions);
  upheld_arena_free(&h->arena);
  h->versions = NULL;
  h->count = h->capacity = 0;
}

static upheld_status add_change(upheld_history *h, upheld_version *v, upheld_value_change change, upheld_error *err) {
  upheld_status st = upheld_grow(&h->allocator, (void **)&v->changes, &v->change_capacity, v->change_count + 1,
                                 sizeof *v->changes, err);
  if (st == UPHELD_OK) v->changes[v->change_count++] = change;
  return st;
}

/* }====== */

/* {====== rows as text ====== */

/* How the cells of a column are told. */
typedef enum cell_kind { CELL_DATE, CELL_FLAG, CELL_OUTCOME, CELL_AREA, CELL_COMPLIANCE, CELL_TEXT } cell_kind;

typedef struct column {
  const char *name;
  cell_kind kind;
} column;

enum { MOST_COLUMNS = 10 };

/*
** A table's columns, and the statement that gives the versions of a row in the order in which they were made, then the
** row as it stands: the columns, import, line, then what, replaced_at, reason, by_import, by_line (what is NULL for the
** last).
*/
typedef struct history_table {
  const char *sql;
  column columns[MOST_COLUMNS];
  int count;
} history_table;

static const history_table decision_history = {
  "SELECT received, decided, outcome, area, remedied, url, kind, compliance_stated, sample, withdrawn, import, line,"
  " what, replaced_at, reason, by_import, by_line, 0 AS last, id"
  " FROM decision_version WHERE reference = ?1 AND authority = ?2"
  " UNION ALL SELECT received, decided, outcome, area, remedied, url, kind, compliance_stated, sample, withdrawn,"
  " import, line, NULL, NULL, NULL, NULL, NULL, 1, 0 FROM decision WHERE reference = ?1 AND authority = ?2"
  " ORDER BY last, id",
  {{"received_date", CELL_DATE}, {"decided_date", CELL_DATE}, {"outcome", CELL_OUTCOME}, {"service_area", CELL_AREA},
   {"remedied_before", CELL_FLAG}, {"url", CELL_TEXT}, {"kind", CELL_TEXT}, {"compliance_stated", CELL_FLAG},
   {"sample", CELL_FLAG}, {"withdrawn", CELL_FLAG}},
  10
};
static const history_table compliance_history = {
  "SELECT outcome, due, recorded, sample, import, line, what, replaced_at, reason, by_import, by_line, 0 AS last, id"
  " FROM compliance_version WHERE reference = ?1 AND authority = ?2"
  " UNION ALL SELECT outcome, due, recorded, sample, import, line, NULL, NULL, NULL, NULL, NULL, 1, 0"
  " FROM compliance WHERE reference = ?1 AND authority = ?2 ORDER BY last, id",
  {{"compliance_outcome", CELL_COMPLIANCE}, {"compliance_due_date", CELL_DATE}, {"compliance_date", CELL_DATE},
   {"sample", CELL_FLAG}},
  4
};

/* A row whose cells are text in the history's arena; NULL: not recorded. */
typedef struct text_row {
  const char *cells[MOST_COLUMNS];
  upheld_source source;
} text_row;

static const char *label_at(const upheld_vocabulary *v, int64_t code) {
  return code >= 0 && code < v->count ? v->labels[code] : NULL;
}

static upheld_status read_cell(upheld_statement *s, int at, cell_kind kind, const upheld_scheme *words,
                               upheld_history *h, const char **cell, upheld_error *err) {
  char date[11];
  *cell = NULL;
  if (upheld_db_null(s, at)) return UPHELD_OK;
  int64_t number = upheld_db_int(s, at);
  upheld_text text = {NULL, 0};
  switch (kind) {
    case CELL_FLAG: *cell = number != 0 ? "yes" : "no"; return UPHELD_OK;
    case CELL_OUTCOME: *cell = label_at(&words->outcomes, number); return UPHELD_OK;
    case CELL_AREA: *cell = label_at(&words->areas, number); return UPHELD_OK;
    case CELL_COMPLIANCE: *cell = label_at(&words->compliance, number); return UPHELD_OK;
    case CELL_DATE:
      if (number <= INT32_MIN || number > INT32_MAX) return UPHELD_OK; /* another tool's: no date */
      upheld_format_date((upheld_date)number, date);
      text = upheld_text_of(date);
      break;
    default: text = upheld_db_text(s, at); break;
  }
  if (text.size == 0) return UPHELD_OK;
  *cell = upheld_arena_copy(&h->arena, text);
  return *cell == NULL ? upheld_nomem(err) : UPHELD_OK;
}

static upheld_status read_row(upheld_statement *s, const history_table *t, const upheld_scheme *words,
                              upheld_history *h, text_row *row, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  for (int i = 0; i < t->count && st == UPHELD_OK; i++) {
    st = read_cell(s, i, t->columns[i].kind, words, h, &row->cells[i], err);
  }
  row->source.import = upheld_db_int(s, t->count);
  row->source.line = upheld_db_int(s, t->count + 1);
  return st;
}

static bool same_cell(const char *a, const char *b) {
  return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static upheld_status compare(upheld_history *h, upheld_version *v, const history_table *t, const text_row *old,
                             const text_row *now, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  for (int i = 0; i < t->count && st == UPHELD_OK; i++) {
    if (same_cell(old->cells[i], now->cells[i])) continue;
    upheld_value_change change = {t->columns[i].name, old->cells[i], now->cells[i]};
    st = add_change(h, v, change, err);
  }
  return st;
}

/* }====== */

/* {====== versions ====== */

/* A version without its changes, which the next row tells. */
static upheld_status add_version(upheld_statement *s, const history_table *t, const text_row *row, upheld_history *h,
                                 upheld_error *err) {
  int at = t->count + 2;
  upheld_status st = upheld_grow(&h->allocator, (void **)&h->versions, &h->capacity, h->count + 1,
                                 sizeof *h->versions, err);
  if (st != UPHELD_OK) return st;
  upheld_version v = {.compliance = t == &compliance_history, .import = row->source.import, .line = row->source.line};
  v.what = upheld_arena_copy(&h->arena, upheld_db_text(s, at));
  v.at = upheld_arena_copy(&h->arena, upheld_db_text(s, at + 1));
  v.reason = upheld_arena_copy(&h->arena, upheld_db_text(s, at + 2));
  v.by_import = upheld_db_int(s, at + 3);
  v.by_line = upheld_db_int(s, at + 4);
  if (v.what == NULL || v.at == NULL || v.reason == NULL) return upheld_nomem(err);
  h->versions[h->count++] = v;
  return UPHELD_OK;
}

/* The row as it stands. Beside a decision it is told whether that is a sample, not whether its outcome's row is. */
static void keep_standing(upheld_history *h, const history_table *t, const text_row *row) {
  for (int i = 0; i < t->count; i++) {
    bool repeated = t == &compliance_history && h->known && strcmp(t->columns[i].name, "sample") == 0;
    if (row->cells[i] == NULL || repeated) continue;
    upheld_value_change standing = {t->columns[i].name, NULL, row->cells[i]};
    h->standing[h->standing_count++] = standing;
    if (strcmp(standing.column, "withdrawn") == 0) h->withdrawn = strcmp(standing.now, "yes") == 0;
  }
}

/* Appends a row's versions; *found: the row stands, and *source says where it came from. */
static upheld_status read_versions(upheld_register *r, const history_table *t, uint64_t reference, int64_t authority,
                                   upheld_history *h, bool *found, upheld_source *source, upheld_error *err) {
  bool row = true, last = false;
  text_row before = {{NULL}, {0, 0}}, now = {{NULL}, {0, 0}};
  size_t first = h->count;
  upheld_statement *s;
  *found = false;
  upheld_status st = upheld_db_get(r->db, t->sql, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, (int64_t)reference);
  upheld_db_bind(s, 2, authority);
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    st = read_row(s, t, r->scheme, h, &now, err);
    if (st == UPHELD_OK && h->count > first) st = compare(h, &h->versions[h->count - 1], t, &before, &now, err);
    last = upheld_db_null(s, t->count + 2);
    if (st == UPHELD_OK && !last) st = add_version(s, t, &now, h, err);
    if (st != UPHELD_OK) break;
    before = now;
  }
  upheld_db_done(s);
  if (st == UPHELD_OK && h->count > first && !last) {
    return upheld_fail(err, UPHELD_DATABASE, "damaged-register",
                       "the register has versions of a row that is not there");
  }
  *found = last;
  *source = now.source;
  if (last) keep_standing(h, t, &now);
  return st;
}

/* Whether a was made after b. At one time the order stays: a decision's versions, then its compliance outcome's. */
static bool later(const upheld_version *a, const upheld_version *b) {
  int order = strcmp(a->at, b->at);
  if (order != 0) return order > 0;
  return a->by_import != 0 && b->by_import != 0 && a->by_import > b->by_import;
}

/* Moves the versions from `middle` on among those before; each row's own order stays. They are few. */
static void merge_versions(upheld_history *h, size_t middle) {
  size_t from = 0;
  for (size_t i = middle; i < h->count; i++) {
    upheld_version v = h->versions[i];
    size_t at = i;
    while (at > from && later(&h->versions[at - 1], &v)) at--;
    memmove(&h->versions[at + 1], &h->versions[at], (i - at) * sizeof v);
    h->versions[at] = v;
    from = at + 1;
  }
}

upheld_status upheld_register_versions(upheld_register *r, const upheld_directory *d, uint64_t reference,
                                       uint32_t authority, upheld_history *out, upheld_error *err) {
  bool stored;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK) return st;
  int64_t id = authority < d->count ? d->items[authority].id : 0;
  if (stored && id > 0) {
    st = read_versions(r, &decision_history, reference, id, out, &out->known, &out->decision, err);
    size_t middle = out->count;
    if (st == UPHELD_OK) {
      st = read_versions(r, &compliance_history, reference, id, out, &out->has_compliance, &out->compliance, err);
    }
    if (st != UPHELD_OK) return st;
    merge_versions(out, middle);
  }
  if (!out->known && !out->has_compliance) {
    return upheld_fail(err, UPHELD_ABSENT, "no-such-decision", "the register has no such decision");
  }
  return UPHELD_OK;
}

/* }====== */

/* {====== sources ====== */

/* Earlier versions as records: of decisions; on the compliance clock of either row beside the other as it stands. */
#define VERSION_OF(received, decided, outcome, area, remedied, stated, line, import, c) \
  received ", " decided ", " outcome ", " area ", " remedied ", " stated ", 0, NULL, NULL, " line ", " import ", " c
static const char former_decisions[] =
  "SELECT reference, authority, " VERSION_OF("received", "decided", "outcome", "area", "remedied", "compliance_stated", "line",
                                             "import", "NULL, NULL, NULL, 0")
  " FROM decision_version WHERE authority = ?1 AND sample = 0 AND withdrawn = 0 ORDER BY reference";
static const char former_compliance[] =
  "SELECT v.reference, v.authority, " VERSION_OF("d.received", "d.decided", "d.outcome", "d.area", "d.remedied",
      "d.compliance_stated", "v.line", "v.import", "v.outcome, v.due, v.recorded, d.reference IS NULL")
  " FROM compliance_version v LEFT JOIN decision d ON d.reference = v.reference AND d.authority = v.authority"
  " WHERE v.authority = ?1 AND v.sample = 0"
  " UNION ALL SELECT v.reference, v.authority, " VERSION_OF("v.received", "v.decided", "v.outcome", "v.area", "v.remedied",
      "v.compliance_stated", "v.line", "v.import", "c.outcome, c.due, c.recorded, 0")
  " FROM decision_version v JOIN compliance c ON c.reference = v.reference AND c.authority = v.authority"
  " WHERE v.authority = ?1 AND v.sample = 0 AND v.withdrawn = 0 AND c.sample = 0 ORDER BY 1";

static upheld_date day_of(const upheld_record *rec, upheld_clock clock) {
  if (clock == UPHELD_CLOCK_COMPLIANCE) return upheld_record_compliance_day(rec);
  return clock == UPHELD_CLOCK_RECEIVED ? rec->received : rec->decided;
}

upheld_status upheld_register_formerly(upheld_register *r, const upheld_directory *d, const upheld_selection *what,
                                       upheld_status (*fn)(void *ud, uint64_t reference, upheld_error *err), void *ud,
                                       upheld_error *err) {
  upheld_statement *s;
  upheld_record rec;
  uint64_t last = UINT64_MAX;
  bool stored, row = false;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored) return st;
  if (what->authority < 0 || (uint64_t)what->authority >= d->count) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-selection", "there is no such authority");
  }
  st = upheld_db_get(r->db, what->clock == UPHELD_CLOCK_COMPLIANCE ? former_compliance : former_decisions, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, d->items[what->authority].id);
  while (st == UPHELD_OK && (st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    upheld_register_fill(s, r->scheme, &rec);
    upheld_date day = day_of(&rec, what->clock);
    if (day == UPHELD_NO_DATE || day < what->first || day > what->last || rec.reference == last) continue;
    if ((upheld_register_counters(r->scheme, &rec, what->clock) & what->counters) == 0) continue;
    last = rec.reference;
    st = fn(ud, rec.reference, err);
  }
  upheld_db_done(s);
  return st;
}

static const char *const source_selects[] = {
  "SELECT import, line FROM population WHERE authority = ?1 AND year = ?2",
  "SELECT DISTINCT import, line FROM published WHERE authority = ?1 AND year = ?2 ORDER BY import, line"
};

upheld_status upheld_register_sources(upheld_register *r, upheld_source_of what, int64_t authority_id, int year,
                                      upheld_source *out, size_t capacity, size_t *count, upheld_error *err) {
  bool stored, row = true;
  upheld_statement *s;
  *count = 0;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored) return st;
  st = upheld_db_get(r->db, source_selects[what], &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, authority_id);
  upheld_db_bind(s, 2, year);
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    if (*count < capacity) {
      out[*count].import = upheld_db_int(s, 0);
      out[*count].line = upheld_db_int(s, 1);
    }
    (*count)++;
  }
  upheld_db_done(s);
  return st;
}

/* }====== */

/* {====== imports ====== */

static upheld_text base_name(upheld_text path) {
  for (size_t i = path.size; i > 0; i--) {
    if (path.at[i - 1] == '/') return (upheld_text){path.at + i, path.size - i};
  }
  return path;
}

upheld_status upheld_register_imports(upheld_register *r, upheld_buffer *out, upheld_error *err) {
  static const char select[] = "SELECT path, kind, sha256, read, accepted FROM import ORDER BY id";
  upheld_statement *s = NULL;
  upheld_json j;
  bool row, stored;
  upheld_status st = upheld_register_ready(r, &stored, err);
  upheld_json_init(&j, out);
  upheld_json_open(&j, '[');
  if (st == UPHELD_OK && stored) st = upheld_db_get(r->db, select, &s, err);
  while (s != NULL && st == UPHELD_OK && (st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    upheld_json_break(&j);
    upheld_json_open(&j, '{');
    upheld_json_key(&j, "file");
    upheld_json_string(&j, base_name(upheld_db_text(s, 0)));
    upheld_json_key(&j, "kind");
    upheld_json_string(&j, upheld_db_text(s, 1));
    upheld_json_key(&j, "sha256");
    upheld_json_string(&j, upheld_db_text(s, 2));
    upheld_json_count_member(&j, "read", upheld_db_int(s, 3), !upheld_db_null(s, 3));
    upheld_json_count_member(&j, "accepted", upheld_db_int(s, 4), !upheld_db_null(s, 4));
    upheld_json_close(&j, '}');
  }
  upheld_db_done(s);
  upheld_json_close(&j, ']');
  return st == UPHELD_OK && out->failed ? upheld_nomem(err) : st;
}

/* }====== */
