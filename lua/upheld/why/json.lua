--- figure:why { format = "json" }.
-- Owns: the keys of that object and their order; what is absent is null. Every number is the core's.

local history = require "upheld.history"
local json = require "upheld.json_text"

local out = {}

local DECISION_KEYS = { "reference", "received_date", "decided_date", "outcome", "service_area", "remedied_before",
  "compliance_outcome", "compliance_due_date", "compliance_date", "kind", "in_numerator", "sample", "file", "line",
  "compliance_file", "compliance_line", "url" }
local PEERS_KEYS = { "average", "include_self", "group", "group_name", "group_version", "numerator", "denominator", "percent",
  "value" }
local PEERS_COUNTS = { "reason", "authorities", "without_rate", "unknown", "suppressed", "of" }

local LEVEL = "0.95" -- of intervals and differences, as facts asks for them

local value = json.value

local function decisions(list)
  if not list then return "null" end
  local texts = {}
  for i, d in ipairs(list) do
    d.sample, d.in_numerator = d.sample or false, d.in_numerator or false
    texts[i] = json.fields(d, DECISION_KEYS)
  end
  return json.array(texts)
end

local function quartiles(source)
  if not source.lower_quartile then return "null" end
  return json.values { source.lower_quartile, source.upper_quartile }
end

local function peers(facts)
  local p = facts.peers
  if not p then return "null" end
  local pairs_of, members = {}, {}
  for _, key in ipairs(PEERS_KEYS) do pairs_of[#pairs_of + 1] = { key, value(p[key]) } end
  pairs_of[#pairs_of + 1] = { "quartiles", quartiles(p) }
  for _, key in ipairs(PEERS_COUNTS) do pairs_of[#pairs_of + 1] = { key, value(p[key]) } end
  local printed = p.as_published
  pairs_of[#pairs_of + 1] = { "as_published", math.type(printed) == "integer" and value(printed) or json.real(printed) }
  pairs_of[#pairs_of + 1] = { "rule", value(p:rule()) }
  for _, state in ipairs { "in", "without_rate", "unknown", "suppressed" } do
    local codes = {}
    for i, a in ipairs(facts.members[state]) do codes[i] = a.code end
    members[#members + 1] = { state, json.values(codes) }
  end
  pairs_of[#pairs_of + 1] = { "members", json.object(members) }
  return json.object(pairs_of)
end

local METHODS = { share = "wilson", residents = "byar", days = "order statistics" }
local TESTS = { share = "binomial tail and Fisher's test", residents = "Poisson tail and conditional test",
  days = "sign test and median test" }

local function interval(facts)
  if not facts.low then return "null" end
  return json.object { { "method", value(METHODS[facts.measure]) }, { "level", LEVEL }, { "low", json.real(facts.low) },
    { "high", json.real(facts.high) } }
end

local function rounding(facts)
  local f, indicator = facts.figure, facts.indicator
  local printed = f.percent and ("%d"):format(f.percent) or f.value
  if not printed then return "null" end
  return json.object { { "rule", value "half up" }, { "per", value(facts.measure ~= "days" and (indicator.per or 100) or nil) },
    { "decimals", value(indicator.decimals or 0) }, { "printed", value(printed) },
    { "rounded_to_bound", value(f.rounded_to_bound) } }
end

local function class(facts)
  return json.object { { "class", value(facts.class) }, { "method", value(facts.class and TESTS[facts.measure]) },
    { "reason", value(facts.class_reason) }, { "standing", value(facts.standing) }, { "good", value(facts.indicator.good) } }
end

local function difference(facts)
  local d = facts.difference or {}
  return json.object { { "points", value(d.text) }, { "method", value(facts.difference and "newcombe") }, { "level", LEVEL },
    { "low", json.real(d.low) }, { "high", json.real(d.high) }, { "reason", value(facts.difference_reason) } }
end

-- One entry a version, in the order of the references.
local function corrections(list)
  if not list then return "null" end
  local texts = {}
  for _, d in ipairs(list) do
    for _, version in ipairs(d.history) do
      local pairs_of = history.version_pairs(version)
      table.insert(pairs_of, 1, { "reference", value(d.reference) })
      texts[#texts + 1] = json.object(pairs_of)
    end
  end
  return json.array(texts)
end

local function withdrawn(facts)
  if not facts.withdrawn then return "null" end
  local texts = {}
  for i, d in ipairs(facts.withdrawn) do
    local withdrawal = d.history:withdrawal() or {}
    texts[i] = json.object { { "reference", value(d.reference) }, { "decided_date", value(d.decided_date) },
      { "outcome", value(d.outcome) }, { "compliance_outcome", value(d.compliance_outcome) },
      { "in_numerator", value(d.in_numerator) }, { "at", value(withdrawal.at) }, { "reason", value(withdrawal.reason) },
      { "file", value(d.file) }, { "line", value(d.line) } }
  end
  return json.array(texts)
end

local function sources(facts)
  if not facts.sources then return "null" end
  local texts = {}
  for i, source in ipairs(facts.sources) do texts[i] = json.fields(source, { "what", "file", "line", "records", "text" }) end
  return json.array(texts)
end

local function predecessors(a)
  local codes = {}
  for i, part in ipairs(a and a.predecessors or {}) do codes[i] = part.code end
  return json.values(codes)
end

--- The object as text, ended by a line feed.
---@param facts table    of upheld.why.facts
---@param clock string   the clock in words
---@return string
function out.text(facts, clock)
  local f = facts.figure
  local a = f.authority
  return json.object({
    { "scheme", value(f.year.scheme.name) }, { "year", value(f.year.year) },
    { "authority", a and json.fields(a, { "code", "name", "type" }) or "null" },
    { "boundaries", value(f.year.boundaries) }, { "predecessors", predecessors(a) },
    { "figure", value(f.name) }, { "label", value(f.label) }, { "definition", value(f.definition) },
    { "clock", json.object { { "name", value(facts.indicator.clock or "decided") }, { "text", value(clock) },
      { "from", value(f.year.starts) }, { "to", value(f.year.ends) } } },
    { "numerator", value(f.numerator) }, { "denominator", value(f.denominator) }, { "late", value(f.late) },
    { "rounded_to", value(f.rounded_to) },
    { "percent", value(f.percent) }, { "value", value(f.value) }, { "quartiles", quartiles(f) },
    { "reason", value(f.reason) }, { "caution", value(f.caution) },
    { "caution_below", value(facts.indicator.caution_below) }, { "withhold_below", value(facts.indicator.withhold_below) },
    { "since", value(facts.indicator.since) }, { "until", value(facts.indicator["until"]) },
    { "basis", value(f.basis) }, { "rounding", rounding(facts) }, { "interval", interval(facts) },
    { "peers", peers(facts) }, { "class", class(facts) }, { "difference", difference(facts) },
    { "numerator_references", decisions(facts.numerator) }, { "denominator_references", decisions(facts.denominator) },
    { "corrections", corrections(facts.behind) }, { "corrected_away", corrections(facts.formerly) },
    { "withdrawn", withdrawn(facts) }, { "sources", sources(facts) },
  }, "\n") .. "\n"
end

return out
