-- office/archive.lua: a ZIP archive written again: one time at every file in it, and some files with another content (PKWARE,
-- APPNOTE.TXT 4.3: before each file a header "PK\3\4", at the end a directory "PK\1\2" and its end "PK\5\6").
-- Owns: that the same letters are the same bytes, whatever clock wrote the archive; what is put into it stands there uncompressed.
-- Must not: uncompress anything; know what an archive is of.

local archive = {}

local STAMP = "\0\0\33\0" -- 1 January 1980, midnight: the earliest that the format knows
local DESCRIBED = 8       -- flag: the sizes follow the file; then they are not in its header

local CRC = {}
for i = 0, 255 do
  local c = i
  for _ = 1, 8 do c = c & 1 == 1 and 0xEDB88320 ~ c >> 1 or c >> 1 end
  CRC[i] = c
end

local function crc32(s)
  local c = 0xFFFFFFFF
  for i = 1, #s do c = CRC[(c ~ s:byte(i)) & 255] ~ c >> 8 end
  return c ~ 0xFFFFFFFF
end

-- The entries of the directory in their order, and where it begins and what ends it; or nil.
local function entries_of(bytes)
  local finish = bytes:find("PK\5\6", -22 - 65535, true) or bytes:find("PK\5\6", 1, true)
  if not finish or #bytes < finish + 21 then return nil end
  local count, first = string.unpack("<I2", bytes, finish + 10), string.unpack("<I4", bytes, finish + 16)
  local list, at = {}, first + 1
  for i = 1, count do
    local name_size, extra, comment = string.unpack("<I2I2I2", bytes, at + 28)
    list[i] = { record = bytes:sub(at, at + 45 + name_size + extra + comment), name = bytes:sub(at + 46, at + 45 + name_size),
      offset = string.unpack("<I4", bytes, at + 42), flags = string.unpack("<I2", bytes, at + 8) }
    at = at + #list[i].record
  end
  return list, first, bytes:sub(finish)
end

-- A file's header and bytes, and its entry of the directory without the offset, both with the one time.
local function remade(entry, bytes, stop, content)
  local from = entry.offset + 1
  local header, body = bytes:sub(from, from + 29), bytes:sub(from + 30, stop)
  local record = entry.record
  if content then
    -- stored: no flags but that of UTF-8, method 0, both sizes the same
    local what = string.pack("<I2I2", entry.flags & 0x800, 0) .. STAMP
      .. string.pack("<I4I4I4", crc32(content), #content, #content)
    header = header:sub(1, 6) .. what .. string.pack("<I2I2", #entry.name, 0)
    body = entry.name .. content
    record = record:sub(1, 8) .. what .. record:sub(29)
  else
    header = header:sub(1, 10) .. STAMP .. header:sub(15)
    record = record:sub(1, 12) .. STAMP .. record:sub(17)
  end
  return header .. body, record
end

--- An archive with one time at every file, and other contents in place of some.
---@param bytes string
---@param contents table<string, string>?   by the file's name; what is not in the archive is left out
---@return string bytes   the same where it is no archive
function archive.remade(bytes, contents)
  local list, first, finish = entries_of(bytes)
  if not list then return bytes end
  local offsets = { first }
  for _, entry in ipairs(list) do offsets[#offsets + 1] = entry.offset end
  table.sort(offsets)
  local stop_of = {}
  for i, offset in ipairs(offsets) do stop_of[offset] = offsets[i + 1] end
  local files, records, at = {}, {}, 0
  for i, entry in ipairs(list) do
    local content = contents and entry.flags & DESCRIBED == 0 and contents[entry.name]
    local file, record = remade(entry, bytes, stop_of[entry.offset], content)
    files[i], records[i] = file, record:sub(1, 42) .. string.pack("<I4", at) .. record:sub(47)
    at = at + #file
  end
  local directory = table.concat(records)
  return table.concat(files) .. directory .. finish:sub(1, 12) .. string.pack("<I4I4", #directory, at) .. finish:sub(21)
end

return archive
