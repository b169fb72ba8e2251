/*
** figures_out.c: figures as JSON and CSV (figures_out.h).
** Owns: keys and their order. What is absent is null in JSON and an empty cell in CSV.
*/
#include "figures_out.h"

#include <string.h>

#include "json.h"
#include "text.h"

enum { INTERVAL_DECIMALS = 6 }; /* of a proportion: four decimals of a per cent, more than anybody prints */

static void json_text(upheld_json *j, const char *key, const char *text) {
  upheld_json_key(j, key);
  if (text == NULL || text[0] == '\0') upheld_json_null(j);
  else upheld_json_string(j, upheld_text_of(text));
}

static void json_count(upheld_json *j, const char *key, int64_t value, bool known) {
  upheld_json_key(j, key);
  if (known) upheld_json_integer(j, value);
  else upheld_json_null(j);
}

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

static void json_peers(upheld_json *j, const upheld_indicator *ind, const upheld_peers *p) {
  upheld_json_key(j, "peers");
  if (p == NULL) {
    upheld_json_null(j);
    return;
  }
  upheld_json_open(j, '{');
  json_text(j, "average", p->mean ? "mean" : "pooled");
  upheld_json_key(j, "include_self");
  upheld_json_boolean(j, p->include_self);
  json_count(j, "numerator", p->numerator, p->authorities > 0);
  json_count(j, "denominator", p->denominator, p->authorities > 0);
  json_count(j, "percent", p->percent, p->percent >= 0);
  if (ind->per != 100 || ind->decimals != 0) json_text(j, "value", p->value);
  json_count(j, "authorities", p->authorities, true);
  json_count(j, "without_rate", p->without_rate, true);
  json_count(j, "unknown", p->unknown, true);
  json_count(j, "of", p->of, true);
  json_scaled(j, "as_published", p->published, p->published_decimals, p->has_published);
  upheld_json_close(j, '}');
}

static void json_figure(upheld_json *j, const upheld_indicator *ind, const upheld_figure *f, const upheld_peers *p,
                        const char *class, const char *class_reason) {
  upheld_json_key(j, ind->name);
  upheld_json_open(j, '{');
  json_count(j, "numerator", f->numerator, f->numerator_known);
  json_count(j, "denominator", f->denominator, f->denominator_known);
  json_count(j, "percent", f->percent, f->percent >= 0);
  if (ind->per != 100 || ind->decimals != 0) json_text(j, "value", f->value);
  json_text(j, "reason", f->reason);
  json_text(j, "basis", upheld_basis_name(f->basis));
  upheld_json_key(j, "rounded_to_bound");
  upheld_json_boolean(j, f->rounded_to_bound);
  upheld_json_key(j, "interval");
  if (f->has_interval) {
    upheld_json_open(j, '[');
    upheld_json_real(j, f->low, INTERVAL_DECIMALS);
    upheld_json_real(j, f->high, INTERVAL_DECIMALS);
    upheld_json_close(j, ']');
  } else {
    upheld_json_null(j);
  }
  json_peers(j, ind, p);
  json_text(j, "class", class);
  json_text(j, "class_reason", class_reason);
  upheld_json_close(j, '}');
}

/* The counts of one vocabulary; null when gaps or missing sources leave them unknown. */
static void json_counts(upheld_json *j, const char *key, const upheld_vocabulary *v, const int64_t *counts, bool known) {
  upheld_json_key(j, key);
  if (!known) {
    upheld_json_null(j);
    return;
  }
  upheld_json_open(j, '{');
  for (int i = 0; i < v->count; i++) json_count(j, v->labels[i], counts[i], true);
  upheld_json_close(j, '}');
}

typedef struct year_writer {
  upheld_json *j;
  const upheld_year_figures *f;
  const upheld_figures_options *o;
} year_writer;

static void json_received(const year_writer *w, int64_t *sums, bool known, int64_t no_area) {
  const upheld_scheme *s = w->f->evidence->scheme;
  upheld_json_key(w->j, "received");
  if (!known) {
    upheld_json_null(w->j);
    return;
  }
  upheld_json_open(w->j, '{');
  for (int i = 0; i < s->areas.count; i++) json_count(w->j, s->areas.labels[i], sums[i], true);
  if (no_area > 0) json_count(w->j, "not recorded", no_area, true);
  upheld_json_close(w->j, '}');
}

