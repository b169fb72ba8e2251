--- The average of similar authorities as a script sees it, and the groups that it can be of.
-- Owns: the rule of an average in words; the names of groups and sets, and the core's form of them. It computes nothing.

local fault = require "upheld.fault"
local words = require "upheld.words"

local peers = {}

---@class upheld.Peers
---@field average "pooled"|"mean"|"median"
---@field include_self boolean
---@field group "type"|"region"|"type in region"|"set"
---@field group_name string       "District", "South East", the name of the set
---@field group_version string?   of a set
---@field minimum integer?        as asked for
---@field numerator integer?      pooled sums, whatever the average; absent for days
---@field denominator integer?
---@field percent integer?
---@field value string?           printed average of rates that are no whole per cents
---@field unit "days"?            as the figure's
---@field lower_quartile string?  of the authorities' rates, printed as the rate is
---@field upper_quartile string?
---@field plotted number?         the average as a number for charts, never for printing
---@field reason string?          where there is no average: "peers-without-rate", "too-few-peers", "suppressed", "rounded"
---@field rounded_to_bound boolean
---@field authorities integer     in the average
---@field without_rate integer    with nothing in the denominator
---@field unknown integer         with nothing known
---@field suppressed integer?     not printed, since they are small; in the pooled sums of a type, and in nothing else
---@field of integer              all of the group
---@field as_published number?    the printed average of the type
local Peers = { __name = "upheld.peers" }

local PEERS_FIELDS = { "average", "include_self", "group", "group_name", "group_version", "minimum", "numerator", "denominator",
  "percent", "value", "unit", "lower_quartile", "upper_quartile", "plotted", "reason", "rounded_to_bound", "authorities",
  "without_rate", "unknown", "suppressed", "of", "as_published" }
local PEERS_FIELD = {}
for _, key in ipairs(PEERS_FIELDS) do PEERS_FIELD[key] = true end

function Peers.__index(_, key)
  if PEERS_FIELD[key] then return nil end -- known, and absent
  local method = Peers[key]
  if method ~= nil then return method end
  error(('peers have no "%s"; %s'):format(tostring(key), fault.suggestion(key, PEERS_FIELDS)), 2)
end

--- "45% (158 of 181 authorities)"; with small counts hidden "45% (150 of 181 authorities, 8 not shown)"
function Peers:__tostring()
  local rate = self.percent and self.percent .. "%" or self.value or "no rate"
  if self.unit and self.value then rate = words.days(self.value) end
  local hidden = self.suppressed and (", %d not shown"):format(self.suppressed) or ""
  return ("%s (%d of %d authorities%s)"):format(rate, self.authorities, self.of, hidden)
end

--- The rule of the average in words: "pooled average of the type District, the authority in it".
---@return string
function Peers:rule()
  local days = self.unit == "days"
  local average = self.average .. (days and " of the medians" or " of the rates")
  if self.average == "pooled" then average = days and "median of all cases" or "pooled average" end
  local group = self.group == "set" and ("the set %s%s"):format(self.group_name,
    self.group_version and " (version " .. self.group_version .. ")" or "") or ("the %s %s"):format(self.group, self.group_name)
  local hidden = ""
  if self.suppressed then
    local summed = self.average == "pooled" and self.group == "type" and not days
    hidden = summed and ", those not shown in it" or ", those not shown not in it"
  end
  return ("%s of %s, the authority %s it%s"):format(average, group, self.include_self and "in" or "not in", hidden)
end

--- The authorities of the group by what they are in the average: in it, with nothing in the denominator, not known.
---@return { ["in"]: upheld.Authority[], without_rate: upheld.Authority[], unknown: upheld.Authority[], suppressed: upheld.Authority[] }
function Peers:members()
  local f = rawget(self, "figure")
  local lists = table.pack(rawget(self, "grouping"):members(f.authority.index, f.name))
  local out = {}
  for i, key in ipairs { "in", "without_rate", "unknown", "suppressed" } do
    out[key] = {}
    for k, index in ipairs(lists[i]) do out[key][k] = f.year:authority_at(index) end
  end
  return out
end

--- A set of authorities to compare with, by name and version.
---@class upheld.PeerSet
---@field name string
---@field version string?
---@field codes string[]   in code order
local PeerSet = { __name = "upheld.peer_set" }

local SET_FIELDS = { "name", "version", "codes" }

function PeerSet.__index(_, key)
  if key == "version" then return nil end
  error(('a peer set has no "%s"; %s'):format(tostring(key), fault.suggestion(key, SET_FIELDS)), 2)
end

--- "kent-districts (version 2020): 12 authorities"
function PeerSet:__tostring()
  return ("%s%s: %d authorities"):format(self.name, self.version and " (version " .. self.version .. ")" or "", #self.codes)
end

local GROUPS = { "type", "region", "type in region" }

-- Indexes of a set's codes.
function peers.set_rule(evidence, set)
  local members = {}
  for i, code in ipairs(set.codes) do
    local index, err = evidence:find(code)
    if not index then return nil, ("the set %s: %s"):format(set.name, tostring(err)) end
    members[i] = index
  end
  return { group = "set", set = set.name, version = rawget(set, "version"), members = members }
end

-- A set of the scheme: { name, version, authorities = codes or names } or { name, version, where = function(authority) }.
local function scheme_set(evidence, entry)
  local codes = {}
  for i, name in ipairs(entry.authorities or {}) do
    local index, err = evidence:find(name)
    if not index then return nil, ("the set %s: %s"):format(entry.name, tostring(err)) end
    codes[i] = evidence:authority(index).code
  end
  if entry.where then
    for index = 0, evidence:count() - 1 do
      local a = evidence:authority(index)
      if evidence:parts(index) == index and entry.where(a) then codes[#codes + 1] = a.code end
    end
  end
  if #codes == 0 then return nil, ('the set "%s" has no authority'):format(entry.name) end
  table.sort(codes)
  return peers.set_rule(evidence, { name = entry.name, version = entry.version, codes = codes })
end

--- The core's form of a group by name: one of the groups, or a set of the scheme.
---@package
function peers.group_rule(evidence, scheme, name)
  local names = table.move(GROUPS, 1, #GROUPS, 1, {})
  for _, each in ipairs(GROUPS) do
    if each == name then return { group = name } end
  end
  for _, entry in ipairs(scheme.source.peer_sets or {}) do
    if entry.name == name then return scheme_set(evidence, entry) end
    names[#names + 1] = entry.name
  end
  return nil, ("there is no group %s; %s"):format(tostring(name), fault.suggestion(type(name) == "string" and name or nil, names))
end

--- A peers object from what the core gave.
---@package
function peers.new(raw)
  return setmetatable(raw, Peers)
end

--- A set from its name, version and codes in order.
---@package
function peers.new_set(fields)
  return setmetatable(fields, PeerSet)
end

--- Whether a value is a set.
---@package
function peers.is_set(value)
  return getmetatable(value) == PeerSet
end

return peers
