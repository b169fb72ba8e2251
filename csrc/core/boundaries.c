/*
** boundaries.c: the view of boundaries.h.
** Owns: the sums over the parts of an authority. Part: an authority that is counted with it, or itself.
*/
#include "boundaries.h"

#include <string.h>

#include "text.h"

/* {====== successors ====== */

/* Index of the one successor, or -1. */
static int one_successor(const upheld_directory *d, const upheld_authority *a) {
  upheld_text t = upheld_trim(upheld_text_of(a->successors));
  if (a->valid_to == UPHELD_NO_DATE || t.size == 0 || memchr(t.at, '|', t.size) != NULL) return -1;
  return upheld_directory_by_code(d, t);
}

/* The last of the chain; itself for one in a circle. */
static uint32_t last_of(const upheld_directory *d, uint32_t i) {
  uint32_t at = i;
  for (size_t steps = 0; steps <= d->count; steps++) {
    int next = one_successor(d, &d->items[at]);
    if (next < 0) return at;
    at = (uint32_t)next;
    if (at == i) return i;
  }
  return i; /* a circle further on */
}

void upheld_successors(const upheld_directory *d, uint32_t *to) {
  for (size_t i = 0; i < d->count; i++) to[i] = last_of(d, (uint32_t)i);
}

bool upheld_residents_overlap(const upheld_evidence *e, uint32_t authority) {
  int type = e->directory.items[authority].type;
  if (e->now_of == NULL || !upheld_left_as_it_was(&e->directory, authority)) return false;
  for (int inner = 0; inner < e->scheme->types.count; inner++) {
    if (type >= 0 && e->scheme->type_of[inner].within == type) return true;
  }
  return false;
}

bool upheld_left_as_it_was(const upheld_directory *d, uint32_t authority) {
  const upheld_authority *a = &d->items[authority];
  return a->valid_to != UPHELD_NO_DATE && a->successors[0] != '\0' && last_of(d, authority) == authority;
}

/* }====== */

/* {====== the view ====== */

static upheld_date earlier(upheld_date a, upheld_date b) {
  return a == UPHELD_NO_DATE || b == UPHELD_NO_DATE ? UPHELD_NO_DATE : a < b ? a : b;
}

/* The same authorities under the same indexes; those counted with another are in no year, and the other is since its first part was. */
static upheld_status copy_directory(const upheld_evidence *e, upheld_evidence *out, upheld_error *err) {
  upheld_status st = UPHELD_OK;
  for (size_t i = 0; i < e->directory.count && st == UPHELD_OK; i++) {
    upheld_authority a = e->directory.items[i];
    if (out->now_of[i] != i) a.valid_to = UPHELD_NO_DATE + 1; /* before every day */
    for (size_t k = 0; k < e->directory.count; k++) {
      if (out->now_of[k] == i && out->now_of[i] == i) a.valid_from = earlier(a.valid_from, e->directory.items[k].valid_from);
    }
    st = upheld_directory_put(&out->directory, &a, err);
  }
  return st == UPHELD_OK ? upheld_directory_seal(&out->directory, err) : st;
}

/* Whether the part existed in the year: it had residents. */
static bool existed(const upheld_evidence *e, size_t part, int year) {
  return upheld_authority_in_year(e->scheme, &e->directory.items[part], year);
}

/* Whether there is anything of the part in the year, so that a whole needs it: cases outlive councils. */
static bool was_there(const upheld_evidence *e, size_t part, int year) {
  return existed(e, part, year) || upheld_cell_sum(upheld_tally_cell(&e->tally, (uint32_t)part, year), UINT64_MAX) > 0 ||
         upheld_evidence_has_published(e, (uint32_t)part, year);
}

/* How many parts of a whole were there in the year. */
static size_t parts_there(const upheld_evidence *e, const uint32_t *now_of, size_t whole, int year) {
  size_t count = 0;
  for (size_t part = 0; part < e->directory.count; part++) {
    if (now_of[part] == whole && was_there(e, part, year)) count++;
  }
  return count;
}

static upheld_clock clock_of(const upheld_scheme *s, const upheld_published_item *item) {
  if (item->mask == 0) return s->indicators[item->indicator].clock;
  if ((item->mask & UPHELD_MASK_RECEIVED) != 0) return UPHELD_CLOCK_RECEIVED;
  return (item->mask & UPHELD_MASK_COMPLIANCE) != 0 ? UPHELD_CLOCK_COMPLIANCE : UPHELD_CLOCK_DECIDED;
}

