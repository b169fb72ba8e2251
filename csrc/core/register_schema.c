/*
** register_schema.c: the tables of the register, the numbered migrations, and the memory of the scheme.
** Owns: the meaning of user_version: the number of migrations that were applied. A migration that was released is never changed;
** a new one is added behind it. Dates are whole days since 1970-01-01, NULL means not recorded, a reference is the key of
** upheld_reference_parse; the view `decisions` shows all of it as text, for any SQLite tool.
** Must not: read or write a row of the records.
*/
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "register_chunks.h"
#include "register_parts.h"

/* {====== migrations ====== */

/*
** Decisions and compliance outcomes are stored in the order of their key, without a row id: a fresh import of a file in
** reference order only appends, and looking up a key is one search. Every *_version table keeps what a row was
** before the row (by_import, by_line) that replaced it.
*/
#define VERSION_COLUMNS \
  "what TEXT NOT NULL CHECK (what IN ('completed', 'corrected', 'withdrawn')), replaced_at TEXT NOT NULL, reason TEXT," \
  " by_import INTEGER REFERENCES import(id), by_line INTEGER NOT NULL"
#define SOURCE_COLUMNS "import INTEGER REFERENCES import(id), line INTEGER NOT NULL"

static const char *const version_1[] = {
  "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE outcome (code INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE) STRICT",
  "CREATE TABLE service_area (code INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE) STRICT",
  "CREATE TABLE compliance_outcome (code INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE) STRICT",
  "CREATE TABLE import (id INTEGER PRIMARY KEY, path TEXT, kind TEXT NOT NULL, sha256 TEXT,"
  " sample INTEGER NOT NULL CHECK (sample IN (0, 1)), read INTEGER NOT NULL DEFAULT 0,"
  " accepted INTEGER NOT NULL DEFAULT 0, rejected INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0,"
  " corrected INTEGER NOT NULL DEFAULT 0, completed INTEGER NOT NULL DEFAULT 0, warnings INTEGER NOT NULL DEFAULT 0,"
  " started_at TEXT NOT NULL, reason TEXT, first_day INTEGER, last_day INTEGER) STRICT",

  "CREATE TABLE authority (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT, type TEXT, region TEXT,"
  " aliases TEXT, valid_from INTEGER, valid_to INTEGER, successors TEXT, " SOURCE_COLUMNS ") STRICT",
  "CREATE TABLE authority_version (id INTEGER PRIMARY KEY, code TEXT NOT NULL, name TEXT, type TEXT, region TEXT,"
  " aliases TEXT, valid_from INTEGER, valid_to INTEGER, successors TEXT, " SOURCE_COLUMNS ", " VERSION_COLUMNS ") STRICT",

  "CREATE TABLE population (authority INTEGER NOT NULL REFERENCES authority(id), year INTEGER NOT NULL,"
  " residents INTEGER NOT NULL, " SOURCE_COLUMNS ", PRIMARY KEY (authority, year)) STRICT, WITHOUT ROWID",
  "CREATE TABLE population_version (id INTEGER PRIMARY KEY, authority INTEGER NOT NULL REFERENCES authority(id),"
  " year INTEGER NOT NULL, residents INTEGER NOT NULL, " SOURCE_COLUMNS ", " VERSION_COLUMNS ") STRICT",

  "CREATE TABLE recipient (authority INTEGER PRIMARY KEY REFERENCES authority(id), name TEXT, role TEXT,"
  " salutation TEXT, email TEXT, " SOURCE_COLUMNS ") STRICT",
  "CREATE TABLE recipient_version (id INTEGER PRIMARY KEY, authority INTEGER NOT NULL REFERENCES authority(id), name TEXT,"
  " role TEXT, salutation TEXT, email TEXT, " SOURCE_COLUMNS ", " VERSION_COLUMNS ") STRICT",

  "CREATE TABLE decision (reference INTEGER NOT NULL, authority INTEGER NOT NULL REFERENCES authority(id),"
  " area INTEGER REFERENCES service_area(code), received INTEGER, decided INTEGER,"
  " outcome INTEGER REFERENCES outcome(code), remedied INTEGER CHECK (remedied IN (0, 1)),"
  " compliance_stated INTEGER NOT NULL CHECK (compliance_stated IN (0, 1)),"
  " sample INTEGER NOT NULL CHECK (sample IN (0, 1)), withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),"
  " url TEXT, kind TEXT, " SOURCE_COLUMNS ", PRIMARY KEY (reference, authority)) STRICT, WITHOUT ROWID",
  "CREATE INDEX decision_by_authority ON decision (authority, decided)", /* for the decisions behind one figure */
  "CREATE TABLE decision_version (id INTEGER PRIMARY KEY, reference INTEGER NOT NULL,"
  " authority INTEGER NOT NULL REFERENCES authority(id), area INTEGER, received INTEGER, decided INTEGER,"
  " outcome INTEGER, remedied INTEGER, compliance_stated INTEGER NOT NULL, sample INTEGER NOT NULL,"
  " withdrawn INTEGER NOT NULL, url TEXT, kind TEXT, " SOURCE_COLUMNS ", " VERSION_COLUMNS ") STRICT",
  "CREATE INDEX decision_version_by_key ON decision_version (reference, authority)",

  "CREATE TABLE compliance (reference INTEGER NOT NULL, authority INTEGER NOT NULL REFERENCES authority(id),"
  " outcome INTEGER REFERENCES compliance_outcome(code), due INTEGER, recorded INTEGER,"
  " sample INTEGER NOT NULL CHECK (sample IN (0, 1)), " SOURCE_COLUMNS
  ", PRIMARY KEY (reference, authority)) STRICT, WITHOUT ROWID",
  "CREATE INDEX compliance_by_authority ON compliance (authority)",
  "CREATE TABLE compliance_version (id INTEGER PRIMARY KEY, reference INTEGER NOT NULL,"
  " authority INTEGER NOT NULL REFERENCES authority(id), outcome INTEGER, due INTEGER, recorded INTEGER,"
  " sample INTEGER NOT NULL, " SOURCE_COLUMNS ", " VERSION_COLUMNS ") STRICT",
  "CREATE INDEX compliance_version_by_key ON compliance_version (reference, authority)",

  "CREATE TABLE published (authority INTEGER NOT NULL REFERENCES authority(id), year INTEGER NOT NULL,"
  " item TEXT NOT NULL, value INTEGER NOT NULL, decimals INTEGER NOT NULL, " SOURCE_COLUMNS
  ", PRIMARY KEY (authority, year, item)) STRICT, WITHOUT ROWID",
  "CREATE TABLE published_version (id INTEGER PRIMARY KEY, authority INTEGER NOT NULL REFERENCES authority(id),"
  " year INTEGER NOT NULL, item TEXT NOT NULL, value INTEGER NOT NULL, decimals INTEGER NOT NULL, " SOURCE_COLUMNS
  ", " VERSION_COLUMNS ") STRICT",
  "CREATE TABLE published_source (authority INTEGER NOT NULL REFERENCES authority(id), year INTEGER NOT NULL,"
  " source TEXT, " SOURCE_COLUMNS ", PRIMARY KEY (authority, year)) STRICT, WITHOUT ROWID",
  "CREATE TABLE published_source_version (id INTEGER PRIMARY KEY, authority INTEGER NOT NULL REFERENCES authority(id),"
  " year INTEGER NOT NULL, source TEXT, " SOURCE_COLUMNS ", " VERSION_COLUMNS ") STRICT",
  NULL
};

