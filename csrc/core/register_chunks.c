/*
** register_chunks.c: reading the chunks of a register (register_chunks.h).
** Owns: the list of them that is kept between questions, for as long as the register's stamp stays the same; and when they are made
** anew. Must not: write rows.
*/
#include "register_chunks.h"

#include <stdlib.h>
#include <string.h>

#include "register_parts.h"

/* {====== keeping ====== */

static void free_list(const upheld_allocator *a, upheld_chunk_list *l) {
  upheld_release(a, l->items, l->capacity * sizeof *l->items);
  upheld_release(a, l->counts, l->count_capacity * sizeof *l->counts);
  upheld_release(a, l->traits, l->trait_capacity * sizeof *l->traits);
  upheld_release(a, l->slots, l->slot_count * sizeof *l->slots);
  memset(l, 0, sizeof *l);
}

static void end_columns(upheld_chunks *c) {
  upheld_db_bytes_done(c->columns);
  c->columns = NULL;
}

void upheld_chunks_forget(upheld_register *r) {
  upheld_chunks *c = r->chunks;
  if (c == NULL) return;
  end_columns(c);
  c->loaded = c->own_filled = c->own_made = c->reading = false;
  upheld_chunks_drop(r);
}

void upheld_chunks_free(upheld_register *r) {
  upheld_chunks *c = r->chunks;
  if (c == NULL) return;
  upheld_chunks_forget(r);
  free_list(&r->allocator, &c->list);
  upheld_release(&r->allocator, c->bytes, c->bytes_capacity);
  upheld_release(&r->allocator, c, sizeof *c);
  r->chunks = NULL;
}

upheld_status upheld_chunks_have(upheld_register *r, upheld_error *err) {
  if (r->chunks != NULL) return UPHELD_OK;
  r->chunks = upheld_new_zero(&r->allocator, 1, sizeof *r->chunks);
  return r->chunks == NULL ? upheld_nomem(err) : UPHELD_OK;
}

/* }====== */

/* {====== the list ====== */

#define SELECT_LIST(of) \
  "SELECT id, authority, year, records, first_reference, last_reference, received_from, received_to, decided_from, decided_to," \
  " compliance_from, compliance_to, traits FROM " of ".chunk ORDER BY authority, ifnull(decided_from, 99999999), first_reference, id"
static const char *const list_select[2] = {SELECT_LIST("main"), SELECT_LIST("temp")};

/* Codes that the scheme does not have would be counted beside the counters. */
static bool known_codes(const upheld_scheme *s, upheld_traits traits) {
  upheld_record r = upheld_record_none();
  upheld_traits_fill(traits, &r);
  return (r.outcome == UPHELD_NO_CODE || r.outcome < s->outcomes.count) && (r.area == UPHELD_NO_CODE || r.area < s->areas.count) &&
         (r.remedied == UPHELD_NO_CODE || r.remedied < 2) &&
         (r.compliance == UPHELD_NO_CODE || r.compliance < s->compliance.count);
}

static uint32_t slot_of(const upheld_chunk_list *l, upheld_traits traits) {
  return (traits * UINT32_C(2654435761)) & (uint32_t)(l->slot_count - 1);
}

/* A table of twice the size at least; the list of traits tells what is in it. */
static upheld_status grow_slots(const upheld_allocator *a, upheld_chunk_list *l, upheld_error *err) {
  size_t wanted = l->slot_count == 0 ? 1024 : 2 * l->slot_count;
  uint32_t *slots = upheld_new_zero(a, wanted, sizeof *slots);
  if (slots == NULL) return upheld_nomem(err);
  upheld_release(a, l->slots, l->slot_count * sizeof *l->slots);
  l->slots = slots;
  l->slot_count = wanted;
  for (size_t i = 0; i < l->trait_count; i++) {
    uint32_t slot = slot_of(l, l->traits[i]);
    while (slots[slot] != 0) slot = (slot + 1) & (uint32_t)(wanted - 1);
    slots[slot] = (uint32_t)i + 1;
  }
  return UPHELD_OK;
}

