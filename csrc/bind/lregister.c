/*
** lregister.c: the register as userdata, and its decisions as plain tables.
** Owns: those tables' fields. A register is made closed, given its metatable, then opened; one idempotent close serves close,
** __close and __gc; a closed register raises.
*/
#include <string.h>

#include "../core/text.h"
#include "levidence.h"
#include "../core/register_history.h"
#include "lregister.h"
#include "lscheme.h"

#define REGISTER_NAME "upheld.register"
#define RECORDS_NAME "upheld.records"

/* {====== register ====== */

typedef struct l_register {
  upheld_register *reg; /* NULL: closed */
  bool busy;            /* an import is running, and its progress function may call anything */
} l_register;

static upheld_register *check_register(lua_State *L, int index) {
  l_register *box = luaL_checkudata(L, index, REGISTER_NAME);
  if (box->reg == NULL) luaL_error(L, "attempt to use a closed register");
  if (box->busy) luaL_error(L, "attempt to use a register during its own import");
  return box->reg;
}

upheld_register *l_upheld_check_register(lua_State *L, int index) { return check_register(L, index); }

/* core.open(scheme, path, busy_ms) -> register; or nil, error */
static int open_register(lua_State *L) {
  const upheld_scheme *s = l_upheld_check_scheme(L, 1);
  const char *path = luaL_checkstring(L, 2);
  int busy = (int)luaL_optinteger(L, 3, -1);
  upheld_error err;
  upheld_allocator a = l_upheld_allocator(L);
  l_register *box = lua_newuserdatauv(L, sizeof *box, 1);
  box->reg = NULL;
  box->busy = false;
  luaL_setmetatable(L, REGISTER_NAME);
  lua_pushvalue(L, 1); /* the register points to its scheme */
  lua_setiuservalue(L, -2, 1);
  upheld_clear(&err);
  if (upheld_register_open(&box->reg, &a, s, path, busy, &err) != UPHELD_OK) {
    upheld_register_close(box->reg);
    box->reg = NULL;
    return l_upheld_fail(L, &err);
  }
  return 1;
}

static int register_close(lua_State *L) {
  l_register *box = luaL_checkudata(L, 1, REGISTER_NAME);
  if (box->busy) return luaL_error(L, "attempt to close a register during its own import");
  upheld_register_close(box->reg);
  box->reg = NULL;
  return 0;
}

static int register_is_open(lua_State *L) {
  l_register *box = luaL_checkudata(L, 1, REGISTER_NAME);
  lua_pushboolean(L, box->reg != NULL);
  return 1;
}

