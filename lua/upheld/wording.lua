-- wording.lua: an analyst's wording of a letter: a Lua file with its texts,
-- functions and the facts it needs; and the file of facts.
-- Owns: what keys a wording has, where in the file each text stands (for the
-- lines of errors), and that facts given and facts needed are the same.
-- Must not: know figures or outputs; run wording outside its strict environment.

local fault = require "upheld.fault"
local helpers = require "upheld.helpers"
local language = require "upheld.language"
local template = require "upheld.template"
local words = require "upheld.words"

local wording = {}

local TEXTS = { "title", "letterhead", "body", "footer" }
local REQUIRED = { title = true, body = true }
local KEYS = { "base", "name", "language", "language_file", "title", "letterhead", "body", "footer", "partials", "functions",
  "facts" }
-- What letters.lua gives to every letter; functions and arguments cannot have these names.
local VALUES = { "council", "year", "facts", "letter", "addressee" }
local NAME = "^[A-Za-z_][A-Za-z0-9_]*$"
local TAG = "^[a-z][a-z][a-z]?%-?[A-Za-z]*$"

---@class upheld.Wording
---@field name string
---@field language string           its tag: "en-GB", "cy"
---@field spoken upheld.Language
---@field path string
local Wording = { __name = "upheld.wording" }
Wording.__index = Wording

--------------------------------------------------------------------------------
-- Files

local function read_file(path)
  local file, why = io.open(path, "rb")
  local content = file and file:read("a")
  if file then file:close() end
  if not content then
    return nil, fault.new {
      code = file and "not-readable" or "no-such-file", file = path,
      message = file and "the file cannot be read" or tostring(why):gsub("^" .. path:gsub("%p", "%%%0") .. ": ", "", 1),
    }
  end
  return (content:gsub("^\239\187\191", ""):gsub("\r\n", "\n")), nil, content
end

-- Whether the text at this position is what a string's quotes hold, as far as one can see from before it.
local function after_quote(source, at)
  local before = source:sub(math.max(1, at - 12), at - 1)
  return before:find("[\"']$") ~= nil or before:find("%[=*%[\n?$") ~= nil
end

-- The line of the file on which a text begins, or nil where the text does not stand in it letter for letter.
local function line_of(source, text)
  local from, first = 1, nil
  while true do
    local at = source:find(text, from, true)
    if not at then break end
    if after_quote(source, at) then
      first = at
      break
    end
    first = first or at
    from = at + 1
  end
  if not first then return nil end
  local _, lines = source:sub(1, first - 1):gsub("\n", "")
  return lines + 1
end

-- The line of "key =" in a file, to point at an entry of a table.
local function line_of_key(source, key)
  local at = source:find("%f[A-Za-z0-9_]" .. key .. "%s*=[^=]")
  if not at then return nil end
  local _, lines = source:sub(1, at - 1):gsub("\n", "")
  return lines + 1
end

-- The line on which a function gets its name: "function functions.name(" or "name =", whichever the file has.
local function line_of_function(source, name)
  local at = source:find("%f[%w_]function%s+[%w_.:]-%f[%w_]" .. name .. "%s*%(")
  if not at then return line_of_key(source, name) end
  local _, lines = source:sub(1, at - 1):gsub("\n", "")
  return lines + 1
end

-- Runs a Lua file in an environment; gives its one result.
local function run_file(environment, path, source)
  local chunk, why = load(source, "@" .. path, "t", environment.globals)
  if not chunk then
    local line, message = why:match(":(%d+): (.*)$")
    return nil, fault.new {
      code = "bad-lua", message = message or why, file = path, line = math.tointeger(tonumber(line or "")),
    }
  end
  environment:add_source(path)
  local ok, result = environment:try(chunk)
  if not ok then return nil, fault.all(environment.faults, ("%s cannot be run"):format(path)) end
  if type(result) ~= "table" then
    return nil, fault.new {
      code = "bad-wording", message = ("the file returns a %s and not a table"):format(type(result)), file = path,
    }
  end
  return result
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

