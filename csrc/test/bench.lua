-- bench.lua: CSV to figures, ours against whichever of the peers is installed, interleaved on the same generated file.
-- Prints medians and ratios; only ratios of one run mean anything. Counts must be equal, or it stops.
--   lua5.4 csrc/test/bench.lua BUILD [ROWS ...]      20000 and 1000000 when absent; 10000000 takes some minutes
-- Peers: wc -l, the sqlite3 shell, mawk, a plain Lua script, and DuckDB where node finds @duckdb/node-api (NODE_PATH, or BUILD/npm). The
-- slow ones are left out beyond a million rows.

local build = ...
local sizes = { select(2, ...) }
if #sizes == 0 then sizes = { "20000", "1000000" } end
local dir = build .. "/bench"
local FAST = 1000000

local function capture(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  assert(pipe:close(), command)
  return text
end

-- CPU seconds (user + system) and output of a command.
local function timed(command)
  local text = capture(("bash -c %q 2>&1"):format("TIMEFORMAT='%U %S'; time { " .. command .. "; }"))
  local out, user, system = text:match "^(.-)([%d.]+) ([%d.]+)\n$"
  return tonumber(user) + tonumber(system), out
end

local function median(list)
  table.sort(list)
  return list[#list // 2 + 1]
end

assert(os.execute("mkdir -p " .. dir))

local function write(path, text)
  local f = assert(io.open(path, "w"))
  f:write(text)
  f:close()
end

write(dir .. "/q.sql", ([[
.mode csv
.import %s/d.csv d
.mode list
.separator ,
select authority_code, cast(substr(decided_date,1,4) as int) + (substr(decided_date,6,2) >= '04') y,
 sum(outcome='Upheld'), sum(outcome in ('Upheld','Not upheld')) from d where decided_date <> '' group by 1, 2
 having sum(outcome in ('Upheld','Not upheld')) > 0 order by 1, 2;
]]):format(dir))

write(dir .. "/plain.lua", ([[
local up, all = {}, {}
for l in io.lines("%s/d.csv") do
  local c, d, o = l:match '^[^,]*,"[^"]*",([^,]*),[^,]*,[^,]*,([^,]*),([^,]*)'
  if not c then c, d, o = l:match '^[^,]*,[^",]*,([^,]*),[^,]*,[^,]*,([^,]*),([^,]*)' end
  if o == "Upheld" or o == "Not upheld" then
    local k = c .. "," .. tonumber(d:sub(1, 4)) + (d:sub(6, 7) >= "04" and 1 or 0)
    all[k] = (all[k] or 0) + 1
    up[k] = (up[k] or 0) + (o == "Upheld" and 1 or 0)
  end
end
local keys = {}
for k in pairs(all) do keys[#keys + 1] = k end
table.sort(keys)
for _, k in ipairs(keys) do print(("%%s,%%d,%%d"):format(k, up[k], all[k])) end
]]):format(dir))

write(dir .. "/ours.lua", ([[
local upheld = require "upheld"
local book = assert(upheld.read { authorities = "%s/a.csv", decisions = "%s/d.csv" })
local lines = {}
for _, y in ipairs(book:years()) do
  for a in assert(book:year(y)):authorities() do
    local f = a.upheld
    if (f.denominator or 0) > 0 then lines[#lines + 1] = ("%%s,%%d,%%d,%%d"):format(a.code, y, f.numerator, f.denominator) end
  end
end
table.sort(lines)
print(table.concat(lines, "\n"))
]]):format(dir, dir))

write(dir .. "/job.awk", [[
BEGIN { FS = "," }
FNR > 1 {
  if (index($0, "\"")) { sub(/"[^"]*"/, "Q") } # the only quoted cell is a name
  if ($7 == "Upheld" || $7 == "Not upheld") {
    k = $3 "," (substr($6, 1, 4) + (substr($6, 6, 2) >= "04"))
    all[k]++
    if ($7 == "Upheld") up[k]++
  }
}
END { for (k in all) print k "," up[k] + 0 "," all[k] | "LC_ALL=C sort" }
]])

-- DuckDB at its best: one count by all that figures need, types given, order of rows not kept.
write(dir .. "/duck.mjs", ([[
import { createRequire } from "node:module";
const { DuckDBInstance } = createRequire(import.meta.url)("@duckdb/node-api");
const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
const db = await instance.connect();
await db.run("SET preserve_insertion_order = false");
const text = (names) => names.map((n) => `'${n}': '${n.endsWith("_date") ? "DATE" : "VARCHAR"}'`).join(", ");
const columns = text(["reference", "authority", "authority_code", "service_area", "received_date", "decided_date", "outcome",
  "remedied_before", "compliance_due_date", "compliance_outcome", "compliance_date"]);
const year = (d) => `year(${d}) + (month(${d}) >= 4)::INT`;
const found = await db.runAndReadAll(`
WITH base AS MATERIALIZED (SELECT authority_code AS code, service_area AS area, ${year("received_date")} AS ry, ${year("decided_date")} AS dy,
  ${year("coalesce(compliance_date, compliance_due_date)")} AS cy, outcome, remedied_before, compliance_outcome, count(*) AS n
  FROM read_csv('%s/d.csv', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${columns}}) GROUP BY ALL)
SELECT code, dy, sum(n) FILTER (outcome = 'Upheld'), sum(n) FROM base WHERE outcome IN ('Upheld', 'Not upheld') GROUP BY 1, 2 ORDER BY 1, 2`);
for (const [code, y, up, all] of found.getRows()) console.log(`${code},${y},${up ?? 0},${all}`);
]]):format(dir))

local NODE = ("NODE_PATH=${NODE_PATH:-%s/npm/node_modules} node"):format(build)
local function installed(test) return os.execute(test .. " >/dev/null 2>&1") == true end

local contenders = {
  { "upheld (all rows checked)", "${LUA:-lua5.4} " .. dir .. "/ours.lua" },
  { "DuckDB, 1 thread (no checks)", NODE .. " " .. dir .. "/duck.mjs", test = NODE .. " -e 'require.resolve(\"@duckdb/node-api\")'" },
  { "plain Lua script (no checks)", "${LUA:-lua5.4} " .. dir .. "/plain.lua", slow = true },
  { "mawk (no checks)", "mawk -f " .. dir .. "/job.awk " .. dir .. "/d.csv", test = "command -v mawk", slow = true },
  { "sqlite3 .import + GROUP BY", "sqlite3 :memory: -init /dev/null '.read " .. dir .. "/q.sql'", slow = true },
  { "wc -l", "wc -l " .. dir .. "/d.csv", counts = false },
}

local function run(rows)
  local there, times, expected = {}, {}, nil
  local rounds = rows > FAST and 3 or 5
  -- a million references a year
  assert(os.execute(("%s/bin/upheld-generate %d 2010 %d %s/a.csv %s/d.csv"):format(build, rows, math.max(10, rows // 700000), dir, dir)))
  for _, c in ipairs(contenders) do
    if not (c.slow and rows > FAST) and (not c.test or installed(c.test)) then there[#there + 1] = c end
  end
  for round = 0, rounds do -- round 0 warms up
    for i, c in ipairs(there) do
      local seconds, out = timed(c[2])
      times[i] = times[i] or {}
      if round > 0 then table.insert(times[i], seconds) end
      if c.counts ~= false then
        expected = expected or out
        assert(out == expected, c[1] .. ": other counts than ours")
      end
    end
  end
  print(("%d rows, CPU seconds, median of %d rounds (least - most)"):format(rows, rounds))
  local ours = median(times[1])
  for i, c in ipairs(there) do
    local m = median(times[i])
    print(("%-30s %7.3f (%.3f - %.3f)   %6.2f x ours"):format(c[1], m, times[i][1], times[i][#times[i]], m / ours))
  end
end

-- Instructions of ours for one more record: the same on every run, as seconds are not.
local function count_instructions()
  if not installed "command -v valgrind" then return print "instructions a record: valgrind is not installed" end
  local counts = {}
  for i, rows in ipairs { 20000, 40000 } do
    assert(os.execute(("%s/bin/upheld-generate %d 2014 10 %s/a.csv %s/d.csv"):format(build, rows, dir, dir)))
    local said = capture(("valgrind --tool=callgrind --callgrind-out-file=/dev/null ${LUA:-lua5.4} %s/ours.lua 2>&1 >/dev/null"):format(dir))
    counts[i] = math.tointeger(tonumber((said:match "refs: *([%d,]+)":gsub(",", ""))))
  end
  print(("instructions a record: %d"):format((counts[2] - counts[1]) // 20000))
end

for _, rows in ipairs(sizes) do run(assert(math.tointeger(tonumber(rows)), "ROWS are whole numbers")) end
count_instructions()
