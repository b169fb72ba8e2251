-- The CSV reader: what rows are, and the promise that no split of the bytes into chunks changes them.
local core = require "upheld.core"

local LOOKS = core.csv_looks()

local function told(chunks, options)
  local rows, err = core.csv(chunks, options)
  if not rows then return ("%s at line %d: %s"):format(err.code, err.line, err.message) end
  local out = {}
  for _, row in ipairs(rows) do
    local fields = {}
    for i = 1, #row do fields[i] = ("%q"):format(row[i]) end
    out[#out + 1] = ("%d %s %q [%s]"):format(row.line, row.fault or "ok", row.raw, table.concat(fields, " "))
  end
  return table.concat(out, "\n")
end

--- Everything that a reading gave, as one string that two readings can be compared by: the same in whatever way rows are looked for.
local function outcome(chunks, options)
  local first
  for look, name in ipairs(LOOKS) do
    local here = told(chunks, {max_field = options and options.max_field, look = look})
    first = first or here
    if here ~= first then assert.equal(first, here, name) end
  end
  return first
end

-- {name, text, expected rows, max_field}; a row is {line, raw, {fields}, fault}; expected may be {error = code, line = n}
local cases = {
  {"nothing", "", {}},
  {"one field", "a", {{1, "a", {"a"}}}},
  {"last line without newline", "a,b\nc,d", {{1, "a,b", {"a", "b"}}, {2, "c,d", {"c", "d"}}}},
  {"quoted comma", 'a,"b,c",d\n', {{1, 'a,"b,c",d', {"a", "b,c", "d"}}}},
  {"embedded newline", 'a,"b\nc"\nd\n', {{1, 'a,"b\nc"', {"a", "b\nc"}}, {3, "d", {"d"}}}},
  {"embedded CRLF is kept", '"a\r\nb"\r\nc', {{1, '"a\r\nb"', {"a\r\nb"}}, {3, "c", {"c"}}}},
  {"CRLF and LF mixed", "a\r\nb\nc\r\n", {{1, "a", {"a"}}, {2, "b", {"b"}}, {3, "c", {"c"}}}},
  {"CRLF behind a quote", '"a"\r\n"b"\r\n', {{1, '"a"', {"a"}}, {2, '"b"', {"b"}}}},
  {"CR at the end of the file", "a,b\r", {{1, "a,b", {"a", "b"}}}},
  {"CR behind a quote at the end", '"a"\r', {{1, '"a"', {"a"}}}},
  {"lone CR is data", "a\rb,c\r,\rd\n", {{1, "a\rb,c\r,\rd", {"a\rb", "c\r", "\rd"}}}},
  {"two CRs: one is data", "a\r\r\n", {{1, "a\r", {"a\r"}}}},
  {"two CRs at the end", "a\r\r", {{1, "a\r", {"a\r"}}}},
  {"a CR that is a field", "\r,\r\n", {{1, "\r,", {"\r", ""}}}},
  {"BOM", "\xEF\xBB\xBFa,b\n", {{1, "a,b", {"a", "b"}}}},
  {"BOM before a quote", '\xEF\xBB\xBF"a"\n', {{1, '"a"', {"a"}}}},
  {"BOM alone", "\xEF\xBB\xBF", {}},
  {"half a BOM is data", "\xEF\xBBa\n", {{1, "\xEF\xBBa", {"\xEF\xBBa"}}}},
  {"half a BOM alone", "\xEF\xBB", {{1, "\xEF\xBB", {"\xEF\xBB"}}}},
  {"a second BOM is data", "\xEF\xBB\xBF\xEF\xBB\xBFa", {{1, "\xEF\xBB\xBFa", {"\xEF\xBB\xBFa"}}}},
  {"empty lines are counted", "\n\na\n\r\nb\n\n", {{3, "a", {"a"}}, {5, "b", {"b"}}}},
  {"only empty lines", "\n\r\n\n\r", {}},
  {"trailing comma", "a,\n,b\n,", {{1, "a,", {"a", ""}}, {2, ",b", {"", "b"}}, {3, ",", {"", ""}}}},
  {"quoted empty field", '""\n"",""', {{1, '""', {""}}, {2, '"",""', {"", ""}}}},
  {"doubled quotes", '"a""b",""""\n"""",x', {{1, '"a""b",""""', {'a"b', '"'}}, {2, '"""",x', {'"', "x"}}}},
  {"doubled at both ends", '"""a""","""",b\n', {{1, '"""a""","""",b', {'"a"', '"', "b"}}}},
  {"line end between doubled quotes", '"""\n"""\nx', {{1, '"""\n"""', {'"\n"'}}, {3, "x", {"x"}}}},
  {"spaces are data", ' a , "b" \n', {{1, ' a , "b" ', {" a ", ' "b" '}, "stray-quote"}}},
  {"stray quote", 'a"b,c\nd\n', {{1, 'a"b,c', {'a"b', "c"}, "stray-quote"}, {2, "d", {"d"}}}},
  {"stray quote at the end", 'a,b"', {{1, 'a,b"', {"a", 'b"'}, "stray-quote"}}},
  {"text after a quote", '"a"b,c\nd', {{1, '"a"b,c', {'"a"b', "c"}, "after-quote"}, {2, "d", {"d"}}}},
  {"space after a quote", '"a" ,c\n', {{1, '"a" ,c', {'"a" ', "c"}, "after-quote"}}},
  {"quote in the text after a quote", '"a"b"c",d\n', {{1, '"a"b"c",d', {'"a"b"c"', "d"}, "after-quote"}}},
  {"CR after a quote within the row", '"a"\r,b\r\n', {{1, '"a"\r,b', {'"a"\r', "b"}, "after-quote"}}},
  {"two CRs after a quote", '"a"\r\r\n', {{1, '"a"\r', {'"a"\r'}, "after-quote"}}},
  {"the first fault counts", 'a"b,"c"d\n"c"d,a"b', {{1, 'a"b,"c"d', {'a"b', '"c"d'}, "stray-quote"},
    {2, '"c"d,a"b', {'"c"d', 'a"b'}, "after-quote"}}},
  {"doubled quote in a faulty field stays", '"a""b"c,"d""e"\n', {{1, '"a""b"c,"d""e"', {'"a""b"c', 'd"e'}, "after-quote"}}},
  {"unclosed quote", 'a\nb,"c\nd\n', {error = "unclosed-quote", line = 2}},
  {"unclosed after doubled", '"a""', {error = "unclosed-quote", line = 1}},
  {"a quote alone", '"', {error = "unclosed-quote", line = 1}},
  {"NUL", "a\nb\0c\n", {error = "nul-byte", line = 2}},
  {"NUL within quotes", '"a\n\0"', {error = "nul-byte", line = 1}},
  {"NUL first", "\0", {error = "nul-byte", line = 1}},
  {"NUL after a quote", '"a"\0', {error = "nul-byte", line = 1}},
  {"UTF-16", "\xFF\xFEa\0,\0b\0", {error = "nul-byte", line = 1}},
  {"at the limit", "abcde,abcde\r\nabcde\r", {{1, "abcde,abcde", {"abcde", "abcde"}}, {2, "abcde", {"abcde"}}}, 5},
  {"at the limit, quoted", '"abcde","abcde"\r\n"abcde"\r',
    {{1, '"abcde","abcde"', {"abcde", "abcde"}}, {2, '"abcde"', {"abcde"}}}, 5},
  {"one under the limit", "abcd\n", {{1, "abcd", {"abcd"}}}, 5},
  {"one over the limit", "a\nab,abcdef,x\n", {error = "field-too-long", line = 2}, 5},
  {"one over the limit at the end", "abcdef", {error = "field-too-long", line = 1}, 5},
  {"one over the limit by a CR", "abcde\r,x", {error = "field-too-long", line = 1}, 5},
  {"over the limit before a CR", "abcde\r\r\n", {error = "field-too-long", line = 1}, 5},
  {"over the limit before a NUL", "abcdef\0", {error = "field-too-long", line = 1}, 5},
  {"at the limit before CR and NUL", "abcde\r\0", {error = "nul-byte", line = 1}, 5},
  {"over the limit within quotes", '"abcd\ne"', {error = "field-too-long", line = 1}, 5},
  {"over the limit within quotes before a NUL", '"abcdef\0"', {error = "field-too-long", line = 1}, 5},
  {"over the limit, never closed", '"abcdef', {error = "field-too-long", line = 1}, 5},
  {"over the limit by a quote pair", '"abcd""",x', {error = "field-too-long", line = 1}, 5},
  {"over the limit behind a quote", '"ab"cdef', {error = "field-too-long", line = 1}, 5},
  {"over the limit behind a quote, CR", '"abc"d\r', {error = "field-too-long", line = 1}, 5},
}

local function expected_text(case)
  local name, text, rows, max_field = case[1], case[2], case[3], case[4]
  if rows.error then
    local err = select(2, core.csv(text, {max_field = max_field}))
    assert.equal(rows.error, err and err.code, name)
    assert.equal(rows.line, err.line, name)
    return outcome(text, {max_field = max_field})
  end
  local out = {}
  for _, row in ipairs(rows) do
    local fields = {}
    for i, field in ipairs(row[3]) do fields[i] = ("%q"):format(field) end
    out[#out + 1] = ("%d %s %q [%s]"):format(row[1], row[4] or "ok", row[2], table.concat(fields, " "))
  end
  return table.concat(out, "\n")
end

describe("the CSV reader", function()
  for _, case in ipairs(cases) do
    local name, text, options = case[1], case[2], {max_field = case[4]}

    it("reads " .. name, function()
      assert.equal(expected_text(case), outcome(text, options))
    end)

    it("reads the same from every split of " .. name, function()
      local whole, size = outcome(text, options), #text
      local function same(chunks)
        local got = outcome(chunks, options)
        if got ~= whole then assert.equal(whole, got, table.concat(chunks, "|")) end
      end
      local bytes = {}
      for i = 1, size do bytes[i] = text:sub(i, i) end
      same(bytes)
      for i = 0, size do
        same {text:sub(1, i), text:sub(i + 1)}
        for j = i, size do same {text:sub(1, i), text:sub(i + 1, j), text:sub(j + 1)} end
      end
    end)
  end

  it("gives every message with its place and a hint", function()
    local rows = {
      {"a\n\"b\nc", nil, "the file ends within a quoted field of the row that begins here (unclosed-quote); "
        .. "look for a quote without its partner in this row"},
      {"a\0", nil, "a NUL byte: this is no CSV text (a spreadsheet file, or UTF-16?) (nul-byte); "
        .. "save it as \"CSV UTF-8\" and try again"},
      {"a,bcdef", 4, "field 2 of this row has more than 4 bytes, the limit UPHELD_MAX_FIELD (field-too-long); "
        .. "a quote without its partner takes in all that follows: look for one in this row"},
      {("x,"):rep(1024) .. "x", nil, "this row has more than 1024 fields, the limit UPHELD_MAX_COLUMNS (too-many-columns); "
        .. "is this a CSV file with one row a line?"},
    }
    for _, row in ipairs(rows) do
      local result, err = core.csv(row[1], {max_field = row[2]})
      assert.is_nil(result)
      assert.equal(row[3], tostring(err))
    end
  end)

  it("takes 1024 fields a row", function()
    local rows = assert(core.csv(("x,"):rep(1023) .. "y"))
    assert.equal(1024, #rows[1])
    assert.equal("y", rows[1][1024])
  end)

  it("takes a field of a megabyte, and not a byte more", function()
    local most = ("m"):rep(2 ^ 20)
    for _, text in ipairs {"a," .. most .. ",b\n", 'a,"' .. most .. '",b\r\n'} do
      local chunks = {}
      for at = 1, #text, 65536 do chunks[#chunks + 1] = text:sub(at, at + 65535) end
      for _, input in ipairs {text, chunks} do
        local rows = assert(core.csv(input))
        assert.is_true(rows[1][2] == most)
        assert.equal("b", rows[1][3])
      end
    end
    for _, text in ipairs {"a,m" .. most, 'a,"m' .. most .. '"', 'a,"m' .. most} do
      local rows, err = core.csv(text)
      assert.is_nil(rows)
      assert.equal("field-too-long", err.code)
    end
  end)

  it("refuses a programmer's mistakes", function()
    assert.error_matches(function() core.csv(7) end, "string or table expected")
    assert.error_matches(function() core.csv({7}) end, "chunks must be strings")
    assert.error_matches(function() core.csv("a", {max_field = -1}) end, "must not be negative")
  end)
end)

-- An independent reading of the same rules: a plain recursive descent over the whole text, written for plainness.
local function naive(text)
  local rows, at, line = {}, 1, 1
  text = text:gsub("^\xEF\xBB\xBF", "")
  while at <= #text do
    local first, begin, fields, fault = at, line, {}, "ok"
    repeat
      local field, ending
      local closed = text:match('^"()', at)
      if closed then
        while true do -- to the quote that no quote follows
          closed = text:find('"', closed, true)
          if not closed then return "unclosed-quote at line " .. begin end
          if text:sub(closed + 1, closed + 1) ~= '"' then break end
          closed = closed + 2
        end
      end
      ending = text:find("[,\n]", closed or at) or #text + 1
      local last = ending - 1
      local ends_row = text:sub(ending, ending) ~= ","
      if ends_row and last >= (closed and closed + 1 or at) and text:sub(last, last) == "\r" then last = last - 1 end
      if closed == last then
        field = text:sub(at + 1, last - 1):gsub('""', '"')
      else
        field = text:sub(at, last)
        if fault == "ok" then fault = closed and "after-quote" or field:find('"', 1, true) and "stray-quote" or "ok" end
      end
      fields[#fields + 1] = ("%q"):format(field)
      at = ending + 1
    until text:sub(ending, ending) ~= ","
    local raw = text:sub(first, at - 2):gsub("\r$", "")
    if raw ~= "" then rows[#rows + 1] = ("%d %s %q [%s]"):format(begin, fault, raw, table.concat(fields, " ")) end
    line = line + select(2, text:sub(first, at - 1):gsub("\n", ""))
  end
  return table.concat(rows, "\n")
end

describe("the CSV reader and a naive one", function()
  local state = 20240917
  local function random(n) -- Park and Miller's minimal standard: the same numbers in every Lua
    state = state * 16807 % 2147483647
    return state % n + 1
  end

  it("agree on thousands of small texts", function()
    local alphabet = {"a", ",", '"', "\n", "\r", '"', ","}
    for _ = 1, 6000 do
      local letters = {}
      for i = 1, random(16) do letters[i] = alphabet[random(#alphabet)] end
      local text = table.concat(letters)
      local got = outcome(text):gsub("(unclosed%-quote at line %d+):.*", "%1")
      local want = naive(text)
      if got ~= want then assert.equal(want, got, ("%q"):format(text)) end
      local cut = random(#letters)
      assert.equal(outcome(text), outcome {text:sub(1, cut), text:sub(cut + 1)})
    end
  end)

  -- What is found 64 bytes at a time: quotes, line ends and NUL bytes at every place of a block, within and between rows.
  it("agree on texts of several blocks", function()
    local pieces = {",", ",", "\n", "\r\n", '"a,b"', '"x\ny"', '"p""q"', '""', '"', "\r", "\xc3\xa9", "\0", 'a"b', '"c"d'}
    for i = 1, 3000 do
      local parts, size, most = {}, 0, random(400)
      while size < most do
        local part = ("x"):rep(random(40) - 1)
        parts[#parts + 1] = part
        parts[#parts + 1] = pieces[random(i % 4 == 0 and #pieces or i % 4 == 1 and 4 or 8)]
        size = size + #part + #parts[#parts]
      end
      local text = table.concat(parts)
      local got = outcome(text):gsub("(unclosed%-quote at line %d+):.*", "%1")
      if not text:find("\0", 1, true) then
        local want = naive(text)
        if got ~= want then assert.equal(want, got, ("%q"):format(text)) end
      end
      local cut = random(#text)
      assert.equal(outcome(text), outcome {text:sub(1, cut), text:sub(cut + 1)})
    end
  end)

  it("has several ways of looking, the last of them byte by byte", function()
    assert.is_true(#LOOKS >= 2)
    assert.same({"words", "bytes"}, {LOOKS[#LOOKS - 1], LOOKS[#LOOKS]})
    assert.error_matches(function() core.csv("a", {look = #LOOKS + 1}) end, "look is the place of one of csv_looks()", 1, true)
  end)

  it("agree on long rows in pieces of every small size", function()
    local parts = {}
    for i = 1, 400 do
      parts[#parts + 1] = ('%d,"name %d, of","say ""%s""",%s\r\n'):format(i, i, ("x"):rep(i % 37), ("y\r"):rep(i % 5))
    end
    local text = table.concat(parts)
    local want = naive(text)
    for _, size in ipairs {1, 2, 3, 5, 7, 8, 9, 13, 64, 100, 4096} do
      local chunks = {}
      for at = 1, #text, size do chunks[#chunks + 1] = text:sub(at, at + size - 1) end
      assert.is_true(want == outcome(chunks), "pieces of " .. size)
    end
  end)

  it("read back what csv_field wrote", function()
    local alphabet = {"a", ",", '"', "\n", "\r", " ", "é", "\xEF\xBB\xBF"}
    for _ = 1, 3000 do
      local fields, written = {}, {}
      for i = 1, random(3) do
        local letters = {}
        for k = 1, random(5) - 1 do letters[k] = alphabet[random(#alphabet)] end
        fields[i] = table.concat(letters)
        written[i] = core.csv_field(fields[i], i == 1)
      end
      local rows = assert(core.csv(table.concat(written, ",") .. "\r\n"))
      assert.same(fields, {table.unpack(rows[1])})
      assert.is_nil(rows[1].fault)
    end
  end)
end)
