/*
** dict.h: text -> small integer, by exact bytes.
** Owns: a hash map whose keys are copied into its arena. Iteration order is the
** order of insertion (never the hash order, so that outputs repeat).
*/
#ifndef UPHELD_DICT_H
#define UPHELD_DICT_H

#include "alloc.h"

typedef struct upheld_dict_entry {
  upheld_text key; /* in the arena */
  uint64_t hash;
  int32_t value;
} upheld_dict_entry;

typedef struct upheld_dict {
  upheld_allocator allocator;
  upheld_arena arena;
  upheld_dict_entry *entries; /* in order of insertion */
  size_t count, capacity;
  uint32_t *slots; /* entry index + 1, 0 = empty; slot_count is a power of two */
  size_t slot_count;
} upheld_dict;

UPHELD_BEGIN

void upheld_dict_init(upheld_dict *d, const upheld_allocator *a);
void upheld_dict_free(upheld_dict *d);
/* The value of key, or -1. */
int32_t upheld_dict_find(const upheld_dict *d, upheld_text key);
/* Sets key to value (>= 0), replacing an earlier value. */
upheld_status upheld_dict_set(upheld_dict *d, upheld_text key, int32_t value, upheld_error *err);
/* FNV-1a folded by a final mix; the same on every machine. */
uint64_t upheld_hash(upheld_text text, uint64_t seed);

UPHELD_END

#endif
