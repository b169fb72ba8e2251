/*
** directory.c: the authorities and the tables by which a code or a name finds one (directory.h has the rule).
** Owns: the order of the items (by code, once sealed) and the chains of authorities that share a form of a name.
** Must not: choose between several authorities, or look at dates: that a name was reused is for the caller to report.
*/
#include "directory.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

typedef struct upheld_name_link {
  int32_t authority;
  int32_t next; /* -1: the last one */
} upheld_name_link;

enum {
  MANY = 64,     /* authorities of one name that are looked at */
  SHOWN = 8,     /* of them listed in a message */
  SHOWN_NEAR = 3 /* nearest names in a hint */
};

/* {====== building ====== */

void upheld_directory_init(upheld_directory *d, const upheld_allocator *a, const upheld_scheme *scheme) {
  memset(d, 0, sizeof *d);
  d->allocator = *a;
  d->scheme = scheme;
  upheld_arena_init(&d->arena, a);
  upheld_dict_init(&d->by_code, a);
  upheld_dict_init(&d->by_name, a);
  upheld_dict_init(&d->by_stripped, a);
}

void upheld_directory_free(upheld_directory *d) {
  upheld_allocator a = d->allocator;
  upheld_release(&a, d->items, d->capacity * sizeof *d->items);
  upheld_release(&a, d->links, d->link_capacity * sizeof *d->links);
  upheld_dict_free(&d->by_code);
  upheld_dict_free(&d->by_name);
  upheld_dict_free(&d->by_stripped);
  upheld_arena_free(&d->arena);
  upheld_directory_init(d, &a, d->scheme);
}

/* The piece of a "|" list that begins at *at; moves *at behind it. False at the end. */
static bool next_piece(upheld_text list, size_t *at, upheld_text *piece) {
  if (*at > list.size || list.size == 0) return false;
  size_t end = *at;
  while (end < list.size && list.at[end] != '|') end++;
  upheld_text t = {list.at + *at, end - *at};
  *piece = upheld_trim(t);
  *at = end + 1;
  return true;
}

static bool says_county_council(upheld_text name) {
  char normal[UPHELD_NAME_ROOM];
  static const char words[] = "county council";
  size_t n = upheld_name_normal(normal, name), m = sizeof words - 1;
  for (size_t i = 0; i + m <= n; i++) {
    if (memcmp(normal + i, words, m) == 0) return true;
  }
  return false;
}

/* Checks the sizes of name and aliases, and finds out how the body is printed. */
static upheld_status look_at_names(upheld_authority *a, upheld_error *err) {
  upheld_text piece = upheld_text_of(a->name), aliases = upheld_text_of(a->aliases);
  size_t at = 0;
  a->county_council = false;
  do {
    if (piece.size > UPHELD_MAX_NAME) {
      return upheld_fail(err, UPHELD_FAULT, "name-too-long", "a name of %s has %zu bytes, more than the limit of %d", a->code,
                         piece.size, (int)UPHELD_MAX_NAME);
    }
    if (says_county_council(piece)) a->county_council = true;
  } while (next_piece(aliases, &at, &piece));
  return UPHELD_OK;
}

/* Replaces *text by the directory's own copy. */
static bool own(upheld_directory *d, const char **text) {
  *text = upheld_arena_copy(&d->arena, upheld_text_of(*text));
  return *text != NULL;
}

upheld_status upheld_directory_put(upheld_directory *d, const upheld_authority *authority, upheld_error *err) {
  upheld_authority a = *authority;
  upheld_text code = upheld_text_of(a.code);
  upheld_status st = look_at_names(&a, err);
  if (st != UPHELD_OK) return st;
  if (!own(d, &a.code) || !own(d, &a.name) || !own(d, &a.type_text) || !own(d, &a.region) || !own(d, &a.aliases) ||
      !own(d, &a.successors)) {
    return upheld_nomem(err);
  }
  a.type = upheld_vocabulary_find(&d->scheme->types, upheld_text_of(a.type_text), NULL);
  int32_t place = upheld_dict_find(&d->by_code, code);
  if (place < 0) {
    if (d->count >= UPHELD_MAX_AUTHORITIES) {
      return upheld_fail(err, UPHELD_FAULT, "too-many-authorities", "more than %d authorities, the limit UPHELD_MAX_AUTHORITIES",
                         (int)UPHELD_MAX_AUTHORITIES);
    }
    st = upheld_grow(&d->allocator, (void **)&d->items, &d->capacity, d->count + 1, sizeof *d->items, err);
    if (st == UPHELD_OK) st = upheld_dict_set(&d->by_code, code, (int32_t)d->count, err);
    if (st != UPHELD_OK) return st;
    place = (int32_t)d->count++;
  }
  d->items[place] = a;
  d->sealed = false;
  return UPHELD_OK;
}

