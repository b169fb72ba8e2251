-- template/charts.lua: the functions of wordings that draw charts.
-- Owns: that the texts given for a chart have no numbers of their own, and that each chart has an id of its own in its letter.
-- Must not: draw (chart.lua does).

local fault = require "upheld.fault"
local globals = require "upheld.template.globals"
local language = require "upheld.language"

local charts = {}

local function refuse_number(digits, key)
  error(fault.new { code = "number-without-source", value = digits,
    message = ('the number %s in the text "%s" of a chart comes from no figure, fact or date'):format(digits, key),
    hint = ('the chart puts its numbers in itself; declare another one: literal "%s"'):format(digits) }, 0)
end

-- A text given for a chart has no numbers but those of the language's own text, and declared ones.
local function check_chart_words(self, given, own)
  for key, text in globals.sorted_pairs(given) do
    local usual = type(own) == "table" and own[key] or nil
    if type(text) == "table" then
      check_chart_words(self, text, usual)
    elseif type(text) == "string" then
      local there = {}
      for digits in (type(usual) == "string" and usual or ""):gmatch("%d+") do there[digits] = true end
      for digits in text:gmatch("%d+") do
        local n = math.tointeger(tonumber(digits))
        if not there[digits] and not (n and self.recorder:knows(n)) then refuse_number(digits, tostring(key)) end
      end
    end
  end
end

--- The function by which wording draws a chart of a council's rates, or of a series over years, on a line of its own.
---@param self upheld.Environment
---@param kind "rates"|"years"
---@param class table   the metatable of what it gives, for the environment to know it by
---@return fun(object: any, options: table?): table
function charts.of(self, kind, class)
  return function(object, options)
    self.charts = self.charts + 1
    local given = {}
    for key, value in pairs(options or {}) do given[key] = value end
    if given.id == nil then given.id = ("chart-%d"):format(self.charts) end
    if self.prefix and type(given.id) == "string" then given.id = self.prefix .. given.id end
    if self.recorder and type(given.words) == "table" then check_chart_words(self, given.words, self.spoken.chart) end
    given.words = language.chart_words(self.spoken, given.words)
    local real = self.recorder and self.recorder.reals[object] or object
    local chart = require("upheld.chart")[kind](real, given)
    chart.marks = self.recorder and self.recorder:chart_marks(object, chart.table)
    return setmetatable({ chart = chart }, class)
  end
end

return charts
