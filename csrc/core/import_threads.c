/*
** import_threads.c: a file of decisions read by several threads.
** Owns: that the outcome is the one that a single thread has, to the byte, for every number of threads and size of segments.
**
** The idea. The file is cut into segments of about a megabyte. Whoever is free takes the next one, and guesses that a row begins behind the first
** line feed there; only a line feed within quotes makes that false. It reads the rows that begin in the segment, the last one to its
** end, and keeps what they come to: what accepted ones move (moves.h), faults and rejected rows with their lines counted from the
** segment's beginning. The calling thread takes the segments over in the order of the file. If a segment did not begin just where the one before
** it really ended, or asked for near names that were no longer to be had, what it came to is thrown away, and it is read again from the
** true place. So nothing of a guess is ever seen, and what crosses rows (references met, lines, limits on faults and searches) is
** settled in one place, in order. In between the calling thread reads segments too.
** Each thread has its own importer: reader, sheet, memos. Directory, scheme, options and the headings are shared, and not changed.
** Must not: call the allocator from two threads at a time, or the caller's progress function from another thread than its own.
*/
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "import_rows.h"
#include "text.h"

enum {
  SEGMENT = 1 << 20,
  LEAST = 1 << 21, /* bytes of a file for which threads are made */
  LINE = 4096      /* bytes looked through at once for the end of a line */
};

/* A stretch of the file, and what was read of it. */
typedef struct segment {
  int64_t nominal, limit; /* rows that begin in these bytes are its rows */
  int64_t begin, end;     /* where the first one begins; behind the last one */
  int64_t lines;          /* line ends between */
  int64_t names_before, names; /* unknown names that were assumed to have been met before it; met in it */
  upheld_moves moves;
  upheld_report report;
  upheld_buffer rejects;
  upheld_line_place *places;
  size_t place_count, place_capacity;
  upheld_status status;
  upheld_error error;
  bool from_row, done;
} segment;

typedef struct crew crew;

/* One who reads. */
typedef struct hand {
  crew *crew;
  upheld_importer im;
  upheld_source *source;
  pthread_t thread;
  bool started;
} hand;

struct crew {
  upheld_importer *im; /* of the whole file */
  const char *path;
  upheld_allocator own, shared; /* shared: own, one call at a time */
  pthread_mutex_t memory;       /* held during calls of own */
  pthread_mutex_t lock;         /* of what follows; never held together with memory */
  pthread_cond_t changed;
  segment *slots; /* segment n is in slot n % slot_count until it has been taken over */
  int64_t slot_count, count, next, taken_over;
  int64_t names; /* unknown names in the segments taken over, and before */
  bool stop;
  /* the calling thread's alone: */
  hand *hands;
  size_t hand_count;
  int64_t first, size, segment, place, lines, told; /* place: behind the rows taken over; lines: before it */
};

static void *one_at_a_time(void *ud, void *block, size_t old_size, size_t new_size) {
  crew *c = ud;
  (void)pthread_mutex_lock(&c->memory);
  void *out = c->own.call(c->own.ud, block, old_size, new_size);
  (void)pthread_mutex_unlock(&c->memory);
  return out;
}

size_t upheld_processors(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : (size_t)count;
}

static int64_t segment_size(const upheld_import_options *o) { return o->segment == 0 ? SEGMENT : (int64_t)o->segment; }

bool upheld_takes_threads(const upheld_importer *im, upheld_kind kind, int64_t size) {
  const upheld_import_options *o = im->options;
  return o->threads > 1 && kind == UPHELD_KIND_DECISIONS && im->reading == UPHELD_READING_FIRST && im->evidence != NULL && !o->sample &&
         size > (o->segment == 0 ? LEAST : 0);
}

/* {====== one segment ====== */

static bool is_stopped(crew *c) {
  (void)pthread_mutex_lock(&c->lock);
  bool stop = c->stop;
  (void)pthread_mutex_unlock(&c->lock);
  return stop;
}

