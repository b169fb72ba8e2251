/*
** register_read.c: what is read back: the directory, the decisions behind a figure, and facts about the register itself. A register that is
** not there yet reads as an empty one.
** Owns: that upheld_register_select gives exactly the records that upheld_register_load counted (register_tally.h has which those are).
** Must not: write.
*/
#include <string.h>

#include "register_parts.h"

enum {
  BATCH = 8192,       /* records handed on at once: a megabyte, whatever the size of the register */
  FIRST_DAY = -25567, /* 1900-01-01 .. 2199-12-31: the days that text.h knows as dates */
  LAST_DAY = 84005
};

/* {====== small things ====== */

/*
** Another tool may have written into the file. A date or a code that cannot be reads as not recorded, so that nothing behind
** has to doubt it; upheld_register_verify tells of the codes, by their foreign keys.
*/
upheld_date upheld_column_date(upheld_statement *s, int column) {
  int64_t day = upheld_db_null(s, column) ? INT64_MIN : upheld_db_int(s, column);
  return day < FIRST_DAY || day > LAST_DAY ? UPHELD_NO_DATE : (upheld_date)day;
}

uint8_t upheld_column_code(upheld_statement *s, int column, int count) {
  int64_t code = upheld_db_null(s, column) ? -1 : upheld_db_int(s, column);
  return code < 0 || code >= count ? UPHELD_NO_CODE : (uint8_t)code;
}

/* The column's text in the arena, or NULL when memory is short. */
static const char *text_at(upheld_statement *s, int column, upheld_arena *arena) {
  return upheld_arena_copy(arena, upheld_db_text(s, column));
}

upheld_status upheld_map_make(upheld_index_map *m, const upheld_allocator *a, const upheld_directory *d, upheld_error *err) {
  int64_t most = 0;
  for (size_t i = 0; i < d->count; i++) {
    if (d->items[i].id > most) most = d->items[i].id;
  }
  m->allocator = *a;
  m->index = NULL;
  m->size = 0;
  if (most > INT32_MAX) return upheld_fail(err, UPHELD_DATABASE, "damaged-register", "an authority's row id is out of range");
  m->index = upheld_new_zero(a, (size_t)most + 1, sizeof *m->index);
  if (m->index == NULL) return upheld_nomem(err);
  m->size = (size_t)most + 1;
  memset(m->index, 0xff, m->size * sizeof *m->index);
  for (size_t i = 0; i < d->count; i++) {
    if (d->items[i].id > 0) m->index[d->items[i].id] = (uint32_t)i;
  }
  return UPHELD_OK;
}

void upheld_map_free(upheld_index_map *m) { upheld_release(&m->allocator, m->index, m->size * sizeof *m->index); }

uint32_t upheld_map_find(const upheld_index_map *m, int64_t id) {
  return id > 0 && (uint64_t)id < m->size ? m->index[id] : UINT32_MAX;
}

upheld_status upheld_map_authority(const upheld_index_map *m, int64_t id, uint32_t *index, upheld_error *err) {
  *index = upheld_map_find(m, id);
  if (*index != UINT32_MAX) return UPHELD_OK;
  upheld_status st = upheld_fail(err, UPHELD_DATABASE, "stale-directory",
                                 "the register has got further authorities since its authorities were read");
  if (err != NULL) upheld_copy(err->hint, sizeof err->hint, upheld_text_of("read the year again"));
  return st;
}

/* Records on their way to a batch function. */
typedef struct batcher {
  upheld_records records;
  upheld_records_fn fn;
  void *ud;
} batcher;

static upheld_status pass_on(batcher *b, upheld_error *err) {
  upheld_status st = b->records.count == 0 ? UPHELD_OK : b->fn(b->ud, &b->records, err);
  upheld_records_clear(&b->records);
  return st;
}

static upheld_status batch_record(batcher *b, const upheld_record *r, upheld_error *err) {
  upheld_status st = upheld_records_add(&b->records, r, err);
  return st == UPHELD_OK && b->records.count >= BATCH ? pass_on(b, err) : st;
}

/* }====== */

/* {====== the directory ====== */

static const char directory_select[] =
  "SELECT id, code, name, type, region, aliases, successors, valid_from, valid_to FROM authority ORDER BY code";

