/*
** import_directory.c: rows of authorities.csv, population.csv and recipients.csv (import.h lists the fault codes).
** Owns: that a column which a file has not leaves what is known of an authority or a recipient.
*/
#include <inttypes.h>
#include <string.h>

#include "import_rows.h"
#include "text.h"

enum { A_CODE, A_NAME, A_TYPE, A_REGION, A_ALIASES, A_FROM, A_TO, A_SUCCESSOR };

static const upheld_sheet_column authority_columns[] = {
  {"code", UPHELD_REQUIRED}, {"name", UPHELD_REQUIRED}, {"type", UPHELD_REQUIRED}, {"region", UPHELD_OPTIONAL},
  {"aliases", UPHELD_OPTIONAL}, {"valid_from", UPHELD_OPTIONAL}, {"valid_to", UPHELD_OPTIONAL}, {"successor", UPHELD_OPTIONAL}
};

enum { P_CODE, P_YEAR, P_POPULATION };

static const upheld_sheet_column population_columns[] = {
  {"code", UPHELD_REQUIRED}, {"year", UPHELD_REQUIRED}, {"population", UPHELD_REQUIRED}
};

enum { R_CODE, R_NAME, R_ROLE, R_SALUTATION, R_EMAIL };

static const upheld_sheet_column recipient_columns[] = {
  {"code", UPHELD_REQUIRED}, {"name", UPHELD_OPTIONAL}, {"role", UPHELD_OPTIONAL}, {"salutation", UPHELD_OPTIONAL},
  {"email", UPHELD_OPTIONAL}
};

enum { MAX_CODE = 32 };

/* {====== authorities ====== */

/* A code is a word: letters, digits and signs without blanks. */
static bool good_code(upheld_text t) {
  for (size_t i = 0; i < t.size; i++) {
    if ((unsigned char)t.at[i] <= ' ' || (unsigned char)t.at[i] >= 0x7f || t.at[i] == '|') return false;
  }
  return t.size <= MAX_CODE;
}

/* Every piece of a "|" list must be short enough for a name. */
static void check_names(upheld_importer *im, int column) {
  upheld_text t = upheld_sheet_cell(&im->sheet, column);
  size_t start = 0;
  for (size_t i = 0; i <= t.size; i++) {
    if (i < t.size && t.at[i] != '|') continue;
    if (i - start > UPHELD_MAX_NAME) {
      upheld_sheet_error(&im->sheet, column, "value-too-long", "aliases are separated by |",
                         "a name of %zu bytes, more than the limit of %d", i - start, (int)UPHELD_MAX_NAME);
      return;
    }
    start = i + 1;
  }
}

static upheld_text text_hash(upheld_text t, uint64_t *hash) {
  *hash = upheld_seen_hash(t, *hash + 1);
  return t;
}

/* The cell as text that lives as long as the file is read; what is known already where the file has not the column. */
static const char *cell_text(upheld_importer *im, int column, const char *known, uint64_t *hash) {
  upheld_sheet *s = &im->sheet;
  if (!upheld_sheet_has(s, column)) return known;
  const char *copy = upheld_arena_copy(&s->arena, text_hash(upheld_sheet_cell(s, column), hash));
  if (copy == NULL && s->status == UPHELD_OK) s->status = upheld_nomem(im->err);
  return copy == NULL ? "" : copy;
}

/* Other types than the scheme's are allowed, and have no peers; one that is nearly a type of the scheme is told of, once. */
static void warn_type(upheld_importer *im) {
  upheld_sheet *s = &im->sheet;
  char shown[UPHELD_SHOWN], hint[UPHELD_SHOWN];
  upheld_error text;
  upheld_text t = upheld_sheet_cell(s, A_TYPE);
  if (t.size == 0 || upheld_vocabulary_find(&im->scheme->types, t, NULL) >= 0) return;
  if (upheld_dict_find(&im->types, t) >= 0) return;
  upheld_status st = upheld_dict_set(&im->types, t, 0, im->err);
  if (st != UPHELD_OK) s->status = st;
  const char *near = upheld_vocabulary_nearest(&im->scheme->types, t);
  if (near == NULL) return;
  (void)upheld_fail(&text, UPHELD_OK, "", "did you mean \"%s\"?", near);
  upheld_copy(hint, sizeof hint, upheld_text_of(text.message));
  upheld_sheet_warn(s, A_TYPE, "type-without-peers", hint, "authorities of the type \"%s\" have no peers", upheld_shown(shown, t));
}

static bool same_authority(const upheld_authority *a, const upheld_authority *b) {
  return strcmp(a->name, b->name) == 0 && strcmp(a->type_text, b->type_text) == 0 && strcmp(a->region, b->region) == 0 &&
         strcmp(a->aliases, b->aliases) == 0 && strcmp(a->successors, b->successors) == 0 && a->valid_from == b->valid_from &&
         a->valid_to == b->valid_to;
}

