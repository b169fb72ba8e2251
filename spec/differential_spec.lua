-- Figures against an independent count: SQLite's own GROUP BY over the same CSV, read by the sqlite3 shell. Nothing of ours
-- takes part in the count: not the reader, not the codes, not the clocks.
local helper = require "helper"
local upheld = require "upheld"

-- Under valgrind (UPHELD_SLOW) fewer.
local ROWS = os.getenv "UPHELD_SLOW" and 20000 or 1000000

local SQL = [[
.mode csv
.import %s d
.headers off
.mode list
.separator |
create view y as select authority_code code,
  cast(substr(received_date, 1, 4) as int) + (substr(received_date, 6, 2) >= '04') ry,
  case when decided_date <> '' then cast(substr(decided_date, 1, 4) as int) + (substr(decided_date, 6, 2) >= '04') end dy,
  case when compliance_outcome <> '' then
    cast(substr(compliance_date, 1, 4) as int) + (substr(compliance_date, 6, 2) >= '04') end cy,
  service_area, outcome, remedied_before, compliance_outcome from d;
select 'received', ry, code, service_area, count(*) from y group by ry, code, service_area;
select 'outcome', dy, code, outcome, count(*) from y where dy is not null group by dy, code, outcome;
select 'remedied', dy, code, '', count(*) from y where remedied_before = 'yes' group by dy, code;
select 'compliance', cy, code, compliance_outcome, count(*) from y where cy is not null group by cy, code, compliance_outcome;
]]

describe("figures against GROUP BY of the sqlite3 shell", function()
  local folder, counts, years

  setup(function()
    folder = helper.folder()
    assert(os.execute(("%s %d 2014 10 %s/a.csv %s/d.csv %s/p.csv"):format(helper.generator, ROWS, folder, folder, folder)))
    helper.write(folder .. "/count.sql", SQL:format(folder .. "/d.csv"))
    local text, _, status = helper.run("sqlite3 :memory: -init /dev/null", ".read " .. folder .. "/count.sql")
    assert.equal(0, status)
    counts, years = {}, {}
    for what, year, code, label, n in text:gmatch "(%w+)|(%d+)|(%w+)|([^|\n]*)|(%d+)" do
      counts[table.concat({ what, year, code, label }, "|")] = math.tointeger(tonumber(n))
      years[math.tointeger(tonumber(year))] = true
    end
  end)

  teardown(helper.cleanup)

  local function count(what, year, code, label)
    return counts[table.concat({ what, year, code, label or "" }, "|")] or 0
  end

  -- Every count of SQLite's is ours, and every count of ours is SQLite's; then the figures. Gives how many were compared.
  local function compare(book)
    local compared, ours = 0, {}
    local function same(a, b, ...)
      compared = compared + 1
      if a ~= b then error(("%s: ours %s, SQLite's %s"):format(table.concat({ ... }, " "), tostring(a), tostring(b))) end
    end
    local sorted = {}
    for year in pairs(years) do sorted[#sorted + 1] = year end
    table.sort(sorted)
    assert.same(sorted, book:years())
    for _, number in ipairs(sorted) do
      local year = assert(book:year(number))
      for a in year:authorities() do
        for what, labels in pairs { outcome = a.outcomes or {}, received = a.received or {} } do
          for label, n in pairs(labels) do
            if n > 0 then ours[table.concat({ what, number, a.code, label }, "|")] = n end
          end
        end
        local up, no = count("outcome", number, a.code, "Upheld"), count("outcome", number, a.code, "Not upheld")
        local done = count("compliance", number, a.code, "Remedy complete and satisfied")
        local late = count("compliance", number, a.code, "Remedy completed late")
        local not_done = count("compliance", number, a.code, "Remedy not complete")
        local expected = { upheld = { up, up + no }, compliance = { done + late, done + late + not_done },
          satisfactory_remedy = { count("remedied", number, a.code), up } }
        for name, pair in pairs(expected) do
          local f = a:figure(name)
          if f.basis then
            same(f.numerator, pair[1], number, a.code, name, "numerator")
            same(f.denominator, pair[2], number, a.code, name, "denominator")
            same(f.percent, pair[2] > 0 and (200 * pair[1] + pair[2]) // (2 * pair[2]) or nil, number, a.code, name)
          else
            same(0, pair[1] + pair[2], number, a.code, name, "not recorded")
          end
        end
        if a.compliance.basis then same(a.compliance.late, late, number, a.code, "late") end
      end
    end
    for key, n in pairs(counts) do
      if key:find "^outcome" or key:find "^received" then same(ours[key], n, key) end
    end
    for key, n in pairs(ours) do same(n, counts[key], key) end
    return compared
  end

  -- Peer averages from SQLite's counts, by type.
  local function compare_peers(book)
    local number = 2020
    local year, sums = assert(book:year(number)), {}
    for a in year:authorities() do
      local s = sums[a.type] or { x = 0, n = 0, k = 0, without = 0, of = 0 }
      sums[a.type] = s
      local up = count("outcome", number, a.code, "Upheld")
      local n = up + count("outcome", number, a.code, "Not upheld")
      s.x, s.n, s.of = s.x + up, s.n + n, s.of + 1
      if n > 0 then s.k = s.k + 1 else s.without = s.without + 1 end
    end
    for a in year:authorities() do
      local p, s = a.upheld:peers(), sums[a.type]
      if a.peer_type then
        assert.same({ s.x, s.n, s.k, s.without, 0, s.of }, { p.numerator, p.denominator, p.authorities, p.without_rate, p.unknown, p.of })
        local without = a.upheld:peers { include_self = false }
        assert.equal(s.x - a.upheld.numerator, without.numerator)
        assert.equal(s.n - a.upheld.denominator, without.denominator)
      else
        assert.is_nil(p)
      end
    end
  end

  it("agree for a one-off, figure for figure", function()
    local book, report = upheld.read { authorities = folder .. "/a.csv", decisions = folder .. "/d.csv" }
    assert(book, tostring(report))
    assert.equal(0, report.errors + report.warnings)
    assert.equal(ROWS, report.files[2].accepted)
    assert.is_true(compare(book) > 30000)
    compare_peers(book)
    local by_threads = assert(upheld.read { authorities = folder .. "/a.csv", decisions = folder .. "/d.csv", threads = 3 })
    assert.equal(book:csv(), by_threads:csv())
  end)

  it("agree for a register, figure for figure, and after importing a part again", function()
    local register = assert(upheld.open(folder .. "/r.db"))
    assert(register:import { authorities = folder .. "/a.csv", decisions = folder .. "/d.csv" })
    assert.is_true(compare(register) > 30000)
    compare_peers(register)
    assert(os.execute(("head -n 20001 %s/d.csv > %s/part.csv"):format(folder, folder)))
    local again = assert(register:import { decisions = folder .. "/part.csv" })
    assert.equal(ROWS < 20000 and ROWS or 20000, again.files[1].unchanged)
    assert.is_true(compare(register) > 30000)
    register:close()
  end)
end)
