-- A report of one's own: a council's uphold rate by service area beside that of all councils of its type, as a text table.
--   lua5.4 examples/service_areas.lua [REGISTER YEAR AUTHORITY]
-- Without arguments it reads the invented decisions of examples/data. Rates are made by upheld.stats, from whole counts.

local upheld = require "upheld"

local path, number, name = ...
local register <close> = assert(upheld.open(path or ":memory:"))
if not path then
  assert(register:import { authorities = "examples/data/invented_authorities.csv",
    decisions = "examples/data/invented_decisions.csv" })
end
local year = assert(register:year(math.tointeger(tonumber(number or 2020))))
local council = assert(year:authority(name or "Invented County Council 003"))

-- upheld and investigated by area, from the rows of a tally
local function by_area(tally, wanted)
  local counts = {}
  for _, row in ipairs(tally:rows()) do
    if wanted(row) and (row.outcome == "Upheld" or row.outcome == "Not upheld") then
      local area = row.service_area or "not recorded"
      counts[area] = counts[area] or { upheld = 0, investigated = 0 }
      counts[area].investigated = counts[area].investigated + row.count
      if row.outcome == "Upheld" then counts[area].upheld = counts[area].upheld + row.count end
    end
  end
  return counts
end

local tally = assert(year:tally { by = { "type", "authority", "service_area", "outcome" } })
local own = by_area(tally, function(row) return row.authority == council.code end)
local peers = by_area(tally, function(row) return row.type == council.type end)

local function rate(c)
  if not c or c.investigated == 0 then return "none investigated" end
  return ("%3d%% (%d of %d)"):format(upheld.stats.percent(c.upheld, c.investigated), c.upheld, c.investigated)
end

local areas = {}
for area in pairs(peers) do areas[#areas + 1] = area end
table.sort(areas)
print(("%s, year ending %s"):format(council, year.ends))
print(("%-58s %-18s %s"):format("Service area", "This council", "All of type " .. council.type))
for _, area in ipairs(areas) do
  print(("%-58s %-18s %s"):format(area, rate(own[area]), rate(peers[area])))
end
