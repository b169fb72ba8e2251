-- template/code.lua: a template's text made into the source of a Lua function.
-- Owns: where a tag ends, which lines leave nothing behind, and that each line of
-- the source is the line of the file it came from.
-- Must not: load or run that source.

local watch = require "upheld.template.watch"

local generator = {}

local KEPT = "_u_" -- names beginning so belong to the generated source

--------------------------------------------------------------------------------
-- Scanning

local function count_lines(s)
  local _, n = s:gsub("\n", "")
  return n
end

local function raise_syntax(message, at, hint)
  error({ syntax = true, message = message, at = at, hint = hint }, 0)
end

-- The end of the short string that begins at i.
local function skip_quoted(text, i)
  local quote, from = text:sub(i, i), i
  i = i + 1
  while true do
    local at = text:find("[\\\n" .. quote .. "]", i)
    local c = at and text:sub(at, at)
    if not at or c == "\n" then raise_syntax("a string is not closed", from) end
    if c == quote then return at + 1 end
    i = at + 2
  end
end

-- The end of the long bracket that begins at i, or nil when there is none.
local function skip_long(text, i)
  local level = text:match("^%[(=*)%[", i)
  if not level then return nil end
  local _, last = text:find("]" .. level .. "]", i, true)
  if not last then raise_syntax("a long string is not closed", i) end
  return last + 1
end

-- The end of the comment that begins at i: its line's end, or the tag's.
local function skip_comment(text, i, closer)
  local long = skip_long(text, i + 2)
  if long then return long end
  local newline = text:find("\n", i, true) or #text + 1
  local close = text:find(closer, i, true) or #text + 1
  return math.min(newline, close)
end

