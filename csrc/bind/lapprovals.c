/*
** lapprovals.c: approvals of letters as plain tables.
** Owns: those tables' fields. It computes nothing.
*/
#include "../core/register_approvals.h"
#include "../core/text.h"
#include "levidence.h"
#include "lregister.h"

#define APPROVALS_NAME "upheld.approvals"

typedef struct l_approvals {
  upheld_approvals list;
  bool open;
} l_approvals;

static int approvals_gc(lua_State *L) {
  l_approvals *box = luaL_checkudata(L, 1, APPROVALS_NAME);
  if (box->open) upheld_approvals_free(&box->list);
  box->open = false;
  return 0;
}

static int check_year(lua_State *L, int index) {
  lua_Integer year = luaL_checkinteger(L, index);
  luaL_argcheck(L, year >= UPHELD_FIRST_YEAR && year <= UPHELD_LAST_YEAR, index, "no such year");
  return (int)year;
}

/* register:approve(year, wording or "", by, note or "", now, {authority id, hash, authority id, hash, ...}) -> true; or nil, error */
int l_upheld_register_approve(lua_State *L) {
  upheld_register *reg = l_upheld_check_register(L, 1);
  upheld_approval common = {.year = check_year(L, 2), .wording = luaL_checkstring(L, 3), .by = luaL_checkstring(L, 4), .at = "",
                            .note = luaL_checkstring(L, 5)};
  const char *now = luaL_checkstring(L, 6);
  upheld_error err;
  luaL_checktype(L, 7, LUA_TTABLE);
  size_t count = (size_t)lua_rawlen(L, 7) / 2;
  luaL_checkstack(L, 3, "approvals");
  upheld_approval *items = lua_newuserdatauv(L, (count + 1) * sizeof *items, 0);
  for (size_t i = 0; i < count; i++) {
    items[i] = common;
    lua_rawgeti(L, 7, (lua_Integer)(2 * i + 1));
    items[i].authority = luaL_checkinteger(L, -1);
    lua_rawgeti(L, 7, (lua_Integer)(2 * i + 2));
    luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 7, "a hash is a string");
    items[i].sha256 = lua_tostring(L, -1); /* stays in the caller's table */
    lua_pop(L, 2);
  }
  upheld_clear(&err);
  if (upheld_register_approve(reg, items, count, now, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_pushboolean(L, 1);
  return 1;
}

/* register:unapprove(authority id, year, hash or nil, by, reason, now) -> count; or nil, error */
int l_upheld_register_unapprove(lua_State *L) {
  upheld_register *reg = l_upheld_check_register(L, 1);
  lua_Integer authority = luaL_checkinteger(L, 2);
  int year = check_year(L, 3);
  const char *hash = luaL_optstring(L, 4, NULL), *by = luaL_checkstring(L, 5), *reason = luaL_checkstring(L, 6);
  size_t count = 0;
  upheld_error err;
  upheld_clear(&err);
  if (upheld_register_unapprove(reg, authority, year, hash, by, reason, luaL_checkstring(L, 7), &count, &err) != UPHELD_OK) {
    return l_upheld_fail(L, &err);
  }
  lua_pushinteger(L, (lua_Integer)count);
  return 1;
}

static void set_given(lua_State *L, const char *key, const char *text) {
  if (text[0] != '\0') l_upheld_set_string(L, key, text);
}

/* register:approvals(authority id or 0, year or 0) -> {{what, id, year, wording, hash, by, at, note}, ...}; or nil, error */
int l_upheld_register_approvals(lua_State *L) {
  upheld_register *reg = l_upheld_check_register(L, 1);
  lua_Integer authority = luaL_checkinteger(L, 2), year = luaL_checkinteger(L, 3);
  upheld_error err;
  upheld_allocator a = l_upheld_allocator(L);
  luaL_argcheck(L, year >= 0 && year <= UPHELD_LAST_YEAR, 3, "no such year");
  l_approvals *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->open = false;
  luaL_setmetatable(L, APPROVALS_NAME);
  upheld_approvals_init(&box->list, &a);
  box->open = true;
  upheld_clear(&err);
  if (upheld_register_approvals(reg, authority, (int)year, &box->list, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_newtable(L);
  for (size_t i = 0; i < box->list.count; i++) {
    const upheld_approval *one = &box->list.items[i];
    lua_createtable(L, 0, 8);
    l_upheld_set_string(L, "what", one->withdrawal ? "withdrawn" : "approved");
    l_upheld_set_integer(L, "id", one->authority);
    l_upheld_set_integer(L, "year", one->year);
    l_upheld_set_string(L, "hash", one->sha256);
    l_upheld_set_string(L, "by", one->by);
    l_upheld_set_string(L, "at", one->at);
    set_given(L, "wording", one->wording);
    set_given(L, "note", one->note);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

int l_upheld_open_approvals(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", approvals_gc}, {NULL, NULL}};
  l_upheld_metatable(L, APPROVALS_NAME, NULL, meta);
  return 0;
}
