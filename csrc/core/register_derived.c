/*
** register_derived.c: fresh and stale (register_derived.h).
** Owns: the statements of the table `derived`, and the list of forms. Triggers are set aside for this connection only, from begin to end.
** Must not: know what a form holds.
*/
#include "register_derived.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "register_chunks.h"
#include "register_parts.h"
#include "register_tally.h"

enum { RULES_SIZE = 128, RULES_VERSION = 1 };

static const upheld_derived_form *const forms[UPHELD_FORMS] = {&upheld_tally_form, &upheld_chunks_form};

/* {====== fresh or stale ====== */

/*
** All of a scheme that decides what a row counts for: where it is another, what was counted says nothing. Raise the version when the rules of
** tally.h or of upheld_register_load change.
*/
static void rules_of(const upheld_scheme *s, char out[RULES_SIZE]) {
  snprintf(out, RULES_SIZE, "%d: year %02d-%02d, remedying %" PRIx64 ", findings %d, days %d, words %d %d %d", RULES_VERSION, s->year_month,
           s->year_day, s->remedying, s->findings, s->counts_days, s->outcomes.count, s->areas.count, s->compliance.count);
}

static const char fresh_select[] = "SELECT fresh AND rules = ?2 FROM derived WHERE form = ?1";
static const char fresh_upsert[] =
  "INSERT INTO derived (form, fresh, rules) VALUES (?1, ?3, ?2) ON CONFLICT (form) DO UPDATE SET fresh = ?3, rules = ?2";

static upheld_status read_state(upheld_register *r, upheld_form form, bool *fresh, upheld_error *err) {
  upheld_statement *s;
  bool row = false;
  char rules[RULES_SIZE];
  *fresh = false;
  upheld_status st = upheld_db_get(r->db, fresh_select, &s, err);
  if (st != UPHELD_OK) return st;
  rules_of(r->scheme, rules);
  upheld_db_bind_text(s, 1, upheld_text_of(forms[form]->name));
  upheld_db_bind_text(s, 2, upheld_text_of(rules));
  st = upheld_db_step(s, &row, err);
  *fresh = row && upheld_db_int(s, 0) == 1;
  upheld_db_done(s);
  return st;
}

static upheld_status write_state(upheld_register *r, upheld_form form, bool fresh, upheld_error *err) {
  upheld_statement *s;
  char rules[RULES_SIZE];
  upheld_status st = upheld_db_get(r->db, fresh_upsert, &s, err);
  if (st != UPHELD_OK) return st;
  rules_of(r->scheme, rules);
  upheld_db_bind_text(s, 1, upheld_text_of(forms[form]->name));
  upheld_db_bind_text(s, 2, upheld_text_of(rules));
  upheld_db_bind(s, 3, fresh);
  return upheld_db_run(s, err);
}

upheld_status upheld_derived_fresh(upheld_register *r, upheld_form form, bool *fresh, upheld_error *err) {
  *fresh = false;
  return r->writing ? UPHELD_OK : read_state(r, form, fresh, err);
}

/* }====== */

/* {====== one transaction ====== */

static const char rows_exist[] = "SELECT EXISTS (SELECT 1 FROM decision) OR EXISTS (SELECT 1 FROM compliance)";

upheld_status upheld_derived_begin(upheld_register *r, upheld_error *err) {
  int64_t rows = 1;
  upheld_db_triggers(r->db, false);
  upheld_status st = upheld_db_number(r->db, rows_exist, &rows, err);
  for (int f = 0; f < UPHELD_FORMS && st == UPHELD_OK; f++) {
    bool fresh = false;
    if (rows == 0) { /* of no rows every form is known */
      fresh = true;
      st = forms[f]->clear(r, err);
    } else {
      st = read_state(r, (upheld_form)f, &fresh, err);
    }
    /* one that is fresh by the rules of another scheme is stale from here on */
    if (st == UPHELD_OK && (!fresh || rows == 0)) st = write_state(r, (upheld_form)f, fresh, err);
    r->kept[f] = st == UPHELD_OK && fresh;
  }
  return st;
}

upheld_status upheld_derived_commit(upheld_register *r, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  for (int f = 0; f < UPHELD_FORMS && st == UPHELD_OK; f++) {
    if (r->kept[f]) st = forms[f]->commit(r, err);
  }
  return st;
}

void upheld_derived_end(upheld_register *r) {
  for (int f = 0; f < UPHELD_FORMS; f++) {
    forms[f]->forget(r);
    r->kept[f] = false;
  }
  if (r->db != NULL) upheld_db_triggers(r->db, true);
}

upheld_status upheld_derived_rows(upheld_register *r, const upheld_directory *d, const upheld_records *rows, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  for (int f = 0; f < UPHELD_FORMS && st == UPHELD_OK; f++) {
    if (r->kept[f]) st = forms[f]->rows(r, d, rows, err);
  }
  return st;
}

upheld_status upheld_derived_before(upheld_register *r, uint64_t reference, int64_t authority, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  for (int f = 0; f < UPHELD_FORMS && st == UPHELD_OK; f++) {
    if (r->kept[f]) st = forms[f]->before(r, reference, authority, err);
  }
  return st;
}

upheld_status upheld_derived_after(upheld_register *r, uint64_t reference, int64_t authority, upheld_part added, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  for (int f = 0; f < UPHELD_FORMS && st == UPHELD_OK; f++) {
    if (r->kept[f]) st = forms[f]->after(r, reference, authority, added, err);
  }
  return st;
}

/* }====== */

/* {====== made anew ====== */

void upheld_derived_store(upheld_register *r, upheld_form form, upheld_status (*make)(upheld_register *r, void *ud, upheld_error *err),
                          void *ud) {
  upheld_error ignored;
  if (r->writing || upheld_db_read_only(r->db)) return;
  int64_t changes = upheld_db_total_changes(r->db);
  upheld_db_wait(r->db, 0); /* a reader waits for nobody */
  upheld_status st = upheld_db_exec(r->db, "SAVEPOINT derived", &ignored);
  if (st == UPHELD_OK) {
    st = make(r, ud, &ignored);
    if (st == UPHELD_OK) st = write_state(r, form, true, &ignored);
    if (st != UPHELD_OK && upheld_db_in_transaction(r->db)) (void)upheld_db_exec(r->db, "ROLLBACK TO derived", NULL);
    if (upheld_db_in_transaction(r->db)) (void)upheld_db_exec(r->db, "RELEASE derived", NULL);
  }
  upheld_db_wait(r->db, r->busy_ms);
  r->seen_changes += upheld_db_total_changes(r->db) - changes;
}

/* }====== */
