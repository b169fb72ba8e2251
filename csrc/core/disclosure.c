/*
** disclosure.c: the plan of what is hidden (disclosure.h has the rule and why it holds).
** Owns: the search for witnesses. It is deterministic: the first of the cheapest, in the order of counters and authorities.
**
** Counters are taken as parts of a table, so that sums over masks are sums of parts: where one outcome alone can be remedied
** before, its counter holds the cases that were not, and the counter "remedied" those that were.
*/
#include "disclosure.h"

#include <string.h>

#include "figures.h"
#include "published.h"

enum { COUNTERS = UPHELD_COUNTERS, NOBODY = COUNTERS, WORDS = UPHELD_MAX_MASKS / 64 };

/* What the search needs; freed when the plan is made. */
typedef struct search {
  const upheld_year_figures *f;
  upheld_disclosure_plan *plan;
  int64_t (*x)[COUNTERS];      /* [place] parts */
  uint64_t *known;             /* [place] parts that are counted from records */
  int *group;                  /* [place] */
  uint64_t *pattern;           /* [place] indicators that are known from records: who is in the same averages */
  uint64_t exists;             /* parts that the scheme has */
  upheld_mask_set *witnessed;  /* [place] sums that a witness moves */
  upheld_mask_set *moved;      /* [group] sums that a witness moves as far as is needed */
  upheld_mask_set moved_total; /* those of all */
  size_t *partners;            /* of the move that is looked at */
  int64_t *prices;             /* [place] what a partner would hide anew, -1 none */
  upheld_mask_set (*split)[COUNTERS + 1]; /* [k][k'] masks that hold one of both; k' == NOBODY: that hold k */
  uint64_t parts[UPHELD_MAX_MASKS];       /* of each mask */
} search;

/* {====== sets of masks ====== */

static bool has(const upheld_mask_set *s, int i) { return (s->words[i / 64] >> (i % 64) & 1) != 0; }
static void put(upheld_mask_set *s, int i) { s->words[i / 64] |= UINT64_C(1) << (i % 64); }

static void join(upheld_mask_set *into, const upheld_mask_set *from) {
  for (int w = 0; w < WORDS; w++) into->words[w] |= from->words[w];
}

static int bits(uint64_t v) {
  int n = 0;
  for (; v != 0; v &= v - 1) n++;
  return n;
}

/* How many of `more` are not in s yet. */
static int added(const upheld_mask_set *s, const upheld_mask_set *more) {
  int n = 0;
  for (int w = 0; w < WORDS; w++) n += bits(more->words[w] & ~s->words[w]);
  return n;
}

/* }====== */

/* {====== parts ====== */

/* The one outcome that can be remedied before, or -1 when there are none or several. */
static int remedied_outcome(const upheld_scheme *s) {
  if (bits(s->remedying) != 1) return -1;
  int k = 0;
  while ((s->remedying >> k & 1) == 0) k++;
  return k;
}

/* Stands for the remedying outcome's cases that were not remedied before, which two printed counts give by subtraction. */
#define NOT_REMEDIED UPHELD_BIT(18)

/* The parts whose sum a mask is; 0 for a mask that is no sum of parts (cases, or remedied beside several outcomes). */
static uint64_t parts_of(const upheld_scheme *s, uint64_t mask) {
  int outcome = remedied_outcome(s);
  if (mask == NOT_REMEDIED) return UPHELD_BIT(outcome);
  if ((mask & UPHELD_MASK_CASES) != 0) return 0;
  if ((mask & UPHELD_MASK_REMEDIED) != 0 && (outcome < 0 || mask != UPHELD_MASK_REMEDIED)) return 0;
  if (outcome >= 0 && (mask >> outcome & 1) != 0) mask |= UPHELD_MASK_REMEDIED;
  return mask;
}

/* The table that a part belongs to: cases move within it. */
static uint64_t table_of(int part) {
  uint64_t decided = UPHELD_MASK_DECIDED | UPHELD_MASK_REMEDIED;
  if ((decided >> part & 1) != 0) return decided;
  return (UPHELD_MASK_COMPLIANCE >> part & 1) != 0 ? UPHELD_MASK_COMPLIANCE : UPHELD_MASK_RECEIVED;
}

