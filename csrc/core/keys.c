/*
** keys.c: pages of bits, and tables of numbers (keys.h has the idea).
** Owns: where a reference's bit is: by its digits, on pages of its letter, so that neighbouring cases share a page.
** Must not: know authorities; decide what a repeat means.
*/
#include "keys.h"

#include <string.h>

enum {
  LETTERS = 27,        /* a reference is its digits times this, plus its letter */
  PAGE_BITS = 1 << 15,
  PAGE_WORDS = PAGE_BITS / 64,
  FIRST_SLOTS = 64,
  NEAR_PAGES = 100000000 / PAGE_BITS + 1,
  FREE_PAGES = 8192    /* 32 MB: further ones only where those there are are used */
};

void upheld_keys_init(upheld_keys *k, const upheld_allocator *a) {
  memset(k, 0, sizeof *k);
  k->allocator = *a;
}

static void free_pages(upheld_keys *k) {
  for (size_t i = 0; k->near != NULL && i < NEAR_PAGES; i++) {
    upheld_release(&k->allocator, k->near[i], PAGE_WORDS * sizeof(uint64_t));
  }
  upheld_release(&k->allocator, k->near, NEAR_PAGES * sizeof *k->near);
  for (size_t i = 0; i < k->page_slots; i++) upheld_release(&k->allocator, k->pages[i].bits, PAGE_WORDS * sizeof(uint64_t));
  upheld_release(&k->allocator, k->pages, k->page_slots * sizeof *k->pages);
  upheld_release(&k->allocator, k->apart.slots, k->apart.slot_count * sizeof(uint64_t));
}

void upheld_keys_free(upheld_keys *k) {
  upheld_allocator a = k->allocator;
  free_pages(k);
  upheld_release(&a, k->again.slots, k->again.slot_count * sizeof(uint64_t));
  upheld_keys_init(k, &a);
}

void upheld_keys_settle(upheld_keys *k) {
  upheld_key_set again = k->again;
  upheld_allocator a = k->allocator;
  free_pages(k);
  upheld_keys_init(k, &a);
  k->again = again;
}

static inline size_t scattered(uint64_t n) { return (size_t)((n * UINT64_C(0x9e3779b97f4a7c15)) >> 24); }

/* {====== tables of numbers ====== */

static bool set_has(const upheld_key_set *s, uint64_t key) {
  if (s->count == 0) return false;
  size_t at = scattered(key) & (s->slot_count - 1);
  while (s->slots[at] != 0 && s->slots[at] != key + 1) at = (at + 1) & (s->slot_count - 1);
  return s->slots[at] != 0;
}

static void set_place(upheld_key_set *s, uint64_t key) {
  size_t at = scattered(key) & (s->slot_count - 1);
  while (s->slots[at] != 0) at = (at + 1) & (s->slot_count - 1);
  s->slots[at] = key + 1;
}

/* Adds one that is not there. */
static upheld_status set_add(const upheld_allocator *a, upheld_key_set *s, uint64_t key, upheld_error *err) {
  if (s->slot_count / 3 < s->count / 2 + 1) { /* at most two thirds are taken */
    upheld_key_set wider = {NULL, s->count, s->slot_count == 0 ? FIRST_SLOTS : s->slot_count * 2};
    wider.slots = upheld_new_zero(a, wider.slot_count, sizeof *wider.slots);
    if (wider.slots == NULL) return upheld_nomem(err);
    for (size_t i = 0; i < s->slot_count; i++) {
      if (s->slots[i] != 0) set_place(&wider, s->slots[i] - 1);
    }
    upheld_release(a, s->slots, s->slot_count * sizeof *s->slots);
    *s = wider;
  }
  set_place(s, key);
  s->count++;
  return UPHELD_OK;
}

/* }====== */

/* {====== pages ====== */

static upheld_key_page *page_slot(upheld_key_page *pages, size_t slots, uint64_t number) {
  size_t at = scattered(number) & (slots - 1);
  while (pages[at].number != 0 && pages[at].number != number) at = (at + 1) & (slots - 1);
  return &pages[at];
}

static upheld_status widen_pages(upheld_keys *k, upheld_error *err) {
  size_t slots = k->page_slots == 0 ? FIRST_SLOTS : k->page_slots * 2;
  upheld_key_page *pages = upheld_new_zero(&k->allocator, slots, sizeof *pages);
  if (pages == NULL) return upheld_nomem(err);
  for (size_t i = 0; i < k->page_slots; i++) {
    if (k->pages[i].number != 0) *page_slot(pages, slots, k->pages[i].number) = k->pages[i];
  }
  upheld_release(&k->allocator, k->pages, k->page_slots * sizeof *k->pages);
  k->pages = pages;
  k->page_slots = slots;
  return UPHELD_OK;
}

/* A new page; *bits NULL: references lie too far apart for one more. */
static upheld_status new_page(upheld_keys *k, uint64_t **bits, upheld_error *err) {
  size_t count = k->page_count + k->near_count;
  *bits = NULL;
  /* beyond the free ones, each 16 bits of a page are to have been met once */
  if (count >= FREE_PAGES && k->met / (PAGE_BITS / 16) < (int64_t)(count - FREE_PAGES)) return UPHELD_OK;
  *bits = upheld_new_zero(&k->allocator, PAGE_WORDS, sizeof **bits);
  return *bits == NULL ? upheld_nomem(err) : UPHELD_OK;
}

