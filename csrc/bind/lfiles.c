/*
** lfiles.c: what Lua sees of reader, text, sha256, json and files.
** Owns: nothing between calls. Must not: run Lua while the core is at work: rows are collected in C and pushed afterwards, so
** that no Lua error passes through the core.
*/
#include "lupheld.h"

#include <string.h>

#include "../core/alloc.h"
#include "../core/files.h"
#include "../core/json.h"
#include "../core/reader.h"
#include "../core/sha256.h"
#include "../core/text.h"

#define ROWS_NAME "upheld.csv rows"
#define BUFFER_NAME "upheld.buffer"
#define LOCK_NAME "upheld.lock"

/* ---- core.csv ---- */

/* A row as collected: its bytes stand in the owner's buffer, raw first, then its fields. */
typedef struct kept_row {
  size_t count;
  int64_t line;
  upheld_row_fault fault;
} kept_row;

typedef struct rows {
  upheld_allocator allocator;
  upheld_reader *reader;
  upheld_buffer bytes;
  kept_row *rows;
  size_t count, capacity;
  size_t *sizes; /* of the pieces of `bytes` */
  size_t piece_count, piece_capacity;
} rows;

static int rows_gc(lua_State *L) {
  rows *k = luaL_checkudata(L, 1, ROWS_NAME);
  upheld_reader_close(k->reader);
  upheld_buffer_free(&k->bytes);
  upheld_release(&k->allocator, k->rows, k->capacity * sizeof *k->rows);
  upheld_release(&k->allocator, k->sizes, k->piece_capacity * sizeof *k->sizes);
  k->reader = NULL;
  k->rows = NULL;
  k->sizes = NULL;
  k->count = k->capacity = k->piece_count = k->piece_capacity = 0;
  return 0;
}

/* Empty and closed, with its metatable: whatever raises from here on, the collector frees it. */
static rows *new_rows(lua_State *L) {
  rows *k = lua_newuserdatauv(L, sizeof *k, 0);
  memset(k, 0, sizeof *k);
  k->allocator = l_upheld_allocator(L);
  upheld_buffer_init(&k->bytes, &k->allocator);
  luaL_setmetatable(L, ROWS_NAME);
  return k;
}

static upheld_status keep_piece(rows *k, upheld_text t, upheld_error *err) {
  void *sizes = k->sizes;
  if (upheld_grow(&k->allocator, &sizes, &k->piece_capacity, k->piece_count + 1, sizeof *k->sizes, err) != UPHELD_OK)
    return UPHELD_NOMEM;
  k->sizes = sizes;
  k->sizes[k->piece_count++] = t.size;
  upheld_buffer_add(&k->bytes, t.at, t.size);
  return k->bytes.failed ? upheld_nomem(err) : UPHELD_OK;
}

static upheld_status keep_row(void *ud, const upheld_row *row, upheld_error *err) {
  rows *k = ud;
  void *list = k->rows;
  upheld_status status;
  if (upheld_grow(&k->allocator, &list, &k->capacity, k->count + 1, sizeof *k->rows, err) != UPHELD_OK) return UPHELD_NOMEM;
  k->rows = list;
  k->rows[k->count].count = row->count;
  k->rows[k->count].line = row->line;
  k->rows[k->count].fault = row->fault;
  k->count++;
  status = keep_piece(k, row->raw, err);
  for (size_t i = 0; i < row->count && status == UPHELD_OK; i++) status = keep_piece(k, row->fields[i], err);
  return status;
}

static void push_rows(lua_State *L, const rows *k) {
  static const char *const faults[] = {NULL, "stray-quote", "after-quote"};
  const char *at = k->bytes.data;
  const size_t *size = k->sizes;
  lua_newtable(L);
  for (size_t r = 0; r < k->count; r++) {
    const kept_row *row = &k->rows[r];
    lua_createtable(L, (int)row->count, 3);
    lua_pushinteger(L, (lua_Integer)row->line);
    lua_setfield(L, -2, "line");
    if (row->fault != UPHELD_ROW_OK) {
      lua_pushstring(L, faults[row->fault]);
      lua_setfield(L, -2, "fault");
    }
    lua_pushlstring(L, at, *size);
    lua_setfield(L, -2, "raw");
    at += *size++;
    for (size_t i = 1; i <= row->count; i++) {
      lua_pushlstring(L, at, *size);
      lua_rawseti(L, -2, (lua_Integer)i);
      at += *size++;
    }
    lua_rawseti(L, -2, (lua_Integer)(r + 1));
  }
}

