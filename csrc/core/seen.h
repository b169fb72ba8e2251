/*
** seen.h: the keys met in the files of one import, each with what its record said: so that a repeat is told from a
** correction, and a one-off can take back what a later file replaces.
** Owns: the memory that grows with the input: 40 bytes a key and 8 to 16 for finding it. Order of insertion, never of hashes.
*/
#ifndef UPHELD_SEEN_H
#define UPHELD_SEEN_H

#include "records.h"

/* One key. What the record said is packed, so that two rows say the same exactly when both words are equal. */
typedef struct upheld_seen_entry {
  uint64_t reference;
  uint64_t content[2]; /* see upheld_seen_pack; for other rows than decisions any two words */
  uint64_t row;        /* hash of the row as it stood in its file, before earlier files' values joined it */
  uint32_t line;       /* where it stood last; UINT32_MAX stands for every later line */
  uint16_t authority;
  uint16_t file;       /* index in the report */
} upheld_seen_entry;

typedef struct upheld_seen {
  upheld_allocator allocator;
  upheld_seen_entry *entries;
  size_t count, capacity;
  uint64_t *slots; /* upper half: hash, lower half: place in entries + 1; 0 empty. slot_count is a power of two */
  size_t slot_count;
} upheld_seen;

UPHELD_BEGIN

void upheld_seen_init(upheld_seen *s, const upheld_allocator *a);
void upheld_seen_free(upheld_seen *s);
void upheld_seen_clear(upheld_seen *s); /* forgets the keys, keeps the memory */
/* Room to find `keys` more keys without slots being rebuilt. A hint: failing for want of memory changes nothing. */
void upheld_seen_expect(upheld_seen *s, size_t keys);
/* Asks the memory for the place of a reference that will be looked up soon. */
void upheld_seen_touch(const upheld_seen *s, uint64_t reference);
/* The entry of the key, or NULL. Valid until the next add. */
upheld_seen_entry *upheld_seen_find(const upheld_seen *s, uint64_t reference, uint32_t authority);
/* The entries of a reference, whatever the authority: at most capacity into out; gives how many there are. */
size_t upheld_seen_by_reference(const upheld_seen *s, uint64_t reference, upheld_seen_entry **out, size_t capacity);
/* Adds a key that is not there yet. */
upheld_status upheld_seen_add(upheld_seen *s, const upheld_seen_entry *entry, upheld_error *err);

/* Everything of a record that its content is, packed. Of url and kind only a hash of 38 bits is kept. */
void upheld_seen_pack(const upheld_record *r, uint64_t content[2]);
/* The reverse, but for url and kind (empty) and the place; reference and authority are the entry's. */
void upheld_seen_unpack(const upheld_seen_entry *e, upheld_record *r);
/* A hash of text, chained by seed; differs from upheld_hash in speed only. */
uint64_t upheld_seen_hash(upheld_text text, uint64_t seed);
/* A line as an entry keeps it. */
uint32_t upheld_seen_line(int64_t line);

UPHELD_END

#endif
