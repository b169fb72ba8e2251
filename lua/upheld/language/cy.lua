-- language/cy.lua: Welsh: its fixed sentences, words that claim, and what is read for in a finished letter.
-- Owns: every Welsh text that a letter or a chart prints of itself. Number words, mutations and dates are cy/numbers.lua's.
-- Must not: make, compare or round a rate; follow a locale; judge what is right in one sense and wrong in another (the
-- relative "a" before a vowel, a mutation after a word that is not always there).

local language = require "upheld.language"
local numbers = require "upheld.language.cy.numbers"
local schemes = require "upheld.scheme.words.cy"

local mutated = numbers.mutated

local function set(list)
  local made = {}
  for _, word in ipairs(list) do made[word] = true end
  return made
end

-- Adds the mutated forms of each word.
local function with_mutations(list)
  local made = {}
  for _, word in ipairs(list) do
    made[#made + 1] = word
    for _, kind in ipairs { "soft", "aspirate", "nasal" } do
      local form = mutated(word, kind)
      if form ~= word then made[#made + 1] = form end
    end
  end
  return made
end

--------------------------------------------------------------------------------
-- Claims

local CLAIMS = {
  high = { "uwch", "uwchlaw" }, low = { "is", "islaw" }, similar = { "tebyg" },
  all = { "pob", "holl", "oll" }, most = { "mwyafrif" }, half = { "hanner" },
  better = { "gwell", "gwellodd" }, worse = { "gwaeth", "gwaethygodd" },
  rise = { "cynnydd", "cynyddodd", "cynyddu", "cododd" },
  fall = { "gostyngiad", "gostyngodd", "gostwng", "lleihad", "lleihaodd", "lleihau", "disgynnodd", "cwymp", "cwympodd" },
  same = { "digyfnewid" },
}

local KINDS = { dim = "none" } -- its mutated form is a mere "not"
for kind, list in pairs(CLAIMS) do
  for _, word in ipairs(with_mutations(list)) do KINDS[word] = kind end
end

-- Claims of several words; false: words that only look like one. common: not looked for in typed text.
local PHRASES = {
  { "dim ond", false }, { "ddim ond", false }, { "ar y cyfan", false },
  { "dim un", "none" }, { "ddim un", "none" }, { "dim o", "none", common = true },
  { "mwy na hanner", "most" }, { "fwy na hanner", "most" }, { "rhan fwyaf", "most" }, { "rhan helaethaf", "most" },
  { "pob un", "all" }, { "bob un", "all" }, { "phob un", "all" }, { "i gyd", "all" }, { "y cyfan", "all" },
  { "y ddau", "all", common = true }, { "y ddwy", "all", common = true }, { "r ddau", "all", common = true },
  { "r ddwy", "all", common = true }, { "ill dau", "all", common = true }, { "ill dwy", "all", common = true },
  { "wedi codi", "rise" }, { "wedi disgyn", "fall" }, { "wedi gwella", "better" }, { "wedi gwaethygu", "worse" },
  { "heb newid", "same" },
}

-- Beside these "tebyg" is no claim, for it names the peers.
local PEERS = set(with_mutations { "awdurdod", "awdurdodau", "cyngor", "cynghorau", "cyrff", "landlordiaid",
  "sefydliadau" })

-- Words that claim nothing where they stand: "awdurdodau tebyg", "is-bwyllgor", and "dim" before a noun (no complaints).
local function exempt(word, _, from, after, folded)
  if folded:find("^%-[a-z]", after) then return true end
  if word == "dim" then return folded:find("^%s+%a", after) ~= nil end
  if KINDS[word] ~= "similar" then return false end
  local before = folded:sub(1, from - 1):match "(%a+)%s+$"
  return before ~= nil and PEERS[before] == true
end

--------------------------------------------------------------------------------
-- Reading the finished letter: texts in small letters a to z, as many bytes long

-- What figures count, in the plural: after a number the noun is singular, or "o" stands before it.
local PLURALS = set(with_mutations { "cwynion", "achosion", "penderfyniadau", "ymchwiliadau", "cynghorau", "awdurdodau",
  "cyrsiau", "seminarau", "argymhellion", "canlyniadau", "canfyddiadau", "preswylwyr", "trigolion", "diwrnodau", "dyddiau",
  "blynyddoedd", "adroddiadau", "cyfarfodydd" })

local function number_fault(folded, text)
  for from, number, noun, after in (" " .. folded):gmatch "[^%w.,]()(%d[%d,]*) (%a+)()" do
    local year = number:find "^[12]%d%d%d$" -- "in 2020 complaints ..."
    if PLURALS[noun] and not year then return text:sub(from - 1, after - 2) end
  end
  return nil
end

-- Before these "ac" stands although they begin with a consonant.
local AC_BEFORE = set { "mae", "maen", "maent", "mai", "megis", "mor", "mewn", "meddai", "meddaf", "meddir", "mi", "fe", "fel",
  "felly", "sydd", "sy", "nid", "ni", "nis", "na", "nac", "nad", "nas", "roedd", "roeddwn", "roeddem", "roeddech", "roeddent",
  "roeddynt", "rwyf", "rwy", "rwyt", "rydw", "rydym", "rydyn", "rydych" }
-- Nouns before which "a" can be no relative pronoun.
local VOWEL_NOUNS = set { "awdurdod", "awdurdodau", "achos", "achosion", "ymchwiliad", "ymchwiliadau", "argymhelliad",
  "argymhellion", "adroddiad", "adroddiadau", "ombwdsmon", "ardal", "addysg", "iechyd", "un", "wyth", "arolygiad",
  "arolygiadau" }

local function conjunction_fault(folded, text)
  for from, word, following, after in (" " .. folded):gmatch "[^%w'’%-]()(ac?) ([%w,]+)()" do
    local shown = text:sub(from - 1, after - 2)
    local original = shown:match " (.*)$"
    local vowel = numbers.opens_with_vowel(following)
    local wrong
    if following:find "^%d" then wrong = (word == "ac") ~= vowel
    elseif word == "ac" then
      -- Abbreviations are said letter by letter, and AC is one itself.
      wrong = not vowel and not AC_BEFORE[following] and not original:find "^[A-Z][A-Z]" and not shown:find "^AC"
    else wrong = VOWEL_NOUNS[following] ~= nil end
    if wrong then return shown end
  end
  return nil
end

--------------------------------------------------------------------------------
-- Charts

local CHART = {
  rates_title = "{authority}: cyfraddau'r flwyddyn hyd at {date}",
  years_title = "{label}, {authority}, {from} i {to}",
  one_year_title = "{label}, {authority}, {from}",
  now = "{title}, awdurdodau fel y maent yn awr",
  all_authorities = "holl awdurdodau",
  figure = "Ffigur", year = "Blwyddyn hyd at", rate = "Cyfradd", counts = "Achosion", interval = "Cyfwng 95%",
  average = "Cyfartaledd awdurdodau tebyg", note = "Nodyn",
  no_rate = "dim cyfradd", because = "dim cyfradd: {reason}", hidden = "heb ei ddangos", none = "dim",
  not_known = "ddim yn hysbys",
  of = "{numerator} o {denominator}", only_of = "o {denominator}", late = "{counts}, {late} yn hwyr",
  to = "{low} i {high}", under = "llai na 1%", over = "mwy na 99%",
  with_counts = "{rate} ({counts})", with_interval = "{rate}, cyfwng 95% {interval}",
  peers = "awdurdodau tebyg {average}", no_peers = "dim cyfartaledd awdurdodau tebyg",
  peers_hidden = "cyfartaledd awdurdodau tebyg heb ei ddangos",
  both = "{rate}; {peers}", row = "{name}: {text}.",
  as_published = "{rate}, fel y'i cyhoeddwyd", part_known = "{rate} ({authorities} o {of} awdurdod yn hysbys)",
  break_before = "Toriad cyn {year} ({name}): {text}", break_here = "Toriad cyn y flwyddyn hon ({name}): {text}",
  not_across = "Torrir y llinell ym mhob toriad: ni ddylid cymharu'r blynyddoedd ar ddwy ochr iddo.",
  rates_scale = "Dot ar raddfa o 0% i 100% yw pob cyfradd, a llinell yw ei chyfwng 95%.",
  peers_scale = "Diemwnt gwag yw cyfartaledd awdurdodau tebyg.",
  legend_interval = "cyfwng 95%", legend_peers = "cyfartaledd awdurdodau tebyg", legend_rate = "cyfradd",
  legend_break = "toriad: ni ddylid cymharu ar ei draws", legend_gap = "dim cyfradd yn y flwyddyn",
  date = numbers.date, days = numbers.days,
  reasons = {
    ["not-recorded"] = "ni chofnodwyd yr hyn sydd ei angen",
    ["no-such-year"] = "nid oes dim wedi'i gofnodi na'i gyhoeddi am y flwyddyn hon",
    ["not-in-year"] = "nid oedd yr awdurdod yn bod yn y flwyddyn hon",
    ["counts-disagree"] = "nid yw'r niferoedd a gyhoeddwyd yn cytuno",
    ["not-defined"] = "nid yw wedi'i ddiffinio yn y flwyddyn hon",
    ["too-few"] = "rhy ychydig o achosion ar gyfer cyfradd",
    ["rounded"] = "nid yw'r niferoedd a dalgrynnwyd yn ei rhoi'n ddigon agos",
    ["suppressed"] = "rhif bach, heb ei ddangos",
    ["residents-unknown"] = "nid yw nifer y trigolion yn hysbys",
  },
  labels = schemes.labels,
  units = { ["per 100,000"] = "fesul 100,000", ["per 10,000"] = "fesul 10,000", ["per 1,000"] = "fesul 1,000",
    days = "diwrnod" },
  breaks = schemes.breaks,
}
for code, text in pairs(schemes.reasons) do CHART.reasons[code] = text end

return {
  name = "Welsh", own = "Cymraeg",
  helpers = {
    in_words = numbers.number, ordinal = numbers.ordinal, ordinal_words = numbers.ordinal_words, plural = numbers.plural,
    counted = numbers.counted, counted_of = numbers.counted_of, counted_words = numbers.counted_words, ac = numbers.ac,
    list = numbers.list, date = numbers.date, capital = numbers.capital, mutated = numbers.mutated, points = numbers.points,
  },
  said = numbers.said,
  days = numbers.days,
  phrases = {
    under = "llai na 1%", over = "mwy na 99%",
    similar = "yn debyg i", lower = "yn is na", higher = "yn uwch na",
    chief = "Prif Weithredwr",
    draft = "Drafft: nid i'w anfon. Mae'r hyn sydd ar goll mewn cromfachau.", missing = "[ar goll: {what}]",
    now = "Mae'r ffigurau'n ymwneud ag awdurdodau fel y maent yn awr.",
    now_with = "Mae'r ffigurau'n ymwneud ag awdurdodau fel y maent yn awr, gan gynnwys achosion {predecessors}.",
  },
  roles = {
    ["Chief Executive"] = "Prif Weithredwr", ["Acting Chief Executive"] = "Prif Weithredwr Dros Dro",
    ["Interim Chief Executive"] = "Prif Weithredwr Dros Dro", ["Managing Director"] = "Rheolwr Gyfarwyddwr",
    ["Leader of the Council"] = "Arweinydd y Cyngor", ["Head of Paid Service"] = "Pennaeth y Gwasanaeth Cyflogedig",
  },
  claims = { kinds = KINDS, phrases = PHRASES, common = set { "pob", "bob", "phob", "mhob", "hanner", "uwchlaw", "islaw" },
    negations = set { "nid", "ni", "nad", "na", "nac", "byth", "heb" }, exempt = exempt },
  proof = {
    read = function(text, add)
      local folded = language.folded(text)
      add("plural", number_fault(folded, text))
      add("conjunction", conjunction_fault(folded, text))
    end,
    messages = {
      plural = 'after a number the noun is singular, or "o" stands before it: "%s"',
      conjunction = '"a" and "ac" do not fit what follows: "%s"',
    },
    may_double = set { "na" },
  },
  chart = CHART,
}