static void add_mask(upheld_disclosure_plan *p, uint64_t mask) {
  for (int i = 0; i < p->mask_count; i++) {
    if (p->masks[i] == mask) return;
  }
  if (mask != 0 && p->mask_count < UPHELD_MAX_MASKS) p->masks[p->mask_count++] = mask; /* what finds no place is never printed */
}

/* Every sum that an output can print: whole tables, single counters, what indicators count. */
static void list_masks(upheld_disclosure_plan *p, const upheld_scheme *s) {
  uint64_t outcomes = 0, compliance = 0, areas = UPHELD_BIT(UPHELD_COUNTER_NO_AREA);
  for (int i = 0; i < s->outcomes.count; i++) outcomes |= UPHELD_BIT(i);
  for (int i = 0; i < s->compliance.count; i++) compliance |= UPHELD_BIT(UPHELD_COUNTER_COMPLIANCE + i);
  for (int i = 0; i < s->areas.count; i++) areas |= UPHELD_BIT(UPHELD_COUNTER_AREA + i);
  add_mask(p, outcomes);
  add_mask(p, compliance);
  add_mask(p, areas);
  if (remedied_outcome(s) >= 0) add_mask(p, NOT_REMEDIED);
  for (int i = 0; i < COUNTERS; i++) add_mask(p, (outcomes | compliance | areas | UPHELD_MASK_REMEDIED) & UPHELD_BIT(i));
  for (int k = 0; k < s->indicator_count; k++) {
    add_mask(p, s->indicators[k].numerator);
    add_mask(p, s->indicators[k].denominator);
    add_mask(p, s->indicators[k].late);
    if ((s->indicators[k].withhold_of & UPHELD_MASK_CASES) == 0) add_mask(p, s->indicators[k].withhold_of);
    /* the cases that are not in the numerator: who reads both counts has them as well */
    if (s->indicators[k].measure == UPHELD_MEASURE_SHARE) add_mask(p, s->indicators[k].denominator & ~s->indicators[k].numerator);
    if (s->indicators[k].late != 0) add_mask(p, s->indicators[k].numerator & ~s->indicators[k].late);
  }
}

/* The parts of one clock from the tally cell. */
static void fill_from_records(search *w, size_t place, const upheld_cell *cell, uint64_t table) {
  int outcome = remedied_outcome(w->f->evidence->scheme);
  w->known[place] |= table & w->exists;
  for (int k = 0; k < COUNTERS && cell != NULL; k++) {
    if ((table >> k & 1) != 0) w->x[place][k] = cell->counts[k];
  }
  if ((table & UPHELD_MASK_REMEDIED) == 0) return;
  bool told_apart = outcome >= 0 && cell != NULL && cell->gaps[UPHELD_GAP_REMEDIED] == 0;
  if (!told_apart) w->x[place][UPHELD_COUNTER_REMEDIED] = 0; /* all of them stand under the outcome */
  else w->x[place][outcome] -= w->x[place][UPHELD_COUNTER_REMEDIED];
}

/* The parts of one clock that are published, or follow. */
static void fill_from_published(search *w, size_t place, uint64_t table) {
  const upheld_evidence *e = w->f->evidence;
  uint32_t authority = w->f->authorities[place];
  int outcome = remedied_outcome(e->scheme);
  for (int k = 0; k < COUNTERS; k++) {
    if ((table & w->exists & UPHELD_BIT(k)) == 0 || k == UPHELD_COUNTER_REMEDIED) continue;
    if (!upheld_published_count(e, authority, w->f->year, UPHELD_BIT(k), &w->x[place][k])) continue;
    w->known[place] |= UPHELD_BIT(k);
  }
  if (outcome < 0 || (w->known[place] >> outcome & 1) == 0 || (table & UPHELD_MASK_REMEDIED) == 0) return;
  int64_t remedied = 0;
  upheld_published_count(e, authority, w->f->year, UPHELD_MASK_REMEDIED, &remedied);
  if (remedied > w->x[place][outcome]) remedied = 0; /* a contradiction, and then no figure */
  w->x[place][UPHELD_COUNTER_REMEDIED] = remedied;
  w->x[place][outcome] -= remedied;
  w->known[place] |= UPHELD_MASK_REMEDIED;
}

