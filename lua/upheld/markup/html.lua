-- markup/html.lua: a document of markup.lua as one HTML page.
-- Owns: escaping, done here once for every text and address; landmarks, one
-- heading of level 1, table headings; the style, for screen and for A4.
-- Must not: refer to anything outside the page but by a link; use scripts.

local bidi = require "upheld.markup.bidi"
local kept = require "upheld.kept"
local shapes = require "upheld.markup.shapes"

local html = {}

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }

local escaped = kept.table_of(function(s) return (s:gsub("[&<>\"']", ENTITIES)) end)

-- A text of the letter: runs of blanks are one.
local text_html = kept.table_of(function(s) return escaped[s:gsub("  +", " ")] end)

local function escape(s) return escaped[s] end

local TAGS = { strong = "strong", emphasis = "em" }

-- A number of the text: its id is its number in the trace. mark.value is digits.
local function data_html(mark, text, prefix)
  local id = mark.number and ' id="' .. (prefix or "") .. "number-" .. mark.number .. '"' or ""
  return "<data" .. id .. ' value="' .. mark.value .. '">' .. escaped[text] .. "</data>"
end

-- A text, or a value, with its numbers as <data>. `prefix` is before every id, so that letters can stand in one page.
local function text_with_marks(text, marks, prefix)
  local first = marks and marks[1]
  if not first then return text_html[text] end
  if first.from == 1 and first.to == #text then return data_html(first, text, prefix) end
  local out, at = {}, 1
  for _, mark in ipairs(marks) do
    if mark.from > at then out[#out + 1] = text_html[text:sub(at, mark.from - 1)] end
    out[#out + 1] = data_html(mark, text:sub(mark.from, mark.to), prefix)
    at = mark.to + 1
  end
  if at <= #text then out[#out + 1] = text_html[text:sub(at)] end
  return table.concat(out)
end

-- A value: one that could turn what follows is kept apart. Its marks stand where its bytes do.
local function value_html(text, marks, prefix)
  local closed = bidi.closed(text)
  if not closed then return text_with_marks(text, marks, prefix) end
  local before = closed:find(text, 1, true) - 1
  return "<bdi>" .. closed:sub(1, before) .. text_with_marks(text, marks, prefix) .. closed:sub(before + #text + 1) .. "</bdi>"
end

local function inline_html(children, out)
  for _, node in ipairs(children) do
    if node.kind == "text" and node.value and node.value.gap then
      out[#out + 1] = '<mark class="gap">' .. escape(node.text) .. "</mark>"
    elseif node.kind == "text" and node.value then
      out[#out + 1] = value_html(node.text, node.marks, out.prefix)
    elseif node.kind == "text" then
      out[#out + 1] = text_with_marks(node.text, node.marks, out.prefix)
    elseif node.kind == "break" then
      out[#out + 1] = "<br>\n"
    elseif node.kind == "link" then
      local label = inline_html(node.children, { prefix = out.prefix })
      -- On paper an address follows its words, unless the words are the address.
      local class = node.bare and ' class="address"' or ""
      out[#out + 1] = ("<a%s href=\"%s\">%s</a>"):format(class, escape(node.url), table.concat(label))
    else
      local tag = TAGS[node.kind]
      out[#out + 1] = "<" .. tag .. ">"
      inline_html(node.children, out)
      out[#out + 1] = "</" .. tag .. ">"
    end
  end
  return out
end

local function html_of(children, prefix)
  local only = #children == 1 and children[1]
  if only and only.kind == "text" and not only.value then return text_with_marks(only.text, only.marks, prefix) end
  return table.concat(inline_html(children, { prefix = prefix }))
end

local write_html = {}

function write_html.heading(out, block)
  out[#out + 1] = ("<h%d>%s</h%d>"):format(block.level, html_of(block.children, out.prefix), block.level)
end

function write_html.paragraph(out, block)
  out[#out + 1] = "<p>" .. html_of(block.children, out.prefix) .. "</p>"
end

function write_html.list(out, block)
  local tag = block.ordered and "ol" or "ul"
  out[#out + 1] = "<" .. tag .. ">"
  for _, item in ipairs(block.items) do out[#out + 1] = "<li>" .. html_of(item, out.prefix) .. "</li>" end
  out[#out + 1] = "</" .. tag .. ">"
end

local CLASS = { left = "", right = ' class="right"', centre = ' class="centre"' }

-- An empty corner, or an empty first cell, is no heading.
local function cell_html(cell, heading, align)
  if heading and cell ~= "" then return "<th" .. heading .. CLASS[align] .. ">" .. cell .. "</th>" end
  return "<td" .. CLASS[align] .. ">" .. cell .. "</td>"
end

-- Places of values in the name of a table are these above their own: an attribute holds no element.
local IN_ATTRIBUTE = 10000

-- The words of a caption for an attribute; in a shape the places of its values.
local function label_of(children)
  local parts = {}
  for i, node in ipairs(children) do
    if node.kind == "text" then
      local place = node.value and node.text:match "^\2(%d+)\3$"
      parts[i] = place and ("\2%d\3"):format(math.tointeger(tonumber(place)) + IN_ATTRIBUTE)
        or text_html[node.value and bidi.isolated(node.text) or node.text]
    else
      parts[i] = node.kind == "break" and " " or label_of(node.children)
    end
  end
  return table.concat(parts)
end

-- A table of cells that are HTML already; without align all are on the left. It scrolls by itself where it is wider than the page, by
-- the keyboard too, and has a name then; label is that name for the attribute.
local function put_table(out, label, caption, header, rows, align)
  local n = #out
  out[n + 1] = '<div class="wide" tabindex="0" role="region" aria-label="' .. label .. '">\n<table>'
  out[n + 2], out[n + 3] = "<caption>" .. caption .. "</caption>", "<thead>\n<tr>"
  n = n + 3
  for k, cell in ipairs(header) do out[n + k] = cell_html(cell, ' scope="col"', align and align[k] or "left") end
  n = n + #header + 1
  out[n] = "</tr>\n</thead>\n<tbody>"
  for _, row in ipairs(rows) do
    out[n + 1] = "<tr>"
    for k, cell in ipairs(row) do
      out[n + 1 + k] = cell_html(cell, k == 1 and ' scope="row"', align and align[k] or "left")
    end
    n = n + #row + 2
    out[n] = "</tr>"
  end
  out[n + 1] = "</tbody>\n</table>\n</div>"
end

local function row_html(row, prefix)
  local made = {}
  for k, cell in ipairs(row) do made[k] = html_of(cell, prefix) end
  return made
end

function write_html.table(out, block)
  local rows = {}
  for i, row in ipairs(block.rows) do rows[i] = row_html(row, out.prefix) end
  local caption = html_of(block.caption, out.prefix)
  put_table(out, label_of(block.caption), caption, row_html(block.header, out.prefix), rows, block.align)
end

-- The table of a chart: its cells are texts.
local function put_numbers(out, numbers, marks)
  local header, rows = {}, {}
  for k, text in ipairs(numbers.header) do header[k] = text_html[text] end
  for i, row in ipairs(numbers.rows) do
    local made, of_row = {}, marks[i]
    for k, text in ipairs(row) do made[k] = text_with_marks(text, of_row and of_row[k], out.prefix) end
    rows[i] = made
  end
  put_table(out, text_html[numbers.caption], text_with_marks(numbers.caption, marks.caption, out.prefix), header, rows)
end

-- A drawing whose ids, and what refers to them, begin with the prefix. No text of it can hold ' id="': its quotes are escaped.
local function prefixed(drawing, prefix)
  return (drawing:gsub('( id=")', "%1" .. prefix):gsub('( aria%-%l+=")([^"]*)', function(name, ids)
    return name .. ids:gsub("[^ ]+", prefix .. "%0")
  end))
end

-- The drawing says its words itself (title and desc); the sentences of its figures and their table are what a reader can open, and
-- stand open on paper (html.opened).
function write_html.chart(out, block)
  out[#out + 1] = '<figure class="chart">'
  out[#out + 1] = out.prefix and prefixed(block.svg, out.prefix) or block.svg
  out[#out + 1] = "<details>\n<summary>" .. escape(block.title) .. "</summary>"
  out[#out + 1] = "<p>" .. text_with_marks(block.numbers.said, block.marks.description, out.prefix) .. "</p>"
  put_numbers(out, block.numbers, block.marks)
  out[#out + 1] = "</details>\n</figure>"
end

local STYLE = [[
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #eef0f2; color: #1b1f23; overflow-wrap: anywhere;
  font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Source Serif 4", Georgia, Cambria, "DejaVu Serif", serif; }
header, main, footer { display: flow-root; max-width: 44rem; margin: 0 auto; padding: 0 3rem; background: #fff; }
main.letters { max-width: none; padding: 0; background: none; }
.letter { max-width: 44rem; margin: 0 auto 3rem; background: #fff; }
.letter .body { padding: 1rem 3rem 1.5rem; }
header { padding-top: 2.5rem; border-top: .5rem solid #1d3d5c; }
header p { margin: 0 0 1rem; color: #33414e; font-size: .9375rem; line-height: 1.45; }
header p:last-child { margin-bottom: 0; padding-bottom: 1.25rem; border-bottom: 1px solid #b6c0ca; }
header p strong { color: #1d3d5c; font-size: 1.25rem; line-height: 1.6; }
main { padding-top: 1rem; padding-bottom: 1.5rem; }
h1, h2 { color: #1d3d5c; line-height: 1.25; text-wrap: balance; }
h1 { margin: 1.75rem 0 1rem; font-size: 1.625rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; }
p, ul, ol { margin: 0 0 1rem; }
ul, ol { padding-left: 1.5rem; }
li { margin-bottom: .5rem; }
a { color: #0b4f8a; text-underline-offset: .15em; }
a:focus-visible { outline: .1875rem solid #0b4f8a; outline-offset: .125rem; }
.wide { margin: 1.25rem 0; overflow-x: auto; }
.wide:focus-visible { outline: .1875rem solid #0b4f8a; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
caption { margin-bottom: .5rem; text-align: left; font-weight: bold; }
th, td { min-width: 5.5rem; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid #b6c0ca; text-align: left;
  vertical-align: top; overflow-wrap: break-word; }
thead th, thead td { border-bottom: 2px solid #1d3d5c; vertical-align: bottom; }
tbody th { font-weight: normal; }
.chart { margin: 1.25rem 0; }
.chart svg { display: block; width: 100%; max-width: 26rem; height: auto; break-inside: avoid; }
.chart p { margin: .5rem 0 0; }
summary { color: #0b4f8a; font-size: .9375rem; cursor: pointer; }
.gap { padding: 0 .25rem; border: 2px dashed #7a3b00; background: #fff6e5; color: #5c2d00; }
.right { min-width: 0; text-align: right; font-variant-numeric: tabular-nums; }
.centre { text-align: center; }
footer { padding-bottom: 2.5rem; font-size: .875rem; color: #33414e; }
footer p:not(.notice) { padding-top: 1rem; border-top: 1px solid #b6c0ca; }
.notice, header .notice, footer .notice { margin: 0 0 1.5rem; padding: .5rem .75rem; border: 2px solid #7a3b00;
  background: #fff6e5; color: #5c2d00; font-size: .9375rem; font-weight: bold; }
@media (max-width: 40rem) { header, main, footer, .letter .body { padding-left: 1.25rem; padding-right: 1.25rem; } }
@page { size: A4; margin: 18mm 22mm; }
@media print {
  html { font-size: 9.75pt; }
  body { background: none; color: #000; font-size: 10pt; line-height: 1.4; }
  header, main, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header { padding-top: 0; border-top: 0; }
  h1 { margin-top: 1rem; font-size: 15pt; }
  h2 { margin-top: 1.1rem; font-size: 12pt; }
  p, ul, ol { margin-bottom: .6rem; }
  h1, h2, caption { break-after: avoid; }
  p, li { orphans: 3; widows: 3; }
  header, main, footer, .letter { background: none; }
  .letter { max-width: none; margin: 0; break-after: page; }
  .letter:last-child { break-after: auto; }
  .letter .body { padding: 0; }
  .wide { overflow: visible; }
  tr { break-inside: avoid; }
  summary { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .chart svg { width: 24rem; }
  footer { break-inside: avoid; }
  a { color: inherit; }
  main a[href^="http"]:not(.address)::after { content: " (" attr(href) ")"; font-size: .9em; overflow-wrap: anywhere; }
}
]]

local function html_of_block(block)
  local out = {}
  write_html[block.kind](out, block)
  return { table.concat(out, "\n") }
end

local function html_of_blocks(out, document)
  for _, block in ipairs(document.blocks) do
    if block.shape then
      local fragments = {}
      for k, value in ipairs(block.values) do fragments[k] = value_html(value.text, value.marks, out.prefix) end
      if block.kind == "table" then
        for k, value in ipairs(block.values) do fragments[k + IN_ATTRIBUTE] = text_html[bidi.isolated(value.text)] end
      end
      out[#out + 1] = shapes.put(shapes.made(block, "html", html_of_block)[1], fragments)
    else
      write_html[block.kind](out, block)
    end
  end
end

local function page_head(title, language)
  return {
    "<!DOCTYPE html>",
    ('<html lang="%s">'):format(escape(language or "en-GB")),
    "<head>", '<meta charset="utf-8">', '<meta name="viewport" content="width=device-width, initial-scale=1">',
    "<title>" .. escape(title) .. "</title>", "<style>", STYLE .. "</style>", "</head>", "<body>",
  }
end

-- Head, document and foot; `main` is the element around the document.
local function add_letter(out, document, options, main)
  local notice = options.notice and '<p class="notice">' .. escape(options.notice) .. "</p>"
  if notice or options.head then
    out[#out + 1] = "<header>"
    out[#out + 1] = notice
    if options.head then html_of_blocks(out, options.head) end
    out[#out + 1] = "</header>"
  end
  out[#out + 1] = "<" .. main .. ">"
  if not document.has_title then out[#out + 1] = "<h1>" .. escape(options.title) .. "</h1>" end
  html_of_blocks(out, document)
  out[#out + 1] = "</" .. main:match("^%a+") .. ">"
  if notice or options.foot then
    out[#out + 1] = "<footer>"
    if options.foot then html_of_blocks(out, options.foot) end
    out[#out + 1] = notice
    out[#out + 1] = "</footer>"
  end
end

--- Writes a document as one HTML page that refers to nothing outside itself but by links. A document without a heading
--- of level 1 gets its title as one.
---@param document upheld.Document
---@param options { title: string, language: string?, notice: string?, head: upheld.Document?, foot: upheld.Document? }
---@return string
function html.write(document, options)
  local out = page_head(options.title, options.language)
  add_letter(out, document, options, "main")
  out[#out + 1] = "</body>\n</html>\n"
  return table.concat(out, "\n")
end

--- A page for paper: what a reader of the page can open is open. A print style sheet alone opens nothing in older browsers.
---@param page string
---@return string
function html.opened(page)
  return (page:gsub("<details>", "<details open>")) -- which no text can hold: its brackets are escaped
end

--- Writes many letters as one page for the printer: each begins a sheet of paper. Ids begin with the letter's own prefix.
---@param list { document: upheld.Document, options: table, prefix: string }[]   options as of html.write
---@param title string
---@return string
function html.write_all(list, title)
  local out = page_head(title, list[1].options.language)
  out[#out + 1] = '<main class="letters">'
  for _, one in ipairs(list) do
    out.prefix = one.prefix
    out[#out + 1] = ('<article class="letter" aria-label="%s" lang="%s">'):format(escape(one.options.title),
      escape(one.options.language or "en-GB"))
    add_letter(out, one.document, one.options, 'div class="body"')
    out[#out + 1] = "</article>"
  end
  out[#out + 1] = "</main>"
  out[#out + 1] = "</body>\n</html>\n"
  return html.opened(table.concat(out, "\n"))
end

-- For a page of two letters (markup/sides.lua).
html.STYLE, html.escape, html.blocks = STYLE, escape, html_of_blocks

return html