-- The Lua code from i up to the closer, without its comments (a line comment would swallow what follows the tag when
-- compiled; their newlines stay, for the line numbers). Gives code and the position after the closer.
local function lua_code(text, i, closer, open_at)
  local parts, from, depth = {}, i, 0
  while true do
    local at = text:find("[\"'%[%-{}%%]", i)
    if not at then raise_syntax(('"%s" is missing'):format(closer), open_at) end
    local c = text:sub(at, at)
    if c == '"' or c == "'" then
      i = skip_quoted(text, at)
    elseif c == "[" then
      i = skip_long(text, at) or at + 1
    elseif c == "-" and text:sub(at, at + 1) == "--" then
      parts[#parts + 1] = text:sub(from, at - 1)
      i = skip_comment(text, at, closer)
      parts[#parts + 1] = " " .. ("\n"):rep(count_lines(text:sub(at, i - 1)))
      from = i
    elseif depth == 0 and text:sub(at, at + 1) == closer then
      parts[#parts + 1] = text:sub(from, at - 1)
      return table.concat(parts), at + 2
    else
      if c == "{" then depth = depth + 1 elseif c == "}" and depth > 0 then depth = depth - 1 end
      i = at + 1
    end
  end
end

local function check_literal(text, from, to)
  local piece = text:sub(from, to)
  local stray = piece:find("[}%%#]}")
  if stray then
    raise_syntax(('"%s" without its beginning'):format(piece:sub(stray, stray + 1)), from + stray - 1,
      'to print it write {{ "' .. piece:sub(stray, stray + 1) .. '" }}')
  end
  local control = piece:find("[\0-\9\11-\31\127]")
  if control then
    raise_syntax(("byte %d is a control character"):format(piece:byte(control)), from + control - 1,
      piece:byte(control) == 9 and "write spaces instead of a tab" or nil)
  end
  return piece
end

local KINDS = { ["{{"] = "value", ["{%"] = "statement", ["{#"] = "remark" }

-- The template as a list of items { kind, text or code, line, lines }.
local function scan(text)
  if not utf8.len(text) then
    local _, at = utf8.len(text)
    raise_syntax("the text is not valid UTF-8", at)
  end
  local items, i, line = {}, 1, 1
  local function add(kind, content, from, to)
    local lines = count_lines(text:sub(from, to))
    items[#items + 1] = { kind = kind, content = content, line = line, lines = lines, at = from }
    line = line + lines
  end
  while true do
    local open = text:find("{[{%%#]", i)
    local literal = check_literal(text, i, (open or #text + 1) - 1)
    if literal ~= "" then add("text", literal, i, i + #literal - 1) end
    if not open then return items end
    local kind = KINDS[text:sub(open, open + 1)]
    local code, after
    if kind == "remark" then
      local _, last = text:find("#}", open + 2, true)
      if not last then raise_syntax('"#}" is missing', open) end
      after = last + 1
    else
      code, after = lua_code(text, open + 2, kind == "value" and "}}" or "%}", open)
      -- A statement may be a remark alone; a value needs something to print.
      local looked_at = kind == "value" and code or text:sub(open + 2, after - 3)
      if not looked_at:find("%S") then raise_syntax("there is nothing between the braces", open) end
    end
    add(kind, code, open, after - 1)
    i = after
  end
end

-- Takes away the lines that hold only statements and remarks: marks each such tag `alone`, and the last of its line
-- `ends_line`.
local function strip_lines(items)
  local function is_tag(item) return item ~= nil and (item.kind == "statement" or item.kind == "remark") end
  local function blank(item) return item.kind == "text" and not item.content:find("[^ ]") end
  local left = {}
  for i, item in ipairs(items) do
    local before = items[i - 1]
    if is_tag(item) then
      if not before then
        left[i] = true
      elseif before.kind == "text" then
        left[i] = before.content:find("\n *$") ~= nil or (blank(before) and (i == 2 or left[i - 2] == true))
      else
        left[i] = left[i - 1] == true
      end
    end
  end
  local right = {}
  for i = #items, 1, -1 do
    local after = items[i + 1]
    if is_tag(items[i]) then
      if not after then
        right[i] = true
      elseif after.kind == "text" then
        right[i] = after.content:find("^ *\n") ~= nil or (blank(after) and (i + 1 == #items or right[i + 2] == true))
      else
        right[i] = right[i + 1] == true
      end
    end
  end
  for i, item in ipairs(items) do
    if is_tag(item) and left[i] and right[i] then
      item.alone = true
      local before, after = items[i - 1], items[i + 1]
      if before and before.kind == "text" then before.content = before.content:gsub(" *$", "", 1) end
      if after and after.kind == "text" then
        local rest, found = after.content:gsub("^ *\n", "", 1)
        after.content = found > 0 and rest or after.content:gsub("^ +$", "", 1)
        if found > 0 then after.skipped = 1 end -- its text now begins a line further down
      end
    end
  end
end

--------------------------------------------------------------------------------
-- Compiling

local function loads(source)
  return load(source, "=check", "t", {}) ~= nil
end

-- A statement in the form that is tried on its own, or as it stands.
local function guarded(code, index)
  local keyword, condition = code:match("^%s*(%a+)%s*(.-)%s*$")
  if keyword == "if" or keyword == "elseif" then
    local test, gap = condition:match("^(.*[%s%)%]\"'])then$"), ""
    if test and loads("return (" .. test .. "\n)") then
      return ("%s _u_test(%d, function() return (%s%s) end) then"):format(keyword, index, test, gap)
    end
  elseif keyword == "for" then
    local names, list = condition:match("^([%w_%s,]-)%sin%s(.*[%s%)%]\"'}])do$")
    if names and loads("return " .. list) then
      return ("for %s in _u_each(%d, function() local a, b, c, d = %s return a, b, c, d end) do"):format(
        names, index, list)
    end
  elseif keyword == "local" then
    local name, value = condition:match("^([%a_][%w_]*)%s*=%s*(.+)$")
    if name and loads("return (" .. value .. "\n)") then
      return ("local %s = _u_local(%d, function() return (%s) end)"):format(name, index, value)
    end
  end
  return code
end

-- Leading newlines of code keep their place in front of what `guarded` rebuilt.
local function statement(code, index)
  local lead, rest = code:match("^(%s*)(.*)$")
  local made = guarded(rest, index)
  local missing = count_lines(rest) - count_lines(made)
  return lead .. made .. ("\n"):rep(math.max(missing, 0))
end

--- The line of the file that a template's line stands on; the line itself where the file's is not known.
function generator.place(spec, line)
  return spec.line and spec.line + line - 1 or line
end

-- Lua without the words of its strings.
local function without_strings(code)
  return (code:gsub("%[(=*)%[.-%]%1%]", "''"):gsub("([\"'])(.-)%1", "''"))
end

-- Each expression alone first: within the whole, a stray "end" or ")" would be reported at another line.
local function check_expression(item)
  if without_strings(item.content):find(KEPT, 1, true) then
    raise_syntax(('names beginning with "%s" are kept'):format(KEPT), item.at)
  end
  if item.kind ~= "value" then
    -- The rest of the letter would not be written, and nobody would know.
    local gone = without_strings(item.content)
    local leaves = gone:match("%f[%w_](return)%f[^%w_]") or gone:match("%f[%w_](goto)%f[^%w_]")
    if leaves and not gone:find("%f[%w_]function%f[^%w_]") and not (leaves == "goto" and gone:find("::", 1, true)) then
      raise_syntax(('"%s" would leave out the rest of the letter'):format(leaves), item.at,
        "put the rest between {% if %} and {% end %}")
    end
    return
  end
  -- Without brackets first: "a) (b" would be whole within them.
  local ok, why = load("return " .. item.content, "=x", "t", {})
  if ok then ok, why = load("return (" .. item.content .. "\n)", "=x", "t", {}) end
  if not ok then raise_syntax(("{{%s}}: %s"):format(item.content, why:gsub("^x:%d+: ", "", 1)), item.at) end
end

-- What begins after a statement: "if", "elseif", "else", "for", "while"; nil where no block does.
local function branch_kind(code)
  local keyword, rest = code:match("^%s*(%a+)%f[%A](.-)%s*$")
  if keyword == "else" and rest == "" then return keyword end
  if (keyword == "if" or keyword == "elseif") and rest:find("%f[%a]then$") then return keyword end
  if (keyword == "for" or keyword == "while") and rest:find("%f[%a]do$") then return keyword end
  return nil
end

-- Adds an item to the list of origins; gives its number.
local function origin(origins, spec, item, first)
  origins[#origins + 1] = {
    begins_line = (first or item.skipped ~= nil) or nil,
    numeral = item.kind == "value" and without_strings(item.content):find("%f[%w_]%d") ~= nil or nil,
    file = spec.file, line = generator.place(spec, item.line + (item.skipped or 0)), name = spec.name,
    text = item.kind == "text" and item.content or nil,
    source = item.kind ~= "text" and item.content and item.content:match("^%s*(.-)%s*$") or nil,
  }
  return #origins
end

local FOLLOWS = 160 -- bytes of a text that are kept of what follows a branch

-- What follows a statement as it stands in the wording, shortened: up to the statement that ends it.
local function follows(items, from)
  local parts, size = {}, 0
  for i = from + 1, #items do
    local item, text = items[i], nil
    if item.kind == "statement" and (branch_kind(item.content) or item.content:find "^%s*end%f[%W]") then break end
    local bare = item.content and item.content:match "^%s*(.-)%s*$"
    if item.kind == "text" then text = item.content
    elseif item.kind == "value" then text = "{{ " .. bare .. " }}"
    elseif item.kind == "statement" and bare:find "^include%f[%W]" then text = "{% " .. bare .. " %}" end
    parts[#parts + 1] = text
    size = size + #(text or "")
    if size > FOLLOWS then break end
  end
  local text = table.concat(parts):gsub("%s+", " "):match "^ ?(.-) ?$"
  if #text <= FOLLOWS then return text end
  return text:sub(1, utf8.offset(text, 0, FOLLOWS + 1) - 1):gsub(" [^ ]*$", "") .. " ..."
end

-- Gives each branch what follows it, and an "else" the conditions that did not hold: for who reads which of them a letter took.
local function explain(items, origins, indices)
  local blocks = {} -- those around, each with the conditions met so far
  for i, item in ipairs(items) do
    local from = item.kind == "statement" and origins[indices[i]]
    local kind = from and from.branch
    if kind == "if" or kind == "for" or kind == "while" then
      blocks[#blocks + 1] = { from.source:match "^if%s+(.-)%s+then$" }
    elseif kind == "elseif" and #blocks > 0 then
      table.insert(blocks[#blocks], from.source:match "^elseif%s+(.-)%s+then$")
    elseif kind == "else" and #blocks > 0 then
      from.unless = table.concat(blocks[#blocks], "; ")
    elseif from and from.source:find "^end%f[%W]" then
      blocks[#blocks] = nil
    end
    if kind then from.follows = follows(items, i) end
  end
end

local function generate(origins, spec, items)
  local out = { "local _u_text, _u_put, _u_test, _u_each, _u_local, _u_newline, _u_at = ...;",
    ("\n"):rep(generator.place(spec, 1) - 1) }
  local function emit(s) out[#out + 1] = s end
  local loops, indices = false, {}
  for i, item in ipairs(items) do
    if item.kind == "text" then
      if item.content ~= "" then emit((" _u_text(%d);"):format(origin(origins, spec, item, i == 1))) end
      emit(("\n"):rep(item.lines))
    elseif item.kind == "value" then
      loops = loops or watch.can_loop(item.content)
      emit((" _u_put(%d, function() return (%s) end);"):format(origin(origins, spec, item), item.content))
    elseif item.kind == "statement" then
      local index = origin(origins, spec, item)
      local kind = branch_kind(item.content)
      loops = loops or watch.can_loop(item.content, kind)
      emit(" " .. statement(item.content, index) .. (kind and (" _u_at(%d);"):format(index) or " ;"))
      origins[index].branch, indices[i] = kind, index
      -- What a partial printed on a line of its own ends that line.
      if item.alone and item.content:find("^%s*include%f[%W]") then emit(" _u_newline();") end
    else
      emit(("\n"):rep(item.lines))
    end
  end
  explain(items, origins, indices)
  return table.concat(out), loops
end

--- A template's text as items { kind = "text", "value", "statement" or "remark", content, line, lines, at }, each expression whole and
--- the lines that leave nothing behind taken away.
---@param text string
---@return table[]? items, table? problem   problem: { line = within the template, message =, hint = }
function generator.items(text)
  local ok, items = pcall(function()
    local list = scan(text)
    for _, item in ipairs(list) do
      if item.content and item.kind ~= "text" then check_expression(item) end
    end
    return list
  end)
  if ok then
    strip_lines(items)
    return items
  end
  local e = items
  if type(e) ~= "table" or not e.syntax then error(e, 0) end
  return nil, { line = count_lines(text:sub(1, e.at - 1)) + 1, message = e.message, hint = e.hint }
end

--- The Lua source of a template's items. What its texts and values are is added to `origins`: { file, line, name, text or
--- source, and of a branch its kind, what follows it and, of an "else", what did not hold }, to which the numbers in the source refer.
---@param items table[]
---@param spec { name: string, file: string, line: integer? }
---@param origins table[]
---@return string source
---@return boolean loops   whether Lua of its own may go round (template/watch.lua)
function generator.generate(items, spec, origins)
  return generate(origins, spec, items)
end

return generator
