-- language/numerals.lua: numbers in words, where a text says some.
-- Owns: which words of a language are numbers. "one" is none of them: it is said of much that is not counted.
-- Must not: know where a number comes from (marks.lua).

local kept = require "upheld.kept"
local language = require "upheld.language"

local numerals = {}

local LEAST, MOST = 2, 99
local LONGEST = 4 -- words: "dau ddeg a dau"

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

local function found_in(text, forms)
  local list, words = {}, {}
  for from, word, after in language.folded(text):gmatch "()([%w-]+)()" do
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

local known = setmetatable({}, { __mode = "k" })

--- The numbers from two to ninety-nine that a text says in words, in order.
---@param text string
---@param spoken upheld.Language
---@return { from: integer, to: integer, n: integer }[]   bytes of the text; nobody changes the list
function numerals.of(text, spoken)
  local own = known[spoken]
  if not own then
    local forms = forms_of(spoken)
    own = kept.table_of(function(each) return each:find("[%a\128-\255]") and found_in(each, forms) or NONE end)
    known[spoken] = own
  end
  return own[text]
end

return numerals
