--- A reporting year, its authorities and their figures.
-- Owns: how figures look to a script: names, tostring, why. It computes nothing; the core's numbers are passed on.

local core = require "upheld.core"
local fault = require "upheld.fault"
local figure = require "upheld.figure"
local peers = require "upheld.peers"
local tallies = require "upheld.tallies"

local year = {}

---@class upheld.Year
---@field year integer     2020
---@field starts string    "2019-04-01"
---@field ends string      "2020-03-31"
---@field boundaries "as it was"|"as it is now"   as it is now: ended authorities are counted with their successors
---@field disclosure { suppress_below: integer, round_to: integer? }?   small counts are hidden
---@field scheme upheld.CompiledScheme
local Year = { __name = "upheld.year" }

local YEAR_FIELDS = { "year", "starts", "ends", "scheme", "disclosure", "boundaries" }

function Year.__index(_, key)
  local method = Year[key]
  if method ~= nil then return method end
  if key == "disclosure" then return nil end
  error(('a year has no "%s"; %s'):format(tostring(key), fault.suggestion(key, YEAR_FIELDS)), 2)
end

---@class upheld.Authority
---@field code string
---@field name string
---@field type string
---@field region string?
---@field peer_type string?    the type's label when it has peers
---@field valid_from string?
---@field valid_to string?
---@field year upheld.Year
---@field predecessors upheld.Authority[]   ended authorities that are counted with it, in a year with boundaries as they are now; else none
---@field outcomes table<string, integer>?   decided in the year, by outcome; nil when not known
---@field received table<string, integer>?   received in the year, by service area; nil when not known
---@field recipient { name: string?, role: string?, salutation: string?, email: string? }?
local Authority = { __name = "upheld.authority" }

--------------------------------------------------------------------------------
-- Authorities

local AUTHORITY_FIELDS = { "code", "name", "type", "region", "aliases", "successors", "valid_from", "valid_to", "peer_type",
  "recipient", "outcomes", "received", "predecessors", "year", "index", "id" }
local AUTHORITY_FIELD = {}
for _, key in ipairs(AUTHORITY_FIELDS) do AUTHORITY_FIELD[key] = true end

