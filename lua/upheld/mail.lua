-- mail.lua: an e-mail draft for each letter: a covering text by a wording of its own, the letter attached, as CODE.eml. X-Unsent has a
-- mail program open it as a draft.
-- Owns: the form of a message (RFC 5322, 2045 to 2047): no name can add a header or end a part, and the same letters give the
-- same bytes, dates and identifiers included.
-- Must not: send (send.lua does); put an address anywhere but into its own message.

local bidi = require "upheld.markup.bidi"
local fault = require "upheld.fault"
local words = require "upheld.words"

local core = require "upheld.core"

local mail = {}

local OPTIONS = { "covering", "facts", "from", "reply_to", "attach", "skip_without_address" }
local TYPES = { html = "text/html; charset=utf-8", text = "text/plain; charset=utf-8", markdown = "text/markdown; charset=utf-8",
  pdf = "application/pdf", docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  odt = "application/vnd.oasis.opendocument.text" }

---@class upheld.Email
---@field code string      the authority's
---@field to string        the recipient's address
---@field subject string
---@field id string        of the message, without its brackets
---@field message string   the draft, lines ended by CR LF

---@class upheld.Emails
---@field without string[]   codes of the authorities whose recipient has no address
local Emails = { __name = "upheld.emails" }
Emails.__index = Emails

-- LuaSocket's encoders, or nil, err.
local function encoders()
  local found, mime = pcall(require, "mime")
  local also, ltn12 = pcall(require, "ltn12")
  if found and also then return { mime = mime, ltn12 = ltn12 } end
  return nil, fault.new { code = "no-luasocket", message = "e-mail needs the Lua module LuaSocket",
    hint = "install it: apt install lua-socket (Debian), luarocks install luasocket" }
end

--------------------------------------------------------------------------------
-- Headers

-- Whether a text is an address that every server takes: local part and domain, without quotes or spaces.
local function is_address(s)
  local user, domain = s:match "^([%w!#$%%&'*+/=?^_`{|}~.-]+)@([%w.-]+)$"
  if not user or #user > 64 or #s > 254 or user:find "^%." or user:find "%.$" or user:find("..", 1, true) then return false end
  if domain:find("..", 1, true) or domain:find "%-%." or domain:find "%.%-" then return false end
  return domain:find "^%w[%w-]*%.[%w.-]*%w$" ~= nil
end

