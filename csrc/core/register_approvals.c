/*
** register_approvals.c: see register_approvals.h.
** Owns: the statements of the table `approval`; there is no UPDATE and no DELETE among them.
*/
#include "register_approvals.h"

#include <string.h>

#include "register_parts.h"

void upheld_approvals_init(upheld_approvals *list, const upheld_allocator *a) {
  memset(list, 0, sizeof *list);
  list->allocator = *a;
  upheld_arena_init(&list->arena, a);
}

void upheld_approvals_free(upheld_approvals *list) {
  upheld_release(&list->allocator, list->items, list->capacity * sizeof *list->items);
  upheld_arena_free(&list->arena);
  list->items = NULL;
  list->count = list->capacity = 0;
}

/* {====== writing ====== */

static bool is_blank(const char *text) { return text == NULL || upheld_trim(upheld_text_of(text)).size == 0; }

static bool is_hash(const char *text) { return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64; }

static upheld_status check(const char *by, const char *sha256, upheld_error *err) {
  if (is_blank(by)) return upheld_fail(err, UPHELD_MISUSE, "no-approver", "an approval needs the name of who approves");
  if (sha256 != NULL && !is_hash(sha256)) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-hash", "\"%.80s\" is not the SHA-256 of a letter: 64 digits from 0 to f", sha256);
  }
  return UPHELD_OK;
}

static const char authority_exists[] = "SELECT count(*) FROM authority WHERE id = ?1";

static upheld_status check_authority(upheld_register *r, int64_t authority, upheld_error *err) {
  upheld_statement *s;
  bool row = false, known = false;
  upheld_status st = upheld_db_get(r->db, authority_exists, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, authority);
  st = upheld_db_step(s, &row, err);
  known = row && upheld_db_int(s, 0) == 1;
  upheld_db_done(s);
  if (st == UPHELD_OK && !known) {
    st = upheld_fail(err, UPHELD_ABSENT, "no-such-authority", "the authority of an approval is not stored in the register");
  }
  return st;
}

static const char approval_insert[] =
  "INSERT INTO approval (authority, year, what, wording, sha256, by_whom, at, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

static upheld_status add(upheld_register *r, const upheld_approval *a, upheld_error *err) {
  upheld_statement *s;
  upheld_status st = upheld_db_get(r->db, approval_insert, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, a->authority);
  upheld_db_bind(s, 2, a->year);
  upheld_db_bind_text(s, 3, upheld_text_of(a->withdrawal ? "withdrawn" : "approved"));
  upheld_db_bind_text(s, 4, upheld_text_of(a->wording));
  upheld_db_bind_text(s, 5, upheld_text_of(a->sha256));
  upheld_db_bind_text(s, 6, upheld_text_of(a->by));
  upheld_db_bind_text(s, 7, upheld_text_of(r->now));
  upheld_db_bind_text(s, 8, upheld_text_of(a->note));
  return upheld_db_run(s, err);
}

upheld_status upheld_register_approve(upheld_register *r, const upheld_approval *items, size_t count, const char *now,
                                      upheld_error *err) {
  bool stored;
  upheld_status st = upheld_register_ready(r, &stored, err);
  for (size_t i = 0; i < count && st == UPHELD_OK; i++) st = check(items[i].by, items[i].sha256, err);
  if (st != UPHELD_OK) return st;
  if (!stored) return upheld_fail(err, UPHELD_ABSENT, "no-such-authority", "the register is empty");
  st = upheld_register_begin(r, now, "", err);
  if (st != UPHELD_OK) return st;
  for (size_t i = 0; i < count && st == UPHELD_OK; i++) {
    upheld_approval one = items[i];
    one.withdrawal = false;
    st = check_authority(r, one.authority, err);
    if (st == UPHELD_OK) st = add(r, &one, err);
  }
  if (st == UPHELD_OK) return upheld_register_commit(r, err);
  upheld_register_rollback(r);
  return st;
}

/* The last row of each letter, where it approves. */
static const char standing_select[] =
  "SELECT wording, sha256 FROM approval WHERE id IN (SELECT max(id) FROM approval WHERE authority = ?1 AND year = ?2"
  " AND (?3 IS NULL OR sha256 = ?3) GROUP BY sha256) AND what = 'approved' ORDER BY id";

