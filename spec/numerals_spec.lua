-- Numbers in words, as a text says them: read from texts, and refused where they are typed or come from nowhere.
local cy = require "upheld.language.cy"
local en = require "upheld.language.en"
local helper = require "helper_letters"
local letters = require "upheld.letters"
local numerals = require "upheld.language.numerals"
local welsh = require "upheld.language.cy.numbers"
local words = require "upheld.words"

after_each(helper.clean)

-- What a text says: "two=2; two thirds=part".
local function said(text, spoken)
  local list = {}
  for i, one in ipairs(numerals.of(text, spoken)) do
    list[i] = text:sub(one.from, one.to) .. "=" .. (one.n == numerals.NO_WHOLE and "part" or ("%d"):format(one.n))
  end
  return table.concat(list, "; ")
end

describe("numbers in English words", function()
  for _, row in ipairs {
    { "We upheld eight complaints out of ten", "eight=8; ten=10" }, { "eighty per cent", "eighty=80" }, { "Twenty-one cases", "Twenty-one=21" },
    { "twenty two", "twenty two=22" }, { "one hundred and five and six", "one hundred and five=105; six=6" }, { "a hundred", "a hundred=100" },
    { "one thousand four hundred", "one thousand four hundred=1400" }, { "a dozen", "a dozen=12" }, { "two dozen", "two dozen=24" },
    { "one million", "one million=1000000" }, { "two and three", "two=2; three=3" }, { "one hundred and the rest", "one hundred=100" },
    { "two thirds", "two thirds=part" }, { "two-thirds of it", "two-thirds=part" }, { "three quarters", "three quarters=part" },
    { "a quarter of them", "a quarter=part" }, { "one third of them", "one third=part" }, { "twice as many", "twice=part" },
    { "hundreds of them", "hundreds=part" }, { "a couple of cases", "a couple=2" }, { " and a half cases", "and a half=part" },
    { "eight and a quarter", "eight=8; and a quarter=part" }, { "zero cases", "zero=0" }, { "no complaints", "no=0" },
    { "no upheld complaints", "no=0" }, { "one\ntwo", "two=2" }, { "two\u{a0}hundred", "two\u{a0}hundred=200" },
    { "one of them", "" }, { "the first, the second and the third of May", "" }, { "a third party", "" }, { "the twenty-first", "" },
    { "one hundred and third", "" }, { "two hundredth", "" }, { "each quarter", "" }, { "no doubt, complaints", "" }, { "no complaint", "" },
    { "days, and a quarter more", "" }, { "someone often tends", "" }, { "couple", "" },
  } do
    it(("%q: %s"):format(row[1], row[2]), function() assert.equal(row[2], said(row[1], en)) end)
  end

  it("are read back from every number and no ordinal", function()
    for n = 2, 300000, 1 do
      if n < 1200 or n % 331 == 0 then
        local text = words.number(n)
        assert.equal(("%s=%d"):format(text, n), said(text, en))
        assert.equal("", said(words.ordinal_words(n), en))
      end
    end
  end)
end)

describe("numbers in Welsh words", function()
  for _, row in ipairs {
    { "Cawsom ddwy gŵyn", "ddwy=2" }, { "un deg dau", "un deg dau=12" }, { "dau ddeg o achosion", "dau ddeg=20" }, { "cant ac un", "cant ac un=101" },
    { "dwy fil", "dwy fil=2000" }, { "pump ar hugain", "pump ar hugain=25" }, { "un ar ddeg", "un ar ddeg=11" }, { "dau draean", "dau draean=part" },
    { "dwywaith cymaint", "dwywaith=part" }, { "cannoedd o gwynion", "cannoedd=part" }, { "pump y cant", "pump=5" }, { "dim cwynion", "dim=0" },
    { "un ohonynt", "" }, { "y cant", "" }, { "unfed ar ddeg", "" }, { "ail ar bymtheg", "" }, { "gan y cyngor a chan eraill", "" },
    { "y ddau", "" }, { "o'r ddwy", "" }, { "dim ond", "" }, { "cân", "" }, { "cânt eu gwneud", "" },
  } do
    it(("%q: %s"):format(row[1], row[2]), function() assert.equal(row[2], said(row[1], cy)) end)
  end

  it("are read back from every number of either gender and no ordinal", function()
    for n = 2, 20000 do
      if n < 1200 or n % 31 == 0 then
        for _, gender in ipairs { "m", "f" } do
          local text = welsh.number(n, gender)
          assert.equal(("%s=%d"):format(text, n), said(text, cy))
        end
      end
    end
    for n = 1, 31 do assert.equal("", said(welsh.ordinal_words(n), cy)) end
  end)
end)

