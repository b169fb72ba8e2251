/*
** lfigures.c: the figures of a year and their groups as userdata; figures and peers as plain tables.
** Owns: those tables' fields. It computes nothing: every number comes from the core.
*/
#include <string.h>

#include "../core/figures_out.h"
#include "../core/reconcile.h"
#include "../core/text.h"
#include "levidence.h"
#include "lscheme.h"

#define FIGURES_NAME "upheld.figures"
#define GROUPING_NAME "upheld.grouping"

/* {====== userdata ====== */

typedef struct l_figures {
  upheld_year_figures *figures;
} l_figures;

typedef struct l_grouping {
  upheld_grouping *grouping;
} l_grouping;

static const upheld_year_figures *check_figures(lua_State *L, int index) {
  l_figures *box = luaL_checkudata(L, index, FIGURES_NAME);
  if (box->figures == NULL) luaL_error(L, "attempt to use closed figures");
  lua_getiuservalue(L, index, 1);
  l_upheld_check_evidence(L, -1); /* they point into their evidence, which a script may have closed */
  lua_pop(L, 1);
  return box->figures;
}

static const upheld_grouping *check_grouping(lua_State *L, int index) {
  l_grouping *box = luaL_checkudata(L, index, GROUPING_NAME);
  if (box->grouping == NULL) luaL_error(L, "attempt to use a closed grouping");
  lua_getiuservalue(L, index, 1);
  check_figures(L, lua_gettop(L));
  lua_pop(L, 1);
  return box->grouping;
}

/* At state close finalisers run in any order: what these point into may be freed already. Their arrays know their own sizes. */
static int figures_gc(lua_State *L) {
  l_figures *box = luaL_checkudata(L, 1, FIGURES_NAME);
  upheld_year_figures_free(box->figures);
  box->figures = NULL;
  return 0;
}

static int grouping_gc(lua_State *L) {
  l_grouping *box = luaL_checkudata(L, 1, GROUPING_NAME);
  upheld_grouping_free(box->grouping);
  box->grouping = NULL;
  return 0;
}

/* A count of the table at index; 0 when it is absent. */
static int64_t count_field(lua_State *L, int index, const char *key) {
  lua_getfield(L, index, key);
  lua_Integer count = luaL_optinteger(L, -1, 0);
  lua_pop(L, 1);
  return (int64_t)count;
}

static upheld_disclosure disclosure_at(lua_State *L, int index) {
  upheld_disclosure d = {0, 0};
  if (lua_istable(L, index)) {
    d.suppress_below = count_field(L, index, "suppress_below");
    d.round_to = count_field(L, index, "round_to");
  }
  return d;
}

