/*
** ltrend.c: series of years as userdata; their entries, changes and pooled years as plain tables.
** Owns: those tables' fields. It computes nothing: every number comes from the core.
*/
#include "../core/trend_out.h"
#include "levidence.h"

#define TREND_NAME "upheld.series"

typedef struct l_trend {
  upheld_trend *trend; /* NULL: closed */
} l_trend;

/* The series at index 1; it points into its evidence, which a script may have closed. */
static const upheld_trend *check_trend(lua_State *L) {
  l_trend *box = luaL_checkudata(L, 1, TREND_NAME);
  if (box->trend == NULL) luaL_error(L, "attempt to use a closed series");
  lua_getiuservalue(L, 1, 1);
  l_upheld_check_evidence(L, -1);
  lua_pop(L, 1);
  return box->trend;
}

static int trend_gc(lua_State *L) {
  l_trend *box = luaL_checkudata(L, 1, TREND_NAME);
  upheld_trend_free(box->trend); /* which does not look at the evidence: at state close that may be gone */
  box->trend = NULL;
  return 0;
}

/* {====== options ====== */

/* A year of the options table on top: one that no int holds is out of range in any case. */
static int year_field(lua_State *L, const char *key) {
  lua_getfield(L, -1, key);
  lua_Integer year = luaL_optinteger(L, -1, 0);
  if (!lua_isnil(L, -1) && (year < 1 || year > UPHELD_LAST_YEAR)) year = UPHELD_LAST_YEAR + 1; /* the core refuses it */
  lua_pop(L, 1);
  return (int)year;
}

/* Reads field "years" of the table on top into o; the array is userdata that stays on the stack below that table. */
static void read_years(lua_State *L, upheld_trend_options *o) {
  if (lua_getfield(L, -1, "years") == LUA_TNIL) {
    lua_pop(L, 1);
    return;
  }
  luaL_checktype(L, -1, LUA_TTABLE);
  size_t count = lua_rawlen(L, -1);
  if (count > UPHELD_MAX_TREND_YEARS) luaL_error(L, "more years are given than there are");
  int *years = lua_newuserdatauv(L, (count + 1) * sizeof *years, 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, -2, (lua_Integer)i + 1);
    lua_Integer year = luaL_checkinteger(L, -1);
    years[i] = year < 1 || year > UPHELD_LAST_YEAR ? UPHELD_LAST_YEAR + 1 : (int)year;
    lua_pop(L, 1);
  }
  o->years = years;
  o->year_count = count;
  lua_replace(L, -2); /* the list goes, its numbers stay */
  lua_insert(L, -2);
}

