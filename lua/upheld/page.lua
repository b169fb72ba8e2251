-- page.lua: HTML of one's own with {{ expression }} and {% lua %}: pages, tables and mailings that are no letters.
-- Owns: the face of the templates for HTML: every value is escaped, an absent name or value is an error with its line.
-- Must not: be used for letters: no number in a page is traced or checked.

local fault = require "upheld.fault"
local helpers = require "upheld.helpers"
local template = require "upheld.template"
local words = require "upheld.words"

---@class upheld.Page
---@operator call(table): string?
local Page = { __name = "upheld.page" }
Page.__index = Page

local NONE = {}

--- The page with these values, each of them escaped. `page(values)` is the same.
---@param values table<string, any>   what its expressions read, by name
---@return string? html, upheld.Fault? err   err.faults lists every fault, each with file, line and expression
function Page:render(values)
  if type(values) ~= "table" then error("page: a table of values is expected, not a " .. type(values), 2) end
  local environment = self.environment
  environment:enter(values, self.functions, NONE)
  local made = environment:html(self.compiled)
  if made then return made .. self.ending end
  return nil, fault.all(environment.faults, ("%s: %s"):format(self.file, words.counted(#environment.faults, "fault")))
end

Page.__call = Page.render

local page = {}

--- Compiles HTML that holds {{ expression }} and {% lua %}, to be rendered as often as wished.
---@param text string
---@param options { file: string?, functions: table<string, function>? }?   file: the name that errors give (the caller's own file when
---   absent); functions: what expressions may call besides the helpers of wordings
---@return upheld.Page? page, upheld.Fault? err
function page.compile(text, options)
  options = options or {}
  if type(text) ~= "string" then error("page: a text is expected, not a " .. type(text), 3) end
  fault.check_keys("page", options, { "file", "functions" }, 3)
  local file = options.file or debug.getinfo(3, "S").short_src
  local environment = template.environment(helpers)
  local compiled, err = environment:compile(text, { name = "page", file = file, line = options.file and 1 or nil })
  if not compiled then return nil, err end
  return setmetatable({ environment = environment, compiled = compiled, functions = options.functions or NONE, file = file,
    ending = text:find "\n$" and "\n" or "" }, Page)
end

return page
