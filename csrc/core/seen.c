/*
** seen.c: an array of keys in order of insertion, and a table of slots over it (seen.h).
** Owns: the packing of a record into two words. The hash is of the reference alone: joint cases that share one are few, and
** a reference is known before its authority, so that its slot can be asked for early.
** Must not: decide what a repeat means.
*/
#include "seen.h"

#include <string.h>

#include "text.h"

enum { FIRST_SLOTS = 1024 };

void upheld_seen_init(upheld_seen *s, const upheld_allocator *a) {
  memset(s, 0, sizeof *s);
  s->allocator = *a;
}

void upheld_seen_free(upheld_seen *s) {
  upheld_allocator a = s->allocator;
  upheld_release(&a, s->entries, s->capacity * sizeof *s->entries);
  upheld_release(&a, s->slots, s->slot_count * sizeof *s->slots);
  upheld_seen_init(s, &a);
}

void upheld_seen_clear(upheld_seen *s) {
  s->count = 0;
  if (s->slot_count > 0) memset(s->slots, 0, s->slot_count * sizeof *s->slots);
}

/* {====== finding ====== */

static inline uint64_t mix(uint64_t h) {
  h *= UINT64_C(0x9e3779b97f4a7c15);
  h ^= h >> 32;
  h *= UINT64_C(0xd6e8feb86659fd93);
  return h ^ h >> 32;
}

/* The upper half is the tag of a slot, and from it alone the slot follows: so slots can be rebuilt without the entries. */
static inline uint64_t tag_of(uint64_t reference) { return mix(reference) & UINT64_C(0xffffffff00000000); }
static inline size_t home(uint64_t tag, size_t slot_count) { return (size_t)(tag >> 32) & (slot_count - 1); }

void upheld_seen_touch(const upheld_seen *s, uint64_t reference) {
#if defined(__GNUC__)
  if (s->slot_count > 0) __builtin_prefetch(&s->slots[home(tag_of(reference), s->slot_count)]);
#else
  (void)s;
  (void)reference;
#endif
}

/* The next entry of the reference from slot *at on, or NULL; *at is then behind it. */
static upheld_seen_entry *next_of(const upheld_seen *s, uint64_t reference, uint64_t tag, size_t *at) {
  while (s->slots[*at] != 0) {
    uint64_t slot = s->slots[*at];
    *at = (*at + 1) & (s->slot_count - 1);
    if ((slot & UINT64_C(0xffffffff00000000)) != tag) continue;
    upheld_seen_entry *e = &s->entries[(slot & UINT32_MAX) - 1];
    if (e->reference == reference) return e;
  }
  return NULL;
}

upheld_seen_entry *upheld_seen_find(const upheld_seen *s, uint64_t reference, uint32_t authority) {
  if (s->count == 0) return NULL;
  uint64_t tag = tag_of(reference);
  size_t at = home(tag, s->slot_count);
  upheld_seen_entry *e = next_of(s, reference, tag, &at);
  while (e != NULL && e->authority != authority) e = next_of(s, reference, tag, &at);
  return e;
}

size_t upheld_seen_by_reference(const upheld_seen *s, uint64_t reference, upheld_seen_entry **out, size_t capacity) {
  size_t n = 0;
  if (s->count == 0) return 0;
  uint64_t tag = tag_of(reference);
  size_t at = home(tag, s->slot_count);
  upheld_seen_entry *e;
  while ((e = next_of(s, reference, tag, &at)) != NULL) {
    if (n < capacity) out[n] = e;
    n++;
  }
  return n;
}

/* }====== */

/* {====== adding ====== */

static void place(uint64_t *slots, size_t slot_count, uint64_t slot) {
  size_t at = home(slot, slot_count);
  while (slots[at] != 0) at = (at + 1) & (slot_count - 1);
  slots[at] = slot;
}

/* Makes at least `wanted` slots. */
static upheld_status widen(upheld_seen *s, size_t wanted, upheld_error *err) {
  size_t count = s->slot_count == 0 ? FIRST_SLOTS : s->slot_count;
  while (count < wanted && count <= SIZE_MAX / 2 / sizeof *s->slots) count *= 2;
  if (count < wanted) return upheld_nomem(err);
  if (count == s->slot_count) return UPHELD_OK;
  uint64_t *slots = upheld_new_zero(&s->allocator, count, sizeof *slots);
  if (slots == NULL) return upheld_nomem(err);
  for (size_t i = 0; i < s->slot_count; i++) {
    if (s->slots[i] != 0) place(slots, count, s->slots[i]);
  }
  upheld_release(&s->allocator, s->slots, s->slot_count * sizeof *s->slots);
  s->slots = slots;
  s->slot_count = count;
  return UPHELD_OK;
}

