-- What stops a batch: claims that a figure does not bear out, and slips that no reader would forgive.
local helper = require "helper_letters"
local letters = require "upheld.letters"
local figure, council = helper.figure, helper.council

local FUNCTIONS = [[
functions = {
  said = function(f, word) return word .. " " .. number(f.denominator) end,
  share = function(f) return f.numerator == f.denominator and "all of them" or f.numerator == 0 and "none of them" or "some" end,
  always = function(f) return "all " .. number(f.denominator) end,
  braced = function(f) return number(f.numerator) .. "}" end, sure = function() return "most of them" end,
  standing = function(f) return "better than " .. number(f.denominator) end,
},
]]

local function letter_of(body, given)
  local path = helper.file(("return { name = 'Spec', title = 'Letter', %s body = [==[\n# One\n\n%s\n]==] }"):format(FUNCTIONS, body))
  local made, err = letters.build(helper.year { council(given) }, { wording = path, date = "2020-07-22" })
  return made and made[1], err, path
end

local function fault_of(body, given)
  local made, err, path = letter_of(body, given)
  assert.is_nil(made, body)
  local one = err.faults and err.faults[1] or err
  assert.equal(path, one.file)
  return one
end

after_each(helper.clean)

describe("a claim", function()
  for _, word in ipairs { "higher", "Lower", "similar", "all", "none", "most", "increased", "rose", "fell", "better", "worse", "improved" } do
    it("typed by hand is refused: " .. word, function()
      local one = fault_of("First line.\n\nThe rate was " .. word .. " last year.")
      assert.same({ "typed-claim", word, 13 }, { one.code, one.value, one.line })
      assert.matches(('declare it: {{ literal "%s" }}'):format(word), one.hint, 1, true)
    end)
  end

  it("is none where it names the peers, or is declared", function()
    local letter = assert(letter_of('The average of similar authorities, of {{ literal "all" }} of them and of similar councils.'))
    assert.matches("of all of them", letter.text, 1, true)
  end)

  it("is none in a name", function()
    local letter = assert(letter_of("This is {{ council.name }}.", { name = "All Saints and Higher Most Council" }))
    assert.matches("All Saints and Higher Most Council", letter.text, 1, true)
  end)

  for _, row in ipairs { -- expression, numerator, denominator, class, the fault's code or nil
    { "share(council.upheld)", 3, 3 }, { "share(council.upheld)", 0, 3 }, { "share(council.upheld)", 1, 3 },
    { "always(council.upheld)", 3, 3 }, { "always(council.upheld)", 2, 3, nil, "false-claim" },
    { "said(council.upheld, 'none of')", 0, 3 }, { "said(council.upheld, 'none of')", 1, 3, nil, "false-claim" },
    { "said(council.upheld, 'most of')", 2, 3 }, { "said(council.upheld, 'most of')", 3, 6, nil, "false-claim" },
    { "said(council.upheld, 'most of')", 3, 3, nil, "false-claim" },
    { "said(council.upheld, 'half of')", 3, 6 }, { "said(council.upheld, 'half of')", 3, 7, nil, "false-claim" },
    { "compared(council.upheld)", 9, 10, "high 95" }, { "compared(council.upheld)", 9, 10, "similar" },
    { "said(council.upheld, 'higher than')", 9, 10, "high 99.8" }, { "said(council.upheld, 'higher than')", 9, 10, "similar", "false-claim" },
    { "said(council.upheld, 'lower than')", 9, 10, "high 95", "false-claim" }, { "said(council.upheld, 'similar to')", 9, 10, "similar" },
    { "said(council.upheld, 'similar to')", 9, 10, "low 95", "false-claim" }, { "said(council.upheld, 'lower than')", 9, 10, nil, "false-claim" },
    { "standing(council.upheld)", 9, 10, "low 95", "false-claim" }, -- such a figure has no standing
    { "sure()", 9, 10, nil, "claim-without-source" },
    { "said(council.upheld, 'the highest of')", 9, 10, "high 99.8", "false-claim" },
    { "said(council.upheld, 'doubled')", 9, 10, "high 99.8", "false-claim" }, { "said(council.upheld, 'above average')", 9, 10, "high 99.8" },
    { "said(council.upheld, 'below the average')", 9, 10, "high 99.8", "false-claim" }, { "said(council.upheld, 'comparable to')", 9, 10, "similar" },
    { "said(council.upheld, 'mostly')", 9, 10 }, { "said(council.upheld, 'mostly')", 2, 10, nil, "false-claim" },
    { "'Greater Manchester'", 9, 10 },
  } do
    it(("%s of %d of %d, class %s: %s"):format(row[1], row[2], row[3], tostring(row[4]), row[5] or "holds"), function()
      local given = { upheld = figure("upheld", row[2], row[3], { class_name = row[4] }) }
      if row[5] then
        local one = fault_of("We found {{ " .. row[1] .. " }}.", given)
        assert.same({ row[5], row[1] }, { one.code, one.value })
      else
        assert(letter_of("We found {{ " .. row[1] .. " }}.", given))
      end
    end)
  end
end)

