/*
** lstats.c: core.stats, the statistics as functions on plain numbers.
** Owns: the order of their arguments, which lua/upheld/stats.lua fills from option tables. It computes nothing and
** holds no memory. A wrong argument raises at the place that called upheld.stats: these functions are only reached
** through that file, one level up.
*/
#include "lstats.h"

#include "../core/intervals.h"
#include "../core/rate.h"

/* {====== arguments ====== */

int l_upheld_stats_raise(lua_State *L) {
  luaL_where(L, 2);
  lua_insert(L, -2);
  lua_concat(L, 2);
  return lua_error(L);
}

int l_upheld_stats_bad(lua_State *L, int index, const char *name, const char *wanted) {
  if (lua_type(L, index) == LUA_TNUMBER) {
    lua_pushfstring(L, "bad argument #%d: %s must be %s, not %f", index, name, wanted, lua_tonumber(L, index));
  } else {
    lua_pushfstring(L, "bad argument #%d: %s must be %s, not %s", index, name, wanted, luaL_typename(L, index));
  }
  return l_upheld_stats_raise(L);
}

int64_t l_upheld_stats_whole(lua_State *L, int index, const char *name) {
  int exact = 0;
  lua_Integer value = lua_type(L, index) == LUA_TNUMBER ? lua_tointegerx(L, index, &exact) : 0;
  if (!exact) l_upheld_stats_bad(L, index, name, "a whole number");
  return (int64_t)value;
}

double l_upheld_stats_number(lua_State *L, int index, const char *name) {
  if (lua_type(L, index) != LUA_TNUMBER) l_upheld_stats_bad(L, index, name, "a number");
  return (double)lua_tonumber(L, index);
}

int l_upheld_stats_decimals(lua_State *L, int index) {
  int64_t decimals = l_upheld_stats_whole(L, index, "decimals");
  /* Out of int, the core refuses either bound as well. */
  return decimals < -1 ? -1 : decimals > UPHELD_MAX_DECIMALS ? UPHELD_MAX_DECIMALS + 1 : (int)decimals;
}

/* The whole number at place `place` (1 x, 2 n) of the pair, number `pair` of its list, on top of the stack. */
static int64_t of_pair(lua_State *L, lua_Integer pair, int place) {
  int exact = 0;
  lua_Integer value;
  lua_rawgeti(L, -1, place);
  value = lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &exact) : 0;
  if (!exact) {
    lua_pushfstring(L, "rate %I: %s must be a whole number", (LUAI_UACINT)pair, place == 1 ? "x" : "n");
    l_upheld_stats_raise(L);
  }
  lua_pop(L, 1);
  return (int64_t)value;
}

int l_upheld_stats_fail(lua_State *L, const upheld_error *err) {
  if (err->status != UPHELD_MISUSE) return l_upheld_fail(L, err);
  lua_pushstring(L, err->message);
  return l_upheld_stats_raise(L);
}

static int two(lua_State *L, upheld_status status, double first, double second, const upheld_error *err) {
  if (status != UPHELD_OK) return l_upheld_stats_fail(L, err);
  lua_pushnumber(L, (lua_Number)first);
  lua_pushnumber(L, (lua_Number)second);
  return 2;
}

/* }====== */

/* {====== rates ====== */

/* percent(x, n) -> integer */
static int stats_percent(lua_State *L) {
  upheld_error err;
  int64_t x = l_upheld_stats_whole(L, 1, "x"), n = l_upheld_stats_whole(L, 2, "n"), percent;
  upheld_clear(&err);
  if (upheld_rate_check(x, n, &err) != UPHELD_OK) return l_upheld_stats_fail(L, &err);
  percent = upheld_percent(x, n);
  if (percent == INT64_MAX) { /* the core's mark of a rate beyond every integer */
    upheld_fail(&err, UPHELD_FAULT, "number-too-large", "the rate is too large to print");
    return l_upheld_stats_fail(L, &err);
  }
  lua_pushinteger(L, (lua_Integer)percent);
  return 1;
}

/* decimal(x, n, per, decimals, trim) -> text */
static int stats_decimal(lua_State *L) {
  upheld_error err;
  char text[UPHELD_RATE_TEXT];
  int64_t x = l_upheld_stats_whole(L, 1, "x"), n = l_upheld_stats_whole(L, 2, "n"), per = l_upheld_stats_whole(L, 3, "per");
  int decimals = l_upheld_stats_decimals(L, 4);
  bool trim = lua_toboolean(L, 5);
  upheld_clear(&err);
  if (upheld_decimal(x, n, per, decimals, text, sizeof text, trim, &err) != UPHELD_OK) return l_upheld_stats_fail(L, &err);
  lua_pushstring(L, text);
  return 1;
}

