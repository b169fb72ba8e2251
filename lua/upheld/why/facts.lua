--- What figure:why() tells, gathered: peers and their names, method, the records behind the figure with their sources and
-- histories, and what was withdrawn.
-- Owns: what belongs to the evidence of a figure. It puts nothing into words and computes nothing.

local histories = require "upheld.history"

local facts = {}

---@class upheld.WhyRecord: table   a decision's fields, and
---@field part "numerator"|"denominator"|nil   of a withdrawn one: where it would have counted
---@field history upheld.History

-- Kind of rate: each has its own interval and test.
local function measure_of(indicator)
  if indicator.median_days then return "days" end
  return indicator.denominator.residents and "residents" or "share"
end

-- One decision among those of the authority and of the parts that are counted with it.
local function key_of(d)
  return d.reference .. " " .. d.authority_code
end

-- The authority, and those that are counted with it.
local function parts_of(f)
  local list = f.authority.predecessors
  table.insert(list, 1, f.authority)
  return list
end

-- The index of the part that a decision is about.
local function index_of(f, code)
  if f.authority.code == code then return f.authority.index end
  for _, part in ipairs(f.authority.predecessors) do
    if part.code == code then return part.index end
  end
end

-- A decision with its sources and its history.
local function with_sources(f, d, in_numerator)
  local handle, evidence = f.year.book.handle, f.year.evidence
  local raw, err = handle:history(evidence, d.reference, index_of(f, d.authority_code))
  if not raw then error(err, 0) end
  local history = histories.new(raw)
  d.file, d.line = history.file, history.line
  d.compliance_file, d.compliance_line = history.compliance_file, history.compliance_line
  if not d.file then d.file, d.line = d.compliance_file, d.compliance_line end -- an older case: only its outcome is here
  d.in_numerator = in_numerator
  d.history = history
  return d
end

-- The decisions of a part as a list, and by key; samples where the figure was published.
local function part_of(f, part)
  local list, by_reference = {}, {}
  for d in f:decisions { part = part } do
    list[#list + 1] = d
    by_reference[key_of(d)] = d
  end
  return list, by_reference
end

-- Withdrawn decisions that the figure would have counted.
local function withdrawn_of(f, measure)
  local function select(numerator)
    local all = {}
    for _, a in ipairs(parts_of(f)) do
      local list, err = f.year.book.handle:decisions(f.year.evidence, { authority = a.index, year = f.year.year,
        indicator = f.name, numerator = numerator, withdrawn = true })
      if not list then error(err, 0) end
      table.move(list, 1, #list, #all + 1, all)
    end
    return all
  end
  local counted = {}
  if measure ~= "days" then
    for _, d in ipairs(select(true)) do counted[key_of(d)] = true end
  end
  local list = select(false)
  for _, d in ipairs(list) do with_sources(f, d, counted[key_of(d)] or false) end
  return list
end

-- Decisions that an earlier version would have counted in the figure, and that what stands does not: corrected out of it.
local function formerly_of(out)
  local f, list = out.figure, {}
  local handle, evidence = f.year.book.handle, f.year.evidence
  local inside = {}
  for _, known in ipairs { out.behind, out.withdrawn } do
    for _, d in ipairs(known) do inside[key_of(d)] = true end
  end
  for _, a in ipairs(parts_of(f)) do
    local text, err = handle:formerly(evidence, { authority = a.index, year = f.year.year, indicator = f.name })
    if not text then error(err, 0) end
    for key in text:gmatch "%d+" do
      local d = { reference = handle:spelt(evidence, math.tointeger(tonumber(key))), authority_code = a.code }
      if not inside[key_of(d)] then
        local raw
        raw, err = handle:history(evidence, d.reference, a.index)
        if not raw then error(err, 0) end
        d.history = histories.new(raw)
        list[#list + 1] = d
      end
    end
  end
  return list
end

-- The records behind the figure.
local function records(out)
  local f = out.figure
  local numerator = {}
  if out.measure ~= "days" then out.numerator, numerator = part_of(f, "numerator") end
  if out.measure ~= "residents" then out.denominator = part_of(f, "denominator") end
  out.behind = out.denominator or out.numerator
  local inside = {}
  for _, d in ipairs(out.behind) do
    with_sources(f, d, numerator[key_of(d)] ~= nil)
    inside[key_of(d)] = d
  end
  for i, d in ipairs(out.numerator or {}) do out.numerator[i] = inside[key_of(d)] or with_sources(f, d, true) end
  out.sample = (out.behind[1] or {}).sample or false
  out.withdrawn = withdrawn_of(f, out.measure)
  out.formerly = formerly_of(out)
end

-- Where residents, published values and records came from: { what, file, line, text } and { what, file, records }.
local function sources(out)
  local f, list = out.figure, {}
  local handle, year = f.year.book.handle, f.year.year
  local function rows(what, name, text)
    for _, a in ipairs(parts_of(f)) do
      local found, err = handle:sources(what, a.id, year)
      if not found then error(err, 0) end
      for _, row in ipairs(found) do
        list[#list + 1] = { what = name, file = row.file, line = row.line, text = text and text(a.id) }
      end
    end
  end
  if out.measure == "residents" then rows("population", "residents") end
  if f.basis == "published" or f.basis == "derived" then
    rows("published", "published", function(id)
      local text, err = handle:published_source(id, year)
      if err then error(err, 0) end
      return text
    end)
  end
  local at = {}
  for _, d in ipairs(out.behind) do
    local file = f.year.scheme.indicators[f.name].clock == "compliance" and d.compliance_file or d.file
    if file and not at[file] then
      list[#list + 1] = { what = d.sample and "sample records" or "records", file = file, records = 0 }
      at[file] = list[#list]
    end
    if file then at[file].records = at[file].records + 1 end
  end
  return list
end

-- Peers, class and difference, as they stand by default: pooled, of the type.
local function beside(out)
  local f = out.figure
  out.peers = f:peers()
  out.members = out.peers and out.peers:members()
  out.class, out.class_reason = f:class()
  if out.class then out.standing = f:standing() end
  local text, low, high = f:difference()
  if text then out.difference = { text = text, low = low, high = high }
  else out.difference_reason = low end
end

--- Everything about a figure. Raises what the register says when it fails.
---@param f upheld.Figure
---@return table facts   figure, indicator, measure, low, high, peers, members, class ...; numerator, denominator, behind, withdrawn
---   (lists of upheld.WhyRecord; absent without a register, or for totals) and sources
function facts.of(f)
  local indicator = f.year.scheme.indicators[f.name]
  local out = { figure = f, indicator = indicator, measure = measure_of(indicator) }
  local low, high = f:interval()
  if low then out.low, out.high = low, high end
  if not f.authority then return out end
  beside(out)
  out.hidden = f.year.disclosure ~= nil -- single decisions would give hidden counts back
  if f.year.book.handle and not out.hidden then
    records(out)
    out.sources = sources(out)
  end
  return out
end

return facts
