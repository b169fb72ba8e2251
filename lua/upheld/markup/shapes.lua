-- markup/shapes.lua: blocks that are alike but for their values, as those of a batch of letters are: parsed once, and written by putting
-- values into what was written of them once.
-- Owns: which chunks of lines are alike; the nodes of such a block, which are made only when they are asked for.
-- Must not: parse; know how an output is written.

local shapes = {}

--- The lists of inline nodes of a block, in the order of reading; of a table: its caption, its header's cells, its rows' cells.
---@param block table   a heading, paragraph, list or table
---@return table[][]
function shapes.runs(block)
  if block.children then return { block.children } end
  if block.items then return block.items end
  local list = { block.caption }
  table.move(block.header, 1, #block.header, 2, list)
  for _, row in ipairs(block.rows) do table.move(row, 1, #row, #list + 1, list) end
  return list
end

--- What a chunk of lines shares with others, and its values in their order; nil where the values decide how it is parsed: several
--- lines, a chart, the gap of a draft. Where a link stands, the words of the values are a part of it.
---@param text string
---@param values table[]   of the template, by the numbers of their markers
---@return string? key, table[]? own
function shapes.key(text, values)
  if not text:find("\2", 1, true) then return text, {} end
  local own, fit = {}, true
  local linked = text:find("](", 1, true)
  local key = text:gsub("\2(%d+)\3", function(number)
    local value = values[math.tointeger(tonumber(number))]
    if not value or not value.text or value.gap then
      fit = false
      return nil
    end
    own[#own + 1] = value
    return linked and "\2" .. value.text .. "\3" or "\2\3"
  end)
  if fit then return key, own end
  return nil
end

-- Inline nodes with other values in their places; those without any are the same ones.
local function with_values(children, places, values)
  local made
  for i, node in ipairs(children) do
    local other = node
    if node.value then
      other = values[places[node.value]]
      other = { kind = "text", text = other.text, value = other, marks = other.marks }
    elseif node.children then
      local inner = with_values(node.children, places, values)
      if inner ~= node.children then other = { kind = node.kind, url = node.url, bare = node.bare, children = inner } end
    end
    if other ~= node and not made then made = table.move(children, 1, #children, 1, {}) end
    if made then made[i] = other end
  end
  return made or children
end

local function lists_with_values(lists, places, values)
  local made = {}
  for i, children in ipairs(lists) do made[i] = with_values(children, places, values) end
  return made
end

local NODES = { children = with_values, caption = with_values, items = lists_with_values, header = lists_with_values }

function NODES.rows(rows, places, values)
  local made = {}
  for i, row in ipairs(rows) do made[i] = lists_with_values(row, places, values) end
  return made
end

local Like = {}

function Like.__index(block, key)
  local shape = rawget(block, "shape")
  local own = shape.block[key]
  if own == nil then return nil end
  local make = #block.values > 0 and NODES[key]
  if make then own = make(own, shape.places, block.values) end
  rawset(block, key, own)
  return own
end

--- A shape of a block that was parsed.
---@param block table
---@param values table[]   of its chunk, in their order
---@return table shape     { block, places, made = what was written of it, by output }
function shapes.new(block, values)
  local places = {}
  for k, value in ipairs(values) do places[value] = k end
  return { block = block, places = places, made = {} }
end

--- A block of this shape with other values.
---@param shape table
---@param values table[]   of its chunk, in their order
---@param line integer
---@return table block
function shapes.block(shape, values, line)
  return setmetatable({ kind = shape.block.kind, line = line, shape = shape, values = values }, Like)
end

-- Values that are their own places: written as any value is, they are found again.
local PLACES = setmetatable({}, { __index = function(list, k)
  list[k] = { text = ("\2%d\3"):format(k), said = true }
  return list[k]
end })

-- A text as pieces and, between them, numbers of values; the text itself where there are none.
local function pieces_of(text)
  local list, at = {}, 1
  for piece, number, after in text:gmatch("([^\2]*)\2(%d+)\3()") do
    if piece ~= "" then list[#list + 1] = piece end
    list[#list + 1] = math.tointeger(tonumber(number))
    at = after
  end
  if at == 1 then return text end
  if at <= #text then list[#list + 1] = text:sub(at) end
  return list
end

--- What an output writes of blocks of a shape, in pieces: made once.
---@param block table       of a shape
---@param output string
---@param write fun(block: table): string[]   texts
---@return (string|(string|integer)[])[]      each text, or its pieces and, between them, the numbers of values
function shapes.made(block, output, write)
  local shape = block.shape
  local made = shape.made[output]
  if made then return made end
  local values = {}
  for k = 1, #block.values do values[k] = PLACES[k] end
  made = write(shapes.block(shape, values, block.line))
  for i, text in ipairs(made) do made[i] = pieces_of(text) end
  shape.made[output] = made
  return made
end

--- A text of its pieces.
---@param pieces string|(string|integer)[]
---@param fragments string[]   what the output writes of each value
---@return string
function shapes.put(pieces, fragments)
  if type(pieces) == "string" then return pieces end
  local parts = {}
  for i = 1, #pieces do
    local piece = pieces[i]
    parts[i] = fragments[piece] or piece
  end
  return table.concat(parts)
end

return shapes
