/* references.c: see references.h. */
#include "references.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "register_parts.h"

void upheld_references_init(upheld_references *list, const upheld_allocator *a) {
  memset(list, 0, sizeof *list);
  list->allocator = *a;
}

void upheld_references_free(upheld_references *list) {
  upheld_release(&list->allocator, list->items, list->capacity * sizeof *list->items);
  list->items = NULL;
  list->count = list->capacity = 0;
}

/* A reading under way. */
typedef struct keeper {
  upheld_references *list;
  const upheld_scheme *scheme;
  upheld_clock clock;
  uint64_t numerator, denominator;
} keeper;

static upheld_status keep(void *ud, const upheld_records *batch, upheld_error *err) {
  const keeper *k = ud;
  upheld_references *list = k->list;
  upheld_record r;
  upheld_status st = upheld_grow(&list->allocator, (void **)&list->items, &list->capacity, list->count + batch->count,
                                 sizeof *list->items, err);
  if (st != UPHELD_OK) return st;
  for (size_t i = 0; i < batch->count; i++) {
    upheld_records_get(batch, i, &r);
    uint64_t moved = upheld_register_counters(k->scheme, &r, k->clock);
    uint32_t parts = ((moved & k->numerator) != 0 ? UPHELD_OF_NUMERATOR : 0) | ((moved & k->denominator) != 0 ? UPHELD_OF_DENOMINATOR : 0);
    list->items[list->count++] = (upheld_reference){.reference = r.reference, .authority = r.authority, .parts = parts};
  }
  return UPHELD_OK;
}

/* Equal ones, of two parts of one authority in a view, print alike: their order cannot show. */
static int by_authority(const void *a, const void *b) {
  const upheld_reference *x = a, *y = b;
  if (x->authority != y->authority) return x->authority < y->authority ? -1 : 1;
  return x->reference == y->reference ? 0 : x->reference < y->reference ? -1 : 1;
}

upheld_status upheld_references_of(upheld_register *r, const upheld_directory *d, const upheld_selection *what, uint64_t numerator,
                                   uint64_t denominator, upheld_references *out, upheld_error *err) {
  keeper k = {out, upheld_register_scheme(r), what->clock, numerator, denominator};
  upheld_selection bare = *what;
  bare.bare = true;
  bare.counters = numerator | denominator;
  upheld_status st = upheld_register_select(r, d, &bare, keep, &k, err);
  if (st == UPHELD_OK && out->count > 1) qsort(out->items, out->count, sizeof *out->items, by_authority);
  return st;
}

size_t upheld_references_json(const upheld_references *list, size_t from, uint32_t part, const upheld_scheme *scheme, upheld_buffer *out,
                              bool *any) {
  char text[64];
  upheld_json j;
  size_t i = from;
  *any = false;
  upheld_json_init(&j, out);
  upheld_json_open(&j, '[');
  for (; i < list->count && list->items[i].authority == list->items[from].authority; i++) {
    if ((list->items[i].parts & part) == 0) continue;
    size_t size = upheld_reference_format(scheme, list->items[i].reference, text);
    upheld_json_string(&j, (upheld_text){text, size});
    *any = true;
  }
  upheld_json_close(&j, ']');
  return i;
}