/* Within the transaction. The rows are read before one is added: the statement must not see its own work. */
static upheld_status withdraw_standing(upheld_register *r, const upheld_approval *with, upheld_approvals *standing,
                                       upheld_error *err) {
  upheld_statement *s;
  bool row = true;
  upheld_status st = upheld_db_get(r->db, standing_select, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, with->authority);
  upheld_db_bind(s, 2, with->year);
  upheld_db_bind_text(s, 3, upheld_text_of(with->sha256));
  while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
    upheld_approval one = *with;
    one.wording = upheld_arena_copy(&standing->arena, upheld_db_text(s, 0));
    one.sha256 = upheld_arena_copy(&standing->arena, upheld_db_text(s, 1));
    st = one.wording == NULL || one.sha256 == NULL ? upheld_nomem(err)
      : upheld_grow(&standing->allocator, (void **)&standing->items, &standing->capacity, standing->count + 1,
                    sizeof *standing->items, err);
    if (st != UPHELD_OK) break;
    standing->items[standing->count++] = one;
  }
  upheld_db_done(s);
  if (st == UPHELD_OK && standing->count == 0) {
    st = upheld_fail(err, UPHELD_ABSENT, "no-such-approval", "no approval of such a letter stands");
  }
  for (size_t i = 0; i < standing->count && st == UPHELD_OK; i++) st = add(r, &standing->items[i], err);
  return st;
}

upheld_status upheld_register_unapprove(upheld_register *r, int64_t authority, int year, const char *sha256, const char *by,
                                        const char *reason, const char *now, size_t *count, upheld_error *err) {
  bool stored;
  upheld_approvals standing;
  upheld_approval with = {authority, year, true, "", sha256, by, "", reason};
  *count = 0;
  upheld_status st = check(by, sha256, err);
  if (st == UPHELD_OK && is_blank(reason)) {
    st = upheld_fail(err, UPHELD_MISUSE, "no-reason", "taking an approval back needs a reason");
  }
  if (st == UPHELD_OK) st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK) return st;
  if (!stored) return upheld_fail(err, UPHELD_ABSENT, "no-such-approval", "no approval of such a letter stands");
  st = upheld_register_begin(r, now, reason, err);
  if (st != UPHELD_OK) return st;
  upheld_approvals_init(&standing, &r->allocator);
  st = withdraw_standing(r, &with, &standing, err);
  size_t done = standing.count;
  upheld_approvals_free(&standing);
  if (st == UPHELD_OK) st = upheld_register_commit(r, err);
  else upheld_register_rollback(r);
  if (st == UPHELD_OK) *count = done;
  return st;
}

/* }====== */

/* {====== reading ====== */

static const char approvals_select[] =
  "SELECT authority, year, what = 'withdrawn', wording, sha256, by_whom, at, note FROM approval"
  " WHERE (?1 = 0 OR authority = ?1) AND (?2 = 0 OR year = ?2) ORDER BY id";

static upheld_status read_one(upheld_statement *s, upheld_approvals *out, upheld_error *err) {
  const char *texts[5]; /* wording, sha256, by, at, note */
  for (int i = 0; i < 5; i++) {
    texts[i] = upheld_arena_copy(&out->arena, upheld_db_text(s, 3 + i));
    if (texts[i] == NULL) return upheld_nomem(err);
  }
  upheld_status st = upheld_grow(&out->allocator, (void **)&out->items, &out->capacity, out->count + 1,
                                 sizeof *out->items, err);
  if (st != UPHELD_OK) return st;
  upheld_approval one = {upheld_db_int(s, 0), (int)upheld_db_int(s, 1), upheld_db_int(s, 2) != 0, texts[0], texts[1], texts[2],
                         texts[3], texts[4]};
  out->items[out->count++] = one;
  return UPHELD_OK;
}

upheld_status upheld_register_approvals(upheld_register *r, int64_t authority, int year, upheld_approvals *out,
                                        upheld_error *err) {
  upheld_statement *s;
  bool stored, row = true;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored) return st;
  st = upheld_db_get(r->db, approvals_select, &s, err);
  if (st != UPHELD_OK) return st;
  upheld_db_bind(s, 1, authority);
  upheld_db_bind(s, 2, year);
  while (st == UPHELD_OK && (st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) st = read_one(s, out, err);
  upheld_db_done(s);
  return st;
}

/* }====== */