int l_upheld_evidence_figures(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  upheld_error err;
  lua_Integer year = luaL_checkinteger(L, 2);
  upheld_disclosure d = disclosure_at(L, 3);
  l_figures *box = lua_newuserdatauv(L, sizeof *box, 1);
  box->figures = NULL;
  luaL_setmetatable(L, FIGURES_NAME);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  upheld_clear(&err);
  int y = year < 0 || year > UPHELD_LAST_YEAR ? 0 : (int)year;
  if (upheld_year_figures_with(&box->figures, e, y, &d, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  return 1;
}

/* }====== */

/* {====== options ====== */

static upheld_limits_method method_of(lua_State *L, int index) {
  static const char *const names[] = {"exact", "score", NULL};
  return luaL_checkoption(L, index, "exact", names) == 0 ? UPHELD_LIMITS_EXACT : UPHELD_LIMITS_SCORE;
}

static upheld_overdispersion_rule overdispersion_of(lua_State *L, int index) {
  static const char *const names[] = {"none", "additive", "multiplicative", NULL};
  static const upheld_overdispersion_rule rules[] = {UPHELD_OVERDISPERSION_NONE, UPHELD_OVERDISPERSION_ADDITIVE,
                                                     UPHELD_OVERDISPERSION_MULTIPLICATIVE};
  return rules[luaL_checkoption(L, index, "none", names)];
}

static upheld_average average_of(lua_State *L, int index) {
  static const char *const names[] = {"pooled", "mean", "median", NULL};
  return (upheld_average)luaL_checkoption(L, index, "pooled", names);
}

static upheld_group_kind kind_of(lua_State *L, int index) {
  static const char *const names[] = {"type", "region", "type in region", "set", NULL};
  return (upheld_group_kind)luaL_checkoption(L, index, "type", names);
}

/* The directory indexes of the list at index, in memory of a userdata that is left on the stack. */
static void read_members(lua_State *L, int index, const upheld_evidence *e, upheld_group_rule *rule) {
  luaL_checktype(L, index, LUA_TTABLE);
  size_t count = (size_t)lua_rawlen(L, index);
  if (count > UPHELD_MAX_AUTHORITIES) luaL_error(L, "a set has at most %d authorities", UPHELD_MAX_AUTHORITIES);
  uint32_t *members = lua_newuserdatauv(L, (count + 1) * sizeof *members, 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, index, (lua_Integer)i + 1);
    lua_Integer a = luaL_checkinteger(L, -1);
    if (a < 0 || (size_t)a >= e->directory.count) luaL_error(L, "no such authority in a set");
    members[i] = (uint32_t)a;
    lua_pop(L, 1);
  }
  rule->members = members;
  rule->member_count = count;
}

void l_upheld_read_figures_options(lua_State *L, int index, const upheld_evidence *e, upheld_figures_options *o) {
  memset(o, 0, sizeof *o);
  o->authority = o->type = -1;
  luaL_checktype(L, index, LUA_TTABLE);
  lua_getfield(L, index, "year");
  if (!lua_isnil(L, -1)) {
    lua_Integer year = luaL_checkinteger(L, -1);
    o->year = year > 0 && year <= UPHELD_LAST_YEAR ? (int)year : -1; /* -1 is no year at all; 0 means every year */
  }
  lua_getfield(L, index, "authority");
  if (!lua_isnil(L, -1)) o->authority = (int64_t)luaL_checkinteger(L, -1);
  lua_getfield(L, index, "type");
  if (!lua_isnil(L, -1)) {
    upheld_text t;
    t.at = luaL_checklstring(L, -1, &t.size);
    o->type = upheld_vocabulary_find(&e->scheme->types, t, NULL);
    if (o->type < 0) luaL_error(L, "there is no type \"%s\" with peers", t.at);
  }
  lua_getfield(L, index, "average");
  o->peers.average = average_of(L, -1);
  lua_getfield(L, index, "exclude_self");
  o->peers.exclude_self = lua_toboolean(L, -1);
  lua_getfield(L, index, "minimum");
  o->peers.minimum = (int)luaL_optinteger(L, -1, 0);
  lua_getfield(L, index, "method");
  o->class.method = method_of(L, -1);
  o->class.minimum = o->peers.minimum;
  lua_getfield(L, index, "overdispersion");
  o->class.overdispersion = overdispersion_of(L, -1);
  lua_getfield(L, index, "group");
  o->group.kind = kind_of(L, -1);
  lua_getfield(L, index, "disclosure");
  o->disclosure = disclosure_at(L, lua_gettop(L));
  lua_pop(L, 10);
  if (o->group.kind != UPHELD_GROUP_SET) return;
  lua_getfield(L, index, "set");
  o->group.name = luaL_checkstring(L, -1);
  lua_getfield(L, index, "version");
  o->group.version = luaL_optstring(L, -1, "");
  lua_getfield(L, index, "members");
  read_members(L, lua_gettop(L), e, &o->group);
}

/* }====== */

/* {====== figures ====== */

static void set_boolean(lua_State *L, const char *key, bool value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, key);
}

static void set_number(lua_State *L, const char *key, double value) {
  lua_pushnumber(L, (lua_Number)value);
  lua_setfield(L, -2, key);
}

