-- The numbers of letters: none is typed, each is traced to what it was read from, in HTML, in the trace and by the command.
local files = require "helper"
local helper = require "helper_letters"
local letters = require "upheld.letters"
local upheld = require "upheld"
local figure, peers, council = helper.figure, helper.peers, helper.council

-- A letter of one body; what is given stands instead of the usual council.
local function letter_of(body, given, more)
  local path = helper.file(("return { name = 'Spec', title = 'Letter', functions = { twice = function(n) return n * 2 end, few = function() return 'seven cases' end,\n"
    .. "share = function(f) return number(f.numerator) .. ' of ' .. number(f.denominator) end }, facts = %s, body = [==[\n# One\n\n%s\n]==] }")
    :format(more and more.needed or "{}", body))
  local made, err = letters.build(helper.year { council(given) }, { wording = path, date = "2020-07-22", facts = more and more.facts })
  return made and made[1], err, path
end

after_each(function()
  helper.clean()
  files.cleanup()
end)

describe("a number", function()
  for _, row in ipairs { -- body, the number, its line
    { "We upheld 67% of them.", "67%", 5 },
    { "First.\n\nThen 1,400 people.", "1,400", 7 },
    { "{% if council.upheld.percent then %}\nyes 5\n{% end %}", "5", 6 },
    { "- one\n- 2 things", "2", 6 },
    { "Table: the 3 rates\n| a |\n|---|\n| b |", "3", 5 },
    { "We upheld\n55. That is so.", "55", 6 }, { "upheld {# x #}55. That", "55", 5 }, { "{{ council.name }}99. So it is", "99", 5 },
    { "{% if council.upheld.percent then %}2. b{% end %}", "2", 5 }, { "\\[those\\](55%) of them", "55%", 5 },
    { "５５ of them", "５５", 5 }, { "a ½ of it", "½", 5 }, { "٣ of them", "٣", 5 }, { "m²", "²", 5 },
  } do
    it(("typed by hand is refused: %q"):format(row[1]), function()
      local made, err, path = letter_of(row[1])
      assert.is_nil(made)
      local one = err.faults and err.faults[1] or err
      assert.same({ "typed-number", row[2], path }, { one.code, one.value, one.file })
      assert.matches('declare it: {{ literal "' .. row[2] .. '" }}', one.hint, 1, true)
    end)
  end

  it("typed by hand is told with every other, and with every claim", function()
    local made, err = letter_of("In 2019 it was 3 of 4.\n\n1. Of 7 the rate rose.\n2. [in 2020](https://a.uk/2020)")
    assert.is_nil(made)
    local told = {}
    for _, one in ipairs(err.faults) do told[#told + 1] = ("%s %s %d"):format(one.code, one.value, one.line) end
    assert.same({ "typed-number 2019 5", "typed-number 3 5", "typed-number 4 5", "typed-number 7 7", "typed-claim rose 7",
      "typed-number 2020 8" }, told)
  end)

  it("typed by hand is let through in marks of lists, in addresses and declared", function()
    local letter = assert(letter_of('1. one\n   and more\n2. so\n{% if true then %}\n3. then\n{% end %}\n\n[notes](https://a.uk/2020/7) of {{ literal "2020" }} and {{ literal(7) }}'))
    assert.matches("2020 and 7\n$", letter.text)
  end)

  for _, row in ipairs { -- expression, what was said
    { "twice(council.upheld.denominator)", "6" }, { "council.upheld.numerator + council.upheld.numerator", "4" },
    { "counted(7, 'case')", "7" }, { "'page 12'", "12" }, { "number(year.year - 1)", "2,019" },
    { "council.upheld.denominator - 1", "2" }, { "-council.upheld.numerator", "-2" }, { "date('2020-01-22')", "22" },
    { "council.upheld_per_100k.value:match '^%d+'", "10" }, { "council.name:match '%d+'", "51" },
  } do
    it("made by the wording itself is refused: " .. row[1], function()
      -- what was read before, in a name or a date, or was compared, is no source of it
      local made, err = letter_of("{{ date(letter.date) }} {{ council.name }} {{ council.upheld.numerator }}\\\nWe found {{ " .. row[1] .. " }}.",
        { name = "Area 51 Council", upheld_per_100k = setmetatable({ value = "10.9", name = "upheld_per_100k" }, { __name = "upheld.figure" }) })
      assert.is_nil(made)
      local one = err.faults[1]
      assert.same({ "number-without-source", 6, row[1] }, { one.code, one.line, one.value })
      assert.matches(("the number %s in the value of"):format(row[2]), one.message, 1, true)
    end)
  end

  for _, expression in ipairs { "in_words(7)", "counted_words(7, 'case')", "ordinal_words(7)", "ordinal(7)", "in_words(council.upheld.denominator + 4)" } do
    it("in words made by the wording itself is refused: " .. expression, function()
      local made, err = letter_of("We found {{ " .. expression .. " }}.")
      assert.is_nil(made)
      local one = err.faults[1]
      assert.same({ "number-without-source", 5, "7" }, { one.code, one.line, one.value })
      assert.matches(": the number 7 comes from no figure, fact or date", one.message, 1, true)
      assert.matches("(literal(7), ...)", one.hint, 1, true)
    end)
  end

  for _, row in ipairs { -- expression, what was said
    { "sum(council.upheld.numerator, 13)", "sum: the number 13 comes from no figure" }, { "difference(41, 1)", "difference: the number 41 comes" },
    { "rate({ percent = 99 })", "rate: the table given is no figure of the letter" }, { "remainder({ numerator = 1, denominator = 78 })", "remainder: the table" },
    { "rates_chart(council, { words = { title = '55 cases' } })", 'the number 55 in the text "title" of a chart' },
    { "few()", 'the number seven in the value of "few()"' }, { "'fifty-five of them'", "the number fifty-five in the value" },
  } do
    it("made of such a number is refused: " .. row[1], function()
      local made, err = letter_of("We found {{ " .. row[1] .. " }}.")
      assert.is_nil(made)
      assert.equal("number-without-source", err.faults[1].code)
      assert.matches(row[2], err.faults[1].message, 1, true)
    end)
  end

  for _, row in ipairs { -- body, numbers as text / value / kind / field
    { "{{ rate(council.upheld) }}", "67%/67/figure/rate" },
    { "{{ council.upheld.percent }}%", "67/67/figure/percent" },
    { "{{ share(council.upheld) }}", "2/2/figure/numerator 3/3/figure/denominator" },
    { "{{ counted_words(council.upheld.numerator, 'case') }}", "two/2/figure/numerator" },
    { "{{ capital(in_words(council.upheld.denominator)) }} cases", "Three/3/figure/denominator" },
    { "{% local said = in_words(council.upheld.numerator) %}In {{ said }} of them", "two/2/figure/numerator" },
    { "{{ council.name }}, {{ (council.name:gsub(' Council', '')) }}, {{ literal 'Three Towers' }}.", "" },
    { "{% local n = council.upheld.numerator %}In {{ in_words(n) }} of them, {{ counted_words(n, 'case') }}", "two/2/figure/numerator two/2/figure/numerator" },
    { "{% local f = council.upheld %}{{ in_words(f.numerator) .. ', again ' .. in_words(f.numerator) }}",
      "two/2/figure/numerator two/2/figure/numerator" },
    { "{{ difference(council.upheld.numerator, council.upheld.denominator) }}", "-1/-1/derived/difference" },
    { "{{ 'it is ' .. difference(council.upheld.denominator, council.upheld.numerator) }}", "1/1/derived/difference" },
    { "{% local d, n = letter.date, council.name %}{{ date(d) }} {{ n }}.", "22/22/year/date 2020/2020/year/date" },
    { "{{ peer_rate(council.upheld:peers()) }}", "45%/45/peers/rate" },
    { "{{ number(council.upheld:peers().of) }}", "181/181/peers/of" },
    { "{{ number(remainder(council.upheld)) }}", "1/1/figure/remainder" },
    { "{% local f = council.upheld %}{{ rate(f) }}", "67%/67/figure/rate" },
    { "{% local n = council.upheld.denominator %}Of {{ n }}", "3/3/figure/denominator" },
    { "{{ date(letter.date) }}", "22/22/year/date 2020/2020/year/date" },
    { "{{ year.year }}", "2020/2020/year/year" },
    { "{{ council.name }}", "" },
  } do
    it(("is traced: %s"):format(row[1]), function()
      local letter = assert(letter_of(row[1]))
      local found = {}
      for _, n in ipairs(letter.origin.numbers) do
        found[#found + 1] = table.concat({ n.text, n.mark.value, n.mark.source.kind, n.mark.field }, "/")
      end
      assert.equal(row[2], table.concat(found, " "))
    end)
  end

  it("at a bound says so and is traced", function()
    local letter = assert(letter_of("{{ rate(council.upheld) }}", { upheld = figure("upheld", 249, 250) }))
    assert.matches("more than <data id=\"number-1\" value=\"99\">99%</data>", letter.html, 1, true)
  end)

  it("of the batch, and in a name, is what it is", function()
    local letter = assert(letter_of("{{ number(facts.people) }} in {{ council.name }}, {{ difference(facts.people, facts.before) }} more",
      { name = "Area 51 Council" }, { needed = "{ people = 'p', before = 'b' }", facts = { people = 1400, before = 900 } }))
    assert.matches('<data id="number-1" value="1400">1,400</data> in Area 51 Council, <data id="number-2" value="500">500</data> more',
      letter.html, 1, true)
  end)
end)

describe("every number of the letter of 2020", function()
  local SOME = { { "upheld", 11, 20 }, { "upheld", 1, 250 }, { "upheld", 0, 0 }, { "compliance", 249, 250 }, { "upheld", 1200, 2400 },
    { "satisfactory_remedy", 2, 2 }, { "compliance", 3, 8 } }

  it("stands in a <data> element, in the order of the trace, and nothing else does", function()
    for _, row in ipairs(SOME) do
      local given = { [row[1]] = figure(row[1], row[2], row[3], { peer = peers(44, { unknown = 7, authorities = 14, of = 21, as_published = 99.4 }) }) }
      local made = assert(letters.build(helper.year { council(given) }, { wording = "examples/wording/annual_review_2020.lua",
        facts = "examples/wording/facts_2020.lua", date = "2020-07-22" }))
      local letter = made[1]
      local html, k = letter.html:match "<header>(.*)</html>", 0
      for id, value, text in html:gmatch '<data id="number%-(%d+)" value="([^"]*)">([^<]*)</data>' do
        k = k + 1
        local n = letter.origin.numbers[k]
        assert.same({ tostring(k), n.mark.value, n.text }, { id, value, text })
      end
      assert.is_true(k > 30)
      -- digits outside of them are those of the title, of declared texts in it, and of addresses
      local rest = html:gsub("<data.-</data>", ""):gsub("<a .-</a>", ""):gsub("<h%d>", ""):gsub("</h%d>", "")
      local office = dofile "examples/wording/facts_2020.lua".office_address
      for digits in rest:gmatch "%d+" do assert.is_truthy(office:find(digits, 1, true), digits .. " in " .. rest) end
    end
  end)
end)

describe("the trace of a letter", function()
  local folder, db, register
  before_each(function()
    folder = files.folder()
    db = folder .. "/r.db"
    register = assert(upheld.open(db))
    local d = { "reference,authority_code,decided_date,outcome,remedied_before" }
    for i = 1, 12 do
      d[#d + 1] = ("19 000 %03d,%s,2019-06-01,%s,no"):format(i, i <= 6 and "D1" or "D2", i % 3 == 0 and "Not upheld" or "Upheld")
    end
    assert(register:import { authorities = files.write(folder .. "/a.csv", "code,name,type\nD1,\"Alpha \"\"A\"\" Council\",District\nD2,Beta Council,District\n"),
      decisions = files.write(folder .. "/d.csv", table.concat(d, "\n") .. "\n") })
  end)
  after_each(function() register:close() end)

  local WORDING = "return { name = 'T', title = '{{ council.name }}', body = [[\n# Figures\n\nWe upheld {{ rate(council.upheld) }}: {{ number("
    .. "council.upheld.numerator) }} of {{ number(council.upheld.denominator) }}; others {{ peer_rate(council.upheld:peers()) }}.\n]] }\n"

  it("has each number with its figure, its peers' rule, and the references behind it", function()
    local path = files.write(folder .. "/w.lua", WORDING)
    local made = assert(assert(register:year(2020)):letters { wording = path, date = "2020-07-22" })
    assert(made:write(folder .. "/out", { formats = { "html", "trace" } }))
    local text = files.read(folder .. "/out/D1.trace.json")
    assert.equal(made[1].trace, text)
    assert.is_nil(text:find(folder, 1, true)) -- no path of this machine
    local json = files.json()
    if not json then return pending "needs lua-dkjson" end
    local tree = assert(json.decode(text, 1, json.null))
    assert.same({ "D1", 'Alpha "A" Council', 2020, "2020-07-22" }, { tree.code, tree.name, tree.year, tree.date })
    assert.same({ "67%", "4", "6", "67%" }, { tree.numbers[1].text, tree.numbers[2].text, tree.numbers[3].text, tree.numbers[4].text })
    assert.same({ "upheld", "rate", "rate(council.upheld)", "w.lua", 4 }, { tree.numbers[1].figure, tree.numbers[1].field,
      tree.numbers[1].expression, tree.numbers[1].wording, tree.numbers[1].line })
    assert.same({ "pooled", 8, 12, 2 }, { tree.numbers[4].peers.average, tree.numbers[4].peers.numerator,
      tree.numbers[4].peers.denominator, tree.numbers[4].peers.authorities })
    assert.equal("pooled average of the type District, the authority in it", tree.numbers[4].rule)
    local f = tree.figures.upheld
    assert.same({ "19 000 001", "19 000 002", "19 000 004", "19 000 005" }, f.numerator_references)
    assert.same({ "19 000 001", "19 000 002", "19 000 003", "19 000 004", "19 000 005", "19 000 006" }, f.denominator_references)
    assert.same({ 4, 6, 67, "similar" }, { f.numerator, f.denominator, f.percent, f.class })
  end)

  it("is the same bytes on every run, and tells no reference where small counts are hidden", function()
    local path = files.write(folder .. "/w.lua", WORDING)
    local first = assert(assert(register:year(2020)):letters { wording = path, date = "2020-07-22", authority = "D2" })
    local again = assert(assert(register:year(2020)):letters { wording = path, date = "2020-07-22", authority = "D2" })
    assert.equal(first[1].trace, again[1].trace)
    local hiding = assert(register:year(2020, { disclosure = { suppress_below = 2 } }))
    local kept = assert(hiding:letters { wording = path, date = "2020-07-22", authority = "D2" })
    assert.is_nil(kept[1].trace:find("19 000", 1, true))
    assert.truthy(kept[1].trace:find('"denominator_references":null', 1, true))
  end)

  it("leads the command to the decisions behind counts by outcome and behind their sums", function()
    local path = files.write(folder .. "/s.lua", "return { name = 'S', title = 'S', facts = { extra = 'cases by telephone' }, body = [[\n# S\n\n"
      .. "{{ council.outcomes.Upheld }} and {{ sum(council.outcomes.Upheld, sum(council.outcomes['Not upheld'], facts.extra)) }}, "
      .. "{{ number(difference(council.outcomes.Upheld, facts.extra)) }} more\n]] }")
    files.write(folder .. "/f.lua", "return { extra = 2 }")
    local out, err, status = files.upheld("letters", db, "--year", "2020", "--wording", path, "--facts", folder .. "/f.lua", "--date", "2020-07-22", "--out",
      folder .. "/out")
    assert.same({ 0, "" }, { status, err }, out)
    for number, told in ipairs { "It counts decisions of the year with the outcome Upheld:\n  19 000 001, 19 000 002, 19 000 004, 19 000 005\n",
      "It is the sum of:\n+ 4  decisions of the year with the outcome Upheld:\n  19 000 001, 19 000 002, 19 000 004, 19 000 005\n"
      .. "+ 2  decisions of the year with the outcome Not upheld:\n  19 000 003, 19 000 006\n+ 2  facts.extra\n",
      "It is the difference of:\n+ 4  decisions of the year with the outcome Upheld:\n  19 000 001, 19 000 002, 19 000 004, 19 000 005\n- 2  facts.extra\n",
    } do
      out, err, status = files.upheld("why", db, "--letter", folder .. "/out/D1.html", "--number", tostring(number))
      assert.equal(0, status, err)
      assert.equal(told, (out:gsub("^[^\n]*\n", "")))
    end
    out, err, status = files.upheld("check", folder .. "/out", "--register", db)
    assert.same({ 0, "" }, { status, err }, out)
  end)

  it("leads the command to the decisions", function()
    local path = files.write(folder .. "/w.lua", WORDING)
    local out, err, status = files.upheld("letters", db, "--year", "2020", "--wording", path, "--date", "2020-07-22", "--out", folder .. "/out",
      "--format", "html,trace")
    assert.same({ 0, "" }, { status, err }, out)
    for _, file in ipairs { "D1.html", "D1.trace.json" } do
      out, err, status = files.upheld("why", db, "--letter", folder .. "/out/" .. file, "--number", "2")
      assert.equal(0, status, err)
      assert.truthy(out:find("Number 2 of the letter to D1: 4 (numerator), printed by {{ number(council.upheld.numerator) }} (w.lua:4)\n", 1, true), out)
      assert.truthy(out:find("References behind the numerator: 4\n", 1, true), out)
    end
    out, err, status = files.upheld("why", db, "--letter", folder .. "/out/D1.html", "--number", "2", "--json")
    assert.same({ 0, "" }, { status, err })
    assert.truthy(out:find('^{"letter":"D1","number":{"number":2,"text":"4",.-},"same":true,"now":"4","figure":{.*}}\n$'), out)
    local content = files.read(folder .. "/out/D1.trace.json")
    files.write(folder .. "/out/D1.trace.json", (content:gsub('("number":2,"text":)"4","value":"4"', '%1"3","value":"3"')))
    out, err, status = files.upheld("why", db, "--letter", folder .. "/out/D1.html", "--number", "2")
    assert.same({ 0, "" }, { status, err })
    assert.truthy(out:find(": 3 %(numerator%).-\nThe register no longer says so: it has 4%.\n"), out)
    files.write(folder .. "/out/D1.trace.json", content)
    files.write(folder .. "/out/D8.trace.json", content:sub(1, 300))
    for _, row in ipairs { { { "--letter", folder .. "/out/D8.txt", "--number", "1" }, 1, "this is no trace of a letter, or not a whole one" },
      { { "--letter", folder .. "/out/D1.html", "--number", "5" }, 1, "the letter has no number 5 (no-such-number); it has 1 to 4" },
      { { "--letter", folder .. "/out/D9.html", "--number", "1" }, 1, "D9.trace.json: No such file or directory (no-such-file); the trace is written beside a letter by --format trace" },
      { { "--letter", folder .. "/out/D1.html" }, 2, "why --letter needs --number" }, { { "--figure", "upheld", "--year", "2020" }, 2, "why needs --authority" } } do
      out, err, status = files.upheld("why", db, table.unpack(row[1]))
      assert.same({ row[2], "" }, { status, out })
      assert.truthy(err:find(row[3], 1, true), err)
    end
    out, err, status = files.upheld("letters", db, "--year", "2020", "--wording", path, "--date", "2020-07-22", "--out", folder .. "/o2", "--format", "hmtl")
    assert.same({ 2, "" }, { status, out })
    assert.truthy(err:find('there is no "hmtl"; html, text, markdown, docx, odt, pdf, print, print-pdf or trace', 1, true), err)
  end)
end)

describe("what no letter used", function()
  local body = "{% if council.upheld.numerator == 0 then %}\nNothing of it.\n{% elseif council.upheld.numerator == 2 then %}\nSome.\n{% else %}\n"
    .. "Other.\n{% end %}\n{% for _, n in ipairs {} do %}\n{{ n }}\n{% end %}\n{{ facts.used }} {{ busy() }}"
    .. " {{ include('given', { one = 'So.', other = 'x' }) }}"
  local function build(strict)
    local path = helper.file("return { name = 'Spec', title = 'Letter', facts = { used = 'one', spare = 'another' },\npartials = {\n"
      .. "idle = [[\nIdle.\n{% if council then %}\nx\n{% end %}\n]], given = [[{{ one }}]] }, functions = { idler = function() end,\n"
      .. "busy = function() return 'Busy.' end },\nbody = [==[\n# One\n\n" .. body .. "\n]==] }")
    return letters.build(helper.year { helper.council() }, { wording = path, facts = { used = "Yes", spare = "Never" },
      date = "2020-07-22", strict = strict })
  end

  it("is told, each with its line", function()
    local made = assert(build())
    local told = {}
    for _, note in ipairs(made.notes) do told[#told + 1] = ("%d %s %s"):format(note.line, note.code, note.value) end
    assert.same({ "1 unused-fact spare", "4 unused-partial idle", "8 unused-function idler", "8 unused-argument other", "13 branch-never-reached if council.upheld.numerator == 0 then",
      "17 branch-never-reached else", "20 branch-never-reached for _, n in ipairs {} do" }, told)
    assert.same(#made.notes, #assert(build()).notes)
  end)

  it("stops the letters when they are to be strict", function()
    local made, err = build(true)
    assert.is_nil(made)
    assert.same({ "unused-fact", 7 }, { err.code, #err.faults })
    assert.matches('no letter used the fact "spare" (another)', tostring(err), 1, true)
    assert.matches('no letter came to what follows "else"', tostring(err), 1, true)
  end)
end)

describe("the numbers of charts", function()
  local register, letter
  setup(function()
    register = assert(upheld.open ":memory:")
    assert(register:import { authorities = "examples/data/authorities.csv", published = "examples/data/published.csv" })
    local path = helper.file("return { name = 'Spec', title = 'Letter', body = [==[\n# One\n\n{{ rates_chart(council) }}\n\n"
      .. "{{ years_chart(council:trend('upheld')) }}\n\nAnd {{ rate(council.upheld) }}.\n]==] }")
    letter = assert(assert(register:year(2024)):letters { wording = path, date = "2024-07-24", authority = "City of York Council" })[1]
    files.write(files.build .. "/chart.trace.json", letter.trace)
  end)
  teardown(function()
    os.remove(files.build .. "/chart.trace.json")
    register:close()
  end)

  it("are traced, in the order of reading, as those of sentences are", function()
    local told, described = {}, {}
    for line in letter.trace:gmatch '\n({"number":[^\n]*)' do
      local function get(key) return line:match('"' .. key .. '":"?([^",}]*)') end
      local list = line:find('"in":"description"', 1, true) and described or told
      list[#list + 1] = ("%s %s %s %s%s"):format(get "text", get "kind", get "figure", get "field", get "year" and " " .. get "year" or "")
    end
    assert.same({ "31 value null year.ends", "2024 value null year.ends", "78% figure upheld percent", "7 figure upheld numerator", "9 figure upheld denominator", "45% figure upheld interval",
      "94% figure upheld interval", "79% peers upheld as_published", "100% figure compliance percent", "6 figure compliance numerator",
      "6 figure compliance denominator", "61% figure compliance interval", "100% figure compliance interval", "100% peers compliance percent",
      "0% figure satisfactory_remedy percent", "0 figure satisfactory_remedy numerator", "7 figure satisfactory_remedy denominator",
      "0% figure satisfactory_remedy interval", "35% figure satisfactory_remedy interval", "13% peers satisfactory_remedy percent",
      "2023 value null from", "2025 value null to", "2023 series upheld year 2023", "86% series upheld percent 2023", "19 series upheld numerator 2023", "22 series upheld denominator 2023",
      "67% series upheld interval 2023", "95% series upheld interval 2023", "2024 series upheld year 2024", "78% series upheld percent 2024",
      "7 series upheld numerator 2024", "9 series upheld denominator 2024", "45% series upheld interval 2024", "94% series upheld interval 2024",
      "2025 series upheld year 2025", "70% series upheld percent 2025", "7 series upheld numerator 2025", "10 series upheld denominator 2025",
      "40% series upheld interval 2025", "89% series upheld interval 2025", "78% figure upheld rate" }, told)
    -- the sentences of the drawings, as the text letter has them
    local own, as_cells = "95% literal null words", {}
    for i, line in ipairs(told) do
      if not line:find(" value null ", 1, true) and i < #told then as_cells[#as_cells + 1] = line end
    end
    local without_own = {}
    for _, line in ipairs(described) do
      if line ~= own and line ~= "100% literal null words" and line ~= "0% literal null words" then without_own[#without_own + 1] = line end
    end
    assert.same(as_cells, without_own)
    assert.same({ "78% figure upheld percent", "7 figure upheld numerator", "9 figure upheld denominator", own }, { table.unpack(described, 1, 4) })
    -- all others that the text has are those of the tables' heads, "95% interval"
    assert.equal(select(2, letter.text:gsub("%d+", "")), #told + #described + select(2, letter.text:gsub("Cases +95%%", "")))
  end)

  it("are <data> in the table and the sentences under the drawing", function()
    for number in letter.trace:gmatch '\n{"number":(%d+),' do
      assert.equal(1, select(2, letter.html:gsub(('<data id="number%%-%s" '):format(number), "")), number)
    end
    assert.matches('<td><data id="number-25" value="19">19</data> of <data id="number-26" value="22">22</data></td>', letter.html, 1, true)
  end)

  it("lead to the figure of their own year", function()
    local found = assert(require("upheld.trace").find(files.build .. "/chart.trace.json", 24))
    assert.same({ 2023, "upheld", "86%" }, { found.year, found.figure, found.text })
    assert.equal(2024, assert(require("upheld.trace").find(files.build .. "/chart.trace.json", 41)).year)
  end)
end)
