/*
** register_sieve.c: see register_sieve.h.
** Owns: the rules of a selection for traits, which register_read.c has in SQL. Must not: count.
*/
#include "register_sieve.h"

#include <string.h>

/* {====== what is selected ====== */

upheld_date upheld_record_day(const upheld_record *r, upheld_clock clock) {
  return clock == UPHELD_CLOCK_RECEIVED ? r->received : clock == UPHELD_CLOCK_DECIDED ? r->decided : upheld_record_compliance_day(r);
}

static bool has(upheld_traits traits, upheld_traits mark) { return (traits & mark) != 0; }

/* The days that a record of such traits has, as any day: what is asked of them is only whether they are there. */
static void mark_days(upheld_traits t, bool complied, upheld_record *r) {
  if (has(t, UPHELD_TRAIT_RECEIVED)) r->received = 0;
  if (has(t, UPHELD_TRAIT_DECIDED)) r->decided = 0;
  if (complied && has(t, UPHELD_TRAIT_DUE)) r->due = 0;
  if (complied && has(t, UPHELD_TRAIT_RECORDED)) r->recorded = 0;
  r->reference = has(t, UPHELD_TRAIT_FIRST) ? 0 : 2;
}

/* How records of such traits are taken; *r is then as select would give them, but for what differs among them. */
static uint8_t judge(const upheld_scheme *s, const upheld_selection *what, upheld_traits t, upheld_record *r) {
  bool decision = has(t, UPHELD_TRAIT_DECISION), sample = has(t, UPHELD_TRAIT_SAMPLE), withdrawn = has(t, UPHELD_TRAIT_WITHDRAWN);
  bool complied = has(t, UPHELD_TRAIT_COMPLIED), of_sample = has(t, UPHELD_TRAIT_COMPLIANCE_SAMPLE);
  bool least = what->samples && !what->all, most = what->samples || what->all;
  bool of_compliance = what->clock == UPHELD_CLOCK_COMPLIANCE, asked = of_compliance ? of_sample : sample;
  *r = upheld_record_none();
  upheld_traits_fill(t, r);
  if (of_compliance ? !complied || r->compliance == UPHELD_NO_CODE : !decision) return 0;
  if (asked < least || asked > most || (decision && withdrawn) != what->withdrawn) return 0;
  complied = complied && of_sample <= most;
  if (!complied) r->compliance = UPHELD_NO_CODE;
  if (of_compliance && (!decision || sample > of_sample)) r->flags |= UPHELD_RECORD_COMPLIANCE_ONLY;
  else if (decision ? sample : of_sample) r->flags |= UPHELD_RECORD_SAMPLE;
  mark_days(t, complied, r);
  if (!upheld_register_wanted(s, what, r)) return 0;
  bool dated = upheld_record_day(r, what->clock) == 0;
  return (uint8_t)(UPHELD_TAKE | (dated ? UPHELD_TAKE_DATED : 0) | (complied ? UPHELD_TAKE_COMPLIED : 0));
}

void upheld_sieve_free(const upheld_allocator *a, upheld_sieve *v) {
  upheld_release(a, v->take, v->count * sizeof *v->take);
  upheld_release(a, v->as, v->count * sizeof *v->as);
  upheld_map_free(&v->map);
}

upheld_status upheld_sieve_make(upheld_sieve *v, upheld_register *r, const upheld_directory *d, const upheld_selection *what,
                                const upheld_chunk_list *list, upheld_error *err) {
  memset(v, 0, sizeof *v);
  upheld_status st = upheld_map_make(&v->map, &r->allocator, d, err);
  if (st != UPHELD_OK) return st;
  v->what = what;
  v->list = list;
  v->first = what->first == UPHELD_NO_DATE ? UPHELD_FIRST_DAY : what->first;
  v->last = what->last == UPHELD_NO_DATE ? UPHELD_LAST_DAY : what->last;
  v->all_days = what->first == UPHELD_NO_DATE && what->last == UPHELD_NO_DATE;
  v->count = list->trait_count + 1;
  v->take = upheld_new_zero(&r->allocator, v->count, sizeof *v->take);
  v->as = upheld_new_zero(&r->allocator, v->count, sizeof *v->as);
  if (v->take == NULL || v->as == NULL) {
    upheld_sieve_free(&r->allocator, v);
    return upheld_nomem(err);
  }
  for (size_t i = 0; i < list->trait_count; i++) {
    v->take[i] = judge(r->scheme, what, list->traits[i], &v->as[i]);
    if (!v->all_days && (v->take[i] & UPHELD_TAKE_DATED) == 0) v->take[i] = 0;
  }
  return UPHELD_OK;
}