static int push_figure(lua_State *L, const upheld_scheme *s, const upheld_figure *f) {
  const upheld_indicator *ind = &s->indicators[f->indicator];
  lua_createtable(L, 0, 14);
  l_upheld_set_string(L, "name", ind->name);
  if (f->numerator_known) l_upheld_set_integer(L, "numerator", f->numerator);
  if (f->denominator_known) l_upheld_set_integer(L, "denominator", f->denominator);
  if (f->late_known) l_upheld_set_integer(L, "late", f->late);
  if (f->percent >= 0) l_upheld_set_integer(L, "percent", f->percent);
  l_upheld_set_string(L, "value", f->value);
  l_upheld_set_string(L, "lower_quartile", f->lower);
  l_upheld_set_string(L, "upper_quartile", f->upper);
  l_upheld_set_string(L, "reason", f->reason);
  l_upheld_set_string(L, "caution", f->caution);
  l_upheld_set_string(L, "basis", upheld_basis_name(f->basis));
  set_boolean(L, "rounded_to_bound", f->rounded_to_bound);
  if (f->rounded_to > 1) l_upheld_set_integer(L, "rounded_to", f->rounded_to);
  if (f->reason == NULL) set_number(L, "plotted", upheld_figure_plotted(s, f));
  return 1;
}

/* Place of the directory index at argument 2. */
static size_t place_of(lua_State *L, const upheld_year_figures *f) {
  lua_Integer i = luaL_checkinteger(L, 2);
  int place = i < 0 || i > UPHELD_MAX_AUTHORITIES ? -1 : upheld_year_figures_place(f, (uint32_t)i);
  luaL_argcheck(L, place >= 0, 2, "not an authority of this year");
  return (size_t)place;
}

static int indicator_of(lua_State *L, int index, const upheld_year_figures *f) {
  upheld_text t;
  t.at = luaL_checklstring(L, index, &t.size);
  int k = upheld_scheme_indicator(f->evidence->scheme, t);
  luaL_argcheck(L, k >= 0, index, "no such indicator");
  return k;
}