--------------------------------------------------------------------------------
-- Checking a wording's table

local Check = {}
Check.__index = Check

function Check:fault(key, code, message, hint)
  self.faults[#self.faults + 1] = fault.new {
    code = code, message = message, file = self.path, value = key, hint = hint,
    line = type(key) == "string" and key:find(NAME) and (line_of_function(self.source, key)) or nil,
  }
end

-- A table of named things of one type; gives it, or an empty one after a fault.
function Check:named(key, kind, what)
  local t = self.given[key]
  if t == nil then return {} end
  if type(t) ~= "table" then
    self:fault(key, "bad-wording", ('"%s" is a %s and not a table'):format(key, type(t)))
    return {}
  end
  for _, name in ipairs(sorted_keys(t)) do
    if type(name) ~= "string" or not name:find(NAME) then
      self:fault(name, "bad-name", ('%s: "%s" is no name'):format(key, tostring(name)),
        "names are letters, digits and _, and begin with no digit")
    elseif type(t[name]) ~= kind or t[name] == "" then
      self:fault(name, "bad-wording", ('%s "%s" is %s and not a %s'):format(
        what, name, t[name] == "" and "empty" or "a " .. type(t[name]), kind == "string" and "text" or kind))
    end
  end
  return t
end

function Check:functions(environment)
  local functions = self:named("functions", "function", "the function")
  local taken = {}
  for name in pairs(environment.base) do taken[name] = true end
  for _, name in ipairs(VALUES) do taken[name] = true end
  for _, name in ipairs(sorted_keys(functions)) do
    if taken[name] then
      self:fault(name, "taken-name", ('the function "%s" has the name of something that every wording has'):format(name),
        "give it another name")
    end
  end
  return functions
end

function Check:keys()
  local known = {}
  for _, key in ipairs(KEYS) do known[key] = true end
  for _, key in ipairs(sorted_keys(self.given)) do
    if not known[key] then
      self:fault(key, "unknown-key", ('unknown key "%s"'):format(tostring(key)), fault.suggestion(key, KEYS))
    end
  end
  for _, key in ipairs { "base", "name", "language", "language_file", "title", "letterhead", "body", "footer" } do
    local value = self.given[key]
    if value == nil and (REQUIRED[key] and not self.based or key == "name") then
      self:fault(key, "bad-wording", ('"%s" is missing'):format(key))
    elseif value ~= nil and (type(value) ~= "string" or value == "") then
      self:fault(key, "bad-wording", ('"%s" is %s and not a text'):format(
        key, value == "" and "empty" or "a " .. type(value)))
    end
  end
  local tag = self.given.language
  if type(tag) == "string" and tag ~= "" and not tag:find(TAG) then
    self:fault("language", "bad-wording", ('the language "%s" is no language tag'):format(tag), "such as en-GB")
  end
end

--------------------------------------------------------------------------------
-- The language

