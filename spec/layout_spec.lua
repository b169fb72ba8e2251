-- Plain text in lines: filled paragraphs and aligned tables (csrc/core/layout.c).
local core = require "upheld.core"

-- The same numbers in every run.
local function numbers(seed)
  return function(most)
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed // 65536 % most + 1
  end
end

-- The words one after the other, each on the line if it has room there.
local function filled(words, width, first, rest)
  local lines, line, mark = {}, nil, first
  for part in (words .. "\n"):gmatch "([^\n]*)\n" do
    for word in part:gmatch "[^ ]+" do
      local room = math.max(1, width - #first)
      if line and utf8.len(line) + 1 + utf8.len(word) <= room then
        line = line .. " " .. word
      else
        if line then
          lines[#lines + 1] = mark .. line
          mark = rest
        end
        line = word
      end
    end
    if line then
      lines[#lines + 1] = mark .. line
      line, mark = nil, rest
    end
  end
  if #lines > 0 then return table.concat(lines, "\n") end
end

describe("words in lines", function()
  local ROWS = { -- words, width, before the first line, before the others, lines, columns of the longest
    { "", 10 }, { "   ", 10 }, { "\n \n", 10 }, { "one", 10, nil, nil, "one", 3 }, { "one two three", 7, nil, nil, "one two\nthree", 7 },
    { " one   two ", 7, nil, nil, "one two", 7 }, { "abcdefghij klm", 5, nil, nil, "abcdefghij\nklm", 10 },
    { "one two three", 8, "- ", "  ", "- one\n  two\n  three", 7 }, { "a\nb", 9, "1. ", "   ", "1. a\n   b", 4 },
    { "é é é", 3, nil, nil, "é é\né", 3 }, { "\xc3 \xc3", 3, nil, nil, "\xc3 \xc3", 3 }, { "a b", 1, "- ", "  ", "- a\n  b", 3 },
    -- Controls take no column; an isolate is closed where a line ends, and opened again.
    { "\u{200f}ab \u{202e}cd\u{202c} e", 5, nil, nil, "\u{200f}ab \u{202e}cd\u{202c}\ne", 5 },
    { "\u{2068}ab cd\u{2069} e", 3, nil, nil, "\u{2068}ab\u{2069}\n\u{2068}cd\u{2069}\ne", 2 },
    { "\u{2067}a \u{2066}b c\u{2069} d\u{2069}", 3, nil, nil,
      "\u{2067}a \u{2066}b\u{2069}\u{2069}\n\u{2068}\u{2068}c\u{2069} d\u{2069}", 3 },
  }
  for _, row in ipairs(ROWS) do
    it(("are filled: %q"):format(row[1]), function()
      assert.same({ row[5], row[6] }, { core.fill(row[1], row[2], row[3], row[4]) })
    end)
  end

  it("are those of a plain filling, whatever they are", function()
    local random, LETTERS = numbers(7), { "a", "bc", "é", "w", " ", "  ", " ", "\n", "longer", "-" }
    for _ = 1, 3000 do
      local parts = {}
      for i = 1, random(40) do parts[i] = LETTERS[random(#LETTERS)] end
      local words, width = table.concat(parts), random(24)
      local made = core.fill(words, width, "- ", "  ")
      assert.equal(filled(words, width, "- ", "  "), made, ("%q in %d"):format(words, width))
    end
  end)

  it("are refused where they are none", function()
    assert.error_matches(function() core.fill({}, 10) end, "string expected")
    assert.error_matches(function() core.fill("a", 0) end, "1 to 10000 columns expected")
  end)
end)

describe("cells in columns", function()
  it("stand under each other, to the left, right or in the middle", function()
    assert.equal("Name   Cases  x\n-----  -----  ---\nAlpha     12  y\nÉ      1,400  a b",
      core.text_table({ "Name", "Cases", "x", "Alpha", "12", "y", "É", "1,400", "a b" }, { "left", "right", "left" }, 78))
    assert.equal("a   bcd\n--  ---\nbc   e", core.text_table({ "a", "bcd", "bc", "e" }, { "left", "centre" }, 78))
  end)

  it("give way where a line has no room, the widest first and none below its longest word", function()
    local made = core.text_table({ "Area", "What was found", "Adult care", "one two three four five six seven eight" }, { "left", "left" }, 30)
    assert.equal("Area        What was found\n----------  ------------------\nAdult care  one two three four\n"
      .. "            five six seven\n            eight", made)
    assert.equal("A\n----------\nunbreakable", (core.text_table({ "A", "unbreakable" }, { "left" }, 3):gsub("-+", ("-"):rep(10))))
  end)

  it("have no line that ends in a blank, and none wider than the line but for a word", function()
    local random = numbers(11)
    local ALIGN = { "left", "right", "centre" }
    for _ = 1, 500 do
      local columns, rows, cells, align = random(4), random(5), {}, {}
      for k = 1, columns do align[k] = ALIGN[random(3)] end
      for i = 1, columns * rows do
        local words = {}
        for w = 1, random(6) - 1 do words[w] = ("wé"):rep(random(4)) end
        cells[i] = table.concat(words, " ")
      end
      local text = core.text_table(cells, align, 40)
      local said = {}
      for line in (text .. "\n"):gmatch "([^\n]*)\n" do
        assert.is_nil(line:find " $")
        assert.is_true(utf8.len(line) <= 40, line)
        said[#said + 1] = line:find "^[- ]*$" and "" or line
      end
      -- every word stands somewhere, as often as it was given
      local function count(list)
        local n = 0
        for _, part in ipairs(list) do n = n + select(2, part:gsub("[^ ]+", "")) end
        return n
      end
      assert.equal(count(cells), count(said))
    end
  end)

  it("are refused where they make no table", function()
    for _, row in ipairs { { {}, { "left" }, "whole rows" }, { { "a", "b", "c" }, { "left", "left" }, "whole rows" }, { { "a" }, {}, "a column" },
      { { "a" }, { "top" }, "invalid option" }, { { 1 }, { "left" }, "cells are texts" } } do
      assert.error_matches(function() core.text_table(row[1], row[2], 40) end, row[3])
    end
  end)
end)