/* Fills the parts of a row, each clock from where its figures come. */
static void fill_row(search *w, size_t place) {
  static const uint64_t tables[UPHELD_CLOCKS] = {UPHELD_MASK_RECEIVED, UPHELD_MASK_DECIDED | UPHELD_MASK_REMEDIED,
                                                 UPHELD_MASK_COMPLIANCE};
  const upheld_evidence *e = w->f->evidence;
  uint32_t authority = w->f->authorities[place];
  const upheld_cell *cell = upheld_tally_cell(&e->tally, authority, w->f->year);
  bool published = upheld_evidence_has_published(e, authority, w->f->year);
  for (int c = 0; c < UPHELD_CLOCKS; c++) {
    if (upheld_cell_sum(cell, tables[c]) > 0 || (w->f->covers[c] && !published)) fill_from_records(w, place, cell, tables[c]);
    else fill_from_published(w, place, tables[c]);
  }
}

/* Two rows with the same pattern are in the same sums of a group, so that moving cases between them leaves all of these. */
static uint64_t pattern_of(const upheld_year_figures *f, size_t place) {
  uint64_t pattern = 0;
  for (int k = 0; k < f->evidence->scheme->indicator_count; k++) {
    const upheld_figure *figure = upheld_year_figure(f, place, k);
    upheld_measure measure = f->evidence->scheme->indicators[k].measure;
    bool known = figure->denominator_known && figure->numerator_known;
    if (measure == UPHELD_MEASURE_DAYS) known = figure->denominator_known;
    if (measure == UPHELD_MEASURE_RESIDENTS && figure->denominator == 0) known = false; /* in no average, whatever its cases */
    if (known) pattern |= UINT64_C(1) << k;
  }
  return pattern;
}

static int group_of(const upheld_year_figures *f, size_t place) {
  const upheld_scheme *s = f->evidence->scheme;
  const upheld_authority *a = &f->evidence->directory.items[f->authorities[place]];
  return a->type >= 0 && upheld_authority_in_year(s, a, f->year) ? a->type : s->types.count;
}

static void prepare(search *w) {
  upheld_disclosure_plan *p = w->plan;
  for (int i = 0; i < p->mask_count; i++) {
    w->parts[i] = parts_of(w->f->evidence->scheme, p->masks[i]);
    w->exists |= w->parts[i];
  }
  for (size_t place = 0; place < p->places; place++) {
    fill_row(w, place);
    w->group[place] = group_of(w->f, place);
    w->pattern[place] = pattern_of(w->f, place);
  }
  for (int k = 0; k < COUNTERS; k++) {
    for (int other = 0; other <= NOBODY; other++) {
      for (int i = 0; i < p->mask_count; i++) {
        bool one = (w->parts[i] >> k & 1) != 0, two = other < NOBODY && (w->parts[i] >> other & 1) != 0;
        if (one != two) put(&w->split[k][other], i);
      }
    }
  }
}

/* }====== */

/* {====== witnesses ====== */

/* Whom a row may exchange cases with. */
typedef enum reach { IN_GROUP, ANYWHERE, OUTSIDE, ALONE, REACHES } reach;

typedef struct move {
  int k, other; /* cases go from other to k in row a, from k to other in the partners, and back */
  reach reach;
  int64_t cost;
} move;

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* How far row a can go with partners that have `ups` cases in k and `downs` in other: width of the range, ends included. */
static int64_t width(const search *w, size_t a, int k, int other, int64_t ups, int64_t downs) {
  int64_t up = other == NOBODY ? ups : least(ups, w->x[a][other]);
  int64_t down = other == NOBODY ? w->x[a][k] : least(downs, w->x[a][k]);
  return up + down + 1;
}

static bool partner(const search *w, size_t a, size_t b, int k, int other, reach r) {
  uint64_t needed = UPHELD_BIT(k) | (other == NOBODY ? 0 : UPHELD_BIT(other));
  bool same = w->group[b] == w->group[a];
  return b != a && w->pattern[b] == w->pattern[a] && (r == ANYWHERE || same == (r == IN_GROUP)) &&
         (needed & ~w->known[b]) == 0 && (w->x[b][k] > 0 || (other != NOBODY && w->x[b][other] > 0));
}

