-- markup/text.lua: a document of markup.lua as plain text.
-- Owns: filling lines to a width, underlined headings, aligned tables; no line
-- ends in a blank and the text ends in one newline.
-- Must not: parse; write anything that depends on locale or terminal.

local kept = require "upheld.kept"
local links = require "upheld.markup.links"

local text = {}

-- Appends the words of inline nodes to a string; "\n" is a hard break.
local function plain(children, out)
  for _, node in ipairs(children) do
    if node.kind == "text" then
      out[#out + 1] = node.text
    elseif node.kind == "break" then
      out[#out + 1] = "\n"
    else
      plain(node.children, out)
      if node.kind == "link" then
        local label = table.concat(plain(node.children, {}))
        if not links.bare(label, node.url) then
          out[#out + 1] = " (" .. node.url:gsub("^mailto:", "") .. ")"
        end
      end
    end
  end
  return out
end

local function plain_text(children)
  return table.concat(plain(children, {}))
end

-- Columns that a text takes; a letter of several bytes is one column.
local width_of = kept.function_of(function(s)
  if not s:find("[\128-\255]") then return #s end
  return utf8.len(s) or #s
end)

-- The byte after the first `count` columns of s from byte i on, or nil where no more than these are left.
local function beyond(s, i, count, plain_bytes)
  local at = plain_bytes and i + count or utf8.offset(s, count + 1, i)
  return at and at <= #s and at or nil
end

-- Appends the lines of a text without hard breaks. A line ends before the last blank that it has room for; a word that is longer than
-- a line has one of its own.
local function fill_part(lines, s, width, plain_bytes)
  s = s:gsub("^ +", "", 1):gsub(" +$", "", 1)
  if s:find("  ", 1, true) then s = s:gsub("  +", " ") end
  local i = 1
  while true do
    local after = beyond(s, i, width, plain_bytes)
    if not after then break end
    local blank = after
    if s:byte(after) ~= 32 then
      local from = s:sub(i, after - 1):find(" [^ ]*$")
      blank = from and i + from - 1 or s:find(" ", after, true)
    end
    if not blank then break end
    lines[#lines + 1] = s:sub(i, blank - 1)
    i = blank + 1
  end
  if i <= #s then lines[#lines + 1] = s:sub(i) end
end

-- The lines of a text filled to a width, with hard breaks kept.
local function fill(words, width)
  if #words <= width and not words:find("[\n ]") then return words ~= "" and { words } or {} end -- a cell of one word
  local lines = {}
  -- what is not UTF-8 is measured in bytes
  local plain_bytes = not words:find("[\128-\255]") or not utf8.len(words)
  if not words:find("\n", 1, true) then
    fill_part(lines, words, width, plain_bytes)
  else
    for part in (words .. "\n"):gmatch("([^\n]*)\n") do fill_part(lines, part, width, plain_bytes) end
  end
  return lines
end

local function add_filled(out, words, width, first, rest)
  for i, line in ipairs(fill(words, width - #first)) do out[#out + 1] = (i == 1 and first or rest) .. line end
end

local longest_word = kept.function_of(function(words)
  local most = 1
  for word in words:gmatch("[^ \n]+") do most = math.max(most, width_of(word)) end
  return most
end)

-- Column widths that fit a line: the widest column gives way first, never below its longest word.
local function column_widths(rows, width)
  local widths, least, total = {}, {}, 0
  for k = 1, #rows[1] do
    local most = 1
    for _, row in ipairs(rows) do most = math.max(most, width_of(row[k])) end
    widths[k] = most
    total = total + most + (k > 1 and 2 or 0)
  end
  if total <= width then return widths end
  for k = 1, #widths do
    local most = 1
    for _, row in ipairs(rows) do most = math.max(most, longest_word(row[k])) end
    least[k] = most
  end
  while total > width do
    local widest, second = nil, 0
    for k = 1, #widths do
      if widths[k] > least[k] then
        if not widest or widths[k] > widths[widest] then
          widest, second = k, widest and widths[widest] or 0
        elseif widths[k] > second then
          second = widths[k]
        end
      end
    end
    if not widest then break end
    -- down to the next widest at once, then by one each in turn
    local step = math.max(1, math.min(widths[widest] - math.max(second, least[widest]), total - width))
    widths[widest] = widths[widest] - step
    total = total - step
  end
  return widths
end

local BLANKS = (" "):rep(200)

local function pad(s, width, align)
  local gap = width - width_of(s)
  if gap <= 0 then return s end
  local blanks = gap <= #BLANKS and BLANKS:sub(1, gap) or (" "):rep(gap)
  if align == "right" then return blanks .. s end
  if align == "centre" then return (" "):rep(gap // 2) .. s .. (" "):rep(gap - gap // 2) end
  return s .. blanks
end

-- A line of cells without blanks at its end.
local function add_line(out, parts)
  local line = table.concat(parts, "  ")
  local last = #line
  while line:byte(last) == 32 do last = last - 1 end
  out[#out + 1] = line:sub(1, last)
end

-- Whether a cell that fits its column stands in it as it is.
local as_it_is = kept.function_of(function(cell)
  return not (cell:find("\n", 1, true) or cell:find("  ", 1, true) or cell:find("^ ") or cell:find(" $"))
end)

local function add_row(out, row, widths, align)
  local cells, height, parts = {}, 1, {}
  for k, cell in ipairs(row) do
    if width_of(cell) <= widths[k] and as_it_is(cell) then
      parts[k] = k == #row and align[k] == "left" and cell or pad(cell, widths[k], align[k])
    else
      break
    end
  end
  if #parts == #row then return add_line(out, parts) end
  for k, cell in ipairs(row) do
    cells[k] = fill(cell, widths[k])
    height = math.max(height, #cells[k])
  end
  for n = 1, height do
    parts = {}
    for k = 1, #row do
      local cell = cells[k][n] or ""
      parts[k] = k == #row and align[k] == "left" and cell or pad(cell, widths[k], align[k])
    end
    add_line(out, parts)
  end
end

local write_text = {}

function write_text.heading(out, block, width)
  local mark, most = block.level == 1 and "=" or "-", 0
  for _, line in ipairs(fill(plain_text(block.children), width)) do
    out[#out + 1] = line
    most = math.max(most, width_of(line))
  end
  out[#out + 1] = mark:rep(most)
end

function write_text.paragraph(out, block, width)
  add_filled(out, plain_text(block.children), width, "", "")
end

function write_text.list(out, block, width)
  for i, item in ipairs(block.items) do
    local mark = block.ordered and ("%d. "):format(i) or "- "
    add_filled(out, plain_text(item), width, mark, (" "):rep(#mark))
  end
end

function write_text.table(out, block, width)
  local rows = { {} }
  for k, cell in ipairs(block.header) do rows[1][k] = plain_text(cell) end
  for i, row in ipairs(block.rows) do
    rows[i + 1] = {}
    for k, cell in ipairs(row) do rows[i + 1][k] = plain_text(cell) end
  end
  local widths = column_widths(rows, width)
  add_filled(out, plain_text(block.caption), width, "", "")
  out[#out + 1] = ""
  add_row(out, rows[1], widths, block.align)
  local rule = {}
  for k = 1, #widths do rule[k] = ("-"):rep(widths[k]) end
  out[#out + 1] = table.concat(rule, "  ")
  for i = 2, #rows do add_row(out, rows[i], widths, block.align) end
end

-- In words, and its numbers.
function write_text.chart(out, block, width)
  add_filled(out, block.description, width, "", "")
  out[#out + 1] = ""
  write_text.table(out, block.table, width)
end

--- The plain text of the document's inline words, on one line: for a title.
---@param document upheld.Document
---@return string
function text.title(document)
  local parts = {}
  for _, block in ipairs(document.blocks) do parts[#parts + 1] = plain_text(block.children or {}) end
  return (table.concat(parts, " "):gsub("[ \n]+", " "))
end

local function text_of_blocks(out, document, width)
  for _, block in ipairs(document.blocks) do
    if #out > 0 then out[#out + 1] = "" end
    local static = block.static -- the same in every letter: filled once for a width
    if not static then
      write_text[block.kind](out, block, width)
    else
      if static.width ~= width then
        static.width, static.filled = width, {}
        write_text[block.kind](static.filled, block, width)
      end
      for _, line in ipairs(static.filled) do out[#out + 1] = line end
    end
  end
end

--- Writes a document as plain text, filled to 78 columns, with a newline at the end and no trailing blanks.
---@param document upheld.Document
---@param options { width: integer?, notice: string?, head: upheld.Document?, foot: upheld.Document? }?
---   notice stands at the top and at the end; head and foot are documents before and after
---@return string
function text.write(document, options)
  options = options or {}
  local width, out = options.width or 78, {}
  if options.notice then add_filled(out, options.notice, width, "", "") end
  if options.head then text_of_blocks(out, options.head, width) end
  text_of_blocks(out, document, width)
  if options.foot then text_of_blocks(out, options.foot, width) end
  if options.notice then
    out[#out + 1] = ""
    add_filled(out, options.notice, width, "", "")
  end
  return table.concat(out, "\n") .. "\n"
end

return text