/* Approvals of letters (register_approvals.h). What was approved, and by whom, is kept from any program that opens the file. */
static const char *const version_2[] = {
  "CREATE TABLE approval (id INTEGER PRIMARY KEY, authority INTEGER NOT NULL REFERENCES authority(id), year INTEGER NOT NULL,"
  " what TEXT NOT NULL CHECK (what IN ('approved', 'withdrawn')), wording TEXT,"
  " sha256 TEXT NOT NULL CHECK (length(sha256) = 64), by_whom TEXT NOT NULL, at TEXT NOT NULL, note TEXT) STRICT",
  "CREATE INDEX approval_by_letter ON approval (year, authority, sha256)",
  "CREATE TRIGGER approval_stays BEFORE DELETE ON approval BEGIN SELECT RAISE(ABORT, 'approvals are only added'); END",
  "CREATE TRIGGER approval_as_it_was BEFORE UPDATE ON approval BEGIN SELECT RAISE(ABORT, 'approvals are only added'); END",
  NULL
};

/*
** What is derived from the rows (register_derived.h). Any change of a row that counts marks it stale; the register's own transactions set these
** triggers aside. The years of compliance files hang on the kind of an import, and counts on the row ids of authorities.
*/
#define STALE "BEGIN UPDATE derived SET fresh = 0 WHERE fresh; END"
#define STALE_AFTER(what, name, table) "CREATE TRIGGER stale_" name " AFTER " what " ON " table " " STALE
static const char *const version_3[] = {
  "CREATE TABLE derived (form TEXT PRIMARY KEY NOT NULL, fresh INTEGER NOT NULL CHECK (fresh IN (0, 1)), rules TEXT NOT NULL)"
  " STRICT, WITHOUT ROWID",
  "CREATE TABLE tally (authority INTEGER NOT NULL, year INTEGER NOT NULL, counter INTEGER NOT NULL, count INTEGER NOT NULL,"
  " PRIMARY KEY (authority, year, counter)) STRICT, WITHOUT ROWID",
  "CREATE TABLE tally_days (authority INTEGER NOT NULL, year INTEGER NOT NULL, outcome INTEGER NOT NULL, days INTEGER NOT NULL,"
  " cases INTEGER NOT NULL, PRIMARY KEY (authority, year, outcome, days)) STRICT, WITHOUT ROWID",
  "CREATE TABLE tally_complied (year INTEGER PRIMARY KEY NOT NULL, outcomes INTEGER NOT NULL) STRICT, WITHOUT ROWID",
  "CREATE TABLE chunk " UPHELD_CHUNK_TABLE, "CREATE TABLE chunk_columns " UPHELD_CHUNK_COLUMNS_TABLE,
  "CREATE INDEX chunk_by_authority ON chunk (authority, year)",
  "DROP INDEX IF EXISTS decision_by_authority", "DROP INDEX IF EXISTS compliance_by_authority", /* chunks have an authority's decisions together */
  STALE_AFTER("INSERT", "decision_insert", "decision"), STALE_AFTER("UPDATE", "decision_update", "decision"),
  STALE_AFTER("DELETE", "decision_delete", "decision"), STALE_AFTER("INSERT", "compliance_insert", "compliance"),
  STALE_AFTER("UPDATE", "compliance_update", "compliance"), STALE_AFTER("DELETE", "compliance_delete", "compliance"),
  STALE_AFTER("INSERT", "import_insert", "import"), STALE_AFTER("UPDATE OF id, kind", "import_update", "import"),
  STALE_AFTER("DELETE", "import_delete", "import"), STALE_AFTER("UPDATE OF id", "authority_update", "authority"),
  STALE_AFTER("DELETE", "authority_delete", "authority"),
  NULL
};