--- What scripts and templates read of an authority: no indicator may have one of these names, for it could not be read.
---@package
---@return string[]
function year.taken_names()
  local names = table.move(AUTHORITY_FIELDS, 1, #AUTHORITY_FIELDS, 1, { "made" })
  for key in pairs(Authority) do names[#names + 1] = key end
  return names
end

local function indicator_names(scheme)
  local names = {}
  for i, each in ipairs(scheme.indicators) do names[i] = each.name end
  return names
end

--- A figure by its indicator's name.
---@param name string   such as "upheld"; an unknown name raises
---@return upheld.Figure
function Authority:figure(name)
  local y = rawget(self, "year")
  if type(name) ~= "string" or not y.scheme.indicators[name] then
    error(('there is no indicator "%s"; %s'):format(tostring(name), fault.suggestion(name, indicator_names(y.scheme))), 2)
  end
  local made = rawget(self, "made")
  if not made[name] and not y.figures:has(rawget(self, "index")) then -- one of another's predecessors
    local _, err = y:authority(rawget(self, "code"))
    error(("%s: %s"):format(name, tostring(err)), 2)
  end
  if not made[name] then made[name] = figure.new(y.figures:figure(rawget(self, "index"), name), y, self) end
  return made[name]
end

--- The figure over years: the authority's own row of register:trend, from what the register holds now.
---@param name string   indicator
---@param options { from: integer?, to: integer? }?
---@return upheld.Trend? trend, upheld.Error? err
function Authority:trend(name, options)
  options = options or {}
  fault.check_keys("trend", options, { "from", "to" })
  local y = rawget(self, "year")
  local refused = figure.hidden(y, "trend")
  if refused then return nil, refused end
  return y.book:trend { authority = rawget(self, "code"), figure = name, from = options.from, to = options.to,
    boundaries = y.boundaries == "as it is now" and "now" or nil }
end

function Authority.__index(self, key)
  local method = Authority[key]
  if method ~= nil then return method end
  local y = rawget(self, "year")
  if key == "recipient" then
    if not y.book.handle then return nil end
    local recipient, err = y.book.handle:recipient(rawget(self, "id"))
    if err then error(err, 2) end
    if recipient then rawset(self, "recipient", recipient) end
    return recipient
  end
  if key == "predecessors" then
    local list = select(2, y.evidence:parts(rawget(self, "index")))
    for i, index in ipairs(list) do list[i] = y:authority_at(index) end
    return list
  end
  if key == "outcomes" or key == "received" then return y.figures[key](y.figures, rawget(self, "index")) end
  if AUTHORITY_FIELD[key] then return nil end
  if y.scheme.indicators[key] then return self:figure(key) end
  local names = indicator_names(y.scheme)
  table.move(AUTHORITY_FIELDS, 1, #AUTHORITY_FIELDS, #names + 1, names)
  error(('an authority has no "%s"; %s'):format(tostring(key), fault.suggestion(key, names)), 2)
end

function Authority:__tostring()
  return ("%s (%s)"):format(self.name, self.code)
end

function Authority.__eq(a, b)
  return rawequal(a, b) or (a.code == b.code and a.year.year == b.year.year)
end

local function new_authority(self, index)
  local made = self.made[index]
  if not made then
    made = self.evidence:authority(index)
    made.year, made.made = self, {}
    self.made[index] = setmetatable(made, Authority)
  end
  return made
end

--------------------------------------------------------------------------------
-- Years

--- An authority of the year.
---@param name string   name, alias or code
---@return upheld.Authority? authority, upheld.Error? err
function Year:authority(name)
  if type(name) ~= "string" then error("authority: a name or code is expected, not " .. type(name), 2) end
  local index, err = self.evidence:find(name)
  if not index then return nil, err end
  if not self.figures:has(index) then
    local a = self.evidence:authority(index)
    return nil, core.error { code = "not-in-year", value = name,
      message = ("%s (%s) did not exist in the year ending %s, and nothing is recorded of it"):format(a.name, a.code, self.ends) }
  end
  return new_authority(self, index)
end

--- An authority by its index, for tables that the core fills.
---@package
function Year:authority_at(index)
  return new_authority(self, index)
end

--- The grouping for an option `group`; made once.
---@package
function Year:grouping(group, what)
  group = group or "type"
  local made = rawget(self, "groupings")
  if made[group] then return made[group] end
  local rule, err
  if peers.is_set(group) then rule, err = peers.set_rule(self.evidence, group)
  else rule, err = peers.group_rule(self.evidence, self.scheme, group) end
  if not rule then error(("%s: %s"):format(what, tostring(err)), 3) end
  made[group] = self.figures:grouping(rule.group, rule.set, rule.version, rule.members)
  return made[group]
end

---@class upheld.Funnel
---@field name string                indicator
---@field group string               "District"
---@field target number              pooled share of the group, a proportion
---@field numerator integer          the pooled counts behind it
---@field denominator integer
---@field method "exact"|"score"
---@field overdispersion upheld.Overdispersion?
---@field points upheld.Figure[]     the group's figures with a rate, in code order; plotted against their denominators
---@field lines upheld.FunnelRow[]   limits by number of cases

--- What a funnel chart of a group shows: each authority's share over its cases, and the limits around the pooled share.
---@param name string   an indicator that is a share
---@param options { of: string, group: string|upheld.PeerSet|nil, method: ("exact"|"score")?, overdispersion: ("none"|"additive"|"multiplicative")?, points: integer? }
---   of: which group, such as "District"; group as upheld.Figure:peers
---@return upheld.Funnel? funnel, upheld.Error? err
function Year:funnel(name, options)
  options = options or {}
  fault.check_keys("funnel", options, { "of", "group", "method", "overdispersion", "points" })
  local indicator = self.scheme.indicators[name]
  if not indicator then
    error(('there is no indicator "%s"; %s'):format(tostring(name), fault.suggestion(name, indicator_names(self.scheme))), 2)
  end
  if indicator.median_days or indicator.denominator.residents then error("funnel: the limits are those of a share", 2) end
  local over = options.overdispersion or "none"
  if over ~= "none" and over ~= "additive" and over ~= "multiplicative" then
    error("funnel: overdispersion is " .. fault.suggestion(over, { "none", "additive", "multiplicative" }), 2)
  end
  local grouping = self:grouping(options.group, "funnel")
  local labels = grouping:labels()
  local of, known = options.of or (#labels == 1 and labels[1]) or nil, false
  for _, label in ipairs(labels) do known = known or label == of end
  if not known then error("funnel: of is " .. fault.suggestion(of, labels), 2) end
  local numerator, denominator, target, members = grouping:pool(of, name)
  if not numerator then
    local kept_back = denominator
    return nil, core.error { code = kept_back and "suppressed" or "peers-without-rate",
      message = kept_back and ("the sums of %s are not shown, for small counts of the year are hidden"):format(of)
        or ("no authority of %s has a rate"):format(of) }
  end
  if self.disclosure and (self.disclosure.round_to or 0) > 1 then
    return nil, core.error { code = "rounded", message = "the lines and points of a funnel need counts that are not rounded" }
  end
  local points, sizes, rates = {}, {}, {}
  for i, index in ipairs(members) do
    points[i] = new_authority(self, index):figure(name)
    sizes[i] = points[i].denominator
    rates[i] = { points[i].numerator, points[i].denominator }
  end
  local stats, spread = require "upheld.stats", nil
  if over ~= "none" then
    local found, wrong = stats.overdispersion(rates, { target = target })
    if not found then return nil, wrong end
    spread = found
  end
  local lines, err = stats.funnel { target = target, sizes = sizes, points = options.points, method = options.method,
    overdispersion = spread, adjustment = spread and over or nil }
  if not lines then return nil, err end
  return { name = name, group = of, target = target, numerator = numerator, denominator = denominator,
    method = options.method or "exact", overdispersion = spread, points = points, lines = lines }
end

--- A set of authorities to compare with.
---@param name string                    such as "kent-districts"
---@param who string[]|fun(a: upheld.Authority): boolean   codes or names, or a test of each authority of the year
---@param options { version: string? }?  printed with every average, since sets change
---@return upheld.PeerSet? set, upheld.Error? err
function Year:peer_set(name, who, options)
  options = options or {}
  fault.check_keys("peer_set", options, { "version" })
  if type(name) ~= "string" or name == "" then error("peer_set: a name is needed", 2) end
  if options.version ~= nil and type(options.version) ~= "string" then error("peer_set: version is a string", 2) end
  local codes, seen = {}, {}
  local function add(code)
    if not seen[code] then codes[#codes + 1] = code end
    seen[code] = true
  end
  if type(who) == "function" then
    for a in self:authorities() do
      if who(a) then add(a.code) end
    end
  elseif type(who) == "table" then
    for _, each in ipairs(who) do
      local index, err = self.evidence:find(each)
      if not index then return nil, err end
      add(self.evidence:authority(index).code)
    end
  else
    error("peer_set: a list of codes or a function is expected, not " .. type(who), 2)
  end
  if #codes == 0 then
    return nil, core.error { code = "empty-set", value = name, message = ('the set "%s" has no authority'):format(name) }
  end
  table.sort(codes)
  return peers.new_set { name = name, version = options.version, codes = codes }
end

--- Iterates over the authorities that were valid in the year or have a record in it, in code order.
---@param options { type: string?, region: string? }?   a type as the scheme or the authorities file spells it; an unknown one raises
---@return fun(): upheld.Authority?
function Year:authorities(options)
  options = options or {}
  fault.check_keys("authorities", options, { "type", "region" })
  local wanted
  if options.type ~= nil then
    local err
    wanted, err = self.book:type_named(options.type)
    if not wanted then -- a type without peers is known by its own text
      for _, index in ipairs(self.figures:authorities()) do
        if self.evidence:authority(index).type == options.type then wanted = options.type end
      end
    end
    if not wanted then error(tostring(err), 2) end
  end
  local list, i = self.figures:authorities(), 0
  return function()
    while true do
      i = i + 1
      if not list[i] then return nil end
      local a = new_authority(self, list[i])
      if (wanted == nil or (a.peer_type or a.type) == wanted) and (options.region == nil or a.region == options.region) then
        return a
      end
    end
  end
end

--- A figure over all authorities of the year.
---@param name string   indicator
---@return upheld.Figure
function Year:total(name)
  if not self.scheme.indicators[name] then
    error(('there is no indicator "%s"; %s'):format(tostring(name), fault.suggestion(name, indicator_names(self.scheme))), 2)
  end
  return figure.new(self.figures:total(name), self, nil)
end

--- Decisions of the year counted by one to four keys.
---@param options { by: string[]|string, clock: ("decided"|"received"|"compliance")?, authority: string?, where: upheld.Where? }
---   by: authority, type, region, service_area, outcome, remedied_before, compliance_outcome, month
---@return userdata? tally   t:rows() gives { { service_area = "Housing", outcome = "Upheld", count = 3 }, ... }; what is not recorded is
---   false; t + t adds
---@return upheld.Error? err
function Year:tally(options)
  fault.check_keys("tally", options, { "by", "clock", "authority", "where" })
  local refused = figure.hidden(self, "tally")
  if refused then return nil, refused end
  local index
  if options.authority ~= nil and self.book.handle then
    local a, err = self:authority(options.authority)
    if not a then return nil, err end
    index = a.index
  end
  return tallies.count(self.book, self.evidence, self.year, index, options)
end

--- Walks through the year's decisions, a table each, by authority's code, day decided and reference:
--- `for d in assert(year:decisions { where = { outcome = "Upheld" } }) do print(d.reference) end`
---@param options { clock: ("decided"|"received"|"compliance")?, where: upheld.Where?, fields: string[]? }?
---   fields: those of a figure's decisions but url, kind, line and import; all when absent. What is not recorded is nil
---@return (fun(): table?)? step, upheld.Error? err, nil, userdata? cursor   closed at the end of the loop
function Year:decisions(options)
  local refused = figure.hidden(self, "decisions")
  if refused then return nil, refused end
  return tallies.walk("decisions", self.book, self.evidence, self.year, options)
end

--- Walks through the year's decisions by columns, without garbage:
--- `for n, c in assert(year:columns { fields = { "outcome", "decided_date" } }) do for i = 1, n do count(c.outcome[i]) end end`
---@param options { clock: ("decided"|"received"|"compliance")?, where: upheld.Where?, fields: string[] }
---   fields as decisions', and reference_key: the reference as a whole number, in the order of references. The same tables are filled
---   again and again; what is not recorded is false, remedied_before "yes" or "no". Only "reference" makes a new text each
---@return (fun(): integer?, table?)? step, upheld.Error? err, nil, userdata? cursor
function Year:columns(options)
  local refused = figure.hidden(self, "columns")
  if refused then return nil, refused end
  return tallies.walk("columns", self.book, self.evidence, self.year, options)
end

---@class upheld.Balance
---@field open_before integer  open at the end of the year before, as far as the records know
---@field received integer
---@field decided integer      undated ones among them
---@field undated integer      decided, with no received date
---@field open_after integer

---@class upheld.Reconciliation
---@field year integer
---@field ok boolean
---@field problems string[]    a sentence for each identity that does not hold
---@field total upheld.Balance
---@field authorities table<string, upheld.Balance>   by code
local Reconciliation = { __name = "upheld.reconciliation" }

local RECONCILED = { "year", "ok", "problems", "total", "authorities" }

function Reconciliation.__index(_, key)
  error(('a reconciliation has no "%s"; %s'):format(tostring(key), fault.suggestion(key, RECONCILED)), 2)
end

--- "2020: 3 open, 1970 received, 1985 decided (12 of them without a received date), 0 open at the end; all of it adds up"
function Reconciliation:__tostring()
  local t = self.total
  local lines = { ("%d: %d open before, %d received, %d decided%s, %d open at the end; %s"):format(self.year, t.open_before,
    t.received, t.decided, t.undated > 0 and (" (%d of them without a received date)"):format(t.undated) or "", t.open_after,
    self.ok and "all of it adds up" or "not all of it adds up") }
  table.move(self.problems, 1, #self.problems, 2, lines)
  return table.concat(lines, "\n")
end

--- Whether the year adds up: outcomes to decided, service areas to received, authorities to totals, received less decided to open.
---@return upheld.Reconciliation? result, upheld.Error? err
function Year:reconcile()
  local refused = figure.hidden(self, "reconcile")
  if refused then return nil, refused end
  local text, err = self.figures:reconcile()
  if not text then return nil, err end
  local problems, authorities = {}, {}
  for line in text:gmatch "[^\n]+" do problems[#problems + 1] = line end
  for _, index in ipairs(self.figures:authorities()) do
    authorities[self.evidence:authority(index).code] = self.figures:balance(index)
  end
  return setmetatable({ year = self.year, ok = #problems == 0, problems = problems, total = self.figures:balance(nil),
    authorities = authorities }, Reconciliation)
end

--- The year's letters, all rendered.
---@param options table  wording, facts, date, authority, where, notice
---@return upheld.Letters? letters, table? err
function Year:letters(options)
  return require("upheld.letters").build(self, options)
end

function Year:__tostring()
  return ("year ending %s%s"):format(self.ends, self.boundaries == "as it is now" and ", " .. self.boundaries or "")
end

---@param book upheld.Book
---@param evidence userdata
---@param number integer
---@param disclosure { suppress_below: integer, round_to: integer? }?
---@param now boolean?
---@return upheld.Year? year, table? err
function year.new(book, evidence, number, disclosure, now)
  local figures, err = evidence:figures(number, disclosure)
  if not figures then return nil, err end
  local starts, ends = core.year_span(book.scheme.compiled, number)
  return setmetatable({ book = book, evidence = evidence, figures = figures, year = number, scheme = book.scheme,
    starts = starts, ends = ends, made = {}, groupings = {}, disclosure = disclosure,
    boundaries = now and "as it is now" or "as it was" }, Year)
end

return year
