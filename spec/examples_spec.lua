-- Every example runs as its header says, and prints what the README shows.
local helper = require "helper"

local ENV = ('LUA_PATH="lua/?.lua;lua/?/init.lua;;" LUA_CPATH="%s/lib/?.so;;" %s '):format(helper.build, helper.lua)

local function example(name, ...)
  local out, err, status = helper.run(ENV .. "examples/" .. name, ...)
  assert.equal(0, status, err)
  assert.equal("", err)
  return out
end

describe("examples", function()
  after_each(helper.cleanup)

  it("quickstart.lua is the README's, code and output", function()
    local readme = helper.read "README.md"
    local code = helper.read "examples/quickstart.lua":gsub("^%-%-[^\n]*\n%-%-[^\n]*\n\n", "")
    assert.truthy(readme:find("```lua\n" .. code .. "```", 1, true), "the README's code differs from examples/quickstart.lua")
    assert.truthy(readme:find("```\n" .. example "quickstart.lua" .. "```", 1, true), "the README's output differs")
  end)

  it("service_areas.lua sets a council beside its peers, exactly", function()
    local out = example "service_areas.lua"
    assert.truthy(out:find("Planning & Development  +100%% %(1 of 1%) +67%% %(10 of 15%)"), out)
    assert.equal(11, #helper.lines(out))
  end)

  it("own_wording.lua changes two sentences and leaves the rest", function()
    local out = example "own_wording.lua"
    for _, part in ipairs { "Dear reader: this is what we found", "Please tell us by the end of next month",
      "Invented data: no real authority", "What the figures show" } do
      assert.truthy(out:gsub("%s+", " "):find(part, 1, true), part .. "\n" .. out)
    end
    assert.is_nil(out:find("sums up what we decided", 1, true))
  end)

  it("own_indicators.lua adds three indicators in one table, and nothing else", function()
    local out = example "own_indicators.lua"
    for _, part in ipairs { "Referred back for local resolution: 45% (5 of 11); counties: 32% (21 of 21 authorities); all: 30% (598 of 1985)",
      "Late among the remedies carried out: 0% (0 of 2); counties: 19%", "Days from received to decided: 83 days (quartiles 57 and 163, of 11)",
      "County,days_to_decision,,11,,83,57,163", "a first answer: 45% of 11 decisions.", "half took no more than 174 days" } do
      assert.truthy(out:gsub("%s+", " "):find(part, 1, true), part .. "\n" .. out)
    end
    -- each in four lines at most; a blank line or the end of the list stands after it
    local lines, seen = nil, 0
    for _, line in ipairs(helper.lines(helper.read "examples/own_indicators_scheme.lua")) do
      if line:find "{ name =" then lines, seen = 0, seen + 1 end
      if line == "" or line == "  }," then lines = nil end
      if lines then
        lines = lines + 1
        assert.is_true(lines <= 4, line)
      end
    end
    assert.equal(3, seen)
    -- and their names stand in that table and in its users only
    local found = helper.lines((helper.run "grep -rlE 'late_share|days_to_decision' lua csrc examples"))
    table.sort(found)
    assert.same({ "examples/own_indicators.lua", "examples/own_indicators_scheme.lua", "examples/wording/own_indicators.lua" }, found)
    -- SQLite's count of the same file
    local counted = helper.run("sqlite3 :memory: -cmd '.import --csv examples/data/invented_decisions.csv d'", [[
      with y as (select outcome, julianday(decided_date) - julianday(received_date) days from d
        where authority_code = 'X10000003' and decided_date between '2019-04-01' and '2020-03-31'),
      r as (select cast(days as int) days, row_number() over (order by days) - 1 place from y)
      select count(*), sum(outcome like 'Referred%'), (select days from r where place = 5) from y]])
    assert.equal("11|5|83\n", counted)
  end)

  it("demo.lua writes letters and figures, and every checkable rate agrees", function()
    local folder = helper.folder()
    local out = example("demo.lua", folder, helper.generator)
    local agree, disagree, rest = out:match "printed rates: (%d+) recomputed and agree, (%d+) disagree, (%d+) not checkable"
    assert.equal("0", disagree)
    assert.is_true(tonumber(agree) > 100)
    assert.is_true(tonumber(rest) > 0)
    assert.truthy(out:find("786 of 846 matched", 1, true))
    local written = helper.run("ls " .. folder .. "/letters-2024 " .. folder .. "/invented-letters-2020")
    local html, text = select(2, written:gsub("%.html\n", "")), select(2, written:gsub("%.txt\n", ""))
    assert.equal(34 + 323, html)
    assert.equal(html, text)
    -- every invented letter says so, twice
    local plain = helper.run("grep -c 'Invented data' " .. folder .. "/invented-letters-2020/*.txt | grep -v ':2$'")
    assert.equal("", plain)
    -- the same again gives the same bytes
    local second = helper.folder()
    example("demo.lua", second, helper.generator)
    for _, name in ipairs { "letters-2024", "invented-letters-2020", "figures-2025.json", "figures-2025.csv", "invented-figures-2020.json" } do
      local diff, err, status = helper.run("diff -r", folder .. "/" .. name, second .. "/" .. name)
      assert.equal(0, status, diff .. err)
    end
  end)
end)