/*
** Pair i of the list at `index`, in *pair; false when it has no rate (n = 0). Raises for what is no pair.
*/
static bool pair_at(lua_State *L, int index, lua_Integer i, upheld_pair *pair) {
  upheld_error err;
  upheld_status status;
  upheld_clear(&err);
  if (lua_rawgeti(L, index, i) != LUA_TTABLE) {
    lua_pushfstring(L, "rate %I must be a pair {x, n}, not %s", (LUAI_UACINT)i, luaL_typename(L, -1));
    l_upheld_stats_raise(L);
  }
  pair->x = of_pair(L, i, 1);
  pair->n = of_pair(L, i, 2);
  lua_pop(L, 1);
  status = upheld_rate_check(pair->x, pair->n, &err);
  if (status == UPHELD_MISUSE) {
    lua_pushfstring(L, "rate %I: %s", (LUAI_UACINT)i, err.message);
    l_upheld_stats_raise(L);
  }
  return status == UPHELD_OK;
}

upheld_pair *l_upheld_stats_pairs(lua_State *L, int index, size_t *count, lua_Integer *without) {
  upheld_pair *pairs;
  lua_Integer i, all;
  if (lua_type(L, index) != LUA_TTABLE) l_upheld_stats_bad(L, index, "rates", "a list of pairs {x, n}");
  all = (lua_Integer)lua_rawlen(L, index);
  pairs = lua_newuserdatauv(L, ((size_t)all + 1) * sizeof *pairs, 0); /* Lua's, so that a raise frees it */
  *count = 0;
  *without = 0;
  for (i = 1; i <= all; i++) {
    if (pair_at(L, index, i, &pairs[*count])) {
      ++*count;
    } else {
      ++*without;
    }
  }
  return pairs;
}

/* mean_of_rates({{x, n}, ...}, per, decimals) -> text, rates in it, pairs without a rate (n = 0) */
static int stats_mean_of_rates(lua_State *L) {
  upheld_error err;
  upheld_mean_of_rates mean;
  char text[UPHELD_RATE_TEXT];
  lua_Integer i, all, without = 0;
  int64_t per = l_upheld_stats_whole(L, 2, "per");
  int decimals = l_upheld_stats_decimals(L, 3);
  upheld_mean_clear(&mean);
  upheld_clear(&err);
  if (lua_type(L, 1) != LUA_TTABLE) l_upheld_stats_bad(L, 1, "rates", "a list of pairs {x, n}");
  all = (lua_Integer)lua_rawlen(L, 1);
  for (i = 1; i <= all; i++) {
    upheld_pair pair;
    if (pair_at(L, 1, i, &pair)) {
      upheld_mean_add(&mean, pair.x, pair.n);
    } else {
      without++;
    }
  }
  if (upheld_mean_decimal(&mean, per, decimals, text, sizeof text, false, &err) != UPHELD_OK) {
    return l_upheld_stats_fail(L, &err);
  }
  lua_pushstring(L, text);
  lua_pushinteger(L, (lua_Integer)mean.count);
  lua_pushinteger(L, without);
  return 3;
}

/* quartiles({{x, n}, ...}, per, decimals) -> lower quartile, median, upper quartile, rates, pairs without a rate */
static int stats_quartiles(lua_State *L) {
  upheld_error err;
  upheld_allocator a = l_upheld_allocator(L);
  int64_t per = l_upheld_stats_whole(L, 2, "per");
  int decimals = l_upheld_stats_decimals(L, 3), quarter;
  size_t count;
  lua_Integer without;
  upheld_pair *pairs = l_upheld_stats_pairs(L, 1, &count, &without);
  upheld_clear(&err);
  if (upheld_sort_rates(&a, pairs, count, &err) != UPHELD_OK) return l_upheld_stats_fail(L, &err);
  for (quarter = 1; quarter <= 3; quarter++) {
    upheld_mean_of_rates value;
    char text[UPHELD_RATE_TEXT];
    upheld_quarter_of_rates(pairs, count, SIZE_MAX, quarter, &value);
    if (upheld_mean_decimal(&value, per, decimals, text, sizeof text, false, &err) != UPHELD_OK) {
      return l_upheld_stats_fail(L, &err);
    }
    lua_pushstring(L, text);
  }
  lua_pushinteger(L, (lua_Integer)count);
  lua_pushinteger(L, without);
  return 5;
}

/* }====== */

/* {====== intervals ====== */

