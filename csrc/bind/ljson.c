/*
** ljson.c: JSON of what Lua has: one value, or an object of some members of a table; and HTML of a text.
** Owns: nothing. Numbers with a fraction are refused: core.number spells them. The spelling is the core's (json.c, html.c).
*/
#include "lupheld.h"

#include "../core/html.h"
#include "../core/json.h"

enum { MOST_MEMBERS = 64 };

static upheld_text check_text(lua_State *L, int arg) {
  upheld_text t;
  t.at = luaL_checklstring(L, arg, &t.size);
  return t;
}

static upheld_status write_string(void *ud, upheld_buffer *out, upheld_error *err) {
  const upheld_text *t = ud;
  upheld_json j;
  (void)err;
  upheld_json_init(&j, out);
  upheld_json_string(&j, *t);
  return UPHELD_OK;
}

/* core.json_string(text) -> a JSON string, quotes included */
static int json_string(lua_State *L) {
  upheld_text t = check_text(L, 1);
  return l_upheld_push_written(L, write_string, &t);
}

typedef struct real {
  double value;
  int decimals;
} real;

static upheld_status write_real(void *ud, upheld_buffer *out, upheld_error *err) {
  const real *r = ud;
  upheld_json j;
  (void)err;
  upheld_json_init(&j, out);
  upheld_json_real(&j, r->value, r->decimals);
  return UPHELD_OK;
}

/* core.json_real(number, decimals) -> JSON number, or "null" */
static int json_real(lua_State *L) {
  real r;
  r.value = (double)luaL_checknumber(L, 1);
  lua_Integer decimals = luaL_checkinteger(L, 2);
  luaL_argcheck(L, decimals >= 0 && decimals <= 9, 2, "0 to 9 decimals expected");
  r.decimals = (int)decimals;
  return l_upheld_push_written(L, write_real, &r);
}

/* Whether a string stands in JSON as it is: most do, and are copied without being spelt. */
static bool plain(const char *s, size_t size) {
  for (size_t i = 0; i < size; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') return false;
  }
  return true;
}

/* Spells the value on top of the stack, in its place, but for plain strings, which stay: *is_plain tells these. */
static void spell(lua_State *L, bool *is_plain) {
  *is_plain = false;
  switch (lua_type(L, -1)) {
    case LUA_TNIL: lua_pushliteral(L, "null"); break;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, -1) ? "true" : "false"); break;
    case LUA_TNUMBER:
      if (!lua_isinteger(L, -1)) luaL_error(L, "json: a number with a fraction, %f", (double)lua_tonumber(L, -1));
      lua_pushfstring(L, "%I", (LUAI_UACINT)lua_tointeger(L, -1));
      break;
    case LUA_TSTRING: {
      upheld_text t;
      t.at = lua_tolstring(L, -1, &t.size);
      *is_plain = plain(t.at, t.size);
      if (*is_plain) return;
      l_upheld_push_written(L, write_string, &t);
      break;
    }
    default: luaL_error(L, "json: a %s", luaL_typename(L, -1));
  }
  lua_replace(L, -2);
}

/* Members from their keys, from index `first` of the stack on, each followed by its value. */
static int push_object(lua_State *L, int first, int count, const bool *is_plain) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  luaL_addchar(&b, '{');
  for (int i = 0; i < count; i++) {
    size_t size;
    const char *text = lua_tolstring(L, first + 2 * i, &size);
    int value = first + 2 * i + 1;
    if (i > 0) luaL_addchar(&b, ',');
    luaL_addchar(&b, '"');
    luaL_addlstring(&b, text, size);
    luaL_addstring(&b, "\":");
    text = lua_tolstring(L, value, &size);
    if (is_plain[i]) luaL_addchar(&b, '"');
    luaL_addlstring(&b, text, size);
    if (is_plain[i]) luaL_addchar(&b, '"');
  }
  luaL_addchar(&b, '}');
  luaL_pushresult(&b);
  return 1;
}

static int check_keys(lua_State *L, int arg) {
  luaL_checktype(L, arg, LUA_TTABLE);
  lua_Integer count = (lua_Integer)lua_rawlen(L, arg);
  luaL_argcheck(L, count <= MOST_MEMBERS, arg, "too many keys");
  luaL_checkstack(L, 2 * (int)count + LUA_MINSTACK, "json");
  return (int)count;
}

static void push_key(lua_State *L, int keys, int i) {
  size_t size;
  if (lua_rawgeti(L, keys, i) != LUA_TSTRING) luaL_error(L, "json: a key is a text");
  const char *text = lua_tolstring(L, -1, &size);
  if (!plain(text, size)) luaL_error(L, "json: a key is plain text");
}

/* core.json_fields(source, keys) -> an object of these fields in their order; absent ones are null */
static int json_fields(lua_State *L) {
  bool is_plain[MOST_MEMBERS];
  int count = check_keys(L, 2), first = lua_gettop(L) + 1;
  for (int i = 0; i < count; i++) {
    push_key(L, 2, i + 1);
    lua_pushvalue(L, -1);
    lua_gettable(L, 1);
    spell(L, &is_plain[i]);
  }
  return push_object(L, first, count, is_plain);
}

/* core.html_text(value) -> a line of text, or a whole number, as it stands in HTML; nil for what is neither */
static int html_text(lua_State *L) {
  upheld_text t;
  luaL_Buffer b;
  if (lua_type(L, 1) == LUA_TNUMBER && lua_isinteger(L, 1)) {
    lua_pushfstring(L, "%I", (LUAI_UACINT)lua_tointeger(L, 1));
    return 1;
  }
  if (lua_type(L, 1) != LUA_TSTRING) return 0;
  t.at = lua_tolstring(L, 1, &t.size);
  switch (upheld_html_kind_of(t)) {
    case UPHELD_HTML_NONE: return 0;
    case UPHELD_HTML_AS_IT_IS: lua_settop(L, 1); return 1;
    default: break;
  }
  char *at = luaL_buffinitsize(L, &b, upheld_html_size(t));
  luaL_pushresultsize(&b, upheld_html_write(t, at));
  return 1;
}

void l_upheld_open_json(lua_State *L) {
  static const luaL_Reg functions[] = {
    {"json_string", json_string},
    {"json_real", json_real},
    {"json_fields", json_fields},
    {"html_text", html_text},
    {NULL, NULL}
  };
  luaL_setfuncs(L, functions, 0);
}