/* Feeds the string at -1, which the caller keeps. */
static upheld_status feed_string(lua_State *L, rows *k, upheld_error *err) {
  size_t size;
  const char *bytes = luaL_checklstring(L, -1, &size);
  return upheld_reader_feed(k->reader, bytes, size, err);
}

/*
** core.csv(chunks, {max_field = n, look = n}) -> {{line =, fault =, raw =, field1, ...}, ...} or nil, error.
** chunks: the whole text, or a list of strings that are fed one by one. look: 1 to #core.csv_looks(), how rows are looked for.
*/
static int csv(lua_State *L) {
  upheld_error err;
  upheld_status status;
  lua_Integer max_field = 0, look = 1;
  bool list = lua_istable(L, 1);
  rows *k;
  luaL_argcheck(L, list || lua_type(L, 1) == LUA_TSTRING, 1, "string or table expected");
  if (!lua_isnoneornil(L, 2)) {
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_getfield(L, 2, "max_field");
    max_field = luaL_optinteger(L, -1, 0);
    luaL_argcheck(L, max_field >= 0, 2, "max_field must not be negative");
    lua_getfield(L, 2, "look");
    look = luaL_optinteger(L, -1, 1);
    luaL_argcheck(L, look >= 1 && look <= 100 && upheld_reader_look_name((size_t)look - 1) != NULL, 2, "look is the place of one of csv_looks()");
  }
  lua_settop(L, 1);
  k = new_rows(L);
  upheld_clear(&err);
  status = upheld_reader_open(&k->reader, &k->allocator, (size_t)max_field, keep_row, k, &err);
  if (status == UPHELD_OK) upheld_reader_look(k->reader, (size_t)look - 1);
  if (!list) {
    lua_pushvalue(L, 1);
    if (status == UPHELD_OK) status = feed_string(L, k, &err);
  } else {
    lua_Integer count = (lua_Integer)lua_rawlen(L, 1);
    for (lua_Integer i = 1; i <= count && status == UPHELD_OK; i++) {
      lua_rawgeti(L, 1, i);
      luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 1, "chunks must be strings");
      status = feed_string(L, k, &err);
      lua_pop(L, 1);
    }
  }
  if (status == UPHELD_OK) status = upheld_reader_finish(k->reader, &err);
  if (status != UPHELD_OK) return l_upheld_fail(L, &err);
  push_rows(L, k);
  return 1;
}

