-- manifest.lua: what a batch of letters was made of, and the SHA-256 of every file of it, as manifest.json.
-- Owns: its keys and their order, one output and one input a line, so that it is read back without a JSON library.
-- Must not: hold a path of the machine, a clock's time, or anything else by which two runs over the same data differ.

local fault = require "upheld.fault"
local json = require "upheld.json_text"

local core = require "upheld.core"

local manifest = { NAME = "manifest.json", FORMAT = 1 }

local function base_name(path) return path:match("[^/\\]+$") or path end

-- A file that wording or facts came from; bytes nil: given by the script itself.
local function source_json(source)
  return json.object { { "file", json.value(source.path and base_name(source.path)) },
    { "sha256", json.value(core.sha256(source.bytes)) } }
end

local function sources_json(list)
  local texts = {}
  for i, source in ipairs(list) do texts[i] = source_json(source) end
  return "[" .. table.concat(texts, ",") .. "]"
end

local function wording_json(wording)
  return json.object { { "name", json.value(wording.name) }, { "language", json.value(wording.language) },
    { "sources", sources_json(wording.sources) } }
end

local function disclosure_json(rule)
  if not rule then return "null" end
  return json.object { { "suppress_below", json.value(rule.suppress_below) }, { "round_to", json.value(rule.round_to or 0) } }
end

-- A printed PDF holds the time of its printing: it is checked, but another run gives other bytes.
local function output_json(name, bytes)
  return json.object { { "file", json.value(name) }, { "bytes", json.value(#bytes) },
    { "sha256", json.value(core.sha256(bytes)) }, { "reproducible", json.value(not name:find "%.pdf$") } }
end

--- The manifest of a batch.
---@param batch table    year, wordings, facts_sources, date, notice
---@param files { [1]: string, [2]: string }[]   names and bytes of its outputs
---@return string? text, upheld.Fault? err
function manifest.text(batch, files)
  local year, wordings, outputs = batch.year, {}, {}
  for i, wording in ipairs(batch.wordings) do wordings[i] = wording_json(wording) end
  for i, file in ipairs(files) do outputs[i] = output_json(file[1], file[2]) end
  local inputs = "[]"
  if year.book and year.book.handle then
    local read, err = year.book.handle:imports()
    if not read then return nil, err end
    inputs = read
  end
  return json.object({
    { "format", json.value(manifest.FORMAT) }, { "program", json.value("upheld " .. core.version) },
    { "programs", json.values(require("upheld.office").programs(files)) },
    { "scheme", json.value(year.scheme and year.scheme.name) }, { "year", json.value(year.year) },
    { "date", json.value(batch.date) }, { "notice", json.value(batch.notice) },
    { "draft", json.value(batch.draft or false) },
    { "boundaries", json.value(year.boundaries or "as it was") }, { "disclosure", disclosure_json(year.disclosure) },
    { "wordings", "[" .. table.concat(wordings, ",\n") .. "]" }, { "facts", sources_json(batch.facts_sources) },
    { "inputs", inputs }, { "outputs", "[\n" .. table.concat(outputs, ",\n") .. "\n]" },
  }, "\n") .. "\n"
end

--------------------------------------------------------------------------------
-- Reading back

local function value_of(text, key)
  local found = text:match('"' .. key .. '":"([^"]*)"')
  return found or math.tointeger(tonumber(text:match('"' .. key .. '":(%d+)')))
end

--- The manifest of a folder.
---@param directory string
---@return table? manifest   format, program, scheme, year, date, boundaries, disclosure, inputs (its text), outputs { file, bytes, sha256 }
---@return upheld.Fault? err   "no-such-file" without one; "bad-manifest" where it is none
function manifest.read(directory)
  local path = directory .. "/" .. manifest.NAME
  local text, err = core.read_file(path)
  if not text then
    if err.code == "no-such-file" then err.hint = "upheld letters writes one beside the letters, unless --no-manifest" end
    return nil, err
  end
  local head, inputs, outputs = text:match '^(.-)"inputs":(%[.-%]),\n"outputs":%[\n(.*)\n%]}\n$'
  local made = head and { inputs = inputs, sources = {}, outputs = {} }
  for _, key in ipairs(head and { "format", "program", "scheme", "year", "date", "boundaries" } or {}) do
    made[key] = value_of(head, key)
  end
  if not made or made.format ~= manifest.FORMAT or not made.year then
    return nil, fault.new { code = "bad-manifest", file = path,
      message = "this is no manifest of letters that this version knows", hint = "write the letters again" }
  end
  local below, round = head:match '"disclosure":{"suppress_below":(%d+),"round_to":(%d+)}'
  if below then
    made.disclosure = { suppress_below = math.tointeger(tonumber(below)), round_to = math.tointeger(tonumber(round)) }
  end
  for file, sha256 in head:gmatch '{"file":"([^"]*)","sha256":"(%x+)"}' do made.sources[file] = sha256 end
  for line in outputs:gmatch "[^\n]+" do
    local one = { file = value_of(line, "file"), bytes = value_of(line, "bytes"), sha256 = value_of(line, "sha256") }
    if not (one.file and one.bytes and one.sha256) then
      return nil, fault.new { code = "bad-manifest", file = path, value = line, message = "a line of the outputs cannot be read" }
    end
    made.outputs[#made.outputs + 1] = one
  end
  return made
end

return manifest
