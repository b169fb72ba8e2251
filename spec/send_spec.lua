-- Drafts handed to a real mail server on this machine: each recipient gets one, also when a run is killed and another one ends it.
-- Needs LuaSocket and Python's aiosmtpd, which make test-all installs.
local core = require "upheld.core"
local helper = require "helper"

local socket_there, socket = pcall(require, "socket")
local there = socket_there and select(3, helper.run "/usr/bin/python3 -c 'import aiosmtpd'") == 0

local MESSAGES = 400

describe("sending", function()
  local root, drafts, mailbox, server, port

  -- manifest.json of the drafts that are there.
  local function list_drafts()
    local lines = {}
    for name in helper.run("cd " .. drafts .. " && ls *.eml || true"):gmatch "[^\n]+" do
      local bytes = helper.read(drafts .. "/" .. name)
      lines[#lines + 1] = ('{"file":"%s","bytes":%d,"sha256":"%s","reproducible":true}'):format(name, #bytes, core.sha256(bytes))
    end
    helper.write(drafts .. "/manifest.json", ('{"format":1,\n"year":2020,\n"inputs":[],\n"outputs":[\n%s\n]}\n'):format(table.concat(lines, ",\n")))
  end

  local function put_draft(name, to, id, words)
    return helper.write(("%s/%s.eml"):format(drafts, name), ("X-Unsent: 1\r\n" .. "From: Office <office@ombudsman.example>\r\nTo: <%s>\r\nSubject: Letter\r\n"
      .. "Message-ID:\r\n <%s@ombudsman.example>\r\n\r\n%s\r\n.\r\n..dots\r\n"):format(to, id or name, words or "Words of " .. name))
  end

  local function draft(...)
    put_draft(...)
    list_drafts()
  end

  local function start_server(pause)
    local pidfile = root .. "/pid"
    os.execute(("/usr/bin/python3 spec/helper_smtp.py %s %s > %s/port 2> %s/errors & echo $! > %s"):format(mailbox, pause or 0, root, root, pidfile))
    server = helper.read(pidfile):match "%d+"
    for _ = 1, 200 do
      port = helper.exists(root .. "/port") and helper.read(root .. "/port"):match "^(%d+)\n"
      if port then break end
      socket.sleep(0.05)
    end
    assert.truthy(port, helper.read(root .. "/errors"))
  end

  -- Recipients of the mailbox, with how many messages each got, and the bodies.
  local function taken()
    local counts, bodies, all = {}, {}, 0
    local list = helper.run(("cd %s && ls | grep 'msg$' || true"):format(mailbox))
    for name in list:gmatch "[^\n]+" do
      local text = helper.read(mailbox .. "/" .. name)
      local to = text:match "^([^\n]*)\n"
      counts[to], all = (counts[to] or 0) + 1, all + 1
      bodies[to] = text:match "\r\n\r\n(.*)$"
    end
    return counts, all, bodies
  end

  local function send(...)
    return helper.upheld("send", drafts, "--log", root .. "/log", ...)
  end

  before_each(function()
    if not there then return end
    root = helper.folder()
    drafts, mailbox = root .. "/drafts", root .. "/mailbox"
    helper.run(("mkdir %s %s"):format(drafts, mailbox))
  end)
  after_each(function()
    if server then os.execute("kill " .. server .. " 2>/dev/null") end
    server = nil
    helper.cleanup()
  end)

  it("gives each recipient one message, whole, and a second run none", function()
    if not there then return pending "needs lua-socket and python3-aiosmtpd" end
    for i = 1, 5 do draft("C" .. i, ("c%d@alpha.example"):format(i)) end
    start_server()
    local out, err, status = send("--dry-run")
    assert.equal(0, status, err)
    assert.truthy(out:find("C1.eml to c1@alpha.example: would be sent\n", 1, true) and out:find("dry run: 5 messages would be sent\n$"), out)
    assert.equal(0, select(2, taken()))
    assert.is_false(helper.exists(root .. "/log"))
    out, err, status = send("--smtp", "127.0.0.1:" .. port)
    assert.same({ 0, "5 messages sent\n" }, { status, out }, err)
    local counts, all, bodies = taken()
    assert.same({ 5, 1 }, { all, counts["c3@alpha.example"] })
    assert.equal("Words of C3\r\n.\r\n..dots\r\n", bodies["c3@alpha.example"])
    out, err, status = send("--smtp", "127.0.0.1:" .. port)
    assert.same({ 0, "0 messages sent, 5 sent before\n" }, { status, out }, err)
    assert.equal(5, select(2, taken()))
    draft("C2", "c2@alpha.example", "another", "Other words")
    out, err, status = send("--smtp", "127.0.0.1:" .. port)
    assert.equal(1, status, err)
    assert.truthy(out:find("C2.eml to c2@alpha.example: was sent before with other words; --again sends it too\n0 messages sent, 4 sent before, 1 changed since\n", 1, true), out)
    out, err, status = send("--smtp", "127.0.0.1:" .. port, "--again")
    assert.same({ 0, "1 message sent, 4 sent before\n" }, { status, out }, err)
  end)

  it("tells of each recipient that the server refuses, and goes on", function()
    if not there then return pending "needs lua-socket and python3-aiosmtpd" end
    draft("C1", "c1@alpha.example")
    draft("C2", "refused@alpha.example")
    draft("C3", "c3@alpha.example")
    start_server()
    local out, err, status = send("--smtp", "127.0.0.1:" .. port)
    assert.equal(1, status, err)
    assert.equal("C2.eml to refused@alpha.example: 550 no such mailbox\n2 messages sent, 1 refused\n", out)
    assert.equal(2, select(2, taken()))
    out, err, status = send("--smtp", "127.0.0.1:" .. port) -- and tries that one again
    assert.equal(1, status, err)
    assert.truthy(out:find("0 messages sent, 2 sent before, 1 refused", 1, true), out)
  end)

  it("keeps to a rate", function()
    if not there then return pending "needs lua-socket and python3-aiosmtpd" end
    for i = 1, 4 do draft("C" .. i, ("c%d@alpha.example"):format(i)) end
    start_server()
    local begin = socket.gettime()
    local out = send("--smtp", "127.0.0.1:" .. port, "--rate", "240")
    assert.equal("4 messages sent\n", out)
    assert.is_true(socket.gettime() - begin >= 0.75) -- three pauses of a quarter of a second
  end)

  it("is refused while another run sends with the same log", function()
    if not there then return pending "needs lua-socket and python3-aiosmtpd" end
    for i = 1, 3 do draft("C" .. i, ("c%d@alpha.example"):format(i)) end
    start_server()
    local first = assert(io.popen(("%s send %s --log %s/log --smtp 127.0.0.1:%s --rate 60 2>&1"):format(
      helper.command, drafts, root, port)))
    repeat
      socket.sleep(0.05)
      local _, all = taken()
    until all > 0
    local out, err, status = send("--smtp", "127.0.0.1:" .. port)
    assert.same({ "", 1 }, { out, status })
    assert.truthy(err:find("another run is sending with this log (locked); wait until it has ended, and run again", 1, true), err)
    assert.equal(0, select(3, send "--dry-run"))
    assert.equal("3 messages sent\n", first:read "a")
    first:close()
    local counts = taken()
    assert.same({ ["c1@alpha.example"] = 1, ["c2@alpha.example"] = 1, ["c3@alpha.example"] = 1 }, counts)
    assert.equal("0 messages sent, 3 sent before\n", (send("--smtp", "127.0.0.1:" .. port)))
  end)

  it("sends nothing where a draft is not as it was written, or not of the manifest", function()
    if not there then return pending "needs lua-socket and python3-aiosmtpd" end
    for i = 1, 3 do draft("C" .. i, ("c%d@alpha.example"):format(i)) end
    start_server()
    local function refused(words)
      local out, err, status = send("--smtp", "127.0.0.1:" .. port)
      assert.same({ "", 1 }, { out, status })
      assert.truthy(err:find(words, 1, true), err)
    end
    put_draft("C9", "c9@alpha.example")
    refused "C9.eml: the manifest does not list this draft (foreign-draft); take it out of the folder"
    os.remove(drafts .. "/C9.eml")
    put_draft("C2", "c2@alpha.example", nil, "Others")
    refused "C2.eml: the draft is not the one that was written (changed-draft); write the drafts again: upheld emails"
    os.remove(drafts .. "/C2.eml")
    refused "C2.eml: the draft is not there (missing-draft)"
    assert.equal(0, select(2, taken()))
    put_draft("C2", "c2@alpha.example")
    assert.equal("3 messages sent\n", (send("--smtp", "127.0.0.1:" .. port)))
    assert.is_nil(helper.run("grep -l X-Unsent " .. mailbox .. "/*"):find "%S") -- what is sent is no draft
    for line in helper.read(root .. "/log"):gmatch "[^\n]+" do
      assert.truthy(line:find "^%l+\t[^\t]+\tc%d@alpha%.example\tC%d%.eml\t[^\t]*\t%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", line)
    end
    put_draft("C2", "c2@alpha.example", nil, "Others")
    refused "C2.eml: the draft was changed after it was sent (changed-draft)"
  end)

  it("goes on by another connection where the server has had enough of one", function()
    if not there then return pending "needs lua-socket and python3-aiosmtpd" end
    for how, code in pairs { said = "5", silent = "-3" } do
      helper.run(("rm -rf %s/* %s/* %s/log %s/port"):format(drafts, mailbox, root, root))
      for i = 1, 12 do put_draft(("C%02d"):format(i), ("c%02d@alpha.example"):format(i)) end
      list_drafts()
      start_server("0 " .. code)
      local out, err, status = send("--smtp", "127.0.0.1:" .. port)
      assert.same({ 0, "12 messages sent\n" }, { status, out }, how .. err)
      local counts, all = taken()
      assert.equal(12, all)
      for to, count in pairs(counts) do assert.equal(1, count, to) end
      os.execute("kill " .. server)
    end
  end)

  it("says what is wrong", function()
    if not there then return pending "needs lua-socket and python3-aiosmtpd" end
    local out, err, status = send("--smtp", "127.0.0.1:1")
    assert.same({ "", 1 }, { out, status })
    assert.truthy(err:find("there is no manifest.json of drafts in this folder (no-manifest); upheld emails writes it", 1, true), err)
    list_drafts()
    err = select(2, send("--smtp", "127.0.0.1:1"))
    assert.truthy(err:find("there is no draft (CODE.eml) in this folder", 1, true), err)
    draft("C1", "c1@alpha.example")
    for _, row in ipairs { { { "--smtp", "127.0.0.1:1" }, 1, "the mail server 127.0.0.1:1: connection refused" }, { {}, 2, "send needs --smtp HOST:PORT, or --dry-run" },
      { { "--smtp", "127.0.0.1:1", "--rate", "0" }, 2, "--rate takes a whole number from 1" } } do
      out, err, status = send(table.unpack(row[1]))
      assert.same({ "", row[2] }, { out, status })
      assert.truthy(err:find(row[3], 1, true), err)
    end
    for _, row in ipairs { { "no headers", "it has no headers" }, { "From: a@b.example\r\nMessage-ID: <x@b.example>\r\n\r\nx", "it names no recipient" },
      { "From: a@b.example\r\nTo: c@d.example\r\n\r\nx", "it has no sender or no identifier" } } do
      helper.write(drafts .. "/bad.eml", row[1])
      list_drafts()
      out, err, status = send("--dry-run")
      assert.same({ "", 1 }, { out, status })
      assert.truthy(err:find("bad.eml: " .. row[2], 1, true), err)
    end
  end)

  it("killed halfway and run again, of four hundred, gives each recipient exactly one", function()
    if not there then return pending "needs lua-socket and python3-aiosmtpd" end
    for i = 1, MESSAGES do put_draft(("C%03d"):format(i), ("c%03d@alpha.example"):format(i)) end
    list_drafts()
    start_server()
    local settle, kills = "", 0
    for _, stop in ipairs { 120, 200, 290, MESSAGES + 1 } do -- killed three times
      os.execute(("%s send %s --log %s/log --smtp 127.0.0.1:%s %s > %s/out 2>&1 & echo $! > %s/sender"):format(helper.command, drafts, root,
        port, settle, root, root))
      local pid, alive = helper.read(root .. "/sender"):match "%d+", true
      while alive and select(2, taken()) < stop do
        socket.sleep(0.005)
        alive = os.execute("kill -0 " .. pid .. " 2>/dev/null") ~= nil
      end
      if alive then
        kills = kills + 1
        os.execute("kill -9 " .. pid)
        socket.sleep(0.3) -- the server ends what it was at
      end
      -- What the log does not know the end of, the mailbox does.
      local uncertain = send("--dry-run"):match "c(%d+)@alpha.example: perhaps sent"
      settle = uncertain and "--uncertain " .. (taken()["c" .. uncertain .. "@alpha.example"] == 1 and "sent" or "resend") or ""
    end
    assert.equal(3, kills)
    local out, err, status = send("--smtp", "127.0.0.1:" .. port)
    assert.equal(0, status, out .. err)
    assert.truthy(out:find("^0 messages sent, 400 sent before\n"), out)
    local counts, all = taken()
    assert.equal(MESSAGES, all)
    for i = 1, MESSAGES do assert.equal(1, counts[("c%03d@alpha.example"):format(i)], i) end
  end)
end)
