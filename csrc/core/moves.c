/*
** moves.c: see moves.h.
*/
#include "moves.h"

#include <string.h>

void upheld_moves_init(upheld_moves *m, const upheld_allocator *a) {
  memset(m, 0, sizeof *m);
  m->allocator = *a;
}

void upheld_moves_free(upheld_moves *m) {
  upheld_allocator a = m->allocator;
  upheld_release(&a, m->references, m->capacity * sizeof *m->references);
  upheld_release(&a, m->effects, m->capacity * sizeof *m->effects);
  upheld_release(&a, m->authorities, m->capacity * sizeof *m->authorities);
  upheld_moves_init(m, &a);
}

upheld_status upheld_moves_room(upheld_moves *m, size_t records, upheld_error *err) {
  if (records <= m->capacity - m->count) return UPHELD_OK;
  if (records > SIZE_MAX / 32 || m->count > SIZE_MAX / 32) return upheld_nomem(err);
  upheld_moves wider;
  upheld_moves_init(&wider, &m->allocator);
  wider.capacity = m->count + records + m->capacity / 2;
  wider.count = m->count;
  wider.references = upheld_new(&m->allocator, wider.capacity * sizeof *wider.references);
  wider.effects = upheld_new(&m->allocator, wider.capacity * sizeof *wider.effects);
  wider.authorities = upheld_new(&m->allocator, wider.capacity * sizeof *wider.authorities);
  if (wider.references == NULL || wider.effects == NULL || wider.authorities == NULL) {
    upheld_moves_free(&wider);
    return upheld_nomem(err);
  }
  if (m->count > 0) {
    memcpy(wider.references, m->references, m->count * sizeof *m->references);
    memcpy(wider.effects, m->effects, m->count * sizeof *m->effects);
    memcpy(wider.authorities, m->authorities, m->count * sizeof *m->authorities);
  }
  upheld_moves_free(m);
  *m = wider;
  return UPHELD_OK;
}

upheld_status upheld_moves_make(upheld_moves *m, upheld_keys *met, upheld_tally *tally, bool *again, upheld_error *err) {
  size_t count = m->count;
  m->count = 0;
  upheld_status st = upheld_keys_meet_all(met, m->references, count, again, err);
  if (st == UPHELD_OK) st = upheld_tally_apply_all(tally, m->authorities, m->effects, count, err);
  if (st == UPHELD_OK) tally->records += (int64_t)count;
  return st;
}