static void json_authority(const year_writer *w, size_t place) {
  const upheld_scheme *s = w->f->evidence->scheme;
  const upheld_authority *a = &w->f->evidence->directory.items[w->f->authorities[place]];
  int64_t sums[32] = {0}, no_area = 0;
  upheld_json_break(w->j);
  upheld_json_open(w->j, '{');
  json_text(w->j, "code", a->code);
  json_text(w->j, "name", a->name);
  json_text(w->j, "type", a->type_text);
  upheld_json_key(w->j, "figures");
  upheld_json_open(w->j, '{');
  for (int k = 0; k < s->indicator_count; k++) {
    upheld_peers peers;
    const char *reason;
    bool has = upheld_year_peers(w->f, place, k, &w->o->peers, &peers);
    const char *class = upheld_year_class(w->f, place, k, w->o->method, &reason);
    json_figure(w->j, &s->indicators[k], upheld_year_figure(w->f, place, k), has ? &peers : NULL, class, reason);
  }
  upheld_json_close(w->j, '}');
  bool known = upheld_year_outcomes(w->f, place, sums);
  json_counts(w->j, "outcomes", &s->outcomes, sums, known);
  memset(sums, 0, sizeof sums);
  known = upheld_year_received(w->f, place, sums, &no_area);
  json_received(w, sums, known, no_area);
  upheld_json_close(w->j, '}');
}

static void json_totals(const year_writer *w) {
  const upheld_scheme *s = w->f->evidence->scheme;
  int64_t outcomes[32] = {0}, areas[32] = {0}, no_area = 0;
  bool outcomes_known = true, areas_known = true;
  upheld_json_break(w->j);
  upheld_json_key(w->j, "totals");
  upheld_json_open(w->j, '{');
  upheld_json_key(w->j, "figures");
  upheld_json_open(w->j, '{');
  for (int k = 0; k < s->indicator_count; k++) {
    upheld_figure total;
    upheld_year_total(w->f, k, &total);
    json_figure(w->j, &s->indicators[k], &total, NULL, NULL, "no-peers");
  }
  upheld_json_close(w->j, '}');
  for (size_t place = 0; place < w->f->count; place++) {
    if (!upheld_year_outcomes(w->f, place, outcomes)) outcomes_known = false;
    if (!upheld_year_received(w->f, place, areas, &no_area)) areas_known = false;
  }
  json_counts(w->j, "outcomes", &s->outcomes, outcomes, outcomes_known);
  json_received(w, areas, areas_known, no_area);
  upheld_json_close(w->j, '}');
}

static bool selected(const upheld_year_figures *f, size_t place, const upheld_figures_options *o) {
  uint32_t authority = f->authorities[place];
  if (o->authority >= 0 && authority != (uint64_t)o->authority) return false;
  return o->type < 0 || f->evidence->directory.items[authority].type == o->type;
}

/* The members year, authorities, totals, into the open object. */
static void json_year(upheld_json *j, const upheld_year_figures *f, const upheld_figures_options *o) {
  year_writer w = {j, f, o};
  json_count(j, "year", f->year, true);
  upheld_json_key(j, "authorities");
  upheld_json_open(j, '[');
  for (size_t place = 0; place < f->count; place++) {
    if (selected(f, place, o)) json_authority(&w, place);
  }
  upheld_json_close(j, ']');
  json_totals(&w);
}

/* Calls with each wanted year's figures. */
typedef void (*year_fn)(void *ud, const upheld_year_figures *f, const upheld_figures_options *o);

static upheld_status each_year(const upheld_evidence *e, const upheld_figures_options *o, year_fn fn, void *ud,
                               upheld_error *err) {
  int years[UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 2];
  size_t count = 1;
  years[0] = o->year;
  if (o->year == 0) count = upheld_evidence_years(e, years, sizeof years / sizeof years[0]);
  for (size_t i = 0; i < count; i++) {
    upheld_year_figures *f;
    upheld_status st = upheld_year_figures_new(&f, e, years[i], err);
    if (st != UPHELD_OK) return st;
    fn(ud, f, o);
    upheld_year_figures_free(f);
  }
  return UPHELD_OK;
}

