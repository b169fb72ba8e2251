-- language/en/claims.lua: English words that claim something of a figure, and what turns a claim round.
-- Owns: which words and phrases are claims, printed and typed. What a value prints is short and about a figure, so a word of
-- doubt is a
-- claim there; in typed prose a word is one where its neighbours make it one ("your rate falls to", and not "a case that falls
-- outside").
-- Must not: know a figure.

local function set(list)
  local made = {}
  for _, word in ipairs(list) do made[word] = true end
  return made
end

-- What each word asks of a figure (claims.lua).
local WORDS = {
  high = "higher above", low = "lower below", similar = "similar comparable", all = "all every always", none = "none never",
  both = "both", most = "most majority mostly", half = "half", minority = "minority",
  better = "better improve improves improved improving improvement",
    worse = "worse worsen worsens worsened worsening deteriorate deteriorates deteriorated deteriorating deterioration",
  rise = "increase increased increases increasing rise rises rose risen rising grow grows grew grown growing growth "
    .. "climb climbs climbed climbing surge surged soar soared jumped",
  fall = "decrease decreased decreases decreasing fall falls fell fallen falling drop drops dropped dropping reduce "
    .. "reduces reduced reducing reduction reductions decline declines declined declining shrink shrinks shrank "
    .. "shrinking plummeted plunged slipped dip dips dipped",
  same = "unchanged",
  -- No class or change of one figure says so much.
  never = "highest lowest greater greatest best worst largest smallest biggest fewest least exceed exceeds exceeded "
    .. "outperform outperforms outperformed surpass surpassed doubled doubles halved halves trebled tripled",
}
local KINDS = {}
for kind, list in pairs(WORDS) do
  for word in list:gmatch "%a+" do KINDS[word] = kind end
end

-- Claims of several words; false: they only look like one. common: not looked for in typed text; typed: only there.
local PHRASES = {
  { "above average", "high" }, { "above the average", "high" }, { "below average", "low" }, { "below the average", "low" },
  { "larger than", "high" }, { "bigger than", "high" }, { "smaller than", "low" },
  { "more than half", "most" }, { "less than half", "minority" }, { "fewer than half", "minority" }, { "few of", "minority" },
  { "a few of", false }, { "half of", "half" }, { "half the", "half" }, { "half your", "half" }, { "half our", "half" },
  { "every one", "all" }, { "both of us", false }, { "both of the", "both" }, { "both of them", "both" }, { "both of your",
    "both" },
  { "both of these", "both" }, { "both of those", "both" }, { "comparable to", "similar" }, { "comparable with", "similar" },
  { "in line with", "similar", common = true }, { "on a par with", "similar" }, { "identical to", "never" }, { "double the",
    "never" },
  { "the same as", "same" }, { "no change", "same", common = true }, { "not changed", "same", common = true },
  { "went up", "rise" }, { "gone up", "rise" }, { "going up", "rise" }, { "up from", "rise" }, { "up on last", "rise" },
  { "went down", "fall" }, { "gone down", "fall" }, { "going down", "fall" }, { "down from", "fall" }, { "down on last", "fall" },
  { "at least", false }, { "not least", false }, { "last but not least", false }, { "above all", false }, { "as above", false },
  { "no more than", false }, { "no less than", false }, { "tax reduction", false }, { "economic growth", false },
  { "ethnic minority", false }, { "give rise", false }, { "gives rise", false }, { "gave rise", false }, { "given rise", false },
  { "giving rise", false }, { "pay rise", false }, { "rent increase", false }, { "high-rise", false }, { "low-rise", false },
  { "best practice", false }, { "best wishes", false }, { "best interests", false }, { "best interest", false }, { "best value",
    false },
  { "at best", false }, { "at worst", false }, { "let alone", false },
}
for _, verb in ipairs { "remained", "remains", "remain", "stayed", "stays" } do
  for _, how in ipairs { "stable", "steady", "the same", "constant", "level" } do PHRASES[#PHRASES + 1] = { verb .. " " .. how,
    "same" } end
end
-- "more than 80%" before a number is glued.lua's, "more than" before much else ordinary prose: it claims before these.
local COMPARED_WITH = { "others", "other", "similar", "average", "the average", "most", "any", "all" }
local BEFORE = { "last", "the last", "the previous", "previous", "in the last", "in the previous", "the year before", "before",
  "a year ago" }
for _, more in ipairs { "more", "fewer", "less" } do
  for _, with in ipairs(COMPARED_WITH) do
    PHRASES[#PHRASES + 1] = { more .. " than " .. with, more == "more" and "high" or "low" }
  end
  for _, with in ipairs(BEFORE) do
    -- of pieces: "{{ number(change) }} more than" of facts, "last year" of any
    PHRASES[#PHRASES + 1] = { more .. " than " .. with, more == "more" and "rise" or "fall", whole = true }
  end
  for _, noun in ipairs { "complaints", "cases", "decisions", "remedies" } do
    PHRASES[#PHRASES + 1] = { more .. " " .. noun .. " than", "never" }
  end
end
for _, with in ipairs { "others", "other", "similar", "average", "the average", "last", "the last", "the previous", "that of",
  "those of" } do
  PHRASES[#PHRASES + 1] = { "in line with " .. with, "similar" }
end
for _, with in ipairs { "yours", "others", "the average", "that of", "those of" } do
  for _, under in ipairs { "under", "below" } do PHRASES[#PHRASES + 1] = { under .. " " .. with, "low" } end
  for _, over in ipairs { "over", "above" } do PHRASES[#PHRASES + 1] = { over .. " " .. with, "high" } end
end
-- Printed, such a "no" is a number (en/numerals.lua).
for _, noun in ipairs { "complaints", "cases", "decisions", "investigations", "detailed investigations", "upheld complaints",
  "remedies",
  "recommendations", "compliance outcomes", "outcomes", "findings" } do
  PHRASES[#PHRASES + 1] = { "no " .. noun, "none", typed = true }
end

-- The field's terms: words beside which "similar" is no claim, for they name the peers.
local PEERS_WORDS = set { "authorities", "councils", "bodies", "landlords", "authority", "organisations" }

-- In typed text these are too common to be taken for claims.
local COMMON = set { "above", "below", "every", "half", "greater", "comparable", "jumped", "slipped" }

-- Typed, these claim something before these words only.
local MEASURES = set { "rate", "rates", "share", "number", "numbers", "proportion", "percentage", "figure", "figures", "result",
  "results",
  "record", "performance", "performing", "of", "in", "among", "rise", "fall", "increase", "decrease" }
local COUNTED = set { "complaints", "cases", "decisions", "investigations", "recommendations", "remedies", "outcomes", "were",
  "upheld" }
local DONE = set { "complied", "complies", "comply", "carried", "carries", "carry", "upheld", "accepted", "accepts", "provided",
  "provides",
  "remedied", "agreed", "agrees" }
local ONLY_BEFORE = { best = MEASURES, least = MEASURES, both = COUNTED, always = DONE, never = DONE }
-- And these nothing before these: "the largest councils".
local BODIES = set { "authorities", "councils", "bodies", "landlords", "authority", "organisations", "part", "cities", "towns",
  "providers" }
local NOT_BEFORE = { worst = set { "case" }, largest = BODIES, smallest = BODIES, biggest = BODIES, fewest = BODIES }

-- Verbs that claim by themselves and not with an object: "your rate reduces to 5%", "it reduces the delay"; nor in the
-- infinitive.
local VERBS = set { "improve", "improves", "improving", "reduce", "reduces", "reducing" }
-- Verbs that claim but in the infinitive and before these words: "a case that falls outside", "we declined to", "drop the".
local AWAY = set { "outside", "within", "on", "under", "into", "short", "foul", "in", "behind", "through", "away", "back",
  "upon", "out", "off",
  "up", "due", "victim", "the", "a", "an", "any", "your", "our", "their", "its", "his", "her", "this", "these", "it", "them",
    "us", "me" }
local MOVES = set { "grow", "grows", "drop", "drops", "decline", "declines", "declined", "declining", "fall", "falls", "worsen",
  "worsens",
  "climb", "climbs", "surge", "soar", "shrink", "shrinks", "dip", "dips", "deteriorate", "deteriorates", "rise", "rises" }
local BEFORE_VERB = set { "to", "can", "could", "will", "would", "should", "must", "may", "might", "shall", "help", "helps",
  "helped", "please",
  "we", "you", "who" }
local AFTER_VERB = set { "from", "by", "since", "this", "again", "further", "and", "or", "but", "slightly", "sharply", "markedly",
  "steadily", "considerably", "significantly", "greatly", "year", "between", "after", "each", "as", "while", "compared", "when",
    "until",
  "over", "then" }
-- A service's improvements are no claim, an improvement on something is.
local AFTER_IMPROVEMENT = set { "on", "over", "since", "from", "in", "compared", "this", "year" }

-- Before these it is a noun: "a rise in complaints".
local BEFORE_NOUN = set { "a", "an", "the", "this", "no", "sharp", "slight", "small", "steep", "steady", "marked",
  "further", "large",
  "overall", "clear" }

local function word_before(folded, from)
  return folded:sub(math.max(1, from - 16), from - 1):match "(%a+)%s+$"
end

local function verb_is_none(word, folded, from, after)
  local before = word_before(folded, from)
  if before and BEFORE_NOUN[before] then return folded:find("^%-%a", after) ~= nil end
  if before and BEFORE_VERB[before] then return true end
  local next_word, behind = folded:match("^%s+(%a+)()", after)
  if not next_word or AFTER_VERB[next_word] then return folded:find("^%-%a", after) ~= nil end
  if next_word ~= "to" and next_word ~= "in" then return not MOVES[word] or AWAY[next_word] == true end
  return folded:find("^%s+%a", behind) ~= nil and not folded:find("^%s+the last%f[%A]", behind)
end

-- Words that claim nothing where they stand.
local function exempt(word, text, from, after, folded, typed)
  if word == "greater" then return text:find("^G%l+ %u", from) ~= nil end -- a place: Greater Manchester
  if word == "similar" or word == "comparable" then
    local next_word = folded:match("^%s+(%a+)", after)
    return next_word ~= nil and PEERS_WORDS[next_word] == true
  end
  if not typed then return false end
  if VERBS[word] or MOVES[word] then return verb_is_none(word, folded, from, after) end
  local only = ONLY_BEFORE[word]
  if only then return not only[folded:match("^%s+(%a+)", after) or ""] end
  local none = NOT_BEFORE[word]
  if none then return none[folded:match("^[%s-]+(%a+)", after) or ""] == true end
  if word == "improvement" then
    local next_word = folded:match("^%s+(%a+)", after)
    local before = word_before(folded, from)
    if next_word then return not AFTER_IMPROVEMENT[next_word] end
    return before ~= "an" and before ~= "marked" and before ~= "clear"
  end
  return false
end

return {
  kinds = KINDS, phrases = PHRASES, common = COMMON, exempt = exempt,
  -- Before a claim they turn it round, anywhere in its clause.
  negations = set { "not", "never", "no", "nor", "neither", "hardly", "barely", "scarcely", "without", "rarely", "cannot",
    "isn't", "aren't",
    "wasn't", "weren't", "doesn't", "don't", "didn't", "can't", "hasn't", "haven't", "won't", "wouldn't" },
  turning = { "far from", "anything but", "failed to", "fails to", "fail to", "nowhere near", "nothing like", "short of",
    "instead of",
    "rather than" },
  not_turning = { "not only", "not just", "not merely", "not simply", "no doubt", "not least", "without doubt",
    "without exception" },
  -- A clause begins with one of these, behind a comma or not; and behind a comma that none of the others follow.
  clauses = set { "but", "because", "although", "though", "while", "whereas", "so", "yet" },
  within = set { "in", "on", "at", "by", "for", "from", "of", "to", "with", "as", "overall", "however", "therefore", "indeed",
    "perhaps",
    "again", "after", "before", "during", "over", "since", "last", "nor", "or" },
  subjects = set { "we", "it", "they", "you", "your", "yours", "our", "ours", "the", "this", "that", "these", "those", "its",
    "their" },
  conjunction = "and",
}
