-- language/cy.lua: Welsh: its fixed sentences, and what is read for in a finished letter.
-- Owns: every Welsh text that a letter or a chart prints of itself. Number words, mutations and dates are cy/numbers.lua's,
-- words that
-- claim cy/claims.lua's, numbers in words as a text says them cy/numerals.lua's.
-- Must not: make, compare or round a rate; follow a locale; judge what is right in one sense and wrong in another (the
-- relative "a" before a vowel, a mutation after a word that is not always there).

local claims = require "upheld.language.cy.claims"
local language = require "upheld.language"
local numbers = require "upheld.language.cy.numbers"
local schemes = require "upheld.scheme.words.cy"

local function set(list)
  local made = {}
  for _, word in ipairs(list) do made[word] = true end
  return made
end

--------------------------------------------------------------------------------
-- Reading the finished letter: texts in small letters a to z, as many bytes long

-- What figures count, in the plural: after a number the noun is singular, or "o" stands before it.
local PLURALS = set(claims.with_mutations { "cwynion", "achosion", "penderfyniadau", "ymchwiliadau", "cynghorau", "awdurdodau",
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

-- "Than" is "nag" before a vowel, "na" before a consonant and before "'r".
local COMPARATIVES = set(claims.with_mutations { "uwch", "is", "mwy", "llai", "gwell", "gwaeth" })

local function than_fault(folded, text)
  for from, word, than, following, after in (" " .. folded):gmatch "[^%w]()(%a+) (nag?) (%a+)()" do
    local vowel = numbers.opens_with_vowel(following)
    if COMPARATIVES[word] and (than == "nag") ~= vowel then return text:sub(from - 1, after - 2) end
  end
  return nil
end

-- The phrase behind words that compare: "yn uwch nag awdurdodau", "yn uwch na chynghorau", "yn debyg i gynghorau", "yn uwch
-- na'r rhai".
local function followed(said, phrase)
  if phrase:find "^'" then return said .. phrase end
  local before, last = said:match "^(.-)(%a+)$"
  if last == "na" then
    if numbers.opens_with_vowel(phrase) then return before .. "nag " .. phrase end
    return said .. " " .. (phrase:find "^[a-z]" and numbers.mutated(phrase, "aspirate") or phrase)
  end
  return said .. " " .. (last == "i" and phrase:find "^[a-z]" and numbers.mutated(phrase, "soft") or phrase)
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
  followed = followed,
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
  claims = claims,
  numerals = require "upheld.language.cy.numerals",
  beside = {
    per_cent = { "y cant" }, of_hundred = { "o bob cant", "ym mhob cant", "mewn cant", "o bob 100", "ym mhob 100" },
    points = { "pwynt canran", "bwynt canran", "phwynt canran", "pwyntiau canran", "o bwyntiau canran", "pwynt", "bwynt",
      "phwynt" },
    of = { "o", "o'r", "allan o", "allan o'r" },
    more = { "mwy na", "fwy na", "mwy nag", "fwy nag", "dros" },
    less = { "llai na", "lai na", "llai nag", "lai nag", "dan", "o dan", "bron yn", "bron i" },
    ordinal = { af = true, il = true, ydd = true, edd = true, ed = true, fed = true, eg = true, ain = true },
    neither = { "dim mwy na", "ddim mwy na", "heb fod yn fwy na", "dim llai na", "ddim llai na" },
    between = { "a", "ac", "i", "neu", "hyd at" },
  },
  proof = {
    read = function(text, add)
      local folded = language.folded(text)
      add("plural", number_fault(folded, text))
      add("conjunction", conjunction_fault(folded, text))
      add("than", than_fault(folded, text))
    end,
    messages = {
      plural = 'after a number the noun is singular, or "o" stands before it: "%s"',
      conjunction = '"a" and "ac" do not fit what follows: "%s"',
      than = '"na" and "nag" do not fit what follows: "%s"',
    },
    may_double = set { "na" },
  },
  chart = CHART,
}
