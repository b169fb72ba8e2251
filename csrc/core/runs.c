/*
** runs.c: sorted runs and their merge (runs.h).
** Owns: the form of a record in a run, in memory and in the file alike: 48 bytes, text beside it in memory only. Where records have text,
** runs are not written out.
*/
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "runs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

enum {
  RUN = 32768,                /* records: 1.5 MB */
  IN_MEMORY = 24,             /* runs */
  TEXT_BYTES = 32 << 20,      /* of url and kind in memory */
  EVERY = 512,                /* of a run in the file each so many-th reference is known */
  AHEAD = 256,                /* records read at once from a run in the file */
  DIGIT = 11, DIGITS = 1 << DIGIT
};

/* A record as it is kept. */
typedef struct kept {
  uint64_t reference;
  int64_t line;
  uint32_t authority;
  int32_t received, decided, due, recorded;
  uint32_t text; /* place of url and kind, plus 1; 0 none */
  uint8_t outcome, area, remedied, compliance, flags;
} kept;

typedef struct texts { upheld_text url, kind; } texts;

typedef struct run {
  kept *records;  /* NULL: in the file, */
  int64_t offset; /* from there on */
  uint32_t count;
  uint64_t every[RUN / EVERY];
} run;

/* A reference and its place. */
typedef struct pair { uint64_t reference; uint32_t at; } pair;

struct upheld_runs {
  upheld_allocator allocator;
  upheld_arena arena; /* url and kind */
  texts *texts;
  size_t text_count, text_capacity, text_bytes;
  kept *open;           /* the run that fills up, and its references once more: they are looked through */
  uint64_t *references;
  uint32_t count;       /* of them */
  pair *pairs, *spare;  /* for sorting */
  run *runs;
  size_t run_count, run_capacity, in_memory;
  int64_t total;
  char *beside;
  size_t beside_size;
  int file;             /* -1: none */
  int64_t file_size;
  bool no_file;         /* it cannot be made or written */
};

/* {====== making ====== */

upheld_status upheld_runs_new(upheld_runs **out, const upheld_allocator *a, const char *beside, upheld_error *err) {
  *out = NULL;
  upheld_runs *r = upheld_new_zero(a, 1, sizeof *r);
  if (r == NULL) return upheld_nomem(err);
  r->allocator = *a;
  r->file = -1;
  upheld_arena_init(&r->arena, a);
  r->open = upheld_new(a, RUN * sizeof *r->open);
  r->references = upheld_new(a, RUN * sizeof *r->references);
  r->pairs = upheld_new(a, RUN * sizeof *r->pairs);
  r->spare = upheld_new(a, RUN * sizeof *r->spare);
  bool complete = r->open != NULL && r->references != NULL && r->pairs != NULL && r->spare != NULL;
  if (beside != NULL) {
    r->beside_size = strlen(beside) + sizeof "-rows-XXXXXX";
    r->beside = upheld_new(a, r->beside_size);
    if (r->beside != NULL) memcpy(r->beside, beside, strlen(beside) + 1);
    complete = complete && r->beside != NULL;
  }
  if (!complete) {
    upheld_runs_free(r);
    return upheld_nomem(err);
  }
  *out = r;
  return UPHELD_OK;
}

void upheld_runs_clear(upheld_runs *r) {
  for (size_t i = 0; i < r->run_count; i++) {
    if (r->runs[i].records != NULL) upheld_release(&r->allocator, r->runs[i].records, r->runs[i].count * sizeof(kept));
  }
  r->run_count = r->in_memory = r->text_count = r->text_bytes = 0;
  r->count = 0;
  r->total = r->file_size = 0;
  upheld_arena_free(&r->arena);
  upheld_arena_init(&r->arena, &r->allocator);
}

void upheld_runs_free(upheld_runs *r) {
  if (r == NULL) return;
  upheld_allocator a = r->allocator;
  upheld_runs_clear(r);
  if (r->file >= 0) (void)close(r->file);
  upheld_arena_free(&r->arena);
  upheld_release(&a, r->texts, r->text_capacity * sizeof *r->texts);
  upheld_release(&a, r->open, RUN * sizeof *r->open);
  upheld_release(&a, r->references, RUN * sizeof *r->references);
  upheld_release(&a, r->pairs, RUN * sizeof *r->pairs);
  upheld_release(&a, r->spare, RUN * sizeof *r->spare);
  upheld_release(&a, r->runs, r->run_capacity * sizeof *r->runs);
  upheld_release(&a, r->beside, r->beside_size);
  upheld_release(&a, r, sizeof *r);
}

/* }====== */

