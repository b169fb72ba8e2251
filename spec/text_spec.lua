-- Dates, numbers, UTF-8, Windows-1252, SHA-256 and the spelling of JSON and CSV: none of it may follow the locale.
local core = require "upheld.core"

local function is_leap(year) return year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0) end
local lengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
local month_names = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December"}

describe("dates", function()
  it("count every day of 1900 to 2199, and back", function()
    local days = -25567 -- 1 January 1900
    for year = 1900, 2199 do
      for month = 1, 12 do
        local last = month == 2 and is_leap(year) and 29 or lengths[month]
        for day = 1, last do
          local text = ("%04d-%02d-%02d"):format(year, month, day)
          if core.date(text) ~= days or core.date_text(days) ~= text then
            assert.equal(days, core.date(text), text)
            assert.equal(text, core.date_text(days))
          end
          days = days + 1
        end
        assert.is_nil(core.date(("%04d-%02d-%02d"):format(year, month, last + 1)))
        assert.is_nil(core.date(("%04d-%02d-00"):format(year, month)))
      end
    end
    assert.equal(core.date "2199-12-31" + 1, days)
  end)

  it("know the months' names in any case, in full or by three letters", function()
    for month, name in ipairs(month_names) do
      local want = core.date(("2023-%02d-07"):format(month))
      assert.is_number(want)
      for _, word in ipairs {name, name:lower(), name:upper(), name:sub(1, 3), name:sub(1, 3):lower(), name:sub(1, 3):upper()} do
        assert.equal(want, core.date("7 " .. word .. " 2023"))
        assert.equal(want, core.date("07 " .. word .. " 2023"))
      end
      assert.equal(want, core.date("7-" .. name:sub(1, 3) .. "-2023"))
      assert.equal(want, core.date("07-" .. name:sub(1, 3):lower() .. "-2023"))
    end
  end)

  local september = 19617 -- 17 September 2023
  local forms = { -- text, without uk, with uk
    {"2023-09-17", september, september},
    {"17 Sep 2023", september, september},
    {"17-Sep-2023", september, september},
    {"17 September 2023", september, september},
    {"17/09/2023", nil, september},
    {"17/9/2023", nil, september},
    {"07/09/2023", nil, september - 10},
    {"7/9/2023", nil, september - 10},
    {"1970-01-01", 0, 0},
    {"1969-12-31", -1, -1},
    {"2020-02-29", 18321, 18321},
    {"29 Feb 2000", 11016, 11016},
  }
  for _, form in ipairs(forms) do
    it("take " .. form[1], function()
      assert.equal(form[2], core.date(form[1]))
      assert.equal(form[3], core.date(form[1], true))
    end)
  end

  local refused = {
    "", " ", "2023", "2023-09", "2023-9-17", "2023-09-7", "23-09-17", "2023/09/17", "20230917", "2023-09-17 ",
    " 2023-09-17",
    "2023-09-17T00:00", "2023-09-1x", "2o23-09-17", "2023-13-01", "2023-00-10", "2023-02-29", "1900-02-29",
    "2100-02-29", "2023-04-31",
    "2023-06-31", "2023-09-31", "2023-11-31", "1899-12-31", "2200-01-01", "0000-01-01", "9999-12-31", "-023-09-17",
    "17 Sept 2023", "17 Septembre 2023", "17 Se 2023", "17 Sep 23", "17 Sep 02023", "17 Sep-2023", "17-Sep 2023",
    "17-September-2023",
    "17  Sep 2023", "17Sep2023", "17 Sep", "17 Sep ", "17 Sep 2023 ", "017 Sep 2023", "0 Sep 2023", "31 Sep 2023",
    "29 Feb 2023", "Sep 17 2023",
    "17 09 2023", "17-09-2023", "17.09.2023", "17/09/23", "09/17/2023", "17/009/2023", "017/09/2023", "17/09/2023 ",
    "17/Sep/2023", "//2023",
    "1//2023", "17/09/", "/09/2023", "00/09/2023", "17/00/2023", "17/13/2023", "29/02/2023", "17 \x13ep 2023",
    "17 Sep\0 2023",
    "2023-09\0-7", "now", "2023-09-17\n", "١٧ Sep 2023",
  }
  it("refuse everything else", function()
    for _, text in ipairs(refused) do
      assert.is_nil(core.date(text), text)
      assert.is_nil(core.date(text, true), text)
    end
  end)

  it("are written for any day of the years 0 to 9999", function()
    for _, row in ipairs {{-719528, "0000-01-01"}, {-719529 + 366, "0000-12-31"}, {-719528 + 366, "0001-01-01"},
      {-141428, "1582-10-14"},
      {2932896, "9999-12-31"}, {-1, "1969-12-31"}, {11016, "2000-02-29"}} do
      assert.equal(row[2], core.date_text(row[1]))
    end
    for _, days in ipairs {-719529, 2932897, -2147483648, 2147483648, 1 << 40} do
      assert.error_matches(function() core.date_text(days) end, "a day of the years 0 to 9999 expected")
    end
  end)
end)

