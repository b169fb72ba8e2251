-- office.lua: forms of letters that outside programs write: DOCX and ODT by pandoc, PDF by Chromium. Found when they are asked for.
-- Owns: one run of the program for all letters of a batch; a folder of its own for what goes between. It is removed, and a browser ended,
-- also when this process is killed: a shell beside it waits for that (a second or two), and does it then. Only where that shell is
-- killed with it does the folder stay; the browser ends even so, since nothing holds its pipe any more.
-- Must not: change a word of a letter; take a page for a letter's that is not; read the settings of whoever runs it; use the network.

local archive = require "upheld.office.archive"
local fault = require "upheld.fault"
local html = require "upheld.markup.html"
local markdown = require "upheld.markup.markdown"

local office = {}

-- Required when it is needed: letters are rendered without C.
local core = require "upheld.core"

local FILTER = require "upheld.office.filter"

local function quoted(s) return "'" .. s:gsub("'", "'\\''") .. "'" end

-- The path of the first of these programs that is there, or nil.
local function program(names)
  for _, name in ipairs(names) do
    local pipe = io.popen("command -v " .. name .. " 2>/dev/null", "r")
    local path = pipe and pipe:read "l"
    if pipe then pipe:close() end
    if path then return path end
  end
  return nil
end

local function failed(form, message, hint)
  return nil, fault.new { code = "outside-program", value = form, message = ("%s: %s"):format(form, message), hint = hint }
end

local function absent(form, what, package)
  return failed(form, what .. " is not there", ("install it (Debian: apt install %s), or leave this format out"):format(package))
end

-- Makes a folder that nobody else can have made before, prints its path, and leaves a shell that waits until the folder is gone, or the
-- process that asked for it: then a browser whose number is in the folder is ended, and the folder removed.
local KEEPER = [[
owner=$PPID
folder=$(mktemp -d) && printf '%s\n' "$folder" || exit 1
{
  trap '' HUP
  while [ -d "$folder" ] && kill -0 "$owner"; do sleep 1; done
  [ -d "$folder" ] || exit 0
  [ -s "$folder/browser" ] && kill "$(cat "$folder/browser")"
  tries=0
  while rm -rf "$folder"; [ -d "$folder" ] && [ "$tries" -lt 15 ]; do sleep 1; tries=$((tries + 1)); done
} </dev/null >/dev/null 2>&1 &
]]

