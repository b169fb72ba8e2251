/*
** trend_out.c: see trend_out.h. Owns keys and columns and their order.
*/
#include "trend_out.h"

#include "json.h"
#include "text.h"

/* {====== JSON ====== */

static bool whole_percent(const upheld_indicator *ind) { return ind->per == 100 && ind->decimals == 0; }

/* The members of a figure, into the open object. */
static void json_figure(upheld_json *j, const upheld_indicator *ind, const upheld_figure *f, const char *reason,
                        bool has) {
  upheld_json_count_member(j, "numerator", f->numerator, has && f->numerator_known);
  upheld_json_count_member(j, "denominator", f->denominator, has && f->denominator_known);
  upheld_json_count_member(j, "percent", f->percent, has && f->percent >= 0);
  if (!whole_percent(ind)) upheld_json_text_member(j, "value", has ? f->value : NULL);
  if (ind->late != 0) upheld_json_count_member(j, "late", f->late, has && f->late_known);
  upheld_json_text_member(j, "reason", reason);
  upheld_json_text_member(j, "caution", f->caution);
  upheld_json_text_member(j, "basis", has ? upheld_basis_name(f->basis) : NULL);
  upheld_json_flag_member(j, "rounded_to_bound", has && f->rounded_to_bound);
  upheld_json_interval_member(j, "interval", f->low, f->high, has && f->has_interval);
}

static void json_break_names(upheld_json *j, const upheld_scheme *s, uint32_t breaks) {
  upheld_json_key(j, "breaks");
  upheld_json_open(j, '[');
  for (int k = 0; k < s->break_count; k++) {
    if ((breaks >> k & 1u) != 0) upheld_json_string(j, upheld_text_of(s->breaks[k].name));
  }
  upheld_json_close(j, ']');
}

static void json_change(upheld_json *j, const char *key, const upheld_scheme *s, const upheld_trend_change *c) {
  upheld_json_key(j, key);
  upheld_json_open(j, '{');
  upheld_json_count_member(j, "since", c->from, c->from != 0);
  upheld_json_count_member(j, "upto", c->to, c->to != 0);
  upheld_json_text_member(j, "change", upheld_trend_change_said(c));
  upheld_json_text_member(j, "reason", c->reason);
  upheld_json_text_member(j, "difference", c->difference);
  upheld_json_interval_member(j, "interval", c->low, c->high, c->has_interval);
  upheld_json_flag_member(j, "comparable", c->made && c->breaks == 0);
  json_break_names(j, s, c->breaks);
  upheld_json_close(j, '}');
}

static const char *boundaries(const upheld_trend *t) { return t->evidence->now_of == NULL ? "as it was" : "as it is now"; }

/* The members that name what the series is of, into the open object. */
static void json_head(upheld_json *j, const upheld_trend *t) {
  const upheld_scheme *s = t->evidence->scheme;
  upheld_json_text_member(j, "scheme", s->name);
  upheld_json_text_member(j, "boundaries", boundaries(t));
  upheld_json_text_member(j, "indicator", s->indicators[t->indicator].name);
  upheld_json_text_member(j, "label", s->indicators[t->indicator].label);
  upheld_json_key(j, "authority");
  if (t->authority < 0) {
    upheld_json_null(j);
    return;
  }
  const upheld_authority *a = &t->evidence->directory.items[t->authority];
  upheld_json_open(j, '{');
  upheld_json_text_member(j, "code", a->code);
  upheld_json_text_member(j, "name", a->name);
  upheld_json_text_member(j, "type", a->type_text);
  upheld_json_close(j, '}');
}

static upheld_status ended(upheld_buffer *out, upheld_error *err) {
  return out->failed ? upheld_nomem(err) : UPHELD_OK;
}

upheld_status upheld_trend_json(const upheld_trend *t, upheld_buffer *out, upheld_error *err) {
  const upheld_scheme *s = t->evidence->scheme;
  int first = t->entries[0].year, last = t->entries[t->count - 1].year;
  upheld_json json, *j = &json;
  upheld_json_init(j, out);
  upheld_json_open(j, '{');
  json_head(j, t);
  upheld_json_count_member(j, "from", first, true);
  upheld_json_count_member(j, "to", last, true);
  upheld_json_key(j, "entries");
  upheld_json_open(j, '[');
  for (size_t i = 0; i < t->count; i++) {
    const upheld_trend_entry *entry = &t->entries[i];
    upheld_json_break(j);
    upheld_json_open(j, '{');
    upheld_json_count_member(j, "year", entry->year, true);
    json_figure(j, &s->indicators[t->indicator], &entry->figure, entry->reason, entry->has_figure);
    json_break_names(j, s, entry->breaks);
    json_change(j, "change", s, &entry->change);
    upheld_json_close(j, '}');
  }
  upheld_json_close(j, ']');
  upheld_json_break(j);
  json_change(j, "overall", s, &t->overall);
  uint32_t between = upheld_scheme_breaks(s, t->indicator, first, last);
  upheld_json_key(j, "breaks");
  upheld_json_open(j, '[');
  for (int k = 0; k < s->break_count; k++) {
    if ((between >> k & 1u) == 0) continue;
    upheld_json_break(j);
    upheld_json_open(j, '{');
    upheld_json_count_member(j, "year", s->breaks[k].year, true);
    upheld_json_text_member(j, "name", s->breaks[k].name);
    upheld_json_text_member(j, "text", s->breaks[k].text);
    upheld_json_close(j, '}');
  }
  upheld_json_close(j, ']');
  upheld_json_close(j, '}');
  upheld_buffer_byte(out, '\n');
  return ended(out, err);
}

