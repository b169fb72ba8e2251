-- send.lua: drafts (CODE.eml) handed to a mail server, one after the other, with a log.
-- Owns: that no message goes out twice: a line in the log before the server is told that a message is complete, and one after its
-- answer. Where the second is missing nobody but the server knows whether it took the message (RFC 1047): that one is neither sent
-- again nor forgotten, but told, until it is settled.
-- Also that nothing goes out but what upheld emails wrote: drafts that the folder's manifest lists, as they were written.
-- Must not: change a message, but for the line that marks it as a draft; send to anybody but the address that the draft names.
-- One run at a time holds the log (LOG.lock): two at once would not see each other's lines.

local fault = require "upheld.fault"
local manifest = require "upheld.manifest"
local words = require "upheld.words"

local core = require "upheld.core"

local send = {}

local OPTIONS = { "server", "log", "dry_run", "rate", "uncertain", "again", "user", "password", "helo", "progress" }

---@class upheld.Sent
---@field ok boolean           nothing is left to do
---@field sent integer         in this run
---@field before integer       were sent before
---@field failed { file: string, to: string, message: string }[]
---@field uncertain { file: string, to: string, id: string }[]
---@field changed { file: string, to: string }[]   sent before as another message: only sent with `again`
---@field planned { file: string, to: string }[]   of a dry run
local Sent = { __name = "upheld.sent" }
Sent.__index = Sent

--------------------------------------------------------------------------------
-- The log: a line an event, "state TAB identifier TAB recipient TAB file TAB note TAB time"
-- The time is the clock's: a log tells what happened, and is no output that two runs are to give alike.

-- By identifier and recipient the last state; by file and recipient the identifier that was sent.
local function read_log(path)
  local states, sent_as = {}, {}
  local file = io.open(path, "rb")
  if not file then return states, sent_as end
  for line in file:lines() do
    local state, id, to, name = line:match "^(%l+)\t([^\t]+)\t([^\t]+)\t([^\t]+)\t"
    if state then
      states[id .. "\t" .. to] = state
      if state == "sent" or state == "sending" then sent_as[name .. "\t" .. to] = id end
    end
  end
  file:close()
  return states, sent_as
end

--------------------------------------------------------------------------------
-- Drafts

