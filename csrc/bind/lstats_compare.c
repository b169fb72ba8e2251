/*
** lstats_compare.c: core.stats, the comparisons of two shares or counts.
** Owns: the order of their arguments, which lua/upheld/stats.lua fills from option tables. It computes nothing and
** holds no memory.
*/
#include "lstats.h"

#include "../core/compare.h"
#include "../core/rate.h"

/* difference(x1, n1, x2, n2, level, per, decimals) -> text, low, high */
static int stats_difference(lua_State *L) {
  upheld_error err;
  char text[UPHELD_RATE_TEXT];
  double low, high;
  int64_t x1 = l_upheld_stats_whole(L, 1, "x1"), n1 = l_upheld_stats_whole(L, 2, "n1");
  int64_t x2 = l_upheld_stats_whole(L, 3, "x2"), n2 = l_upheld_stats_whole(L, 4, "n2");
  double level = l_upheld_stats_number(L, 5, "level");
  int64_t per = l_upheld_stats_whole(L, 6, "per");
  int decimals = l_upheld_stats_decimals(L, 7);
  upheld_clear(&err);
  if (upheld_difference_of_shares(x1, n1, x2, n2, level, &low, &high, &err) != UPHELD_OK ||
      upheld_difference_decimal(x1, n1, x2, n2, per, decimals, text, sizeof text, &err) != UPHELD_OK) {
    return l_upheld_stats_fail(L, &err);
  }
  lua_pushstring(L, text);
  lua_pushnumber(L, (lua_Number)low);
  lua_pushnumber(L, (lua_Number)high);
  return 3;
}

static int changed(lua_State *L, upheld_status status, upheld_change change, double fall, double rise,
                   const upheld_error *err) {
  if (status != UPHELD_OK) return l_upheld_stats_fail(L, err);
  lua_pushstring(L, upheld_change_name(change));
  lua_pushnumber(L, (lua_Number)fall);
  lua_pushnumber(L, (lua_Number)rise);
  return 3;
}

/* change(x1, n1, x2, n2) -> name of the change, P(X <= x2), P(X >= x2) */
static int stats_change(lua_State *L) {
  upheld_error err;
  upheld_change change;
  double fall, rise;
  int64_t x1 = l_upheld_stats_whole(L, 1, "x1"), n1 = l_upheld_stats_whole(L, 2, "n1");
  int64_t x2 = l_upheld_stats_whole(L, 3, "x2"), n2 = l_upheld_stats_whole(L, 4, "n2");
  upheld_status status;
  upheld_clear(&err);
  status = upheld_change_of_shares(x1, n1, x2, n2, &fall, &rise, &change, &err);
  return changed(L, status, change, fall, rise, &err);
}

/* change_of_counts(x1, x2, exposure1, exposure2) -> name of the change, P(X <= x2), P(X >= x2) */
static int stats_change_of_counts(lua_State *L) {
  upheld_error err;
  upheld_change change;
  double fall, rise;
  int64_t x1 = l_upheld_stats_whole(L, 1, "x1"), x2 = l_upheld_stats_whole(L, 2, "x2");
  int64_t exposure1 = l_upheld_stats_whole(L, 3, "exposure1"), exposure2 = l_upheld_stats_whole(L, 4, "exposure2");
  upheld_status status;
  upheld_clear(&err);
  status = upheld_change_of_counts(x1, exposure1, x2, exposure2, &fall, &rise, &change, &err);
  return changed(L, status, change, fall, rise, &err);
}

static int classed(lua_State *L, upheld_status status, upheld_class class, const upheld_error *err) {
  if (status != UPHELD_OK) return l_upheld_stats_fail(L, err);
  lua_pushstring(L, upheld_class_name(class));
  return 1;
}

/* class(x, n, peers' x, peers' n, method) -> name of the class; the method as l_upheld_stats_method reads it */
static int stats_class(lua_State *L) {
  upheld_error err;
  upheld_class class;
  int64_t x = l_upheld_stats_whole(L, 1, "x1"), n = l_upheld_stats_whole(L, 2, "n1");
  int64_t px = l_upheld_stats_whole(L, 3, "x2"), pn = l_upheld_stats_whole(L, 4, "n2");
  upheld_limits_method method = l_upheld_stats_method(L, 5);
  upheld_clear(&err);
  upheld_status status = upheld_class_beside_shares(x, n, px, pn, method, &class, &err);
  return classed(L, status, class, &err);
}

/* class_of_counts(x, exposure, peers' x, peers' exposure) -> name of the class */
static int stats_class_of_counts(lua_State *L) {
  upheld_error err;
  upheld_class class;
  int64_t x = l_upheld_stats_whole(L, 1, "x1"), exposure = l_upheld_stats_whole(L, 2, "exposure1");
  int64_t px = l_upheld_stats_whole(L, 3, "x2"), peers_exposure = l_upheld_stats_whole(L, 4, "exposure2");
  upheld_clear(&err);
  upheld_status status = upheld_class_beside_counts(x, exposure, px, peers_exposure, &class, &err);
  return classed(L, status, class, &err);
}

void l_upheld_add_stats_compare(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"difference", stats_difference},
      {"change", stats_change},
      {"change_of_counts", stats_change_of_counts},
      {"class", stats_class},
      {"class_of_counts", stats_class_of_counts},
      {NULL, NULL},
  };
  luaL_setfuncs(L, functions, 0);
}