static int figures_authorities(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  lua_createtable(L, (int)f->count, 0);
  for (size_t i = 0; i < f->count; i++) {
    lua_pushinteger(L, f->authorities[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* figures:has(index) -> whether the authority belongs to the year */
static int figures_has(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  lua_Integer i = luaL_checkinteger(L, 2);
  lua_pushboolean(L, i >= 0 && i <= UPHELD_MAX_AUTHORITIES && upheld_year_figures_place(f, (uint32_t)i) >= 0);
  return 1;
}

static int figures_figure(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  size_t place = place_of(L, f);
  return push_figure(L, f->evidence->scheme, upheld_year_figure(f, place, indicator_of(L, 3, f)));
}

static int figures_total(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  upheld_figure total;
  upheld_year_total(f, indicator_of(L, 2, f), &total);
  return push_figure(L, f->evidence->scheme, &total);
}

/* A counter of the authority at place under its label: a number, or "[c]" where it is hidden. */
static void set_counter(lua_State *L, const upheld_year_figures *f, size_t place, const char *label, int counter, int64_t count) {
  if (upheld_row_shown(f->plan, place, UPHELD_BIT(counter))) {
    l_upheld_set_integer(L, label, upheld_count_shown(f->plan, count));
  } else {
    l_upheld_set_string(L, label, "[c]");
  }
}

/* figures:outcomes(index) -> {label = decided, or "[c]" where it is hidden}, or nil when not known */
static int figures_outcomes(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  const upheld_vocabulary *v = &f->evidence->scheme->outcomes;
  size_t place = place_of(L, f);
  int64_t sums[32] = {0};
  if (!upheld_year_outcomes(f, place, sums)) {
    luaL_pushfail(L);
    return 1;
  }
  lua_createtable(L, 0, v->count);
  for (int i = 0; i < v->count; i++) set_counter(L, f, place, v->labels[i], i, sums[i]);
  return 1;
}

/* figures:received(index) -> {label = received, ["not recorded"] = n}, likewise */
static int figures_received(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  const upheld_vocabulary *v = &f->evidence->scheme->areas;
  size_t place = place_of(L, f);
  int64_t sums[32] = {0}, no_area = 0;
  if (!upheld_year_received(f, place, sums, &no_area)) {
    luaL_pushfail(L);
    return 1;
  }
  lua_createtable(L, 0, v->count + 1);
  for (int i = 0; i < v->count; i++) set_counter(L, f, place, v->labels[i], UPHELD_COUNTER_AREA + i, sums[i]);
  if (no_area > 0 || f->plan != NULL) set_counter(L, f, place, L_UPHELD_NOT_RECORDED, UPHELD_COUNTER_NO_AREA, no_area);
  return 1;
}

static void push_balance(lua_State *L, const upheld_balance *b) {
  lua_createtable(L, 0, 8);
  l_upheld_set_integer(L, "open_before", b->open_before);
  l_upheld_set_integer(L, "received", b->received);
  l_upheld_set_integer(L, "decided", b->decided);
  l_upheld_set_integer(L, "undated", b->undated);
  l_upheld_set_integer(L, "open_after", b->open_after);
}

/* figures:balance(index, or nil for all) -> {open_before, received, decided, undated, open_after} of the complete records */
static int figures_balance(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  upheld_balance b;
  uint32_t authority = lua_isnil(L, 2) ? UINT32_MAX : f->authorities[place_of(L, f)];
  upheld_tally_balance(&f->evidence->tally, authority, f->year, &b);
  push_balance(L, &b);
  return 1;
}

static upheld_status write_problems(void *ud, upheld_buffer *out, upheld_error *err) {
  const upheld_year_figures *const *f = ud;
  return upheld_reconcile(*f, l_upheld_keep_line, out, err);
}

/* figures:reconcile() -> text with a line for each identity that does not hold, "" for none */
static int figures_reconcile(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  return l_upheld_push_written(L, write_problems, (void *)&f);
}

/* figures:hidden() -> row sums hidden because they are small, and because others are; 0, 0 without a plan */
static int figures_hidden(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  lua_pushinteger(L, f->plan == NULL ? 0 : (lua_Integer)f->plan->sensitive);
  lua_pushinteger(L, f->plan == NULL ? 0 : (lua_Integer)f->plan->besides);
  return 2;
}

/* figures:interval(index, or nil for the total, indicator, level, method) -> low, high; or nil, error */
static int figures_interval(lua_State *L) {
  static const char *const names[] = {"default", "wilson", "wilson-continuity", "exact", "byar", NULL};
  static const upheld_interval_method methods[] = {UPHELD_INTERVAL_DEFAULT, UPHELD_INTERVAL_WILSON,
                                                   UPHELD_INTERVAL_WILSON_CONTINUITY, UPHELD_INTERVAL_EXACT,
                                                   UPHELD_INTERVAL_BYAR};
  const upheld_year_figures *f = check_figures(L, 1);
  size_t place = lua_isnil(L, 2) ? f->count : place_of(L, f);
  int k = indicator_of(L, 3, f);
  double level = luaL_optnumber(L, 4, 0.95), low, high;
  int method = luaL_checkoption(L, 5, "default", names);
  upheld_error err;
  upheld_clear(&err);
  if (upheld_year_interval(f, place, k, level, methods[method], &low, &high, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_pushnumber(L, low);
  lua_pushnumber(L, high);
  return 2;
}

/* }====== */

/* {====== peers ====== */

/* figures:grouping(kind, set's name, version, indexes of its members) -> grouping */
static int figures_grouping(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  upheld_group_rule rule = {UPHELD_GROUP_TYPE, NULL, NULL, NULL, 0};
  upheld_error err;
  lua_settop(L, 5);
  rule.kind = kind_of(L, 2);
  if (rule.kind == UPHELD_GROUP_SET) {
    rule.name = luaL_checkstring(L, 3);
    rule.version = luaL_optstring(L, 4, "");
    read_members(L, 5, f->evidence, &rule);
  }
  l_grouping *box = lua_newuserdatauv(L, sizeof *box, 1);
  box->grouping = NULL;
  luaL_setmetatable(L, GROUPING_NAME);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  upheld_clear(&err);
  if (upheld_grouping_new(&box->grouping, f, &rule, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  return 1;
}

static int push_peers(lua_State *L, const upheld_peers *p) {
  lua_createtable(L, 0, 20);
  l_upheld_set_string(L, "average", upheld_average_name(p->average));
  set_boolean(L, "include_self", p->include_self);
  l_upheld_set_string(L, "group", upheld_group_kind_name(p->group));
  l_upheld_set_string(L, "group_name", p->group_name);
  l_upheld_set_string(L, "group_version", p->version);
  if (p->minimum > 0) l_upheld_set_integer(L, "minimum", p->minimum);
  if (p->summed) l_upheld_set_integer(L, "numerator", p->numerator);
  if (p->denominator > 0) l_upheld_set_integer(L, "denominator", p->denominator);
  if (p->percent >= 0) l_upheld_set_integer(L, "percent", p->percent);
  l_upheld_set_string(L, "value", p->value);
  l_upheld_set_string(L, "lower_quartile", p->lower);
  l_upheld_set_string(L, "upper_quartile", p->upper);
  l_upheld_set_string(L, "reason", p->reason);
  if (p->reason == NULL) set_number(L, "plotted", p->plotted);
  set_boolean(L, "rounded_to_bound", p->rounded_to_bound);
  l_upheld_set_integer(L, "authorities", p->authorities);
  l_upheld_set_integer(L, "without_rate", p->without_rate);
  l_upheld_set_integer(L, "unknown", p->unknown);
  if (p->suppressed > 0) l_upheld_set_integer(L, "suppressed", p->suppressed);
  l_upheld_set_integer(L, "of", p->of);
  if (p->has_published && p->published_decimals == 0) {
    l_upheld_set_integer(L, "as_published", p->published);
  } else if (p->has_published) {
    double scale = 1;
    for (int d = 0; d < p->published_decimals; d++) scale *= 10;
    set_number(L, "as_published", (double)p->published / scale);
  }
  return 1;
}

/* grouping:peers(index, indicator, average, exclude_self, minimum) -> table, or nil when it has none */
static int grouping_peers(lua_State *L) {
  const upheld_grouping *g = check_grouping(L, 1);
  size_t place = place_of(L, g->figures);
  int k = indicator_of(L, 3, g->figures);
  upheld_peer_options o = {average_of(L, 4), lua_toboolean(L, 5), (int)luaL_optinteger(L, 6, 0)};
  upheld_peers p;
  if (upheld_grouping_peers(g, place, k, &o, &p)) return push_peers(L, &p);
  luaL_pushfail(L);
  return 1;
}

/* grouping:standing(index, indicator, method, overdispersion, minimum) -> class, standing, phi, tau2; or nil and a reason */
static int grouping_standing(lua_State *L) {
  const upheld_grouping *g = check_grouping(L, 1);
  size_t place = place_of(L, g->figures);
  int k = indicator_of(L, 3, g->figures);
  upheld_class_options o = {method_of(L, 4), overdispersion_of(L, 5), (int)luaL_optinteger(L, 6, 0)};
  upheld_standing s;
  upheld_error err;
  upheld_clear(&err);
  if (upheld_grouping_standing(g, place, k, &o, &s, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  if (s.class == NULL) {
    luaL_pushfail(L);
    lua_pushstring(L, s.reason);
    return 2;
  }
  lua_pushstring(L, s.class);
  lua_pushstring(L, s.standing);
  lua_pushnumber(L, s.phi);
  lua_pushnumber(L, s.tau2);
  return 4;
}

/* grouping:difference(index, indicator, level, minimum) -> text, low, high; or nil and a reason */
static int grouping_difference(lua_State *L) {
  const upheld_grouping *g = check_grouping(L, 1);
  size_t place = place_of(L, g->figures);
  int k = indicator_of(L, 3, g->figures);
  upheld_difference d;
  upheld_error err;
  upheld_clear(&err);
  if (upheld_grouping_difference(g, place, k, luaL_optnumber(L, 4, 0.95), (int)luaL_optinteger(L, 5, 0), &d, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  if (d.reason != NULL) {
    luaL_pushfail(L);
    lua_pushstring(L, d.reason);
    return 2;
  }
  lua_pushstring(L, d.text);
  lua_pushnumber(L, d.low);
  lua_pushnumber(L, d.high);
  return 3;
}

/* grouping:members(index, indicator) -> indexes of those in the average, without a rate, not known, and suppressed, of its
   group */
static int grouping_members(lua_State *L) {
  const upheld_grouping *g = check_grouping(L, 1);
  size_t place = place_of(L, g->figures);
  int k = indicator_of(L, 3, g->figures);
  lua_Integer next[4] = {0, 0, 0, 0};
  for (int i = 0; i < 4; i++) lua_newtable(L);
  int first = lua_gettop(L) - 3;
  for (size_t i = 0; i < g->places && g->group_of[place] >= 0; i++) {
    upheld_peer_state state = upheld_grouping_state(g, i, k);
    if (g->group_of[i] != g->group_of[place] || state == UPHELD_PEER_NONE) continue;
    lua_pushinteger(L, g->figures->authorities[i]);
    lua_rawseti(L, first + (int)state, ++next[state]);
  }
  return 4;
}

/* }====== */

/* grouping:labels() -> array of the groups' names, in the order of their first authority */
static int grouping_labels(lua_State *L) {
  const upheld_grouping *g = check_grouping(L, 1);
  lua_createtable(L, (int)g->groups, 0);
  for (size_t i = 0; i < g->groups; i++) {
    lua_pushstring(L, g->labels[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/*
** grouping:pool(label, indicator) -> numerator, denominator, pooled rate for charts, indexes of the authorities in it; without a rate
** nil, and whether there is one that is hidden
*/
static int grouping_pool(lua_State *L) {
  const upheld_grouping *g = check_grouping(L, 1);
  upheld_text label;
  label.at = luaL_checklstring(L, 2, &label.size);
  int group = upheld_grouping_find(g, label), k = indicator_of(L, 3, g->figures);
  lua_Integer next = 0;
  luaL_argcheck(L, group >= 0, 2, "no such group");
  int64_t numerator, denominator;
  upheld_peer_state state = upheld_grouping_sums(g, group, k, &numerator, &denominator);
  if (state != UPHELD_PEER_IN) {
    luaL_pushfail(L);
    lua_pushboolean(L, state == UPHELD_PEER_SUPPRESSED);
    return 2;
  }
  lua_pushinteger(L, (lua_Integer)numerator);
  lua_pushinteger(L, (lua_Integer)denominator);
  lua_pushnumber(L, (double)numerator / (double)denominator);
  lua_newtable(L);
  for (size_t i = 0; i < g->places; i++) {
    if (g->group_of[i] != group || upheld_grouping_state(g, i, k) != UPHELD_PEER_IN) continue;
    lua_pushinteger(L, g->figures->authorities[i]);
    lua_rawseti(L, -2, ++next);
  }
  return 4;
}

/* core.disclosure_fault{suppress_below, round_to} -> what is wrong with it, or nil */
static int disclosure_fault(lua_State *L) {
  upheld_disclosure d = disclosure_at(L, 1);
  upheld_error err;
  upheld_clear(&err);
  if (upheld_disclosure_check(&d, &err) == UPHELD_OK) luaL_pushfail(L);
  else lua_pushstring(L, err.message);
  return 1;
}

int l_upheld_open_figures(lua_State *L) {
  static const luaL_Reg functions[] = {{"disclosure_fault", disclosure_fault}, {NULL, NULL}};
  static const luaL_Reg figures_methods[] = {
    {"authorities", figures_authorities}, {"has", figures_has}, {"figure", figures_figure}, {"total", figures_total},
    {"grouping", figures_grouping}, {"interval", figures_interval}, {"outcomes", figures_outcomes},
    {"received", figures_received}, {"hidden", figures_hidden},
    {"balance", figures_balance}, {"reconcile", figures_reconcile}, {NULL, NULL}};
  static const luaL_Reg figures_meta[] = {{"__gc", figures_gc}, {"__close", figures_gc}, {NULL, NULL}};
  static const luaL_Reg grouping_methods[] = {
    {"peers", grouping_peers}, {"standing", grouping_standing}, {"difference", grouping_difference},
    {"members", grouping_members}, {"labels", grouping_labels}, {"pool", grouping_pool}, {NULL, NULL}};
  static const luaL_Reg grouping_meta[] = {{"__gc", grouping_gc}, {"__close", grouping_gc}, {NULL, NULL}};
  l_upheld_metatable(L, FIGURES_NAME, figures_methods, figures_meta);
  l_upheld_metatable(L, GROUPING_NAME, grouping_methods, grouping_meta);
  luaL_setfuncs(L, functions, 0);
  return 0;
}
