/*
** days.c: counts of cases by days taken (days.h).
** Owns: the key of a slot: authority, year, outcome and days in one number, so that a count is found in one probe.
*/
#include "days.h"

#include <stdlib.h>
#include <string.h>

struct upheld_day_slot {
  uint64_t key; /* 0: free; else 1 + the packed key */
  int64_t cases;
};

enum { DAYS_BITS = 17, OUTCOME_BITS = 4, YEAR_BITS = 9 };

static uint64_t pack(uint32_t authority, int year, int outcome, int32_t days) {
  uint64_t key = authority;
  key = key << YEAR_BITS | (uint64_t)(year - UPHELD_FIRST_YEAR);
  key = key << OUTCOME_BITS | (uint64_t)outcome;
  return (key << DAYS_BITS | (uint64_t)days) + 1;
}

static void unpack(uint64_t key, upheld_day_count *out, int *year, int *outcome) {
  key--;
  out->days = (int32_t)(key & ((UINT64_C(1) << DAYS_BITS) - 1));
  key >>= DAYS_BITS;
  *outcome = (int)(key & ((UINT64_C(1) << OUTCOME_BITS) - 1));
  key >>= OUTCOME_BITS;
  *year = (int)(key & ((UINT64_C(1) << YEAR_BITS) - 1)) + UPHELD_FIRST_YEAR;
  out->authority = (uint32_t)(key >> YEAR_BITS);
}

void upheld_days_init(upheld_days *d, const upheld_allocator *a) {
  memset(d, 0, sizeof *d);
  d->allocator = *a;
}

void upheld_days_free(upheld_days *d) {
  upheld_release(&d->allocator, d->slots, d->capacity * sizeof *d->slots);
  d->slots = NULL;
  d->used = d->capacity = 0;
}

/* The slot of a key, or the free one where it belongs. Capacity is never full. */
static struct upheld_day_slot *find(struct upheld_day_slot *slots, size_t capacity, uint64_t key) {
  /* Fibonacci hashing: neighbouring days and authorities spread over the table */
  size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (capacity - 1);
  while (slots[i].key != 0 && slots[i].key != key) i = (i + 1) & (capacity - 1);
  return &slots[i];
}

static upheld_status grow(upheld_days *d, upheld_error *err) {
  size_t capacity = d->capacity == 0 ? 1024 : d->capacity * 2;
  struct upheld_day_slot *slots = upheld_new_zero(&d->allocator, capacity, sizeof *slots);
  if (slots == NULL) return upheld_nomem(err);
  size_t used = 0;
  for (size_t i = 0; i < d->capacity; i++) {
    if (d->slots[i].key == 0 || d->slots[i].cases == 0) continue; /* taken back in full: forgotten here */
    *find(slots, capacity, d->slots[i].key) = d->slots[i];
    used++;
  }
  upheld_release(&d->allocator, d->slots, d->capacity * sizeof *d->slots);
  d->slots = slots;
  d->capacity = capacity;
  d->used = used;
  return UPHELD_OK;
}

static upheld_status add(upheld_days *d, uint64_t key, int64_t cases, upheld_error *err) {
  if (d->used * 4 >= d->capacity * 3) { /* also when there is no table yet */
    upheld_status st = grow(d, err);
    if (st != UPHELD_OK) return st;
  }
  struct upheld_day_slot *slot = find(d->slots, d->capacity, key);
  if (slot->key == 0) {
    slot->key = key;
    d->used++;
  }
  slot->cases += cases;
  return UPHELD_OK;
}

upheld_status upheld_days_move(upheld_days *d, uint32_t authority, int year, int outcome, int32_t days, int64_t cases,
                               upheld_error *err) {
  return add(d, pack(authority, year, outcome, days), cases, err);
}

upheld_status upheld_days_merge(upheld_days *into, const upheld_days *from, upheld_error *err) {
  for (size_t i = 0; i < from->capacity; i++) {
    if (from->slots[i].key == 0 || from->slots[i].cases == 0) continue;
    upheld_status st = add(into, from->slots[i].key, from->slots[i].cases, err);
    if (st != UPHELD_OK) return st;
  }
  return UPHELD_OK;
}

upheld_status upheld_days_rename(upheld_days *into, const upheld_days *from, const uint32_t *to, upheld_error *err) {
  for (size_t i = 0; i < from->capacity; i++) {
    upheld_day_count c;
    int year, outcome;
    if (from->slots[i].key == 0 || from->slots[i].cases == 0) continue;
    unpack(from->slots[i].key, &c, &year, &outcome);
    upheld_status st = upheld_days_move(into, to[c.authority], year, outcome, c.days, from->slots[i].cases, err);
    if (st != UPHELD_OK) return st;
  }
  return UPHELD_OK;
}

int upheld_day_order(const upheld_day_entry *a, const upheld_day_entry *b) {
  if (a->authority != b->authority) return a->authority < b->authority ? -1 : 1;
  if (a->year != b->year) return a->year < b->year ? -1 : 1;
  if (a->outcome != b->outcome) return a->outcome < b->outcome ? -1 : 1;
  return (a->days > b->days) - (a->days < b->days);
}

