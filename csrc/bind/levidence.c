/*
** levidence.c: evidence and the figures of a year as userdata; figures, peers and findings as plain tables.
** Owns: those tables' fields. It computes nothing: every number comes from the core.
*/
#include "levidence.h"

#include <string.h>

#include "../core/check.h"
#include "../core/figures.h"
#include "../core/figures_out.h"
#include "../core/json.h"
#include "../core/text.h"
#include "lscheme.h"

#define EVIDENCE_NAME "upheld.evidence"
#define FIGURES_NAME "upheld.figures"

/* {====== userdata ====== */

l_evidence *l_upheld_new_evidence(lua_State *L, int scheme_index) {
  const upheld_scheme *s = l_upheld_check_scheme(L, scheme_index);
  scheme_index = lua_absindex(L, scheme_index);
  l_evidence *box = lua_newuserdatauv(L, sizeof *box, 1);
  box->open = false;
  luaL_setmetatable(L, EVIDENCE_NAME);
  lua_pushvalue(L, scheme_index);
  lua_setiuservalue(L, -2, 1);
  upheld_allocator a = l_upheld_allocator(L);
  upheld_evidence_init(&box->evidence, &a, s);
  box->open = true;
  return box;
}

const upheld_evidence *l_upheld_check_evidence(lua_State *L, int index) {
  l_evidence *box = luaL_checkudata(L, index, EVIDENCE_NAME);
  if (!box->open) luaL_error(L, "attempt to use a closed evidence");
  return &box->evidence;
}

static int evidence_gc(lua_State *L) {
  l_evidence *box = luaL_checkudata(L, 1, EVIDENCE_NAME);
  if (box->open) upheld_evidence_free(&box->evidence);
  box->open = false;
  return 0;
}

typedef struct l_figures {
  upheld_year_figures *figures;
} l_figures;

static const upheld_year_figures *check_figures(lua_State *L, int index) {
  l_figures *box = luaL_checkudata(L, index, FIGURES_NAME);
  if (box->figures == NULL) luaL_error(L, "attempt to use closed figures");
  lua_getiuservalue(L, index, 1);
  l_upheld_check_evidence(L, -1); /* they point into their evidence, which a script may have closed */
  lua_pop(L, 1);
  return box->figures;
}

static int figures_gc(lua_State *L) {
  l_figures *box = luaL_checkudata(L, 1, FIGURES_NAME);
  if (box->figures != NULL) {
    /* At state close finalisers run in any order: the evidence may be freed already. The figures' arrays know their own sizes. */
    upheld_year_figures_free(box->figures);
    box->figures = NULL;
  }
  return 0;
}

/* }====== */

/* {====== pushing ====== */

static void set_boolean(lua_State *L, const char *key, bool value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, key);
}

static void set_date(lua_State *L, const char *key, upheld_date date) {
  char text[11];
  upheld_format_date(date, text);
  l_upheld_set_string(L, key, text);
}

static void push_figure(lua_State *L, const upheld_scheme *s, const upheld_figure *f) {
  const upheld_indicator *ind = &s->indicators[f->indicator];
  lua_createtable(L, 0, 12);
  l_upheld_set_string(L, "name", ind->name);
  if (f->numerator_known) l_upheld_set_integer(L, "numerator", f->numerator);
  if (f->denominator_known) l_upheld_set_integer(L, "denominator", f->denominator);
  if (f->late_known) l_upheld_set_integer(L, "late", f->late);
  if (f->percent >= 0) l_upheld_set_integer(L, "percent", f->percent);
  l_upheld_set_string(L, "value", f->value);
  l_upheld_set_string(L, "reason", f->reason);
  l_upheld_set_string(L, "basis", upheld_basis_name(f->basis));
  set_boolean(L, "rounded_to_bound", f->rounded_to_bound);
}

static void push_authority(lua_State *L, const upheld_directory *d, size_t i) {
  const upheld_authority *a = &d->items[i];
  lua_createtable(L, 0, 11);
  l_upheld_set_integer(L, "index", (int64_t)i);
  l_upheld_set_integer(L, "id", a->id);
  l_upheld_set_string(L, "code", a->code);
  l_upheld_set_string(L, "name", a->name);
  l_upheld_set_string(L, "type", a->type_text);
  l_upheld_set_string(L, "region", a->region);
  l_upheld_set_string(L, "aliases", a->aliases);
  l_upheld_set_string(L, "successors", a->successors);
  set_date(L, "valid_from", a->valid_from);
  set_date(L, "valid_to", a->valid_to);
  if (a->type >= 0) l_upheld_set_string(L, "peer_type", d->scheme->type_of[a->type].label);
}

