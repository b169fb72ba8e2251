-- Decisions put into a register in bulk and one by one: the same files give the same report and the same tables, whatever is in them.
local helper = require "helper"
local upheld = require "upheld"

local TIME = "2026-05-01T12:00:00Z"
local AUTHORITIES = [[
code,name,type,valid_from,valid_to
E07000115,Tonbridge and Malling Borough Council,District,,
E10000016,Kent County Council,County,,
E06000035,Medway Council,Unitary,,2020-12-31
E09000001,City of London,London Borough,2019-01-01,
]]
local TABLES = "meta import authority decision decision_version compliance compliance_version tally tally_days tally_complied derived"

-- Numbers that are the same everywhere.
local function random(seed)
  local state = seed
  return function(n)
    state = (state * 6364136223846793005 + 1442695040888963407) & 0x7fffffffffffffff
    return (state >> 24) % n + 1
  end
end

local NAMES = { "Tonbridge and Malling Borough Council", "Kent County Council", "Medway Council", "City of London", '"Kent County Council"' }
local AREAS = { "Housing", "Highways & Transport", "Planning & Development", "" }
local OUTCOMES = { "Upheld", "Not upheld", "Closed after initial enquiries", "Advice given", "Invalid or incomplete" }
local COMPLIED = { "Remedy complete and satisfied", "Remedy completed late", "Remedy not complete" }
local BAD = { "19 00 001", "20 000 001,Nobody,2019-01-01,2020-01-01,Upheld,,,,,,", "20 000 002,Kent County Council,2019-01-01,2020-02-30,Upheld,,,,,,",
  "20 000 003,Kent County Council,2019-01-01,,Upheld,,,,,,", "20 000 004,Kent County Council,2019-01-01,2019-06-01,Not upheld,,yes,,,,",
  '20 000 005,Kent "County,2019-01-01,2019-06-01,Not upheld,,,,,,', "20 000 006,K\xffnt,2019-01-01,2019-06-01,Not upheld,,,,,," }

local HEAD = "reference,authority,received_date,decided_date,outcome,service_area,remedied_before,compliance_due_date,compliance_outcome,compliance_date"