static int compare_entries(const void *left, const void *right) { return upheld_day_order(left, right); }

upheld_status upheld_days_list(const upheld_days *d, upheld_day_entry **out, size_t *count, upheld_error *err) {
  size_t listed = 0, used = 0;
  *out = NULL;
  *count = 0;
  for (size_t i = 0; i < d->capacity; i++) used += d->slots[i].key != 0 && d->slots[i].cases != 0;
  if (used == 0) return UPHELD_OK;
  if (used > SIZE_MAX / sizeof **out) return upheld_nomem(err);
  upheld_day_entry *list = upheld_new(&d->allocator, used * sizeof *list);
  if (list == NULL) return upheld_nomem(err);
  for (size_t i = 0; i < d->capacity; i++) {
    upheld_day_count c;
    int year, outcome;
    if (d->slots[i].key == 0 || d->slots[i].cases == 0) continue;
    unpack(d->slots[i].key, &c, &year, &outcome);
    list[listed++] = (upheld_day_entry){c.authority, year, outcome, c.days, d->slots[i].cases};
  }
  qsort(list, listed, sizeof *list, compare_entries);
  *out = list;
  *count = listed;
  return UPHELD_OK;
}

static int compare(const void *left, const void *right) {
  const upheld_day_count *a = left, *b = right;
  if (a->authority != b->authority) return a->authority < b->authority ? -1 : 1;
  return (a->days > b->days) - (a->days < b->days);
}

upheld_status upheld_days_of_year(const upheld_days *d, int year, uint64_t mask, upheld_day_count **out, size_t *count,
                                  size_t *capacity, upheld_error *err) {
  upheld_day_count *list = NULL;
  size_t listed = 0;
  *out = NULL;
  *count = *capacity = 0;
  for (size_t i = 0; i < d->capacity; i++) {
    upheld_day_count c;
    int of, outcome;
    if (d->slots[i].key == 0 || d->slots[i].cases == 0) continue;
    unpack(d->slots[i].key, &c, &of, &outcome);
    if (of != year || (mask >> outcome & 1) == 0) continue;
    c.cases = d->slots[i].cases;
    upheld_status st = upheld_grow(&d->allocator, (void **)&list, capacity, listed + 1, sizeof *list, err);
    if (st != UPHELD_OK) {
      upheld_release(&d->allocator, list, *capacity * sizeof *list);
      *capacity = 0;
      return st;
    }
    list[listed++] = c;
  }
  if (listed > 0) qsort(list, listed, sizeof *list, compare);
  for (size_t i = 0; i < listed; i++) { /* outcomes of one number of days become one count */
    if (*count > 0 && compare(&list[*count - 1], &list[i]) == 0) list[*count - 1].cases += list[i].cases;
    else list[(*count)++] = list[i];
  }
  *out = list;
  return UPHELD_OK;
}

int64_t upheld_days_at(const int64_t *at, size_t span, const upheld_day_count *less, size_t less_count, int64_t place) {
  size_t l = 0;
  for (size_t i = 0; i < span; i++) {
    place -= at[i];
    if (l < less_count && less[l].days == (int32_t)i) place += less[l++].cases;
    if (place < 0) return (int64_t)i;
  }
  return -1;
}

int64_t upheld_day_list_at(const upheld_day_count *list, size_t count, int64_t place) {
  for (size_t i = 0; i < count; i++) {
    place -= list[i].cases;
    if (place < 0) return list[i].days;
  }
  return -1;
}

/* Where the quartile of n cases lies: after place *whole, by *part quarters of the way to the next. */
static void quarter_place(int64_t n, int quarter, int64_t *whole, int64_t *part) {
  *whole = (n - 1) / 4 * quarter + (n - 1) % 4 * quarter / 4;
  *part = (n - 1) % 4 * quarter % 4;
}

int64_t upheld_days_quarter(const int64_t *at, size_t span, const upheld_day_count *less, size_t less_count, int quarter) {
  int64_t n = 0, whole, part;
  for (size_t i = 0; i < span; i++) n += at[i];
  for (size_t l = 0; l < less_count; l++) n -= less[l].cases;
  if (n <= 0) return -1;
  quarter_place(n, quarter, &whole, &part);
  int64_t low = upheld_days_at(at, span, less, less_count, whole);
  int64_t high = part == 0 ? low : upheld_days_at(at, span, less, less_count, whole + 1);
  return low * (4 - part) + high * part;
}

int64_t upheld_day_list_quarter(const upheld_day_count *list, size_t count, int quarter) {
  int64_t n = 0, whole, part;
  for (size_t i = 0; i < count; i++) n += list[i].cases;
  if (n <= 0) return -1;
  quarter_place(n, quarter, &whole, &part);
  int64_t low = upheld_day_list_at(list, count, whole);
  int64_t high = part == 0 ? low : upheld_day_list_at(list, count, whole + 1);
  return low * (4 - part) + high * part;
}
