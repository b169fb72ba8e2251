/*
** figures_out.c: figures as JSON and CSV (figures_out.h).
** Owns: keys and their order. What is absent is null in JSON and an empty cell in CSV.
*/
#include "figures_out.h"

#include <string.h>

#include "json.h"
#include "text.h"

/* A number that was printed with decimals, as a JSON number. */
static void json_scaled(upheld_json *j, const char *key, int64_t value, int decimals, bool known) {
  upheld_json_key(j, key);
  if (!known) {
    upheld_json_null(j);
  } else if (decimals == 0) {
    upheld_json_integer(j, value);
  } else {
    double scale = 1;
    for (int d = 0; d < decimals; d++) scale *= 10;
    upheld_json_real(j, (double)value / scale, decimals);
  }
}

/* A printed rate as text under key, for indicators whose rate is not a whole per cent. */
static bool has_value(const upheld_indicator *ind) { return ind->per != 100 || ind->decimals != 0; }

static void json_peers(upheld_json *j, const upheld_indicator *ind, const upheld_peers *p) {
  upheld_json_key(j, "peers");
  if (p == NULL) {
    upheld_json_null(j);
    return;
  }
  upheld_json_open(j, '{');
  upheld_json_text_member(j, "average", upheld_average_name(p->average));
  upheld_json_flag_member(j, "include_self", p->include_self);
  upheld_json_text_member(j, "group", upheld_group_kind_name(p->group));
  upheld_json_text_member(j, "group_name", p->group_name);
  if (p->version != NULL) upheld_json_text_member(j, "group_version", p->version);
  upheld_json_count_member(j, "numerator", p->numerator, p->summed);
  upheld_json_count_member(j, "denominator", p->denominator, p->denominator > 0);
  upheld_json_count_member(j, "percent", p->percent, p->percent >= 0);
  if (has_value(ind)) upheld_json_text_member(j, "value", p->value);
  upheld_json_key(j, "quartiles");
  if (p->lower[0] != '\0') {
    upheld_json_open(j, '[');
    upheld_json_string(j, upheld_text_of(p->lower));
    upheld_json_string(j, upheld_text_of(p->upper));
    upheld_json_close(j, ']');
  } else {
    upheld_json_null(j);
  }
  upheld_json_text_member(j, "reason", p->reason);
  upheld_json_count_member(j, "authorities", p->authorities, true);
  upheld_json_count_member(j, "without_rate", p->without_rate, true);
  upheld_json_count_member(j, "unknown", p->unknown, true);
  if (p->suppressed > 0) upheld_json_count_member(j, "suppressed", p->suppressed, true);
  upheld_json_count_member(j, "of", p->of, true);
  json_scaled(j, "as_published", p->published, p->published_decimals, p->has_published);
  upheld_json_close(j, '}');
}

/* What one figure is printed with. */
typedef struct beside {
  const upheld_peers *peers; /* NULL none */
  upheld_standing standing;
} beside;

static void json_figure(upheld_json *j, const upheld_indicator *ind, const upheld_figure *f, const beside *b) {
  upheld_json_key(j, ind->name);
  upheld_json_open(j, '{');
  upheld_json_count_member(j, "numerator", f->numerator, f->numerator_known);
  upheld_json_count_member(j, "denominator", f->denominator, f->denominator_known);
  upheld_json_count_member(j, "percent", f->percent, f->percent >= 0);
  if (has_value(ind)) upheld_json_text_member(j, "value", f->value);
  if (ind->measure == UPHELD_MEASURE_DAYS) {
    upheld_json_key(j, "quartiles");
    if (f->lower[0] != '\0') {
      upheld_json_open(j, '[');
      upheld_json_string(j, upheld_text_of(f->lower));
      upheld_json_string(j, upheld_text_of(f->upper));
      upheld_json_close(j, ']');
    } else {
      upheld_json_null(j);
    }
  }
  if (ind->late != 0) upheld_json_count_member(j, "late", f->late, f->late_known);
  upheld_json_text_member(j, "reason", f->reason);
  upheld_json_text_member(j, "caution", f->caution);
  upheld_json_text_member(j, "basis", upheld_basis_name(f->basis));
  upheld_json_flag_member(j, "rounded_to_bound", f->rounded_to_bound);
  upheld_json_interval_member(j, "interval", f->low, f->high, f->has_interval);
  json_peers(j, ind, b->peers);
  upheld_json_text_member(j, "class", b->standing.class);
  upheld_json_text_member(j, "class_reason", b->standing.reason);
  upheld_json_text_member(j, "standing", b->standing.standing);
  upheld_json_close(j, '}');
}