/* Whether something of a clock is published of the part: a count, or a rate of its own. */
static bool published_on(const upheld_evidence *e, size_t part, int year, upheld_clock clock) {
  for (int i = 0; i < e->scheme->published_count; i++) {
    const upheld_published_item *item = &e->scheme->published[i];
    if (!item->peer && clock_of(e->scheme, item) == clock && upheld_evidence_published(e, (uint32_t)part, year, i) != NULL) {
      return true;
    }
  }
  return false;
}

/*
** Marks the clocks on which the records are of a part only: another part has none, and published counts instead. That nothing is
** recorded of the whole then says nothing either, so that a whole of published parts is marked too.
*/
static void mark_parts(const upheld_evidence *e, const uint32_t *now_of, size_t whole, int year, upheld_cell *cell) {
  static const uint64_t masks[UPHELD_CLOCKS] = {UPHELD_MASK_RECEIVED, UPHELD_MASK_DECIDED, UPHELD_MASK_COMPLIANCE};
  if (parts_there(e, now_of, whole, year) < 2) return;
  for (size_t part = 0; part < e->directory.count; part++) {
    if (now_of[part] != whole || !upheld_evidence_has_published(e, (uint32_t)part, year)) continue;
    const upheld_cell *own = upheld_tally_cell(&e->tally, (uint32_t)part, year);
    for (int c = 0; c < UPHELD_CLOCKS; c++) {
      if (upheld_cell_sum(own, masks[c]) > 0) continue;
      cell->gaps[UPHELD_GAP_UNSURE + c]++;
      if (published_on(e, part, year, (upheld_clock)c)) cell->gaps[UPHELD_GAP_PARTS + c]++;
    }
  }
}

static upheld_status copy_tally(const upheld_evidence *e, upheld_evidence *out, upheld_error *err) {
  upheld_tally *t = &out->tally;
  upheld_tally_free(t);
  upheld_tally_init(t, &out->allocator, out->scheme, e->tally.authorities);
  upheld_status st = upheld_tally_merge(t, &e->tally, err); /* a copy: t was empty */
  if (st != UPHELD_OK) return st;
  for (int y = 0; y < t->years; y++) {
    for (size_t i = 0; i < t->authorities; i++) {
      upheld_cell *from = &t->cells[(size_t)y * t->authorities + i];
      upheld_cell *into = &t->cells[(size_t)y * t->authorities + out->now_of[i]];
      if (from == into) continue;
      for (int k = 0; k < UPHELD_COUNTERS; k++) into->counts[k] += from->counts[k];
      for (int g = 0; g < UPHELD_GAPS; g++) into->gaps[g] += from->gaps[g];
      memset(from, 0, sizeof *from);
    }
    for (size_t i = 0; i < t->authorities; i++) {
      mark_parts(e, out->now_of, i, t->first_year + y, &t->cells[(size_t)y * t->authorities + i]);
    }
  }
  upheld_days_free(&t->days);
  return upheld_days_rename(&t->days, &e->tally.days, out->now_of, err);
}

/* Whether another part of the whole lay within this one: a county's residents are its districts'. */
static bool holds_another(const upheld_evidence *e, const uint32_t *now_of, size_t part, int year) {
  int type = e->directory.items[part].type;
  for (size_t other = 0; type >= 0 && other < e->directory.count; other++) {
    int inner = e->directory.items[other].type;
    if (now_of[other] == now_of[part] && inner >= 0 && e->scheme->type_of[inner].within == type && existed(e, other, year)) {
      return true;
    }
  }
  return false;
}

/* Adds without overflow; false, and the sum as it was, when it would be one. */
static bool add_to(int64_t *sum, int64_t value) {
  if (value > INT64_MAX - *sum) return false; /* neither is below 0 */
  *sum += value;
  return true;
}

