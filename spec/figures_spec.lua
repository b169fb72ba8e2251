-- The rules of figures: exact rates, basis, unknown is not zero, peers, class. Cases are small files written here.
local helper = require "helper"
local upheld = require "upheld"

describe("figures", function()
  local folder
  local AUTHORITIES = "code,name,type,region,valid_from,valid_to\n" ..
    "A1,Alpha Council,District,North,,\nB1,Beta Council,District,North,,\nC1,Gamma Council,District,South,,\n" ..
    "D1,Delta Council,District,South,,\nE1,Epsilon Council,District,South,,\nP1,Park Authority,National Park,South,,\n" ..
    "Z1,Old Council,District,South,,2019-03-31\nU1,Union Council,Unitary,North,,\n"

  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  local serial
  before_each(function() serial = 0 end)

  -- n rows of one authority
  local function rows(code, outcome, n, extra)
    local list = {}
    for i = 1, n do
      serial = serial + 1
      list[i] = ("19 %03d %03d,%s,2019-05-01,2019-06-0%d,%s,%s\n"):format(serial // 1000, serial % 1000, code, 1 + i % 9, outcome,
        extra or (outcome == "Upheld" and "no,,," or ",,,"))
    end
    return table.concat(list)
  end

  local HEAD = "reference,authority_code,received_date,decided_date,outcome,remedied_before,compliance_due_date,compliance_outcome,compliance_date\n"

  local function book(decisions, more)
    local options = { authorities = helper.write(folder .. "/a.csv", AUTHORITIES) }
    if decisions then options.decisions = helper.write(folder .. "/d.csv", decisions) end
    for kind, text in pairs(more or {}) do options[kind] = helper.write(folder .. "/" .. kind .. ".csv", text) end
    local register = assert(upheld.open ":memory:")
    local report = assert(register:import(options))
    return register, report
  end

  -- the worked example: A 4/5, B 1/2, C 9/20, D 0/0, E 33/60
  local function worked()
    return HEAD .. rows("A1", "Upheld", 4) .. rows("A1", "Not upheld", 1) .. rows("B1", "Upheld", 1) ..
      rows("B1", "Not upheld", 1) .. rows("C1", "Upheld", 9) .. rows("C1", "Not upheld", 11) ..
      rows("D1", "Advice given", 3) .. rows("E1", "Upheld", 33) .. rows("E1", "Not upheld", 27)
  end

  it("average similar authorities by each of the four rules", function()
    local year = assert(book(worked()):year(2020))
    local cases = { -- council, average, self, per cent, numerator, denominator, in it
      { "A1", "pooled", true, 54, 47, 87, 4 },
      { "A1", "pooled", false, 52, 43, 82, 3 },
      { "A1", "mean", true, 58, 47, 87, 4 }, -- 57.5 exactly: half up
      { "A1", "mean", false, 50, 43, 82, 3 },
      { "E1", "pooled", false, 52, 14, 27, 3 },
      { "E1", "mean", false, 58, 14, 27, 3 },
    }
    for _, c in ipairs(cases) do
      local p = year:authority(c[1]).upheld:peers { average = c[2], include_self = c[3] }
      assert.same({ c[4], c[5], c[6], c[7] }, { p.percent, p.numerator, p.denominator, p.authorities }, table.concat({ c[1], c[2] }, " "))
      assert.equal(1, p.without_rate) -- D
      assert.equal(0, p.unknown)
      assert.equal(c[3] and 5 or 4, p.of)
      assert.equal(c[2], p.average)
      assert.equal(c[3], p.include_self)
    end
  end)

  it("say why there is no rate", function()
    local year = assert(book(worked()):year(2020))
    local d = assert(year:authority "D1")
    assert.same({ 0, 0, "none-investigated", "records" }, { d.upheld.numerator, d.upheld.denominator, d.upheld.reason, d.upheld.basis })
    assert.is_nil(d.upheld.percent)
    assert.equal("no rate: none-investigated (0 of 0)", tostring(d.upheld))
    assert.equal("none-upheld", d.satisfactory_remedy.reason)
    local low, err = d.upheld:interval()
    assert.is_nil(low)
    assert.equal("none-investigated", err.code)
    assert.same({ nil, "none-investigated" }, { d.upheld:class() })
    -- the file has the compliance columns, and no outcome of that year in them
    assert.same({ 0, 0, "no-compliance-outcomes" }, { d.compliance.numerator, d.compliance.denominator, d.compliance.reason })
    -- residents were never read
    assert.equal("not-recorded", year:authority("A1").upheld_per_100k.reason)
  end)

  it("have no peers for other types, and name the reason", function()
    local year = assert(book(worked() .. rows("P1", "Upheld", 2)):year(2020))
    local park = assert(year:authority "Park Authority")
    assert.equal("100% (2 of 2)", tostring(park.upheld))
    assert.is_nil(park.upheld:peers())
    assert.same({ nil, "no-peers" }, { park.upheld:class() })
    local union = assert(year:authority "Union Council")
    assert.same({ nil, "none-investigated" }, { union.upheld:class() })
    assert.equal(0, union.upheld:peers().authorities)
    assert.is_nil(union.upheld:peers().percent)
  end)

  it("leave out authorities that had ended, unless a record is theirs", function()
    local register = book(worked() .. rows("Z1", "Upheld", 1))
    local year = assert(register:year(2020))
    local old = assert(year:authority "Z1")
    assert.equal("100% (1 of 1)", tostring(old.upheld))
    local p = old.upheld:peers()
    assert.same({ 5, 4, false }, { p.of, p.authorities, p.include_self }) -- it is no member of its type in that year
    local codes = {}
    for a in assert(book(worked()):year(2020)):authorities() do codes[#codes + 1] = a.code end
    assert.equal("A1 B1 C1 D1 E1 P1 U1", table.concat(codes, " "))
  end)

  it("flag rates that round to the bound, and never below the half", function()
    local cases = { -- upheld, not upheld, printed, flagged
      { 199, 1, 100, true }, { 200, 0, 100, false }, { 1, 250, 0, true }, { 0, 250, 0, false },
      { 1, 7, 13, false }, { 23, 17, 58, false }, { 33, 7, 83, false }, { 1, 199, 1, false }, { 1, 200, 0, true },
      { 197, 3, 99, false }, { 5, 3, 63, false },
    }
    for _, c in ipairs(cases) do
      local year = assert(book(HEAD .. rows("A1", "Upheld", c[1]) .. rows("A1", "Not upheld", c[2])):year(2020))
      local f = year:authority("A1").upheld
      assert.same({ c[3], c[4] }, { f.percent, f.rounded_to_bound }, c[1] .. " of " .. c[1] + c[2])
    end
  end)

  it("are unknown, not zero, where a column or cell is missing", function()
    -- no remedied_before and no compliance columns at all
    local bare = "reference,authority_code,decided_date,outcome\n19 000 001,A1,2019-06-01,Upheld\n19 000 002,B1,2019-06-01,Not upheld\n"
    local year = assert(book(bare):year(2020))
    local a, b = assert(year:authority "A1"), assert(year:authority "B1")
    assert.equal("100% (1 of 1)", tostring(a.upheld))
    assert.equal("not-recorded", a.satisfactory_remedy.reason)
    assert.is_nil(a.satisfactory_remedy.numerator)
    assert.equal("none-upheld", b.satisfactory_remedy.reason) -- nothing upheld: the missing column hides nothing
    assert.equal("not-recorded", a.compliance.reason)
    assert.equal("not-recorded", b.compliance.reason) -- cases of earlier years may have been complied with
    assert.equal("not-recorded", year:authority("C1").compliance.reason)
    assert.is_nil(a.received)
    -- one blank cell among good ones
    local blank = HEAD .. rows("A1", "Upheld", 1, "yes,,,") .. rows("A1", "Upheld", 1, ",,,") .. rows("B1", "Upheld", 1, "no,,,")
    year = assert(book(blank):year(2020))
    assert.equal("not-recorded", year:authority("A1").satisfactory_remedy.reason)
    assert.equal("0% (0 of 1)", tostring(year:authority("B1").satisfactory_remedy))
    local p = year:authority("B1").satisfactory_remedy:peers()
    assert.same({ 1, 1, 3, 5 }, { p.authorities, p.unknown, p.without_rate, p.of })
    assert.same({ nil, "peers-incomplete" }, { year:authority("B1").satisfactory_remedy:class() })
  end)

  it("count compliance on its own clock, late as complied", function()
    local text = HEAD .. "19 000 001,A1,2019-05-01,2020-03-01,Upheld,no,2020-03-20,Remedy completed late,2020-04-02\n" ..
      "19 000 002,A1,2019-05-01,2020-03-01,Upheld,no,2020-03-20,Remedy not complete,\n" ..
      "19 000 003,A1,2019-05-01,2020-03-01,Upheld,no,2020-03-20,Remedy complete and satisfied,2020-03-19\n"
    local register = book(text)
    assert.same({ 2020, 2021 }, register:years())
    assert.equal("50% (1 of 2)", tostring(register:year(2020):authority("A1").compliance)) -- the due date where none was recorded
    assert.equal("100% (1 of 1)", tostring(register:year(2021):authority("A1").compliance))
    assert.equal("not-recorded", register:year(2021):authority("A1").upheld.reason)
  end)

  it("come from published counts, derived numerators, and say so", function()
    local published = "authority_code,year,investigated,upheld,upheld_rate,compliance_outcomes,compliance_rate,satisfactory_remedies,upheld_peer_rate\n" ..
      "A1,2024,9,7,78,17,100,2,63\nB1,2024,40,,83,,,,\nC1,2024,200,,58,,,,\n"
    local register = book(nil, { published = published })
    local year = assert(register:year(2024))
    local a, b, c = assert(year:authority "A1"), assert(year:authority "B1"), assert(year:authority "C1")
    assert.same({ 7, 9, 78, "published" }, { a.upheld.numerator, a.upheld.denominator, a.upheld.percent, a.upheld.basis })
    assert.same({ 17, 17, 100, "derived" }, { a.compliance.numerator, a.compliance.denominator, a.compliance.percent, a.compliance.basis })
    assert.same({ 2, 7 }, { a.satisfactory_remedy.numerator, a.satisfactory_remedy.denominator })
    assert.same({ 33, 40, "derived" }, { b.upheld.numerator, b.upheld.denominator, b.upheld.basis }) -- 82.5 is printed 83
    assert.same({ nil, 200, "not-recorded" }, { c.upheld.numerator, c.upheld.denominator, c.upheld.reason }) -- 115 to 116 both print 58
    local p = a.upheld:peers()
    assert.same({ 40, 49, 2, 3, 63 }, { p.numerator, p.denominator, p.authorities, p.unknown, p.as_published })
    assert.same({ nil, "peers-incomplete" }, { a.upheld:class() })
  end)

  it("prefer complete records to published counts, which then are controls", function()
    local published = "authority_code,year,investigated,upheld,upheld_rate\nA1,2020,5,3,60\nC1,2020,20,9,45\nU1,2020,4,1,25\n"
    local register = book(worked(), { published = published })
    local year = assert(register:year(2020))
    assert.equal("80% (4 of 5)", tostring(year:authority("A1").upheld))
    assert.equal("records", year:authority("A1").upheld.basis)
    -- no record of its own: what is published of it stands
    assert.same({ 1, 4, "published" }, { year:authority("U1").upheld.numerator, year:authority("U1").upheld.denominator, year:authority("U1").upheld.basis })
    local check = assert(require("upheld.check").run(register))
    assert.is_false(check.ok)
    assert.equal(1, check.disagree)
    local d = check.disagreements
    assert.same({ "A1", "upheld", "3", "4" }, { d[1].code, d[1].item, d[1].published, d[1].computed })
    assert.same({ "A1", "upheld_rate", "60", "80" }, { d[2].code, d[2].item, d[2].published, d[2].computed })
    assert.equal(2, #d)
  end)

  it("are not zero for want of records where published counts say that there were cases", function()
    local register = book(worked(), { published = "authority_code,year,upheld\nU1,2020,3\n" })
    local u = assert(register:year(2020):authority "U1")
    assert.same({ 3, nil, "not-recorded" }, { u.upheld.numerator, u.upheld.denominator, u.upheld.reason })
    local scheme = assert(upheld.scheme "lgsco"):with { indicators = { { name = "advice", none = "none-decided",
      numerator = { outcomes = { "Advice given" } }, denominator = { decided = true } } } }
    register = assert(upheld.open(":memory:", { scheme = scheme }))
    assert(register:import { authorities = helper.write(folder .. "/a.csv", AUTHORITIES), decisions = helper.write(folder .. "/d.csv", worked()),
      published = helper.write(folder .. "/p.csv", "authority_code,year,upheld\nU1,2020,3\n") })
    assert.equal("not-recorded", register:year(2020):authority("U1").advice.reason) -- not 0 of 0: three were upheld
    assert.equal("none-decided", register:year(2020):authority("P1").advice.reason)
  end)

  it("know that a part of no published cases is none", function()
    local register = book(nil, { published = "authority_code,year,investigated,upheld,satisfactory_remedies,upheld_rate\nA1,2020,0,,,\nB1,2020,4,0,,0\nC1,2020,0,0,0,50\n" })
    local year = assert(register:year(2020))
    assert.same({ 0, 0, "none-investigated" }, { year:authority("A1").upheld.numerator, year:authority("A1").upheld.denominator, year:authority("A1").upheld.reason })
    assert.same({ 0, "none-upheld" }, { year:authority("B1").satisfactory_remedy.denominator, year:authority("B1").satisfactory_remedy.reason })
    assert.same({ 1, 2, 2 }, { year:authority("B1").upheld:peers().authorities, year:authority("B1").upheld:peers().without_rate, year:authority("B1").upheld:peers().unknown })
    -- and a rate printed of no cases cannot be right
    local check = assert(require("upheld.check").run(register))
    assert.same({ 1, "C1", "upheld_rate", "no rate (0 of 0)" }, { #check.disagreements, check.disagreements[1].code, check.disagreements[1].item, check.disagreements[1].computed })
  end)

  it("make nothing of published counts that contradict each other across files, and check says so", function()
    local register = book(nil, { published = "authority_code,year,upheld,not_upheld\nA1,2020,3,5\nB1,2020,3,5\n" })
    assert(register:import { published = helper.write(folder .. "/more.csv", "authority_code,year,investigated\nA1,2020,4\nB1,2020,8\n") })
    local year = assert(register:year(2020))
    assert.same({ nil, "counts-disagree" }, { year:authority("A1").upheld.percent, year:authority("A1").upheld.reason })
    assert.equal("38% (3 of 8)", tostring(year:authority("B1").upheld))
    assert.same({ 1, 4 }, { year:authority("B1").upheld:peers().authorities, year:authority("B1").upheld:peers().unknown })
    local check = assert(require("upheld.check").run(register))
    assert.is_false(check.ok)
    for _, d in ipairs(check.disagreements) do assert.same({ "A1", "counts that add up" }, { d.code, d.computed }) end
    assert.equal(3, #check.disagreements)
  end)

  it("call a published count unchecked where the records have gaps, and list it", function()
    local decisions = HEAD .. rows("A1", "Upheld", 1, "no,2019-09-01,Satisfied,2019-09-01") .. rows("A1", "Upheld", 1, "no,,Satisfied,")
    local register = book(decisions, { published = "authority_code,year,compliance_outcomes,upheld\nA1,2020,2,2\n" })
    local check = assert(require("upheld.check").run(register))
    assert.is_true(check.ok, tostring(check))
    assert.same({ 1, 1 }, { check.counts_agree, check.counts_unchecked })
    assert.truthy(check:unchecked_lines()[1]:find("Alpha Council (A1), 2020, compliance_outcomes: published 2:", 1, true))
  end)

  it("take a compliance file for the years that it has, not for those between", function()
    local bare = "reference,authority_code,decided_date,outcome\n19 000 001,A1,2019-06-01,Upheld\n19 000 002,B1,2019-06-01,Upheld\n"
    local compliance = "reference,authority_code,compliance_outcome,compliance_date\n17 000 001,B1,Satisfied,%s\n17 000 002,B1,Satisfied,%s\n"
    local year = assert(book(bare, { compliance = compliance:format("2017-06-01", "2022-06-01") }):year(2020))
    assert.equal("not-recorded", year:authority("A1").compliance.reason)
    year = assert(book(bare, { compliance = compliance:format("2019-07-01", "2019-08-01") }):year(2020))
    assert.equal("no-compliance-outcomes", year:authority("A1").compliance.reason)
    assert.equal("100% (2 of 2)", tostring(year:authority("B1").compliance))
  end)

  it("show late remedies beside the rate", function()
    local decisions = HEAD .. rows("A1", "Upheld", 2, "no,2019-09-01,Remedy completed late,2019-10-01") .. rows("A1", "Upheld", 1, "no,2019-09-01,Satisfied,2019-09-01")
    local f = assert(book(decisions):year(2020)):authority("A1").compliance
    assert.same({ 3, 3, 2 }, { f.numerator, f.denominator, f.late })
    assert.truthy(f:why():find("Of the numerator, late: 2", 1, true))
    assert.is_nil(assert(book(decisions):year(2020)):authority("A1").upheld.late)
    f = book(nil, { published = "authority_code,year,compliance_outcomes,complied,complied_late\nA1,2020,4,4,1\n" }):year(2020):authority("A1").compliance
    assert.same({ 4, 4, 1 }, { f.numerator, f.denominator, f.late })
  end)

  it("per 100,000 residents are text with one decimal, exact", function()
    local population = "code,year,population\nA1,2020,565000\nB1,2020,40000\n"
    local decisions = HEAD .. rows("A1", "Upheld", 31) .. rows("B1", "Upheld", 1)
    local year = assert(book(decisions, { population = population }):year(2020))
    local f = year:authority("A1").upheld_per_100k
    assert.same({ 31, 565000, "5.5" }, { f.numerator, f.denominator, f.value })
    assert.is_nil(f.percent)
    assert.equal("5.5 per 100,000 (31 of 565000)", tostring(f))
    local p = f:peers()
    assert.same({ 32, 605000, "5.3", 2, 3 }, { p.numerator, p.denominator, p.value, p.authorities, p.unknown })
  end)

  it("raise on unknown names and suggest the nearest", function()
    local year = assert(book(worked()):year(2020))
    local a = assert(year:authority "A1")
    local cases = {
      { function() return a:figure "uphold" end, 'there is no indicator "uphold"; did you mean "upheld"?' },
      { function() return a.uphled end, 'did you mean "upheld"?' },
      { function() return a.upheld.numerater end, 'did you mean "numerator"?' },
      { function() return a.upheld:peers { avarage = "mean" } end, 'unknown key "avarage"; did you mean "average"?' },
      { function() return a.upheld:interval { levle = .9 } end, 'known: level, levels, method' },
      { function() return a.upheld:interval { levels = 3 } end, "levels is a list such as {0.95, 0.998}" },
      { function() return a.upheld:interval { levels = {} } end, "levels is a list such as {0.95, 0.998}" },
      { function() return year:tally { by = { "service_aera" } } end, 'did you mean "service_area"?' },
      { function() return year.endz end, 'did you mean "ends"?' },
      { function() return a.upheld:peers().as_publishd end, 'did you mean "as_published"?' },
      { function() return year:authorities { type = "Distrikt" } end, "there is no type" },
      { function() return year:tally { by = "outcome", clock = "decide" } end, "no such clock" },
      { function() return year:total "x" end, 'there is no indicator "x"' },
    }
    for i, c in ipairs(cases) do
      local ok, message = pcall(c[1])
      assert.is_false(ok, "case " .. i)
      assert.truthy(tostring(message):find(c[2], 1, true), tostring(message))
    end
    assert.equal("54% (4 of 5 authorities)", tostring(a.upheld:peers()))
    assert.equal(5, select(2, (function() local n = 0; for _ in year:authorities { type = "district council" } do n = n + 1 end; return nil, n end)()))
    local none, err = year:authority "Epsilom Council"
    assert.is_nil(none)
    assert.equal("unknown-authority", err.code)
    assert.truthy(err.hint:find("Epsilon Council", 1, true))
  end)

  it("lead back to the decisions behind them", function()
    local register = book(worked() .. rows("A1", "Upheld", 1, "yes,2020-01-01,Remedy completed late,2020-01-05"))
    local a = assert(assert(register:year(2020)):authority "A1")
    local list = {}
    for d in a.upheld:decisions() do list[#list + 1] = d end
    assert.equal(6, #list)
    for d in a.upheld:decisions { part = "numerator" } do assert.equal("Upheld", d.outcome) end
    local remedied = {}
    for d in a.satisfactory_remedy:decisions { part = "numerator" } do remedied[#remedied + 1] = d end
    assert.equal(1, #remedied)
    assert.same({ true, "Remedy completed late", "2020-01-05", "A1" },
      { remedied[1].remedied_before, remedied[1].compliance_outcome, remedied[1].compliance_date, remedied[1].authority_code })
    local text = a.upheld:why()
    for _, part in ipairs { "83% (5 of 6)", "date decided, 2019-04-01 to 2020-03-31", "Basis: records", "half up",
      "Peers: 55%", "References behind the numerator: 5", "References behind the denominator: 6", "/d.csv:2" } do
      assert.truthy(text:find(part, 1, true), part .. "\n" .. text)
    end
  end)

  it("tally by keys, and tallies add", function()
    local year = assert(book(worked()):year(2020))
    local t = assert(year:tally { by = { "authority", "outcome" } })
    local found = {}
    for _, row in ipairs(t:rows()) do found[#found + 1] = row.authority .. " " .. row.outcome .. " " .. row.count end
    assert.equal("A1 Not upheld 1, A1 Upheld 4, B1 Not upheld 1, B1 Upheld 1, C1 Not upheld 11, C1 Upheld 9, "
      .. "D1 Advice given 3, E1 Not upheld 27, E1 Upheld 33", table.concat(found, ", "))
    local twice = t + t
    assert.equal(2 * t:total(), twice:total())
    assert.equal(8, twice:rows()[2].count)
    local regions = assert(year:tally { by = "region" })
    assert.same({ { region = "North", count = 7 }, { region = "South", count = 83 } }, regions:rows())
    assert.has_error(function() return t + regions end)
  end)

  it("over all authorities are totals, with each resident once", function()
    local year = assert(book(worked()):year(2020))
    assert.equal("54% (47 of 87)", tostring(year:total "upheld"))
    assert.equal("not-recorded", year:total("upheld_per_100k").reason)
    -- districts alone: no county has their residents, so they are counted themselves
    local population = "code,year,population\n"
    for _, code in ipairs { "A1", "B1", "C1", "D1", "E1", "U1" } do population = population .. code .. ",2020,1000\n" end
    local f = assert(book(worked(), { population = population }):year(2020)):total "upheld_per_100k"
    assert.same({ 47, 6000 }, { f.numerator, f.denominator })
    -- with their counties, whose residents they are: where both are the same number, and nobody is missing
    local authorities = "code,name,type\nK1,Kay County,County\nK2,Ell County,County\nD1,Dee,District\nD2,Eff,District\nU1,You,Unitary\n"
    local decisions = "reference,authority_code,decided_date,outcome\n"
    for i, code in ipairs { "K1", "D1", "D2", "U1" } do decisions = decisions .. ("19 000 00%d,%s,2019-06-01,Upheld\n"):format(i, code) end
    for _, row in ipairs { -- residents of D1, D2 (nil: not known), K1, K2; the total's
      { 400, 600, 700, 300, 1500 }, { 400, nil, 700, 300, nil }, { nil, nil, 700, 300, 1500 }, { 400, 600, 700, nil, nil },
      { 400, 599, 700, 300, nil }, { 400, 601, 700, 300, nil }, { 1001, nil, 700, 300, nil },
    } do
      local p = "code,year,population\nU1,2020,500\n"
      for i, code in ipairs { "D1", "D2", "K1", "K2" } do
        if row[i] then p = p .. ("%s,2020,%d\n"):format(code, row[i]) end
      end
      f = assert(book(decisions, { authorities = authorities, population = p }):year(2020)):total "upheld_per_100k"
      assert.same({ 4, row[5] }, { f.numerator, f.denominator }, p)
    end
  end)
end)