typedef struct year_writer {
  upheld_json *j;
  const upheld_year_figures *f;
  const upheld_grouping *g;
  const upheld_figures_options *o;
  upheld_status status;
  upheld_error *err;
} year_writer;

/* Peers and standing of a figure, into *peers and *b. */
static void look_beside(year_writer *w, size_t place, int k, upheld_peers *peers, beside *b) {
  b->peers = upheld_grouping_peers(w->g, place, k, &w->o->peers, peers) ? peers : NULL;
  upheld_status st = upheld_grouping_standing(w->g, place, k, &w->o->class, &b->standing, w->err);
  if (st != UPHELD_OK) w->status = st;
}

enum { ALL = -1 }; /* place of the totals */

/* One counter of an authority or of all: null where it is hidden. */
static void json_counter(const year_writer *w, int place, const char *label, int counter, int64_t count) {
  const upheld_disclosure_plan *p = w->f->plan;
  bool shown = place == ALL ? upheld_total_shown(p, UPHELD_BIT(counter)) : upheld_row_shown(p, (size_t)place, UPHELD_BIT(counter));
  upheld_json_count_member(w->j, label, upheld_count_shown(p, count), shown);
}

/* The counts of one vocabulary, from its first counter on; null when gaps or missing sources leave them unknown. */
static void json_counts(const year_writer *w, int place, const char *key, const upheld_vocabulary *v, int first,
                        const int64_t *counts, bool known) {
  upheld_json_key(w->j, key);
  if (!known) {
    upheld_json_null(w->j);
    return;
  }
  upheld_json_open(w->j, '{');
  for (int i = 0; i < v->count; i++) json_counter(w, place, v->labels[i], first + i, counts[i]);
  /* with counts hidden always: that the key is there must not depend on a hidden count */
  if (first == UPHELD_COUNTER_AREA && (counts[v->count] > 0 || w->f->plan != NULL)) {
    json_counter(w, place, "not recorded", UPHELD_COUNTER_NO_AREA, counts[v->count]);
  }
  upheld_json_close(w->j, '}');
}

/* Codes of the ended authorities that are counted with this one. */
static void json_parts(const year_writer *w, uint32_t authority) {
  const upheld_evidence *e = w->f->evidence;
  upheld_json_key(w->j, "predecessors");
  upheld_json_open(w->j, '[');
  for (size_t part = 0; part < e->directory.count; part++) {
    if (e->now_of[part] == authority && part != authority) upheld_json_string(w->j, upheld_text_of(e->directory.items[part].code));
  }
  upheld_json_close(w->j, ']');
}

static void json_authority(year_writer *w, size_t place) {
  const upheld_scheme *s = w->f->evidence->scheme;
  const upheld_authority *a = &w->f->evidence->directory.items[w->f->authorities[place]];
  int64_t sums[UPHELD_MAX_AREAS + 1] = {0}, no_area = 0;
  upheld_json_break(w->j);
  upheld_json_open(w->j, '{');
  upheld_json_text_member(w->j, "code", a->code);
  upheld_json_text_member(w->j, "name", a->name);
  upheld_json_text_member(w->j, "type", a->type_text);
  if (w->f->evidence->now_of != NULL) json_parts(w, w->f->authorities[place]);
  upheld_json_key(w->j, "figures");
  upheld_json_open(w->j, '{');
  for (int k = 0; k < s->indicator_count; k++) {
    upheld_peers peers;
    beside b;
    look_beside(w, place, k, &peers, &b);
    json_figure(w->j, &s->indicators[k], upheld_year_figure(w->f, place, k), &b);
  }
  upheld_json_close(w->j, '}');
  bool known = upheld_year_outcomes(w->f, place, sums);
  json_counts(w, (int)place, "outcomes", &s->outcomes, 0, sums, known);
  memset(sums, 0, sizeof sums);
  known = upheld_year_received(w->f, place, sums, &no_area);
  sums[s->areas.count] = no_area;
  json_counts(w, (int)place, "received", &s->areas, UPHELD_COUNTER_AREA, sums, known);
  upheld_json_close(w->j, '}');
}

