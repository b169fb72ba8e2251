-- check/folder.lua: a folder of letters held against its manifest, and every number of its traces against the register.
-- Owns: what counts as a disagreement: another byte than the manifest's, a file too many or too few, a number that the register
-- does not give, a number of a page that is not the trace's.
-- Must not: write; make a rate (figures are asked for again, as the letters asked).

local core = require "upheld.core"
local fault = require "upheld.fault"
local helpers = require "upheld.helpers"
local manifest = require "upheld.manifest"
local trace = require "upheld.trace"
local words = require "upheld.words"

local folder = {}

---@class upheld.FolderCheck
---@field ok boolean            nothing disagrees
---@field files integer         outputs whose bytes are the manifest's
---@field numbers integer       numbers that were made again from the register and are the same
---@field taken integer         numbers that the register does not give: facts, dates, declared ones
---@field recomputed boolean    a register was given
---@field drafts boolean        all files are drafts of e-mails: none has numbers to make again
---@field problems upheld.Fault[]
local FolderCheck = { __name = "upheld.folder_check" }
FolderCheck.__index = FolderCheck

local function problem(self, code, file, message, hint)
  self.problems[#self.problems + 1] = fault.new { code = code, file = file, message = message, hint = hint }
end

--------------------------------------------------------------------------------
-- Files

local function check_files(self, directory, list)
  local known, contents = { [manifest.NAME] = true }, {}
  for _, one in ipairs(list) do
    known[one.file] = true
    local bytes, err = core.read_file(directory .. "/" .. one.file)
    if not bytes then
      problem(self, err.code == "no-such-file" and "missing-file" or err.code, one.file, "the file is not there")
    elseif core.sha256(bytes) ~= one.sha256 then
      problem(self, "changed-file", one.file,
        ("the file is not the one that was written (%d bytes, %d were written)"):format(#bytes, one.bytes))
      contents[one.file] = bytes
    else
      self.files = self.files + 1
      contents[one.file] = bytes
    end
  end
  local names, err = core.list_files(directory)
  if not names then return nil, err end
  for name in names:gmatch "[^\0]+" do
    if not known[name] then problem(self, "extra-file", name, "the file is none of those that were written") end
  end
  return contents
end

--------------------------------------------------------------------------------
-- Numbers

local value_of = trace.value

local function flag_of(line, key)
  return line:find('"' .. key .. '":true', 1, true) ~= nil
end

-- The bare digits of a text's numbers, as a set; of one below zero with and without its sign, as it may be printed.
local function numbers_of(text)
  local set = {}
  for sign, token in tostring(text):gmatch "(%-?)(%d[%d,]*%.?%d*)" do
    local bare = token:gsub("[.,]$", ""):gsub(",", ""):gsub("^0+(%d)", "%1")
    set[bare], set[sign .. bare] = true, true
  end
  return set
end

local function interval_text(object, kind)
  local low, high
  if kind == "series" then low, high = object.interval_low, object.interval_high else low, high = object:interval() end
  if not low then return "" end
  local decimals = #((object.value or ""):match "%.(%d+)$" or "")
  return ("%s %s %s %s 1 99"):format(core.number(low * 100, 0), core.number(high * 100, 0), core.number(low, decimals),
    core.number(high, decimals))
end

-- What a field of a figure, an average or an entry of a series says now, as text.
local function said(object, field, kind)
  if field == "rate" then
    local ok, text = pcall(kind == "peers" and helpers.peer_rate or helpers.rate, object)
    return ok and text or ""
  elseif field == "remainder" then
    return object.denominator and object.numerator and object.denominator - object.numerator or ""
  elseif field == "interval" then
    return interval_text(object, kind)
  elseif field == "text" then
    return tostring(object)
  elseif field == "breaks" then
    local parts = {}
    for i, one in ipairs(object.breaks) do parts[i] = one.name .. " " .. one.text end
    return table.concat(parts, " ")
  end
  local ok, value = pcall(function() return object[field] end)
  return ok and value or ""
end

-- The object that a number was read from, asked for again; or nil.
local function object_of(council, line, kind)
  local name = value_of(line, "figure")
  if kind == "series" then
    local series = council:trend(name)
    return series and series:entry(value_of(line, "year"))
  end
  local f = council:figure(name)
  if kind == "figure" then return f end
  local rule = line:match '"peers":(%b{})' or ""
  local group = value_of(rule, "group")
  return f:peers { average = value_of(rule, "average"), include_self = flag_of(rule, "include_self"),
    group = group ~= "type" and (group == "set" and value_of(rule, "group_name") or group) or nil }
end

local ASKED_AGAIN = { figure = true, peers = true, series = true }
local COUNTS = { outcomes = true, received = true }

-- What the register has now where a line (or a part of one) says what it was read from; nil where that is nothing of the register's.
local function now_of(council, line)
  local kind = value_of(line, "kind")
  if COUNTS[kind] then
    local counts = council[kind]
    return counts and tostring(counts[value_of(line, "field")] or 0) or ""
  end
  if not ASKED_AGAIN[kind] or not value_of(line, "figure") then return nil end
  local object = object_of(council, line, kind)
  return object and tostring(said(object, value_of(line, "field"), kind)) or ""
end

-- A sum or a difference made again of its parts: facts as they were; nil where all of them are.
local function made_again(council, parts)
  local total, asked = 0, false
  for part in parts:gmatch "%b{}" do
    local value, now = value_of(part, "value"), now_of(council, part)
    if now then
      asked, value = true, math.tointeger(tonumber(now))
      if not value then return "" end -- the register no longer has it
    end
    total = total + (value_of(part, "sign") == "-" and -1 or 1) * math.tointeger(tonumber(value))
  end
  return asked and ("%d"):format(total) or nil
end

--- A number of a trace asked for again.
---@param council upheld.Authority   of the letter, in the year of the register
---@param line string                the number's line of the trace
---@return boolean? same, string? now   nil where it is nothing of the register's; what the register has now, "none" for nothing
function folder.again(council, line)
  local parts = line:match '"made_of":(%b[])'
  local now
  if parts then now = made_again(council, parts) else now = now_of(council, line) end
  if now == nil then return nil end
  return numbers_of(now)[tostring(value_of(line, "value"))] == true, now == "" and "none" or now
end

-- The decisions behind the counts of a line, or of its parts, looked up again.
local function check_counts(self, file, council, line, references)
  for kind, before, list in line:gmatch '"kind":"(%l+)"([^{}%[%]]*)"references":(%b[])' do
    local label = COUNTS[kind] and value_of(before, "field")
    local now = label and trace.count_references(kind, label, council, references)
    if now and now ~= list then
      problem(self, "decisions-differ", file, ("number %d (%s %s): printed of %s, the register has %s"):format(
        value_of(line, "number"), kind, label, list:sub(1, 200), now:sub(1, 200)))
    end
  end
end

local function check_number(self, file, council, line)
  local same, now = folder.again(council, line)
  if same == nil then
    self.taken = self.taken + 1
  elseif same then
    self.numbers = self.numbers + 1
  else
    problem(self, "number-differs", file, ("number %d (%s, %s of %s): printed %s, the register has %s"):format(
      value_of(line, "number"), value_of(line, "kind"), value_of(line, "field"),
      value_of(line, "figure") or value_of(line, "expression"), value_of(line, "text"), now))
  end
end

-- The figures at the end of a trace, each with counts, interval, class and references, made again.
local function check_figures(self, file, council, content, references)
  local figures = content:match '\n"figures":{(.*)}}\n$'
  for line in ((figures or "") .. ",\n"):gmatch '("[^\n]*}),?\n' do
    local name, text = line:match '^"([%w_]+)":(.*)$'
    local now = name and trace.figure(council:figure(name), references)
    if now and now ~= text then
      local differing = {}
      for key in now:gmatch '"([%w_]+)":' do
        local function part(s) return s:match('"' .. key .. '":(%b[])') or s:match('"' .. key .. '":("?[^,}]*)') end
        if part(now) ~= part(text) then
          differing[#differing + 1] = ("%s %s, the register has %s"):format(key, part(text) or "absent", part(now))
        end
      end
      problem(self, "figure-differs", file, ("%s: %s"):format(name, table.concat(differing, "; "):sub(1, 300)))
    end
  end
end

local ENTITIES = { ["&lt;"] = "<", ["&gt;"] = ">", ["&quot;"] = '"', ["&#39;"] = "'", ["&amp;"] = "&" }

-- The numbers of a page are those of its trace, in number, text and value.
local function check_page(self, file, page, lines)
  local seen = {}
  for number, value, text in page:gmatch '<data id="number%-(%d+)" value="([^"]*)">(.-)</data>' do
    local n = math.tointeger(tonumber(number))
    local line = lines[n]
    text = text:gsub("&[#%w]+;", ENTITIES)
    if seen[n] then problem(self, "page-differs", file, ("number %d stands twice"):format(n)) end
    seen[n] = true
    if not line then
      problem(self, "page-differs", file, ("the trace has no number %d"):format(n))
    elseif value_of(line, "text") ~= text or value_of(line, "value") ~= value then
      problem(self, "page-differs", file, ("number %d is %s here and %s in the trace"):format(n, text, value_of(line, "text")))
    end
  end
  for n, line in ipairs(lines) do
    if not seen[n] and value_of(line, "part") ~= "title" then -- which is no element
      problem(self, "page-differs", file, ("number %d of the trace (%s) is not here"):format(n, value_of(line, "text")))
    end
  end
end

-- How often a number stands in a text whose blanks are single ones, on its own and not within another.
local function times_in(text, number)
  local pattern = number:gsub("%p", "%%%0")
  pattern = (number:find "^%w" and "%f[%w]" or "") .. pattern .. (number:find "%w$" and "%f[^%w]" or "")
  return select(2, text:gsub(pattern, ""))
end

-- The numbers of a text are those of its trace: each stands there at least as often.
local function check_text(self, file, text, lines)
  local counts, order = {}, {}
  for _, line in ipairs(lines) do
    local number = value_of(line, "text")
    if value_of(line, "part") ~= "title" then
      if not counts[number] then order[#order + 1] = number end
      counts[number] = (counts[number] or 0) + 1
    end
  end
  local read = text:gsub("%s+", " ")
  for _, number in ipairs(order) do
    local found = times_in(read, (number:gsub("%s+", " ")))
    if found < counts[number] then
      problem(self, "text-differs", file, ("%s stands here %s, and in the trace %s"):format(number, words.counted(found, "time"),
        words.counted(counts[number], "time")))
    end
  end
end

local function check_trace(self, file, contents, year, references)
  local content, lines = contents[file], {}
  for line in content:gmatch '\n({"number":[^\n]*)' do lines[#lines + 1] = line end
  local page, text = file:gsub("%.trace%.json$", ".html"), file:gsub("%.trace%.json$", ".txt")
  if contents[page] then check_page(self, page, contents[page], lines) end
  if contents[text] then check_text(self, text, contents[text], lines) end
  if not year then return end
  local council, err = year:authority(file:gsub("%.trace%.json$", ""))
  if not council then return problem(self, err.code, file, err.message) end
  for _, line in ipairs(lines) do
    check_number(self, file, council, line)
    check_counts(self, file, council, line, references)
  end
  check_figures(self, file, council, content, references)
end

--------------------------------------------------------------------------------

--- The year of a register as a folder's letters had it.
---@param register upheld.Register
---@param year integer
---@param written table?   the folder's manifest
---@return upheld.Year? year, upheld.Fault? err
function folder.year(register, year, written)
  if not written then return register:year(year) end
  local now = written.boundaries == "as it is now"
  return register:year(year, { disclosure = written.disclosure, boundaries = now and "now" or nil })
end

local function is_traced(outputs)
  for _, one in ipairs(outputs) do
    if one.file:find "%.trace%.json$" then return true end
  end
  return false
end

-- Whether all of them are drafts of e-mails, which have no traces: their letters' folder has.
local function is_of_drafts(outputs)
  for _, one in ipairs(outputs) do
    if not one.file:find "%.eml$" then return false end
  end
  return true
end

--- Checks a folder that letters, or drafts of e-mails, were written into.
---@param directory string
---@param register upheld.Register?   whose numbers the letters have; without it only files and pages are checked
---@return upheld.FolderCheck? result, upheld.Fault? err   "no-such-file" without a manifest
function folder.run(directory, register)
  local written, err = manifest.read(directory)
  if not written then return nil, err end
  local self = setmetatable({ ok = false, files = 0, numbers = 0, taken = 0, recomputed = register ~= nil, problems = {} },
    FolderCheck)
  local contents
  contents, err = check_files(self, directory, written.outputs)
  if not contents then return nil, err end
  local year
  if register then
    year, err = folder.year(register, written.year, written)
    if not year then return nil, err end
    local inputs
    inputs, err = register.handle:imports()
    if not inputs then return nil, err end
    self.read_since = inputs ~= written.inputs
  end
  local references = {}
  for _, one in ipairs(written.outputs) do
    if one.file:find "%.trace%.json$" and contents[one.file] then check_trace(self, one.file, contents, year, references) end
  end
  self.drafts = is_of_drafts(written.outputs)
  if register and self.numbers + self.taken == 0 and not self.drafts and not is_traced(written.outputs) then
    problem(self, "no-trace", manifest.NAME, "no number can be asked for again: the letters were written without their traces",
      "write them again with --format html,text,trace")
  end
  self.ok = #self.problems == 0
  return self
end

function FolderCheck:__tostring()
  local lines = {}
  for i, one in ipairs(self.problems) do lines[i] = "problem: " .. tostring(one) end
  lines[#lines + 1] = ("%s as written"):format(words.counted(self.files, "file"))
  if self.recomputed and self.numbers + self.taken == 0 then
    lines[#lines + 1] = "no number was recomputed" .. (self.drafts and ": drafts have no traces, their letters have" or "")
  elseif self.recomputed then
    lines[#lines + 1] = ("%s recomputed from the register and the same; %s of facts, dates and declared texts"):format(
      words.counted(self.numbers, "number"), words.counted(self.taken, "number"))
    if self.read_since then lines[#lines + 1] = "the register has read other files than when the letters were written" end
  else
    lines[#lines + 1] = "no number was recomputed: --register names the register"
  end
  if #self.problems > 0 then lines[#lines + 1] = words.counted(#self.problems, "problem") end
  return table.concat(lines, "\n")
end

return folder
