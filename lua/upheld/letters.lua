-- letters.lua: the letters of a year: every authority's figures put into a
-- wording, as plain text and as an HTML page.
-- Owns: the rule of all or none: every letter is rendered before any is written,
-- and one fault in one letter keeps all from being written.
-- Must not: make or round a figure, know what a letter says, write a file itself.

local approvals = require "upheld.approvals"
local bidi = require "upheld.markup.bidi"
local fault = require "upheld.fault"
local forms = require "upheld.forms"
local markup = require "upheld.markup"
local proof = require "upheld.proof"
local sides = require "upheld.sides"
local trace = require "upheld.trace"
local wording = require "upheld.wording"
local words = require "upheld.words"

local letters = {}

local OPTIONS = { "wording", "facts", "date", "authority", "where", "notice", "strict", "draft", "progress" }

---@class upheld.Letter
---@field code string    the authority's
---@field name string    the authority's
---@field title string
---@field text string
---@field html string
---@field hash string    by which it is approved (approvals.lua); a draft's begins with "draft-"
---@field draft boolean?  made as a draft
---@field trace string   JSON: every number of the letter and what it comes from (trace.lua)

---@class upheld.Letters
---@field notes upheld.Fault[]   what no letter of the batch used: facts, partials, branches of the wording; each with file, line and name
local Letters = { __name = "upheld.letters" }
Letters.__index = Letters

--------------------------------------------------------------------------------
-- What a template sees

-- A record that a template reads: a name that is not known to it is a fault, one that is known may be absent (nil).
-- used: a table that gets the names that are read.
local function strict_record(what, code, content, known, used)
  local is_known = {}
  for _, name in ipairs(known) do is_known[name] = true end
  return setmetatable({}, {
    __index = function(_, name)
      if not is_known[name] then
        local near = fault.nearest(name, known)
        error(fault.new {
          code = code, message = ('%s has no "%s"'):format(what, tostring(name)), value = name,
          hint = near and ('did you mean "%s"?'):format(near) or nil,
        }, 0)
      end
      if used then used[name] = true end
      return content[name]
    end,
    __newindex = function(_, name)
      error(fault.new { code = "read-only", message = ('%s is read-only ("%s")'):format(what, tostring(name)) }, 0)
    end,
    __metatable = false,
  })
end

local function given(s)
  if s ~= "" then return s end
end

-- To whom the letter goes: name where it is known, role, and what follows "Dear".
local function addressee(council, spoken)
  local recipient = council.recipient or {}
  local name, role = given(recipient.name), given(recipient.role)
  role = role and (spoken.roles and spoken.roles[role] or role) or spoken.phrases.chief
  return strict_record("addressee", "absent-name", {
    name = name, role = role, salutation = given(recipient.salutation) or name or role,
  }, { "name", "role", "salutation" })
end