/*
** Residents of a year: where every part that existed has them their sum, nobody twice: of a county and districts in it, the
** districts. Of a whole that did not exist yet a number of its own is of its later area, and so is the number itself.
*/
static upheld_status copy_population(const upheld_evidence *e, upheld_evidence *out, const upheld_population *p,
                                     upheld_error *err) {
  uint32_t whole = out->now_of[p->authority];
  upheld_population sum = {whole, p->year, 0};
  const upheld_population *own = upheld_evidence_population(e, whole, p->year);
  if (own != NULL && !existed(e, whole, p->year)) return upheld_evidence_add_population(out, *own, err);
  bool some = false; /* every part gives the same sum: sealing keeps one */
  for (size_t part = 0; part < e->directory.count; part++) {
    if (out->now_of[part] != whole || !existed(e, part, p->year) || holds_another(e, out->now_of, part, p->year)) continue;
    const upheld_population *one = upheld_evidence_population(e, (uint32_t)part, p->year);
    if (one == NULL || !add_to(&sum.residents, one->residents)) return UPHELD_OK;
    some = true;
  }
  return some ? upheld_evidence_add_population(out, sum, err) : UPHELD_OK;
}

/* Whether somebody of the year is counted with another: then the types' averages are no longer those that were printed. */
static bool year_changed(const upheld_evidence *e, const uint32_t *now_of, int year) {
  for (size_t part = 0; part < e->directory.count; part++) {
    if (now_of[part] != part && was_there(e, part, year)) return true;
  }
  return false;
}

/*
** A published value: a count that every part has adds up; a rate is that of the one part that there was, and no average that was printed
** holds for a year in which others are counted together.
*/
static upheld_status copy_published(const upheld_evidence *e, upheld_evidence *out, const upheld_published_value *v,
                                    bool changed, upheld_error *err) {
  uint32_t whole = out->now_of[v->authority];
  const upheld_published_item *item = &e->scheme->published[v->item];
  upheld_published_value sum = {whole, v->year, v->item, 0, 0};
  if (item->peer && changed) return UPHELD_OK;
  if (parts_there(e, out->now_of, whole, v->year) == 1) {
    sum.value = v->value;
    sum.decimals = v->decimals;
    return upheld_evidence_add_published(out, sum, err);
  }
  if (item->mask == 0) return UPHELD_OK;
  for (size_t part = 0; part < e->directory.count; part++) {
    if (out->now_of[part] != whole || !was_there(e, part, v->year)) continue;
    const upheld_published_value *one = upheld_evidence_published(e, (uint32_t)part, v->year, v->item);
    if (one == NULL || one->decimals != 0 || !add_to(&sum.value, one->value)) return UPHELD_OK;
  }
  return upheld_evidence_add_published(out, sum, err);
}

/* All published values. Those of one year are not together: whether a year has changed is found once for each year. */
static upheld_status copy_all_published(const upheld_evidence *e, upheld_evidence *out, upheld_error *err) {
  int8_t known[UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 1] = {0}; /* 0: not found yet, 1: the same, 2: changed */
  upheld_status st = UPHELD_OK;
  for (size_t i = 0; i < e->published_count && st == UPHELD_OK; i++) {
    int year = e->published[i].year;
    if (year < UPHELD_FIRST_YEAR || year > UPHELD_LAST_YEAR) continue; /* import refuses these */
    int8_t *k = &known[year - UPHELD_FIRST_YEAR];
    if (*k == 0) *k = year_changed(e, out->now_of, year) ? 2 : 1;
    st = copy_published(e, out, &e->published[i], *k == 2, err);
  }
  return st;
}

upheld_status upheld_evidence_as_now(const upheld_evidence *e, upheld_evidence *out, upheld_error *err) {
  upheld_evidence_init(out, &e->allocator, e->scheme);
  out->now_count = e->directory.count + 1;
  out->now_of = upheld_new_zero(&out->allocator, out->now_count, sizeof *out->now_of);
  if (out->now_of == NULL) return upheld_nomem(err);
  upheld_successors(&e->directory, out->now_of);
  memcpy(out->compliance_years, e->compliance_years, sizeof out->compliance_years);
  upheld_status st = copy_directory(e, out, err);
  if (st == UPHELD_OK) st = copy_tally(e, out, err);
  for (size_t i = 0; i < e->population_count && st == UPHELD_OK; i++) st = copy_population(e, out, &e->populations[i], err);
  if (st == UPHELD_OK) st = copy_all_published(e, out, err);
  return st == UPHELD_OK ? upheld_evidence_seal(out, err) : st;
}

/* }====== */