/* {====== the file ====== */

/* A file without a name: whatever happens, nothing is left of it. */
static bool make_file(upheld_runs *r) {
  if (r->file >= 0) return true;
  if (r->beside == NULL || r->no_file) return false;
  char *end = r->beside + strlen(r->beside);
  memcpy(end, "-rows-XXXXXX", sizeof "-rows-XXXXXX");
  r->file = mkstemp(r->beside);
  if (r->file >= 0) (void)unlink(r->beside);
  *end = '\0';
  r->no_file = r->file < 0;
  return r->file >= 0;
}

static bool write_all(int file, const void *bytes, size_t size, int64_t offset) {
  const char *at = bytes;
  while (size > 0) {
    ssize_t done = pwrite(file, at, size, (off_t)offset);
    if (done <= 0) return false;
    at += done;
    size -= (size_t)done;
    offset += done;
  }
  return true;
}

static upheld_status read_all(const upheld_runs *r, void *bytes, size_t size, int64_t offset, upheld_error *err) {
  char *at = bytes;
  while (size > 0) {
    ssize_t done = pread(r->file, at, size, (off_t)offset);
    if (done <= 0) return upheld_fail(err, UPHELD_IO, "io-error", "rows that were put by beside the register cannot be read back");
    at += done;
    size -= (size_t)done;
    offset += done;
  }
  return UPHELD_OK;
}

/* }====== */

/* {====== sorting ====== */

/* By reference, stably, a digit at a time from the lowest; digits in which all agree are passed over. */
static pair *sort_pairs(pair *from, pair *to, uint32_t count) {
  uint64_t differ = 0;
  for (uint32_t i = 1; i < count; i++) differ |= from[i].reference ^ from[0].reference;
  for (int shift = 0; shift < 64; shift += DIGIT) {
    uint32_t starts[DIGITS] = {0}, at = 0;
    if ((differ >> shift & (DIGITS - 1)) == 0) continue;
    for (uint32_t i = 0; i < count; i++) starts[from[i].reference >> shift & (DIGITS - 1)]++;
    for (int d = 0; d < DIGITS; d++) {
      uint32_t of_digit = starts[d];
      starts[d] = at;
      at += of_digit;
    }
    for (uint32_t i = 0; i < count; i++) to[starts[from[i].reference >> shift & (DIGITS - 1)]++] = from[i];
    pair *swap = from;
    from = to;
    to = swap;
  }
  return from;
}

/* Cases that share a reference are few: put among themselves in order of authority. */
static void order_authorities(kept *records, uint32_t count) {
  for (uint32_t i = 1; i < count; i++) {
    if (records[i].reference != records[i - 1].reference) continue;
    kept one = records[i];
    uint32_t k = i;
    while (k > 0 && records[k - 1].reference == one.reference && records[k - 1].authority > one.authority) {
      records[k] = records[k - 1];
      k--;
    }
    records[k] = one;
  }
}

/* The open run becomes one of the others. */
static upheld_status close_run(upheld_runs *r, upheld_error *err) {
  if (r->count == 0) return UPHELD_OK;
  upheld_status st = upheld_grow(&r->allocator, (void **)&r->runs, &r->run_capacity, r->run_count + 1, sizeof *r->runs, err);
  if (st != UPHELD_OK) return st;
  kept *sorted = upheld_new(&r->allocator, r->count * sizeof *sorted);
  if (sorted == NULL) return upheld_nomem(err);
  for (uint32_t i = 0; i < r->count; i++) r->pairs[i] = (pair){r->references[i], i};
  const pair *order = sort_pairs(r->pairs, r->spare, r->count);
  for (uint32_t i = 0; i < r->count; i++) sorted[i] = r->open[order[i].at];
  order_authorities(sorted, r->count);
  run *one = &r->runs[r->run_count];
  *one = (run){.records = sorted, .offset = 0, .count = r->count};
  if (r->in_memory >= IN_MEMORY && r->text_count == 0 && make_file(r)) {
    if (write_all(r->file, sorted, r->count * sizeof *sorted, r->file_size)) {
      for (uint32_t i = 0; i < r->count; i += EVERY) one->every[i / EVERY] = sorted[i].reference;
      one->offset = r->file_size;
      one->records = NULL;
      r->file_size += (int64_t)(r->count * sizeof *sorted);
      upheld_release(&r->allocator, sorted, r->count * sizeof *sorted);
    } else {
      r->no_file = true; /* no room there: what is in the file already stays good */
    }
  }
  if (one->records != NULL) r->in_memory++;
  r->run_count++;
  r->count = 0;
  return UPHELD_OK;
}

