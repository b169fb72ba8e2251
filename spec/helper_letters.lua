-- helper_letters.lua: a year, councils and figures made of plain tables, with the
-- face that letters see. For specs of wording and letters only: the rates are
-- given, not computed, but for the simple ones that figure() makes from counts.

local helper = {}

local Figure = {}
local FIELDS = { numerator = true, denominator = true, percent = true, value = true, reason = true, peer = true, late = true,
  class_name = true, caution = true, unit = true, rounded_to = true, lower_quartile = true, upper_quartile = true }

-- As strict as the real figure: a slip in a wording is found by its spec.
function Figure.__index(_, key)
  if Figure[key] == nil and not FIELDS[key] then error(('a figure has no "%s"'):format(tostring(key)), 2) end
  return Figure[key]
end

function Figure:__tostring()
  if not self.percent then return ("no rate (%s)"):format(self.reason) end
  return ("%d%% (%d of %d)"):format(self.percent, self.numerator, self.denominator)
end

function Figure:peers()
  return self.peer
end

function Figure:class()
  if self.class_name then return self.class_name end
  return nil, "no-peers"
end

--- A figure from counts; extra fields over it. Without counts it is not recorded.
function helper.figure(name, numerator, denominator, extra)
  local f = { name = name, numerator = numerator, denominator = denominator, basis = "records", rounded_to_bound = false }
  if not denominator then
    f.reason = "not-recorded"
  elseif denominator == 0 then
    f.reason = ({ upheld = "none-investigated", compliance = "no-compliance-outcomes" })[name] or "none-upheld"
  else
    f.percent = (200 * numerator + denominator) // (2 * denominator)
    f.rounded_to_bound = (f.percent == 100 and numerator < denominator) or (f.percent == 0 and numerator > 0)
  end
  for key, value in pairs(extra or {}) do f[key] = value end
  if f.value then f.percent = nil end -- a rate per residents is no percentage
  return setmetatable(f, Figure)
end

--- A peer group, complete unless said otherwise.
function helper.peers(percent, extra)
  local p = {
    percent = percent, authorities = 158, without_rate = 23, unknown = 0, of = 181, average = "pooled", include_self = true,
  }
  for key, value in pairs(extra or {}) do p[key] = value end
  return p
end

--- A council; what is given stands instead of the usual.
function helper.council(given)
  given = given or {}
  local council = {
    code = "E07000115", name = "Tonbridge and Malling Borough Council", type = "District", region = "South East",
    recipient = { name = "Ms J Example", role = "Chief Executive", salutation = "Ms Example" },
    upheld = helper.figure("upheld", 2, 3, { peer = helper.peers(45) }),
    compliance = helper.figure("compliance", 2, 2, { peer = helper.peers(99) }),
    satisfactory_remedy = helper.figure("satisfactory_remedy", 0, 2, { peer = helper.peers(20) }),
    outcomes = { Upheld = 2, ["Not upheld"] = 1 },
  }
  for key, value in pairs(given) do council[key] = value end
  if given.recipient == false then council.recipient = nil end
  return council
end

--- A year of these councils.
function helper.year(councils)
  local year = { year = 2020, starts = "2019-04-01", ends = "2020-03-31" }
  function year.authorities()
    local i = 0
    return function()
      i = i + 1
      return councils[i]
    end
  end
  function year.authority(_, name)
    for _, council in ipairs(councils) do
      if council.name == name or council.code == name then return council end
    end
    return nil, { code = "no-such-authority", message = ('no authority "%s"'):format(name) }
  end
  return year
end

--- A file with this content in a folder of its own; gives its path. The spec removes it by helper.clean().
local made = {}
function helper.file(content)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(content)
  file:close()
  made[#made + 1] = path
  return path
end

function helper.clean()
  for _, path in ipairs(made) do os.remove(path) end
  made = {}
end

return helper
