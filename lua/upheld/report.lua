--- What an import says.
-- Owns: the face of a report; its counts and texts are the core's.

local fault = require "upheld.fault"

local report = {}

---@class upheld.Report
---@field written boolean     the rows are in the register
---@field fatal integer       faults that stopped everything
---@field errors integer      faults that rejected a row
---@field warnings integer
---@field unlisted integer    faults beyond the limit of the list, counted only
---@field files { file: string, kind: string, sha256: string?, read: integer, accepted: integer, rejected: integer, unchanged: integer, corrected: integer, completed: integer, warnings: integer }[]
---@field json string         as `upheld import --json` prints it
local Report = { __name = "upheld.report" }
Report.__index = Report

--- One line a file: "decisions.csv: 17412 read, 17409 accepted, 3 rejected, 12 warnings".
function Report:__tostring()
  return (self.summary or ""):gsub("\n$", "")
end

--- Rows read from all files.
---@return integer
function Report:__len()
  local sum = 0
  for _, file in ipairs(self.files) do sum = sum + file.read end
  return sum
end

local SEVERITIES = { warning = true, error = true, fatal = true }

--- Iterates over the faults, in the order of files and lines.
---@param options { severity: ("warning"|"error"|"fatal")?, code: string? }?
---@return fun(): upheld.Error?
function Report:faults(options)
  options = options or {}
  fault.check_keys("faults", options, { "severity", "code" })
  if options.severity ~= nil and not SEVERITIES[options.severity] then
    error("faults: " .. fault.suggestion(options.severity, { "warning", "error", "fatal" }), 2)
  end
  local i = 0
  return function()
    while true do
      i = i + 1
      local one = self.list[i]
      if not one then return nil end
      if (not options.severity or one.severity == options.severity) and (not options.code or one.code == options.code) then
        return one
      end
    end
  end
end

---@param raw table   a report of the core
---@return upheld.Report
function report.new(raw)
  return setmetatable(raw, Report)
end

return report
