-- language.lua: the languages that letters are written in: which there are, what a language is made of, and letters
-- beyond a to z.
-- Owns: the choice of a language by its tag, and the check of one that came from outside.
-- Must not: know a figure or a letter; fall back on English where a language says nothing.

local fault = require "upheld.fault"
local kept = require "upheld.kept"

local language = {}

---@class upheld.LanguageClaims
---@field kinds table<string, string>   a word and what it asks of a figure (claims.lua)
---@field phrases { [1]: string, [2]: string|false, common: boolean?, typed: boolean?, whole: boolean? }[]?   several words;
---   false: they only
---                                         look like a claim; typed: claims only where they are typed; whole: only in one piece
---@field common table<string, true>?   words that are no claims where they are typed
---@field exempt (fun(word: string, text: string, from: integer, after: integer, folded: string, typed: boolean?): boolean)?
---                                         whether it is no claim in this place
---@field negations table<string, true>?   words that turn a claim round where they stand before it in its clause
---@field turning string[]?                 several words that do
---@field not_turning string[]?             several words with a negation that turn nothing round: "not only"
---@field clauses table<string, true>?      words that begin a clause
---@field within table<string, true>?       words behind a comma with which the clause before it goes on
---@field subjects table<string, true>?     words that begin a clause behind the conjunction
---@field conjunction string?               "and"

---@class upheld.LanguageBeside   what stands beside a number, each a list of texts; absent where the language has none
---@field per_cent string[]?      words that say per cent
---@field of_hundred string[]?    "in a hundred"
---@field points string[]?        "percentage points"
---@field of string[]?            between a part and the whole: "of"
---@field more string[]?          before a number: that it is more
---@field less string[]?
---@field neither string[]?       looks like one of these and is none: "no more than"
---@field ordinal table<string, true>?   endings of ordinals in digits
---@field between string[]?       between two numbers of which the second has the per cent sign: "and"

---@class upheld.LanguageProof
---@field read (fun(text: string, add: fun(code: string, found: string?)))?   what else is wrong with a run of text
---@field messages table<string, string>?        of its codes, %s for what was found
---@field may_double table<string, true>?        words that may stand twice; absent where read() looks for such words itself

---@class upheld.Language
---@field name string       in English
---@field own string        in itself
---@field helpers table<string, function>   what a wording calls: in_words, ordinal, ordinal_words, plural, counted,
---   counted_words,
---                                         list and date, and others as the language needs them
---@field days fun(value: string): string   a printed number of days with its noun
---@field said (fun(n: integer): string[])? every form of a number in words, as a text may hold it
---@field followed (fun(said: string, phrase: string): string)?   words that compare with what they compare to; a blank between
---   where absent
---@field phrases table<string, string>     under, over, similar, lower, higher, chief, now, now_with; and draft, missing
---   (English where absent)
---@field roles table<string, string>?      recipients' offices, by what the register has
---@field claims upheld.LanguageClaims
---@field numerals (fun(folded: string): { from: integer, to: integer, n: integer? }[])?   the numbers that a text says in words
---@field beside upheld.LanguageBeside?
---@field proof upheld.LanguageProof?
---@field source { path: string, bytes: string }?   of one from a file
---@field chart table?      every text of a chart (language/en.lua has them all); without it a wording gives its own

local BUILT_IN = { cy = "upheld.language.cy", en = "upheld.language.en" }
local NAMES = { "cy", "en" }

local NEEDED = {
  helpers = { "in_words", "ordinal", "ordinal_words", "plural", "counted", "counted_words", "list", "date" },
  phrases = { "under", "over", "similar", "lower", "higher", "chief", "now", "now_with" },
}
local KEYS = { "name", "own", "helpers", "days", "said", "phrases", "roles", "claims", "numerals", "beside", "followed", "proof",
  "chart" }
local TYPES = { name = "string", own = "string", helpers = "table", days = "function", phrases = "table", claims = "table" }
local OPTIONAL = { numerals = "function", followed = "function", beside = "table" }
local KINDS = { "all", "both", "none", "most", "minority", "half", "high", "low", "similar", "rise", "fall", "same", "better",
  "worse", "never" }

local function copied(t)
  local made = {}
  for key, value in pairs(t) do made[key] = value end
  return made
end

--- The language of a tag: "cy", "en-GB".
---@param tag string
---@return upheld.Language? language, upheld.Fault? err   the error names the languages there are
function language.of(tag)
  local module = BUILT_IN[tag:match "^[^-]+"]
  if module then return require(module) end
  local known = {}
  for i, name in ipairs(NAMES) do known[i] = ("%s (%s)"):format(name, require(BUILT_IN[name]).name) end
  return nil, fault.new {
    code = "unknown-language", message = ('there are no words for the language "%s"'):format(tag), value = tag,
    hint = ('known: %s; another is a Lua file that returns a table as language/en.lua has it: language_file = "%s.lua"')
      :format(table.concat(known, ", "), tag),
  }
end

--------------------------------------------------------------------------------
-- Letters beyond a to z

