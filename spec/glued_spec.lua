-- Values beside what stands next to them: rates and their signs, parts and wholes, claims turned round or put together of pieces.
local helper = require "helper_letters"
local letters = require "upheld.letters"
local figure, council = helper.figure, helper.council

local FUNCTIONS = [[
functions = {
  foo = function(f) return "more than " .. rate(f) end,
  bare = function(f) return number(f.percent) end, both = function(f) local n = f.numerator return "both" .. (n and "" or "") end,
  lower = function(f) return "not " .. compared(f) end, nearly = function(f) return number(f.numerator) .. "m" end,
},
]]

local function letter_of(body, given, tag, facts)
  local path = helper.file(("return { name = 'Spec', language = %q, title = 'Letter', facts = { change = 'a change', part = 'a rate' },\n%s body = [==[\n# One\n\n%s\n]==] }")
    :format(tag or "en-GB", FUNCTIONS, body))
  local made, err = letters.build(helper.year { council(given) }, { wording = path, date = "2020-07-22", facts = facts or { change = 3, part = "85%" } })
  return made and made[1], err and (err.faults and err.faults[1] or err), path
end

after_each(helper.clean)

local F = "council.upheld"
local N, D, P = "{{ " .. F .. ".numerator }}", "{{ " .. F .. ".denominator }}", "{{ " .. F .. ".percent }}"

local function refused(row, given, tag)
  local letter, one, path = letter_of(row[1], given, tag)
  assert.is_nil(letter, row[1])
  assert.same({ row[2], path, 10 }, { one.code, one.file, one.line })
  assert.matches(row[3], one.message, 1, true)
end

describe("a number that is no percentage", function()
  for _, row in ipairs { -- body, code, message
    { "We upheld {{ " .. F .. ".numerator .. '%' }} of them.", "no-percentage", 'the number 8% is no percentage: " upheld 8% of them."' },
    { "We upheld {{ " .. F .. ".numerator .. ' per cent' }} of them.", "no-percentage", "the number 8 is no percentage" },
    { "We upheld {{ " .. F .. ".numerator .. ' percent' }} of them.", "no-percentage", "the number 8 is no percentage" },
    { "We upheld " .. D .. "{{ '%' }} of them.", "no-percentage", "the number 10 is no percentage" },
    { "We upheld " .. D .. "{{ ' per cent' }} of them.", "no-percentage", "the number 10 is no percentage" },
    { "We upheld **" .. N .. "** pc of them.", "no-percentage", "8 is no percentage" },
    { "We upheld {{ in_words(" .. F .. ".numerator) }} per cent.", "no-percentage", "the number eight is no percentage" },
    { "It was {{ " .. F .. ":peers().denominator .. '%' }}.", "no-percentage", "the number 900% is no percentage" },
    { "It is " .. N .. " percentage points more.", "no-percentage", "8 is no difference of percentages" },
    { "It is " .. P .. " percentage points more.", "no-percentage", "80 is no difference of percentages" },
    { "It is {{ facts.change }}% of them.", "no-percentage", "3 is no percentage" },
    { "It is {{ rate(" .. F .. ") }}% of them.", "double-percentage", 'the percentage 80% has a sign already: "' },
    { "It is {{ rate(" .. F .. ") }} per cent of them.", "double-percentage", "80% has a sign already" },
    { "It is {{ rate(" .. F .. ") }} points more.", "double-percentage", "80% has a sign already" },
  } do
    it("has no per cent sign or words behind it, wherever they come from: " .. row[1], function()
      refused(row, { upheld = figure("upheld", 8, 10, { peer = helper.peers(45, { denominator = 900, numerator = 405 }) }) })
    end)
  end

  it("has them in no other language", function()
    for _, row in ipairs { { "Dyna " .. N .. " y cant ohonynt.", "no-percentage", "8 is no percentage" },
      { "Dyna {{ " .. F .. ".numerator .. ' y cant' }}.", "no-percentage", "8 is no percentage" },
      { "Dyna " .. N .. " pwynt canran.", "no-percentage", "8 is no difference" }, { "Dyna " .. P .. " cwyn.", "bare-percentage", "80" } } do
      refused(row, { upheld = figure("upheld", 8, 10) }, "cy")
    end
  end)
end)

