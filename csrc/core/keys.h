/*
** keys.h: which references have been met, and which of them more than once: a bit for each possible one.
** Owns: the memory of that: about two bytes a record where references lie as close as years of case numbers do, whatever their order.
**
** The idea. A reference is a number of few digits and perhaps a letter, so that a bit a possible reference, in pages made when first
** needed, is smaller than any list of those met. Where a scheme's numbers lie so far apart that pages would be nearly empty, further
** ones are kept in a table of their own (16 bytes each at most).
*/
#ifndef UPHELD_KEYS_H
#define UPHELD_KEYS_H

#include "alloc.h"

/* A set of numbers: open addressing, each kept as itself plus one. */
typedef struct upheld_key_set {
  uint64_t *slots;
  size_t count, slot_count; /* slot_count is a power of two, or 0 */
} upheld_key_set;

typedef struct upheld_key_page {
  uint64_t number;  /* of the page, plus one; 0: an empty slot */
  uint64_t *bits;
} upheld_key_page;

typedef struct upheld_keys {
  upheld_allocator allocator;
  uint64_t **near;        /* pages of references without a letter and of at most eight digits, by number; NULL before the first */
  upheld_key_page *pages; /* the others: open addressing by number */
  size_t page_count, page_slots, near_count;
  int64_t met;            /* references met, each once */
  upheld_key_set apart;   /* met, on no page */
  upheld_key_set again;   /* met more than once */
} upheld_keys;

UPHELD_BEGIN

void upheld_keys_init(upheld_keys *k, const upheld_allocator *a);
void upheld_keys_free(upheld_keys *k);
/* Asks the memory for the place of a reference that will be met soon. */
void upheld_keys_touch(const upheld_keys *k, uint64_t reference);
/* Meets a reference (upheld_reference_parse); *before: it was met already, and is one of those met again from now on. */
upheld_status upheld_keys_meet(upheld_keys *k, uint64_t reference, bool *before, upheld_error *err);
/* Meets all of a list. *again: one of them had been met before (it is not set to false). */
upheld_status upheld_keys_meet_all(upheld_keys *k, const uint64_t *references, size_t count, bool *again, upheld_error *err);
/* Was it met more than once? */
bool upheld_keys_again(const upheld_keys *k, uint64_t reference);
/* Meets all that the other has met: what both have was met more than once, as what either met again. */
upheld_status upheld_keys_merge(upheld_keys *k, const upheld_keys *other, upheld_error *err);
/* Forgets what was met, but not what was met again. */
void upheld_keys_settle(upheld_keys *k);

UPHELD_END

#endif