static int compare_codes(const void *a, const void *b) {
  return strcmp(((const upheld_authority *)a)->code, ((const upheld_authority *)b)->code);
}

/* Adds the authority to the chain of a form, once. */
static upheld_status link_name(upheld_directory *d, upheld_dict *forms, upheld_text form, int32_t authority, upheld_error *err) {
  if (form.size == 0) return UPHELD_OK;
  int32_t last = upheld_dict_find(forms, form);
  if (last >= 0) {
    while (d->links[last].authority != authority && d->links[last].next >= 0) last = d->links[last].next;
    if (d->links[last].authority == authority) return UPHELD_OK;
  }
  if (d->link_count >= INT32_MAX) return upheld_nomem(err);
  upheld_status st = upheld_grow(&d->allocator, (void **)&d->links, &d->link_capacity, d->link_count + 1,
                                 sizeof *d->links, err);
  if (st != UPHELD_OK) return st;
  int32_t place = (int32_t)d->link_count;
  if (last < 0) st = upheld_dict_set(forms, form, place, err);
  if (st != UPHELD_OK) return st;
  upheld_name_link link = {authority, -1};
  d->links[d->link_count++] = link;
  if (last >= 0) d->links[last].next = place;
  return UPHELD_OK;
}

static upheld_status link_authority(upheld_directory *d, int32_t authority, upheld_error *err) {
  char room[UPHELD_NAME_ROOM];
  const upheld_authority *a = &d->items[authority];
  upheld_text piece = upheld_text_of(a->name), aliases = upheld_text_of(a->aliases);
  size_t at = 0;
  do {
    size_t size = upheld_name_normal(room, piece);
    upheld_text normal = {room, size};
    upheld_status st = link_name(d, &d->by_name, normal, authority, err);
    if (st == UPHELD_OK) st = link_name(d, &d->by_stripped, upheld_name_strip(normal, NULL), authority, err);
    if (st != UPHELD_OK) return st;
  } while (next_piece(aliases, &at, &piece));
  return UPHELD_OK;
}

upheld_status upheld_directory_seal(upheld_directory *d, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  d->sealed = false;
  if (d->count > 1) qsort(d->items, d->count, sizeof *d->items, compare_codes); /* codes differ: one order only */
  upheld_dict_free(&d->by_code);
  upheld_dict_free(&d->by_name);
  upheld_dict_free(&d->by_stripped);
  d->link_count = 0;
  for (size_t i = 0; i < d->count && st == UPHELD_OK; i++) {
    st = upheld_dict_set(&d->by_code, upheld_text_of(d->items[i].code), (int32_t)i, err);
    if (st == UPHELD_OK) st = link_authority(d, (int32_t)i, err);
  }
  d->sealed = st == UPHELD_OK;
  return st;
}

/* }====== */

/* {====== finding ====== */

int upheld_directory_by_code(const upheld_directory *d, upheld_text code) {
  return upheld_dict_find(&d->by_code, code);
}

/* Whether a body may be meant by a name whose dropped affixes are of this sort. */
static bool may_mean(const upheld_authority *a, upheld_name_sort sort) {
  if (sort == UPHELD_NAME_COUNTY) return a->county_council;
  return sort == UPHELD_NAME_PLAIN || !a->county_council;
}

/* All authorities that the name means by the first rule that fits any, into list (at most MANY); gives their number. */
static size_t lookup(const upheld_directory *d, upheld_text name, int32_t list[MANY]) {
  char room[UPHELD_NAME_ROOM];
  size_t n = 0;
  name = upheld_trim(name);
  if (name.size == 0 || name.size > UPHELD_MAX_NAME) return 0;
  int32_t found = upheld_dict_find(&d->by_code, name);
  if (found >= 0) {
    list[0] = found;
    return 1;
  }
  upheld_text normal = {room, upheld_name_normal(room, name)};
  for (int32_t at = upheld_dict_find(&d->by_name, normal); at >= 0 && n < MANY; at = d->links[at].next) {
    list[n++] = d->links[at].authority;
  }
  if (n > 0) return n;
  upheld_name_sort sort;
  upheld_text stripped = upheld_name_strip(normal, &sort);
  for (int32_t at = upheld_dict_find(&d->by_stripped, stripped); at >= 0 && n < MANY; at = d->links[at].next) {
    if (may_mean(&d->items[d->links[at].authority], sort)) list[n++] = d->links[at].authority;
  }
  return n;
}

upheld_match upheld_directory_find(const upheld_directory *d, upheld_text name, int *out) {
  int32_t list[MANY];
  size_t n = lookup(d, name, list);
  if (n == 0) return UPHELD_MATCH_NONE;
  *out = list[0];
  return n == 1 ? UPHELD_MATCH_ONE : UPHELD_MATCH_AMBIGUOUS;
}

