/*
** limport.c: option tables of an import, and its report as plain tables.
** Owns: both shapes. Rows are read by the core.
*/
#include <string.h>

#include "../core/alloc.h"
#include "levidence.h"

#define REPORT_NAME "upheld.report"

typedef struct l_report {
  upheld_report report;
  bool open;
} l_report;

static int report_gc(lua_State *L) {
  l_report *box = luaL_checkudata(L, 1, REPORT_NAME);
  if (box->open) upheld_report_free(&box->report);
  box->open = false;
  return 0;
}

upheld_report *l_upheld_new_report(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", report_gc}, {NULL, NULL}};
  l_upheld_metatable(L, REPORT_NAME, NULL, meta);
  l_report *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->open = false;
  luaL_setmetatable(L, REPORT_NAME);
  upheld_allocator a = l_upheld_allocator(L);
  upheld_report_init(&box->report, &a);
  box->open = true;
  return &box->report;
}

/* {====== report -> table ====== */

static void push_file(lua_State *L, const upheld_report_file *f) {
  lua_createtable(L, 0, 9);
  l_upheld_set_string(L, "file", f->path);
  l_upheld_set_string(L, "kind", f->kind);
  l_upheld_set_string(L, "sha256", f->sha256);
  l_upheld_set_integer(L, "read", f->read);
  l_upheld_set_integer(L, "accepted", f->accepted);
  l_upheld_set_integer(L, "rejected", f->rejected);
  l_upheld_set_integer(L, "unchanged", f->unchanged);
  l_upheld_set_integer(L, "corrected", f->corrected);
  l_upheld_set_integer(L, "completed", f->completed);
  l_upheld_set_integer(L, "warnings", f->warnings);
}

static void push_fault(lua_State *L, const upheld_report *r, const upheld_fault_entry *f) {
  static const char *const severities[] = {"warning", "error", "fatal"};
  lua_createtable(L, 0, 8);
  l_upheld_set_string(L, "code", f->code);
  l_upheld_set_string(L, "severity", severities[f->severity]);
  l_upheld_set_string(L, "file", r->files[f->file].path);
  if (f->line != 0) l_upheld_set_integer(L, "line", f->line);
  l_upheld_set_string(L, "column", f->column);
  l_upheld_set_string(L, "value", f->value);
  l_upheld_set_string(L, "message", f->message);
  l_upheld_set_string(L, "hint", f->hint);
  luaL_setmetatable(L, "upheld.error");
}

/* Copies a buffer into Lua; called protected, since pushing may raise and the buffer must be freed all the same. */
static int push_text(lua_State *L) {
  const upheld_buffer *b = lua_touserdata(L, 1);
  lua_pushlstring(L, b->data == NULL ? "" : b->data, b->size);
  return 1;
}

static void set_text(lua_State *L, const char *key, const upheld_report *r,
                     void (*make)(const upheld_report *, upheld_buffer *)) {
  upheld_buffer b;
  lua_pushcfunction(L, push_text); /* before the buffer exists: nothing below can raise while it does */
  upheld_buffer_init(&b, &r->allocator);
  make(r, &b);
  if (b.failed) {
    upheld_buffer_free(&b);
    luaL_error(L, "not enough memory");
  }
  lua_pushlightuserdata(L, &b);
  int status = lua_pcall(L, 1, 1, 0);
  upheld_buffer_free(&b);
  if (status != LUA_OK) lua_error(L);
  lua_setfield(L, -2, key);
}

