-- bench.lua: CSV to figures, ours against whichever of the peers is installed, interleaved on the same generated file.
-- Prints medians and ratios of the same round; only ratios of one run mean anything. Counts must be equal, or it stops.
--   lua5.4 csrc/test/bench.lua BUILD [ROWS ...]      20000 and 1000000 when absent; 10000000 takes some minutes
--   lua5.4 csrc/test/bench.lua BUILD pipe:ROWS ...   our growth: input generated into a pipe, of which nothing is kept on disk
-- Peers, with one thread and two where they have them: wc -l, the sqlite3 shell, mawk, a plain Lua script, R data.table, and DuckDB and Polars
-- where node finds @duckdb/node-api and nodejs-polars (NODE_PATH, or BUILD/npm). The slow ones are left out beyond a million rows.

local build = ...
local sizes = { select(2, ...) }
if #sizes == 0 then sizes = { "20000", "1000000" } end
local dir = build .. "/bench"
local FAST = 1000000

local tools = dofile "csrc/test/bench_tools.lua"
local capture, installed, median, write = tools.capture, tools.installed, tools.spread, tools.write
local PEAK = installed "test -x /usr/bin/time" and dir .. "/peak" or nil

assert(os.execute("mkdir -p " .. dir))

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
local book = assert(upheld.read { authorities = "%s/a.csv", decisions = arg[2] or "%s/d.csv", threads = math.tointeger(tonumber(arg[1])) })
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
const instance = await DuckDBInstance.create(":memory:", { threads: process.argv[2] });
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

-- Polars: the same one count, everything read as text.
write(dir .. "/polars.mjs", ([[
import { createRequire } from "node:module";
const pl = createRequire(import.meta.url)("nodejs-polars");
const c = pl.col, text = (name) => c(name).str;
const year = (name) => text(name).slice(0, 4).cast(pl.Int32).plus(text(name).slice(5, 2).gtEq(pl.lit("04")).cast(pl.Int32));
const is = (name, word) => c(name).eq(pl.lit(word)).cast(pl.Int64).sum();
const words = { outcome: ["Upheld", "Not upheld", "Invalid or incomplete", "Advice given", "Referred back for local resolution",
  "Closed after initial enquiries"], compliance_outcome: ["Remedy complete and satisfied", "Remedy completed late", "Remedy not complete"] };
const base = pl.scanCSV("%s/d.csv", { hasHeader: true, inferSchemaLength: 0 })
  .select(c("authority_code").alias("code"), c("service_area"), year("received_date").alias("ry"), year("decided_date").alias("dy"),
    year("compliance_date").alias("cy"), c("outcome"), c("remedied_before"), c("compliance_outcome"))
  .groupBy(["code", "service_area", "ry", "dy", "cy"]).agg(is("remedied_before", "yes").alias("remedied"),
    ...Object.entries(words).flatMap(([name, list]) => list.map((word) => is(name, word).alias(word)))).collectSync();
const found = base.filter(c("dy").isNotNull()).groupBy(["code", "dy"]).agg(c("Upheld").sum(), c("Not upheld").sum())
  .filter(c("Upheld").plus(c("Not upheld")).gt(0)).sort(["code", "dy"]);
for (const [code, y, up, no] of found.rows()) console.log(`${code},${y},${up},${Number(up) + Number(no)}`);
]]):format(dir))

write(dir .. "/table.R", ([[
suppressMessages(library(data.table))
threads <- as.integer(commandArgs(TRUE)[1])
setDTthreads(threads)
names <- c("authority_code", "service_area", "received_date", "decided_date", "outcome", "remedied_before", "compliance_outcome", "compliance_date")
d <- fread("%s/d.csv", select = names, colClasses = list(character = names), nThread = threads, na.strings = NULL, showProgress = FALSE)
fy <- function(x) { u <- unique(x); v <- as.integer(substr(u, 1, 4)) + (substr(u, 6, 7) >= "04"); v[match(x, u)] }
d[, `:=`(ry = fy(received_date), dy = fy(decided_date), cy = fy(compliance_date))]
b <- d[, .(n = .N), by = .(code = authority_code, service_area, ry, dy, cy, outcome, remedied_before, compliance_outcome)]
r <- b[outcome %%chin%% c("Upheld", "Not upheld"), .(up = sum(n[outcome == "Upheld"]), all = sum(n)), keyby = .(code, dy)]
cat(sprintf("%%s,%%d,%%d,%%d\n", r$code, r$dy, as.integer(r$up), as.integer(r$all)), sep = "")
]]):format(dir))

local NODE = ("NODE_PATH=${NODE_PATH:-%s/npm/node_modules} node"):format(build)
local function has_module(name) return NODE .. " -e 'require(\"" .. name .. "\")'" end
local HAS_TABLE = "Rscript -e 'library(data.table)'"

