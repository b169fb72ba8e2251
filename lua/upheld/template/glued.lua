-- template/glued.lua: values of a rendered text beside what stands next to them: each may be right and the two together wrong.
-- Owns: that a printed number begins and ends where its value does; that a rate, and only a rate, is followed by a per cent
-- sign or its
-- words, wherever these come from; that a figure's number has no "more than" before it which is not so, and that a part comes
-- before its
-- whole; and that no claim is turned round in its clause (template/turned.lua) or put together of pieces.
-- Must not: know where a number comes from (marks.lua), change a text.
--
-- The text is put together as it will be read, with all its numbers in order. What stands after and before a number is looked
-- at once
-- for each wording of it and kept, for in a batch of letters it is the same again and again.

local fault = require "upheld.fault"
local joined = require "upheld.template.joined"
local kept = require "upheld.kept"
local language = require "upheld.language"
local turned = require "upheld.template.turned"

local glued = {}

local TAIL, HEAD, NEAREST = 40, 24, 12 -- bytes that are looked at
local NEAR = "^[*\\]*[ \n\194\160]*[*\\]*[%w%%.,\128-\255]*" -- a blank and a word, with marks of emphasis
local BEFORE = "[%w.,\128-\255-]*[ \n*\\]*$"

--------------------------------------------------------------------------------
-- The text as it will be read

-- A value as the text has it; a bar of its own is no table's.
local function text_of(value)
  local text = value.text or value.lines and table.concat(value.lines, "\n") or "\n"
  return text:find("|", 1, true) and text:gsub("|", "/") or text
end