describe("a whole per cent", function()
  for _, row in ipairs {
    { P .. " complaints came.", "bare-percentage", 'the percentage 80 has no per cent sign: "' }, { "It was " .. P .. " of " .. D .. ".", "bare-percentage", "80" },
    { "We upheld {{ counted(" .. F .. ".percent, 'complaint') }}.", "bare-percentage", "80" }, { "It was {{ bare(" .. F .. ") }}.", "bare-percentage", "80" },
    { "Table: t\n| What | Cases |\n|---|---|\n| a | " .. P .. " |", "bare-percentage", "80" },
  } do
    it("has its sign or words: " .. row[1]:gsub("\n", "/"), function()
      local letter, one = letter_of(row[1], { upheld = figure("upheld", 8, 10) })
      assert.is_nil(letter)
      assert.equal(row[2], one.code)
      assert.matches(row[3], one.message, 1, true)
      assert.matches("in a table the column's heading may have it", one.hint, 1, true)
    end)
  end

  for _, body in ipairs { "It was " .. P .. "%.", "It was **" .. P .. "** per cent.", "It was " .. P .. "\npercent of them.", "It was " .. P .. "{{ '%' }}.",
    "Between " .. P .. " and {{ council.compliance.percent }}% of them.", "It was " .. P .. "\u{2013}{{ council.compliance.percent }}%.",
    "That is {{ " .. F .. '.percent }} {{ literal "in every hundred" }}.',
    "Table: t\n| What | Rate, % |\n|---|---|\n| a | " .. P .. " |\n| b | {{ council.compliance.percent }} |",
    "Table: t\n| What | Per cent |\n|---|---|\n{% for i = 1, 3 do %}\n| a | " .. P .. " |\n{% end %}",
    "It was {{ rate(" .. F .. ") }}, {{ in_words(" .. F .. ".percent) }} per cent, {{ facts.part }} and {{ facts.change }} points.",
    "That is {{ points(tostring(difference(" .. F .. ".percent, council.compliance.percent))) }}.",
  } do
    it("is right: " .. body:gsub("\n", "/"), function()
      local letter, one = letter_of(body, { upheld = figure("upheld", 8, 10), compliance = figure("compliance", 3, 9) })
      assert(letter, tostring(one))
    end)
  end

  it("is right where a count is the same number", function()
    assert(letter_of("It was {{ rate(" .. F .. ") .. ' (' .. number(" .. F .. ".numerator) .. ' of ' .. number(" .. F .. ".denominator) .. ')' }}.",
      { upheld = figure("upheld", 50, 100) }))
    assert(letter_of("It was {{ rate(" .. F .. ") .. ' of ' .. number(" .. F .. ".numerator) }}.", { upheld = figure("upheld", 0, 7) }))
  end)
end)

describe("a part and its whole", function()
  for _, row in ipairs {
    { "We saw " .. D .. " complaints of " .. N .. ".", "swapped-counts", 'a part of 10 is more than the whole: " We saw 10 complaints of 8' },
    { "We saw " .. D .. " out of " .. N .. ".", "swapped-counts", "10" }, { "We saw " .. D .. " of the " .. N .. ".", "swapped-counts", "10" },
    { "We saw {{ number(" .. F .. ".denominator) .. ' of ' .. number(" .. F .. ".numerator) }}.", "swapped-counts", "10" },
    { "It was {{ number(" .. F .. ":peers().of) }} of {{ number(" .. F .. ":peers().authorities) }} councils.", "swapped-counts", "181" },
  } do
    it("stand in their order: " .. row[1], function() refused(row, { upheld = figure("upheld", 8, 10, { peer = helper.peers(45) }) }) end)
  end

  it("stand in their order in Welsh", function()
    for _, between in ipairs { "o", "o'r", "allan o", "cwyn o" } do
      refused({ "Dyna " .. D .. " " .. between .. " " .. N .. ".", "swapped-counts", "10" }, { upheld = figure("upheld", 8, 10) }, "cy")
    end
  end)

  it("may stand apart in any order", function()
    for _, body in ipairs { "Of " .. D .. " complaints we upheld " .. N .. ".", "We saw " .. D .. " complaints, of which " .. N .. " were upheld.",
      "We saw " .. N .. " of " .. D .. ".", "We saw " .. D .. " complaints. Of these, " .. N .. " were upheld." } do
      local letter, one = letter_of(body, { upheld = figure("upheld", 8, 10) })
      assert(letter, tostring(one))
    end
  end)
end)

describe("more or less than a number", function()
  for _, row in ipairs { -- body, numerator, denominator, holds
    { "We saw more than " .. N .. " complaints.", 8, 10, false }, { "We saw fewer than " .. D .. " complaints.", 8, 10, false },
    { "It was nearly " .. P .. "%.", 8, 10, false }, { "It was more than {{ rate(" .. F .. ") }}.", 2, 3, false }, { "It was less than {{ rate(" .. F .. ") }}.", 2, 3, true },
    { "It was more than {{ rate(" .. F .. ") }}.", 1, 3, true }, { "It was {{ foo(" .. F .. ") }}.", 2, 3, false }, { "It was {{ foo(" .. F .. ") }}.", 1, 3, true },
    { "It was no more than " .. N .. " complaints.", 8, 10, true }, { "It was {{ rate(" .. F .. ") }}.", 999, 1000, true },
    { "It was {{ rate(" .. F .. ") }}.", 1, 1000, true }, { "We saw more than {{ facts.change }} people.", 8, 10, true },
  } do
    it(("is %s of %d of %d: %s"):format(row[4] and "let through" or "refused", row[2], row[3], row[1]), function()
      local letter, one = letter_of(row[1], { upheld = figure("upheld", row[2], row[3]) })
      if row[4] then return assert(letter, tostring(one)) end
      assert.equal("false-bound", one.code)
      assert.matches("is not what the figure says", one.message, 1, true)
    end)
  end
end)

