/*
** lscheme.h: the scheme userdata, for the other files of the binding.
*/
#ifndef LSCHEME_H
#define LSCHEME_H

#include "../core/scheme.h"
#include "lupheld.h"

UPHELD_BEGIN
/* The scheme at a stack index; raises when it is none or closed. */
const upheld_scheme *l_upheld_check_scheme(lua_State *L, int index);
UPHELD_END

#endif
