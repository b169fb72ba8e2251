-- office/filter.lua: what runs within pandoc: every letter of a list read and written, in one process, in place of the empty document
-- that pandoc is given. LIST is the path of the list, FORM the form: office.lua puts them in.
-- Owns: that a letter in two languages is two texts, each in its language; and a table's columns, which are as wide as their words: of
-- equal ones a narrow one would cut words.
-- Must not: change a word.

return [=[
local WIDTH = 62 -- about the letters of a line, in a wide font

local function widths(columns)
  local least, own, total = {}, {}, 0
  for k, cells in ipairs(columns) do
    least[k], own[k] = 1, 1
    for _, text in ipairs(cells) do
      own[k] = math.max(own[k], utf8.len(text) or #text)
      for word in text:gmatch "%S+" do least[k] = math.max(least[k], utf8.len(word) or #word) end
    end
    own[k], least[k] = own[k] + 3, least[k] + 3
    total = total + own[k]
  end
  while total > WIDTH do -- the widest gives way first, and none below its longest word
    local widest
    for k = 1, #own do
      if own[k] > least[k] and (not widest or own[k] > own[widest]) then widest = k end
    end
    if not widest then break end
    own[widest], total = own[widest] - 1, total - 1
  end
  for k = 1, #own do own[k] = own[k] / math.max(total, WIDTH) end
  return own
end

local function of_words(a_table)
  local columns = {}
  for k = 1, #a_table.colspecs do columns[k] = {} end
  local function add(rows)
    for _, row in ipairs(rows) do
      for k, cell in ipairs(row.cells or row[2]) do
        table.insert(columns[k], pandoc.utils.stringify(cell.contents or cell[5]))
      end
    end
  end
  add(a_table.head.rows or a_table.head[2])
  for _, body in ipairs(a_table.bodies) do add(body.body) end
  for k, width in ipairs(widths(columns)) do a_table.colspecs[k][2] = width end
  return a_table
end

-- The runs of DOCX of inline elements in a language: pandoc knows no language there but the document's.
local function add_runs(list, inlines, language, kind)
  for _, inline in ipairs(inlines) do
    local text = inline.t == "Str" and inline.text or (inline.t == "Space" or inline.t == "SoftBreak") and " "
    if text then
      text = text:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" })
      list:insert(pandoc.RawInline("openxml", ('<w:r><w:rPr>%s%s%s<w:lang w:val="%s"/></w:rPr>'):format(
        kind.link and '<w:rStyle w:val="Hyperlink"/>' or "", kind.strong and "<w:b/>" or "", kind.emphasis and "<w:i/>" or "",
        language) .. '<w:t xml:space="preserve">' .. text .. "</w:t></w:r>"))
    elseif inline.t == "Strong" or inline.t == "Emph" then
      add_runs(list, inline.content, language, { link = kind.link, strong = kind.strong or inline.t == "Strong",
        emphasis = kind.emphasis or inline.t == "Emph" })
    elseif inline.t == "Link" then
      local words = pandoc.List()
      add_runs(words, inline.content, language, { link = true, strong = kind.strong, emphasis = kind.emphasis })
      inline.content = words
      list:insert(inline)
    else
      list:insert(inline)
    end
  end
end

local function in_language(text, language, form)
  if form ~= "docx" then
    text.attributes.lang = language
    return text
  end
  local function marked(block)
    local list = pandoc.List()
    add_runs(list, block.content, language, {})
    block.content = list
    return block
  end
  return pandoc.walk_block(text, { Para = marked, Plain = marked, Header = marked })
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = pandoc.read(file:read "a", "commonmark+pipe_tables")
  file:close()
  return pandoc.walk_block(pandoc.Div(text.blocks), { Table = of_words })
end

function Pandoc(empty)
  for line in io.lines(LIST) do
    local path, rest = line:match "^(.-)\t(.*)$"
    local blocks, count, first = pandoc.List(), 0, nil
    for language in rest:gmatch "[^\t]+" do
      count = count + 1
      local text = read(("%s.%d.md"):format(path, count))
      first = first or language
      if count > 1 then
        blocks:insert(pandoc.HorizontalRule())
        text = in_language(text, language, FORM)
      end
      blocks:insert(text)
    end
    local out = assert(io.open(path .. "." .. FORM, "wb"))
    -- with the template of the empty one
    out:write(pandoc.write(pandoc.Pandoc(blocks, { lang = first }), FORM, PANDOC_WRITER_OPTIONS))
    out:close()
  end
  return empty
end
]=]