static void json_totals(const year_writer *w) {
  const upheld_scheme *s = w->f->evidence->scheme;
  int64_t outcomes[UPHELD_MAX_AREAS + 1] = {0}, areas[UPHELD_MAX_AREAS + 1] = {0}, no_area = 0;
  bool outcomes_known = true, areas_known = true;
  upheld_json_break(w->j);
  upheld_json_key(w->j, "totals");
  upheld_json_open(w->j, '{');
  upheld_json_key(w->j, "figures");
  upheld_json_open(w->j, '{');
  for (int k = 0; k < s->indicator_count; k++) {
    static const beside nobody = {NULL, {NULL, "no-peers", NULL, 0, 0}};
    upheld_figure total;
    upheld_year_total(w->f, k, &total);
    json_figure(w->j, &s->indicators[k], &total, &nobody);
  }
  upheld_json_close(w->j, '}');
  for (size_t place = 0; place < w->f->count; place++) {
    if (!upheld_year_outcomes(w->f, place, outcomes)) outcomes_known = false;
    if (!upheld_year_received(w->f, place, areas, &no_area)) areas_known = false;
  }
  areas[s->areas.count] = no_area;
  json_counts(w, ALL, "outcomes", &s->outcomes, 0, outcomes, outcomes_known);
  json_counts(w, ALL, "received", &s->areas, UPHELD_COUNTER_AREA, areas, areas_known);
  upheld_json_close(w->j, '}');
}

static bool selected(const upheld_year_figures *f, size_t place, const upheld_figures_options *o) {
  uint32_t authority = f->authorities[place];
  if (o->authority >= 0 && authority != (uint64_t)o->authority) return false;
  return o->type < 0 || f->evidence->directory.items[authority].type == o->type;
}

/* Codes of the members of a group that are in the given state. */
static void json_members(year_writer *w, const char *key, int group, int k, upheld_peer_state state) {
  upheld_json_key(w->j, key);
  upheld_json_open(w->j, '[');
  for (size_t place = 0; place < w->f->count; place++) {
    if (w->g->group_of[place] == group && upheld_grouping_state(w->g, place, k) == state) {
      upheld_json_string(w->j, upheld_text_of(w->f->evidence->directory.items[w->f->authorities[place]].code));
    }
  }
  upheld_json_close(w->j, ']');
}

/* Who is in no average and why: peer_groups, by name of the group and indicator, codes without a rate and codes not known. */
static void json_groups(year_writer *w) {
  const upheld_scheme *s = w->f->evidence->scheme;
  upheld_json_break(w->j);
  upheld_json_key(w->j, "peer_groups");
  upheld_json_open(w->j, '{');
  for (size_t group = 0; group < w->g->groups; group++) {
    upheld_json_break(w->j);
    upheld_json_key(w->j, w->g->labels[group]);
    upheld_json_open(w->j, '{');
    for (int k = 0; k < s->indicator_count; k++) {
      upheld_json_key(w->j, s->indicators[k].name);
      upheld_json_open(w->j, '{');
      json_members(w, "without_rate", (int)group, k, UPHELD_PEER_WITHOUT);
      json_members(w, "unknown", (int)group, k, UPHELD_PEER_UNKNOWN);
      if (w->f->plan != NULL) json_members(w, "suppressed", (int)group, k, UPHELD_PEER_SUPPRESSED);
      upheld_json_close(w->j, '}');
    }
    upheld_json_close(w->j, '}');
  }
  upheld_json_close(w->j, '}');
}

