/*
** lstats_funnel.c: core.stats, overdispersion, limits and classes with it, the lines of a funnel chart.
** Owns: the order of their arguments, which lua/upheld/stats.lua fills from option tables, and the table that carries
** an overdispersion. It computes nothing; memory is the state's.
*/
#include "lstats.h"

#include "../core/funnel.h"
#include "../core/intervals.h"
#include "../core/overdispersion.h"

/* {====== arguments ====== */

static double field(lua_State *L, int index, const char *name) {
  double value;
  if (lua_getfield(L, index, name) != LUA_TNUMBER) {
    lua_pushfstring(L, "overdispersion must be a result of stats.overdispersion: its %s is %s, not a number", name,
                    luaL_typename(L, -1));
    l_upheld_stats_raise(L);
  }
  value = (double)lua_tonumber(L, -1);
  lua_pop(L, 1);
  return value;
}

/* The table at index as an overdispersion in *o; NULL for nil. */
static const upheld_overdispersion *overdispersion_at(lua_State *L, int index, upheld_overdispersion *o) {
  if (lua_isnoneornil(L, index)) return NULL;
  o->phi = field(L, index, "phi");
  o->tau2 = field(L, index, "tau2");
  o->authorities = o->winsorised = 0; /* no limit depends on them */
  return o;
}

upheld_limits_method l_upheld_stats_method(lua_State *L, int index) {
  static const char *const names[] = {"exact", "score", NULL};
  return luaL_checkoption(L, index, "exact", names) == 0 ? UPHELD_LIMITS_EXACT : UPHELD_LIMITS_SCORE;
}

static upheld_adjustment adjustment_at(lua_State *L, int index) {
  static const char *const names[] = {"additive", "multiplicative", NULL};
  return luaL_checkoption(L, index, "additive", names) == 0 ? UPHELD_ADDITIVE : UPHELD_MULTIPLICATIVE;
}

static void set_number(lua_State *L, const char *name, double value) {
  lua_pushnumber(L, (lua_Number)value);
  lua_setfield(L, -2, name);
}

/* }====== */

/* {====== overdispersion ====== */

/* overdispersion({{x, n}, ...}, target or nil) -> {phi, tau2, target, authorities, winsorised, without_rate} */
static int stats_overdispersion(lua_State *L) {
  upheld_error err;
  upheld_overdispersion o;
  upheld_allocator a = l_upheld_allocator(L);
  size_t count;
  lua_Integer without;
  double target = 0;
  bool given = !lua_isnoneornil(L, 2);
  upheld_pair *pairs;
  upheld_status status;
  if (given) target = l_upheld_stats_number(L, 2, "target");
  pairs = l_upheld_stats_pairs(L, 1, &count, &without);
  upheld_clear(&err);
  status = given ? UPHELD_OK : upheld_pooled_share(pairs, count, &target, &err);
  if (status == UPHELD_OK) status = upheld_overdispersion_of(&a, pairs, count, target, &o, &err);
  if (status != UPHELD_OK) return l_upheld_stats_fail(L, &err);
  lua_createtable(L, 0, 6);
  set_number(L, "phi", o.phi);
  set_number(L, "tau2", o.tau2);
  set_number(L, "target", target);
  l_upheld_set_integer(L, "authorities", (int64_t)o.authorities);
  l_upheld_set_integer(L, "winsorised", (int64_t)o.winsorised);
  l_upheld_set_integer(L, "without_rate", (int64_t)without);
  return 1;
}

/* limits(target, n, level, method, overdispersion or nil, adjustment) -> low, high */
static int stats_limits(lua_State *L) {
  upheld_error err;
  upheld_overdispersion o;
  double low, high, target = l_upheld_stats_number(L, 1, "target");
  int64_t n = l_upheld_stats_whole(L, 2, "n");
  double level = l_upheld_stats_number(L, 3, "level");
  upheld_limits_method method = l_upheld_stats_method(L, 4);
  const upheld_overdispersion *over = overdispersion_at(L, 5, &o);
  upheld_clear(&err);
  if (upheld_limits_overdispersed(target, n, level, method, over, adjustment_at(L, 6), &low, &high, &err) !=
      UPHELD_OK) {
    return l_upheld_stats_fail(L, &err);
  }
  lua_pushnumber(L, (lua_Number)low);
  lua_pushnumber(L, (lua_Number)high);
  return 2;
}