describe("a value that touches a word", function()
  for _, row in ipairs {
    { "We upheld{{ " .. F .. ".numerator }}complaints.", "glued-number", 'the number 8 touches a word: "e upheld8complaints."' },
    { "We upheld **" .. N .. "**complaints.", "glued-number", "touches a word" }, { "It cost " .. N .. "m to us.", "glued-number", "8 touches a word" },
    { "It cost {{ nearly(" .. F .. ") }} to us.", "glued-number", "8 touches a word" }, { "The " .. N .. "th letter.", "glued-number", "8 touches a word" },
    { "It is about{{ council.name }}.", "glued-word", 'the value "All Souls" touches a word: "aboutAll"' },
    { "It is {{ council.name }}and more.", "glued-word", '"Soulsand"' }, { "It is {{ compared(" .. F .. ") }}that.", "glued-word", '"tothat."' },
    { "It is un{{ compared(" .. F .. ") }} that.", "glued-word", '"unsimilar"' },
    { "It is high{{ 'er' }} than that.", "claim-in-pieces", '"higher" is put together of pieces' },
    { "It is {{ 'lo' }}{{ 'wer' }} than that.", "claim-in-pieces", '"lower"' }, { "It is **high**{{ 'er' }} than that.", "claim-in-pieces", '"higher"' },
    { "It is {{ 'twe' }}{{ 'lve' }} of them.", "claim-in-pieces", '"twelve"' }, { "We saw {{ 'few' }} of them.", "claim-in-pieces", '"few of"' },
    { "We saw {{ 'no' }} complaints.", "claim-in-pieces", '"no' }, { "It is in line {{ 'with' }} others.", "claim-in-pieces", '"in line with' },
    { "This is an {{ council.type }} council.", "article", 'the article does not fit: "an District"' },
    { "It is so. A {{ facts.part }} rate.", "article", '"A 85%"' },
  } do
    it("is refused: " .. row[1], function()
      refused(row, { name = "All Souls", upheld = figure("upheld", 8, 10, { class_name = "similar" }) })
    end)
  end

  it("is right with a blank, a mark or an ending of its own", function()
    for _, body in ipairs { "It is {{ council.name }}'s. (" .. N .. ") \u{a3}" .. N .. ", no-" .. N .. "-one; \u{201c}" .. N .. "\u{201d}.",
      "We upheld " .. D .. " complaint{{ maybe(" .. F .. ".denominator > 1 and 's' or nil) }}.", "The {{ ordinal(" .. F .. ".numerator) }} letter.",
      "We saw {{ 'half' }} of them {{ " .. F .. ".numerator }}.", "This is a {{ council.type }} council of {{ date(year.ends) }}.",
      "They are {{ both(" .. F .. ") }} there." } do
      local letter, one = letter_of(body, { upheld = figure("upheld", 2, 2) })
      if body:find "half" then assert.equal("claim-without-source", one.code) else assert(letter, tostring(one)) end
    end
  end)
end)

describe("a claim in its clause", function()
  local C = "{{ compared(" .. F .. ") }}"
  for _, row in ipairs { -- body, the words that turn it round, language
    { "It is {{ lower(" .. F .. ") }} others.", "not" }, { "It was not in the last year " .. C .. " others.", "not" },
    { "It is far from " .. C .. " others.", "far from" }, { "It is anything but " .. C .. " others.", "anything but" },
    { "It failed to be " .. C .. " others.", "failed to" }, { "It was not, in our view, " .. C .. " others.", "not" },
    { "It is by no means " .. C .. " others.", "no" }, { "In neither of the years of the span that we report on was it " .. C .. " others.", "neither" },
    { "Nid oedd y gyfradd yn y flwyddyn hon {{ compared(" .. F .. ", 'eraill') }}.", "nid", "cy" },
    { "Doedd y gyfradd ddim {{ compared(" .. F .. ", 'eraill') }}.", "ddim", "cy" },
  } do
    it("is not turned round: " .. row[1], function()
      refused({ row[1], "negated-claim", ('"%s" before the claim'):format(row[2]) }, { upheld = figure("upheld", 8, 10, { class_name = "high 95" }) }, row[3])
    end)
  end

  for _, row in ipairs {
    { "It is not new. It is " .. C .. " others." }, { "It is not new, but it is " .. C .. " others." }, { "It is not new, and it is " .. C .. " others." },
    { "It is not only " .. C .. " others." }, { "There is no doubt that it is " .. C .. " others." }, { "That was not asked: it is " .. C .. " others." },
    { "It did not change although it is " .. C .. " others." }, { "- It is not new\n- It is " .. C .. " others" },
    { "Nid yn unig hyn: mae {{ compared(" .. F .. ", 'eraill') }}.", "cy" }, { "Nid yw hyn yn newydd, ond mae {{ compared(" .. F .. ", 'eraill') }}.", "cy" },
  } do
    it("may follow a denial of something else: " .. row[1]:gsub("\n", "/"), function()
      local letter, one = letter_of(row[1], { upheld = figure("upheld", 8, 10, { class_name = "high 95" }) }, row[2])
      assert(letter, tostring(one))
    end)
  end
end)