void l_upheld_push_report(lua_State *L, const upheld_report *r) {
  luaL_checkstack(L, 8, "report");
  lua_createtable(L, 0, 10);
  lua_pushboolean(L, r->written);
  lua_setfield(L, -2, "written");
  l_upheld_set_integer(L, "fatal", r->fatal);
  l_upheld_set_integer(L, "errors", r->errors);
  l_upheld_set_integer(L, "warnings", r->warnings);
  l_upheld_set_integer(L, "unlisted", r->unlisted);
  lua_createtable(L, (int)r->file_count, 0);
  for (size_t i = 0; i < r->file_count; i++) {
    push_file(L, &r->files[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "files");
  lua_createtable(L, (int)r->fault_count, 0);
  for (size_t i = 0; i < r->fault_count; i++) {
    push_fault(L, r, &r->faults[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "list");
  set_text(L, "summary", r, upheld_report_summary);
  set_text(L, "json", r, upheld_report_json);
}

/* }====== */

/* {====== table -> options ====== */

static bool boolean_of(lua_State *L, int index, const char *key) {
  lua_getfield(L, index, key);
  bool out = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return out;
}

/* A string of the table, which keeps it alive; NULL when absent. */
static const char *string_of(lua_State *L, int index, const char *key) {
  lua_getfield(L, index, key);
  const char *out = NULL;
  if (lua_type(L, -1) == LUA_TSTRING) out = lua_tostring(L, -1);
  else if (!lua_isnil(L, -1)) luaL_error(L, "import: \"%s\" must be a string", key);
  lua_pop(L, 1);
  return out;
}

/* 0 when it is not given. */
static size_t count_of(lua_State *L, int index, const char *key) {
  lua_getfield(L, index, key);
  lua_Integer n = luaL_optinteger(L, -1, 0);
  if (n < 0) luaL_error(L, "import: \"%s\" is negative", key);
  lua_pop(L, 1);
  return (size_t)n;
}

static upheld_kind kind_named(lua_State *L, const char *name) {
  for (int k = 0; k < UPHELD_KINDS; k++) {
    if (name != NULL && strcmp(upheld_kind_name((upheld_kind)k), name) == 0) return (upheld_kind)k;
  }
  luaL_error(L, "import: there is no kind of file \"%s\"", name == NULL ? "?" : name);
  return UPHELD_KINDS;
}

/* Called from within the core: an error of the Lua function must not jump through its frames. */
static bool progress(void *ud, const char *path, int64_t bytes, int64_t total) {
  l_import *im = ud;
  if (im->raised || !lua_checkstack(im->L, 6)) return false;
  lua_pushvalue(im->L, im->progress);
  lua_pushinteger(im->L, (lua_Integer)bytes);
  lua_pushinteger(im->L, (lua_Integer)total);
  (void)path; /* pushing a string may raise; the script knows its files */
  if (lua_pcall(im->L, 2, 1, 0) != LUA_OK) {
    im->raised = true;
    return false;
  }
  bool go_on = lua_isnil(im->L, -1) || lua_toboolean(im->L, -1);
  lua_pop(im->L, 1);
  return go_on;
}

static void read_files(lua_State *L, int index, upheld_import_options *o) {
  lua_getfield(L, index, "files");
  luaL_checktype(L, -1, LUA_TTABLE);
  int files = lua_gettop(L);
  size_t count = lua_rawlen(L, files);
  upheld_import_file *list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, files, (lua_Integer)i + 1);
    luaL_checktype(L, -1, LUA_TTABLE);
    int entry = lua_gettop(L);
    list[i].path = string_of(L, entry, "path");
    if (list[i].path == NULL) luaL_error(L, "import: a file has no path");
    list[i].kind = kind_named(L, string_of(L, entry, "kind"));
    lua_pop(L, 1);
  }
  o->files = list;
  o->file_count = count;
}

static void read_columns(lua_State *L, int index, upheld_import_options *o) {
  lua_getfield(L, index, "columns");
  if (lua_isnil(L, -1)) return;
  luaL_checktype(L, -1, LUA_TTABLE);
  int columns = lua_gettop(L);
  size_t count = lua_rawlen(L, columns);
  upheld_column_map *map = lua_newuserdatauv(L, (count + 1) * sizeof *map, 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, columns, (lua_Integer)i + 1);
    luaL_checktype(L, -1, LUA_TTABLE);
    int entry = lua_gettop(L);
    map[i].column = string_of(L, entry, "column");
    map[i].heading = string_of(L, entry, "heading");
    if (map[i].column == NULL || map[i].heading == NULL) luaL_error(L, "import: a column map lacks a name");
    lua_pop(L, 1);
  }
  o->columns = map;
  o->column_count = count;
}

void l_upheld_read_import(lua_State *L, int index, l_import *im) {
  upheld_import_options *o = &im->options;
  luaL_checktype(L, index, LUA_TTABLE);
  memset(im, 0, sizeof *im);
  im->L = L;
  read_files(L, index, o);
  read_columns(L, index, o);
  o->uk_dates = boolean_of(L, index, "uk_dates");
  o->windows_1252 = boolean_of(L, index, "windows_1252");
  o->sample = boolean_of(L, index, "sample");
  o->strict = boolean_of(L, index, "strict");
  o->dry_run = boolean_of(L, index, "dry_run");
  o->row_by_row = boolean_of(L, index, "row_by_row"); /* for tests: the face refuses it */
  o->reason = string_of(L, index, "reason");
  if (o->reason == NULL) o->reason = "";
  o->now = string_of(L, index, "now");
  if (o->now == NULL) luaL_error(L, "import: \"now\" is missing"); /* the core reads no clock */
  o->rejects = string_of(L, index, "rejects");
  o->threads = count_of(L, index, "threads");
  o->segment = count_of(L, index, "segment");
  o->look = count_of(L, index, "look");
  lua_getfield(L, index, "progress");
  if (lua_isfunction(L, -1)) {
    im->progress = lua_gettop(L);
    o->progress = progress;
    o->progress_ud = im;
  }
}

/* }====== */