/* The number of traits among all; new ones are added. */
static upheld_status number_of(const upheld_register *r, upheld_chunk_list *l, upheld_traits traits, uint32_t *number, upheld_error *err) {
  upheld_status st = 2 * l->trait_count >= l->slot_count ? grow_slots(&r->allocator, l, err) : UPHELD_OK;
  if (st != UPHELD_OK) return st;
  uint32_t slot = slot_of(l, traits);
  for (; l->slots[slot] != 0; slot = (slot + 1) & (uint32_t)(l->slot_count - 1)) {
    *number = l->slots[slot] - 1;
    if (l->traits[*number] == traits) return UPHELD_OK;
  }
  if (!known_codes(r->scheme, traits)) {
    return upheld_fail(err, UPHELD_DATABASE, "damaged-chunk", "a chunk of the register has codes that its scheme does not have");
  }
  st = upheld_grow(&r->allocator, (void **)&l->traits, &l->trait_capacity, l->trait_count + 1, sizeof *l->traits, err);
  if (st != UPHELD_OK) return st;
  *number = (uint32_t)l->trait_count;
  l->traits[l->trait_count++] = traits;
  l->slots[slot] = *number + 1;
  return UPHELD_OK;
}

static upheld_days_span span_at(upheld_statement *s, int column) {
  if (upheld_db_null(s, column)) return (upheld_days_span){INT32_MAX, INT32_MIN};
  return (upheld_days_span){(upheld_date)upheld_db_int(s, column), (upheld_date)upheld_db_int(s, column + 1)};
}

static upheld_status add_chunk(upheld_register *r, upheld_chunk_list *l, upheld_statement *s, upheld_trait_count *room,
                               upheld_error *err) {
  upheld_chunk c;
  memset(&c, 0, sizeof c);
  c.id = upheld_db_int(s, 0);
  c.authority = upheld_db_int(s, 1);
  c.year = (int32_t)upheld_db_int(s, 2);
  c.count = (uint32_t)upheld_db_int(s, 3);
  c.first_reference = (uint64_t)upheld_db_int(s, 4);
  c.last_reference = (uint64_t)upheld_db_int(s, 5);
  for (int k = 0; k < UPHELD_CLOCKS; k++) c.days[k] = span_at(s, 6 + 2 * k);
  upheld_status st = upheld_chunk_read_list(&c, upheld_db_text(s, 12), room, err);
  if (st == UPHELD_OK) st = upheld_grow(&r->allocator, (void **)&l->items, &l->capacity, l->count + 1, sizeof *l->items, err);
  if (st == UPHELD_OK) {
    st = upheld_grow(&r->allocator, (void **)&l->counts, &l->count_capacity, l->count_count + c.trait_count, sizeof *l->counts, err);
  }
  c.first_count = l->count_count;
  for (uint32_t i = 0; i < c.trait_count && st == UPHELD_OK; i++) {
    uint32_t number = 0;
    st = number_of(r, l, room[i].traits, &number, err);
    l->counts[c.first_count + i] = (upheld_trait_number){number, room[i].count};
  }
  if (st != UPHELD_OK) return st;
  l->count_count += c.trait_count;
  l->items[l->count++] = c;
  return UPHELD_OK;
}

static upheld_status load_list(upheld_register *r, bool temporary, upheld_error *err) {
  upheld_chunk_list *l = &r->chunks->list;
  upheld_statement *s;
  bool row = true;
  size_t size = UPHELD_CHUNK_MOST * sizeof(upheld_trait_count);
  free_list(&r->allocator, l);
  l->temporary = temporary;
  upheld_trait_count *room = upheld_new(&r->allocator, size);
  if (room == NULL) return upheld_nomem(err);
  upheld_status st = upheld_db_get(r->db, list_select[temporary], &s, err);
  if (st == UPHELD_OK) {
    while ((st = upheld_db_step(s, &row, err)) == UPHELD_OK && row) {
      if ((st = add_chunk(r, l, s, room, err)) != UPHELD_OK) break;
    }
    upheld_db_done(s);
  }
  upheld_release(&r->allocator, room, size);
  if (st != UPHELD_OK) free_list(&r->allocator, l);
  return st;
}

/* }====== */

/* {====== making them current ====== */

static const char own_tables[] =
  "CREATE TEMP TABLE IF NOT EXISTS chunk " UPHELD_CHUNK_TABLE ";"
  "CREATE INDEX IF NOT EXISTS temp.chunk_by_authority ON chunk (authority, year);"
  "CREATE TEMP TABLE IF NOT EXISTS chunk_columns " UPHELD_CHUNK_COLUMNS_TABLE;

