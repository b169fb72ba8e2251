-- Approvals of letters: recorded, asked before letters are written, never of a draft. What the table keeps is register_test.c's.
local helper = require "helper"
local upheld = require "upheld"

local WORDING = { wording = "examples/wording/annual_review_2020.lua", facts = "examples/wording/facts_2020.lua", date = "2020-07-22" }

describe("approvals", function()
  local root, db, register
  local function decisions(outcome)
    local rows = { "reference,authority_code,received_date,decided_date,outcome,remedied_before" }
    for i = 1, 12 do
      local said = i == 1 and outcome or i % 3 == 0 and "Upheld" or "Not upheld"
      rows[#rows + 1] = ("19 000 %03d,%s,2019-05-01,2019-06-01,%s,%s"):format(i, i % 2 == 0 and "D1" or "P1", said, said == "Upheld" and "no" or "")
    end
    return table.concat(rows, "\n") .. "\n"
  end
  local function letters(more)
    local opts = {}
    for _, from in ipairs { WORDING, more or {} } do
      for key, value in pairs(from) do opts[key] = value end
    end
    return assert(assert(register:year(2020)):letters(opts))
  end
  local function codes(list)
    local made = {}
    for i, one in ipairs(list) do made[i] = one.code .. (one.reason and " " .. one.reason or "") end
    return made
  end

  before_each(function()
    root = helper.folder()
    db = root .. "/r.db"
    register = assert(upheld.open(db))
    assert(register:import { authorities = helper.write(root .. "/a.csv", "code,name,type,region\nD1,Alpha Council,District,North\n"
      .. "P1,Beta Park,National Park,North\n"), decisions = helper.write(root .. "/d.csv", decisions "Upheld") })
  end)
  after_each(function()
    register:close()
    helper.cleanup()
  end)

  it("are asked for by the letter's hash, which is the letter's words and not its trace", function()
    local made = letters()
    assert.truthy(made[1].hash:find "^%x+$" and #made[1].hash == 64)
    assert.equal(made[1].hash, letters()[1].hash)
    assert.not_equal(made[1].hash, made[2].hash)
    assert.not_equal(made[1].hash, letters({ date = "2020-07-23" })[1].hash)
    assert.not_equal(made[1].hash, letters({ notice = "Invented." })[1].hash)
  end)

  it("let through what is approved as it is, and say of each other letter why not", function()
    local approved, others = letters():approved(register)
    assert.same({ {}, { "D1 not-approved", "P1 not-approved" } }, { codes(approved), codes(others) })
    assert.equal(1, assert(letters({ authority = "D1" }):approve(register, { by = "A Name", note = "read twice", time = "2026-05-01T12:00:00Z" })))
    approved, others = letters():approved(register)
    assert.same({ { "D1" }, { "P1 not-approved" } }, { codes(approved), codes(others) })
    assert.equal(2, assert(letters():approve(register, { by = "B Name" })))
    approved, others = letters():approved(register)
    assert.same({ { "D1", "P1" }, {} }, { codes(approved), codes(others) })
    assert.equal("2 letters", tostring(approved))
    assert(approved:write(root .. "/out", { formats = { "text" }, manifest = true }))
    local list = assert(register:approvals { authority = "D1" })
    assert.same({ "approved", 2020, "D1", "Alpha Council", "Annual review letter 2020", "A Name", "2026-05-01T12:00:00Z", "read twice" },
      { list[1].what, list[1].year, list[1].code, list[1].name, list[1].wording, list[1].by, list[1].at, list[1].note })
    assert.same({ 2, "B Name" }, { #list, list[2].by })
  end)

  it("hold no longer when a letter has changed", function()
    assert(letters():approve(register, { by = "A Name", time = "2026-05-01T12:00:00Z" }))
    assert(register:import { decisions = helper.write(root .. "/d2.csv", decisions "Not upheld"), reason = "decided again" })
    local approved, others = letters():approved(register)
    assert.same({ { "D1" }, { "P1 changed" } }, { codes(approved), codes(others) })
    assert.equal("changed since its approval by A Name at 2026-05-01T12:00:00Z", require("upheld.approvals").reason(others[1]))
  end)

  it("can be taken back with a reason, and given again", function()
    assert(letters():approve(register, { by = "A Name" }))
    assert.equal(1, assert(register:withdraw_approval { year = 2020, authority = "D1", by = "B Name", reason = "a name was wrong",
      time = "2026-05-02T12:00:00Z" }))
    local approved, others = letters():approved(register)
    assert.same({ { "P1" }, { "D1 withdrawn" } }, { codes(approved), codes(others) })
    assert.equal("its approval was withdrawn by B Name at 2026-05-02T12:00:00Z: a name was wrong", require("upheld.approvals").reason(others[1]))
    local count, err = register:withdraw_approval { year = 2020, authority = "D1", by = "B Name", reason = "again" }
    assert.is_nil(count)
    assert.equal("no-such-approval", err.code)
    assert(letters({ authority = "D1" }):approve(register, { by = "C Name" }))
    assert.same({ "D1", "P1" }, codes(letters():approved(register)))
    assert.equal(4, #assert(register:approvals())) -- nothing is ever removed
  end)

  it("are never of a draft, nor of what shows a gap", function()
    local draft = letters { draft = true, facts = {} }
    assert.truthy(draft[1].hash:find "^draft%-")
    for _, call in ipairs { function() return draft:approve(register, { by = "A Name" }) end, function() return draft:approved(register) end,
      function() return register:approve { year = 2020, authority = "D1", hash = draft[1].hash, by = "A Name" } end } do
      local done, err = call()
      assert.is_nil(done)
      assert.equal("draft", err.code)
    end
    draft[1].draft = nil -- the gap itself tells
    draft[2].draft = nil
    local done, err = draft:approve(register, { by = "A Name" })
    assert.same({ nil, "draft" }, { done, err and err.code })
    assert.same({}, assert(register:approvals()))
    for _, hash in ipairs { "", "x", ("A"):rep(64), ("0"):rep(63) } do
      local ok, message = pcall(register.approve, register, { year = 2020, authority = "D1", hash = hash, by = "A Name" })
      assert.is_false(ok)
      assert.matches("is not the SHA-256 of a letter: 64 digits from 0 to f", tostring(message), 1, true)
    end
  end)

  it("are of the letters that were read: a folder with others is refused, and nothing is approved", function()
    local folder = root .. "/read"
    assert(letters():write(folder, { formats = { "html", "text", "markdown", "trace" }, manifest = true }))
    assert.equal(2, assert(letters():approve(register, { by = "A Name", letters = folder })))
    local function refused(words, code)
      local count, err = letters():approve(register, { by = "B Name", letters = folder })
      assert.same({ nil, "not-the-letter-read", code }, { count, err.code, err.faults[1].letter })
      assert.matches(words, tostring(err), 1, true)
    end
    -- somebody corrects the register between the reading and the approval
    assert(register:import { decisions = helper.write(root .. "/d2.csv", decisions "Not upheld"), reason = "decided again" })
    refused("the letter in the folder is not the one that would be approved (not-the-letter-read); write the letters once more", "P1")
    assert(register:import { decisions = helper.write(root .. "/d1.csv", decisions "Upheld"), reason = "as it was" })
    local path = folder .. "/P1.html"
    local page = helper.read(path)
    helper.write(path, (page:gsub("</body>", "<p>More.</p></body>")))
    refused("the letter in the folder is not the one that would be approved", "P1")
    helper.write(path, (page:gsub("color%-scheme: light", "color-scheme: dark"))) -- no word of the letter
    refused("P1.html was changed after it was written", "P1")
    helper.write(path, page)
    for _, extension in ipairs { ".html", ".txt", ".md" } do os.remove(folder .. "/D1" .. extension) end
    refused("the letter is not in the folder as HTML, text or Markdown", "D1")
    assert.equal(1, assert(letters({ authority = "P1" }):approve(register, { by = "B Name", letters = folder })))
    assert.equal(3, #assert(register:approvals()))
    local out, err, status = helper.upheld("approve", db, "--year", "2020", "--wording", WORDING.wording, "--facts", WORDING.facts, "--date", WORDING.date,
      "--all", "--by", "C Name", "--letters", folder)
    assert.same({ "", 1 }, { out, status })
    assert.truthy(err:find("1 fault; nothing was approved", 1, true), err)
  end)

  it("are given, asked for and taken back by the command", function()
    local common = { "--year", "2020", "--wording", WORDING.wording, "--facts", WORDING.facts, "--date", WORDING.date }
    local function run(command, ...)
      local given = { command, db }
      for _, from in ipairs { common, { ... } } do
        for _, word in ipairs(from) do given[#given + 1] = word end
      end
      return helper.upheld(table.unpack(given))
    end
    local out, err, status = run("letters", "--out", root .. "/out", "--approved-only")
    assert.same({ 1, "" }, { status, out })
    assert.equal("Alpha Council (D1): not approved\nBeta Park (P1): not approved\nupheld: no letter is approved as it is now; nothing was written\n", err)
    assert.is_false(helper.exists(root .. "/out"))
    out, err, status = run("approve", "--authority", "D1", "--by", "A Name")
    assert.same({ 0, "1 letter approved by A Name\n" }, { status, out }, err)
    out, err, status = run("letters", "--out", root .. "/out", "--approved-only", "--format", "text")
    assert.equal(3, status, out)
    assert.equal("Beta Park (P1): not approved\n", err)
    assert.truthy(out:find "^1 letter in ")
    assert.equal("D1.txt\nmanifest.json\n", (helper.run("ls " .. root .. "/out")))
    out, err, status = run("approve", "--all", "--by", "B Name", "--note", "all read")
    assert.same({ 0, "2 letters approved by B Name\n" }, { status, out }, err)
    out, err, status = run("approve", "--withdraw", "--authority", "P1", "--by", "B Name", "--note", "wrong office")
    assert.same({ 0, "1 approval withdrawn\n" }, { status, out }, err)
    out, err, status = run("letters", "--out", root .. "/out", "--approved-only", "--format", "text")
    assert.equal(3, status, out)
    assert.matches("Beta Park %(P1%): its approval was withdrawn by B Name at %d+%-%d+%-%d+T[%d:]+Z: wrong office\n", err)
    for _, row in ipairs { { { "--by", "A Name" }, "approve takes --authority A, or --all" }, { { "--all", "--by", " " }, "--by: a name is needed" },
      { { "--withdraw", "--by", "A", "--note", "x" }, "--withdraw: of which authority?" }, { { "--withdraw", "--authority", "D1", "--by", "A" }, "a withdrawal needs a reason" } } do
      out, err, status = run("approve", table.unpack(row[1]))
      assert.same({ 2, "" }, { status, out })
      assert.truthy(err:find(row[2], 1, true), err)
    end
  end)
end)
