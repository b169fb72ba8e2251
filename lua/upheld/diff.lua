-- diff.lua: what changed in letters since another run, letter by letter: in words, and in numbers by their traces.
-- Owns: what counts as a change: a word of the text letter, a number of a figure, whatever else approvals go by; letters that came
-- or went.
-- Must not: judge a change; write.

local approvals = require "upheld.approvals"
local fault = require "upheld.fault"
local json = require "upheld.json_text"
local words = require "upheld.words"

local core = require "upheld.core"

local diff = {}

local CONTEXT = 4          -- words shown before and after a change
local BITS = 62            -- columns of a table in one integer
local FULL = (1 << BITS) - 1
local MOST_CELLS = 60000000 -- of the table that finds the longest common words; a letter has some six hundred of them

---@class upheld.LetterChange
---@field code string
---@field state "changed"|"new"|"gone"
---@field form boolean      changed, but no word is: blanks, lines and signs of the text, or emphasis, links and charts of the page
---@field words { before: string, old: string, new: string, after: string }[]
---@field numbers { figure: string, field: string, kind: string, old: string?, new: string? }[]

---@class upheld.LetterDiff
---@field same integer                       letters without a change
---@field not_compared integer               of a part of the letters: those of the others in the folder
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

-- The rows of the table of longest common sequences, a bit a column: 1 where it is as long as one column before (Hyyrö, "Bit-parallel
-- LCS-length computation revisited", 2004). Sixty-two columns at once, so that no sum leaves an integer.
local function bit_rows(a, b, from, n, m)
  local limbs, places = (m + BITS - 1) // BITS, {}
  for j = 0, m - 1 do
    local word = b[from + j]
    places[word] = places[word] or {}
    local limb = j // BITS + 1
    places[word][limb] = (places[word][limb] or 0) | 1 << j % BITS
  end
  local rows, above, none = {}, {}, {}
  for k = 1, limbs do above[k] = FULL end
  for i = 1, n do
    local row, met, carry = {}, places[a[from + i - 1]] or none, 0
    for k = 1, limbs do
      local bits = above[k]
      local both = bits & (met[k] or 0)
      local sum = bits + both + carry
      row[k], carry = (sum | bits & ~both) & FULL, sum >> BITS
    end
    rows[i], above = row, row
  end
  return rows
end

-- Pairs of places of a longest common sequence of words, within what the beginning and the end do not share.
local function common_places(a, b, from, to_a, to_b)
  local n, m = to_a - from + 1, to_b - from + 1
  if n < 1 or m < 1 or n * m > MOST_CELLS then return {} end
  local rows, found = bit_rows(a, b, from, n, m), {}
  local i, j = n, m
  local function longer(row) return rows[row][(j - 1) // BITS + 1] & 1 << (j - 1) % BITS == 0 end
  while i > 0 and j > 0 do
    if not longer(i) then
      j = j - 1
    elseif i > 1 and longer(i - 1) then
      i = i - 1
    else
      found[#found + 1] = { from + i - 1, from + j - 1 }
      i, j = i - 1, j - 1
    end
  end
  for k = 1, #found // 2 do found[k], found[#found + 1 - k] = found[#found + 1 - k], found[k] end
  return found
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
      made[letter.code], codes[#codes + 1] = { text = letter.text, trace = letter.trace, letter = letter }, letter.code
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
      made[code], codes[#codes + 1] = { text = text, trace = core.read_file(what .. "/" .. code .. ".trace.json") or nil,
        page = core.read_file(what .. "/" .. code .. ".html") or nil }, code
    end
  end
  if #codes == 0 then
    return nil, fault.new { code = "no-letters", file = what, message = "there is no text letter (CODE.txt) in this folder",
      hint = "letters are compared by their text and their traces: --format text,trace" }
  end
  return made, codes
end

-- The page of a letter, as it is approved; nil where a folder has none.
local function body_of(one)
  local page = one.letter and one.letter.html or one.page
  return page and approvals.body(page)
end

-- Whether two letters of the same words differ in what is no word.
local function other_form(a, b)
  if a.text ~= b.text then return true end
  local old = body_of(a)
  return old ~= nil and old ~= body_of(b)
end

--- What changed in letters since another run.
---@param letters upheld.Letters
---@param other upheld.Letters|string   the earlier batch, or the folder it was written into (CODE.txt; CODE.trace.json for numbers)
---@param options { part: boolean? }?   part: the letters are some of those of the other run, whose rest is not gone
---@return upheld.LetterDiff? result, upheld.Fault? err
function diff.run(letters, other, options)
  fault.check_keys("letters:diff", options or {}, { "part" }, 3)
  local part = options and options.part
  local new, new_codes = side(letters)
  local old, old_codes = side(other)
  if not old then return nil, old_codes end
  local codes = {}
  for _, code in ipairs(new_codes) do codes[#codes + 1] = code end
  local self = setmetatable({ same = 0, not_compared = 0, changes = {} }, LetterDiff)
  for _, code in ipairs(old_codes) do
    if not new[code] and part then self.not_compared = self.not_compared + 1
    elseif not new[code] then codes[#codes + 1] = code end
  end
  table.sort(codes)
  for _, code in ipairs(codes) do
    local a, b = old[code], new[code]
    local change = { code = code, state = not a and "new" or not b and "gone" or "changed", form = false, words = {},
      numbers = {} }
    if a and b then
      change.words = a.text == b.text and {} or diff.words(a.text, b.text)
      if a.trace and b.trace then change.numbers = number_changes(a.trace, b.trace) end
      change.form = #change.words == 0 and #change.numbers == 0 and other_form(a, b)
    end
    local none = #change.words == 0 and #change.numbers == 0 and not change.form
    if change.state == "changed" and none then self.same = self.same + 1
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
    if change.form then
      lines[#lines + 1] = "  no word: blanks, lines or signs of the text, or emphasis, links or charts of the page"
    end
  end
  lines[#lines + 1] = ("%s with changes, %d the same"):format(words.counted(#self.changes, "letter"), self.same)
    .. (self.not_compared > 0 and (", %d of others not compared"):format(self.not_compared) or "")
  return table.concat(lines, "\n")
end

--- The result as JSON: { same, not_compared, changes: [{ code, state, form, numbers: [...], words: [...] }] }.
---@return string
function LetterDiff:json()
  local changes = {}
  for i, change in ipairs(self.changes) do
    local numbers, texts = {}, {}
    for k, n in ipairs(change.numbers) do numbers[k] = json.fields(n, { "figure", "kind", "field", "old", "new" }) end
    for k, w in ipairs(change.words) do texts[k] = json.fields(w, { "before", "old", "new", "after" }) end
    changes[i] = json.object { { "code", json.value(change.code) }, { "state", json.value(change.state) },
      { "form", json.value(change.form) },
      { "numbers", "[" .. table.concat(numbers, ",") .. "]" }, { "words", "[" .. table.concat(texts, ",") .. "]" } }
  end
  return json.object { { "same", json.value(self.same) }, { "not_compared", json.value(self.not_compared) },
    { "changes", json.array(changes) } } .. "\n"
end

return diff