static void json_peers(upheld_json *j, const upheld_indicator *ind, const upheld_pooled_peers *p) {
  upheld_json_key(j, "peers");
  if (p->reason != NULL) {
    upheld_json_null(j);
  } else {
    upheld_json_open(j, '{');
    upheld_json_text_member(j, "average", "pooled");
    upheld_json_text_member(j, "group", "type");
    upheld_json_flag_member(j, "include_self", p->include_self);
    upheld_json_count_member(j, "numerator", p->numerator, true);
    upheld_json_count_member(j, "denominator", p->denominator, true);
    upheld_json_count_member(j, "percent", p->percent, p->percent >= 0);
    if (!whole_percent(ind)) upheld_json_text_member(j, "value", p->value);
    upheld_json_flag_member(j, "rounded_to_bound", p->rounded_to_bound);
    upheld_json_count_member(j, "authorities", p->authorities, true);
    upheld_json_count_member(j, "without_rate", p->without_rate, true);
    upheld_json_count_member(j, "unknown", p->unknown, true);
    upheld_json_count_member(j, "of", p->of, true);
    upheld_json_close(j, '}');
  }
  upheld_json_text_member(j, "peers_reason", p->reason);
}

static void json_pooled_years(upheld_json *j, const upheld_trend *t) {
  upheld_json_key(j, "years");
  upheld_json_open(j, '[');
  for (size_t i = 0; i < t->count; i++) {
    if (upheld_trend_missing(t, &t->entries[i]) == NULL) upheld_json_integer(j, t->entries[i].year);
  }
  upheld_json_close(j, ']');
  upheld_json_key(j, "missing");
  upheld_json_open(j, '[');
  for (size_t i = 0; i < t->count; i++) {
    const char *reason = upheld_trend_missing(t, &t->entries[i]);
    if (reason == NULL) continue;
    upheld_json_open(j, '{');
    upheld_json_count_member(j, "year", t->entries[i].year, true);
    upheld_json_text_member(j, "reason", reason);
    upheld_json_close(j, '}');
  }
  upheld_json_close(j, ']');
}

upheld_status upheld_trend_pooled_json(const upheld_trend *t, upheld_buffer *out, upheld_error *err) {
  const upheld_indicator *ind = &t->evidence->scheme->indicators[t->indicator];
  upheld_json json, *j = &json;
  upheld_pooled p;
  upheld_status st = upheld_trend_pooled(t, &p, err);
  if (st != UPHELD_OK) return st;
  upheld_json_init(j, out);
  upheld_json_open(j, '{');
  json_head(j, t);
  json_pooled_years(j, t);
  json_break_names(j, t->evidence->scheme, p.breaks);
  json_figure(j, ind, &p.figure, p.figure.reason, true);
  json_peers(j, ind, &p.peers);
  upheld_json_close(j, '}');
  upheld_buffer_byte(out, '\n');
  return ended(out, err);
}

/* }====== */

/* {====== CSV ====== */

static void csv_text(upheld_buffer *b, const char *text) {
  upheld_csv_field(b, upheld_text_of(text == NULL ? "" : text), false);
}

static void csv_count(upheld_buffer *b, int64_t value, bool known) {
  upheld_buffer_byte(b, ',');
  if (known) upheld_buffer_integer(b, value);
}

/* A plain number through the JSON writer, so that there is one spelling of numbers. */
static void csv_real(upheld_buffer *b, double value, bool known) {
  upheld_json j;
  upheld_buffer_byte(b, ',');
  if (!known) return;
  upheld_json_init(&j, b);
  upheld_json_real(&j, value, UPHELD_INTERVAL_DECIMALS);
}

static void csv_figure(upheld_buffer *b, const upheld_figure *f, const char *reason, bool has) {
  csv_count(b, f->numerator, has && f->numerator_known);
  csv_count(b, f->denominator, has && f->denominator_known);
  csv_count(b, f->percent, has && f->percent >= 0);
  csv_text(b, f->value);
  csv_count(b, f->late, has && f->late_known);
  csv_text(b, reason);
  csv_text(b, f->caution);
  csv_text(b, has ? upheld_basis_name(f->basis) : NULL);
  csv_text(b, has && f->rounded_to_bound ? "yes" : "no");
  csv_real(b, f->low, has && f->has_interval);
  csv_real(b, f->high, has && f->has_interval);
}