/* }====== */

/* {====== evidence ====== */

static int evidence_years(lua_State *L) {
  int years[UPHELD_LAST_YEAR - UPHELD_FIRST_YEAR + 2];
  size_t count = upheld_evidence_years(l_upheld_check_evidence(L, 1), years, sizeof years / sizeof years[0]);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    lua_pushinteger(L, years[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int evidence_count(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)l_upheld_check_evidence(L, 1)->directory.count);
  return 1;
}

static int evidence_authority(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  lua_Integer i = luaL_checkinteger(L, 2);
  luaL_argcheck(L, i >= 0 && (size_t)i < e->directory.count, 2, "no such authority");
  push_authority(L, &e->directory, (size_t)i);
  return 1;
}

/* Text of candidates or near names as the error's hint. */
static void hint_from(upheld_error *err, const upheld_evidence *e, upheld_text name, const char *before,
                      void (*list)(const upheld_directory *, upheld_text, upheld_buffer *)) {
  upheld_buffer b;
  upheld_buffer_init(&b, &e->allocator);
  upheld_buffer_text(&b, before);
  size_t before_size = b.size;
  list(&e->directory, name, &b);
  upheld_text t = {b.data, b.size};
  if (!b.failed && b.size > before_size) upheld_copy(err->hint, sizeof err->hint, t);
  upheld_buffer_free(&b);
}

/* evidence:find(name or code) -> index, or nil and an error with the candidates. */
static int evidence_find(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  upheld_text name;
  upheld_error err;
  int index;
  name.at = luaL_checklstring(L, 2, &name.size);
  upheld_match m = upheld_directory_find(&e->directory, name, &index);
  if (m == UPHELD_MATCH_ONE) {
    lua_pushinteger(L, index);
    return 1;
  }
  upheld_clear(&err);
  if (m == UPHELD_MATCH_AMBIGUOUS) {
    upheld_fail(&err, UPHELD_ABSENT, "ambiguous-authority", "\"%s\" fits several authorities", name.at);
    hint_from(&err, e, name, "use the code: ", upheld_directory_candidates);
  } else {
    upheld_fail(&err, UPHELD_ABSENT, "unknown-authority", "there is no authority \"%s\"", name.at);
    hint_from(&err, e, name, "near: ", upheld_directory_nearest);
  }
  upheld_copy(err.value, sizeof err.value, name);
  return l_upheld_fail(L, &err);
}

/* evidence:figures(year) -> figures, or nil and an error. */
static int evidence_figures(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  upheld_error err;
  lua_Integer year = luaL_checkinteger(L, 2);
  l_figures *box = lua_newuserdatauv(L, sizeof *box, 1);
  box->figures = NULL;
  luaL_setmetatable(L, FIGURES_NAME);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  upheld_clear(&err);
  int y = year < 0 || year > UPHELD_LAST_YEAR ? 0 : (int)year;
  if (upheld_year_figures_new(&box->figures, e, y, &err) != UPHELD_OK) return l_upheld_fail(L, &err);
  return 1;
}

static upheld_limits_method method_of(lua_State *L, int index) {
  static const char *const names[] = {"exact", "score", NULL};
  return luaL_checkoption(L, index, "exact", names) == 0 ? UPHELD_LIMITS_EXACT : UPHELD_LIMITS_SCORE;
}

static void read_figures_options(lua_State *L, int index, const upheld_evidence *e, upheld_figures_options *o) {
  memset(o, 0, sizeof *o);
  o->authority = o->type = -1;
  o->method = UPHELD_LIMITS_EXACT;
  luaL_checktype(L, index, LUA_TTABLE);
  lua_getfield(L, index, "year");
  if (!lua_isnil(L, -1)) {
    lua_Integer year = luaL_checkinteger(L, -1);
    o->year = year > 0 && year <= UPHELD_LAST_YEAR ? (int)year : -1; /* -1 is no year at all; 0 means every year */
  }
  lua_getfield(L, index, "authority");
  if (!lua_isnil(L, -1)) o->authority = (int64_t)luaL_checkinteger(L, -1);
  lua_getfield(L, index, "type");
  if (!lua_isnil(L, -1)) {
    upheld_text t;
    t.at = luaL_checklstring(L, -1, &t.size);
    o->type = upheld_vocabulary_find(&e->scheme->types, t, NULL);
    if (o->type < 0) luaL_error(L, "there is no type \"%s\" with peers", t.at);
  }
  lua_getfield(L, index, "mean");
  o->peers.mean = lua_toboolean(L, -1);
  lua_getfield(L, index, "exclude_self");
  o->peers.exclude_self = lua_toboolean(L, -1);
  lua_pop(L, 5);
}

typedef upheld_status (*output_fn)(const upheld_evidence *, const upheld_figures_options *, upheld_buffer *, upheld_error *);

static int push_buffer(lua_State *L) {
  const upheld_buffer *b = lua_touserdata(L, 1);
  lua_pushlstring(L, b->data == NULL ? "" : b->data, b->size);
  return 1;
}

static int evidence_output(lua_State *L, output_fn make) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  upheld_figures_options o;
  upheld_error err;
  upheld_buffer b;
  read_figures_options(L, 2, e, &o);
  upheld_clear(&err);
  lua_pushcfunction(L, push_buffer); /* nothing can raise while the buffer is held */
  upheld_buffer_init(&b, &e->allocator);
  upheld_status st = make(e, &o, &b, &err);
  if (st != UPHELD_OK) {
    upheld_buffer_free(&b);
    return l_upheld_fail(L, &err);
  }
  lua_pushlightuserdata(L, &b);
  int status = lua_pcall(L, 1, 1, 0);
  upheld_buffer_free(&b);
  return status == LUA_OK ? 1 : lua_error(L);
}

