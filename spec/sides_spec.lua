-- One letter in two languages: the letters of 2020 in English and Welsh side by side, of every state of figures and of real councils.
local files = require "helper"
local forms = require "upheld.forms"
local helper = require "helper_letters"
local json = require "helper_json"
local letters = require "upheld.letters"
local trace = require "upheld.trace"
local upheld = require "upheld"
local wording = require "upheld.wording"
local figure, peers, council = helper.figure, helper.peers, helper.council

local BOTH = { "examples/wording/annual_review_2020.lua", "examples/wording/annual_review_2020_cy.lua" }
local FACTS = { "examples/wording/facts_2020.lua", "examples/wording/facts_2020_cy.lua" }

local function options(extra)
  local opts = { wording = BOTH, facts = FACTS, date = "2020-07-22" }
  for key, value in pairs(extra or {}) do opts[key] = value end
  return opts
end

-- Two short wordings, English and Welsh, of these bodies.
local function pair(english, welsh, code)
  local list = {}
  for i, body in ipairs { english, welsh } do
    list[i] = helper.file(("return { name = %q, title = %q, language = %q, %s body = [==[\n# One\n\n%s\n]==] }"):format(
      i == 1 and "Spec" or "Prawf", i == 1 and "Letter" or "Llythyr", i == 1 and "en-GB" or "cy", code or "", body))
  end
  return list
end

local function built(english, welsh, given, code)
  local made, err = letters.build(helper.year { council(given) }, { wording = pair(english, welsh, code), date = "2020-07-22" })
  return made and made[1], err
end

local function count(text, pattern)
  local _, n = text:gsub(pattern, "")
  return n
end

-- Every id of a page, each once.
local function check_ids(page)
  local seen = {}
  for id in page:gmatch ' id="([^"]+)"' do
    assert.is_nil(seen[id], id)
    seen[id] = true
  end
  return seen
end

after_each(function()
  helper.clean()
  files.cleanup()
end)

--------------------------------------------------------------------------------

local FIGURES = {
  { 0, 0 }, {}, { 1, 1 }, { 0, 1 }, { 2, 3 }, { 0, 4 }, { 5, 5 }, { 2, 2 }, { 249, 250 }, { 1, 250 }, { 1200, 2400 }, { 1, 2 },
  { 3, 8, { basis = "published" } }, { 7, 9, { basis = "derived" } }, { 8, 9, { late = 2 } }, { 1, 1, { late = 1 } },
  { 6, 9, { caution = "few" } }, { 40, 60, { rounded_to = 5 } }, { 2, 3, { percent = false, reason = "suppressed" } },
}
local PEERS = { false, peers(45), peers(nil, { authorities = 0, without_rate = 181 }),
  peers(99, { authorities = 14, of = 21, unknown = 7, without_rate = 0, as_published = 99.4 }),
  peers(44, { authorities = 14, of = 21, unknown = 7, without_rate = 0 }), peers(100, { numerator = 999, denominator = 1000 }),
  peers(nil, { reason = "suppressed" }) }

