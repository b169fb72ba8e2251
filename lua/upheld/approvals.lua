-- approvals.lua: who approved which letter: recorded in the register, and asked before letters are written.
-- Owns: what of a letter is approved (its hash), and that a draft has none: it can neither be approved nor pass for approved.
-- Must not: write a letter; change or remove an approval (the register only adds).
--
-- The hash is the SHA-256 of what a reader gets: language, title, the text letter, and what stands in the HTML letter's body (emphasis,
-- addresses of links, headings, charts) without the <data> elements that lead to the trace, and without the style sheet. Both forms,
-- for each shows what the other leaves out; no trace, for what the program knows of a number may grow while the letter stays.

local fault = require "upheld.fault"
local words = require "upheld.words"

local approvals = {}

local DRAFT_HASH = "draft-"
local GAP = '<mark class="gap">' -- which no wording can write: its text is escaped

--- Whether a letter is a draft: it was made as one, or it shows a gap.
---@param letter upheld.Letter
---@return boolean
function approvals.is_draft(letter)
  return letter.draft == true or letter.html:find(GAP, 1, true) ~= nil
end

--- What a reader of a page gets: its body without what leads to the trace; nil where it has none.
---@param page string
---@return string?
function approvals.body(page)
  local body = page:match "<body[^>]*>(.*)</body>"
  return body and body:gsub("</?data[^>]*>", "") or nil
end

--- The hash of a letter, by which it is approved; that of a draft is no hash that could be.
---@param letter upheld.Letter
---@return string
function approvals.hash(letter)
  local body = approvals.body(letter.html)
  local parts = { "upheld letter 1", letter.origin.options.language or "", letter.title, letter.text, body }
  local hash = require("upheld.core").sha256(table.concat(parts, "\0"))
  return approvals.is_draft(letter) and DRAFT_HASH .. hash or hash
end

local function draft_fault(message, code)
  return fault.new { code = "draft", message = message, letter = code,
    hint = "give the facts that are missing, and make the letters without draft" }
end

-- A text fit to be kept; raises what is wrong with it at the caller's caller.
local function check_text(what, key, value, needed)
  if value == nil and not needed then return "" end
  if type(value) ~= "string" or not value:find "%S" then error(("%s: %s is needed"):format(what, key), 3) end
  if value:find "%c" or not utf8.len(value) then error(("%s: %s is one line of text"):format(what, key), 3) end
  return value
end

local function now(options)
  -- The core reads no clock, so the time is given; see import and withdraw.
  return options.time or os.date "!%Y-%m-%dT%H:%M:%SZ"
end

local function check_year(what, year, needed)
  if year == nil and not needed then return 0 end
  if math.type(year) ~= "integer" or year < 1900 or year > 2200 then error(what .. ": year is a number such as 2020", 3) end
  return year
end

--------------------------------------------------------------------------------
-- In the register

---@class upheld.Approval
---@field what "approved"|"withdrawn"
---@field year integer
---@field code string       the authority's
---@field name string
---@field wording string?   name of the wording
---@field hash string       SHA-256 of the letter
---@field by string
---@field at string         "2026-05-01T12:00:00Z"
---@field note string?      of a withdrawal the reason