/* What is hidden, and how much. */
static void json_disclosure(year_writer *w) {
  const upheld_disclosure_plan *p = w->f->plan;
  if (p == NULL) return;
  upheld_json_key(w->j, "disclosure");
  upheld_json_open(w->j, '{');
  upheld_json_count_member(w->j, "suppress_below", p->rule.suppress_below, true);
  upheld_json_count_member(w->j, "round_to", p->rule.round_to, p->rule.round_to > 1);
  upheld_json_close(w->j, '}');
}

/* The members year, authorities, totals, peer_groups, into the open object. */
static void json_year(year_writer *w) {
  upheld_json_count_member(w->j, "year", w->f->year, true);
  json_disclosure(w);
  upheld_json_key(w->j, "authorities");
  upheld_json_open(w->j, '[');
  for (size_t place = 0; place < w->f->count; place++) {
    if (selected(w->f, place, w->o)) json_authority(w, place);
  }
  upheld_json_close(w->j, ']');
  json_totals(w);
  json_groups(w);
}

/* Calls with each wanted year's figures. */
typedef void (*year_fn)(void *out, year_writer *w);

static upheld_status each_year(const upheld_evidence *e, const upheld_figures_options *o, year_fn fn, void *out,
                               upheld_error *err) {
  int years[UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 2];
  size_t count = 1;
  years[0] = o->year;
  if (o->year == 0) count = upheld_evidence_years(e, years, sizeof years / sizeof years[0]);
  for (size_t i = 0; i < count; i++) {
    upheld_year_figures *f;
    upheld_grouping *g;
    upheld_status st = upheld_year_figures_with(&f, e, years[i], &o->disclosure, err);
    if (st != UPHELD_OK) return st;
    st = upheld_grouping_new(&g, f, &o->group, err);
    year_writer w = {NULL, f, g, o, st, err};
    if (st == UPHELD_OK) fn(out, &w);
    upheld_grouping_free(g);
    upheld_year_figures_free(f);
    if (w.status != UPHELD_OK) return w.status;
  }
  return UPHELD_OK;
}

static void json_one_of_years(void *out, year_writer *w) {
  w->j = out;
  upheld_json_break(w->j);
  upheld_json_open(w->j, '{');
  json_year(w);
  upheld_json_close(w->j, '}');
}

static void json_only_year(void *out, year_writer *w) {
  w->j = out;
  json_year(w);
}

upheld_status upheld_figures_json(const upheld_evidence *e, const upheld_figures_options *o, upheld_buffer *out,
                                  upheld_error *err) {
  upheld_json j;
  upheld_status st;
  upheld_json_init(&j, out);
  upheld_json_open(&j, '{');
  upheld_json_text_member(&j, "scheme", e->scheme->name);
  upheld_json_text_member(&j, "boundaries", e->now_of == NULL ? "as it was" : "as it is now");
  if (o->year != 0) {
    st = each_year(e, o, json_only_year, &j, err);
  } else {
    upheld_json_key(&j, "years");
    upheld_json_open(&j, '[');
    st = each_year(e, o, json_one_of_years, &j, err);
    upheld_json_close(&j, ']');
  }
  upheld_json_close(&j, '}');
  upheld_buffer_byte(out, '\n');
  if (st != UPHELD_OK) return st;
  return out->failed ? upheld_nomem(err) : UPHELD_OK;
}

/* {====== CSV ====== */

static void csv_text(upheld_buffer *b, const char *text) {
  upheld_csv_field(b, upheld_text_of(text), false);
}

static void csv_count(upheld_buffer *b, int64_t value, bool known) {
  upheld_buffer_byte(b, ',');
  if (known) upheld_buffer_integer(b, value);
}

/* A plain number through the JSON writer, so that there is one spelling of numbers. */
static void csv_real(upheld_buffer *b, double value, int decimals, bool known) {
  upheld_json j;
  upheld_buffer_byte(b, ',');
  if (!known) return;
  upheld_json_init(&j, b);
  upheld_json_real(&j, value, decimals);
}

static void csv_published(upheld_buffer *b, const upheld_peers *p) {
  double scale = 1;
  for (int d = 0; d < p->published_decimals; d++) scale *= 10;
  csv_real(b, (double)p->published / scale, p->published_decimals, p->has_published);
}

