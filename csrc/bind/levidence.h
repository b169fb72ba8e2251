/*
** levidence.h: the evidence userdata and the option tables that evidence and register share.
*/
#ifndef LEVIDENCE_H
#define LEVIDENCE_H

#include "../core/evidence.h"
#include "../core/faults.h"
#include "../core/figures_out.h"
#include "../core/import.h"
#include "../core/trend_years.h"
#include "lupheld.h"

UPHELD_BEGIN

typedef struct l_evidence {
  upheld_evidence evidence;
  upheld_trend_years years; /* for ltrend.c */
  bool open; /* both are init'ed */
} l_evidence;

/* Pushes an empty evidence over the scheme at scheme_index (which it keeps alive); to be filled by the caller. */
l_evidence *l_upheld_new_evidence(lua_State *L, int scheme_index);
/* The evidence at a stack index; raises when it is none or closed. */
const upheld_evidence *l_upheld_check_evidence(lua_State *L, int index);

/* evidence:figures(year) -> figures of the year, or nil and an error. */
int l_upheld_evidence_figures(lua_State *L);
/*
** The option table of figures at index: {year, authority, type, average, exclude_self, minimum, method, overdispersion, group, set, version,
** members}. What *o points to stays on the stack.
*/
void l_upheld_read_figures_options(lua_State *L, int index, const upheld_evidence *e, upheld_figures_options *o);

/* A report being made: pushed as userdata, so that an error cannot leak it. */
upheld_report *l_upheld_new_report(lua_State *L);
/* Pushes the report as a plain table {written, fatal, errors, warnings, unlisted, files, faults, summary, json}. */
void l_upheld_push_report(lua_State *L, const upheld_report *r);

/* Import options read from a table; strings point into it, arrays belong to a userdata that was pushed. */
typedef struct l_import {
  upheld_import_options options;
  lua_State *L;      /* for progress */
  int progress;      /* stack index of the progress function, 0 none */
  bool raised;       /* progress raised: its error is on the stack's top */
} l_import;
void l_upheld_read_import(lua_State *L, int index, l_import *out);

UPHELD_END

#endif
