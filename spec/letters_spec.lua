local helper = require "helper_letters"
local letters = require "upheld.letters"
local wording = require "upheld.wording"

local WORDING = "examples/wording/annual_review_2020.lua"
local FACTS = "examples/wording/facts_2020.lua"
local figure, peers, council = helper.figure, helper.peers, helper.council

local function options(extra)
  local opts = { wording = WORDING, facts = FACTS, date = "2020-07-22" }
  for key, value in pairs(extra or {}) do opts[key] = value end
  return opts
end

local function build(councils, extra)
  return letters.build(helper.year(councils), options(extra))
end

-- A wording file of a few texts; gives its path and the file's text.
local function wording_file(fields)
  local source = "-- a wording for a spec\n\nlocal functions = {}\n" .. (fields.code or "") .. "\nreturn {\n  name = 'Spec',\n"
    .. "  functions = functions,\n  title = [[" .. (fields.title or "Letter to {{ council.name }}") .. "]],\n"
    .. (fields.extra or "") .. "\n  body = [[\n" .. fields.body .. "]],\n}\n"
  return helper.file(source), source
end

local function line_with(source, text)
  local at = assert(source:find(text, 1, true), text)
  local _, before = source:sub(1, at):gsub("\n", "")
  return before + 1
end

-- One letter from a body.
local function letter_of(body, extra, given)
  local fields = { body = body }
  for key, value in pairs(extra or {}) do fields[key] = value end
  local path, source = wording_file(fields)
  local made, err = letters.build(helper.year { council(given) }, { wording = path, date = "2020-07-22" })
  return made and made[1], err, source
end

after_each(helper.clean)

--------------------------------------------------------------------------------

-- States of a figure and of its peers; each letter of the batch below has one pair for one figure.
local FIGURES = {
  { "zero", 0, 0 }, { "not recorded", nil, nil }, { "one of one", 1, 1 }, { "none of one", 0, 1 }, { "some", 2, 3 },
  { "none of many", 0, 4 }, { "all of many", 5, 5 }, { "both", 2, 2 }, { "all but one of many", 249, 250 }, { "one of many", 1, 250 },
  { "thousands", 1200, 2400 }, { "published", 3, 8, { basis = "published" } },
  { "published, of one", 1, 1, { basis = "published" } }, { "derived", 7, 9, { basis = "derived" } },
  { "numerator unknown", nil, 5, { reason = "not-recorded" } },
}
local PEERS = {
  { "no peers", nil }, { "all", peers(45) }, { "without a rate", peers(nil, { authorities = 0, without_rate = 181 }) },
  { "part, published", peers(44, { authorities = 14, of = 21, unknown = 7, without_rate = 0, as_published = 45 }) },
  { "part, published with a decimal",
    peers(99, { authorities = 14, of = 21, unknown = 7, without_rate = 0, as_published = 99.4 }) },
  { "part, not published", peers(44, { authorities = 14, of = 21, unknown = 7, without_rate = 0 }) },
  { "nothing known", peers(nil, { authorities = 0, without_rate = 0, unknown = 181 }) },
  { "at the bound", peers(100, { numerator = 999, denominator = 1000 }) },
}
local INDICATORS = { "upheld", "compliance", "satisfactory_remedy" }

local function figure_of(name, row, peer)
  local extra = { peer = peer }
  for key, value in pairs(row[4] or {}) do extra[key] = value end
  local f = figure(name, row[2], row[2] and row[3], extra)
  if row[2] == nil and row[3] then f.denominator = row[3] end
  return f
end

