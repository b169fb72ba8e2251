-- Wording of one's own: the shipped letter with two sentences changed, for one council, printed as text.
--   lua5.4 examples/own_wording.lua
-- The rest of the letter stays as it is; a partial that the wording does not have, or a misspelt name in a text, is an error.

local upheld = require "upheld"

local register <close> = assert(upheld.open ":memory:")
assert(register:import { authorities = "examples/data/invented_authorities.csv",
  decisions = "examples/data/invented_decisions.csv" })
local year = assert(register:year(2020))

local wording = assert(upheld.wording "examples/wording/annual_review_2020.lua")
PARTIALS
