-- The two further schemes, from files to letters, against SQLite's own GROUP BY over the same invented data: nothing is wired to one
-- ombudsman. And the threshold of five determinations, at four and at five.
local helper = require "helper"
local upheld = require "upheld"

-- Park and Miller's generator: the same numbers on every machine.
local function random(seed)
  local state = seed
  return function(n)
    state = state * 48271 % 2147483647
    return state % n + 1
  end
end

local function pick(draw, list) return list[draw(#list)] end

local function day(draw, year) -- in the reporting year or some months before it
  return ("%d-%02d-%02d"):format(year - 1, draw(12), draw(28))
end

local function decided_after(draw, received) -- up to a year and some days later
  local y, m, d = received:match "(%d+)-(%d+)-(%d+)"
  y, m = tonumber(y), tonumber(m) + draw(14) - 1
  return ("%d-%02d-%02d"):format(y + (m - 1) // 12, (m - 1) % 12 + 1, d)
end

local VIEW = [[
.mode csv
.import %s d
.headers off
.mode list
.separator |
create view y as select authority_code code, substr(reference, 1, 9) casework,
  cast(substr(received_date, 1, 4) as int) + (substr(received_date, 6, 2) >= '04') ry,
  case when decided_date <> '' then cast(substr(decided_date, 1, 4) as int) + (substr(decided_date, 6, 2) >= '04') end dy,
  service_area, outcome %s from d;
select 'received', ry, code, service_area, count(*) from y group by ry, code, service_area;
select 'outcome', dy, code, outcome, count(*) from y where dy is not null group by dy, code, outcome;
]]

-- What the sqlite3 shell counts, as count(what, year, code, label).
local function counts_of(folder, more_columns, more_sql)
  helper.write(folder .. "/count.sql", VIEW:format(folder .. "/d.csv", more_columns) .. more_sql)
  local text, err, status = helper.run("sqlite3 :memory: -init /dev/null", ".read " .. folder .. "/count.sql")
  assert(status == 0, err)
  local counts = {}
  for what, year, code, label, n in text:gmatch "(%w+)|(%d+)|(%w+)|([^|\n]*)|(%d+)" do
    counts[table.concat({ what, year, code, label }, "|")] = math.tointeger(tonumber(n))
  end
  return function(what, year, code, labels)
    local sum = 0
    for _, label in ipairs(type(labels) == "table" and labels or { labels or "" }) do
      sum = sum + (counts[table.concat({ what, year, code, label }, "|")] or 0)
    end
    return sum
  end
end

-- The printed rate of x/n by integers: whole per cents, or text with decimals.
local function per_cent(x, n) return n > 0 and (200 * x + n) // (2 * n) or nil end
local function two_decimals(x, n, per)
  local hundredths = (200 * per * x + n) // (2 * n)
  return ("%d.%02d"):format(hundredths // 100, hundredths % 100)
end

-- Each figure of every authority and year against { numerator, denominator } of expected(year, authority), and its pooled peers.
local function compare(book, names, expected)
  local compared = 0
  for _, number in ipairs(assert(book:years())) do
    local year, sums = assert(book:year(number)), {}
    for a in year:authorities() do
      for _, name in ipairs(names) do
        local f, want = a:figure(name), expected(number, a, name)
        if want then
          local at = ("%d %s %s"):format(number, a.code, name)
          assert.same({ want[1], want[2] }, { f.numerator, f.denominator }, at)
          if want.withheld then assert.same({ nil, "too-few" }, { f.percent, f.reason }, at)
          else assert.equal(want.value or per_cent(want[1], want[2]), f.value or f.percent, at) end
          local key = name .. "|" .. a.peer_type
          local s = sums[key] or { 0, 0, 0 }
          sums[key] = s
          if want[2] > 0 then s[1], s[2], s[3] = s[1] + want[1], s[2] + want[2], s[3] + 1 end
          compared = compared + 1
        end
      end
    end
    for a in year:authorities() do
      for _, name in ipairs(names) do
        local s = sums[name .. "|" .. a.peer_type]
        if s and s[3] > 0 then
          local p = a:figure(name):peers()
          assert.same(s, { p.numerator, p.denominator, p.authorities })
          if p.percent then assert.equal(per_cent(s[1], s[2]), p.percent) end
          assert.equal(a.peer_type, p.group_name)
        end
      end
    end
  end
  return compared
end

local function register_of(folder, scheme, files)
  local register = assert(upheld.open(folder .. "/r.db", { scheme = scheme }))
  local report = assert(register:import(files))
  assert.equal(0, report.errors, tostring(report:faults()()))
  return register
end

describe("the scheme housing", function()
  local SEVERE, BAD, SERVICE = "Severe maladministration", "Maladministration", "Service failure"
  local FAILINGS = { SEVERE, BAD, SERVICE }
  local CONSIDERED = { SEVERE, BAD, SERVICE, "Mediation", "Reasonable redress", "No maladministration" }
  local OUTCOMES = { SEVERE, BAD, BAD, SERVICE, SERVICE, "Mediation", "Reasonable redress", "No maladministration",
    "Outside jurisdiction", "Withdrawn" }
  local AREAS = { "Property condition", "Complaint handling", "Anti-social behaviour", "Staff" }
  local ORDERS = { "Orders complied with", "Orders complied with", "Orders complied with late", "Orders not complied with" }
  local HEAD = "reference,authority_code,received_date,decided_date,outcome,service_area,compliance_outcome,compliance_date\n"
  local BANDS = { "Over 10,000 homes", "1,000 to 10,000 homes", "Under 1,000 homes" }
  local folder, count, files

  -- 14 landlords; large ones have many cases, small ones few; a case has one to three findings
  local function invent(draw)
    local authorities, decisions = { "code,name,type\n" }, { HEAD }
    local serial = 0
    for i = 1, 14 do
      local band = i <= 4 and 1 or i <= 9 and 2 or 3
      authorities[#authorities + 1] = ('L%03d,Invented Homes %d,"%s"\n'):format(i, i, BANDS[band])
      for _ = 1, ({ 90, 30, 8 })[band] + draw(6) do
        serial = serial + 1
        local received = day(draw, pick(draw, { 2023, 2024, 2025 }))
        local decided, findings = decided_after(draw, received), draw(3)
        for k = 1, findings do
          local letter = findings == 1 and draw(2) == 1 and "" or ("abc"):sub(k, k)
          local outcome, orders = pick(draw, OUTCOMES), ","
          if (outcome == SEVERE or outcome == BAD or outcome == SERVICE) and draw(3) > 1 then
            orders = pick(draw, ORDERS) .. "," .. decided_after(draw, decided)
          end
          decisions[#decisions + 1] = ("2023%05d%s,L%03d,%s,%s,%s,%s,%s\n"):format(serial, letter, i, received, decided, outcome,
            pick(draw, AREAS), orders)
        end
      end
    end
    return table.concat(authorities), table.concat(decisions)
  end

  setup(function()
    folder = helper.folder()
    local authorities, decisions = invent(random(20231))
    files = { authorities = helper.write(folder .. "/a.csv", authorities), decisions = helper.write(folder .. "/d.csv", decisions) }
    count = counts_of(folder, [[, compliance_outcome,
      case when compliance_date <> '' then cast(substr(compliance_date, 1, 4) as int) + (substr(compliance_date, 6, 2) >= '04') end cy]],
      [[select 'cases', dy, code, '', count(distinct casework) from y where dy is not null group by dy, code;
        select 'orders', cy, code, compliance_outcome, count(*) from y where cy is not null group by cy, code, compliance_outcome;]])
  end)
  teardown(helper.cleanup)

  local function expected(number, a, name)
    local code = a.code
    if name == "orders" then
      local late, done = count("orders", number, code, ORDERS[3]), count("orders", number, code, ORDERS[1])
      local all = done + late + count("orders", number, code, ORDERS[4])
      if not a.orders.basis then return nil end -- a year before the first compliance outcome
      assert.equal(late, a.orders.late)
      return { done + late, all, withheld = all > 0 and all < 5 }
    end
    if not a.maladministration.basis then return nil end
    local x = count("outcome", number, code, name == "severe" and SEVERE or FAILINGS)
    local n = count("outcome", number, code, CONSIDERED)
    return { x, n, withheld = n > 0 and count("cases", number, code) < 5 }
  end

  it("counts findings, cases and orders as SQLite's GROUP BY does, from files and from a register", function()
    local names = { "maladministration", "severe", "orders" }
    local book, report = upheld.read { scheme = "housing", authorities = files.authorities, decisions = files.decisions }
    assert(book, tostring(report))
    local direct = compare(book, names, expected)
    local register = register_of(folder, "housing", files)
    assert.equal(direct, compare(register, names, expected))
    assert.is_true(direct > 100)
    assert.same({}, register:verify())
    assert.equal(book:json(), register:json())
    assert.equal(book:csv(), register:csv())
    -- received, by category
    for a in register:year(2024):authorities() do
      for _, area in ipairs(AREAS) do assert.equal(count("received", 2024, a.code, area), a.received[area], a.code) end
    end
    register:close()
    -- the register remembers its scheme, and refuses another
    register = assert(upheld.open(folder .. "/r.db"))
    assert.equal("housing", register.scheme.name)
    register:close()
    local other, err = upheld.open(folder .. "/r.db", { scheme = "lgsco" })
    assert.is_nil(other)
    assert.truthy(tostring(err):find("housing", 1, true), tostring(err))
  end)

  -- so many cases, each with two findings, one of them upheld, of landlord L001; ten cases of L002
  local function small(cases)
    local dir = helper.folder()
    local rows = { HEAD }
    for who, n in pairs { L001 = cases, L002 = 10 } do
      for i = 1, n do
        local number = (who == "L001" and 202300000 or 202400000) + i
        rows[#rows + 1] = ("%da,%s,2023-05-01,2023-09-0%d,Maladministration,Staff,,\n"):format(number, who, i % 9 + 1)
        rows[#rows + 1] = ("%db,%s,2023-05-01,2023-09-0%d,No maladministration,Staff,,\n"):format(number, who, i % 9 + 1)
      end
    end
    local register = assert(upheld.open(dir .. "/s.db", { scheme = "housing" }))
    assert(register:import { authorities = helper.write(dir .. "/a.csv",
      'code,name,type\nL001,Few Homes,Large\nL002,Many Homes,"Over 10,000 homes"\n'),
      decisions = helper.write(dir .. "/d.csv", table.concat(rows)) })
    return register, dir
  end

  it("gives a rate from five determinations on: counts stay, and stay in the average of the band", function()
    for _, case in ipairs { { 4, nil, "too-few", nil, "no rate: too-few (4 of 8)" }, { 5, 50, nil, "similar", "50% (5 of 10)" } } do
      local cases, percent, reason, class, text = table.unpack(case, 1, 5)
      local register = small(cases)
      local year = assert(register:year(2024))
      local f = assert(year:authority "L001").maladministration
      assert.same({ cases, 2 * cases, percent, reason, text }, { f.numerator, f.denominator, f.percent, f.reason, tostring(f) })
      assert.same({ class, class == nil and reason or nil }, { f:class() })
      local p = year:authority("L002").maladministration:peers()
      assert.same({ cases + 10, 2 * cases + 20, 2 }, { p.numerator, p.denominator, p.authorities })
      assert.equal(percent ~= nil, (f:interval()) ~= nil)
      assert.equal(cases + 10, year:total("maladministration").numerator)
      register:close()
    end
  end)

  it("takes published counts by the same rules, and checks what is printed beside them", function()
    local dir = helper.folder()
    local register = assert(upheld.open(":memory:", { scheme = "housing" }))
    local report = assert(register:import { authorities = helper.write(dir .. "/a.csv",
      "code,name,type\nL001,Four Homes,Small\nL002,Five Homes,Small\nL003,Some Homes,Small\n"),
      published = helper.write(dir .. "/p.csv", "authority_code,year,determinations,failings,findings,maladministration_rate\n" ..
        "L001,2024,4,4,8,50\nL002,2024,5,5,10,50\nL003,2024,,3,10,31\n") })
    assert.equal(0, report.errors, tostring(report:faults()()))
    local year = assert(register:year(2024))
    local said = {}
    for a in year:authorities() do said[#said + 1] = tostring(a.maladministration) end
    -- L003's determinations are not known: no rate either
    assert.same({ "no rate: too-few (4 of 8)", "50% (5 of 10)", "no rate: too-few (3 of 10)" }, said)
    assert.equal("43% (3 of 3 authorities)", tostring(year:authority("L002").maladministration:peers()))
    local result = assert(require("upheld.check").run(register))
    assert.same({ 2, 1 }, { result.agree, result.disagree }, tostring(result)) -- 3 of 10 is not 31%
    register:close()
  end)

  it("writes letters, and says in text what has no rate", function()
    local register, dir = small(4)
    local wording = helper.write(dir .. "/w.lua", [==[
return {
  name = "landlord", title = "Landlord report: {{ council.name }}",
  body = [[
# {{ council.name }}

{% local f = council.maladministration %}
{% if f.reason == "too-few" then %}
You had fewer than {{ literal "five" }} determinations, so this report gives no rate.
{% else %}
Failings were found in {{ rate(f) }} of {{ counted(f.denominator, f.case_noun) }}. The average of {{ council.type }} is
{{ peer_rate(f:peers()) }}.
{% end %}
]],
}
]==])
    local letters = assert(register:year(2024):letters { wording = wording, date = "2024-11-01" })
    assert.truthy(letters[1].text:find("fewer than five determinations", 1, true), letters[1].text)
    assert.truthy(letters[2].text:gsub("%s+", " "):find("50% of 20 findings. The average of Over 10,000 homes is 50%.", 1, true),
      letters[2].text)
    local out = helper.upheld("figures", dir .. "/s.db", "--year", "2024")
    assert.truthy(out:find("maladministration +no rate: too few cases for a rate %(4 of 8%)"), out)
    local why = helper.upheld("why", dir .. "/s.db", "--year", "2024", "--authority", "L002", "--figure", "severe")
    assert.truthy(why:find("0% (0 of 20)", 1, true), why)
    assert.truthy(why:find("202400001a", 1, true), why)
    register:close()
  end)

  it("names the outcomes with which orders may stand", function()
    local dir = helper.folder()
    local register = assert(upheld.open(":memory:", { scheme = "housing" }))
    local report = assert(register:import { authorities = helper.write(dir .. "/a.csv", "code,name,type\nL001,Few Homes,Large\n"),
      decisions = helper.write(dir .. "/d.csv", HEAD .. "202300001,L001,2023-05-01,2023-09-01,Withdrawn,Staff,Complied,2023-10-01\n" ..
        "20230001,L001,2023-05-01,2023-09-01,Withdrawn,Staff,,\n") })
    local texts = {}
    for fault in report:faults() do texts[#texts + 1] = fault.message end
    assert.same({
      'a compliance outcome stands only with the outcome "Severe maladministration", "Maladministration" or "Service failure" ' ..
        "(here: Withdrawn)",
      '"20230001" is not a reference of the form 999999999[a] (9 a digit, [a] a letter or nothing)' }, texts)
  end)
end)

describe("the scheme spso", function()
  local UPHELD, FIT = { "Partly upheld", "Fully upheld" }, { "Not upheld", "Partly upheld", "Fully upheld" }
  local OUTCOMES = { "Not duly made or withdrawn", "Out of jurisdiction", "Premature", "Premature", "Outcome not achievable",
    "Resolved", "Not upheld", "Partly upheld", "Fully upheld" }
  local SECTORS = { { "LA", "Local Authority", 6 }, { "HB", "Health Board", 3 }, { "HA", "Housing Association", 3 },
    { "UC", "University", 2 } }
  local folder, count, files, residents

  local function invent(draw)
    local authorities, population = { "code,name,type\n" }, { "code,year,population\n" }
    local decisions, serial, people = { "reference,authority_code,received_date,decided_date,outcome,service_area\n" }, 0, {}
    for _, sector in ipairs(SECTORS) do
      for i = 1, sector[3] do
        local code = ("%s%02d"):format(sector[1], i)
        authorities[#authorities + 1] = ("%s,Invented %s %d,%s\n"):format(code, sector[2], i, sector[2])
        for year = 2017, 2020 do
          if sector[1] == "LA" or sector[1] == "HB" then
            residents[code .. year] = 20000 + draw(600000)
            if sector[1] == "LA" then people[year] = (people[year] or 0) + residents[code .. year] end
            if code == "HB03" then -- every resident of a council's area is a board's
              residents[code .. year] = people[year] - residents["HB01" .. year] - residents["HB02" .. year]
              assert(residents[code .. year] > 0)
            end
            population[#population + 1] = ("%s,%d,%d\n"):format(code, year, residents[code .. year])
          end
        end
        for _ = 1, 40 + draw(60) do
          serial = serial + 1
          local received = day(draw, pick(draw, { 2018, 2019 }))
          local open = draw(20) == 1
          decisions[#decisions + 1] = ("2018%05d,%s,%s,%s,%s,%s\n"):format(serial, code, received, open and "" or
            decided_after(draw, received), open and "" or pick(draw, OUTCOMES), pick(draw, { "Housing", "Planning", "Hospitals", "Other" }))
        end
      end
    end
    return table.concat(authorities), table.concat(population), table.concat(decisions)
  end

  setup(function()
    folder, residents = helper.folder(), {}
    local authorities, population, decisions = invent(random(1707))
    files = { authorities = helper.write(folder .. "/a.csv", authorities), population = helper.write(folder .. "/p.csv", population),
      decisions = helper.write(folder .. "/d.csv", decisions) }
    count = counts_of(folder, "", "")
  end)
  teardown(helper.cleanup)

  local AREAS = { "Housing", "Planning", "Hospitals", "Other" }

  local function expected(number, a, name)
    if not a:figure(name).numerator then return nil end -- a year without a record on that clock
    if name == "received_per_1000" then
      local n = residents[a.code .. number]
      local x = count("received", number, a.code, AREAS)
      if not n then
        assert.same({ x, nil, nil, "not-recorded" }, { a:figure(name).numerator, a:figure(name).denominator, a:figure(name).value,
          a:figure(name).reason })
        return nil
      end
      return { x, n, value = two_decimals(x, n, 1000) }
    end
    local n = count("outcome", number, a.code, name == "upheld" and FIT or OUTCOMES)
    if name == "premature" then -- "Premature" stands in the list twice
      n = n - count("outcome", number, a.code, "Premature")
      return { count("outcome", number, a.code, "Premature"), n }
    end
    return { count("outcome", number, a.code, UPHELD), n }
  end

  it("counts as SQLite's GROUP BY does, from files and from a register", function()
    local names = { "upheld", "premature", "received_per_1000" }
    local book, report = upheld.read { scheme = "spso", authorities = files.authorities, decisions = files.decisions,
      population = files.population }
    assert(book, tostring(report))
    local direct = compare(book, names, expected)
    local register = register_of(folder, "spso", files)
    assert.equal(direct, compare(register, names, expected))
    assert.is_true(direct > 60)
    assert.same({}, register:verify())
    assert.equal(book:json(), register:json())
    register:close()
  end)

  it("counts every resident once: a health board's live in the councils' areas", function()
    local register = register_of(folder, "spso", files)
    local year, sum, received = assert(register:year(2018)), 0, 0
    for a in year:authorities() do
      received = received + count("received", 2018, a.code, AREAS)
      if a.peer_type == "Local Authority" then sum = sum + residents[a.code .. 2018] end
    end
    local total = year:total "received_per_1000"
    assert.same({ received, sum, two_decimals(received, sum, 1000) }, { total.numerator, total.denominator, total.value })
    assert.equal("University or College", year:authority("UC01").peer_type)
    register:close()
  end)

  it("writes letters, JSON, CSV and why", function()
    local register = register_of(folder, "spso", files)
    local year = assert(register:year(2019))
    local a = assert(year:authority "LA01")
    local wording = helper.write(folder .. "/w.lua", [==[
return {
  name = "sector", title = "{{ council.name }}",
  body = [[
# {{ council.name }}

We upheld {{ rate(council.upheld) }} of {{ counted(council.upheld.denominator, council.upheld.case_noun) }}
(sector: {{ peer_rate(council.upheld:peers()) }}); {{ rate(council.premature) }} came too early; we received
{{ rate(council.received_per_1000) }} complaints per {{ literal "1,000" }} residents.
]],
}
]==])
    local letters = assert(year:letters { wording = wording, date = "2019-09-01", authority = "LA01" })
    local text = letters[1].text:gsub("%s+", " ")
    assert.truthy(text:find(("We upheld %d%% of %d investigated cases (sector: %d%%); %d%% came too early; we received %s "
      .. "complaints per 1,000 residents."):format(a.upheld.percent, a.upheld.denominator, a.upheld:peers().percent,
      a.premature.percent, a.received_per_1000.value), 1, true), text)
    local json = assert(register:json { year = 2019, authority = "LA01" })
    assert.truthy(json:find(('"received_per_1000":{"numerator":%d,"denominator":%d,"percent":null,"value":"%s"'):format(
      a.received_per_1000.numerator, a.received_per_1000.denominator, a.received_per_1000.value), 1, true), json)
    local csv = assert(register:csv { year = 2019, authority = "LA01" })
    assert.truthy(csv:find("2019,LA01,Invented Local Authority 1,Local Authority,premature," .. a.premature.numerator, 1, true), csv)
    local why = a.received_per_1000:why()
    assert.truthy(why:find("Clock: date received", 1, true), why)
    local out, err, status = helper.upheld("figures", folder .. "/r.db", "--year", "2019", "--type", "College")
    assert.equal(0, status, err)
    assert.truthy(out:find("Invented University 2", 1, true), out)
    register:close()
  end)
end)

describe("schemes", function()
  it("are named where there is none of a name", function()
    local scheme, err = upheld.scheme "ombudsman"
    assert.is_nil(scheme)
    assert.equal('there is no scheme "ombudsman" (unknown-scheme); known: housing, lgsco, spso; or give the path of a Lua file that ' ..
      'ends in ".lua"', tostring(err))
  end)

  it("are in no other source: no label of theirs stands in the core, the binding or the rest of the Lua code", function()
    local text = {}
    local pipe = assert(io.popen "ls csrc/core/*.[ch] csrc/bind/*.[ch] lua/upheld/*.lua lua/upheld/*/*.lua | grep -v /scheme/")
    for path in pipe:lines() do
      -- comments and help texts give examples
      text[#text + 1] = helper.read(path):gsub("/%*.-%*/", ""):gsub("%-%-[^\n]*", "")
    end
    pipe:close()
    local code = table.concat(text)
    local checked = 0
    for _, name in ipairs { "lgsco", "housing", "spso" } do
      local source = require("upheld.scheme." .. name)
      local function absent(word)
        assert.is_nil(code:find('"' .. word .. '"', 1, true), name .. ": " .. word)
        checked = checked + 1
      end
      for _, list in ipairs { source.outcomes, source.service_areas, source.compliance_outcomes or {}, source.types } do
        for _, entry in ipairs(list) do absent(entry[1]) end
      end
      for _, indicator in ipairs(source.indicators) do
        absent(indicator.none)
        absent(indicator.label)
      end
    end
    assert.is_true(checked > 80)
  end)
end)
