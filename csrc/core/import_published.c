/*
** import_published.c: rows of published.csv (import.h lists the fault codes).
** Owns: which published numbers contradict each other. A printed rate beside its counts is no contradiction that rejects a
** row: comparing them is what `check` is for. A blank cell is unknown, never zero.
*/
#include <inttypes.h>
#include <string.h>

#include "import_rows.h"
#include "text.h"

enum { B_AUTHORITY, B_CODE, B_YEAR, B_TYPE, B_SOURCE, B_FIXED };

static const upheld_sheet_column fixed_columns[B_FIXED] = {
  {"authority", UPHELD_ONE_OF}, {"authority_code", UPHELD_ONE_OF}, {"year", UPHELD_REQUIRED}, {"type", UPHELD_OPTIONAL},
  {"source", UPHELD_OPTIONAL}
};

/* Column B_FIXED + i is the scheme's item i. */
void upheld_published_columns(upheld_importer *im) {
  int n = im->scheme->published_count;
  memcpy(im->published, fixed_columns, sizeof fixed_columns);
  for (int i = 0; i < n; i++) {
    im->published[B_FIXED + i].name = im->scheme->published[i].name;
    im->published[B_FIXED + i].need = UPHELD_OPTIONAL;
  }
  im->published_count = B_FIXED + n;
}

/* The known values of a row. */
typedef struct published_row {
  int authority, year;
  bool known[64];
  int64_t value[64];
  int decimals[64];
} published_row;

/* {====== cells ====== */

static void read_item(upheld_importer *im, published_row *p, int i) {
  const upheld_published_item *item = &im->scheme->published[i];
  int column = B_FIXED + i;
  p->decimals[i] = 0;
  p->value[i] = 0;
  if (item->mask != 0) {
    p->known[i] = upheld_sheet_count(&im->sheet, column, &p->value[i]);
    return;
  }
  p->known[i] = upheld_sheet_decimal(&im->sheet, column, &p->value[i], &p->decimals[i]);
  if (!p->known[i] || im->scheme->indicators[item->indicator].per != 100) return;
  int64_t hundred = 100;
  for (int d = 0; d < p->decimals[i]; d++) hundred *= 10;
  if (p->value[i] > hundred) {
    char shown[UPHELD_SHOWN];
    upheld_sheet_error(&im->sheet, column, "rate-out-of-range", NULL, "%s is more than 100 per cent",
                       upheld_shown(shown, upheld_sheet_cell(&im->sheet, column)));
  }
}

static void look_at_authority(upheld_importer *im, const published_row *p) {
  upheld_sheet *s = &im->sheet;
  const upheld_authority *a = &im->directory->items[p->authority];
  char shown[UPHELD_SHOWN];
  upheld_text type = upheld_sheet_cell(s, B_TYPE);
  if (type.size > 0 && !upheld_text_is(type, a->type_text)) {
    int code = upheld_vocabulary_find(&im->scheme->types, type, NULL);
    if (code < 0 || code != a->type) {
      upheld_sheet_warn(s, B_TYPE, "type-differs", "the type of the authorities file is used",
                        "the type is %s here, but %s is known as %s",
                        upheld_shown(shown, type), a->name, a->type_text[0] == '\0' ? "of no type" : a->type_text);
    }
  }
  upheld_date first, last;
  upheld_scheme_year_span(im->scheme, p->year, &first, &last);
  if (a->valid_to != UPHELD_NO_DATE && first != UPHELD_NO_DATE && a->valid_to < first) {
    char day[11];
    upheld_format_date(a->valid_to, day);
    upheld_sheet_warn(s, B_YEAR, "authority-ended", NULL, "%s ended on %s, before the year %d began", a->name, day, p->year);
  } else if (a->valid_from != UPHELD_NO_DATE && last != UPHELD_NO_DATE && a->valid_from > last) {
    char day[11];
    upheld_format_date(a->valid_from, day);
    upheld_sheet_warn(s, B_YEAR, "authority-not-yet", NULL, "%s began on %s, after the year %d", a->name, day, p->year);
  }
}

/* }====== */

/* {====== counts against each other ====== */

/* Parts of a whole that count nothing twice. */
typedef struct parts {
  int item[64];
  int count;
  uint64_t covered;
  int64_t sum;
} parts;

static void disagree(upheld_importer *im, const published_row *p, int whole, const parts *found) {
  const upheld_scheme *s = im->scheme;
  upheld_buffer text;
  upheld_buffer_init(&text, &im->allocator);
  for (int i = 0; i < found->count; i++) {
    int item = found->item[i];
    if (i > 0) upheld_buffer_text(&text, " + ");
    upheld_buffer_text(&text, s->published[item].name);
    upheld_buffer_byte(&text, ' ');
    upheld_buffer_integer(&text, p->value[item]);
  }
  if (found->count > 1) {
    upheld_buffer_text(&text, " = ");
    upheld_buffer_integer(&text, found->sum);
  }
  bool exact = found->covered == s->published[whole].mask;
  if (text.failed) {
    im->sheet.status = upheld_nomem(im->err);
  } else {
    upheld_sheet_error(&im->sheet, B_FIXED + whole, "counts-disagree", NULL, "%s, but %s, %s, is %" PRId64, text.data,
                       s->published[whole].name, exact ? "which is just that" : "of which that is a part", p->value[whole]);
  }
  upheld_buffer_free(&text);
}

