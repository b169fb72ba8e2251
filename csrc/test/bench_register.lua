-- bench_register.lua: decisions into a register, against the sqlite3 shell's .import into a table with the same unique key and DuckDB's load into
-- its own file (where node finds it), interleaved on the same generated file; then all figures of all years out of the register just opened.
-- Prints medians, ratios and file sizes; only ratios of one run mean anything. The files must hold the same decisions, or it stops.
--   lua5.4 csrc/test/bench_register.lua BUILD [ROWS ...]      1000000 when absent; 10000000 takes some minutes and 4 GB of disk

local build = ...
local sizes = { select(2, ...) }
if #sizes == 0 then sizes = { "1000000" } end
local dir = build .. "/bench-register"

local tools = dofile "csrc/test/bench_tools.lua"
local capture, installed, median = tools.capture, tools.installed, tools.spread

assert(os.execute("mkdir -p " .. dir))

local function write(name, text) tools.write(dir .. "/" .. name, text) end

local COLUMNS = { "reference", "authority", "authority_code", "service_area", "received_date", "decided_date", "outcome",
  "remedied_before", "compliance_due_date", "compliance_outcome", "compliance_date" }

write("import.sql", ([[
CREATE TABLE decision (%s, PRIMARY KEY (reference, authority_code)) WITHOUT ROWID;
PRAGMA synchronous = FULL;
.mode csv
.import --skip 1 %s/d.csv decision
]]):format(table.concat(COLUMNS, " TEXT NOT NULL, ") .. " TEXT NOT NULL", dir))

write("ours.lua", ([[
local upheld = require "upheld"
local register <close> = assert(upheld.open("%s/ours.db"))
local report = assert(register:import { authorities = "%s/a.csv", decisions = "%s/d.csv" })
assert(report.written and report.errors == 0)
]]):format(dir, dir, dir))

-- Opening and reading the counts, which is all that a register's size could slow down; then every indicator of every authority and year with its
-- peers, as Lua objects. Seconds within the process, since starting Lua is no part of it.
write("figures.lua", ([[
local upheld = require "upheld"
local began = os.clock()
local register <close> = assert(upheld.open("%s/ours.db"))
local years = assert(register:years())
local read, figures = os.clock() - began, 0
for _, y in ipairs(years) do
  for a in assert(register:year(y)):authorities() do
    for _, indicator in ipairs(register.scheme.indicators) do
      local peers = a:figure(indicator.name):peers()
      figures = figures + (peers and 1 or 0)
    end
  end
end
print(("%%.4f %%.4f %%d"):format(read, os.clock() - began, figures))
]]):format(dir))

write("duck.mjs", ([[
import { createRequire } from "node:module";
const { DuckDBInstance } = createRequire(import.meta.url)("@duckdb/node-api");
const instance = await DuckDBInstance.create("%s/duck.db", { threads: "1" });
const db = await instance.connect();
const names = %s;
const types = names.map((n) => `'${n}': '${n.endsWith("_date") ? "DATE" : "VARCHAR"}'`).join(", ");
await db.run("SET preserve_insertion_order = false");
await db.run(`CREATE TABLE decision AS SELECT * FROM read_csv('%s/d.csv', header = true, auto_detect = false, delim = ',', quote = '"',
  escape = '"', columns = {${types}})`);
await db.run("CHECKPOINT");
]]):format(dir, '["' .. table.concat(COLUMNS, '", "') .. '"]', dir))

local NODE = ("NODE_PATH=${NODE_PATH:-%s/npm/node_modules} node"):format(build)
-- The answer by which all are compared, asked afterwards: how many decisions, and how many of them upheld.
write("ask.mjs", ([[
import { createRequire } from "node:module";
const { DuckDBInstance } = createRequire(import.meta.url)("@duckdb/node-api");
const db = await (await DuckDBInstance.create("%s/duck.db")).connect();
const found = await db.runAndReadAll("SELECT count(*), count(*) FILTER (outcome = 'Upheld') FROM decision");
console.log(found.getRows()[0].join(","));
]]):format(dir))
local ASK = "sqlite3 -separator , %s/%s \"SELECT count(*), sum(outcome = '%s') FROM %s\""

