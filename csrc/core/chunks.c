/*
** chunks.c: see chunks.h.
** Owns: the bytes. The list: a byte of the form's number; of each column its width (a byte) and base (eight bytes); the number of traits
** (four), then each with its count (four and four). The columns: their values one after the other. The lowest byte comes first.
*/
#include "chunks.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { FORM = 1, COLUMN_SIZE = 9, TRAIT_SIZE = 8, HEAD = 1 + COLUMN_SIZE * UPHELD_COLUMNS + 4 };

/* {====== traits ====== */

static upheld_traits code_bits(uint8_t code) { return code == UPHELD_NO_CODE ? 0 : (upheld_traits)code + 1; }

static uint8_t code_from(upheld_traits bits) { return bits == 0 ? UPHELD_NO_CODE : (uint8_t)(bits - 1); }

upheld_traits upheld_traits_of(const upheld_record *r) {
  upheld_traits t = code_bits(r->outcome) | code_bits(r->area) << UPHELD_TRAIT_AREA |
                    code_bits(r->remedied) << UPHELD_TRAIT_REMEDIED | code_bits(r->compliance) << UPHELD_TRAIT_COMPLIANCE;
  if (r->received != UPHELD_NO_DATE) t |= UPHELD_TRAIT_RECEIVED;
  if (r->decided != UPHELD_NO_DATE) t |= UPHELD_TRAIT_DECIDED;
  if (r->due != UPHELD_NO_DATE) t |= UPHELD_TRAIT_DUE;
  if (r->recorded != UPHELD_NO_DATE) t |= UPHELD_TRAIT_RECORDED;
  if (r->reference % 27 <= 1) t |= UPHELD_TRAIT_FIRST;
  return t;
}

void upheld_traits_fill(upheld_traits traits, upheld_record *r) {
  r->outcome = code_from(traits & 31);
  r->area = code_from(traits >> UPHELD_TRAIT_AREA & 63);
  r->remedied = code_from(traits >> UPHELD_TRAIT_REMEDIED & 3);
  r->compliance = code_from(traits >> UPHELD_TRAIT_COMPLIANCE & 15);
  r->flags = (traits & UPHELD_TRAIT_STATED) != 0 ? UPHELD_RECORD_COMPLIANCE_STATED : 0;
}

/* }====== */

/* {====== writing ====== */

int upheld_chunk_order(const void *a, const void *b) {
  const upheld_chunk_record *x = a, *y = b;
  uint32_t d = (uint32_t)x->decided, e = (uint32_t)y->decided;
  if (d != e) { /* shifted so that dates keep their order, and none, the least number, comes last */
    uint32_t shifted = d - (uint32_t)UPHELD_FIRST_DAY, other = e - (uint32_t)UPHELD_FIRST_DAY;
    return shifted < other ? -1 : 1;
  }
  return x->reference == y->reference ? 0 : x->reference < y->reference ? -1 : 1;
}

static void put_number(upheld_buffer *b, uint64_t value, int bytes) {
  char text[8];
  for (int i = 0; i < bytes; i++) text[i] = (char)(unsigned char)(value >> (8 * i) & 0xff);
  upheld_buffer_add(b, text, (size_t)bytes);
}

static int width_of(uint64_t most) {
  return most == 0 ? 0 : most <= UINT8_MAX ? 1 : most <= UINT16_MAX ? 2 : most <= UINT32_MAX ? 4 : 8;
}

/* A record's value of a column; false: it has none. */
static bool value_of(const upheld_chunk_record *r, upheld_column_of column, int64_t *value) {
  upheld_date day;
  switch (column) {
    case UPHELD_COLUMN_DECIDED: day = r->decided; break;
    case UPHELD_COLUMN_RECEIVED: day = r->received; break;
    case UPHELD_COLUMN_DUE: day = r->due; break;
    case UPHELD_COLUMN_RECORDED: day = r->recorded; break;
    default: *value = (int64_t)r->reference; return true;
  }
  *value = day;
  return day != UPHELD_NO_DATE;
}