/* }====== */

/* {====== records ====== */

static upheld_status keep_text(upheld_runs *r, const upheld_record *record, uint32_t *place, upheld_error *err) {
  *place = 0;
  if (record->url.size == 0 && record->kind.size == 0) return UPHELD_OK;
  upheld_status st = upheld_grow(&r->allocator, (void **)&r->texts, &r->text_capacity, r->text_count + 1, sizeof *r->texts, err);
  if (st != UPHELD_OK) return st;
  const char *url = upheld_arena_copy(&r->arena, record->url), *kind = upheld_arena_copy(&r->arena, record->kind);
  if (url == NULL || kind == NULL) return upheld_nomem(err);
  r->texts[r->text_count++] = (texts){{url, record->url.size}, {kind, record->kind.size}};
  r->text_bytes += record->url.size + record->kind.size;
  *place = (uint32_t)r->text_count;
  return UPHELD_OK;
}

static void give(const upheld_runs *r, const kept *k, upheld_record *out) {
  *out = upheld_record_none();
  out->reference = k->reference;
  out->line = k->line;
  out->authority = k->authority;
  out->received = k->received;
  out->decided = k->decided;
  out->due = k->due;
  out->recorded = k->recorded;
  out->outcome = k->outcome;
  out->area = k->area;
  out->remedied = k->remedied;
  out->compliance = k->compliance;
  out->flags = k->flags;
  if (k->text == 0) return;
  out->url = r->texts[k->text - 1].url;
  out->kind = r->texts[k->text - 1].kind;
}

upheld_status upheld_runs_add(upheld_runs *r, const upheld_record *record, upheld_error *err) {
  uint32_t text;
  upheld_status st = r->count == RUN ? close_run(r, err) : UPHELD_OK;
  if (st == UPHELD_OK) st = keep_text(r, record, &text, err);
  if (st != UPHELD_OK) return st;
  r->references[r->count] = record->reference;
  r->open[r->count++] = (kept){record->reference, record->line, record->authority, record->received, record->decided, record->due,
                               record->recorded, text, record->outcome, record->area, record->remedied, record->compliance, record->flags};
  r->total++;
  return UPHELD_OK;
}

bool upheld_runs_full(const upheld_runs *r) {
  if (r->text_bytes >= TEXT_BYTES || r->text_count >= UINT32_MAX / 2) return true;
  bool may_write = r->text_count == 0 && r->beside != NULL && !r->no_file;
  return r->count == RUN && r->in_memory >= IN_MEMORY && !may_write;
}

int64_t upheld_runs_count(const upheld_runs *r) { return r->total; }

/* First of sorted records that is not below the reference. */
static uint32_t lower(const kept *records, uint32_t count, uint64_t reference) {
  uint32_t low = 0, high = count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (records[middle].reference < reference) low = middle + 1;
    else high = middle;
  }
  return low;
}

static upheld_status give_equal(const upheld_runs *r, const kept *records, uint32_t count, uint64_t reference, upheld_record_fn fn,
                                void *ud, upheld_error *err) {
  upheld_record record;
  upheld_status st = UPHELD_OK;
  for (uint32_t i = lower(records, count, reference); i < count && records[i].reference == reference && st == UPHELD_OK; i++) {
    give(r, &records[i], &record);
    st = fn(ud, &record, err);
  }
  return st;
}

/* In a run in the file: the pieces that may have the reference. */
static upheld_status find_in_file(upheld_runs *r, const run *one, uint64_t reference, upheld_record_fn fn, void *ud, upheld_error *err) {
  kept piece[EVERY];
  upheld_status st = UPHELD_OK;
  for (uint32_t i = 0; i < one->count && st == UPHELD_OK; i += EVERY) {
    uint32_t next = i + EVERY, count = (one->count < next ? one->count : next) - i;
    if (one->every[i / EVERY] > reference) break;
    if (next < one->count && one->every[next / EVERY] < reference) continue;
    st = read_all(r, piece, count * sizeof *piece, one->offset + (int64_t)(i * sizeof *piece), err);
    if (st == UPHELD_OK) st = give_equal(r, piece, count, reference, fn, ud, err);
  }
  return st;
}

upheld_status upheld_runs_find(upheld_runs *r, uint64_t reference, upheld_record_fn fn, void *ud, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  upheld_record record;
  for (uint32_t i = 0; i < r->count && st == UPHELD_OK; i++) {
    if (r->references[i] != reference) continue;
    give(r, &r->open[i], &record);
    st = fn(ud, &record, err);
  }
  for (size_t i = 0; i < r->run_count && st == UPHELD_OK; i++) {
    const run *one = &r->runs[i];
    st = one->records != NULL ? give_equal(r, one->records, one->count, reference, fn, ud, err)
                              : find_in_file(r, one, reference, fn, ud, err);
  }
  return st;
}

