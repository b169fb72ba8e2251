--- Why a figure is what it is, as text or JSON.
-- Owns: the order and wording of that text. Every number in it comes from the figure or the core; what belongs to it is gathered by
-- upheld.why.facts, the JSON is upheld.why.json's.

local core = require "upheld.core"
local history = require "upheld.history"

local why = {}

local CLOCKS = {
  received = "date received",
  decided = "date decided",
  compliance = "date the compliance outcome was recorded, else its due date",
}
local REASONS = {
  ["not-recorded"] = "unknown: what it needs is not recorded for this authority and year (unknown is not zero)",
  ["counts-disagree"] = "unknown: the published counts cannot all be right",
  ["not-defined"] = "the figure is not defined for this year",
  ["too-few"] = "withheld: fewer cases than the scheme asks for before a rate is given",
  ["rounded"] = "not shown: the rounded counts do not give the rate closely enough",
  ["suppressed"] = "not shown: a count of it is small, or would give a small one back",
}
local BASES = {
  records = "counted from complete decision records",
  published = "from published counts",
  derived = "from the published denominator and per cent: exactly one numerator fits them",
}
local DIRECTIONS = { high = "a high rate is good", low = "a low rate is good" }
local MOST = 200 -- references printed for one list; the rest are counted
local MOST_NAMES = 10

local function share(value)
  return core.number(value, 3)
end

local function places(decimals)
  return decimals == 0 and "a whole number" or decimals == 1 and "one decimal" or decimals .. " decimals"
end

-- What there is one of or many.
local function counted(n, singular, plural)
  return ("%d %s"):format(n, n == 1 and singular or plural)
end

--------------------------------------------------------------------------------
-- The figure and its method

local function defined_line(indicator)
  local since, last = indicator.since, indicator["until"]
  if not since and not last then return nil end
  return "Defined: " .. (since and "from the year " .. since or "") .. (since and last and " " or "")
    .. (last and "to the year " .. last or "")
end

local function rounding_line(facts)
  local f, decimals = facts.figure, facts.indicator.decimals or 0
  if not f.percent and not f.value then return nil end
  local shown = f.percent and f.percent .. "%" or f.value
  local bound = f.rounded_to_bound and " (rounded to the bound: not all, or not none)" or ""
  if facts.measure == "days" then
    return ("Rounding: half up from the exact quartile of the days to %s: %s%s"):format(places(decimals), shown, bound)
  end
  return ("Rounding: %d x %d / %d, half up from the integers to %s: %s%s"):format(facts.indicator.per or 100, f.numerator,
    f.denominator, places(decimals), shown, bound)
end

local function quartile_line(facts)
  local f = facts.figure
  if not f.lower_quartile then return nil end
  return ("Quartiles of the days: %s, %s, %s (Hyndman and Fan type 7: at place 1 + (n - 1) q / 4 of the %s in order, between "
    .. "neighbours in proportion)"):format(f.lower_quartile, f.value, f.upper_quartile, counted(f.denominator, "case", "cases"))
end

local function interval_line(facts)
  if not facts.low then return nil end
  local low, high, measure = facts.low, facts.high, facts.measure
  if measure == "share" then
    return ("95%% interval (Wilson score), as proportions: %s to %s"):format(share(low), share(high))
  end
  if measure == "days" then
    return ("95%% interval (order statistics): %s to %s days"):format(core.number(low, 0), core.number(high, 0))
  end
  return ("95%% interval (Byar): %s to %s"):format(core.number(low, 1), core.number(high, 1))
end

-- What a caution or a withheld rate depends on.
local function threshold_lines(add, facts)
  local f, indicator = facts.figure, facts.indicator
  local below = indicator.caution_below
  if below and not f.reason then
    local base = facts.measure == "residents" and f.numerator or f.denominator
    add(("Caution: %s (the base is %d; a caution below %d)"):format(f.caution or "none", base, below))
  end
  local withheld = indicator.withhold_below
  if withheld and f.reason ~= "suppressed" then -- that it is withheld, or is not, would tell of a hidden count
    add(("Withheld: %s (no rate with fewer than %d)"):format(f.reason == "too-few" and "yes, too-few" or "no", withheld))
  end
