-- language/en.lua: English: its words, fixed sentences, and words that claim something of a figure.
-- Owns: every English text that a letter or a chart prints of itself. Number words, plurals, lists and dates are words.lua's.
-- Must not: make, compare or round a rate; follow a locale.

local words = require "upheld.words"

local function set(list)
  local made = {}
  for _, word in ipairs(list) do made[word] = true end
  return made
end

--------------------------------------------------------------------------------
-- Claims

-- What each word asks of a figure.
local KINDS = {
  higher = "high", above = "high", lower = "low", below = "low", similar = "similar",
  all = "all", every = "all", none = "none", most = "most", majority = "most", half = "half", both = "all",
  better = "better", worse = "worse",
  increase = "rise", increased = "rise", increases = "rise", rise = "rise", rose = "rise", risen = "rise", rising = "rise",
  decrease = "fall", decreased = "fall", decreases = "fall", fell = "fall", fallen = "fall", falling = "fall",
  grew = "rise", growing = "rise", increasing = "rise", dropped = "fall", reduced = "fall", declined = "fall", declining = "fall",
  decreasing = "fall", reducing = "fall",
  improved = "better", improving = "better", worsened = "worse", worsening = "worse",
  deteriorated = "worse", deteriorating = "worse",
  unchanged = "same", comparable = "similar", mostly = "most",
  -- No class or change of one figure says so much.
  highest = "never", lowest = "never", greater = "never", greatest = "never", exceed = "never",
  exceeds = "never", exceeded = "never",
  doubled = "never", halved = "never", trebled = "never", tripled = "never",
}

local PHRASES = {
  { "above average", "high" }, { "above the average", "high" }, { "below average", "low" }, { "below the average", "low" },
}

-- Before a claim they turn it round.
local NEGATIONS = set { "not", "never", "no", "nor", "neither", "hardly", "without", "rarely", "cannot",
  "isn't", "aren't", "wasn't",
  "weren't", "doesn't", "don't", "didn't", "can't", "hasn't", "haven't" }

-- The field's terms: words beside which "similar" is no claim, for they name the peers.
local PEERS_WORDS = set { "authorities", "councils", "bodies", "landlords", "authority", "organisations" }

local function names_peers(word, text, from, after)
  if word == "greater" then return text:find("^G%l+ %u", from) ~= nil end -- a place: Greater Manchester
  local next_word = (word == "similar" or word == "comparable") and text:match("^%s+(%a+)", after)
  return next_word and PEERS_WORDS[next_word] or false
end

--------------------------------------------------------------------------------
-- Charts

-- Every text of a chart. {name} stands for a value. labels, units and breaks stand in place of the scheme's own words, by the
-- indicator's name or label, the unit and the break's name.
local CHART = {
  rates_title = "{authority}: rates of the year ending {date}",
  years_title = "{label}, {authority}, {from} to {to}",
  one_year_title = "{label}, {authority}, {from}",
  now = "{title}, authorities as they are now",
  all_authorities = "all authorities",
  figure = "Figure", year = "Year ending in", rate = "Rate", counts = "Cases", interval = "95% interval",
  average = "Average of similar authorities", note = "Note",
  no_rate = "no rate", because = "no rate: {reason}", hidden = "not shown", none = "none", not_known = "not known",
  of = "{numerator} of {denominator}", only_of = "of {denominator}", late = "{counts}, {late} of them late",
  to = "{low} to {high}", under = "less than 1%", over = "more than 99%",
  with_counts = "{rate} ({counts})", with_interval = "{rate}, 95% interval {interval}",
  peers = "similar authorities {average}", no_peers = "no average of similar authorities",
  peers_hidden = "average of similar authorities not shown",
  both = "{rate}; {peers}", row = "{name}: {text}.",
  as_published = "{rate}, as published", part_known = "{rate} ({authorities} of {of} authorities known)",
  break_before = "Break before {year} ({name}): {text}", break_here = "Break before this year ({name}): {text}",
  not_across = "The line is interrupted at each break: years on its two sides are not to be compared.",
  rates_scale = "Each rate is a dot on a scale from 0% to 100%, its 95% interval a line.",
  peers_scale = "The average of similar authorities is a hollow diamond.",
  legend_interval = "95% interval", legend_peers = "average of similar authorities", legend_rate = "rate",
  legend_break = "break: not to be compared across it", legend_gap = "no rate in the year",
  date = words.date, days = words.days,
  reasons = {
    ["not-recorded"] = "what it needs is not recorded",
    ["no-such-year"] = "nothing is recorded or published of this year",
    ["not-in-year"] = "the authority did not exist in this year",
    ["counts-disagree"] = "the published counts disagree",
    ["not-defined"] = "it is not defined in this year",
    ["too-few"] = "too few cases for a rate",
    ["rounded"] = "the rounded counts do not give it closely enough",
  },
  labels = {}, units = {}, breaks = {},
}

-- Numbers in words as a text may hold them.
local function said(n)
  return { n == 0 and "no" or words.number(n) }
end

return {
  name = "English", own = "English",
  helpers = {
    in_words = words.number, ordinal = words.ordinal, ordinal_words = words.ordinal_words, plural = words.plural,
    counted = words.counted, counted_words = words.counted_words, a = words.a, list = words.list, date = words.date,
    capital = words.capital, points = words.points,
  },
  said = said,
  days = words.days,
  phrases = {
    under = "less than 1%", over = "more than 99%",
    similar = "similar to", lower = "lower than", higher = "higher than",
    -- Without a recipient a letter goes to this office.
    chief = "Chief Executive",
    draft = "Draft: not for sending. What is missing stands in brackets.", missing = "[missing: {what}]",
    now = "Figures are of authorities as they are now.",
    now_with = "Figures are of authorities as they are now, with the cases of {predecessors}.",
  },
  claims = {
    kinds = KINDS,
    -- In typed text these are too common to be taken for claims; in what a figure prints they are claims.
    common = set { "above", "below", "every", "both", "half", "greater", "comparable", "declined", "improving", "reducing" },
    phrases = PHRASES, negations = NEGATIONS,
    exempt = names_peers,
  },
  proof = require "upheld.language.en.proof",
  chart = CHART,
}
