-- Indicators of one's own: defined in one Lua table (own_indicators_scheme.lua), they are figures, averages, columns and letters
-- at once. Nothing else is told of them: not the core, not the register, not the outputs.
--   lua5.4 examples/own_indicators.lua      (invented decisions of examples/data)

local upheld = require "upheld"

local OWN = { "referred_back", "late_share", "days_to_decision" }

local register <close> = assert(upheld.open(":memory:", { scheme = "examples/own_indicators_scheme.lua" }))
assert(register:import { authorities = "examples/data/invented_authorities.csv",
  decisions = "examples/data/invented_decisions.csv" })
local year = assert(register:year(2020))
local council = assert(year:authority "Invented County Council 003")

print(("%s, year ending %s"):format(council, year.ends))
for _, name in ipairs(OWN) do
  local f = council:figure(name)
  print(("%s: %s; counties: %s; all: %s; %s"):format(f.label, f, f:peers(), year:total(name), f:standing() or "not compared"))
end

print "\nThe columns code to upper_quartile of the CSV:"
local csv = assert(register:csv { year = 2020, authority = council.code })
for _, name in ipairs(OWN) do
  print(csv:match("\n2020,([^\n]*," .. name .. ",[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,[^,]*),"))
end

print "\nA letter:"
local letters = assert(year:letters { wording = "examples/wording/own_indicators.lua", date = "2020-07-22",
  authority = council.code, notice = "Invented data: no real authority, decision or figure is in this letter." })
print(letters[1].text)
