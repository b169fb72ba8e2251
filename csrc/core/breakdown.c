/*
** breakdown.c: counting by several keys (breakdown.h).
** Owns: the dense array of counters, indexed by the keys' codes, row major.
*/
#include "breakdown.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char *const key_names[UPHELD_KEYS] = {
  "authority", "type", "region", "service_area", "outcome", "remedied_before", "compliance_outcome", "year",
  "month"
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

/* Months since that of UPHELD_FIRST_DAY. */
static size_t month_of(upheld_date day) {
  int year, month, of_month;
  upheld_date_parts(day, &year, &month, &of_month);
  return (size_t)(year - UPHELD_FIRST_YEAR) * 12 + (size_t)month - 1;
}

/* A day's year or month as a number that counts up. */
static size_t time_of(const upheld_breakdown *b, upheld_key key, upheld_date day) {
  return key == UPHELD_KEY_YEAR ? (size_t)upheld_scheme_year(b->directory->scheme, day) : month_of(day);
}

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
    case UPHELD_KEY_COMPLIANCE_OUTCOME: return (size_t)s->compliance.count + 1;
    default:
      if (b->days.first > b->days.last) return 1;
      return time_of(b, key, b->days.last) - time_of(b, key, b->days.first) + 2;
  }
}

/* The keys and their sizes; the product of the sizes. */
static upheld_status set_keys(upheld_breakdown *b, const upheld_key *keys, int count, upheld_error *err) {
  b->cells = 1;
  b->keys = count;
  for (int k = 0; k < count; k++) {
    for (int j = 0; j < k; j++) {
      if (keys[j] == keys[k]) {
        return upheld_fail(err, UPHELD_MISUSE, "bad-keys", "the key \"%s\" stands twice", key_names[keys[k]]);
      }
    }
    b->key[k] = keys[k];
    b->size[k] = values_of(b, keys[k]);
    b->timed = b->timed || keys[k] == UPHELD_KEY_YEAR || keys[k] == UPHELD_KEY_MONTH;
    if (b->size[k] > UPHELD_MAX_CELLS / b->cells) {
      return upheld_fail(err, UPHELD_FAULT, "too-many-cells", "these keys make more than %d cells (UPHELD_MAX_CELLS)",
                         UPHELD_MAX_CELLS);
    }
    b->cells *= b->size[k];
  }
  size_t step = 1;
  for (int k = count - 1; k >= 0; k--) {
    b->step[k] = step;
    step *= b->size[k];
  }
  return UPHELD_OK;
}

upheld_status upheld_breakdown_init(upheld_breakdown *b, const upheld_allocator *a, const upheld_directory *d,
                                    const upheld_key *keys, int count, upheld_breakdown_days days, upheld_error *err) {
  memset(b, 0, sizeof *b);
  b->allocator = *a;
  b->directory = d;
  b->listed = d->count + 1;
  b->days = days;
  if (count < 1 || count > UPHELD_MAX_KEYS) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-keys", "a tally takes 1 to %d keys, not %d", UPHELD_MAX_KEYS, count);
  }
  upheld_status st = distinct(b, type_text, &b->types, &b->type_count, &b->type_of, err);
  if (st == UPHELD_OK) st = distinct(b, region_text, &b->regions, &b->region_count, &b->region_of, err);
  if (st == UPHELD_OK) st = set_keys(b, keys, count, err);
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

size_t upheld_breakdown_of_codes(const upheld_breakdown *b, const upheld_record *r) {
  size_t cell = 0;
  for (int k = 0; k < b->keys; k++) {
    switch (b->key[k]) {
      case UPHELD_KEY_SERVICE_AREA: cell += b->step[k] * code_place(r->area, b->size[k]); break;
      case UPHELD_KEY_OUTCOME: cell += b->step[k] * code_place(r->outcome, b->size[k]); break;
      case UPHELD_KEY_REMEDIED_BEFORE: cell += b->step[k] * code_place(r->remedied, b->size[k]); break;
      case UPHELD_KEY_COMPLIANCE_OUTCOME: cell += b->step[k] * code_place(r->compliance, b->size[k]); break;
      default: break;
    }
  }
  return cell;
}

size_t upheld_breakdown_of_authority(const upheld_breakdown *b, uint32_t authority) {
  size_t cell = 0;
  for (int k = 0; k < b->keys; k++) {
    switch (b->key[k]) {
      case UPHELD_KEY_AUTHORITY: cell += b->step[k] * authority; break;
      case UPHELD_KEY_TYPE: cell += b->step[k] * b->type_of[authority]; break;
      case UPHELD_KEY_REGION: cell += b->step[k] * b->region_of[authority]; break;
      default: break;
    }
  }
  return cell;
}

size_t upheld_breakdown_of_day(const upheld_breakdown *b, upheld_date day) {
  size_t cell = 0;
  for (int k = 0; k < b->keys && b->timed; k++) {
    if (b->key[k] != UPHELD_KEY_YEAR && b->key[k] != UPHELD_KEY_MONTH) continue;
    size_t place = b->size[k] - 1;
    if (day != UPHELD_NO_DATE) place = time_of(b, b->key[k], day) - time_of(b, b->key[k], b->days.first);
    cell += b->step[k] * place;
  }
  return cell;
}