static upheld_status read_authority(upheld_statement *s, upheld_directory *out, upheld_arena *texts, upheld_error *err) {
  upheld_authority a;
  memset(&a, 0, sizeof a);
  a.type = -1;
  a.id = upheld_db_int(s, 0);
  a.code = text_at(s, 1, texts);
  a.name = text_at(s, 2, texts);
  a.type_text = text_at(s, 3, texts);
  a.region = text_at(s, 4, texts);
  a.aliases = text_at(s, 5, texts);
  a.successors = text_at(s, 6, texts);
  a.valid_from = upheld_column_date(s, 7);
  a.valid_to = upheld_column_date(s, 8);
  if (a.code == NULL || a.name == NULL || a.type_text == NULL || a.region == NULL || a.aliases == NULL || a.successors == NULL) {
    return upheld_nomem(err);
  }
  a.type = upheld_vocabulary_find(&out->scheme->types, upheld_text_of(a.type_text), NULL);
  return upheld_directory_put(out, &a, err);
}

upheld_status upheld_register_directory(upheld_register *r, upheld_directory *out, upheld_error *err) {
  bool stored, row = true;
  upheld_statement *s = NULL;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK) return st;
  if (!stored) return upheld_directory_seal(out, err);
  upheld_arena texts;
  upheld_arena_init(&texts, &r->allocator);
  st = upheld_db_get(r->db, directory_select, &s, err);
  while (st == UPHELD_OK && (st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) st = read_authority(s, out, &texts, err);
  upheld_db_done(s);
  upheld_arena_free(&texts);
  return st == UPHELD_OK ? upheld_directory_seal(out, err) : st;
}

/* }====== */

/* {====== decisions behind a figure ====== */

/* Columns that fill_record reads, in this order. */
#define DECISION_COLUMNS \
  "SELECT d.reference, d.authority, d.received, d.decided, d.outcome, d.area, d.remedied, d.compliance_stated, d.sample," \
  " d.url, d.kind, d.line, d.import, c.outcome, c.due, c.recorded, 0"
#define COMPLIANCE_COLUMNS \
  "SELECT c.reference, c.authority, d.received, d.decided, d.outcome, d.area, d.remedied, d.compliance_stated," \
  " ifnull(d.sample, c.sample), d.url, d.kind, ifnull(d.line, c.line), CASE WHEN d.line IS NULL THEN c.import ELSE d.import END," \
  " c.outcome, c.due, c.recorded, d.line IS NULL OR d.sample > c.sample"

/*
** ?1 first day, ?2 last day, ?3 with undated ones, ?4 and ?5 least and greatest sample flag, ?6 the withdrawn flag, ?7 the
** authority (where asked for)
*/
#define FROM_DECISION(day) \
  " FROM decision d JOIN authority a ON a.id = d.authority LEFT JOIN compliance c ON c.reference = d.reference" \
  " AND c.authority = d.authority AND c.sample <= ?5 WHERE (" day " BETWEEN ?1 AND ?2 OR (?3 AND " day " IS NULL))" \
  " AND d.sample BETWEEN ?4 AND ?5 AND d.withdrawn = ?6"
#define FROM_COMPLIANCE \
  " FROM compliance c JOIN authority a ON a.id = c.authority LEFT JOIN decision d ON d.reference = c.reference" \
  " AND d.authority = c.authority WHERE (coalesce(c.recorded, c.due) BETWEEN ?1 AND ?2" \
  " OR (?3 AND coalesce(c.recorded, c.due) IS NULL)) AND c.sample BETWEEN ?4 AND ?5 AND c.outcome IS NOT NULL" \
  " AND ifnull(d.withdrawn, 0) = ?6"
#define OF_DECISION " AND d.authority = ?7"
#define OF_COMPLIANCE " AND c.authority = ?7"
/* authorities of a joint case by code, not by row id: the order must not depend on which was imported first */
#define ORDER(day, table) " ORDER BY " day ", " table ".reference, a.code"

