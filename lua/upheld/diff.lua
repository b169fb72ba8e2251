-- diff.lua: what changed in letters since another run, letter by letter: in words, and in numbers by their traces.
-- Owns: what counts as a change: a word of the text letter, a number of a figure; letters that came or went.
-- Must not: judge a change; write.

local fault = require "upheld.fault"
local json = require "upheld.json_text"
local words = require "upheld.words"

local core = require "upheld.core"

local diff = {}

local CONTEXT = 4          -- words shown before and after a change
local MOST_CELLS = 4000000 -- of the table that finds the longest common words; a letter has some six hundred of them

---@class upheld.LetterChange
---@field code string
---@field state "changed"|"new"|"gone"
---@field words { before: string, old: string, new: string, after: string }[]
---@field numbers { figure: string, field: string, kind: string, old: string?, new: string? }[]

---@class upheld.LetterDiff
---@field same integer                       letters without a change
---@field changes upheld.LetterChange[]      in the order of codes
local LetterDiff = { __name = "upheld.letter_diff" }
LetterDiff.__index = LetterDiff

--------------------------------------------------------------------------------
-- Words

local function words_of(text)
  local list = {}
  for word in text:gmatch "%S+" do
    if word:find "[%w\128-\255]" then list[#list + 1] = word end -- lines under headings and in tables are no words
  end
  return list
end

-- Pairs of places of a longest common sequence of words, within what the beginning and the end do not share.
local function common_places(a, b, from, to_a, to_b)
  local n, m = to_a - from + 1, to_b - from + 1
  if n < 1 or m < 1 or n * m > MOST_CELLS then return {} end
  local rows = {}
  for i = n + 1, 1, -1 do
    rows[i] = {}
    for j = m + 1, 1, -1 do
      if i > n or j > m then rows[i][j] = 0
      elseif a[from + i - 1] == b[from + j - 1] then rows[i][j] = rows[i + 1][j + 1] + 1
      else rows[i][j] = math.max(rows[i + 1][j], rows[i][j + 1]) end
    end
  end
  local pairs_of, i, j = {}, 1, 1
  while i <= n and j <= m do
    if a[from + i - 1] == b[from + j - 1] then
      pairs_of[#pairs_of + 1] = { from + i - 1, from + j - 1 }
      i, j = i + 1, j + 1
    elseif rows[i + 1][j] >= rows[i][j + 1] then i = i + 1
    else j = j + 1 end
  end
  return pairs_of
end

--- The changes from one text to another, word by word.
---@param old string
---@param new string
---@return { before: string, old: string, new: string, after: string }[]
function diff.words(old, new)
  local a, b, list = words_of(old), words_of(new), {}
  local from, to_a, to_b = 1, #a, #b
  while from <= to_a and from <= to_b and a[from] == b[from] do from = from + 1 end
  while to_a >= from and to_b >= from and a[to_a] == b[to_b] do to_a, to_b = to_a - 1, to_b - 1 end
  local places = common_places(a, b, from, to_a, to_b)
  places[#places + 1] = { to_a + 1, to_b + 1 }
  local i, j = from, from
  for _, place in ipairs(places) do
    if place[1] > i or place[2] > j then
      list[#list + 1] = { before = table.concat(b, " ", math.max(1, j - CONTEXT), j - 1),
        old = table.concat(a, " ", i, place[1] - 1), new = table.concat(b, " ", j, place[2] - 1),
        after = table.concat(b, " ", place[2], math.min(#b, place[2] + CONTEXT - 1)) }
    end
    i, j = place[1] + 1, place[2] + 1
  end
  return list
end

--------------------------------------------------------------------------------
-- Numbers

-- The numbers of a trace by figure, kind and field, in their order; and the order of these keys.
local function numbers_of(trace)
  local by_key, order = {}, {}
  for line in (trace or ""):gmatch '\n({"number":[^\n]*)' do
    local function get(key) return line:match('"' .. key .. '":"(.-[^\\])"') end
    local figure = get "figure"
    if figure then
      local year = line:match '"kind":"series".*"year":(%d+)'
      local key = ("%s\t%s\t%s"):format(figure .. (year and " " .. year or ""), get "kind", get "field")
      if not by_key[key] then
        by_key[key] = {}
        order[#order + 1] = key
      end
      table.insert(by_key[key], get "text")
    end
  end
  return by_key, order
end

-- Every way in which a number of a figure is another now, each once.
local function number_changes(old_trace, new_trace)
  local old, old_order = numbers_of(old_trace)
  local new, order = numbers_of(new_trace)
  for _, key in ipairs(old_order) do
    if not new[key] then order[#order + 1] = key end
  end
  local list = {}
  for _, key in ipairs(order) do
    local before, after, told = old[key] or {}, new[key] or {}, {}
    for i = 1, math.max(#before, #after) do
      local change = ("%s\t%s"):format(tostring(before[i]), tostring(after[i]))
      if before[i] ~= after[i] and not told[change] then
        told[change] = true
        local figure, kind, field = key:match "^([^\t]*)\t([^\t]*)\t(.*)$"
        list[#list + 1] = { figure = figure, kind = kind, field = field, old = before[i], new = after[i] }
      end
    end
  end
  return list
end

--------------------------------------------------------------------------------
-- Batches

-- Text and trace of each letter by code: of a batch, or of a folder that one was written into.
local function side(what)
  local made, codes = {}, {}
  if type(what) ~= "string" then
    for _, letter in ipairs(what) do
      made[letter.code], codes[#codes + 1] = { text = letter.text, trace = letter.trace }, letter.code
    end
    return made, codes
  end
  local names, err = core.list_files(what)
  if not names then return nil, err end
  for name in names:gmatch "[^%z]+" do
    local code = name:match "^(.*)%.txt$"
    if code then
      local text, why = core.read_file(what .. "/" .. name)
      if not text then return nil, why end
      made[code], codes[#codes + 1] = { text = text, trace = core.read_file(what .. "/" .. code .. ".trace.json") or nil }, code
    end
  end
  if #codes == 0 then
    return nil, fault.new { code = "no-letters", file = what, message = "there is no text letter (CODE.txt) in this folder",
      hint = "letters are compared by their text and their traces: --format text,trace" }
  end
  return made, codes
end

--- What changed in letters since another run.
---@param letters upheld.Letters
---@param other upheld.Letters|string   the earlier batch, or the folder it was written into (CODE.txt; CODE.trace.json for numbers)
---@return upheld.LetterDiff? result, upheld.Fault? err
function diff.run(letters, other)
  local new, new_codes = side(letters)
  local old, old_codes = side(other)
  if not old then return nil, old_codes end
  local codes = {}
  for _, code in ipairs(new_codes) do codes[#codes + 1] = code end
  for _, code in ipairs(old_codes) do
    if not new[code] then codes[#codes + 1] = code end
  end
  table.sort(codes)
  local self = setmetatable({ same = 0, changes = {} }, LetterDiff)
  for _, code in ipairs(codes) do
    local a, b = old[code], new[code]
    local change = { code = code, state = not a and "new" or not b and "gone" or "changed", words = {}, numbers = {} }
    if a and b then
      change.words = a.text == b.text and {} or diff.words(a.text, b.text)
      if a.trace and b.trace then change.numbers = number_changes(a.trace, b.trace) end
    end
    if change.state == "changed" and #change.words == 0 and #change.numbers == 0 then self.same = self.same + 1
    else self.changes[#self.changes + 1] = change end
  end
  return self
end

local function number_line(n)
  return ("  %s (%s, %s): %s -> %s"):format(n.figure, n.kind, n.field, n.old or "not there", n.new or "not there")
end

local function word_line(w)
  local function shown(mark, text) return text ~= "" and ("[%s%s]"):format(mark, text) or "" end
  local parts = {}
  for _, part in ipairs { w.before ~= "" and "... " .. w.before or "", shown("-", w.old), shown("+", w.new),
    w.after ~= "" and w.after .. " ..." or "" } do
    if part ~= "" then parts[#parts + 1] = part end
  end
  return "  " .. table.concat(parts, " ")
end

function LetterDiff:__tostring()
  local lines = {}
  for _, change in ipairs(self.changes) do
    lines[#lines + 1] = change.code .. (change.state == "changed" and "" or ": " .. change.state)
    for _, n in ipairs(change.numbers) do lines[#lines + 1] = number_line(n) end
    for _, w in ipairs(change.words) do lines[#lines + 1] = word_line(w) end
  end
  lines[#lines + 1] = ("%s with changes, %d the same"):format(words.counted(#self.changes, "letter"), self.same)
  return table.concat(lines, "\n")
end

--- The result as JSON: { same, changes: [{ code, state, numbers: [...], words: [...] }] }.
---@return string
function LetterDiff:json()
  local changes = {}
  for i, change in ipairs(self.changes) do
    local numbers, texts = {}, {}
    for k, n in ipairs(change.numbers) do numbers[k] = json.fields(n, { "figure", "kind", "field", "old", "new" }) end
    for k, w in ipairs(change.words) do texts[k] = json.fields(w, { "before", "old", "new", "after" }) end
    changes[i] = json.object { { "code", json.value(change.code) }, { "state", json.value(change.state) },
      { "numbers", "[" .. table.concat(numbers, ",") .. "]" }, { "words", "[" .. table.concat(texts, ",") .. "]" } }
  end
  return json.object { { "same", json.value(self.same) }, { "changes", json.array(changes) } } .. "\n"
end

return diff