static upheld_status near_page(upheld_keys *k, uint64_t number, uint64_t **bits, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  if (k->near == NULL) {
    k->near = upheld_new_zero(&k->allocator, NEAR_PAGES, sizeof *k->near);
    if (k->near == NULL) return upheld_nomem(err);
  }
  *bits = k->near[number];
  if (*bits != NULL) return UPHELD_OK;
  st = new_page(k, bits, err);
  k->near[number] = *bits;
  if (*bits != NULL) k->near_count++;
  return st;
}

/* The page of that number, made when it is not there. */
static upheld_status page_of(upheld_keys *k, uint64_t number, uint64_t **bits, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  *bits = NULL;
  if (k->page_slots / 3 < k->page_count / 2 + 1) st = widen_pages(k, err);
  if (st != UPHELD_OK) return st;
  upheld_key_page *page = page_slot(k->pages, k->page_slots, number);
  if (page->number == 0) {
    st = new_page(k, &page->bits, err);
    if (page->bits == NULL) return st;
    page->number = number;
    k->page_count++;
  }
  *bits = page->bits;
  return UPHELD_OK;
}

/* }====== */

static upheld_status note_again(upheld_keys *k, uint64_t reference, upheld_error *err) {
  return set_has(&k->again, reference) ? UPHELD_OK : set_add(&k->allocator, &k->again, reference, err);
}

void upheld_keys_touch(const upheld_keys *k, uint64_t reference) {
#if defined(__GNUC__)
  uint64_t digits = reference / LETTERS;
  if (k->near == NULL || digits / PAGE_BITS >= NEAR_PAGES || k->near[digits / PAGE_BITS] == NULL) return;
  __builtin_prefetch(&k->near[digits / PAGE_BITS][digits % PAGE_BITS / 64], 1);
#else
  (void)k, (void)reference;
#endif
}

upheld_status upheld_keys_meet(upheld_keys *k, uint64_t reference, bool *before, upheld_error *err) {
  uint64_t digits = reference / LETTERS, letter = reference - digits * LETTERS, number = digits / PAGE_BITS, *bits = NULL;
  upheld_status st;
  if (letter == 0 && number < NEAR_PAGES) st = near_page(k, number, &bits, err);
  else st = page_of(k, (number << 5 | letter) + 1, &bits, err);
  if (st != UPHELD_OK) return st;
  if (bits != NULL) {
    uint64_t bit = UINT64_C(1) << digits % 64, *word = &bits[digits % PAGE_BITS / 64];
    *before = (*word & bit) != 0;
    *word |= bit;
  }
  if (bits == NULL || k->apart.count > 0) { /* a page may have come after its first references */
    bool there = set_has(&k->apart, reference);
    if (bits == NULL && !there) st = set_add(&k->allocator, &k->apart, reference, err);
    *before = there || (bits != NULL && *before);
  }
  if (st != UPHELD_OK) return st;
  if (*before) return note_again(k, reference, err);
  k->met++;
  return UPHELD_OK;
}

upheld_status upheld_keys_meet_all(upheld_keys *k, const uint64_t *references, size_t count, bool *again, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  for (size_t i = 0; i < count && st == UPHELD_OK; i++) {
    uint64_t digits = references[i] / LETTERS, number = digits / PAGE_BITS;
    if (references[i] == digits * LETTERS && number < NEAR_PAGES && k->near != NULL && k->near[number] != NULL && k->apart.count == 0) {
      uint64_t bit = UINT64_C(1) << digits % 64, *word = &k->near[number][digits % PAGE_BITS / 64], before = *word;
      *word = before | bit;
      if ((before & bit) == 0) {
        k->met++;
        continue;
      }
    }
    bool one = false;
    st = upheld_keys_meet(k, references[i], &one, err);
    *again |= one;
  }
  return st;
}

bool upheld_keys_again(const upheld_keys *k, uint64_t reference) { return set_has(&k->again, reference); }

/* Meets all of a page, of which the first reference has those digits. */
static upheld_status meet_page(upheld_keys *k, const uint64_t *bits, uint64_t first, uint64_t letter, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  bool before;
  for (uint64_t i = 0; i < PAGE_BITS && st == UPHELD_OK; i++) {
    if (i % 64 == 0 && bits[i / 64] == 0) i += 63;
    else if ((bits[i / 64] >> i % 64 & 1) != 0) st = upheld_keys_meet(k, (first + i) * LETTERS + letter, &before, err);
  }
  return st;
}

upheld_status upheld_keys_merge(upheld_keys *k, const upheld_keys *other, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  bool before;
  for (size_t i = 0; other->near != NULL && i < NEAR_PAGES && st == UPHELD_OK; i++) {
    if (other->near[i] != NULL) st = meet_page(k, other->near[i], i * PAGE_BITS, 0, err);
  }
  for (size_t i = 0; i < other->page_slots && st == UPHELD_OK; i++) {
    const upheld_key_page *page = &other->pages[i];
    if (page->number != 0) st = meet_page(k, page->bits, ((page->number - 1) >> 5) * PAGE_BITS, (page->number - 1) & 31, err);
  }
  for (size_t i = 0; i < other->apart.slot_count && st == UPHELD_OK; i++) {
    if (other->apart.slots[i] != 0) st = upheld_keys_meet(k, other->apart.slots[i] - 1, &before, err);
  }
  for (size_t i = 0; i < other->again.slot_count && st == UPHELD_OK; i++) {
    if (other->again.slots[i] != 0) st = note_again(k, other->again.slots[i] - 1, err);
  }
  return st;
}