-- Runs f with a folder of its own; its files are removed after, also when f raises.
local function with_folder(f)
  local pipe = io.popen(KEEPER)
  local folder = pipe and pipe:read "l"
  if pipe then pipe:close() end
  if not folder or folder == "" then
    return failed("temporary folder", "mktemp makes none", "is the disk full, or TMPDIR not writable?")
  end
  local files = {}
  local function put(name, bytes)
    files[#files + 1] = name
    if bytes then assert(core.write_files(folder, { { name, bytes } })) end
    return folder .. "/" .. name
  end
  local results = table.pack(pcall(f, put, folder))
  for _, name in ipairs(files) do os.remove(folder .. "/" .. name) end
  os.remove(folder)
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end

--------------------------------------------------------------------------------
-- DOCX and ODT

-- What an archive says of its letter. pandoc would print a title that it is given, above the letter.
local ABOUT = {
  docx = { "docProps/core.xml", '<?xml version="1.0" encoding="UTF-8"?>\n<cp:coreProperties '
    .. 'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    .. 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    .. 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>'
    .. '<dc:language>{language}</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">{date}T00:00:00Z</dcterms:created>'
    .. '<dcterms:modified xsi:type="dcterms:W3CDTF">{date}T00:00:00Z</dcterms:modified></cp:coreProperties>\n' },
  odt = { "meta.xml", '<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta '
    .. 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    .. 'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" office:version="1.2"><office:meta>'
    .. '<dc:title>{title}</dc:title>'
    .. '<dc:language>{language}</dc:language><meta:creation-date>{date}T00:00:00Z</meta:creation-date>'
    .. '<dc:date>{date}T00:00:00Z</dc:date></office:meta></office:document-meta>\n' },
}

local function finished(bytes, form, letter)
  local about, origin = ABOUT[form], letter.origin
  local values = { title = letter.title, language = origin.options.language or "en-GB", date = origin.date }
  local text = about[2]:gsub("{(%l+)}", function(name) return html.escape(values[name]) end)
  return archive.remade(bytes, { [about[1]] = text })
end

-- The texts of a letter, one a language, and the languages.
local function texts_of(letter)
  local sides = letter.origin.sides
  if not sides then return { letter.markdown }, { letter.origin.options.language or "en-GB" } end
  local texts, languages = {}, {}
  for i, side in ipairs(sides) do
    texts[i], languages[i] = markdown.write(side.document, side.options), side.options.language
  end
  return texts, languages
end

local function by_pandoc(letters, form)
  local pandoc = program { "pandoc" }
  if not pandoc then return absent(form, "pandoc, which writes it,", "pandoc") end
  return with_folder(function(put, folder)
    local list = {}
    for i, letter in ipairs(letters) do
      local texts, languages = texts_of(letter)
      for k, text in ipairs(texts) do put(("%d.%d.md"):format(i, k), text) end
      put(i .. "." .. form)
      list[i] = ("%s/%d\t%s"):format(folder, i, table.concat(languages, "\t"))
    end
    local list_path = put("list", table.concat(list, "\n") .. "\n")
    local filter = put("filter.lua", (FILTER:gsub("LIST", function() return ("%q"):format(list_path) end)
      :gsub("FORM", ("%q"):format(form))))
    local errors = put "errors"
    -- The time within the files is the letter's day: the same letters are the same bytes. The folder of data has none, so that a
    -- template or a style of whoever runs it is not the letters'.
    local status = os.execute(("SOURCE_DATE_EPOCH=%d LC_ALL=C.UTF-8 %s --data-dir=%s -f markdown -t %s -s --lua-filter=%s -o %s "
      .. "/dev/null 2>%s"):format(core.date(letters[1].origin.date) * 86400, quoted(pandoc), quoted(folder .. "/none"), form,
      quoted(filter), quoted(put("empty." .. form)), quoted(errors)))
    local made = {}
    for i = 1, #letters do
      made[i] = status and core.read_file(("%s/%d.%s"):format(folder, i, form))
      if not made[i] then
        local why = core.read_file(errors) or ""
        return failed(form, "pandoc failed: " .. (why:match "^%s*([^\n]+)" or "no reason given"),
          "pandoc 2.17 or later is needed")
      end
      made[i] = finished(made[i], form, letters[i])
    end
    return made
  end)
end

--- The letters as DOCX, in their order.
---@param letters upheld.Letters
---@return string[]? bytes, upheld.Fault? err   "outside-program" where pandoc is not there or fails
function office.docx(letters) return by_pandoc(letters, "docx") end

--- The letters as ODT, in their order.
---@param letters upheld.Letters
---@return string[]? bytes, upheld.Fault? err
function office.odt(letters) return by_pandoc(letters, "odt") end

--------------------------------------------------------------------------------
-- PDF

local BASE64 = {}
for i, c in ipairs { ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"):byte(1, 64) } do BASE64[c] = i - 1 end

local function from_base64(s)
  local out, n = {}, 0
  s = s:gsub("=+$", "")
  for i = 1, #s - #s % 4, 4 do
    local a, b, c, d = s:byte(i, i + 3)
    local bits = BASE64[a] << 18 | BASE64[b] << 12 | BASE64[c] << 6 | BASE64[d]
    n = n + 1
    out[n] = string.char(bits >> 16, bits >> 8 & 255, bits & 255)
  end
  local rest = s:sub(#s - #s % 4 + 1)
  if #rest > 1 then
    local a, b, c = rest:byte(1, 3)
    local bits = BASE64[a] << 18 | BASE64[b] << 12 | (c and BASE64[c] << 6 or 0)
    out[n + 1] = c and string.char(bits >> 16, bits >> 8 & 255) or string.char(bits >> 16)
  end
  return table.concat(out)
end

-- A browser that is told by a file what to do (which tail feeds it) and answers a line a message: its DevTools protocol over
-- pipes. A file and no pipe to it: a browser that has died can then not take this process with it.
local Browser = {}
Browser.__index = Browser

function Browser:send(method, parameters)
  self.id = self.id + 1
  local session = self.session and (',"sessionId":"%s"'):format(self.session) or ""
  self.commands:write(('{"id":%d,"method":"%s","params":{%s}%s}\0'):format(self.id, method, parameters or "", session))
  self.commands:flush()
end

-- The next message that holds a text; nil when the browser has ended.
function Browser:wait(text)
  while true do
    local line = self.answers:read "l"
    if not line or line:find(text, 1, true) then return line end
    if line:find('"error"', 1, true) then return nil, line:match '"message":"(.-)"' end
  end
end

function Browser:call(method, parameters)
  self:send(method, parameters)
  return self:wait(('{"id":%d,'):format(self.id))
end

function Browser:close()
  self.session = nil
  self:send "Browser.close"
  repeat until not self.answers:read "l"
  self.commands:write "\n" -- tail finds nobody to read it, and ends
  self.commands:close()
  self.answers:close()
end

--- Seconds that a browser may take to begin and for each page. One that hangs is ended, and the batch says so.
office.patience = { start = 120, page = 5 }

-- What the host preloads (a sanitizer, a profiler) is not the browser's.
local function open_browser(path, put, folder, pages)
  local commands = put("commands", "")
  local profile = folder .. "/profile"
  local root = os.execute "test $(id -u) = 0" and " --no-sandbox" or "" -- which Chromium refuses to root
  local seconds = office.patience.start + office.patience.page * pages
  -- What it keeps in the folder of temporary files is within ours.
  local command = ("env -u LD_PRELOAD TMPDIR=%s timeout -k 10 %d %s --headless --disable-gpu%s --no-first-run "
    .. "--disable-extensions --user-data-dir=%s --remote-debugging-pipe about:blank"):format(quoted(profile), seconds,
    quoted(path), root, quoted(profile))
  -- tail ends with this process, and with it the pipe that the browser reads. What is in the background has no standard input: it
  -- gets the pipe by another number. The keeper of the folder knows the browser by its number there.
  local answers = io.popen(("tail --pid=$PPID -f -n +1 %s | { exec 3<&0 4>&1 >/dev/null 2>&1; mkdir %s; %s & echo $! >%s; "
    .. "wait; rm -rf %s; } | stdbuf -oL tr '\\0' '\\n'"):format(quoted(commands), quoted(profile), command, quoted(put "browser"),
    quoted(profile)), "r")
  return setmetatable({ id = 0, answers = answers, commands = assert(io.open(commands, "ab")) }, Browser)
end

local function start(browser)
  local target = (browser:call("Target.createTarget", '"url":"about:blank"') or ""):match '"targetId":"(%w+)"'
  local attached = target and browser:call("Target.attachToTarget", ('"targetId":"%s","flatten":true'):format(target))
  browser.session = attached and attached:match '"sessionId":"(%w+)"'
  return browser.session and browser:call "Page.enable" ~= nil
end

-- A path as an address: what has a meaning there ("#", "?", "%", blanks) is written by its number.
local function file_url(path)
  return "file://" .. path:gsub("[^%w/._~-]", function(c) return ("%%%02X"):format(c:byte()) end)
end

-- Its value is the address of the page, once that is loaded.
local LOADED = core.json_string("new Promise(function (done) { function tell() { done(document.URL) } "
  .. "if (document.readyState == 'complete') tell(); else addEventListener('load', tell) })")

-- The page of a file as PDF; or nil and what went wrong. Of a page that it cannot load a browser shows one of its own, which would be
-- printed like any other: so the address it shows is asked for.
local function printed(browser, path)
  local url = file_url(path)
  local gone, why = browser:call("Page.navigate", ('"url":%s'):format(core.json_string(url)))
  why = gone and gone:match '"errorText":"([^"]*)"' or why
  if not gone or why then return nil, why end
  local shown = browser:call("Runtime.evaluate", ('"expression":%s,"awaitPromise":true,"returnByValue":true'):format(LOADED))
  if not shown then return nil end
  shown = shown:match '"value":"([^"]*)"' or "nothing"
  if shown ~= url then return nil, "it shows " .. shown end
  local answer = browser:call("Page.printToPDF", '"printBackground":true,"preferCSSPageSize":true,"generateTaggedPDF":true')
  local data = answer and answer:match '"data":"([%w+/=]+)"'
  return data and from_base64(data)
end

local BROWSERS = { "chromium", "chromium-browser", "google-chrome", "google-chrome-stable" }

-- Pages as PDF, in their order.
local function by_browser(pages, form)
  local path = program(BROWSERS)
  if not path then return absent(form, "Chromium, which prints it,", "chromium") end
  return with_folder(function(put, folder)
    local paths, made = {}, {}
    for i, page in ipairs(pages) do paths[i] = put(i .. ".html", page) end
    local browser = open_browser(path, put, folder, #pages)
    local wrong
    local ok, why = pcall(function()
      local ready = start(browser)
      for i, page in ipairs(paths) do
        if ready then made[i], wrong = printed(browser, page) end
        if not made[i] then break end
      end
    end)
    browser:close()
    if not ok then error(why, 0) end
    if wrong then
      return failed(form, ("Chromium could not load page %d of %d: %s"):format(#made + 1, #pages, wrong),
        "may it read the temporary folder (TMPDIR)?")
    end
    if #made < #pages then
      return failed(form, ("Chromium printed %d of %d pages, then ended or took too long"):format(#made, #pages),
        "run it once by hand: chromium --headless --print-to-pdf=x.pdf letter.html")
    end
    return made
  end)
end

--- The letters as tagged PDF with title and language, in their order.
---@param letters upheld.Letters
---@return string[]? bytes, upheld.Fault? err   "outside-program" where Chromium is not there or fails
function office.pdf(letters)
  local pages = {}
  for i, letter in ipairs(letters) do pages[i] = html.opened(letter.html) end
  return by_browser(pages, "pdf")
end

--- A page as PDF: all letters in one.
---@param page string   HTML
---@return string? bytes, upheld.Fault? err
function office.page(page)
  local made, err = by_browser({ page }, "print-pdf")
  return made and made[1], err
end

local MADE_BY = { docx = { "pandoc" }, odt = { "pandoc" }, pdf = BROWSERS }

--- The programs that wrote these files, each as it says its name and version: other versions give other bytes.
---@param files { [1]: string, [2]: string }[]   names and bytes
---@return string[] programs
function office.programs(files)
  local list, told = {}, {}
  for _, file in ipairs(files) do
    local names = MADE_BY[file[1]:match "%.(%w+)$"]
    if names and not told[names[1]] then
      told[names[1]] = true
      local path = program(names)
      local pipe = path and io.popen("env -u LD_PRELOAD timeout 30 " .. quoted(path) .. " --version 2>/dev/null", "r")
      local said = pipe and pipe:read "l"
      if pipe then pipe:close() end
      list[#list + 1] = said and said:match "^(.-)%s*$"
    end
  end
  return list
end

return office
