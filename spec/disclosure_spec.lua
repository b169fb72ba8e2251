-- Small counts hidden and rounded: what the option does in each output. Whether it holds is disclosure_attack_spec's.
local helper = require "helper"
local json = require "helper_json"
local upheld = require "upheld"

describe("disclosure", function()
  local register, invented, files
  setup(function()
    -- D1 3 of 4, D2 6 of 12, D3 20 of 40, D4 none; one national park
    local a = "code,name,type,region\nD1,Alpha Council,District,North\nD2,Beta Council,District,North\nD3,Gamma Council,District,South\n" ..
      "D4,Delta Council,District,South\nP1,Park Authority,National Park,South\n"
    local d, serial = { "reference,authority_code,received_date,decided_date,outcome,remedied_before" }, 0
    for _, c in ipairs { { "D1", 3, 1, 9 }, { "D2", 6, 6, 10 }, { "D3", 20, 20, 30 }, { "P1", 7, 8, 9 } } do
      for k, outcome in ipairs { "Upheld", "Not upheld", "Advice given" } do
        for _ = 1, c[1 + k] do
          serial = serial + 1
          d[#d + 1] = ("19 000 %03d,%s,2019-05-01,2019-06-01,%s,%s"):format(serial, c[1], outcome, k == 1 and "no" or "")
        end
      end
    end
    local folder = helper.folder()
    register = assert(upheld.open ":memory:")
    files = { authorities = helper.write(folder .. "/a.csv", a), decisions = helper.write(folder .. "/d.csv", table.concat(d, "\n") .. "\n") }
    assert(register:import(files))
    invented = assert(upheld.open ":memory:")
    assert(invented:import { authorities = "examples/data/invented_authorities.csv", decisions = "examples/data/invented_decisions.csv" })
  end)
  teardown(helper.cleanup)

  it("is off unless asked for", function()
    local year = assert(register:year(2020))
    assert.equal("75% (3 of 4)", tostring(year:authority("D1").upheld))
    assert.is_nil(year.disclosure)
    local tree = json.decode(assert(register:json { year = 2020 }))
    assert.is_nil(tree.disclosure)
    assert.is_nil(tree.authorities[1].figures.upheld.peers.suppressed)
    assert.equal(tostring(register:year(2020, { disclosure = { suppress_below = 0 } }):authority("D1").upheld), "75% (3 of 4)")
  end)

  it("hides a small count, and another that would give it back", function()
    local year = assert(register:year(2020, { disclosure = { suppress_below = 5 } }))
    local d1, d2 = year:authority "D1", year:authority "D2"
    local f = d1.upheld
    assert.same({ nil, nil, nil, "suppressed", nil }, { f.numerator, f.denominator, f.percent, f.reason, f.caution })
    assert.equal("no rate: suppressed", tostring(f))
    assert.equal("[c]", d1.outcomes.Upheld)
    assert.equal("[c]", d1.outcomes["Not upheld"])
    local hidden = 0 -- somebody else's upheld count is hidden too, or the total less the others were D1's
    for _, a in ipairs { d2, year:authority "D3" } do
      if a.outcomes.Upheld == "[c]" then hidden = hidden + 1 end
    end
    assert.equal(1, hidden)
    assert.same({ "36 of 71", "50%" }, { ("%d of %d"):format(year:total("upheld").numerator, year:total("upheld").denominator),
      year:authority("D3").upheld.percent .. "%" })
    assert.same({ nil, "suppressed" }, { f:class() })
    assert.same({ nil, "suppressed" }, { f:difference() })
    assert.equal("suppressed", select(2, f:interval()).code)
    assert.equal("none-investigated", year:authority("D4").upheld.reason) -- none is not small
  end)

  it("keeps the true average of a type, and hides it where it would give a count back", function()
    local year = assert(register:year(2020, { disclosure = { suppress_below = 5 } }))
    local d1 = year:authority("D1").upheld
    local p = d1:peers()
    assert.same({ 29, 56, 52, 1 }, { p.numerator, p.denominator, p.percent, p.without_rate })
    assert.is_true(p.suppressed >= 2)
    assert.equal(4, p.authorities + p.without_rate + p.suppressed)
    assert.same({ nil, nil, "suppressed" }, (function() local q = d1:peers { include_self = false } return { q.numerator, q.percent, q.reason } end)())
    local mean = year:authority("D3").upheld:peers { average = "mean" } -- over what is printed only
    assert.equal(4 - mean.without_rate - mean.suppressed, mean.authorities)
    local names = {}
    for i, a in ipairs(p:members().suppressed) do names[i] = a.code end
    assert.equal("D1", names[1])
  end)

  it("rounds what is left, and gives no rate that the rounded counts do not give", function()
    local year = assert(register:year(2020, { disclosure = { suppress_below = 6, round_to = 5 } }))
    local f = year:authority("P1").upheld -- 7 of 15: the rate of 5 of 15 would be another
    assert.same({ 5, 15, nil, 5, "rounded" }, { f.numerator, f.denominator, f.percent, f.rounded_to, f.reason })
    assert.equal("rounded", select(2, f:interval()).code)
    f = year:authority("D3").upheld
    assert.same({ nil, "rounded" }, { f:class() })
    assert.equal("rounded", select(2, year:funnel("upheld", { of = "District" })).code)
    assert.same({ nil, "rounded" }, { f:difference() })
    for _, name in ipairs { "upheld", "satisfactory_remedy" } do
      local total = year:total(name)
      if total.numerator then assert.equal(0, total.numerator % 5) end
      if total.denominator then assert.equal(0, total.denominator % 5) end
    end
    for a in year:authorities() do
      for _, counts in ipairs { a.outcomes, a.received } do
        for label, count in pairs(counts) do assert.is_true(count == "[c]" or count % 5 == 0, label) end
      end
    end
  end)

  it("tells nothing of a hidden count by withholding a rate, or by a key that is there", function()
    local scheme = assert(upheld.scheme "lgsco"):with { indicators = { { name = "advice", clock = "decided",
      numerator = { outcomes = { "Advice given" } }, denominator = { outcomes = { "Advice given", "Not upheld" } },
      none = "none-decided", withhold_below = 4, withhold_of = { outcomes = { "Upheld" } } } } }
    local own = assert(upheld.open(":memory:", { scheme = scheme }))
    assert(own:import(files))
    local plain = assert(own:year(2020))
    assert.same({ "too-few", nil }, { plain:authority("D1").advice.reason, plain:authority("D2").advice.reason })
    local year = assert(own:year(2020, { disclosure = { suppress_below = 5 } }))
    local told, hidden = 0, 0
    for a in year:authorities() do
      local f = a:figure "advice"
      if a.outcomes.Upheld == "[c]" then -- D1's, for it is small, and somebody's who has more than the threshold
        hidden = hidden + 1
        assert.same({ "suppressed", nil }, { f.reason, f.percent }, a.code)
      elseif f.percent then
        told = told + 1
      end
    end
    assert.same({ 2, 2 }, { hidden, told })
    for a in year:authorities() do assert.not_nil(a.received["not recorded"], a.code) end
    local tree = json.decode(assert(own:json { year = 2020, disclosure = { suppress_below = 5 } }))
    for _, a in ipairs(tree.authorities) do assert.not_nil(a.received["not recorded"], a.code) end
  end)

  it("keeps a rounded rate only where the counts behind it cannot be far", function()
    -- one authority of n with x upheld, one of 2000 beside it
    local a = "code,name,type\nD1,Alpha Council,District\nD2,Beta Council,District\n"
    local near, left_out = 0, 0
    for _, c in ipairs { { 14, 35 }, { 101, 198 }, { 201, 398 }, { 388, 797 }, { 703, 1401 } } do
      local d, serial = { "reference,authority_code,received_date,decided_date,outcome,remedied_before" }, 0
      for i = 1, c[2] do
        serial = serial + 1
        d[#d + 1] = ("19 %03d %03d,D1,2019-05-01,2019-06-01,%s,no"):format(serial // 1000, serial % 1000, i <= c[1] and "Upheld" or "Not upheld")
      end
      local folder = helper.folder()
      local big = assert(upheld.open ":memory:")
      assert(big:import { authorities = helper.write(folder .. "/a.csv", a), decisions = helper.write(folder .. "/d.csv", table.concat(d, "\n") .. "\n") })
      local f = assert(big:year(2020, { disclosure = { suppress_below = 5, round_to = 5 } })):authority("D1").upheld
      local exact = assert(big:year(2020)):authority("D1").upheld
      assert.same({ (c[1] + 2) // 5 * 5, (c[2] + 2) // 5 * 5 }, { f.numerator, f.denominator })
      if f.percent then
        near = near + 1
        assert.is_true(math.abs(f.percent - exact.percent) <= 1)
        assert.is_nil(f:interval())
      else
        left_out = left_out + 1
        assert.equal("rounded", f.reason)
      end
      big:close()
    end
    assert.same({ 3, 2 }, { near, left_out })
  end)

  it("is the same decision in JSON, CSV and Lua", function()
    local disclosure = { suppress_below = 5 }
    local tree = json.decode(assert(invented:json { year = 2020, disclosure = disclosure }))
    assert.same({ suppress_below = 5, round_to = json.null }, tree.disclosure)
    local csv = {}
    for line in invented:csv({ year = 2020, disclosure = disclosure }):gmatch "[^\n]+" do
      local code, name, numerator, denominator, percent = line:gsub('"[^"]*"', "name"):match "^2020,([^,]*),[^,]*,[^,]*,([^,]*),([^,]*),([^,]*),([^,]*),"
      if code then csv[code .. name] = { numerator, denominator, percent } end
    end
    local year = assert(invented:year(2020, { disclosure = disclosure }))
    local hidden = 0
    for _, a in ipairs(tree.authorities) do
      local council = year:authority(a.code)
      for name, f in pairs(a.figures) do
        local mine = council:figure(name)
        for i, key in ipairs { "numerator", "denominator", "percent" } do
          local value = f[key]
          if value == json.null then value = nil end
          assert.equal(value, mine[key])
          assert.equal(value and tostring(value) or "", csv[a.code .. name][i])
        end
        if f.reason == "suppressed" then
          hidden = hidden + 1
          assert.same({ json.null, json.null, json.null, json.null }, { f.percent, f.interval, f.class, f.caution })
        end
      end
      for _, key in ipairs { "outcomes", "received" } do
        if a[key] ~= json.null then
          for label, count in pairs(a[key]) do assert.equal(count == json.null and "[c]" or count, council[key][label]) end
        end
      end
    end
    assert.is_true(hidden > 100)
    -- the README's numbers: sums hidden because they are small, and because others are
    local small, besides = year.figures:hidden()
    local said = ("%d counts are small and %d more are hidden with them"):format(small, besides)
    assert.truthy(helper.read("README.md"):gsub("%s+", " "):find(said, 1, true), said)
  end)

  it("refuses what would give counts back: single decisions, finer tables, series", function()
    local year = assert(register:year(2020, { disclosure = { suppress_below = 5 } }))
    local f = year:authority("D3").upheld
    local ok, err = pcall(function() for _ in f:decisions() do end end)
    assert.same({ false, "not-with-disclosure" }, { ok, err.code })
    assert.equal("not-with-disclosure", select(2, year:tally { by = "outcome" }).code)
    assert.equal("not-with-disclosure", select(2, year:authority("D3"):trend("upheld")).code)
    assert.is_nil(f:why():find("19 000 ", 1, true))
    assert.truthy(f:why():find("small counts of this year are hidden", 1, true), f:why())
  end)

  it("prints no hidden count in a letter", function()
    local year = assert(register:year(2020, { disclosure = { suppress_below = 5 } }))
    local letters = assert(year:letters { wording = "examples/wording/annual_review_2020.lua", facts = "examples/wording/facts_2020.lua",
      date = "2020-07-22", authority = "D1" })
    local text = letters[1].text:gsub("%s+", " ")
    assert.truthy(text:find("We do not publish this figure for your authority: its numbers are small, or would let small numbers be worked out.", 1, true), text)
    assert.is_nil(text:find "Based on")
    assert.is_nil(text:find "3 of 4")
  end)

  it("says of a rate that rounding leaves out what it says of a hidden one, and never that it is not recorded", function()
    local year = assert(register:year(2020, { disclosure = { suppress_below = 6, round_to = 5 } }))
    assert.equal("rounded", year:authority("P1").upheld.reason)
    local letters = assert(year:letters { wording = "examples/wording/annual_review_2020.lua", facts = "examples/wording/facts_2020.lua",
      date = "2020-07-22", authority = "P1" })
    local text = letters[1].text:gsub("%s+", " ")
    assert.truthy(text:find("Complaints upheld ----------------- We do not publish this figure", 1, true), text)
    local out = year:authority("P1").upheld:why()
    assert.truthy(out:find("the rounded counts do not give the rate closely enough", 1, true), out)
  end)

  it("says in each output that the counts of a printed rate are rounded", function()
    local large = assert(upheld.open ":memory:")
    local d = { "reference,authority_code,decided_date,outcome,remedied_before" }
    for i = 1, 1013 do
      d[#d + 1] = ("19 %03d %03d,D1,2019-06-01,%s,%s"):format(i // 1000, i % 1000, i <= 503 and "Upheld" or "Not upheld", i <= 503 and "no" or "")
    end
    local decisions = helper.write(helper.folder() .. "/large.csv", table.concat(d, "\n") .. "\n")
    assert(large:import { authorities = files.authorities, decisions = decisions })
    local rule = { suppress_below = 5, round_to = 5 }
    local year = assert(large:year(2020, { disclosure = rule }))
    local f = year:authority("D1").upheld
    assert.same({ 505, 1015, 50, 5 }, { f.numerator, f.denominator, f.percent, f.rounded_to })
    local letter = assert(year:letters { wording = "examples/wording/annual_review_2020.lua", facts = "examples/wording/facts_2020.lua",
      date = "2020-07-22", authority = "D1" })[1].text:gsub("%s+", " ")
    assert.truthy(letter:find("505 of 1,015.", 1, true), letter)
    assert.truthy(letter:find("Counts are rounded to multiples of 5, so that small numbers cannot be worked out", 1, true), letter)
    assert.truthy(f:why():find("Counts: rounded to multiples of 5\n", 1, true))
    local tree = json.decode(f:why { format = "json" })
    assert.same({ 5, json.null, json.null }, { tree.rounded_to, tree.class.method, tree.difference.method })
    local csv = assert(large:csv { year = 2020, disclosure = rule })
    assert.truthy(csv:find("boundaries,rounded_to\n", 1, true))
    assert.truthy(csv:find("\n2020,D1,Alpha Council,District,upheld,505,1015,50,[^\n]*,as it was,5\n"), csv)
    local plain = assert(large:csv { year = 2020 })
    assert.truthy(plain:find("\n2020,D1,Alpha Council,District,upheld,503,1013,50,[^\n]*,as it was,\n"), plain)
    local exact = json.decode(large:year(2020):authority("D1").upheld:why { format = "json" })
    assert.equal(json.null, exact.rounded_to)
  end)

  it("refuses thresholds that make no sense", function()
    for _, c in ipairs {
      { { suppress_below = 1 }, "suppress_below is 2 to 1000, or 0 for none" }, { { suppress_below = -2 }, "suppress_below is 2" },
      { { suppress_below = 1001 }, "suppress_below is 2" }, { { round_to = 5 }, "round_to is at most suppress_below: alone it is undone" },
      { { suppress_below = 5, round_to = 6 }, "round_to is at most" }, { { suppress_below = 5.5 }, "suppress_below is a whole number" },
      { { suppres_below = 5 }, 'did you mean "suppress_below"?' }, { true, "disclosure is a table" },
    } do
      for _, call in ipairs { function() return register:year(2020, { disclosure = c[1] }) end,
        function() return register:json { disclosure = c[1] } end } do
        local ok, message = pcall(call)
        assert.is_false(ok)
        assert.truthy(tostring(message):find(c[2], 1, true), tostring(message))
      end
    end
  end)

  it("is an option of the command", function()
    local folder = helper.folder()
    local db = folder .. "/r.db"
    helper.upheld("import", db, "--authorities", "examples/data/invented_authorities.csv", "--decisions", "examples/data/invented_decisions.csv")
    local out, err, status = helper.upheld("figures", db, "--year", "2020", "--suppress-below", "5", "--round-to", "5")
    assert.equal(0, status, err)
    assert.truthy(out:find("Counts below 5, and what would give them back, are not shown; the others are rounded to multiples of 5.", 1, true))
    assert.truthy(out:find("no rate: not shown, a small number", 1, true))
    out, err, status = helper.upheld("figures", db, "--round-to", "5")
    assert.same({ 2, "" }, { status, out })
    assert.truthy(err:find("alone it is undone by adding up", 1, true), err)
  end)
end)