local councils = {}
local function add_council(name, row, peer)
  local f = figure(name, row[1], row[2], row[3])
  if f.percent == false then f.percent = nil end
  f.peer = peer or nil
  councils[#councils + 1] = council { code = ("C%03d"):format(#councils + 1), [name] = f,
    recipient = #councils % 3 ~= 0 and { name = "Mx Example", role = "Chief Executive" } or false }
end

for i, row in ipairs(FIGURES) do
  for _, peer in ipairs(PEERS) do add_council("upheld", row, peer) end
  for k, name in ipairs { "compliance", "satisfactory_remedy" } do add_council(name, row, PEERS[(i + k) % #PEERS + 1]) end
end

describe("the letter of 2020 in English and Welsh", function()
  local year = helper.year(councils)
  local made, err = letters.build(year, options())

  it("is made for every state of figure and peers, with the same figures in both", function()
    assert(made, tostring(err))
    assert.equal(#councils, #made)
  end)

  it("is both letters, word for word", function()
    local english = assert(letters.build(year, options { wording = BOTH[1], facts = FACTS[1] }))
    local welsh = assert(letters.build(year, options { wording = BOTH[2], facts = FACTS[2] }))
    for i, letter in ipairs(made) do
      assert.equal(english[i].text .. "\n" .. ("="):rep(78) .. "\n\n" .. welsh[i].text, letter.text)
      assert.equal(english[i].title .. " / " .. welsh[i].title, letter.title)
      assert.same({ english[i].code, english[i].name }, { letter.code, letter.name })
    end
  end)

  it("leaves nothing empty in Welsh, and nothing in English", function()
    for _, letter in ipairs(made) do
      local welsh = letter.text:match "\n======+\n\n(Ombwdsmon.*)$"
      for _, never in ipairs { "%.%.", " ,", " %.", "%(%)", "nil", "{", "%f[%a]the%f[%A]", "%f[%a]of%f[%A]", "less than", "more than", " None", "detailed" } do
        assert.is_nil(welsh:find(never), never)
      end
    end
  end)

  it("numbers both without a gap, each id once", function()
    for i = 1, #made, 17 do
      local ids, n = check_ids(made[i].html), 0
      for id in pairs(ids) do
        local k = id:match "^number%-(%d+)$"
        if k then n = math.max(n, math.tointeger(tonumber(k))) end
      end
      assert.is_true(n > 20)
    end
  end)

  it("has a page with one heading of level 1 in both languages, and a column for each", function()
    local page = made[1].html
    assert.matches('^<!DOCTYPE html>\n<html lang="en%-GB">', page)
    assert.equal(1, count(page, "<title>Annual review letter 2020: [^/]+ / Llythyr adolygiad blynyddol 2020: [^<]+</title>"))
    assert.equal(1, count(page, '<h1><span lang="en%-GB">Annual review letter [^<]+</span>\n<span lang="cy">Llythyr [^<]+</span></h1>'))
    assert.same({ 1, 1, 2, 0 }, { count(page, "<h1>"), count(page, "<main>"), count(page, "<article "), count(page, "<script") })
    assert.matches('<article id="letter-en-GB" lang="en-GB">', page, 1, true)
    assert.matches('<article id="letter-cy" lang="cy">', page, 1, true)
    assert.matches('<a href="#letter-cy" hreflang="cy" lang="cy">Cymraeg</a>', page, 1, true)
    assert.equal(2, count(page, "<h2>[^<]*letter <data[^>]*>2020</data></h2>") + count(page, "<h2>Llythyr[^<]*<data[^>]*>2020</data></h2>"))
    for _, tag in ipairs { "article", "header", "footer", "main", "nav", "h1", "h2", "h3", "p", "ul", "li", "span" } do
      assert.equal(count(page, "<" .. tag .. "[ >]"), count(page, "</" .. tag .. ">"), tag)
    end
  end)

  it("stands one under the other on a narrow screen, and on paper from a page of its own", function()
    assert.matches("@media %(max%-width: 60rem%) {.-main { display: block; }", made[1].html)
    assert.matches("@media print {.-article %+ article { break%-before: page;", made[1].html)
  end)

  it("is the same bytes on every run", function()
    local again = assert(letters.build(year, options()))
    for i = 1, #made, 29 do assert.same({ made[i].text, made[i].html }, { again[i].text, again[i].html }) end
  end)

  it("has the notice of each language in its own column and text", function()
    local with = assert(letters.build(year, options { notice = { "Invented.", "Dychmygol." } }))[1]
    assert.same({ 2, 2 }, { count(with.text, "Invented%."), count(with.text, "Dychmygol%.") })
    local column = with.html:match '<article id="letter%-cy".-</article>'
    assert.same({ 0, 2 }, { count(column, "Invented"), count(column, '<p class="notice">Dychmygol') })
    assert.equal(4, count(assert(letters.build(year, options { notice = "Both." }))[1].text, "Both%."))
  end)
end)

--------------------------------------------------------------------------------

describe("figures in two languages", function()
  local CODE = "functions = { share = function(f) return f.numerator == f.denominator and 'both' or number(f.numerator) end },"
  for _, row in ipairs { -- English, Welsh, what differs or nil, the council's upheld figure
    { "{{ rate(council.upheld) }}", "{{ rate(council.upheld) }}" },
    { "{{ rate(council.upheld) }}", "Heddiw.", "the letter in English prints 67% (upheld, percent) once, the one in Welsh not at all" },
    { "No.", "{{ rate(council.upheld) }}", "the letter in Welsh prints 67% (upheld, percent) once, the one in English not at all" },
    { "{{ council.upheld.numerator }}", "{{ council.upheld.denominator }}", "prints 2 (upheld, numerator) once" },
    { "{{ council.upheld.percent }}% {{ council.upheld.percent }}%", "{{ council.upheld.percent }}%",
      "prints 67 (upheld, percent) twice, the one in Welsh once" },
    { "{{ council.upheld.denominator }}", "{{ council.compliance.denominator }}", "prints 3 (upheld, denominator) once" },
    { "{{ peer_rate(council.upheld:peers()) }}", "{{ council.upheld:peers().percent }}%" },
    { "{{ peer_rate(council.upheld:peers()) }}", "Heddiw.", "prints 45% (upheld, peers' percent) once" },
    -- one in words, the other in digits
    { "{{ in_words(council.upheld.denominator) }}", "{{ council.upheld.denominator }}" },
    { "{{ council.upheld.denominator }}", "{{ counted_words(council.upheld.denominator, { one = 'cwyn', many = 'cwynion', gender = 'f' }) }}" },
    { "{{ council.upheld.denominator }}", "{{ in_words(council.upheld.numerator) }}", "prints 3 (upheld, denominator) once" },
    -- equal fields: which was read last says nothing
    { "{{ council.upheld.numerator }}", "{{ council.upheld.denominator }}", nil, figure("upheld", 6, 6) },
    { "{{ number(remainder(council.upheld)) }}", "{{ council.upheld.numerator }}", nil, figure("upheld", 4, 8) },
    -- what is no figure's is printed by both as well, in words or in digits
    { "{{ date(letter.date) }}", "Heddiw.", "prints 22 (letter.date) once, the one in Welsh not at all" },
    { "{{ date(letter.date) }}", "{{ date(year.ends) }}", "prints 22 (letter.date) once, the one in Welsh not at all" },
    { "{{ in_words(council.outcomes.Upheld) }}", "{{ council.outcomes.Upheld }}" },
    { "{{ in_words(council.outcomes.Upheld) }}", "Heddiw.", "prints two (council.outcomes.Upheld) once, the one in Welsh not at all" },
    { "{{ sum(council.outcomes.Upheld, council.outcomes['Not upheld']) }}", "{{ council.upheld.denominator }}",
      "prints 3 (council.outcomes.Upheld + council.outcomes.Not upheld) once, the one in Welsh not at all" },
    -- but a declared number is the wording's own
    { "{{ literal '7' }}", "{{ literal 'Saith' }}." },
  } do
    it(("%s / %s"):format(row[1], row[2]), function()
      local letter, err = built(row[1], row[2], { upheld = row[4] }, CODE)
      if not row[3] then return assert(letter, tostring(err)) end
      assert.is_nil(letter)
      local one = err.faults[1]
      assert.same({ "figures-differ", "E07000115", 4 }, { one.code, one.letter, one.line })
      assert.matches(row[3], one.message, 1, true)
    end)
  end

  it("are told for every letter, and none is made", function()
    local list = pair("{{ rate(council.upheld) }}", "Heddiw.")
    local made, err = letters.build(helper.year { council(), council { code = "E2" } }, { wording = list, date = "2020-07-22" })
    assert.is_nil(made)
    assert.same({ 2, list[1], "E2" }, { #err.faults, err.faults[1].file, err.faults[2].letter })
    assert.matches("^2 letters, 2 faults: no letter can be used\n", tostring(err))
  end)

  it("stop the batch beside the faults of either language", function()
    local _, err = built("{{ council.uphold }}", "{{ council.uphald }}", { upheld = figure("upheld", 1, 2) })
    assert.equal(2, #err.faults)
  end)
end)

describe("facts in two languages", function()
  local CODE = "facts = { courses = 'courses', place = 'place', day = 'day' },"
  local BODY = "{{ facts.courses }} {{ facts.place }} {{ date(facts.day) }}"
  for _, row in ipairs { -- of the second language, the fact that differs
    { { courses = 118, place = "Caerdydd", day = "2020-07-29" } }, { { courses = 117, place = "Caerdydd", day = "2020-07-29" }, "courses" },
    { { courses = 118, place = "Caerdydd", day = "2020-07-30" }, "day" }, { { courses = "118", place = "C", day = "2020-07-29" }, "courses" },
  } do
    it((row[2] or "nothing") .. " differs", function()
      local made, err = letters.build(helper.year { council() }, { wording = pair(BODY, BODY, CODE), date = "2020-07-22",
        facts = { { courses = 118, place = "Cardiff", day = "2020-07-29" }, row[1] } })
      if not row[2] then return assert(made, tostring(err)) end
      assert.same({ "facts-differ", row[2] }, { err.code, err.value })
    end)
  end

  it("are printed by both, each as often", function()
    for _, row in ipairs { { "{{ facts.courses }}", "{{ facts.seminars }}", "118 (facts.courses) once, the one in Welsh not at all" },
      { "{{ in_words(facts.seminars) }}", "{{ in_words(facts.seminars) }} {{ in_words(facts.seminars) }}", "(facts.seminars) twice" },
      { "{{ number(difference(facts.courses, facts.seminars)) }}", "{{ number(difference(facts.courses, facts.delegates)) }}",
        "101 (facts.courses - facts.seminars) once" } } do
      local made, err = letters.build(helper.year { council() }, { wording = pair(row[1], row[2],
        "facts = { courses = 'courses', seminars = 'seminars', delegates = 'delegates' },"), date = "2020-07-22",
        facts = { courses = 118, seminars = 17, delegates = 17 }, draft = false })
      assert.is_nil(made)
      local told = {}
      for _, one in ipairs(err.faults) do told[#told + 1] = one.message end
      assert.matches(row[3], table.concat(told, "\n"), 1, true)
    end
  end)

  it("may be the same for both", function()
    assert(letters.build(helper.year { council() }, { wording = pair(BODY, BODY, CODE), date = "2020-07-22",
      facts = { courses = 118, place = "Cardiff", day = "2020-07-29" } }))
  end)
end)

describe("two wordings", function()
  it("are of two languages", function()
    local _, err = letters.build(helper.year { council() }, options { wording = { BOTH[1], BOTH[1] }, facts = { FACTS[1], FACTS[1] } })
    assert.equal("same-language", err.code)
    assert.matches("both wordings are in English (en-GB and en-GB)", err.message, 1, true)
  end)

  it("may be loaded ones, and one of a list is as one", function()
    local loaded = { assert(wording.load(BOTH[1])), assert(wording.load(BOTH[2])) }
    local made = assert(letters.build(helper.year { council() }, options { wording = loaded }))
    local one = assert(letters.build(helper.year { council() }, options { wording = { BOTH[1] }, facts = { FACTS[1] } }))
    local same = assert(letters.build(helper.year { council() }, options { wording = BOTH[1], facts = FACTS[1] }))
    assert.matches("Annwyl", made[1].text)
    assert.same({ same[1].html, same[1].text }, { one[1].html, one[1].text })
  end)

  for _, row in ipairs { -- options, message
    { { wording = { BOTH[1], BOTH[2], BOTH[1] } }, "one, or two in two languages" }, { { wording = {}, facts = FACTS[1] }, "wording is to be a path" },
    { { wording = { BOTH[1], 3 } }, "wording is to be a path" }, { { facts = { FACTS[1] } }, "facts is to be one or as many as there are wordings, not 1 for 2" },
    { { facts = { FACTS[1], 3 } }, "facts is to be a path or a table" }, { { notice = { "a", " " } }, "notice is to be a text" },
    { { notice = { "a", "b", "c" } }, "notice is to be one or as many" },
  } do
    it("raise: " .. row[2], function()
      assert.error_matches(function() letters.build(helper.year { council() }, options(row[1])) end, row[2], 1, true)
    end)
  end

  it("write in no form that knows one language", function()
    local bytes, err = forms.make({ name = "scroll", of = function() return "bytes" end }, { origin = { sides = {} } })
    assert.is_nil(bytes)
    assert.same({ "one-language", "scroll" }, { err.code, err.value })
    assert.equal("bytes", forms.make({ name = "scroll", of = function() return "bytes" end }, { origin = {} }))
    assert.equal("bytes", forms.make({ name = "scroll", sides = true, of = function() return "bytes" end }, { origin = { sides = {} } }))
  end)
end)

--------------------------------------------------------------------------------

describe("letters of real councils in two languages", function()
  local register, year, folder

  setup(function()
    folder = files.run("mktemp -d"):gsub("\n$", "")
    register = assert(upheld.open(folder .. "/r.db"))
    assert(register:import { authorities = "examples/data/authorities.csv", published = "examples/data/published.csv" })
    year = assert(register:year(2024))
  end)

  teardown(function()
    register:close()
    files.run("rm -rf", folder)
  end)

  for _, name in ipairs { "Barking and Dagenham London Borough Council", "Cornwall Council", "Hartlepool Borough Council",
    "Herefordshire Council", "King's Lynn & West Norfolk Borough Council", "Shropshire Council" } do
    it(name, function()
      local known = year:authority(name)
      local made = assert(year:letters { wording = BOTH, facts = FACTS, date = "2024-07-22", authority = known and name or "E06000051" })
      local letter = made[1]
      local read = json.decode(letter.trace)
      assert.same({ "en-GB", "cy" }, read.languages)
      local by = { ["en-GB"] = {}, cy = {} }
      for i, n in ipairs(read.numbers) do
        assert.equal(i, n.number)
        if n.figure ~= json.null then
          local list = by[n.language]
          list[#list + 1] = n.figure .. " " .. n.field .. " " .. n.value
        else
          assert.is_table(by[n.language])
        end
      end
      table.sort(by["en-GB"])
      table.sort(by.cy)
      assert.is_true(#by.cy > 0)
      assert.same(by["en-GB"], by.cy)
      check_ids(letter.html)
      for _, n in ipairs(read.numbers) do
        if n.part ~= "title" then
          assert.matches(('<data id="number-%d" value="%s">'):format(n.number, n.value), letter.html, 1, true)
        end
      end
    end)
  end

  it("are written with their trace, in which a number of either language is found", function()
    local made = assert(year:letters { wording = BOTH, facts = FACTS, date = "2024-07-22", authority = "E06000001" })
    assert(made:write(folder .. "/l", { formats = { "html", "text", "trace" } }))
    local last = count(made[1].trace, '\n{"number":')
    local welsh = assert(trace.find(folder .. "/l/E06000001.html", last))
    assert.same({ "cy", "annual_review_2020_cy.lua" }, { welsh.language, welsh.wording })
    assert.equal("en-GB", assert(trace.find(folder .. "/l/E06000001.html", 1)).language)
  end)

  it("have charts with ids of their own, texts of their language, and the same numbers", function()
    local body = "{{ rates_chart(council) }}\n\n{{ years_chart(council:trend('upheld')) }}"
    local made = assert(year:letters { wording = pair(body, body), date = "2024-07-22", authority = "Cornwall Council" })
    local ids = check_ids(made[1].html)
    for _, id in ipairs { "chart-1-title", "chart-2-title", "cy-chart-1-title", "cy-chart-2-title" } do assert.is_true(ids[id], id) end
    local column = made[1].html:match '<article id="letter%-cy".-</article>'
    for _, text in ipairs { "cyfraddau'r flwyddyn hyd at 31 Mawrth 2024", "Cwynion a gadarnhawyd, Cornwall Council", "Cyfartaledd awdurdodau tebyg" } do
      assert.matches(text:gsub("'", "&#39;"), column, 1, true)
    end
    for _, never in ipairs { "Average", "similar authorities", "Complaints", "interval", "no rate", "Break" } do
      assert.is_nil(column:gsub("%sclass=\"[^\"]*\"", ""):find(never), never)
    end
    local _, err = year:letters { wording = pair(body, "Heddiw."), date = "2024-07-22", authority = "Cornwall Council" }
    assert.equal("figures-differ", err.code)
  end)

  it("are in every form that needs no program, on a page for the printer each in its language", function()
    local made = assert(year:letters { wording = BOTH, facts = FACTS, date = "2024-07-22", where = function(c) return c.type == "Unitary" end })
    assert(made:write(folder .. "/p", { formats = { "markdown", "print" } }))
    local page = files.read(folder .. "/p/all-letters.html")
    check_ids(page)
    assert.same({ #made, #made }, { count(page, '<article [^>]*lang="en%-GB">'), count(page, '<article [^>]*lang="cy">') })
    local text = files.read(("%s/p/%s.md"):format(folder, made[1].code))
    assert.truthy(text:find("\n---\n", 1, true) and text:find("Annwyl", 1, true) and text:find("Dear", 1, true))
  end)

  it("come from the command with --wording and --facts twice", function()
    local args = { "letters", folder .. "/r.db", "--year", "2024", "--date", "2024-07-22", "--authority", "E06000001", "--out", folder .. "/c",
      "--wording", BOTH[1], "--wording", BOTH[2], "--facts", FACTS[1], "--facts", FACTS[2], "--format", "html,trace" }
    local out, err, status = files.upheld(table.unpack(args))
    assert.same({ 0, "", "1 letter in " .. folder .. "/c\n" }, { status, err, out })
    assert.matches('lang="cy"', files.read(folder .. "/c/E06000001.html"), 1, true)
    out, err, status = files.upheld("why", folder .. "/r.db", "--letter", folder .. "/c/E06000001.html", "--number", "1")
    assert.same({ 0, "" }, { status, err }, out)
  end)

  for _, row in ipairs { { { "--notice", "a", "--notice", "b" }, "at most as many as --wording" },
    { { "--wording", BOTH[2], "--wording", BOTH[1] }, "'--wording' must be used at most 2 times" } } do
    it("are refused by the command: " .. row[2], function()
      local args = { "letters", folder .. "/r.db", "--year", "2024", "--date", "2024-07-22", "--out", folder .. "/d", "--wording", BOTH[1] }
      for _, word in ipairs(row[1]) do args[#args + 1] = word end
      local _, err, status = files.upheld(table.unpack(args))
      assert.equal(2, status)
      assert.matches(row[2], err, 1, true)
      assert.is_false(files.exists(folder .. "/d"))
    end)
  end
end)
