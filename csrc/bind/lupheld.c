/*
** lupheld.c: luaopen_upheld_core, and how an error of the core reaches Lua.
** Owns: the one rule of errors: a programmer's mistake and short memory raise, the world's failure returns nil and an error table.
*/
#include "lupheld.h"

#define ERROR_NAME "upheld.error"

upheld_allocator l_upheld_allocator(lua_State *L) {
  upheld_allocator a;
  a.call = lua_getallocf(L, &a.ud);
  return a;
}

/* {====== error tables ====== */

void l_upheld_set_integer(lua_State *L, const char *key, int64_t value) {
  lua_pushinteger(L, (lua_Integer)value);
  lua_setfield(L, -2, key);
}

void l_upheld_set_string(lua_State *L, const char *key, const char *value) {
  if (value == NULL || value[0] == '\0') return;
  lua_pushstring(L, value);
  lua_setfield(L, -2, key);
}

void l_upheld_push_error(lua_State *L, const upheld_error *err) {
  lua_createtable(L, 0, 7);
  l_upheld_set_string(L, "code", err->code);
  l_upheld_set_string(L, "message", err->message);
  l_upheld_set_string(L, "file", err->file);
  l_upheld_set_string(L, "column", err->column);
  l_upheld_set_string(L, "value", err->value);
  l_upheld_set_string(L, "hint", err->hint);
  if (err->line != 0) l_upheld_set_integer(L, "line", err->line);
  luaL_setmetatable(L, ERROR_NAME);
}

int l_upheld_fail(lua_State *L, const upheld_error *err) {
  if (err->status == UPHELD_NOMEM) return luaL_error(L, "not enough memory");
  if (err->status == UPHELD_MISUSE) return luaL_error(L, "%s", err->message);
  luaL_pushfail(L);
  l_upheld_push_error(L, err);
  return 2;
}

/* Field of the error table at 1 as text, or NULL; stays on the stack. */
static const char *field(lua_State *L, const char *key) {
  lua_getfield(L, 1, key);
  return lua_tostring(L, -1);
}

/* decisions.csv:118: column "decided_date": 2020-02-30 is not a date (bad-date) */
static int error_tostring(lua_State *L) {
  luaL_Buffer b;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  const char *file = field(L, "file"), *line = field(L, "line"), *column = field(L, "column");
  const char *message = field(L, "message"), *code = field(L, "code"), *hint = field(L, "hint");
  luaL_buffinit(L, &b);
  if (file != NULL) {
    luaL_addstring(&b, file);
    if (line != NULL) {
      luaL_addchar(&b, ':');
      luaL_addstring(&b, line);
    }
    luaL_addstring(&b, ": ");
  }
  if (column != NULL) {
    luaL_addstring(&b, "column \"");
    luaL_addstring(&b, column);
    luaL_addstring(&b, "\": ");
  }
  luaL_addstring(&b, message != NULL ? message : "error");
  if (code != NULL) {
    luaL_addstring(&b, " (");
    luaL_addstring(&b, code);
    luaL_addchar(&b, ')');
  }
  if (hint != NULL) {
    luaL_addstring(&b, "; ");
    luaL_addstring(&b, hint);
  }
  luaL_pushresult(&b);
  return 1;
}

/* core.error(table) -> the same table as an error value, for errors that are found in Lua. */
static int as_error(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  luaL_setmetatable(L, ERROR_NAME);
  return 1;
}

/* }====== */

static int push_buffer(lua_State *L) {
  const upheld_buffer *b = lua_touserdata(L, 1);
  lua_pushlstring(L, b->data == NULL ? "" : b->data, b->size);
  return 1;
}

int l_upheld_push_written(lua_State *L, l_upheld_write_fn write, void *ud) {
  upheld_allocator a = l_upheld_allocator(L);
  upheld_buffer b;
  upheld_error err;
  int status = LUA_OK;
  upheld_clear(&err);
  lua_pushcfunction(L, push_buffer);
  upheld_buffer_init(&b, &a);
  upheld_status st = write(ud, &b, &err);
  if (st == UPHELD_OK && b.failed) st = upheld_nomem(&err);
  if (st == UPHELD_OK) {
    lua_pushlightuserdata(L, &b);
    status = lua_pcall(L, 1, 1, 0);
  }
  upheld_buffer_free(&b);
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  return status == LUA_OK ? 1 : lua_error(L);
}

void l_upheld_keep_line(void *ud, const char *line) {
  upheld_buffer *b = ud;
  upheld_buffer_text(b, line);
  upheld_buffer_byte(b, '\n');
}

void l_upheld_metatable(lua_State *L, const char *name, const luaL_Reg *methods, const luaL_Reg *metamethods) {
  if (luaL_newmetatable(L, name)) { /* luaopen may run again in the same state: busted reloads modules */
    luaL_setfuncs(L, metamethods, 0);
    if (methods != NULL) {
      lua_newtable(L);
      luaL_setfuncs(L, methods, 0);
      lua_setfield(L, -2, "__index");
    }
  }
  lua_pop(L, 1);
}

#if defined(__GNUC__)
__attribute__((visibility("default")))
#endif
int luaopen_upheld_core(lua_State *L); /* the only symbol that the module shows */

int luaopen_upheld_core(lua_State *L) {
  static const luaL_Reg error_meta[] = {{"__tostring", error_tostring}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"error", as_error}, {NULL, NULL}};
  luaL_checkversion(L);
  l_upheld_metatable(L, ERROR_NAME, NULL, error_meta);
  lua_newtable(L);
  luaL_setfuncs(L, functions, 0);
  lua_pushliteral(L, UPHELD_VERSION);
  lua_setfield(L, -2, "version");
  l_upheld_open_files(L);
  l_upheld_open_json(L);
  l_upheld_open_layout(L);
  l_upheld_open_stats(L);
  l_upheld_open_scheme(L);
  l_upheld_open_evidence(L);
  l_upheld_open_trend(L);
  l_upheld_open_figures(L);
  l_upheld_open_register(L);
  return 1;
}