static int share(lua_State *L, upheld_interval_method method) {
  upheld_error err;
  double low, high;
  int64_t x = l_upheld_stats_whole(L, 1, "x"), n = l_upheld_stats_whole(L, 2, "n");
  double level = l_upheld_stats_number(L, 3, "level");
  upheld_status status;
  upheld_clear(&err);
  status = upheld_interval_of_share(x, n, level, method, &low, &high, &err);
  return two(L, status, low, high, &err);
}

static int count(lua_State *L, upheld_interval_method method) {
  upheld_error err;
  double low, high;
  int64_t x = l_upheld_stats_whole(L, 1, "x");
  double level = l_upheld_stats_number(L, 2, "level");
  upheld_status status;
  upheld_clear(&err);
  status = upheld_interval_of_count(x, level, method, &low, &high, &err);
  return two(L, status, low, high, &err);
}

/* wilson(x, n, level, continuity) -> low, high */
static int stats_wilson(lua_State *L) {
  return share(L, lua_toboolean(L, 4) ? UPHELD_INTERVAL_WILSON_CONTINUITY : UPHELD_INTERVAL_WILSON);
}

/* exact(x, n, level) -> low, high */
static int stats_exact(lua_State *L) {
  return share(L, UPHELD_INTERVAL_EXACT);
}

/* byar(x, level) -> low, high */
static int stats_byar(lua_State *L) {
  return count(L, UPHELD_INTERVAL_BYAR);
}

/* poisson(x, level) -> low, high */
static int stats_poisson(lua_State *L) {
  return count(L, UPHELD_INTERVAL_EXACT);
}

/* }====== */

/* {====== tails, limits, class ====== */

/* tail(x, n, p) -> P(X <= x), P(X >= x) */
static int stats_tail(lua_State *L) {
  upheld_error err;
  double at_most, at_least;
  int64_t x = l_upheld_stats_whole(L, 1, "x"), n = l_upheld_stats_whole(L, 2, "n");
  double p = l_upheld_stats_number(L, 3, "p");
  upheld_status status;
  upheld_clear(&err);
  status = upheld_tail(x, n, p, &at_most, &at_least, &err);
  return two(L, status, at_most, at_least, &err);
}

/* poisson_tail(x, expected) -> P(X <= x), P(X >= x) */
static int stats_poisson_tail(lua_State *L) {
  upheld_error err;
  double at_most, at_least;
  int64_t x = l_upheld_stats_whole(L, 1, "x");
  double expected = l_upheld_stats_number(L, 2, "expected");
  upheld_status status;
  upheld_clear(&err);
  status = upheld_tail_of_count(x, expected, &at_most, &at_least, &err);
  return two(L, status, at_most, at_least, &err);
}

/* poisson_limits(expected, level) -> low, high */
static int stats_poisson_limits(lua_State *L) {
  upheld_error err;
  int64_t low, high;
  double expected = l_upheld_stats_number(L, 1, "expected"), level = l_upheld_stats_number(L, 2, "level");
  upheld_clear(&err);
  if (upheld_limits_of_count(expected, level, &low, &high, &err) != UPHELD_OK) return l_upheld_stats_fail(L, &err);
  lua_pushinteger(L, (lua_Integer)low);
  lua_pushinteger(L, (lua_Integer)high);
  return 2;
}

/* poisson_significance(x, expected) -> name of the class */
static int stats_poisson_significance(lua_State *L) {
  upheld_error err;
  upheld_class class;
  int64_t x = l_upheld_stats_whole(L, 1, "x");
  double expected = l_upheld_stats_number(L, 2, "expected");
  upheld_clear(&err);
  if (upheld_significance_of_count(x, expected, &class, &err) != UPHELD_OK) return l_upheld_stats_fail(L, &err);
  lua_pushstring(L, upheld_class_name(class));
  return 1;
}

/* }====== */

int l_upheld_open_stats(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"percent", stats_percent},
      {"decimal", stats_decimal},
      {"mean_of_rates", stats_mean_of_rates},
      {"quartiles", stats_quartiles},
      {"wilson", stats_wilson},
      {"exact", stats_exact},
      {"byar", stats_byar},
      {"poisson", stats_poisson},
      {"tail", stats_tail},
      {"poisson_tail", stats_poisson_tail},
      {"poisson_limits", stats_poisson_limits},
      {"poisson_significance", stats_poisson_significance},
      {NULL, NULL},
  };
  luaL_newlib(L, functions);
  l_upheld_add_stats_compare(L);
  l_upheld_add_stats_funnel(L);
  lua_setfield(L, -2, "stats");
  return 0;
}