describe("numbers", function()
  it("are whole and decimal, or none", function()
    local rows = {
      {"0", 0}, {"7", 7}, {"007", 7}, {"-7", -7}, {"+7", 7}, {"-0", 0}, {"9223372036854775807", math.maxinteger},
      {"-9223372036854775808", math.mininteger}, {"9223372036854775808"}, {"-9223372036854775809"},
      {"99999999999999999999"},
      {""}, {"-"}, {"+"}, {"--7"}, {" 7"}, {"7 "}, {"7.0"}, {"0x7"}, {"1e3"}, {"1,000"}, {"٧"}, {"7\0"},
    }
    for _, row in ipairs(rows) do assert.equal(row[2], core.integer(row[1]), row[1]) end
  end)

  it("are decimals with their places", function()
    local rows = {
      {"9.4", 94, 1}, {"4", 4, 0}, {"0.05", 5, 2}, {"12.340", 12340, 3}, {"0.123456789", 123456789, 9},
      {"9223372036854775807", math.maxinteger, 0},
      {"922337203685477580.7", math.maxinteger, 1}, {"922337203685477580.8"}, {"0.1234567891"}, {""}, {"."}, {"4."},
      {".4"}, {"1.2.3"}, {"-1"}, {"+1"},
      {"5%"}, {"1,5"}, {" 1"}, {"1e2"},
    }
    for _, row in ipairs(rows) do assert.same({row[2], row[3]}, {core.decimal(row[1])}, row[1]) end
  end)
end)

describe("UTF-8", function()
  local rows = { -- bytes, well-formed
    {"", true}, {"plain", true}, {"\0", true}, {"\x7F", true}, {"é€😀", true}, {"\xC2\x80", true}, {"\xDF\xBF", true},
    {"\xE0\xA0\x80", true},
    {"\xED\x9F\xBF", true}, {"\xEE\x80\x80", true}, {"\xEF\xBF\xBF", true}, {"\xF0\x90\x80\x80", true},
    {"\xF4\x8F\xBF\xBF", true},
    {"\x80"}, {"\xBF"}, {"\xFF"}, {"\xFE"}, {"\xC0\x80"}, {"\xC0\xAF"}, {"\xC1\xBF"}, {"\xE0\x80\x80"},
    {"\xE0\x9F\xBF"}, {"\xF0\x80\x80\x80"}, {"\xF0\x8F\xBF\xBF"},
    {"\xED\xA0\x80"}, {"\xED\xBF\xBF"}, {"\xF4\x90\x80\x80"}, {"\xF5\x80\x80\x80"}, {"\xF8\x88\x80\x80\x80"},
    {"\xC3"}, {"\xE2\x82"}, {"\xF0\x9F\x98"}, {"\xE2"},
    {"\xC3("}, {"\xE2\x28\xA1"}, {"\xE2\x82\x28"}, {"\xF0\x28\x8C\xBC"}, {"\xF0\x9F\x28\x80"}, {"\xF0\x9F\x98\x28"},
    {"\xC3\xC3"}, {"\x93quoted\x94"},
  }
  it("is told from what is not, wherever it stands", function()
    for _, row in ipairs(rows) do
      for before = 0, 9 do
        for after = 0, 9, 3 do
          local text = ("a"):rep(before) .. row[1] .. ("z"):rep(after)
          assert.equal(row[2] or false, core.utf8_valid(text), ("%q"):format(text))
        end
      end
    end
  end)

  it("agrees with Lua's own for every character", function()
    for code = 0, 0x10FFFF, 7 do
      local surrogate = code >= 0xD800 and code <= 0xDFFF
      if core.utf8_valid(utf8.char(code)) == surrogate then error(("U+%04X"):format(code)) end
    end
    assert.is_false(core.utf8_valid(utf8.char(0x110000)))
  end)

  it("comes from Windows-1252", function()
    assert.equal("plain", core.from_windows_1252 "plain")
    assert.equal("", core.from_windows_1252 "")
    assert.equal("€100 – “Ynys Môn” it’s…™Ÿ ÿ",
      core.from_windows_1252 "\x80100 \x96 \x93Ynys M\xF4n\x94 it\x92s\x85\x99\x9F \xFF")
    for byte = 0, 255 do
      local text = core.from_windows_1252(string.char(byte))
      local undefined = byte == 0x81 or byte == 0x8D or byte == 0x8F or byte == 0x90 or byte == 0x9D
      assert.is_true(core.utf8_valid(text))
      assert.equal(1, utf8.len(text))
      assert.equal(undefined, text == "\u{FFFD}", byte)
      if byte < 0x80 or byte >= 0xA0 then assert.equal(byte, utf8.codepoint(text)) end
    end
  end)
end)