/* The n-th entry leads from version n to n + 1. */
static const char *const *const migrations[UPHELD_SCHEMA_VERSION] = {version_1, version_2, version_3};

static upheld_status set_pragma(upheld_db *db, const char *name, int64_t value, upheld_error *err) {
  char sql[80];
  snprintf(sql, sizeof sql, "PRAGMA %s=%" PRId64, name, value);
  return upheld_db_exec(db, sql, err);
}

upheld_status upheld_schema_migrate(upheld_db *db, int64_t version, upheld_error *err) {
  upheld_status st = set_pragma(db, "application_id", UPHELD_APPLICATION_ID, err);
  for (int64_t v = version; v < UPHELD_SCHEMA_VERSION && st == UPHELD_OK; v++) {
    for (const char *const *sql = migrations[v]; *sql != NULL && st == UPHELD_OK; sql++) {
      st = upheld_db_exec(db, *sql, err);
    }
  }
  return st == UPHELD_OK ? set_pragma(db, "user_version", UPHELD_SCHEMA_VERSION, err) : st;
}

upheld_status upheld_schema_inspect(upheld_db *db, upheld_content *content, int64_t *version, upheld_error *err) {
  int64_t application = 0, tables = 0;
  *content = UPHELD_CONTENT_NOTHING;
  upheld_status st = upheld_db_number(db, "SELECT count(*) FROM sqlite_schema", &tables, err);
  if (st == UPHELD_OK) st = upheld_db_number(db, "PRAGMA application_id", &application, err);
  if (st == UPHELD_OK) st = upheld_db_number(db, "PRAGMA user_version", version, err);
  if (st != UPHELD_OK || (tables == 0 && application == 0 && *version == 0)) return st;
  if (application != UPHELD_APPLICATION_ID) {
    st = upheld_fail(err, UPHELD_DATABASE, "not-a-register", "this is no register: it is an SQLite file of another program");
    if (err != NULL) {
      upheld_copy(err->hint, sizeof err->hint, upheld_text_of("name a register made by upheld, or a path where none is yet"));
    }
    return st;
  }
  if (*version > UPHELD_SCHEMA_VERSION) {
    st = upheld_fail(err, UPHELD_DATABASE, "newer-register",
                     "the register was written by a newer upheld (its version %" PRId64 ", known up to %d)", *version,
                     UPHELD_SCHEMA_VERSION);
    if (err != NULL) upheld_copy(err->hint, sizeof err->hint, upheld_text_of("use a newer upheld"));
    return st;
  }
  if (*version < 1) {
    return upheld_fail(err, UPHELD_DATABASE, "damaged-register", "the register has no schema version");
  }
  *content = UPHELD_CONTENT_REGISTER;
  return UPHELD_OK;
}

