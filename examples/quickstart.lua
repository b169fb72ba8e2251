-- The README's first example: real published figures of English councils, from files to a figure and its peers.
-- Run from the top of a checkout after `make`:  lua5.4 examples/quickstart.lua   (LUA_PATH and LUA_CPATH as the README says)

local upheld = require "upheld"
local register = assert(upheld.open ":memory:")
local report = assert(register:import {
  authorities = "examples/data/authorities.csv", published = "examples/data/published.csv" })
print(report)
local council = assert(assert(register:year(2024)):authority "City of York Council")
local f = council.upheld
local p = f:peers()
print(council, f)
print(("similar authorities: %d%% as published"):format(p.as_published))
print(("known here: %d of %d, with %d of %d upheld"):format(p.authorities, p.of, p.numerator, p.denominator))
print(upheld.stats.significance(f.numerator, f.denominator, 0.79))