/* evidence:json{year, authority, type, mean, exclude_self} -> text */
static int evidence_json(lua_State *L) { return evidence_output(L, upheld_figures_json); }
/* evidence:csv{...} -> text */
static int evidence_csv(lua_State *L) { return evidence_output(L, upheld_figures_csv); }

/* Findings are kept in C first: the check's callback runs inside the core and must not raise. */
typedef struct finding_list {
  upheld_allocator allocator;
  struct kept_finding {
    upheld_verdict verdict;
    uint32_t authority;
    int year, item;
    char printed[48], computed[48];
    const char *reason;
  } *items;
  size_t count, capacity;
  bool failed;
} finding_list;

static void keep_finding(void *ud, const upheld_finding *f) {
  finding_list *list = ud;
  if (list->failed || upheld_grow(&list->allocator, (void **)&list->items, &list->capacity, list->count + 1,
                                  sizeof *list->items, NULL) != UPHELD_OK) {
    list->failed = true;
    return;
  }
  struct kept_finding *k = &list->items[list->count++];
  k->verdict = f->verdict;
  k->authority = f->authority;
  k->year = f->year;
  k->item = f->item;
  upheld_copy(k->printed, sizeof k->printed, upheld_text_of(f->printed));
  upheld_copy(k->computed, sizeof k->computed, upheld_text_of(f->computed));
  k->reason = f->reason; /* static, or the scheme's */
}