/* }====== */

/* {====== the scheme's memory ====== */

typedef struct word_table {
  const char *table, *select, *insert;
} word_table;

static const word_table word_tables[3] = {
  {"outcome", "SELECT code, label FROM outcome ORDER BY code",
   "INSERT INTO outcome (code, label) VALUES (?1, ?2) ON CONFLICT (code) DO NOTHING"},
  {"service area", "SELECT code, label FROM service_area ORDER BY code",
   "INSERT INTO service_area (code, label) VALUES (?1, ?2) ON CONFLICT (code) DO NOTHING"},
  {"compliance outcome", "SELECT code, label FROM compliance_outcome ORDER BY code",
   "INSERT INTO compliance_outcome (code, label) VALUES (?1, ?2) ON CONFLICT (code) DO NOTHING"}
};

static const upheld_vocabulary *words_of(const upheld_scheme *s, int table) {
  return table == 0 ? &s->outcomes : table == 1 ? &s->areas : &s->compliance;
}

static const char meta_select[] = "SELECT value FROM meta WHERE key = ?1";
static const char meta_upsert[] =
  "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";

static upheld_status read_meta(upheld_db *db, const char *key, char *value, size_t size, upheld_error *err) {
  upheld_statement *s;
  bool row = false;
  value[0] = '\0';
  upheld_status st = upheld_db_get(db, meta_select, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind_text(s, 1, upheld_text_of(key));
  st = upheld_db_step(s, &row, err);
  if (row) upheld_copy(value, size, upheld_db_text(s, 0));
  upheld_db_done(s);
  return st;
}

static upheld_status write_meta(upheld_db *db, const char *key, const char *value, upheld_error *err) {
  upheld_statement *s;
  upheld_status st = upheld_db_get(db, meta_upsert, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind_text(s, 1, upheld_text_of(key));
  upheld_db_bind_text(s, 2, upheld_text_of(value));
  return upheld_db_run(s, err);
}

upheld_status upheld_schema_scheme_name(upheld_db *db, char name[64], upheld_error *err) {
  return read_meta(db, "scheme", name, 64, err);
}

/* Codes are what rows hold: each must still mean the label that it meant. */
static upheld_status check_words(upheld_db *db, const upheld_scheme *s, int table, bool *grown, upheld_error *err) {
  const upheld_vocabulary *words = words_of(s, table);
  upheld_statement *query;
  bool row = true;
  int64_t known = 0;
  upheld_status st = upheld_db_get(db, word_tables[table].select, &query, err);
  if (st != UPHELD_OK) return st;
  while ((st = upheld_db_step(query, &row, err)) == UPHELD_OK && row) {
    int64_t code = upheld_db_int(query, 0);
    upheld_text label = upheld_db_text(query, 1);
    if (code < 0 || code >= words->count || !upheld_text_is(label, words->labels[code])) {
      char found[128];
      upheld_copy(found, sizeof found, label);
      st = upheld_fail(err, UPHELD_DATABASE, "scheme-mismatch",
                       "the register's %s %" PRId64 " is \"%s\", which the scheme \"%s\" has not at that place",
                       word_tables[table].table, code, found, s->name);
      if (err != NULL) {
        upheld_copy(err->hint, sizeof err->hint,
                    upheld_text_of("add new labels of a scheme at the end of their list, and keep the old ones in order"));
      }
      break;
    }
    known++;
  }
  upheld_db_done(query);
  if (known < words->count) *grown = true;
  return st;
}

upheld_status upheld_schema_check(upheld_db *db, const upheld_scheme *s, bool *grown, upheld_error *err) {
  char name[64], form[64];
  *grown = false;
  upheld_status st = upheld_schema_scheme_name(db, name, err);
  if (st != UPHELD_OK) return st;
  if (strcmp(name, s->name) != 0) {
    st = upheld_fail(err, UPHELD_DATABASE, "scheme-mismatch", "the register was made for the scheme \"%s\", not for \"%s\"",
                     name, s->name);
    if (err != NULL) {
      char hint[128];
      snprintf(hint, sizeof hint, "open it with the scheme \"%s\"", name);
      upheld_copy(err->hint, sizeof err->hint, upheld_text_of(hint));
    }
    return st;
  }
  st = read_meta(db, "reference_form", form, sizeof form, err);
  if (st != UPHELD_OK) return st;
  if (strcmp(form, s->reference_form) != 0) {
    return upheld_fail(err, UPHELD_DATABASE, "scheme-mismatch",
                       "the register's references have the form \"%s\", those of the scheme \"%s\" the form \"%s\"", form,
                       s->name, s->reference_form);
  }
  for (int table = 0; table < 3 && st == UPHELD_OK; table++) st = check_words(db, s, table, grown, err);
  return st;
}

/* The SQL expression that spells a reference as upheld_reference_format does. The form is made of 9, blanks and [a] only. */
static void reference_expression(const upheld_scheme *s, upheld_buffer *sql) {
  int left = s->reference_digits;
  const char *f = s->reference_form;
  bool first = true;
  while (*f != '\0' && *f != '[') {
    const char *start = f;
    int64_t size = 1, below = 1;
    if (!first) upheld_buffer_text(sql, " || ");
    first = false;
    if (*f == ' ') {
      upheld_buffer_text(sql, "' '");
      f++;
      continue;
    }
    while (*f == '9') {
      f++;
      size *= 10;
    }
    left -= (int)(f - start);
    for (int i = 0; i < left; i++) below *= 10;
    upheld_buffer_text(sql, "printf('%0");
    upheld_buffer_integer(sql, f - start);
    upheld_buffer_text(sql, "d', d.reference / 27 / ");
    upheld_buffer_integer(sql, below);
    upheld_buffer_text(sql, " % ");
    upheld_buffer_integer(sql, size);
    upheld_buffer_text(sql, ")");
  }
  if (s->reference_letter) {
    upheld_buffer_text(sql, " || CASE d.reference % 27 WHEN 0 THEN '' ELSE char(96 + d.reference % 27) END");
  }
}

/* The view for people and other tools: the columns are named as in decisions.csv. */
static upheld_status make_view(upheld_db *db, const upheld_scheme *s, upheld_error *err) {
  upheld_buffer sql;
  upheld_buffer_init(&sql, &s->allocator);
  upheld_buffer_text(&sql, "DROP VIEW IF EXISTS decisions; CREATE VIEW decisions AS SELECT ");
  reference_expression(s, &sql);
  upheld_buffer_text(&sql,
    " AS reference, a.code AS authority_code, a.name AS authority, s.label AS service_area,"
    " date(d.received * 86400, 'unixepoch') AS received_date, date(d.decided * 86400, 'unixepoch') AS decided_date,"
    " o.label AS outcome, CASE d.remedied WHEN 1 THEN 'yes' WHEN 0 THEN 'no' END AS remedied_before,"
    " date(c.due * 86400, 'unixepoch') AS compliance_due_date, p.label AS compliance_outcome,"
    " date(c.recorded * 86400, 'unixepoch') AS compliance_date, d.url AS url, d.kind AS kind, d.sample AS sample,"
    " d.withdrawn AS withdrawn, i.path AS file, d.line AS line"
    " FROM decision d JOIN authority a ON a.id = d.authority LEFT JOIN service_area s ON s.code = d.area"
    " LEFT JOIN outcome o ON o.code = d.outcome"
    " LEFT JOIN compliance c ON c.reference = d.reference AND c.authority = d.authority"
    " LEFT JOIN compliance_outcome p ON p.code = c.outcome LEFT JOIN import i ON i.id = d.import");
  upheld_status st = sql.failed ? upheld_nomem(err) : upheld_db_exec(db, sql.data, err);
  upheld_buffer_free(&sql);
  return st;
}

upheld_status upheld_schema_remember(upheld_db *db, const upheld_scheme *s, upheld_error *err) {
  upheld_status st = write_meta(db, "scheme", s->name, err);
  if (st == UPHELD_OK && s->title[0] != '\0') st = write_meta(db, "title", s->title, err);
  if (st == UPHELD_OK) st = write_meta(db, "reference_form", s->reference_form, err);
  for (int table = 0; table < 3; table++) {
    const upheld_vocabulary *words = words_of(s, table);
    for (int code = 0; code < words->count && st == UPHELD_OK; code++) {
      upheld_statement *insert;
      st = upheld_db_get(db, word_tables[table].insert, &insert, err);
      if (st != UPHELD_OK) break;
      upheld_db_bind(insert, 1, code);
      upheld_db_bind_text(insert, 2, upheld_text_of(words->labels[code]));
      st = upheld_db_run(insert, err);
    }
  }
  return st == UPHELD_OK ? make_view(db, s, err) : st;
}

/* }====== */
