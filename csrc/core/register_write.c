/*
** register_write.c: what an import writes: one row at a time, within a transaction.
** Owns: the rules of a row that comes again. Unchanged: the stored row stays, with the file and line it first came from.
** Otherwise the old row goes to the *_version table with time, reason and the line that replaced it, and the new one takes its place:
** "completed" when values that were not recorded were filled (an open case that arrives decided, a sample row that arrives in a
** complete file), "corrected" when a recorded value changed.
** Must not: delete a row of the records, or judge whether a value is valid (import.c did).
*/
#include <string.h>

#include "register_parts.h"

/* {====== rows in general ====== */

typedef enum value_kind { VALUE_NULL, VALUE_INTEGER, VALUE_TEXT } value_kind;

typedef struct value {
  value_kind kind;
  int64_t number;
  upheld_text text;
} value;

/*
** The statements of one table. Parameters of insert and update: the keys, the values, import, line. Of select: the
** keys (it gives the values). Of version: the keys, what, time, reason, import and line of the new row.
*/
typedef struct table {
  const char *insert, *select, *version, *update;
  int keys, values;
  upheld_part derived; /* which part of a decision's key it holds: reference and authority are its first two columns */
} table;

enum { MAX_ROW = 12 }; /* keys and values of the widest table */

static value of_integer(int64_t number) {
  value v = {VALUE_INTEGER, number, {NULL, 0}};
  return v;
}

static value of_text(upheld_text text) {
  value v = {text.size == 0 ? VALUE_NULL : VALUE_TEXT, 0, text};
  return v;
}

static value of_date(upheld_date date) {
  value v = {date == UPHELD_NO_DATE ? VALUE_NULL : VALUE_INTEGER, date, {NULL, 0}};
  return v;
}

static value of_code(uint8_t code) {
  value v = {code == UPHELD_NO_CODE ? VALUE_NULL : VALUE_INTEGER, code, {NULL, 0}};
  return v;
}

static void bind_value(upheld_statement *s, int at, const value *v) {
  switch (v->kind) {
    case VALUE_INTEGER: upheld_db_bind(s, at, v->number); break;
    case VALUE_TEXT: upheld_db_bind_text(s, at, v->text); break;
    default: upheld_db_bind_null(s, at); break;
  }
}

static void bind_source(upheld_statement *s, int at, int64_t import, int64_t line) {
  if (import > 0) upheld_db_bind(s, at, import);
  else upheld_db_bind_null(s, at);
  upheld_db_bind(s, at + 1, line);
}

static upheld_status write_row(upheld_register *r, const table *t, const char *sql, const value *row, int64_t import,
                               int64_t line, upheld_error *err) {
  upheld_statement *s;
  upheld_status st = upheld_db_get(r->db, sql, &s, err);
  if (st != UPHELD_OK) return st;
  for (int i = 0; i < t->keys + t->values; i++) bind_value(s, i + 1, &row[i]);
  bind_source(s, t->keys + t->values + 1, import, line);
  return upheld_db_run(s, err);
}

/* Inserts the row unless its key is there. */
static upheld_status insert_row(upheld_register *r, const table *t, const value *row, int64_t import, int64_t line,
                                bool *added, upheld_error *err) {
  upheld_status st = write_row(r, t, t->insert, row, import, line, err);
  *added = st == UPHELD_OK && upheld_db_changes(r->db) > 0;
  if (!*added || t->derived == UPHELD_PART_NONE) return st;
  return upheld_derived_after(r, (uint64_t)row[0].number, row[1].number, t->derived, err);
}

/* The stored row of row's key; its text lives until *open is given back (also after a failure, where it may be NULL). */
static upheld_status find_row(upheld_register *r, const table *t, const value *row, value *stored, upheld_statement **open,
                              upheld_error *err) {
  bool found = false;
  upheld_status st = upheld_db_get(r->db, t->select, open, err);
  if (st != UPHELD_OK) return st;
  for (int i = 0; i < t->keys; i++) {
    bind_value(*open, i + 1, &row[i]);
    stored[i] = row[i];
  }
  st = upheld_db_step(*open, &found, err);
  if (st == UPHELD_OK && !found) {
    st = upheld_fail(err, UPHELD_DATABASE, "damaged-register", "a row of the register is there and cannot be found");
  }
  for (int i = 0; i < t->values && st == UPHELD_OK; i++) {
    value *v = &stored[t->keys + i];
    switch (upheld_db_type(*open, i)) {
      case UPHELD_DB_INTEGER: *v = of_integer(upheld_db_int(*open, i)); break;
      case UPHELD_DB_TEXT: *v = of_text(upheld_db_text(*open, i)); break;
      default: *v = of_text(upheld_text_of(NULL)); break;
    }
  }
  return st;
}