/* Reads the row over what is known of the authority. */
static void read_authority(upheld_importer *im, const upheld_authority *known, upheld_authority *a, uint64_t *hash) {
  upheld_sheet *s = &im->sheet;
  a->name = cell_text(im, A_NAME, known->name, hash);
  a->type_text = cell_text(im, A_TYPE, known->type_text, hash);
  a->region = cell_text(im, A_REGION, known->region, hash);
  a->aliases = cell_text(im, A_ALIASES, known->aliases, hash);
  a->successors = cell_text(im, A_SUCCESSOR, known->successors, hash);
  a->valid_from = upheld_sheet_has(s, A_FROM) ? upheld_sheet_date(s, A_FROM) : known->valid_from;
  a->valid_to = upheld_sheet_has(s, A_TO) ? upheld_sheet_date(s, A_TO) : known->valid_to;
  *hash ^= (uint64_t)(uint32_t)a->valid_from << 32 | (uint32_t)a->valid_to;
  a->id = known->id;
  if (a->valid_from != UPHELD_NO_DATE && a->valid_to != UPHELD_NO_DATE && a->valid_to < a->valid_from) {
    upheld_sheet_error(s, A_TO, "ended-before-begun", NULL, "valid_to is before valid_from");
  }
}

static upheld_status keep_successors(upheld_importer *im, const upheld_authority *a) {
  if (a->successors[0] == '\0' || !upheld_sheet_has(&im->sheet, A_SUCCESSOR)) return UPHELD_OK;
  upheld_status st = upheld_grow(&im->allocator, (void **)&im->successors, &im->successor_capacity, im->successor_count + 1,
                                 sizeof *im->successors, im->err);
  if (st != UPHELD_OK) return st;
  upheld_successors one = {im->sheet.row->line, a->successors};
  im->successors[im->successor_count++] = one;
  return UPHELD_OK;
}

static upheld_status authority_row(upheld_importer *im) {
  static const upheld_authority nothing = {"", "", "", -1, "", "", "", UPHELD_NO_DATE, UPHELD_NO_DATE, 0, false};
  upheld_sheet *s = &im->sheet;
  upheld_text code = upheld_sheet_required(s, A_CODE);
  upheld_authority a = nothing;
  uint64_t hash = 0;
  char shown[UPHELD_SHOWN];
  if (!good_code(code)) {
    upheld_sheet_error(s, A_CODE, "bad-code", NULL, "\"%s\" is no code: a word of at most %d letters, digits and signs",
                       upheld_shown(shown, code), (int)MAX_CODE);
  }
  (void)upheld_sheet_required(s, A_NAME);
  check_names(im, A_NAME);
  check_names(im, A_ALIASES);
  int known = upheld_directory_by_code(im->directory, code);
  a.code = upheld_arena_copy(&s->arena, code);
  if (a.code == NULL) return upheld_nomem(im->err);
  read_authority(im, known >= 0 ? &im->directory->items[known] : &nothing, &a, &hash);
  if (!upheld_row_good(im)) return s->status;
  uint64_t content[2] = {hash, 0};
  /* the code's hash is its key: 64 bits for at most 65535 codes */
  if (!upheld_row_is_new(im, upheld_seen_hash(code, 7), 0, content, A_CODE, a.code)) return s->status;
  warn_type(im);
  upheld_applied did = UPHELD_APPLIED_ADDED;
  upheld_status st = s->status;
  if (st == UPHELD_OK && im->target != NULL) {
    st = upheld_register_put_authority(im->target, &a, im->import, s->row->line, &a.id, &did, im->err);
  } else if (known >= 0) {
    did = same_authority(&im->directory->items[known], &a) ? UPHELD_APPLIED_UNCHANGED : UPHELD_APPLIED_CORRECTED;
  }
  if (st == UPHELD_OK) st = upheld_directory_put(im->directory, &a, im->err);
  if (st == UPHELD_OK) st = keep_successors(im, &a);
  if (st == UPHELD_OK) upheld_row_did(im, did);
  return st;
}

/* Now that all codes are known: are the successors among them? */
static upheld_status check_successors(upheld_importer *im, const upheld_successors *one) {
  upheld_text list = upheld_text_of(one->codes);
  size_t start = 0;
  for (size_t i = 0; i <= list.size; i++) {
    if (i < list.size && list.at[i] != '|') continue;
    upheld_text code = upheld_trim((upheld_text){list.at + start, i - start});
    start = i + 1;
    if (code.size == 0 || upheld_directory_by_code(im->directory, code) >= 0) continue;
    char shown[UPHELD_SHOWN];
    upheld_status st = upheld_report_add(im->report, UPHELD_WARNING, "unknown-successor", one->line,
                                         upheld_text_of(authority_columns[A_SUCCESSOR].name), code, NULL, im->err,
                                         "no authority has the code %s", upheld_shown(shown, code));
    if (st != UPHELD_OK) return st;
  }
  return UPHELD_OK;
}