static void json_one_of_years(void *ud, const upheld_year_figures *f, const upheld_figures_options *o) {
  upheld_json *j = ud;
  upheld_json_break(j);
  upheld_json_open(j, '{');
  json_year(j, f, o);
  upheld_json_close(j, '}');
}

static void json_only_year(void *ud, const upheld_year_figures *f, const upheld_figures_options *o) {
  json_year(ud, f, o);
}

upheld_status upheld_figures_json(const upheld_evidence *e, const upheld_figures_options *o, upheld_buffer *out,
                                  upheld_error *err) {
  upheld_json j;
  upheld_status st;
  upheld_json_init(&j, out);
  upheld_json_open(&j, '{');
  json_text(&j, "scheme", e->scheme->name);
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

static void csv_figure(upheld_buffer *b, const upheld_year_figures *f, const upheld_figures_options *o, size_t place,
                       int k) {
  const upheld_authority *a = &f->evidence->directory.items[f->authorities[place]];
  const upheld_figure *figure = upheld_year_figure(f, place, k);
  upheld_peers p;
  const char *reason;
  bool has = upheld_year_peers(f, place, k, &o->peers, &p);
  const char *class = upheld_year_class(f, place, k, o->method, &reason);
  upheld_buffer_integer(b, f->year);
  csv_text(b, a->code);
  csv_text(b, a->name);
  csv_text(b, a->type_text);
  csv_text(b, f->evidence->scheme->indicators[k].name);
  csv_count(b, figure->numerator, figure->numerator_known);
  csv_count(b, figure->denominator, figure->denominator_known);
  csv_count(b, figure->percent, figure->percent >= 0);
  csv_text(b, figure->value);
  csv_text(b, figure->reason);
  csv_text(b, upheld_basis_name(figure->basis));
  csv_text(b, figure->rounded_to_bound ? "yes" : "no");
  csv_real(b, figure->low, INTERVAL_DECIMALS, figure->has_interval);
  csv_real(b, figure->high, INTERVAL_DECIMALS, figure->has_interval);
  csv_text(b, !has ? "" : p.mean ? "mean" : "pooled");
  csv_text(b, !has ? "" : p.include_self ? "yes" : "no");
  csv_count(b, p.numerator, has && p.authorities > 0);
  csv_count(b, p.denominator, has && p.authorities > 0);
  csv_count(b, p.percent, has && p.percent >= 0);
  csv_text(b, has ? p.value : "");
  csv_count(b, p.authorities, has);
  csv_count(b, p.without_rate, has);
  csv_count(b, p.unknown, has);
  csv_count(b, p.of, has);
  csv_published(b, &p);
  csv_text(b, class);
  csv_text(b, reason);
  upheld_buffer_byte(b, '\n');
}

static void csv_year(void *ud, const upheld_year_figures *f, const upheld_figures_options *o) {
  for (size_t place = 0; place < f->count; place++) {
    if (!selected(f, place, o)) continue;
    for (int k = 0; k < f->evidence->scheme->indicator_count; k++) csv_figure(ud, f, o, place, k);
  }
}

upheld_status upheld_figures_csv(const upheld_evidence *e, const upheld_figures_options *o, upheld_buffer *out,
                                 upheld_error *err) {
  upheld_buffer_text(out, "year,code,name,type,indicator,numerator,denominator,percent,value,reason,basis,"
                          "rounded_to_bound,interval_low,interval_high,average,include_self,peer_numerator,"
                          "peer_denominator,peer_percent,peer_value,peer_authorities,peer_without_rate,peer_unknown,"
                          "peer_of,peer_as_published,class,class_reason\n");
  upheld_status st = each_year(e, o, csv_year, out, err);
  if (st != UPHELD_OK) return st;
  return out->failed ? upheld_nomem(err) : UPHELD_OK;
}

/* }====== */