/* Keeps the old version and writes the new row in its place. */
static upheld_status write_version(upheld_register *r, const table *t, const value *row, const char *what, int64_t import,
                                 int64_t line, upheld_error *err) {
  upheld_statement *s;
  upheld_status st = upheld_db_get(r->db, t->version, &s, err);
  if (st != UPHELD_OK) return st;
  for (int i = 0; i < t->keys; i++) bind_value(s, i + 1, &row[i]);
  upheld_text reason = {r->reason.data, r->reason.size};
  upheld_db_bind_text(s, t->keys + 1, upheld_text_of(what));
  upheld_db_bind_text(s, t->keys + 2, upheld_text_of(r->now));
  upheld_db_bind_text(s, t->keys + 3, reason);
  bind_source(s, t->keys + 4, import, line);
  st = upheld_db_run(s, err);
  return st == UPHELD_OK ? write_row(r, t, t->update, row, import, line, err) : st;
}

/* Tables of which something is derived: what is kept beside the rows is told of every change (register_derived.h). */
static upheld_status replace_row(upheld_register *r, const table *t, const value *row, const char *what, int64_t import,
                                 int64_t line, upheld_error *err) {
  uint64_t reference = (uint64_t)row[0].number;
  if (t->derived == UPHELD_PART_NONE) return write_version(r, t, row, what, import, line, err);
  upheld_status st = upheld_derived_before(r, reference, row[1].number, err);
  if (st == UPHELD_OK) st = write_version(r, t, row, what, import, line, err);
  return st == UPHELD_OK ? upheld_derived_after(r, reference, row[1].number, UPHELD_PART_NONE, err) : st;
}

static bool same_value(const value *a, const value *b) {
  if (a->kind != b->kind) return false;
  return a->kind == VALUE_TEXT ? upheld_text_equal(a->text, b->text) : a->kind == VALUE_NULL || a->number == b->number;
}

/* How rows differ in the columns first .. last: nothing, gaps that were filled, or recorded values that changed. */
typedef enum difference { DIFFERENCE_NONE, DIFFERENCE_FILLED, DIFFERENCE_CHANGED } difference;

static difference compare_rows(const value *old, const value *now, int first, int last) {
  difference d = DIFFERENCE_NONE;
  for (int i = first; i <= last; i++) {
    if (same_value(&old[i], &now[i])) continue;
    if (old[i].kind != VALUE_NULL) return DIFFERENCE_CHANGED;
    d = DIFFERENCE_FILLED;
  }
  return d;
}

static upheld_applied applied_as(difference d) {
  return d == DIFFERENCE_NONE ? UPHELD_APPLIED_UNCHANGED
                              : d == DIFFERENCE_FILLED ? UPHELD_APPLIED_COMPLETED : UPHELD_APPLIED_CORRECTED;
}

static const char *what_of(upheld_applied did) { return did == UPHELD_APPLIED_CORRECTED ? "corrected" : "completed"; }

/* The whole rule for tables whose rows come whole. */
static upheld_status put_row(upheld_register *r, const table *t, const value *row, int64_t import, int64_t line,
                             upheld_applied *did, upheld_error *err) {
  bool added = false;
  *did = UPHELD_APPLIED_ADDED;
  upheld_status st = upheld_register_writable(r, err);
  if (st == UPHELD_OK) st = insert_row(r, t, row, import, line, &added, err);
  if (st != UPHELD_OK || added) return st;
  value stored[MAX_ROW];
  upheld_statement *open = NULL;
  st = find_row(r, t, row, stored, &open, err);
  if (st == UPHELD_OK) {
    *did = applied_as(compare_rows(stored, row, t->keys, t->keys + t->values - 1));
    if (*did != UPHELD_APPLIED_UNCHANGED) st = replace_row(r, t, row, what_of(*did), import, line, err);
  }
  upheld_db_done(open);
  return st;
}

/* }====== */

/* {====== statements ====== */

