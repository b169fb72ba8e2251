-- markup/markdown.lua: a document of markup.lua as CommonMark with pipe tables.
-- Owns: escaping: read back as CommonMark, or by pandoc, the words are those of the letter, whatever names hold.
-- Must not: fill lines, since a line that begins with "1." or "-" would be an item.

local bidi = require "upheld.markup.bidi"
local links = require "upheld.markup.links"

local markdown = {}

-- What may mean something wherever it stands, in CommonMark or in what pandoc adds to it.
local ALWAYS = "[\\`*_%[%]<>&|~#$^@{}]"

local function escape(s)
  return (s:gsub(" +", " "):gsub(ALWAYS, "\\%0"))
end

-- What means something at the beginning of a block only: marks of lists, rules, headings and titles under them.
local function escape_start(s)
  return (s:gsub("^([%-+=:%%])", "\\%1"):gsub("^(%d+)([.)])", "%1\\%2"))
end

local function plain_words(children)
  return links.words(children)
end

-- Whether a run of stars between these characters opens or closes: not where a punctuation mark inside touches a letter outside.
local function flanks(inside, outside)
  local letter_outside = outside ~= "" and not outside:find("[%s%p]")
  return not (inside:find("^[%p%s]") and letter_outside)
end

local function add_inline(children, out)
  for i, node in ipairs(children) do
    if node.kind == "text" then
      out[#out + 1] = escape(node.value and bidi.isolated(node.text) or node.text)
    elseif node.kind == "break" then
      out[#out + 1] = "\\\n"
    elseif node.kind == "link" then
      out[#out + 1] = "[" .. table.concat(add_inline(node.children, {})) .. "](" .. node.url .. ")"
    else
      local before, after = children[i - 1], children[i + 1]
      before, after = before and before.text or "", after and after.text or ""
      local words = plain_words(node.children)
      local marks = node.kind == "strong" and "**" or "*"
      if not (flanks(words:sub(1, 1), before:sub(-1)) and flanks(words:sub(-1), after:sub(1, 1))) then marks = "" end
      out[#out + 1] = marks .. table.concat(add_inline(node.children, {})) .. marks
    end
  end
  return out
end

-- A text that begins a block. A line after a hard break is the beginning of none, but of a list it would be.
local function block_text(children)
  local text = table.concat(add_inline(children, {})):gsub("^ +", ""):gsub(" +$", "")
  return (escape_start(text):gsub("\n([^\n]*)", function(line) return "\n" .. escape_start((line:gsub("^ +", ""))) end))
end

local function cell_text(children)
  return (table.concat(add_inline(children, {})):gsub("\\\n", " "))
end

local write = {}

function write.heading(out, block)
  out[#out + 1] = ("#"):rep(block.level) .. " " .. (block_text(block.children):gsub("\\\n", " "))
end

function write.paragraph(out, block)
  out[#out + 1] = block_text(block.children)
end

function write.list(out, block)
  local lines = {}
  for i, item in ipairs(block.items) do
    local mark = block.ordered and ("%d. "):format(i) or "- "
    lines[i] = mark .. block_text(item):gsub("\n", "\n" .. (" "):rep(#mark))
  end
  out[#out + 1] = table.concat(lines, "\n")
end

local RULES = { left = "---", right = "---:", centre = ":---:" }

local function row_text(cells)
  local parts = {}
  for k, cell in ipairs(cells) do parts[k] = cell_text(cell) end
  return "| " .. table.concat(parts, " | ") .. " |"
end

function write.table(out, block)
  out[#out + 1] = block_text(block.caption)
  local lines, rules = { row_text(block.header) }, {}
  for k = 1, #block.header do rules[k] = RULES[block.align[k]] end
  lines[2] = "| " .. table.concat(rules, " | ") .. " |"
  for _, row in ipairs(block.rows) do lines[#lines + 1] = row_text(row) end
  out[#out + 1] = table.concat(lines, "\n")
end

local function node(text) return { { kind = "text", text = text } } end

local function nodes(texts)
  local row = {}
  for k, text in ipairs(texts) do row[k] = node(text) end
  return row
end

-- What is said of its figures, and their table.
function write.chart(out, block)
  out[#out + 1] = escape_start(escape(block.numbers.said))
  local numbers, rows, align = block.numbers, {}, {}
  for i, row in ipairs(numbers.rows) do rows[i] = nodes(row) end
  for k = 1, #numbers.header do align[k] = "left" end
  write.table(out, { caption = node(numbers.caption), header = nodes(numbers.header), rows = rows, align = align })
end

local function add_blocks(out, document)
  for _, block in ipairs(document.blocks) do write[block.kind](out, block) end
end

--- Writes a document as CommonMark in UTF-8, each block a line or more, an empty line between, a line feed at the end.
---@param document upheld.Document
---@param options { notice: string?, head: upheld.Document?, foot: upheld.Document? }?   as of markup.to_text
---@return string
function markdown.write(document, options)
  options = options or {}
  local out = {}
  local notice = options.notice and "**" .. escape(options.notice) .. "**"
  out[1] = notice
  if options.head then add_blocks(out, options.head) end
  add_blocks(out, document)
  if options.foot then add_blocks(out, options.foot) end
  out[#out + 1] = notice
  return table.concat(out, "\n\n") .. "\n"
end

return markdown
