-- sides.lua: one letter in two languages: two wordings, each with its facts, made into one letter.
-- Owns: the rule that both languages print the same figures, facts and dates, each as often as the other, and that facts which are
-- numbers or dates are the same in both; one count of numbers through both.
-- Must not: know what a letter says; make or compare rates.

local fault = require "upheld.fault"
local trace = require "upheld.trace"
local wording = require "upheld.wording"
local words = require "upheld.words"

local sides = {}

local MOST = 2

--------------------------------------------------------------------------------
-- What was asked for

-- One of a list given beside the wordings, or what was given for all.
local function each_of(given, count, i, name)
  if type(given) ~= "table" or given[1] == nil then return given end
  if #given ~= count then
    error(("letters: %s is to be one or as many as there are wordings, not %d for %d"):format(name, #given, count), 5)
  end
  return given[i]
end

--- The wordings that were asked for, each with its facts and notice. Raises on misuse.
---@param opts table   of letters.build
---@return { wording: any, facts: any, notice: any }[]
function sides.asked(opts)
  local list = opts.wording
  if type(list) ~= "table" or wording.is(list) then list = { list } end
  if #list > MOST then error("letters: wording is to be one, or two in two languages", 4) end
  local versions = {}
  for i = 1, math.max(1, #list) do
    versions[i] = { wording = list[i], facts = each_of(opts.facts, #list, i, "facts"),
      notice = each_of(opts.notice, #list, i, "notice") }
  end
  return versions
end

-- Facts that are no words of a language must be the same in both.
local function facts_fault(a, b)
  local names = {}
  for name in pairs(a.given) do
    if b.given[name] ~= nil then names[#names + 1] = name end
  end
  table.sort(names)
  local faults = {}
  for _, name in ipairs(names) do
    local one, other = a.given[name], b.given[name]
    local plain = math.type(one) == "integer" or math.type(other) == "integer" or words.parse_date(one) or words.parse_date(other)
    if plain and one ~= other then
      faults[#faults + 1] = fault.new { code = "facts-differ", value = name,
        message = ('the fact "%s" is %s in %s and %s in %s'):format(name, tostring(one), a.wording.spoken.name, tostring(other),
          b.wording.spoken.name), hint = "a fact that is a number or a date is the same in both languages" }
    end
  end
  return #faults > 0 and fault.all(faults, words.counted(#faults, "fault")) or nil
end

--- What is wrong with two batches side by side before a letter is made; nil for nothing.
---@param batches table[]   wording, given (the facts)
---@return upheld.Fault?
function sides.check(batches)
  local a, b = batches[1], batches[2]
  if not b then return nil end
  if a.wording.spoken == b.wording.spoken then
    return fault.new { code = "same-language", value = b.wording.language, file = b.wording.path,
      message = ("both wordings are in %s (%s and %s)"):format(a.wording.spoken.name, a.wording.language, b.wording.language),
      hint = 'each wording names its own: language = "cy"' }
  end
  return facts_fault(a, b)
end

--------------------------------------------------------------------------------
-- The same figures

local FIELDS = {
  figure = { "numerator", "denominator", "late", "percent", "value" },
  series = { "numerator", "denominator", "late", "percent", "value" },
  peers = { "numerator", "denominator", "percent", "value", "authorities", "of", "as_published" },
}

-- A field of a figure, its peers or an entry as it would be printed; nil where it has none.
local function field_text(real, name)
  local ok, value = pcall(function() return real[name] end) -- strict ones raise for what they do not know
  if not ok or value == nil then return nil end
  if math.type(value) == "integer" then return ("%d"):format(value) end
  return type(value) == "string" and value or nil
end

-- What a number is: where several fields of one figure are equal ("6 of 6") each stands for all, since which of them was read
-- last says nothing of the sentence.
local function field_of(mark)
  local real, equal = mark.source.real, {}
  for _, name in ipairs(FIELDS[mark.source.kind]) do
    if field_text(real, name) == mark.value then equal[#equal + 1] = name end
  end
  local numerator, denominator = field_text(real, "numerator"), field_text(real, "denominator")
  if numerator and denominator and ("%d"):format(denominator - numerator) == mark.value then equal[#equal + 1] = "remainder" end
  return #equal > 0 and table.concat(equal, " or ") or mark.field
end

-- What a number is that both languages are to print, as a key and in words; nil for a declared one and for one of a drawing's own text.
-- figure: words may stand for it that have no number in them ("both").
local function what_of(mark)
  local source = mark.source
  local figure = trace.figure_of(source)
  local name = figure and figure.name or source.kind == "series" and source.name
  if name then
    local peers = source.kind == "peers" and "peers' " or ""
    local year = source.kind == "series" and (" of %d"):format(source.real.year) or ""
    local what = ("%s%s, %s%s"):format(name, year, peers, field_of(mark))
    return what, what, true
  elseif source.kind == "literal" then
    return nil
  elseif source.operands then
    local parts = {}
    for i, one in ipairs(source.operands) do
      parts[i] = ("%s%s.%s"):format(i == 1 and one.sign > 0 and "" or one.sign > 0 and "+ " or "- ", one.source.path, one.field)
    end
    local what = table.concat(parts, " ")
    return what, what
  end
  local what = ("%s.%s"):format(source.path, mark.field)
  return what, what
end

-- What a letter prints: by key how often in digits and in words, and one number to point at.
local function printed(letter)
  local list, order = {}, {}
  for _, n in ipairs(letter.origin.numbers) do
    local key, what, figure = what_of(n.mark)
    if key then
      key = key .. "\0" .. n.mark.value
      local one = list[key]
      if not one then
        one = { digits = 0, words = 0, number = n, what = what, figure = figure }
        list[key], order[#order + 1] = one, key
      end
      local how = n.mark.said and "words" or "digits"
      one[how] = one[how] + 1
    end
  end
  return list, order
end

local function times(n) return n == 1 and "once" or n == 2 and "twice" or ("%d times"):format(n) end

-- Faults for what one letter prints in digits and the other neither in digits nor in words. Words of a figure may stand on one side
-- alone: "both" has no number in it, "y ddwy" has. What is no figure's is printed by both in either way.
local function missing(from, to, from_side, to_side, add)
  local list, order = printed(from)
  local others = printed(to)
  for _, key in ipairs(order) do
    local here, there = list[key], others[key] or { digits = 0, words = 0 }
    if here.digits + (here.figure and 0 or here.words) > there.digits + there.words then
      local n = here.number
      local shown = there.digits + there.words == 0 and "not at all" or times(there.digits + there.words)
      add(fault.new { code = "figures-differ", value = n.mark.value, letter = from.code, file = n.from.file, line = n.from.line,
        message = ("the letter in %s prints %s (%s) %s, the one in %s %s"):format(from_side.name, n.text, here.what,
          times(here.figure and here.digits or here.digits + here.words), to_side.name, shown),
        hint = here.figure and "both languages print the same figures" or "both languages print the same facts and dates" })
    end
  end
end

--------------------------------------------------------------------------------
-- The joined letters

local function joined(letters, batches)
  local a, b = letters[1], letters[2]
  local numbers, offset = {}, #a.origin.numbers
  for i, letter in ipairs(letters) do
    for _, n in ipairs(letter.origin.numbers) do
      if i > 1 then n.mark.number = n.mark.number + offset end
      numbers[#numbers + 1] = { mark = n.mark, text = n.text, part = n.part, from = n.from,
        language = batches[i].wording.language }
    end
  end
  local list = {}
  for i, letter in ipairs(letters) do
    list[i] = { document = letter.origin.documents.body, options = letter.origin.options, own = batches[i].wording.spoken.own }
  end
  local title, taken = a.title .. " / " .. b.title, {}
  for _, letter in ipairs(letters) do table.move(letter.origin.taken, 1, #letter.origin.taken, #taken + 1, taken) end
  return {
    code = a.code, name = a.name, title = title,
    origin = { council = a.origin.council, date = a.origin.date, year = a.origin.year,
      options = { title = title, language = a.origin.options.language },
      wording = a.origin.wording .. " / " .. b.origin.wording, references = a.origin.references, numbers = numbers, sides = list,
      languages = { batches[1].wording.language, batches[2].wording.language },
      taken = taken },
  }
end

--- Renders two batches and joins their letters: a list of letters with notes, or nil and every fault of both.
---@param batches table[]   two
---@param count integer     how many authorities
---@param render fun(batch: table): table?, upheld.Fault?   the letters of one batch
---@return table[]? letters, upheld.Fault? err
function sides.join(batches, count, render)
  local lists, faults, made = {}, {}, { notes = {} }
  local function add(one) faults[#faults + 1] = one end
  for i, batch in ipairs(batches) do
    batch.prefix = i > 1 and batch.wording.language .. "-" or nil
    local list, err = render(batch)
    if list then
      for _, note in ipairs(list.notes) do made.notes[#made.notes + 1] = note end
    else
      for _, one in ipairs(err.faults) do add(one) end
    end
    lists[i] = list
  end
  local first, second = batches[1].wording.spoken, batches[2].wording.spoken
  for i = 1, #faults == 0 and #lists[1] or 0 do
    local a, b = lists[1][i], lists[2][i]
    missing(a, b, first, second, add)
    missing(b, a, second, first, add)
    made[i] = joined({ a, b }, batches)
  end
  if #faults == 0 then return made end
  return nil, fault.all(faults, ("%s, %s: no letter can be used"):format(words.counted(count, "letter"),
    words.counted(#faults, "fault")))
end

return sides