/* What upheld_register_counters looks at, and no more: without sorting, texts, and the compliance of a decision. */
#define BARE_DECISION(day) \
  "SELECT d.reference, d.authority, d.received, d.decided, d.outcome, d.area, d.remedied, 0, d.sample, NULL, NULL, 0, 0, NULL, NULL," \
  " NULL, 0 FROM decision d WHERE (" day " BETWEEN ?1 AND ?2 OR (?3 AND " day " IS NULL)) AND d.sample BETWEEN ?4 AND ?5" \
  " AND d.withdrawn = ?6"

enum { ORDERED, ORDERED_OF_ONE, BARE, SELECTIONS };

static const char *const selections[UPHELD_CLOCKS][SELECTIONS] = {
  {DECISION_COLUMNS FROM_DECISION("d.received") ORDER("d.received", "d"),
   DECISION_COLUMNS FROM_DECISION("d.received") OF_DECISION ORDER("d.received", "d"), BARE_DECISION("d.received")},
  {DECISION_COLUMNS FROM_DECISION("d.decided") ORDER("d.decided", "d"),
   DECISION_COLUMNS FROM_DECISION("d.decided") OF_DECISION ORDER("d.decided", "d"), BARE_DECISION("d.decided")},
  {COMPLIANCE_COLUMNS FROM_COMPLIANCE ORDER("coalesce(c.recorded, c.due)", "c"),
   COMPLIANCE_COLUMNS FROM_COMPLIANCE OF_COMPLIANCE ORDER("coalesce(c.recorded, c.due)", "c"), COMPLIANCE_COLUMNS FROM_COMPLIANCE}
};

static const char decision_select[] =
  DECISION_COLUMNS " FROM decision d LEFT JOIN compliance c ON c.reference = d.reference AND c.authority = d.authority"
  " WHERE d.reference = ?1 AND d.authority = ?2 AND d.withdrawn = 0";

void upheld_register_fill(upheld_statement *s, const upheld_scheme *words, upheld_record *rec) {
  *rec = upheld_record_none();
  rec->reference = (uint64_t)upheld_db_int(s, 0);
  rec->received = upheld_column_date(s, 2);
  rec->decided = upheld_column_date(s, 3);
  rec->outcome = upheld_column_code(s, 4, words->outcomes.count);
  rec->area = upheld_column_code(s, 5, words->areas.count);
  rec->remedied = upheld_column_code(s, 6, 2);
  if (upheld_db_int(s, 7) != 0) rec->flags |= UPHELD_RECORD_COMPLIANCE_STATED;
  rec->url = upheld_db_text(s, 9);
  rec->kind = upheld_db_text(s, 10);
  rec->line = upheld_db_int(s, 11);
  rec->import = upheld_db_int(s, 12);
  rec->compliance = upheld_column_code(s, 13, words->compliance.count);
  rec->due = upheld_column_date(s, 14);
  rec->recorded = upheld_column_date(s, 15);
  /* A complete outcome of an older case counts although its decision is not here, or only as a sample. */
  if (upheld_db_int(s, 16) != 0) rec->flags |= UPHELD_RECORD_COMPLIANCE_ONLY;
  else if (upheld_db_int(s, 8) != 0) rec->flags |= UPHELD_RECORD_SAMPLE;
}

/* Whether a compliance outcome stands: its decision was not corrected away from Upheld. */
static bool stands(const upheld_scheme *s, const upheld_record *rec) {
  return (rec->flags & UPHELD_RECORD_COMPLIANCE_ONLY) != 0 || rec->outcome == UPHELD_NO_CODE ||
         (s->remedying & UPHELD_BIT(rec->outcome)) != 0;
}

uint64_t upheld_register_counters(const upheld_scheme *s, const upheld_record *rec, upheld_clock clock) {
  uint64_t mask = 0;
  switch (clock) {
    case UPHELD_CLOCK_RECEIVED:
      if (rec->received == UPHELD_NO_DATE) return 0;
      return UPHELD_BIT(rec->area == UPHELD_NO_CODE ? UPHELD_COUNTER_NO_AREA : UPHELD_COUNTER_AREA + rec->area);
    case UPHELD_CLOCK_DECIDED:
      if (rec->decided == UPHELD_NO_DATE || rec->outcome == UPHELD_NO_CODE) return 0;
      mask = UPHELD_BIT(rec->outcome);
      if ((s->remedying & mask) != 0 && rec->remedied == 1) mask |= UPHELD_MASK_REMEDIED;
      if (s->findings && rec->reference % 27 <= 1) mask |= UPHELD_MASK_CASES;
      return mask;
    default:
      if (rec->compliance == UPHELD_NO_CODE || upheld_record_compliance_day(rec) == UPHELD_NO_DATE || !stands(s, rec)) return 0;
      return UPHELD_BIT(UPHELD_COUNTER_COMPLIANCE + rec->compliance);
  }
}

