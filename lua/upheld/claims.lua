-- claims.lua: words that claim something of a figure: higher, similar, all, none, most, rose ... and whether the figure bears them out.
-- Owns: which words these are, in English, and what each asks of a figure.
-- Must not: print, or know templates. A word that claims nothing here is declared by the wording: literal "all".

local claims = {}

-- What each word asks of a figure.
local KINDS = {
  higher = "high", above = "high", lower = "low", below = "low", similar = "similar",
  all = "all", every = "all", none = "none", most = "most", majority = "most", half = "half", both = "all",
  better = "better", worse = "worse",
  increase = "rise", increased = "rise", increases = "rise", rise = "rise", rose = "rise", risen = "rise", rising = "rise",
  decrease = "fall", decreased = "fall", decreases = "fall", fell = "fall", fallen = "fall", falling = "fall",
  improved = "better", worsened = "worse", deteriorated = "worse", unchanged = "same",
}

-- The field's terms: words beside which "similar" is no claim, for they name the peers.
local PEERS = "^ +(%a+)"
local PEERS_WORDS = { authorities = true, councils = true, bodies = true, landlords = true, authority = true,
  organisations = true }

-- In typed text these are too common to be taken for claims; in what a figure prints they are claims.
local COMMON = { above = true, below = true, every = true, both = true, half = true }

local MOST_KNOWN = 5000
local known, count = {}, 0 -- what printed texts claim

--- The claims in a text, in order: { word, kind, from, to }.
---@param text string
---@param typed boolean?   typed by hand: common words are left out
---@return { word: string, kind: string, from: integer, to: integer }[]
function claims.of(text, typed)
  local list = not typed and known[text]
  if list then return list end
  list = {}
  for from, word, after in text:gmatch("()(%a+)()") do
    local lower = word:lower()
    local kind = KINDS[lower]
    if kind and not (typed and COMMON[lower]) then
      local next_word = lower == "similar" and text:match(PEERS, after)
      if not (next_word and PEERS_WORDS[next_word]) then
        list[#list + 1] = { word = word, kind = kind, from = from, to = after - 1 }
      end
    end
  end
  if not typed then -- the same names, rates and words are printed again and again
    if count >= MOST_KNOWN then known, count = {}, 0 end
    known[text], count = list, count + 1
  end
  return list
end

local function of_counts(kind, f)
  local x, n = f.numerator, f.denominator
  if x == nil or n == nil or n == 0 then return false end
  if kind == "all" then return x == n end
  if kind == "none" then return x == 0 end
  if kind == "most" then return 2 * x > n and x < n end -- of all it would mislead
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
  all = of_counts, none = of_counts, most = of_counts, half = of_counts,
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