--- Gives registers their methods.
---@package
---@param Register table      the class
---@param evidence fun(register: upheld.Register): userdata?, upheld.Error?
function approvals.methods(Register, evidence)
  local function authority_of(self, name)
    local e, err = evidence(self)
    if not e then return nil, err end
    local index
    index, err = e:find(name)
    if not index then return nil, err end
    return e:authority(index)
  end

  --- Records that somebody approved a letter. Earlier approvals stay. A draft's hash is refused ("draft").
  ---@param options { year: integer, authority: string, hash: string, by: string, wording: string?, note: string?, time: string? }
  ---   hash: upheld.Letter's; time: "2026-05-01T12:00:00Z", now when absent
  ---@return true? done, upheld.Error? err
  function Register:approve(options)
    fault.check_keys("approve", options, { "year", "authority", "hash", "by", "wording", "note", "time" })
    local year = check_year("approve", options.year, true)
    local by, note = check_text("approve", "by", options.by, true), check_text("approve", "note", options.note)
    local wording = check_text("approve", "wording", options.wording)
    if type(options.authority) ~= "string" then error("approve: authority is needed", 2) end
    if type(options.hash) ~= "string" then error("approve: hash is needed, a letter's", 2) end
    if options.hash:find("^" .. DRAFT_HASH:gsub("%-", "%%-")) then
      return nil, draft_fault("a draft cannot be approved", options.authority)
    end
    local a, err = authority_of(self, options.authority)
    if not a then return nil, err end
    return self.handle:approve(year, wording, by, note, now(options), { a.id, options.hash })
  end

  --- Takes approvals back, with a reason: those of an authority's letters of a year that stand, or the one of this hash.
  ---@param options { year: integer, authority: string, by: string, reason: string, hash: string?, time: string? }
  ---@return integer? count, upheld.Error? err   nil, err ("no-such-approval") when none stands
  function Register:withdraw_approval(options)
    fault.check_keys("withdraw_approval", options, { "year", "authority", "hash", "by", "reason", "time" })
    local year = check_year("withdraw_approval", options.year, true)
    local by = check_text("withdraw_approval", "by", options.by, true)
    local reason = check_text("withdraw_approval", "reason", options.reason, true)
    if type(options.authority) ~= "string" then error("withdraw_approval: authority is needed", 2) end
    if options.hash ~= nil and type(options.hash) ~= "string" then error("withdraw_approval: hash is a string", 2) end
    local a, err = authority_of(self, options.authority)
    if not a then return nil, err end
    return self.handle:unapprove(a.id, year, options.hash, by, reason, now(options))
  end

  --- Everything that was approved or taken back, in the order in which it was.
  ---@param options { year: integer?, authority: string? }?   of all years and authorities when absent
  ---@return upheld.Approval[]? list, upheld.Error? err
  function Register:approvals(options)
    options = options or {}
    fault.check_keys("approvals", options, { "year", "authority" })
    local year, only = check_year("approvals", options.year), nil
    local e, err = evidence(self)
    if not e then return nil, err end
    if options.authority ~= nil then
      only, err = authority_of(self, options.authority)
      if not only then return nil, err end
    end
    local list
    list, err = self.handle:approvals(only and only.id or 0, year)
    if not list then return nil, err end
    local by_id = {}
    for index = 0, e:count() - 1 do -- the core counts from 0
      local a = e:authority(index)
      by_id[a.id] = a
    end
    for _, one in ipairs(list) do
      local a = by_id[one.id]
      one.code, one.name, one.id = a and a.code, a and a.name, nil
    end
    return list
  end
end

--------------------------------------------------------------------------------
-- Of a batch

