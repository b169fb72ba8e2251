-- The wordings that are shipped: each of them over every register there is, and what its letters say.
local helper = require "helper"
local mutation = require "helper_mutation"
local letters = require "upheld.letters"
local upheld = require "upheld"
local wording = require "upheld.wording"

local FACTS = "examples/wording/facts_2020.lua"

local function is_without_peers(council) return not council.upheld:peers() end

local WORDINGS = { -- file, whose letters it writes
  { "annual_review_2020" }, { "annual_review_2024" }, { "annual_review_2025" }, { "councillor_briefing" }, { "no_peers", is_without_peers },
}

describe("a shipped wording", function()
  local registers, years = {}, {}
  setup(function()
    local invented = assert(upheld.open ":memory:")
    assert(invented:import { authorities = "examples/data/invented_authorities.csv", decisions = "examples/data/invented_decisions.csv" })
    local real = assert(upheld.open ":memory:")
    assert(real:import { authorities = "examples/data/authorities.csv", published = "examples/data/published.csv" })
    local awkward, list = mutation.years()
    registers = { invented, real, awkward }
    years = { invented = assert(invented:year(2020)), real_2024 = assert(real:year(2024)), real_2025 = assert(real:year(2025)),
      records = list[1], published = list[2], rounded = list[3], hidden = list[4] }
  end)
  teardown(function()
    for _, register in ipairs(registers) do register:close() end
    helper.cleanup()
  end)

  local function build(name, year, where)
    return letters.build(year, { wording = ("examples/wording/%s.lua"):format(name), facts = FACTS, date = "2024-05-21", where = where })
  end

  for _, row in ipairs(WORDINGS) do
    it("writes every letter of every register without a fault: " .. row[1], function()
      local count = 0
      for name, year in pairs(years) do
        local made, err = build(row[1], year, row[2])
        if err and err.code ~= "no-letters" then error(name .. ": " .. tostring(err)) end
        for _, letter in ipairs(made or {}) do
          count = count + 1
          assert.is_nil(letter.text:find "nil", letter.text)
          assert.truthy(letter.html:find("<h1>", 1, true) and letter.markdown and letter.trace)
        end
      end
      assert.is_true(count > (row[2] and 3 or 500), count)
    end)
  end

  for _, row in ipairs { -- wording, year, authority, what its letter says (true) or does not
    { "annual_review_2024", "records", "L01", "Your uphold rate of 50% is similar to that of the other authorities of your type, as far as chance lets one say.", true },
    { "annual_review_2024", "records", "D09", "is lower than that of the other authorities of your type, by more than chance would easily bring about.", true },
    { "annual_review_2024", "records", "D10", "Complaints upheld: 67% (20 of 30), 95% interval 49% to 81%;", true },
    { "annual_review_2024", "records", "D01", "Each rate is a dot on a scale", false },
    { "annual_review_2024", "real_2024", "E06000014", "2023: 86% (19 of 22), 95% interval 67% to 95%. 2024: 78% (7 of 9)", true },
    { "annual_review_2024", "real_2024", "E06000014", "2025", false }, -- which is later than the letter's year
    { "annual_review_2024", "hidden", "D05", "We do not publish this figure for your authority", true },
    { "annual_review_2025", "records", "D07", "we dealt with 22 complaints about your authority.", true },
    { "annual_review_2025", "records", "D01", "we dealt with 1 complaint about your authority.", true },
    { "annual_review_2025", "hidden", "D05", "we dealt with", false },
    { "annual_review_2025", "real_2025", "E06000014", "we dealt with", false }, -- not all outcomes are published
    { "no_peers", "records", "P01", "There are few bodies of your kind, and their work differs", true },
    { "no_peers", "records", "P01", "average", false },
    { "councillor_briefing", "records", "D07", "57% (12 of 21)", true },
    { "councillor_briefing", "records", "D01", "no cases", true },
    { "councillor_briefing", "hidden", "D05", "not published", true },
    { "councillor_briefing", "real_2024", "E06000014", "79% (as published)", true },
  } do
    it(("%s, %s, %s: %s%q"):format(row[1], row[2], row[3], row[5] and "" or "not ", row[4]), function()
      local made = assert(build(row[1], years[row[2]], function(c) return c.code == row[3] end))
      local text = made[1].text:gsub("%s+", " ")
      assert.equal(row[5], text:find(row[4], 1, true) ~= nil, text)
    end)
  end

  it("counts for the residents there are", function()
    local register = assert(upheld.open ":memory:")
    local folder = helper.folder()
    assert(register:import { authorities = "examples/data/invented_authorities.csv", decisions = "examples/data/invented_decisions.csv" })
    local rows = { "code,year,population" }
    for a in register:year(2020):authorities() do rows[#rows + 1] = a.code .. ",2020,100000" end
    assert(register:import { population = helper.write(folder .. "/p.csv", table.concat(rows, "\n") .. "\n") })
    local made = assert(build("annual_review_2024", assert(register:year(2020))))
    local said = 0
    for _, letter in ipairs(made) do
      if letter.text:gsub("%s+", " "):find "that is [%d.]+ upheld complaints? for every 100,000 residents. The average of similar authorities was [%d.]+%." then
        said = said + 1
      end
    end
    assert.is_true(said > 250, said)
    register:close()
  end)

  it("for bodies without peers is refused for one that has averages", function()
    local made, err = build("no_peers", years.records)
    assert.is_nil(made)
    assert.matches("this wording is for bodies without similar authorities; this one's type has averages", tostring(err), 1, true)
  end)

  it("for councillors fits a sheet of A4", function()
    if select(3, helper.run "command -v chromium") ~= 0 or select(3, helper.run "command -v pdfinfo") ~= 0 then
      return pending "needs chromium and poppler-utils"
    end
    local made = assert(build("councillor_briefing", years.real_2024, function(c) return #c.name > 40 or c.code == "E06000014" end))
    local folder = helper.folder() .. "/out"
    assert(#made > 2)
    assert(made:write(folder, { formats = { "pdf" } }))
    for _, letter in ipairs(made) do
      local info = helper.run(("pdfinfo %s/%s.pdf"):format(folder, letter.code))
      assert.truthy(info:find "Pages: +1\n", letter.name)
      assert.truthy(info:find "Page size: +59[45][%d.]* x 84[12]", info)
    end
  end)
end)

describe("a wording on a base", function()
  local folder
  before_each(function()
    folder = helper.folder()
    helper.write(folder .. "/base.lua", "return { name = 'Base', title = 'T', facts = { office = 'the office' }, functions = { two = function() return 'base' end },\n"
      .. "partials = { inner = 'The {{ two() }} of {{ facts.office }}.' }, body = '# One\\n\\n{% include \"inner\" %}' }")
  end)
  after_each(helper.cleanup)

  local function load(text)
    return wording.load(helper.write(folder .. "/derived.lua", text))
  end

  it("changes what it names, and its functions are seen by the texts of the base", function()
    local made = assert(load "return { base = 'base.lua', name = 'Derived', functions = { two = function() return 'derived' end } }")
    local fakes = require "helper_letters"
    local letter = assert(letters.build(fakes.year { fakes.council() }, { wording = made, facts = { office = "Office" }, date = "2020-07-22" }))[1]
    assert.matches("The derived of Office.", letter.text, 1, true)
    assert.same({ "base.lua", "derived.lua" }, { made.sources[1].path:match "[^/]*$", made.sources[#made.sources].path:match "[^/]*$" })
  end)

  for _, row in ipairs { -- the file, what is told
    { "return { base = 'absent.lua', name = 'D' }", "absent.lua: " }, { "return { base = 7, name = 'D' }", '"base" is a number and not a text' },
    { "return { base = 'base.lua' }", '"name" is missing' }, { "return { base = 'base.lua', name = 'D', language = 'cy' }", 'the language "cy" is not that of the base (en-GB)' },
    { "return { base = 'base.lua', name = 'D',\n body = '# One {{ x' }", 'derived.lua:2: "}}" is missing' },
    { "return { base = 'base.lua', name = 'D',\n functions = { date = function() end } }", 'derived.lua:2: the function "date" has the name of something' },
  } do
    it("is refused where something is wrong: " .. row[2], function()
      local made, err = load(row[1])
      assert.is_nil(made)
      assert.matches(row[2], tostring(err), 1, true)
    end)
  end

  it("that is its own base is refused", function()
    local made, err = load "return { base = 'derived.lua', name = 'D' }"
    assert.is_nil(made)
    assert.matches("derived.lua:1: the wordings are each other's base", tostring(err), 1, true)
  end)
end)

describe("a function that no letter called", function()
  after_each(helper.cleanup)

  it("is told with the line of its name, in the idiom of the shipped wordings and as a table's entry", function()
    local fakes = require "helper_letters"
    local path = helper.write(helper.folder() .. "/w.lua", "local functions = {}\n\nfunction functions.two(x)\n  return x\nend\n"
      .. "functions.three = function(x) return x end\n\nfunction functions.one() return 'It' end\n"
      .. "return { name = 'W', title = 'T', functions = functions, body = '# One\\n\\n{{ one() }} is so.' }")
    local made = assert(letters.build(fakes.year { fakes.council() }, { wording = path, date = "2020-07-22" }))
    local told = {}
    for i, note in ipairs(made.notes) do told[i] = ("%s %d %s"):format(note.code, note.line, note.value) end
    assert.same({ "unused-function 3 two", "unused-function 6 three" }, told)
    assert.matches('w.lua:3: no letter called the function "two" (unused-function)', tostring(made.notes[1]), 1, true)
  end)

  it("and one of a name that is taken, too", function()
    local _, err = wording.load(helper.write(helper.folder() .. "/w.lua", "local functions = {}\n\nfunction functions.date() end\n"
      .. "return { name = 'W', title = 'T', functions = functions, body = 'b' }"))
    assert.matches('w.lua:3: the function "date" has the name of something', tostring(err), 1, true)
  end)
end)
