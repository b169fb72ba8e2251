-- The rules of each kind of file: every fault with its place, code and message; what is counted; what a second file or import changes.
-- Each input goes through both targets, a register and a one-off, which must say the same.
local helper = require "helper"
local upheld = require "upheld"

local AUTHORITIES = [[
code,name,type,aliases,valid_from,valid_to,successor
E06000059,Dorset Council,Unitary,,2019-04-01,,
E07000115,Tonbridge and Malling Borough Council,District,,,,
E08000032,City of Bradford Metropolitan District Council,Metropolitan,Bradford,,,
E10000009,Dorset County Council,County,,,2019-03-31,E06000059
E10000016,Kent County Council,County,Kent,,,
]]
local HEAD = "reference,authority,authority_code,decided_date,outcome,service_area,received_date,remedied_before,"
  .. "compliance_due_date,compliance_outcome,compliance_date\n"
local SHORT = "reference,authority,decided_date,outcome\n"
local KINDS = { "authorities", "population", "recipients", "decisions", "compliance", "published" }

describe("import", function()
  local folder, open

  before_each(function()
    folder = helper.folder()
    open = {}
  end)
  after_each(function()
    for _, register in ipairs(open) do register:close() end
    helper.cleanup()
  end)

  local function register()
    local r = assert(upheld.open ":memory:")
    open[#open + 1] = r
    return r
  end

  -- Options with each text in place of a path written to a file KIND.csv (KIND-2.csv ...), and no authorities meaning the usual ones.
  local function prepared(files, options)
    local out = {}
    for key, value in pairs(options or {}) do out[key] = value end
    for _, kind in ipairs(KINDS) do
      local texts = files[kind]
      if kind == "authorities" and texts == nil then texts = AUTHORITIES end
      if type(texts) == "string" then texts = { texts } end
      if texts then
        out[kind] = {}
        for i, text in ipairs(texts) do
          out[kind][i] = helper.write(("%s/%s%s.csv"):format(folder, kind, i > 1 and "-" .. i or ""), text)
        end
      end
    end
    return out
  end

  -- "decisions:3:bad-date:decided_date", one for each fault.
  local function listed(report)
    local list = {}
    for fault in report:faults() do
      list[#list + 1] = table.concat({ fault.file:match "([^/]*)%.csv$", fault.line or "-", fault.code, fault.column }, ":")
    end
    return list
  end

  -- What must hold of any report.
  local function sound(report)
    local errors, warnings, fatal = 0, 0, 0
    for fault in report:faults() do
      if fault.severity == "error" then errors = errors + 1
      elseif fault.severity == "warning" then warnings = warnings + 1
      else fatal = fatal + 1 end
      assert.is_true(#fault.message > 0)
    end
    assert.same({ errors, warnings, fatal }, { report.errors, report.warnings, report.fatal })
    local rank, before = {}, 0
    for i, kind in ipairs(KINDS) do rank[kind] = i end
    for _, file in ipairs(report.files) do
      assert.equal(file.read, file.accepted + file.rejected)
      assert.is_true(file.accepted >= file.unchanged + file.completed + file.corrected)
      assert.is_true(rank[file.kind] >= before)
      before = rank[file.kind]
    end
    return report
  end

  -- Imports into a new register and straight to figures; both must say the same. Gives report, register, book.
  local function import(files, options)
    local given = prepared(files, options)
    local r = register()
    local report, err = r:import(given)
    report = sound(report or err.report)
    local one_off = {}
    for key, value in pairs(given) do
      if key ~= "sample" and key ~= "recipients" and key ~= "dry_run" and key ~= "reason" then one_off[key] = value end
    end
    local book, other = upheld.read(one_off)
    if not given.sample and not given.recipients then
      other = sound(book and other or other.report)
      assert.same(listed(report), listed(other))
      if book and report.written then assert.equal(r:json(), book:json()) end
    end
    return report, r, book
  end

  local function file_of(report, kind, n)
    n = n or 1
    for _, file in ipairs(report.files) do
      if file.kind == kind then
        n = n - 1
        if n == 0 then return file end
      end
    end
  end

  ------------------------------------------------------------------------------

  describe("of decisions", function()
    local OK = "20 001 225,Kent County Council,,2020-06-01,Upheld,Housing,2020-01-31,no,,,\n"

    it("takes a good row, in every accepted spelling", function()
      local report, r = import { decisions = HEAD .. OK
        .. "20-001-226,,E10000016,1 Jun 2020,upheld: Maladministration and injustice,planning,31-Jan-2020,Yes,2020-07-01,"
        .. "Completed late,17 September 2020\n"
        .. " 20 001 227a , Kent ,E10000016,2020-06-01,NOT UPHELD,,,N,,,\n"
        .. '20 001 228,"Bradford","E08000032",,,"Benefits & Tax",2020-02-01,,,,\n' }
      assert.same({}, listed(report))
      assert.equal(4, file_of(report, "decisions").accepted)
      local kent = assert(r:year(2021):authority "Kent")
      assert.equal("67% (2 of 3)", tostring(kent.upheld))
      assert.equal("100% (1 of 1)", tostring(kent.compliance))
      assert.equal("50% (1 of 2)", tostring(kent.satisfactory_remedy))
      assert.equal(1, r:year(2020):authority("Bradford").received["Benefits & Tax"])
    end)

    -- row(s) after the header, faults as "line:code:column", a text of the first fault
    local cases = {
      { "no reference", ",Kent,,2020-06-01,Upheld,,,,,,\n", { "2:missing-value:reference" }, 'column "reference": the value is missing' },
      { "a reference of another form", "20/1,Kent,,2020-06-01,Upheld,,,,,,\n", { "2:bad-reference:reference" }, '"20/1" is not a reference of the form 99 999 999[a]' },
      { "no authority", "20 001 225,,,2020-06-01,Upheld,,,,,,\n", { "2:missing-value:authority" }, "the authority is missing" },
      { "an unknown name", "20 001 225,Kent Conty Council,,2020-06-01,Upheld,,,,,,\n", { "2:unknown-authority:authority" }, "near: Kent County Council (E10000016)" },
      { "an unknown code", "20 001 225,,E1,2020-06-01,Upheld,,,,,,\n", { "2:unknown-authority:authority_code" }, "no authority has the code E1" },
      { "an unknown code with a known name", "20 001 225,Kent,E1,2020-06-01,Upheld,,,,,,\n", { "2:unknown-authority:authority_code" } },
      { "a known code with an unknown name", "20 001 225,Kentshire,E10000016,2020-06-01,Upheld,,,,,,\n", {} },
      { "a known code with an ambiguous name", "20 001 225,Dorset,E06000059,2020-06-01,Upheld,,,,,,\n", {} },
      { "an ambiguous name", "20 001 225,Dorset,,2020-06-01,Upheld,,,,,,\n", { "2:ambiguous-authority:authority" },
        '"Dorset" may mean Dorset Council (E06000059), Dorset County Council (E10000009)' },
      { "code and name that disagree", "20 001 225,Kent,E07000115,2020-06-01,Upheld,,,,,,\n", { "2:authority-mismatch:authority" },
        'E07000115 is the code of Tonbridge and Malling Borough Council, not of "Kent"' },
      { "a day that does not exist", "20 001 225,Kent,,2020-02-30,Upheld,,,,,,\n", { "2:bad-date:decided_date" }, 'column "decided_date": 2020-02-30 is not a date (bad-date)' },
      { "a British date", "20 001 225,Kent,,01/06/2020,Upheld,,,,,,\n", { "2:bad-date:decided_date" }, 'dates = "uk"' },
      { "an unknown outcome", "20 001 225,Kent,,2020-06-01,Upholded,,,,,,\n", { "2:unknown-outcome:outcome" }, 'did you mean "Upheld"?' },
      { "an unknown area", "20 001 225,Kent,,2020-06-01,Upheld,Hosing,,,,,\n", { "2:unknown-service-area:service_area" }, 'did you mean "Housing"?' },
      { "an unknown compliance outcome", "20 001 225,Kent,,2020-06-01,Upheld,,,,,Done,2020-09-01\n", { "2:unknown-compliance-outcome:compliance_outcome" }, "no compliance outcome of the scheme" },
      { "neither yes nor no", "20 001 225,Kent,,2020-06-01,Upheld,,,maybe,,,\n", { "2:bad-yes-no:remedied_before" }, "maybe is neither yes nor no" },
      { "a date without an outcome", "20 001 225,Kent,,2020-06-01,,,,,,,\n", { "2:decided-without-outcome:outcome" } },
      { "an outcome without a date", "20 001 225,Kent,,,Upheld,,,,,,\n", { "2:outcome-without-date:decided_date" } },
      { "decided before received", "20 001 225,Kent,,2020-06-01,Upheld,,2020-06-02,,,,\n", { "2:decided-before-received:decided_date" },
        "decided on 2020-06-01, before it was received on 2020-06-02" },
      { "decided on the day received", "20 001 225,Kent,,2020-06-01,Upheld,,2020-06-01,,,,\n", {} },
      { "remedied without Upheld", "20 001 225,Kent,,2020-06-01,Not upheld,,,yes,,,\n", { "2:remedied-without-upheld:remedied_before" }, '(here: Not upheld)' },
      { "remedied while open", "20 001 225,Kent,,,,,2020-06-01,yes,,,\n", { "2:remedied-without-upheld:remedied_before" }, "(here: open)" },
      { "an outcome that says remedied, and a no", "20 001 225,Kent,,2020-06-01,\"Upheld: no further action, organisation already remedied\",,,no,,,\n",
        { "2:remedied-conflict:remedied_before" } },
      { "compliance without Upheld", "20 001 225,Kent,,2020-06-01,Not upheld,,,,,Not complete,2020-09-01\n", { "2:compliance-without-upheld:compliance_outcome" } },
      { "compliance without a date", "20 001 225,Kent,,2020-06-01,Upheld,,,,,Not complete,\n", { "2:compliance-without-date:compliance_outcome" } },
      { "compliance by its due date", "20 001 225,Kent,,2020-06-01,Upheld,,,,2020-09-01,Not complete,\n", {} },
      { "compliance before the decision", "20 001 225,Kent,,2020-06-01,Upheld,,,,,Not complete,2020-05-01\n", { "2:compliance-before-decision:compliance_date" } },
      { "a compliance date alone", "20 001 225,Kent,,2020-06-01,Upheld,,,,,,2020-07-01\n", { "2:compliance-date-alone:compliance_date" } },
      { "an open case without a date", "20 001 225,Kent,,,,,,,,,\n", { "2:open-without-received:decided_date" } },
      { "after the authority ended", "20 001 225,Dorset County Council,,2019-04-01,Upheld,,,,,,\n", { "2:authority-ended:decided_date" },
        "decided on 2019-04-01, after Dorset County Council ended on 2019-03-31" },
      { "on the authority's last day", "20 001 225,Dorset County Council,,2019-03-31,Upheld,,,,,,\n", {} },
      { "before the authority began", "20 001 225,Dorset Council,,2019-03-31,Upheld,,,,,,\n", { "2:authority-not-yet:decided_date" } },
      { "an identical repeat", OK .. OK, { "3:repeated-row:reference" }, "the same decision stands in line 2 already" },
      { "an identical repeat in other spellings", OK .. "20-001-225,,E10000016,1 June 2020,upheld,HOUSING,31 Jan 2020,0,,,\n", { "3:repeated-row:reference" } },
      { "a repeat with different content", OK .. OK:gsub("Upheld", "Not upheld"), { "3:duplicate-key:reference" },
        "20 001 225 of Kent County Council stands in line 2 already, with different content" },
      { "a repeat of a rejected row", OK:gsub("Upheld", "?") .. OK, { "2:unknown-outcome:outcome" } },
      { "the same reference of two authorities", OK .. OK:gsub("Kent", "Dorset"), { "3:authority-ended:decided_date" } },
      { "a ragged row", "20 001 225,Kent\n" .. OK, { "2:ragged-row" }, "2 fields, where the header has 11" },
      { "a stray quote", '20 001 225,Kent "County,,2020-06-01,Upheld,,,,,,\n' .. OK, { "2:stray-quote" } },
      { "text behind a quote", '20 001 225,"Kent"x,,2020-06-01,Upheld,,,,,,\n' .. OK, { "2:stray-quote" } },
      { "bytes that are not UTF-8", "20 001 225,Kent,,2020-06-01,Uph\233ld,,,,,,\n" .. OK, { "2:invalid-utf8:outcome" }, "windows-1252" },
      { "all that is wrong with a row", "x,y,,2020-13-01,z,Hosing,never,maybe,soon,Done,later\n", { "2:bad-reference:reference", "2:unknown-authority:authority",
        "2:bad-date:decided_date", "2:unknown-outcome:outcome", "2:unknown-service-area:service_area", "2:bad-date:received_date",
        "2:bad-yes-no:remedied_before", "2:unknown-compliance-outcome:compliance_outcome", "2:bad-date:compliance_due_date", "2:bad-date:compliance_date" } },
      { "the line of a row behind embedded line ends", OK:gsub("Housing", '" Housing\n\n"') .. "\n\n,Kent,,2020-06-01,Upheld,,,,,,\n", { "7:missing-value:reference" } },
    }

    for _, case in ipairs(cases) do
      local name, rows, faults, text = table.unpack(case, 1, 4)
      it("reports " .. name, function()
        local report = import { decisions = HEAD .. rows }
        local expected = {}
        for i, fault in ipairs(faults) do expected[i] = "decisions:" .. fault end
        assert.same(expected, listed(report))
        if text then
          local first = tostring(report:faults()())
          assert.truthy(first:find(text, 1, true), first)
        end
        assert.is_true(report.written)
      end)
    end

    it("counts a row with several faults once as rejected", function()
      local report = import { decisions = HEAD .. OK .. "x,y,,2020-13-01,z,,,,,,\n" }
      local file = file_of(report, "decisions")
      assert.same({ 2, 1, 1 }, { file.read, file.accepted, file.rejected })
      assert.equal(4, report.errors)
      assert.equal(("%s/authorities.csv: 5 read, 5 accepted, 0 rejected, 0 warnings\n%s/decisions.csv: 2 read, 1 accepted, 1 rejected, 0 warnings")
        :format(folder, folder), tostring(report))
    end)

    it("takes British dates when asked", function()
      local report, r = import({ decisions = SHORT .. "20 001 225,Kent,01/06/2020,Upheld\n20 001 226,Kent,2020-06-01,Upheld\n" }, { dates = "uk" })
      assert.same({}, listed(report))
      assert.equal(2, r:year(2021):authority("Kent").upheld.numerator)
    end)

    it("takes Windows-1252 when asked, and gives rejected rows back in it", function()
      local authorities = "code,name,type\nA1,Caf\233 Council,District\n"
      local rejects = folder .. "/rejects.csv"
      local report = import({ authorities = authorities, decisions = SHORT .. "20 001 225,CAF\201 Council,2020-06-01,Upheld\n"
        .. "20 001 225,Caf\233 Council,2020-06-01,Upheld\n20 001 226,N\233e Council,2020-06-01,Upheld\n" }, { encoding = "windows-1252", rejects = rejects })
      assert.same({ "decisions:2:unknown-authority:authority", "decisions:4:unknown-authority:authority" }, listed(report))
      local first = report:faults()()
      assert.equal("CAF\195\137 Council", first.value)
      assert.equal('20 001 226,N\233e Council,2020-06-01,Upheld,4,unknown-authority,"no authority is known as ""N\233e Council"""',
        helper.lines(helper.read(rejects))[3])
    end)

    it("keeps messages free of control characters", function()
      local report = import { decisions = SHORT .. "20 001 225,Kent,\27[31m,Upheld\n" }
      local fault = report:faults()()
      assert.is_nil(fault.message:find "%c")
      assert.equal("\27[31m", fault.value)
    end)

    it("lists at most the limit of faults, and counts the rest", function()
      local rows = { SHORT }
      for i = 1, 100010 do rows[i + 1] = "x,Kent,2020-06-01,Upheld\n" end
      local r = register()
      local report = assert(r:import(prepared { decisions = table.concat(rows) }))
      assert.equal(100010, report.errors)
      assert.equal(10, report.unlisted)
      assert.equal(100010, file_of(report, "decisions").rejected)
    end)
  end)

  ------------------------------------------------------------------------------

  describe("of a header", function()
    local ROW = "20 001 225,Kent,2020-06-01,Upheld\n"
    -- decisions file, column map, faults, text of the first fault; whether it is usable
    local cases = {
      { "in any order and case", "Outcome, DECIDED_DATE ,Authority,reference\nUpheld,2020-06-01,Kent,20 001 225\n", nil, {}, nil, true },
      { "with a BOM and CRLF", "\239\187\191" .. (SHORT .. ROW):gsub("\n", "\r\n"), nil, {}, nil, true },
      { "with columns of no use", "reference,x,authority,y,decided_date,outcome\n20 001 225,,Kent,,2020-06-01,Upheld\n", nil, { "decisions:1:extra-columns" },
        '2 columns are ignored: "x", "y"', true },
      { "through a map", "Case no,Body,Closed,Decision\n" .. ROW, { reference = "case no", authority = "Body", decided_date = "Closed", outcome = "Decision" }, {}, nil, true },
      { "through a map that one file needs not", SHORT .. ROW, { outcome = "decision" }, { "decisions:-:unused-mapping" }, 'no file has the heading "decision"', true },
      { "where the mapped heading wins over the name", "reference,authority,decided_date,outcome,decision\n20 001 225,Kent,2020-06-01,?,Upheld\n", { outcome = "decision" },
        { "decisions:1:extra-columns" }, '1 column is ignored: "outcome"', true },
      { "without a column", "reference,authority,decided_date\n20 001 225,Kent,2020-06-01\n", nil, { "decisions:1:missing-column:outcome" },
        'the column "outcome" is missing' },
      { "with a misspelt column", "reference,authority,decided_dat,outcome\n" .. ROW, nil, { "decisions:1:missing-column:decided_date" }, 'the nearest heading is "decided_dat"' },
      { "without any authority column", "reference,decided_date,outcome\n20 001 225,2020-06-01,Upheld\n", nil, { "decisions:1:missing-column:authority" },
        'the column "authority" is missing (or "authority_code" in its place)' },
      { "without several columns", "a,b\n1,2\n", nil, { "decisions:1:missing-column:reference", "decisions:1:missing-column:decided_date", "decisions:1:missing-column:outcome",
        "decisions:1:missing-column:authority" }, "the headings are: a, b" },
      { "with a heading twice", "reference,authority,Outcome,decided_date,outcome\n", nil, { "decisions:1:duplicate-heading:outcome" }, 'the heading "outcome" stands twice: fields 3 and 5' },
      { "with blank headings", "reference,authority,decided_date,outcome,,\n20 001 225,Kent,2020-06-01,Upheld,,\n", nil, { "decisions:1:extra-columns" }, nil, true },
      { "that is not UTF-8", "reference,authority,decided_date,outcome,caf\233\n", nil, { "decisions:1:bad-header-encoding" }, "the header is not UTF-8" },
      { "with a quote out of place", 'reference,authority,decided_date,out"come\n', nil, { "decisions:1:stray-quote" } },
      { "that is all", SHORT, nil, { "decisions:-:no-rows" }, nil, true },
      { "that is not there", "", nil, { "decisions:-:empty-file" } },
      { "behind empty lines", "\n\n" .. SHORT .. ROW, nil, {}, nil, true },
    }

    for _, case in ipairs(cases) do
      local name, text, map, faults, fragment, usable = table.unpack(case, 1, 6)
      it("reads one " .. name, function()
        local report = import({ decisions = text }, { columns = map })
        assert.same(faults, listed(report))
        if fragment then assert.truthy(tostring(report:faults()()):find(fragment, 1, true), tostring(report:faults()())) end
        assert.equal(usable == true, report.written)
        assert.equal(usable and 0 or #faults, report.fatal)
      end)
    end

    it("refuses a map of a column that no kind has", function()
      local r = register()
      local ok, err = pcall(r.import, r, prepared({ decisions = SHORT }, { columns = { outcom = "decision" } }))
      assert.is_false(ok)
      assert.truthy(tostring(err):find('did you mean "outcome"?', 1, true), tostring(err))
    end)
  end)

  ------------------------------------------------------------------------------

  describe("of compliance", function()
    local DECISIONS = SHORT .. "20 001 225,Kent,2020-06-01,Upheld\n20 001 226,Kent,2020-06-01,Not upheld\n20 001 227,Kent,2020-06-01,Upheld\n"
      .. "20 001 227,Bradford,2020-06-01,Upheld\n"
    local HEADER = "reference,authority,compliance_outcome,compliance_due_date,compliance_date\n"
    local cases = {
      { "an outcome of a known decision", "20 001 225,,Completed late,,2020-09-01\n", {}, 1 },
      { "no outcome", "20 001 225,,,2020-09-01,\n", { "2:missing-value:compliance_outcome" }, 0 },
      { "a decision that was not upheld", "20 001 226,,Satisfied,,2020-09-01\n", { "2:compliance-without-upheld:compliance_outcome" }, 0 },
      { "a shared reference", "20 001 227,,Satisfied,,2020-09-01\n", { "2:ambiguous-reference:reference" }, 0, "Kent County Council" },
      { "a shared reference with its authority", "20 001 227,Bradford,Satisfied,,2020-09-01\n20 001 227,Kent,Satisfied,,2020-09-01\n", {}, 2 },
      { "an unknown reference", "19 000 001,,Satisfied,,2020-09-01\n", { "2:unknown-reference:reference" }, 0 },
      { "an unknown reference with its authority", "19 000 001,Kent,Satisfied,,2020-09-01\n", { "2:unknown-decision:reference" }, 1 },
      { "an outcome without a date", "20 001 225,,Satisfied,,\n", { "2:compliance-without-date:compliance_outcome" }, 0 },
      { "an identical repeat", ("20 001 225,,Satisfied,,2020-09-01\n"):rep(2), { "3:repeated-row:reference" }, 1 },
      { "a repeat that differs", "20 001 225,,Satisfied,,2020-09-01\n20 001 225,,Satisfied,,2020-09-02\n", { "3:duplicate-key:reference" }, 1, "20 001 225 stands in line 2 already" },
      { "an outcome before the decision", "20 001 225,,Satisfied,,2020-05-31\n", { "2:compliance-before-decision:compliance_date" }, 1 },
    }
    for _, case in ipairs(cases) do
      local name, rows, faults, outcomes, text = table.unpack(case, 1, 5)
      it("reports " .. name, function()
        local report, r = import { decisions = DECISIONS, compliance = HEADER .. rows }
        local expected = {}
        for i, fault in ipairs(faults) do expected[i] = "compliance:" .. fault end
        assert.same(expected, listed(report))
        if text then assert.truthy(tostring(report:faults()()):find(text, 1, true), tostring(report:faults()())) end
        local total = r:year(2021):total "compliance"
        assert.equal(outcomes, total.denominator or 0)
      end)
    end

    it("joins decisions of an earlier import", function()
      local r = register()
      assert(r:import(prepared { decisions = DECISIONS }))
      local report = assert(r:import(prepared { authorities = {}, compliance = HEADER .. "20 001 225,,Satisfied,,2020-09-01\n" }))
      assert.same({}, listed(report))
      assert.equal(1, r:year(2021):total("compliance").denominator)
    end)
  end)

  ------------------------------------------------------------------------------

  describe("of authorities, population and recipients", function()
    local HEADER = "code,name,type,aliases,valid_from,valid_to,successor\n"
    local cases = {
      { "authorities", "no name", HEADER .. "A1,,District,,,,\n", { "2:missing-value:name" } },
      { "authorities", "no code", HEADER .. ",Newtown Council,District,,,,\n", { "2:missing-value:code" } },
      { "authorities", "a code of two words", HEADER .. "A 1,Newtown Council,District,,,,\n", { "2:bad-code:code" } },
      { "authorities", "a code twice", HEADER .. "A1,Newtown Council,District,,,,\nA1,Oldtown Council,District,,,,\n", { "3:duplicate-key:code" } },
      { "authorities", "a row twice", HEADER .. ("A1,Newtown Council,District,,,,\n"):rep(2), { "3:repeated-row:code" } },
      { "authorities", "an end before the beginning", HEADER .. "A1,Newtown Council,District,,2020-01-01,2019-12-31,\n", { "2:ended-before-begun:valid_to" } },
      { "authorities", "an unknown successor", HEADER .. "A1,Newtown Council,District,,,2019-12-31,A2|A3\nA2,Oldtown Council,District,,,,\n", { "2:unknown-successor:successor" } },
      { "authorities", "a type that is nearly one", HEADER .. "A1,Newtown Council,Distrikt,,,,\nA2,Oldtown Council,Distrikt,,,,\n", { "2:type-without-peers:type" } },
      { "authorities", "another type", HEADER .. "A1,Peak Park,National Park,,,,\n", {} },
      { "authorities", "a name over the limit", HEADER .. "A1," .. ("x"):rep(2049) .. ",District,,,,\n", { "2:value-too-long:name" } },
      { "authorities", "an alias over the limit", HEADER .. "A1,Newtown,District,a|" .. ("x"):rep(2049) .. ",,,\n", { "2:value-too-long:aliases" } },
      { "population", "a good row", "code,year,population\nE10000016,2020,1589100\n", {} },
      { "population", "an unknown code", "code,year,population\nE1,2020,1589100\n", { "2:unknown-authority:code" } },
      { "population", "a year that is none", "code,year,population\nE10000016,2019-20,1589100\n", { "2:bad-year:year" } },
      { "population", "a year too early", "code,year,population\nE10000016,1973,1589100\n", { "2:bad-year:year" } },
      { "population", "no number", "code,year,population\nE10000016,2020,\n", { "2:missing-value:population" } },
      { "population", "a thousands separator", 'code,year,population\nE10000016,2020,"1,589,100"\n', { "2:bad-number:population" } },
      { "population", "a negative number", "code,year,population\nE10000016,2020,-1\n", { "2:bad-number:population" } },
      { "population", "a key twice", "code,year,population\nE10000016,2020,1\nE10000016,2021,1\nE10000016,2020,2\nE10000016,2020,1\n",
        { "4:duplicate-key:code", "5:repeated-row:code" } },
      { "recipients", "a good row", "code,name,role,salutation,email\nE10000016,A. Person,Chief Executive,Dear A. Person,a@example.org\n", {} },
      { "recipients", "an unknown code", "code,name\nE1,A. Person\n", { "2:unknown-authority:code" } },
      { "recipients", "a code twice", "code,name\nE10000016,A. Person\nE10000016,B. Person\n", { "3:duplicate-key:code" } },
    }
    for _, case in ipairs(cases) do
      local kind, name, text, faults = table.unpack(case, 1, 4)
      it(("reports %s: %s"):format(kind, name), function()
        local report = import { [kind] = text }
        local expected = {}
        for i, fault in ipairs(faults) do expected[i] = kind .. ":" .. fault end
        assert.same(expected, listed(report))
      end)
    end

    it("leave what a later file has no column for", function()
      local r = register()
      assert(r:import(prepared { authorities = "code,name,type,region,aliases,valid_to\nA1,Newtown Council,District,North,Newtown|New Town,2030-03-31\n" }))
      local report = assert(r:import(prepared { authorities = "code,name,type\nA1,Newtown Borough Council,District\n",
        population = "code,year,population\nA1,2020,10\n" }))
      assert.equal(1, report.files[1].corrected)
      assert(r:import(prepared { authorities = {}, decisions = SHORT .. "20 001 225,New Town,2020-06-01,Upheld\n" }))
      local a = assert(r:year(2021):authority "New Town")
      assert.same({ "Newtown Borough Council", "North", "2030-03-31" }, { a.name, a.region, a.valid_to })
      assert(r:import(prepared { authorities = {}, recipients = "code,name,role\nA1,A. Person,Leader\n" }))
      report = assert(r:import(prepared { authorities = {}, recipients = "code,email\nA1,a@example.org\n" }))
      assert.equal(1, report.files[1].completed)
      local recipient = r:year(2021):authority("A1").recipient
      assert.same({ "A. Person", "Leader", "a@example.org" }, { recipient.name, recipient.role, recipient.email })
    end)

    it("are needed before anything can be matched", function()
      local report = import { authorities = {}, decisions = SHORT .. "20 001 225,Kent,2020-06-01,Upheld\n" }
      assert.same({ "decisions:-:no-authorities" }, listed(report))
      assert.is_false(report.written)
    end)
  end)

  ------------------------------------------------------------------------------

  describe("of published figures", function()
    -- headings, cells, faults, text of the first
    local cases = {
      { "a good row", "authority,year,type,upheld,investigated,upheld_rate", "Kent,2020,County,46,54,85", {} },
      { "blanks, which are unknown", "authority,year,upheld,investigated,upheld_rate", "Kent,2020,,54,", {} },
      { "a count that is no number", "authority,year,upheld", "Kent,2020,4.5", { "2:bad-number:upheld" } },
      { "a rate with its sign", "authority,year,upheld_rate", "Kent,2020,85%", { "2:bad-number:upheld_rate" }, "leave out the per cent sign" },
      { "a rate above 100", "authority,year,upheld_rate", "Kent,2020,100.1", { "2:rate-out-of-range:upheld_rate" } },
      { "a rate of 100", "authority,year,upheld_rate", "Kent,2020,100.00", {} },
      { "a rate per residents above 100", "authority,year,upheld_per_100k", "Kent,2020,120.5", {} },
      { "a part above its whole", "authority,year,upheld,investigated", "Kent,2020,55,54", { "2:counts-disagree:investigated" },
        "upheld 55, but investigated, of which that is a part, is 54" },
      { "parts that make a whole", "authority,year,upheld,not_upheld,investigated", "Kent,2020,46,9,54", { "2:counts-disagree:investigated" },
        "not_upheld 9 + upheld 46 = 55, but investigated, which is just that, is 54" },
      { "parts that fall short of their whole", "authority,year,upheld,not_upheld,investigated", "Kent,2020,46,7,54", { "2:counts-disagree:investigated" },
        "not_upheld 7 + upheld 46 = 53, but investigated, which is just that, is 54" },
      { "parts of parts", "authority,year,decided,not_for_us,closed_after_initial_enquiries,upheld,not_upheld", "Kent,2020,100,50,30,15,6", { "2:counts-disagree:decided" } },
      { "parts that agree", "authority,year,decided,not_for_us,closed_after_initial_enquiries,upheld,not_upheld,investigated", "Kent,2020,100,50,30,15,5,20", {} },
      { "more remedies than upheld", "authority,year,upheld,satisfactory_remedies", "Kent,2020,3,4", { "2:counts-disagree:satisfactory_remedies" },
        "satisfactory_remedies 4 is more than upheld 3" },
      { "a rate that its counts do not give", "authority,year,upheld,investigated,upheld_rate", "Kent,2020,46,54,84", {} },
      { "another type", "authority,year,type,upheld", "Kent,2020,Unitary,46", { "2:type-differs:type" }, "Kent County Council is known as County" },
      { "a type in another spelling", "authority,year,type,upheld", "Kent,2020,county council,46", {} },
      { "a year after the authority's end", "authority,year,upheld", "Dorset County Council,2020,4", { "2:authority-ended:year" } },
      { "a year before its beginning", "authority,year,upheld", "Dorset Council,2019,4", { "2:authority-not-yet:year" } },
      { "a key twice", "authority,year,upheld", "Kent,2020,4\nKent,2021,4\nKent,2020,5\nKent,2020,4", { "4:duplicate-key:year", "5:repeated-row:year" } },
    }
    for _, case in ipairs(cases) do
      local name, head, cells, faults, text = table.unpack(case, 1, 5)
      it("reports " .. name, function()
        local report = import { published = head .. "\n" .. cells .. "\n" }
        local expected = {}
        for i, fault in ipairs(faults) do expected[i] = "published:" .. fault end
        assert.same(expected, listed(report))
        if text then assert.truthy(tostring(report:faults()()):find(text, 1, true), tostring(report:faults()())) end
      end)
    end

    it("tells added, unchanged, completed and corrected rows", function()
      local r = register()
      local function again(text)
        local f = assert(r:import(prepared { published = text })).files[2]
        return { f.accepted, f.unchanged, f.completed, f.corrected }
      end
      assert.same({ 1, 0, 0, 0 }, again "authority,year,upheld\nKent,2020,4\n")
      assert.same({ 1, 1, 0, 0 }, again "authority,year,upheld\nKent,2020,4\n")
      assert.same({ 1, 0, 1, 0 }, again "authority,year,upheld,investigated\nKent,2020,4,9\n")
      assert.same({ 1, 0, 0, 1 }, again "authority,year,upheld,investigated\nKent,2020,5,9\n")
      assert.equal("56% (5 of 9)", tostring(r:year(2020):authority("Kent").upheld))
    end)
  end)

  ------------------------------------------------------------------------------

  describe("again, or of several files", function()
    local state = 11
    local function random(n)
      state = state * 16807 % 2147483647
      return state % n + 1
    end

    -- Everything that a one-off says of the files, read as they are or through pipes.
    local function all_said(options, from)
      local given = {}
      for key, value in pairs(options) do given[key] = value end
      for _, kind in ipairs(from == "pipes" and { "decisions", "compliance" } or {}) do
        given[kind] = options[kind] and {}
        for i, path in ipairs(options[kind] or {}) do
          local pipe = path:gsub("%.csv$", ".pipe.csv")
          assert(os.execute(("rm -f %s; mkfifo %s; (cat %s > %s) > /dev/null &"):format(pipe, pipe, path, pipe)))
          given[kind][i] = pipe
        end
      end
      given.rejects = ("%s/rejects-%s.csv"):format(folder, from)
      os.remove(given.rejects)
      local book, report = upheld.read(given)
      assert.truthy(book, tostring(report))
      local rejects = io.open(given.rejects, "rb")
      local said = tostring(report) .. "\n" .. report.json .. "\n" .. (rejects and rejects:read "a" or "") .. "\n" .. book:csv()
      if rejects then rejects:close() end
      return (said:gsub("%.pipe%.csv", ".csv"))
    end

    -- A pipe is read once, keeping what every record said; files twice, where a reference comes again. Both must say the same.
    it("says the same from pipes as from files, whatever comes again", function()
      local outcomes = { "Upheld", "Not upheld", "Upheld: no further action", "", "Wrong" }
      local places = { "Kent County Council", "Bradford", "Nowhere" }
      local function rows(count, range)
        local list = {}
        for i = 1, count do
          list[i] = ("20 00%d %03d,%s,2020-0%d-01,%s"):format(random(2), random(range), places[random(12) == 1 and 3 or random(2)],
            random(9), outcomes[random(20) == 1 and 5 or random(4)])
        end
        return SHORT .. table.concat(list, "\n") .. "\n"
      end
      for round, case in ipairs { { 300, 900 }, { 300, 60 }, { 40, 900, true }, { 300, 300, true } } do
        local files = { decisions = { rows(case[1], case[2]) } }
        if case[3] then
          files.decisions[2] = rows(case[1], case[2])
          files.compliance = "reference,authority,compliance_outcome,compliance_date\n20 001 001,Kent,Remedy complete and satisfied,2020-10-01\n"
            .. "20 001 002,,Remedy complete and satisfied,2020-10-01\n20 001 002,,Remedy not complete,2020-10-01\n"
            .. "20 009 999,Kent,Remedy complete and satisfied,2020-10-01\n20 009 999,Kent,Remedy complete and satisfied,2020-10-01\n"
        end
        local options = prepared(files)
        local told = { all_said(options, "files"), all_said(options, "pipes") }
        if told[1] ~= told[2] then assert.equal(told[2], told[1], "round " .. round) end
        if round == 2 then assert.matches("duplicate%-key.*repeated%-row", told[1]) end
        if round == 4 then assert.matches("completed.*corrected", told[1]) end
      end
    end)

    it("tells that a file was changed between its two readings", function()
      local row = "20 001 225,Kent,2020-06-01,Upheld\n"
      local options = prepared { decisions = SHORT .. row .. row .. "20 001 226,Kent,2020-06-01,Upheld\n" }
      local path, readings = options.decisions[1], 0
      function options.progress()
        readings = readings + 1
        if readings == 2 then helper.write(path, SHORT .. row .. row .. ("20 001 226,Kent,2020-06-01,Upheld\n"):rep(2)) end
        return true
      end
      local book, err = upheld.read(options)
      assert.is_nil(book)
      assert.same({ "file-changed", "read it again when it is complete" }, { err.code, err.hint })
      assert.equal(3, readings) -- authorities, decisions, authorities
    end)

    -- From a file, rows in which nothing is out of the ordinary are counted without fields being made; from a pipe, none is. So rows that
    -- are out of the ordinary in any one way must come out alike.
    it("says the same of rows in which one cell is another, from pipes as from files", function()
      local authorities, generated = folder .. "/a.csv", folder .. "/d.csv"
      helper.run(helper.build .. "/bin/upheld-generate", "400", "2018", "3", authorities, generated)
      local usual = helper.lines(helper.read(generated))
      local cells = { "", " ", "x", "Upheld", "upheld", " Upheld", "Not upheld", "Upheld: no further action", "2019-02-29", "2019-02-28", "2019-2-8", "3019-01-01",
        "1899-12-31", "2019-02-28 ", "28 Feb 2019", "yes", "no", "Yes", "12 345 678a", "12-345-678", "12 345 67", "12345678", "X06000001",
        "Invented Council 001", "Housing", "housing", '"Housing"', '"Hous""ing"', "Caf\xc3\xa9", "Remedy complete and satisfied", "Remedy not complete", "a,b",
        ("n"):rep(70) }
      local scheme = dofile "lua/upheld/scheme/lgsco.lua"
      table.insert(scheme.outcomes[6], { spelling = "Put right by then", remedied_before = true })
      -- some begin or end within the years of the records: what is decided outside them is warned of
      local spans = { ",valid_from,valid_to" }
      for i, line in ipairs(helper.lines(helper.read(authorities))) do
        spans[i] = line .. (spans[i] or i % 5 == 0 and ",2018-10-01," or i % 5 == 1 and ",,2020-02-01" or ",,")
      end
      for round = 1, 12 do
        local lines = { table.unpack(usual) }
        for _ = 1, 150 do
          local at, column = 1 + random(#lines - 1), random(11)
          local n = 0
          lines[at] = lines[at]:gsub("[^,]*", function(cell)
            n = n + 1
            return n == column and cells[random(#cells)] or cell
          end)
        end
        for _ = 1, 6 do -- open cases, some without the date that they came, and a spelling that says more
          local at = 1 + random(#lines - 1)
          local reference, place, received = lines[at]:match "^([^,]*,)(.-,X%d+,)[^,]*,([^,]*)"
          if reference then lines[at] = reference .. place .. "," .. (random(2) == 1 and received or "") .. ",,,,,," end
        end
        for at, line in ipairs(lines) do
          if random(4) == 1 then lines[at] = line:gsub(",Upheld,[^,]*,", ",Put right by then,,", 1) end
        end
        local options = prepared { authorities = table.concat(spans, "\n") .. "\n",
          decisions = table.concat(lines, round % 3 == 0 and "\r\n" or "\n") .. (round % 2 == 0 and "\n" or "") }
        options.scheme = scheme
        local from_files, from_pipes = all_said(options, "files"), all_said(options, "pipes")
        if from_files ~= from_pipes then assert.equal(from_pipes, from_files, "round " .. round) end
      end
    end)

    local FIRST = "reference,authority,decided_date,outcome,service_area,received_date\n"
      .. "20 001 225,Kent,,,Housing,2020-01-31\n20 001 226,Kent,2020-06-01,Upheld,Housing,2020-01-31\n20 001 227,Kent,2020-06-01,Upheld,Planning,2020-01-31\n"
    local SECOND = "reference,authority,decided_date,outcome,service_area\n"
      .. "20 001 225,Kent,2020-07-01,Upheld,Housing\n20 001 226,Kent,2020-06-01,Not upheld,Housing\n20 001 227,Kent,2020-06-01,Upheld,Planning\n20 001 228,Kent,2020-06-01,Upheld,\n"

    local function counts(file)
      return { read = file.read, accepted = file.accepted, unchanged = file.unchanged, completed = file.completed, corrected = file.corrected }
    end
    local EXPECTED = { read = 4, accepted = 4, unchanged = 1, completed = 1, corrected = 1 }

    it("completes open cases, corrects what changed, leaves the rest, and keeps what a file has no column for", function()
      local report, r, book = import { decisions = { FIRST, SECOND } }
      assert.same({}, listed(report))
      assert.same(EXPECTED, counts(file_of(report, "decisions", 2)))
      local _, one_off = upheld.read(prepared { decisions = { FIRST, SECOND } })
      assert.same(EXPECTED, counts(file_of(one_off, "decisions", 2)))
      for _, each in ipairs { r, book } do
        local kent = each:year(2021):authority "Kent"
        assert.equal("75% (3 of 4)", tostring(kent.upheld))
        assert.equal(2, each:year(2020):authority("Kent").received.Housing)
      end
    end)

    it("gives the same figures in two imports as in one", function()
      local r = register()
      assert(r:import(prepared { decisions = FIRST }))
      local report = assert(r:import(prepared { decisions = SECOND }))
      assert.same(EXPECTED, counts(file_of(report, "decisions")))
      local _, _, book = import { decisions = { FIRST, SECOND } }
      assert.equal(book:json(), r:json())
    end)

    it("changes nothing the second time", function()
      local r = register()
      local files = prepared { decisions = HEAD .. "20 001 225,Kent,,2020-06-01,Upheld,Housing,2020-01-31,yes,2020-08-01,Satisfied,2020-09-01\n",
        population = "code,year,population\nE10000016,2020,1589100\n", recipients = "code,name\nE10000016,A. Person\n",
        compliance = "reference,authority,compliance_outcome,compliance_date\n19 000 001,Kent,Satisfied,2020-09-01\n",
        published = "authority,year,upheld\nKent,2020,4\n" }
      assert(r:import(files))
      local before = r:json()
      local report = assert(r:import(files))
      for _, file in ipairs(report.files) do assert.equal(file.read, file.unchanged, file.kind) end
      assert.equal(before, r:json())
    end)

    it("finds repeats within a later file, not across files", function()
      local again = SECOND .. "20 001 226,Kent,2020-06-01,Not upheld,Housing\n20 001 225,Kent,2020-07-01,Upheld,Other\n"
      local report = import { decisions = { FIRST, again } }
      assert.same({ "decisions-2:6:repeated-row:reference", "decisions-2:7:duplicate-key:reference" }, listed(report))
    end)
  end)

  ------------------------------------------------------------------------------

  describe("as a whole", function()
    local GOOD = "20 001 225,Kent,2020-06-01,Upheld\n"
    local BAD = '20 001 226,"Nowhere, ""that is""\n",2020-06-01,Upheld\n'

    it("writes nothing when a file cannot be used, and reads the others all the same", function()
      local r = register()
      local _, err = r:import(prepared { decisions = SHORT .. GOOD .. "20 001 226,Ke\0nt,2020-06-01,Upheld\n", published = "authority,year\nKent,1\n" })
      local report = sound(err.report)
      assert.same({ "decisions:3:nul-byte", "published:2:bad-year:year" }, listed(report))
      assert.is_false(report.written)
      assert.equal("nul-byte", err.code)
      assert.equal(0, assert(r:counts()).authorities)
      local file = file_of(report, "decisions")
      assert.same({ 1, 1, 0 }, { file.read, file.accepted, file.rejected })
    end)

    it("does not read what rests on a file that cannot be used", function()
      local _, err = register():import(prepared { authorities = "code,name\nA1,Kent\n", decisions = SHORT .. GOOD })
      assert.same({ "authorities:1:missing-column:type", "decisions:-:not-read" }, listed(sound(err.report)))
      _, err = register():import(prepared { decisions = SHORT .. '"', compliance = "reference,compliance_outcome\n20 001 225,Satisfied\n" })
      assert.same({ "decisions:2:unclosed-quote", "compliance:-:not-read" }, listed(sound(err.report)))
    end)

    it("with strict writes nothing when a row is bad", function()
      local r = register()
      local _, err = r:import(prepared({ decisions = SHORT .. GOOD .. BAD }, { strict = true }))
      assert.equal("strict", err.code)
      assert.is_false(err.report.written)
      assert.equal(0, r:counts().authorities)
      assert(r:import(prepared({ decisions = SHORT .. GOOD }, { strict = true })))
      assert.equal(1, r:counts().decisions)
    end)

    it("as a dry run says the same and writes nothing", function()
      local r = register()
      local dry = assert(r:import(prepared({ decisions = SHORT .. GOOD .. BAD }, { dry_run = true })))
      assert.is_false(dry.written)
      assert.equal(0, r:counts().authorities)
      local wet = assert(r:import(prepared { decisions = SHORT .. GOOD .. BAD }))
      assert.same(listed(wet), listed(dry))
      assert.equal(tostring(wet), tostring(dry))
    end)

    it("gives rejected rows back as they were, to be mended and imported again", function()
      local rejects = folder .. "/rejects.csv"
      local r = register()
      local files = prepared({ decisions = { SHORT .. GOOD .. BAD .. "x,Kent,?,Upheld\r\n", SHORT .. "y,Kent,2020-06-01,Upheld\n" },
        population = "code,year,population\nE1,2020,1\n" }, { rejects = rejects })
      assert(r:import(files))
      assert.equal("code,year,population,upheld_line,upheld_code,upheld_reason\nE1,2020,1,2,unknown-authority,no authority has the code E1\n", helper.read(rejects))
      local text = helper.read(folder .. "/rejects-decisions.csv")
      assert.equal("reference,authority,decided_date,outcome,upheld_line,upheld_code,upheld_reason\n"
        .. BAD:gsub("\n$", "") .. ',3,unknown-authority,"no authority is known as ""Nowhere, ""that is"""""\n'
        .. 'x,Kent,?,Upheld,5,bad-reference; bad-date,"""x"" is not a reference of the form 99 999 999[a] (9 a digit, [a] a letter or nothing); ? is not a date"\n',
        (text:gsub('""that is"" """', '""that is"""""')))
      assert.truthy(helper.read(folder .. "/rejects-decisions-2.csv"):find("\ny,Kent,2020-06-01,Upheld,2,bad-reference,", 1, true))
      -- mended in part: the columns of the first round are no extra columns, and do not come twice
      local mended = text:gsub("x,Kent,%?", "20 001 229,Kent,2020-06-01")
      local report = assert(r:import(prepared({ authorities = {}, decisions = mended }, { rejects = rejects })))
      assert.same({ "decisions:2:unknown-authority:authority" }, listed(report))
      assert.equal(1, file_of(report, "decisions").accepted)
      local lines = helper.lines(helper.read(rejects))
      assert.equal("reference,authority,decided_date,outcome,upheld_line,upheld_code,upheld_reason", lines[1])
      assert.truthy(lines[3]:find('^",2020%-06%-01,Upheld,2,unknown%-authority,'), lines[3])
    end)

    it("writes nothing when the rejected rows cannot be kept, and no file without them", function()
      local r = register()
      local _, err = r:import(prepared({ decisions = SHORT .. GOOD .. BAD }, { rejects = folder .. "/none/rejects.csv" }))
      assert.truthy(tostring(err):find("the rejected rows cannot be written to " .. folder .. "/none/rejects.csv", 1, true), tostring(err))
      assert.equal(0, r:counts().authorities)
      assert(r:import(prepared({ decisions = SHORT .. GOOD }, { rejects = folder .. "/rejects.csv" })))
      assert.is_false(helper.exists(folder .. "/rejects.csv"))
    end)

    it("stops when the progress function says so, and writes nothing", function()
      local r, calls = register(), 0
      local rows = { SHORT }
      for i = 1, 60000 do rows[i + 1] = ("20 %03d %03d,Kent County Council,2020-06-01,Upheld\n"):format(i // 1000, i % 1000) end
      local files = prepared({ decisions = table.concat(rows) }, { progress = function(bytes, total)
        calls = calls + 1
        assert.is_true(bytes <= total)
        return total < 1000 or bytes < 2000000
      end })
      local report, err = r:import(files)
      assert.is_nil(report)
      assert.equal("interrupted", err.code)
      assert.is_true(calls >= 2)
      assert.equal(0, r:counts().authorities)
    end)

    it("of samples leaves complete rows and figures alone", function()
      local r = register()
      assert(r:import(prepared { decisions = SHORT .. GOOD }))
      local before = r:json()
      local report = assert(r:import(prepared({ authorities = {}, decisions = SHORT .. GOOD:gsub("Upheld", "Not upheld") .. "20 001 230,Kent,2020-06-01,Upheld\n" }, { sample = true })))
      assert.same({ "decisions:2:sample-differs:reference" }, listed(report))
      assert.equal(before, r:json())
      assert.equal(1, r:counts().samples)
    end)

    -- what comes again and undoes something without saying so: first rows, withdrawn?, later rows, faults, the fault's text
    local UNDONE = {
      { "a decided case that arrives open", ",2020-06-01,Upheld,\n", false, ",,,\n",
        { "decisions:2:open-again:decided_date" }, "20 001 225 was decided, and arrives open: it counts as decided no more" },
      { "a withdrawn decision that comes again", ",2020-06-01,Upheld,\n", true, ",2020-06-01,Upheld,\n",
        { "decisions:2:withdrawn-decision:reference" }, "20 001 225 of Kent County Council is withdrawn: it stays so and counts in no figure" },
      { "a withdrawn decision that comes corrected", ",2020-06-01,Upheld,\n", true, ",2020-06-01,Not upheld,\n",
        { "decisions:2:withdrawn-decision:reference" } },
      { "an outcome that silences a compliance outcome", ",2020-06-01,Upheld,Satisfied\n", false, ",2020-06-01,Not upheld,\n",
        { "decisions:2:compliance-silenced:outcome" },
        'has a compliance outcome, which with the outcome "Not upheld" counts no more' },
      { "an outcome that has none to silence", ",2020-06-01,Upheld,\n", false, ",2020-06-01,Not upheld,\n", {} },
      { "an open case that is decided", ",,,\n", false, ",2020-06-01,Upheld,\n", {} },
      { "an open case that stays open", ",,,\n", false, ",,,\n", {} },
    }
    local COMPLIANCE_HEAD = "reference,authority,received_date,decided_date,outcome,compliance_outcome,compliance_date\n"
    local function row_of(text)
      return COMPLIANCE_HEAD .. "20 001 225,Kent,2020-05-01" .. text:gsub("\n", (text:find "Satisfied" and ",2020-09-01" or ",") .. "\n")
    end
    for _, case in ipairs(UNDONE) do
      local name, first, withdrawn, second, faults, text = table.unpack(case, 1, 6)
      it("warns of " .. name, function()
        local r = register()
        assert(r:import(prepared { decisions = row_of(first) }))
        if withdrawn then assert(r:withdraw { reference = "20 001 225", authority = "Kent", reason = "a test" }) end
        local report = assert(r:import(prepared { authorities = {}, decisions = row_of(second) }))
        assert.same(faults, listed(report))
        local fault = report:faults()()
        if text then assert.truthy(tostring(fault):find(text, 1, true), tostring(fault)) end
        if fault then assert.same({ "warning", true }, { fault.severity, fault.hint ~= nil and fault.hint ~= "" }) end
        if not withdrawn then -- a one-off says the same of its second file
          local _, one = assert(upheld.read(prepared { decisions = { row_of(first), row_of(second) } }))
          local expected = {}
          for i, each in ipairs(faults) do expected[i] = each:gsub("^decisions", "decisions-2") end
          assert.same(expected, listed(one))
        end
      end)
    end

    it("warns of a compliance outcome of a withdrawn decision, and counts it nowhere", function()
      local r = register()
      assert(r:import(prepared { decisions = row_of ",2020-06-01,Upheld,\n" }))
      assert(r:withdraw { reference = "20 001 225", authority = "Kent", reason = "a test" })
      local report = assert(r:import(prepared { authorities = {},
        compliance = "reference,authority,compliance_outcome,compliance_date\n20 001 225,Kent,Satisfied,2020-09-01\n" }))
      assert.same({ "compliance:2:withdrawn-decision:reference" }, listed(report))
      assert.truthy(tostring(report:faults()()):find("is withdrawn: its compliance outcome counts in no figure", 1, true))
      assert.is_nil((r:year(2021))) -- nothing of that year counts
    end)

    it("says all of it in JSON", function()
      local json = helper.json()
      if not json then return pending "needs lua-dkjson" end
      local report = import { decisions = SHORT .. GOOD .. BAD .. "20 001 227,Ke\255nt,2020-06-01,Upheld\n" }
      local text, _, err = json.decode(report.json, 1, json.null)
      assert(text, err)
      assert.is_true(text.written)
      local file = text.files[2]
      assert.same({ folder .. "/decisions.csv", "decisions", 3, 1, 2, 0, 0, 0 },
        { file.file, file.kind, file.read, file.accepted, file.rejected, file.unchanged, file.completed, file.corrected })
      assert.same({ code = "unknown-authority", severity = "error", line = 3, column = "authority", value = 'Nowhere, "that is"',
        message = 'no authority is known as "Nowhere, "that is""', hint = json.null }, file.faults[1])
      assert.equal("invalid-utf8", file.faults[2].code)
      assert.equal(json.null, file.faults[2].value)
    end)

    it("takes the real decisions of the public site through a map, and loses none", function()
      local data = "examples/data/"
      if not helper.exists(data .. "decisions_public.csv") then return pending "needs examples/data" end
      local r = register()
      local report = assert(r:import { authorities = data .. "authorities.csv", published = data .. "published.csv",
        decisions = data .. "decisions_public.csv", sample = true, columns = { outcome = "decision", decided_date = "decision_date", service_area = "category" } })
      local file = file_of(report, "decisions")
      assert.same({ 846, 786, 60 }, { file.read, file.accepted, file.rejected })
      local by_code = {}
      for fault in report:faults() do by_code[fault.code] = (by_code[fault.code] or 0) + 1 end
      assert.same({ ["unknown-authority"] = 57, ["missing-value"] = 3, ["open-without-received"] = 13, ["authority-ended"] = 1, ["extra-columns"] = 1 }, by_code)
      assert.equal(115, file_of(report, "published").accepted)
    end)
  end)

  -- Random rows through both targets: the same counts, faults and figures, whatever they are, and however they are cut into files.
  it("keeps its promises over random rows", function()
    local state = 7
    local function random(n)
      state = (state * 6364136223846793005 + 1442695040888963407) & 0x7fffffffffffffff
      return (state >> 33) % n + 1
    end
    local function pick(list) return list[random(#list)] end
    for _ = 1, 40 do
      local files = {}
      for f = 1, random(3) do
        local rows = { HEAD }
        for i = 1, random(30) do
          rows[i + 1] = table.concat({ ("20 000 %03d"):format(random(12)), pick { "Kent", "Bradford", "Dorset", "" }, pick { "", "", "E10000016" },
            pick { "2020-06-01", "2021-03-31", "", "soon" }, pick { "Upheld", "Not upheld", "Advice given", "", "Upheld: no further action, organisation already remedied" }
              :gsub("^.*,.*$", '"%0"'), pick { "Housing", "", "Other" }, pick { "2020-01-31", "", "2020-12-31" }, pick { "", "yes", "no" },
            pick { "", "2020-08-01" }, pick { "", "", "Satisfied", "Not complete" }, pick { "", "2020-09-01", "2021-04-01" } }, ",") .. "\n"
        end
        files[f] = table.concat(rows)
      end
      local compliance = { "reference,authority,compliance_outcome,compliance_due_date,compliance_date\n" }
      for i = 1, random(10) do
        compliance[i + 1] = ("20 000 %03d,%s,%s,%s,%s\n"):format(random(14), pick { "Kent", "Bradford", "" }, pick { "Satisfied", "Not complete", "" },
          pick { "", "2020-08-01" }, pick { "", "2020-10-01" })
      end
      -- import compares everything that must be the same
      local report = import { decisions = files, compliance = table.concat(compliance) }
      assert.is_true(report.written)
    end
  end)
end)
