-- bench_breakdown.lua: custom breakdowns from an open register, against DuckDB (where node finds it) asked the same on its own file, loaded
-- once; interleaved, counts compared. Then walks through all decisions from Lua: rates, and garbage a decision.
-- Prints medians and ratios; only ratios of one run mean anything.
--   lua5.4 csrc/test/bench_breakdown.lua BUILD [ROWS ...]      20000 and 1000000 when absent; 10000000 takes some minutes and 4 GB of disk

local build = ...
local sizes = { select(2, ...) }
if #sizes == 0 then sizes = { "20000", "1000000" } end
local dir = build .. "/bench-breakdown"

local tools = dofile "csrc/test/bench_tools.lua"
local capture, spread = tools.capture, tools.spread
local function write(name, text) tools.write(dir .. "/" .. name, text) end

assert(os.execute("mkdir -p " .. dir))

-- What is asked: of ours, of DuckDB, and whether the answer needs a day of every record.
local YEAR = "(year(%s) + (month(%s) >= 4)::INT)"
local DECIDED, RECEIVED = YEAR:gsub("%%s", "decided_date"), YEAR:gsub("%%s", "received_date")
local QUESTIONS = {
  { "service area x outcome, one year", 'y:tally { by = { "service_area", "outcome" } }',
    "SELECT service_area, outcome, count(*) FROM d WHERE decided_date BETWEEN '2014-04-01' AND '2015-03-31' GROUP BY ALL" },
  { "year x outcome", 'r:tally { by = { "year", "outcome" } }', "SELECT " .. DECIDED .. ", outcome, count(*) FROM d GROUP BY ALL" },
  { "authority x year, Upheld, two areas",
    'r:tally { by = { "authority", "year" }, where = { outcome = "Upheld", service_area = { "Housing", "Other" } } }',
    "SELECT authority_code, " .. DECIDED .. ", count(*) FROM d WHERE outcome = 'Upheld' AND service_area IN ('Housing', 'Other') GROUP BY ALL" },
  { "type, received in half a year", 'r:tally { by = "type", clock = "received", where = { from = "2013-06-15", to = "2013-12-20" } }',
    "SELECT a.type, count(*) FROM d JOIN a ON a.code = d.authority_code WHERE received_date BETWEEN '2013-06-15' AND '2013-12-20' GROUP BY ALL" },
  { "year received x outcome", 'r:tally { by = { "year", "outcome" }, clock = "received" }',
    "SELECT " .. RECEIVED .. ", outcome, count(*) FROM d GROUP BY ALL" },
  { "month x service area", 'r:tally { by = { "month", "service_area" } }',
    "SELECT strftime(decided_date, '%Y-%m'), service_area, count(*) FROM d GROUP BY ALL" },
}

local function each(what)
  local list = {}
  for i, q in ipairs(QUESTIONS) do list[i] = what(q) end
  return table.concat(list, ",\n")
end

