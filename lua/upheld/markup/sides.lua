-- markup/sides.lua: a letter in two languages as one page, side by side, and as one plain text, one after the other.
-- Owns: what the page adds to two letters: one heading of level 1 with both titles, the way to each language, two columns that
-- stand one under the other where there is no room, and on paper one after the other, each from a page of its own.
-- Must not: change a letter's words; write an id that stands twice (numbers go through both letters, charts have a prefix).

local html = require "upheld.markup.html"
local text = require "upheld.markup.text"

local sides = {}

local WIDTH = 78
local RULE = ("="):rep(WIDTH)

-- After the style of a single letter, whose rules for header, main and footer hold here for the page and not for the columns.
local STYLE = [[
body > header, main { max-width: 96rem; padding: 0 2.5rem; }
body > header { padding-top: 2rem; }
body > header h1 { margin: 0 0 .75rem; }
body > header h1 span { display: block; }
body > header h1 span + span { margin-top: .25rem; }
body > header nav { padding-bottom: 1rem; border-bottom: 1px solid #b6c0ca; font-size: .9375rem; }
nav a { display: inline-block; margin-right: 1.5rem; padding: .25rem 0; }
main { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); padding-top: 1.5rem; }
article:first-child { padding-right: 2.5rem; }
article + article { padding-left: 2.5rem; border-left: 1px solid #b6c0ca; }
article header, article footer { max-width: none; margin: 0; padding: 0; border: 0; background: none; }
article header { margin-bottom: 1rem; }
article footer { margin-top: 2rem; }
article h2 { margin: 1.75rem 0 1rem; font-size: 1.625rem; }
article h3 { margin: 2rem 0 .5rem; color: #1d3d5c; font-size: 1.25rem; line-height: 1.25; }
@media (max-width: 60rem) {
  body > header, main { max-width: 44rem; padding-left: 1.25rem; padding-right: 1.25rem; }
  main { display: block; }
  article:first-child { padding-right: 0; }
  article + article { margin-top: 3rem; padding: 2rem 0 0; border-left: 0; border-top: .5rem solid #1d3d5c; }
}
@media print {
  body > header { max-width: none; padding: 0; }
  body > header h1 { font-size: 13pt; }
  nav { display: none; }
  main { display: block; max-width: none; padding: 0; }
  article:first-child { padding-right: 0; }
  article + article { break-before: page; padding: 0; border: 0; }
  article h2 { margin-top: 1rem; font-size: 15pt; }
  article h3 { margin-top: 1.1rem; font-size: 12pt; break-after: avoid; }
}
]]

-- A document with its headings one level lower, under the page's own.
local function lowered(document)
  local blocks = {}
  for i, block in ipairs(document.blocks) do
    blocks[i] = block.kind == "heading" and { kind = "heading", level = block.level + 1, children = block.children } or block
  end
  return { blocks = blocks, has_title = document.has_title }
end

local function column(out, side)
  local options = side.options
  local language = html.escape(options.language)
  local notice = options.notice and '<p class="notice">' .. html.escape(options.notice) .. "</p>" or nil
  out[#out + 1] = ('<article id="letter-%s" lang="%s">'):format(language, language)
  if notice or options.head then
    out[#out + 1] = "<header>"
    out[#out + 1] = notice
    if options.head then html.blocks(out, lowered(options.head)) end
    out[#out + 1] = "</header>"
  end
  html.blocks(out, lowered(side.document))
  if notice or options.foot then
    out[#out + 1] = "<footer>"
    if options.foot then html.blocks(out, lowered(options.foot)) end
    out[#out + 1] = notice
    out[#out + 1] = "</footer>"
  end
  out[#out + 1] = "</article>"
end

---@class upheld.Side
---@field document upheld.Document
---@field own string      the language's name in itself
---@field options { title: string, language: string, notice: string?, head: upheld.Document?, foot: upheld.Document? }

--- Writes two letters as one HTML page: columns, each in its language. The page's own language is the first one's.
---@param list upheld.Side[]   two
---@return string
function sides.to_html(list)
  local titles, heading, ways, names = {}, {}, {}, {}
  for i, side in ipairs(list) do
    local title, language, own = html.escape(side.options.title), html.escape(side.options.language), html.escape(side.own)
    titles[i], names[i] = title, own
    heading[i] = ('<span lang="%s">%s</span>'):format(language, title)
    ways[i] = ('<a href="#letter-%s" hreflang="%s" lang="%s">%s</a>'):format(language, language, language, own)
  end
  local out = {
    "<!DOCTYPE html>", ('<html lang="%s">'):format(html.escape(list[1].options.language)),
    "<head>", '<meta charset="utf-8">', '<meta name="viewport" content="width=device-width, initial-scale=1">',
    "<title>" .. table.concat(titles, " / ") .. "</title>", "<style>", html.STYLE .. STYLE .. "</style>", "</head>", "<body>",
    "<header>", "<h1>" .. table.concat(heading, "\n") .. "</h1>",
    ('<nav aria-label="%s">\n%s\n</nav>'):format(table.concat(names, " / "), table.concat(ways, "\n")), "</header>", "<main>",
  }
  for _, side in ipairs(list) do column(out, side) end
  out[#out + 1] = "</main>\n</body>\n</html>\n"
  return table.concat(out, "\n")
end

--- Writes two letters as one plain text, a rule between them.
---@param list upheld.Side[]
---@return string
function sides.to_text(list)
  local parts = {}
  for i, side in ipairs(list) do parts[i] = text.write(side.document, side.options) end
  return table.concat(parts, "\n" .. RULE .. "\n\n")
end

return sides
