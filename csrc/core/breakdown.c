/*
** breakdown.c: counting by several keys (breakdown.h).
** Owns: the dense array of counters, indexed by the keys' codes, row major.
*/
#include "breakdown.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char *const key_names[UPHELD_KEYS] = {
  "authority", "type", "region", "service_area", "outcome", "remedied_before", "compliance_outcome"
};

upheld_key upheld_key_named(upheld_text name) {
  int k = 0;
  while (k < UPHELD_KEYS && !upheld_text_is(name, key_names[k])) k++;
  return (upheld_key)k;
}

const char *upheld_key_name(upheld_key key) { return key_names[key]; }

static int compare_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Distinct texts, sorted, and for each authority the place of its own. "" sorts out as "not recorded": place = count. */
static upheld_status distinct(const upheld_breakdown *b, const char *(*text)(const upheld_authority *),
                              const char ***texts, size_t *count, uint32_t **of, upheld_error *err) {
  size_t n = b->directory->count;
  *texts = upheld_new_zero(&b->allocator, n + 1, sizeof **texts);
  *of = upheld_new_zero(&b->allocator, n + 1, sizeof **of);
  *count = 0;
  if (*texts == NULL || *of == NULL) return upheld_nomem(err);
  for (size_t i = 0; i < n; i++) (*texts)[i] = text(&b->directory->items[i]);
  if (n > 0) qsort(*texts, n, sizeof **texts, compare_text);
  for (size_t i = 0; i < n; i++) {
    const char *t = (*texts)[i];
    if (t[0] != '\0' && (*count == 0 || strcmp((*texts)[*count - 1], t) != 0)) (*texts)[(*count)++] = t;
  }
  for (size_t i = 0; i < n; i++) {
    const char *t = text(&b->directory->items[i]);
    size_t place = 0;
    while (place < *count && strcmp((*texts)[place], t) != 0) place++;
    (*of)[i] = (uint32_t)place;
  }
  return UPHELD_OK;
}

static const char *type_text(const upheld_authority *a) { return a->type_text; }
static const char *region_text(const upheld_authority *a) { return a->region; }

/* Values of a key, "not recorded" included. */
static size_t values_of(const upheld_breakdown *b, upheld_key key) {
  const upheld_scheme *s = b->directory->scheme;
  switch (key) {
    case UPHELD_KEY_AUTHORITY: return b->directory->count + 1;
    case UPHELD_KEY_TYPE: return b->type_count + 1;
    case UPHELD_KEY_REGION: return b->region_count + 1;
    case UPHELD_KEY_SERVICE_AREA: return (size_t)s->areas.count + 1;
    case UPHELD_KEY_OUTCOME: return (size_t)s->outcomes.count + 1;
    case UPHELD_KEY_REMEDIED_BEFORE: return 3;
    default: return (size_t)s->compliance.count + 1;
  }
}

upheld_status upheld_breakdown_init(upheld_breakdown *b, const upheld_allocator *a, const upheld_directory *d,
                                    const upheld_key *keys, int count, upheld_error *err) {
  memset(b, 0, sizeof *b);
  b->allocator = *a;
  b->directory = d;
  b->listed = d->count + 1;
  if (count < 1 || count > UPHELD_MAX_KEYS) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-keys", "a tally takes 1 to %d keys, not %d", UPHELD_MAX_KEYS, count);
  }
  upheld_status st = distinct(b, type_text, &b->types, &b->type_count, &b->type_of, err);
  if (st == UPHELD_OK) st = distinct(b, region_text, &b->regions, &b->region_count, &b->region_of, err);
  b->cells = 1;
  for (int k = 0; k < count && st == UPHELD_OK; k++) {
    for (int j = 0; j < k; j++) {
      if (keys[j] == keys[k]) {
        st = upheld_fail(err, UPHELD_MISUSE, "bad-keys", "the key \"%s\" stands twice", key_names[keys[k]]);
      }
    }
    b->key[k] = keys[k];
    b->size[k] = values_of(b, keys[k]);
    if (st == UPHELD_OK && b->size[k] > UPHELD_MAX_CELLS / b->cells) {
      st = upheld_fail(err, UPHELD_FAULT, "too-many-cells",
                       "these keys make more than %d cells (UPHELD_MAX_CELLS)", UPHELD_MAX_CELLS);
    }
    if (st == UPHELD_OK) b->cells *= b->size[k];
  }
  b->keys = count;
  if (st == UPHELD_OK) {
    b->counts = upheld_new_zero(a, b->cells, sizeof *b->counts);
    if (b->counts == NULL) st = upheld_nomem(err);
  }
  if (st != UPHELD_OK) upheld_breakdown_free(b);
  return st;
}

