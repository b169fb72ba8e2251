local markup = require "upheld.markup"
local shapes = require "upheld.markup.shapes"

local function text_of(source, options)
  return markup.to_text(assert(markup.parse(source, options)))
end

-- What stands between the tags of main.
local function main_of(source, options)
  local page = markup.to_html(assert(markup.parse(source, options)), { title = "T" })
  return (page:match("<main>\n<h1>T</h1>\n(.-)\n</main>") or page:match("<main>\n(.-)\n</main>"))
end

describe("markup as text and HTML", function()
  local rows = {
    { "a\nb", "a b\n", "<p>a b</p>" },
    { "a\n\n\nb", "a\n\nb\n", "<p>a</p>\n<p>b</p>" },
    { "# One\n## Two", "One\n===\n\nTwo\n---\n", "<h1>One</h1>\n<h2>Two</h2>" },
    { "# One ##", "One\n===\n", "<h1>One</h1>" },
    { "a **b** c *d* e", "a b c d e\n", "<p>a <strong>b</strong> c <em>d</em> e</p>" },
    { "**a *b* c**", "a b c\n", "<p><strong>a <em>b</em> c</strong></p>" },
    { "a**b**c", "abc\n", "<p>a<strong>b</strong>c</p>" },
    { "5 * 3", "5 * 3\n", "<p>5 * 3</p>" },
    { "a\\\nb", "a\nb\n", "<p>a<br>\nb</p>" },
    { "- a\n- b\n  c", "- a\n- b c\n", "<ul>\n<li>a</li>\n<li>b c</li>\n</ul>" },
    { "1. a\n2. b", "1. a\n2. b\n", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>" },
    { "a\n- b", "a\n\n- b\n", "<p>a</p>\n<ul>\n<li>b</li>\n</ul>" },
    { "in\n2020. So", "in 2020. So\n", "<p>in 2020. So</p>" },
    { "[a *b*](https://x.uk/p?q=1&r=2)", "a b (https://x.uk/p?q=1&r=2)\n",
      '<p><a href="https://x.uk/p?q=1&amp;r=2">a <em>b</em></a></p>' },
    { "[x.uk](https://x.uk)", "x.uk\n", '<p><a class="address" href="https://x.uk">x.uk</a></p>' },
    { "[us](mailto:us@x.uk)", "us (us@x.uk)\n", '<p><a href="mailto:us@x.uk">us</a></p>' },
    { "\\# \\* \\_ \\[ \\] \\\\ \\` \\< \\& \\| \\.", "# * _ [ ] \\ ` < & | .\n", "<p># * _ [ ] \\ ` &lt; &amp; | .</p>" },
    { "file_name_here and _ alone", "file_name_here and _ alone\n", "<p>file_name_here and _ alone</p>" },
    { "a < b & c > d \"e\" 'f'", "a < b & c > d \"e\" 'f'\n", "<p>a &lt; b &amp; c &gt; d &quot;e&quot; &#39;f&#39;</p>" },
    { "a  b ", "a b\n", "<p>a b</p>" },
    { "a | b and ~5, a ~ b", "a | b and ~5, a ~ b\n", "<p>a | b and ~5, a ~ b</p>" }, { "\\~\\~a\\~\\~", "~~a~~\n", "<p>~~a~~</p>" },
    { "- a\n\nb\n\n1. c\n\n1. d", "- a\n\nb\n\n1. c\n\n1. d\n", "<ul>\n<li>a</li>\n</ul>\n<p>b</p>\n<ol>\n<li>c</li>\n</ol>\n<ol>\n<li>d</li>\n</ol>" },
  }
  for _, row in ipairs(rows) do
    it((row[1]:gsub("\n", "|")), function()
      assert.equal(row[2], text_of(row[1]))
      assert.equal(row[3], main_of(row[1]) or "")
    end)
  end
end)

describe("a table", function()
  local source = "Table: Decisions *this* year\n| Area | Upheld | Rate |\n|---|---:|:---:|\n"
    .. "| Housing | 12 | 5% |\n| Adult \\| Care | 3 | 50% |"

  it("is aligned as text", function()
    assert.equal(table.concat({
      "Decisions this year", "", "Area          Upheld  Rate", "------------  ------  ----",
      "Housing           12   5%", "Adult | Care       3  50%", "",
    }, "\n"), text_of(source))
  end)

  it("has caption and headings in HTML", function()
    local html = main_of(source)
    assert.matches("<caption>Decisions <em>this</em> year</caption>", html, 1, true)
    assert.matches('<th scope="col">Area</th>', html, 1, true)
    assert.matches('<th scope="col" class="right">Upheld</th>', html, 1, true)
    assert.matches('<th scope="row">Adult | Care</th>', html, 1, true)
    assert.matches('<td class="centre">50%</td>', html, 1, true)
  end)

  it("leaves an empty corner without a heading", function()
    assert.matches("<td></td>\n<th scope", main_of("Table: t\n| | b |\n|-|-|\n| a | 1 |"))
  end)

  it("folds its widest column to the line", function()
    local long = ("word "):rep(30)
    local text = text_of("Table: t\n| a | b |\n|-|-|\n| " .. long .. " | 12 |")
    for line in text:gmatch "[^\n]+" do assert.is_true(#line <= 78, line) end
    local _, words = text:gsub("word", "")
    assert.equal(30, words)
  end)
end)

describe("what goes beyond the markup", function()
  local rows = {
    { "a\n<b>x</b>", "HTML is not part", 2 }, { "<!-- x -->", "HTML is not part", 1 }, { "a <https://x.uk>", "HTML is", 1 },
    { "&amp; x", "character names", 1 }, { "a &#39;", "character names", 1 }, { "a `code`", "code is not part", 1 },
    { "```\nx\n```", "code is not part", 1 }, { "~~~", "code is not part", 1 }, { "a\n\n    x", "four spaces", 3 },
    { "![a](https://x.uk)", "images are not part", 1 }, { "a *b", '"*" is not closed', 1 }, { "a\n**b", '"**" is not closed', 2 },
    { "a* b", "neither opens nor closes", 1 }, { "***a***", '"***" is not part', 1 }, { "*a **b* c**", "neither opens", 1 },
    { "_a_", '"_" is not emphasis', 1 }, { "[a]", "a link is written", 1 }, { "[a", "is not closed", 1 },
    { "a]", 'a "]" without its "["', 1 }, { "[a](x.html)", "does not begin with https://", 1 },
    { "[a](javascript:alert)", "does not begin with https://", 1 }, { "[a](https://x.uk/\"b)", "written with %", 1 },
    { "[](https://x.uk)", "a link has no text", 1 }, { "[a [b](https://x.uk)](https://y.uk)", "a link within a link", 1 },
    { "a\\", "a backslash ends the paragraph", 1 }, { "a\n\\b", "stands before no punctuation mark", 2 },
    { "### a", "one or two #", 1 }, { "#a", 'written "# text"', 1 }, { "#", 'written "# text"', 1 },
    { "# a\n\n# b", "a second heading of level 1", 3 }, { "> a", "quotations", 1 }, { "* a", 'written with "-"', 1 },
    { "+ a", 'written with "-"', 1 }, { "---", "rules are not part", 1 }, { "* * *", "rules are not part", 1 },
    { "___", "rules are not part", 1 }, { "a\n---", "rules are not part", 2 }, { "a\n--", "rules are not part", 2 },
    { "a\n===", "headings are written with #", 2 }, { "1) a", 'written "1. "', 1 }, { "2. a", 'begins with "1."', 1 },
    { "- a\n1. b", "a list of both kinds", 2 }, { "- a\n  - b", "lists within lists", 2 },
    { "- a\nb", "neither an item nor indented", 2 }, { "-", "rules are not part", 1 }, { " - a", "beginning of its line", 1 },
    { "1.", "an item without words", 1 }, { "a  \nb", "two spaces end the line", 1 },
    { "| a |\n|---|\n| b |", "a table has no caption", 1 }, { "Table: t\n| a |\n| b |", "such as |---|---:|", 3 },
    { "Table: t\n| a | b |\n|-|-|\n| c |", "the row has 1 cells", 4 }, { "Table: t\n| a |\n|-|", "a table has no rows", 3 },
    { "Table: t\n| a |\n|-|\n| b", "begins and ends with |", 4 }, { "# a\\\nb", "a backslash ends", 1 }, { "x \2 y", "control character", 1 },
    { "a | b\n---|---\nc | d", "a table's row begins and ends with |", 2 }, { "a | b\n:-- | --:", "begins and ends with |", 2 },
    { "Table: t\n\na | b\n--|--\nc | d", "begins and ends with |", 4 }, { "x\n\n|---|---|", "a table has no caption", 3 },
    { "It is ~~gone~~ now.", "struck-out text is not part", 1 }, { "a\n~b~ c", "struck-out text", 2 }, { "- a ~~b~~", "struck-out text", 1 },
    { "- a\n\n  more\n- b", "an item has one paragraph", 3 }, { "1. a\n\n   more", "an item has one paragraph", 3 },
    { "- a\n\n    code", "an item has one paragraph", 3 }, { "- a\n\n- b", "an empty line stands between the items", 3 },
    { "1. a\n\n2. b", "an empty line stands between the items", 3 }, { "- a  \n  b", "two spaces end the line", 1 },
    { "- [ ] a", "a link is written", 1 }, { "- [x] a", "a link is written", 1 }, { "a [b][c]\n\n[c]: https://x.uk", "a link is written", 1 },
    { "a\n\n[c]: https://x.uk", "a link is written", 3 }, { "a[^1]", "a link is written", 1 }, { "Term\n: what it is", "definitions under a term", 2 },
    { "<x@x.uk>", "HTML is not part", 1 }, { "&nbsp;", "character names", 1 }, { "&copy;", "character names", 1 },
    { "[a](https://x.uk \"b\")", "a link is written", 1 }, { "[a](<https://x.uk>)", "does not begin with https://", 1 },
  }
  for _, row in ipairs(rows) do
    it("is a fault: " .. row[1]:gsub("[\n\2]", "|"), function()
      local document, err = markup.parse(row[1], { file = "w.lua" })
      assert.is_nil(document)
      assert.is_truthy(err.faults[1].message:find(row[2], 1, true), err.faults[1].message)
      assert.equal(row[3], err.faults[1].line)
      assert.equal("bad-markup", err.faults[1].code)
      assert.matches("^w.lua:", tostring(err.faults[1]))
    end)
  end

  it("is all reported at once, at the lines the caller gives", function()
    local _, err = markup.parse("a *b\n\nc `d\n\n- e [f\n", { place = function(line) return "x.lua", line + 100 end })
    local lines = {}
    for i, one in ipairs(err.faults) do lines[i] = one.line end
    assert.same({ 101, 103, 105 }, lines)
    assert.equal("x.lua", err.faults[1].file)
  end)
end)

describe("a value", function()
  local hostile = {
    "# heading", "- item", "1. item", "**strong**", "*a", "[a](https://x.uk)", "<script>alert(1)</script>", "&lt;", "a\\",
    "| a |", "Table: t", "---", "`code`", "O'Brien & Sons \"Ltd\"", "> quote", "=HYPERLINK()", "![x](y)", "{{ x }}",
    "\226\128\174right to left", "a  b", ("x"):rep(500),
  }
  local unescape = { ["&amp;"] = "&", ["&lt;"] = "<", ["&gt;"] = ">", ["&quot;"] = '"', ["&#39;"] = "'" }
  local places = {
    { "\0021\003", "<p>%s</p>" }, { "a \0021\003 b", "<p>a %s b</p>" }, { "# \0021\003", "<h1>%s</h1>" },
    { "- \0021\003", "<ul>\n<li>%s</li>\n</ul>" }, { "**\0021\003**", "<p><strong>%s</strong></p>" },
    { "[\0021\003](https://x.uk)", '<p><a href="https://x.uk">%s</a></p>' },
    { "\0021\003. x", "<p>%s. x</p>" }, { "a\n\0021\003", "<p>a %s</p>" },
  }
  for _, place in ipairs(places) do
    it("never becomes markup in " .. place[1]:gsub("\n", "|"):gsub("\0021\003", "VALUE"), function()
      for _, value in ipairs(hostile) do
        local html = main_of(place[1], { values = { { text = value } } })
        local before, after = place[2]:match("^(.*)%%s(.*)$")
        local inner = html:sub(#before + 1, #html - #after):gsub("</?bdi>", "")
        assert.equal(before .. inner .. after, (html:gsub("</?bdi>", "")))
        assert.is_nil(inner:find("[<>\"']"))
        assert.equal(value:gsub(" +", " "), (inner:gsub("&#?%w+;", unescape)))
      end
    end)
  end

  it("stays in its cell", function()
    local html = main_of("Table: t\n| a | b |\n|-|-|\n| \0021\003 | c |", { values = { { text = "x | y" } } })
    assert.matches('<th scope="row">x | y</th>\n<td>c</td>', html, 1, true)
  end)

  it("of several lines has breaks between them, and none in a heading", function()
    local values = { { lines = { "a", "b" } } }
    assert.equal("<p>a<br>\nb</p>", main_of("\0021\003", { values = values }))
    assert.equal("a\nb\n", text_of("\0021\003", { values = values }))
    local _, err = markup.parse("# \0021\003", { values = values })
    assert.matches("a heading holds a line break", err.message)
  end)

  it("in an address is checked", function()
    assert.equal('<p><a href="https://x.uk/a">t</a></p>',
      main_of("[t](https://x.uk/\0021\003)", { values = { { text = "a" } } }))
    for _, bad in ipairs { 'a"b', "a b", "a)b", "a<b", "é" } do
      local _, err = markup.parse("[t](https://x.uk/\0021\003)", { values = { { text = bad } } })
      assert.matches("is to be written with %%", err.message)
    end
    local _, err = markup.parse("[t](\0021\003)", { values = { { text = "javascript:alert" } } })
    assert.matches("does not begin with https://", err.message)
  end)
end)

describe("text", function()
  it("is filled to 78 columns, by characters and not bytes", function()
    local text = text_of("- " .. ("é "):rep(200) .. "\n\n" .. ("word "):rep(100) .. "\n\n## " .. ("head "):rep(40))
    local longest = 0
    for line in text:gmatch "[^\n]+" do
      assert.is_nil(line:find(" $"))
      longest = math.max(longest, utf8.len(line))
    end
    assert.is_true(longest <= 78 and longest >= 75)
    assert.matches("[^\n]\n$", text)
  end)

  it("keeps a word longer than the line whole", function()
    assert.equal("a\n" .. ("x"):rep(100) .. "\nb\n", text_of("a " .. ("x"):rep(100) .. " b"))
  end)

  it("has the notice at top and end", function()
    local document = assert(markup.parse "a")
    assert.equal("N\n\na\n\nN\n", markup.to_text(document, { notice = "N" }))
  end)
end)

describe("the HTML page", function()
  local head, foot = assert(markup.parse "**Office**"), assert(markup.parse "foot")
  local page = markup.to_html(assert(markup.parse "# One\n\na"), {
    title = "T & <t>", notice = "N & <n>", head = head, foot = foot,
  })

  it("has language, title, landmarks and one heading of level 1", function()
    assert.matches('^<!DOCTYPE html>\n<html lang="en%-GB">', page)
    assert.matches("<title>T &amp; &lt;t&gt;</title>", page, 1, true)
    for _, tag in ipairs { "header", "main", "footer", "h1", "title" } do
      local _, opened = page:gsub("<" .. tag .. ">", "")
      local _, closed = page:gsub("</" .. tag .. ">", "")
      assert.same({ 1, 1 }, { opened, closed }, tag)
    end
    local _, notices = page:gsub('<p class="notice">N &amp; &lt;n&gt;</p>', "")
    assert.equal(2, notices)
  end)

  it("asks for nothing from outside and runs nothing", function()
    for _, never in ipairs { "<script", "<link", "<img", "<iframe", "@import", "url%(", "https?://", " on%w+=" } do
      assert.is_nil(page:find(never), never)
    end
  end)

  it("takes its title for a heading where there is none", function()
    assert.matches("<main>\n<h1>T</h1>\n<p>a</p>\n</main>", markup.to_html(assert(markup.parse "a"), { title = "T" }))
  end)
end)

describe("what was parsed before with other values", function()
  local function mark(value, from, to)
    value.marks = { { from = from, to = to, value = value.text:sub(from, to), number = 7 } }
    return value
  end
  local VALUES = { -- three a letter
    { { text = "one" }, { text = "two" }, { text = "three" } },
    { { text = "*other*" }, mark({ text = "12 of them" }, 1, 2), { text = "x.uk" } },
    { mark({ text = "34" }, 1, 2), { text = "https://x.uk/12" }, { text = "a  b & c" } },
    { { text = "[missing: x]", gap = true }, { lines = { "a", "b" } }, { text = "x.uk" } },
    { { text = "one" }, { text = "https://x.uk/12" }, { text = "x.uk" } },
  }
  for _, text in ipairs {
    "Plain, and always the same.", "It is \0021\003 and \0022\003.\n\nMore of \0023\003.", "## \0021\003 heading\n\n- \0022\003\n- **b \0023\003**",
    "Table: of \0021\003\n| a | \0022\003 | |\n|---|--:|---|\n| \0023\003 | | c |", "Go to [\0023\003](https://x.uk) and *[so \0021\003](https://x.uk/\0023\003)*.",
    "[\0022\003](\0022\003)", "\0021\003\n\n\0021\003\n\n\0022\003", "1. a \0021\003\n   b\n2. \0022\003\\\n   c", "   \n\n  a \0021\003\n b\n   \n\n# T \0023\003\n\n# T",
  } do
    it("is as if it were the first: " .. ("%q"):format(text), function()
      local cache = {}
      for round = 1, 2 do
        for i, values in ipairs(VALUES) do
          local first, first_fault = markup.parse(text, { values = values })
          local made, err = markup.parse(text, { values = values, cache = cache })
          assert.equal(tostring(first_fault), tostring(err), i)
          if first then
            for _, write in ipairs { markup.to_html, markup.to_text, markup.to_markdown, markup.title_text } do
              assert.equal(write(first, { title = "T" }), write(made, { title = "T" }), ("letter %d, round %d"):format(i, round))
            end
            for k, block in ipairs(first.blocks) do
              assert.equal(block.line, made.blocks[k].line)
              assert.same(shapes.runs(block), shapes.runs(made.blocks[k]))
            end
          end
        end
      end
    end)
  end
end)

describe("any text at all", function()
  it("gives a document or faults with lines, never an error", function()
    local bits = { "*", "**", "_", "[", "]", "(https://x.uk)", "\\", "`", "<", "&", "|", "\n", "\n\n", "# ", "- ", "1. ", "a", " ", "é",
      "!", "\0021\003", "Table: t\n| a |\n|-|\n", "    ", "---" }
    local state = 12345
    local function random(n)
      state = (state * 1103515245 + 12345) % 2147483648
      return state // 65536 % n + 1
    end
    for _ = 1, 4000 do
      local parts = {}
      for i = 1, random(12) do parts[i] = bits[random(#bits)] end
      local source = table.concat(parts)
      local document, err = markup.parse(source, { values = { { text = "V" } } })
      if document then
        local text = markup.to_text(document)
        assert.is_nil(text:find(" \n"), source)
        assert.is_nil(markup.to_html(document, { title = "T" }):find("[\2\3]"), source)
      else
        local _, lines = source:gsub("\n", "")
        for _, one in ipairs(err.faults) do assert.is_true(one.line >= 1 and one.line <= lines + 1, source) end
      end
    end
  end)
end)
