-- The demonstration (`make demo`): real published figures and decisions into a register, letters of 2024; then an invented full year
-- of case records with all peers known. Prints what was read, what was not and why, and where the letters are.
--   lua5.4 examples/demo.lua OUT GENERATOR

local upheld = require "upheld"

local out, generator = ...
out, generator = out or "build/demo", generator or "build/bin/upheld-generate"
local DATA = "examples/data/"
local WORDING = "examples/wording/annual_review_2020.lua"

local function heading(text) print("\n" .. text .. "\n" .. ("-"):rep(#text)) end

local function run(command)
  assert(os.execute(command), command)
end

local function remove_register(path)
  for _, suffix in ipairs { "", "-wal", "-shm" } do os.remove(path .. suffix) end
end

local function write(path, text)
  local core = require "upheld.core"
  assert(core.write_file(path, text))
end

-- Faults by code, with the first of each.
local function print_faults(report)
  local order, seen = {}, {}
  for one in report:faults() do
    local key = one.severity .. " " .. one.code
    if not seen[key] then
      seen[key] = { count = 0, first = one }
      order[#order + 1] = key
    end
    seen[key].count = seen[key].count + 1
  end
  for _, key in ipairs(order) do
    print(("  %4d x %s, such as"):format(seen[key].count, key))
    print("         " .. tostring(seen[key].first))
  end
end

local function known(figure)
  return figure.reason == nil or figure.denominator == 0
end

--------------------------------------------------------------------------------

run("mkdir -p '" .. out .. "'")
heading "Real input: published figures and decisions of English councils"
local path = out .. "/review.db"
remove_register(path)
local register <close> = assert(upheld.open(path))
print(assert(register:import { authorities = DATA .. "authorities.csv", published = DATA .. "published.csv" }))

local sample = assert(register:import { decisions = DATA .. "decisions_public.csv", sample = true,
  columns = { outcome = "decision", decided_date = "decision_date", service_area = "category" },
  rejects = out .. "/decisions_public_rejected.csv" })
print(sample)
print_faults(sample)
print("  the rejected rows, with reasons: " .. out .. "/decisions_public_rejected.csv")

heading "Letters of 2024, for each council whose three panels are known"
local year = assert(register:year(2024))
local letters = assert(year:letters { wording = WORDING, facts = "examples/wording/facts_demo.lua", date = "2024-07-17",
  where = function(council)
    return known(council.upheld) and known(council.compliance) and known(council.satisfactory_remedy)
  end,
  notice = "Demonstration. The figures were published by the ombudsman; the wording and the facts on training are ours "
    .. "and invented." })
assert(letters:write(out .. "/letters-2024"))
print(("%s in %s/letters-2024"):format(letters, out))
write(out .. "/figures-2025.json", assert(register:json { year = 2025 }))
write(out .. "/figures-2025.csv", assert(register:csv { year = 2025 }))
print(("figures of 2025 in %s/figures-2025.json and .csv"):format(out))

--------------------------------------------------------------------------------

heading "Invented case records: a full year of 20,000 decisions, every peer known"
run(("'%s' 20000 2020 1 '%s/invented_authorities.csv' '%s/invented_decisions.csv' '%s/invented_population.csv'")
  :format(generator, out, out, out))
local invented_path = out .. "/invented.db"
remove_register(invented_path)
local invented <close> = assert(upheld.open(invented_path))
print(assert(invented:import { authorities = out .. "/invented_authorities.csv",
  population = out .. "/invented_population.csv", decisions = out .. "/invented_decisions.csv" }))
local full = assert(invented:year(2020))
local all = assert(full:letters { wording = WORDING, facts = "examples/wording/facts_2020.lua", date = "2020-07-22",
  notice = "Invented data: no real authority, decision or figure is in this letter." })
assert(all:write(out .. "/invented-letters-2020"))
write(out .. "/invented-figures-2020.json", assert(invented:json { year = 2020 }))
print(("%s in %s/invented-letters-2020"):format(all, out))
local first = full:authorities { type = "County" }()
print(("invented: %s, complaints upheld: %s; similar authorities %d%% (%d authorities)"):format(first, first.upheld,
  first.upheld:peers().percent, first.upheld:peers().authorities))

--------------------------------------------------------------------------------

heading "Result"
local check = assert(require("upheld.check").run(register))
local matched = sample.files[1]
local unmatched, no_name, no_outcome = 0, 0, 0
for one in sample:faults() do
  if one.code == "unknown-authority" or one.code == "ambiguous-authority" then unmatched = unmatched + 1 end
  if one.code == "open-without-received" then no_outcome = no_outcome + 1 end
  if one.code == "missing-value" and one.column and one.column:find "^authority" then no_name = no_name + 1 end
end
print(("printed rates: %d recomputed and agree, %d disagree, %d not checkable:"):format(check.agree, check.disagree,
  check.not_checkable))
for _, line in ipairs(check:reason_lines()) do print("  " .. line) end
print(("decisions: %d of %d matched to an authority and taken (%d of them published without outcome and date); %d name a body "
  .. "that no authority of the list is, %d name none"):format(matched.accepted, matched.read, no_outcome, unmatched, no_name))
print(("letters: %s/letters-2024 (real figures), %s/invented-letters-2020 (invented)"):format(out, out))
assert(check.ok, "a printed rate disagrees")