void upheld_breakdown_free(upheld_breakdown *b) {
  if (b->directory == NULL) return;
  size_t n = b->listed;
  upheld_release(&b->allocator, b->types, n * sizeof *b->types);
  upheld_release(&b->allocator, b->regions, n * sizeof *b->regions);
  upheld_release(&b->allocator, b->type_of, n * sizeof *b->type_of);
  upheld_release(&b->allocator, b->region_of, n * sizeof *b->region_of);
  upheld_release(&b->allocator, b->counts, b->counts == NULL ? 0 : b->cells * sizeof *b->counts);
  upheld_allocator a = b->allocator;
  memset(b, 0, sizeof *b);
  b->allocator = a;
}

/* Place of a code in its key, "not recorded" being the last. */
static size_t code_place(uint8_t code, size_t size) { return code == UPHELD_NO_CODE ? size - 1 : code; }

static size_t place_of(const upheld_breakdown *b, const upheld_records *r, size_t i, int k) {
  uint32_t authority = r->authority[i];
  switch (b->key[k]) {
    case UPHELD_KEY_AUTHORITY: return authority;
    case UPHELD_KEY_TYPE: return b->type_of[authority];
    case UPHELD_KEY_REGION: return b->region_of[authority];
    case UPHELD_KEY_SERVICE_AREA: return code_place(r->area[i], b->size[k]);
    case UPHELD_KEY_OUTCOME: return code_place(r->outcome[i], b->size[k]);
    case UPHELD_KEY_REMEDIED_BEFORE: return code_place(r->remedied[i], b->size[k]);
    default: return code_place(r->compliance[i], b->size[k]);
  }
}

void upheld_breakdown_add(upheld_breakdown *b, const upheld_records *batch) {
  for (size_t i = 0; i < batch->count; i++) {
    size_t cell = 0;
    for (int k = 0; k < b->keys; k++) cell = cell * b->size[k] + place_of(b, batch, i, k);
    b->counts[cell]++;
  }
  b->total += (int64_t)batch->count;
}

upheld_status upheld_breakdown_merge(upheld_breakdown *into, const upheld_breakdown *from, upheld_error *err) {
  bool same = into->keys == from->keys && into->cells == from->cells &&
              into->directory->count == from->directory->count;
  for (int k = 0; k < into->keys && same; k++) same = into->key[k] == from->key[k] && into->size[k] == from->size[k];
  for (size_t i = 0; same && i < into->directory->count; i++) {
    same = strcmp(into->directory->items[i].code, from->directory->items[i].code) == 0;
  }
  if (!same) {
    return upheld_fail(err, UPHELD_MISUSE, "different-tallies",
                       "only tallies by the same keys over the same authorities add");
  }
  for (size_t i = 0; i < into->cells; i++) into->counts[i] += from->counts[i];
  into->total += from->total;
  return UPHELD_OK;
}

bool upheld_breakdown_next(const upheld_breakdown *b, size_t *cell) {
  while (*cell < b->cells && b->counts[*cell] == 0) (*cell)++;
  return *cell < b->cells;
}

const char *upheld_breakdown_label(const upheld_breakdown *b, size_t cell, int k) {
  const upheld_scheme *s = b->directory->scheme;
  for (int j = b->keys - 1; j > k; j--) cell /= b->size[j];
  size_t place = cell % b->size[k];
  if (b->key[k] == UPHELD_KEY_REMEDIED_BEFORE) return place == 2 ? NULL : place == 1 ? "yes" : "no";
  if (place + 1 == b->size[k]) return NULL;
  switch (b->key[k]) {
    case UPHELD_KEY_AUTHORITY: return b->directory->items[place].code;
    case UPHELD_KEY_TYPE: return b->types[place];
    case UPHELD_KEY_REGION: return b->regions[place];
    case UPHELD_KEY_SERVICE_AREA: return s->areas.labels[place];
    case UPHELD_KEY_OUTCOME: return s->outcomes.labels[place];
    default: return s->compliance.labels[place];
  }
}