-- Recipient, sender and identifier of a draft, by its own headers; or nil and what is missing.
local function read_draft(name, bytes)
  local head = bytes:match "^(.-)\r\n\r\n"
  if not head then return nil, "it has no headers" end
  head = "\r\n" .. head:gsub("\r\n[ \t]+", " ") .. "\r\n"
  local function address(header)
    local value = head:match("\r\n" .. header .. ": ([^\r]*)\r\n")
    return value and (value:match "<([^<>%s]+@[^<>%s]+)>$" or value:match "^([^<>%s]+@[^<>%s]+)$")
  end
  local id = head:match "\r\nMessage%-ID: *<([^<>%s]+)>\r\n"
  local at = head:find("\r\nX-Unsent: 1\r\n", 1, true) and bytes:find("X-Unsent: 1\r\n", 1, true)
  local message = at and bytes:sub(1, at - 1) .. bytes:sub(at + #"X-Unsent: 1\r\n") or bytes -- what is sent is no draft
  local draft = { file = name, to = address "To", from = address "From", id = id, bytes = message }
  if not draft.to then return nil, "it names no recipient" end
  if not draft.from or not draft.id then return nil, "it has no sender or no identifier" end
  return draft
end

local function bad_draft(name, code, message, hint)
  return fault.new { code = code, file = name, message = message, hint = hint or "write the drafts again: upheld emails" }
end

-- The drafts that the manifest lists and that are there; and a fault for each that it does not list, or that is not there.
local function listed_drafts(directory, faults)
  local written, err = manifest.read(directory)
  if not written and err.code == "no-such-file" then
    return nil, fault.new { code = "no-manifest", file = directory,
      message = "there is no manifest.json of drafts in this folder",
      hint = "upheld emails writes it beside the drafts" }
  elseif not written then
    return nil, err
  end
  local names, why = core.list_files(directory)
  if not names then return nil, why end
  local listed, there = {}, {}
  for _, one in ipairs(written.outputs) do
    if one.file:find "%.eml$" then listed[#listed + 1], listed[one.file] = one, one end
  end
  for name in names:gmatch "[^%z]+" do
    there[name] = true
    if name:find "%.eml$" and not listed[name] then
      faults[#faults + 1] = bad_draft(name, "foreign-draft", "the manifest does not list this draft", "take it out of the folder")
    end
  end
  local found = {}
  for _, one in ipairs(listed) do
    if there[one.file] then found[#found + 1] = one
    else faults[#faults + 1] = bad_draft(one.file, "missing-draft", "the draft is not there") end
  end
  return found
end

local function read_drafts(directory, states)
  local drafts, faults = {}, {}
  local listed, err = listed_drafts(directory, faults)
  if not listed then return nil, err end
  for _, one in ipairs(listed) do
    local bytes, why = core.read_file(directory .. "/" .. one.file)
    local draft
    if bytes then draft, why = read_draft(one.file, bytes) end
    if bytes and core.sha256(bytes) ~= one.sha256 then
      local sent = draft and states[draft.id .. "\t" .. draft.to] == "sent"
      faults[#faults + 1] = bad_draft(one.file, "changed-draft", sent and "the draft was changed after it was sent"
        or "the draft is not the one that was written")
    elseif draft then
      drafts[#drafts + 1] = draft
    else
      faults[#faults + 1] = type(why) == "string" and bad_draft(one.file, "bad-draft", why) or why
    end
  end
  if #faults > 0 then
    return nil, fault.all(faults, ("%s: %s; nothing was sent"):format(directory, words.counted(#faults, "fault")))
  end
  if #drafts == 0 then
    return nil, fault.new { code = "no-drafts", file = directory, message = "there is no draft (CODE.eml) in this folder" }
  end
  return drafts
end

--------------------------------------------------------------------------------
-- Holding and writing the log

local NO_LOCK = setmetatable({}, { __close = function() end })

-- Held before the log is read, until the run has ended. A dry run changes nothing.
local function lock_for(opts)
  if opts.dry_run then return NO_LOCK end
  local lock, err = core.lock(opts.log .. ".lock")
  if lock then return lock end
  err.file = opts.log
  if err.code == "locked" then
    err.message, err.hint = "another run is sending with this log", "wait until it has ended, and run again"
  end
  return NO_LOCK, err
end

-- Each line goes to the system at once, whole: a killed run leaves no half of one behind it.
local function open_log(path)
  local log, why = io.open(path, "ab")
  if not log then
    return nil, fault.new { code = "not-writable", file = path, message = "the log cannot be written: " .. tostring(why) }
  end
  log:setvbuf "no"
  return log
end

local function note(log, state, draft, text)
  assert(log:write(("%s\t%s\t%s\t%s\t%s\t%s\n"):format(state, draft.id, draft.to, draft.file, (text or ""):gsub("%c", " "),
    os.date "!%Y-%m-%dT%H:%M:%SZ")))
end

--------------------------------------------------------------------------------
-- One message

-- The error of a server's answer or of the connection, as a text.
local function error_text(e)
  if type(e) == "table" then e = e[1] end
  return tostring(e)
end

-- Hands a draft over. Gives "sent", "refused", "uncertain" or "closed" (the server has had enough of this connection, and has not
-- taken the message), and the server's words.
local function deliver(connection, draft, log)
  local ltn12, mime = require "ltn12", require "mime"
  local complete = false
  local text = ltn12.source.string((draft.bytes:gsub("\r\n$", ""))) -- which the end of the message adds
  -- The last thing before the server is told that the message is complete: the source has nothing more to give.
  local function source()
    local chunk, why = text()
    if not chunk and not complete then
      complete = true
      note(log, "sending", draft)
    end
    return chunk, why
  end
  local ok, answer = pcall(function()
    connection:mail("<" .. draft.from .. ">")
    connection:rcpt("<" .. draft.to .. ">")
    return connection:data(ltn12.source.chain(source, mime.stuff()))
  end)
  if ok then return "sent", tostring(answer) end
  local why = error_text(answer)
  if complete and not why:find "^%d%d%d" then return "uncertain", why end -- no answer came
  if why:find "^421" or not why:find "^%d%d%d" then return "closed", why end
  return "refused", why
end

local function connect(opts)
  local smtp = require "socket.smtp"
  local host, port = opts.server:match "^%[?([^%[%]]+)%]?:(%d+)$"
  local ok, connection = pcall(function()
    local made = smtp.open(host or opts.server, host and math.tointeger(tonumber(port)) or 25)
    local extensions = made:greet(opts.helo)
    if opts.user then made:auth(opts.user, opts.password or "", extensions) end
    return made
  end)
  if ok then return connection end
  return nil, fault.new { code = "no-server", value = opts.server, message = ("the mail server %s: %s"):format(opts.server,
    error_text(connection)), hint = "HOST:PORT of a server that takes mail from this machine" }
end

--------------------------------------------------------------------------------
-- A run

-- What is to be done with each draft: the list to send, the rest in `result`.
local function sort_drafts(drafts, states, sent_as, opts, result)
  local list = {}
  for _, draft in ipairs(drafts) do
    local state = states[draft.id .. "\t" .. draft.to]
    local other = sent_as[draft.file .. "\t" .. draft.to]
    if state == "sent" then
      result.before = result.before + 1
    elseif state == "sending" and not opts.uncertain then
      result.uncertain[#result.uncertain + 1] = draft
    elseif state == "sending" and opts.uncertain == "sent" then
      result.before = result.before + 1
      result.settled[#result.settled + 1] = draft
    elseif other and other ~= draft.id and not opts.again then
      result.changed[#result.changed + 1] = draft
    else
      list[#list + 1] = draft
    end
  end
  return list
end

local function check_options(directory, opts)
  fault.check_keys("send", opts, OPTIONS, 3)
  if type(directory) ~= "string" then error("send: a folder is expected", 3) end
  if type(opts.log) ~= "string" then error("send: log is to be a path", 3) end
  if not opts.dry_run and type(opts.server) ~= "string" then error('send: server is to be a text such as "localhost:25"', 3) end
  if opts.uncertain ~= nil and opts.uncertain ~= "sent" and opts.uncertain ~= "resend" then
    error('send: uncertain is "sent" or "resend"', 3)
  end
  if opts.rate ~= nil and (math.type(opts.rate) ~= "integer" or opts.rate < 1) then
    error("send: rate is messages a minute", 3)
  end
end

-- Sends a list; stops where there is no server any more. Many servers take so many messages of one connection: where one was taken by
-- it, the message that it closed on is handed over once more by another.
local function send_all(list, opts, log, result)
  local socket = require "socket"
  local connection, err = connect(opts)
  if not connection then return nil, err end
  local taken = 0 -- by this connection
  for i, draft in ipairs(list) do
    if i > 1 and opts.rate then socket.sleep(60 / opts.rate) end
    local state, text = deliver(connection, draft, log)
    if state == "closed" and taken > 0 then
      note(log, "refused", draft, text)
      pcall(function() return connection:close() end)
      connection, err = connect(opts)
      if not connection then return nil, err end
      taken = 0
      state, text = deliver(connection, draft, log)
    end
    if state == "sent" then
      note(log, "sent", draft, text)
      result.sent, taken = result.sent + 1, taken + 1
    elseif state == "uncertain" then
      result.uncertain[#result.uncertain + 1] = draft
    else
      note(log, "refused", draft, text)
      result.failed[#result.failed + 1] = { file = draft.file, to = draft.to, message = text }
    end
    if opts.progress then opts.progress(i, #list) end
    if state ~= "sent" and i < #list then -- after an error the connection is closed
      pcall(function() return connection:close() end)
      connection, err = connect(opts)
      if not connection then return nil, err end
      taken = 0
    end
  end
  pcall(function() return connection:quit() end)
  pcall(function() return connection:close() end)
  return true
end

--- Sends the drafts of a folder that the log does not say were sent.
---@param directory string   with CODE.eml and the manifest.json that was written with them
---@param opts { server: string?, log: string, dry_run: boolean?, rate: integer?, uncertain: ("sent"|"resend")?, again: boolean?, user: string?, password: string?, helo: string?, progress: fun(done: integer, of: integer)? }
---   server: HOST:PORT; rate: at most so many messages a minute; uncertain: what became of messages whose end the log does not know;
---   again: send a draft that was sent before with other words
---@return upheld.Sent? result, upheld.Fault? err   "no-luasocket", "no-manifest", "no-drafts", "bad-draft", "changed-draft",
---   "foreign-draft", "missing-draft", "no-server", "not-writable", "locked"
function send.run(directory, opts)
  check_options(directory, opts)
  local drafts, err = read_drafts(directory, (read_log(opts.log)))
  if not drafts then return nil, err end
  local _ <close>, locked = lock_for(opts)
  if locked then return nil, locked end
  local states, sent_as = read_log(opts.log)
  local result = setmetatable({ ok = false, sent = 0, before = 0, failed = {}, uncertain = {}, changed = {}, settled = {},
    planned = {} }, Sent)
  local list = sort_drafts(drafts, states, sent_as, opts, result)
  if opts.dry_run then
    result.dry, result.planned = true, list
    return result
  end
  if not pcall(require, "socket.smtp") then
    return nil, fault.new { code = "no-luasocket", message = "sending needs the Lua module LuaSocket",
      hint = "install it: apt install lua-socket (Debian), luarocks install luasocket" }
  end
  local log
  log, err = open_log(opts.log)
  if not log then return nil, err end
  for _, draft in ipairs(result.settled) do note(log, "sent", draft, "settled by hand") end
  local done = true
  if #list > 0 then done, err = send_all(list, opts, log, result) end
  log:close()
  if not done then return nil, err end
  result.ok = #result.failed == 0 and #result.uncertain == 0 and #result.changed == 0
  return result
end

function Sent:__tostring()
  local lines = {}
  local function each(list, what)
    for _, one in ipairs(list) do lines[#lines + 1] = ("%s to %s: %s"):format(one.file, one.to, one.message or what) end
  end
  each(self.planned, "would be sent")
  each(self.failed)
  each(self.uncertain, "perhaps sent: the run ended before the server's answer; look there, then --uncertain sent or "
    .. "--uncertain resend")
  each(self.changed, "was sent before with other words; --again sends it too")
  local counts = { self.dry and ("dry run: %s would be sent"):format(words.counted(#self.planned, "message"))
    or ("%s sent"):format(words.counted(self.sent, "message")) }
  if self.before > 0 then counts[#counts + 1] = ("%d sent before"):format(self.before) end
  if #self.failed > 0 then counts[#counts + 1] = ("%d refused"):format(#self.failed) end
  if #self.uncertain > 0 then counts[#counts + 1] = ("%d perhaps sent"):format(#self.uncertain) end
  if #self.changed > 0 then counts[#counts + 1] = ("%d changed since"):format(#self.changed) end
  lines[#lines + 1] = table.concat(counts, ", ")
  return table.concat(lines, "\n")
end

return send