/* The authority that a chunk's records count with; *taken false: it is not asked for. */
upheld_status upheld_sieve_authority(const upheld_sieve *v, const upheld_chunk *c, uint32_t *authority, bool *taken, upheld_error *err) {
  const upheld_selection *what = v->what;
  upheld_status st = upheld_map_authority(&v->map, c->authority, authority, err);
  *taken = false;
  if (st != UPHELD_OK) return st;
  if (what->now_of != NULL) *authority = what->now_of[*authority];
  *taken = (what->authority < 0 || *authority == what->authority) && upheld_filter_authority(what->where, *authority);
  return st;
}

upheld_lie upheld_sieve_lie(const upheld_sieve *v, const upheld_chunk *c) {
  const upheld_days_span *s = &c->days[v->what->clock];
  if (v->all_days) return UPHELD_WITHIN;
  if (v->first > v->last) return UPHELD_OUTSIDE;
  if (s->first > s->last || s->first > v->last || s->last < v->first) return UPHELD_OUTSIDE;
  return s->first >= v->first && s->last <= v->last ? UPHELD_WITHIN : UPHELD_ACROSS;
}

bool upheld_sieve_any(const upheld_sieve *v, const upheld_chunk *c) {
  const upheld_trait_number *n = &v->list->counts[c->first_count];
  for (uint32_t i = 0; i < c->trait_count; i++) {
    if (v->take[n[i].number] != 0) return true;
  }
  return false;
}

void upheld_sieve_range(const upheld_chunk_list *l, int64_t id, size_t *first, size_t *end) {
  size_t low = 0, high = l->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (l->items[middle].authority < id) low = middle + 1;
    else high = middle;
  }
  *first = low;
  for (*end = low; *end < l->count && l->items[*end].authority == id;) (*end)++;
}

void upheld_sieve_chunks(const upheld_sieve *v, const upheld_directory *d, size_t *first, size_t *end) {
  *first = 0;
  *end = v->list->count;
  if (v->what->authority >= 0 && v->what->now_of == NULL) upheld_sieve_range(v->list, d->items[v->what->authority].id, first, end);
}

upheld_status upheld_sieve_check(const upheld_directory *d, const upheld_selection *what, upheld_error *err) {
  if ((unsigned)what->clock < UPHELD_CLOCKS && what->authority < (int64_t)d->count) return UPHELD_OK;
  return upheld_fail(err, UPHELD_MISUSE, "bad-selection", "there is no such clock or authority");
}

/* }====== */

/* {====== records of a chunk ====== */

upheld_status upheld_sieve_each(upheld_register *r, const upheld_sieve *v, const upheld_chunk *c, upheld_chunk_view *view, upheld_sieve_fn fn, void *ud,
                                 upheld_error *err) {
  uint32_t authority;
  bool taken;
  upheld_lie how = upheld_sieve_lie(v, c);
  if (how == UPHELD_OUTSIDE) return UPHELD_OK;
  upheld_status st = upheld_sieve_authority(v, c, &authority, &taken, err);
  if (st != UPHELD_OK || !taken || !upheld_sieve_any(v, c)) return st;
  st = upheld_chunks_read(r, v->list, c, UPHELD_ALL_COLUMNS, view, err);
  const upheld_trait_number *n = &v->list->counts[c->first_count];
  for (uint32_t i = 0; i < c->count && st == UPHELD_OK; i++) {
    uint32_t number = n[view->traits[i]].number;
    uint8_t take = v->take[number];
    if (take == 0) continue;
    upheld_record record = v->as[number];
    record.reference = view->reference[i];
    record.authority = authority;
    record.received = view->received[i];
    record.decided = view->decided[i];
    if ((take & UPHELD_TAKE_COMPLIED) != 0) {
      record.due = view->due[i];
      record.recorded = view->recorded[i];
    }
    if (how == UPHELD_ACROSS) {
      upheld_date day = upheld_record_day(&record, v->what->clock);
      if (day < v->first || day > v->last) continue;
    }
    st = fn(ud, &record, c, err);
  }
  return st;
}

/* }====== */
