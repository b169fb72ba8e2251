/*
** lstats.h: arguments and results of core.stats, shared by its files.
** Owns: how a wrong argument is told: at the place that called upheld.stats, two levels up, since these functions are
** only reached through lua/upheld/stats.lua.
*/
#ifndef L_UPHELD_STATS_H
#define L_UPHELD_STATS_H

#include "../core/intervals.h"
#include "../core/quantiles.h"
#include "lupheld.h"

UPHELD_BEGIN

/* Raises the message on top of the stack with the place of the code that called the function of upheld.stats. */
int l_upheld_stats_raise(lua_State *L);
/* Raises "bad argument #index: name must be wanted, not ...". */
int l_upheld_stats_bad(lua_State *L, int index, const char *name, const char *wanted);
/* A whole number: an integer, or a float with an integral value; strings are not taken for numbers. */
int64_t l_upheld_stats_whole(lua_State *L, int index, const char *name);
double l_upheld_stats_number(lua_State *L, int index, const char *name);
int l_upheld_stats_decimals(lua_State *L, int index);
/* "exact", when absent, or "score". */
upheld_limits_method l_upheld_stats_method(lua_State *L, int index);
/*
** The pairs {x, n} of the list at index that have a rate, in their order, and how many have none (n = 0). Pushes the
** userdata that holds them. Raises for what is no pair, for a negative count.
*/
upheld_pair *l_upheld_stats_pairs(lua_State *L, int index, size_t *count, lua_Integer *without);
/* A programmer's mistake raises where it was made; the rest is nil and an error table. */
int l_upheld_stats_fail(lua_State *L, const upheld_error *err);

/* Each adds the functions of its file to the table on top of the stack. */
void l_upheld_add_stats_compare(lua_State *L);
void l_upheld_add_stats_funnel(lua_State *L);

UPHELD_END

#endif