/* Tries to add items from `next` on to the parts of the whole. True: a contradiction was found and stands in *found. */
static bool add_parts(const upheld_scheme *s, const published_row *p, int whole, int next, parts *found) {
  uint64_t mask = s->published[whole].mask;
  for (int i = next; i < s->published_count; i++) {
    uint64_t one = s->published[i].mask;
    if (!p->known[i] || one == 0 || i == whole || (one & ~mask) != 0 || (one & found->covered) != 0) continue;
    found->item[found->count++] = i;
    found->covered |= one;
    found->sum += p->value[i];
    if (found->sum > p->value[whole] || (found->covered == mask && found->sum != p->value[whole])) return true;
    if (add_parts(s, p, whole, i + 1, found)) return true;
    found->count--;
    found->covered &= ~one;
    found->sum -= p->value[i];
  }
  return false;
}

/* The item that counts exactly the mask and is known, or -1. */
static int known_item(const upheld_scheme *s, const published_row *p, uint64_t mask) {
  for (int i = 0; i < s->published_count; i++) {
    if (p->known[i] && s->published[i].mask == mask && mask != 0) return i;
  }
  return -1;
}

static void check_counts(upheld_importer *im, const published_row *p) {
  const upheld_scheme *s = im->scheme;
  for (int whole = 0; whole < s->published_count; whole++) {
    parts found = {{0}, 0, 0, 0};
    if (!p->known[whole] || s->published[whole].mask == 0) continue;
    if (add_parts(s, p, whole, 0, &found)) disagree(im, p, whole, &found);
  }
  for (int k = 0; k < s->indicator_count; k++) { /* a share of something is no more than it, also where the masks do not say so */
    const upheld_indicator *ind = &s->indicators[k];
    int part = known_item(s, p, ind->numerator), whole = known_item(s, p, ind->denominator);
    if (ind->per != 100 || part < 0 || whole < 0 || (ind->numerator & ~ind->denominator) == 0) continue;
    if (p->value[part] > p->value[whole]) {
      upheld_sheet_error(&im->sheet, B_FIXED + part, "counts-disagree", NULL, "%s %" PRId64 " is more than %s %" PRId64,
                         s->published[part].name, p->value[part], s->published[whole].name, p->value[whole]);
    }
  }
}

/* }====== */

/* {====== writing ====== */

/* One word for a row of several values. */
static upheld_applied together(upheld_applied row, upheld_applied one, bool first) {
  if (first || row == one) return one;
  if (row == UPHELD_APPLIED_CORRECTED || one == UPHELD_APPLIED_CORRECTED) return UPHELD_APPLIED_CORRECTED;
  return UPHELD_APPLIED_COMPLETED; /* some were there, some are new */
}

static upheld_status write_published(upheld_importer *im, const published_row *p) {
  const upheld_scheme *s = im->scheme;
  const upheld_authority *a = &im->directory->items[p->authority];
  upheld_applied row = UPHELD_APPLIED_UNCHANGED;
  upheld_status st = UPHELD_OK;
  int64_t line = im->sheet.row->line;
  bool first = true;
  for (int i = 0; i < s->published_count && st == UPHELD_OK; i++) {
    if (!p->known[i]) continue;
    if (im->target != NULL) {
      upheld_applied did = UPHELD_APPLIED_ADDED;
      st = upheld_register_put_published(im->target, a->id, p->year, s->published[i].name, p->value[i], p->decimals[i],
                                         im->import, line, &did, im->err);
      row = together(row, did, first);
    } else {
      upheld_published_value v = {(uint32_t)p->authority, p->year, i, p->decimals[i], p->value[i]};
      st = upheld_evidence_add_published(im->evidence, v, im->err);
      row = UPHELD_APPLIED_ADDED;
    }
    first = false;
  }
  upheld_text source = upheld_sheet_cell(&im->sheet, B_SOURCE);
  if (st == UPHELD_OK && im->target != NULL && source.size > 0) {
    st = upheld_register_put_published_source(im->target, a->id, p->year, source, im->import, line, im->err);
  }
  if (st == UPHELD_OK) upheld_row_did(im, row);
  return st;
}

static upheld_status published_row_read(upheld_importer *im) {
  upheld_sheet *s = &im->sheet;
  published_row p;
  uint64_t content[2] = {0, 0};
  p.authority = upheld_row_authority(im, B_AUTHORITY, B_CODE);
  p.year = upheld_sheet_year(s, B_YEAR);
  for (int i = 0; i < im->scheme->published_count; i++) read_item(im, &p, i);
  if (!upheld_row_good(im)) return s->status;
  check_counts(im, &p);
  if (!upheld_row_good(im)) return s->status;
  for (int i = 0; i < im->scheme->published_count; i++) {
    int64_t values[3] = {p.known[i] ? 1 : 0, p.value[i], p.decimals[i]};
    content[0] = upheld_seen_hash((upheld_text){(const char *)values, sizeof values}, content[0]);
  }
  content[1] = upheld_seen_hash(upheld_sheet_cell(s, B_SOURCE), 0);
  const char *name = im->directory->items[p.authority].name;
  if (!upheld_row_is_new(im, (uint64_t)p.year, (uint32_t)p.authority, content, B_YEAR, name)) return s->status;
  look_at_authority(im, &p);
  return s->status == UPHELD_OK ? write_published(im, &p) : s->status;
}

/* }====== */

const upheld_kind_rules upheld_published_rules = {"published", fixed_columns, B_FIXED, published_row_read, NULL, NULL};
