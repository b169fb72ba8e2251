-- claims.lua: words that claim something of a figure: higher, similar, all, none, most, rose ... and whether the figure bears
-- them out.
-- Owns: what each kind of claim asks of a figure; the words are the language's (language/en.lua, language/cy.lua).
-- Must not: print, or know templates. A word that claims nothing here is declared by the wording: literal "all".

local english = require "upheld.language.en"
local language = require "upheld.language"

local claims = {}

local phrases_known = setmetatable({}, { __mode = "k" })

-- The phrases of a language by their first word, the longest first.
local function by_first_word(phrases)
  local made = phrases_known[phrases]
  if made then return made end
  made = {}
  for _, phrase in ipairs(phrases) do
    local text = language.folded(phrase[1])
    local first = text:match("%a+") or ""
    made[first] = made[first] or {}
    table.insert(made[first], { pattern = "^" .. text:gsub("%-", "%%-"):gsub(" ", "%%s+") .. "()%f[^%w]", text = text,
      kind = phrase[2], common = phrase.common, typed = phrase.typed, whole = phrase.whole })
  end
  for _, list in pairs(made) do
    table.sort(list, function(x, y) return #x.text > #y.text or #x.text == #y.text and x.text < y.text end)
  end
  phrases_known[phrases] = made
  return made
end

-- The phrase that begins here, and the place after it.
local function phrase_at(list, folded, from)
  for _, phrase in ipairs(list or {}) do
    local after = folded:match(phrase.pattern, from)
    if after then return phrase, after end
  end
  return nil
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
  local phrases, free = by_first_word(said.phrases or {}), 1
  local function add(from, after, kind, whole)
    list[#list + 1] = { word = text:sub(from, after - 1), kind = kind, from = from, to = after - 1, whole = whole }
  end
  for from, word, after in folded:gmatch("()(%a+)()") do
    local begins = from >= free and phrases[word] and not folded:find("^%d", from - 1)
    local phrase, behind = phrase_at(begins and phrases[word], folded, from)
    if phrase then
      free = behind
      local is_claim = phrase.kind and not (typed and phrase.common) and (typed or not phrase.typed)
      if is_claim then add(from, behind, phrase.kind, phrase.whole) end
    elseif from >= free then
      local kind = said.kinds[word]
      if kind and not (typed and said.common and said.common[word])
        and not (said.exempt and said.exempt(word, text, from, after, folded, typed)) then
        add(from, after, kind)
      end
    end
  end
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