bool upheld_register_wanted(const upheld_scheme *s, const upheld_selection *what, const upheld_record *rec) {
  bool of_compliance = what->clock == UPHELD_CLOCK_COMPLIANCE;
  /* outcomes that do not stand are never asked for; undated ones move no counter, and are when no day is */
  if (of_compliance && !stands(s, rec)) return false;
  uint64_t wanted = what->counters;
  if (wanted == 0 && of_compliance && (what->first != UPHELD_NO_DATE || what->last != UPHELD_NO_DATE)) wanted = UINT64_MAX;
  if (wanted != 0 && (upheld_register_counters(s, rec, what->clock) & wanted) == 0) return false;
  return upheld_filter_codes(what->where, rec);
}

static void bind_selection(upheld_statement *s, const upheld_selection *what, int64_t authority) {
  bool open_first = what->first == UPHELD_NO_DATE, open_last = what->last == UPHELD_NO_DATE;
  upheld_db_bind(s, 1, open_first ? INT32_MIN : what->first);
  upheld_db_bind(s, 2, open_last ? INT32_MAX : what->last);
  upheld_db_bind(s, 3, open_first && open_last);
  upheld_db_bind(s, 4, what->samples && !what->all);
  upheld_db_bind(s, 5, what->samples || what->all);
  upheld_db_bind(s, 6, what->withdrawn);
  if (authority > 0) upheld_db_bind(s, 7, authority);
}

static upheld_status select_rows(upheld_register *r, upheld_statement *s, const upheld_index_map *map, const upheld_selection *what,
                                 batcher *b, upheld_error *err) {
  bool row = true;
  upheld_record rec;
  upheld_status st;
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    upheld_register_fill(s, r->scheme, &rec);
    if (!upheld_register_wanted(r->scheme, what, &rec)) continue;
    st = upheld_map_authority(map, upheld_db_int(s, 1), &rec.authority, err);
    if (st == UPHELD_OK && what->now_of != NULL) {
      rec.authority = what->now_of[rec.authority];
      if (what->authority >= 0 && rec.authority != what->authority) continue;
    }
    if (st == UPHELD_OK && !upheld_filter_authority(what->where, rec.authority)) continue;
    if (st == UPHELD_OK) st = batch_record(b, &rec, err);
    if (st != UPHELD_OK) return st;
  }
  return st == UPHELD_OK ? pass_on(b, err) : st;
}

upheld_status upheld_register_select_rows(upheld_register *r, const upheld_directory *d, const upheld_selection *what,
                                          upheld_records_fn fn, void *ud, upheld_error *err) {
  bool stored;
  int64_t authority = 0;
  upheld_index_map map;
  upheld_statement *s = NULL;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored) return st;
  if (what->authority >= 0 && what->now_of == NULL) { /* of a view there may be several: select_rows tells */
    authority = d->items[what->authority].id;
    if (authority <= 0) return UPHELD_OK; /* known to the caller only: it has no rows here */
  }
  st = upheld_map_make(&map, &r->allocator, d, err);
  if (st != UPHELD_OK) return st;
  batcher b = {.fn = fn, .ud = ud};
  upheld_records_init(&b.records, &r->allocator);
  st = upheld_db_get(r->db, selections[what->clock][authority > 0 ? ORDERED_OF_ONE : what->bare ? BARE : ORDERED], &s, err);
  if (st == UPHELD_OK) {
    bind_selection(s, what, authority);
    st = select_rows(r, s, &map, what, &b, err);
  }
  upheld_db_done(s);
  upheld_records_free(&b.records);
  upheld_map_free(&map);
  return st;
}