static void csv_peers(upheld_buffer *b, const upheld_peers *p) {
  static const upheld_peers none = {.percent = -1};
  bool has = p != NULL;
  if (p == NULL) p = &none;
  csv_text(b, has ? upheld_average_name(p->average) : "");
  csv_text(b, !has ? "" : p->include_self ? "yes" : "no");
  csv_text(b, has ? upheld_group_kind_name(p->group) : "");
  csv_text(b, p->group_name);
  csv_text(b, p->version);
  csv_count(b, p->numerator, p->summed);
  csv_count(b, p->denominator, p->denominator > 0);
  csv_count(b, p->percent, p->percent >= 0);
  csv_text(b, p->value);
  csv_text(b, p->lower);
  csv_text(b, p->upper);
  csv_text(b, p->reason);
  csv_count(b, p->authorities, has);
  csv_count(b, p->without_rate, has);
  csv_count(b, p->unknown, has);
  csv_count(b, p->suppressed, has);
  csv_count(b, p->of, has);
  csv_published(b, p);
}

static void csv_figure(upheld_buffer *b, year_writer *w, size_t place, int k) {
  const upheld_authority *a = &w->f->evidence->directory.items[w->f->authorities[place]];
  const upheld_figure *figure = upheld_year_figure(w->f, place, k);
  upheld_peers p;
  beside s;
  look_beside(w, place, k, &p, &s);
  upheld_buffer_integer(b, w->f->year);
  csv_text(b, a->code);
  csv_text(b, a->name);
  csv_text(b, a->type_text);
  csv_text(b, w->f->evidence->scheme->indicators[k].name);
  csv_count(b, figure->numerator, figure->numerator_known);
  csv_count(b, figure->denominator, figure->denominator_known);
  csv_count(b, figure->percent, figure->percent >= 0);
  csv_text(b, figure->value);
  csv_text(b, figure->lower);
  csv_text(b, figure->upper);
  csv_count(b, figure->late, figure->late_known);
  csv_text(b, figure->reason);
  csv_text(b, figure->caution);
  csv_text(b, upheld_basis_name(figure->basis));
  csv_text(b, figure->rounded_to_bound ? "yes" : "no");
  csv_real(b, figure->low, UPHELD_INTERVAL_DECIMALS, figure->has_interval);
  csv_real(b, figure->high, UPHELD_INTERVAL_DECIMALS, figure->has_interval);
  csv_peers(b, s.peers);
  csv_text(b, s.standing.class);
  csv_text(b, s.standing.reason);
  csv_text(b, s.standing.standing);
  csv_text(b, w->f->evidence->now_of == NULL ? "as it was" : "as it is now");
  csv_count(b, figure->rounded_to, figure->rounded_to > 1);
  upheld_buffer_byte(b, '\n');
}

static void csv_year(void *out, year_writer *w) {
  for (size_t place = 0; place < w->f->count; place++) {
    if (!selected(w->f, place, w->o)) continue;
    for (int k = 0; k < w->f->evidence->scheme->indicator_count; k++) csv_figure(out, w, place, k);
  }
}

upheld_status upheld_figures_csv(const upheld_evidence *e, const upheld_figures_options *o, upheld_buffer *out,
                                 upheld_error *err) {
  upheld_buffer_text(out, "year,code,name,type,indicator,numerator,denominator,percent,value,"
                          "lower_quartile,upper_quartile,late,reason,caution,basis,rounded_to_bound,interval_low,"
                          "interval_high,average,include_self,peer_group,peer_group_name,peer_group_version,"
                          "peer_numerator,peer_denominator,peer_percent,peer_value,peer_lower_quartile,"
                          "peer_upper_quartile,peer_reason,peer_authorities,peer_without_rate,peer_unknown,peer_suppressed,peer_of,"
                          "peer_as_published,class,class_reason,standing,boundaries,rounded_to\n");
  upheld_status st = each_year(e, o, csv_year, out, err);
  if (st != UPHELD_OK) return st;
  return out->failed ? upheld_nomem(err) : UPHELD_OK;
}

/* }====== */