describe("the finished letter", function()
  local N = "{{ number(council.upheld.numerator) }}"
  for _, row in ipairs { -- body, numerator, code, what is told
    { "We upheld " .. N .. " complaints.", 1, "plural", "1 complaints" },
    { "We upheld " .. N .. " complaint.", 2, "plural", "2 complaint" },
    { "We upheld " .. N .. " detailed investigation about it.", 2, "plural", "2 detailed investigation" },
    { "We upheld {{ in_words(council.upheld.numerator) }} complaints.", 1, "plural", "one complaints" },
    { "We upheld " .. N .. " detailed investigations.", 1, "plural", "1 detailed investigations" },
    { "We upheld " .. N .. " of {{ plural(council.upheld.numerator, 'complaints') }}.", 2, "plural", "complaintses" },
    { "In {{ in_words(council.upheld.numerator) }} case it did so.", 2, "plural", "two case" },
    { "It is so, an rate of {{ council.upheld.percent }}%.", 2, "article", "an rate" },
    { "- First. Then " .. N .. " came", 2, "unclosed-sentence", "2 came" },
    { "That is a {{ rate(council.upheld) }} rate.", 8, "article", "a 89%" },
    { "That is an {{ council.upheld.percent }}% rate.", 7, "article", "an 78%" },
    { "An council wrote to us.", 2, "article", "An council" }, { "So it is. A honest reply came.", 2, "article", "A honest" },
    { "We upheld " .. N .. "\u{a0}complaints.", 1, "plural", "1 complaints" },
    { "We upheld " .. N .. "\\\ncomplaints.", 1, "plural", "1 complaints" },
    { "It was not {{ always(council.upheld) }} of them", 9, "negated-claim", '"not" before the claim "all"' },
    { "It isn\u{2019}t quite {{ always(council.upheld) }} of them", 9, "negated-claim", '"isn\'t" before the claim "all"' },
    { "We  upheld " .. N .. " complaints.", 2, "doubled-space", "We  upheld" },
    { "We upheld " .. N .. " complaints.  It was so.", 2, "doubled-space", "complaints.  It" },
    { N .. "{{ council.upheld.denominator }} complaints", 2, "glued-number", "29 complaints" },
    { "It was " .. N .. ".{{ council.upheld.denominator }} of them", 2, "glued-number", "2.9 of" },
    { "It was **" .. N .. "**,{{ council.upheld.denominator }} of them", 2, "glued-number", "9" },
    { "It was " .. N .. "% of them", 2, "no-percentage", "2%" }, { "It was **" .. N .. "** per cent of them", 2, "no-percentage", "per cent" },
    { "It was " .. N .. "\n% of them", 2, "no-percentage", "2 %" },
    { "It was -" .. N .. " of them", 2, "typed-sign", "-2" }, { "It was \u{2212}" .. N .. " of them", 2, "typed-sign", "2" },
    { "We upheld the the complaint of {{ council.name }}.", 2, "doubled-word", "the the" },
    { "We upheld " .. N .. " , as said.", 2, "punctuation", "2 ," },
    { "We upheld " .. N .. "..", 2, "punctuation", "2.." },
    { "We upheld " .. N .. " of the complaints that came to us about it", 2, "unclosed-sentence", "about it" },
    { "We upheld " .. N .. " {of them.", 2, "stray-brace", '"{"' },
    { "We upheld {{ braced(council.upheld) }} of them.", 2, "stray-brace", '"}"' },
    { "Some came. We upheld " .. N, 2, "unclosed-sentence", "upheld 2" }, { "Some came. Others", 2, "unclosed-sentence", "came. Others" },
    { "We upheld " .. N .. " (of those that came.", 2, "unclosed-bracket", "(of those that came." },
    { "- We upheld " .. N .. " \\[of those", 2, "unclosed-bracket", "[of those" },
    { "Was it " .. N .. "?.", 2, "punctuation", "2?." }, { "It was " .. N .. ":, as said.", 2, "punctuation", "2:," },
  } do
    it(("is refused for %s: %s"):format(row[3], row[4]), function()
      local one = fault_of(row[1], { upheld = figure("upheld", row[2], 9) })
      assert.equal(row[3], one.code)
      assert.matches(row[4], one.message, 1, true)
      assert.equal(11, one.line)
    end)
  end

  it("is refused for a claim that emphasis cuts in two", function()
    for _, body in ipairs { "That is hi**gh**er.", "That is *low*er.", "They were al\\l upheld." } do
      assert.equal("typed-claim", fault_of(body, {}).code)
    end
  end)

  it("is not refused for what is right", function()
    for _, row in ipairs { { "We upheld " .. N .. " complaint.", 1 }, { "We upheld " .. N .. " complaints.", 21 },
      { "It is an {{ rate(council.upheld) }} rate, and a UK one, a SEND one and a unanimous one.", 80 },
      { "In the year to {{ date(year.ends) }} it was so. In {{ year.year }} the case was heard.", 1 },
      { "Of {{ council.upheld.denominator }}, {{ council.upheld.numerator }} (of {{ council.upheld.denominator }}) were so; {{ council.upheld.percent }}%.", 3 },
      { "Plan A complaints are those that Mrs A of X- " .. N .. " made.", 3 }, { "co-{{ council.upheld.denominator }}", 3 }, { "We had had " .. N .. " case studies.", 2 },
      { "As said (so) a) and b): " .. N .. " [it](https://x.test/).", 3 },
      { "Dear Chief", 3 }, { "It was not only {{ always(council.upheld) }} of them. That is not so, and {{ always(council.upheld) }} of them were.", 99 },
      { "That is {{ points(tostring(difference(council.upheld.numerator, council.upheld.denominator))) }}.", 2 }, { "Dear {{ addressee.salutation }}", 1 },
      { "In {{ counted(council.upheld.numerator, 'case') }} this was so...", 1 },
      { "**Office**\\\nA very long address line with a good many more words in it than that", 1 } } do
      assert(letter_of(row[1], { upheld = figure("upheld", row[2], 99) }))
    end
  end)

  it("takes names as they are", function()
    for _, name in ipairs { "The the Council ,, of {1 complaints", "a 8 an 7 Council", "x .. y" } do
      assert(letter_of("This letter is about {{ council.name }}.", { name = name }))
    end
  end)
end)