/* significance(x, n, target, method, overdispersion or nil, adjustment) -> name of the class */
static int stats_significance(lua_State *L) {
  upheld_error err;
  upheld_overdispersion o;
  upheld_class class;
  int64_t x = l_upheld_stats_whole(L, 1, "x"), n = l_upheld_stats_whole(L, 2, "n");
  double target = l_upheld_stats_number(L, 3, "target");
  upheld_limits_method method = l_upheld_stats_method(L, 4);
  const upheld_overdispersion *over = overdispersion_at(L, 5, &o);
  upheld_clear(&err);
  if (upheld_significance_overdispersed(x, n, target, method, over, adjustment_at(L, 6), &class, &err) != UPHELD_OK) {
    return l_upheld_stats_fail(L, &err);
  }
  lua_pushstring(L, upheld_class_name(class));
  return 1;
}

/* }====== */

/* {====== funnel ====== */

/* axis({n, ...}) -> from, to by the public-health rule */
static int stats_axis(lua_State *L) {
  upheld_error err;
  int64_t smallest = INT64_MAX, largest = -1, from, to;
  lua_Integer i, all;
  if (lua_type(L, 1) != LUA_TTABLE) l_upheld_stats_bad(L, 1, "sizes", "a list of whole numbers");
  all = (lua_Integer)lua_rawlen(L, 1);
  for (i = 1; i <= all; i++) {
    int exact = 0;
    int64_t n = lua_rawgeti(L, 1, i) == LUA_TNUMBER ? (int64_t)lua_tointegerx(L, -1, &exact) : 0;
    lua_pop(L, 1);
    if (!exact) {
      lua_pushfstring(L, "size %I must be a whole number", (LUAI_UACINT)i);
      return l_upheld_stats_raise(L);
    }
    if (n < smallest) smallest = n;
    if (n > largest) largest = n;
  }
  upheld_clear(&err);
  if (all == 0 || largest == 0) {
    upheld_fail(&err, UPHELD_ABSENT, "no-cases", "no cases: no authority has any, so there is no axis");
    return l_upheld_stats_fail(L, &err);
  }
  if (upheld_funnel_axis(smallest, largest, &from, &to, &err) != UPHELD_OK) return l_upheld_stats_fail(L, &err);
  lua_pushinteger(L, (lua_Integer)from);
  lua_pushinteger(L, (lua_Integer)to);
  return 2;
}

static void push_row(lua_State *L, const upheld_funnel_row *row) {
  int i;
  lua_createtable(L, 0, 3);
  l_upheld_set_integer(L, "n", row->n);
  lua_createtable(L, UPHELD_FUNNEL_LEVELS, 0);
  for (i = 0; i < UPHELD_FUNNEL_LEVELS; i++) {
    lua_pushnumber(L, (lua_Number)row->low[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "low");
  lua_createtable(L, UPHELD_FUNNEL_LEVELS, 0);
  for (i = 0; i < UPHELD_FUNNEL_LEVELS; i++) {
    lua_pushnumber(L, (lua_Number)row->high[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "high");
}

/* funnel(target, from, to, points, level, level, method, overdispersion or nil, adjustment) -> rows */
static int stats_funnel(lua_State *L) {
  upheld_error err;
  upheld_overdispersion o;
  upheld_funnel funnel;
  int64_t from = l_upheld_stats_whole(L, 2, "from"), to = l_upheld_stats_whole(L, 3, "to");
  int64_t points = l_upheld_stats_whole(L, 4, "points"), *sizes;
  size_t count, i;
  funnel.target = l_upheld_stats_number(L, 1, "target");
  funnel.levels[0] = l_upheld_stats_number(L, 5, "level");
  funnel.levels[1] = l_upheld_stats_number(L, 6, "level");
  funnel.method = l_upheld_stats_method(L, 7);
  funnel.overdispersion = overdispersion_at(L, 8, &o);
  funnel.adjustment = adjustment_at(L, 9);
  if (points < 0 || points > UPHELD_MAX_FUNNEL_POINTS) points = 0; /* which the core refuses */
  sizes = lua_newuserdatauv(L, ((size_t)points + 1) * sizeof *sizes, 0);
  upheld_clear(&err);
  if (upheld_funnel_sizes(from, to, (size_t)points, sizes, &count, &err) != UPHELD_OK) {
    return l_upheld_stats_fail(L, &err);
  }
  lua_createtable(L, (int)count, 0);
  for (i = 0; i < count; i++) {
    upheld_funnel_row row;
    if (upheld_funnel_at(&funnel, sizes[i], &row, &err) != UPHELD_OK) return l_upheld_stats_fail(L, &err);
    push_row(L, &row);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* }====== */

void l_upheld_add_stats_funnel(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"overdispersion", stats_overdispersion},
      {"limits", stats_limits},
      {"significance", stats_significance},
      {"axis", stats_axis},
      {"funnel", stats_funnel},
      {NULL, NULL},
  };
  luaL_setfuncs(L, functions, 0);
}