/* This connection's own, filled from the rows as they are in the open transaction. */
static upheld_status fill_own(upheld_register *r, int64_t stamp, upheld_error *err) {
  upheld_chunks *c = r->chunks;
  upheld_status st = UPHELD_OK;
  c->own_filled = false;
  if (!c->own_made) st = upheld_db_exec(r->db, own_tables, err);
  c->own_made = c->own_made || st == UPHELD_OK;
  if (st == UPHELD_OK) st = upheld_chunks_rebuild(r, true, err);
  c->own_filled = st == UPHELD_OK;
  c->own_stamp = stamp;
  /* what was written into tables of this connection alone changes nothing of the register */
  r->seen_changes = upheld_db_total_changes(r->db);
  return st;
}

static upheld_status make(upheld_register *r, void *ud, upheld_error *err) {
  (void)ud;
  return upheld_chunks_rebuild(r, false, err);
}

/* Within the transaction that reads. */
static upheld_status current(upheld_register *r, upheld_error *err) {
  upheld_chunks *c = r->chunks;
  int64_t stamp = 0;
  bool fresh = false, own;
  upheld_status st = upheld_register_stamp(r, &stamp, err);
  if (st != UPHELD_OK || (c->loaded && c->stamp == stamp)) return st;
  c->loaded = false;
  st = upheld_derived_fresh(r, UPHELD_FORM_CHUNKS, &fresh, err);
  own = !fresh && c->own_filled && c->own_stamp == stamp;
  if (st == UPHELD_OK && !fresh && !own) {
    upheld_derived_store(r, UPHELD_FORM_CHUNKS, make, NULL);
    st = upheld_derived_fresh(r, UPHELD_FORM_CHUNKS, &fresh, err);
  }
  if (st == UPHELD_OK && !fresh && !own) st = fill_own(r, stamp, err);
  if (st == UPHELD_OK) st = load_list(r, !fresh, err);
  c->loaded = st == UPHELD_OK;
  c->stamp = stamp;
  return st;
}

upheld_status upheld_chunks_ready(upheld_register *r, const upheld_chunk_list **list, upheld_error *err) {
  bool stored;
  *list = NULL;
  upheld_status st = upheld_register_ready(r, &stored, err);
  if (st != UPHELD_OK || !stored || r->writing || upheld_db_in_transaction(r->db)) return st;
  st = upheld_chunks_have(r, err);
  if (st == UPHELD_OK) st = upheld_db_exec(r->db, "BEGIN", err);
  if (st != UPHELD_OK) return st;
  r->chunks->reading = true;
  st = current(r, err);
  if (st == UPHELD_OK) *list = &r->chunks->list;
  else upheld_chunks_done(r);
  return st;
}

void upheld_chunks_done(upheld_register *r) {
  if (r->chunks == NULL || !r->chunks->reading) return;
  end_columns(r->chunks);
  r->chunks->reading = false;
  if (upheld_db_in_transaction(r->db)) (void)upheld_db_exec(r->db, "COMMIT", NULL);
}

upheld_status upheld_chunks_read(upheld_register *r, const upheld_chunk_list *list, const upheld_chunk *c, unsigned columns,
                                 upheld_chunk_view *view, upheld_error *err) {
  upheld_chunks *own = r->chunks;
  size_t size = upheld_chunk_reach(c, columns);
  upheld_status st = upheld_grow(&r->allocator, (void **)&own->bytes, &own->bytes_capacity, size, 1, err);
  for (uint32_t i = 0; i < c->trait_count; i++) {
    const upheld_trait_number *n = &list->counts[c->first_count + i];
    view->list[i] = (upheld_trait_count){list->traits[n->number], n->count};
  }
  if (st == UPHELD_OK && size > 0) {
    st = upheld_db_bytes_read(r->db, &own->columns, list->temporary, "chunk_columns", "bytes", c->id, own->bytes, size, err);
  }
  if (st != UPHELD_OK) {
    end_columns(own);
    return st;
  }
  return upheld_chunk_read(c, (upheld_text){own->bytes, size}, columns, view, err);
}

/* }====== */