/* Where the first row of the segment seems to begin. */
static upheld_status guess_begin(hand *h, segment *s) {
  const char *bytes, *feed = NULL;
  size_t size = 1;
  int64_t at = s->nominal - 1; /* a line feed there ends the row before */
  while (feed == NULL && size > 0) {
    upheld_status st = upheld_source_read_at(h->source, at, LINE, &bytes, &size, h->im.err);
    if (st != UPHELD_OK) return st;
    feed = size == 0 ? NULL : memchr(bytes, '\n', size);
    at += feed == NULL ? (int64_t)size : feed - bytes + 1;
    if (is_stopped(h->crew)) return UPHELD_INTERRUPTED;
  }
  s->begin = at;
  return UPHELD_OK;
}

/* Feeds the reader the rows of the segment, which begins before its limit. */
static upheld_status feed_rows(hand *h, segment *s, upheld_reader *reader) {
  const char *bytes;
  size_t size = 1;
  upheld_status st = UPHELD_OK;
  s->end = s->begin;
  while (st == UPHELD_OK && size > 0 && s->end < s->limit) {
    if (is_stopped(h->crew)) return UPHELD_INTERRUPTED;
    st = upheld_source_read_at(h->source, s->end, s->limit - s->end, &bytes, &size, h->im.err);
    if (st == UPHELD_OK && size > 0) st = upheld_reader_feed(reader, bytes, size, h->im.err);
    s->end += (int64_t)size;
  }
  while (st == UPHELD_OK && size > 0 && !upheld_reader_between(reader)) { /* the last row, line by line */
    st = upheld_source_read_at(h->source, s->end, LINE, &bytes, &size, h->im.err);
    const char *feed = st != UPHELD_OK || size == 0 ? NULL : memchr(bytes, '\n', size);
    if (feed != NULL) size = (size_t)(feed - bytes) + 1;
    if (st == UPHELD_OK && size > 0) st = upheld_reader_feed(reader, bytes, size, h->im.err);
    s->end += (int64_t)size;
  }
  if (st == UPHELD_OK && size == 0) st = upheld_reader_finish(reader, h->im.err);
  return st;
}

/* Lends the segment's keeping to the importer, empty. */
static upheld_status lend(upheld_importer *im, segment *s, const char *path) {
  size_t index;
  upheld_allocator a = im->allocator;
  upheld_report_free(&s->report);
  upheld_report_init(&s->report, &a);
  s->moves.count = 0;
  s->rejects.size = 0;
  s->place_count = 0;
  upheld_clear(&s->error);
  im->err = im->sheet.err = &s->error;
  im->report = im->sheet.report = &s->report;
  im->moves = s->moves;
  im->sheet.rejects = s->rejects;
  im->sheet.places = s->places;
  im->sheet.place_count = 0;
  im->sheet.place_capacity = s->place_capacity;
  im->sheet.status = UPHELD_OK;
  im->from_row = false;
  im->unknown_names = s->names_before;
  return upheld_report_file_add(&s->report, path, im->rules->name, &index, im->err);
}

static void take_back(upheld_importer *im, segment *s) {
  s->moves = im->moves;
  s->rejects = im->sheet.rejects;
  s->places = im->sheet.places;
  s->place_count = im->sheet.place_count;
  s->place_capacity = im->sheet.place_capacity;
  upheld_moves_init(&im->moves, &im->allocator);
  upheld_buffer_init(&im->sheet.rejects, &im->allocator);
  im->sheet.places = NULL;
  im->sheet.place_count = im->sheet.place_capacity = 0;
  s->names = im->unknown_names - s->names_before;
  s->from_row = im->from_row;
}

/* Reads a segment that begins at `begin`, or (-1) where it seems to. */
static void read_segment(hand *h, segment *s, int64_t begin) {
  upheld_importer *im = &h->im;
  upheld_reader *reader = NULL;
  upheld_status st = lend(im, s, h->crew->path);
  s->begin = s->end = begin;
  s->lines = 0;
  if (st == UPHELD_OK) st = upheld_reader_open(&reader, &im->allocator, 0, upheld_import_row, im, im->err);
  if (st == UPHELD_OK) {
    im->reader = reader;
    upheld_reader_within(reader);
    upheld_reader_look(reader, im->options->look);
    st = upheld_offer_plain(im);
  }
  if (st == UPHELD_OK && begin < 0) st = guess_begin(h, s);
  if (st == UPHELD_OK && s->begin < s->limit) st = feed_rows(h, s, reader);
  else s->end = s->begin;
  if (reader != NULL) s->lines = upheld_reader_lines(reader);
  upheld_reader_close(reader);
  im->reader = NULL;
  take_back(im, s);
  s->status = st;
}

