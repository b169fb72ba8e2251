/* trend_years.c: see trend_years.h. */
#include "trend_years.h"

#include <string.h>

#include "alloc.h"

void upheld_trend_years_init(upheld_trend_years *years, const upheld_allocator *a) {
  memset(years, 0, sizeof *years);
  years->allocator = *a;
}

void upheld_trend_years_free(upheld_trend_years *years) {
  for (size_t i = 0; i < years->count; i++) {
    upheld_grouping_free(years->items[i].types);
    upheld_year_figures_free(years->items[i].figures);
  }
  upheld_release(&years->allocator, years->items, years->capacity * sizeof *years->items);
  years->items = NULL;
  years->count = years->capacity = 0;
}

upheld_status upheld_trend_years_get(upheld_trend_years *years, const upheld_evidence *e, int year, const upheld_kept_year **out,
                                     upheld_error *err) {
  upheld_group_rule rule = {UPHELD_GROUP_TYPE, NULL, NULL, NULL, 0};
  upheld_kept_year made = {.year = year};
  for (size_t i = 0; i < years->count; i++) { /* a handful */
    if (years->items[i].year == year) {
      *out = &years->items[i];
      return UPHELD_OK;
    }
  }
  upheld_status st =
    upheld_grow(&years->allocator, (void **)&years->items, &years->capacity, years->count + 1, sizeof *years->items, err);
  if (st == UPHELD_OK) st = upheld_year_figures_new(&made.figures, e, year, err);
  if (st != UPHELD_OK) return st;
  st = upheld_grouping_new(&made.types, made.figures, &rule, err);
  if (st != UPHELD_OK) {
    upheld_year_figures_free(made.figures);
    return st;
  }
  years->items[years->count] = made;
  *out = &years->items[years->count++];
  return UPHELD_OK;
}
