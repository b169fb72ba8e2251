-- chart.lua: charts of figures for letters: a drawing, its words and its table, all from the same figures.
-- Owns: that every number of a chart is a figure's own printed text; that what has no rate is a reason in words
-- and never zero; that no line crosses a gap or a break of definition.
-- Must not: make or round a rate (places on the scale come from figure.plotted and the interval), or know a letter.

local bidi = require "upheld.markup.bidi"
local core = require "upheld.core"
local fault = require "upheld.fault"
local helpers = require "upheld.helpers"
local kept = require "upheld.kept"
local svg = require "upheld.chart.svg"

local chart = {}

-- Every text of a chart; options.words replaces some or all, reasons and labels one by one.
local WORDS = require("upheld.language.en").chart
local WORD_NAMES = {}
for name in pairs(WORDS) do WORD_NAMES[#WORD_NAMES + 1] = name end
table.sort(WORD_NAMES)

local LAST_YEARS = 5
local SHARES = 3 -- of the scheme's indicators, when none are asked for

---@class upheld.ChartTable
---@field caption string
---@field header string[]
---@field rows string[][]   as many cells as the header
---@field said string       the description as far as it is of figures: what is said where there is no drawing

---@class upheld.Chart
---@field svg string           one <svg> element that needs nothing outside itself
---@field title string
---@field description string   what the drawing shows, in sentences
---@field table upheld.ChartTable   every figure of the drawing

--------------------------------------------------------------------------------
-- Words

local names_in = kept.function_of(function(template)
  local names = {}
  for name in template:gmatch("{([%a_]+)}") do names[#names + 1] = name end
  return names
end)

-- A text with its {names} replaced.
local function fill(template, values)
  for _, name in ipairs(names_in(template)) do
    if values[name] == nil then error(('words: there is no value for "{%s}"'):format(name), 0) end
  end
  return (template:gsub("{([%a_]+)}", values))
end

-- The texts: ours with those given in their place.
local function words_of(given)
  if given == nil or given == WORDS then return WORDS end
  fault.check_keys("words", given, WORD_NAMES, 4)
  local made = {}
  for name, text in pairs(WORDS) do
    made[name] = given[name] == nil and text or given[name]
    if type(made[name]) ~= type(text) then error(('words: "%s" must be a %s'):format(name, type(text)), 4) end
  end
  for _, several in ipairs { "reasons", "labels", "units", "breaks" } do
    made[several] = {}
    for code, text in pairs(WORDS[several]) do made[several][code] = text end
    for code, text in pairs(given[several] or {}) do made[several][code] = text end
  end
  return made
end

-- Options that both kinds share: words and id.
local function checked(what, options, known)
  options = options or {}
  fault.check_keys(what, options, known, 3)
  local id = options.id == nil and "chart" or options.id
  if type(id) ~= "string" or not id:find "^%a[%w_-]*$" then
    error(what .. ": id is a letter followed by letters, digits, - and _", 3)
  end
  return { id = id, words = words_of(options.words) }, options
end

-- An indicator's label: the wording's word for its name, the language's for its label, the scheme's own.
local function label_words(w, of) return w.labels[of.name] or w.labels[of.label] or of.label end

local function unit_words(w, unit) return w.units[unit] or unit end

local function reason_words(w, code) return w.reasons[code] or (code:gsub("-", " ")) end

-- Whole per cent, or the words for a rate that rounding alone brought to a bound, as helpers.rate has them.
local function per_cent(w, f)
  if f.rounded_to_bound then return f.percent == 0 and w.under or w.over end
  return ("%d%%"):format(f.percent)
end

-- "67%", "more than 99%", "46.2%", "87 days", "5.5 per 100,000"; nil without a rate. `unit` is absent for shares.
local function rate_words(w, f, unit)
  if f.percent then return per_cent(w, f) end
  if not f.value then return nil end
  if unit == "days" then return w.days(f.value) end
  return unit and ("%s %s"):format(f.value, unit_words(w, unit)) or f.value .. "%"
end

local function counts_words(w, f)
  if f.reason == "suppressed" then return w.hidden end
  local x, n = f.numerator, f.denominator
  if not x then return n and fill(w.only_of, { denominator = n }) or w.not_known end
  if not n then return ("%d"):format(x) end
  local counts = fill(w.of, { numerator = x, denominator = n })
  local late = f.late
  return late and late > 0 and fill(w.late, { counts = counts, late = late }) or counts
end

-- Both bounds as they are printed, or nil. No interval is said to be of 100% to 100% or of 0% to 0% where it is wider.
local function interval_words(w, f, unit, low, high)
  if not low then return nil end
  if unit then
    local decimals = unit == "days" and 0 or #(f.value:match "%.(%d+)$" or "")
    local upto = core.number(high, decimals)
    return fill(w.to, { low = core.number(low, decimals), high = unit == "days" and w.days(upto) or upto })
  end
  local from, upto = core.number(low * 100, 0) .. "%", core.number(high * 100, 0) .. "%"
  if from == "100%" then from = w.over end
  if upto == "0%" then upto = w.under end
  return fill(w.to, { low = from, high = upto })
end

-- What all outputs say of one rate, f being a figure or the entry of a series: text is all of it, cell and short are the rate alone
-- with and without the reason there is none; low, high and plotted are its places.
local function said(w, f, unit, interval)
  local made = { rate = rate_words(w, f, unit), counts = counts_words(w, f) }
  made.known = f.reason ~= "suppressed" and (f.numerator or f.denominator)
  if not made.rate then
    made.short = f.reason == "suppressed" and w.hidden or w.no_rate
    made.cell = f.reason == "suppressed" and w.hidden or fill(w.because, { reason = reason_words(w, f.reason) })
    made.interval = f.reason == "suppressed" and w.hidden or w.none
    made.text = made.known and fill(w.with_counts, { rate = made.cell, counts = made.counts }) or made.cell
    return made
  end
  local low, high = interval(f)
  if low then made.low, made.high = low, high end
  made.plotted, made.short, made.cell = f.plotted, made.rate, made.rate
  made.interval = interval_words(w, f, unit, made.low, made.high)
  made.text = fill(w.with_counts, { rate = made.rate, counts = made.counts })
  if made.interval then made.text = fill(w.with_interval, { rate = made.text, interval = made.interval }) end
  made.interval = made.interval or w.none
  return made
end

-- The average of the peers: { cell, text, plotted }, or nil without peers. One over a part of them gives way to the published one.
local function said_of_peers(w, figure, options)
  local p = figure:peers(options)
  if not p then return nil end
  if p.unknown > 0 and p.as_published then
    local cell = fill(w.as_published, { rate = helpers.printed(p.as_published) .. "%" })
    return { cell = cell, text = fill(w.peers, { average = cell }), plotted = p.as_published / 100 }
  end
  local rate = p.percent and per_cent(w, p) or p.value and p.value .. "%"
  if not rate then
    local hidden = p.reason == "suppressed"
    return { cell = hidden and w.hidden or w.none, text = hidden and w.peers_hidden or w.no_peers }
  end
  if p.unknown > 0 then rate = fill(w.part_known, { rate = rate, authorities = p.authorities, of = p.of }) end
  return { cell = rate, text = fill(w.peers, { average = rate }), plotted = p.plotted }
end

--------------------------------------------------------------------------------
-- The rates of a year

local function is_share(indicator)
  return not indicator.median_days and not indicator.denominator.residents and (indicator.per or 100) == 100
end

-- The figures that are drawn, in order.
local function chosen(council, names)
  local indicators, list = council.year.scheme.indicators, {}
  if names == nil then
    for _, indicator in ipairs(indicators) do
      if #list < SHARES and is_share(indicator) then list[#list + 1] = council:figure(indicator.name) end
    end
    if #list == 0 then error("rates: the scheme has no indicator that is a share", 3) end
    return list
  end
  if type(names) ~= "table" or #names == 0 then error('rates: figures is a list of indicators such as { "upheld" }', 3) end
  for i, name in ipairs(names) do
    list[i] = council:figure(name)
    if not is_share(indicators[name]) then error(('rates: the indicator "%s" is no share of 0 to 100%%'):format(name), 3) end
  end
  return list
end

local LEFT, RIGHT = 20, 320 -- where 0% and 100% stand; the marks and the scale's texts need the rest

local function across(proportion) return LEFT + (RIGHT - LEFT) * math.max(0, math.min(1, proportion)) end

local HEADING, PLAIN, SMALL = svg.style(15, { bold = true, colour = svg.INK }), svg.style(14), svg.style(13)
local RULE, DASHED = svg.stroke(svg.RULE, 1), svg.stroke(svg.RULE, 1, "2 4")
local BREAK = svg.stroke(svg.MUTED, 1.5, "6 4")
local MIDDLE, LAST = svg.style(13, { anchor = "middle" }), svg.style(13, { anchor = "end" })
local YEAR = svg.style(14, { anchor = "middle", bold = true })
local RATE = svg.style(14, { anchor = "middle", colour = svg.INK })

-- The same in every chart with as long words.
local quarters_at = kept.function_of(function(y)
  return svg.part(function(canvas)
    for quarter = 0, 4 do canvas:line(across(quarter / 4), y - 12, across(quarter / 4), y + 12, RULE) end
  end)
end)

local scale_at = kept.function_of(function(y)
  return svg.part(function(canvas)
    local ticks = {}
    for quarter = 0, 4 do ticks[quarter + 1] = { text = ("%d%%"):format(quarter * 25), x = across(quarter / 4), y = y } end
    canvas:scale(ticks, MIDDLE)
  end)
end)

-- One row from y on; gives where the next begins. Its words stand above its marks, so no mark can lie on them.
local function draw_rate(canvas, y, row)
  local label, full = svg.wrap(row.label, 15, RIGHT - LEFT, 2)
  y = canvas:text(LEFT, y + 16, label, HEADING, full)
  local parts = svg.width(row.both, 14) <= RIGHT - LEFT and { row.both } or { row.text, row.beside }
  for _, part in ipairs(parts) do y = canvas:text(LEFT, y, (svg.wrap(part, 14, RIGHT - LEFT)), PLAIN) end
  y = y + 2
  canvas:add(quarters_at(y))
  canvas:line(LEFT, y, RIGHT, y, row.plotted and RULE or DASHED)
  if row.low then canvas:interval(across(row.low), y, across(row.high), y) end
  if row.peers and row.peers.plotted then canvas:diamond(across(row.peers.plotted), y) end
  if row.plotted then canvas:dot(across(row.plotted), y) end
  return y + 18
end

local function draw_rates(rows, name, w)
  local canvas, y, rate, peers, interval = svg.canvas(), 4, nil, nil, nil
  for i, row in ipairs(rows) do
    y = draw_rate(canvas, y + (i > 1 and 10 or 0), row)
    rate, interval, peers = rate or row.plotted, interval or row.low, peers or row.peers and row.peers.plotted
  end
  canvas:add(scale_at(y + 10))
  local items = {}
  if rate then items[1] = { words = name, draw = function(x, at) canvas:dot(x + 17, at) end } end
  if interval then
    items[#items + 1] = { words = w.legend_interval, draw = function(x, at) canvas:interval(x + 2, at, x + 32, at) end }
  end
  if peers then
    items[#items + 1] = { words = w.legend_peers, draw = function(x, at) canvas:diamond(x + 17, at) end }
  end
  return canvas, canvas:legend(y + 36, items)
end

--- The rates of one authority in one year: a dot each with its interval, and the average of similar authorities.
---@param council upheld.Authority
---@param options { figures: string[]?, peers: table?, id: string?, words: table? }?
---   figures: indicators that are shares, the first three of the scheme when absent; peers: options of figure:peers;
---   id: beginning of the ids in the drawing, "chart" when absent: another for each chart of a page; words: texts in another language
---@return upheld.Chart
function chart.rates(council, options)
  if (getmetatable(council) or {}).__name ~= "upheld.authority" then
    error("rates: an authority is expected, not " .. type(council), 2)
  end
  local made
  made, options = checked("rates", options, { "figures", "peers", "id", "words" })
  local w, sentences, of_row, rows, marked = made.words, {}, {}, {}, nil
  made.title = fill(w.rates_title, { authority = bidi.isolated(council.name), date = w.date(council.year.ends) })
  if council.year.boundaries == "as it is now" then made.title = fill(w.now, { title = made.title }) end
  made.table = { caption = made.title, header = { w.figure, w.rate, w.counts, w.interval, w.average }, rows = {}, of = {},
    caption_of = { { "name", council.name }, { "year.ends", council.year.ends } } }
  for i, figure in ipairs(chosen(council, options.figures)) do
    local row = said(w, figure, nil, figure.interval)
    row.label, row.peers = label_words(w, figure), said_of_peers(w, figure, options.peers)
    row.beside = row.peers and row.peers.text or w.no_peers
    marked = marked or row.peers and row.peers.plotted
    row.both = fill(w.both, { rate = row.text, peers = row.beside })
    rows[i], sentences[i], of_row[i] = row, fill(w.row, { name = row.label, text = row.both }), i
    made.table.of[i] = { figure = figure, peers = figure:peers(options.peers) or nil }
    made.table.rows[i] = { row.label, row.cell, row.counts, row.interval, row.peers and row.peers.cell or w.none }
  end
  made.table.said = table.concat(sentences, " ")
  sentences[#sentences + 1] = w.rates_scale
  if marked then sentences[#sentences + 1] = w.peers_scale end
  made.description, made.table.sentences, made.table.row_of = table.concat(sentences, " "), sentences, of_row
  local canvas, height = draw_rates(rows, council.name, w)
  return { svg = canvas:finish(height, made), title = made.title, description = made.description, table = made.table }
end

--------------------------------------------------------------------------------
-- Years

local AXIS, EDGE, PLOT = 46, 336, 180 -- left and right of the plot, and its height

-- The scale from nothing to above `top`: texts and proportions of the height. Thousandths are whole, so no fraction decides.
local function scale_of(unit, top)
  local ticks = {}
  if not unit then
    for quarter = 0, 4 do ticks[quarter + 1] = { text = ("%d%%"):format(quarter * 25), at = quarter / 4 } end
    return ticks, 1
  end
  if top <= 0 then return { { text = "0", at = 0 } }, 1 end
  local wanted, step = math.ceil(top * 1000), 1
  local factors, k = { 2, 2.5, 2 }, 0
  if unit == "days" then wanted, step = math.max(wanted, 5000), 1000 end
  while step * 5 < wanted do
    step = math.tointeger(step * factors[k % 3 + 1])
    k = k + 1
  end
  local decimals = step % 1000 == 0 and 0 or step % 100 == 0 and 1 or step % 10 == 0 and 2 or 3
  local count = (wanted + step - 1) // step
  for i = 0, count do ticks[i + 1] = { text = core.number(i * step / 1000, decimals), at = i / count } end
  return ticks, count * step / 1000
end

-- Lanes for the names of breaks: a name that would touch another stands above it. Gives the marks and the lanes' heights.
local function place_breaks(list, column)
  local marks, lanes = {}, {}
  for i, entry in ipairs(list) do
    if i > 1 and #entry.breaks > 0 then
      local names, mark = {}, { x = AXIS + (i - 1) * column, width = 0 }
      for k, each in ipairs(entry.breaks) do names[k] = each.name end
      mark.lines, mark.full = svg.wrap(table.concat(names, ", "), 13, 104, 3)
      for _, line in ipairs(mark.lines) do mark.width = math.max(mark.width, svg.width(line, 13)) end
      mark.lane = 1
      while lanes[mark.lane] and lanes[mark.lane].upto > mark.x - mark.width / 2 - 8 do mark.lane = mark.lane + 1 end
      local lane = lanes[mark.lane] or { lines = 0 }
      lane.upto, lane.lines = mark.x + mark.width / 2, math.max(lane.lines, #mark.lines)
      lanes[mark.lane], marks[#marks + 1] = lane, mark
    end
  end
  return marks, lanes
end

-- Names and lines of the breaks; the topmost lane begins at y. Gives where the plot begins.
local function draw_breaks(canvas, y, marks, lanes)
  local begins = {}
  for i = #lanes, 1, -1 do
    begins[i] = y
    y = y + lanes[i].lines * 17 + 6
  end
  for _, mark in ipairs(marks) do
    local below = canvas:text(mark.x, begins[mark.lane] + 12, mark.lines, MIDDLE, mark.full)
    canvas:line(mark.x, below - 12, mark.x, y + 6 + PLOT, BREAK)
  end
  return y + 6
end

-- Runs of points that a line may join: interrupted where a year has no rate and at breaks.
local function runs_of(list)
  local runs, run = {}, nil
  for i, entry in ipairs(list) do
    if i > 1 and #entry.breaks > 0 then run = nil end
    if entry.plotted then
      if not run then
        run = {}
        runs[#runs + 1] = run
      end
      run[#run + 1] = entry
    else
      run = nil
    end
  end
  return runs
end

-- The points of the years over a scale that ends at `top`; the plot's upper edge is at y.
local function draw_points(canvas, y, list, top)
  local function up(value) return y + PLOT * (1 - math.max(0, math.min(1, value / top))) end
  for _, entry in ipairs(list) do
    if entry.low then canvas:interval(entry.x, up(entry.low), entry.x, up(entry.high)) end
  end
  for _, run in ipairs(runs_of(list)) do
    local points = {}
    for i, entry in ipairs(run) do points[i] = { entry.x, up(entry.plotted) } end
    if #points > 1 then canvas:path(points) end
    for _, point in ipairs(points) do canvas:dot(point[1], point[2]) end
  end
end

-- Years, rates and counts under the plot, each in its column, where no mark can lie on them. Gives where they end.
local function draw_columns(canvas, y, list, column, unit)
  local last = y
  for _, entry in ipairs(list) do
    local room = math.min(column, 180) - 4
    local at = canvas:text(entry.x, y + 18, { ("%d"):format(entry.year) }, YEAR)
    local rate = entry.plotted and unit and unit ~= "days" and entry.value or entry.short
    at = canvas:text(entry.x, at, (svg.wrap(rate, 14, room)), RATE)
    if entry.known then
      at = canvas:text(entry.x, at, (svg.wrap(entry.counts, 13, room)), MIDDLE)
    end
    last = math.max(last, at)
  end
  return last
end

local function years_legend(canvas, list, marks, w)
  local rate, interval, gap
  for _, entry in ipairs(list) do
    rate, interval, gap = rate or entry.plotted, interval or entry.low, gap or not entry.plotted
  end
  local items = {}
  local function item(there, text, draw)
    if there then items[#items + 1] = { words = text, draw = draw } end
  end
  item(rate, w.legend_rate, function(x, y)
    canvas:path { { x + 2, y }, { x + 32, y } }
    canvas:dot(x + 17, y)
  end)
  item(interval, w.legend_interval, function(x, y) canvas:interval(x + 17, y - 10, x + 17, y + 10) end)
  item(gap, w.legend_gap, function(x, y) canvas:band(x + 2, y - 9, 30, 18) end)
  item(#marks > 0, w.legend_break, function(x, y)
    canvas:line(x + 17, y - 11, x + 17, y + 11, BREAK)
  end)
  return items
end

local function draw_years(list, unit, w)
  local canvas, y, top = svg.canvas(), 6, 0
  local column = (EDGE - AXIS) / #list
  for i, entry in ipairs(list) do
    entry.x = AXIS + (i - 0.5) * column
    top = math.max(top, entry.high or entry.plotted or 0)
  end
  local ticks, full = scale_of(unit, top)
  local marks, lanes = place_breaks(list, column)
  if unit then y = canvas:text(8, y + 12, { unit_words(w, unit) }, SMALL) - 8 end
  local height = y + 6
  for _, lane in ipairs(lanes) do height = height + lane.lines * 17 + 6 end
  for _, entry in ipairs(list) do
    if not entry.plotted then canvas:band(entry.x - column / 2 + 4, height, column - 8, PLOT) end
  end
  for _, tick in ipairs(ticks) do
    tick.x, tick.y = AXIS - 8, height + PLOT * (1 - tick.at) + 5
    canvas:line(AXIS, tick.y - 5, EDGE, tick.y - 5, RULE)
  end
  canvas:scale(ticks, LAST)
  draw_breaks(canvas, y, marks, lanes)
  draw_points(canvas, height, list, full)
  local below = draw_columns(canvas, height + PLOT, list, column, unit)
  return canvas, canvas:legend(below + 8, years_legend(canvas, list, marks, w))
end

-- An entry carries its interval but for days, for which its year is asked.
local function interval_of_entry(entry) return entry.interval_low, entry.interval_high end
local function interval_of_days(entry) return entry.figure:interval() end

-- Breaks in the words of the chart, where it has them.
local function breaks_in(w, breaks)
  local list = {}
  for i, each in ipairs(breaks) do
    local said_of = w.breaks[each.name] or each
    list[i] = { year = each.year, name = said_of.name, text = said_of.text }
  end
  return list
end

-- The entries that are drawn, as words and places.
local function drawn(trend, w, unit)
  local entries, list = trend.entries, {}
  for i = math.max(1, #entries - LAST_YEARS + 1), #entries do
    local entry = entries[i]
    local made = said(w, entry, unit, unit == "days" and interval_of_days or interval_of_entry)
    made.entry, made.year, made.value = entry, entry.year, entry.value
    made.breaks = #list > 0 and breaks_in(w, entry.breaks) or {}
    list[#list + 1] = made
  end
  return list
end

local function sentence(s) return s:find "[.!?]$" and s or s .. "." end

-- Sentences and rows of the years; a column of notes only where there is a break to tell of.
local function describe_years(made, list)
  local w, sentences, of_row, rows, noted, of = made.words, {}, {}, {}, false, {}
  for i, entry in ipairs(list) do
    local notes = {}
    for k, each in ipairs(entry.breaks) do
      local text = sentence(each.text)
      sentences[#sentences + 1] = fill(w.break_before, { year = each.year, name = each.name, text = text })
      of_row[#sentences] = i
      notes[k] = fill(w.break_here, { name = each.name, text = text })
      noted = true
    end
    sentences[#sentences + 1] = fill(w.row, { name = entry.year, text = entry.text })
    of_row[#sentences] = i
    rows[i] = { ("%d"):format(entry.year), entry.cell, entry.counts, entry.interval,
      #notes > 0 and table.concat(notes, " ") or w.none }
    of[i] = { entry = entry.entry, breaks = entry.breaks }
  end
  local told = table.concat(sentences, " ")
  if noted then sentences[#sentences + 1] = w.not_across end
  local header = { w.year, w.rate, w.counts, w.interval, noted and w.note or nil }
  for _, row in ipairs(rows) do
    if not noted then row[5] = nil end
  end
  made.description = table.concat(sentences, " ")
  made.table = { caption = made.title, header = header, rows = rows, of = of, sentences = sentences, row_of = of_row,
    said = told }
end

--- A figure over its last years, five at most: a line with intervals, interrupted where a year has no rate and at breaks of definition.
---@param trend upheld.Trend
---@param options { id: string?, words: table? }?   as chart.rates
---@return upheld.Chart
function chart.years(trend, options)
  if (getmetatable(trend) or {}).__name ~= "upheld.trend" then error("years: a trend is expected, not " .. type(trend), 2) end
  local made = checked("years", options, { "id", "words" })
  local w, unit = made.words, trend.overall.unit
  if unit == "percentage points" then unit = nil end
  local list = drawn(trend, w, unit)
  made.title = fill(#list > 1 and w.years_title or w.one_year_title, { label = label_words(w, trend),
    from = list[1].year, to = list[#list].year,
    authority = trend.authority and bidi.isolated(trend.authority.name) or w.all_authorities })
  if trend.boundaries == "as it is now" then made.title = fill(w.now, { title = made.title }) end
  describe_years(made, list)
  made.table.caption_of = { { "label", label_words(w, trend) }, { "authority.name", trend.authority and trend.authority.name },
    { "from", list[1].year }, { "to", list[#list].year } }
  local canvas, height = draw_years(list, unit, w)
  return { svg = canvas:finish(height, made), title = made.title, description = made.description, table = made.table }
end

return chart
