-- outputs.lua: the folder that letters, or drafts of e-mails, are written into.
-- Owns: that no letter of an earlier run lies among those of this one: one that is withheld now, or has another form. Such a folder
-- is refused, or cleared of what its own manifest says upheld wrote there, as it wrote it.
-- Must not: remove a file that is not in the manifest or was changed since; know what a letter says.

local fault = require "upheld.fault"
local forms = require "upheld.forms"
local manifest = require "upheld.manifest"
local words = require "upheld.words"

local outputs = {}

local SHOWN = 5 -- names in a message

local function shown(names)
  if #names <= SHOWN then return words.list(names) end
  return ("%s and %d more"):format(table.concat(names, ", ", 1, SHOWN), #names - SHOWN)
end

-- Whether a file has the name of a letter, or a draft, of an authority, or of all letters.
local function is_letter(name, year)
  local code = forms.code_of(name)
  if not code then return false end
  if forms.taken()[code:lower()] then return true end
  local council, err = year:authority(code)
  return council ~= nil or err.code == "not-in-year" or err.code == "ambiguous-authority"
end

-- The files of letters in a folder that are not among these names; and what its manifest says of each.
local function others(core, directory, written, year)
  local names = core.list_files(directory)
  local old, listed, list = manifest.read(directory), {}, {}
  for _, one in ipairs(old and old.outputs or {}) do listed[one.file] = one end
  if old then listed[manifest.NAME] = {} end
  for name in (names or ""):gmatch "[^%z]+" do
    if not written[name] and (listed[name] or is_letter(name, year)) then list[#list + 1] = name end
  end
  return list, listed
end

-- Those that are not as upheld wrote them there.
local function not_ours(core, directory, names, listed)
  local list = {}
  for _, name in ipairs(names) do
    local one = listed[name]
    local bytes = one and one.sha256 and core.read_file(directory .. "/" .. name)
    if not one or one.sha256 and (not bytes or core.sha256(bytes) ~= one.sha256) then list[#list + 1] = name end
  end
  return list
end

--- Writes files into a folder: all of them or none; made when it is not there.
---@param directory string
---@param files { [1]: string, [2]: string }[]   names and bytes
---@param options { year: upheld.Year, replace: boolean? }   year: whose authorities have letters; replace: remove what lies there of
---   an earlier run, as its manifest has it
---@return true? written, upheld.Fault? err   "other-letters" where the folder holds letters that are not among the files
function outputs.write(directory, files, options)
  local core, written = require "upheld.core", {} -- here and not above: rendering needs no C
  for _, file in ipairs(files) do written[file[1]] = true end
  local names, listed = others(core, directory, written, options.year)
  if #names > 0 and not options.replace then
    return nil, fault.new { code = "other-letters", file = directory,
      message = ("the folder holds letters that this run does not write: %s"):format(shown(names)),
      hint = "take an empty folder, or --replace (replace = true), which removes what upheld wrote there" }
  end
  local foreign = not_ours(core, directory, names, listed)
  if #foreign > 0 then
    return nil, fault.new { code = "other-letters", file = directory,
      message = ("the folder holds letters that are not as upheld wrote them there, or were never: %s"):format(shown(foreign)),
      hint = "they are not removed: move them, or take an empty folder" }
  end
  local done, err = core.write_files(directory, files)
  if not done then return nil, err end
  for _, name in ipairs(names) do
    local removed, why = os.remove(directory .. "/" .. name)
    if not removed then
      return nil, fault.new { code = "other-letters", file = directory,
        message = "a letter of an earlier run cannot be removed: " .. why }
    end
  end
  return true
end

return outputs