/* ?3 as ?5 above */
static const char key_of_decision[] =
  DECISION_COLUMNS " FROM decision d LEFT JOIN compliance c ON c.reference = d.reference AND c.authority = d.authority"
  " AND c.sample <= ?3 WHERE d.reference = ?1 AND d.authority = ?2";
static const char key_of_compliance[] =
  COMPLIANCE_COLUMNS " FROM compliance c LEFT JOIN decision d ON d.reference = c.reference AND d.authority = c.authority"
  " WHERE c.reference = ?1 AND c.authority = ?2 AND c.sample <= ?3";

upheld_status upheld_register_select_key(upheld_register *r, const upheld_selection *what, uint64_t reference, int64_t authority,
                                         upheld_record *out, upheld_statement **open, bool *found, upheld_error *err) {
  *found = false;
  upheld_status st = upheld_db_get(r->db, what->clock == UPHELD_CLOCK_COMPLIANCE ? key_of_compliance : key_of_decision, open, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(*open, 1, (int64_t)reference);
  upheld_db_bind(*open, 2, authority);
  upheld_db_bind(*open, 3, what->samples || what->all);
  st = upheld_db_step(*open, found, err);
  if (*found) upheld_register_fill(*open, r->scheme, out);
  return st;
}

upheld_status upheld_register_get_decision(upheld_register *r, const upheld_directory *d, uint64_t reference,
                                           uint32_t authority, upheld_record *out, bool *found, upheld_error *err) {
  bool stored;
  upheld_statement *s;
  *found = false;
  *out = upheld_record_none();
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored || authority >= d->count) return st;
  st = upheld_db_get(r->db, decision_select, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, (int64_t)reference);
  upheld_db_bind(s, 2, d->items[authority].id);
  st = upheld_db_step(s, found, err);
  if (*found) {
    upheld_register_fill(s, r->scheme, out);
    out->authority = authority;
    out->url = out->kind = upheld_text_of(NULL); /* they would not outlive the statement */
  }
  upheld_db_done(s);
  return st;
}

static const char authorities_select[] =
  "SELECT d.authority FROM decision d JOIN authority a ON a.id = d.authority WHERE d.reference = ?1 AND d.withdrawn = 0"
  " ORDER BY a.code";

upheld_status upheld_register_authorities_of(upheld_register *r, uint64_t reference, int64_t *ids, size_t capacity,
                                             size_t *count, upheld_error *err) {
  bool stored, row = true;
  upheld_statement *s;
  *count = 0;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored) return st;
  st = upheld_db_get(r->db, authorities_select, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, (int64_t)reference);
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    if (*count < capacity) ids[*count] = upheld_db_int(s, 0);
    (*count)++;
  }
  upheld_db_done(s);
  return st;
}

/* }====== */

/* {====== facts ====== */

/* A statement with one or two integer parameters, stepped once; *s is given back by the caller. NULL: the register is empty. */
static upheld_status look_up(upheld_register *r, const char *sql, int64_t first, const int64_t *second, upheld_statement **s,
                             bool *found, upheld_error *err) {
  bool stored;
  *s = NULL;
  *found = false;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored) return st;
  st = upheld_db_get(r->db, sql, s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(*s, 1, first);
  if (second != NULL) upheld_db_bind(*s, 2, *second);
  return upheld_db_step(*s, found, err);
}

static const char import_path_select[] = "SELECT path FROM import WHERE id = ?1";

upheld_status upheld_register_import_path(upheld_register *r, int64_t import, char *buffer, size_t size, upheld_error *err) {
  upheld_statement *s;
  bool found;
  if (size > 0) buffer[0] = '\0';
  upheld_status st = look_up(r, import_path_select, import, NULL, &s, &found, err);
  if (st == UPHELD_OK && found) upheld_copy(buffer, size, upheld_db_text(s, 0));
  upheld_db_done(s);
  return st;
}

static const char recipient_select[] = "SELECT name, role, salutation, email FROM recipient WHERE authority = ?1";