-- A text of a header as encoded words of at most 75 characters, cut between characters, each on a line of its own (RFC 2047).
local function encoded_words(mime, text)
  local list, from = {}, 1
  while from <= #text do
    local to = math.min(#text, from + 41) -- 42 bytes are 56 in Base64
    while to < #text and text:find("^[\128-\191]", to + 1) do to = to - 1 end
    list[#list + 1] = "=?UTF-8?B?" .. mime.b64(text:sub(from, to)) .. "?="
    from = to + 1
  end
  return table.concat(list, "\r\n ")
end

-- A text as it stands in a header.
local function header_text(mime, text)
  if #text > 60 or text:find "[^ -~]" or text:find("=?", 1, true) then return encoded_words(mime, text) end
  return text
end

-- A name before an address.
local function phrase(mime, name)
  name = bidi.isolated(name) -- the address stands behind it
  if #name > 60 or name:find "[^ -~]" or name:find("=?", 1, true) then return encoded_words(mime, name) end
  if name:find "^[%w ]+$" then return name end
  return '"' .. name:gsub('[\\"]', "\\%0") .. '"'
end

local function mailbox(mime, name, address)
  return name and name ~= "" and ("%s\r\n <%s>"):format(phrase(mime, name), address) or address
end

-- "Name <a@b>" or "a@b": name and address; or nil and a fault.
local function parse_mailbox(what, text)
  local name, address = text:match "^%s*(.-)%s*<([^<>]*)>%s*$"
  if not address then name, address = nil, text:match "^%s*(.-)%s*$" end
  if text:find "%c" or not is_address(address) then
    return nil, fault.new { code = "bad-address", value = text, message = ('%s: "%s" is no e-mail address'):format(what,
      (text:gsub("%c", "?"))), hint = 'such as "Example Ombudsman <reviews@ombudsman.example>"' }
  end
  return { name = name and name:gsub('^"(.*)"$', "%1") or nil, address = address }
end

local DAYS = { [0] = "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" } -- 1 January 1970 was a Thursday
local MONTHS = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }

-- The letter's day at nine: a draft is not dated by the clock.
local function date_header(date)
  local year, month, day = date:match "^(%d+)-(%d+)-(%d+)$"
  return ("%s, %d %s %s 09:00:00 +0000"):format(DAYS[core.date(date) % 7], math.tointeger(tonumber(day)),
    MONTHS[math.tointeger(tonumber(month))], year)
end

--------------------------------------------------------------------------------
-- Bodies

local function filtered(filter, text)
  return (filter(text) or "") .. (filter(nil) or "")
end

local function quoted_printable(e, text)
  local chain = e.ltn12.filter.chain(e.mime.normalize(), e.mime.encode "quoted-printable", e.mime.wrap "quoted-printable")
  return filtered(chain, text)
end

local function base64(e, bytes)
  return filtered(e.ltn12.filter.chain(e.mime.encode "base64", e.mime.wrap "base64"), bytes)
end

local function part(lines, content_type, encoding, body, disposition)
  lines[#lines + 1] = "Content-Type: " .. content_type
  lines[#lines + 1] = "Content-Transfer-Encoding: " .. encoding
  lines[#lines + 1] = disposition
  lines[#lines + 1] = ""
  lines[#lines + 1] = (body:gsub("\r\n$", ""))
end

-- "=_" stands in no quoted-printable and no Base64 text, so no part can hold a boundary.
local function body_of(e, covering, attachment, seed)
  local outer, inner = "=_" .. seed:sub(1, 24), "=_" .. seed:sub(41, 64)
  local lines = { ('Content-Type: multipart/mixed; boundary="%s"'):format(outer), "", "--" .. outer,
    ('Content-Type: multipart/alternative; boundary="%s"'):format(inner), "", "--" .. inner }
  part(lines, "text/plain; charset=utf-8", "quoted-printable", quoted_printable(e, covering.text))
  lines[#lines + 1] = "--" .. inner
  part(lines, "text/html; charset=utf-8", "quoted-printable", quoted_printable(e, covering.html))
  lines[#lines + 1] = "--" .. inner .. "--"
  lines[#lines + 1] = "--" .. outer
  part(lines, attachment.type, "base64", base64(e, attachment.bytes),
    ('Content-Disposition: attachment; filename="%s"'):format(attachment.name))
  lines[#lines + 1] = "--" .. outer .. "--"
  lines[#lines + 1] = ""
  return table.concat(lines, "\r\n")
end

local function message_of(e, given)
  local covering, letter, to = given.covering, given.letter, given.to
  local seed = core.sha256(table.concat({ letter.code, given.date, to.address, given.from.address, covering.title, covering.text,
    covering.html, given.attachment.bytes }, "\0"))
  local id = ("%s@%s"):format(seed:sub(1, 40), given.from.address:match "@(.*)$")
  local headers = { "X-Unsent: 1", "From: " .. mailbox(e.mime, given.from.name, given.from.address) }
  if given.reply_to then headers[#headers + 1] = "Reply-To: " .. mailbox(e.mime, given.reply_to.name, given.reply_to.address) end
  headers[#headers + 1] = "To: " .. mailbox(e.mime, to.name, to.address)
  headers[#headers + 1] = "Subject: " .. header_text(e.mime, covering.title)
  headers[#headers + 1] = "Date: " .. date_header(given.date)
  headers[#headers + 1] = "Message-ID:\r\n <" .. id .. ">"
  headers[#headers + 1] = "MIME-Version: 1.0"
  headers[#headers + 1] = body_of(e, covering, given.attachment, seed)
  return { code = letter.code, to = to.address, subject = covering.title, id = id, message = table.concat(headers, "\r\n") }
end

--------------------------------------------------------------------------------

local function check_options(opts)
  fault.check_keys("emails", opts, OPTIONS, 3)
  if type(opts.from) ~= "string" then error('emails: from is to be a text such as "Name <a@b>"', 3) end
  if opts.reply_to ~= nil and type(opts.reply_to) ~= "string" then error("emails: reply_to is to be a text", 3) end
  local attach = opts.attach or "html"
  if not TYPES[attach] then
    local names = {}
    for name in pairs(TYPES) do names[#names + 1] = name end
    error(('emails: attach: "%s" cannot be attached; %s'):format(tostring(attach), fault.suggestion(attach, names)), 3)
  end
  return attach
end

-- The recipients' mailboxes by code, and the codes of those without; or nil, err.
local function recipients(letters, skip)
  local found, without, faults = {}, {}, {}
  for _, letter in ipairs(letters) do
    local recipient = letter.origin.council.recipient or {}
    local address = recipient.email
    if not address or address == "" then
      without[#without + 1] = letter.code
    elseif not is_address(address) then
      faults[#faults + 1] = fault.new { code = "bad-address", value = address, letter = letter.code,
        message = ('the recipient\'s address "%s" is no e-mail address'):format((address:gsub("%c", "?"))) }
    else
      found[letter.code] = { name = recipient.name, address = address }
    end
  end
  if #without > 0 and not skip then
    for _, code in ipairs(without) do
      faults[#faults + 1] = fault.new { code = "no-address", letter = code, message = "the recipient has no e-mail address",
        hint = "give it in recipients.csv, or let such letters go another way: skip_without_address" }
    end
  end
  if #faults > 0 then
    return nil, fault.all(faults, ("%s, %s: no e-mail can be used"):format(words.counted(#letters, "letter"),
      words.counted(#faults, "fault")))
  end
  return found, nil, without
end

local function attachments(letters, attach)
  local form = require("upheld.forms").get(attach)
  local list, err
  if form.all then list, err = form.all(letters) else list = {} end
  if not list then return nil, err end
  local made = {}
  for i, letter in ipairs(letters) do
    local bytes = list[i] or not form.all and letter[attach]
    if not bytes then return nil, letter.failure end
    made[i] = { name = letter.code .. form.extension, type = TYPES[attach], bytes = bytes }
  end
  return made
end

-- What drafts are made of, for their manifest: the letters' batch with the wordings and facts of the covering text.
local function both_batches(batch, covering)
  local made = { wordings = {}, facts_sources = {} }
  for key, value in pairs(batch) do made[key] = made[key] or value end
  for key, list in pairs { wordings = made.wordings, facts_sources = made.facts_sources } do
    table.move(batch[key], 1, #batch[key], 1, list)
    table.move(covering[key], 1, #covering[key], #list + 1, list)
  end
  return made
end

--- The e-mails of letters.
---@param letters upheld.Letters
---@param opts { covering: string|upheld.Wording|table, facts: string|table|nil, from: string, reply_to: string?, attach: string?, skip_without_address: boolean? }
---   covering: the wording of the e-mail, its title the subject, a list of two for two languages; from: "Name <a@b>"; attach: html (default), pdf, text, docx, odt,
---   markdown: the form in which the letter is attached
---@return upheld.Emails? emails, upheld.Fault? err   "no-address", "bad-address", "no-luasocket", faults of the covering wording
function mail.build(letters, opts)
  local attach = check_options(opts)
  if letters.batch.draft then
    return nil, fault.new { code = "draft", message = "drafts of letters are not for sending",
      hint = "write the letters without draft" }
  end
  local e, err = encoders()
  if not e then return nil, err end
  local from, reply_to, to, without, covering, attached
  from, err = parse_mailbox("from", opts.from)
  if from and opts.reply_to then reply_to, err = parse_mailbox("reply_to", opts.reply_to) end
  if err then return nil, err end
  to, err, without = recipients(letters, opts.skip_without_address)
  if not to then return nil, err end
  local chosen = {}
  for _, letter in ipairs(letters) do chosen[letter.code] = to[letter.code] and letter end
  covering, err = require("upheld.letters").build(letters.batch.year, { wording = opts.covering, facts = opts.facts,
    date = letters.batch.date, where = function(council) return chosen[council.code] end })
  if not covering then return nil, err end
  attached, err = attachments(letters, attach)
  if not attached then return nil, err end
  local place, made = {}, setmetatable({ without = without, batch = both_batches(letters.batch, covering.batch) }, Emails)
  for i, letter in ipairs(letters) do place[letter.code] = i end
  for i, cover in ipairs(covering) do
    made[i] = message_of(e, { covering = cover, letter = chosen[cover.code], to = to[cover.code], from = from,
      reply_to = reply_to, date = letters.batch.date, attachment = attached[place[cover.code]] })
  end
  return made
end

--- "158 e-mails".
function Emails:__tostring()
  return words.counted(#self, "e-mail")
end

--- Writes DIR/CODE.eml and manifest.json, by which upheld send knows what it may send: all of them or none.
---@param directory string
---@param opts { replace: boolean? }?   replace: remove what upheld wrote there before and does not write now; without it such a
---   folder is refused ("other-letters")
---@return true? written, upheld.Error? err
function Emails:write(directory, opts)
  opts = opts or {}
  fault.check_keys("emails:write", opts, { "replace" })
  local files, manifest = {}, require "upheld.manifest"
  for i, one in ipairs(self) do files[i] = { one.code .. ".eml", one.message } end
  local text, err = manifest.text(self.batch, files)
  if not text then return nil, err end
  files[#files + 1] = { manifest.NAME, text }
  return require("upheld.outputs").write(directory, files, { year = self.batch.year, replace = opts.replace })
end

return mail