/* Sums hidden anew when row b, or (wide) group or all, takes part: those of its group only where groups differ. */
static int64_t price(const search *w, size_t a, size_t b, const upheld_mask_set *s) {
  const upheld_disclosure_plan *p = w->plan;
  int64_t wide = 0;
  if (w->group[a] != w->group[b]) wide = 1 + added(&p->group[w->group[a]], s) + added(&p->group[w->group[b]], s);
  return wide * 1000 + added(&p->rows[b], s);
}

/*
** Takes partners, those that hide least anew first, until the range is wide enough. Gives how many, listed in w->partners, and what they
** hide anew; 0 when all of them are not enough.
*/
static size_t gather(search *w, size_t a, int k, int other, reach r, int64_t *cost) {
  const upheld_mask_set *s = &w->split[k][other];
  int64_t ups = 0, downs = 0, floor = -1;
  size_t taken = 0;
  *cost = added(&w->plan->rows[a], s);
  for (size_t b = 0; b < w->plan->places; b++) w->prices[b] = partner(w, a, b, k, other, r) ? price(w, a, b, s) : -1;
  for (;;) { /* one round for each price that there is, rising */
    int64_t next = INT64_MAX;
    for (size_t b = 0; b < w->plan->places; b++) {
      if (w->prices[b] > floor) next = least(next, w->prices[b]);
    }
    if (next == INT64_MAX) return 0;
    for (size_t b = 0; b < w->plan->places; b++) {
      if (w->prices[b] != next) continue;
      w->partners[taken++] = b;
      *cost += next;
      ups += w->x[b][k];
      if (other != NOBODY) downs += w->x[b][other];
      if (width(w, a, k, other, ups, downs) >= w->plan->rule.suppress_below) return taken;
    }
    floor = next;
  }
}

static void hide_split(search *w, size_t place, const upheld_mask_set *s, int64_t range) {
  join(&w->plan->rows[place], s);
  if (range >= w->plan->rule.suppress_below) join(&w->witnessed[place], s);
}

static void apply(search *w, size_t a, const move *m) {
  upheld_disclosure_plan *p = w->plan;
  const upheld_mask_set *s = &w->split[m->k][m->other];
  int64_t cost, ups = w->x[a][m->k], downs = m->other == NOBODY ? 0 : w->x[a][m->other];
  size_t count = m->reach == ALONE ? 0 : gather(w, a, m->k, m->other, m->reach, &cost);
  hide_split(w, a, s, p->rule.suppress_below); /* wide enough: that is why it was chosen */
  for (size_t i = 0; i < count; i++) {
    ups += w->x[w->partners[i]][m->k];
    if (m->other != NOBODY) downs += w->x[w->partners[i]][m->other];
  }
  for (size_t i = 0; i < count; i++) { /* any two of them can exchange through a: each has the others for partners */
    size_t b = w->partners[i];
    int64_t rest = m->other == NOBODY ? 0 : downs - w->x[b][m->other];
    hide_split(w, b, s, width(w, b, m->k, m->other, ups - w->x[b][m->k], rest));
    if (w->group[b] == w->group[a]) continue;
    join(&p->group[w->group[a]], s);
    join(&p->group[w->group[b]], s);
    join(&w->moved[w->group[a]], s);
  }
  if (m->reach != ALONE) return;
  join(&p->group[w->group[a]], s);
  join(&w->moved[w->group[a]], s);
  join(&p->total, s);
  join(&w->moved_total, s);
}

/*
** Finds a witness for the sum of row a, by one k and k' with as many partners as it takes, within the first reach or one further: from
** outside its group moves the sum of the group as well, alone that of all. a alone, without k', always is one.
*/
static move witness(search *w, size_t a, int mask, reach first) {
  move best = {0, 0, IN_GROUP, -1};
  for (int r = (int)first; r < (int)REACHES && best.cost < 0; r++) {
    for (int k = 0; k < COUNTERS; k++) {
      if ((w->parts[mask] & w->known[a] & UPHELD_BIT(k)) == 0) continue;
      uint64_t others = w->exists & table_of(k) & w->known[a] & ~w->parts[mask];
      for (int other = 0; other <= NOBODY; other++) {
        int64_t cost = 0;
        if (other < NOBODY && (others >> other & 1) == 0) continue;
        if (r == ALONE) {
          if (other != NOBODY && width(w, a, k, other, INT64_MAX / 4, INT64_MAX / 4) < w->plan->rule.suppress_below) continue;
          cost = added(&w->plan->total, &w->split[k][other]) * 1000 + added(&w->plan->rows[a], &w->split[k][other]);
        } else if (gather(w, a, k, other, (reach)r, &cost) == 0) {
          continue;
        }
        if (best.cost < 0 || cost < best.cost) best = (move){k, other, (reach)r, cost};
      }
    }
  }
  return best;
}

