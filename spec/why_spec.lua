-- What why() tells: the records behind a figure, their files and lines, their earlier versions, what was withdrawn; as text and JSON.
-- The registers are small and written here; one property goes over invented data against SQLite's own SELECT.
local helper = require "helper"
local upheld = require "upheld"

local HEAD = "reference,authority_code,service_area,received_date,decided_date,outcome,remedied_before,compliance_due_date,"
  .. "compliance_outcome,compliance_date\n"

describe("why", function()
  local folder, register
  before_each(function()
    folder = helper.folder()
    register = assert(upheld.open ":memory:")
  end)
  after_each(function()
    register:close()
    helper.cleanup()
  end)

  local function import(day, files, more)
    local options = { time = "2026-0" .. day .. "-01T00:00:00Z" }
    for kind, text in pairs(files) do options[kind] = helper.write(("%s/%s%d.csv"):format(folder, kind, day), text) end
    for key, value in pairs(more or {}) do options[key] = value end
    local report = assert(register:import(options))
    assert.equal(0, report.errors, tostring(report))
    return report
  end

  -- texts without the folder
  local function short(text)
    return (text:gsub(folder:gsub("%p", "%%%0") .. "/", ""))
  end

  -- The story: an open case that is completed, a corrected outcome and compliance date, a withdrawal, a file that comes again, a
  -- joint case.
  local FIRST = HEAD .. "19 000 001,A1,Housing,2019-04-02,,,,,,\n"
    .. "19 000 002,A1,Housing,2019-04-02,2019-06-01,Upheld,no,2019-07-01,Remedy complete and satisfied,2019-07-02\n"
    .. "19 000 003,A1,Planning,2019-04-02,2019-06-02,Upheld,yes,,,\n"
    .. "19 000 004,A1,Planning,2019-04-03,2019-06-03,Upheld,no,,,\n"
    .. "19 000 005,A1,Housing,2019-04-03,2019-06-04,Not upheld,,,,\n"
    .. "19 000 005,B1,Housing,2019-04-03,2019-06-04,Upheld,no,,,\n"
    .. "19 000 006,B1,Housing,2019-04-03,2019-06-05,Not upheld,,,,\n"
  local SECOND = HEAD .. "19 000 001,A1,Housing,2019-04-02,2019-06-05,Upheld,no,,,\n"
    .. "19 000 004,A1,Planning,2019-04-03,2019-06-03,Not upheld,,,,\n"
    .. "19 000 002,A1,Housing,2019-04-02,2019-06-01,Upheld,no,2019-07-01,Remedy completed late,2019-08-02\n"
  local function story()
    import(1, { authorities = "code,name,type\nA1,Alpha Council,District\nB1,Beta Council,District\nC1,Gamma Council,District\n"
      .. "P1,Park Authority,National Park\n", decisions = FIRST })
    import(2, { decisions = FIRST }) -- changes nothing
    import(3, { decisions = SECOND }, { reason = "July run" })
    assert(register:withdraw { reference = "19 000 003", authority = "A1", reason = "decided in error", time = "2026-04-01T00:00:00Z" })
    return assert(assert(register:year(2020)):authority "A1")
  end

  describe("of a decision", function()
    local function told(reference, authority)
      local h = assert(register:history { reference = reference, authority = authority })
      local lines = {}
      for _, v in ipairs(h) do
        for _, c in ipairs(v.changes) do
          lines[#lines + 1] = short(("%s %s %s:%s was %s:%s %s %s: %s -> %s"):format(v.at:sub(1, 10), v.what, v.file, v.line,
            v.old_file, v.old_line, v.of, c.field, c.old, c.new))
        end
      end
      return lines, h
    end

    it("tells each version: what, when, which line replaced which, old and new", function()
      story()
      local was = "was decisions1.csv:"
      local rows = {
        { "19 000 001", { "2026-03-01 completed decisions3.csv:2 " .. was .. "2 decision decided_date: nil -> 2019-06-05",
          "2026-03-01 completed decisions3.csv:2 " .. was .. "2 decision outcome: nil -> Upheld",
          "2026-03-01 completed decisions3.csv:2 " .. was .. "2 decision remedied_before: nil -> no" } },
        { "19 000 002", {
          "2026-03-01 corrected decisions3.csv:4 " .. was .. "3 compliance compliance_outcome: Remedy complete and satisfied -> "
            .. "Remedy completed late",
          "2026-03-01 corrected decisions3.csv:4 " .. was .. "3 compliance compliance_date: 2019-07-02 -> 2019-08-02" } },
        { "19 000 003", { "2026-04-01 withdrawn nil:nil " .. was .. "4 decision withdrawn: no -> yes" } },
        { "19 000 004", { "2026-03-01 corrected decisions3.csv:3 " .. was .. "5 decision outcome: Upheld -> Not upheld",
          "2026-03-01 corrected decisions3.csv:3 " .. was .. "5 decision remedied_before: no -> nil" } },
        { "19 000 005", {} }, -- the same file again is no version
      }
      for _, row in ipairs(rows) do assert.same(row[2], (told(row[1], "A1")), row[1]) end
      assert.same({}, (told("19-000-005", "Beta"))) -- the other authority of the joint case; another spelling
      local _, h = told("19 000 003", "A1")
      assert.same({ true, true, "decided in error", "A1", "Alpha Council" },
        { h.known, h.withdrawn, h:withdrawal().reason, h.authority_code, h.authority })
      assert.equal("July run", assert(register:history { reference = "19 000 004", authority = "A1" })[1].reason)
    end)

    it("is in order of time, across decision and compliance outcome", function()
      story()
      import(5, { compliance = "reference,authority_code,compliance_outcome,compliance_date\n19 000 002,A1,Remedy not complete,2019-08-03\n" })
      import(6, { decisions = HEAD .. "19 000 002,A1,Planning,2019-04-02,2019-06-01,Upheld,no,,,\n" })
      import(7, { decisions = HEAD .. "19 000 002,A1,Housing,2019-04-02,2019-06-02,Upheld,no,,Remedy completed late,\n" })
      local _, h = told("19 000 002", "A1")
      local order = {}
      for i, v in ipairs(h) do order[i] = v.at:sub(6, 7) .. " " .. v.of .. " " .. #v.changes end
      assert.same({ "03 compliance 2", "05 compliance 2", "06 decision 1", "07 decision 2", "07 compliance 1" }, order)
      assert.same({ "decisions7.csv:2", "decisions7.csv:2" },
        { short(("%s:%d"):format(h.file, h.line)), short(("%s:%d"):format(h.compliance_file, h.compliance_line)) })
      -- each version's new values are the next one's old ones, and the last ones stand
      local now = {}
      for _, v in ipairs(h) do
        for _, c in ipairs(v.changes) do
          if now[c.field] then assert.equal(now[c.field], c.old) end
          now[c.field] = c.new
        end
      end
      for _, each in ipairs(h.standing) do
        if now[each.field] then assert.equal(now[each.field], each.value) end
      end
    end)

    it("is there for a compliance outcome whose decision is not", function()
      import(1, { authorities = "code,name,type\nA1,Alpha Council,District\n",
        compliance = "reference,authority_code,compliance_outcome,compliance_date\n15 000 001,A1,Remedy not complete,2019-08-03\n" })
      import(2, { compliance = "reference,authority_code,compliance_outcome,compliance_date\n15 000 001,A1,Remedy not complete,2019-08-04\n" })
      local h = assert(register:history { reference = "15 000 001", authority = "A1" })
      assert.same({ false, nil, "compliance_date", "2019-08-03", "2019-08-04" },
        { h.known, h.file, h[1].changes[1].field, h[1].changes[1].old, h[1].changes[1].new })
      assert.equal([[
15 000 001, Alpha Council (A1)
Decision: not in the register; its compliance outcome is
Compliance outcome: compliance2.csv:2
What stands:
  compliance_outcome   Remedy not complete
  compliance_date      2019-08-04
  sample               no
Changes: 1
  2026-02-01T00:00:00Z  corrected by compliance2.csv:2 (was compliance1.csv:2): compliance_date 2019-08-03 -> 2019-08-04
]], short(tostring(h)))
      local text = assert(assert(register:year(2020)):authority "A1").compliance:why()
      assert.truthy(short(text):find("\n  15 000 001  decision not in the register  Remedy not complete 2019-08-04  compliance2.csv:2\n", 1,
        true), text)
    end)

    it("is an error, or a misuse, where there is none", function()
      story()
      local rows = {
        { "19 000 006", "A1", "no-such-decision" }, { "99", "A1", "bad-reference" }, { "19 000 001", "Nowhere", "unknown-authority" },
      }
      for _, row in ipairs(rows) do
        local h, err = register:history { reference = row[1], authority = row[2] }
        assert.same({ nil, row[3] }, { h, err.code })
      end
      assert.error_matches(function() register:history { reference = "19 000 001" } end, "history: authority is needed")
      assert.error_matches(function() register:history { reference = "1", authorty = "A1" } end, 'did you mean "authority"')
      local h = assert(register:history { reference = "19 000 001", authority = "A1" })
      assert.error_matches(function() return h.reason end, 'a history has no "reason"')
    end)

    it("is printed by the command, as text and JSON", function()
      register:close()
      register = assert(upheld.open(folder .. "/r.db"))
      story()
      local db = folder .. "/r.db"
      local out, _, status = helper.upheld("why", db, "--reference", "19 000 003", "--authority", "Alpha Council")
      assert.equal(0, status)
      assert.equal([[
19 000 003, Alpha Council (A1)
Decision: decisions1.csv:4
Withdrawn: 2026-04-01T00:00:00Z: decided in error (it counts in no figure)
What stands:
  received_date        2019-04-02
  decided_date         2019-06-02
  outcome              Upheld
  service_area         Planning & Development
  remedied_before      yes
  compliance_stated    yes
  sample               no
  withdrawn            yes
Changes: 1
  2026-04-01T00:00:00Z  withdrawn; reason: decided in error
]], short(out))
      out = helper.upheld("why", db, "--reference", "19 000 004", "--authority", "A1", "--json")
      assert.truthy(short(out):find('"changes":[{"what":"corrected","of":"decision","at":"2026-03-01T00:00:00Z","reason":"July run",'
        .. '"file":"decisions3.csv","line":3,"old_file":"decisions1.csv","old_line":5,"changes":[{"field":"outcome","old":"Upheld",'
        .. '"new":"Not upheld"},{"field":"remedied_before","old":"no","new":null}]}]}', 1, true), out)
      for _, case in ipairs {
        { 1, "no such decision", "--reference", "19 000 006", "--authority", "A1" },
        { 2, "needs --year and --figure, or --reference", "--authority", "A1" },
        { 2, "needs --year and --figure, or --reference", "--authority", "A1", "--year", "2020" },
        { 2, "takes --reference, or --year", "--authority", "A1", "--reference", "19 000 001", "--figure", "upheld" },
      } do
        local _, message, code = helper.upheld("why", db, table.unpack(case, 3))
        assert.equal(case[1], code)
        assert.truthy(message:find(case[2], 1, true), message)
      end
    end)
  end)

  describe("of a figure", function()
    it("tells method, peers by name, references, corrections, withdrawals and sources", function()
      local a = story()
      local EXPECTED = [[
Complaints upheld (upheld), Alpha Council (A1), year ending 2020-03-31
50% (2 of 4)
Definition: Upheld decisions as a share of detailed investigations (upheld and not upheld), by the date decided.
Clock: date decided, 2019-04-01 to 2020-03-31
Boundaries: as they were
Basis: records (counted from complete decision records)
Rounding: 100 x 2 / 4, half up from the integers to a whole number: 50%
Caution: few-cases (the base is 4; a caution below 10)
95% interval (Wilson score), as proportions: 0.150 to 0.850
Peers: 50% (3 of 6), pooled average of the type District, the authority in it
  2 of 3 authorities in it, 1 with nothing in the denominator, 0 not known
  quartiles of the authorities' rates (Hyndman and Fan type 7): 50 and 50
  nothing in the denominator: Gamma Council
Class against the peers without the authority (the milder of the exact binomial tail and Fisher's test): similar; standing: similar (a low rate is good)
Difference from the peers without the authority: 0.0 percentage points, 95% interval (Newcombe), as proportions: -0.536 to 0.536
References behind the numerator: 2
References behind the denominator: 4
  19 000 002  2019-06-01  Upheld  Remedy completed late 2019-08-02 (decisions3.csv:4)  in the numerator  decisions1.csv:3
  19 000 004  2019-06-03  Not upheld  decisions3.csv:3
  19 000 005  2019-06-04  Not upheld  decisions1.csv:6
  19 000 001  2019-06-05  Upheld  in the numerator  decisions3.csv:2
Corrections since: 3
  19 000 002  2026-03-01T00:00:00Z  corrected by decisions3.csv:4 (was decisions1.csv:3): compliance_outcome Remedy complete and satisfied
    | -> Remedy completed late, compliance_date 2019-07-02 -> 2019-08-02; reason: July run
  19 000 004  2026-03-01T00:00:00Z  corrected by decisions3.csv:3 (was decisions1.csv:5): outcome Upheld -> Not upheld, remedied_before no -> not recorded; reason: July run
  19 000 001  2026-03-01T00:00:00Z  completed by decisions3.csv:2 (was decisions1.csv:2): decided_date not recorded -> 2019-06-05, outcome not recorded
    | -> Upheld, remedied_before not recorded -> no; reason: July run
Withdrawn, and so not counted: 1
  19 000 003  2019-06-02  Upheld  remedied before  would be in the numerator  decisions1.csv:4  withdrawn 2026-04-01T00:00:00Z; reason: decided in error
Source of 2 records: decisions1.csv
Source of 2 records: decisions3.csv
]]
      assert.equal((EXPECTED:gsub("\n +|", "")), short(a.upheld:why())) -- a line may go on after a bar
    end)

    it("has the same content as JSON, with keys that never change", function()
      local json = helper.json()
      if not json then return pending "needs lua-dkjson" end
      local a = story()
      local KEYS = { "authority", "basis", "boundaries", "caution", "caution_below", "class", "clock", "corrected_away", "corrections", "definition", "denominator",
        "denominator_references", "difference", "figure", "interval", "label", "late", "numerator", "numerator_references", "peers",
        "percent", "predecessors", "quartiles", "reason", "rounded_to", "rounding", "scheme", "since", "sources", "until", "value", "withdrawn", "withhold_below",
        "year" }
      local null = setmetatable({}, { __name = "null" })
      for _, name in ipairs { "upheld", "compliance", "satisfactory_remedy", "upheld_per_100k" } do
        for _, f in ipairs { a:figure(name), assert(register:year(2020)):total(name),
          assert(assert(register:year(2020)):authority "P1"):figure(name) } do
          local keys = {}
          for key in pairs(assert(json.decode(f:why { format = "json" }, 1, null))) do keys[#keys + 1] = key end
          table.sort(keys)
          assert.same(KEYS, keys)
        end
      end
      local t = json.decode(a.upheld:why { format = "json" })
      assert.same({ "lgsco", 2020, "A1", "upheld", 2, 4, 50, "few-cases", "records" },
        { t.scheme, t.year, t.authority.code, t.figure, t.numerator, t.denominator, t.percent, t.caution, t.basis })
      assert.same({ name = "decided", text = "date decided", from = "2019-04-01", to = "2020-03-31" }, t.clock)
      assert.same({ method = "wilson", level = 0.95, low = 0.150039, high = 0.849961 }, t.interval)
      assert.same({ rule = "half up", per = 100, decimals = 0, printed = "50", rounded_to_bound = false }, t.rounding)
      assert.same({ class = "similar", method = "binomial tail and Fisher's test", standing = "similar", good = "low" }, t.class)
      assert.same({ "A1", "B1" }, t.peers.members["in"])
      assert.same({ "C1" }, t.peers.members.without_rate)
      local figures = json.decode(assert(register:json { year = 2020, authority = "A1" })).authorities[1].figures.upheld
      for key, value in pairs(figures.peers) do assert.same(value, t.peers[key], key) end
      assert.same(figures.interval, { t.interval.low, t.interval.high })
      local references = {}
      for i, d in ipairs(t.denominator_references) do references[i] = d.reference .. " " .. tostring(d.in_numerator) end
      assert.same({ "19 000 002 true", "19 000 004 false", "19 000 005 false", "19 000 001 true" }, references)
      assert.same({ "19 000 002", "19 000 001" }, { t.numerator_references[1].reference, t.numerator_references[2].reference })
      assert.same({ "19 000 002", "compliance", "corrected" }, { t.corrections[1].reference, t.corrections[1].of, t.corrections[1].what })
      assert.same({ { reference = "19 000 003", decided_date = "2019-06-02", outcome = "Upheld", in_numerator = true,
        at = "2026-04-01T00:00:00Z", reason = "decided in error", file = folder .. "/decisions1.csv", line = 4 } }, t.withdrawn)
    end)

    it("names the row behind residents, and behind what was published", function()
      import(1, { authorities = "code,name,type\nA1,Alpha Council,District\nB1,Beta Council,District\n", decisions = FIRST,
        population = "code,year,population\nB1,2020,1000\nA1,2020,40000\n",
        published = "authority_code,year,upheld,investigated,source\nA1,2019,3,7,https://example.org/2019\n" })
      local text = short(assert(assert(register:year(2020)):authority "A1").upheld_per_100k:why())
      for _, line in ipairs { "Residents: population1.csv:3", "References behind the numerator: 3",
        "Rounding: 100000 x 3 / 40000, half up from the integers to one decimal: 7.5", "95% interval (Byar): 1.5 to 21.9",
        "Class against the peers without the authority (the milder of the exact Poisson tail and the conditional test): similar; "
          .. "standing: similar (a low rate is good)", "Difference: none (no-interval)", "Source of 3 records: decisions1.csv" } do
        assert.truthy(text:find("\n" .. line .. "\n", 1, true), line .. "\n" .. text)
      end
      text = short(assert(assert(register:year(2019)):authority "A1").upheld:why())
      for _, line in ipairs { "43% (3 of 7)", "Basis: published (from published counts)",
        "Published: published1.csv:2, source https://example.org/2019", "References behind the denominator: 0",
        "  not known: Beta Council" } do
        assert.truthy(text:find("\n" .. line .. "\n", 1, true), line .. "\n" .. text)
      end
    end)

    it("tells the quartiles of days, thresholds and the years of a definition", function()
      register:close()
      local scheme = assert(require("upheld.schemes").compile "lgsco"):with { indicators = {
        { name = "days", median_days = { outcomes = { "Upheld", "Not upheld" } }, definition = "Days.", since = 2019,
          ["until"] = 2021 },
        { name = "upheld", withhold_below = 5 } } }
      register = assert(upheld.open(":memory:", { scheme = scheme }))
      local a = story()
      local text = short(a.days:why())
      for _, line in ipairs { "Defined: from the year 2019 to the year 2021", "References behind the cases: 4",
        "Quartiles of the days: 61, 62, 63 (Hyndman and Fan type 7: at place 1 + (n - 1) q / 4 of the 4 cases in order, "
          .. "between neighbours in proportion)", "  19 000 004  received 2019-04-03  2019-06-03  Not upheld  decisions3.csv:3" } do
        assert.truthy(text:find("\n" .. line .. "\n", 1, true), line .. "\n" .. text)
      end
      text = short(a.upheld:why())
      assert.truthy(text:find("\nWithheld: yes, too-few (no rate with fewer than 5)\n", 1, true), text)
      assert.falsy(text:find "Rounding")
    end)

    it("names ten of many without data, and counts the rest", function()
      local authorities = "code,name,type\nA1,Alpha Council,District\n"
      for i = 1, 12 do authorities = authorities .. ("N%02d,Number %d Council,District\n"):format(i, i) end
      import(1, { authorities = authorities, decisions = FIRST:gsub("[^\n]*,B1,[^\n]*\n", "") })
      local text = assert(assert(register:year(2020)):authority "A1").upheld:why()
      assert.truthy(text:find("nothing in the denominator: Number 1 Council, .*Number 10 Council, and 2 more\n"), text)
    end)

    it("refuses what it does not know, and works without a register", function()
      local a = story()
      assert.error_matches(function() a.upheld:why { format = "xml" } end, "why: format is")
      assert.error_matches(function() a.upheld:why { formt = "json" } end, 'did you mean "format"')
      local book = assert(upheld.read { authorities = folder .. "/authorities1.csv", decisions = folder .. "/decisions1.csv" })
      local f = assert(assert(book:year(2020)):authority "A1").upheld
      assert.truthy(f:why():find "References: read straight from files")
      assert.truthy(f:why { format = "json" }:find('"denominator_references":null', 1, true))
    end)
  end)

  it("lists what SQLite selects from the view, for every indicator", function()
    local authorities, decisions, population = folder .. "/a.csv", folder .. "/d.csv", folder .. "/p.csv"
    assert(os.execute(("%s 9000 2019 2 %s %s %s"):format(helper.generator, authorities, decisions, population)))
    register:close()
    local db = folder .. "/r.db"
    register = assert(upheld.open(db))
    assert(register:import { authorities = authorities, decisions = decisions, population = population })
    local year = assert(register:year(2020))
    local codes = {}
    for a in year:authorities() do
      if #codes < 12 and (a.upheld.denominator or 0) > 2 then codes[#codes + 1] = a.code end
    end
    -- one of each is withdrawn
    local withdrawn = 0
    for _, code in ipairs(codes) do
      local d = assert(year:authority(code)).upheld:decisions()()
      assert(register:withdraw { reference = d.reference, authority = code, reason = "a test" })
      withdrawn = withdrawn + 1
    end
    year = assert(register:year(2020))
    local DECIDED = "decided_date between '2019-04-01' and '2020-03-31' and outcome "
    local RECORDED = "coalesce(compliance_date, compliance_due_date) between '2019-04-01' and '2020-03-31' and compliance_outcome "
    local WHERE = {
      { "upheld", "denominator", DECIDED .. "in ('Upheld', 'Not upheld')" },
      { "upheld", "numerator", DECIDED .. "= 'Upheld'" },
      { "compliance", "denominator", RECORDED .. "is not null" },
      { "compliance", "numerator", RECORDED .. "<> 'Remedy not complete'" },
      { "satisfactory_remedy", "denominator", DECIDED .. "= 'Upheld'" },
      { "satisfactory_remedy", "numerator", DECIDED .. "= 'Upheld' and remedied_before = 'yes'" },
      { "upheld_per_100k", "numerator", DECIDED .. "= 'Upheld'" },
    }
    local compared = 0
    for _, row in ipairs(WHERE) do
      for _, state in ipairs { 0, 1 } do
        local listed = {}
        local out = helper.run("sqlite3 -batch -init /dev/null -separator '|'", db, ("select authority_code, reference, line from decisions "
          .. "where sample = 0 and withdrawn = %d and %s order by reference"):format(state, row[3]))
        for code, reference, line in out:gmatch "([^|\n]+)|([^|\n]+)|(%d+)" do
          listed[code] = listed[code] or {}
          table.insert(listed[code], reference .. " " .. line)
        end
        for _, code in ipairs(codes) do
          local facts = require("upheld.why.facts").of(assert(year:authority(code)):figure(row[1]))
          local found = {}
          for _, d in ipairs(state == 0 and facts[row[2]] or facts.withdrawn) do
            if state == 0 or row[2] == "denominator" or d.in_numerator or row[1] == "upheld_per_100k" then
              found[#found + 1] = d.reference .. " " .. d.line
            end
          end
          table.sort(found)
          assert.same(listed[code] or {}, found, row[1] .. " " .. row[2] .. " " .. code)
          if state == 0 then assert.equal(#found, facts.figure[row[2]], row[1]) end
          compared = compared + #found
        end
      end
    end
    assert.is_true(compared > 100)
    assert.equal(12, withdrawn)
  end)

  it("tells of decisions that were counted and are no longer", function()
    local scratch = helper.folder()
    local book = assert(upheld.open ":memory:")
    local HEADINGS = "reference,authority_code,received_date,decided_date,outcome,remedied_before,compliance_due_date,compliance_outcome,compliance_date\n"
    local function take(name, rows, reason)
      assert(book:import { decisions = helper.write(scratch .. "/" .. name, HEADINGS .. rows), reason = reason, time = "2026-03-01T00:00:00Z" })
    end
    assert(book:import { authorities = helper.write(scratch .. "/a.csv", "code,name,type\nA1,Alpha Council,District\n") })
    take("one.csv", "19 000 001,A1,2019-04-02,2019-06-01,Upheld,no,2019-09-01,Satisfied,2019-08-01\n"
      .. "19 000 002,A1,2019-04-02,2019-06-02,Upheld,no,,,\n19 000 003,A1,2019-04-02,2019-06-03,Not upheld,,,,\n")
    take("two.csv", "19 000 001,A1,2019-04-02,2019-06-01,Not upheld,,,,\n19 000 002,A1,2019-04-02,2021-06-02,Upheld,no,,,\n", "reviewed")
    local a = assert(book:year(2020):authority "A1")
    local CASES = { -- figure -> references of decisions that it no longer counts, in the text
      { "upheld", { "19 000 002" } }, { "satisfactory_remedy", { "19 000 001", "19 000 002" } }, { "compliance", { "19 000 001" } },
    }
    for _, c in ipairs(CASES) do
      local f = a:figure(c[1])
      local references = {}
      for i, d in ipairs(require("upheld.why.facts").of(f).formerly) do references[i] = d.reference end
      assert.same(c[2], references, c[1])
      local _, list = f:why():match "(\nCorrections of decisions that were counted and are no longer: %d+\n(.-))\nWithdrawn"
      assert.truthy(list and list:find(c[2][1], 1, true) and list:find("reason: reviewed", 1, true), f:why())
      assert.truthy(f:why { format = "json" }:find('"corrected_away":[{"reference":"' .. c[2][1], 1, true))
    end
  end)
end)