/* }====== */

/* {====== merging ====== */

/* One run on its way. */
typedef struct reader {
  const kept *at, *end; /* what is in memory of it */
  kept *ahead;          /* of a run in the file */
  int64_t offset;
  uint32_t left;        /* records that are still in the file */
} reader;

/* A tree of the runs' first records: each inner place has the run that lost there, place 0 the one that won all. */
typedef struct merge {
  upheld_runs *runs;
  reader *readers;
  uint32_t *losers;
  size_t count;
} merge;

static upheld_status refill(const upheld_runs *r, reader *one, upheld_error *err) {
  uint32_t count = one->left < AHEAD ? one->left : AHEAD;
  upheld_status st = read_all(r, one->ahead, count * sizeof *one->ahead, one->offset, err);
  one->at = one->ahead;
  one->end = one->ahead + count;
  one->offset += (int64_t)(count * sizeof *one->ahead);
  one->left -= count;
  return st;
}

/* Whether run a goes before run b; one that is at its end goes last. */
static bool goes_before(const merge *m, uint32_t a, uint32_t b) {
  const reader *x = &m->readers[a], *y = &m->readers[b];
  if (x->at == x->end || y->at == y->end) return x->at != x->end;
  if (x->at->reference != y->at->reference) return x->at->reference < y->at->reference;
  return x->at->authority < y->at->authority;
}

/* Plays from the leaf of a run up; the rest of the tree stands. */
static void play(merge *m, uint32_t winner) {
  for (size_t at = (winner + m->count) / 2; at > 0; at /= 2) {
    if (!goes_before(m, m->losers[at], winner)) continue;
    uint32_t swap = m->losers[at];
    m->losers[at] = winner;
    winner = swap;
  }
  m->losers[0] = winner;
}

/* The winner of the subtree at a place, whose losers are written down. */
static uint32_t first_round(merge *m, size_t at) {
  if (at >= m->count) return (uint32_t)(at - m->count);
  uint32_t left = first_round(m, 2 * at), right = first_round(m, 2 * at + 1);
  bool wins = goes_before(m, left, right);
  m->losers[at] = wins ? right : left;
  return wins ? left : right;
}

static upheld_status open_readers(merge *m, upheld_error *err) {
  for (size_t i = 0; i < m->count; i++) {
    const run *one = &m->runs->runs[i];
    reader *g = &m->readers[i];
    if (one->records != NULL) {
      g->at = one->records;
      g->end = one->records + one->count;
      continue;
    }
    g->offset = one->offset;
    g->left = one->count;
    g->ahead = upheld_new(&m->runs->allocator, AHEAD * sizeof *g->ahead);
    upheld_status st = g->ahead == NULL ? upheld_nomem(err) : refill(m->runs, g, err);
    if (st != UPHELD_OK) return st;
  }
  return UPHELD_OK;
}

upheld_status upheld_runs_merge(upheld_runs *r, upheld_record_fn fn, void *ud, upheld_error *err) {
  upheld_status st = close_run(r, err);
  merge m = {r, NULL, NULL, r->run_count};
  upheld_record record;
  if (st != UPHELD_OK || m.count == 0) return st;
  m.readers = upheld_new_zero(&r->allocator, m.count, sizeof *m.readers);
  m.losers = upheld_new_zero(&r->allocator, m.count, sizeof *m.losers);
  st = m.readers == NULL || m.losers == NULL ? upheld_nomem(err) : open_readers(&m, err);
  if (st == UPHELD_OK) m.losers[0] = m.count == 1 ? 0 : first_round(&m, 1);
  while (st == UPHELD_OK) {
    uint32_t winner = m.losers[0];
    reader *g = &m.readers[winner];
    if (g->at == g->end) break;
    give(r, g->at++, &record);
    st = fn(ud, &record, err);
    if (st == UPHELD_OK && g->at == g->end && g->left > 0) st = refill(r, g, err);
    if (st == UPHELD_OK && m.count > 1) play(&m, winner);
  }
  for (size_t i = 0; m.readers != NULL && i < m.count; i++) upheld_release(&r->allocator, m.readers[i].ahead, AHEAD * sizeof(kept));
  upheld_release(&r->allocator, m.readers, m.count * sizeof *m.readers);
  upheld_release(&r->allocator, m.losers, m.count * sizeof *m.losers);
  return st;
}

/* }====== */
