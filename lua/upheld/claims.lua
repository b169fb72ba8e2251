-- claims.lua: words that claim something of a figure: higher, similar, all, none, most, rose ... and whether the figure bears
-- them out.
-- Owns: what each kind of claim asks of a figure; the words are the language's (language/en.lua, language/cy.lua).
-- Must not: print, or know templates. A word that claims nothing here is declared by the wording: literal "all".

local english = require "upheld.language.en"
local language = require "upheld.language"

local claims = {}

local patterns_known = setmetatable({}, { __mode = "k" })

-- The phrases of a language as patterns, the longest first, so that "ar y cyfan" is no "y cyfan".
local function patterns_of(phrases)
  local list = patterns_known[phrases]
  if list then return list end
  list = {}
  for i, phrase in ipairs(phrases) do
    local text = language.folded(phrase[1])
    local pattern = "%f[%w]()" .. text:gsub("%-", "%%-"):gsub(" ", "%%s+") .. "()%f[^%w]"
    list[i] = { pattern = pattern, text = text, kind = phrase[2], common = phrase.common, typed = phrase.typed,
      whole = phrase.whole, last = text:match("%S+$") }
  end
  table.sort(list, function(x, y) return #x.text > #y.text or #x.text == #y.text and x.text < y.text end)
  patterns_known[phrases] = list
  return list
end

-- Adds the claims of several words; gives the bytes that they take.
local function phrases_of(said, folded, text, typed, list)
  local taken = {}
  for _, phrase in ipairs(said.phrases and patterns_of(said.phrases) or {}) do
    local there = folded:find(phrase.last, 1, true) -- a plain search first: few texts have any
    for from, after in (there and folded or ""):gmatch(phrase.pattern) do
      if not taken[from] and not taken[after - 1] then
        for i = from, after - 1 do taken[i] = true end
        if phrase.kind and not (typed and phrase.common) and (typed or not phrase.typed) then
          list[#list + 1] = { word = text:sub(from, after - 1), kind = phrase.kind, from = from, to = after - 1,
            whole = phrase.whole }
        end
      end
    end
  end
  return taken
end

local MOST_KNOWN = 5000
local known, count = {}, 0 -- what printed texts claim, by language

--- The claims in a text, in order: { word, kind, from, to, whole = one only where it does not stand in several pieces }.
---@param text string
---@param typed boolean?   typed by hand: common words are left out
---@param spoken upheld.Language?   English when absent
---@return { word: string, kind: string, from: integer, to: integer, whole: boolean? }[]
function claims.of(text, typed, spoken)
  spoken = spoken or english
  if not known[spoken] then known[spoken] = {} end
  if not typed and known[spoken][text] then return known[spoken][text] end
  local said, list = spoken.claims, {}
  local folded = language.folded(text)
  local taken = phrases_of(said, folded, text, typed, list)
  for from, word, after in folded:gmatch("()(%a+)()") do
    local kind = not taken[from] and said.kinds[word]
    if kind and not (typed and said.common and said.common[word])
      and not (said.exempt and said.exempt(word, text, from, after, folded, typed)) then
      list[#list + 1] = { word = text:sub(from, after - 1), kind = kind, from = from, to = after - 1 }
    end
  end
  table.sort(list, function(x, y) return x.from < y.from end)
  if not typed then -- the same names, rates and words are printed again and again
    if count >= MOST_KNOWN then known, count = { [spoken] = {} }, 0 end
    known[spoken][text], count = list, count + 1
  end
  return list
end

local function of_counts(kind, f)
  local x, n = f.numerator, f.denominator
  if x == nil or n == nil or n == 0 then return false end
  if kind == "all" then return x == n end
  if kind == "none" then return x == 0 end
  if kind == "both" then return x == n and n == 2 end
  if kind == "most" then return 2 * x > n and x < n end -- of all it would mislead
  if kind == "minority" then return 2 * x < n and x > 0 end -- of none it would mislead
  return 2 * x == n
end

local function of_class(kind, f)
  local class = f:class()
  if class == nil then return false end
  return class:find("^" .. kind) ~= nil
end

local function of_change(kind, entry)
  local change = entry.change
  if change == nil then return false end
  if kind == "same" then return change == "no clear change" end
  return change:find("^" .. kind) ~= nil
end

local TESTS = {
  all = of_counts, both = of_counts, none = of_counts, most = of_counts, minority = of_counts, half = of_counts,
  high = of_class, low = of_class, similar = of_class,
  rise = of_change, fall = of_change, same = of_change,
}

-- Whether a value has a field, also where a strict table raises for one that it does not know.
local function has(value, key)
  local ok, found = pcall(function() return value[key] end)
  return ok and found ~= nil
end

--- Whether a figure, or an entry of a series, bears a claim out.
---@param kind string   of claims.of
---@param value table   figure or entry
---@return boolean? holds   nil when such a value can bear no such claim out
function claims.holds(kind, value)
  if kind == "never" then return nil end
  if kind == "better" or kind == "worse" then
    if not has(value, "standing") then return nil end
    return (value:standing()) == kind
  end
  local test = TESTS[kind]
  if test == of_class and not has(value, "class") then return nil end
  if test == of_change and not has(value, "change") then return nil end
  return test(kind, value)
end

return claims