/* A list that was written with bars as one field; frees it. */
static void csv_list(upheld_buffer *b, upheld_buffer *list) {
  upheld_text t = {list->data, list->size};
  upheld_csv_field(b, t, false);
  if (list->failed) b->failed = true;
  upheld_buffer_free(list);
}

static void csv_breaks(upheld_buffer *b, const upheld_scheme *s, uint32_t breaks) {
  upheld_buffer names;
  upheld_buffer_init(&names, &b->allocator);
  for (int k = 0; k < s->break_count; k++) {
    if ((breaks >> k & 1u) == 0) continue;
    if (names.size > 0) upheld_buffer_byte(&names, '|');
    upheld_buffer_text(&names, s->breaks[k].name);
  }
  csv_list(b, &names);
}

/* The cells code, name, indicator. */
static void csv_head(upheld_buffer *b, const upheld_trend *t) {
  const upheld_authority *a = t->authority < 0 ? NULL : &t->evidence->directory.items[t->authority];
  csv_text(b, a == NULL ? NULL : a->code);
  csv_text(b, a == NULL ? NULL : a->name);
  csv_text(b, t->evidence->scheme->indicators[t->indicator].name);
}

upheld_status upheld_trend_csv(const upheld_trend *t, upheld_buffer *out, upheld_error *err) {
  const upheld_scheme *s = t->evidence->scheme;
  upheld_buffer_text(out, "year,code,name,indicator,numerator,denominator,percent,value,late,reason,caution,basis,"
                          "rounded_to_bound,interval_low,interval_high,breaks,since,change,change_reason,difference,difference_low,"
                          "difference_high,comparable,breaks_since,boundaries\n");
  for (size_t i = 0; i < t->count; i++) {
    const upheld_trend_entry *entry = &t->entries[i];
    const upheld_trend_change *c = &entry->change;
    upheld_buffer_integer(out, entry->year);
    csv_head(out, t);
    csv_figure(out, &entry->figure, entry->reason, entry->has_figure);
    csv_breaks(out, s, entry->breaks);
    csv_count(out, c->from, c->from != 0);
    csv_text(out, upheld_trend_change_said(c));
    csv_text(out, c->reason);
    csv_text(out, c->difference);
    csv_real(out, c->low, c->has_interval);
    csv_real(out, c->high, c->has_interval);
    csv_text(out, c->made && c->breaks == 0 ? "yes" : "no");
    csv_breaks(out, s, c->breaks);
    csv_text(out, boundaries(t));
    upheld_buffer_byte(out, '\n');
  }
  return ended(out, err);
}

/* The pooled years, or those that are missing as YEAR:REASON, in one cell. */
static void csv_years(upheld_buffer *b, const upheld_trend *t, bool missing) {
  upheld_buffer list;
  upheld_buffer_init(&list, &b->allocator);
  for (size_t i = 0; i < t->count; i++) {
    const char *reason = upheld_trend_missing(t, &t->entries[i]);
    if ((reason != NULL) != missing) continue;
    if (list.size > 0) upheld_buffer_byte(&list, '|');
    upheld_buffer_integer(&list, t->entries[i].year);
    if (!missing) continue;
    upheld_buffer_byte(&list, ':');
    upheld_buffer_text(&list, reason);
  }
  csv_list(b, &list);
}

upheld_status upheld_trend_pooled_csv(const upheld_trend *t, upheld_buffer *out, upheld_error *err) {
  upheld_pooled p;
  upheld_status st = upheld_trend_pooled(t, &p, err);
  if (st != UPHELD_OK) return st;
  bool peers = p.peers.reason == NULL;
  upheld_buffer_text(out, "from,to,code,name,indicator,years,missing,breaks,numerator,denominator,percent,value,late,reason,"
                          "caution,basis,rounded_to_bound,interval_low,interval_high,average,include_self,peer_numerator,"
                          "peer_denominator,peer_percent,peer_value,peer_authorities,peer_without_rate,peer_unknown,"
                          "peer_of,peers_reason,boundaries\n");
  upheld_buffer_integer(out, t->entries[0].year);
  csv_count(out, t->entries[t->count - 1].year, true);
  csv_head(out, t);
  csv_years(out, t, false);
  csv_years(out, t, true);
  csv_breaks(out, t->evidence->scheme, p.breaks);
  csv_figure(out, &p.figure, p.figure.reason, true);
  csv_text(out, peers ? "pooled" : NULL);
  csv_text(out, !peers ? NULL : p.peers.include_self ? "yes" : "no");
  csv_count(out, p.peers.numerator, peers);
  csv_count(out, p.peers.denominator, peers);
  csv_count(out, p.peers.percent, peers && p.peers.percent >= 0);
  csv_text(out, peers ? p.peers.value : NULL);
  csv_count(out, p.peers.authorities, peers);
  csv_count(out, p.peers.without_rate, peers);
  csv_count(out, p.peers.unknown, peers);
  csv_count(out, p.peers.of, peers);
  csv_text(out, p.peers.reason);
  csv_text(out, boundaries(t));
  upheld_buffer_byte(out, '\n');
  return ended(out, err);
}

/* }====== */
