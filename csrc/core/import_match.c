/*
** import_match.c: which authority a row means, whether its key stood in the file before, and what is remembered of cells.
** Owns: the messages about authorities; the memos. Must not: keep anything that changes what a row comes to: what is remembered is what would
** be found again.
*/
#include <inttypes.h>
#include <string.h>

#include "import_rows.h"
#include "text.h"

enum {
  NAME_SLOTS = 4096, /* memos: names and codes of authorities, of which some hundreds are in use */
  WORD_SLOTS = 256
};

/* {====== memos ====== */

static upheld_status make_memo(upheld_importer *im, upheld_memo *memo, size_t count, bool words) {
  memo->count = count;
  memo->words = words;
  memo->slots = upheld_new_zero(&im->allocator, count, sizeof *memo->slots);
  return memo->slots == NULL ? upheld_nomem(im->err) : UPHELD_OK;
}

upheld_status upheld_make_memos(upheld_importer *im) {
  upheld_status st = make_memo(im, &im->names, NAME_SLOTS, false);
  if (st == UPHELD_OK) st = make_memo(im, &im->codes, NAME_SLOTS, false);
  if (st == UPHELD_OK) st = make_memo(im, &im->outcomes, WORD_SLOTS, true);
  if (st == UPHELD_OK) st = make_memo(im, &im->areas, WORD_SLOTS, true);
  if (st == UPHELD_OK) st = make_memo(im, &im->compliance, WORD_SLOTS, true);
  return st;
}

void upheld_free_memos(upheld_importer *im) {
  upheld_memo *all[] = {&im->names, &im->codes, &im->outcomes, &im->areas, &im->compliance};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    upheld_release(&im->allocator, all[i]->slots, all[i]->count * sizeof *all[i]->slots);
    all[i]->slots = NULL;
  }
  upheld_release(&im->allocator, im->beside, im->beside_count * sizeof *im->beside);
  upheld_release(&im->allocator, im->pairs, UPHELD_PAIRS * sizeof *im->pairs);
  im->beside = NULL;
  im->pairs = NULL;
}

/* }====== */

/* {====== authorities ====== */

/* Finds an authority by one column only, remembering the answer: its index, -1 unknown, -2 ambiguous. */
static int32_t remembered(upheld_importer *im, upheld_memo *memo, bool by_code, upheld_text t) {
  int32_t known;
  int found = -1;
  if (upheld_memo_get(memo, t, &known)) return known;
  if (by_code) {
    known = upheld_directory_by_code(im->directory, t);
  } else {
    upheld_match m = upheld_directory_find(im->directory, t, &found);
    known = m == UPHELD_MATCH_ONE ? found : m == UPHELD_MATCH_NONE ? -1 : -2;
  }
  upheld_memo_set(memo, t, known);
  return known;
}

upheld_status upheld_make_beside(upheld_importer *im) {
  if (im->directory->count == 0) return UPHELD_OK;
  im->beside_count = im->directory->count;
  im->beside = upheld_new_zero(&im->allocator, im->beside_count, sizeof *im->beside);
  im->pairs = upheld_new_zero(&im->allocator, UPHELD_PAIRS, sizeof *im->pairs);
  if (im->beside == NULL || im->pairs == NULL) return upheld_nomem(im->err);
  for (size_t i = 0; i < im->beside_count; i++) {
    const upheld_authority *a = &im->directory->items[i];
    im->beside[i].dated = a->valid_from != UPHELD_NO_DATE || a->valid_to != UPHELD_NO_DATE;
  }
  return UPHELD_OK;
}

/* Remembers the pair, in an empty place or else the first. */
static void note_pair(upheld_importer *im, int32_t authority, upheld_text code, upheld_text name) {
  uint64_t first, last;
  if (im->pairs == NULL || code.size < 8 || code.size > 16 || name.size > sizeof im->pairs->name) return;
  if (memchr(name.at, '"', name.size) != NULL) return; /* as in upheld_memo_set */
  upheld_memo_ends(code, &first, &last);
  size_t at = upheld_pair_place(first, last);
  upheld_pair *p = &im->pairs[at];
  if (p->sizes != 0 && (p->first != first || p->last != last)) p = &im->pairs[at ^ 1];
  if (p->sizes != 0 && (p->first != first || p->last != last)) p = &im->pairs[at];
  p->first = first;
  p->last = last;
  p->sizes = (uint32_t)(code.size | name.size << 16);
  p->authority = (uint16_t)authority;
  p->dated = im->beside[authority].dated;
  memcpy(p->name, name.at, name.size);
}

static void note_beside(upheld_importer *im, int32_t authority, upheld_text name) {
  if (im->beside == NULL || name.size > sizeof im->beside->name || memchr(name.at, '"', name.size) != NULL) return;
  im->beside[authority].size = (uint16_t)name.size;
  memcpy(im->beside[authority].name, name.at, name.size);
}

