-- helper_methods.lua: recomputes what csrc/core/METHODS.md prints: its worked lines and its tables.
-- Owns: how a worked line is read, and the text of each table. Must not: know a number of the page.
local binomial = require "helper_stats".binomial
local stats = require "upheld.stats"
local upheld = require "upheld"

local methods = {}

methods.path = "csrc/core/METHODS.md"

-- {====== worked lines ======

-- One printed result against the value: texts in quotes, whole numbers, and decimals as printed.
local function agrees(printed, value)
  local text = printed:match '^"(.*)"$'
  if text then return value == text end
  if printed == "nil" then return value == nil end
  if math.type(value) == nil then return false end
  local places = printed:match "^%-?%d+%.(%d+)$"
  if places then return ("%." .. #places .. "f"):format(value) == printed end
  places = printed:match "^%-?%d%.(%d+)e[+-]%d+$"
  if places then return ("%." .. #places .. "e"):format(value) == printed end
  return math.type(value) == "integer" and tostring(value) == printed
end

-- What is after "-->", by commas outside quotes.
local function results_of(text)
  local list = {}
  for quoted, plain in text:gmatch '%s*("?)([^,"]*)"?%s*,?' do
    if quoted ~= "" then
      list[#list + 1] = '"' .. plain .. '"'
    elseif plain:match "%S" then
      list[#list + 1] = plain:match "^(.-)%s*$"
    end
  end
  return list
end

--- Runs the lines of the page's ```lua blocks: "expression  --> result, result" is compared, any other line is run. Gives what
--- does not agree, how many lines were compared, and the names of stats that they call.
function methods.check_lines(page)
  local wrong, compared, called = {}, 0, {}
  local env = setmetatable({ stats = stats }, { __index = _G })
  for block in page:gmatch "\n```lua\n(.-)\n```" do
    for line in block:gmatch "[^\n]+" do
      local expression, printed = line:match "^(.-)%s+%-%->%s+(.*)$"
      if expression then
        for name in expression:gmatch "stats%.([%w_]+)" do called[name] = true end
        local got = table.pack(assert(load("return " .. expression, line, "t", env))())
        local want = results_of(printed)
        compared = compared + 1
        local same = #want == got.n -- "..." stands for a result that is not shown
        for i = 1, #want do
          if want[i] ~= "..." then same = same and agrees(want[i], got[i]) end
        end
        if not same then
          for i = 1, got.n do got[i] = tostring(got[i]) end
          wrong[#wrong + 1] = ("%s\n  found %s"):format(line, table.concat(got, ", "))
        end
      else
        assert(load(line, line, "t", env))()
      end
    end
  end
  return wrong, compared, called
end

--- The page's table after the marker <!-- name -->.
function methods.table_of(page, name)
  local marker = "<!-- " .. name .. " -->\n"
  local _, at = page:find(marker, 1, true)
  if not at then error(("no table %s on the page"):format(name)) end
  local lines = {}
  for line in page:sub(at + 1):gmatch "([^\n]*)\n" do
    if line:sub(1, 1) ~= "|" then break end
    lines[#lines + 1] = line .. "\n"
  end
  return table.concat(lines)
end

local function rows_to_text(rows)
  local lines = {}
  for i, row in ipairs(rows) do
    lines[#lines + 1] = "| " .. table.concat(row, " | ") .. " |"
    if i == 1 then lines[#lines + 1] = "|" .. (" --- |"):rep(#row) end
  end
  return table.concat(lines, "\n") .. "\n"
end

-- }======

-- {====== false alarms ======

local CLASSES = { "low 95", "low 99.8", "high 95", "high 99.8" }
methods.TARGETS = { 0.45, 0.8, 0.995 }
methods.METHODS = { "exact", "score" }
methods.SIZES = 50

--- The share of blameless authorities of n cases (true rate: the target) that get each class, summed exactly. A class counts in
--- the wider one too: low 99.8 is also low 95.
function methods.false_alarms(n, target, method)
  local shares = { ["low 95"] = 0, ["low 99.8"] = 0, ["high 95"] = 0, ["high 99.8"] = 0 }
  local pmf = binomial(n, target)
  for x = 0, n do
    local class = stats.significance(x, n, target, { method = method })
    for _, each in ipairs(CLASSES) do
      if class == each or class == each:sub(1, -3) .. "99.8" then shares[each] = shares[each] + pmf[x] end
    end
  end
  return shares
end

--- Table: the greatest false-alarm share over n = 1..50, and where.
function methods.false_alarm_table()
  local rows = { { "target", "method", "low 95 (nominal 2.5%)", "low 99.8 (0.1%)", "high 95 (2.5%)", "high 99.8 (0.1%)" } }
  for _, target in ipairs(methods.TARGETS) do
    for _, method in ipairs(methods.METHODS) do
      local row = { ("%g%%"):format(100 * target), method }
      local most = {}
      for n = 1, methods.SIZES do
        local shares = methods.false_alarms(n, target, method)
        for _, class in ipairs(CLASSES) do
          if shares[class] > (most[class] and most[class][1] or 0) * (1 + 1e-9) then most[class] = { shares[class], n } end
        end
      end
      for _, class in ipairs(CLASSES) do
        row[#row + 1] = most[class] and ("%.3f%% at n = %d"):format(100 * most[class][1], most[class][2]) or "none"
      end
      rows[#rows + 1] = row
    end
  end
  return rows_to_text(rows)
end

methods.PEERS = { 5, 20, 200 }
local OWN = { 2, 5, 10, 20, 35, 50 }

-- By the peers' rate as if it were known, and as the class of a figure is made.
local RULES = {
  { "as if known", function(x, n, y, m) return stats.significance(x, n, y / m) end },
  { "as estimated", stats.class },
}

--- The shares of blameless authorities of n cases in each class beside peers of m cases, all at one rate, summed exactly over what either
--- of them may come to; by rate.
function methods.false_alarms_beside(n, m, class_of)
  local shares, own, peers = {}, {}, {}
  for i, rate in ipairs(methods.TARGETS) do
    shares[i] = { ["low 95"] = 0, ["low 99.8"] = 0, ["high 95"] = 0, ["high 99.8"] = 0 }
    own[i], peers[i] = binomial(n, rate), binomial(m, rate)
  end
  for x = 0, n do
    for y = 0, m do
      local class = class_of(x, n, y, m)
      for i = 1, class == "similar" and 0 or #methods.TARGETS do
        local wide = class:match "^%l+ " .. "95"
        local chance = own[i][x] * peers[i][y]
        shares[i][wide] = shares[i][wide] + chance
        if class ~= wide then shares[i][class] = shares[i][class] + chance end
      end
    end
  end
  return shares
end

--- Table: the greatest of these shares over some n, by rate and size of the peers, for either rule.
function methods.false_alarms_beside_table()
  local rows = { { "rate", "peers' cases", "their rate taken", "low 95 (nominal 2.5%)", "low 99.8 (0.1%)", "high 95 (2.5%)", "high 99.8 (0.1%)" } }
  local most = {}
  for _, m in ipairs(methods.PEERS) do
    for _, n in ipairs(OWN) do
      for k, rule in ipairs(RULES) do
        for i, shares in ipairs(methods.false_alarms_beside(n, m, rule[2])) do
          local key = ("%d %d %d"):format(i, m, k)
          most[key] = most[key] or {}
          for class, share in pairs(shares) do most[key][class] = math.max(most[key][class] or 0, share) end
        end
      end
    end
  end
  for i, rate in ipairs(methods.TARGETS) do
    for _, m in ipairs(methods.PEERS) do
      for k, rule in ipairs(RULES) do
        local row, found = { ("%g%%"):format(100 * rate), m, rule[1] }, most[("%d %d %d"):format(i, m, k)]
        for _, class in ipairs(CLASSES) do row[#row + 1] = ("%.3f%%"):format(100 * found[class]) end
        rows[#rows + 1] = row
      end
    end
  end
  return rows_to_text(rows)
end

-- }======

-- {====== averaging rules ======

local TYPES = { "County", "District", "Metropolitan", "Unitary", "London Borough" }
local MOST_CASES = 20000 -- looked for among the unknown authorities of a type: more than all complaints of a year

-- The whole x that make percent(x, n) == p, from and to.
local function numerators(p, n)
  return -(-(2 * p - 1) * n // 200), -(-(2 * p + 1) * n // 200) - 1
end

-- The least cases of the unknown authorities with which every reader's pooled average is p; readers' own pairs are left out.
local function least_cases(p, x, n, readers)
  for more = 0, MOST_CASES do
    local low, high = 0, more
    for _, own in ipairs(readers) do
      local from, to = numerators(p, n - own[2] + more)
      low, high = math.max(low, from - (x - own[1])), math.min(high, to - (x - own[1]))
    end
    if low <= high then return more end
  end
end

local function needs(least)
  if least == 0 then return "agrees" end
  if not least then return ("not with %d more cases"):format(MOST_CASES) end
  return ("with %d more case%s"):format(least, least == 1 and "" or "s")
end

-- Between which sums of `others` unknown rates every reader's mean is p; readers' own rates are left out.
local function sums_of_others(p, known, others, readers)
  local sum, low, high = 0, 0, others
  for _, pair in ipairs(known) do sum = sum + pair[1] / pair[2] end
  for _, own in ipairs(readers) do
    local left = own[2] > 0 and 1 or 0
    local rest, count = sum - (left == 1 and own[1] / own[2] or 0), #known - left + others
    low = math.max(low, (p - 0.5) / 100 * count - rest)
    high = math.min(high, (p + 0.5) / 100 * count - rest)
  end
  return low, high
end

-- The same as a text. Others may be without cases, and then have no rate: a rule is impossible only if it is so with any number.
local function mean_of_others(p, known, others, readers)
  for count = others, 1, -1 do
    local low, high = sums_of_others(p, known, count, readers)
    if low < high then
      local text = ("others at %.1f%% to %.1f%%"):format(100 * low / count, 100 * high / count)
      return count == others and text or ("%d %s"):format(count, text)
    end
  end
  return "impossible"
end

-- Counts known of a type and year, and the average that was printed to whom.
local function collect(year, type, indicator)
  local known, readers, printed, all = {}, {}, nil, 0
  for authority in year:authorities { type = type } do
    all = all + 1
    local figure = authority:figure(indicator)
    local pair = figure.numerator and figure.denominator and figure.denominator > 0 and { figure.numerator, figure.denominator }
    if pair then known[#known + 1] = pair end
    local peers = figure:peers()
    if peers and peers.as_published then
      assert(printed == nil or printed == peers.as_published, "one average for all of the type")
      printed = peers.as_published
      if pair then readers[#readers + 1] = pair end
    end
  end
  return known, readers, printed, all
end

--- Table: which averaging rule agrees with the average printed on the ombudsman's pages, by year, type and indicator.
function methods.averaging_table()
  local rows = { { "year", "type", "indicator", "printed", "to", "known", "pooled, self in", "pooled, self out", "mean, self in",
    "mean, self out" } }
  local register = assert(upheld.open ":memory:")
  assert(register:import { authorities = "examples/data/authorities.csv", published = "examples/data/published.csv" })
  for _, number in ipairs { 2025, 2024, 2023 } do
    local year = assert(register:year(number))
    for _, indicator in ipairs { "upheld", "compliance", "satisfactory_remedy" } do
      for _, type in ipairs(TYPES) do
        local known, readers, printed, all = collect(year, type, indicator)
        if printed and #known > 0 then
          local x, n = 0, 0
          for _, pair in ipairs(known) do x, n = x + pair[1], n + pair[2] end
          local nobody = { { 0, 0 } }
          rows[#rows + 1] = { number, type, indicator, printed, #readers, ("%d of %d"):format(#known, all),
            ("%s: %s"):format(stats.decimal(x, n, { decimals = 2 }), needs(least_cases(printed, x, n, nobody))),
            needs(least_cases(printed, x, n, readers)),
            ("%s: %s"):format(stats.mean_of_rates(known, { decimals = 2 }), mean_of_others(printed, known, all - #known, nobody)),
            mean_of_others(printed, known, all - #known, readers) }
        end
      end
    end
  end
  register:close()
  return rows_to_text(rows)
end

-- }======

return methods
