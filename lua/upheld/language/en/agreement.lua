-- language/en/agreement.lua: number, noun and verb in a finished English text: "1 complaints", "these complaint", "the
-- complaints was".
-- Owns: the nouns that figures count, where one of them is but the first part of a longer noun ("2 case studies", "a complaints
-- team"), and
-- where a subject stands by itself, so that its verb can be judged ("the number of complaints was" is right).
-- Must not: judge names, which stand as one sign; judge "council" and "authority" by their verbs, which may be either.
--
-- The text is read word by word. A rule holds only where the words before a noun are known ones, down to what begins the noun
-- phrase: what
-- is not understood is right.

local words = require "upheld.words"

local agreement = {}

local function set(list)
  local made = {}
  for word in list:gmatch "%S+" do made[word] = true end
  return made
end

-- What figures count. Before one of these words a number other than one asks for more of them.
local NOUNS = set [[complaint case decision investigation remedy council course authority seminar delegate recommendation
  outcome finding resident day enquiry letter landlord tenant household complainant meeting person child]]
local SINGULAR_OF = { people = "person", persons = "person", children = "child" } -- by plural
for noun in pairs(NOUNS) do SINGULAR_OF[words.plural(2, noun)] = noun end
local NEVER = set "childs childrens womans criterias"
-- Words that end in s and are no plurals.
local NO_PLURALS = set [[is was has this its as us less across always perhaps process address plus basis progress does series
  species news business access]]
local IRREGULAR = set "people children men women criteria"
-- After them a noun is not the first part of a longer one ("2 case studies").
local AFTER_NOUN = set [[about were was in of from that which and or to for with by on between we at it they you this is are had
  have has would will your our the a then so where when while who not as than before after during came could can may there here
  last again since because against until under if said made asked found received decided gave took told did do does might must
  should still also each both only upheld closed says say shows
  show tells tell needs need count counts]]
AFTER_NOUN[""] = true
-- They begin a noun phrase.
local DETERMINERS = set [[the a an this that each every any no your our their its his her my these those some all most many
  several both few]]
-- What may stand between one of them and its noun.
local ADJECTIVES = set [[upheld detailed new serious similar late joint public further formal open early recent small large
  difficult complex separate training compliance satisfactory valid written first second last previous housing planning other
  only single remaining own individual initial final]]
local MONTHS = set "january february march april may june july august september october november december"
local NUMBERS = { zero = true } -- in words, other than one
for n = 2, 100 do NUMBERS[words.number(n)] = true end

local ASK_PLURAL = set "several many few these those both various numerous fewer all"
local ASK_SINGULAR = set "this each every another a an"
local ONE_OF = set "one each several many few both either neither"
local OF_WHICH = set "the your our these those their its"
local SINGULAR_VERBS, PLURAL_VERBS = set "was is has does wasn't isn't hasn't doesn't", set "were are have weren't aren't haven't"
local EITHER_VERB = set "council authority household" -- a body is or are
local BEGIN_CLAUSE = set "that but because when where while although though since whether"
local PLURAL_SUBJECT = set "the these those your our all most some many several few both no"
local SINGULAR_SUBJECT = set "the this each every a an your our one"
-- Before a number they make a name of it: "section 1 are".
local LABELS = set [[section part table figure chapter number stage band group tier level page category class grade paragraph
  step question year]]

agreement.numbers = NUMBERS

-- The singular of a plural that is known or ends as one.
local function singular_of(noun)
  return SINGULAR_OF[noun] or (noun:gsub("ies$", "y"):gsub("s$", ""))
end

--- Whether a word is the plural of what figures count.
---@param noun string
---@return boolean
function agreement.is_plural(noun) return SINGULAR_OF[noun] ~= nil end

--- What is wrong where the number is in digits, or nil.
---@param text string
---@return string?
function agreement.in_digits(text)
  text = " " .. text
  for number, noun in text:gmatch("[^%w.,](%d[%d,]*) (%a+)%f[%A]") do
    if number == "1" and (noun:find("[^s]s$") and not NO_PLURALS[noun] or IRREGULAR[noun]) then return ("1 %s"):format(noun) end
  end
  for between, noun in text:gmatch("[^%w.,]1 (%a+) (%a+)%f[%A]") do
    if NOUNS[singular_of(noun)] and noun ~= singular_of(noun) and not MONTHS[between:lower()] then
      return ("1 %s %s"):format(between, noun)
    end
  end
  for number, between, noun, after in text:gmatch("[^%w.,](%d[%d,]*) (%a*) ?%f[%a](%a+)%f[%A] ?(%a*)") do
    if number ~= "1" and NOUNS[noun] and AFTER_NOUN[after] and not DETERMINERS[between] then
      return (("%s %s %s"):format(number, between, noun):gsub("  +", " "))
    end
    if number ~= "1" and NOUNS[between] and AFTER_NOUN[noun] then return ("%s %s"):format(number, between) end
  end
  return nil
end

--- What is wrong where the number is in words, or nil; the noun begins at `at`.
---@param text string
---@param number string   in words, "one" among them
---@param at integer
---@return string?
function agreement.in_words(text, number, at)
  local noun, after = text:match("^(%a+)%f[%A] ?(%a*)", at)
  if not noun then return nil end
  local singular = singular_of(noun)
  local wrong
  if number:lower() == "one" then
    wrong = noun ~= singular and (NOUNS[singular] or noun:find "[^e]ies$" and not NO_PLURALS[noun]) or IRREGULAR[noun]
  else
    wrong = NOUNS[noun] and AFTER_NOUN[after]
  end
  return wrong and number .. " " .. noun or nil
end

--------------------------------------------------------------------------------
-- Word by word

-- Words and numbers in order: { word, in small letters; shown; before = what stands between it and the word before }.
local function words_of(text)
  local list, at = {}, 1
  text = text:gsub("\u{2019}", "'")
  while true do
    local from = text:find("[%w\1]", at)
    if not from then return list end
    local to = select(2, text:find("^%d[%d,.]*%d%%?", from)) or select(2, text:find("^%d%%?", from))
      or select(2, text:find("^[%w\1][%w\1'%-]*", from))
    local shown = text:sub(from, to)
    list[#list + 1] = { word = shown:lower(), shown = shown, before = text:sub(at, from - 1) }
    at = to + 1
  end
end

local function is_number(word)
  return word:find("^%d") ~= nil and word ~= "1" and not word:find("%%") or NUMBERS[word] == true
end

-- Whether the noun at i is a phrase's last word: no other noun follows it.
local function is_last(list, i)
  local after = list[i + 1]
  return not after or after.before ~= " " or AFTER_NOUN[after.word] or not after.word:find("^%a")
end

-- Back over adjectives from the noun at i to what begins its phrase: the place of a determiner or a number, or of the phrase's
-- first
-- word; whether it is a determiner, and one of this noun ("this year's decisions" has none).
local function begin_of(list, i)
  local k, own = i, true
  while k > 1 and list[k].before == " " do
    local word = list[k - 1].word
    if DETERMINERS[word] or ASK_PLURAL[word] or word == "another" or word == "one" or word == "1" or is_number(word) then
      return k - 1, true, own
    end
    local possessive = word:find("'s$") or word:find("s'$")
    if not ADJECTIVES[word] and not possessive then break end
    own = own and not possessive
    k = k - 1
  end
  return k, false, own
end

local function shown(list, from, to)
  local parts = {}
  for i = from, to do parts[#parts + 1] = list[i].shown end
  return table.concat(parts, " ")
end

-- "these complaint", "this complaints", "one of the complaint".
local function number_fault(list, i, begin, plural)
  local word, after = list[begin].word, list[i + 1] and list[i + 1].before == " " and list[i + 1].word
  if plural then
    if word == "1" then return i - begin > 2 and shown(list, begin, i) or nil end -- the nearer ones are in_digits'
    if list[begin].shown == "A" and begin > 1 and not list[begin].before:find("[.!?]") then return nil end -- a name: plan A
    if not ASK_SINGULAR[word] or (word == "a" or word == "an") and (after == "and" or after == "or") then return nil end
    return shown(list, begin, i)
  end
  if ASK_PLURAL[word] and not (list[begin - 1] and list[begin - 1].word == "1") then return shown(list, begin, i) end
  if NUMBERS[word] and i - begin > 1 or is_number(word) and i - begin > 2 then return shown(list, begin, i) end
  local of, one = list[begin - 1], list[begin - 2]
  if of and one and of.word == "of" and OF_WHICH[word] and list[begin].before == " " and of.before == " "
    and (ONE_OF[one.word] or one.word == "1" or is_number(one.word)) then
    return shown(list, begin - 2, i)
  end
  return nil
end

-- Whether a clause begins with the phrase at `begin`, so that it is a subject.
local function begins_clause(list, begin, bare)
  local before = list[begin - 1]
  if not before or list[begin].before:find("[.!?;:(\n]") then return true end
  if bare then return false end
  return list[begin].before:find(",") ~= nil or list[begin].before == " " and BEGIN_CLAUSE[before.word] == true
end

-- "the complaints was", "the complaint were".
local function verb_fault(list, i, begin, determined, plural)
  local verb = list[i + 1]
  if not verb or verb.before ~= " " then return nil end
  local word = list[begin].word
  if not begins_clause(list, begin, not determined) then return nil end
  if plural then
    local subject = not determined or PLURAL_SUBJECT[word] or is_number(word)
    return subject and SINGULAR_VERBS[verb.word] and shown(list, begin, i + 1) or nil
  end
  local subject = determined and (SINGULAR_SUBJECT[word] or word == "1") and not EITHER_VERB[list[i].word]
  return subject and PLURAL_VERBS[verb.word] and shown(list, begin, i + 1) or nil
end

-- "1 were", "there is 8 complaints".
local function other_fault(list, i)
  local word, after, before = list[i].word, list[i + 1], list[i - 1]
  if word == "1" and after and after.before == " " and PLURAL_VERBS[after.word] and not (before and LABELS[before.word]) then
    return shown(list, i, i + 1)
  end
  if word ~= "there" or not after or not (after.word == "is" or after.word == "was") then return nil end
  local first = list[i + 2]
  if not first or not (is_number(first.word) or ASK_PLURAL[first.word]) then return nil end
  for k = i + 3, math.min(#list, i + 5) do
    if list[k].before ~= " " then return nil end
    if SINGULAR_OF[list[k].word] then return is_last(list, k) and shown(list, i, k) or nil end
  end
  return nil
end

--- Tells where nouns, what stands before them and verbs do not agree.
---@param text string
---@param add fun(code: string, found: string?)   "plural" and "agreement"
function agreement.read(text, add)
  local list = words_of(text)
  for i, each in ipairs(list) do
    local word = each.word
    if NEVER[word] then add("plural", each.shown) end
    local plural = SINGULAR_OF[word] ~= nil
    if plural or NOUNS[word] then
      if is_last(list, i) then
        local begin, determined, own = begin_of(list, i)
        if begin < i and own then add("plural", number_fault(list, i, begin, plural)) end
        add("agreement", verb_fault(list, i, begin, determined, plural))
      end
    elseif word == "1" or word == "there" then
      add("agreement", other_fault(list, i))
    end
  end
end

return agreement
