-- Markdown, and all letters in one page: what is written whatever names hold. The forms that outside programs write are office_spec's.
local helper = require "helper_letters"
local files = require "helper"
local letters = require "upheld.letters"
local markup = require "upheld.markup"
local upheld = require "upheld"
local council = helper.council

local HOSTILE = { "O'Brien & Sons <script>alert(1)</script>", "*stars* _lines_ `code`", "[x](javascript:y) ![i](z)", "a | b \\ c", "# 1. - + =",
  "=SUM(A1)", "\u{202E}turned\u{2069} \u{5d0}", "&amp; &#x41; <!-- -->", ("long "):rep(100) .. "end", "$x^2$ ~~s~~ {a} @b", "- item", "12) item", "> quote" }

local function batch(names, body)
  local councils = {}
  for i, name in ipairs(names) do councils[i] = council { code = ("C%02d"):format(i), name = name } end
  local path = helper.file("return { name = 'Spec wording', title = 'To {{ council.name }}', letterhead = 'The office\\\\\\nits street',\n"
    .. "footer = 'The end.', body = [==[\n" .. (body or "# One\n\nDear {{ council.name }}, we upheld {{ rate(council.upheld) }}.") .. "\n]==] }")
  return assert(letters.build(helper.year(councils), { wording = path, date = "2020-07-22", notice = "Invented *data*." }))
end

after_each(function()
  helper.clean()
  files.cleanup()
end)

describe("markdown", function()
  it("has headings, lists, tables, emphasis, links and breaks as CommonMark has them", function()
    local made = batch({ "Alpha" }, "# One\n\nFirst **strong** and *so*,\\\nthen [notes](https://a.uk/b).\n\n- an item\n- another\n\n1. one\n2. next\n\n"
      .. "Table: Rates\n| a | b |\n|:--|--:|\n| x \\| y | {{ rate(council.upheld) }} |")[1].markdown
    assert.equal("**Invented \\*data\\*.**\n\nThe office\\\nits street\n\n# One\n\nFirst **strong** and *so*,\\\nthen [notes](https://a.uk/b).\n\n"
      .. "- an item\n- another\n\n1. one\n2. next\n\nRates\n\n| a | b |\n| --- | ---: |\n| x \\| y | 67% |\n\nThe end.\n\n**Invented \\*data\\*.**\n", made)
  end)

  for _, row in ipairs { -- what the wording or a name says, and how it is written
    { "1. x", "1\\. x" }, { "- x", "\\- x" }, { "+ x", "\\+ x" }, { "12) x", "12\\) x" }, { "= x", "\\= x" }, { "# x", "\\# x" }, { "> x", "\\> x" },
    { "a_b*c`d", "a\\_b\\*c\\`d" }, { "[a](b)", "\\[a\\](b)" }, { "<b>&amp;", "\\<b\\>\\&amp;" }, { "$x$ ~y~ {z} @q", "\\$x\\$ \\~y\\~ \\{z\\} \\@q" },
    { "a | b", "a \\| b" }, { "a\\b", "a\\\\b" }, { "x 1. y", "x 1. y" }, { "it's 5 - 3", "it's 5 - 3" },
  } do
    it("escapes what would be markup: " .. row[1], function()
      local text = batch({ row[1] }, "# One\n\n{{ council.name }}")[1].markdown
      assert.matches("\n\n" .. row[2] .. "\n\n", text, 1, true)
    end)
  end

  it("leaves stars away where CommonMark would not take them for emphasis", function()
    local document = { blocks = { { kind = "paragraph", children = { { kind = "text", text = "a" },
      { kind = "strong", children = { { kind = "text", text = "(b)" } } }, { kind = "text", text = "c, " },
      { kind = "emphasis", children = { { kind = "text", text = "(d)" } } }, { kind = "text", text = ", e" } } } } }
    assert.equal("a(b)c, *(d)*, e\n", markup.to_markdown(document))
  end)
end)

