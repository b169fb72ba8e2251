/*
** evidence.c: the tables that figures are computed from (evidence.h).
** Owns: their sorted order, on which the lookups rest.
*/
#include "evidence.h"

#include <stdlib.h>
#include <string.h>

void upheld_evidence_init(upheld_evidence *e, const upheld_allocator *a, const upheld_scheme *s) {
  memset(e, 0, sizeof *e);
  e->allocator = *a;
  e->scheme = s;
  upheld_directory_init(&e->directory, a, s);
  upheld_tally_init(&e->tally, a, s, 0);
}

void upheld_evidence_free(upheld_evidence *e) {
  upheld_directory_free(&e->directory);
  upheld_tally_free(&e->tally);
  upheld_release(&e->allocator, e->populations, e->population_capacity * sizeof *e->populations);
  upheld_release(&e->allocator, e->published, e->published_capacity * sizeof *e->published);
  upheld_release(&e->allocator, e->now_of, e->now_count * sizeof *e->now_of);
  upheld_allocator a = e->allocator;
  upheld_evidence_init(e, &a, e->scheme);
}

upheld_status upheld_evidence_add_population(upheld_evidence *e, upheld_population p, upheld_error *err) {
  upheld_status st = upheld_grow(&e->allocator, (void **)&e->populations, &e->population_capacity,
                                 e->population_count + 1, sizeof *e->populations, err);
  if (st == UPHELD_OK) e->populations[e->population_count++] = p;
  return st;
}

upheld_status upheld_evidence_add_published(upheld_evidence *e, upheld_published_value v, upheld_error *err) {
  upheld_status st = upheld_grow(&e->allocator, (void **)&e->published, &e->published_capacity, e->published_count + 1,
                                 sizeof *e->published, err);
  if (st == UPHELD_OK) e->published[e->published_count++] = v;
  return st;
}

void upheld_evidence_mark_compliance(upheld_evidence *e, int year) {
  if (year >= UPHELD_FIRST_YEAR && year <= UPHELD_LAST_YEAR) e->compliance_years[year - UPHELD_FIRST_YEAR] = true;
}

bool upheld_evidence_has_compliance(const upheld_evidence *e, int year) {
  return year >= UPHELD_FIRST_YEAR && year <= UPHELD_LAST_YEAR && e->compliance_years[year - UPHELD_FIRST_YEAR];
}

static int order_population(const upheld_population *a, const upheld_population *b) {
  if (a->authority != b->authority) return a->authority < b->authority ? -1 : 1;
  return (a->year > b->year) - (a->year < b->year);
}

static int order_published(const upheld_published_value *a, const upheld_published_value *b) {
  if (a->authority != b->authority) return a->authority < b->authority ? -1 : 1;
  if (a->year != b->year) return a->year < b->year ? -1 : 1;
  return (a->item > b->item) - (a->item < b->item);
}

static int compare_population(const void *a, const void *b) { return order_population(a, b); }
static int compare_published(const void *a, const void *b) { return order_published(a, b); }

/*
** A stable sort, since of two values for one key the last must win and qsort promises no
** order among equals: merge sort over a second array. Registers give their rows in order, which is only checked.
*/
static upheld_status sort_stable(const upheld_allocator *a, void *items, size_t count, size_t size,
                                 int (*compare)(const void *, const void *), upheld_error *err) {
  char *from = items;
  bool sorted = true;
  for (size_t i = 1; i < count && sorted; i++) sorted = compare(from + (i - 1) * size, from + i * size) <= 0;
  if (sorted) return UPHELD_OK;
  char *spare = upheld_new(a, count * size);
  if (spare == NULL) return upheld_nomem(err);
  char *to = spare;
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t low = 0; low < count; low += 2 * width) {
      size_t middle = low + width < count ? low + width : count;
      size_t high = low + 2 * width < count ? low + 2 * width : count;
      size_t i = low, j = middle;
      for (size_t k = low; k < high; k++) {
        bool left = i < middle && (j >= high || compare(from + i * size, from + j * size) <= 0);
        memcpy(to + k * size, from + (left ? i++ : j++) * size, size);
      }
    }
    char *swap = from;
    from = to;
    to = swap;
  }
  if (from != (char *)items) memcpy(items, from, count * size);
  upheld_release(a, spare, count * size);
  return UPHELD_OK;
}

upheld_status upheld_evidence_seal(upheld_evidence *e, upheld_error *err) {
  upheld_status st = sort_stable(&e->allocator, e->populations, e->population_count, sizeof *e->populations,
                                 compare_population, err);
  if (st == UPHELD_OK) {
    st = sort_stable(&e->allocator, e->published, e->published_count, sizeof *e->published, compare_published, err);
  }
  if (st != UPHELD_OK) return st;
  size_t kept = 0;
  for (size_t i = 0; i < e->population_count; i++) {
    if (kept > 0 && order_population(&e->populations[kept - 1], &e->populations[i]) == 0) kept--;
    e->populations[kept++] = e->populations[i];
  }
  e->population_count = kept;
  kept = 0;
  for (size_t i = 0; i < e->published_count; i++) {
    if (kept > 0 && order_published(&e->published[kept - 1], &e->published[i]) == 0) kept--;
    e->published[kept++] = e->published[i];
  }
  e->published_count = kept;
  return UPHELD_OK;
}

const upheld_population *upheld_evidence_population(const upheld_evidence *e, uint32_t authority, int year) {
  upheld_population key = {authority, year, 0};
  if (e->population_count == 0) return NULL;
  return bsearch(&key, e->populations, e->population_count, sizeof key, compare_population);
}

const upheld_published_value *upheld_evidence_published(const upheld_evidence *e, uint32_t authority, int year,
                                                        int item) {
  upheld_published_value key = {authority, year, item, 0, 0};
  if (e->published_count == 0) return NULL;
  return bsearch(&key, e->published, e->published_count, sizeof key, compare_published);
}

bool upheld_evidence_has_published(const upheld_evidence *e, uint32_t authority, int year) {
  for (int item = 0; item < e->scheme->published_count; item++) {
    if (upheld_evidence_published(e, authority, year, item) != NULL) return true;
  }
  return false;
}

size_t upheld_evidence_years(const upheld_evidence *e, int *years, size_t capacity) {
  bool seen[UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 2] = {false};
  for (int y = 0; y < e->tally.years; y++) {
    int year = e->tally.first_year + y;
    if (upheld_tally_covers(&e->tally, year, UINT64_MAX)) seen[year - UPHELD_FIRST_YEAR] = true;
  }
  for (size_t i = 0; i < e->published_count; i++) {
    int year = e->published[i].year;
    if (year >= UPHELD_FIRST_YEAR && year <= UPHELD_LAST_YEAR) seen[year - UPHELD_FIRST_YEAR] = true;
  }
  size_t count = 0;
  for (int year = UPHELD_FIRST_YEAR; year <= UPHELD_LAST_YEAR; year++) {
    if (seen[year - UPHELD_FIRST_YEAR]) {
      if (count < capacity) years[count] = year;
      count++;
    }
  }
  return count < capacity ? count : capacity;
}