local contenders = {
  { "upheld (all rows checked)", "${LUA:-lua5.4} " .. dir .. "/ours.lua", file = "ours.db",
    ask = ASK:format(dir, "ours.db", "Upheld", "(SELECT o.label AS outcome FROM decision d LEFT JOIN outcome o ON o.code = d.outcome)") },
  { "sqlite3 .import (no checks)", "sqlite3 " .. dir .. "/shell.db -init /dev/null '.read " .. dir .. "/import.sql'", file = "shell.db",
    ask = ASK:format(dir, "shell.db", "Upheld", "decision") },
  { "DuckDB, 1 thread (no key)", NODE .. " " .. dir .. "/duck.mjs", file = "duck.db",
    ask = NODE .. " " .. dir .. "/ask.mjs", test = NODE .. " -e 'require(\"@duckdb/node-api\")'" },
}

local function size_of(file)
  local f = assert(io.open(dir .. "/" .. file, "rb"))
  local size = f:seek "end"
  f:close()
  return size
end

local function run(rows)
  local there, cpu, wall, sizes_of = {}, {}, {}, {}
  local rounds = rows > 1000000 and 3 or 5
  assert(os.execute(("%s/bin/upheld-generate %d 2010 %d %s/a.csv %s/d.csv"):format(build, rows, math.max(10, rows // 700000), dir, dir)))
  for _, c in ipairs(contenders) do
    if not c.test or installed(c.test) then there[#there + 1] = c end
  end
  for _ = 1, rounds do
    local expected
    for i, c in ipairs(there) do
      assert(os.execute(("rm -f %s/%s*"):format(dir, c.file)))
      local used, said = tools.timed(c[2])
      assert(said == "", said)
      local out = capture(c.ask)
      cpu[i], wall[i] = cpu[i] or {}, wall[i] or {}
      table.insert(cpu[i], used.cpu)
      table.insert(wall[i], used.wall)
      sizes_of[i] = size_of(c.file)
      if i > 1 then assert(os.execute(("rm -f %s/%s*"):format(dir, c.file))) end -- ours is read below
      expected = expected or out
      assert(out == expected, c[1] .. ": other counts than ours: " .. out)
    end
  end
  print(("%d rows into a file, %d rounds: median (least - most) seconds of CPU, wall; ratio of each round's CPU to ours; MB"):format(rows, rounds))
  for i, c in ipairs(there) do
    local ratios = {}
    for k = 1, rounds do ratios[k] = cpu[i][k] / cpu[1][k] end
    local m, least, most = median(cpu[i])
    local ratio, low, high = median(ratios)
    print(("%-28s %7.2f (%.2f - %.2f) %7.2f   %5.2f x (%.2f - %.2f)   %d MB"):format(c[1], m, least, most, (median(wall[i])), ratio, low, high,
      sizes_of[i] // 1000000))
  end
  local read, all, figures = {}, {}, nil
  for k = 1, 5 do
    local first, whole, count = capture("${LUA:-lua5.4} " .. dir .. "/figures.lua"):match "([%d.]+) ([%d.]+) (%d+)"
    read[k], all[k], figures = tonumber(first), tonumber(whole), count
  end
  print(("open, and all counts of all years: %.3f s (%.3f - %.3f); all %s figures with peers as Lua objects too: %.3f s (%.3f - %.3f)"):format(
    select(1, median(read)), select(2, median(read)), select(3, median(read)), figures, median(all)))
end

for _, rows in ipairs(sizes) do run(assert(math.tointeger(tonumber(rows)), "ROWS are whole numbers")) end
assert(os.execute("rm -rf " .. dir))