-- The letters' drafts as one error, or nil.
local function drafts_of(letters, what)
  local faults = {}
  for _, letter in ipairs(letters) do
    if approvals.is_draft(letter) then faults[#faults + 1] = draft_fault("a draft " .. what, letter.code) end
  end
  if #faults == 0 then return nil end
  return fault.all(faults, ("%s: a draft %s"):format(words.counted(#faults, "letter"), what))
end

local function is_register(register)
  return type(register) == "table" and type(register.handle) == "userdata"
end

local function as_it_is(text) return text end

-- The forms of a folder of letters that are held against the letters, and what of each counts.
local READ = { { form = "html", of = approvals.body }, { form = "text", of = as_it_is }, { form = "markdown", of = as_it_is } }

-- The letters that are not those of a folder that somebody has read, as one error, or nil. Each must be there in a form that can be
-- compared, HTML, text or Markdown, and every such form must be the letter's; other forms are held against the folder's manifest.
local function not_read(letters, directory)
  local core, forms = require "upheld.core", require "upheld.forms"
  local faults = {}
  local function add(letter, message)
    faults[#faults + 1] = fault.new { code = "not-the-letter-read", letter = letter.code, message = message, file = directory,
      hint = "write the letters once more, read what changed (upheld letters --diff), and approve those" }
  end
  for _, letter in ipairs(letters) do
    local found, differs = false, false
    for _, one in ipairs(READ) do
      local bytes = core.read_file(directory .. "/" .. letter.code .. forms.get(one.form).extension)
      found = found or bytes ~= nil
      differs = differs or bytes ~= nil and one.of(bytes) ~= one.of(letter[one.form])
    end
    if not found then add(letter, "the letter is not in the folder as HTML, text or Markdown")
    elseif differs then add(letter, "the letter in the folder is not the one that would be approved") end
  end
  local written, by_code = require("upheld.manifest").read(directory), {}
  for _, letter in ipairs(letters) do by_code[letter.code] = letter end
  for _, one in ipairs(written and written.outputs or {}) do
    local letter = by_code[forms.code_of(one.file)]
    local bytes = letter and core.read_file(directory .. "/" .. one.file)
    if bytes and core.sha256(bytes) ~= one.sha256 then add(letter, one.file .. " was changed after it was written") end
  end
  if #faults == 0 then return nil end
  return fault.all(faults, ("%s: %s; nothing was approved"):format(directory, words.counted(#faults, "fault")))
end

--- Records the approval of every letter of a batch: of all or of none. See upheld.Letters:approve.
---@param letters upheld.Letters
---@param register upheld.Register
---@param options { by: string, note: string?, time: string?, letters: string? }
---@return integer? count, upheld.Error? err
function approvals.approve(letters, register, options)
  if not is_register(register) then error("letters:approve: a register is expected", 3) end
  fault.check_keys("letters:approve", options, { "by", "note", "time", "letters" }, 3)
  if options.letters ~= nil and type(options.letters) ~= "string" then error("letters:approve: letters is to be a folder", 3) end
  local by, note = check_text("letters:approve", "by", options.by, true), check_text("letters:approve", "note", options.note)
  local refused = drafts_of(letters, "cannot be approved")
  if refused then return nil, refused end
  refused = options.letters and not_read(letters, options.letters)
  if refused then return nil, refused end
  local list, origin = {}, letters[1].origin
  for _, letter in ipairs(letters) do
    list[#list + 1] = letter.origin.council.id
    list[#list + 1] = letter.hash
  end
  local done, err = register.handle:approve(origin.year, origin.wording, by, note, now(options), list)
  if not done then return nil, err end
  return #letters
end

-- The last word on a letter of this authority: by hash, and the last approval of other bytes of the same wording that stands.
local function standing(list, wording)
  local by_hash, last = {}, nil
  for _, one in ipairs(list) do by_hash[one.hash] = one end
  for _, one in ipairs(list) do
    if by_hash[one.hash] == one and one.what == "approved" and (one.wording == nil or one.wording == wording) then last = one end
  end
  return by_hash, last
end

--- The letters of a batch that are approved as they are, and why the others are not. See upheld.Letters:approved.
---@param letters upheld.Letters
---@param register upheld.Register
---@return upheld.Letter[]? kept, upheld.Unapproved[]|upheld.Error|nil others
function approvals.split(letters, register)
  if not is_register(register) then error("letters:approved: a register is expected", 3) end
  local refused = drafts_of(letters, "cannot be approved")
  if refused then return nil, refused end
  local origin = letters[1].origin
  local list, err = register:approvals { year = origin.year }
  if not list then return nil, err end
  local by_code = {}
  for _, one in ipairs(list) do
    if one.code then
      by_code[one.code] = by_code[one.code] or {}
      table.insert(by_code[one.code], one)
    end
  end
  local kept, others = {}, {}
  for _, letter in ipairs(letters) do
    local by_hash, last = standing(by_code[letter.code] or {}, origin.wording)
    local own = by_hash[letter.hash]
    if own and own.what == "approved" then
      kept[#kept + 1] = letter
    else
      local found = own or last
      others[#others + 1] = { code = letter.code, name = letter.name, approval = found,
        reason = own and "withdrawn" or last and "changed" or "not-approved" }
    end
  end
  return kept, others
end

local REASONS = {
  ["not-approved"] = function() return "not approved" end,
  ["changed"] = function(a) return ("changed since its approval by %s at %s"):format(a.by, a.at) end,
  ["withdrawn"] = function(a)
    return ("its approval was withdrawn by %s at %s%s"):format(a.by, a.at, a.note and ": " .. a.note or "")
  end,
}

--- Why a letter is not among the approved ones, in words.
---@param other upheld.Unapproved
---@return string
function approvals.reason(other)
  return REASONS[other.reason](other.approval)
end

return approvals