static upheld_date day_of(upheld_clock clock, const upheld_record *r) {
  return clock == UPHELD_CLOCK_RECEIVED ? r->received : clock == UPHELD_CLOCK_DECIDED ? r->decided : upheld_record_compliance_day(r);
}

void upheld_breakdown_add(upheld_breakdown *b, const upheld_records *batch) {
  upheld_record r;
  for (size_t i = 0; i < batch->count; i++) {
    upheld_records_get(batch, i, &r);
    b->counts[upheld_breakdown_of_codes(b, &r) + upheld_breakdown_of_authority(b, r.authority) +
              upheld_breakdown_of_day(b, day_of(b->days.clock, &r))]++;
  }
  b->total += (int64_t)batch->count;
}

/* Adds the counts of one over the same keys, whose days are among those of `into`. */
static void add_counts(upheld_breakdown *into, const upheld_breakdown *from) {
  for (size_t cell = 0; upheld_breakdown_next(from, &cell); cell++) {
    size_t there = 0;
    for (int k = 0; k < from->keys; k++) {
      upheld_key key = from->key[k];
      size_t place = cell / from->step[k] % from->size[k];
      if (key == UPHELD_KEY_YEAR || key == UPHELD_KEY_MONTH) {
        if (place + 1 == from->size[k]) place = into->size[k] - 1;
        else place += time_of(from, key, from->days.first) - time_of(into, key, into->days.first);
      }
      there += into->step[k] * place;
    }
    into->counts[there] += from->counts[cell];
  }
  into->total += from->total;
}

upheld_status upheld_breakdown_sum(upheld_breakdown *out, const upheld_breakdown *one, const upheld_breakdown *two,
                                   upheld_error *err) {
  bool same = one->keys == two->keys && one->directory->count == two->directory->count;
  for (int k = 0; k < one->keys && same; k++) same = one->key[k] == two->key[k];
  if (same && one->timed) same = one->days.clock == two->days.clock;
  for (size_t i = 0; same && i < one->directory->count; i++) {
    const upheld_authority *a = &one->directory->items[i], *b = &two->directory->items[i];
    same = strcmp(a->code, b->code) == 0 && strcmp(a->type_text, b->type_text) == 0 && strcmp(a->region, b->region) == 0;
  }
  memset(out, 0, sizeof *out);
  if (!same) {
    return upheld_fail(err, UPHELD_MISUSE, "different-tallies",
                       "only tallies by the same keys over the same authorities add");
  }
  upheld_breakdown_days days = one->days;
  if (two->days.first < days.first) days.first = two->days.first;
  if (two->days.last > days.last) days.last = two->days.last;
  upheld_status st = upheld_breakdown_init(out, &one->allocator, one->directory, one->key, one->keys, days, err);
  if (st != UPHELD_OK) return st;
  add_counts(out, one);
  add_counts(out, two);
  return UPHELD_OK;
}

bool upheld_breakdown_next(const upheld_breakdown *b, size_t *cell) {
  while (*cell < b->cells && b->counts[*cell] == 0) (*cell)++;
  return *cell < b->cells;
}

const char *upheld_breakdown_label(const upheld_breakdown *b, size_t cell, int k, char made[UPHELD_LABEL]) {
  const upheld_scheme *s = b->directory->scheme;
  size_t place = cell / b->step[k] % b->size[k], time;
  if (b->key[k] == UPHELD_KEY_REMEDIED_BEFORE) return place == 2 ? NULL : place == 1 ? "yes" : "no";
  if (place + 1 == b->size[k]) return NULL;
  switch (b->key[k]) {
    case UPHELD_KEY_AUTHORITY: return b->directory->items[place].code;
    case UPHELD_KEY_TYPE: return b->types[place];
    case UPHELD_KEY_REGION: return b->regions[place];
    case UPHELD_KEY_SERVICE_AREA: return s->areas.labels[place];
    case UPHELD_KEY_OUTCOME: return s->outcomes.labels[place];
    case UPHELD_KEY_COMPLIANCE_OUTCOME: return s->compliance.labels[place];
    default: break;
  }
  time = time_of(b, b->key[k], b->days.first) + place;
  if (b->key[k] == UPHELD_KEY_YEAR) snprintf(made, UPHELD_LABEL, "%u", (unsigned)time % 10000);
  else snprintf(made, UPHELD_LABEL, "%u-%02u", (unsigned)(time / 12 + UPHELD_FIRST_YEAR) % 10000, (unsigned)(time % 12 + 1));
  return made;
}

int upheld_breakdown_year(const upheld_breakdown *b, size_t cell, int k) {
  return (int)(time_of(b, UPHELD_KEY_YEAR, b->days.first) + cell / b->step[k] % b->size[k]);
}