/* core.csv_looks() -> {"avx2", ...}: the ways of looking for rows that this machine has (reader.h); for tests. */
static int csv_looks(lua_State *L) {
  const char *name;
  lua_createtable(L, 4, 0);
  for (size_t i = 0; (name = upheld_reader_look_name(i)) != NULL; i++) {
    lua_pushstring(L, name);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* ---- text ---- */

static upheld_text check_text(lua_State *L, int arg) {
  upheld_text t;
  t.at = luaL_checklstring(L, arg, &t.size);
  return t;
}

/* core.sha256(text) -> 64 hexadecimal digits */
static int sha256(lua_State *L) {
  upheld_text t = check_text(L, 1);
  upheld_sha256 s;
  char hex[65];
  upheld_sha256_init(&s);
  upheld_sha256_add(&s, t.at, t.size);
  upheld_sha256_hex(&s, hex);
  lua_pushstring(L, hex);
  return 1;
}

/* core.date(text, uk) -> days since 1970-01-01, or nil when the text is no date */
static int date(lua_State *L) {
  upheld_text t = check_text(L, 1);
  upheld_date d;
  if (upheld_parse_date(t, lua_toboolean(L, 2) != 0, &d)) lua_pushinteger(L, d);
  else luaL_pushfail(L);
  return 1;
}

/* core.date_text(days) -> "YYYY-MM-DD" */
static int date_text(lua_State *L) {
  lua_Integer days = luaL_checkinteger(L, 1);
  char text[11] = "";
  if (days > INT32_MIN && days <= INT32_MAX) upheld_format_date((upheld_date)days, text);
  luaL_argcheck(L, text[0] != '\0', 1, "a day of the years 0 to 9999 expected");
  lua_pushstring(L, text);
  return 1;
}

/* core.utf8_valid(text) -> boolean */
static int utf8_valid(lua_State *L) {
  lua_pushboolean(L, upheld_utf8_valid(check_text(L, 1)));
  return 1;
}

/* core.integer(text) -> the decimal integer that the whole text is, or nil */
static int integer(lua_State *L) {
  int64_t value;
  if (upheld_parse_integer(check_text(L, 1), &value)) lua_pushinteger(L, (lua_Integer)value);
  else luaL_pushfail(L);
  return 1;
}

/* core.decimal(text) -> scaled, decimals, such as 94, 1 for "9.4"; or nil */
static int decimal(lua_State *L) {
  int64_t scaled;
  int decimals;
  if (!upheld_parse_decimal(check_text(L, 1), &scaled, &decimals)) {
    luaL_pushfail(L);
    return 1;
  }
  lua_pushinteger(L, (lua_Integer)scaled);
  lua_pushinteger(L, decimals);
  return 2;
}

static int buffer_gc(lua_State *L) {
  upheld_buffer_free(luaL_checkudata(L, 1, BUFFER_NAME));
  return 0;
}

static upheld_buffer *new_buffer(lua_State *L) {
  upheld_allocator a = l_upheld_allocator(L);
  upheld_buffer *b = lua_newuserdatauv(L, sizeof *b, 0);
  upheld_buffer_init(b, &a);
  luaL_setmetatable(L, BUFFER_NAME);
  return b;
}

static int push_buffer(lua_State *L, upheld_buffer *b) {
  if (b->failed) return luaL_error(L, "not enough memory");
  lua_pushlstring(L, b->data == NULL ? "" : b->data, b->size);
  upheld_buffer_free(b);
  return 1;
}

/* core.from_windows_1252(text) -> the same as UTF-8 */
static int from_windows_1252(lua_State *L) {
  upheld_text t = check_text(L, 1);
  upheld_buffer *b = new_buffer(L);
  upheld_from_windows_1252(b, t);
  return push_buffer(L, b);
}

/* core.csv_field(text, first) -> the text quoted where CSV needs it; with first also where only a row's first field does */
static int csv_field(lua_State *L) {
  upheld_text t = check_text(L, 1);
  bool first = lua_toboolean(L, 2) != 0;
  upheld_buffer *b = new_buffer(L);
  upheld_csv_field(b, t, first);
  if (first || b->failed) return push_buffer(L, b);
  lua_pushlstring(L, b->data + 1, b->size - 1); /* without the comma that separates it from the field before */
  upheld_buffer_free(b);
  return 1;
}

/* ---- files ---- */

static int done(lua_State *L, upheld_status status, const upheld_error *err) {
  if (status != UPHELD_OK) return l_upheld_fail(L, err);
  lua_pushboolean(L, 1);
  return 1;
}

static const char *check_path(lua_State *L, int arg) {
  size_t size;
  const char *path = luaL_checklstring(L, arg, &size);
  luaL_argcheck(L, strlen(path) == size, arg, "a path must not contain a NUL byte");
  return path;
}

/* core.write_file(path, content) -> true, or nil, error */
static int write_file(lua_State *L) {
  upheld_allocator a = l_upheld_allocator(L);
  const char *path = check_path(L, 1);
  upheld_text content = check_text(L, 2);
  upheld_error err;
  upheld_clear(&err);
  return done(L, upheld_write_file(&a, path, content, &err), &err);
}

/* The string at index i of the table on top. It stays in the table, which keeps it alive; numbers would not. */
static upheld_text check_member(lua_State *L, lua_Integer i) {
  upheld_text t;
  lua_rawgeti(L, -1, i);
  luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 2, "each file is {name, content}, two strings");
  t.at = lua_tolstring(L, -1, &t.size);
  lua_pop(L, 1);
  return t;
}

/* core.write_files(directory, {{name, content}, ...}) -> true, or nil, error: all of them or none */
static int write_files(lua_State *L) {
  upheld_allocator a = l_upheld_allocator(L);
  const char *directory = check_path(L, 1);
  upheld_output_file *files;
  upheld_error err;
  size_t count;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  count = lua_rawlen(L, 2);
  files = lua_newuserdatauv(L, (count + 1) * sizeof *files, 0);
  for (size_t i = 0; i < count; i++) {
    upheld_text name;
    lua_rawgeti(L, 2, (lua_Integer)(i + 1));
    luaL_argcheck(L, lua_istable(L, -1), 2, "each file is {name, content}, two strings");
    name = check_member(L, 1);
    luaL_argcheck(L, strlen(name.at) == name.size, 2, "a file name must not contain a NUL byte");
    files[i].name = name.at;
    files[i].content = check_member(L, 2);
    lua_pop(L, 1);
  }
  upheld_clear(&err);
  return done(L, upheld_write_files(&a, directory, files, count, &err), &err);
}

static int source_gc(lua_State *L) {
  upheld_source **s = luaL_checkudata(L, 1, "upheld.source");
  upheld_source_close(*s);
  *s = NULL;
  return 0;
}

/* core.read_file(path) -> its bytes, or nil, error: a failure carries code, path and hint, which io.open's does not */
static int read_file(lua_State *L) {
  const char *path = check_path(L, 1);
  upheld_allocator a = l_upheld_allocator(L);
  upheld_source **s = lua_newuserdatauv(L, sizeof *s, 0);
  upheld_buffer *b;
  upheld_error err;
  upheld_status status;
  size_t size = 1;
  *s = NULL;
  luaL_setmetatable(L, "upheld.source");
  b = new_buffer(L);
  upheld_clear(&err);
  status = upheld_source_open(s, &a, path, &err);
  while (status == UPHELD_OK && size > 0) {
    const char *bytes;
    status = upheld_source_read(*s, &bytes, &size, &err);
    upheld_buffer_add(b, bytes, size);
    if (b->failed) status = upheld_nomem(&err);
  }
  upheld_source_close(*s);
  *s = NULL;
  return status == UPHELD_OK ? push_buffer(L, b) : l_upheld_fail(L, &err);
}

typedef struct held {
  upheld_lock lock;
  bool taken;
} held;

static int lock_close(lua_State *L) {
  held *h = luaL_checkudata(L, 1, LOCK_NAME);
  if (h->taken) upheld_lock_release(&h->lock);
  h->taken = false;
  return 0;
}

/* core.lock(path) -> a value that holds the lock until it is closed or collected; or nil, error ("locked") */
static int take_lock(lua_State *L) {
  const char *path = check_path(L, 1);
  upheld_allocator a = l_upheld_allocator(L);
  upheld_error err;
  held *h = lua_newuserdatauv(L, sizeof *h, 0);
  h->taken = false;
  luaL_setmetatable(L, LOCK_NAME);
  upheld_clear(&err);
  if (upheld_lock_take(&h->lock, &a, path, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  h->taken = true;
  return 1;
}

static upheld_status write_names(void *ud, upheld_buffer *out, upheld_error *err) {
  return upheld_list_files(&out->allocator, ud, out, err);
}

/* core.list_files(directory) -> the names in it, in order, each ended by a NUL byte; or nil, error */
static int list_files(lua_State *L) {
  union { const char *path; void *ud; } directory = {.path = check_path(L, 1)};
  return l_upheld_push_written(L, write_names, directory.ud);
}

int l_upheld_open_files(lua_State *L) {
  static const luaL_Reg rows_meta[] = {{"__gc", rows_gc}, {NULL, NULL}};
  static const luaL_Reg buffer_meta[] = {{"__gc", buffer_gc}, {NULL, NULL}};
  static const luaL_Reg source_meta[] = {{"__gc", source_gc}, {NULL, NULL}};
  static const luaL_Reg lock_methods[] = {{"close", lock_close}, {NULL, NULL}};
  static const luaL_Reg lock_meta[] = {{"__gc", lock_close}, {"__close", lock_close}, {NULL, NULL}};
  static const luaL_Reg functions[] = {
    {"csv", csv},
    {"csv_looks", csv_looks},
    {"sha256", sha256},
    {"date", date},
    {"date_text", date_text},
    {"utf8_valid", utf8_valid},
    {"integer", integer},
    {"decimal", decimal},
    {"from_windows_1252", from_windows_1252},
    {"csv_field", csv_field},
    {"list_files", list_files},
    {"lock", take_lock},
    {"read_file", read_file},
    {"write_file", write_file},
    {"write_files", write_files},
    {NULL, NULL}
  };
  l_upheld_metatable(L, LOCK_NAME, lock_methods, lock_meta);
  l_upheld_metatable(L, ROWS_NAME, NULL, rows_meta);
  l_upheld_metatable(L, BUFFER_NAME, NULL, buffer_meta);
  l_upheld_metatable(L, "upheld.source", NULL, source_meta);
  luaL_setfuncs(L, functions, 0);
  return 0;
}
