local words = require "upheld.words"

describe("number words", function()
  local rows = {
    { 0, "zero" }, { 1, "one" }, { 13, "thirteen" }, { 20, "twenty" }, { 21, "twenty-one" }, { 99, "ninety-nine" },
    { 100, "one hundred" }, { 101, "one hundred and one" }, { 118, "one hundred and eighteen" },
    { 342, "three hundred and forty-two" }, { 1000, "one thousand" }, { 1005, "one thousand and five" },
    { 1400, "one thousand four hundred" }, { 17409, "seventeen thousand four hundred and nine" },
    { 100000, "one hundred thousand" }, { 999999, "nine hundred and ninety-nine thousand nine hundred and ninety-nine" },
    { 1000000, "one million" },
  }
  for _, row in ipairs(rows) do
    it(row[2], function() assert.equal(row[2], words.number(row[1])) end)
  end

  it("differ for every number, and read back", function()
    local value = { hundred = 100, thousand = 1000 }
    for n = 1, 19 do value[words.number(n)] = n end
    for n = 20, 90, 10 do value[words.number(n)] = n end
    local function read(text)
      local total, part = 0, 0
      for word in text:gmatch "%a+" do
        if word == "thousand" then
          total, part = part * 1000, 0
        elseif word == "hundred" then
          part = part * 100
        elseif word ~= "and" then
          part = part + value[word]
        end
      end
      return total + part
    end
    for n = 1, 999999, 97 do assert.equal(n, read(words.number(n))) end
  end)

  for _, bad in ipairs { -1, 1000001, 1.5, "3", 2.0 } do
    it("refuse " .. tostring(bad), function() assert.error(function() words.number(bad) end) end)
  end
end)

describe("ordinals", function()
  local rows = {
    { 1, "1st", "first" }, { 2, "2nd", "second" }, { 3, "3rd", "third" }, { 4, "4th", "fourth" }, { 5, "5th", "fifth" },
    { 8, "8th", "eighth" }, { 9, "9th", "ninth" }, { 11, "11th", "eleventh" }, { 12, "12th", "twelfth" },
    { 13, "13th", "thirteenth" }, { 20, "20th", "twentieth" }, { 21, "21st", "twenty-first" },
    { 42, "42nd", "forty-second" }, { 100, "100th", "one hundredth" }, { 103, "103rd", "one hundred and third" },
    { 111, "111th", "one hundred and eleventh" }, { 1000, "1,000th", "one thousandth" }, { 0, "0th", "zeroth" },
  }
  for _, row in ipairs(rows) do
    it(row[2], function()
      assert.equal(row[2], words.ordinal(row[1]))
      assert.equal(row[3], words.ordinal_words(row[1]))
    end)
  end
end)

describe("days", function()
  it("have their noun", function()
    for value, expected in pairs { ["87"] = "87 days", ["1"] = "1 day", ["0"] = "0 days", ["1.0"] = "1.0 days", ["12.5"] = "12.5 days" } do
      assert.equal(expected, words.days(value))
    end
    assert.has_error(function() words.days(87) end, "days: a word is expected, not number")
  end)
end)

describe("digit grouping", function()
  local rows = {
    { 0, "0" }, { 7, "7" }, { 999, "999" }, { 1000, "1,000" }, { 1400, "1,400" }, { 123456, "123,456" },
    { 1234567, "1,234,567" }, { -1400, "-1,400" }, { -999, "-999" }, { math.mininteger, "-9,223,372,036,854,775,808" },
  }
  for _, row in ipairs(rows) do
    it(row[2], function() assert.equal(row[2], words.group(row[1])) end)
  end
  it("refuses a fraction", function()
    assert.error_matches(function() words.group(2.5) end, "a whole number is expected, not 2.5")
  end)
end)