/* core.scheme_name(path) -> name the file remembers, "" for an absent file; or nil, error */
static int scheme_name(lua_State *L) {
  char name[64] = "";
  upheld_error err;
  upheld_allocator a = l_upheld_allocator(L);
  upheld_clear(&err);
  if (upheld_register_scheme_name(&a, luaL_checkstring(L, 1), name, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_pushstring(L, name);
  return 1;
}

static int register_stamp(lua_State *L) {
  int64_t stamp = 0;
  upheld_error err;
  upheld_clear(&err);
  if (upheld_register_stamp(check_register(L, 1), &stamp, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_pushinteger(L, (lua_Integer)stamp);
  return 1;
}

/* register:import(options) -> report; or nil, error */
static int register_import(lua_State *L) {
  upheld_register *reg = check_register(L, 1);
  upheld_error err;
  l_import im;
  lua_settop(L, 2);
  l_upheld_read_import(L, 2, &im);
  upheld_report *report = l_upheld_new_report(L);
  upheld_clear(&err);
  l_register *box = lua_touserdata(L, 1);
  box->busy = true;
  upheld_status st = upheld_import(reg, &im.options, report, &err);
  box->busy = false;
  if (im.raised) return lua_error(L);
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  l_upheld_push_report(L, report);
  return 1;
}

/* register:evidence(scheme) -> evidence; or nil, error */
static int register_evidence(lua_State *L) {
  upheld_register *reg = check_register(L, 1);
  upheld_error err;
  l_evidence *box = l_upheld_new_evidence(L, 2);
  upheld_clear(&err);
  if (upheld_register_load(reg, &box->evidence, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  return 1;
}

/* register:withdraw(scheme, reference, authority id, reason, now) -> true; or nil, error */
static int register_withdraw(lua_State *L) {
  upheld_register *reg = check_register(L, 1);
  const upheld_scheme *s = l_upheld_check_scheme(L, 2);
  upheld_text reference;
  uint64_t key;
  upheld_error err;
  reference.at = luaL_checklstring(L, 3, &reference.size);
  lua_Integer authority = luaL_checkinteger(L, 4);
  const char *reason = luaL_checkstring(L, 5), *now = luaL_checkstring(L, 6);
  upheld_clear(&err);
  if (!upheld_reference_parse(s, reference, &key)) {
    upheld_fail(&err, UPHELD_FAULT, "bad-reference", "\"%s\" is no reference of the form %s", reference.at,
                s->reference_form);
    return l_upheld_fail(L, &err);
  }
  if (upheld_register_withdraw(reg, key, authority, reason, now, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_pushboolean(L, 1);
  return 1;
}

static void set_text(lua_State *L, const char *key, upheld_text t) {
  if (t.size == 0) return;
  lua_pushlstring(L, t.at, t.size);
  lua_setfield(L, -2, key);
}

typedef struct l_arena {
  upheld_arena arena;
} l_arena;

static int arena_gc(lua_State *L) {
  l_arena *box = luaL_checkudata(L, 1, "upheld.arena");
  upheld_arena_free(&box->arena);
  return 0;
}

/* register:recipient(authority id) -> {name, role, salutation, email}, nil when there is none; or nil, error */
static int register_recipient(lua_State *L) {
  upheld_register *reg = check_register(L, 1);
  lua_Integer id = luaL_checkinteger(L, 2);
  upheld_error err;
  upheld_recipient r;
  bool found = false;
  upheld_allocator a = l_upheld_allocator(L);
  l_arena *box = lua_newuserdatauv(L, sizeof *box, 0);
  upheld_arena_init(&box->arena, &a);
  luaL_setmetatable(L, "upheld.arena");
  upheld_clear(&err);
  if (upheld_register_recipient(reg, id, &box->arena, &r, &found, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  if (!found) {
    luaL_pushfail(L);
    return 1;
  }
  lua_createtable(L, 0, 4);
  l_upheld_set_string(L, "name", r.name);
  l_upheld_set_string(L, "role", r.role);
  l_upheld_set_string(L, "salutation", r.salutation);
  l_upheld_set_string(L, "email", r.email);
  return 1;
}

static int register_counts(lua_State *L) {
  upheld_register_counts c;
  upheld_error err;
  upheld_clear(&err);
  if (upheld_register_count(check_register(L, 1), &c, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_createtable(L, 0, 9);
  l_upheld_set_integer(L, "authorities", c.authorities);
  l_upheld_set_integer(L, "decisions", c.decisions);
  l_upheld_set_integer(L, "open_cases", c.open_cases);
  l_upheld_set_integer(L, "samples", c.samples);
  l_upheld_set_integer(L, "withdrawn", c.withdrawn);
  l_upheld_set_integer(L, "corrections", c.corrections);
  l_upheld_set_integer(L, "compliance", c.compliance);
  l_upheld_set_integer(L, "published", c.published);
  l_upheld_set_integer(L, "imports", c.imports);
  return 1;
}

typedef struct verification {
  upheld_register *reg;
  const upheld_evidence *e; /* NULL: SQLite's own checks */
} verification;

static upheld_status write_findings(void *ud, upheld_buffer *out, upheld_error *err) {
  const verification *v = ud;
  return v->e == NULL ? upheld_register_verify(v->reg, l_upheld_keep_line, out, err)
                      : upheld_register_recount(v->reg, v->e, l_upheld_keep_line, out, err);
}

/*
** register:verify(evidence or nil) -> text with a line for each finding ("" none): SQLite's own checks, or with evidence the
** second count against it; or nil, error
*/
static int register_verify(lua_State *L) {
  verification v = {check_register(L, 1), lua_isnoneornil(L, 2) ? NULL : l_upheld_check_evidence(L, 2)};
  return l_upheld_push_written(L, write_findings, &v);
}

/* }====== */

/* {====== decisions ====== */

typedef struct l_records {
  upheld_records records;
  bool open;
} l_records;

static int records_gc(lua_State *L) {
  l_records *box = luaL_checkudata(L, 1, RECORDS_NAME);
  if (box->open) upheld_records_free(&box->records);
  box->open = false;
  return 0;
}

/* Appends a batch; called by the core, so it must not raise. */
static upheld_status keep_batch(void *ud, const upheld_records *batch, upheld_error *err) {
  upheld_records *all = ud;
  upheld_record r;
  for (size_t i = 0; i < batch->count; i++) {
    upheld_records_get(batch, i, &r);
    upheld_status st = upheld_records_add(all, &r, err);
    if (st != UPHELD_OK) return st;
  }
  return UPHELD_OK;
}

static void set_date(lua_State *L, const char *key, upheld_date date) {
  char text[11];
  upheld_format_date(date, text);
  l_upheld_set_string(L, key, text);
}

static void push_decision(lua_State *L, const upheld_directory *d, const upheld_record *r) {
  const upheld_scheme *s = d->scheme;
  char reference[64];
  lua_createtable(L, 0, 16);
  upheld_reference_format(s, r->reference, reference);
  l_upheld_set_string(L, "reference", reference);
  l_upheld_set_string(L, "authority", d->items[r->authority].name);
  l_upheld_set_string(L, "authority_code", d->items[r->authority].code);
  set_date(L, "received_date", r->received);
  set_date(L, "decided_date", r->decided);
  if (r->outcome != UPHELD_NO_CODE) l_upheld_set_string(L, "outcome", s->outcomes.labels[r->outcome]);
  if (r->area != UPHELD_NO_CODE) l_upheld_set_string(L, "service_area", s->areas.labels[r->area]);
  if (r->remedied != UPHELD_NO_CODE) {
    lua_pushboolean(L, r->remedied == 1);
    lua_setfield(L, -2, "remedied_before");
  }
  if (r->compliance != UPHELD_NO_CODE) l_upheld_set_string(L, "compliance_outcome", s->compliance.labels[r->compliance]);
  set_date(L, "compliance_due_date", r->due);
  set_date(L, "compliance_date", r->recorded);
  set_text(L, "url", r->url);
  set_text(L, "kind", r->kind);
  if ((r->flags & UPHELD_RECORD_SAMPLE) != 0) {
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, "sample");
  }
  l_upheld_set_integer(L, "line", r->line);
  l_upheld_set_integer(L, "import", r->import);
}

static upheld_clock clock_of(lua_State *L, int index) {
  static const char *const names[] = {"received", "decided", "compliance", NULL};
  return (upheld_clock)luaL_checkoption(L, index, "decided", names);
}

void l_upheld_read_selection(lua_State *L, int index, const upheld_evidence *e, upheld_selection *w) {
  const upheld_scheme *s = e->scheme;
  memset(w, 0, sizeof *w);
  w->authority = -1;
  w->first = UPHELD_NO_DATE;
  luaL_checktype(L, index, LUA_TTABLE);
  lua_getfield(L, index, "clock");
  w->clock = clock_of(L, -1);
  lua_getfield(L, index, "authority");
  if (!lua_isnil(L, -1)) {
    w->authority = luaL_checkinteger(L, -1);
    if (w->authority < 0 || (uint64_t)w->authority >= e->directory.count) luaL_error(L, "no such authority");
  }
  lua_getfield(L, index, "year");
  w->last = UPHELD_NO_DATE;
  if (!lua_isnil(L, -1)) {
    lua_Integer year = luaL_checkinteger(L, -1);
    if (year < UPHELD_FIRST_YEAR || year > UPHELD_LAST_YEAR) luaL_error(L, "no such year");
    upheld_scheme_year_span(s, (int)year, &w->first, &w->last);
  }
  lua_getfield(L, index, "indicator");
  if (!lua_isnil(L, -1)) {
    upheld_text name;
    name.at = luaL_checklstring(L, -1, &name.size);
    int k = upheld_scheme_indicator(s, name);
    if (k < 0) luaL_error(L, "there is no indicator \"%s\"", name.at);
    lua_getfield(L, index, "numerator");
    /* residents are no decisions, and days have no numerator */
    bool numerator = (lua_toboolean(L, -1) || s->indicators[k].denominator == 0) && s->indicators[k].numerator != 0;
    lua_pop(L, 1);
    w->counters = numerator ? s->indicators[k].numerator : s->indicators[k].denominator;
    w->clock = s->indicators[k].clock;
  }
  lua_getfield(L, index, "samples");
  w->samples = lua_toboolean(L, -1);
  lua_getfield(L, index, "withdrawn");
  w->withdrawn = lua_toboolean(L, -1);
  lua_getfield(L, index, "all");
  w->all = lua_toboolean(L, -1);
  lua_getfield(L, index, "rows");
  w->rows = lua_toboolean(L, -1);
  lua_pop(L, 8);
}

/* A line for each reference: called by the core, so it must not raise. */
static upheld_status keep_reference(void *ud, uint64_t reference, upheld_error *err) {
  upheld_buffer *b = ud;
  (void)err; /* what fails is told at the end */
  upheld_buffer_integer(b, (int64_t)reference);
  upheld_buffer_byte(b, '\n');
  return UPHELD_OK;
}

typedef struct former {
  upheld_register *reg;
  const upheld_evidence *e;
  upheld_selection what;
} former;

static upheld_status write_former(void *ud, upheld_buffer *out, upheld_error *err) {
  const former *f = ud;
  return upheld_register_formerly(f->reg, &f->e->directory, &f->what, keep_reference, out, err);
}

/* register:formerly(evidence, selection) -> keys of references, a line each, that an earlier version would have counted; or nil, error */
static int register_formerly(lua_State *L) {
  former f = {.reg = check_register(L, 1), .e = l_upheld_check_evidence(L, 2)};
  l_upheld_read_selection(L, 3, f.e, &f.what);
  return l_upheld_push_written(L, write_former, &f);
}

/* register:spelt(evidence, key) -> the reference as it is printed */
static int register_spelt(lua_State *L) {
  char buffer[64];
  const upheld_evidence *e = l_upheld_check_evidence(L, 2);
  lua_pushlstring(L, buffer, upheld_reference_format(e->scheme, (uint64_t)luaL_checkinteger(L, 3), buffer));
  return 1;
}

/* register:decisions(evidence, selection) -> array of decisions; or nil, error */
static int register_decisions(lua_State *L) {
  upheld_register *reg = check_register(L, 1);
  const upheld_evidence *e = l_upheld_check_evidence(L, 2);
  upheld_selection what;
  upheld_error err;
  upheld_record r;
  upheld_allocator a = l_upheld_allocator(L);
  l_upheld_read_selection(L, 3, e, &what);
  l_records *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->open = false;
  luaL_setmetatable(L, RECORDS_NAME);
  upheld_records_init(&box->records, &a);
  box->open = true;
  upheld_clear(&err);
  if (upheld_register_select(reg, &e->directory, &what, keep_batch, &box->records, &err) != UPHELD_OK) {
    return l_upheld_fail(L, &err);
  }
  lua_createtable(L, box->records.count < 1000000 ? (int)box->records.count : 1000000, 0);
  for (size_t i = 0; i < box->records.count; i++) {
    upheld_records_get(&box->records, i, &r);
    push_decision(L, &e->directory, &r);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* register:import_path(import id) -> path */
static int register_import_path(lua_State *L) {
  char path[4096];
  upheld_error err;
  upheld_clear(&err);
  if (upheld_register_import_path(check_register(L, 1), luaL_checkinteger(L, 2), path, sizeof path, &err) !=
      UPHELD_OK) {
    return l_upheld_fail(L, &err);
  }
  lua_pushstring(L, path);
  return 1;
}

/* }====== */

int l_upheld_open_register(lua_State *L) {
  static const luaL_Reg methods[] = {
    {"close", register_close}, {"is_open", register_is_open}, {"stamp", register_stamp}, {"import", register_import},
    {"evidence", register_evidence}, {"withdraw", register_withdraw}, {"recipient", register_recipient},
    {"counts", register_counts}, {"verify", register_verify}, {"decisions", register_decisions},
    {"references", l_upheld_register_references},
    {"import_path", register_import_path}, {"tally", l_upheld_register_tally}, {"walk", l_upheld_register_walk}, {"history", l_upheld_register_history},
    {"formerly", register_formerly}, {"spelt", register_spelt},
    {"approve", l_upheld_register_approve}, {"unapprove", l_upheld_register_unapprove}, {"approvals", l_upheld_register_approvals},
    {"imports", l_upheld_register_imports}, {"sources", l_upheld_register_sources},
    {"published_source", l_upheld_register_published_source}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", register_close}, {"__close", register_close}, {NULL, NULL}};
  static const luaL_Reg arena_meta[] = {{"__gc", arena_gc}, {NULL, NULL}};
  static const luaL_Reg records_meta[] = {{"__gc", records_gc}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"open", open_register}, {"scheme_name", scheme_name}, {NULL, NULL}};
  l_upheld_metatable(L, REGISTER_NAME, methods, meta);
  l_upheld_metatable(L, "upheld.arena", NULL, arena_meta);
  l_upheld_metatable(L, RECORDS_NAME, NULL, records_meta);
  l_upheld_open_references(L);
  l_upheld_open_breakdown(L);
  l_upheld_open_cursor(L);
  luaL_setfuncs(L, functions, 0);
  l_upheld_open_history(L);
  return l_upheld_open_approvals(L);
}
