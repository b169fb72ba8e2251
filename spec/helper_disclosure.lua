--- What the attack on hidden counts is made of: invented registers, the sums that a publication prints, and a solver.
-- Owns: the attacker's view. It reads outputs only (JSON, CSV, texts); the truth is used to say what is sensitive, never to attack.
local helper = require "helper"
local json = require "helper_json"
local upheld = require "upheld"

local attack = {}

local OUTCOMES = { "Invalid or incomplete", "Advice given", "Referred back for local resolution", "Closed after initial enquiries",
  "Not upheld", "Upheld" }
local AREAS = { "Housing", "Other", "Planning & Development" }
local COMPLIANCE = { "Remedy complete and satisfied", "Remedy completed late", "Remedy not complete" }

-- JSON's null as nil.
local function bare(value)
  if type(value) ~= "table" then return value end
  local out = {}
  for key, each in pairs(value) do
    if each ~= json.null then out[key] = bare(each) end
  end
  return out
end

--- A value of JSON; null is nil.
function attack.decode(text)
  return bare(json.decode(text))
end

--------------------------------------------------------------------------------
-- Invented registers

--- A generator of its own, so that cases are the same everywhere (the numbers of Park and Miller 1988).
function attack.random(seed)
  local state = seed % 2147483646 + 1
  return function(low, high)
    state = state * 48271 % 2147483647
    return low + state % (high - low + 1)
  end
end

-- How many cases one cell has: mostly few, now and then many.
local function few(random, most)
  local kind = random(1, 10)
  if kind <= 3 then return 0 end
  if kind <= 8 then return random(0, most) end
  return random(most, 4 * most)
end

