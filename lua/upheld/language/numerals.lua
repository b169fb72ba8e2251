-- language/numerals.lua: numbers in words, where a text says some.
-- Owns: what the numbers of a text are, for every language: its own reader's (en/numerals.lua, cy/numerals.lua), or of a
-- language that has
-- none the forms of its in_words. "one" by itself is none of them: it is said of much that is not counted.
-- Must not: know where a number comes from (marks.lua).

local kept = require "upheld.kept"
local language = require "upheld.language"

local numerals = {}

--- What stands for the number of "two thirds", "twice", "hundreds": it is no whole number, and equals none that was ever read.
numerals.NO_WHOLE = math.mininteger

local LEAST, MOST = 2, 99
local LONGEST = 4 -- words

-- Every form of every number, in small letters.
local function forms_of(spoken)
  local forms = {}
  for n = LEAST, spoken.said and MOST or 0 do
    for _, said in ipairs(spoken.said(n)) do
      local form = language.folded(said)
      forms[form] = forms[form] or n
    end
  end
  return forms
end

local function found_in(folded, forms)
  local list, words = {}, {}
  for from, word, after in folded:gmatch "()([%w-]+)()" do
    words[#words + 1] = { from = from, word = word, to = after - 1 }
  end
  local i = 1
  while i <= #words do
    local length = 0
    for k = math.min(LONGEST, #words - i + 1), 1, -1 do
      local parts = {}
      for j = 1, k do parts[j] = words[i + j - 1].word end
      local n = forms[table.concat(parts, " ")]
      if n then
        list[#list + 1] = { from = words[i].from, to = words[i + k - 1].to, n = n }
        length = k
        break
      end
    end
    i = i + math.max(length, 1)
  end
  return list
end

local NONE = {}

-- What reads a text in a language.
local function reader_of(spoken)
  local read = spoken.numerals
  if not read then
    local forms = forms_of(spoken)
    read = function(folded) return found_in(folded, forms) end
  end
  return function(text)
    if not text:find("[%a\128-\255]") then return NONE end
    local list = read(language.folded(text), text)
    for _, one in ipairs(list) do one.n = one.n or numerals.NO_WHOLE end
    return list
  end
end

local known = setmetatable({}, { __mode = "k" })

--- The numbers that a text says in words, in order: from two on, and none where a count is said to be none ("no complaints").
---@param text string
---@param spoken upheld.Language
---@return { from: integer, to: integer, n: integer, none: boolean? }[]   bytes of the text; n may be NO_WHOLE; none: said by
---   "no", which
---   is a claim where it is typed; nobody changes the list
function numerals.of(text, spoken)
  local own = known[spoken]
  if not own then
    own = kept.table_of(reader_of(spoken))
    known[spoken] = own
  end
  return own[text]
end

-- Blanks as " ", hyphens as "-", nil for what joins no words.
local function joined_by(gap)
  if gap == " " or gap == "-" then return gap end
  if gap:find "^[%s\194\160]+$" then return " " end
  return (gap == "\u{2010}" or gap == "\u{2011}") and "-" or nil
end

--- The words of a text, for a language's reader: { word, from, to, joined = how it follows the word before: " ", "-", or nil }.
---@param folded string   in small letters a to z
---@return table[]
function numerals.words(folded)
  local list, last = {}, 0
  for from, word, after in folded:gmatch "()(%a+)()" do
    list[#list + 1] = { word = word, from = from, to = after - 1, joined = last > 0 and joined_by(folded:sub(last, from - 1))
      or nil }
    last = after
  end
  return list
end

return numerals