describe("plurals", function()
  local rows = {
    { 1, "complaint", nil, "1 complaint", "one complaint" }, { 2, "complaint", nil, "2 complaints", "two complaints" },
    { 0, "complaint", nil, "0 complaints", "no complaints" }, { 10, "complaint", nil, "10 complaints", "10 complaints" },
    { 1400, "person", "people", "1,400 people", "1,400 people" }, { 1, "person", "people", "1 person", "one person" },
    { 3, "remedy", nil, "3 remedies", "three remedies" }, { 3, "day", nil, "3 days", "three days" },
    { 2, "class", nil, "2 classes", "two classes" }, { 2, "branch", nil, "2 branches", "two branches" },
    { 2, "upheld complaint", nil, "2 upheld complaints", "two upheld complaints" },
    { 2, "child", nil, "2 children", "two children" }, { 2, "looked-after child", nil, "2 looked-after children", "two looked-after children" },
    { 12, "person", nil, "12 people", "12 people" }, { 2, "human", nil, "2 humans", "two humans" }, { 1, "woman", nil, "1 woman", "one woman" },
  }
  for _, row in ipairs(rows) do
    it(row[4], function()
      assert.equal(row[4], words.counted(row[1], row[2], row[3]))
      assert.equal(row[5], words.counted_words(row[1], row[2], row[3]))
    end)
  end
  it("point at the caller", function()
    -- busted's error_matches drops the place.
    local _, why = pcall(function() words.counted(nil, "complaint") end)
    assert.matches("words_spec.lua:%d+: counted: a whole number is expected, not nil", why)
    _, why = pcall(function() words.plural(2, "") end)
    assert.matches("words_spec.lua:%d+: plural: a word is expected, not an empty one", why)
  end)
end)

describe("a or an", function()
  local rows = {
    "a council", "an authority", "an hour", "an honest answer", "a house", "a unitary council", "a university",
    "an uninvestigated complaint", "an unidentified body", "a user", "a useful remedy", "a European office",
    "a one-off payment", "an open case", "an MP", "a UK council", "an NHS trust", "a London borough", "an 8% rate",
    "an 11th case", "an 18th case", "an 80% rate", "a 100% rate", "a 110% rate", "a 1,100-page report",
    "an 11,000-page report", "an Upheld decision", "a 7% rate", "an x-ray", "an F grade", "a B grade", "a u-turn", "an A-level",
    "a NATO base", "an LGO", "a SENCO", "a Nato base", "an MOT",
  }
  for _, row in ipairs(rows) do
    it(row, function() assert.equal(row, words.a((row:gsub("^an? ", "", 1)))) end)
  end
end)

describe("lists", function()
  it("join with and", function()
    assert.equal("a", words.list { "a" })
    assert.equal("a and b", words.list { "a", "b" })
    assert.equal("a, b and c", words.list { "a", "b", "c" })
    assert.equal("a, b or c", words.list({ "a", "b", "c" }, "or"))
  end)
  it("are not empty", function() assert.error_matches(function() words.list {} end, "at least one item") end)
end)

describe("dates in words", function()
  local rows = {
    { "2020-07-22", "22 July 2020" }, { "2020-03-31", "31 March 2020" }, { "2019-04-01", "1 April 2019" },
    { "2020-02-29", "29 February 2020" }, { "2000-02-29", "29 February 2000" }, { "2020-12-05", "5 December 2020" },
  }
  for _, row in ipairs(rows) do
    it(row[2], function() assert.equal(row[2], words.date(row[1])) end)
  end
  for _, bad in ipairs { "2020-02-30", "2019-02-29", "1900-02-29", "2020-13-01", "2020-00-10", "2020-04-31", "2020-1-1",
    "22/07/2020", "", "2020-07-22 ", "20200722" } do
    it("refuse " .. bad, function()
      assert.is_nil(words.parse_date(bad))
      assert.error_matches(function() words.date(bad) end, "is not a date such as 2020%-07%-22")
    end)
  end
end)

describe("points", function()
  for _, row in ipairs { { "1", "1 percentage point" }, { "-1", "-1 percentage point" }, { "12", "12 percentage points" },
    { "-3.1", "-3.1 percentage points" }, { "1.0", "1.0 percentage points" } } do
    it(row[2], function() assert.equal(row[2], words.points(row[1])) end)
  end

  it("refuses what the core did not print", function()
    local ok, err = pcall(words.points, 1)
    assert.is_false(ok)
    assert.matches("points: a word is expected, not number", err, 1, true)
  end)
end)

describe("capital", function()
  it("changes a to z only", function()
    assert.equal("No complaints", words.capital "no complaints")
    assert.equal("2 complaints", words.capital "2 complaints")
    assert.equal("éa", words.capital "éa")
  end)
end)