static int push_findings(lua_State *L) {
  static const char *const verdicts[] = {"agrees", "disagrees", "not checkable"};
  const finding_list *list = lua_touserdata(L, 1);
  const upheld_evidence *e = lua_touserdata(L, 2);
  lua_createtable(L, (int)list->count, 0);
  for (size_t i = 0; i < list->count; i++) {
    const struct kept_finding *k = &list->items[i];
    lua_createtable(L, 0, 8);
    l_upheld_set_string(L, "verdict", verdicts[k->verdict]);
    l_upheld_set_string(L, "code", e->directory.items[k->authority].code);
    l_upheld_set_string(L, "name", e->directory.items[k->authority].name);
    l_upheld_set_integer(L, "year", k->year);
    l_upheld_set_string(L, "item", e->scheme->published[k->item].name);
    set_boolean(L, "rate", e->scheme->published[k->item].mask == 0);
    l_upheld_set_string(L, "published", k->printed);
    l_upheld_set_string(L, "computed", k->computed);
    l_upheld_set_string(L, "reason", k->reason);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* evidence:check() -> array of findings */
static int evidence_check(lua_State *L) {
  const upheld_evidence *e = l_upheld_check_evidence(L, 1);
  finding_list list = {e->allocator, NULL, 0, 0, false};
  upheld_error err;
  upheld_clear(&err);
  lua_pushcfunction(L, push_findings);
  upheld_status st = upheld_check(e, keep_finding, &list, &err);
  if (st == UPHELD_OK && list.failed) st = upheld_nomem(&err);
  int status = LUA_OK;
  if (st == UPHELD_OK) {
    lua_pushlightuserdata(L, &list);
    lua_pushlightuserdata(L, (void *)(uintptr_t)e);
    status = lua_pcall(L, 2, 1, 0);
  }
  upheld_release(&e->allocator, list.items, list.capacity * sizeof *list.items);
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  return status == LUA_OK ? 1 : lua_error(L);
}

/* core.read(scheme, options) -> evidence, report; or nil, error, report */
static int read_files(lua_State *L) {
  const upheld_scheme *s = l_upheld_check_scheme(L, 1);
  upheld_error err;
  l_import im;
  lua_settop(L, 2);
  l_upheld_read_import(L, 2, &im);
  l_evidence *box = l_upheld_new_evidence(L, 1);
  int evidence = lua_gettop(L);
  upheld_report *report = l_upheld_new_report(L);
  upheld_clear(&err);
  upheld_status st = upheld_import_evidence(s, &im.options, &box->evidence, report, &err);
  if (im.raised) return lua_error(L);
  if (st != UPHELD_OK) return l_upheld_fail(L, &err);
  lua_pushvalue(L, evidence);
  l_upheld_push_report(L, report);
  return 2;
}

/* }====== */

/* {====== figures of a year ====== */

/* Place of the directory index at argument 2. */
static size_t place_of(lua_State *L, const upheld_year_figures *f) {
  lua_Integer i = luaL_checkinteger(L, 2);
  int place = i < 0 || i > UPHELD_MAX_AUTHORITIES ? -1 : upheld_year_figures_place(f, (uint32_t)i);
  luaL_argcheck(L, place >= 0, 2, "not an authority of this year");
  return (size_t)place;
}

static int indicator_of(lua_State *L, int index, const upheld_year_figures *f) {
  upheld_text t;
  t.at = luaL_checklstring(L, index, &t.size);
  int k = upheld_scheme_indicator(f->evidence->scheme, t);
  luaL_argcheck(L, k >= 0, index, "no such indicator");
  return k;
}

static int figures_authorities(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  lua_createtable(L, (int)f->count, 0);
  for (size_t i = 0; i < f->count; i++) {
    lua_pushinteger(L, f->authorities[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* figures:has(index) -> whether the authority belongs to the year */
static int figures_has(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  lua_Integer i = luaL_checkinteger(L, 2);
  lua_pushboolean(L, i >= 0 && i <= UPHELD_MAX_AUTHORITIES && upheld_year_figures_place(f, (uint32_t)i) >= 0);
  return 1;
}

static int figures_figure(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  size_t place = place_of(L, f);
  push_figure(L, f->evidence->scheme, upheld_year_figure(f, place, indicator_of(L, 3, f)));
  return 1;
}

static int figures_total(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  upheld_figure total;
  upheld_year_total(f, indicator_of(L, 2, f), &total);
  push_figure(L, f->evidence->scheme, &total);
  return 1;
}

/* figures:peers(index, indicator, mean, exclude_self) -> table, or nil when the type has no peers */
static int figures_peers(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  size_t place = place_of(L, f);
  int k = indicator_of(L, 3, f);
  upheld_peer_options o = {lua_toboolean(L, 4), lua_toboolean(L, 5)};
  upheld_peers p;
  if (!upheld_year_peers(f, place, k, &o, &p)) {
    luaL_pushfail(L);
    return 1;
  }
  lua_createtable(L, 0, 11);
  l_upheld_set_string(L, "average", p.mean ? "mean" : "pooled");
  set_boolean(L, "include_self", p.include_self);
  if (p.authorities > 0) {
    l_upheld_set_integer(L, "numerator", p.numerator);
    l_upheld_set_integer(L, "denominator", p.denominator);
  }
  if (p.percent >= 0) l_upheld_set_integer(L, "percent", p.percent);
  set_boolean(L, "rounded_to_bound", p.rounded_to_bound);
  l_upheld_set_string(L, "value", p.value);
  l_upheld_set_integer(L, "authorities", p.authorities);
  l_upheld_set_integer(L, "without_rate", p.without_rate);
  l_upheld_set_integer(L, "unknown", p.unknown);
  l_upheld_set_integer(L, "of", p.of);
  if (p.has_published && p.published_decimals == 0) {
    l_upheld_set_integer(L, "as_published", p.published);
  } else if (p.has_published) {
    double scale = 1;
    for (int d = 0; d < p.published_decimals; d++) scale *= 10;
    lua_pushnumber(L, (double)p.published / scale);
    lua_setfield(L, -2, "as_published");
  }
  return 1;
}

/* figures:class(index, indicator, method) -> class, or nil and a reason */
static int figures_class(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  size_t place = place_of(L, f);
  const char *reason;
  const char *class = upheld_year_class(f, place, indicator_of(L, 3, f), method_of(L, 4), &reason);
  if (class != NULL) {
    lua_pushstring(L, class);
    return 1;
  }
  luaL_pushfail(L);
  lua_pushstring(L, reason);
  return 2;
}

static void push_counts(lua_State *L, const upheld_vocabulary *v, const int64_t *counts) {
  lua_createtable(L, 0, v->count);
  for (int i = 0; i < v->count; i++) l_upheld_set_integer(L, v->labels[i], counts[i]);
}

/* figures:outcomes(index) -> {label = decided}, or nil when not known */
static int figures_outcomes(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  int64_t sums[32] = {0};
  if (upheld_year_outcomes(f, place_of(L, f), sums)) push_counts(L, &f->evidence->scheme->outcomes, sums);
  else luaL_pushfail(L);
  return 1;
}

/* figures:received(index) -> {label = received, ["not recorded"] = n}, or nil when not known */
static int figures_received(lua_State *L) {
  const upheld_year_figures *f = check_figures(L, 1);
  int64_t sums[32] = {0}, no_area = 0;
  if (!upheld_year_received(f, place_of(L, f), sums, &no_area)) {
    luaL_pushfail(L);
    return 1;
  }
  push_counts(L, &f->evidence->scheme->areas, sums);
  if (no_area > 0) l_upheld_set_integer(L, "not recorded", no_area);
  return 1;
}

/* figures:interval(index, indicator, level, method) -> low, high; or nil, error */
static int figures_interval(lua_State *L) {
  static const char *const names[] = {"default", "wilson", "exact", "byar", NULL};
  static const upheld_interval_method methods[] = {UPHELD_INTERVAL_DEFAULT, UPHELD_INTERVAL_WILSON,
                                                   UPHELD_INTERVAL_EXACT, UPHELD_INTERVAL_BYAR};
  const upheld_year_figures *f = check_figures(L, 1);
  size_t place = place_of(L, f);
  int k = indicator_of(L, 3, f);
  double level = luaL_optnumber(L, 4, 0.95), low, high;
  int method = luaL_checkoption(L, 5, "default", names);
  upheld_error err;
  upheld_clear(&err);
  if (upheld_figure_interval(f->evidence->scheme, upheld_year_figure(f, place, k), level, methods[method], &low, &high,
                             &err) != UPHELD_OK) {
    return l_upheld_fail(L, &err);
  }
  lua_pushnumber(L, low);
  lua_pushnumber(L, high);
  return 2;
}

/* }====== */

/* core.number(value, decimals) -> text with a point whatever the locale, half away from zero; for texts such as why() */
static int number(lua_State *L) {
  double value = luaL_checknumber(L, 1);
  lua_Integer decimals = luaL_checkinteger(L, 2);
  upheld_allocator a = l_upheld_allocator(L);
  upheld_buffer b;
  upheld_json j;
  char text[400];
  luaL_argcheck(L, decimals >= 0 && decimals <= 9, 2, "0 to 9 decimals");
  upheld_buffer_init(&b, &a);
  upheld_json_init(&j, &b);
  upheld_json_real(&j, value, (int)decimals);
  upheld_text t = {b.data, b.size};
  bool failed = b.failed;
  upheld_copy(text, sizeof text, t);
  upheld_buffer_free(&b);
  if (failed) return luaL_error(L, "not enough memory");
  lua_pushstring(L, text);
  return 1;
}

int l_upheld_open_evidence(lua_State *L) {
  static const luaL_Reg evidence_methods[] = {
    {"years", evidence_years}, {"count", evidence_count}, {"authority", evidence_authority}, {"find", evidence_find},
    {"figures", evidence_figures}, {"json", evidence_json}, {"csv", evidence_csv}, {"check", evidence_check},
    {"close", evidence_gc}, {NULL, NULL}};
  static const luaL_Reg evidence_meta[] = {{"__gc", evidence_gc}, {"__close", evidence_gc}, {NULL, NULL}};
  static const luaL_Reg figures_methods[] = {
    {"authorities", figures_authorities}, {"has", figures_has}, {"figure", figures_figure}, {"total", figures_total},
    {"peers", figures_peers}, {"class", figures_class}, {"interval", figures_interval},
    {"outcomes", figures_outcomes}, {"received", figures_received}, {NULL, NULL}};
  static const luaL_Reg figures_meta[] = {{"__gc", figures_gc}, {"__close", figures_gc}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"read", read_files}, {"number", number}, {NULL, NULL}};
  l_upheld_metatable(L, EVIDENCE_NAME, evidence_methods, evidence_meta);
  l_upheld_metatable(L, FIGURES_NAME, figures_methods, figures_meta);
  luaL_setfuncs(L, functions, 0);
  return 0;
}