static void unknown_name(upheld_importer *im, int column, upheld_text name) {
  char shown[UPHELD_SHOWN];
  upheld_buffer hint;
  upheld_buffer_init(&hint, &im->allocator);
  if (im->unknown_names++ < UPHELD_SUGGESTIONS) {
    upheld_directory_nearest(im->directory, name, &hint);
    if (hint.size > 0) {
      upheld_buffer near = hint;
      upheld_buffer_init(&hint, &im->allocator);
      upheld_buffer_text(&hint, "near: ");
      upheld_buffer_add(&hint, near.data, near.size);
      upheld_buffer_free(&near);
    }
  }
  if (hint.failed) im->sheet.status = upheld_nomem(im->err);
  upheld_sheet_error(&im->sheet, column, "unknown-authority", hint.data, "no authority is known as \"%s\"", upheld_shown(shown, name));
  upheld_buffer_free(&hint);
}

static void ambiguous_name(upheld_importer *im, int column, upheld_text name) {
  char shown[UPHELD_SHOWN];
  upheld_buffer list;
  upheld_buffer_init(&list, &im->allocator);
  upheld_directory_candidates(im->directory, name, &list);
  if (list.failed) im->sheet.status = upheld_nomem(im->err);
  upheld_sheet_error(&im->sheet, column, "ambiguous-authority", "give its code in authority_code", "\"%s\" may mean %s",
                     upheld_shown(shown, name), list.data == NULL ? "several" : list.data);
  upheld_buffer_free(&list);
}

/* Code and name disagree, or so it seems. */
static int both_columns(upheld_importer *im, int name_column, int code_column, upheld_text code, upheld_text name) {
  int found = -1;
  char shown[UPHELD_SHOWN];
  upheld_match m = upheld_directory_match(im->directory, code, name, &found);
  if (m == UPHELD_MATCH_ONE) return found;
  if (m == UPHELD_MATCH_NONE) {
    upheld_sheet_error(&im->sheet, code_column, "unknown-authority", NULL, "no authority has the code %s", upheld_shown(shown, code));
  } else {
    upheld_sheet_error(&im->sheet, name_column, "authority-mismatch", "correct the code or the name",
                       "%s is the code of %s, not of \"%s\"",
                       im->directory->items[found].code, im->directory->items[found].name, upheld_shown(shown, name));
  }
  return -1;
}

int upheld_row_authority(upheld_importer *im, int name_column, int code_column) {
  upheld_sheet *s = &im->sheet;
  upheld_text name = upheld_sheet_cell(s, name_column), code = upheld_sheet_cell(s, code_column);
  char shown[UPHELD_SHOWN];
  if (code.size > 0) {
    int32_t by_code = remembered(im, &im->codes, true, code);
    if (by_code >= 0 && (name.size == 0 || upheld_stood_beside(im, by_code, name))) return by_code;
    if (by_code >= 0 && remembered(im, &im->names, false, name) == by_code) {
      note_beside(im, by_code, name);
      note_pair(im, by_code, code, name);
      return by_code;
    }
    if (name.size > 0) return both_columns(im, name_column, code_column, code, name);
    upheld_sheet_error(s, code_column, "unknown-authority", NULL, "no authority has the code %s", upheld_shown(shown, code));
    return -1;
  }
  if (name.size == 0) {
    upheld_sheet_error(s, upheld_sheet_has(s, name_column) ? name_column : code_column, "missing-value", NULL,
                       "the authority is missing");
    return -1;
  }
  int32_t by_name = remembered(im, &im->names, false, name);
  if (by_name == -1) unknown_name(im, name_column, name);
  if (by_name == -2) ambiguous_name(im, name_column, name);
  return by_name < 0 ? -1 : by_name;
}

/* }====== */

/* {====== keys and counts ====== */

bool upheld_row_is_new(upheld_importer *im, uint64_t reference, uint32_t authority, const uint64_t content[2], int column,
                       const char *what) {
  const upheld_seen_entry *earlier = upheld_seen_find(&im->keys, reference, authority);
  if (earlier == NULL) {
    upheld_seen_entry entry = {reference, {content[0], content[1]}, 0, upheld_seen_line(im->sheet.row->line), (uint16_t)authority,
                               im->file};
    upheld_status st = upheld_seen_add(&im->keys, &entry, im->err);
    if (st != UPHELD_OK) im->sheet.status = st;
    return st == UPHELD_OK;
  }
  if (earlier->content[0] == content[0] && earlier->content[1] == content[1]) {
    upheld_sheet_warn(&im->sheet, column, "repeated-row", NULL, "the same row stands in line %" PRIu32 " already", earlier->line);
    upheld_row_did(im, UPHELD_APPLIED_UNCHANGED);
  } else {
    upheld_sheet_error(&im->sheet, column, "duplicate-key", "keep the row that is right",
                       "%s stands in line %" PRIu32 " already, with different content", what, earlier->line);
  }
  return false;
}

void upheld_row_did(upheld_importer *im, upheld_applied did) {
  upheld_report_file *f = upheld_file_counts(im);
  switch (did) {
    case UPHELD_APPLIED_UNCHANGED: f->unchanged++; break;
    case UPHELD_APPLIED_COMPLETED: f->completed++; break;
    case UPHELD_APPLIED_CORRECTED: f->corrected++; break;
    case UPHELD_APPLIED_REFUSED:
      f->unchanged++;
      upheld_sheet_warn(&im->sheet, 0, "sample-differs", NULL,
                        "the register has a complete row that differs from this sample: it stays");
      break;
    case UPHELD_APPLIED_ADDED: break;
  }
}

/* }====== */
