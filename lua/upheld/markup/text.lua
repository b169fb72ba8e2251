-- markup/text.lua: a document of markup.lua as plain text.
-- Owns: what each kind of block is as text: underlined headings, marks of items, addresses after their links. Where lines end is the
-- core's (layout.c); the text ends in one newline.
-- Must not: parse; write anything that depends on locale or terminal.

local bidi = require "upheld.markup.bidi"
local core = require "upheld.core"
local shapes = require "upheld.markup.shapes"

local text = {}

-- Appends the words of inline nodes to a string; "\n" is a hard break.
local function plain(children, out)
  for _, node in ipairs(children) do
    if node.kind == "text" then
      out[#out + 1] = node.value and bidi.isolated(node.text) or node.text
    elseif node.kind == "break" then
      out[#out + 1] = "\n"
    else
      plain(node.children, out)
      if node.kind == "link" and not node.bare then out[#out + 1] = " (" .. node.url:gsub("^mailto:", "") .. ")" end
    end
  end
  return out
end

local function plain_text(children)
  return table.concat(plain(children, {}))
end

-- Appends the words as lines.
local function add_filled(out, words, width, first, rest)
  out[#out + 1] = core.fill(words, width, first, rest)
end

-- Each kind of block from its runs of words (shapes.runs).
local write_text = {}

function write_text.heading(out, block, runs, width)
  local lines, widest = core.fill(runs[1], width)
  out[#out + 1] = lines
  out[#out + 1] = (block.level == 1 and "=" or "-"):rep(widest or 0)
end

function write_text.paragraph(out, _, runs, width)
  add_filled(out, runs[1], width)
end

function write_text.list(out, block, runs, width)
  for i, item in ipairs(runs) do
    local mark = block.ordered and ("%d. "):format(i) or "- "
    add_filled(out, item, width, mark, (" "):rep(#mark))
  end
end

function write_text.table(out, block, runs, width)
  add_filled(out, runs[1], width)
  out[#out + 1] = ""
  out[#out + 1] = core.text_table(table.move(runs, 2, #runs, 1, {}), block.align, width)
end

local function runs_of(block)
  local runs = {}
  for i, children in ipairs(shapes.runs(block)) do runs[i] = plain_text(children) end
  return runs
end

-- Of a block that others are alike to but for their values.
local function shaped_runs(block)
  local made, fragments, runs = shapes.made(block, "text", runs_of), {}, {}
  for k, value in ipairs(block.values) do fragments[k] = bidi.isolated(value.text) end
  for i, pieces in ipairs(made) do runs[i] = shapes.put(pieces, fragments) end
  return runs
end

-- What is said of its figures, and their table: no word of a drawing that is not here.
local function write_chart(out, block, width)
  add_filled(out, block.numbers.said, width)
  out[#out + 1] = ""
  local numbers = block.numbers
  local runs, align = { numbers.caption }, {}
  for k, name in ipairs(numbers.header) do runs[k + 1], align[k] = name, "left" end
  for _, row in ipairs(numbers.rows) do table.move(row, 1, #row, #runs + 1, runs) end
  write_text.table(out, { align = align }, runs, width)
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
    if block.kind == "chart" then
      write_chart(out, block, width)
    else
      write_text[block.kind](out, block, block.shape and shaped_runs(block) or runs_of(block), width)
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
  if options.notice then add_filled(out, options.notice, width) end
  if options.head then text_of_blocks(out, options.head, width) end
  text_of_blocks(out, document, width)
  if options.foot then text_of_blocks(out, options.foot, width) end
  if options.notice then
    out[#out + 1] = ""
    add_filled(out, options.notice, width)
  end
  return table.concat(out, "\n") .. "\n"
end

return text