static const table authority_table = {
  "INSERT INTO authority (code, name, type, region, aliases, valid_from, valid_to, successors, import, line)"
  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (code) DO NOTHING",
  "SELECT name, type, region, aliases, valid_from, valid_to, successors FROM authority WHERE code = ?1",
  "INSERT INTO authority_version (code, name, type, region, aliases, valid_from, valid_to, successors, import, line,"
  " what, replaced_at, reason, by_import, by_line) SELECT code, name, type, region, aliases, valid_from, valid_to,"
  " successors, import, line, ?2, ?3, ?4, ?5, ?6 FROM authority WHERE code = ?1",
  "UPDATE authority SET name = ?2, type = ?3, region = ?4, aliases = ?5, valid_from = ?6, valid_to = ?7,"
  " successors = ?8, import = ?9, line = ?10 WHERE code = ?1",
  1, 7, UPHELD_PART_NONE
};
static const char authority_id[] = "SELECT id FROM authority WHERE code = ?1";

static const table population_table = {
  "INSERT INTO population (authority, year, residents, import, line) VALUES (?1, ?2, ?3, ?4, ?5)"
  " ON CONFLICT (authority, year) DO NOTHING",
  "SELECT residents FROM population WHERE authority = ?1 AND year = ?2",
  "INSERT INTO population_version (authority, year, residents, import, line, what, replaced_at, reason, by_import, by_line)"
  " SELECT authority, year, residents, import, line, ?3, ?4, ?5, ?6, ?7 FROM population WHERE authority = ?1 AND year = ?2",
  "UPDATE population SET residents = ?3, import = ?4, line = ?5 WHERE authority = ?1 AND year = ?2",
  2, 1, UPHELD_PART_NONE
};

static const table recipient_table = {
  "INSERT INTO recipient (authority, name, role, salutation, email, import, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
  " ON CONFLICT (authority) DO NOTHING",
  "SELECT name, role, salutation, email FROM recipient WHERE authority = ?1",
  "INSERT INTO recipient_version (authority, name, role, salutation, email, import, line, what, replaced_at, reason,"
  " by_import, by_line) SELECT authority, name, role, salutation, email, import, line, ?2, ?3, ?4, ?5, ?6"
  " FROM recipient WHERE authority = ?1",
  "UPDATE recipient SET name = ?2, role = ?3, salutation = ?4, email = ?5, import = ?6, line = ?7 WHERE authority = ?1",
  1, 4, UPHELD_PART_NONE
};

#define DECISION_COLUMNS \
  "reference, authority, area, received, decided, outcome, remedied, compliance_stated, sample, withdrawn, url, kind"
static const table decision_table = {
  "INSERT INTO decision (" DECISION_COLUMNS ", import, line)"
  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT (reference, authority) DO NOTHING",
  "SELECT area, received, decided, outcome, remedied, compliance_stated, sample, withdrawn, url, kind FROM decision"
  " WHERE reference = ?1 AND authority = ?2",
  "INSERT INTO decision_version (" DECISION_COLUMNS ", import, line, what, replaced_at, reason, by_import, by_line)"
  " SELECT " DECISION_COLUMNS ", import, line, ?3, ?4, ?5, ?6, ?7 FROM decision WHERE reference = ?1 AND authority = ?2",
  "UPDATE decision SET area = ?3, received = ?4, decided = ?5, outcome = ?6, remedied = ?7, compliance_stated = ?8,"
  " sample = ?9, withdrawn = ?10, url = ?11, kind = ?12, import = ?13, line = ?14 WHERE reference = ?1 AND authority = ?2",
  2, 10, UPHELD_PART_DECISION
};

static const table compliance_table = {
  "INSERT INTO compliance (reference, authority, outcome, due, recorded, sample, import, line)"
  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (reference, authority) DO NOTHING",
  "SELECT outcome, due, recorded, sample FROM compliance WHERE reference = ?1 AND authority = ?2",
  "INSERT INTO compliance_version (reference, authority, outcome, due, recorded, sample, import, line, what, replaced_at,"
  " reason, by_import, by_line) SELECT reference, authority, outcome, due, recorded, sample, import, line,"
  " ?3, ?4, ?5, ?6, ?7 FROM compliance WHERE reference = ?1 AND authority = ?2",
  "UPDATE compliance SET outcome = ?3, due = ?4, recorded = ?5, sample = ?6, import = ?7, line = ?8"
  " WHERE reference = ?1 AND authority = ?2",
  2, 4, UPHELD_PART_COMPLIANCE
};