upheld_match upheld_directory_match(const upheld_directory *d, upheld_text code, upheld_text name, int *out) {
  int32_t list[MANY];
  code = upheld_trim(code);
  name = upheld_trim(name);
  if (code.size == 0) return upheld_directory_find(d, name, out);
  int by_code = upheld_directory_by_code(d, code);
  if (by_code < 0) return UPHELD_MATCH_NONE;
  *out = by_code;
  size_t n = lookup(d, name, list);
  if (n == 0) return UPHELD_MATCH_ONE; /* no name, or one that nobody has: the code says enough */
  for (size_t i = 0; i < n; i++) {
    if (list[i] == by_code) return UPHELD_MATCH_ONE;
  }
  return UPHELD_MATCH_MISMATCH;
}

static void add_authority(const upheld_directory *d, int32_t authority, bool first, upheld_buffer *out) {
  if (!first) upheld_buffer_text(out, ", ");
  upheld_buffer_text(out, d->items[authority].name);
  upheld_buffer_text(out, " (");
  upheld_buffer_text(out, d->items[authority].code);
  upheld_buffer_byte(out, ')');
}

void upheld_directory_candidates(const upheld_directory *d, upheld_text name, upheld_buffer *out) {
  int32_t list[MANY];
  size_t n = lookup(d, name, list);
  for (size_t i = 0; i < n && i < SHOWN; i++) add_authority(d, list[i], i == 0, out);
  if (n > SHOWN) upheld_buffer_text(out, ", ...");
}

/* The best so far, nearest first; of equals the earlier one stays before. */
typedef struct nearest {
  int32_t authority[SHOWN_NEAR];
  int distance[SHOWN_NEAR];
  int count;
} nearest;

static void offer(nearest *best, int32_t authority, int distance) {
  int at = 0, last;
  for (int i = 0; i < best->count; i++) {
    if (best->authority[i] == authority && best->distance[i] <= distance) return;
  }
  while (at < best->count && best->distance[at] <= distance) at++;
  for (last = at; last < best->count && best->authority[last] != authority;) last++;
  if (last == best->count && best->count < SHOWN_NEAR) best->count++;
  if (last == SHOWN_NEAR) last--;
  if (at >= SHOWN_NEAR) return;
  for (int i = last; i > at; i--) {
    best->authority[i] = best->authority[i - 1];
    best->distance[i] = best->distance[i - 1];
  }
  best->authority[at] = authority;
  best->distance[at] = distance;
}

/* Offers the authorities of all forms that are near. */
static void offer_forms(const upheld_directory *d, const upheld_dict *forms, upheld_text wanted, int limit, nearest *best) {
  for (size_t i = 0; i < forms->count; i++) {
    const upheld_dict_entry *e = &forms->entries[i];
    int distance = upheld_name_distance(wanted, e->key, limit);
    if (distance > limit) continue;
    for (int32_t at = e->value; at >= 0; at = d->links[at].next) offer(best, d->links[at].authority, distance);
  }
}

void upheld_directory_nearest(const upheld_directory *d, upheld_text name, upheld_buffer *out) {
  char room[UPHELD_NAME_ROOM];
  nearest best = {{0}, {0}, 0};
  name = upheld_trim(name);
  if (name.size == 0 || name.size > UPHELD_MAX_NAME) return;
  upheld_text normal = {room, upheld_name_normal(room, name)};
  upheld_text stripped = upheld_name_strip(normal, NULL);
  int limit = (int)(stripped.size / 4); /* a quarter of the letters may differ; affixes would drown the difference */
  offer_forms(d, &d->by_stripped, stripped, limit, &best);
  offer_forms(d, &d->by_name, normal, limit, &best); /* a mistake in an affix: "Kent Couny Council" */
  for (int i = 0; i < best.count; i++) add_authority(d, best.authority[i], i == 0, out);
}

void upheld_strip_name(upheld_buffer *out, upheld_text name) {
  upheld_buffer room;
  upheld_buffer_init(&room, &out->allocator);
  for (int i = 0; i < 5; i++) upheld_buffer_add(&room, name.at, name.size); /* the most that a normal form takes */
  if (room.failed) {
    out->failed = true;
  } else if (name.size > 0) {
    upheld_text normal = {room.data, upheld_name_normal(room.data, name)};
    upheld_text stripped = upheld_name_strip(normal, NULL);
    upheld_buffer_add(out, stripped.at, stripped.size);
  }
  upheld_buffer_free(&room);
}

bool upheld_authority_in_year(const upheld_scheme *s, const upheld_authority *a, int year) {
  upheld_date first, last;
  upheld_scheme_year_span(s, year, &first, &last);
  if (first == UPHELD_NO_DATE) return false;
  return (a->valid_from == UPHELD_NO_DATE || a->valid_from <= last) && (a->valid_to == UPHELD_NO_DATE || a->valid_to >= first);
}

/* }====== */