local function fact_names(needed)
  local names = {}
  for name in pairs(needed) do names[#names + 1] = name end
  table.sort(names)
  return names
end

--------------------------------------------------------------------------------
-- One letter

local Letter = {}

-- A form is made when it is asked for (letter.html, letter.trace), and once.
function Letter.__index(letter, key)
  if key == "hash" then
    rawset(letter, key, approvals.hash(letter))
    return rawget(letter, key)
  end
  local form = forms.get(key)
  if not form or not form.of then return nil end
  local made, err = forms.make(form, letter)
  rawset(letter, key, made)
  if not made then rawset(letter, "failure", err) end
  return made
end

local function parse(rendered, faults, batch)
  local document, err = markup.parse(rendered.text, { cache = batch.cache,
    values = rendered.values, place = function(line) return rendered:place(line) end,
  })
  if err then
    for _, one in ipairs(err.faults) do faults[#faults + 1] = one end
  else
    proof.read(document, function(line) return rendered:place(line) end, faults, batch.wording.spoken)
  end
  return document
end

-- A letter must say that its figures are of today's authorities, whatever the wording says; a notice that was asked for comes first.
local function notice_of(batch, council)
  local phrases = batch.wording.spoken.phrases
  local before = batch.draft and (phrases.draft or require("upheld.language.en").phrases.draft)
  before = before and (batch.notice and before .. " " .. batch.notice or before) or batch.notice
  if batch.year.boundaries ~= "as it is now" then return before end
  local parts = {}
  for i, part in ipairs(council.predecessors) do parts[i] = bidi.isolated(tostring(part)) end
  local spoken = batch.wording.spoken
  local said = spoken.phrases.now
  if #parts > 0 then
    local names = spoken.helpers.list(parts)
    said = spoken.phrases.now_with:gsub("{predecessors}", function() return names end)
  end
  return before and before .. " " .. said or said
end

-- A letter, or nil and its faults.
local function render(batch, council)
  local spoken = batch.wording.spoken
  local rendered, faults, taken = batch.wording:render({
    council = council, year = batch.year, facts = batch.facts, letter = batch.letter, addressee = addressee(council, spoken),
  }, batch.prefix)
  local documents = {}
  if #faults == 0 then
    for _, key in ipairs { "title", "letterhead", "body", "footer" } do
      if rendered[key] then documents[key] = parse(rendered[key], faults, batch) end
    end
  end
  local title = documents.title and markup.title_text(documents.title)
  if #faults == 0 then
    local function empty(message, hint)
      faults[#faults + 1] = fault.new {
        code = "empty-letter", message = message, file = batch.wording.path, hint = hint,
      }
    end
    if title == "" then empty("the title is empty") end
    if not documents.body.has_title then empty("the letter has no heading", 'its heading is written "# text"') end
  end
  if #faults > 0 then return nil, faults end
  local options = {
    title = title, language = batch.wording.language, notice = notice_of(batch, council), head = documents.letterhead,
    foot = documents.footer,
  }
  return setmetatable({
    code = council.code, name = council.name, title = title, draft = batch.draft or nil,
    origin = { council = council, date = batch.letter.date, year = batch.year.year, wording = batch.wording.name,
      references = batch.references, taken = taken, numbers = trace.number(rendered), documents = documents, options = options },
  }, Letter)
end

--------------------------------------------------------------------------------
-- The batch

-- The authorities that get a letter, or nil, err.
local function chosen(year, opts)
  local list = {}
  if opts.authority then
    local council, err = year:authority(opts.authority)
    if not council then return nil, err end
    list[1] = council
  else
    for council in year:authorities() do list[#list + 1] = council end
  end
  if not opts.where then return list end
  local kept = {}
  for _, council in ipairs(list) do
    if opts.where(council) then kept[#kept + 1] = council end
  end
  return kept
end

-- A code becomes a file's name: it must be safe as one, and no other's on a disk that knows no capitals.
local function check_code(code, seen)
  if type(code) ~= "string" or not code:find("^[A-Za-z0-9_-][A-Za-z0-9._-]*$") then
    return fault.new {
      code = "bad-code", value = code, letter = tostring(code),
      message = ('the authority\'s code "%s" cannot be a file\'s name'):format(tostring(code)),
      hint = "letters, digits, dot, - and _ are allowed",
    }
  end
  local folded = code:gsub("[A-Z]", function(c) return string.char(c:byte() + 32) end)
  if seen[folded] then
    return fault.new {
      code = "same-code", value = code, letter = code,
      message = ('two authorities have the code "%s"'):format(code),
    }
  end
  seen[folded] = true
  if forms.taken()[folded] then
    return fault.new { code = "bad-code", value = code, letter = code,
      message = ('the authority\'s code "%s" is the name of a file of its own among the letters'):format(code) }
  end
  return nil
end

local function render_all(batch, councils)
  local made, faults, seen = setmetatable({}, Letters), {}, {}
  batch.wording:begin_batch(batch.draft)
  for _, council in ipairs(councils) do
    local letter, list = render(batch, council)
    local err = check_code(council.code, seen)
    if err then faults[#faults + 1] = err end
    local endless = false
    for _, one in ipairs(list or {}) do
      one.letter = council.code
      faults[#faults + 1] = one
      endless = endless or one.code == "endless-loop"
    end
    if endless then break end -- the other letters would run into the same
    made[#made + 1] = letter
    batch.progress()
  end
  local notes = #faults == 0 and batch.wording:unused(batch.used) or {}
  if batch.strict then faults = #faults > 0 and faults or notes end
  if #faults > 0 then
    return nil, fault.all(faults, ("%s, %s: no letter can be used"):format(
      words.counted(#councils, "letter"), words.counted(#faults, "fault")))
  end
  made.notes = notes
  return made
end

local function check_options(year, opts)
  fault.check_keys("letters", opts, OPTIONS, 3)
  if type(year) ~= "table" and type(year) ~= "userdata" then error("letters: a year is expected", 3) end
  local versions = sides.asked(opts)
  for _, version in ipairs(versions) do
    if type(version.wording) ~= "string" and not wording.is(version.wording) then
      error("letters: wording is to be a path or a wording", 3)
    end
    if version.facts ~= nil and type(version.facts) ~= "string" and type(version.facts) ~= "table" then
      error("letters: facts is to be a path or a table", 3)
    end
    if version.notice ~= nil and (type(version.notice) ~= "string" or not version.notice:find("[^ ]")) then
      error("letters: notice is to be a text", 3)
    end
  end
  if type(opts.date) ~= "string" then error('letters: date is to be a text such as "2020-07-22"', 3) end
  if opts.strict ~= nil and type(opts.strict) ~= "boolean" then error("letters: strict is to be true or false", 3) end
  if opts.draft ~= nil and type(opts.draft) ~= "boolean" then error("letters: draft is to be true or false", 3) end
  if opts.where ~= nil and type(opts.where) ~= "function" then error("letters: where is to be a function", 3) end
  if opts.progress ~= nil and type(opts.progress) ~= "function" then error("letters: progress is to be a function", 3) end
  return versions
end

-- One wording with its facts, read; or nil, err.
local function batch_of(year, opts, version)
  local text = version.wording
  if type(text) == "string" then
    local loaded, bad = wording.load(text)
    if not loaded then return nil, bad end
    text = loaded
  end
  local facts, wrong, facts_source = wording.facts(version.facts, text.facts, opts.draft)
  if not facts then return nil, wrong end
  local used = {}
  return {
    year = year, wording = text, notice = version.notice, strict = opts.strict, draft = opts.draft, used = used,
    cache = {}, references = {},
    given = facts, facts_source = facts_source,
    facts = strict_record("facts", "absent-fact", facts, fact_names(text.facts), used),
    letter = strict_record("letter", "absent-name", { date = opts.date }, { "date" }),
  }
end

-- The letters of two wordings, each of them one letter in two languages.
local function render_sides(batches, councils)
  local list, err = sides.join(batches, #councils, function(batch) return render_all(batch, councils) end)
  if not list then return nil, err end
  for _, letter in ipairs(list) do setmetatable(letter, Letter) end
  return setmetatable(list, Letters)
end

--- The letters of a year, all of them rendered.
---@param year table   gives authorities(), authority(name), year, starts, ends
---@param opts table   wording = path or wording, facts = path or table, date = "2020-07-22", and as wished
---   authority = name or code, where = function(council) -> boolean, notice = a text at the top and end of every letter,
---   draft = true: what is missing (a fact, a value) leaves a visible gap, and the letter says that it is a draft;
---   strict = true: what no letter used (letters.notes) is a fault; progress = function(done, of), called after each letter;
---   wording, facts and notice may be lists of two, for one letter
---   in two languages side by side
---@return upheld.Letters? letters, upheld.Fault? err   err.faults lists every fault of every letter
function letters.build(year, opts)
  local versions = check_options(year, opts)
  if not words.parse_date(opts.date) then
    return nil, fault.new {
      code = "bad-date", message = ("%s is not a date"):format(opts.date), value = opts.date,
      hint = "a letter's date is written 2020-07-22",
    }
  end
  local batches = {}
  for i, version in ipairs(versions) do
    local batch, bad = batch_of(year, opts, version)
    if not batch then return nil, bad end
    batches[i] = batch
  end
  local differ = sides.check(batches)
  if differ then return nil, differ end
  local councils, absent = chosen(year, opts)
  if not councils then return nil, absent end
  if #councils == 0 then
    return nil, fault.new { code = "no-letters", message = "no authority is to get a letter" }
  end
  local done, of = 0, #councils * #batches
  for _, batch in ipairs(batches) do
    function batch.progress()
      done = done + 1
      if opts.progress then opts.progress(done, of) end
    end
  end
  local made, faulty
  if #batches > 1 then made, faulty = render_sides(batches, councils) else made, faulty = render_all(batches[1], councils) end
  if not made then return nil, faulty end
  made.batch = { year = year, draft = opts.draft, date = opts.date, notice = batches[1].notice, wordings = {},
    facts_sources = {} }
  for i, batch in ipairs(batches) do
    if i > 1 and batch.notice ~= made.batch.notice then made.batch.notice = made.batch.notice .. " / " .. batch.notice end
    made.batch.wordings[i], made.batch.facts_sources[i] = batch.wording, batch.facts_source
  end
  for _, letter in ipairs(made) do letter.draft = opts.draft or nil end
  return made
end

--- The forms that letters are written in: a list that is a set of names as well.
---@return table<integer|string, string|true>
function letters.formats()
  return forms.names()
end

--- A page for whoever signs the letters off: each letter's rates, classes, cautions and the conditions of the wording that it met,
--- which letters to read, and what none used. It links to the letters beside it.
---@param formats string[]?   the forms that are written beside it: CODE.html when absent
---@return string html
function Letters:review(formats)
  formats = formats or { "html" }
  forms.check(formats, "letters:review")
  return require("upheld.review").page(self, formats)
end

--- Records in the register that somebody approved these letters: of all or of none. A draft is refused.
---@param register upheld.Register
---@param options { by: string, note: string?, time: string?, letters: string? }   time: "2026-05-01T12:00:00Z", now when absent;
---   letters: the folder that was read, with CODE.html, CODE.txt or CODE.md: refused where a letter there is another
---@return integer? count, upheld.Error? err   "draft", "not-the-letter-read"
function Letters:approve(register, options)
  return approvals.approve(self, register, options)
end

---@class upheld.Unapproved
---@field code string
---@field name string
---@field reason "not-approved"|"changed"|"withdrawn"
---@field approval upheld.Approval?   the one that no longer holds

--- The letters that are approved as they are now, to be written or sent; and the others, each with the reason.
---@param register upheld.Register
---@return upheld.Letters? approved   may be none
---@return upheld.Unapproved[]|upheld.Error|nil others
function Letters:approved(register)
  local kept, others = approvals.split(self, register)
  if not kept then return nil, others end
  kept.batch, kept.notes = self.batch, self.notes
  return setmetatable(kept, Letters), others
end

--- What changed since another run, letter by letter, in words and numbers.
---@param other upheld.Letters|string   the earlier letters, or the folder they were written into
---@param options { part: boolean? }?   part: these letters are some of the others, whose rest is not gone
---@return upheld.LetterDiff? result, upheld.Fault? err
function Letters:diff(other, options)
  return require("upheld.diff").run(self, other, options)
end

--- An e-mail to each recipient, the letter attached: drafts, which upheld.send sends.
---@param opts table   covering, facts, from, reply_to, attach, skip_without_address (mail.lua)
---@return upheld.Emails? emails, upheld.Fault? err
function Letters:emails(opts)
  return require("upheld.mail").build(self, opts)
end

--- "158 letters".
function Letters:__tostring()
  return words.counted(#self, "letter")
end

--- Writes DIR/CODE.html, DIR/CODE.txt and DIR/CODE.trace.json, or as asked for: all the files, or none.
---@param directory string     made when it is not there
---@param opts { formats: string[]?, review: boolean?, manifest: boolean?, replace: boolean? }?   formats: "html", "text", "trace" ...; these three when absent;
---   review: review.html beside them; manifest: manifest.json beside them, with the SHA-256 of what went in and came out, for upheld check DIR;
---   replace: remove what upheld wrote there before and does not write now; without it such a folder is refused ("other-letters")
---@return true? written, table? err
function Letters:write(directory, opts)
  opts = opts or {}
  fault.check_keys("letters:write", opts, { "formats", "review", "manifest", "replace" })
  if type(directory) ~= "string" or directory == "" then error("letters:write: a directory is expected", 2) end
  local formats = opts.formats or forms.usual()
  forms.check(formats, "letters:write")
  local files, err = forms.files(self, formats)
  if not files then return nil, err end
  if opts.review then files[#files + 1] = { require("upheld.review").NAME, self:review(formats) } end
  if opts.manifest then
    local text
    text, err = require("upheld.manifest").text(self.batch, files)
    if not text then return nil, err end
    files[#files + 1] = { require("upheld.manifest").NAME, text }
  end
  -- Required here and not above: rendering needs no C.
  return require("upheld.outputs").write(directory, files, { year = self.batch.year, replace = opts.replace })
end

return letters