/* Whether the row's sum is counted from records; *sum is it. */
static bool row_sum(const search *w, size_t place, int mask, int64_t *sum) {
  uint64_t parts = w->parts[mask];
  *sum = 0;
  if (parts == 0 || (parts & ~w->known[place]) != 0) return false;
  for (int k = 0; k < COUNTERS; k++) {
    if ((parts >> k & 1) != 0) *sum += w->x[place][k];
  }
  return true;
}

static bool small(const search *w, int64_t sum) { return sum > 0 && sum < w->plan->rule.suppress_below; }

/* Hides a sum of one row, and with it those of its group and of all: for what the parts do not tell. */
static void hide_outright(search *w, size_t place, uint64_t mask) {
  for (int i = 0; i < w->plan->mask_count; i++) {
    if (w->plan->masks[i] != mask) continue;
    put(&w->plan->rows[place], i);
    put(&w->plan->group[w->group[place]], i);
    put(&w->plan->total, i);
  }
}

/* Figures whose counts are not the sums of the parts: a numerator found from a per cent, sources that contradict each other. */
static void hide_odd_figures(search *w, size_t place) {
  const upheld_scheme *s = w->f->evidence->scheme;
  for (int k = 0; k < s->indicator_count; k++) {
    const upheld_figure *f = upheld_year_figure(w->f, place, k);
    uint64_t masks[2] = {s->indicators[k].numerator, s->indicators[k].denominator};
    bool known[2] = {f->numerator_known, f->denominator_known}, odd = false, any = false;
    int64_t counts[2] = {f->numerator, f->denominator};
    for (int i = 0; i < 2; i++) {
      int64_t sum = 0;
      if (masks[i] == 0 || !known[i]) continue;
      any = any || small(w, counts[i]) || (i == 1 && known[0] && masks[0] != 0 && small(w, counts[1] - counts[0]));
      for (int m = 0; m < w->plan->mask_count; m++) {
        if (w->plan->masks[m] == masks[i] && (!row_sum(w, place, m, &sum) || sum != counts[i])) odd = true;
      }
    }
    if (!odd || !any) continue;
    for (int i = 0; i < 2; i++) hide_outright(w, place, masks[i]);
    hide_outright(w, place, masks[1] & ~masks[0]);
  }
}

/* Uses of sums over many rows: of an indicator's known figures, or (TABLES) of all rows that are known. */
enum { TABLES = -1 };

/* Whether a use prints the mask, or two sums that give it by subtraction. */
static bool used(const search *w, int use, uint64_t mask) {
  if (use == TABLES) return (mask & (mask - 1)) == 0; /* single counters, over all */
  const upheld_indicator *ind = &w->f->evidence->scheme->indicators[use];
  uint64_t rest = ind->denominator & ~ind->numerator;
  if (ind->numerator == UPHELD_MASK_REMEDIED && ind->denominator == (uint64_t)w->f->evidence->scheme->remedying) rest = NOT_REMEDIED;
  return mask == ind->numerator || mask == ind->denominator || mask == ind->late || mask == (ind->numerator & ~ind->late) ||
         (ind->measure == UPHELD_MEASURE_SHARE && mask == rest);
}

static bool in_use(const search *w, size_t place, int group, int use) {
  if (group >= 0 && w->group[place] != group) return false;
  return use == TABLES || (w->pattern[place] >> use & 1) != 0;
}

/* Whether a sum over the members of a group (-1: over all) that somebody can read is small. */
static bool small_over(const search *w, int group, int mask, int use) {
  int64_t all = 0, sum;
  if (!used(w, use, w->plan->masks[mask]) || (use == TABLES && group >= 0)) return false;
  for (size_t place = 0; place < w->plan->places; place++) {
    if (in_use(w, place, group, use) && row_sum(w, place, mask, &sum)) all += sum;
  }
  return small(w, all);
}