static const table published_table = {
  "INSERT INTO published (authority, year, item, value, decimals, import, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
  " ON CONFLICT (authority, year, item) DO NOTHING",
  "SELECT value, decimals FROM published WHERE authority = ?1 AND year = ?2 AND item = ?3",
  "INSERT INTO published_version (authority, year, item, value, decimals, import, line, what, replaced_at, reason,"
  " by_import, by_line) SELECT authority, year, item, value, decimals, import, line, ?4, ?5, ?6, ?7, ?8 FROM published"
  " WHERE authority = ?1 AND year = ?2 AND item = ?3",
  "UPDATE published SET value = ?4, decimals = ?5, import = ?6, line = ?7 WHERE authority = ?1 AND year = ?2 AND item = ?3",
  3, 2, UPHELD_PART_NONE
};

static const table source_table = {
  "INSERT INTO published_source (authority, year, source, import, line) VALUES (?1, ?2, ?3, ?4, ?5)"
  " ON CONFLICT (authority, year) DO NOTHING",
  "SELECT source FROM published_source WHERE authority = ?1 AND year = ?2",
  "INSERT INTO published_source_version (authority, year, source, import, line, what, replaced_at, reason, by_import,"
  " by_line) SELECT authority, year, source, import, line, ?3, ?4, ?5, ?6, ?7 FROM published_source"
  " WHERE authority = ?1 AND year = ?2",
  "UPDATE published_source SET source = ?3, import = ?4, line = ?5 WHERE authority = ?1 AND year = ?2",
  2, 1, UPHELD_PART_NONE
};

/* }====== */

/* {====== the import log ====== */

static const char import_insert[] =
  "INSERT INTO import (path, kind, sample, started_at, reason) VALUES (?1, ?2, ?3, ?4, ?5)";
static const char import_update[] =
  "UPDATE import SET sha256 = ?2, read = ?3, accepted = ?4, rejected = ?5, unchanged = ?6, corrected = ?7,"
  " completed = ?8, warnings = ?9, first_day = ?10, last_day = ?11 WHERE id = ?1";

