-- language/en.lua: English: its words and fixed sentences. Words that claim something of a figure are en/claims.lua's, numbers
-- in words
-- en/numerals.lua's, what is read for in a finished letter en/proof.lua's.
-- Owns: every English text that a letter or a chart prints of itself. Number words, plurals, lists and dates are words.lua's.
-- Must not: make, compare or round a rate; follow a locale.

local words = require "upheld.words"

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
  claims = require "upheld.language.en.claims",
  numerals = require "upheld.language.en.numerals",
  -- What stands beside a number and says what it is (template/glued.lua).
  beside = {
    per_cent = { "per cent", "percent", "pc" },
    of_hundred = { "in a hundred", "in every hundred", "out of a hundred", "out of every hundred", "per hundred", "in 100",
      "in every 100",
      "out of 100", "out of every 100" },
    points = { "percentage point", "percentage points", "point", "points" },
    of = { "of", "out of" },
    more = { "more than", "over", "greater than", "in excess of", "well over", "just over" },
    less = { "less than", "fewer than", "under", "nearly", "almost", "just under" },
    ordinal = { st = true, nd = true, rd = true, th = true },
    neither = { "no more than", "not more than", "no fewer than", "no less than", "not less than" },
    between = { "and", "to", "or", "from" },
  },
  proof = require "upheld.language.en.proof",
  chart = CHART,
}
