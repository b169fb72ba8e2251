-- fault.lua: the error values of the Lua side, and the nearest name to a
-- misspelt one.
-- Owns: the fields and the printed form of a fault, the same as those of the
-- errors that the core returns: code, message, file, line, column, value, hint.
-- Must not: read files, or decide what is a fault.

local fault = {}

---@class upheld.Fault
---@field code string      short stable name, such as "absent-name"
---@field message string   a sentence without the place
---@field file string?
---@field line integer?
---@field column string?
---@field value any        what was found
---@field hint string?     the remedy
---@field letter string?   code of the authority whose letter it concerns
---@field faults upheld.Fault[]?  all of them, where one error stands for several
local Fault = { __name = "upheld.fault" }
Fault.__index = Fault

local SHOWN_LETTERS = 3 -- codes named in one line of a summary; the rest are counted

-- "file:line: " as far as known.
local function place(self)
  if not self.file then return "" end
  return self.line and ("%s:%d: "):format(self.file, self.line) or self.file .. ": "
end

local function line_of(self)
  return ("%s%s (%s)%s"):format(place(self), self.message, self.code, self.hint and "; " .. self.hint or "")
end

-- "(in 158 letters: E06000001, E06000002, E06000003 and others)"
local function letters_of(codes)
  if #codes == 0 then return "" end
  if #codes == 1 then return (" [letter %s]"):format(codes[1]) end
  local shown = table.concat(codes, ", ", 1, math.min(#codes, SHOWN_LETTERS))
  return (" [%d letters: %s%s]"):format(#codes, shown, #codes > SHOWN_LETTERS and ", ..." or "")
end

-- The same fault at the same place in many letters is one line of the report.
local function grouped(list)
  local groups, by_line = {}, {}
  for _, one in ipairs(list) do
    local text = line_of(one)
    local group = by_line[text]
    if not group then
      group = { text = text, codes = {} }
      by_line[text] = group
      groups[#groups + 1] = group
    end
    if one.letter and group.codes[#group.codes] ~= one.letter then group.codes[#group.codes + 1] = one.letter end
  end
  return groups
end

function Fault:__tostring()
  if not self.faults then
    return line_of(self) .. letters_of(self.letter and { self.letter } or {})
  end
  local lines = { self.summary }
  for _, group in ipairs(grouped(self.faults)) do lines[#lines + 1] = group.text .. letters_of(group.codes) end
  return table.concat(lines, "\n")
end

--- A fault from its fields.
---@param fields table
---@return upheld.Fault
function fault.new(fields)
  return setmetatable(fields, Fault)
end

--- Whether a value is a fault made here.
---@return boolean
function fault.is(value)
  return getmetatable(value) == Fault
end

--- One error that stands for a list of faults: it has the fields of the first, the whole list as `faults`,
--- and prints all of them, the same fault in many letters as one line.
---@param list upheld.Fault[]  at least one
---@param summary string       first line of the printed form
---@return upheld.Fault
function fault.all(list, summary)
  local first = list[1]
  return fault.new {
    code = first.code, message = first.message, file = first.file, line = first.line, column = first.column,
    value = first.value, hint = first.hint, letter = first.letter, faults = list, summary = summary,
  }
end

-- Levenshtein distance in bytes; names are short.
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local cost = diagonal + (a:byte(i) == b:byte(j) and 0 or 1)
      diagonal = row[j]
      row[j] = math.min(cost, row[j] + 1, row[j - 1] + 1)
    end
  end
  return row[#b]
end

--- The nearest of some names, or nil when none is near (more than a third of the letters differ).
---@param name string
---@param names string[]
---@return string?
function fault.nearest(name, names)
  if type(name) ~= "string" then return nil end
  local best, least = nil, math.max(1, #name // 3) + 1
  for _, candidate in ipairs(names) do
    local d = distance(name:lower(), candidate:lower())
    if d < least or (d == least and best and candidate < best) then best, least = candidate, d end
  end
  return best
end

--- 'did you mean "x"?', or else the list of what is allowed.
---@param name any
---@param names string[]
---@return string
function fault.suggestion(name, names)
  local near = fault.nearest(name, names)
  if near then return ('did you mean "%s"?'):format(near) end
  local sorted = {}
  for i, each in ipairs(names) do sorted[i] = each end
  table.sort(sorted)
  if #sorted == 0 then return "there is none to choose from" end
  return "known: " .. table.concat(sorted, ", ")
end

local function among(list, wanted)
  for i = 1, #list do
    if list[i] == wanted then return true end
  end
  return false
end

--- Raises, in the caller's caller, on the first key of `options` (in order of name) that is not among `known`.
---@param what string        what the options are of, for the message
---@param options table
---@param known string[]
---@param level integer?     as error's, counted from the caller; 2 when absent
function fault.check_keys(what, options, known, level)
  level = (level or 2) + 1
  if type(options) ~= "table" then error(("%s: a table is expected, not %s"):format(what, type(options)), level) end
  local unknown
  for key in pairs(options) do
    if not among(known, key) then
      unknown = unknown or {}
      unknown[#unknown + 1] = tostring(key)
    end
  end
  if not unknown then return end
  table.sort(unknown)
  error(('%s: unknown key "%s"; %s'):format(what, unknown[1], fault.suggestion(unknown[1], known)), level)
end

return fault
