-- The command as others' scripts call it: JSON by DESIGN's keys, CSV, exit statuses, help; and the rock, installed and used from elsewhere.
local helper = require "helper"

local INDICATORS = { "upheld", "compliance", "satisfactory_remedy", "upheld_per_100k" }
local FIGURE = { "numerator", "denominator", "percent", "reason", "basis", "rounded_to_bound", "interval", "peers", "class", "class_reason",
    "caution", "standing" }
local PEERS = { "average", "include_self", "group", "group_name", "numerator", "denominator", "percent", "quartiles", "reason",
    "authorities", "without_rate", "unknown", "of", "as_published" }

describe("the command", function()
  local folder, db

  setup(function()
    folder = helper.folder()
    db = folder .. "/review.db"
    local _, err, status = helper.upheld("import", db, "--authorities", "examples/data/invented_authorities.csv",
      "--decisions", "examples/data/invented_decisions.csv")
    assert.equal(0, status, err)
  end)

  teardown(helper.cleanup)

  local function ok(...)
    local out, err, status = helper.upheld(...)
    assert.equal(0, status, err)
    assert.equal("", err)
    return out
  end

  local function sorted_keys(t, optional)
    local keys = {}
    for key in pairs(t) do
      if not (optional and optional[key]) then keys[#keys + 1] = key end
    end
    table.sort(keys)
    return keys
  end

  local function sorted(list)
    local copy = table.move(list, 1, #list, 1, {})
    table.sort(copy)
    return copy
  end

  it("prints figures as JSON with every key, null where there is nothing", function()
    local json = helper.json()
    if not json then return pending "needs lua-dkjson" end
    local text = ok("figures", db, "--year", "2020", "--json")
    local tree = json.decode(text, 1, json.null)
    assert.same({ "authorities", "boundaries", "peer_groups", "scheme", "totals", "year" }, sorted_keys(tree))
    assert.same({ "lgsco", 2020, 323 }, { tree.scheme, tree.year, #tree.authorities })
    local before = ""
    for _, a in ipairs(tree.authorities) do
      assert.is_true(before < a.code) -- code order
      before = a.code
      assert.same({ "code", "figures", "name", "outcomes", "received", "type" }, sorted_keys(a))
      assert.same(sorted(INDICATORS), sorted_keys(a.figures))
      for name, f in pairs(a.figures) do
        assert.same(sorted(FIGURE), sorted_keys(f, { value = name == "upheld_per_100k", late = name == "compliance" }))
        if f.interval ~= json.null then assert.is_true(0 <= f.interval[1] and f.interval[1] <= f.interval[2] and f.interval[2] <= 1) end
        if f.peers ~= json.null then assert.same(sorted(PEERS), sorted_keys(f.peers, { value = name == "upheld_per_100k" })) end
        assert.equal(a.type ~= "National Park", f.peers ~= json.null)
        assert.equal(f.class == json.null, f.class_reason ~= json.null)
      end
      assert.equal(json.null, a.figures.upheld_per_100k.percent)
    end
    assert.same({ "figures", "outcomes", "received" }, sorted_keys(tree.totals))
    -- all years: the same years under "years"
    local all = json.decode(ok("figures", db, "--json"), 1, json.null)
    assert.same({ "boundaries", "scheme", "years" }, sorted_keys(all))
    local found
    for _, year in ipairs(all.years) do
      assert.same({ "authorities", "peer_groups", "totals", "year" }, sorted_keys(year))
      if year.year == 2020 then found = year end
    end
    assert.same(tree.authorities, found.authorities)
    assert.same(tree.totals, found.totals)
  end)

  it("prints the import report as JSON", function()
    local json = helper.json()
    if not json then return pending "needs lua-dkjson" end
    local bad = helper.write(folder .. "/bad.csv", "reference,authority,decided_date,outcome\n20 001 225,Nobody,2020-02-30,Upheld\n")
    local out, _, status = helper.upheld("import", db, "--decisions", bad, "--json")
    assert.equal(3, status)
    local tree = json.decode(out, 1, json.null)
    assert.is_true(tree.written)
    local file = tree.files[1]
    assert.same({ bad, "decisions", 1, 0, 1, 0, 0 }, { file.file, file.kind, file.read, file.accepted, file.rejected, file.unchanged, file.corrected })
    assert.equal(2, #file.faults)
    for _, f in ipairs(file.faults) do
      assert.same({ "code", "column", "hint", "line", "message", "severity", "value" }, sorted_keys(f))
      assert.same({ "error", 2 }, { f.severity, f.line })
    end
  end)

  it("filters, averages and prints CSV", function()
    local lines = helper.lines(ok("figures", db, "--year", "2020", "--type", "County", "--csv"))
    assert.equal(1 + 21 * 4, #lines)
    assert.truthy(lines[1]:find "^year,code,name,type,indicator,numerator,denominator,percent,")
    local _, commas = lines[1]:gsub(",", "")
    for i = 2, #lines do assert.equal(commas, select(2, lines[i]:gsub('"[^"]*"', ""):gsub(",", ""))) end
    local one = helper.lines(ok("figures", db, "--year", "2020", "--authority", "X10000001", "--csv", "--average", "mean", "--exclude-self"))
    assert.equal(5, #one)
    assert.truthy(one[2]:find(",mean,no,", 1, true), one[2])
    assert.truthy(ok("figures", db, "--year", "2020", "--authority", "Invented County Council 001"):find("similar authorities", 1, true))
  end)

  it("tallies as text, CSV and JSON", function()
    local csv = helper.lines(ok("tally", db, "--year", "2020", "--by", "service_area,outcome", "--csv"))
    assert.equal("service_area,outcome,count", csv[1])
    local sum = 0
    for i = 2, #csv do sum = sum + tonumber(csv[i]:match ",(%d+)$") end
    local counted = helper.run("sqlite3", db, "select count(*) from decisions where decided_date between '2019-04-01' and '2020-03-31'")
    assert.equal(tonumber(counted), sum)
    assert.truthy(ok("tally", db, "--year", "2020", "--by", "type", "--json"):find('^{"year":2020,"rows":%[\n{"type":"County","count":%d+}'))
  end)

  it("writes the letters of some types, and those of bodies without peers, by their own wordings", function()
    local common = { "--year", "2020", "--facts", "examples/wording/facts_2020.lua", "--date", "2020-07-22" }
    local function written(wording, ...)
      local out = folder .. "/some"
      helper.run("rm -rf " .. out)
      local said = ok("letters", db, "--wording", "examples/wording/" .. wording .. ".lua", "--out", out, "--format", "text", ...)
      local types = helper.run("sqlite3", db, "select distinct type from authority where code in ('"
        .. helper.run("ls " .. out .. " | sed -n 's/[.]txt$//p'"):gsub("%s+$", ""):gsub("\n", "','") .. "') order by 1")
      return said:match "^%d+ letters?", (types:gsub("\n", " "))
    end
    assert.same({ "63 letters", "Unitary " }, { written("annual_review_2020", "--type", "Unitary", table.unpack(common)) })
    assert.same({ "84 letters", "County Unitary " }, { written("annual_review_2020", "--type", "Unitary", "--type", "County", table.unpack(common)) })
    local count, types = written("no_peers", "--without-peers", table.unpack(common))
    assert.same({ "6 letters", 0 }, { count, select(2, types:gsub("Unitary", "")) })
    assert.same({ "317 letters" }, { (written("annual_review_2020", "--with-peers", table.unpack(common))) })
  end)

  it("gives help with an example for every command", function()
    for _, name in ipairs { "import", "figures", "tally", "why", "letters", "withdraw", "check" } do
      local out, _, status = helper.upheld(name, "--help")
      assert.equal(0, status)
      assert.truthy(out:find("Example:%s+upheld " .. name), out)
    end
  end)

  it("takes each status: nothing there is 1, wrong usage 2", function()
    local cases = {
      { 1, "no-such-register", "check", folder .. "/absent.db" },
      { 1, "no-such-year", "figures", db, "--year", "1999" },
      { 1, "unknown-authority", "figures", db, "--year", "2020", "--authority", "Nowhere" },
      { 1, "no-such-file", "letters", db, "--year", "2020", "--wording", folder .. "/none.lua", "--date", "2020-07-22", "--out", folder .. "/l" },
      { 2, 'did you mean "upheld"', "why", db, "--year", "2020", "--authority", "X10000001", "--figure", "uphled" },
      { 2, "", "figures" },
      { 1, "unknown-type", "figures", db, "--type", "Distrikt" },
      { 1, "unknown-type", "figures", db, "--type", "Distrikt", "--json" },
      { 1, "no-such-year", "figures", db, "--year", "0000", "--json" },
      { 2, "--strict goes with --decisions", "figures", db, "--strict" },
      { 2, "--published goes with --decisions", "figures", db, "--published", "x.csv" },
      { 2, "whole number from 1", "figures", db, "--threads", "0" },
      { 2, "mapped twice", "import", db, "--decisions", "x", "--columns", "outcome=a,outcome=b" },
      { 2, "bogus", "import", db, "--decisions", "x", "--columns", "bogus=x" },
      { 2, "needs a reason", "withdraw", db, "--reference", "19 000 001", "--authority", "X10000001", "--reason", " " },
      { 2, "is not a date", "letters", db, "--year", "2020", "--wording", "x", "--date", "22/07/2020", "--out", folder .. "/l" },
      { 2, "stands twice", "letters", db, "--year", "2020", "--wording", "x", "--date", "2020-07-22", "--out", folder .. "/l", "--format", "text,text" },
      { 1, 'no type "Distrikt"', "letters", db, "--year", "2020", "--wording", "x", "--date", "2020-07-22", "--out", folder .. "/l", "--type", "Distrikt" },
      { 2, "choose --with-peers or", "letters", db, "--year", "2020", "--wording", "x", "--date", "2020-07-22", "--out", folder .. "/l", "--with-peers",
        "--without-peers" },
      { 2, "up to four", "tally", db, "--year", "2020", "--by", "type,region,outcome,service_area,authority" },
    }
    for _, c in ipairs(cases) do
      local out, err, status = helper.upheld(table.unpack(c, 3))
      assert.equal(c[1], status, out .. err)
      assert.truthy(err:find(c[2], 1, true), err)
      assert.equal("", out)
    end
    assert.is_false(helper.exists(folder .. "/l"))
  end)

  it("says that the work is done when only its output cannot be written", function()
    local bad = helper.write(folder .. "/one.csv", "reference,authority_code,decided_date,outcome\n77 001 225,X10000001,1978-02-01,Upheld\n")
    local _, err, status = helper.run(("%s import %s --decisions %s > /dev/full"):format(helper.command, db, bad))
    assert.equal(0, status)
    assert.truthy(err:find("the work itself is done", 1, true), err)
    _, err, status = helper.run(helper.command .. " figures " .. db .. " > /dev/full")
    assert.equal(1, status, err)
  end)

  it("writes letters, all or none", function()
    local out = ok("letters", db, "--year", "2020", "--wording", "examples/wording/annual_review_2020.lua", "--facts",
      "examples/wording/facts_2020.lua", "--date", "2020-07-22", "--out", folder .. "/letters", "--format", "text", "--notice", "Invented data.")
    assert.truthy(out:find("^323 letters in [^\n]*\n16 parts of the wording that no letter used; %-%-notes lists them\n$"), out)
    assert.equal("323\n", (helper.run("ls " .. folder .. "/letters | grep -c '[.]txt$'")))
    assert.equal("manifest.json\n", (helper.run("ls -A " .. folder .. "/letters | grep -v '[.]txt$'")))
  end)

  it("lists what no letter used of the wording, or stops for it", function()
    local given = { "letters", db, "--year", "2020", "--wording", "examples/wording/annual_review_2020.lua", "--facts",
      "examples/wording/facts_2020.lua", "--date", "2020-07-22", "--out", folder .. "/noted", "--format", "text" }
    given[#given + 1] = "--notes"
    local out, err, status = helper.upheld(table.unpack(given))
    assert.equal(0, status, err)
    assert.truthy(out:find "^323 letters in [^\n]*\n$")
    assert.truthy(err:find('note: examples/wording/annual_review_2020.lua:%d+: no letter included the partial "suppressed" %(unused%-partial%)\n'), err)
    assert.equal(16, select(2, err:gsub("\n", "")))
    given[#given], given[#given - 3] = "--strict", folder .. "/strict"
    out, err, status = helper.upheld(table.unpack(given))
    assert.equal(1, status, out)
    assert.truthy(err:find("323 letters, 16 faults: no letter can be used", 1, true), err)
  end)

  it("works from a rock, installed into an empty tree, in another folder", function()
    local _, _, there = helper.run "command -v luarocks"
    if there ~= 0 then return pending "needs luarocks" end
    local copy, tree = helper.folder(), helper.folder()
    assert(os.execute(("unset LD_PRELOAD; git ls-files | tar cf - -T - | tar xf - -C %s"):format(copy)))
    -- the interpreter's own search path must not find the checkout, nor LuaRocks the network
    local config = helper.write(copy .. "/config.lua", 'rocks_provided = { argparse = "0.7.1-1" }\nrocks_servers = {}\n')
    local out, err, status = helper.run(("cd %s && unset LUA_PATH LUA_CPATH LD_PRELOAD && LUAROCKS_CONFIG=%s luarocks --lua-version=5.4 make --tree %s")
      :format(copy, config, tree))
    assert.equal(0, status, out .. err)
    out, err, status = helper.run(("cd %s/examples/.. && unset LUA_PATH LUA_CPATH LD_PRELOAD; export LUA_PATH='%s/share/lua/5.4/?.lua;%s/share/lua/5.4/?/init.lua;;' "
      .. "LUA_CPATH='%s/lib/lua/5.4/?.so;;'; rm -rf lua build csrc; %s examples/quickstart.lua && %s/bin/upheld --version"):format(copy, tree, tree, tree, helper.lua, tree))
    assert.equal(0, status, out .. err)
    assert.truthy(out:find("78% (7 of 9)", 1, true), out)
    assert.truthy(out:find("upheld 0.1.0", 1, true), out)
  end)
end)