upheld_status upheld_register_recipient(upheld_register *r, int64_t authority, upheld_arena *arena, upheld_recipient *out,
                                        bool *found, upheld_error *err) {
  upheld_statement *s;
  out->name = out->role = out->salutation = out->email = "";
  upheld_status st = look_up(r, recipient_select, authority, NULL, &s, found, err);
  if (st == UPHELD_OK && *found) {
    out->name = text_at(s, 0, arena);
    out->role = text_at(s, 1, arena);
    out->salutation = text_at(s, 2, arena);
    out->email = text_at(s, 3, arena);
    if (out->name == NULL || out->role == NULL || out->salutation == NULL || out->email == NULL) st = upheld_nomem(err);
  }
  upheld_db_done(s);
  return st;
}

static const char source_select[] = "SELECT source FROM published_source WHERE authority = ?1 AND year = ?2";

upheld_status upheld_register_published_source(upheld_register *r, int64_t authority, int year, upheld_arena *arena,
                                               const char **source, upheld_error *err) {
  upheld_statement *s;
  bool found;
  int64_t second = year;
  *source = "";
  upheld_status st = look_up(r, source_select, authority, &second, &s, &found, err);
  if (st == UPHELD_OK && found) *source = text_at(s, 0, arena);
  if (*source == NULL) st = upheld_nomem(err);
  upheld_db_done(s);
  return st;
}

static const char integrity_check[] = "PRAGMA integrity_check(20)";
static const char foreign_key_check[] = "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check LIMIT 20";

/* What SQLite says, "ok" left out. A missing parent is put as a sentence. */
static upheld_status run_check(upheld_register *r, const char *sql, void (*fn)(void *ud, const char *finding), void *ud,
                               upheld_error *err) {
  upheld_statement *s;
  bool row = true;
  upheld_buffer text;
  upheld_status st = upheld_db_get(r->db, sql, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_buffer_init(&text, &r->allocator);
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    upheld_text first = upheld_db_text(s, 0);
    if (upheld_text_is(first, "ok")) continue;
    text.size = 0;
    upheld_buffer_add(&text, first.at, first.size);
    if (sql == foreign_key_check) {
      upheld_text parent = upheld_db_text(s, 2);
      upheld_buffer_text(&text, ": a row refers to a row of ");
      upheld_buffer_add(&text, parent.at, parent.size);
      upheld_buffer_text(&text, " that is not there");
    }
    if (text.failed) {
      st = upheld_nomem(err);
      break;
    }
    fn(ud, text.data);
  }
  upheld_db_done(s);
  upheld_buffer_free(&text);
  return st;
}

upheld_status upheld_register_verify(upheld_register *r, void (*fn)(void *ud, const char *finding), void *ud,
                                     upheld_error *err) {
  bool stored;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored) return st;
  st = run_check(r, integrity_check, fn, ud, err);
  return st == UPHELD_OK ? run_check(r, foreign_key_check, fn, ud, err) : st;
}

static const char counts_select[] =
  "SELECT (SELECT count(*) FROM authority),"
  " (SELECT count(*) FROM compliance WHERE sample = 0),"
  " (SELECT count(*) FROM published),"
  " (SELECT count(*) FROM import),"
  " (SELECT count(*) FROM decision_version WHERE what = 'corrected')"
  " + (SELECT count(*) FROM compliance_version WHERE what = 'corrected'),"
  " d.* FROM (SELECT ifnull(sum(sample = 0 AND withdrawn = 0), 0),"
  " ifnull(sum(sample = 0 AND withdrawn = 0 AND decided IS NULL AND outcome IS NULL), 0),"
  " ifnull(sum(sample = 1 AND withdrawn = 0), 0), ifnull(sum(withdrawn), 0) FROM decision) d";

upheld_status upheld_register_count(upheld_register *r, upheld_register_counts *out, upheld_error *err) {
  bool stored, row = false;
  upheld_statement *s;
  memset(out, 0, sizeof *out);
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored) return st;
  st = upheld_db_get(r->db, counts_select, &s, err);
  if (st != UPHELD_OK) return st;
  st = upheld_db_step(s, &row, err);
  if (row) {
    int64_t *const fields[] = {&out->authorities, &out->compliance, &out->published, &out->imports, &out->corrections,
                               &out->decisions, &out->open_cases, &out->samples, &out->withdrawn};
    for (int i = 0; i < 9; i++) *fields[i] = upheld_db_int(s, i);
  }
  upheld_db_done(s);
  return st;
}

/* }====== */