describe("SHA-256", function()
  -- FIPS 180-4 examples and the byte-oriented vectors of NIST's SHAVS
  local rows = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    {("a"):rep(1000000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    {"\xD3", "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
  }
  it("gives the published digests", function()
    for _, row in ipairs(rows) do assert.equal(row[2], core.sha256(row[1])) end
  end)

  it("pads every length over a block's edges as sha256sum does", function()
    local program = io.popen("command -v sha256sum", "r")
    local found = program:read "a" ~= ""
    program:close()
    if not found then return pending "needs sha256sum" end
    local name = os.tmpname()
    for _, size in ipairs {1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 121, 127, 128, 129} do
      local text = ("\xA5q"):rep(65):sub(1, size)
      local file = assert(io.open(name, "wb"))
      file:write(text)
      file:close()
      local pipe = io.popen("sha256sum < " .. name)
      assert.equal(pipe:read "a":match "^%x+", core.sha256(text))
      pipe:close()
    end
    os.remove(name)
  end)
end)

describe("JSON", function()
  it("escapes strings, and is valid whatever the bytes", function()
    local rows = {
      {"", '""'}, {"plain", '"plain"'}, {'a"b\\c/', '"a\\"b\\\\c/"'}, {"\b\f\n\r\t", '"\\b\\f\\n\\r\\t"'},
      {"\0\1\x1F\x7F", '"\\u0000\\u0001\\u001f\x7F"'},
      {"Ynys Môn €😀", '"Ynys Môn €😀"'}, {"a\xFFb", '"a\u{FFFD}b"'}, {"\xC3", '"\u{FFFD}"'},
      {"\xED\xA0\x80", '"\u{FFFD}\u{FFFD}\u{FFFD}"'},
      {"é\x93\n", '"é\u{FFFD}\\n"'},
    }
    for _, row in ipairs(rows) do assert.equal(row[2], core.json_string(row[1])) end
  end)

  it("writes objects of fields in the order of the keys, absent ones as null", function()
    local keys = { "a", "b", "c", "d", "e" }
    assert.equal('{"a":1,"b":"x\\"y","c":null,"d":true,"e":"\u{FFFD}"}', core.json_fields({ a = 1, b = 'x"y', d = true, e = "\xff" }, keys))
    assert.equal('{"a":-9223372036854775808,"b":"","c":false,"d":null,"e":null}',
      core.json_fields({ a = math.mininteger, b = "", c = false }, keys))
    assert.equal("{}", core.json_fields({ a = 1 }, {}))
    local derived = setmetatable({}, { __index = function(_, key) return key .. key end })
    assert.equal('{"a":"aa","b":"bb"}', core.json_fields(derived, { "a", "b" }))
    local long = ("é\n"):rep(5000)
    assert.equal('{"a":' .. core.json_string(long) .. "}", core.json_fields({ a = long }, { "a" }))
    local many = {}
    for i = 1, 65 do many[i] = "k" .. i end
    assert.error_matches(function() core.json_fields({}, many) end, "too many keys")
    assert.error_matches(function() core.json_fields({ a = 1.5 }, { "a" }) end, "a number with a fraction")
    assert.error_matches(function() core.json_fields({ a = {} }, { "a" }) end, "json: a table")
    assert.error_matches(function() core.json_fields({}, { 'a"' }) end, "a key is plain text")
    assert.error_matches(function() core.json_fields({}, { 1 }) end, "a key is a text")
  end)

  it("writes a line of text, or a whole number, for HTML", function()
    local ROWS = {
      { "plain", "plain" }, { "a & b < c > d \" '", "a &amp; b &lt; c &gt; d &quot; &#39;" }, { "é & Ω", "é &amp; Ω" }, { 12, "12" },
      { math.mininteger, "-9223372036854775808" }, { ("&"):rep(3000), ("&amp;"):rep(3000) },
    }
    for _, row in ipairs(ROWS) do assert.equal(row[2], core.html_text(row[1])) end
    for _, value in ipairs { "", "a\nb", "\0", "a\127", "\xff", "\xed\xa0\x80", 1.5, true, {}, print } do
      assert.is_nil((core.html_text(value)))
    end
    assert.is_nil((core.html_text()))
  end)

  it("rounds numbers half away from zero, from their exact value", function()
    local rows = {
      {0, 0, "0"}, {0, 2, "0.00"}, {-0.0, 1, "0.0"}, {-0.04, 1, "0.0"}, {0.125, 2, "0.13"}, {-0.125, 2, "-0.13"},
      {0.5, 0, "1"}, {1.5, 0, "2"}, {2.5, 0, "3"},
      {-2.5, 0, "-3"}, {0.285, 2, "0.28"}, {1.005, 2, "1.00"}, {0.1, 9, "0.100000000"}, {99.995, 2, "100.00"},
      {99.994999, 2, "99.99"}, {0.999999999, 8, "1.00000000"},
      {2 ^ 53, 1, "9007199254740992.0"}, {2 ^ 62, 0, "4611686018427387904"},
      {2 ^ 63 - 1024, 0, "9223372036854774784"}, {2 ^ 63, 0, "null"}, {1 / 0, 1, "null"},
      {-1 / 0, 1, "null"}, {0 / 0, 1, "null"}, {5e-324, 9, "0.000000000"}, {2 ^ -70, 9, "0.000000000"},
      {2 ^ -31, 9, "0.000000000"}, {2 ^ -30, 9, "0.000000001"},
      {2 ^ -20 + 1, 9, "1.000000954"}, {1e-9, 9, "0.000000001"}, {123456789.987654321, 6, "123456789.987654"},
    }
    for _, row in ipairs(rows) do assert.equal(row[3], core.json_real(row[1], row[2])) end
  end)

  it("rounds as printf does where there is no half", function()
    local state = 7
    for _ = 1, 5000 do
      state = state * 16807 % 2147483647
      local value, decimals = (state - 1000000000) / 7919, state % 10
      local want = ("%." .. decimals .. "f"):format(value)
      if core.json_real(value, decimals) ~= want then assert.equal(want, core.json_real(value, decimals)) end
    end
  end)
end)

describe("CSV fields", function()
  it("are quoted where they must be", function()
    local rows = { -- text, as a later field, as the first
      {"", "", '""'}, {"a", "a", "a"}, {"a,b", '"a,b"', '"a,b"'}, {'a"b', '"a""b"', '"a""b"'},
      {"a\nb", '"a\nb"', '"a\nb"'}, {"a\r", '"a\r"', '"a\r"'},
      {" a ", " a ", " a "}, {"\u{FEFF}a", "\u{FEFF}a", '"\u{FEFF}a"'},
    }
    for _, row in ipairs(rows) do
      assert.equal(row[2], core.csv_field(row[1]))
      assert.equal(row[3], core.csv_field(row[1], true))
    end
  end)
end)
