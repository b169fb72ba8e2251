--- upheld: decision records, the figures of the annual review letter, and the letters.
-- Owns: the face that users require. It prints nothing, sets no global, touches no file when it is required, and needs nothing but the
-- C module. It computes nothing: every number comes from upheld.core.

local core = require "upheld.core"
local fault = require "upheld.fault"
local register = require "upheld.register"
local schemes = require "upheld.schemes"

---@class upheld
local upheld = {
  version = core.version, ---@type string
  stats = require "upheld.stats",
}

--- Opens a register, which is made at its first import when it is not there.
---@param path string       a file, or ":memory:"
---@param options { scheme: (string|table)?, busy: integer? }?
---   scheme: name ("lgsco"), path of a Lua file, or scheme table; the register remembers its own. busy: milliseconds to wait for
---   another program that holds the register (5000)
---@return upheld.Register? register
---@return upheld.Error? err
function upheld.open(path, options)
  if type(path) ~= "string" then error("open: a path is expected, not " .. type(path), 2) end
  options = options or {}
  fault.check_keys("open", options, { "scheme", "busy" })
  return register.open(path, options)
end

--- Reads files straight to figures, without a register.
---@param options table     authorities and decisions (paths or lists of paths), compliance, population, published, columns, dates,
---   encoding, strict, rejects, progress, scheme; threads that read the decisions, this one among them (1; at most 64), where all files
---   are regular ones: what comes out is the same for any number
---@return upheld.Book? book    has years, year and figures as a register has; its decisions cannot be listed
---@return upheld.Report|upheld.Error report
function upheld.read(options)
  return register.read(options)
end

--- Compiles a scheme: one ombudsman's words as a table.
---@param scheme string|table  name, path of a Lua file, or table
---@return upheld.CompiledScheme? scheme
---@return upheld.Error? err
function upheld.scheme(scheme)
  return schemes.compile(scheme)
end

--- Loads a wording, to change it before letters are made (wording:with).
---@param path string
---@return upheld.Wording? wording
---@return upheld.Error? err
function upheld.wording(path)
  return require("upheld.wording").load(path)
end

--- Compiles HTML of one's own with {{ expression }} and {% lua %}, every value escaped: pages that are no letters, since no number
--- in them is traced.
---@param text string
---@param options { file: string?, functions: table<string, function>? }?
---@return upheld.Page? page   page(values) -> html, or nil and every fault
---@return upheld.Error? err
function upheld.page(text, options)
  local page, err = require("upheld.page").compile(text, options) -- no tail call: errors name the caller's line
  return page, err
end

return upheld
