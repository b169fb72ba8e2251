/*
** moves.h: what accepted records are to move: their references among those met, their effects in a tally.
** Owns: that both are done together, once a record, in whatever order: sets of references and sums of counts know none.
**
** The idea. Reading a row and raising its counters wait for different things: the one for jumps that depend on each cell, the other for
** memory that lies far apart. So rows are only written down here, 18 bytes each, and made some hundred at a time, in loops so
** short that the processor has the memory of many records under way at once. What is written down can also be made later, by
** another thread, or be thrown away: so a thread may read on before it is known that it began where a row begins (import_threads.c).
** Must not: know what a row is, or decide what a reference that comes again means.
*/
#ifndef UPHELD_MOVES_H
#define UPHELD_MOVES_H

#include "keys.h"
#include "tally.h"

typedef struct upheld_moves {
  upheld_allocator allocator;
  uint64_t *references;
  upheld_effect *effects;
  uint16_t *authorities;
  size_t count, capacity;
} upheld_moves;

UPHELD_BEGIN

void upheld_moves_init(upheld_moves *m, const upheld_allocator *a);
void upheld_moves_free(upheld_moves *m);
/* Room for so many further records. */
upheld_status upheld_moves_room(upheld_moves *m, size_t records, upheld_error *err);
/* Writes a record down, for which there is room. */
static inline void upheld_moves_add(upheld_moves *m, uint64_t reference, uint32_t authority, upheld_effect effect) {
  m->references[m->count] = reference;
  m->effects[m->count] = effect;
  m->authorities[m->count++] = (uint16_t)authority;
}
/* Makes all of them, and forgets them. *again: a reference had been met before. */
upheld_status upheld_moves_make(upheld_moves *m, upheld_keys *met, upheld_tally *tally, bool *again, upheld_error *err);

UPHELD_END

#endif