describe("wording that does not end", function()
  for _, row in ipairs { -- body, the line that is told, and from where
    { "{{ spin() }}", 1, "called from line 13" }, { "{% while true do %}\n\n{% end %}", 13 },
    { "{% while true do %}\nx {{ council.name }}\n{% end %}", nil }, { "{% if spin() then %}a{% end %}", 1, "called from line 13" },
    { "{{ council.name }}{% for i = 1, 1000000000 do %}\nx\n{% end %}", 13 },
    { "{% local function f() return f() end %}\n{{ f() }}", 13 }, { "{% repeat %}\n{% until false %}", nil },
    { "{% ::again:: goto again %}", 13 }, { "{{ council.name .. (function() while true do end end)() }}", 13 },
    { "{{ fail() }}{{ spin() }}", 1, "called from line 13", 2 },
    { "{% for _ in function() return 1 end do %}\n{% end %}", 13 },
  } do
    it("is stopped at its line, and a hook of the host stays: " .. row[1]:gsub("\n", " "), function()
      local path = helper.file("return { name = 'Spec', title = 'Letter', functions = { spin = function() while true do end end, fail = function() error 'no' end },"
        .. "\n"
        .. ("\n"):rep(8) .. "body = [==[\n# One\n\n" .. row[1] .. "\n]==] }")
      local fired = 0
      local function hook() fired = fired + 1 end
      local before = { debug.gethook() }
      debug.sethook(hook, "", 100000)
      local made, err = letters.build(helper.year { council(), council { code = "B" } }, { wording = path, date = "2020-07-22" })
      local found = debug.gethook()
      debug.sethook(table.unpack(before))
      assert.equal(hook, found)
      assert.is_nil(made)
      assert.equal(row[4] or 1, #err.faults) -- not one for every letter
      local one = err.faults[#err.faults]
      assert.same({ "endless-loop", path }, { one.code, one.file })
      if row[2] then assert.equal(row[2], one.line) end
      if row[3] then assert.matches(row[3], one.hint, 1, true) end
    end)
  end

  it("is told once where partials include each other, twice each", function()
    local path = helper.file("return { name = 'Spec', title = 'Letter', partials = { a = [[{% include 'b' %}{% include 'b' %}]], "
      .. "b = [[{% include 'a' %}{% include 'a' %}]] }, body = [[# One {% include 'a' %}]] }")
    local _, err = letters.build(helper.year { council() }, { wording = path, date = "2020-07-22" })
    assert.equal(1, #err.faults)
    assert.same({ "partial-depth", path }, { err.faults[1].code, err.faults[1].file })
  end)

  it("in the wording file itself, and in a file of facts", function()
    local made, err = letters.build(helper.year { council() }, { wording = helper.file("while true do end\nreturn {}"), date = "2020-07-22" })
    assert.is_nil(made)
    assert.matches("endless%-loop", tostring(err))
  end)
end)
