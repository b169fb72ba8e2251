-- The attack: from everything that is published of a year with small counts hidden, try to get the hidden counts back. The unknowns are
-- the cells (authority x outcome, compliance outcome, service area; upheld cases apart by remedied before or not). What is published gives
-- equations, with rounding ranges. Three attacks: linear algebra, bounds drawn tighter until nothing moves, and on tiny years every
-- table of whole numbers that fits. A sensitive count must keep as many values as the threshold, and more than one that fits all; a publication without secondary
-- suppression must not.
local helper = require "helper"
local json = require "helper_json"
local upheld = require "upheld"

local OUTCOMES = { "Invalid or incomplete", "Referred back for local resolution", "Not upheld", "Upheld" }
local COMPLIANCE = { "Remedy complete and satisfied", "Remedy completed late", "Remedy not complete" }
local AREAS = { "Housing", "Highways & Transport", "Other" }
local TYPES = { "County", "District", "Unitary", "National Park" } -- the last has no peers

-- A generator of one's own: the same years on every machine.
local function generator(seed)
  local state = seed
  return function(n) -- 1 .. n
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return (state >> 8) % n + 1
  end
end

--------------------------------------------------------------------------------
-- A year: records, and the true cells

-- Cells of one authority, by name: o1.., r (remedied), u (upheld, not remedied), c1.., a1..
local function cell_names()
  local names = {}
  for i = 1, #OUTCOMES - 1 do names[#names + 1] = "o" .. i end
  names[#names + 1] = "u"
  names[#names + 1] = "r"
  for i = 1, #COMPLIANCE do names[#names + 1] = "c" .. i end
  for i = 1, #AREAS do names[#names + 1] = "a" .. i end
  return names
end

local function random_year(random, most)
  local rows = {}
  for i = 1, random(most) + 1 do
    local function small() local shape = random(10); return shape <= 4 and 0 or shape <= 8 and random(6) or random(25) end
    local cells = { o1 = small(), o2 = small(), o3 = small(), u = small(), r = small() }
    local complied = cells.u + cells.r
    cells.c1 = random(complied + 1) - 1
    cells.c2 = random(complied - cells.c1 + 1) - 1
    cells.c3 = complied - cells.c1 - cells.c2 > 0 and random(2) == 1 and 1 or 0
    local decided = cells.o1 + cells.o2 + cells.o3 + cells.u + cells.r
    cells.a1 = decided > 0 and random(decided + 1) - 1 or 0
    cells.a2 = decided - cells.a1 > 0 and random(decided - cells.a1 + 1) - 1 or 0
    cells.a3 = decided - cells.a1 - cells.a2
    rows[i] = { code = ("X%02d"):format(i), type = TYPES[random(#TYPES)], region = random(2) == 1 and "North" or "South", cells = cells }
  end
  return rows
end

-- The records of the cells, received and decided in the year; the rest of compliance has no outcome.
local function register_of(rows, folder)
  local a = { "code,name,type,region" }
  local d = { "reference,authority_code,received_date,decided_date,outcome,service_area,remedied_before,compliance_outcome,compliance_date" }
  local serial = 0
  for _, row in ipairs(rows) do
    a[#a + 1] = ("%s,Council %s,%s,%s"):format(row.code, row.code, row.type, row.region)
    local areas, outcomes = {}, {}
    for i, label in ipairs(AREAS) do for _ = 1, row.cells["a" .. i] do areas[#areas + 1] = label end end
    for i, label in ipairs(COMPLIANCE) do for _ = 1, row.cells["c" .. i] do outcomes[#outcomes + 1] = label end end
    local nth, upheld_nth = 0, 0
    local function add(outcome, remedied, count)
      for _ = 1, count do
        serial, nth = serial + 1, nth + 1
        local complied = ""
        if remedied ~= "" then
          upheld_nth = upheld_nth + 1
          complied = outcomes[upheld_nth] or ""
        end
        d[#d + 1] = ("19 %03d %03d,%s,2019-05-01,2019-06-01,%s,%s,%s,%s,%s"):format(serial // 1000, serial % 1000, row.code, outcome,
          areas[nth], remedied, complied, complied ~= "" and "2019-09-01" or "")
      end
    end
    for i = 1, #OUTCOMES - 1 do add(OUTCOMES[i], "", row.cells["o" .. i]) end
    add("Upheld", "no", row.cells.u)
    add("Upheld", "yes", row.cells.r)
  end
  if serial == 0 then return nil end
  local register = assert(upheld.open ":memory:")
  assert(register:import { authorities = helper.write(folder .. "/a.csv", table.concat(a, "\n") .. "\n"),
    decisions = helper.write(folder .. "/d.csv", table.concat(d, "\n") .. "\n") })
  return register
end

--------------------------------------------------------------------------------
-- What is published, as equations

local FIGURES = { -- numerator, denominator and late as cells
  upheld = { { "u", "r" }, { "o3", "u", "r" } },
  compliance = { { "c1", "c2" }, { "c1", "c2", "c3" }, { "c2" } },
  satisfactory_remedy = { { "r" }, { "u", "r" } },
  upheld_per_100k = { { "u", "r" } },
}
local TABLES = { outcomes = {}, received = {} }
for i = 1, #OUTCOMES - 1 do TABLES.outcomes[OUTCOMES[i]] = { "o" .. i } end
TABLES.outcomes.Upheld = { "u", "r" }
for i, label in ipairs(AREAS) do TABLES.received[label] = { "a" .. i } end

-- Every sum that could be sensitive, as cells of one authority; the last two are what two printed counts give by subtraction.
local SENSITIVE = { { "u", "r" }, { "o3", "u", "r" }, { "c1", "c2" }, { "c1", "c2", "c3" }, { "c2" }, { "r" }, { "o1" }, { "o2" }, { "o3" },
  { "a1" }, { "a2" }, { "a3" }, { "u" }, { "c3" } }

local function sum(row, cells)
  local out = 0
  for _, cell in ipairs(cells) do out = out + row.cells[cell] end
  return out
end

-- known.add(rows, cells, printed): the sum of these cells over these rows was printed.
local function collector(base)
  local known = { list = {}, seen = {} }
  function known.add(rows, cells, printed)
    if math.type(printed) ~= "integer" then return end
    local vector, key = {}, {}
    for _, row in ipairs(rows) do
      for _, cell in ipairs(cells) do
        vector[row.code .. cell] = (vector[row.code .. cell] or 0) + 1
      end
    end
    for name, count in pairs(vector) do key[#key + 1] = name .. "*" .. count end
    table.sort(key)
    key = table.concat(key, " ") .. "=" .. printed
    if known.seen[key] then return end
    known.seen[key] = true
    -- half up to multiples of base: printed - base // 2 .. printed + (base - 1) // 2
    known.list[#known.list + 1] = { vector = vector, low = math.max(0, printed - base // 2), high = printed + (base - 1) // 2 }
  end
  return known
end

local function members(rows, codes_out, test)
  local out = {}
  for _, row in ipairs(rows) do
    if test(row) and not codes_out[row.code] then out[#out + 1] = row end
  end
  return out
end

-- Reads one JSON publication.
local function collect(known, tree, rows, group)
  local by_code = {}
  for _, row in ipairs(rows) do by_code[row.code] = row end
  for _, a in ipairs(tree.authorities) do
    local row = by_code[a.code]
    for name, parts in pairs(FIGURES) do
      local f = a.figures[name]
      known.add({ row }, parts[1], f.numerator)
      if parts[2] then known.add({ row }, parts[2], f.denominator) end
      if parts[3] then known.add({ row }, parts[3], f.late) end
      if f.peers ~= json.null then
        local label = f.peers.group_name
        local lists = tree.peer_groups[label][name]
        local left_out = {}
        for _, state in ipairs { "unknown", "without_rate" } do
          for _, code in ipairs(lists[state]) do left_out[code] = true end
        end
        if group ~= "type" then for _, code in ipairs(lists.suppressed) do left_out[code] = true end end
        if not f.peers.include_self then left_out[a.code] = true end
        local inside = members(rows, left_out, function(r)
          return group == "set" or (group == "type" and r.type == label) or (group == "region" and r.region == label
            and r.type ~= "National Park")
        end)
        known.add(inside, parts[1], f.peers.numerator)
        if parts[2] then known.add(inside, parts[2], f.peers.denominator) end
      end
    end
    for tname, labels in pairs(TABLES) do
      if a[tname] ~= json.null then
        for label, cells in pairs(labels) do known.add({ row }, cells, a[tname][label]) end
      end
    end
  end
  for name, parts in pairs(FIGURES) do
    local f = tree.totals.figures[name]
    known.add(rows, parts[1], f.numerator)
    if parts[2] then known.add(rows, parts[2], f.denominator) end
    if parts[3] then known.add(rows, parts[3], f.late) end
  end
  for tname, labels in pairs(TABLES) do
    if tree.totals[tname] ~= json.null then
      for label, cells in pairs(labels) do known.add(rows, cells, tree.totals[tname][label]) end
    end
  end
end

--------------------------------------------------------------------------------
-- The attacks

local PRIME = 2147483647

local function inverse(a)
  local t, newt, r, newr = 0, 1, PRIME, a % PRIME
  while newr ~= 0 do
    local q = r // newr
    t, newt, r, newr = newt, t - q * newt, newr, r - q * newr
  end
  return t % PRIME
end

-- Takes multiples of the basis from a vector; what is left is zero when the vector follows from the equations.
local function reduce(basis, vector)
  local left = {}
  for name, count in pairs(vector) do left[name] = count % PRIME end
  for _, row in ipairs(basis) do
    local factor = left[row.lead]
    if factor and factor ~= 0 then
      for name, count in pairs(row.vector) do left[name] = ((left[name] or 0) - factor * count) % PRIME end
    end
  end
  return left
end

local function lead_of(vector)
  local least
  for name, count in pairs(vector) do
    if count ~= 0 and (least == nil or name < least) then least = name end
  end
  return least
end

local function linear_basis(known)
  local basis = {}
  for _, e in ipairs(known.list) do
    if e.low == e.high then
      local left = reduce(basis, e.vector)
      local lead = lead_of(left)
      if lead then
        local scale = inverse(left[lead])
        for name, count in pairs(left) do left[name] = count * scale % PRIME end
        basis[#basis + 1] = { lead = lead, vector = left }
      end
    end
  end
  return basis
end

-- Bounds of every cell, drawn tighter by every equation until nothing moves; nil when nothing fits (a fault of the attack).
local function tighten(known, low, high)
  local moved = true
  while moved do
    moved = false
    for _, e in ipairs(known.list) do
      local least, most = 0, 0
      for name, count in pairs(e.vector) do
        least, most = least + count * low[name], most + count * high[name]
      end
      if least > e.high or most < e.low then return nil end
      for name, count in pairs(e.vector) do
        local up = (e.high - (least - count * low[name])) // count
        local down = -((-(e.low - (most - count * high[name]))) // count)
        if up < high[name] then most = most - count * (high[name] - up); high[name] = up; moved = true end
        if down > low[name] then least = least + count * (down - low[name]); low[name] = down; moved = true end
        if low[name] > high[name] then return nil end
      end
    end
  end
  return low, high
end

local function copy(t)
  local out = {}
  for key, value in pairs(t) do out[key] = value end
  return out
end

-- Whether some table of whole numbers fits what is known, with the sum of the cells in a range; by trying values, cells that matter first.
local function fits(known, low, high, steps)
  low, high = tighten(known, low, high)
  if not low then return false end
  local open, width
  for _, e in ipairs(known.list) do
    for name in pairs(e.vector) do
      local w = high[name] - low[name]
      if w > 0 and (width == nil or w < width or (w == width and name < open)) then open, width = name, w end
    end
  end
  if not open then return true end
  steps.left = steps.left - 1
  if steps.left < 0 then
    steps.gave_up = true
    return true
  end
  for value = low[open], high[open] do
    local l, h = copy(low), copy(high)
    l[open], h[open] = value, value
    if fits(known, l, h, steps) then return true end
  end
  return false
end

-- How many of the sensitive sums the attacks get back, and how many there are.
local function attack(known, rows, threshold, exhaustive)
  local basis = linear_basis(known)
  local low, high, most = {}, {}, 0
  for _, row in ipairs(rows) do most = most + sum(row, cell_names()) end
  for _, row in ipairs(rows) do
    for _, cell in ipairs(cell_names()) do low[row.code .. cell], high[row.code .. cell] = 0, most end
  end
  local found = { sensitive = 0, linear = 0, bounds = 0, narrow = 0, exhaustive = 0, gave_up = 0 }
  local tight_low, tight_high = tighten(known, low, high)
  assert(tight_low, "what is published contradicts itself")
  for _, row in ipairs(rows) do
    for _, cells in ipairs(SENSITIVE) do
      local value, vector = sum(row, cells), {}
      if value > 0 and value < threshold then
        found.sensitive = found.sensitive + 1
        local least, greatest = 0, 0
        for _, cell in ipairs(cells) do
          vector[row.code .. cell] = 1
          least, greatest = least + tight_low[row.code .. cell], greatest + tight_high[row.code .. cell]
        end
        for _, e in ipairs(known.list) do -- printed as it is
          if e.low == e.high then
            local same = true
            for name in pairs(e.vector) do same = same and vector[name] == 1 end
            for name in pairs(vector) do same = same and e.vector[name] == 1 end
            if same then least, greatest = e.low, e.high end
          end
        end
        if lead_of(reduce(basis, vector)) == nil then found.linear = found.linear + 1 end
        if least == greatest then found.bounds = found.bounds + 1 end
        if greatest - least + 1 < threshold then found.narrow = found.narrow + 1 end
        if exhaustive then
          local other = false
          for _, range in ipairs { { 0, value - 1 }, { value + 1, most } } do
            local with = { list = copy(known.list) }
            with.list[#with.list + 1] = { vector = vector, low = range[1], high = range[2] }
            local steps = { left = 4000 }
            other = other or fits(with, copy(low), copy(high), steps)
            if steps.gave_up then found.gave_up = found.gave_up + 1 end
          end
          if not other then found.exhaustive = found.exhaustive + 1 end
        end
      end
    end
  end
  return found
end

--------------------------------------------------------------------------------

local RULES = {
  { group = "type" }, { group = "type", exclude_self = true }, { group = "type", average = "mean", exclude_self = true },
  { group = "type", average = "median" }, { group = "region" }, { group = "region", exclude_self = true },
}

-- All that is published of a year under one disclosure.
local function published(register, rows, disclosure)
  local known = collector(disclosure.round_to or 1)
  for _, rule in ipairs(RULES) do
    local options = copy(rule)
    options.year, options.disclosure = 2020, disclosure
    collect(known, json.decode(assert(register:json(options))), rows, rule.group)
  end
  local year = assert(register:year(2020, { disclosure = disclosure }))
  local codes = {}
  for i = 1, #rows, 2 do codes[#codes + 1] = rows[i].code end
  local set = assert(year:peer_set("every second", codes))
  local in_set = {}
  for _, code in ipairs(codes) do in_set[code] = true end
  for a in year:authorities() do
    for name, parts in pairs(FIGURES) do
      for _, include_self in ipairs { true, false } do
        local p = a:figure(name):peers { group = set, include_self = include_self }
        local left_out = {}
        for _, state in ipairs { "without_rate", "unknown", "suppressed" } do
          for _, other in ipairs(p:members()[state]) do left_out[other.code] = true end
        end
        if not include_self then left_out[a.code] = true end
        local inside = members(rows, left_out, function(r) return in_set[r.code] end)
        known.add(inside, parts[1], p.numerator)
        if parts[2] then known.add(inside, parts[2], p.denominator) end
      end
    end
  end
  return known
end

-- Primary suppression alone: every small sum of an authority is left out, everything else is printed.
local function naive(rows, threshold)
  local known = collector(1)
  local all = copy(SENSITIVE)
  all[#all] = nil -- what is derived is not printed
  all[#all] = nil
  for _, cells in ipairs(all) do
    for _, row in ipairs(rows) do
      local value = sum(row, cells)
      if value == 0 or value >= threshold then known.add({ row }, cells, value) end
    end
    local total = 0
    for _, row in ipairs(rows) do total = total + sum(row, cells) end
    known.add(rows, cells, total)
  end
  return known
end

describe("the attack on hidden counts", function()
  local folder
  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  local CASES = { -- seeds, most authorities, exhaustive
    { 1, 60, 7, false }, { 101, 160, 2, true },
  }

  for _, case in ipairs(CASES) do
    it(("gets none back from %d years of up to %d authorities%s"):format(case[2] - case[1] + 1, case[3] + 1,
      case[4] and ", trying every table that fits" or ""), function()
      local sensitive, without = 0, 0
      for seed = case[1], case[2] do
        local random = generator(seed)
        local rows = random_year(random, case[3])
        local register = register_of(rows, folder)
        if register then
          local threshold = 2 + random(8)
          local base = not case[4] and random(3) == 1 and 1 + random(threshold - 1) or nil
          local found = attack(published(register, rows, { suppress_below = threshold, round_to = base }), rows, threshold, case[4])
          assert.same({ 0, 0, 0, 0, 0 }, { found.linear, found.bounds, found.narrow, found.exhaustive, found.gave_up },
            ("seed %d, threshold %d"):format(seed, threshold))
          sensitive = sensitive + found.sensitive
          local weak = attack(naive(rows, threshold), rows, threshold, false)
          without = without + math.max(weak.linear, weak.bounds)
          register:close()
        end
      end
      assert.is_true(sensitive > 100, sensitive .. " sensitive counts")
      -- the attack is no straw man: with primary suppression alone it gets many of them
      assert.is_true(without > sensitive / 6, ("%d of %d without secondary suppression"):format(without, sensitive))
    end)
  end
end)
