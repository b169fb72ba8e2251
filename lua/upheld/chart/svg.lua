-- chart/svg.lua: what a chart is drawn with: escaped text, wrapped lines, shapes.
-- Owns: escaping of every text, and coordinates written by integers: the same chart is
-- the same bytes under any locale. Every shape that means something differs in form, not in colour alone.
-- Must not: know a figure; print a number that it was not given as text; refer to anything outside the drawing.

local core = require "upheld.core"
local kept = require "upheld.kept"

local svg = {}

-- On white: ink 11:1, peers 9:1, muted 10:1, interval 4.7:1. Rules and bands are decoration.
svg.INK, svg.PEERS, svg.MUTED, svg.INTERVAL, svg.RULE, svg.BAND = "#1d3d5c", "#7a3b00", "#33414e", "#4f6f8d", "#b6c0ca", "#eef0f2"
svg.WIDTH = 340 -- about the width of a letter's text on a telephone, in CSS pixels: no text of 13 is smaller than 12 there
local FONTS = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif"

--------------------------------------------------------------------------------
-- Text

-- Nearly every text is one line of plain words: the core says so, and how it is escaped, at once.
local function plain(s)
  return core.html_text(s), not s:find("  ", 1, true) and not s:find("\239\191", 1, true)
end

-- Without what XML cannot hold, on one line.
local function clean(s)
  local line, fit = plain(s)
  if line and fit then return s end
  if not utf8.len(s) then s = s:gsub("[\128-\255]", "?") end
  return (s:gsub("\239\191[\190\191]", "\239\191\189"):gsub("[%z\1-\32\127]+", " "))
end

--- A text for an element or an attribute.
---@param s string
---@return string
function svg.escape(s)
  local line, fit = plain(s)
  if line and fit then return line end
  return core.html_text(clean(s)) or ""
end

-- Widths in hundredths of the size, those of the wider fonts of the list, so that no line is longer than reckoned.
local CLASSES = { { " .,:;'|!()[]-/fijltI", 40 }, { "mwMW%@", 97 }, { "ABCDEFGHJKLNOPQRSTUVXYZ&", 73 } }
local WIDTHS = {}
for _, class in ipairs(CLASSES) do
  for c in class[1]:gmatch "." do WIDTHS[c:byte()] = class[2] end
end

local function width_of(code) return WIDTHS[code] or code < 128 and 64 or code < 0x2e80 and 70 or 105 end

-- In hundredths of the size.
local word_width = kept.table_of(function(word)
  local sum = 0
  for _, code in utf8.codes(word) do sum = sum + width_of(code) end
  return sum
end)

local BLANK = width_of(0x20)

-- Word by word: the same ones come again and again, in ever other texts.
local width_of_text = kept.function_of(function(s)
  local sum, at = 0, 1
  while true do
    local blank = s:find(" ", at, true)
    if not blank then return at == 1 and word_width[s] or sum + word_width[s:sub(at)] end
    if blank > at then sum = sum + word_width[s:sub(at, blank - 1)] end
    sum, at = sum + BLANK, blank + 1
  end
end)

--- About how wide a text is, never less than it is in the fonts of the drawing.
---@param s string      clean
---@param size integer
---@return number
function svg.width(s, size) return width_of_text(s) * size / 100 end

-- The longest beginning that fits; at least one character.
local function beginning(s, size, room)
  local sum, last = 0, nil
  for at, code in utf8.codes(s) do
    sum = sum + width_of(code) * size / 100
    if sum > room and last then return s:sub(1, at - 1), s:sub(at) end
    last = at
  end
  return s, ""
end