local batch, described = {}, {}
for _, name in ipairs(INDICATORS) do
  for _, row in ipairs(FIGURES) do
    for _, group in ipairs(PEERS) do
      local code = ("C%03d"):format(#batch + 1)
      batch[#batch + 1] = council {
        code = code, recipient = #batch % 3 ~= 0 and { name = "Mx Example", role = "Chief Executive" } or false,
        [name] = figure_of(name, row, group[2]),
      }
      described[code] = ("%s, %s, %s"):format(name, row[1], group[1])
    end
  end
end

-- The blocks of a letter's text between its heading and its signature, without headings.
local function sentences(text)
  local body = text:match("\n=+\n\n(.-)\n\nYours sincerely\n")
  local blocks = {}
  for block in (body .. "\n\n"):gmatch("(.-)\n\n+") do
    if not block:find("\n%-+$") then blocks[#blocks + 1] = block end
  end
  return blocks
end

local function panel(text, heading)
  return (text:match("\n" .. heading .. "\n%-+\n\n(.-)\n\n[^\n]+\n%-%-%-+\n"):gsub("\n\n", "|"):gsub("\n", " "))
end

describe("the letter of 2020", function()
  local made = assert(build(batch))

  it("is made for every state of figure and peers", function()
    assert.equal(#INDICATORS * #FIGURES * #PEERS, #made)
    assert.equal(("%d letters"):format(#made), tostring(made))
  end)

  it("reads as English in each", function()
    local never = {
      "nil", "{{", "}}", "{%%", "%%}", "%S  +%S", " [.,;:!?]", "%.%.", ",%.", "[^%d,.]1 %a+s ", "[^%d,.]1 %a+ %a+s ",
      "table:", "function:", "  %%", "[\1-\9\11-\31]", " \n", "%*", "\\",
    }
    for _, letter in ipairs(made) do
      local what = described[letter.code] .. "\n" .. letter.text
      for _, pattern in ipairs(never) do
        -- Items are indented and addresses are no sentences: words only.
        assert.is_nil(letter.text:gsub("\n +", "\n"):find(pattern), pattern .. " in " .. what)
      end
      for _, block in ipairs(sentences(letter.text)) do
        assert.matches("^[%u%-]", block, 1, false)
        assert.is_truthy(block:find("[.!?]$"), ("%q is not closed in %s"):format(block, what))
      end
      assert.matches("[^\n]\n$", letter.text)
      for line in letter.text:gmatch "[^\n]+" do assert.is_true(utf8.len(line) <= 78, line) end
    end
  end)

  it("holds no number that is not a figure's, a date's or a fact's", function()
    local allowed = {}
    for number in ("2020 31 22 29 1 2019 118 47 1,400 178 2 3 0% 67% 100% 45% 99% 20% 1% 1EX EX1"):gmatch "%S+" do
      allowed[number] = true
    end
    for i, letter in ipairs(made) do
      local ok = {}
      for _, name in ipairs(INDICATORS) do
        local f = batch[i][name]
        for _, value in ipairs { f.numerator or "", f.denominator or "", f.denominator and f.numerator
          and f.denominator - f.numerator or "" } do
          ok[tostring(value)] = true
        end
        if f.percent then ok[f.percent .. "%"] = true end
        local p = f.peer or {}
        ok[tostring(p.authorities)], ok[tostring(p.of)] = true, true
        if p.percent then ok[p.percent .. "%"] = true end
        if p.as_published then ok[p.as_published .. "%"] = true end
      end
      for number in letter.text:gmatch "%f[%w][%d][%d,.]*%%?" do
        number = number:gsub("[,.]$", "")
        assert.is_true(allowed[number] or ok[number] or ok[(number:gsub(",", ""))] or false,
          number .. " in " .. described[letter.code])
      end
    end
  end)

  it("has the same words in both formats", function()
    local entities = { ["&amp;"] = "&", ["&lt;"] = "<", ["&gt;"] = ">", ["&quot;"] = '"', ["&#39;"] = "'" }
    for _, letter in ipairs(made) do
      local html = letter.html:match("<body>(.*)</body>"):gsub('<a href="(.-)">(.-)</a>', "%2 (%1)"):gsub("<li>", "- ")
      html = html:gsub("<[^>]+>", ""):gsub("&#?%w+;", entities)
      local function joined(s) return (s:gsub("\n[=-]+\n", "\n"):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")) end
      assert.equal(joined(letter.text), joined(html))
    end
  end)

  local P = "between 1 April 2019 and 31 March 2020"
  local rows = {
    { "upheld", "Complaints upheld", {
      ["zero, no peers"] = "We completed no detailed investigations of complaints about your authority " .. P
        .. ", so there is no rate to give.",
      ["zero, all"] = "We completed no detailed investigations of complaints about your authority " .. P
        .. ", so there is no rate to give. The average of similar authorities was 45%.",
      ["not recorded, no peers"] = "It is not recorded how many complaints about your authority we investigated in detail "
        .. "this year and how many of them we upheld, so we give no rate.",
      ["numerator unknown, no peers"] = "It is not recorded how many complaints about your authority we investigated in "
        .. "detail this year and how many of them we upheld, so we give no rate.",
      ["one of one, all"] = "The only complaint about your authority that we investigated in detail was upheld, a rate of "
        .. "100%. The average of similar authorities was 45%.|Based on 1 detailed investigation " .. P .. ".",
      ["none of one, no peers"] = "The only complaint about your authority that we investigated in detail was not upheld, a "
        .. "rate of 0%.|Based on 1 detailed investigation " .. P .. ".",
      ["some, part, not published"] = "We upheld 67% of the complaints about your authority that we investigated in detail: "
        .. "2 of 3. The average of the similar authorities whose figures we have, 14 of 21, was 44%.|Based on 3 detailed "
        .. "investigations " .. P .. ".",
      ["some, part, published"] = "We upheld 67% of the complaints about your authority that we investigated in detail: "
        .. "2 of 3. The average of similar authorities was 45%, as published.|Based on 3 detailed investigations " .. P .. ".",
      ["one of many, nothing known"] = "We upheld less than 1% of the complaints about your authority that we investigated "
        .. "in detail: 1 of 250. There is no average of similar authorities to compare with.|Based on 250 detailed "
        .. "investigations " .. P .. ".",
      ["thousands, no peers"] = "We upheld 50% of the complaints about your authority that we investigated in detail: 1,200 "
        .. "of 2,400.|Based on 2,400 detailed investigations " .. P .. ".",
      ["derived, no peers"] = "We upheld 78% of the complaints about your authority that we investigated in detail: 7 of "
        .. "9.|Based on 9 detailed investigations " .. P
        .. ". The number of complaints upheld is worked out from the published rate.",
    } },
    { "compliance", "Compliance with recommendations", {
      ["zero, no peers"] = "In no case did we record " .. P
        .. " whether your authority carried out our recommendations, so there is no rate to give.",
      ["all of many, at the bound"] = "Your authority carried out our recommendations in 100% of the cases in which we "
        .. "checked this: all 5. The average of similar authorities was more than 99%.|Based on 5 compliance outcomes " .. P
        .. ".",
      ["all but one of many, part, published with a decimal"] = "Your authority carried out our recommendations in more "
        .. "than 99% of the cases in which we checked this: 249 of 250. The average of similar authorities was 99.4%, as "
        .. "published.|It is rare that our recommendations are not carried out. Please look again at the case in which this "
        .. "happened (1 of 250) and see what is to be learned from it.|Based on 250 compliance outcomes " .. P .. ".",
      ["both, no peers"] = "Your authority carried out our recommendations in 100% of the cases in which we checked this: "
        .. "both.|Based on 2 compliance outcomes " .. P .. ".",
      ["none of one, no peers"] = "In the only case in which we checked this, your authority did not carry out our "
        .. "recommendations, a rate of 0%.|It is rare that our recommendations are not carried out. Please look again at the "
        .. "case in which this happened and see what is to be learned from it.|Based on 1 compliance outcome " .. P .. ".",
      ["none of many, no peers"] = "Your authority carried out our recommendations in 0% of the cases in which we checked "
        .. "this: none of 4.|It is rare that our recommendations are not carried out. Please look again at the cases in "
        .. "which this happened (4 of 4) and see what is to be learned from them.|Based on 4 compliance outcomes " .. P .. ".",
    } },
    { "satisfactory_remedy", "Satisfactory remedies provided by the authority", {
      ["zero, no peers"] = "We upheld no complaints about your authority " .. P .. ", so there is no rate to give.",
      ["one of one, no peers"] = "In the only case that we upheld, your authority had provided a satisfactory remedy before "
        .. "the complaint reached us, a rate of 100%.|Based on 1 upheld complaint " .. P .. ".",
      ["published, no peers"] = "In 38% of the cases that we upheld, your authority had provided a satisfactory remedy "
        .. "before the complaint reached us: 3 of 8.|Based on 8 upheld complaints " .. P .. ". The counts are those published.",
    } },
  }
  for _, row in ipairs(rows) do
    local name, heading, expected = row[1], row[2], row[3]
    for _, letter in ipairs(made) do
      local state = described[letter.code]:match("^" .. name .. ", (.*)$")
      if state and expected[state] then
        it(("says of %s: %s"):format(name, state), function() assert.equal(expected[state], panel(letter.text, heading)) end)
      end
    end
  end

  it("cautions where the figure does: a base that is small by the scheme's threshold", function()
    local cases = { -- counts, caution -> the end of the panel
      { 2, 3, "few-cases", "|Based on 3 detailed investigations " .. P
        .. ". With so few cases, one more or one fewer would have changed the rate a good deal." },
      { 1, 1, "few-cases", "|Based on 1 detailed investigation " .. P .. ". A single case says little by itself." },
      { 12, 30, nil, "|Based on 30 detailed investigations " .. P .. "." },
    }
    for _, c in ipairs(cases) do
      local one = assert(build { council { upheld = figure("upheld", c[1], c[2], { caution = c[3] }) } })
      local said = panel(one[1].text, "Complaints upheld")
      assert.equal(c[4], said:sub(-#c[4]), said)
    end
  end)

  it("speaks of averages only where there are peers", function()
    local function alone(given)
      for _, name in ipairs(INDICATORS) do given[name] = figure(name, 2, 3) end
      return council(given)
    end
    local two = assert(build { alone { code = "A", type = "National Park" }, council { code = "B" } })
    assert.is_nil(two[1].text:find("average"))
    assert.matches("How the averages are made", two[2].text)
    for _, kind in ipairs { "county councils", "district\ncouncils", "metropolitan boroughs", "unitary councils", "London boroughs" } do
      assert.matches(kind, two[2].text, 1, true)
    end
  end)

  it("goes to the recipient, or to the Chief Executive", function()
    local made_for = assert(build {
      council { code = "A" }, council { code = "B", recipient = false },
      council { code = "C", recipient = { name = "Dr Example", role = "", salutation = "" } },
    })
    local who = "\n\nTonbridge and Malling Borough Council\n\n"
    assert.matches("\n\nMs J Example\nChief Executive" .. who:sub(2) .. "Dear Ms Example\n", made_for[1].text, 1, true)
    assert.matches("\n\nChief Executive" .. who:sub(2) .. "Dear Chief Executive\n", made_for[2].text, 1, true)
    assert.matches("\n\nDr Example\nChief Executive" .. who:sub(2) .. "Dear Dr Example\n", made_for[3].text, 1, true)
  end)

  it("compares this year's training with last year's", function()
    for _, row in ipairs { { 118, 71, "47 more courses than last" }, { 72, 71, "1 more course than last" },
      { 71, 71, "as many courses as last" }, { 70, 71, "1 fewer course than last" }, { 60, 71, "11 fewer courses than last" } } do
      local facts = dofile(FACTS)
      facts.courses, facts.courses_before = row[1], row[2]
      local text = assert(build({ council() }, { facts = facts }))[1].text:gsub("\n", " ")
      assert.matches("That is " .. row[3] .. " year.", text, 1, true)
    end
  end)

  it("is the same bytes on every run", function()
    local again = assert(build(batch))
    for i = 1, #made do
      assert.equal(made[i].text, again[i].text)
      assert.equal(made[i].html, again[i].html)
    end
  end)

  it("follows no locale", function()
    local before = os.setlocale()
    local set = os.setlocale "de_DE.UTF-8" or os.setlocale "fr_FR.UTF-8" or os.setlocale "C.UTF-8"
    local again = assert(build(batch))
    os.setlocale(before)
    assert.is_truthy(set or before)
    for i = 1, #made do assert.equal(made[i].text, again[i].text) end
  end)

  it("carries a notice at the top and the end of both formats", function()
    local one = assert(build({ council() }, { notice = "Invented data for demonstration" }))[1]
    assert.matches("^Invented data for demonstration\n\n", one.text)
    assert.matches("\n\nInvented data for demonstration\n$", one.text)
    local _, times = one.html:gsub('<p class="notice">Invented data for demonstration</p>', "")
    assert.equal(2, times)
  end)

  it("takes hostile names for names", function()
    for _, name in ipairs { "O'Brien & Sons <script>", "# Council", "**Council**", "[x](https://x.uk)", "=1+1", "- a",
      "\226\128\174edit", ("long "):rep(100) .. "name", "| a |", "&amp;", "{{ x }}" } do
      local one = assert(build { council { name = name } })[1]
      local body = one.html:match("<body>(.*)$")
      assert.is_nil(body:find("<script", 1, true))
      local _, headings = body:gsub("<h1>", "")
      assert.equal(1, headings)
      local plain = name:gsub("[&<>\"']", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" })
      assert.is_truthy(body:find(plain, 1, true), name)
      assert.is_truthy(one.text:gsub("%s+", " "):find((name:gsub("%s+", " ")), 1, true), name)
    end
  end)
end)

--------------------------------------------------------------------------------

describe("a batch", function()
  it("reports every fault of every letter, at the wording's own lines", function()
    local path, source = wording_file {
      body = "# {{ council.nam }}\n\n{{ facts.x }} {{ curses }}\n\n{% if council.upheld.percent > 50 then %}\nhigh\n{% end %}\n",
    }
    local made, err = letters.build(helper.year {
      council { code = "A", upheld = figure("upheld", 0, 0) }, council { code = "B" },
    }, { wording = path, date = "2020-07-22" })
    assert.is_nil(made)
    local got = {}
    for i, one in ipairs(err.faults) do
      assert.equal(path, one.file)
      got[i] = ("%s %s %d"):format(one.letter, one.code, one.line)
    end
    local name, other = line_with(source, "council.nam }}"), line_with(source, "curses")
    assert.same({
      "A absent-value " .. name, "A absent-fact " .. other, "A absent-name " .. other,
      "A wording-error " .. line_with(source, "percent > 50"),
      "B absent-value " .. name, "B absent-fact " .. other, "B absent-name " .. other,
    }, got)
    assert.equal("absent-value", err.code)
    local text = tostring(err)
    assert.matches("^2 letters, 7 faults: no letter can be used\n", text)
    assert.matches(path .. ":" .. other .. ': the name "curses" is absent (absent-name) [2 letters: A, B]', text, 1, true)
  end)

  it("reports faults of markup at the wording's lines", function()
    local _, err, source = letter_of("# One\n\n{% if true then %}\na\n{% end %}\n\n{{ council.name }}: <b>so</b>\n")
    assert.equal("bad-markup", err.code)
    assert.equal(line_with(source, "<b>so"), err.line)
    assert.equal("E07000115", err.letter)
  end)

  it("points at the line of the analyst's function", function()
    local _, err, source = letter_of("# One\n\n{{ f(council) }}\n", {
      code = "function functions.f(c)\n  local p = c.upheld:peers()\n  return p.percent .. p.persent\nend\n",
    })
    assert.equal(line_with(source, "p.persent"), err.line)
    assert.equal(("called from line %d"):format(line_with(source, "f(council)")), err.hint)
  end)

  it("finds the lines of short strings", function()
    local path, source = wording_file { body = "# One\n", extra = "  footer = '{{ absent }}',", title = "T" }
    local _, err = letters.build(helper.year { council() }, { wording = path, date = "2020-07-22" })
    assert.equal(line_with(source, "{{ absent }}"), err.line)
  end)

  local faults = {
    { "a figure without a rate", "# One\n\n{{ rate(council.upheld) }}", { upheld = figure("upheld", 0, 0) }, "no-rate",
      'the figure "upheld" has no rate (none-investigated)' },
    { "a figure printed as it is", "# One\n\n{{ council.upheld }}", nil, "unprintable-value", "is a table" },
    { "counts that are not known", "# One\n\n{{ remainder(council.upheld) }}", { upheld = figure("upheld") }, "no-counts",
      "has no counts (not-recorded)" },
    { "a class that is not known", "# One\n\n{{ compared(council.upheld) }}", nil, "no-class", "has no class (no-peers)" },
    { "no heading", "text", nil, "empty-letter", "the letter has no heading" },
    { "a misspelt field of the addressee", "# One\n\n{% if addressee.nmae then %}x{% end %}", nil, "absent-name",
      'addressee has no "nmae"' },
    { "a misspelt figure", "# One\n\n{{ council.upheld.percnt }}", nil, "wording-error", 'a figure has no "percnt"' },
    { "writing to the letter", "# One\n\n{% letter.date = 'x' %}", nil, "read-only", "letter is read-only" },
    { "a fraction", "# One\n\n{{ printed(99.45) }}", nil, "fraction", "no number of at most one decimal" },
  }
  for _, row in ipairs(faults) do
    it("is stopped by " .. row[1], function()
      local letter, err = letter_of(row[2], nil, row[3])
      assert.is_nil(letter)
      assert.equal(row[4], err.code)
      assert.is_truthy(err.message:find(row[5], 1, true), err.message)
    end)
  end

  it("has figure words", function()
    local function said(expression, upheld) return letter_of("# One\n\n{{ " .. expression .. " }}", nil, { upheld = upheld }).text end
    local f = figure("upheld", 23, 40, { class_name = "high 95" })
    assert.matches("\n58%%\n$", said("rate(council.upheld)", f))
    assert.matches("\nhigher than\n$", said("compared(council.upheld)", f))
    assert.matches("\n1 day\n$", said("rate(council.upheld)", figure("days", 4, 9, { value = "1", unit = "days" })))
    assert.matches("\n5.5\n$", said("rate(council.upheld)", figure("upheld_per_100k", 31, 565000, { value = "5.5" })))
    local printed = "printed(council.upheld:peers().as_published)"
    assert.matches("\n99.4\n$", said(printed, figure("upheld", 1, 2, { peer = helper.peers(45, { as_published = 99.4 }) })))
    assert.matches("\n45\n$", said(printed, figure("upheld", 1, 2, { peer = helper.peers(45, { as_published = 45.0 }) })))
  end)

  it("is of one authority, or of those chosen", function()
    local councils = { council { code = "A" }, council { code = "B", name = "Bee" }, council { code = "C" } }
    assert.equal("B", assert(build(councils, { authority = "Bee" }))[1].code)
    assert.equal("1 letter", tostring(assert(build(councils, { authority = "Bee" }))))
    local some = assert(build(councils, { where = function(c) return c.code ~= "B" end }))
    assert.same({ "A", "C" }, { some[1].code, some[2].code })
    local _, err = build(councils, { authority = "Cee" })
    assert.equal("no-such-authority", err.code)
    _, err = build(councils, { where = function() return false end })
    assert.equal("no-letters", err.code)
  end)

  for _, date in ipairs { "2020-02-30", "22/07/2020", "", "22 July 2020" } do
    it(("refuses the date %q"):format(date), function()
      local made, err = build({ council() }, { date = date })
      assert.is_nil(made)
      assert.equal("bad-date", err.code)
    end)
  end

  for _, code in ipairs { "a/b", "..", ".", ".hidden", "a b", "", "é", "a\\b", "a\0b" } do
    it(("refuses the code %q"):format(code), function()
      local made, err = build { council { code = code } }
      assert.is_nil(made)
      assert.equal("bad-code", err.code)
    end)
  end

  it("refuses two authorities whose files would be one", function()
    local _, err = build { council { code = "E1" }, council { code = "e1" } }
    assert.equal("same-code", err.code)
  end)

  local misuse = {
    { { wordng = "x" }, 'unknown key "wordng"; did you mean "wording"?' }, { { date = false }, "date is to be a text" },
    { { wording = 3 }, "wording is to be a path or a wording" }, { { facts = 3 }, "facts is to be a path or a table" },
    { { where = "x" }, "where is to be a function" }, { { notice = " " }, "notice is to be a text" },
  }
  for _, row in ipairs(misuse) do
    it("raises: " .. row[2], function()
      assert.error_matches(function() build({ council() }, row[1]) end, row[2], 1, true)
    end)
  end
end)

describe("facts", function()
  local function facts_with(change)
    local facts = dofile(FACTS)
    for key, value in pairs(change) do facts[key] = value end
    return facts
  end
  local rows = {
    { "an extra one", facts_with { coursse = 1 }, "extra-fact", 'no fact "coursse"', 'did you mean "courses"?' },
    { "a brace", facts_with { delivery = "to {{name}}" }, "stray-brace", 'the fact "delivery" has a "{" in it', "facts are printed as they are" },
    { "an empty text", facts_with { delivery = "" }, "bad-fact", 'the fact "delivery" is an empty text' },
    { "a fraction", facts_with { courses = 1.5 }, "bad-fact", "number with a fraction" },
    { "a table", facts_with { courses = {} }, "bad-fact", 'the fact "courses" is a table' },
    { "a wrong date", facts_with { publication_date = "2020-02-30" }, "bad-date", "2020-02-30 is not a date" },
    { "no UTF-8", facts_with { delivery = "\xff" }, "bad-utf8", "not valid UTF-8" },
  }
  for _, row in ipairs(rows) do
    it("are refused for " .. row[1], function()
      local made, err = build({ council() }, { facts = row[2] })
      assert.is_nil(made)
      assert.equal(row[3], err.code)
      assert.is_truthy(err.message:find(row[4], 1, true), err.message)
      if row[5] then assert.equal(row[5], err.hint) end
    end)
  end

  it("that are missing are all named, with what they are", function()
    local _, err = build({ council() }, { facts = { courses = 1 } })
    assert.equal(15, #err.faults)
    assert.matches('the fact "courses_before" (training courses held last year) is not given', tostring(err), 1, true)
  end)

  it("of a file have its name and line", function()
    local path = helper.file("-- facts\nreturn {\n  courses = 1,\n  extra = 2,\n}\n")
    local _, err = build({ council() }, { facts = path })
    local last = err.faults[#err.faults]
    assert.same({ "extra-fact", path, 4 }, { last.code, last.file, last.line })
  end)

  it("come from no file that is not there or no table", function()
    local _, err = build({ council() }, { facts = "no/such.lua" })
    assert.same({ "no-such-file", "no/such.lua" }, { err.code, err.file })
    _, err = build({ council() }, { facts = helper.file "return 3" })
    assert.matches("the file returns a number and not a table", tostring(err))
    _, err = build({ council() }, { facts = helper.file "return { a = 1" })
    assert.equal("bad-lua", err.code)
    _, err = build({ council() }, { facts = helper.file "\nreturn { a = os.time() }" })
    assert.same({ "absent-name", 2 }, { err.code, err.line })
  end)
end)

describe("a wording file", function()
  local rows = {
    { "with an unknown key", "return { name = 'n', title = 't', body = 'b', boddy = 'x' }", "unknown-key", 'unknown key "boddy"' },
    { "without a body", "return { name = 'n', title = 't' }", "bad-wording", '"body" is missing' },
    { "with a number for a text", "return { name = 'n', title = 't', body = 3 }", "bad-wording", '"body" is a number' },
    { "with an empty partial", "return { name = 'n', title = 't', body = 'b', partials = { p = '' } }", "bad-wording",
      'the partial "p" is empty' },
    { "with a text for a function", "return { name = 'n', title = 't', body = 'b', functions = { f = 'x' } }", "bad-wording",
      'the function "f" is a string and not a function' },
    { "with a function that hides a helper",
      "return { name = 'n', title = 't', body = 'b', functions = { rate = function() end } }", "taken-name", '"rate"' },
    { "with a function that hides the council",
      "return { name = 'n', title = 't', body = 'b', functions = { council = function() end } }", "taken-name", '"council"' },
    { "with a wrong language", "return { name = 'n', title = 't', body = 'b', language = 'English!' }", "bad-wording",
      "no language tag" },
    { "with a wrong template", "return { name = 'n', title = 't', body = 'b {{ x' }", "bad-template", '"}}" is missing' },
    { "that returns nothing", "local x = 1", "bad-wording", "returns a nil and not a table" },
    { "that is no Lua", "return {", "bad-lua", "unexpected symbol" },
    { "that fails", "\nerror('stop')", "wording-error", "stop" },
    { "that uses what it must not", "local f = io.open('x')", "absent-name", 'the name "io" is absent' },
    { "that sets a global name", "x = 1", "global-name", '"x" would be a global name' },
  }
  for _, row in ipairs(rows) do
    it(row[1] .. " is refused", function()
      local path = helper.file(row[2])
      local made, err = wording.load(path)
      assert.is_nil(made)
      assert.equal(row[3], err.code)
      assert.equal(path, err.file)
      assert.is_truthy(err.message:find(row[4], 1, true), err.message)
      assert.matches("^.-" .. path, tostring(err))
    end)
  end

  it("gets a byte-order mark and CRLF forgiven", function()
    local path = helper.file("\239\187\191return { name = 'n', title = 't',\r\n body = [[\r\n# a\r\n\r\nb\r\n]] }\r\n")
    local made = assert(letters.build(helper.year { council() }, { wording = path, date = "2020-07-22" }))
    assert.equal("a\n=\n\nb\n", made[1].text)
  end)
end)

describe("wording:with", function()
  local base = assert(wording.load(WORDING))

  it("gives a changed copy and leaves the original", function()
    local changed = assert(base:with {
      name = "Ours",
      partials = { base = "Counted {{ period() }}, {{ in_words(f.denominator) }} in total." },
      functions = { more_courses = function() return "rather more than" end },
    })
    local ours = assert(build({ council() }, { wording = changed }))[1].text:gsub("\n", " ")
    local theirs = assert(build({ council() }, { wording = base }))[1].text:gsub("\n", " ")
    assert.matches("Counted between 1 April 2019 and 31 March 2020, three in total.", ours, 1, true)
    assert.matches("That is rather more than last year.", ours, 1, true)
    assert.is_nil(ours:find("Based on", 1, true))
    assert.matches("Based on 3 detailed investigations", theirs, 1, true)
    assert.matches("That is 47 more courses than last year.", theirs, 1, true)
    assert.equal("Ours", changed.name)
  end)

  it("places faults in the script that gave the text", function()
    local changed = assert(base:with { partials = { average = [[
      {{ "first" }}
      {{ second }}
    ]] } })
    local here = debug.getinfo(1, "l").currentline
    local _, err = build({ council() }, { wording = changed })
    assert.equal("absent-name", err.code)
    assert.matches("letters_spec.lua$", err.file)
    assert.equal(here - 2, err.line)
  end)

  it("adds a partial only with a text that uses it", function()
    assert.error_matches(function() base:with { partials = { averge = "x" } } end,
      'there is no partial "averge" to change; did you mean "average"?', 1, true)
    assert.error_matches(function() base:with { functions = { perod = function() end } } end,
      'there is no function "perod" to change; did you mean "period"?', 1, true)
    assert(base:with { partials = { base = "{% include 'extra' %}", extra = "x" } })
  end)

  it("refuses what it cannot use", function()
    assert.error_matches(function() base:with { bodi = "x" } end, 'unknown key "bodi"; did you mean "body"?', 1, true)
    assert.error_matches(function() base:with { body = 3 } end, "every text is to be a string")
    assert.error_matches(function() base:with { functions = { rate = function() end } } end, "the name of a helper")
    local made, err = base:with { body = "{{ x" }
    assert.is_nil(made)
    assert.equal("bad-template", err.code)
  end)
end)

describe("letters:write", function()
  local core, calls, answer
  before_each(function()
    core, calls, answer = package.loaded["upheld.core"], {}, { true }
    package.loaded["upheld.core"] = {
      list_files = function() return "" end, read_file = function() return nil, { code = "no-such-file" } end,
      write_files = function(directory, files)
        calls[#calls + 1] = { directory, files }
        return table.unpack(answer)
      end,
    }
  end)
  after_each(function() package.loaded["upheld.core"] = core end)

  local two = assert(build { council { code = "A" }, council { code = "B" } })

  it("hands all files to one call", function()
    assert.is_true(two:write("out", { formats = { "html", "text" } }))
    assert.equal(1, #calls)
    assert.equal("out", calls[1][1])
    local names = {}
    for i, file in ipairs(calls[1][2]) do names[i] = file[1] end
    assert.same({ "A.html", "A.txt", "B.html", "B.txt" }, names)
    assert.equal(two[1].html, calls[1][2][1][2])
    assert.equal(two[2].text, calls[1][2][4][2])
  end)

  it("writes the formats asked for", function()
    assert.is_true(two:write("out", { formats = { "text" } }))
    assert.equal(2, #calls[1][2])
    assert.is_true(two:write "out")
    assert.equal(6, #calls[2][2])
  end)

  it("gives back what failed", function()
    local failure = { code = "disk-full" }
    answer = { nil, failure }
    local done, err = two:write "out"
    assert.is_nil(done)
    assert.equal(failure, err)
  end)

  it("raises on misuse, and writes nothing", function()
    assert.error_matches(function() two:write("out", { formats = { "txt" } }) end, 'unknown format "txt"; did you mean "text"?', 1, true)
    assert.error_matches(function() two:write("out", { format = { "text" } }) end, 'unknown key "format"', 1, true)
    assert.error_matches(function() two:write("out", { formats = { "text", "text" } }) end, "twice")
    assert.error_matches(function() two:write("out", { formats = {} }) end, "formats is to be a list")
    assert.error_matches(function() two:write() end, "a directory is expected")
    assert.equal(0, #calls)
  end)
end)

describe("a chart in a letter", function()
  local files = require "helper"
  local upheld = require "upheld"
  local register
  setup(function()
    register = assert(upheld.open ":memory:")
    assert(register:import { authorities = "examples/data/authorities.csv", published = "examples/data/published.csv" })
  end)
  teardown(function()
    register:close()
    files.cleanup()
  end)

  local function letter(body)
    local path = files.write(files.folder() .. "/w.lua", "return { name = 'C', title = 'Charts', body = [==[\n" .. body .. "]==] }\n")
    return assert(register:year(2025)):letters { wording = path, date = "2025-07-22", authority = "City of York Council" }
  end

  it("is a drawing with its numbers in HTML, and words with a table in text", function()
    local made = assert(letter "# Charts\n\n{{ rates_chart(council) }}\n\nBetween.\n\n{{ years_chart(council:trend('upheld')) }}\n")
    local html, text = made[1].html, made[1].text
    local _, drawings = html:gsub("<svg ", "")
    local _, tables = html:gsub("<table>", "")
    assert.same({ 2, 2 }, { drawings, tables })
    assert.truthy(html:find('aria-labelledby="chart-1', 1, true) and html:find('aria-labelledby="chart-2', 1, true))
    assert.is_nil(html:find("https?://www.w3.org[^\"]*\"[^>]*href"))
    assert.is_nil(text:find("<", 1, true))
    local rate = assert(assert(register:year(2025)):authority "City of York Council").upheld
    assert.truthy(text:find(rate.percent .. "%", 1, true) and html:find(rate.percent .. "%", 1, true))
    local again = assert(letter "# Charts\n\n{{ rates_chart(council) }}\n\nBetween.\n\n{{ years_chart(council:trend('upheld')) }}\n")
    assert.equal(html, again[1].html)
  end)

  it("stands on a line of its own", function()
    local made, err = letter "# Charts\n\nSee {{ rates_chart(council) }} here.\n"
    assert.is_nil(made)
    assert.matches("a chart stands on a line of its own", tostring(err), 1, true)
  end)
end)
