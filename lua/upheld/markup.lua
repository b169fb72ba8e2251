-- markup.lua: a small subset of CommonMark, with pipe tables, made into a tree;
-- markup/text.lua and markup/html.lua write the tree.
-- Owns: what the markup is. Whatever goes beyond it is a fault with a line,
-- never passed through.
-- Must not: know letters or figures, read files.
--
-- # and ## headings        paragraphs            - lists and 1. lists
-- **strong** *emphasis*    [text](https://...)   \ at a line's end: new line
-- | a | pipe | table |     under a line "Table: its caption"
-- A backslash before a punctuation mark makes it a plain character.
--
-- Values of a template stand in the text as markers (template.lua); they are
-- taken in after the text is parsed, so that a value is never read as markup.

local fault = require "upheld.fault"
local links = require "upheld.markup.links"
local shapes = require "upheld.markup.shapes"

local markup = {}

local ESCAPABLE = "^[!-/:-@[-`{-~]"

--------------------------------------------------------------------------------
-- Inline text

---@class upheld.Inline  { kind = "text", text = } | { kind = "break" } | { kind = "strong" | "emphasis" | "link", ... }

local Parser = {}
Parser.__index = Parser

function Parser:fault(line, message, hint)
  local file, place = self.file, line
  if self.place then file, place = self.place(line) end
  self.faults[#self.faults + 1] = fault.new {
    code = "bad-markup", message = message, file = file or self.file, line = place or line, hint = hint,
  }
end

local function add_text(list, text)
  local last = list[#list]
  if last and last.kind == "text" and not last.value then
    last.text = last.text .. text
  elseif text ~= "" then
    list[#list + 1] = { kind = "text", text = text }
  end
end

-- The nodes of a value.
local function add_value(list, value)
  if value.lines then
    for i, part in ipairs(value.lines) do
      if i > 1 then list[#list + 1] = { kind = "break" } end
      list[#list + 1] = { kind = "text", text = part, value = value, marks = value.marks_of and value.marks_of[i] }
    end
  else
    list[#list + 1] = { kind = "text", text = value.text, value = value, marks = value.marks }
  end
end

-- The marker at i; gives the position after it.
function Parser:value(s, i, line, list)
  local number, after = s:match("^\2([0-9]+)\3()", i)
  local value = number and self.values[math.tointeger(tonumber(number))]
  if not value then
    self:fault(line, "byte 2 is a control character")
    return i + 1
  elseif value.chart then
    self:fault(line, "a chart stands on a line of its own, with empty lines around it")
    return after
  end
  add_value(list, value)
  return after
end

-- An address with its values in place, or nil and what is wrong with it.
function Parser:address(raw)
  local lines_inside = false
  local url = raw:gsub("\2(%d+)\3", function(number)
    local value = self.values[math.tointeger(tonumber(number))]
    if value and value.lines then lines_inside = true end
    return value and value.text
  end)
  if lines_inside then return nil, "an address is one line" end
  if not (url:find("^https?://[^/]") or url:find("^mailto:[^@]+@[^@]+$")) then
    return nil, ('the address "%s" does not begin with https://, http:// or mailto:'):format(url)
  end
  local bad = url:match("[^A-Za-z0-9%-._~:/?#@!$&*+,;=%%]")
  if bad then return nil, ('the address "%s" holds a character that is to be written with %%'):format(url) end
  return url
end

-- [text](address), from its bracket at i; gives the position after it, or nil after a fault.
function Parser:link(s, i, line, list)
  local close, depth = i + 1, 0
  while true do
    close = s:find("[\\%[%]]", close)
    if not close then
      self:fault(line, "a link's \"[\" is not closed", "a plain bracket is written \\[")
      return nil
    end
    local c = s:sub(close, close)
    if c == "\\" then close = close + 1 elseif c == "[" then depth = depth + 1 elseif depth > 0 then depth = depth - 1
    else break end
    close = close + 1
  end
  local raw, after = s:match("^%(([^%s()]*)%)()", close + 1)
  if not raw then
    self:fault(line, "a link is written [text](https://...)", "a plain bracket is written \\[")
    return nil
  end
  local missing = raw:match("\2(%d+)\3")
  missing = missing and self.values[math.tointeger(tonumber(missing))]
  if missing and missing.gap then -- of a draft: the words, and what is missing in place of the address
    for _, node in ipairs(self:inline(s:sub(i + 1, close - 1), line, true)) do list[#list + 1] = node end
    add_text(list, " ")
    add_value(list, missing)
    return after
  end
  local url, why = self:address(raw)
  if not url then
    self:fault(line, why)
    return nil
  end
  local children = self:inline(s:sub(i + 1, close - 1), line, true)
  if #children == 0 then self:fault(line, "a link has no text") end
  list[#list + 1] = { kind = "link", url = url, children = children, bare = links.bare(links.words(children), url) }
  return after
end

local function is_space(c) return c == "" or c == " " or c == "\n" end

-- The delimiter run of stars at i: opens, closes or is plain. `stack` holds the open ones.
function Parser:stars(s, i, line, stack)
  local run = s:match("^%*+", i)
  local before, after = s:sub(i - 1, i - 1), s:sub(i + #run, i + #run)
  local top = stack[#stack]
  if is_space(before) and is_space(after) then
    add_text(top.children, run)
  elseif #run > 2 then
    self:fault(line, ('"%s" is not part of the markup'):format(run), "strong is **so**, emphasis *so*")
  else
    local kind = #run == 2 and "strong" or "emphasis"
    if top.kind == kind and not is_space(before) then
      stack[#stack] = nil
      if #top.children == 0 then self:fault(line, ("an empty %s text"):format(kind)) end
      local outer = stack[#stack].children
      outer[#outer + 1] = { kind = kind, children = top.children }
    elseif not is_space(after) and top.kind ~= kind then
      stack[#stack + 1] = { kind = kind, children = {}, line = line, mark = run }
    else
      self:fault(line, ('"%s" neither opens nor closes anything here'):format(run), "a plain star is written \\*")
    end
  end
  return i + #run
end

local function backslash(self, s, i, line, children)
  local c = s:sub(i + 1, i + 1)
  if c == "\n" then
    children[#children + 1] = { kind = "break" }
    return i + 2, line + 1
  elseif c:find(ESCAPABLE) then
    add_text(children, c)
    return i + 2, line
  end
  if c == "" then
    self:fault(line, "a backslash ends the paragraph", "a line break stands between two lines")
  else
    self:fault(line, "a backslash stands before no punctuation mark", "a plain backslash is written \\\\")
  end
  return i + 1, line
end

-- What is not part of the markup, by its first character: gives a message and a hint, or nil for a plain character.
local function beyond(s, i, c)
  if c == "`" then return "code is not part of the markup", "a plain ` is written \\`" end
  if c == "<" and s:find("^<[A-Za-z/!?]", i) then return "HTML is not part of the markup", "a plain < is written \\<" end
  if c == "&" and (s:find("^&#?[A-Za-z0-9]+;", i)) then
    return "character names are not part of the markup", "write the character itself"
  end
  if c == "!" and s:find("^!%[", i) then return "images are not part of the markup", "a plain ! is written \\!" end
  if c == "]" then return 'a "]" without its "["', "a plain bracket is written \\]" end
  if c == "~" and (s:find("^~~", i) or s:find("^~[^~%s]~", i) or s:find("^~[^~%s][^~]*[^~%s]~", i)) then
    return "struck-out text is not part of the markup", "a plain ~ is written \\~"
  end
  if c == "_" then
    local before, after = s:sub(i - 1, i - 1), s:sub(i + 1, i + 1)
    local inside = before:find("^[A-Za-z0-9_\3\128-\255]") and after:find("^[A-Za-z0-9_\2\128-\255]")
    if not inside and not (is_space(before) and is_space(after)) then
      return '"_" is not emphasis here', "emphasis is *so*; a plain _ is written \\_"
    end
  end
  return nil
end

--- The nodes of a run of text. `line` is the line of its first character.
function Parser:inline(s, line, in_link)
  local stack = { { kind = "root", children = {} } }
  local i = 1
  while i <= #s do
    local at = s:find("[\\*`<&!%[%]_~\2\n]", i)
    local children = stack[#stack].children
    if not at then
      add_text(children, s:sub(i))
      break
    end
    if at > i then add_text(children, s:sub(i, at - 1)) end
    i = at
    local c = s:sub(i, i)
    if c == "\2" then
      i = self:value(s, i, line, children)
    elseif c == "\n" then
      add_text(children, " ")
      i, line = i + 1, line + 1
    elseif c == "\\" then
      i, line = backslash(self, s, i, line, children)
    elseif c == "*" then
      i = self:stars(s, i, line, stack)
    elseif c == "[" then
      if in_link then self:fault(line, "a link within a link") end
      local after = self:link(s, i, line, children) or i + 1
      for _ in s:sub(i, after - 1):gmatch("\n") do line = line + 1 end
      i = after
    else
      local message, hint = beyond(s, i, c)
      if message then self:fault(line, message, hint) end
      add_text(children, c)
      i = i + 1
    end
  end
  for k = 2, #stack do
    self:fault(stack[k].line, ('"%s" is not closed'):format(stack[k].mark), "a plain star is written \\*")
  end
  return stack[1].children
end

-- Inline text that must stay on one line, such as a heading's.
function Parser:one_line(s, line, what)
  local children = self:inline(s, line)
  for _, node in ipairs(children) do
    if node.kind == "break" then
      self:fault(line, ("%s holds a line break"):format(what))
      break
    end
  end
  return children
end

--------------------------------------------------------------------------------
-- Blocks

local function split_lines(source)
  local lines = {}
  for line in (source .. "\n"):gmatch("([^\n]*)\n") do lines[#lines + 1] = line end
  return lines
end

-- Whether a line is the row of marks that stands under a table's first row: "---|---", "|:--|".
local function is_table_marks(s)
  return s:find("|", 1, true) ~= nil and s:find("%-") ~= nil and not s:find("[^ |:%-]")
end

local function is_blank(s) return s == "" or not s:find("[^ ]") end

-- A first line that would be a block of CommonMark that is not part of this markup: message and hint.
-- Within a paragraph, indentation means nothing.
local function unknown_block(s, within)
  if s:find("^[%a\2\128-\255]") then return nil end -- words, as most are
  if not within and s:find("^    ") then return "four spaces at the beginning would be code", "take the spaces away" end
  if s:find("^ +%- ") or s:find("^ +1%. ") then
    return "an item's mark stands at the beginning of its line", "take the spaces away"
  end
  local rest = s:match("^ *(.-) *$")
  if rest:find("^###") then return "headings have one or two #", nil end
  if rest:find("^#+$") or rest:find("^#+[^# ]") then return 'a heading is written "# text"', "a plain # is written \\#" end
  if rest:find("^>") then return "quotations are not part of the markup", "a plain > is written \\>" end
  if rest:find("^```") or rest:find("^~~~") then return "code is not part of the markup", nil end
  if rest:find("^%-+$") or rest:find("^[%- ]*%-[%- ]*%-[%- ]*%-$") or rest:find("^[* ]*%*[* ]*%*[* ]*%*$")
    or rest:find("^[_ ]*_[_ ]*_[_ ]*_$") then
    return "rules are not part of the markup", "a plain mark is written with a backslash"
  end
  if rest:find("^[+*] ") then return 'a list is written with "-"', "a plain mark is written with a backslash" end
  if rest:find("^=+$") then return "headings are written with # before them", nil end
  if not within and rest:find("^%d+%.$") then return "an item without words", "a plain stop is written \\." end
  if within and is_table_marks(rest) then return "a table's row begins and ends with |", "a plain | is written \\|" end
  if rest:find("^: ") then return "definitions under a term are not part of the markup", "a plain : is written \\:" end
  if rest:find("^%d+%)%s") then return 'a numbered list is written "1. "', "a plain bracket is written \\)" end
  return nil
end

-- The item mark of a line: "-" or "1.", its width and the text; or nil.
local function item_of(s)
  local text = s:match("^%- +(.*)$")
  if text then return "-", 2, text end
  local digits, rest = s:match("^(%d+)%. +(.*)$")
  if digits and #digits <= 9 then return digits, #digits + 2, rest end
  return nil
end

function Parser:heading(i)
  local marks, text = self.lines[i]:match("^ *(#+) +(.-) *$")
  local level = #marks
  if level == 1 then
    if self.has_title then self:fault(i, "a second heading of level 1", "the others are written ##") end
    self.has_title = true
  end
  local bare = text:gsub(" +#+$", "")
  if bare == "" then self:fault(i, "an empty heading") end
  self.blocks[#self.blocks + 1] = { kind = "heading", level = level, children = self:one_line(bare, i, "a heading") }
  return i + 1
end

-- A line before another of the same paragraph or item: two spaces at its end would be a hard break.
function Parser:two_spaces(i)
  if self.lines[i]:find("  $") then
    self:fault(i, "two spaces end the line", "a new line is written with a backslash at the line's end")
  end
end

-- Items that follow one another; an item's further lines are indented.
function Parser:list(i)
  local first = item_of(self.lines[i])
  local ordered = first ~= "-"
  if ordered and first ~= "1" then
    self:fault(i, ('a numbered list begins with "1." and not "%s."'):format(first),
      ("a number at the beginning of a sentence is written %s\\."):format(first))
  end
  local list = { kind = "list", ordered = ordered, items = {} }
  while self.lines[i] and not is_blank(self.lines[i]) do
    local mark, width, text = item_of(self.lines[i])
    if not mark then
      local message, hint = unknown_block(self.lines[i])
      if not message then
        message, hint = "a line within a list is neither an item nor indented", "an empty line ends the list"
      end
      self:fault(i, message, hint)
      return self:skip(i)
    elseif (mark ~= "-") ~= ordered then
      self:fault(i, "a list of both kinds", "an empty line ends the list")
    end
    local from = i
    i = i + 1
    local indent = "^" .. (" "):rep(width)
    while self.lines[i] and not is_blank(self.lines[i]) and self.lines[i]:find(indent) do
      local more = self.lines[i]:gsub("^ +", "")
      if item_of(more) then self:fault(i, "lists within lists are not part of the markup") end
      self:two_spaces(i - 1)
      text = text .. "\n" .. more
      i = i + 1
    end
    list.items[#list.items + 1] = self:inline(text:gsub(" +$", ""), from)
  end
  self.blocks[#self.blocks + 1] = list
  return i
end

-- The cells of a table's row, or nil.
local function cells_of(s)
  local inner = s:match("^ *|(.*)| *$")
  -- An odd number of backslashes escapes the last bar.
  if not inner or #inner:match("\\*$") % 2 == 1 then return nil end
  local cells, from, i = {}, 1, 1
  while true do
    local at = inner:find("[\\|]", i)
    if not at then break end
    if inner:sub(at, at) == "\\" then
      i = at + 2
    else
      cells[#cells + 1] = inner:sub(from, at - 1):match("^ *(.-) *$")
      from, i = at + 1, at + 1
    end
  end
  cells[#cells + 1] = inner:sub(from):match("^ *(.-) *$")
  return cells
end

local ALIGN = { ["^:?%-+$"] = "left", ["^%-+:$"] = "right", ["^:%-+:$"] = "centre" }

function Parser:alignments(i, count)
  local cells = self.lines[i] and cells_of(self.lines[i])
  local aligned = {}
  for k, cell in ipairs(cells or {}) do
    for pattern, name in pairs(ALIGN) do
      if cell:find(pattern) then aligned[k] = name end
    end
    if not aligned[k] then cells = nil end
  end
  if not cells or #cells == 0 or #aligned ~= #cells then
    self:fault(self.lines[i] and i or i - 1, "under a table's first row stands a row such as |---|---:|")
    return nil
  elseif #cells ~= count then
    self:fault(i, ("the row has %d cells, the table's first row %d"):format(#cells, count))
    return nil
  end
  return aligned
end

function Parser:row(i, count)
  local cells = cells_of(self.lines[i])
  if not cells then
    self:fault(i, "a table's row begins and ends with |")
    return nil
  elseif count and #cells ~= count then
    self:fault(i, ("the row has %d cells, the table's first row %d"):format(#cells, count), "a plain | is written \\|")
    return nil
  end
  local row = {}
  for k, cell in ipairs(cells) do row[k] = self:one_line(cell, i, "a cell") end
  return row
end

-- Past the block that holds line i.
function Parser:skip(i)
  while self.lines[i] and not is_blank(self.lines[i]) do i = i + 1 end
  return i
end

function Parser:table(i, caption)
  if not caption then
    self:fault(i, "a table has no caption", 'the line above it is "Table: " and what it shows')
  end
  local header = self:row(i)
  local align = header and self:alignments(i + 1, #header)
  if not align then return self:skip(i) end
  local block = { kind = "table", caption = caption, header = header, align = align, rows = {} }
  i = i + 2
  while self.lines[i] and not is_blank(self.lines[i]) do
    local row = self:row(i, #header)
    if row then block.rows[#block.rows + 1] = row end
    i = i + 1
  end
  if #block.rows == 0 then self:fault(i - 1, "a table has no rows") end
  self.blocks[#self.blocks + 1] = block
  return i
end

-- Whether a line ends the paragraph before it. A number other than 1 at the beginning of a line is a sentence's.
local function ends_paragraph(s)
  local mark = item_of(s)
  return s:find("^ *#") or mark == "-" or mark == "1" or s:find("^ *|")
end

function Parser:paragraph(i)
  local from, parts = i, {}
  while self.lines[i] and not is_blank(self.lines[i]) do
    local line = self.lines[i]
    if i > from then
      if ends_paragraph(line) then break end
      local message, hint = unknown_block(line, true)
      if message then self:fault(i, message, hint) end
    end
    local further = self.lines[i + 1]
    if further and not is_blank(further) then self:two_spaces(i) end
    parts[#parts + 1] = line:match("^ *(.-) *$")
    i = i + 1
  end
  self.blocks[#self.blocks + 1] = { kind = "paragraph", children = self:inline(table.concat(parts, "\n"), from) }
  return i
end

-- A chart with its words and its table, whose cells are texts and no nodes.
function Parser:chart(i, chart)
  self.blocks[#self.blocks + 1] = { kind = "chart", svg = chart.svg, title = chart.title, description = chart.description,
    numbers = chart.table, marks = chart.marks or {} }
  return i + 1
end

function Parser:block(i)
  local line = self.lines[i]
  local message, hint = unknown_block(line)
  if message then
    self:fault(i, message, hint)
    return self:skip(i)
  end
  local number = line:match("^ *\2(%d+)\3 *$")
  local value = number and self.values[math.tointeger(tonumber(number))]
  if value and value.chart then return self:chart(i, value.chart) end
  if line:find("^ *#") then return self:heading(i) end
  if item_of(line) then return self:list(i) end
  if line:find("^ *|") then return self:table(i) end
  local caption = line:match("^Table: +(.-) *$")
  if caption and (self.lines[i + 1] or ""):find("^ *|") then
    return self:table(i + 1, self:one_line(caption, i, "a caption"))
  end
  return self:paragraph(i)
end

-- Lines i to j - 1, parsed; gives whether there was no fault.
function Parser:parse_chunk(i, j)
  local faults = #self.faults
  while i < j do
    local from, before = i, #self.blocks
    i = self:block(i)
    if #self.blocks > before then self.blocks[#self.blocks].line = from end
  end
  return #self.faults == faults
end

-- A chunk that was not met before: its blocks, and their shapes for the next ones. Gives its count of lines.
function Parser:new_chunk(i, text, key, values)
  local lines, count = split_lines(text), #self.blocks
  table.move(lines, 1, #lines, i, self.lines)
  if self:parse_chunk(i, i + #lines) and key then
    local list = { lines = #lines }
    for k = count + 1, #self.blocks do
      local line = self.blocks[k].line
      local shape = shapes.new(self.blocks[k], values)
      list[#list + 1] = { shape = shape, line = line - i }
      self.blocks[k] = shapes.block(shape, values, line)
    end
    self.cache[key] = list
  end
  for k = i, i + #lines - 1 do self.lines[k] = nil end
  return #lines
end

-- The blocks of a chunk of lines without an empty one, which begins at line i; gives its count of lines.
function Parser:chunk(i, text)
  local key, values
  -- a heading of level 1 is parsed each time, since there is one in a letter
  if self.cache and not (text:find("#", 1, true) and (text:find("^ *# ") or text:find("\n *# "))) then
    key, values = shapes.key(text, self.values)
  end
  local known = key and self.cache[key]
  if not known then return self:new_chunk(i, text, key, values) end
  for _, one in ipairs(known) do self.blocks[#self.blocks + 1] = shapes.block(one.shape, values, i + one.line) end
  return known.lines
end

-- Behind an empty line after a list: what is indented would be an item's second paragraph, and an item would belong to the list before.
function Parser:after_list(line, source, at)
  local last = self.blocks[#self.blocks]
  if not last or last.kind ~= "list" then return end
  if source:find("^  ", at) then
    self:fault(line, "an item has one paragraph", "after a list a paragraph begins at the beginning of its line")
  elseif source:find(last.ordered and "^%d+%. " or "^%- ", at) and not source:find("^1%. ", at) then
    self:fault(line, "an empty line stands between the items of a list", "take it away")
  end
end

---@class upheld.Document  { blocks = block[] }; a block is a heading, paragraph, list or table, with the line it begins on

--- Parses markup.
---@param source string
---@param options { file: string?, values: table[]?, place: (fun(line: integer): string?, integer?)?, cache: table? }?
---   values: what the markers stand for; place: the file and line that a line of the source came from;
---   cache: a table kept from letter to letter, so that what is alike but for its values is parsed once (markup/shapes.lua)
---@return upheld.Document? document, upheld.Fault? err   err.faults lists them all
function markup.parse(source, options)
  options = options or {}
  local self = setmetatable({
    lines = {}, values = options.values or {}, file = options.file, place = options.place,
    faults = {}, blocks = {}, cache = options.cache,
  }, Parser)
  source = source .. "\n\n"
  local line, at = 1, 1
  while true do
    local after = source:match("^ *\n()", at)
    if after then
      line, at = line + 1, after
    elseif at > #source then
      break
    else
      local stop = source:find("\n *\n", at)
      self:after_list(line, source, at)
      line, at = line + self:chunk(line, source:sub(at, stop - 1)), stop + 1
    end
  end
  if #self.faults > 0 then
    return nil, fault.all(self.faults, ("%d faults in the markup"):format(#self.faults))
  end
  return { blocks = self.blocks, has_title = self.has_title or false }
end

markup.to_text = require "upheld.markup.text".write
markup.title_text = require "upheld.markup.text".title
markup.to_html = require "upheld.markup.html".write
markup.to_markdown = require "upheld.markup.markdown".write
markup.to_page = require "upheld.markup.html".write_all

return markup
