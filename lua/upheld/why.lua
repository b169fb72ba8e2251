--- Why a figure is what it is, as text.
-- Owns: the order and wording of that text. Every number in it comes from the figure or the core.

local core = require "upheld.core"

local why = {}

local CLOCKS = {
  received = "date received",
  decided = "date decided",
  compliance = "date the compliance outcome was recorded, else its due date",
}
local REASONS = {
  ["not-recorded"] = "unknown: what it needs is not recorded for this authority and year (unknown is not zero)",
  ["counts-disagree"] = "unknown: the published counts cannot all be right",
}
local BASES = {
  records = "counted from complete decision records",
  published = "from published counts",
  derived = "from the published denominator and per cent: exactly one numerator fits them",
}
local MOST = 200 -- references printed for one list; the rest are counted

local function share(value)
  return core.number(value, 3)
end

local function interval_line(f, per)
  local low, high = f:interval()
  if not low then return nil end
  if f.unit == "days" then
    return ("95%% interval (order statistics): %s to %s days"):format(core.number(low, 0), core.number(high, 0))
  end
  if per == 100 then return ("95%% interval (Wilson score), as proportions: %s to %s"):format(share(low), share(high)) end
  return ("95%% interval (Byar): %s to %s"):format(core.number(low, 1), core.number(high, 1))
end

local function rounding_line(f, per, decimals)
  if not f.percent and not f.value then return nil end
  if f.unit == "days" then
    return ("Quartiles (Hyndman and Fan 1996, type 7), half up to %d decimals: %s, median %s, %s days"):format(decimals,
      f.lower_quartile, f.value, f.upper_quartile)
  end
  local shown = f.percent and f.percent .. "%" or f.value
  return ("Rounding: %d x %d / %d, half up from the integers to %s: %s%s"):format(per, f.numerator, f.denominator,
    decimals == 0 and "a whole number" or decimals == 1 and "one decimal" or decimals .. " decimals", shown,
    f.rounded_to_bound and " (rounded to the bound: not all, or not none)" or "")
end

local function peers_lines(add, f)
  local p = f:peers()
  if not p then
    add "Peers: none (averages are made for the types that have peers only)"
    return
  end
  local rate = p.percent and p.percent .. "%" or p.value or "none"
  local counts = p.numerator and (" (%d of %d)"):format(p.numerator, p.denominator) or ""
  add(("Peers: %s%s, %s average of the type %s, the authority %s it"):format(rate, counts, p.average, f.authority.peer_type,
    p.include_self and "in" or "not in"))
  add(("  %d of %d authorities in it, %d with nothing in the denominator, %d not known"):format(p.authorities, p.of,
    p.without_rate, p.unknown))
  if p.as_published then add(("  as published: %s"):format(tostring(p.as_published))) end
  local class, reason = f:class()
  add(class and ("Class against the peers without the authority (exact binomial tail): %s"):format(class)
    or ("Class: none (%s)"):format(reason))
end

local function list_lines(add, title, list, marked)
  add(("%s: %d"):format(title, #list))
  for i = 1, math.min(#list, MOST) do
    local d = list[i]
    local parts = { "  " .. d.reference, d.decided_date or "open", d.outcome or "outcome not recorded" }
    if d.remedied_before then parts[#parts + 1] = "remedied before" end
    if d.compliance_outcome then
      local day = d.compliance_date or d.compliance_due_date
      parts[#parts + 1] = d.compliance_outcome .. (day and " " .. day or "")
    end
    if marked[d.reference] then parts[#parts + 1] = "in the numerator" end
    parts[#parts + 1] = ("%s:%d"):format(d.file, d.line)
    if d.url then parts[#parts + 1] = d.url end
    add(table.concat(parts, "  "))
  end
  if #list > MOST then add(("  and %d more"):format(#list - MOST)) end
end

-- The decisions of a part, each with the path of its file.
local function behind(f, part)
  local list, paths, handle = {}, {}, f.year.book.handle
  for d in f:decisions { part = part } do
    paths[d.import] = paths[d.import] or handle:import_path(d.import)
    d.file = paths[d.import]
    list[#list + 1] = d
  end
  return list
end

local function references(add, f, indicator)
  if not f.year.book.handle then
    add "References: read straight from files; a register keeps them"
    return
  end
  if f.year.disclosure then
    add "References: not listed, since small counts of this year are hidden"
    return
  end
  if f.unit == "days" then -- no part of the cases is picked out
    list_lines(add, "References behind the cases", behind(f, "denominator"), {})
    return
  end
  local numerator = behind(f, "numerator")
  local all = indicator.denominator.residents and numerator or behind(f, "denominator")
  local sample = (all[1] or {}).sample and " in the register's samples (drill-down only, never counted)" or ""
  local marked = {}
  if indicator.denominator.residents then
    list_lines(add, "References behind the numerator" .. sample, all, marked)
    return
  end
  for _, d in ipairs(numerator) do marked[d.reference] = true end
  add(("References behind the numerator%s: %d"):format(sample, #numerator))
  list_lines(add, "References behind the denominator" .. sample, all, marked)
end

--- The text of figure:why().
---@param f upheld.Figure
---@return string
function why.text(f)
  local indicator = f.year.scheme.indicators[f.name]
  local lines = {}
  local function add(line)
    if line then lines[#lines + 1] = line end
  end
  local place = f.authority and tostring(f.authority) or "all authorities"
  add(("%s (%s), %s, year ending %s"):format(f.label, f.name, place, f.year.ends))
  add(tostring(f))
  if f.late then add(("Of the numerator, late: %d"):format(f.late)) end
  if f.reason then add("Reason: " .. (REASONS[f.reason] or f.reason)) end
  add("Definition: " .. (f.definition or ""))
  add(("Clock: %s, %s to %s"):format(CLOCKS[indicator.clock or "decided"], f.year.starts, f.year.ends))
  add("Basis: " .. (f.basis and ("%s (%s)"):format(f.basis, BASES[f.basis]) or "none"))
  add(rounding_line(f, indicator.per or 100, indicator.decimals or 0))
  if f.authority then
    add(interval_line(f, indicator.per or 100))
    peers_lines(add, f)
    references(add, f, indicator)
  end
  return table.concat(lines, "\n") .. "\n"
end

return why