void upheld_seen_expect(upheld_seen *s, size_t keys) {
  upheld_error ignored;
  size_t limit = SIZE_MAX / 64;
  if (keys > limit || s->count > limit) return;
  (void)widen(s, (s->count + keys) / 2 * 3, &ignored);
}

upheld_status upheld_seen_add(upheld_seen *s, const upheld_seen_entry *entry, upheld_error *err) {
  upheld_status st;
  if (s->count >= UINT32_MAX - 1) return upheld_nomem(err);
  if (s->slot_count / 3 < s->count / 2 + 1) { /* at most two thirds are taken */
    st = widen(s, s->slot_count * 2, err);
    if (st != UPHELD_OK) return st;
  }
  st = upheld_grow(&s->allocator, (void **)&s->entries, &s->capacity, s->count + 1, sizeof *s->entries, err);
  if (st != UPHELD_OK) return st;
  s->entries[s->count++] = *entry;
  place(s->slots, s->slot_count, tag_of(entry->reference) | s->count);
  return UPHELD_OK;
}

/* }====== */

/* {====== packing ====== */

/* 17 bits hold every day of 1900..2199 and 0 for none. */
enum { DAY_BITS = 0x1ffff, FIRST_DAY = -25567 /* 1900-01-01 */ };

static inline uint64_t pack_day(upheld_date d) {
  return d == UPHELD_NO_DATE ? 0 : (uint64_t)(d - FIRST_DAY + 1) & DAY_BITS;
}

static inline upheld_date unpack_day(uint64_t bits) {
  bits &= DAY_BITS;
  return bits == 0 ? UPHELD_NO_DATE : (upheld_date)bits - 1 + FIRST_DAY;
}

/* A code below the mask, or the mask itself for none. */
static inline uint64_t pack_code(uint8_t code, uint64_t mask) { return code == UPHELD_NO_CODE ? mask : code; }

static inline uint8_t unpack_code(uint64_t bits, uint64_t mask) {
  bits &= mask;
  return bits == mask ? UPHELD_NO_CODE : (uint8_t)bits;
}

/*
** First word: received, decided, due (17 bits each), outcome 5, area 6. Second: recorded 17, remedied 2, compliance 4,
** flags 3, hash of the texts 38.
*/
void upheld_seen_pack(const upheld_record *r, uint64_t content[2]) {
  uint64_t texts = 0;
  if (r->url.size > 0) texts = upheld_seen_hash(r->url, 1);
  if (r->kind.size > 0) texts ^= upheld_seen_hash(r->kind, 2);
  content[0] = pack_day(r->received) | pack_day(r->decided) << 17 | pack_day(r->due) << 34 |
               pack_code(r->outcome, 31) << 51 | pack_code(r->area, 63) << 56;
  content[1] = pack_day(r->recorded) | pack_code(r->remedied, 3) << 17 | pack_code(r->compliance, 15) << 19 |
               (uint64_t)(r->flags & 7) << 23 | texts >> 26 << 26;
}

void upheld_seen_unpack(const upheld_seen_entry *e, upheld_record *r) {
  *r = upheld_record_none();
  r->reference = e->reference;
  r->authority = e->authority;
  r->line = e->line;
  r->received = unpack_day(e->content[0]);
  r->decided = unpack_day(e->content[0] >> 17);
  r->due = unpack_day(e->content[0] >> 34);
  r->outcome = unpack_code(e->content[0] >> 51, 31);
  r->area = unpack_code(e->content[0] >> 56, 63);
  r->recorded = unpack_day(e->content[1]);
  r->remedied = unpack_code(e->content[1] >> 17, 3);
  r->compliance = unpack_code(e->content[1] >> 19, 15);
  r->flags = (uint8_t)(e->content[1] >> 23 & 7);
}

uint64_t upheld_seen_hash(upheld_text t, uint64_t seed) {
  uint64_t h = seed ^ (uint64_t)t.size * UINT64_C(0x9e3779b97f4a7c15), word;
  size_t i = 0;
  for (; i + 8 <= t.size; i += 8) {
    memcpy(&word, t.at + i, 8);
    h = mix(h ^ word);
  }
  if (i < t.size) {
    word = 0;
    memcpy(&word, t.at + i, t.size - i);
    h = mix(h ^ word);
  }
  return h;
}

uint32_t upheld_seen_line(int64_t line) { return line < 0 || line > (int64_t)UINT32_MAX ? UINT32_MAX : (uint32_t)line; }

/* }====== */
