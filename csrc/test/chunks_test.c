/*
** chunks_test.c: chunks at the limits of every width, and damaged ones.
** Owns: decode(encode(x)) is x; the list of traits counts what the columns hold; bytes that were changed are refused or read as other
** records, but never read behind their end (which the sanitizers would tell).
*/
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chunks.h"

static int failures;

static void check(bool good, const char *what, size_t which) {
  if (good) return;
  failures++;
  printf("not ok: %s (%zu)\n", what, which);
}

static uint64_t next(uint64_t *state) {
  uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* How far apart values of a made chunk lie. */
typedef struct spread {
  size_t count;
  uint64_t references, first_reference;
  uint32_t days, traits; /* different ones, at most */
  int without;           /* of a hundred records, so many lack a day */
} spread;

static upheld_date day(uint64_t *state, const spread *s) {
  if ((int)(next(state) % 100) < s->without) return UPHELD_NO_DATE;
  return UPHELD_FIRST_DAY + (upheld_date)(next(state) % s->days);
}

static void make(upheld_chunk_record *records, const spread *s, uint64_t *state) {
  for (size_t i = 0; i < s->count; i++) {
    upheld_record r = upheld_record_none();
    uint64_t t = next(state) % s->traits;
    r.reference = s->first_reference + (s->references == 0 ? 0 : next(state) % s->references);
    r.received = day(state, s);
    r.decided = day(state, s);
    r.due = day(state, s);
    r.recorded = day(state, s);
    r.outcome = t % 17 == 16 ? UPHELD_NO_CODE : (uint8_t)(t % 17);
    r.area = t / 17 % 32 == 31 ? UPHELD_NO_CODE : (uint8_t)(t / 17 % 32);
    r.remedied = t / 544 % 3 == 2 ? UPHELD_NO_CODE : (uint8_t)(t / 544 % 3);
    r.compliance = t / 1632 % 9 == 8 ? UPHELD_NO_CODE : (uint8_t)(t / 1632 % 9);
    records[i] = (upheld_chunk_record){r.reference, r.received, r.decided, r.due, r.recorded, upheld_traits_of(&r)};
    records[i].traits |= (upheld_traits)(next(state) % 8 < 7 ? UPHELD_TRAIT_DECISION : UPHELD_TRAIT_COMPLIED);
  }
  qsort(records, s->count, sizeof *records, upheld_chunk_order);
}

typedef struct bench {
  upheld_chunk_record made[UPHELD_CHUNK_MOST];
  upheld_chunk_view view;
  upheld_buffer list, columns;
} bench;

static bool same(const upheld_chunk_record *a, const upheld_chunk_record *b) {
  return a->reference == b->reference && a->received == b->received && a->decided == b->decided && a->due == b->due &&
         a->recorded == b->recorded && a->traits == b->traits;
}

static upheld_status read_back(bench *b, upheld_chunk *c, upheld_error *err) {
  upheld_status st = upheld_chunk_read_list(c, (upheld_text){b->list.data, b->list.size}, b->view.list, err);
  if (st != UPHELD_OK) return st;
  return upheld_chunk_read(c, (upheld_text){b->columns.data, b->columns.size}, UPHELD_ALL_COLUMNS, &b->view, err);
}

static void there_and_back(bench *b, const spread *s, uint64_t *state, size_t which) {
  upheld_error err;
  upheld_chunk made = {0}, c = {0};
  upheld_date first = INT32_MAX, last = INT32_MIN;
  make(b->made, s, state);
  b->list.size = b->columns.size = 0;
  check(upheld_chunk_encode(b->made, s->count, &made, &b->list, &b->columns, &err) == UPHELD_OK, "encodes", which);
  c.count = made.count;
  check(made.count == s->count, "counts", which);
  check(read_back(b, &c, &err) == UPHELD_OK, "decodes", which);
  check(c.size == b->columns.size, "is of the size that it tells", which);
  for (size_t i = 0; i < s->count; i++) {
    upheld_chunk_record got = upheld_chunk_get(&b->view, i);
    upheld_record r = upheld_record_none();
    check(same(&got, &b->made[i]), "gives the same record", i);
    upheld_traits_fill(got.traits, &r);
    r.received = got.received;
    r.decided = got.decided;
    r.due = got.due;
    r.recorded = got.recorded;
    r.reference = got.reference;
    check((upheld_traits_of(&r) | (got.traits & (UPHELD_TRAIT_DECISION | UPHELD_TRAIT_COMPLIED))) == got.traits, "traits go both ways", i);
    if (got.decided == UPHELD_NO_DATE) continue;
    if (got.decided < first) first = got.decided;
    if (got.decided > last) last = got.decided;
  }
  check(made.days[UPHELD_CLOCK_DECIDED].first == first && made.days[UPHELD_CLOCK_DECIDED].last == last, "tells its days", which);
}

/* Counting record by record over all days is what the list tells. */
static void counting(bench *b, uint64_t *state) {
  static const spread s = {5000, 1000000, 27, 365, 40, 10};
  upheld_error err;
  upheld_chunk made = {0}, c = {.count = 5000};
  uint32_t of_traits[UPHELD_CHUNK_MOST];
  int64_t counts[UPHELD_CHUNK_MOST] = {0}, total = 0;
  make(b->made, &s, state);
  b->list.size = b->columns.size = 0;
  check(upheld_chunk_encode(b->made, s.count, &made, &b->list, &b->columns, &err) == UPHELD_OK && read_back(b, &c, &err) == UPHELD_OK,
        "encodes and decodes", 0);
  for (uint32_t i = 0; i < c.trait_count; i++) of_traits[i] = i % 5 == 4 ? UPHELD_SKIP : i;
  upheld_chunk_counting how = {of_traits, b->view.received, UPHELD_FIRST_DAY, UPHELD_LAST_DAY, true, NULL, 0};
  int64_t counted = upheld_chunk_add(&how, b->view.traits, c.count, counts);
  for (uint32_t i = 0; i < c.trait_count; i++) {
    check(counts[i] == (i % 5 == 4 ? 0 : b->view.list[i].count), "counts as the list does", i);
    total += counts[i];
  }
  check(total == counted, "tells how many it counted", 0);
  how.undated = false;
  how.first = UPHELD_FIRST_DAY + 100;
  how.last = UPHELD_FIRST_DAY + 199;
  counted = upheld_chunk_add(&how, b->view.traits, c.count, counts);
  for (uint32_t i = 0; i < c.count; i++) {
    upheld_date d = b->view.received[i];
    counted -= b->view.traits[i] % 5 != 4 && d >= how.first && d <= how.last;
  }
  check(counted == 0, "counts the days asked for", 0);
}

/* A byte of either text changed, or the text cut: no error is a reading of other records. */
static void damage(bench *b, uint64_t *state) {
  static const spread s = {300, 100000, 27, 365, 40, 20};
  upheld_error err;
  upheld_chunk made = {0};
  make(b->made, &s, state);
  b->list.size = b->columns.size = 0;
  check(upheld_chunk_encode(b->made, s.count, &made, &b->list, &b->columns, &err) == UPHELD_OK, "encodes", 0);
  for (int i = 0; i < 20000; i++) {
    upheld_buffer *of = i % 2 == 0 ? &b->list : &b->columns;
    size_t at = (size_t)(next(state) % of->size), whole = of->size;
    char was = of->data[at];
    upheld_chunk c = {.count = i % 7 == 6 ? (uint32_t)(next(state) % 9000) : 300};
    of->data[at] = (char)(unsigned char)(next(state) & 0xff);
    if (i % 11 == 10) of->size = at;
    upheld_text list = {b->list.data, b->list.size};
    /* a copy of just the size, so that a byte behind it is noticed */
    char *columns = malloc(b->columns.size + 1);
    if (columns == NULL) exit(1);
    memcpy(columns, b->columns.data, b->columns.size);
    if (upheld_chunk_read_list(&c, list, b->view.list, &err) == UPHELD_OK) {
      (void)upheld_chunk_read(&c, (upheld_text){columns, b->columns.size}, UPHELD_ALL_COLUMNS, &b->view, &err);
    }
    free(columns);
    of->data[at] = was;
    of->size = whole;
  }
}

static void told(const char *what, int before) { printf("%s %s\n", failures == before ? "ok" : "not ok", what); }

int main(void) {
  static const spread spreads[] = {
    {1, 0, 0, 1, 1, 0}, {1, 1, UINT64_MAX, 1, 1, 100}, {2, UINT8_MAX + 1, 5, 2, 1, 0}, {900, UINT8_MAX + 2, 5, UINT8_MAX + 1, 200, 0},
    {900, UINT16_MAX + 1, 5, UINT8_MAX + 2, 256, 50}, {900, UINT16_MAX + 2, 5, UINT16_MAX + 1, 257, 3},
    {8192, (uint64_t)UINT32_MAX + 1, 0, UINT16_MAX + 2, 14688, 1}, {8192, (uint64_t)UINT32_MAX + 2, 0, 84005 + 25567 + 1, 14688, 0},
    {8192, UINT64_MAX / 2, 0, 84005 + 25567 + 1, 14688, 99}, {8191, 27, 1, 1, 1, 0}, {100, 1, 7, 1, 1, 100},
  };
  upheld_allocator a = upheld_libc_allocator();
  uint64_t state = 7;
  bench *b = calloc(1, sizeof *b);
  if (b == NULL) return 1;
  upheld_buffer_init(&b->list, &a);
  upheld_buffer_init(&b->columns, &a);
  for (size_t i = 0; i < sizeof spreads / sizeof *spreads; i++) {
    for (int again = 0; again < 5; again++) there_and_back(b, &spreads[i], &state, i);
  }
  told("records go into a chunk and come out the same, at every width", 0);
  int before = failures;
  counting(b, &state);
  told("counting record by record agrees with the list", before);
  before = failures;
  damage(b, &state);
  told("damaged chunks are read within their bounds", before);
  upheld_buffer_free(&b->list);
  upheld_buffer_free(&b->columns);
  free(b);
  return failures == 0 ? 0 : 1;
}