describe("all letters in one page", function()
  local function print_page(names, body)
    local folder = files.folder() .. "/out"
    assert(batch(names, body):write(folder, { formats = { "print" } }))
    assert.equal("all-letters.html\n", (files.run("ls " .. folder)))
    return files.read(folder .. "/all-letters.html")
  end

  it("is a page of articles, each with a name and a language, and ids of its own", function()
    local page = print_page { "Alpha", "Beta" }
    assert.equal(2, select(2, page:gsub('<article class="letter" aria%-label="To %a+" lang="en%-GB">', "")))
    assert.equal(1, select(2, page:gsub("<main", "")))
    assert.matches("<title>Spec wording (2 letters)</title>", page, 1, true)
    assert.matches('<data id="C01-number-1" value="67">67%</data>', page, 1, true)
    assert.matches('<data id="C02-number-1" value="67">67%</data>', page, 1, true)
    local seen = {}
    for id in page:gmatch ' id="([^"]*)"' do
      assert.is_nil(seen[id], id)
      seen[id] = true
    end
    assert.matches("break-after: page", page, 1, true)
  end)

  it("has charts with ids of their own", function()
    local register = assert(upheld.open ":memory:")
    assert(register:import { authorities = "examples/data/authorities.csv", published = "examples/data/published.csv" })
    local path = helper.file "return { name = 'Spec', title = 'Letter', body = '# One\\n\\n{{ rates_chart(council) }}' }"
    local made = assert(assert(register:year(2024)):letters { wording = path, date = "2024-07-24",
      where = function(c) return c.code == "E06000014" or c.code == "E06000001" end })
    local folder = files.folder() .. "/out"
    assert(made:write(folder, { formats = { "print" } }))
    local page, seen = files.read(folder .. "/all-letters.html"), {}
    for id in page:gmatch ' id="([^"]*)"' do
      assert.is_nil(seen[id], id)
      seen[id] = true
    end
    for id in page:gmatch ' aria%-%l+="([^" ]+%-[^" ]+)"' do assert.truthy(seen[id] or id:find " ", id) end
    assert.is_true(seen["E06000014-chart-1-title"])
    register:close()
  end)

  it("cannot be hidden by a letter of its name", function()
    local path = helper.file "return { name = 'Spec', title = 'T', body = '# One' }"
    local made, err = letters.build(helper.year { council { code = "All-Letters" } }, { wording = path, date = "2020-07-22" })
    assert.is_nil(made)
    assert.matches("the name of a file of its own among the letters", tostring(err), 1, true)
  end)
end)

-- Without the isolates that keep a name from turning what follows (bidi_spec).
local function plain(text)
  return (text:gsub("</?bdi>", ""):gsub("\u{2068}", ""):gsub("\u{2069}", ""))
end

describe("names of 500 characters", function()
  it("come from a register into every form, the review, and the name of a chart", function()
    local register = assert(upheld.open ":memory:")
    local root, rows = files.folder(), { "code,name,type,region" }
    local names = { ("x"):rep(500), ("\u{1f600}"):rep(500), ("Long "):rep(99) .. "words" }
    for i, name in ipairs(names) do rows[#rows + 1] = ("D%d,%s,District,North"):format(i, name) end
    assert(register:import { authorities = files.write(root .. "/a.csv", table.concat(rows, "\n") .. "\n"), decisions = files.write(root .. "/d.csv",
      "reference,authority_code,decided_date,outcome,remedied_before\n19 000 001,D1,2019-06-01,Upheld,no\n19 000 002,D2,2019-06-01,Upheld,no\n19 000 003,D3,2019-06-01,Not upheld,\n") })
    local made = assert(assert(register:year(2020)):letters { wording = "examples/wording/annual_review_2024.lua", facts = "examples/wording/facts_2020.lua",
      date = "2020-07-22" })
    assert(made:write(root .. "/out", { formats = { "html", "text", "markdown", "print", "trace" }, review = true, manifest = true }))
    local review, page = files.read(root .. "/out/review.html"), files.read(root .. "/out/all-letters.html")
    for i, name in ipairs(names) do
      local letter = made[i]
      assert.equal(name, letter.name)
      for form, text in pairs { html = letter.html, text = letter.text, markdown = letter.markdown, trace = letter.trace, review = review, page = page } do
        assert.truthy(text:gsub("%s+", " "):find(name, 1, true), form .. i)
      end
      assert.truthy(letter.html:find('-title">' .. name .. ":", 1, true))
    end
    register:close()
  end)
end)

describe("hostile names", function()
  it("come through text, HTML, Markdown and the page of all letters unharmed", function()
    local made = batch(HOSTILE)
    local folder = files.folder() .. "/out"
    assert(made:write(folder, { formats = { "html", "text", "markdown", "print" } }))
    local page = plain(files.read(folder .. "/all-letters.html"))
    for i, name in ipairs(HOSTILE) do
      local letter = made[i]
      name = plain(name)
      local one_line = plain(letter.text):gsub("%s+", " ")
      assert.matches("Dear " .. name .. ", we", one_line, 1, true)
      local back = plain(letter.markdown):gsub("\\(%p)", "%1")
      assert.matches("Dear " .. name .. ", we", back, 1, true)
      local escaped = name:gsub("[&<>\"']", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" })
      assert.matches("Dear " .. escaped .. ", we", plain(letter.html), 1, true)
      assert.matches("Dear " .. escaped .. ", we", page, 1, true)
      assert.is_nil(page:find("<script", 1, true))
    end
  end)
end)
