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

/* Whether the part was there in the year, so that a whole needs it. */
static bool was_there(const upheld_evidence *e, size_t part, int year) {
  return upheld_authority_in_year(e->scheme, &e->directory.items[part], year) ||
         upheld_cell_sum(upheld_tally_cell(&e->tally, (uint32_t)part, year), UINT64_MAX) > 0;
}

/* Whether some parts of an authority have records of the year and others have published counts only. */
static bool mixed(const upheld_evidence *e, const uint32_t *now_of, size_t whole, int year) {
  bool records = false, published_only = false;
  for (size_t part = 0; part < e->directory.count; part++) {
    if (now_of[part] != whole) continue;
    bool counted = upheld_cell_sum(upheld_tally_cell(&e->tally, (uint32_t)part, year), UINT64_MAX) > 0;
    if (counted) records = true;
    else if (upheld_evidence_has_published(e, (uint32_t)part, year)) published_only = true;
  }
  return records && published_only;
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
      for (int g = 0; g <= UPHELD_GAPS; g++) into->gaps[g] += from->gaps[g];
      memset(from, 0, sizeof *from);
    }
    for (size_t i = 0; i < t->authorities; i++) {
      if (mixed(e, out->now_of, i, t->first_year + y)) t->cells[(size_t)y * t->authorities + i].gaps[UPHELD_GAP_PARTS]++;
    }
  }
  upheld_days_free(&t->days);
  return upheld_days_rename(&t->days, &e->tally.days, out->now_of, err);
}

/* Whether another part of the whole that was there lies within this one: a county's residents are its districts'. */
static bool holds_another(const upheld_evidence *e, const uint32_t *now_of, size_t part, int year) {
  int type = e->directory.items[part].type;
  for (size_t other = 0; type >= 0 && other < e->directory.count; other++) {
    int inner = e->directory.items[other].type;
    if (now_of[other] == now_of[part] && inner >= 0 && e->scheme->type_of[inner].within == type && was_there(e, other, year)) {
      return true;
    }
  }
  return false;
}

/*
** Residents of a year: the authority's own, else the sum where every part that was there has them. Nobody is counted twice: of a
** county and districts in it, the districts.
*/
static upheld_status copy_population(const upheld_evidence *e, upheld_evidence *out, const upheld_population *p,
                                     upheld_error *err) {
  uint32_t whole = out->now_of[p->authority];
  upheld_population sum = {whole, p->year, 0};
  const upheld_population *own = upheld_evidence_population(e, whole, p->year);
  if (own != NULL) return upheld_evidence_add_population(out, *own, err); /* a repeat: sealing keeps one */
  for (size_t part = 0; part < e->directory.count; part++) {
    if (out->now_of[part] != whole || holds_another(e, out->now_of, part, p->year)) continue;
    const upheld_population *one = upheld_evidence_population(e, (uint32_t)part, p->year);
    if (one != NULL) sum.residents += one->residents;
    else if (was_there(e, part, p->year)) return UPHELD_OK;
  }
  return upheld_evidence_add_population(out, sum, err);
}

/* A published value: a count that every part has adds up; of several parts no rate does. */
static upheld_status copy_published(const upheld_evidence *e, upheld_evidence *out, const upheld_published_value *v,
                                    upheld_error *err) {
  uint32_t whole = out->now_of[v->authority];
  upheld_published_value sum = {whole, v->year, v->item, 0, 0};
  bool alone = v->authority == whole;
  for (size_t part = 0; part < e->directory.count; part++) {
    if (out->now_of[part] != whole) continue;
    const upheld_published_value *one = upheld_evidence_published(e, (uint32_t)part, v->year, v->item);
    if (part != v->authority && (one != NULL || was_there(e, part, v->year))) alone = false;
    if (one != NULL && one->decimals == 0) sum.value += one->value;
    else if (was_there(e, part, v->year)) return alone ? upheld_evidence_add_published(out, *v, err) : UPHELD_OK;
  }
  if (alone) return upheld_evidence_add_published(out, *v, err);
  if (e->scheme->published[v->item].mask == 0) return UPHELD_OK;
  return upheld_evidence_add_published(out, sum, err);
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
  for (size_t i = 0; i < e->published_count && st == UPHELD_OK; i++) st = copy_published(e, out, &e->published[i], err);
  return st == UPHELD_OK ? upheld_evidence_seal(out, err) : st;
}

/* }====== */