-- A line for each row, after a line for each question with its seconds of CPU.
write("ours.lua", ([[
local upheld = require "upheld"
local clock = os.clock()
local r <close> = assert(upheld.open("%s/ours.db"))
local y = assert(r:year(2015))
local opened = os.clock()
assert(y:tally { by = "outcome" })
print(("open|%%.6f|%%.6f"):format(opened - clock, os.clock() - opened))
local questions = { %s }
for again = 1, 2 do
  for i, ask in ipairs(questions) do
    local keys
    clock = os.clock()
    local t = assert(ask(r, y))
    local rows = t:rows()
    local seconds = os.clock() - clock
    if again == 2 then
      print(("time|%%d|%%.6f"):format(i, seconds))
      for _, row in ipairs(rows) do
        local cells = { i }
        for _, key in ipairs(t:keys()) do cells[#cells + 1] = row[key] and tostring(row[key]) or "" end
        cells[#cells + 1] = row.count
        print("row|" .. table.concat(cells, "|"))
      end
    end
  end
end
]]):format(dir, each(function(q) return "function(r, y) return " .. q[2] .. " end" end)))

local COLUMNS = { "reference", "authority", "authority_code", "service_area", "received_date", "decided_date", "outcome",
  "remedied_before", "compliance_due_date", "compliance_outcome", "compliance_date" }
local types = {}
for i, name in ipairs(COLUMNS) do types[i] = ("'%s': '%s'"):format(name, name:find "_date$" and "DATE" or "VARCHAR") end
local DUCK_HEAD = [[
import { createRequire } from "node:module";
const { DuckDBInstance } = createRequire(import.meta.url)("@duckdb/node-api");
const instance = await DuckDBInstance.create("%s/duck.db", { threads: "1" });
const db = await instance.connect();
]]
write("load.mjs", (DUCK_HEAD .. [[
const from = (file, columns) => `read_csv('%s/${file}', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${columns}})`;
await db.run(`CREATE TABLE d AS SELECT * EXCLUDE (authority) FROM ${from("d.csv", `%s`)}`);
await db.run(`CREATE TABLE a AS SELECT code, type FROM read_csv('%s/a.csv', header = true, all_varchar = true)`);
await db.run("CHECKPOINT");
]]):format(dir, dir, table.concat(types, ", "), dir))
write("duck.mjs", (DUCK_HEAD .. [[
const questions = [%s];
const lines = [];
for (let again = 1; again <= 2; again++) {
  for (const [i, sql] of questions.entries()) {
    const before = process.cpuUsage();
    const rows = (await db.runAndReadAll(sql)).getRows();
    const used = process.cpuUsage(before);
    if (again === 1) continue;
    lines.push(`time|${i + 1}|${((used.user + used.system) / 1e6).toFixed(6)}`);
    for (const row of rows) lines.push("row|" + [i + 1, ...row.map((v) => v ?? "")].join("|"));
  }
}
console.log(lines.join("\n"));
]]):format(dir, each(function(q) return "`" .. q[3] .. "`" end)))

-- Rates and garbage of walks.
write("walk.lua", ([[
local upheld = require "upheld"
local r <close> = assert(upheld.open("%s/ours.db"))
local rows = assert(r:tally { by = "outcome" }):total()
local function measure(name, walk)
  collectgarbage()
  local clock = os.clock()
  assert(walk(rows) == rows)
  local seconds = os.clock() - clock
  collectgarbage()
  collectgarbage "stop"
  local least = math.min(rows, 200000)
  local before = collectgarbage "count"
  walk(least)
  local garbage = (collectgarbage "count" - before) * 1024 / least
  collectgarbage "restart"
  print(("%%s|%%.6f|%%.1f"):format(name, seconds, garbage))
end
local function decisions(options)
  return function(most)
    local count = 0
    for _ in assert(r:decisions(options)) do
      count = count + 1
      if count == most then break end
    end
    return count
  end
end
measure("decisions, all fields", decisions(nil))
measure("decisions, reference and outcome", decisions { fields = { "reference", "outcome" } })
measure("columns: outcome, day decided, authority", function(most)
  local count, upheld_ones = 0, 0
  for n, c in assert(r:columns { fields = { "outcome", "decided_date", "authority_code" } }) do
    for i = 1, n do
      if c.outcome[i] == "Upheld" then upheld_ones = upheld_ones + 1 end
    end
    count = count + n
    if count >= most then break end
  end
  return math.min(count, most)
end)
]]):format(dir))

local NODE = ("NODE_PATH=${NODE_PATH:-%s/npm/node_modules} node "):format(build)
local LUA = "${LUA:-lua5.4} "

-- The times and rows of one run.
local function asked(command)
  local times, rows, opened, first = {}, {}, nil, nil
  for line in capture(command):gmatch "[^\n]+" do
    local i, seconds = line:match "^time|(%d+)|([%d.]+)$"
    if i then times[tonumber(i)] = tonumber(seconds)
    elseif line:find "^row" then rows[#rows + 1] = line
    else opened, first = line:match "^open|([%d.]+)|([%d.]+)$" end
  end
  table.sort(rows)
  return times, table.concat(rows, "\n"), tonumber(opened), tonumber(first)
end

local function run(rows)
  local rounds = 5
  local duck = tools.installed(NODE .. "-e 'require(\"@duckdb/node-api\")'")
  assert(os.execute(("rm -f %s/ours.db* %s/duck.db*"):format(dir, dir)))
  assert(os.execute(("%s/bin/upheld-generate %d 2010 %d %s/a.csv %s/d.csv"):format(build, rows, math.max(10, rows // 700000), dir, dir)))
  assert(os.execute(("%s/bin/upheld import %s/ours.db --authorities %s/a.csv --decisions %s/d.csv --quiet >/dev/null"):format(build, dir, dir, dir)))
  if duck then assert(os.execute(NODE .. dir .. "/load.mjs")) end
  assert(os.remove(dir .. "/d.csv"))
  local ours, theirs, opens, firsts = {}, {}, {}, {}
  for round = 1, rounds do
    local times, answer, opened, first = asked(LUA .. dir .. "/ours.lua")
    opens[round], firsts[round] = opened, first
    for i, t in ipairs(times) do ours[i] = ours[i] or {}; ours[i][round] = t end
    if duck then
      local others, other = asked(NODE .. dir .. "/duck.mjs")
      assert(other == answer, "DuckDB: other counts than ours")
      for i, t in ipairs(others) do theirs[i] = theirs[i] or {}; theirs[i][round] = t end
    end
  end
  print(("%d decisions, CPU seconds from an open register, median of %d rounds (least - most)"):format(rows, rounds))
  for i, q in ipairs(QUESTIONS) do
    local m, least, most = spread(ours[i])
    local line = ("%-36s %.4f (%.4f - %.4f)"):format(q[1], m, least, most)
    if duck then
      local d, dl, dm = spread(theirs[i])
      line = line .. ("   DuckDB, 1 thread %.4f (%.4f - %.4f)   %7.1f x ours"):format(d, dl, dm, d / m)
    end
    print(line)
  end
  print(("open and a year %.3f, then the first question %.3f"):format(spread(opens), (spread(firsts))))
  for line in capture(LUA .. dir .. "/walk.lua"):gmatch "[^\n]+" do
    local name, seconds, garbage = line:match "^(.-)|([%d.]+)|([%d.]+)$"
    print(("walk, %-42s %5.2f million a second, %6.1f bytes of garbage a decision"):format(name, rows / tonumber(seconds) / 1e6, tonumber(garbage)))
  end
  assert(os.execute(("rm -f %s/ours.db* %s/duck.db*"):format(dir, dir)))
end

for _, rows in ipairs(sizes) do run(assert(math.tointeger(tonumber(rows)), "ROWS are whole numbers")) end