local function add_marks(all, here, marks, offset)
  for _, mark in ipairs(marks or {}) do
    all[#all + 1] = { mark = mark, from = offset + mark.from, to = offset + mark.to, here = here }
  end
end

-- The text, each value with its bytes in it, and all numbers.
local function flat_of(rendered)
  local parts, values, all, at = {}, {}, {}, 1
  for i, piece in ipairs(rendered.pieces) do
    local number = piece:match("^\2(%d+)\3$")
    if number then
      local value = rendered.values[math.tointeger(tonumber(number))]
      piece = text_of(value)
      local here = { value = value, from = at, to = at + #piece - 1, index = rendered.pieces_from[i] }
      values[#values + 1] = here
      if value.text then
        add_marks(all, here, value.marks, at - 1)
      elseif value.lines then
        local offset = at - 1
        for k, line in ipairs(value.lines) do
          add_marks(all, here, value.marks_of and value.marks_of[k], offset)
          offset = offset + #line + 1
        end
      end
    end
    parts[i], at = piece, at + #piece
  end
  return table.concat(parts), values, all
end

-- Without marks of emphasis and backslashes, which nobody reads, and with single blanks.
local function read_as(text)
  return (text:gsub("[*\\]", ""):gsub("\194\160", " "):gsub("%s+", " "))
end

--------------------------------------------------------------------------------
-- What stands after a number, and before it

local function begins_with(text, phrases)
  for _, phrase in ipairs(phrases or {}) do
    if text:sub(1, #phrase) == phrase and not text:find("^[%w]", #phrase + 1) then return true end
  end
  return false
end

local function ends_with(text, phrases)
  for _, phrase in ipairs(phrases or {}) do
    if text:sub(-#phrase) == phrase and (#text == #phrase or not text:sub(-#phrase - 1,
      -#phrase - 1):find("%w")) then return true end
  end
  return false
end

-- The first or last word of each phrase of these lists.
local function edge_words(pattern, ...)
  local made = {}
  for i = 1, select("#", ...) do
    for _, phrase in ipairs((select(i, ...)) or {}) do made[phrase:match(pattern)] = true end
  end
  return made
end

-- By what stands directly after a number, up to the end of a word. `perhaps`: a phrase may stand there, to be looked at in full.
local function nears_of(spoken)
  local beside = spoken.beside or {}
  local first = edge_words("^%S+", beside.per_cent, beside.of_hundred, beside.points)
  return kept.table_of(function(near)
    local text = read_as(near)
    local suffix = text:match("^[%a\128-\255]+")
    local word = language.folded(text):match("^ ?([^ ]*)")
    return {
      touches = text:find("^%d") ~= nil or text:find("^[.,]%d") ~= nil,
      letter = text:find("^%a") ~= nil or text:find("^[\195-\197][\128-\191]") ~= nil,
      ordinal = suffix ~= nil and beside.ordinal ~= nil and beside.ordinal[suffix] == true,
      per_cent = text:find("^ ?%%") ~= nil, perhaps = first[word:match("^%a*")] == true,
    }
  end)
end

-- What the words after a number say of it.
local function words_after(text, at, spoken)
  local beside = spoken.beside or {}
  local words = language.folded(read_as(text:sub(at, at + TAIL))):gsub("^ ", "")
  return { per_cent = begins_with(words, beside.per_cent), of_hundred = begins_with(words, beside.of_hundred),
    points = begins_with(words, beside.points) }
end

-- By what stands directly before a number, from the beginning of a word.
local function heads_of(spoken)
  local beside = spoken.beside or {}
  local last = edge_words("%S+$", beside.more, beside.less)
  return kept.table_of(function(head)
    local text = read_as(head)
    local minus = text:match("^(.-)%-$") or text:match("^(.-)\u{2212}$")
    return {
      touches = text:find("%d$") ~= nil or text:find("%d[.,]$") ~= nil,
      letter = text:find("%a$") ~= nil or text:find("[\195-\197][\128-\191]$") ~= nil,
      sign = minus ~= nil and not minus:find("[%w)\128-\255]$"),
      perhaps = last[language.folded(text):match("([^ ]*) ?$")] == true,
    }
  end)
end

-- Whether the words before a number say that there is more, or less: more, less.
local function bound_before(text, at, spoken)
  local beside = spoken.beside or {}
  local words = language.folded(read_as(text:sub(math.max(1, at - HEAD), at - 1))):gsub(" $", "")
  if ends_with(words, beside.neither) then return false, false end
  return ends_with(words, beside.more), ends_with(words, beside.less)
end

local known = setmetatable({}, { __mode = "k" })

local function known_of(spoken)
  if not known[spoken] then known[spoken] = { nears = nears_of(spoken), heads = heads_of(spoken) } end
  return known[spoken]
end

--------------------------------------------------------------------------------
-- What a number is

local PERCENTAGES = { percent = true, as_published = true }
local PERHAPS = { value = true, rate = true, lower_quartile = true,
  upper_quartile = true } -- of a rate per residents, or of days, none
local DIFFERENCES = { difference = true, text = true }
local COUNTS = { numerator = true, denominator = true, late = true, remainder = true, authorities = true, of = true,
  without_rate = true }
local EXACT = { numerator = true, denominator = true, late = true, remainder = true, percent = true, rate = true }

local function field_of(real, key)
  local ok, found = pcall(function() return real[key] end)
  return ok and found or nil
end

-- Whether the object that a number was read from has the same number in one of these fields: of 50% and 50 of 100 nobody knows which
-- was meant, and either is true.
local function is_too(mark, ...)
  local real, n = mark.source.real, math.tointeger(tonumber(mark.value))
  if real == nil or not n then return false end
  for i = 1, select("#", ...) do
    if field_of(real, (select(i, ...))) == n then return true end
  end
  return false
end

local function is_percentage(mark)
  if PERCENTAGES[mark.field] or is_too(mark, "percent") then return true end
  local real = mark.source.real
  if mark.field == "text" then return true end -- of a figure, as it says itself
  if mark.source.kind == "fact" then
    local fact = real and field_of(real, mark.field)
    return type(fact) == "string" and fact:find(mark.value .. "%", 1, true) ~= nil
  end
  if not PERHAPS[mark.field] or real == nil then return false end
  if field_of(real, "percent") ~= nil then return true end
  local ok, said = pcall(tostring, real)
  return ok and said:find(mark.value .. "%", 1, true) ~= nil
end

-- Whether "more than" or "less than" a number of a figure is so: of its counts never, of a rounded rate by the counts.
local function bound_holds(mark, more)
  local real = mark.source.real
  if mark.field ~= "percent" and mark.field ~= "rate" then return false end
  local x, n, v = field_of(real, "numerator"), field_of(real, "denominator"), math.tointeger(tonumber(mark.value))
  local percent = field_of(real, "percent")
  if percent and v ~= percent then return true end -- "more than 99%", which the helper says of 100%
  if not percent or not x or not n then return false end
  if more then return 100 * x > v * n end
  return 100 * x < v * n
end

--------------------------------------------------------------------------------
-- Faults

local MESSAGES = {
  touches = { "glued-number", 'the number %s touches another: "%s"', "let a word or a blank stand between them" },
  letter = { "glued-number", 'the number %s touches a word: "%s"',
    "let a blank stand between them; an ordinal is printed by ordinal(...)" },
  sign = { "typed-sign", 'the sign before the number %s is typed by hand: "%s"', "print a difference, which has its own" },
  percentage = { "no-percentage", 'the number %s is no percentage: "%s"', "print rate(...), or a difference by points(...)" },
  points = { "no-percentage", 'the number %s is no difference of percentages: "%s"', "print a difference by points(...)" },
  bare = { "bare-percentage", 'the percentage %s has no per cent sign: "%s"',
    "print rate(...), or let the sign or the words follow; in a table the column's heading may have it" },
  twice = { "double-percentage", 'the percentage %s has a sign already: "%s"', "rate(...) prints the sign itself" },
  bound = { "false-bound", 'more or less than %s is not what the figure says: "%s"',
    "the figure's number is exact: print it alone" },
  swapped = { "swapped-counts", 'a part of %s is more than the whole: "%s"', "the numerator stands before the denominator" },
}

local function tell(list, kind, one, text, rendered, to)
  local message = MESSAGES[kind]
  local shown = text:sub(math.max(1, one.from - (kind == "bound" and HEAD or 8)), (to or one.to) + 14):gsub("[%s]+", " ")
  shown = shown:gsub("^[\128-\191]+", ""):gsub("[\192-\247][\128-\191]*$", "")
  local from = rendered.origins[one.here.index]
  list[#list + 1] = fault.new { code = message[1], message = message[2]:format(text:sub(one.from, one.to), shown),
    hint = message[3],
    file = from.file, line = from.line, value = from.source }
end

-- The cells of a row, as the text has them.
local function cells_of(row)
  local cells = {}
  for cell in row:gsub("\\|", "//"):gsub("^ *|", ""):gmatch("([^|]*)|") do cells[#cells + 1] = cell end
  return cells
end

-- Whether a number stands in a table in a column whose heading says per cent.
local function under_heading(text, at, spoken)
  local line = text:sub(1, at):match("[^\n]*$")
  if not line:find("^ *|") then return false end
  local _, column = line:gsub("\\|", "//"):gsub("|", "")
  local heading, before = nil, text:sub(1, at - #line)
  while true do
    local row = before:match("([^\n]*)\n$")
    if not row or not row:find("^ *|") then break end
    heading, before = row, before:sub(1, -#row - 2)
  end
  local cell = heading and cells_of(heading)[column]
  if not cell then return false end
  if cell:find("%", 1, true) then return true end
  for _, words in ipairs(spoken.beside and spoken.beside.per_cent or {}) do
    if language.folded(cell):find("%f[%a]" .. words .. "%f[%A]") then return true end
  end
  return false
end

-- Whether the number is the first of two, and the second has the sign: "between 40 and 60%".
local function is_first_of_two(one, following, text, spoken)
  if not following or not PERCENTAGES[following.mark.field] then return false end
  local between = language.folded(read_as(text:sub(one.to + 1, following.from - 1)))
  if between == "-" or between == "\u{2013}" or between == ", " then return true end
  for _, word in ipairs(spoken.beside and spoken.beside.between or {}) do
    if between == " " .. word .. " " then return true end
  end
  return false
end

local NOTHING = {}

-- What is wrong behind a number, or nil. near: what stands directly behind it
local function behind(one, following, text, near, spoken)
  local mark = one.mark
  local edge = one.to == one.here.to
  if edge and near.touches and not mark.said then return "touches" end
  if mark.field == "literal" then return nil end
  if near.letter and (edge or not near.ordinal) and not mark.said then return "letter" end
  local after = near.perhaps and words_after(text, one.to + 1, spoken) or NOTHING
  local per_cent = near.per_cent or after.per_cent
  if text:byte(one.to) == 37 then
    return not is_percentage(mark) and "percentage" or (per_cent or after.points) and "twice" or nil
  end
  local kind = mark.source.kind
  if after.points and kind ~= "fact" and kind ~= "derived" and not DIFFERENCES[mark.field] then return "points" end
  if per_cent then return not is_percentage(mark) and "percentage" or nil end
  if mark.field ~= "percent" or after.of_hundred or is_first_of_two(one, following, text, spoken) then return nil end
  if is_too(mark, "numerator", "denominator", "late") then return nil end
  return not under_heading(text, one.from, spoken) and "bare" or nil
end

-- What is wrong before a number, or nil.
local function ahead(one, text, head, spoken)
  local mark = one.mark
  if one.from == one.here.from and not mark.said then
    if head.touches then return "touches" end
    if head.letter then return "letter" end
    if head.sign then return "sign" end
  end
  local kind = mark.source.kind
  if not head.perhaps or not EXACT[mark.field] or kind ~= "figure" and kind ~= "series" then return nil end
  local more, less = bound_before(text, one.from, spoken)
  return (more or less) and not bound_holds(mark, more) and "bound" or nil
end

-- Whether a count of a figure stands before a smaller one as if it were a part of it: "10 complaints of 8".
local function is_swapped(one, following, text, spoken)
  local a, b = one.mark, following and following.mark
  if not b or not COUNTS[a.field] or not COUNTS[b.field] or a.source.real == nil or not rawequal(a.source.real,
    b.source.real) then
    return false
  end
  local x, y = math.tointeger(tonumber(a.value)), math.tointeger(tonumber(b.value))
  if not x or not y or x <= y or following.from - one.to > TAIL then return false end
  local between = language.folded(read_as(text:sub(one.to + 1, following.from - 1))):gsub(" $", "")
  if between:find("[.,;:!?()|]") then return false end
  return ends_with(between, spoken.beside and spoken.beside.of) or ends_with(between:gsub(" %a+$", ""), spoken.beside
    and spoken.beside.of)
end

--- What is wrong where numbers and their neighbours meet.
---@param rendered upheld.Rendered
---@param spoken upheld.Language
---@return upheld.Fault[]
function glued.faults(rendered, spoken)
  local list, text, values, all = {}, flat_of(rendered)
  local own = known_of(spoken)
  for i, one in ipairs(all) do
    local following = all[i + 1]
    local head = text:sub(math.max(1, one.from - NEAREST), one.from - 1):match(BEFORE)
    local kind = ahead(one, text, own.heads[head], spoken)
      or behind(one, following, text, own.nears[text:match(NEAR, one.to + 1)], spoken)
    if kind then tell(list, kind, one, text, rendered) end
    if is_swapped(one, following, text, spoken) then tell(list, "swapped", one, text, rendered, following.to) end
  end
  turned.faults(list, text, values, rendered, spoken)
  joined.faults(list, text, values, rendered, spoken)
  return list
end

return glued