end

--------------------------------------------------------------------------------
-- Peers

local function names(add, title, list)
  if #list == 0 then return end
  local shown = {}
  for i = 1, math.min(#list, MOST_NAMES) do shown[i] = list[i].name end
  if #list > MOST_NAMES then shown[#shown + 1] = ("and %d more"):format(#list - MOST_NAMES) end
  add(("  %s: %s"):format(title, table.concat(shown, ", ")))
end

local TESTS = {
  share = "the milder of the exact binomial tail and Fisher's test",
  residents = "the milder of the exact Poisson tail and the conditional test",
  days = "the milder of the sign test and the median test",
}

local function class_lines(add, facts)
  local good = DIRECTIONS[facts.indicator.good] or "neither way is good"
  if facts.class then
    add(("Class against the peers without the authority (%s): %s; standing: %s (%s)"):format(TESTS[facts.measure], facts.class,
      facts.standing, good))
  else
    add(("Class: none (%s)"):format(facts.class_reason))
  end
  local d = facts.difference
  if d then
    add(("Difference from the peers without the authority: %s percentage points, 95%% interval (Newcombe), as proportions: "
      .. "%s to %s"):format(d.text, share(d.low), share(d.high)))
  elseif facts.difference_reason then
    add(("Difference: none (%s)"):format(facts.difference_reason))
  end
end

local function peers_lines(add, facts)
  local p = facts.peers
  if not p then
    add "Peers: none (averages are made for the types that have peers only)"
    return
  end
  local rate = p.percent and p.percent .. "%" or p.value or "none"
  local counts = p.numerator and p.denominator and (" (%d of %d)"):format(p.numerator, p.denominator) or ""
  add(("Peers: %s%s, %s%s"):format(rate, counts, p:rule(), p.reason and " (" .. p.reason .. ")" or ""))
  add(("  %d of %d authorities in it, %d with nothing in the denominator, %d not known%s"):format(p.authorities, p.of,
    p.without_rate, p.unknown, p.suppressed and (", %d not shown"):format(p.suppressed) or ""))
  if p.lower_quartile then
    add(("  quartiles of the authorities' rates (Hyndman and Fan type 7): %s and %s"):format(p.lower_quartile, p.upper_quartile))
  end
  names(add, "nothing in the denominator", facts.members.without_rate)
  names(add, "not known", facts.members.unknown)
  if p.as_published then add(("  as published: %s"):format(tostring(p.as_published))) end
  class_lines(add, facts)
end

--------------------------------------------------------------------------------
-- Records

local function outcome_text(d)
  if not d.compliance_outcome then return nil end
  local day = d.compliance_date or d.compliance_due_date
  local text = d.compliance_outcome .. (day and " " .. day or "")
  if d.compliance_file and (d.compliance_file ~= d.file or d.compliance_line ~= d.line) then
    text = ("%s (%s:%d)"):format(text, d.compliance_file, d.compliance_line)
  end
  return text
end

local function record_line(d, facts)
  local parts = { "  " .. d.reference }
  local function add(part) parts[#parts + 1] = part or nil end
  if facts.measure == "days" then add("received " .. (d.received_date or "not recorded")) end
  add(d.decided_date or (d.history.known and "open" or "decision not in the register"))
  add(d.outcome or d.history.known and "outcome not recorded")
  add(d.remedied_before and "remedied before")
  add(outcome_text(d))
  add(d.in_numerator and facts.denominator and "in the numerator")
  add(d.file and ("%s:%d"):format(d.file, d.line))
  add(d.url)
  return table.concat(parts, "  ")
end

local function list_lines(add, title, list, line)
  add(("%s: %d"):format(title, #list))
  for i = 1, math.min(#list, MOST) do add(line(list[i])) end
  if #list > MOST then add(("  and %d more"):format(#list - MOST)) end
end

local function reference_lines(add, facts)
  if facts.hidden then
    add "References: not listed, since small counts of this year are hidden"
    return
  end
  if not facts.behind then
    add "References: read straight from files; a register keeps them"
    return
  end
  local sample = facts.sample and " in the register's samples (drill-down only, never counted)" or ""
  local function line(d) return record_line(d, facts) end
  if facts.denominator and facts.numerator then
    add(("References behind the numerator%s: %d"):format(sample, #facts.numerator))
  end
  local what = facts.measure == "days" and "cases" or facts.denominator and "denominator" or "numerator"
  local title = "References behind the " .. what
  list_lines(add, title .. sample, facts.behind, line)
end

local function change_lines(add, facts)
  if not facts.behind then return end
  local changes = {}
  for _, d in ipairs(facts.behind) do
    for _, version in ipairs(d.history) do changes[#changes + 1] = ("  %s  %s"):format(d.reference, history.line(version)) end
  end
  list_lines(add, "Corrections since", changes, function(line) return line end)
  changes = {}
  for _, d in ipairs(facts.formerly) do
    for _, version in ipairs(d.history) do changes[#changes + 1] = ("  %s  %s"):format(d.reference, history.line(version)) end
  end
  if #changes > 0 then
    list_lines(add, "Corrections of decisions that were counted and are no longer", changes, function(line) return line end)
  end
  list_lines(add, "Withdrawn, and so not counted", facts.withdrawn, function(d)
    local withdrawal = d.history:withdrawal() or {}
    return ("%s  withdrawn %s; reason: %s"):format(record_line(d, facts):gsub("in the numerator", "would be in the numerator"),
      withdrawal.at or "", withdrawal.reason or "not recorded")
  end)
end

local function source_lines(add, facts)
  for _, source in ipairs(facts.sources or {}) do
    local place = source.file and source.line and ("%s:%d"):format(source.file, source.line) or source.file or "not recorded"
    if source.what == "residents" then add("Residents: " .. place)
    elseif source.what == "published" then
      add(("Published: %s%s"):format(place, source.text and ", source " .. source.text or ""))
    else add(("Source of %s: %s"):format(counted(source.records, source.what:gsub("s$", ""), source.what), place)) end
  end
end

--------------------------------------------------------------------------------

local function figure_lines(add, facts)
  local f = facts.figure
  add(("%s (%s), %s, year ending %s"):format(f.label, f.name, f.authority and tostring(f.authority) or "all authorities",
    f.year.ends))
  add(tostring(f))
  if f.late then add(("Of the numerator, late: %d"):format(f.late)) end
  if f.reason then add("Reason: " .. (REASONS[f.reason] or f.reason)) end
  if f.rounded_to then add(("Counts: rounded to multiples of %d"):format(f.rounded_to)) end
  add("Definition: " .. (f.definition or ""))
  add(defined_line(facts.indicator))
  add(("Clock: %s, %s to %s"):format(CLOCKS[facts.indicator.clock or "decided"], f.year.starts, f.year.ends))
  if f.year.boundaries == "as it is now" then
    local parts = {}
    for i, part in ipairs(f.authority and f.authority.predecessors or {}) do parts[i] = tostring(part) end
    add("Boundaries: as they are now" .. (#parts > 0 and ", with the cases of " .. table.concat(parts, ", ") or ""))
  else
    add "Boundaries: as they were"
  end
  add("Basis: " .. (f.basis and ("%s (%s)"):format(f.basis, BASES[f.basis]) or "none"))
  add(rounding_line(facts))
  add(quartile_line(facts))
  threshold_lines(add, facts)
  add(interval_line(facts))
end

--- The text of figure:why().
---@param f upheld.Figure
---@return string
function why.text(f)
  local facts = require("upheld.why.facts").of(f)
  local lines = {}
  local function add(line)
    if line then lines[#lines + 1] = line end
  end
  figure_lines(add, facts)
  if f.authority then
    peers_lines(add, facts)
    reference_lines(add, facts)
    change_lines(add, facts)
    source_lines(add, facts)
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The JSON of figure:why { format = "json" }.
---@param f upheld.Figure
---@return string
function why.json(f)
  local clock = CLOCKS[f.year.scheme.indicators[f.name].clock or "decided"]
  return require("upheld.why.json").text(require("upheld.why.facts").of(f), clock)
end

return why