/* }====== */

/* {====== the crew ====== */

/* The next segment to be read, or NULL: there is none, or no slot for it yet. Called with the lock held. */
static segment *next_segment(crew *c) {
  if (c->stop || c->next == c->count || c->next == c->taken_over + c->slot_count) return NULL;
  segment *s = &c->slots[c->next % c->slot_count];
  s->nominal = c->first + c->next * c->segment;
  s->limit = ++c->next == c->count ? INT64_MAX : s->nominal + c->segment;
  s->names_before = c->names;
  s->done = false;
  return s;
}

static void read_next(hand *h, segment *s) {
  crew *c = h->crew;
  (void)pthread_mutex_unlock(&c->lock);
  read_segment(h, s, s->nominal == c->first ? c->first : -1);
  (void)pthread_mutex_lock(&c->lock);
  s->done = true;
  (void)pthread_cond_broadcast(&c->changed);
}

static void *work(void *ud) {
  hand *h = ud;
  crew *c = h->crew;
  (void)pthread_mutex_lock(&c->lock);
  while (!c->stop && c->next < c->count) {
    segment *s = next_segment(c);
    if (s != NULL) read_next(h, s);
    else (void)pthread_cond_wait(&c->changed, &c->lock);
  }
  (void)pthread_mutex_unlock(&c->lock);
  return NULL;
}

static int64_t at_most(int64_t a, int64_t b) { return a < b ? a : b; }

/* How many of the segment's unknown names were searched for near ones, when so many had been met before it. */
static int64_t searched(const segment *s, int64_t before) {
  return at_most(s->names, UPHELD_SUGGESTIONS - at_most(before, UPHELD_SUGGESTIONS));
}

/* Adds what the segment came to. Called with the memory held: nothing here may call the shared allocator. */
static upheld_status add_segment(crew *c, segment *s) {
  upheld_importer *im = c->im;
  upheld_report_file *f = upheld_file_counts(im);
  bool again = false;
  upheld_status st = UPHELD_OK;
  if (s->report.file_count > 0) {
    f->read += s->report.files[0].read;
    f->accepted += s->report.files[0].accepted;
    f->rejected += s->report.files[0].rejected;
    st = upheld_moves_make(&s->moves, &im->met, &im->evidence->tally, &again, im->err);
    if (st == UPHELD_OK) st = upheld_report_append(im->report, &s->report, c->lines, im->err);
    upheld_text rows = {s->rejects.data, s->rejects.size};
    if (st == UPHELD_OK && !upheld_sheet_take_rejects(&im->sheet, rows, s->places, s->place_count, c->lines)) st = upheld_nomem(im->err);
  }
  if (st == UPHELD_OK && s->status != UPHELD_OK) {
    *im->err = s->error;
    if (im->err->line > 0) im->err->line += c->lines;
    im->from_row = s->from_row;
    st = s->status;
  }
  c->lines += s->lines;
  c->place = s->end;
  return st;
}

/* The next segment in order, which has been read: takes it over, or reads it again where it was not read right. */
static upheld_status take_over(crew *c, segment *s) {
  int64_t before = c->im->unknown_names;
  if (s->begin != c->place || searched(s, s->names_before) != searched(s, before)) {
    s->names_before = before;
    read_segment(&c->hands[0], s, c->place);
  }
  c->im->unknown_names += s->names;
  (void)pthread_mutex_lock(&c->memory);
  upheld_status st = add_segment(c, s);
  int64_t done = at_most(c->place, c->size);
  if (st == UPHELD_OK && (done - c->told >= UPHELD_PROGRESS_BYTES || c->taken_over + 1 == c->count)) {
    c->told = done;
    st = upheld_tell_progress(c->im, done);
  }
  (void)pthread_mutex_unlock(&c->memory);
  return st;
}