/* A small sum over a group or all: hidden, with the cheapest witness among its rows that moves it. */
static void protect_wide(search *w, int group, int mask, int use) {
  move best = {0, 0, IN_GROUP, -1};
  size_t who = 0;
  int64_t sum;
  for (size_t place = 0; place < w->plan->places; place++) {
    if (!in_use(w, place, group, use) || !row_sum(w, place, mask, &sum) || sum == 0) continue;
    move m = witness(w, place, mask, group >= 0 ? OUTSIDE : ALONE);
    if (m.cost < 0 || (best.cost >= 0 && (m.reach > best.reach || (m.reach == best.reach && m.cost >= best.cost)))) continue;
    best = m;
    who = place;
  }
  if (best.cost >= 0) apply(w, who, &best);
}

/* Hides (and then protects) the small sums over groups and over all. */
static void hide_wide(search *w, bool protecting) {
  upheld_disclosure_plan *p = w->plan;
  for (int i = 0; i < p->mask_count; i++) {
    if (w->parts[i] == 0) continue;
    for (int use = TABLES; use < w->f->evidence->scheme->indicator_count; use++) {
      for (int g = -1; g < p->groups; g++) {
        if (!small_over(w, g, i, use)) continue;
        put(g < 0 ? &p->total : &p->group[g], i);
        if (protecting && !has(g < 0 ? &w->moved_total : &w->moved[g], i)) protect_wide(w, g, i, use);
      }
    }
  }
}

/* What is no sum of parts is never printed. */
static void hide_unknown_masks(search *w) {
  upheld_disclosure_plan *p = w->plan;
  for (int i = 0; i < p->mask_count; i++) {
    if (w->parts[i] != 0) continue;
    put(&p->total, i);
    for (int g = 0; g < p->groups; g++) put(&p->group[g], i);
    for (size_t place = 0; place < p->places; place++) put(&p->rows[place], i);
  }
}

static void hide_small(search *w) {
  upheld_disclosure_plan *p = w->plan;
  int64_t sum;
  for (int i = 0; i < p->mask_count; i++) {
    for (size_t place = 0; place < p->places; place++) {
      if (!row_sum(w, place, i, &sum) || !small(w, sum)) continue;
      put(&p->rows[place], i);
      p->sensitive++;
    }
  }
}

static void decide(search *w) {
  upheld_disclosure_plan *p = w->plan;
  int64_t sum;
  hide_unknown_masks(w);
  hide_small(w);
  hide_wide(w, false);
  for (size_t place = 0; place < p->places; place++) hide_odd_figures(w, place);
  for (size_t place = 0; place < p->places; place++) {
    for (int i = 0; i < p->mask_count; i++) {
      if (!row_sum(w, place, i, &sum) || !small(w, sum) || has(&w->witnessed[place], i)) continue;
      move m = witness(w, place, i, IN_GROUP);
      apply(w, place, &m);
    }
  }
  hide_wide(w, true);
  for (size_t place = 0; place < p->places; place++) {
    for (int i = 0; i < p->mask_count; i++) {
      if (has(&p->rows[place], i) && row_sum(w, place, i, &sum) && !small(w, sum)) p->besides++;
    }
  }
}

/* }====== */

upheld_status upheld_disclosure_check(const upheld_disclosure *d, upheld_error *err) {
  if (d->suppress_below < 0 || d->suppress_below > UPHELD_MAX_THRESHOLD || d->suppress_below == 1) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-disclosure", "suppress_below is 2 to %d, or 0 for none", UPHELD_MAX_THRESHOLD);
  }
  if (d->round_to < 0 || (d->round_to > 1 && d->round_to > d->suppress_below)) {
    return upheld_fail(err, UPHELD_MISUSE, "bad-disclosure",
                       "round_to is at most suppress_below: alone it is undone by adding up, and above it 0 would stand for "
                       "counts that are not 0");
  }
  return UPHELD_OK;
}

