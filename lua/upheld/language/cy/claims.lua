-- language/cy/claims.lua: Welsh words that claim something of a figure, and what turns a claim round.
-- Owns: which words and phrases are claims, printed and typed, in every mutation.
-- Must not: know a figure; take "gorau", "mwyaf" or "lleiaf" in typed prose for claims (arfer gorau, o leiaf), nor the
-- infinitives
-- "gwella", "codi", "tyfu", which are what one is to do.

local numbers = require "upheld.language.cy.numbers"

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

local CLAIMS = {
  high = { "uwch", "uwchlaw" }, low = { "is", "islaw" }, similar = { "tebyg" },
  all = { "pob", "holl", "oll" }, most = { "mwyafrif" }, minority = { "lleiafrif" }, half = { "hanner" },
  better = { "gwell", "gwellodd", "gwelliant" }, worse = { "gwaeth", "gwaethygodd", "dirywiad", "dirywiodd" },
  rise = { "cynnydd", "cynyddodd", "cynyddu", "cododd", "tyfodd", "twf", "esgynnodd" },
  fall = { "gostyngiad", "gostyngodd", "gostwng", "lleihad", "lleihaodd", "lleihau", "disgynnodd", "cwymp", "cwympodd",
    "syrthiodd" },
  same = { "digyfnewid" },
  never = { "uchaf", "isaf", "gorau", "gwaethaf", "mwyaf", "lleiaf", "dyblodd", "haneru", "hanerodd" },
}

local KINDS = { dim = "none" } -- its mutated form is a mere "not"
for kind, list in pairs(CLAIMS) do
  for _, word in ipairs(with_mutations(list)) do KINDS[word] = kind end
end

-- Claims of several words; false: words that only look like one. common: not looked for in typed text; typed: only there.
local PHRASES = {
  { "dim ond", false }, { "ddim ond", false }, { "ar y cyfan", false }, { "o leiaf", false }, { "ar y gorau", false },
  { "dim un", "none" }, { "ddim un", "none" }, { "dim o", "none", common = true },
  { "mwy na hanner", "most" }, { "fwy na hanner", "most" }, { "rhan fwyaf", "most" }, { "rhan helaethaf", "most" },
  { "llai na hanner", "minority" }, { "lai na hanner", "minority" },
  { "pob un", "all" }, { "bob un", "all" }, { "phob un", "all" }, { "i gyd", "all" }, { "y cyfan", "all" }, { "bob amser", "all",
    common = true },
  { "y ddau", "both", common = true }, { "y ddwy", "both", common = true }, { "r ddau", "both", common = true },
  { "r ddwy", "both", common = true }, { "ill dau", "both", common = true }, { "ill dwy", "both", common = true },
  { "wedi codi", "rise" }, { "wedi tyfu", "rise" }, { "wedi disgyn", "fall" }, { "wedi gwella", "better" },
  { "wedi gwaethygu", "worse" }, { "wedi dirywio", "worse" }, { "heb newid", "same" },
  { "yr un fath a", "same" }, { "hanner yr achosion", "half" }, { "hanner y cwynion", "half" }, { "hanner eich", "half" },
  { "yn unol a", "similar", common = true }, { "cymharol a", "similar" },
}
for _, noun in ipairs { "cwynion", "achosion", "penderfyniadau", "ymchwiliadau", "argymhellion" } do
  PHRASES[#PHRASES + 1] = { "dim " .. noun, "none", typed = true }
  PHRASES[#PHRASES + 1] = { "unrhyw " .. noun, false }
end
for _, with in ipairs { "nag eraill", "na'r cyfartaledd", "nag awdurdodau eraill", "na chynghorau eraill" } do
  for _, more in ipairs { "mwy", "fwy" } do PHRASES[#PHRASES + 1] = { more .. " " .. with, "high" } end
  for _, less in ipairs { "llai", "lai" } do PHRASES[#PHRASES + 1] = { less .. " " .. with, "low" } end
end

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

local COMMON = { "hanner", "uwchlaw", "islaw" }
for _, word in ipairs(with_mutations { "pob", "gorau", "mwyaf", "lleiaf", "uchaf", "isaf", "haneru" }) do
  COMMON[#COMMON + 1] = word
end

return {
  kinds = KINDS, phrases = PHRASES, common = set(COMMON), exempt = exempt, with_mutations = with_mutations,
  -- "na" and "nac" are not among them: more often they are "than" and "nor".
  negations = set { "nid", "ni", "nis", "nad", "nas", "byth", "heb", "doedd", "doeddent", "dydy", "dydyn", "dyw", "ddim",
    "prin" },
  turning = { "ymhell o fod", "methodd a bod", "yn hytrach na" },
  not_turning = { "nid yn unig", "heb os", "heb amheuaeth" },
  clauses = set { "ond", "oherwydd", "er", "tra", "felly" },
  within = set { "yn", "ar", "gan", "o", "i", "am", "gyda", "eleni", "llynedd", "fodd", "bynnag", "felly", "na", "nac", "neu" },
  subjects = set { "mae", "roedd", "oedd", "maent", "yr", "y", "mi", "fe", "rydym", "cafodd", "cadarnhawyd" },
  conjunction = "ac",
}