local function letter_of(body, tag)
  local path = helper.file(("return { name = 'Spec', language = %q, title = 'T', body = [==[\n# One\n\n%s\n]==] }"):format(tag or "en-GB", body))
  local made, err = letters.build(helper.year { helper.council() }, { wording = path, date = "2020-07-22" })
  return made and made[1], err and (err.faults and err.faults[1] or err)
end

describe("a number in words", function()
  for _, row in ipairs { -- body, what is told, language
    { "First.\n\nWe upheld eight complaints.", "eight" }, { "First.\n\nThat is two\nthirds of them.", "two thirds" },
    { "First.\n\nThat is a thousand.", "a thousand" }, { "First.\n\nThat is **two** of them.", "two" }, { "First.\n\nTwice as many.", "Twice" },
    { "First.\n\nThere was a dozen.", "a dozen" }, { "First.\n\n[Two of them](https://a.uk/three).", "Two" },
    { "Un.\n\nDyna ddwy gŵyn.", "ddwy", "cy" }, { "Un.\n\nDyna ddau draean.", "ddau draean", "cy" },
  } do
    it("typed by hand is refused: " .. row[2], function()
      local letter, one = letter_of(row[1], row[3])
      assert.is_nil(letter)
      assert.same({ "typed-number", row[2], 6 }, { one.code, one.value, one.line })
      assert.equal(("the number %s is typed by hand"):format(row[2]), one.message)
      assert.matches(('declare it: {{ literal "%s" }}'):format(row[2]), one.hint, 1, true)
    end)
  end

  for _, row in ipairs { -- expression, what comes from nowhere
    { "'one hundred'", "one hundred" }, { "'a thousand'", "a thousand" }, { "'a dozen'", "a dozen" }, { "'twice'", "twice" },
    { "'two thirds'", "two thirds" }, { "council.upheld.numerator .. ' thousand'", "thousand" },
    { "council.upheld.numerator .. ' and a quarter'", "and a quarter" }, { "council.upheld.numerator > 9 and 'none' or 'no complaints'", "no" },
  } do
    it("of an expression has a source: " .. row[1], function()
      local letter, one = letter_of("We upheld {{ " .. row[1] .. " }} there.")
      assert.is_nil(letter)
      assert.same({ "number-without-source", row[1] }, { one.code, one.value })
      assert.matches(('the number %s in the value of'):format(row[2]), one.message, 1, true)
    end)
  end

  it("is let through where it is read, declared, an ordinal, or said of much that is not counted", function()
    for _, body in ipairs { 'That is {{ literal "two thirds" }}, {{ in_words(council.upheld.numerator) }} of {{ number(council.upheld.denominator) }}.',
      "One of them is the second, and one more a third party's. See [the notes](https://a.uk/two/three) first.",
      "This is the {{ ordinal_words(literal(21)) }} letter, and the {{ ordinal_words(literal(103)) }}." } do
      local letter, one = letter_of(body)
      assert(letter, tostring(one))
    end
    assert(letter_of("Yr {{ ordinal_words(literal(31)) }} llythyr, a'r y cant hwn gan un ohonynt.", "cy"))
  end)
end)
