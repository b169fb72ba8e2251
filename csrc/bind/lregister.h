/*
** lregister.h: the register userdata, and the methods of it that stand in files of their own.
*/
#ifndef LREGISTER_H
#define LREGISTER_H

#include "../core/register.h"
#include "lupheld.h"

UPHELD_BEGIN

/* The open register at a stack index; raises when it is none, closed, or busy with its own import. */
upheld_register *l_upheld_check_register(lua_State *L, int index);

/* Fills a selection from a table {authority, year (none: all days), clock, indicator, numerator, samples, all, withdrawn, rows}; raises what is no selection. */
void l_upheld_read_selection(lua_State *L, int index, const upheld_evidence *e, upheld_selection *w);

/*
** lbreakdown.c: the same with {from, to, outcome, service_area, compliance_outcome, remedied_before (lists), authorities (indexes)};
** pushes what the selection points to, which must stay on the stack. False, with *err filled, for a label or a date that there is not.
*/
bool l_upheld_read_question(lua_State *L, int index, const upheld_evidence *e, upheld_selection *w, upheld_error *err);
int l_upheld_register_tally(lua_State *L);
int l_upheld_open_breakdown(lua_State *L);

/* lcursor.c */
int l_upheld_register_walk(lua_State *L);
int l_upheld_open_cursor(lua_State *L);

/* lreferences.c */
int l_upheld_register_references(lua_State *L);
void l_upheld_open_references(lua_State *L);

/* lhistory.c */
int l_upheld_register_history(lua_State *L);
int l_upheld_register_sources(lua_State *L);
int l_upheld_register_imports(lua_State *L);
int l_upheld_register_published_source(lua_State *L);
int l_upheld_open_history(lua_State *L);

/* lapprovals.c */
int l_upheld_register_approve(lua_State *L);
int l_upheld_register_unapprove(lua_State *L);
int l_upheld_register_approvals(lua_State *L);
int l_upheld_open_approvals(lua_State *L);

UPHELD_END

#endif