local PLAIN = {}
do
  local SETS = { a = "àáâãäåāăą", c = "çćĉċč", d = "ďđð", e = "èéêëēĕėęě", g = "ĝğġģ", h = "ĥħ", i = "ìíîïĩīĭįı", j = "ĵ",
    k = "ķĸ", l = "ĺļľŀł", n = "ñńņňŉŋ", o = "òóôõöøōŏő", r = "ŕŗř", s = "śŝşšſ", t = "ţťŧ", u = "ùúûüũūŭůűų", w = "ŵ", y = "ýÿŷ",
    z = "źżž" }
  local CAPITALS = { a = "ÀÁÂÃÄÅĀĂĄ", c = "ÇĆĈĊČ", d = "ĎĐÐ", e = "ÈÉÊËĒĔĖĘĚ", g = "ĜĞĠĢ", h = "ĤĦ", i = "ÌÍÎÏĨĪĬĮİ", j = "Ĵ",
    k = "Ķ", l = "ĹĻĽĿŁ", n = "ÑŃŅŇŊ", o = "ÒÓÔÕÖØŌŎŐ", r = "ŔŖŘ", s = "ŚŜŞŠ", t = "ŢŤŦ", u = "ÙÚÛÜŨŪŬŮŰŲ", w = "Ŵ", y = "ÝŶŸ",
    z = "ŹŻŽ" }
  for _, sets in ipairs { SETS, CAPITALS } do
    for plain, letters in pairs(sets) do
      for letter in letters:gmatch "[\195-\197][\128-\191]" do PLAIN[letter] = plain end
    end
  end
end

--- A text in small letters a to z, as many bytes long: "Cŵyn" becomes "cwqyn", q for the second byte of ŵ, so that positions
--- stay and a letter with an accent is not taken for a word's end.
---@param text string
---@return string
local function folded(text)
  -- Not by string.lower: it would follow the host's locale.
  text = text:gsub("[A-Z]", function(c) return string.char(c:byte() + 32) end)
  if not text:find("[\195-\197]") then return text end
  return (text:gsub("[\195-\197][\128-\191]", function(letter) return PLAIN[letter] and PLAIN[letter] .. "q" end))
end

language.folded = kept.function_of(folded)

local function folded_keys(t)
  local made = {}
  for key, value in pairs(t) do made[language.folded(key)] = value end
  return made
end

--------------------------------------------------------------------------------
-- A language from outside

local function each_of(list, add, what, kind, given)
  for _, key in ipairs(list) do
    if type(given[key]) ~= kind then
      add(key, ('the language\'s %s have no %s "%s"'):format(what, kind == "string" and "text" or kind, key))
    end
  end
end

local function check_keys(given, add)
  local names, known = {}, {}
  for key in pairs(given) do names[#names + 1] = tostring(key) end
  table.sort(names)
  for _, key in ipairs(KEYS) do known[key] = true end
  for _, key in ipairs(names) do
    if not known[key] then add(key, ('unknown key "%s"'):format(key), fault.suggestion(key, KEYS)) end
  end
  for _, key in ipairs(KEYS) do
    if TYPES[key] and (type(given[key]) ~= TYPES[key] or given[key] == "") then
      add(key, ('the language needs "%s", a %s'):format(key, TYPES[key] == "string" and "text" or TYPES[key]))
    elseif OPTIONAL[key] and given[key] ~= nil and type(given[key]) ~= OPTIONAL[key] then
      add(key, ('the language\'s "%s" is a %s and not a %s'):format(key, type(given[key]), OPTIONAL[key]))
    end
  end
end

local function check_claims(claimed, add)
  if type(claimed) ~= "table" or next(claimed) == nil then
    return add("claims", "the language's claims have no kinds: the words that claim something of a figure",
      "without them no false claim would be found")
  end
  local known, said = {}, {}
  for _, kind in ipairs(KINDS) do known[kind] = true end
  for word in pairs(claimed) do said[#said + 1] = tostring(word) end
  table.sort(said)
  for _, word in ipairs(said) do
    if not known[claimed[word]] then
      add(word, ('"%s" claims "%s"'):format(word, tostring(claimed[word])), fault.suggestion(claimed[word], KINDS))
    end
  end
end

--- Completes a language that came from outside.
---@param given table
---@return upheld.Language? language, { key: string, message: string, hint: string? }[]? faults
function language.check(given)
  local faults = {}
  local function add(key, message, hint) faults[#faults + 1] = { key = key, message = message, hint = hint } end
  check_keys(given, add)
  if #faults > 0 then return nil, faults end
  each_of(NEEDED.helpers, add, "helpers", "function", given.helpers)
  each_of(NEEDED.phrases, add, "phrases", "string", given.phrases)
  check_claims(given.claims.kinds, add)
  if #faults > 0 then return nil, faults end
  local made = copied(given)
  made.said = given.said or function(n) return { given.helpers.in_words(n) } end
  made.claims, made.proof = copied(given.claims), given.proof and copied(given.proof)
  made.claims.kinds, made.claims.common = folded_keys(given.claims.kinds), folded_keys(given.claims.common or {})
  made.claims.negations = folded_keys(given.claims.negations or {})
  if made.proof and made.proof.may_double then made.proof.may_double = folded_keys(made.proof.may_double) end
  return made
end

--- The texts of a chart in a language, with those given in their place. Raises a fault where the language has none.
---@param spoken upheld.Language
---@param given table?   some of the texts; reasons, labels, units and breaks one by one
---@return table
function language.chart_words(spoken, given)
  if given ~= nil and type(given) ~= "table" then return given end -- refused by the chart
  if not spoken.chart then
    error(fault.new { code = "no-chart-words", message = ("the language %s has no texts for charts"):format(spoken.name),
      hint = 'give its table a "chart", as language/en.lua has it' }, 0)
  end
  if given == nil then return spoken.chart end
  local made = copied(spoken.chart)
  for name, text in pairs(given) do
    if type(text) == "table" and type(made[name]) == "table" then
      made[name] = copied(made[name])
      for key, value in pairs(text) do made[name][key] = value end
    else
      made[name] = text
    end
  end
  return made
end

return language
