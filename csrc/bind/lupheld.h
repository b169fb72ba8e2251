/*
** lupheld.h: what the binding's files share.
** The binding checks arguments, calls the core and pushes results; it computes nothing. No bare C memory is held across a call
** that can raise: an owner userdata with its metatable comes first, and is filled after.
*/
#ifndef LUPHELD_H
#define LUPHELD_H

/* The key of cases without a service area, in tables of counts. */
#define L_UPHELD_NOT_RECORDED "not recorded"

#include <lauxlib.h>
#include <lua.h>

#include "../core/alloc.h"

/* One macro lets the module build for hosts that embed Lua 5.3. */
#if LUA_VERSION_NUM == 503
#define lua_newuserdatauv(L, size, values) lua_newuserdata(L, (size))
#define lua_setiuservalue(L, index, n) lua_setuservalue(L, (index))
#define lua_getiuservalue(L, index, n) lua_getuservalue(L, (index))
#define luaL_pushfail(L) lua_pushnil(L)
#endif

UPHELD_BEGIN

/* The state's own allocator, so that a host's limits hold for us too. */
upheld_allocator l_upheld_allocator(lua_State *L);
/* Pushes an error table {code, message, file, line, column, value, hint} with its __tostring. */
void l_upheld_push_error(lua_State *L, const upheld_error *err);
/* Pushes nil and the error table and returns 2; raises for UPHELD_NOMEM and UPHELD_MISUSE. */
int l_upheld_fail(lua_State *L, const upheld_error *err);
/* Sets a field of the table on top; an absent text (NULL or "") stays nil. */
void l_upheld_set_integer(lua_State *L, const char *key, int64_t value);
void l_upheld_set_string(lua_State *L, const char *key, const char *value);
/*
** Pushes the text that write makes and gives 1, or nil and an error: nothing can raise while the buffer is held, since write is of the core.
*/
typedef upheld_status (*l_upheld_write_fn)(void *ud, upheld_buffer *out, upheld_error *err);
int l_upheld_push_written(lua_State *L, l_upheld_write_fn write, void *ud);
/* Appends a line to the upheld_buffer ud: for callbacks of the core. */
void l_upheld_keep_line(void *ud, const char *line);
/* Creates metatable `name` with methods and metamethods unless it is there; leaves nothing on the stack. */
void l_upheld_metatable(lua_State *L, const char *name, const luaL_Reg *methods, const luaL_Reg *metamethods);

/* Each adds its functions to the module table on top of the stack. */
int l_upheld_open_files(lua_State *L);
void l_upheld_open_json(lua_State *L);
void l_upheld_open_layout(lua_State *L);
int l_upheld_open_stats(lua_State *L);
int l_upheld_open_scheme(lua_State *L);
int l_upheld_open_register(lua_State *L);
int l_upheld_open_evidence(lua_State *L);
int l_upheld_open_trend(lua_State *L);
int l_upheld_open_figures(lua_State *L);

UPHELD_END

#endif