/* core.trend(evidence, {authority = index, indicator, years, from, to, exclude_self}) -> series, or nil and an error */
static int new_trend(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  upheld_trend_options o = {.authority = -1, .indicator = -1, .kept = &((l_evidence *)lua_touserdata(L, 1))->years};
  upheld_error err;
  upheld_text name;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  l_trend *box = lua_newuserdatauv(L, sizeof *box, 1);
  box->trend = NULL;
  luaL_setmetatable(L, TREND_NAME);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  lua_pushvalue(L, 2);
  lua_getfield(L, -1, "authority");
  o.authority = luaL_optinteger(L, -1, -1);
  lua_getfield(L, -2, "indicator");
  name.at = luaL_checklstring(L, -1, &name.size);
  o.indicator = upheld_scheme_indicator(e->scheme, name);
  lua_getfield(L, -3, "exclude_self");
  o.exclude_self = lua_toboolean(L, -1);
  lua_pop(L, 3);
  o.from = year_field(L, "from");
  o.to = year_field(L, "to");
  read_years(L, &o);
  upheld_clear(&err);
  if (upheld_trend_new(&box->trend, e, &o, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_settop(L, 3);
  return 1;
}

/* }====== */

/* {====== pushing ====== */

static void set_boolean(lua_State *L, const char *key, bool value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, key);
}

static void set_number(lua_State *L, const char *key, double value) {
  lua_pushnumber(L, value);
  lua_setfield(L, -2, key);
}

/* Sets the fields of a figure in the table on top. */
static void set_figure(lua_State *L, const upheld_figure *f) {
  if (f->numerator_known) l_upheld_set_integer(L, "numerator", f->numerator);
  if (f->denominator_known) l_upheld_set_integer(L, "denominator", f->denominator);
  if (f->late_known) l_upheld_set_integer(L, "late", f->late);
  if (f->percent >= 0) l_upheld_set_integer(L, "percent", f->percent);
  l_upheld_set_string(L, "value", f->value);
  l_upheld_set_string(L, "caution", f->caution);
  l_upheld_set_string(L, "lower_quartile", f->lower);
  l_upheld_set_string(L, "upper_quartile", f->upper);
  l_upheld_set_string(L, "basis", upheld_basis_name(f->basis));
  set_boolean(L, "rounded_to_bound", f->rounded_to_bound);
}

/* Sets where a rate stands in a chart, and its 95% interval but for days, whose interval needs the year's cases. */
static void set_places(lua_State *L, const upheld_scheme *s, const upheld_figure *f) {
  if (f->reason == NULL) set_number(L, "plotted", upheld_figure_plotted(s, f));
  if (!f->has_interval) return;
  set_number(L, "interval_low", f->low);
  set_number(L, "interval_high", f->high);
}

/* Pushes the breaks of a mask as { {year, name, text}, ... }. */
static void push_breaks(lua_State *L, const upheld_scheme *s, uint32_t breaks) {
  lua_Integer n = 0;
  lua_newtable(L);
  for (int k = 0; k < s->break_count; k++) {
    if ((breaks >> k & 1u) == 0) continue;
    lua_createtable(L, 0, 3);
    l_upheld_set_integer(L, "year", s->breaks[k].year);
    l_upheld_set_string(L, "name", s->breaks[k].name);
    l_upheld_set_string(L, "text", s->breaks[k].text);
    lua_rawseti(L, -2, ++n);
  }
}

static void push_change(lua_State *L, const upheld_scheme *s, const upheld_trend_change *c) {
  lua_createtable(L, 0, 11);
  if (c->from != 0) l_upheld_set_integer(L, "since", c->from);
  if (c->to != 0) l_upheld_set_integer(L, "upto", c->to);
  if (c->made) {
    l_upheld_set_string(L, "change", upheld_trend_change_said(c));
    set_number(L, "fall", c->fall);
    set_number(L, "rise", c->rise);
  }
  l_upheld_set_string(L, "reason", c->reason);
  l_upheld_set_string(L, "difference", c->difference);
  if (c->has_interval) {
    set_number(L, "low", c->low);
    set_number(L, "high", c->high);
  }
  set_boolean(L, "comparable", c->made && c->breaks == 0);
  push_breaks(L, s, c->breaks);
  lua_setfield(L, -2, "breaks");
}

/* series:entries() -> array of { year, numerator ..., reason, there, breaks, since = change } */
static int trend_entries(lua_State *L) {
  const upheld_trend *t = check_trend(L);
  const upheld_scheme *s = t->evidence->scheme;
  lua_createtable(L, (int)t->count, 0);
  for (size_t i = 0; i < t->count; i++) {
    const upheld_trend_entry *entry = &t->entries[i];
    lua_createtable(L, 0, 19);
    l_upheld_set_integer(L, "year", entry->year);
    set_boolean(L, "there", entry->has_figure);
    if (entry->has_figure) {
      set_figure(L, &entry->figure);
      set_places(L, s, &entry->figure);
    }
    l_upheld_set_string(L, "reason", entry->reason);
    push_breaks(L, s, entry->breaks);
    lua_setfield(L, -2, "breaks");
    push_change(L, s, &entry->change);
    lua_setfield(L, -2, "step");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* series:overall() -> change from the first entry with a rate to the last */
static int trend_overall(lua_State *L) {
  const upheld_trend *t = check_trend(L);
  push_change(L, t->evidence->scheme, &t->overall);
  return 1;
}

/* series:breaks() -> those between its first and its last year */
static int trend_breaks(lua_State *L) {
  const upheld_trend *t = check_trend(L);
  const upheld_scheme *s = t->evidence->scheme;
  push_breaks(L, s, upheld_scheme_breaks(s, t->indicator, t->entries[0].year, t->entries[t->count - 1].year));
  return 1;
}

static void push_peers(lua_State *L, const upheld_pooled_peers *p) {
  lua_createtable(L, 0, 11);
  l_upheld_set_string(L, "average", "pooled");
  l_upheld_set_string(L, "group", "type");
  set_boolean(L, "include_self", p->include_self);
  l_upheld_set_integer(L, "numerator", p->numerator);
  l_upheld_set_integer(L, "denominator", p->denominator);
  if (p->percent >= 0) l_upheld_set_integer(L, "percent", p->percent);
  l_upheld_set_string(L, "value", p->value);
  set_boolean(L, "rounded_to_bound", p->rounded_to_bound);
  l_upheld_set_integer(L, "authorities", p->authorities);
  l_upheld_set_integer(L, "without_rate", p->without_rate);
  l_upheld_set_integer(L, "unknown", p->unknown);
  l_upheld_set_integer(L, "of", p->of);
}

/* Pushes the years that are in the pool, and those that are not as { {year, reason}, ... }. */
static void push_years(lua_State *L, const upheld_trend *t) {
  lua_Integer used = 0, missing = 0;
  lua_newtable(L);
  lua_newtable(L);
  for (size_t i = 0; i < t->count; i++) {
    const char *reason = upheld_trend_missing(t, &t->entries[i]);
    if (reason == NULL) {
      lua_pushinteger(L, t->entries[i].year);
      lua_rawseti(L, -3, ++used);
    } else {
      lua_createtable(L, 0, 2);
      l_upheld_set_integer(L, "year", t->entries[i].year);
      l_upheld_set_string(L, "reason", reason);
      lua_rawseti(L, -2, ++missing);
    }
  }
}

/* series:pooled() -> table, or nil and an error */
static int trend_pooled(lua_State *L) {
  const upheld_trend *t = check_trend(L);
  upheld_pooled p;
  upheld_error err;
  upheld_clear(&err);
  if (upheld_trend_pooled(t, &p, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_createtable(L, 0, 16);
  set_figure(L, &p.figure);
  l_upheld_set_string(L, "reason", p.figure.reason);
  push_years(L, t);
  lua_setfield(L, -3, "missing");
  lua_setfield(L, -2, "years");
  push_breaks(L, t->evidence->scheme, p.breaks);
  lua_setfield(L, -2, "breaks");
  l_upheld_set_string(L, "peers_reason", p.peers.reason);
  if (p.peers.reason == NULL) {
    push_peers(L, &p.peers);
    lua_setfield(L, -2, "peers");
  }
  return 1;
}

/* series:pooled_interval(level, method) -> low, high; or nil, error */
static int trend_pooled_interval(lua_State *L) {
  static const char *const names[] = {"default", "wilson", "exact", "byar", NULL};
  static const upheld_interval_method methods[] = {UPHELD_INTERVAL_DEFAULT, UPHELD_INTERVAL_WILSON,
                                                   UPHELD_INTERVAL_EXACT, UPHELD_INTERVAL_BYAR};
  const upheld_trend *t = check_trend(L);
  double level = luaL_optnumber(L, 2, 0.95), low, high;
  int method = luaL_checkoption(L, 3, "default", names);
  upheld_pooled p;
  upheld_error err;
  upheld_clear(&err);
  upheld_status st = upheld_trend_pooled(t, &p, &err);
  if (st == UPHELD_OK) {
    st = upheld_figure_interval(t->evidence->scheme, &p.figure, level, methods[method], &low, &high, &err);
  }
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_pushnumber(L, low);
  lua_pushnumber(L, high);
  return 2;
}

/* }====== */

/* {====== output ====== */

typedef upheld_status (*output_fn)(const upheld_trend *, upheld_buffer *, upheld_error *);

typedef struct output {
  const upheld_trend *t;
  output_fn make;
} output;

static upheld_status write_output(void *ud, upheld_buffer *out, upheld_error *err) {
  const output *w = ud;
  return w->make(w->t, out, err);
}

static int push_output(lua_State *L, output_fn make) {
  output w = {check_trend(L), make};
  return l_upheld_push_written(L, write_output, &w);
}

static int trend_json(lua_State *L) { return push_output(L, upheld_trend_json); }
static int trend_csv(lua_State *L) { return push_output(L, upheld_trend_csv); }
static int trend_pooled_json(lua_State *L) { return push_output(L, upheld_trend_pooled_json); }
static int trend_pooled_csv(lua_State *L) { return push_output(L, upheld_trend_pooled_csv); }

/* }====== */

int l_upheld_open_trend(lua_State *L) {
  static const luaL_Reg methods[] = {
    {"entries", trend_entries}, {"overall", trend_overall}, {"breaks", trend_breaks}, {"pooled", trend_pooled},
    {"pooled_interval", trend_pooled_interval}, {"json", trend_json}, {"csv", trend_csv},
    {"pooled_json", trend_pooled_json}, {"pooled_csv", trend_pooled_csv}, {"close", trend_gc}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", trend_gc}, {"__close", trend_gc}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"trend", new_trend}, {NULL, NULL}};
  l_upheld_metatable(L, TREND_NAME, methods, meta);
  luaL_setfuncs(L, functions, 0);
  return 0;
}