static void put_column(const upheld_chunk_record *records, size_t count, upheld_column_of column, upheld_buffer *list,
                       upheld_buffer *columns) {
  int64_t least = INT64_MAX, most = INT64_MIN, value;
  for (size_t i = 0; i < count; i++) {
    if (!value_of(&records[i], column, &value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least > most) least = most = 0;
  int width = width_of((uint64_t)most - (uint64_t)least);
  put_number(list, (uint64_t)width, 1);
  put_number(list, (uint64_t)least, 8);
  for (size_t i = 0; i < count && width > 0; i++) {
    if (value_of(&records[i], column, &value)) put_number(columns, (uint64_t)value - (uint64_t)least, width);
  }
}

/* The traits that occur in a chunk, found by a table of their places; slots hold a place + 1. */
enum { SLOTS = 2 * UPHELD_CHUNK_MOST };
typedef struct trait_finder {
  upheld_trait_count found[UPHELD_CHUNK_MOST];
  uint16_t slots[SLOTS], place[UPHELD_CHUNK_MOST], rank[UPHELD_CHUNK_MOST];
  uint16_t order[UPHELD_CHUNK_MOST];
  uint32_t count;
} trait_finder;

static uint16_t find_traits(trait_finder *f, upheld_traits traits) {
  uint32_t slot = (traits * UINT32_C(2654435761)) >> 18;
  for (; f->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
    if (f->found[f->slots[slot] - 1].traits == traits) return (uint16_t)(f->slots[slot] - 1);
  }
  f->found[f->count] = (upheld_trait_count){traits, 0};
  f->slots[slot] = (uint16_t)++f->count;
  return (uint16_t)(f->count - 1);
}

/* Puts what was found in the order of the traits: their list must not depend on which record came first. */
static void rank_traits(trait_finder *f) {
  for (uint32_t i = 0; i < f->count; i++) {
    uint32_t at = i;
    for (; at > 0 && f->found[f->order[at - 1]].traits > f->found[i].traits; at--) f->order[at] = f->order[at - 1];
    f->order[at] = (uint16_t)i;
  }
  for (uint32_t i = 0; i < f->count; i++) f->rank[f->order[i]] = (uint16_t)i;
}

static void widen(upheld_days_span *s, upheld_date day) {
  if (day == UPHELD_NO_DATE) return;
  if (day < s->first) s->first = day;
  if (day > s->last) s->last = day;
}

static void describe(const upheld_chunk_record *records, size_t count, upheld_chunk *out) {
  out->count = (uint32_t)count;
  out->first_reference = UINT64_MAX;
  out->last_reference = 0;
  for (int k = 0; k < UPHELD_CLOCKS; k++) out->days[k] = (upheld_days_span){INT32_MAX, INT32_MIN};
  for (size_t i = 0; i < count; i++) {
    const upheld_chunk_record *r = &records[i];
    if (r->reference < out->first_reference) out->first_reference = r->reference;
    if (r->reference > out->last_reference) out->last_reference = r->reference;
    widen(&out->days[UPHELD_CLOCK_RECEIVED], r->received);
    widen(&out->days[UPHELD_CLOCK_DECIDED], r->decided);
    widen(&out->days[UPHELD_CLOCK_COMPLIANCE], r->recorded != UPHELD_NO_DATE ? r->recorded : r->due);
  }
}

upheld_status upheld_chunk_encode(const upheld_chunk_record *records, size_t count, upheld_chunk *out, upheld_buffer *list,
                                  upheld_buffer *columns, upheld_error *err) {
  upheld_allocator a = list->allocator;
  trait_finder *f = upheld_new_zero(&a, 1, sizeof *f);
  if (f == NULL) return upheld_nomem(err);
  describe(records, count, out);
  for (size_t i = 0; i < count; i++) {
    f->place[i] = find_traits(f, records[i].traits);
    f->found[f->place[i]].count++;
  }
  rank_traits(f);
  int width = width_of(f->count - 1);
  put_number(list, FORM, 1);
  put_number(list, (uint64_t)width, 1);
  put_number(list, 0, 8);
  for (size_t i = 0; i < count && width > 0; i++) put_number(columns, f->rank[f->place[i]], width);
  for (int c = UPHELD_COLUMN_TRAITS + 1; c < UPHELD_COLUMNS; c++) put_column(records, count, (upheld_column_of)c, list, columns);
  put_number(list, f->count, 4);
  for (uint32_t i = 0; i < f->count; i++) {
    put_number(list, f->found[f->order[i]].traits, 4);
    put_number(list, f->found[f->order[i]].count, 4);
  }
  upheld_release(&a, f, sizeof *f);
  return list->failed || columns->failed ? upheld_nomem(err) : UPHELD_OK;
}

/* }====== */

/* {====== reading ====== */

static uint64_t number_at(const char *at, int bytes) {
  const unsigned char *u = (const unsigned char *)at;
  uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; i--) value = value << 8 | u[i];
  return value;
}

static upheld_status damaged(upheld_error *err) {
  upheld_status st = upheld_fail(err, UPHELD_DATABASE, "damaged-chunk", "a chunk of the register is not what was written");
  if (err != NULL) upheld_copy(err->hint, sizeof err->hint, upheld_text_of("`upheld check` tells what differs; the rows are as they are"));
  return st;
}

/* The mark that a column's records have; 0: all have it. */
static upheld_traits mark_of(upheld_column_of column) {
  switch (column) {
    case UPHELD_COLUMN_DECIDED: return UPHELD_TRAIT_DECIDED;
    case UPHELD_COLUMN_RECEIVED: return UPHELD_TRAIT_RECEIVED;
    case UPHELD_COLUMN_DUE: return UPHELD_TRAIT_DUE;
    case UPHELD_COLUMN_RECORDED: return UPHELD_TRAIT_RECORDED;
    default: return 0;
  }
}

upheld_status upheld_chunk_read_list(upheld_chunk *out, upheld_text bytes, upheld_trait_count *list, upheld_error *err) {
  uint64_t total = 0, offset = 0;
  if (bytes.size < HEAD || bytes.at[0] != FORM || out->count == 0 || out->count > UPHELD_CHUNK_MOST) return damaged(err);
  out->trait_count = (uint32_t)number_at(bytes.at + HEAD - 4, 4);
  if (out->trait_count == 0 || out->trait_count > out->count || bytes.size != HEAD + (size_t)TRAIT_SIZE * out->trait_count) {
    return damaged(err);
  }
  memset(out->columns, 0, sizeof out->columns);
  for (uint32_t i = 0; i < out->trait_count; i++) {
    const char *at = bytes.at + HEAD + (size_t)TRAIT_SIZE * i;
    list[i].traits = (uint32_t)number_at(at, 4);
    list[i].count = (uint32_t)number_at(at + 4, 4);
    if (list[i].count == 0 || (i > 0 && list[i].traits <= list[i - 1].traits)) return damaged(err);
    total += list[i].count;
    for (int c = 0; c < UPHELD_COLUMNS; c++) {
      upheld_traits mark = mark_of((upheld_column_of)c);
      if ((list[i].traits & mark) == mark) out->columns[c].count += list[i].count;
    }
  }
  if (total != out->count) return damaged(err);
  for (int c = 0; c < UPHELD_COLUMNS; c++) {
    upheld_column *column = &out->columns[c];
    const char *at = bytes.at + 1 + COLUMN_SIZE * c;
    column->width = (uint8_t)number_at(at, 1);
    column->base = (int64_t)number_at(at + 1, 8);
    column->offset = (uint32_t)offset;
    if (column->width > 8 || (column->width & (column->width - 1)) != 0) return damaged(err);
    offset += (uint64_t)column->width * column->count;
  }
  if (out->columns[UPHELD_COLUMN_TRAITS].width > 2) return damaged(err);
  out->size = (uint32_t)offset;
  return UPHELD_OK;
}

uint32_t upheld_chunk_reach(const upheld_chunk *c, unsigned columns) {
  uint32_t reach = 0;
  for (int k = 0; k < UPHELD_COLUMNS; k++) {
    if ((columns & 1u << k) != 0) reach = c->columns[k].offset + c->columns[k].width * c->columns[k].count;
  }
  return reach;
}

/* A place in the list that is none would be read behind its end. */
static upheld_status read_places(const upheld_chunk *c, const char *bytes, uint16_t *out, upheld_error *err) {
  const upheld_column *column = &c->columns[UPHELD_COLUMN_TRAITS];
  const unsigned char *u = (const unsigned char *)bytes + column->offset;
  unsigned most = 0;
  for (uint32_t i = 0; i < column->count; i++) {
    unsigned place = column->width == 0 ? 0 : column->width == 1 ? u[i] : u[2 * i] | (unsigned)u[2 * i + 1] << 8;
    out[i] = (uint16_t)place;
    most = place > most ? place : most;
  }
  return most < c->trait_count ? UPHELD_OK : damaged(err);
}

/* Numbers that no day has come out as no day, for check_days. */
static upheld_date day_from(int64_t base, uint64_t distance) { return (upheld_date)((uint32_t)base + (uint32_t)distance); }

/* The days of all records of a chunk in which each has one. */
static void read_dense(const upheld_column *c, const char *bytes, upheld_date *out) {
  const unsigned char *u = (const unsigned char *)bytes + c->offset;
  upheld_date base = (upheld_date)c->base;
  if (c->width == 0) for (uint32_t i = 0; i < c->count; i++) out[i] = base;
  else if (c->width == 1) for (uint32_t i = 0; i < c->count; i++) out[i] = base + u[i];
  else if (c->width == 2) for (uint32_t i = 0; i < c->count; i++) out[i] = base + (u[2 * i] | u[2 * i + 1] << 8);
  else for (uint32_t i = 0; i < c->count; i++) out[i] = day_from(base, number_at((const char *)u + 4 * i, 4));
}

/* Days stand in a column only for the records that have them; false when there are more of these than days. */
static bool read_sparse(const upheld_chunk *c, const upheld_column *column, upheld_traits mark, const char *bytes,
                        const upheld_chunk_view *view, upheld_date *out) {
  const char *at = bytes + column->offset;
  uint32_t left = column->count;
  for (uint32_t i = 0; i < c->count; i++) {
    out[i] = UPHELD_NO_DATE;
    if ((view->list[view->traits[i]].traits & mark) == 0) continue;
    if (left-- == 0) return false;
    out[i] = day_from(column->base, number_at(at, column->width));
    at += column->width;
  }
  return true;
}

static upheld_status check_days(const upheld_date *days, uint32_t count, upheld_error *err) {
  bool wrong = false;
  for (uint32_t i = 0; i < count; i++) wrong |= days[i] != UPHELD_NO_DATE && (days[i] < UPHELD_FIRST_DAY || days[i] > UPHELD_LAST_DAY);
  return wrong ? damaged(err) : UPHELD_OK;
}

static upheld_status read_days(const upheld_chunk *c, upheld_column_of which, const char *bytes, upheld_chunk_view *view,
                               upheld_date *out, upheld_error *err) {
  const upheld_column *column = &c->columns[which];
  if (column->width > 4 || column->base < UPHELD_FIRST_DAY || column->base > UPHELD_LAST_DAY) return damaged(err);
  if (column->count == c->count) read_dense(column, bytes, out);
  else if (!read_sparse(c, column, mark_of(which), bytes, view, out)) return damaged(err);
  /* most columns cannot hold a day out of range, whatever their bytes */
  bool sure = column->width <= 2 && column->base + (INT64_C(1) << 8 * column->width) - 1 <= UPHELD_LAST_DAY;
  return sure ? UPHELD_OK : check_days(out, c->count, err);
}

static void read_references(const upheld_chunk *c, const char *bytes, uint64_t *out) {
  const upheld_column *column = &c->columns[UPHELD_COLUMN_REFERENCE];
  const char *at = bytes + column->offset;
  uint64_t base = (uint64_t)column->base;
  if (column->width == 4) {
    for (uint32_t i = 0; i < c->count; i++) out[i] = base + (uint32_t)number_at(at + 4 * i, 4);
  } else {
    for (uint32_t i = 0; i < c->count; i++) out[i] = base + number_at(at + (size_t)column->width * i, column->width);
  }
}

upheld_status upheld_chunk_read(const upheld_chunk *c, upheld_text bytes, unsigned columns, upheld_chunk_view *view, upheld_error *err) {
  upheld_date *const days[UPHELD_COLUMNS] = {NULL, view->decided, view->received, view->due, view->recorded, NULL};
  upheld_status st = UPHELD_OK;
  if (bytes.size < upheld_chunk_reach(c, columns)) return damaged(err);
  if (bytes.at == NULL) bytes.at = ""; /* all columns are their bases */
  for (int k = 0; k < UPHELD_COLUMNS && st == UPHELD_OK; k++) {
    const upheld_column *column = &c->columns[k];
    if ((columns & 1u << k) == 0) continue;
    if (k == UPHELD_COLUMN_TRAITS) {
      st = read_places(c, bytes.at, view->traits, err);
    } else if (k == UPHELD_COLUMN_REFERENCE) {
      read_references(c, bytes.at, view->reference);
    } else if (column->count == 0) {
      for (uint32_t i = 0; i < c->count; i++) days[k][i] = UPHELD_NO_DATE;
    } else {
      st = read_days(c, (upheld_column_of)k, bytes.at, view, days[k], err);
    }
  }
  return st;
}

upheld_chunk_record upheld_chunk_get(const upheld_chunk_view *view, size_t i) {
  return (upheld_chunk_record){view->reference[i], view->received[i], view->decided[i], view->due[i], view->recorded[i],
                               view->list[view->traits[i]].traits};
}

/* }====== */

int64_t upheld_chunk_add(const upheld_chunk_counting *how, const uint16_t *traits, size_t count, int64_t *counts) {
  int64_t counted = 0;
  uint32_t span = (uint32_t)how->last - (uint32_t)how->first;
  for (size_t i = 0; i < count; i++) {
    uint32_t cell = how->of_traits[traits[i]];
    upheld_date day = how->days[i];
    if (cell == UPHELD_SKIP) continue;
    if (day == UPHELD_NO_DATE) {
      if (!how->undated) continue;
      cell += how->of_no_day;
    } else {
      if ((uint32_t)day - (uint32_t)how->first > span) continue;
      if (how->of_day != NULL) cell += how->of_day[day - UPHELD_FIRST_DAY];
    }
    counts[cell]++;
    counted++;
  }
  return counted;
}
