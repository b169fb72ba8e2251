-- bench.lua: CSV to figures, ours against the sqlite3 shell and a plain Lua script, interleaved on the same generated file.
-- Prints medians and ratios; only ratios of one run mean anything. Counts must be equal, or it stops.
--   lua5.4 csrc/test/bench.lua BUILD [ROWS]

local build, rows = ...
rows = math.tointeger(tonumber(rows or 1000000))
local dir = build .. "/bench"
local ROUNDS = 5

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

assert(os.execute(("mkdir -p %s && %s/bin/upheld-generate %d 2014 10 %s/a.csv %s/d.csv"):format(dir, build, rows, dir, dir)))

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

local contenders = {
  { "upheld (all rows checked)", "${LUA:-lua5.4} " .. dir .. "/ours.lua" },
  { "plain Lua script (no checks)", "${LUA:-lua5.4} " .. dir .. "/plain.lua" },
  { "sqlite3 .import + GROUP BY", "sqlite3 :memory: -init /dev/null '.read " .. dir .. "/q.sql'" },
  { "wc -l", "wc -l " .. dir .. "/d.csv >/dev/null" },
}
local times, expected = {}, nil
for round = 0, ROUNDS do -- round 0 warms up
  for i, c in ipairs(contenders) do
    local seconds, out = timed(c[2])
    times[i] = times[i] or {}
    if round > 0 then table.insert(times[i], seconds) end
    if i < 4 then
      expected = expected or out
      assert(out == expected, c[1] .. ": other counts than ours")
    end
  end
end

local function median(list)
  table.sort(list)
  return list[#list // 2 + 1]
end

print(("%d rows, CPU seconds, median of %d rounds (least - most)"):format(rows, ROUNDS))
local ours = median(times[1])
for i, c in ipairs(contenders) do
  local m = median(times[i])
  print(("%-30s %7.3f (%.3f - %.3f)   %6.2f x ours"):format(c[1], m, times[i][1], times[i][#times[i]], m / ours))
end