/* The calling thread: takes over what is there, and reads what is not. */
static upheld_status lead(crew *c) {
  upheld_status st = UPHELD_OK;
  (void)pthread_mutex_lock(&c->lock);
  while (st == UPHELD_OK && c->taken_over < c->count) {
    segment *s = &c->slots[c->taken_over % c->slot_count];
    if (c->next > c->taken_over && s->done) {
      (void)pthread_mutex_unlock(&c->lock);
      st = take_over(c, s);
      (void)pthread_mutex_lock(&c->lock);
      c->names = c->im->unknown_names;
      c->taken_over++;
      (void)pthread_cond_broadcast(&c->changed);
    } else if ((s = next_segment(c)) != NULL) {
      read_next(&c->hands[0], s);
    } else {
      (void)pthread_cond_wait(&c->changed, &c->lock);
    }
  }
  c->stop = true;
  (void)pthread_cond_broadcast(&c->changed);
  (void)pthread_mutex_unlock(&c->lock);
  return st;
}

/* }====== */

/* {====== beginning and end ====== */

/* An importer that reads rows as the one of the file does. */
static upheld_status hand_init(crew *c, hand *h, upheld_source *source) {
  const upheld_importer *from = c->im;
  upheld_importer *im = &h->im;
  h->crew = c;
  im->allocator = c->shared;
  im->scheme = from->scheme;
  im->options = from->options;
  im->evidence = from->evidence;
  im->directory = from->directory;
  im->ready = im->header_read = im->keeps_moves = true;
  im->rules = from->rules;
  im->first = im->last = UPHELD_NO_DATE;
  im->reading = from->reading;
  im->month_codes = from->month_codes;
  im->plain_run = 1;
  upheld_sheet_init(&im->sheet, &c->shared, from->options, NULL, from->sheet.columns, from->sheet.column_count, from->sheet.mapped, NULL);
  memcpy(im->sheet.at, from->sheet.at, sizeof im->sheet.at);
  im->sheet.headings = from->sheet.headings;
  im->sheet.width = from->sheet.width;
  im->sheet.own_width = from->sheet.own_width;
  im->sheet.lines_later = true;
  im->err = from->err;
  upheld_status st = upheld_make_memos(im);
  if (st == UPHELD_OK) st = upheld_make_beside(im);
  return st != UPHELD_OK ? st : upheld_source_share(&h->source, &c->shared, source, from->err);
}

static void hand_free(hand *h) {
  upheld_importer *im = &h->im;
  if (h->crew == NULL) return;
  im->sheet.headings = NULL; /* the file's */
  upheld_sheet_free(&im->sheet);
  upheld_free_memos(im);
  upheld_source_close(h->source);
}

static upheld_status crew_init(crew *c, upheld_source *source) {
  const upheld_import_options *o = c->im->options;
  size_t threads = o->threads < UPHELD_MAX_THREADS ? o->threads : UPHELD_MAX_THREADS;
  c->segment = segment_size(o);
  c->count = c->size <= c->first ? 1 : (c->size - c->first - 1) / c->segment + 1;
  if ((int64_t)threads > c->count) threads = (size_t)c->count;
  c->slot_count = 2 * (int64_t)threads;
  c->slots = upheld_new_zero(&c->own, (size_t)c->slot_count, sizeof *c->slots);
  c->hands = upheld_new_zero(&c->own, threads, sizeof *c->hands);
  c->hand_count = threads;
  if (c->slots == NULL || c->hands == NULL) return upheld_nomem(c->im->err);
  for (int64_t i = 0; i < c->slot_count; i++) {
    upheld_moves_init(&c->slots[i].moves, &c->shared);
    upheld_report_init(&c->slots[i].report, &c->shared);
    upheld_buffer_init(&c->slots[i].rejects, &c->shared);
  }
  upheld_status st = UPHELD_OK;
  for (size_t i = 0; i < threads && st == UPHELD_OK; i++) st = hand_init(c, &c->hands[i], source);
  return st;
}