upheld_status upheld_register_file_begin(upheld_register *r, const char *path, const char *kind, bool sample,
                                         int64_t *import, upheld_error *err) {
  upheld_statement *s;
  upheld_status st = upheld_register_writable(r, err);
  if (st == UPHELD_OK) st = upheld_db_get(r->db, import_insert, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_text reason = {r->reason.data, r->reason.size};
  upheld_db_bind_text(s, 1, upheld_text_of(path));
  upheld_db_bind_text(s, 2, upheld_text_of(kind));
  upheld_db_bind(s, 3, sample ? 1 : 0);
  upheld_db_bind_text(s, 4, upheld_text_of(r->now));
  upheld_db_bind_text(s, 5, reason);
  st = upheld_db_run(s, err);
  *import = upheld_db_last_id(r->db);
  return st;
}

upheld_status upheld_register_file_end(upheld_register *r, int64_t import, const upheld_report_file *counts,
                                       upheld_date first, upheld_date last, upheld_error *err) {
  upheld_statement *s;
  upheld_status st = upheld_register_writable(r, err);
  if (st == UPHELD_OK) st = upheld_db_get(r->db, import_update, &s, err);
  if (st != UPHELD_OK) return st;
  value from = of_date(first), to = of_date(last);
  upheld_db_bind(s, 1, import);
  upheld_db_bind_text(s, 2, upheld_text_of(counts->sha256));
  upheld_db_bind(s, 3, counts->read);
  upheld_db_bind(s, 4, counts->accepted);
  upheld_db_bind(s, 5, counts->rejected);
  upheld_db_bind(s, 6, counts->unchanged);
  upheld_db_bind(s, 7, counts->corrected);
  upheld_db_bind(s, 8, counts->completed);
  upheld_db_bind(s, 9, counts->warnings);
  bind_value(s, 10, &from);
  bind_value(s, 11, &to);
  return upheld_db_run(s, err);
}

/* }====== */

/* {====== rows that come whole ====== */

upheld_status upheld_register_put_authority(upheld_register *r, const upheld_authority *a, int64_t import, int64_t line,
                                            int64_t *id, upheld_applied *did, upheld_error *err) {
  value row[MAX_ROW] = {
    of_text(upheld_text_of(a->code)), of_text(upheld_text_of(a->name)), of_text(upheld_text_of(a->type_text)),
    of_text(upheld_text_of(a->region)), of_text(upheld_text_of(a->aliases)), of_date(a->valid_from),
    of_date(a->valid_to), of_text(upheld_text_of(a->successors))
  };
  upheld_statement *s;
  bool found = false;
  *id = 0;
  upheld_status st = put_row(r, &authority_table, row, import, line, did, err);
  if (st == UPHELD_OK) st = upheld_db_get(r->db, authority_id, &s, err);
  if (st != UPHELD_OK) return st;
  bind_value(s, 1, &row[0]);
  st = upheld_db_step(s, &found, err);
  if (found) *id = upheld_db_int(s, 0);
  upheld_db_done(s);
  return st;
}

upheld_status upheld_register_put_population(upheld_register *r, int64_t authority, int year, int64_t residents,
                                             int64_t import, int64_t line, upheld_applied *did, upheld_error *err) {
  value row[MAX_ROW] = {of_integer(authority), of_integer(year), of_integer(residents)};
  return put_row(r, &population_table, row, import, line, did, err);
}

upheld_status upheld_register_put_recipient(upheld_register *r, int64_t authority, upheld_text name, upheld_text role,
                                            upheld_text salutation, upheld_text email, int64_t import, int64_t line,
                                            upheld_applied *did, upheld_error *err) {
  value row[MAX_ROW] = {of_integer(authority), of_text(name), of_text(role), of_text(salutation), of_text(email)};
  return put_row(r, &recipient_table, row, import, line, did, err);
}

upheld_status upheld_register_put_published(upheld_register *r, int64_t authority, int year, const char *item,
                                            int64_t number, int decimals, int64_t import, int64_t line,
                                            upheld_applied *did, upheld_error *err) {
  value row[MAX_ROW] = {of_integer(authority), of_integer(year), of_text(upheld_text_of(item)), of_integer(number),
                        of_integer(decimals)};
  return put_row(r, &published_table, row, import, line, did, err);
}

upheld_status upheld_register_put_published_source(upheld_register *r, int64_t authority, int year, upheld_text source,
                                                   int64_t import, int64_t line, upheld_error *err) {
  upheld_applied did;
  value row[MAX_ROW] = {of_integer(authority), of_integer(year), of_text(source)};
  if (source.size == 0) return upheld_register_writable(r, err); /* a blank never erases where counts came from */
  return put_row(r, &source_table, row, import, line, &did, err);
}

/* }====== */

/* {====== compliance ====== */

enum { C_REFERENCE, C_AUTHORITY, C_OUTCOME, C_DUE, C_RECORDED, C_SAMPLE };

/*
** What to write over the stored row; NULL: nothing. Blank cells never erase, so they take the stored value first; but a
** complete row takes nothing from a sample, which never makes a figure.
*/
static const char *merge_compliance(const value *stored, value *row, upheld_applied *did) {
  bool was_sample = stored[C_SAMPLE].number != 0, sample = row[C_SAMPLE].number != 0;
  for (int i = C_OUTCOME; i <= C_RECORDED; i++) {
    if (row[i].kind == VALUE_NULL && (sample || !was_sample)) row[i] = stored[i];
  }
  difference d = compare_rows(stored, row, C_OUTCOME, C_RECORDED);
  *did = applied_as(d);
  if (sample && !was_sample) { /* a sample never changes a complete row */
    if (d != DIFFERENCE_NONE) *did = UPHELD_APPLIED_REFUSED;
    return NULL;
  }
  return d == DIFFERENCE_NONE && sample == was_sample ? NULL : what_of(*did);
}

static upheld_status put_compliance(upheld_register *r, int64_t authority, const upheld_record *record,
                                    upheld_applied *did, upheld_error *err) {
  bool added = false;
  value row[MAX_ROW] = {
    of_integer((int64_t)record->reference), of_integer(authority), of_code(record->compliance), of_date(record->due),
    of_date(record->recorded), of_integer((record->flags & UPHELD_RECORD_SAMPLE) != 0)
  };
  value stored[MAX_ROW];
  upheld_statement *open = NULL;
  *did = UPHELD_APPLIED_ADDED;
  upheld_status st = insert_row(r, &compliance_table, row, record->import, record->line, &added, err);
  if (st != UPHELD_OK || added) return st;
  st = find_row(r, &compliance_table, row, stored, &open, err);
  if (st == UPHELD_OK) {
    const char *what = merge_compliance(stored, row, did);
    if (what != NULL) st = replace_row(r, &compliance_table, row, what, record->import, record->line, err);
  }
  upheld_db_done(open);
  return st;
}

static upheld_status authority_of(const upheld_directory *d, uint32_t index, int64_t *id, upheld_error *err) {
  if (index >= d->count || d->items[index].id <= 0) {
    return upheld_fail(err, UPHELD_MISUSE, "no-such-authority", "the record's authority is not stored in the register");
  }
  *id = d->items[index].id;
  return UPHELD_OK;
}

static const char decision_exists[] = "SELECT withdrawn FROM decision WHERE reference = ?1 AND authority = ?2";

upheld_status upheld_register_put_compliance(upheld_register *r, const upheld_directory *d, const upheld_record *record,
                                             bool *known, upheld_applied *did, upheld_error *err) {
  int64_t authority = 0;
  upheld_statement *s;
  *known = false;
  *did = UPHELD_APPLIED_UNCHANGED;
  r->notes = 0;
  upheld_status st = upheld_register_writable(r, err);
  if (st == UPHELD_OK) st = authority_of(d, record->authority, &authority, err);
  if (st == UPHELD_OK) st = upheld_db_get(r->db, decision_exists, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, (int64_t)record->reference);
  upheld_db_bind(s, 2, authority);
  st = upheld_db_step(s, known, err);
  if (*known && upheld_db_int(s, 0) != 0) r->notes = UPHELD_NOTE_WITHDRAWN;
  upheld_db_done(s);
  return st == UPHELD_OK ? put_compliance(r, authority, record, did, err) : st;
}

/* }====== */

/* {====== decisions ====== */

enum {
  D_REFERENCE, D_AUTHORITY, D_AREA, D_RECEIVED, D_DECIDED, D_OUTCOME, D_REMEDIED, D_STATED, D_SAMPLE, D_WITHDRAWN, D_URL,
  D_KIND
};

/* Values that the file does not have stay as they are stored; from a sample a complete row takes its addresses only. */
static void keep_absent(const upheld_scheme *s, const value *stored, value *row, unsigned present) {
  const value *outcome = &row[D_OUTCOME];
  if (row[D_URL].kind == VALUE_NULL) row[D_URL] = stored[D_URL];
  if (row[D_KIND].kind == VALUE_NULL) row[D_KIND] = stored[D_KIND];
  row[D_WITHDRAWN] = stored[D_WITHDRAWN];
  if (stored[D_SAMPLE].number != 0 && row[D_SAMPLE].number == 0) return;
  if ((present & UPHELD_HAS_AREA) == 0) row[D_AREA] = stored[D_AREA];
  if ((present & UPHELD_HAS_RECEIVED) == 0) row[D_RECEIVED] = stored[D_RECEIVED];
  /* the outcome's spelling may have said it; and it stands only with an outcome that allows it */
  if ((present & UPHELD_HAS_REMEDIED) == 0 && row[D_REMEDIED].kind == VALUE_NULL && outcome->kind != VALUE_NULL &&
      (s->remedying & UPHELD_BIT(outcome->number)) != 0) {
    row[D_REMEDIED] = stored[D_REMEDIED];
  }
}

/* A sample row over a complete one: it may confirm it, or say less; addresses and kinds are no contradiction. */
static upheld_applied confront_sample(const value *stored, value *row) {
  for (int i = D_AREA; i <= D_REMEDIED; i++) {
    if (row[i].kind == VALUE_NULL) row[i] = stored[i];
  }
  return compare_rows(stored, row, D_AREA, D_REMEDIED) == DIFFERENCE_NONE ? UPHELD_APPLIED_UNCHANGED
                                                                         : UPHELD_APPLIED_REFUSED;
}

/* What to write over the stored row; NULL: nothing. */
static const char *merge_decision(const upheld_scheme *s, const value *stored, value *row, unsigned present,
                                  upheld_applied *did) {
  bool was_sample = stored[D_SAMPLE].number != 0, sample = row[D_SAMPLE].number != 0;
  keep_absent(s, stored, row, present);
  if (sample && !was_sample) {
    *did = confront_sample(stored, row);
    return NULL;
  }
  /* what a sample's file stated says nothing of a complete file */
  if (was_sample == sample && stored[D_STATED].number != 0) row[D_STATED] = stored[D_STATED];
  bool stated = row[D_STATED].number != stored[D_STATED].number;
  difference d = compare_rows(stored, row, D_AREA, D_REMEDIED);
  difference text = compare_rows(stored, row, D_URL, D_KIND);
  if (text > d) d = text;
  *did = applied_as(d);
  if (d == DIFFERENCE_NONE) {
    if (!stated && was_sample == sample) return NULL;
    if (was_sample == sample) *did = UPHELD_APPLIED_COMPLETED; /* a gap less: its file tells of compliance now */
    return "completed";
  }
  bool was_open = stored[D_DECIDED].kind == VALUE_NULL && stored[D_OUTCOME].kind == VALUE_NULL;
  if (stored[D_WITHDRAWN].number != 0) {
    *did = UPHELD_APPLIED_CORRECTED; /* kept up to date, yet it stays withdrawn */
  } else if (was_open && row[D_DECIDED].kind != VALUE_NULL) {
    *did = UPHELD_APPLIED_COMPLETED;
  }
  return what_of(*did);
}

static unsigned notes_of(const upheld_scheme *s, const value *stored, const value *row) {
  const value *was = &stored[D_OUTCOME], *is = &row[D_OUTCOME];
  unsigned notes = stored[D_WITHDRAWN].number != 0 ? UPHELD_NOTE_WITHDRAWN : 0;
  if (was->kind == VALUE_NULL) return notes;
  if (is->kind == VALUE_NULL) return notes | UPHELD_NOTE_REOPENED;
  bool stood = (s->remedying & UPHELD_BIT(was->number)) != 0, stands = (s->remedying & UPHELD_BIT(is->number)) != 0;
  return stood && !stands ? notes | UPHELD_NOTE_NOT_REMEDYING : notes;
}

unsigned upheld_register_notes(const upheld_register *r) { return r->notes; }

/* *decided: an open case arrived decided. */
static upheld_status put_decision(upheld_register *r, int64_t authority, const upheld_record *record, unsigned present,
                                  upheld_applied *did, bool *decided, upheld_error *err) {
  bool added = false;
  bool stated = (record->flags & UPHELD_RECORD_COMPLIANCE_STATED) != 0 || (present & UPHELD_HAS_COMPLIANCE) != 0;
  value row[MAX_ROW] = {
    of_integer((int64_t)record->reference), of_integer(authority), of_code(record->area), of_date(record->received),
    of_date(record->decided), of_code(record->outcome), of_code(record->remedied), of_integer(stated),
    of_integer((record->flags & UPHELD_RECORD_SAMPLE) != 0), of_integer(0), of_text(record->url), of_text(record->kind)
  };
  value stored[MAX_ROW];
  upheld_statement *open = NULL;
  *did = UPHELD_APPLIED_ADDED;
  upheld_status st = insert_row(r, &decision_table, row, record->import, record->line, &added, err);
  if (st != UPHELD_OK || added) return st;
  st = find_row(r, &decision_table, row, stored, &open, err);
  if (st == UPHELD_OK) {
    bool was_open = stored[D_DECIDED].kind == VALUE_NULL && stored[D_OUTCOME].kind == VALUE_NULL;
    const char *what = merge_decision(r->scheme, stored, row, present, did);
    *decided = was_open && *did == UPHELD_APPLIED_COMPLETED && row[D_DECIDED].kind != VALUE_NULL;
    if (*did != UPHELD_APPLIED_REFUSED) r->notes = notes_of(r->scheme, stored, row);
    if (what != NULL) st = replace_row(r, &decision_table, row, what, record->import, record->line, err);
  }
  upheld_db_done(open);
  return st;
}

/* One word for a row that made two: the decision's and its compliance outcome's. */
static upheld_applied stronger(upheld_applied decision, upheld_applied compliance) {
  if (compliance == UPHELD_APPLIED_REFUSED) { /* told only when the row did nothing else */
    return decision == UPHELD_APPLIED_UNCHANGED ? UPHELD_APPLIED_REFUSED : decision;
  }
  if (compliance == UPHELD_APPLIED_ADDED) {
    return decision == UPHELD_APPLIED_UNCHANGED ? UPHELD_APPLIED_COMPLETED : decision;
  }
  if (compliance == UPHELD_APPLIED_UNCHANGED || decision == UPHELD_APPLIED_CORRECTED) return decision;
  return compliance;
}

upheld_status upheld_register_put_decision(upheld_register *r, const upheld_directory *d, const upheld_record *record,
                                           unsigned present, upheld_applied *did, upheld_error *err) {
  int64_t authority = 0;
  upheld_applied compliance = UPHELD_APPLIED_UNCHANGED;
  bool decided = false;
  *did = UPHELD_APPLIED_UNCHANGED;
  r->notes = 0;
  upheld_status st = upheld_register_writable(r, err);
  if (st == UPHELD_OK) st = authority_of(d, record->authority, &authority, err);
  if (st == UPHELD_OK) st = put_decision(r, authority, record, present, did, &decided, err);
  if (st != UPHELD_OK || *did == UPHELD_APPLIED_REFUSED) return st;
  bool has = record->compliance != UPHELD_NO_CODE || record->due != UPHELD_NO_DATE || record->recorded != UPHELD_NO_DATE;
  if (!has) return UPHELD_OK;
  st = put_compliance(r, authority, record, &compliance, err);
  if (!decided) *did = stronger(*did, compliance); /* an open case that arrives decided is completed in any case */
  return st;
}

static const char withdrawal_select[] = "SELECT withdrawn FROM decision WHERE reference = ?1 AND authority = ?2";
static const char withdrawal_update[] = "UPDATE decision SET withdrawn = 1 WHERE reference = ?1 AND authority = ?2";

/* Within the transaction: keeps the version, marks the row. */
static upheld_status mark_withdrawn(upheld_register *r, uint64_t reference, int64_t authority, upheld_error *err) {
  upheld_statement *s;
  bool found = false, withdrawn = false;
  upheld_status st = upheld_db_get(r->db, withdrawal_select, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, (int64_t)reference);
  upheld_db_bind(s, 2, authority);
  st = upheld_db_step(s, &found, err);
  if (found) withdrawn = upheld_db_int(s, 0) != 0;
  upheld_db_done(s);
  if (st != UPHELD_OK) return st;
  if (!found) return upheld_fail(err, UPHELD_ABSENT, "no-such-decision", "the register has no such decision");
  if (withdrawn) return upheld_fail(err, UPHELD_ABSENT, "already-withdrawn", "the decision is withdrawn already");
  st = upheld_db_get(r->db, decision_table.version, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_text reason = {r->reason.data, r->reason.size};
  upheld_db_bind(s, 1, (int64_t)reference);
  upheld_db_bind(s, 2, authority);
  upheld_db_bind_text(s, 3, upheld_text_of("withdrawn"));
  upheld_db_bind_text(s, 4, upheld_text_of(r->now));
  upheld_db_bind_text(s, 5, reason);
  bind_source(s, 6, 0, 0); /* no file says so: a person did */
  st = upheld_db_run(s, err);
  if (st == UPHELD_OK) st = upheld_derived_before(r, reference, authority, err);
  if (st == UPHELD_OK) st = upheld_db_get(r->db, withdrawal_update, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, (int64_t)reference);
  upheld_db_bind(s, 2, authority);
  st = upheld_db_run(s, err);
  return st == UPHELD_OK ? upheld_derived_after(r, reference, authority, UPHELD_PART_NONE, err) : st;
}

upheld_status upheld_register_withdraw(upheld_register *r, uint64_t reference, int64_t authority, const char *reason,
                                       const char *now, upheld_error *err) {
  bool stored;
  if (upheld_trim(upheld_text_of(reason)).size == 0) {
    return upheld_fail(err, UPHELD_MISUSE, "no-reason", "a withdrawal needs a reason");
  }
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK) return st;
  if (!stored) return upheld_fail(err, UPHELD_ABSENT, "no-such-decision", "the register has no such decision");
  st = upheld_register_begin(r, now, reason, err);
  if (st != UPHELD_OK) return st;
  st = mark_withdrawn(r, reference, authority, err);
  if (st == UPHELD_OK) return upheld_register_commit(r, err);
  upheld_register_rollback(r);
  return st;
}

/* }====== */