-- A row of a small range of references, so that many come again: in their file, in other files, of other authorities, with letters.
local function row(r, range, texts)
  if r(40) == 1 then return BAD[r(#BAD)] end
  local n = r(range)
  local open, undated = r(15) == 1, r(30) == 1
  local outcome = open and "" or OUTCOMES[r(#OUTCOMES)]
  local upheld_one = outcome == "Upheld"
  local received = undated and "" or ("%d-%02d-%02d"):format(2016 + n % 4, n % 12 + 1, n % 28 + 1)
  local decided = open and "" or ("%d-%02d-%02d"):format(2020 + n % 2, r(12), r(28))
  local due, complied, on = "", "", ""
  if upheld_one and r(3) > 1 then
    due = r(4) > 1 and ("2021-%02d-%02d"):format(r(12), r(28)) or ""
    complied = r(5) > 1 and COMPLIED[r(3)] or ""
    on = complied ~= "" and r(4) > 1 and ("2022-%02d-%02d"):format(r(12), r(28)) or ""
  end
  local cells = { ("%02d %03d %03d%s"):format(15 + n % 5, n // 1000, n % 1000, r(20) == 1 and "b" or ""), NAMES[(n + (r(12) == 1 and 1 or 0)) % #NAMES + 1],
    received, decided, outcome, AREAS[n % 4 + 1], upheld_one and ({ "yes", "no", "" })[r(3)] or "", due, complied, on }
  if texts then
    cells[11] = r(2) == 1 and "https://case.example/" .. n or (r(4) == 1 and " blanks " or "")
    cells[12] = r(3) == 1 and "Report" or ""
    if r(9) == 1 then cells[11 + r(2) - 1] = ({ '"a ""case"" of it"', '"two\nlines"', '"quoted"', '"tab\there"' })[r(4)] end
    cells[13] = r(3) == 1 and '"said ""no"",\n\nand left"' or "" -- of no column that is known: lines go on, and nothing else
  end
  return table.concat(cells, ",")
end

-- A file of rows; one in eight is an earlier one as it was.
local function decisions(r, count, range, texts)
  local lines = { HEAD .. (texts and ",url,kind,remarks" or "") }
  for i = 2, count do lines[i] = i > 3 and r(8) == 1 and lines[r(i - 2) + 1] or row(r, range, texts) end
  return table.concat(lines, "\n") .. "\n"
end

local function compliance(r, count, range)
  local lines = { "reference,authority,compliance_outcome,compliance_due_date,compliance_date" }
  for i = 2, count do
    local n = r(range)
    lines[i] = ("%02d %03d %03d,%s,%s,%s,%s"):format(15 + n % 5, n // 1000, n % 1000, r(4) > 1 and NAMES[n % #NAMES + 1] or "",
      COMPLIED[r(3)], r(3) > 1 and "2022-01-01" or "", r(3) > 1 and ("2022-%02d-01"):format(r(12)) or "")
  end
  return table.concat(lines, "\n") .. "\n"
end

describe("decisions in bulk", function()
  local folder

  before_each(function()
    folder = helper.folder()
    helper.write(folder .. "/a.csv", AUTHORITIES)
  end)
  after_each(helper.cleanup)

  -- The register's handle, which puts rows one by one.
  local function by_rows(register)
    local handle = register.handle
    register.handle = setmetatable({ import = function(_, options)
      options.row_by_row = true
      return handle:import(options)
    end }, { __index = function(_, key)
      return function(_, ...) return handle[key](handle, ...) end
    end })
    return register
  end

  local function told(report, err)
    local of = report or err.report
    if not of then return tostring(err) end
    local list = {}
    for fault in of:faults() do list[#list + 1] = fault.severity .. " " .. tostring(fault) end
    return table.concat({ tostring(report ~= nil), tostring(of), of.json, table.concat(list, "\n") }, "\n")
  end

  -- Imports in turn, each a table of options, into two registers; reports and tables must be the same after each.
  local function compare(imports, label)
    local said, dumps, rejects = {}, {}, {}
    for way = 1, 2 do
      local path = ("%s/register%d.db"):format(folder, way)
      os.remove(path)
      local register = assert(upheld.open(path))
      if way == 1 then by_rows(register) end
      said[way], dumps[way], rejects[way] = {}, {}, {}
      for i, options in ipairs(imports) do
        local given = {}
        for key, value in pairs(options) do given[key] = key ~= "after" and value or nil end
        given.time = given.time or TIME
        said[way][i] = told(register:import(given))
        dumps[way][i] = helper.exists(path) and helper.run("sqlite3 " .. path, ".dump " .. TABLES) or ""
        if given.rejects and helper.exists(given.rejects) then
          rejects[way][i] = helper.read(given.rejects)
          os.remove(given.rejects)
        end
        if options.after then options.after(register) end
      end
      assert.same({}, assert(register:verify()), label)
      register:close()
    end
    for i = 1, #imports do
      assert.equal(said[1][i], said[2][i], ("%s: report of import %d"):format(label, i))
      assert.equal(dumps[1][i], dumps[2][i], ("%s: tables after import %d"):format(label, i))
      assert.equal(rejects[1][i], rejects[2][i], ("%s: rejects of import %d"):format(label, i))
    end
    assert.is_nil(helper.run("ls " .. folder):find "db%-[rs]", label)
    return dumps[2]
  end

  local function file(name, text) return helper.write(folder .. "/" .. name, text) end

  it("come to what rows put one by one come to, whatever the files", function()
    for seed = 1, 12 do
      local r = random(seed)
      local texts, range = seed % 3 == 0, ({ 60, 400, 100000 })[seed % 3 + 1]
      local a = folder .. "/a.csv"
      local one, two = file("one.csv", decisions(r, 400, range, texts)), file("two.csv", decisions(r, 300, range, seed % 2 == 0))
      local three = file("three.csv", decisions(r, 200, range, texts))
      local c = file("c.csv", compliance(r, 150, range))
      compare({
        { authorities = a, decisions = one, dry_run = true },
        { authorities = a, decisions = { one, two }, compliance = seed % 4 == 0 and c or nil, rejects = folder .. "/rejects.csv" },
        { decisions = three, sample = seed % 2 == 1, compliance = c },
        { decisions = one, reason = "again" },
        { decisions = two, sample = true },
        { decisions = { three, three }, strict = true },
      }, "seed " .. seed)
    end
  end)

  local row_1 = "20 000 001,Kent County Council,2019-01-01,2020-06-01,Upheld,Housing,no,,,\n"
  local CASES = {
    { "a repeat", row_1 .. row_1 },
    { "the same key with other content", row_1 .. row_1:gsub("Housing", "") },
    { "three of one key", row_1 .. row_1 .. row_1:gsub("2020", "2021") },
    { "a case of two authorities", row_1 .. row_1:gsub("Kent County", "Medway") },
    { "a case of two authorities, and a repeat of each", row_1 .. row_1:gsub("Kent County", "Medway") .. row_1 .. row_1:gsub("Kent County", "Medway") },
    { "findings with letters", row_1 .. row_1:gsub("001,", "001a,", 1) .. row_1:gsub("001,", "001b,", 1) },
    { "compliance cells of all kinds", row_1:gsub(",,,\n", ",2021-01-01,,\n") .. row_1:gsub("001,", "002,", 1):gsub(",,,\n", ",,Remedy not complete,\n") ..
      row_1:gsub("001,", "003,", 1):gsub(",,,\n", ",,,2021-02-01\n") },
    { "an unclosed quote at the end", row_1 .. row_1:gsub("001,", "002,", 1) .. '"20' },
    { "a NUL byte", row_1 .. "20 000 002,K\0\n" },
    { "no row", "" },
  }
  for _, case in ipairs(CASES) do
    it("are the same with " .. case[1], function()
      local one = file("one.csv", HEAD .. "\n" .. case[2])
      local two = file("two.csv", HEAD .. "\n" .. row_1:gsub("Housing", "Highways & Transport"))
      compare({ { authorities = folder .. "/a.csv", decisions = { one, two } }, { decisions = one } }, case[1])
    end)
  end

  it("are the same beside withdrawn decisions, and after outcomes of older cases", function()
    local one = file("one.csv", HEAD .. "\n" .. row_1)
    local c = file("c.csv", "reference,authority,compliance_outcome,compliance_date\n20 000 001,Kent County Council,Remedy not complete,2021-05-01\n" ..
      "18 000 009,Kent County Council,Remedy completed late,2021-05-01\n")
    local late = file("late.csv", HEAD .. "\n18 000 009,Kent County Council,2018-05-01,2019-01-01,Upheld,,,,,\n" .. row_1)
    compare({
      { authorities = folder .. "/a.csv", compliance = c },
      { decisions = one, after = function(register)
        assert(register:withdraw { reference = "20 000 001", authority = "E10000016", reason = "not theirs", time = TIME })
      end },
      { decisions = late },
    }, "withdrawn")
  end)

  it("of a pipe, and of a file that is small beside the register, go in as well", function()
    local a = folder .. "/a.csv"
    local big = file("big.csv", decisions(random(3), 3000, 100000))
    local small = file("small.csv", HEAD .. "\n" .. row_1)
    local pipe = folder .. "/pipe"
    assert(os.execute("mkfifo " .. pipe))
    local register = assert(upheld.open(folder .. "/p.db"))
    os.execute(("cat %s >%s &"):format(big, pipe))
    assert(register:import { authorities = a, decisions = pipe, time = TIME })
    assert(register:import { decisions = small, time = TIME })
    local other = assert(upheld.open(folder .. "/q.db"))
    assert(other:import { authorities = a, decisions = { big }, time = TIME })
    assert(other:import { decisions = small, time = TIME })
    local query = "SELECT * FROM decision; SELECT * FROM compliance; SELECT * FROM tally"
    assert.equal(helper.run("sqlite3 " .. folder .. "/q.db", query), helper.run("sqlite3 " .. folder .. "/p.db", query))
    register:close()
    other:close()
  end)

  it("are the same when a small file comes before a large one", function()
    local big, next_one = file("big.csv", decisions(random(4), 2000, 900)), file("next.csv", decisions(random(5), 1500, 900))
    local small = file("small.csv", HEAD .. "\n" .. row_1 .. helper.lines(helper.read(next_one))[7] .. "\n")
    compare({ { authorities = folder .. "/a.csv", decisions = big }, { decisions = { small, next_one, small } } }, "small first")
  end)

  it("break no rule of the tables, and leave foreign keys in force", function()
    local register = assert(upheld.open(folder .. "/r.db"))
    assert(register:import { authorities = folder .. "/a.csv", decisions = file("one.csv", decisions(random(8), 2000, 100000)), time = TIME })
    assert.equal("ok\n", (helper.run("sqlite3 " .. folder .. "/r.db", "PRAGMA integrity_check; PRAGMA foreign_key_check")))
    register:close()
  end)

  it("of which the progress is told to the end, and that can be stopped while rows are written", function()
    local one = file("one.csv", decisions(random(9), 20000, 1000000))
    local register = assert(upheld.open(folder .. "/r.db"))
    local calls, last = 0, 0
    assert(register:import { authorities = folder .. "/a.csv", decisions = one, time = TIME, progress = function(done)
      calls, last = calls + 1, done
    end })
    assert.equal(#helper.read(one), last)
    local before = helper.run("sqlite3 " .. folder .. "/r.db", "SELECT count(*) FROM decision; SELECT sum(count) FROM tally")
    local two, count = file("two.csv", decisions(random(10), 20000, 1000000)), 0
    local report, err = register:import { decisions = two, time = TIME, progress = function()
      count = count + 1
      return count < 3
    end }
    assert.is_nil(report)
    assert.equal("interrupted", err.code)
    assert.is_true(calls > 3)
    assert.equal(before, (helper.run("sqlite3 " .. folder .. "/r.db", "SELECT count(*) FROM decision; SELECT sum(count) FROM tally")))
    assert.same({}, assert(register:verify()))
    register:close()
  end)

  it("killed at any moment are all there or not at all", function()
    local a, one = folder .. "/a.csv", file("one.csv", decisions(random(11), 60000, 10000000))
    local path = folder .. "/k.db"
    local first = assert(upheld.open(path))
    assert(first:import { authorities = a, decisions = file("few.csv", decisions(random(12), 300, 100)), time = TIME })
    first:close()
    local before = helper.run("sqlite3 " .. path, "SELECT count(*) FROM decision")
    local done
    for i = 1, 8 do
      -- the shell's own number is that of the process, which exec keeps
      os.execute(("{ sh -c 'echo $$ >%s/pid; exec %s import %s --decisions %s' >/dev/null 2>&1 & sleep %.2f; kill -9 $(cat %s/pid); sleep 0.1; } 2>/dev/null")
        :format(folder, helper.command, path, one, 0.02 * i * i, folder))
      local register = assert(upheld.open(path))
      assert.same({}, assert(register:verify()))
      register:close()
      local now = helper.run("sqlite3 " .. path, "SELECT count(*) FROM decision")
      done = done or (now ~= before and now)
      assert.is_true(now == (done or before), now)
    end
    assert.is_nil(helper.run("ls " .. folder):find "db%-[rs]")
  end)

  it("are the same where so many fill an empty register that they are laid out beside it", function()
    assert(os.execute(("%s 21000 2014 5 %s/g.csv %s/big.csv"):format(helper.generator, folder, folder)))
    local big = helper.read(folder .. "/big.csv")
    local lines = helper.lines(big)
    local again = { lines[1], lines[20], lines[20000], (lines[19000]:gsub("Invented", "invented")), lines[300], (lines[77]:gsub(",20%d%d%-", ",2013-", 1)) }
    local mixed = file("mixed.csv", big .. table.concat(again, "\n", 2) .. "\n")
    local more = file("more.csv", table.concat({ lines[1], lines[9], (lines[12]:gsub("Housing", "Other")), (lines[14]:gsub("Benefits & Tax", "Other")) }, "\n") .. "\n")
    compare({ { authorities = folder .. "/g.csv", decisions = { mixed, more } }, { decisions = more, reason = "again" } }, "many")
    compare({ { authorities = folder .. "/g.csv", decisions = mixed, sample = true }, { decisions = folder .. "/big.csv" } }, "many of a sample")
    compare({ { authorities = folder .. "/g.csv", decisions = mixed, dry_run = true }, { authorities = folder .. "/g.csv", decisions = mixed, strict = true } },
      "many that are not written")
    local memory = assert(upheld.open ":memory:")
    assert(memory:import { authorities = folder .. "/g.csv", decisions = mixed, time = TIME })
    assert.same({}, assert(memory:verify()))
    memory:close()
  end)
end)