static upheld_status end_of_authorities(upheld_importer *im) {
  upheld_status st = upheld_directory_seal(im->directory, im->err);
  for (size_t i = 0; i < im->successor_count && st == UPHELD_OK; i++) st = check_successors(im, &im->successors[i]);
  im->successor_count = 0;
  return st;
}

/* }====== */

/* {====== population, recipients ====== */

/* The authority whose code stands in the column, or -1, reported. */
static int authority_by_code(upheld_importer *im, int column) {
  upheld_text code = upheld_sheet_required(&im->sheet, column);
  char shown[UPHELD_SHOWN];
  if (code.size == 0) return -1;
  int found = upheld_directory_by_code(im->directory, code);
  if (found < 0) {
    upheld_sheet_error(&im->sheet, column, "unknown-authority", NULL, "no authority has the code %s", upheld_shown(shown, code));
  }
  return found;
}

static upheld_status population_row(upheld_importer *im) {
  upheld_sheet *s = &im->sheet;
  int64_t residents = 0;
  upheld_applied did = UPHELD_APPLIED_ADDED;
  int authority = authority_by_code(im, P_CODE);
  int year = upheld_sheet_year(s, P_YEAR);
  (void)upheld_sheet_required(s, P_POPULATION);
  (void)upheld_sheet_count(s, P_POPULATION, &residents);
  if (!upheld_row_good(im)) return s->status;
  uint64_t content[2] = {(uint64_t)residents, 0};
  const upheld_authority *a = &im->directory->items[authority];
  if (!upheld_row_is_new(im, (uint64_t)year, (uint32_t)authority, content, P_CODE, a->code)) return s->status;
  upheld_status st;
  if (im->target != NULL) {
    st = upheld_register_put_population(im->target, a->id, year, residents, im->import, s->row->line, &did, im->err);
  } else {
    upheld_population p = {(uint32_t)authority, year, residents};
    st = upheld_evidence_add_population(im->evidence, p, im->err);
  }
  if (st == UPHELD_OK) upheld_row_did(im, did);
  return st;
}

/* The cell, or what is known where the file has not the column. */
static upheld_text recipient_text(upheld_importer *im, int column, const char *known, uint64_t *hash) {
  if (!upheld_sheet_has(&im->sheet, column)) return upheld_text_of(known);
  return text_hash(upheld_sheet_cell(&im->sheet, column), hash);
}

static upheld_status recipient_row(upheld_importer *im) {
  upheld_sheet *s = &im->sheet;
  upheld_recipient known = {"", "", "", ""};
  upheld_applied did = UPHELD_APPLIED_ADDED;
  upheld_status st = UPHELD_OK;
  bool found = false;
  uint64_t hash = 0;
  int authority = authority_by_code(im, R_CODE);
  if (!upheld_row_good(im)) return s->status;
  const upheld_authority *a = &im->directory->items[authority];
  bool whole = upheld_sheet_has(s, R_NAME) && upheld_sheet_has(s, R_ROLE) && upheld_sheet_has(s, R_SALUTATION) &&
               upheld_sheet_has(s, R_EMAIL);
  if (im->target != NULL && !whole) {
    st = upheld_register_recipient(im->target, a->id, &s->arena, &known, &found, im->err);
    if (st != UPHELD_OK) return st;
    if (!found) known.name = known.role = known.salutation = known.email = "";
  }
  upheld_text name = recipient_text(im, R_NAME, known.name, &hash), role = recipient_text(im, R_ROLE, known.role, &hash);
  upheld_text salutation = recipient_text(im, R_SALUTATION, known.salutation, &hash);
  upheld_text email = recipient_text(im, R_EMAIL, known.email, &hash);
  uint64_t content[2] = {hash, 0};
  if (!upheld_row_is_new(im, 0, (uint32_t)authority, content, R_CODE, a->code)) return s->status;
  if (im->target != NULL) { /* figures need no recipients: a one-off only checks them */
    st = upheld_register_put_recipient(im->target, a->id, name, role, salutation, email, im->import, s->row->line, &did, im->err);
  }
  if (st == UPHELD_OK) upheld_row_did(im, did);
  return st;
}

/* }====== */

#define COUNT(columns) ((int)(sizeof(columns) / sizeof (columns)[0]))
const upheld_kind_rules upheld_authority_rules = {"authorities", authority_columns, COUNT(authority_columns), authority_row,
                                                  end_of_authorities, NULL};
const upheld_kind_rules upheld_population_rules = {"population", population_columns, COUNT(population_columns), population_row,
                                                   NULL, NULL};
const upheld_kind_rules upheld_recipient_rules = {"recipients", recipient_columns, COUNT(recipient_columns), recipient_row,
                                                  NULL, NULL};
