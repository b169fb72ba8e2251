--- One decision's history: what stands, where it came from, and every earlier version with what replaced it.
-- Owns: how a history looks to a script, as text and as JSON. The core tells what changed.

local json = require "upheld.json_text"

local history = {}

---@class upheld.Change
---@field field string   column: "outcome", "compliance_date"; also "sample", "withdrawn", "compliance_stated"
---@field old string?    nil: not recorded
---@field new string?

---@class upheld.Version
---@field what "completed"|"corrected"|"withdrawn"
---@field of "decision"|"compliance"   which row was replaced
---@field at string                    when: "2026-05-01T12:00:00Z"
---@field reason string?
---@field file string?                 whose row replaced it; nil when a person withdrew the decision
---@field line integer?
---@field old_file string?             where the replaced row came from
---@field old_line integer?
---@field changes upheld.Change[]

---@class upheld.History   also a list of its versions, in order of time
---@field reference string
---@field authority string
---@field authority_code string
---@field known boolean         false: only a compliance outcome is stored, the decision is not
---@field withdrawn boolean
---@field file string?          where the decision as it stands came from
---@field line integer?
---@field compliance_file string?
---@field compliance_line integer?
---@field standing { field: string, value: string }[]   what stands, without what is not recorded
---@field [integer] upheld.Version
local History = { __name = "upheld.history" }

local FIELDS = { "reference", "authority", "authority_code", "known", "withdrawn", "file", "line", "compliance_file",
  "compliance_line", "standing" }
local KNOWN = {}
for _, key in ipairs(FIELDS) do KNOWN[key] = true end

function History.__index(_, key)
  if math.type(key) == "integer" or KNOWN[key] then return nil end
  if History[key] then return History[key] end
  error(('a history has no "%s"; %s'):format(tostring(key), require("upheld.fault").suggestion(key, FIELDS)), 2)
end

--- The core's table as a history.
---@package
function history.new(raw)
  for i, version in ipairs(raw.versions) do raw[i] = version end
  raw.versions = nil
  return setmetatable(raw, History)
end

local function place(file, line)
  return file and ("%s:%d"):format(file, line) or nil
end

--- One change as text: "outcome Upheld -> Not upheld".
---@param change upheld.Change
---@return string
function history.change_text(change)
  return ("%s %s -> %s"):format(change.field, change.old or "not recorded", change.new or "not recorded")
end

--- A version on one line: "2026-05-01T12:00:00Z  corrected by d2.csv:3 (was d1.csv:2): outcome Upheld -> Not upheld; reason: ..."
---@param version upheld.Version
---@return string
function history.line(version)
  local changes = {}
  for i, change in ipairs(version.changes) do changes[i] = history.change_text(change) end
  if version.what == "withdrawn" then
    return ("%s  withdrawn; reason: %s"):format(version.at, version.reason or "not recorded")
  end
  local by, was = place(version.file, version.line), place(version.old_file, version.old_line)
  return ("%s  %s%s%s: %s%s"):format(version.at, version.what, by and " by " .. by or "", was and " (was " .. was .. ")" or "",
    table.concat(changes, ", "), version.reason and "; reason: " .. version.reason or "")
end

--- The last withdrawal, when the decision is withdrawn.
---@return upheld.Version?
function History:withdrawal()
  if not self.withdrawn then return nil end
  for i = #self, 1, -1 do
    if self[i].what == "withdrawn" then return self[i] end
  end
end

function History:__tostring()
  local lines = { ("%s, %s (%s)"):format(self.reference, self.authority, self.authority_code) }
  local function add(...) lines[#lines + 1] = (...):format(select(2, ...)) end
  if self.known then add("Decision: %s", place(self.file, self.line) or "source not recorded")
  else add "Decision: not in the register; its compliance outcome is" end
  local compliance = place(self.compliance_file, self.compliance_line)
  if compliance then add("Compliance outcome: %s", compliance) end
  local withdrawal = self:withdrawal()
  if withdrawal then add("Withdrawn: %s: %s (it counts in no figure)", withdrawal.at, withdrawal.reason or "no reason") end
  add "What stands:"
  for _, each in ipairs(self.standing) do add("  %-20s %s", each.field, each.value) end
  add("Changes: %d", #self)
  for i = 1, #self do add("  %s", history.line(self[i])) end
  return table.concat(lines, "\n") .. "\n"
end

local VERSION_KEYS = { "what", "of", "at", "reason", "file", "line", "old_file", "old_line" }
local CHANGE_KEYS = { "field", "old", "new" }

--- The pairs of a version, for json_text.object.
---@param version upheld.Version
---@return { [1]: string, [2]: string }[]
function history.version_pairs(version)
  local out, changes = {}, {}
  for i, key in ipairs(VERSION_KEYS) do out[i] = { key, json.value(version[key]) } end
  for i, change in ipairs(version.changes) do changes[i] = json.fields(change, CHANGE_KEYS) end
  out[#out + 1] = { "changes", "[" .. table.concat(changes, ",") .. "]" }
  return out
end

--- The history as one JSON object, its keys always the same.
---@return string
function History:json()
  local out, standing, versions = {}, {}, {}
  for _, key in ipairs(FIELDS) do
    if key ~= "standing" then out[#out + 1] = { key, json.value(self[key]) } end
  end
  for i, each in ipairs(self.standing) do standing[i] = { each.field, json.value(each.value) } end
  for i = 1, #self do versions[i] = json.object(history.version_pairs(self[i])) end
  out[#out + 1] = { "standing", json.object(standing) }
  out[#out + 1] = { "changes", json.array(versions) }
  return json.object(out) .. "\n"
end

return history