--- A register of invented authorities: { register, authorities = { { code, type, region, valid, residents } }, text }.
--- options: groups, size (most of a group), most (cases of a cell), published (one in ten authorities with published counts only),
--- scheme
function attack.world(random, folder, options)
  local types, regions = { "District", "Unitary", "County", "National Park" }, { "North", "South" }
  local world = { authorities = {}, members = {} }
  local rows = { "code,name,type,region,valid_from,valid_to" }
  local decisions = { "reference,authority_code,received_date,decided_date,outcome,remedied_before,service_area,compliance_outcome,compliance_date" }
  local population = { "code,year,population" }
  local published = { "authority_code,year,upheld,not_upheld,compliance_outcomes,complied,complied_late,satisfactory_remedies" }
  local serial = 0
  local function decision(code, outcome, remedied, area, compliance)
    serial = serial + 1
    decisions[#decisions + 1] = ("19 %03d %03d,%s,2019-05-01,2019-06-01,%s,%s,%s,%s,%s"):format(serial // 1000, serial % 1000, code,
      outcome, remedied or "", area or "", compliance or "", compliance and "2019-07-01" or "")
  end
  decision("Z000", "Advice given", nil, "Housing") -- so that the records cover the year
  for g = 1, options.groups do
    for i = 1, random(1, options.size) do
      local a = { code = ("%s%03d"):format(types[g]:sub(1, 1), i), type = types[g], region = regions[random(1, 2)],
        valid = random(1, 12) > 1, residents = random(1, 3) > 1 }
      world.authorities[#world.authorities + 1] = a
      rows[#rows + 1] = ("%s,%s Council %d,%s,%s,,%s"):format(a.code, a.type, i, a.type, a.region, a.valid and "" or "2018-03-31")
      local people = a.residents and 50000 * random(0, 9)
      if a.residents then population[#population + 1] = ("%s,2020,%d"):format(a.code, people) end
      a.nobody = people == 0 -- in no average of rates per residents, as everybody knows
      local only_published = options.published and random(1, 10) == 1
      if only_published then
        local upheld_count, complied = few(random, options.most), few(random, options.most)
        local late, remedied = random(0, complied), random(0, upheld_count)
        published[#published + 1] = ("%s,2020,%d,%d,%d,%d,%d,%d"):format(a.code, upheld_count, few(random, options.most),
          complied + random(0, 2), complied, late, remedied)
      else
        for k, outcome in ipairs(OUTCOMES) do
          for _ = 1, few(random, options.most) do
            local area = AREAS[random(1, 4)]
            if k < 6 then decision(a.code, outcome, nil, area)
            else decision(a.code, outcome, random(1, 3) == 1 and "yes" or "no", area, COMPLIANCE[random(1, 5)]) end
          end
        end
      end
    end
  end
  rows[#rows + 1] = "Z000,Last Council,Police,,,"
  world.authorities[#world.authorities + 1] = { code = "Z000", type = "Police", valid = true }
  local files = { authorities = helper.write(folder .. "/a.csv", table.concat(rows, "\n") .. "\n"),
    decisions = helper.write(folder .. "/d.csv", table.concat(decisions, "\n") .. "\n") }
  if #population > 1 then files.population = helper.write(folder .. "/p.csv", table.concat(population, "\n") .. "\n") end
  if #published > 1 then files.published = helper.write(folder .. "/q.csv", table.concat(published, "\n") .. "\n") end
  world.register = assert(upheld.open(":memory:", { scheme = options.scheme }))
  local report = assert(world.register:import(files))
  assert(report.errors == 0, tostring(report:faults()()))
  return world
end

--------------------------------------------------------------------------------
-- The sums that a publication prints, over unknown cells

-- Cells of one authority by clock; a case that is upheld was remedied before or was not.
local PARTS = {
  upheld = { numerator = { "remedied", "unremedied" }, denominator = { "Not upheld", "remedied", "unremedied" } },
  compliance = { numerator = { "satisfied", "late" }, denominator = { "satisfied", "late", "incomplete" }, late = { "late" } },
  satisfactory_remedy = { numerator = { "remedied" }, denominator = { "remedied", "unremedied" } },
  upheld_per_100k = { numerator = { "remedied", "unremedied" } },
}
-- Two indicators more, over whole rows of the tables.
local ALL_AREAS = { "Adult Care Services", "Benefits & Tax", "Corporate & Other Services", "Education & Children's Services",
  "Environmental Services & Public Protection & Regulation", "Highways & Transport", "Housing", "Planning & Development", "Other",
  "not recorded" }
local function without(list, left_out)
  local out = {}
  for _, each in ipairs(list) do
    if each ~= left_out then out[#out + 1] = each end
  end
  return out
end
local AREA_CELLS = {}
for i, label in ipairs(ALL_AREAS) do AREA_CELLS[i] = "area " .. label end
local DECIDED = { "Invalid or incomplete", "Advice given", "Referred back for local resolution", "Closed after initial enquiries",
  "Not upheld", "remedied", "unremedied" }
PARTS.advice = { numerator = { "Advice given" }, denominator = DECIDED }
PARTS.invalid = { numerator = { "Invalid or incomplete" }, denominator = DECIDED }
PARTS.housing = { numerator = { "area Housing" }, denominator = AREA_CELLS }

-- What a rate is withheld for: the sum is below, or it is not.
local WITHHELD = { invalid = { below = 6, cells = { "Not upheld", "remedied", "unremedied" } } }

--- A scheme with these, and a rate that is withheld while few are investigated.
function attack.scheme()
  return assert(upheld.scheme "lgsco"):with { indicators = {
    { name = "advice", clock = "decided", numerator = { outcomes = { "Advice given" } }, denominator = { decided = true },
      none = "none-decided", caution_below = 10 },
    { name = "invalid", clock = "decided", numerator = { outcomes = { "Invalid or incomplete" } }, denominator = { decided = true },
      none = "none-decided", withhold_below = 6, withhold_of = { outcomes = { "Upheld", "Not upheld" } } },
    { name = "housing", clock = "received", numerator = { service_areas = { "Housing" } }, denominator = { received = true },
      none = "none-received", caution_below = 10 } } }
end

local REST = { advice = without(DECIDED, "Advice given"), invalid = without(DECIDED, "Invalid or incomplete"), housing = without(AREA_CELLS, "area Housing"),
  upheld = { "Not upheld" }, compliance = { "incomplete" }, satisfactory_remedy = { "unremedied" } }

local function cells_of_outcome(label)
  return label == "Upheld" and { "remedied", "unremedied" } or { label }
end

-- Adds the cells of one authority to a sum.
local function add(vector, code, cells, sign)
  for _, cell in ipairs(cells) do
    local key = code .. "/" .. cell
    vector[key] = (vector[key] or 0) + (sign or 1)
    if vector[key] == 0 then vector[key] = nil end
  end
  return vector
end

local TYPED = { District = true, Unitary = true, County = true }

-- Whose cases an average adds up: known to everybody but for who is kept back, which the publication says.
local function in_pool(world, doc, own, p, f, name)
  local list = {}
  for i, a in ipairs(doc.authorities) do
    local w, other = world.by_code[a.code], a.figures[name]
    local known = other.reason ~= "not-recorded" and other.reason ~= "counts-disagree"
    local inside = w.valid and known and (p.group == "set" or TYPED[w.type])
    if p.group == "type" then inside = inside and w.type == own.type
    elseif p.group == "region" then inside = inside and w.region == own.region
    elseif p.group == "set" then inside = inside and world.set[a.code]
    else inside = inside and w.region == own.region and w.type == own.type end
    -- what is not printed is in the sums of a type only; a rate that is withheld is in all of them
    if p.group ~= "type" then inside = inside and (other.reason ~= "suppressed" or (other.numerator and other.denominator) ~= nil) end
    if name == "upheld_per_100k" and w.nobody then inside = false end
    if f == other and not p.include_self then inside = false end
    if inside then list[#list + 1] = doc.authorities[i].code end
  end
  return list
end

--- Every count that a document prints: { { vector, value, what, kind } }; kind is row, type, other or all.
function attack.sums(world, doc)
  local list = {}
  local function print_sum(vector, value, what, kind)
    if value then list[#list + 1] = { vector = vector, value = value, what = what, kind = kind } end
  end
  local function figure_sums(codes, f, name, what, kind)
    for part, cells in pairs(PARTS[name]) do
      local vector = {}
      for _, code in ipairs(codes) do add(vector, code, cells) end
      print_sum(vector, f[part], what .. " " .. name .. " " .. part, kind)
    end
  end
  local function tables(codes, entry, what, kind)
    for label, n in pairs(entry.outcomes or {}) do
      local vector = {}
      for _, code in ipairs(codes) do add(vector, code, cells_of_outcome(label)) end
      print_sum(vector, n, what .. " " .. label, kind)
    end
    for label, n in pairs(entry.received or {}) do
      local vector = {}
      for _, code in ipairs(codes) do add(vector, code, { "area " .. label }) end
      print_sum(vector, n, what .. " " .. label, kind)
    end
  end
  local all = {}
  for i, a in ipairs(doc.authorities) do all[i] = a.code end
  for _, a in ipairs(doc.authorities) do
    for name, f in pairs(a.figures) do
      figure_sums({ a.code }, f, name, a.code, "row")
      local p = f.peers
      if p then
        local who = in_pool(world, doc, world.by_code[a.code], p, f, name)
        local kind = p.group == "type" and p.include_self and "type" or "other"
        figure_sums(who, { numerator = p.numerator, denominator = p.denominator }, name, "peers of " .. a.code, kind)
      end
    end
    tables({ a.code }, a, a.code, "row")
  end
  for name, f in pairs(doc.totals.figures) do figure_sums(all, f, name, "all", "all") end
  tables(all, doc.totals, "all", "all")
  return list
end

--- What is told without a count: a rate that is withheld, or printed, and that the peers have no case. Bounds of sums.
function attack.reasons(world, doc)
  local list = {}
  for _, a in ipairs(doc.authorities) do
    for name, f in pairs(a.figures) do
      local rule = WITHHELD[name]
      if rule and (f.reason == "too-few" or f.percent) then
        list[#list + 1] = { vector = add({}, a.code, rule.cells), what = a.code .. " " .. name .. " withheld",
          low = f.percent and rule.below or 0, high = f.percent and math.maxinteger // 4 or rule.below - 1 }
      end
      local p, cells = f.peers, PARTS[name].denominator
      if p and p.group == "type" and p.average == "pooled" and p.reason == "peers-without-rate" and cells then
        local vector = {}
        for _, code in ipairs(in_pool(world, doc, world.by_code[a.code], p, f, name)) do add(vector, code, cells) end
        if next(vector) then list[#list + 1] = { vector = vector, value = 0, what = "no rate of peers of " .. a.code } end
      end
    end
  end
  return list
end

--- What follows from two printed counts of one line: the rest of a denominator, what is on time.
function attack.differences(world, doc)
  local list = {}
  local function difference(codes, f, name, what, kind)
    if REST[name] and f.numerator and f.denominator then
      local vector = {}
      for _, code in ipairs(codes) do add(vector, code, REST[name]) end
      list[#list + 1] = { vector = vector, value = f.denominator - f.numerator, what = what .. " " .. name .. " rest", kind = kind }
    end
    if name == "compliance" and f.late and f.numerator then
      local vector = {}
      for _, code in ipairs(codes) do add(vector, code, { "satisfied" }) end
      list[#list + 1] = { vector = vector, value = f.numerator - f.late, what = what .. " on time", kind = kind }
    end
  end
  local all = {}
  for i, a in ipairs(doc.authorities) do all[i] = a.code end
  for _, a in ipairs(doc.authorities) do
    for name, f in pairs(a.figures) do
      difference({ a.code }, f, name, a.code, "row")
      local p = f.peers
      if p and p.group == "type" and p.include_self then
        difference(in_pool(world, doc, world.by_code[a.code], p, f, name), p, name, "type of " .. a.code, "type")
      end
    end
  end
  for name, f in pairs(doc.totals.figures) do difference(all, f, name, "all", "all") end
  return list
end

--- What must stay unknown: counts from 1 to one less than the threshold that are printed, or follow, without a rule. Each once.
function attack.sensitive(world, doc, below)
  local list, seen = {}, {}
  for _, make in ipairs { attack.sums, attack.differences } do
    for _, one in ipairs(make(world, doc)) do
      if one.kind ~= "other" and one.value > 0 and one.value < below then
        local keys = {}
        for key in pairs(one.vector) do keys[#keys + 1] = key end
        table.sort(keys)
        local name = table.concat(keys, " ")
        if not seen[name] then list[#list + 1] = one end
        seen[name] = true
      end
    end
  end
  return list
end

--------------------------------------------------------------------------------
-- The attacker's system

local PRIME = 2147483647 -- elimination over the field of this order: products fit, and coefficients are too small for it to matter

local function power(base, exponent)
  local result = 1
  base = base % PRIME
  while exponent > 0 do
    if exponent % 2 == 1 then result = result * base % PRIME end
    base = base * base % PRIME
    exponent = exponent // 2
  end
  return result
end

local function least(row)
  local first
  for key in pairs(row) do
    if not first or key < first then first = key end
  end
  return first
end

-- Takes the pivots' rows out of a row.
local function reduce(system, row)
  while true do
    local found
    for key in pairs(row) do
      if system.pivots[key] and (not found or key < found) then found = key end
    end
    if not found then return row end
    local factor = row[found]
    for key, value in pairs(system.pivots[found]) do
      local left = ((row[key] or 0) - factor * value) % PRIME
      row[key] = left ~= 0 and left or nil
    end
  end
end

local function copy(vector)
  local out = {}
  for key, value in pairs(vector) do out[key] = value % PRIME end
  return out
end

--- The system of what is printed. round_to: each value is known up to rounding half up.
function attack.system(sums, round_to)
  local system = { pivots = {}, equations = {}, by_cell = {} }
  local base = round_to or 1
  local seen = {}
  for _, one in ipairs(sums) do
    local keys = {}
    for key, value in pairs(one.vector) do keys[#keys + 1] = ("%s*%d"):format(key, value) end
    table.sort(keys)
    local name = table.concat(keys, " ")
    local low, high = one.low, one.high
    if one.value then low, high = one.value - base // 2, one.value + (base - 1) // 2 end
    if seen[name] then -- printed twice: both hold
      seen[name].low, seen[name].high = math.max(seen[name].low, low), math.min(seen[name].high, high)
    else
      local equation = { vector = one.vector, low = low, high = high, what = one.what }
      seen[name] = equation
      system.equations[#system.equations + 1] = equation
    end
  end
  if base > 1 then return system end
  for _, equation in ipairs(system.equations) do
    local row = equation.low == equation.high and reduce(system, copy(equation.vector))
    local pivot = row and least(row)
    if pivot then
      local inverse = power(row[pivot], PRIME - 2)
      for key, value in pairs(row) do row[key] = value * inverse % PRIME end
      system.pivots[pivot] = row
    end
  end
  return system
end

--- (1) Whether a sum is a combination of printed sums.
function attack.determined(system, vector)
  return next(reduce(system, copy(vector))) == nil
end

-- Narrows the bounds of one equation's cells. Returns nil when it cannot hold, else whether anything changed.
local function narrow(equation, low, high)
  local least_sum, most_sum, changed = 0, 0, false
  for key, c in pairs(equation.vector) do
    least_sum = least_sum + (c > 0 and c * low[key] or c * high[key])
    most_sum = most_sum + (c > 0 and c * high[key] or c * low[key])
  end
  if least_sum > equation.high or most_sum < equation.low then return nil end
  for key, c in pairs(equation.vector) do
    local l, h = low[key], high[key]
    local mine_least, mine_most = c > 0 and c * l or c * h, c > 0 and c * h or c * l
    local most, fewest = equation.high - (least_sum - mine_least), equation.low - (most_sum - mine_most)
    local new_low, new_high
    if c > 0 then
      new_high, new_low = math.min(h, most // c), math.max(l, -(-fewest // c))
    else
      new_low, new_high = math.max(l, -(most // -c)), math.min(h, -fewest // -c)
    end
    if new_low > new_high then return nil end
    if new_low ~= l or new_high ~= h then
      low[key], high[key], changed = new_low, new_high, true
      least_sum = least_sum - mine_least + (c > 0 and c * new_low or c * new_high)
      most_sum = most_sum - mine_most + (c > 0 and c * new_high or c * new_low)
    end
  end
  return changed
end

-- All equations, until nothing changes; false when they cannot all hold.
local function settle(equations, low, high)
  local changed = true
  while changed do
    changed = false
    for _, equation in ipairs(equations) do
      local moved = narrow(equation, low, high)
      if moved == nil then return false, equation.what end
      changed = changed or moved
    end
  end
  return true
end

--- (2) Bounds of every cell, and of a sum of them, by propagation: whole numbers, none negative.
function attack.bounds(system, more, most)
  local low, high = {}, {}
  for _, list in ipairs { system.equations, more } do
    for _, one in ipairs(list) do
      for key in pairs(one.vector) do low[key], high[key] = 0, most end
    end
  end
  local sound, where = settle(system.equations, low, high)
  assert(sound, "the publication contradicts itself: " .. tostring(where))
  return low, high
end

function attack.range(vector, low, high)
  local least_sum, most_sum = 0, 0
  for key, c in pairs(vector) do
    least_sum = least_sum + (c > 0 and c * low[key] or c * high[key])
    most_sum = most_sum + (c > 0 and c * high[key] or c * low[key])
  end
  return least_sum, most_sum
end

local function fork(bounds)
  local out = {}
  for key, value in pairs(bounds) do out[key] = value end
  return out
end

-- A table of whole numbers within the bounds that all equations allow: the smallest open cell is tried value by value.
local function solve(equations, low, high, order, budget)
  budget.left = budget.left - 1
  if budget.left < 0 or not settle(equations, low, high) then return nil end
  local open
  for _, key in ipairs(order) do
    if low[key] < high[key] and (not open or high[key] - low[key] < high[open] - low[open]) then open = key end
  end
  if not open then return low end
  for value = low[open], high[open] do
    local l, h = fork(low), fork(high)
    l[open], h[open] = value, value
    local found = solve(equations, l, h, order, budget)
    if found then return found end
  end
  return nil
end

--- (3) A table that fits all that is printed and gives the sum another value; nil when there is none (or the search was too long).
function attack.another(system, vector, value, low, high)
  local order = {}
  for key in pairs(low) do order[#order + 1] = key end
  table.sort(order)
  local least_sum, most_sum = attack.range(vector, low, high)
  for _, other in ipairs { { low = value + 1, high = most_sum }, { low = least_sum, high = value - 1 } } do
    if other.low <= other.high then
      local equations = table.move(system.equations, 1, #system.equations, 1, {})
      equations[#equations + 1] = { vector = vector, low = other.low, high = other.high }
      local found = solve(equations, fork(low), fork(high), order, { left = 4000 })
      if found then return found end
    end
  end
  return nil
end

return attack