static upheld_status make(search *w, upheld_error *err) {
  upheld_disclosure_plan *p = w->plan;
  const upheld_allocator *a = &p->allocator;
  p->rows = upheld_new_zero(a, p->places + 1, sizeof *p->rows);
  p->group = upheld_new_zero(a, (size_t)p->groups, sizeof *p->group);
  w->x = upheld_new_zero(a, p->places + 1, sizeof *w->x);
  w->known = upheld_new_zero(a, p->places + 1, sizeof *w->known);
  w->group = upheld_new_zero(a, p->places + 1, sizeof *w->group);
  w->pattern = upheld_new_zero(a, p->places + 1, sizeof *w->pattern);
  w->witnessed = upheld_new_zero(a, p->places + 1, sizeof *w->witnessed);
  w->moved = upheld_new_zero(a, (size_t)p->groups, sizeof *w->moved);
  w->partners = upheld_new_zero(a, p->places + 1, sizeof *w->partners);
  w->prices = upheld_new_zero(a, p->places + 1, sizeof *w->prices);
  w->split = upheld_new_zero(a, COUNTERS, sizeof *w->split);
  bool short_of_memory = p->rows == NULL || p->group == NULL || w->x == NULL || w->known == NULL || w->group == NULL ||
                         w->pattern == NULL || w->witnessed == NULL || w->moved == NULL || w->partners == NULL || w->prices == NULL || w->split == NULL;
  if (!short_of_memory) {
    list_masks(p, w->f->evidence->scheme);
    prepare(w);
    decide(w);
  }
  upheld_release(a, w->x, (p->places + 1) * sizeof *w->x);
  upheld_release(a, w->known, (p->places + 1) * sizeof *w->known);
  upheld_release(a, w->group, (p->places + 1) * sizeof *w->group);
  upheld_release(a, w->pattern, (p->places + 1) * sizeof *w->pattern);
  upheld_release(a, w->witnessed, (p->places + 1) * sizeof *w->witnessed);
  upheld_release(a, w->moved, (size_t)p->groups * sizeof *w->moved);
  upheld_release(a, w->partners, (p->places + 1) * sizeof *w->partners);
  upheld_release(a, w->prices, (p->places + 1) * sizeof *w->prices);
  upheld_release(a, w->split, COUNTERS * sizeof *w->split);
  return short_of_memory ? upheld_nomem(err) : UPHELD_OK;
}

upheld_status upheld_disclosure_plan_new(upheld_disclosure_plan **out, const upheld_year_figures *f,
                                         const upheld_disclosure *d, upheld_error *err) {
  *out = NULL;
  upheld_status st = upheld_disclosure_check(d, err);
  if (st != UPHELD_OK || d->suppress_below == 0) return st;
  upheld_disclosure_plan *p = upheld_new_zero(&f->allocator, 1, sizeof *p);
  if (p == NULL) return upheld_nomem(err);
  p->allocator = f->allocator;
  p->rule = *d;
  p->places = f->count;
  p->groups = f->evidence->scheme->types.count + 1;
  search w = {.f = f, .plan = p};
  st = make(&w, err);
  if (st == UPHELD_OK) *out = p;
  else upheld_disclosure_plan_free(p);
  return st;
}

void upheld_disclosure_plan_free(upheld_disclosure_plan *p) {
  if (p == NULL) return;
  upheld_allocator a = p->allocator;
  upheld_release(&a, p->rows, (p->places + 1) * sizeof *p->rows);
  upheld_release(&a, p->group, (size_t)p->groups * sizeof *p->group);
  upheld_release(&a, p, sizeof *p);
}

static bool shown(const upheld_disclosure_plan *p, const upheld_mask_set *hidden, uint64_t mask) {
  if (mask == 0) return true; /* a sum of nothing */
  for (int i = 0; i < p->mask_count; i++) {
    if (p->masks[i] == mask) return !has(hidden, i);
  }
  return false;
}

bool upheld_row_shown(const upheld_disclosure_plan *p, size_t place, uint64_t mask) {
  return p == NULL || shown(p, &p->rows[place], mask);
}

bool upheld_group_shown(const upheld_disclosure_plan *p, int type, uint64_t mask) {
  return p == NULL || shown(p, &p->group[type], mask);
}

bool upheld_total_shown(const upheld_disclosure_plan *p, uint64_t mask) {
  return p == NULL || shown(p, &p->total, mask);
}

int64_t upheld_count_shown(const upheld_disclosure_plan *p, int64_t count) {
  if (p == NULL || p->rule.round_to < 2) return count;
  return (count + p->rule.round_to / 2) / p->rule.round_to * p->rule.round_to;
}
