/*
** dict.c: text -> small integer: a hash map with open addressing and keys in order of insertion.
** Owns: the copies of its keys. Slots hold places in `entries`, so that growing moves no key and iteration order is
** the order of insertion.
** Must not: let the order of hashes reach any output.
*/
#include "dict.h"

#include <string.h>

enum { FIRST_SLOTS = 16 };

/* FNV-1a, 64 bits (Fowler, Noll, Vo), then a mix, since only the low bits choose a slot. */
uint64_t upheld_hash(upheld_text text, uint64_t seed) {
  uint64_t h = UINT64_C(14695981039346656037) ^ seed;
  for (size_t i = 0; i < text.size; i++) {
    h ^= (unsigned char)text.at[i];
    h *= UINT64_C(1099511628211);
  }
  h ^= h >> 32;
  h *= UINT64_C(0x9E3779B97F4A7C15);
  h ^= h >> 29;
  return h;
}

void upheld_dict_init(upheld_dict *d, const upheld_allocator *a) {
  d->allocator = *a;
  upheld_arena_init(&d->arena, a);
  d->entries = NULL;
  d->count = 0;
  d->capacity = 0;
  d->slots = NULL;
  d->slot_count = 0;
}

void upheld_dict_free(upheld_dict *d) {
  upheld_release(&d->allocator, d->entries, d->capacity * sizeof *d->entries);
  upheld_release(&d->allocator, d->slots, d->slot_count * sizeof *d->slots);
  upheld_arena_free(&d->arena);
  upheld_dict_init(d, &d->allocator);
}

/* The slot that holds key, or the empty one where it would go. There is always an empty one. */
static size_t slot_of(const upheld_dict *d, upheld_text key, uint64_t hash) {
  size_t mask = d->slot_count - 1;
  size_t at = (size_t)hash & mask;
  while (d->slots[at] != 0) {
    const upheld_dict_entry *e = &d->entries[d->slots[at] - 1];
    if (e->hash == hash && e->key.size == key.size && (key.size == 0 || memcmp(e->key.at, key.at, key.size) == 0)) break;
    at = (at + 1) & mask;
  }
  return at;
}

int32_t upheld_dict_find(const upheld_dict *d, upheld_text key) {
  uint32_t slot;
  if (d->count == 0) return -1;
  slot = d->slots[slot_of(d, key, upheld_hash(key, 0))];
  return slot == 0 ? -1 : d->entries[slot - 1].value;
}

/* Twice as many slots, filled again from the entries. On failure the dictionary is as it was. */
static upheld_status widen(upheld_dict *d, upheld_error *err) {
  size_t wanted = d->slot_count == 0 ? FIRST_SLOTS : d->slot_count * 2;
  uint32_t *slots;
  if (wanted / 2 > UINT32_MAX / 2) return upheld_nomem(err); /* entry indexes fit 32 bits */
  slots = upheld_new_zero(&d->allocator, wanted, sizeof *slots);
  if (slots == NULL) return upheld_nomem(err);
  for (size_t i = 0; i < d->count; i++) {
    size_t at = (size_t)d->entries[i].hash & (wanted - 1);
    while (slots[at] != 0) at = (at + 1) & (wanted - 1);
    slots[at] = (uint32_t)(i + 1);
  }
  upheld_release(&d->allocator, d->slots, d->slot_count * sizeof *d->slots);
  d->slots = slots;
  d->slot_count = wanted;
  return UPHELD_OK;
}

upheld_status upheld_dict_set(upheld_dict *d, upheld_text key, int32_t value, upheld_error *err) {
  uint64_t hash = upheld_hash(key, 0);
  upheld_dict_entry *entry;
  void *entries = d->entries;
  size_t slot;
  if (value < 0) return upheld_fail(err, UPHELD_MISUSE, "negative-value", "a dictionary value is at least 0");
  if (d->count + 1 > d->slot_count / 2 && widen(d, err) != UPHELD_OK) return UPHELD_NOMEM;
  slot = slot_of(d, key, hash);
  if (d->slots[slot] != 0) {
    d->entries[d->slots[slot] - 1].value = value;
    return UPHELD_OK;
  }
  if (upheld_grow(&d->allocator, &entries, &d->capacity, d->count + 1, sizeof *entry, err) != UPHELD_OK)
    return UPHELD_NOMEM;
  d->entries = entries;
  entry = &d->entries[d->count];
  entry->key.at = upheld_arena_copy(&d->arena, key);
  if (entry->key.at == NULL) return upheld_nomem(err);
  entry->key.size = key.size;
  entry->hash = hash;
  entry->value = value;
  d->count++;
  d->slots[slot] = (uint32_t)d->count;
  return UPHELD_OK;
}
