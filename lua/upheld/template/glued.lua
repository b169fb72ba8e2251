-- template/glued.lua: numbers of a rendered text beside what stands next to them: each may be right and the two together wrong.
-- Owns: that a printed number begins and ends where its value does, that only a rate has a per cent sign typed after it, and that no
-- "not" typed before a claim turns it round.
-- Must not: know where a number comes from (marks.lua), change a text.

local claims = require "upheld.claims"
local fault = require "upheld.fault"
local language = require "upheld.language"

local glued = {}

-- Fields that a per cent sign may be typed after.
local RATES = { percent = true, value = true, rate = true, as_published = true, literal = true,
  lower_quartile = true, upper_quartile = true }

-- The text as it will be read, and where each value begins in it.
local function flat_of(rendered)
  local parts, begins, at = {}, {}, 1
  for i, piece in ipairs(rendered.pieces) do
    local number = piece:match("^\2(%d+)\3$")
    if number then
      local value = rendered.values[math.tointeger(tonumber(number))]
      begins[#begins + 1] = { value = value, at = at, index = rendered.pieces_from[i] }
      piece = value.text or value.lines and table.concat(value.lines, "\n") or "\n"
    end
    parts[i], at = piece, at + #piece
  end
  return table.concat(parts), begins
end

local function is_digit(byte) return byte ~= nil and byte >= 48 and byte <= 57 end

-- Past marks of emphasis and backslashes, which nobody reads.
local function seen(text, i, step)
  while text:byte(i) == 42 or text:byte(i) == 92 do i = i + step end
  return i
end

local function before(text, i)
  i = seen(text, i - 1, -1)
  local byte = text:byte(i)
  if is_digit(byte) then return "touches" end
  if (byte == 46 or byte == 44) and is_digit(text:byte(seen(text, i - 1, -1))) then return "touches" end
  local minus = byte == 45 and i or text:sub(math.max(1, i - 2), i) == "\u{2212}" and i - 2
  if minus and not text:find("^[%w)\128-\255]", minus - 1) then return "sign" end
  return nil
end

local function after(text, i, mark, own)
  i = seen(text, i, 1)
  local byte = text:byte(i)
  if is_digit(byte) or (byte == 46 or byte == 44) and is_digit(text:byte(seen(text, i + 1, 1))) then return "touches" end
  if own:byte(-1) == 37 or RATES[mark.field] then return nil end
  return (text:find("^[ \n]?%%", i) or text:find("^[ \n]per[ \n]?cent%f[%A]", i)) and "percentage" or nil
end

local MESSAGES = {
  touches = { "glued-number", 'the number %s touches another: "%s"', "let a word or a blank stand between them" },
  sign = { "typed-sign", 'the sign before the number %s is typed by hand: "%s"', "print a difference, which has its own" },
  percentage = { "no-percentage", 'the number %s is no percentage: "%s"', "print rate(...), or a difference by points(...)" },
}

local function tell(kind, found, text, from)
  local message = MESSAGES[kind]
  local shown = text:sub(math.max(1, found.from - 8), found.to + 14):gsub("%s+", " ")
  shown = shown:gsub("^[\128-\191]+", ""):gsub("[\192-\247][\128-\191]*$", "")
  return fault.new { code = message[1], message = message[2]:format(text:sub(found.from, found.to), shown), hint = message[3],
    file = from.file, line = from.line, value = from.source }
end

-- The word among the three before a value, in its clause, that turns round what is claimed in it. "not only" turns nothing round.
local function negation_before(text, at, negations)
  local clause = language.folded(text:sub(math.max(1, at - 60), at - 1)):gsub("\u{2019}", "'"):match("[^.,;:!?]*$")
  local said = {}
  for word in clause:gmatch("[%a']+") do said[#said + 1] = word end
  for i = #said, math.max(1, #said - 2), -1 do
    if negations[said[i]] and said[i + 1] ~= "only" and said[i + 1] ~= "just" then return said[i] end
  end
  return nil
end

local function negated(here, text, rendered, spoken, list)
  local own, negations = here.value.text, spoken.claims.negations
  if not own or not negations then return end
  local claim = claims.of(own, false, spoken)[1]
  local word = claim and negation_before(text, here.at, negations)
  if not word then return end
  local from = rendered.origins[here.index]
  list[#list + 1] = fault.new { code = "negated-claim", file = from.file, line = from.line, value = from.source,
    message = ('"%s" before the claim "%s" turns it round'):format(word, claim.word),
    hint = "put the sentence in an {% if %} on the figure, or declare it: literal" }
end

--- What is wrong where numbers and their neighbours meet.
---@param rendered upheld.Rendered
---@param spoken upheld.Language
---@return upheld.Fault[]
function glued.faults(rendered, spoken)
  local list, text, begins = {}, flat_of(rendered)
  for _, here in ipairs(begins) do
    negated(here, text, rendered, spoken, list)
    local marks = here.value.text and here.value.marks
    local first, last = marks and marks[1], marks and marks[#marks]
    if first then
      local own, kind, mark = here.value.text, nil, first
      if first.from == 1 and not first.said then kind = before(text, here.at) end
      if not kind and last.to == #own and not last.said then kind, mark = after(text, here.at + last.to, last, own), last end
      if kind then
        local place = { from = here.at + mark.from - 1, to = here.at + mark.to - 1 }
        list[#list + 1] = tell(kind, place, text, rendered.origins[here.index])
      end
    end
  end
  return list
end

return glued