--- The lines of a text; a word that is wider than a line is cut. With more than `most` lines the last ends in "…".
---@param s string
---@param size integer
---@param room number       width of a line
---@param most integer?
---@return string[] lines, string? full   the whole text where it was shortened
function svg.wrap(s, size, room, most)
  s = clean(s)
  if svg.width(s, size) <= room and not s:find("^ ") and not s:find("  ", 1, true) and not s:find(" $") then return { s } end
  local lines, line = {}, ""
  for word in s:gmatch "[^ ]+" do
    local longer = line == "" and word or line .. " " .. word
    if svg.width(longer, size) <= room then
      line = longer
    else
      if line ~= "" then lines[#lines + 1] = line end
      line = word
      while svg.width(line, size) > room and utf8.len(line) > 1 do
        lines[#lines + 1], line = beginning(line, size, room)
      end
    end
  end
  if line ~= "" or #lines == 0 then lines[#lines + 1] = line end
  if not most or #lines <= most then return lines end
  local head = beginning(lines[most], size, room - svg.width("…", size))
  lines[most] = head:gsub("[ ,]+$", "") .. "…"
  for i = #lines, most + 1, -1 do lines[i] = nil end
  return lines, s
end

--------------------------------------------------------------------------------
-- Shapes

-- A coordinate: at most one decimal, by integers.
local places = kept.table_of(function(x)
  local tenths = math.floor(x * 10 + 0.5)
  if tenths % 10 == 0 then return ("%d"):format(tenths // 10) end
  return ("%s%d.%d"):format(tenths < 0 and "-" or "", math.abs(tenths) // 10, math.abs(tenths) % 10)
end)

local Canvas = {}
Canvas.__index = Canvas

--- An empty drawing.
function svg.canvas() return setmetatable({ out = {} }, Canvas) end

--- What a part of a drawing is made of, for Canvas:add: a part that is the same in many is drawn once.
---@param draw fun(canvas: table)
---@return string
function svg.part(draw)
  local canvas = svg.canvas()
  draw(canvas)
  return table.concat(canvas.out, "\n")
end

function Canvas:add(text) self.out[#self.out + 1] = text end

--- How a line is drawn.
---@param colour string
---@param width number
---@param dash string?
---@return string stroke   for Canvas:line
function svg.stroke(colour, width, dash)
  local dashes = dash and (' stroke-dasharray="%s"'):format(dash) or ""
  return ('" stroke="%s" stroke-width="%s"%s/>'):format(colour, places[width], dashes)
end

--- How a text is set.
---@param size integer
---@param options { anchor: ("middle"|"end")?, bold: boolean?, colour: string? }?
---@return table style     for Canvas:text
function svg.style(size, options)
  options = options or {}
  return { step = size + 4, attributes = ('" font-size="%d"%s%s fill="%s">'):format(size,
    options.anchor and (' text-anchor="%s"'):format(options.anchor) or "", options.bold and ' font-weight="bold"' or "",
    options.colour or svg.MUTED) }
end

--- A line; stroke: svg.stroke.
function Canvas:line(x1, y1, x2, y2, stroke)
  self:add('<line x1="' .. places[x1] .. '" y1="' .. places[y1] .. '" x2="' .. places[x2] .. '" y2="' .. places[y2] .. stroke)
end

--- A filled rectangle without meaning of its own.
function Canvas:band(x, y, width, height)
  self:add(('<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>'):format(places[x], places[y], places[width],
    places[height], svg.BAND))
end

local DOT = ('" r="5.5" fill="%s" stroke="#fff" stroke-width="1.5"/>'):format(svg.INK)

--- The authority's mark.
function Canvas:dot(x, y)
  self:add('<circle cx="' .. places[x] .. '" cy="' .. places[y] .. DOT)
end

--- The peers' mark: hollow, and so wide that a dot in the same place stands within it; edged in white over lines. It is drawn before the
--- dot, which it would cut up where both are near.
function Canvas:diamond(x, y)
  local points = ("%s,%s %s,%s %s,%s %s,%s"):format(places[x], places[y - 11], places[x + 11], places[y],
    places[x], places[y + 11], places[x - 11], places[y])
  for _, style in ipairs { { "#fff", "5" }, { svg.PEERS, "2.5" } } do
    self:add(('<polygon points="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linejoin="round"/>'):format(points,
      style[1], style[2]))
  end
end

--- A line through points { x, y }.
function Canvas:path(points)
  local list = {}
  for i, p in ipairs(points) do list[i] = places[p[1]] .. "," .. places[p[2]] end
  self:add(('<polyline points="%s" fill="none" stroke="%s" stroke-width="2.5" stroke-linejoin="round"/>'):format(
    table.concat(list, " "), svg.INK))
end

local LONG, SHORT = svg.stroke(svg.INTERVAL, 3), svg.stroke(svg.INTERVAL, 2)

--- An interval with its ends, lying (y1 == y2) or standing (x1 == x2).
function Canvas:interval(x1, y1, x2, y2)
  local dx, dy = y1 == y2 and 0 or 5, y1 == y2 and 5 or 0
  self:line(x1, y1, x2, y2, LONG)
  self:line(x1 - dx, y1 - dy, x1 + dx, y1 + dy, SHORT)
  self:line(x2 - dx, y2 - dy, x2 + dx, y2 + dy, SHORT)
end

--- Lines of text, each an element of its own, so that one in right-to-left letters turns no other.
---@param x number
---@param y number        base of the first line
---@param lines string[]
---@param style table     svg.style
---@param full string?    what the lines shorten, shown on pointing at them
---@return number y       base of the line that would follow
function Canvas:text(x, y, lines, style, full)
  for _, line in ipairs(lines) do
    self:add('<text x="' .. places[x] .. '" y="' .. places[y] .. style.attributes
      .. (full and "<title>" .. svg.escape(full) .. "</title>" or "") .. svg.escape(line) .. "</text>")
    y = y + style.step
  end
  return y
end

--- The texts of the scale: no figures, and marked as such.
---@param ticks { text: string, x: number, y: number }[]
---@param style table   svg.style
function Canvas:scale(ticks, style)
  self:add '<g class="scale">'
  for _, tick in ipairs(ticks) do self:text(tick.x, tick.y, { tick.text }, style) end
  self:add "</g>"
end

local LEGEND = svg.style(13)

--- What the marks mean, side by side as far as they fit.
---@param y number
---@param items { words: string, draw: fun(x: number, y: number) }[]   draw has 34 to the right of x
---@return number y   below
function Canvas:legend(y, items)
  local x, below = 12, y
  for _, item in ipairs(items) do
    local lines, full = svg.wrap(item.words, 13, svg.WIDTH - 70, 2)
    local width = 40
    for _, line in ipairs(lines) do width = math.max(width, 40 + svg.width(line, 13)) end
    if x > 12 and (#lines > 1 or x + width > svg.WIDTH - 8) then x, y = 12, below end
    item.draw(x, y)
    below = math.max(below, self:text(x + 40, y + 5, lines, LEGEND, full) + 2)
    x = #lines > 1 and svg.WIDTH or x + width + 22
  end
  return below - 8
end

--- The whole drawing, with its name and description for those who do not see it: both are its name, since of a name alone a browser
--- makes the alternative text of a figure in a PDF.
---@param height number
---@param options { id: string, title: string, description: string }
---@return string
function Canvas:finish(height, options)
  local id = options.id
  local head = ('<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%s-title %s-desc" '
    .. 'viewBox="0 0 %d %s" width="100%%" font-family="%s">'):format(id, id, svg.WIDTH, places[height], FONTS)
  return table.concat({ head, ('<title id="%s-title">%s</title>'):format(id, svg.escape(options.title)),
    ('<desc id="%s-desc">%s</desc>'):format(id, svg.escape(options.description)),
    ('<rect width="%d" height="%s" fill="#fff"/>'):format(svg.WIDTH, places[height]),
    table.concat(self.out, "\n"), "</svg>\n" }, "\n")
end

return svg
