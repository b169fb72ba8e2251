-- The manifest of a folder of letters, and what upheld check finds in one. That single changes are caught is mutation_spec's.
local helper = require "helper"
local json = require "helper_json"
local core = require "upheld.core"
local upheld = require "upheld"
local folder_check = require "upheld.check.folder"

local AUTHORITIES = "code,name,type,region\nD1,Alpha Council,District,North\nD2,Beta Council,District,North\n"

local function decisions(outcome)
  local rows = { "reference,authority_code,received_date,decided_date,outcome,remedied_before" }
  for i = 1, 12 do
    rows[#rows + 1] = ("19 000 %03d,D%d,2019-05-01,2019-06-01,%s,%s"):format(i, i % 2 + 1, i == 1 and outcome or i % 3 == 0 and "Upheld" or "Not upheld",
      (i == 1 and outcome or i % 3 == 0 and "Upheld") == "Upheld" and "no" or "")
  end
  return table.concat(rows, "\n") .. "\n"
end

describe("the manifest", function()
  local root, db, register, out
  before_each(function()
    root = helper.folder()
    db, out = root .. "/r.db", root .. "/letters"
    register = assert(upheld.open(db))
    assert(register:import { authorities = helper.write(root .. "/a.csv", AUTHORITIES), decisions = helper.write(root .. "/d.csv", decisions "Upheld") })
    local letters = assert(assert(register:year(2020)):letters { wording = "examples/wording/annual_review_2020.lua",
      facts = "examples/wording/facts_2020.lua", date = "2020-07-22" })
    assert(letters:write(out, { formats = { "html", "text", "trace", "markdown" }, manifest = true }))
  end)
  after_each(function()
    register:close()
    helper.cleanup()
  end)

  it("names what went in and what came out, with hashes, and no path of the machine", function()
    local text = helper.read(out .. "/manifest.json")
    local tree = json.decode(text)
    assert.same({ 1, "upheld " .. core.version, "lgsco", 2020, "2020-07-22", json.null, "as it was", json.null },
      { tree.format, tree.program, tree.scheme, tree.year, tree.date, tree.notice, tree.boundaries, tree.disclosure })
    assert.same({ { file = "annual_review_2020.lua", sha256 = core.sha256(helper.read "examples/wording/annual_review_2020.lua") } },
      tree.wordings[1].sources)
    assert.same({ { file = "facts_2020.lua", sha256 = core.sha256(helper.read "examples/wording/facts_2020.lua") } }, tree.facts)
    assert.same({ { file = "a.csv", kind = "authorities", sha256 = core.sha256(AUTHORITIES), read = 2, accepted = 2 },
      { file = "d.csv", kind = "decisions", sha256 = core.sha256(decisions "Upheld"), read = 12, accepted = 12 } }, tree.inputs)
    assert.equal(8, #tree.outputs)
    for _, one in ipairs(tree.outputs) do
      local bytes = helper.read(out .. "/" .. one.file)
      assert.same({ #bytes, core.sha256(bytes), true }, { one.bytes, one.sha256, one.reproducible })
    end
    assert.is_nil(text:find(root, 1, true))
    assert.is_nil(text:find("examples/", 1, true))
  end)

  for _, row in ipairs { -- what is done to the folder, the codes that are told, words of the first
    { "a file is taken away", function(dir) os.remove(dir .. "/D1.txt") end, "missing-file", "D1.txt: the file is not there" },
    { "a file is added", function(dir) helper.write(dir .. "/D3.html", "x") end, "extra-file", "D3.html: the file is none of those" },
    { "a letter is empty", function(dir) helper.write(dir .. "/D2.md", "") end, "changed-file", "D2.md: the file is not the one that was written (0 bytes" },
  } do
    it("shows that " .. row[1], function()
      row[2](out)
      local result = assert(folder_check.run(out, register))
      assert.is_false(result.ok)
      assert.equal(1, #result.problems)
      assert.equal(row[3], result.problems[1].code)
      assert.truthy(tostring(result):find(row[4], 1, true), tostring(result))
    end)
  end

  for _, row in ipairs { -- manifest, what is told
    { "{}", "this is no manifest of letters that this version knows" }, { "", "this is no manifest" },
    { function(text) return (text:gsub('"format":1', '"format":2')) end, "this is no manifest of letters that this version knows" },
    { function(text) return (text:gsub('"sha256":"%x+","reproducible"', '"reproducible"', 1)) end, "a line of the outputs cannot be read" },
  } do
    it("is refused where it is none: " .. row[2], function()
      local text = type(row[1]) == "string" and row[1] or row[1](helper.read(out .. "/manifest.json"))
      helper.write(out .. "/manifest.json", text)
      local result, err = folder_check.run(out, register)
      assert.is_nil(result)
      assert.equal("bad-manifest", err.code)
      assert.truthy(tostring(err):find(row[2], 1, true), tostring(err))
    end)
  end

  it("shows which numbers a later correction has changed, and in what", function()
    assert(register:import { decisions = helper.write(root .. "/d2.csv", decisions "Not upheld"), reason = "decided again" })
    local result = assert(folder_check.run(out, register))
    assert.is_false(result.ok)
    local text = tostring(result)
    assert.truthy(text:find("D2.trace.json: number %d+ %(figure, rate of upheld%): printed 50%%, the register has 33%%"), text)
    assert.truthy(text:find("D2.trace.json: upheld: numerator 3, the register has 2", 1, true), text)
    assert.truthy(text:find("D1.trace.json: number %d+ %(peers, rate of upheld%)"), text) -- an average is another too
    assert.truthy(text:find("the register has read other files than when the letters were written", 1, true))
    assert.is_nil(text:find "changed%-file")
  end)

  it("shows counts by outcome, and sums of them, that a correction has changed, and their decisions", function()
    local made = assert(assert(register:year(2020)):letters { wording = "examples/wording/annual_review_2025.lua",
      facts = "examples/wording/facts_2020.lua", date = "2020-07-22" })
    assert(made:write(root .. "/counts", { manifest = true }))
    local result = assert(folder_check.run(root .. "/counts", register))
    assert.is_true(result.ok, tostring(result))
    assert(register:import { decisions = helper.write(root .. "/d3.csv",
      "reference,authority_code,received_date,decided_date,outcome\n19 000 001,D2,2019-05-01,2019-06-01,Advice given\n"
      .. "19 000 002,D1,2019-05-01,2019-06-01,Upheld\n19 000 006,D1,2019-05-01,2019-06-01,Not upheld\n"), reason = "decided again" })
    local text = tostring(folder_check.run(root .. "/counts", register))
    assert.truthy(text:find("D2.trace.json: number %d+ %(derived, sum of number%(not_for_us%(o%)%)%): printed 0, the register has 1"), text)
    assert.truthy(text:find("D2.trace.json: number %d+ %(derived, sum of number%(investigated%(o%)%)%): printed 6, the register has 5"), text)
    -- one decision stands in another's place: the number is the same, what it counts is not
    assert.truthy(text:find('D1.trace.json: number %d+ %(outcomes Upheld%): printed of %["19 000 006","19 000 012"%], the register has %["19 000 002","19 000 012"%]'), text)
  end)

  it("shows a number of a text that is not the trace's, though the manifest was made to fit", function()
    local text = helper.read(out .. "/D1.txt")
    local changed, n = text:gsub("33%%", "35%%", 1)
    assert.equal(1, n)
    helper.write(out .. "/D1.txt", changed)
    helper.write(out .. "/manifest.json", (helper.read(out .. "/manifest.json"):gsub(core.sha256(text), core.sha256(changed))))
    local result = assert(folder_check.run(out, register))
    assert.same({ "text-differs" }, { result.problems[1].code, result.problems[2] and result.problems[2].code })
    assert.matches("^problem: D1.txt: 33%% stands here %d+ times?, and in the trace %d+ times?", tostring(result))
  end)

  it("says that letters without traces have no number to recompute, and is no proof of them", function()
    local letters = assert(assert(register:year(2020)):letters { wording = "examples/wording/annual_review_2020.lua",
      facts = "examples/wording/facts_2020.lua", date = "2020-07-22" })
    assert(letters:write(root .. "/plain", { formats = { "text" }, manifest = true }))
    assert.equal("problem: manifest.json: no number can be asked for again: the letters were written without their traces (no-trace); "
      .. "write them again with --format html,text,trace\n2 files as written\nno number was recomputed\n1 problem",
      tostring(folder_check.run(root .. "/plain", register)))
    assert.is_true(assert(folder_check.run(root .. "/plain")).ok)
  end)

  it("is checked by the command, with or without a register", function()
    local made, err, status = helper.upheld("check", out, "--register", db)
    assert.equal(0, status, err)
    assert.truthy(made:find "^8 files as written\n%d+ numbers recomputed from the register and the same; %d+ numbers of facts, dates and declared texts\n$", made)
    made, err, status = helper.upheld("check", out)
    assert.equal(0, status, err)
    assert.equal("8 files as written\nno number was recomputed: --register names the register\n", made)
    helper.write(out .. "/D1.txt", "x")
    made, err, status = helper.upheld("check", out, "--register", db)
    assert.same({ 1, "" }, { status, err })
    assert.truthy(made:find("^problem: D1.txt: the file is not the one that was written", 1), made)
    for _, c in ipairs { { { root, "--register", db }, 1, "upheld letters writes one beside the letters, unless --no-manifest" },
      { { db, "--register", db }, 2, "--register is for a folder of letters" }, { { out, "--register", root .. "/no.db" }, 1, "there is no such register" } } do
      made, err, status = helper.upheld("check", table.unpack(c[1]))
      assert.same({ c[2], "" }, { status, made })
      assert.truthy(err:find(c[3], 1, true), err)
    end
  end)
end)

describe("the same letters", function()
  teardown(helper.cleanup)

  it("are the same bytes in other folders, locales, time zones and processes", function()
    local first
    for i, environment in ipairs { "LC_ALL=C TZ=UTC", "LC_ALL=C.UTF-8 TZ=America/New_York", "LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo HOME=/nonexistent",
      "LC_ALL=tr_TR.UTF-8 LANG=cy_GB TZ=Pacific/Auckland umask=0" } do
      local root = helper.folder()
      local inner = root .. ("/deeper"):rep(i)
      helper.run("mkdir -p " .. inner)
      for _, name in ipairs { "invented_authorities.csv", "invented_decisions.csv" } do
        helper.write(inner .. "/" .. name, helper.read("examples/data/" .. name))
      end
      local command = ("umask 0%d7; export %s; %s import %s/r.db -q --authorities %s/invented_authorities.csv --decisions %s/invented_decisions.csv "
        .. "&& %s letters %s/r.db --year 2020 --wording examples/wording/annual_review_2020.lua --facts examples/wording/facts_2020.lua "
        .. "--date 2020-07-22 --out %s/out --format html,text,trace,markdown,print"):format(i, environment, helper.command, inner, inner, inner,
        helper.command, inner, inner)
      local _, err, status = helper.run(command)
      assert.equal(0, status, err)
      local hashes = helper.run(("cd %s/out && cat $(ls) | sha256sum; ls | sha256sum"):format(inner))
      first = first or hashes
      assert.equal(first, hashes, environment)
    end
  end)
end)