-- The language of a file beside the wording; it is run in the strict environment, with what is alike in every language.
local function language_from(path)
  local source, err, bytes = read_file(path)
  if not source then return nil, err end
  local environment = template.environment { number = words.group, parse_date = words.parse_date }
  local given
  given, err = run_file(environment, path, source)
  if not given then return nil, err end
  local spoken, faults = language.check(given)
  if spoken then
    spoken.source = { path = path, bytes = bytes }
    return spoken
  end
  for i, one in ipairs(faults) do
    faults[i] = fault.new { code = "bad-language", message = one.message, hint = one.hint, value = one.key, file = path,
      line = one.key:find(NAME) and line_of_key(source, one.key) or nil }
  end
  return nil, fault.all(faults, ("%s: %s"):format(path, words.counted(#faults, "fault")))
end

-- The environment in the language that the wording's file names, and what it returns. Which language that is is known for certain
-- only once the file has run, in which it may call what speaks a language: it is run again where the first guess was wrong.
local function environment_of(path, source)
  local function try(tag, file)
    local spoken, err
    if file then spoken, err = language_from((path:match "^(.*[/\\])" or "") .. file) else spoken, err = language.of(tag) end
    if not spoken then return nil, err end
    local environment = template.environment(helpers.of(spoken), true, spoken)
    local given
    given, err = run_file(environment, path, source)
    if not given then return nil, err end
    return environment, given
  end
  local function usable(given)
    local tag, file = given.language, given.language_file
    return type(tag) == "string" and tag:find(TAG) and tag or "en-GB", type(file) == "string" and file ~= "" and file or nil
  end
  local function key(name) return source:match("%f[%w_]" .. name .. "%s*=%s*[\"']([^\"'\n]+)[\"']") end
  local tag, file = usable { language = key "language", language_file = key "language_file" }
  local environment, given = try(tag, file)
  if not environment then
    if given.code == "unknown-language" then given.file, given.line = path, line_of_key(source, "language") end
    return nil, given
  end
  local said, said_file = usable(given)
  if said == tag and said_file == file then return environment, given end
  environment, given = try(said, said_file)
  if environment then return environment, given end
  if given.code == "unknown-language" then given.file, given.line = path, line_of_key(source, "language") end
  return nil, given
end

--------------------------------------------------------------------------------
-- Compiling

-- A text with the place it comes from.
local function placed(text, name, path, source)
  return { text = text, name = name, file = path, line = source and line_of(source, text) or nil }
end

-- Compiles the texts that are new in `texts` and `partials`; gives the faults.
local function compile(environment, texts, partials)
  local faults = {}
  local function each(t, names)
    for _, name in ipairs(names) do
      local text = t[name]
      if text and not text.compiled then
        local err
        text.compiled, err = environment:compile(text.text, text)
        for _, one in ipairs(err and (err.faults or { err }) or {}) do faults[#faults + 1] = one end
      end
    end
  end
  each(texts, TEXTS)
  each(partials, sorted_keys(partials))
  return faults
end

local function copied(t)
  local made = {}
  for key, value in pairs(t) do made[key] = value end
  return made
end

local MOST_BASES = 8
local load_wording

-- A wording that changes some texts of another: "base" names that file, beside this one. Its functions and texts run in the
-- environment of the base, so that each sees the other's.
local function load_on_base(path, source, bytes, given, depth)
  if depth >= MOST_BASES then
    return nil, fault.new { code = "bad-wording", file = path, line = line_of_key(source, "base"), value = given.base,
      message = "the wordings are each other's base" }
  end
  local base, err = load_wording((path:match "^(.*[/\\])" or "") .. given.base, depth + 1)
  if not base then return nil, err end
  given, err = run_file(base.environment, path, source)
  if not given then return nil, err end
  local check = setmetatable({ given = given, path = path, source = source, faults = {}, based = true }, Check)
  check:keys()
  local functions = check:functions(base.environment)
  local partials, facts = check:named("partials", "string", "the partial"), check:named("facts", "string", "the fact")
  if given.language ~= nil and given.language ~= base.language then
    check:fault("language", "bad-wording",
      ('the language "%s" is not that of the base (%s)'):format(tostring(given.language), base.language))
  end
  if #check.faults > 0 then
    return nil, fault.all(check.faults, ("%s: %s"):format(path, words.counted(#check.faults, "fault")))
  end
  local made = setmetatable(copied(base), Wording)
  made.name, made.path, made.texts, made.partials = given.name, path, copied(base.texts), copied(base.partials)
  made.functions, made.facts, made.sources = copied(base.functions), copied(base.facts), copied(base.sources)
  made.sources[#made.sources + 1] = { path = path, bytes = bytes }
  for _, key in ipairs(TEXTS) do
    if given[key] then made.texts[key] = placed(given[key], key, path, source) end
  end
  for name, text in pairs(partials) do made.partials[name] = placed(text, name, path, source) end
  for name, f in pairs(functions) do made.functions[name] = f end
  for name, what in pairs(facts) do made.facts[name] = what end
  local faults = compile(made.environment, made.texts, made.partials)
  if #faults > 0 then return nil, fault.all(faults, ("%s: %s"):format(path, words.counted(#faults, "fault"))) end
  return made
end

function load_wording(path, depth)
  local source, err, bytes = read_file(path)
  if not source then return nil, err end
  local environment, given = environment_of(path, source)
  if not environment then return nil, given end
  if type(given.base) == "string" and given.base ~= "" then return load_on_base(path, source, bytes, given, depth) end

  local check = setmetatable({ given = given, path = path, source = source, faults = {} }, Check)
  check:keys()
  local functions = check:functions(environment)
  local named_texts, facts = check:named("partials", "string", "the partial"), check:named("facts", "string", "the fact")
  local faults = check.faults
  if #faults == 0 then
    local self = setmetatable({
      name = given.name, language = given.language or "en-GB", path = path, environment = environment,
      texts = {}, partials = {}, functions = functions, facts = facts, spoken = environment.spoken,
      sources = { { path = path, bytes = bytes }, environment.spoken.source },
    }, Wording)
    for _, key in ipairs(TEXTS) do
      if given[key] then self.texts[key] = placed(given[key], key, path, source) end
    end
    for name, text in pairs(named_texts) do self.partials[name] = placed(text, name, path, source) end
    faults = compile(environment, self.texts, self.partials)
    if #faults == 0 then return self end
  end
  return nil, fault.all(faults, ("%s: %s"):format(path, words.counted(#faults, "fault")))
end

--- Loads an analyst's wording.
---@param path string
---@return upheld.Wording? wording, upheld.Fault? err   err.faults where there are several
function wording.load(path)
  return load_wording(path, 0)
end


-- A name that neither was there nor is used by a text given with it is a slip of the pen.
local function check_new(kind, name, old, given_texts)
  if old[name] then return end
  for _, text in ipairs(given_texts) do
    if text:find(name, 1, true) then return end
  end
  error(('wording:with: there is no %s "%s" to change; %s'):format(
    kind, name, fault.suggestion(name, sorted_keys(old))), 3)
end

local CHANGES = { "name", "title", "letterhead", "body", "footer", "partials", "functions", "facts" }

-- Raises, in the caller of with(), what is wrong with the changes; gives the texts among them.
local function check_changes(self, changes)
  fault.check_keys("wording:with", changes, CHANGES, 3)
  local given_texts = {}
  for _, key in ipairs(TEXTS) do given_texts[#given_texts + 1] = changes[key] end
  for _, name in ipairs(sorted_keys(changes.partials or {})) do given_texts[#given_texts + 1] = changes.partials[name] end
  for i = 1, #given_texts do
    if type(given_texts[i]) ~= "string" then error("wording:with: every text is to be a string", 3) end
  end
  for _, name in ipairs(sorted_keys(changes.functions or {})) do
    if type(changes.functions[name]) ~= "function" then
      error(('wording:with: the function "%s" is a %s'):format(name, type(changes.functions[name])), 3)
    elseif self.environment.base[name] ~= nil then
      error(('wording:with: the function "%s" has the name of a helper'):format(name), 3)
    end
  end
  return given_texts
end

--- A copy with some texts, partials, functions or facts changed; the original stays as it is.
---@param changes table  name, title, letterhead, body, footer, partials, functions, facts
---@return upheld.Wording? wording, upheld.Fault? err
function Wording:with(changes)
  local given_texts = check_changes(self, changes)
  for _, name in ipairs(sorted_keys(changes.partials or {})) do check_new("partial", name, self.partials, given_texts) end
  for _, name in ipairs(sorted_keys(changes.functions or {})) do
    check_new("function", name, self.functions, given_texts)
  end
  -- The new texts stand in the script that calls: its lines are the lines of their errors.
  local path = debug.getinfo(2, "S").source:match("^@(.*)$")
  local source, _, bytes
  if path then source, _, bytes = read_file(path) end
  local file = path or self.path
  if path then self.environment:add_source(path) end

  local made = setmetatable(copied(self), Wording)
  made.compiled_partials = nil
  made.sources = copied(self.sources)
  made.sources[#made.sources + 1] = { path = path, bytes = bytes or table.concat(given_texts, "\0") }
  made.name = changes.name or self.name
  made.texts, made.partials = copied(self.texts), copied(self.partials)
  made.functions, made.facts = copied(self.functions), copied(self.facts)
  for _, key in ipairs(TEXTS) do
    if changes[key] then made.texts[key] = placed(changes[key], key, file, source) end
  end
  for name, text in pairs(changes.partials or {}) do made.partials[name] = placed(text, name, file, source) end
  for name, f in pairs(changes.functions or {}) do made.functions[name] = f end
  for name, what in pairs(changes.facts or {}) do made.facts[name] = what end
  local faults = compile(made.environment, made.texts, made.partials)
  if #faults > 0 then return nil, fault.all(faults, ("%s: %s"):format(file, words.counted(#faults, "fault"))) end
  return made
end

--- Renders the texts for one letter.
---@param values table  council, year, facts, letter, addressee
---@param prefix string?  of the ids of charts, where a letter in another language stands on the same page
---@return table<string, upheld.Rendered> texts, upheld.Fault[] faults  with any fault, the texts are not to be used
function Wording:render(values, prefix)
  local compiled = self.compiled_partials
  if not compiled then
    compiled = {}
    for name, partial in pairs(self.partials) do compiled[name] = partial.compiled end
    self.compiled_partials = compiled
  end
  local environment, rendered = self.environment, {}
  environment:enter(values, self.functions, compiled, prefix)
  for _, key in ipairs(TEXTS) do
    if self.texts[key] then rendered[key] = environment:render(self.texts[key].compiled) end
  end
  return rendered, environment.faults, environment.taken_order
end

--- Forgets what was used: a batch of letters begins.
---@param draft boolean?
function Wording:begin_batch(draft)
  self.environment:begin_batch(draft)
end

-- File and line of an entry of the wording's tables: of a wording on a base, the last file that names it.
local function place_of_key(self, name, line_in)
  local path, line = self.path, nil
  for i = 1, #self.sources do
    local here = self.sources[i].path and line_in(self.sources[i].bytes, name)
    if here then path, line = self.sources[i].path, here end
  end
  return path, line
end

-- Whether a text names something, if only in a branch that no letter came to: that is told of the branch.
local function names(text, name) return text:find("%f[%w_]" .. name .. "%f[^%w_]") ~= nil end

local function named_by_any(texts, name)
  for _, text in pairs(texts) do
    if names(text.text, name) then return true end
  end
  return false
end

-- Functions of the wording that no letter called and no text names.
local function uncalled(self, notes)
  for _, name in ipairs(sorted_keys(self.functions)) do
    if not self.environment.called[name] and not named_by_any(self.texts, name) and not named_by_any(self.partials, name) then
      local path, line = place_of_key(self, name, line_of_function)
      notes[#notes + 1] = fault.new { code = "unused-function", file = path, line = line, value = name,
        message = ('no letter called the function "%s"'):format(name) }
    end
  end
end

-- Arguments that a partial was given and that it does not know.
local function unread(partial, name, wanted, notes)
  for _, argument in ipairs(sorted_keys(wanted)) do
    if not wanted[argument] and not names(partial.text, argument) then
      notes[#notes + 1] = fault.new { code = "unused-argument", file = partial.file, line = partial.line, value = argument,
        message = ('the partial "%s" is given "%s" and has no use for it'):format(name, argument) }
    end
  end
end

--- What the letters of a batch left unused: facts that none printed or tested, functions that none called, partials that none
--- included and arguments of partials that none read, branches that none reached.
---@param used_facts table<string, true>
---@return upheld.Fault[]   notes, with file, line and name, in the order of the file
function Wording:unused(used_facts)
  local environment, list, notes = self.environment, {}, {}
  for _, name in ipairs(sorted_keys(self.facts)) do
    if not used_facts[name] then
      local path, line = place_of_key(self, name, line_of_key)
      notes[#notes + 1] = fault.new { code = "unused-fact", file = path, line = line, value = name,
        message = ('no letter used the fact "%s" (%s)'):format(name, self.facts[name]) }
    end
  end
  uncalled(self, notes)
  for _, key in ipairs(TEXTS) do
    if self.texts[key] then list[#list + 1] = self.texts[key].compiled end
  end
  for _, name in ipairs(sorted_keys(self.partials)) do
    local partial = self.partials[name]
    if environment.included[name] then
      list[#list + 1] = partial.compiled
      unread(partial, name, environment.included[name], notes)
    else -- its branches would only say the same again
      notes[#notes + 1] = fault.new { code = "unused-partial", file = partial.file, line = partial.line, value = name,
        message = ('no letter included the partial "%s"'):format(name) }
    end
  end
  for _, note in ipairs(environment:never_reached(list)) do notes[#notes + 1] = note end
  table.sort(notes, function(a, b)
    if a.file ~= b.file then return a.file < b.file end
    if a.line ~= b.line then return (a.line or 0) < (b.line or 0) end
    return a.value < b.value
  end)
  return notes
end

--- Whether a value is a wording.
---@return boolean
function wording.is(value)
  return getmetatable(value) == Wording
end

--------------------------------------------------------------------------------
-- Facts

-- What is wrong with one fact's value: code, message, hint; or nil.
local function bad_fact(name, value)
  if type(value) == "string" then
    if value == "" then return "bad-fact", ('the fact "%s" is an empty text'):format(name) end
    if not utf8.len(value) then return "bad-utf8", ('the fact "%s" is not valid UTF-8'):format(name) end
    if value:find("^%d%d%d%d%-%d%d%-%d%d$") and not words.parse_date(value) then
      return "bad-date", ('the fact "%s": %s is not a date'):format(name, value)
    end
    if value:find("[{}]") then
      return "stray-brace", ('the fact "%s" has a "%s" in it'):format(name, value:match("[{}]")), "facts are printed as they are"
    end
  elseif math.type(value) ~= "integer" then
    local kind = math.type(value) == "float" and "number with a fraction" or type(value)
    return "bad-fact", ('the fact "%s" is a %s'):format(name, kind)
  end
  return nil
end

--- The facts of a batch: checks that they are those that the wording needs, all of them and no others.
---@param given string|table|nil   a path of a Lua file that returns a table, or the table
---@param needed table<string, string>   name and what it is
---@return table? facts, upheld.Fault? err, { path: string?, bytes: string }? source   what they came from
---@param draft boolean?   facts may be absent
function wording.facts(given, needed, draft)
  local path, source, bytes = "facts", nil, nil
  local from_file = type(given) == "string"
  if from_file then
    local err
    path = given
    source, err, bytes = read_file(path)
    if not source then return nil, err end
    given, err = run_file(template.environment({}), path, source)
    if not given then return nil, err end
  end
  given = given or {}
  local faults = {}
  local function add(name, code, message, hint)
    faults[#faults + 1] = fault.new {
      code = code, message = message, file = path, value = name, hint = hint,
      line = source and type(name) == "string" and name:find(NAME) and line_of_key(source, name) or nil,
    }
  end
  for _, name in ipairs(sorted_keys(needed)) do
    if given[name] == nil and not draft then
      add(name, "absent-fact", ('the fact "%s" (%s) is not given'):format(name, needed[name]))
    end
  end
  for _, name in ipairs(sorted_keys(given)) do
    if needed[name] == nil then
      add(name, "extra-fact", ('the wording needs no fact "%s"'):format(tostring(name)),
        fault.suggestion(name, sorted_keys(needed)))
    else
      local code, message, hint = bad_fact(name, given[name])
      if code then add(name, code, message, hint) end
    end
  end
  if #faults > 0 then return nil, fault.all(faults, ("%s: %s"):format(path, words.counted(#faults, "fault"))) end
  if not from_file then
    local parts = {}
    for i, name in ipairs(sorted_keys(given)) do parts[i] = ("%s=%s\n"):format(name, tostring(given[name])) end
    bytes = table.concat(parts)
  end
  return given, nil, { path = from_file and path or nil, bytes = bytes }
end

return wording