-- threads: of a contender, which is compared with ours of as many.
local contenders = {
  { "upheld, 1 thread (all rows checked)", "${LUA:-lua5.4} " .. dir .. "/ours.lua 1", threads = 1 },
  { "upheld, 2 threads", "${LUA:-lua5.4} " .. dir .. "/ours.lua 2", threads = 2 },
  { "DuckDB, 1 thread (no checks)", NODE .. " " .. dir .. "/duck.mjs 1", test = has_module "@duckdb/node-api", threads = 1 },
  { "DuckDB, 2 threads", NODE .. " " .. dir .. "/duck.mjs 2", test = has_module "@duckdb/node-api", threads = 2 },
  { "Polars, 1 thread (no checks)", "POLARS_MAX_THREADS=1 " .. NODE .. " " .. dir .. "/polars.mjs", test = has_module "nodejs-polars", threads = 1 },
  { "Polars, 2 threads", "POLARS_MAX_THREADS=2 " .. NODE .. " " .. dir .. "/polars.mjs", test = has_module "nodejs-polars", threads = 2 },
  { "R data.table, 1 thread (no checks)", "Rscript " .. dir .. "/table.R 1", test = HAS_TABLE, threads = 1 },
  { "R data.table, 2 threads", "Rscript " .. dir .. "/table.R 2", test = HAS_TABLE, threads = 2 },
  { "plain Lua script (no checks)", "${LUA:-lua5.4} " .. dir .. "/plain.lua", slow = true, threads = 1 },
  { "mawk (no checks)", "mawk -f " .. dir .. "/job.awk " .. dir .. "/d.csv", test = "command -v mawk", slow = true, threads = 1 },
  { "sqlite3 .import + GROUP BY", "sqlite3 :memory: -init /dev/null '.read " .. dir .. "/q.sql'", slow = true, threads = 1 },
  { "wc -l", "wc -l " .. dir .. "/d.csv", counts = false, threads = 1 },
}

-- A million references a year at most; a year of case numbers takes some more years to fill evenly.
local function generate(rows, decisions)
  return ("%s/bin/upheld-generate %d 2010 %d %s/a.csv %s"):format(build, rows, math.max(10, rows // 700000), dir, decisions)
end

-- Median, least and most of a contender's times over ours in the same round.
local function ratios(theirs, ours, what)
  local list = {}
  for round, one in ipairs(theirs) do list[round] = one[what] / math.max(ours[round][what], 0.001) end
  return ("%6.2f (%.2f - %.2f)"):format(median(list))
end

local function middle(times, what)
  local list = {}
  for round, one in ipairs(times) do list[round] = one[what] end
  return (median(list))
end

local function run(rows)
  local there, times, expected, ours = {}, {}, nil, {}
  local rounds = rows > FAST and 3 or 5
  assert(os.execute(generate(rows, dir .. "/d.csv")))
  for _, c in ipairs(contenders) do
    if not (c.slow and rows > FAST) and (not c.test or installed(c.test)) then there[#there + 1] = c end
  end
  for round = 0, rounds do -- round 0 warms up
    for i, c in ipairs(there) do
      local one, out = tools.timed(c[2], PEAK)
      times[i] = times[i] or {}
      if round > 0 then table.insert(times[i], one) end
      if c.counts ~= false then
        expected = expected or out
        assert(out == expected, c[1] .. ": other counts than ours")
      end
    end
  end
  for i = 1, 2 do ours[there[i].threads] = times[i] end
  print(("%d rows, medians of %d rounds; over ours of as many threads in the same round (least - most)"):format(rows, rounds))
  print(("%-35s %8s %8s %8s   %-22s %s"):format("", "CPU s", "wall s", "peak MB", "CPU over ours", "wall over ours"))
  for i, c in ipairs(there) do
    local peak = times[i][1].peak and ("%.0f"):format(middle(times[i], "peak")) or "?"
    print(("%-35s %8.3f %8.3f %8s   %-22s %s"):format(c[1], middle(times[i], "cpu"), middle(times[i], "wall"), peak,
      ratios(times[i], ours[c.threads], "cpu"), ratios(times[i], ours[c.threads], "wall")))
  end
end

-- Our growth. What comes through a pipe can be read once only, so every record is kept: memory grows by as much for each.
local function run_pipe(rows)
  local pipe = dir .. "/pipe.csv"
  assert(os.execute(("rm -f %s && mkfifo %s && %s > /dev/null"):format(pipe, pipe, generate(1, dir .. "/d.csv"))))
  assert(os.execute(("(%s) &"):format(generate(rows, pipe))))
  local one = tools.timed(("${LUA:-lua5.4} %s/ours.lua 1 %s > /dev/null"):format(dir, pipe), PEAK)
  os.remove(pipe)
  print(("%d rows from a pipe: %.0f ns of CPU a record, peak %s MB, %s bytes a record"):format(rows, one.cpu / rows * 1e9,
    one.peak and ("%.0f"):format(one.peak) or "?", one.peak and ("%.0f"):format(one.peak * 1e6 / rows) or "?"))
end

-- Instructions of ours for one more record: the same on every run, as seconds are not.
local function count_instructions()
  if not installed "command -v valgrind" then return print "instructions a record: valgrind is not installed" end
  local counts = {}
  for i, rows in ipairs { 20000, 40000 } do
    assert(os.execute(("%s/bin/upheld-generate %d 2014 10 %s/a.csv %s/d.csv"):format(build, rows, dir, dir)))
    local said = capture(("valgrind --tool=callgrind --callgrind-out-file=/dev/null ${LUA:-lua5.4} %s/ours.lua 1 2>&1 >/dev/null"):format(dir))
    counts[i] = math.tointeger(tonumber((said:match "refs: *([%d,]+)":gsub(",", ""))))
  end
  print(("instructions a record: %d"):format((counts[2] - counts[1]) // 20000))
end

local files
for _, size in ipairs(sizes) do
  local piped, rows = size:match "^(p?i?p?e?:?)(%d+)$"
  rows = assert(math.tointeger(tonumber(rows)), "ROWS are whole numbers, or pipe:ROWS")
  if piped == "pipe:" then run_pipe(rows) else run(rows) end
  files = files or piped == ""
end
if files then count_instructions() end