static void crew_free(crew *c) {
  for (size_t i = 0; c->hands != NULL && i < c->hand_count; i++) hand_free(&c->hands[i]);
  for (int64_t i = 0; c->slots != NULL && i < c->slot_count; i++) {
    segment *s = &c->slots[i];
    upheld_moves_free(&s->moves);
    upheld_report_free(&s->report);
    upheld_buffer_free(&s->rejects);
    upheld_release(&c->shared, s->places, s->place_capacity * sizeof *s->places);
  }
  upheld_release(&c->own, c->hands, c->hand_count * sizeof *c->hands);
  upheld_release(&c->own, c->slots, (size_t)c->slot_count * sizeof *c->slots);
}

/* Starts the others; one that cannot be started is done without. The host's signals are for its own threads. */
static void start(crew *c) {
  sigset_t all, before;
  (void)sigfillset(&all);
  bool masked = pthread_sigmask(SIG_SETMASK, &all, &before) == 0;
  for (size_t i = 1; i < c->hand_count; i++) {
    c->hands[i].started = pthread_create(&c->hands[i].thread, NULL, work, &c->hands[i]) == 0;
  }
  if (masked) (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Reads up to the end of the header: *first is behind it, *lines before that. *more false: the file has ended. */
static upheld_status read_header(upheld_importer *im, upheld_source *source, int64_t *first, int64_t *lines, bool *more) {
  upheld_reader *reader;
  const char *bytes = "";
  size_t size = 0, at = 0;
  upheld_status st = upheld_reader_open(&reader, &im->allocator, 0, upheld_import_row, im, im->err);
  im->reader = reader;
  *first = 0;
  *more = true;
  if (st == UPHELD_OK) upheld_reader_look(reader, im->options->look);
  while (st == UPHELD_OK && *more && !(im->header_read && upheld_reader_between(reader))) {
    if (at == size) {
      at = 0;
      st = upheld_source_read(source, &bytes, &size, im->err);
      *more = size > 0;
    }
    if (st != UPHELD_OK || !*more) break;
    const char *feed = memchr(bytes + at, '\n', size - at);
    size_t piece = feed == NULL ? size - at : (size_t)(feed - (bytes + at)) + 1;
    st = upheld_reader_feed(reader, bytes + at, piece, im->err);
    at += piece;
    *first += (int64_t)piece;
  }
  if (st == UPHELD_OK && !*more) st = upheld_reader_finish(reader, im->err);
  if (reader != NULL) *lines = upheld_reader_lines(reader);
  upheld_reader_close(reader);
  im->reader = NULL;
  return st;
}

upheld_status upheld_read_by_threads(upheld_importer *im, upheld_source *source, const char *path) {
  crew c;
  bool more;
  memset(&c, 0, sizeof c);
  upheld_status st = read_header(im, source, &c.first, &c.lines, &more);
  c.size = upheld_source_size(source);
  if (st == UPHELD_OK && !more) st = upheld_tell_progress(im, c.first);
  if (st != UPHELD_OK || !more) return st;
  c.im = im;
  c.path = path;
  c.own = im->allocator;
  c.shared = (upheld_allocator){one_at_a_time, &c};
  c.place = c.first;
  c.names = im->unknown_names;
  if (pthread_mutex_init(&c.memory, NULL) != 0) return upheld_nomem(im->err);
  if (pthread_mutex_init(&c.lock, NULL) != 0) {
    (void)pthread_mutex_destroy(&c.memory);
    return upheld_nomem(im->err);
  }
  if (pthread_cond_init(&c.changed, NULL) != 0) {
    (void)pthread_mutex_destroy(&c.lock);
    (void)pthread_mutex_destroy(&c.memory);
    return upheld_nomem(im->err);
  }
  st = crew_init(&c, source);
  if (st == UPHELD_OK) {
    start(&c);
    st = lead(&c);
    for (size_t i = 1; i < c.hand_count; i++) {
      if (c.hands[i].started) (void)pthread_join(c.hands[i].thread, NULL);
    }
  }
  crew_free(&c);
  (void)pthread_cond_destroy(&c.changed);
  (void)pthread_mutex_destroy(&c.lock);
  (void)pthread_mutex_destroy(&c.memory);
  return st;
}

/* }====== */
