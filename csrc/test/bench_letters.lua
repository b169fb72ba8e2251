-- bench_letters.lua: letters: the whole of ours (HTML, text, trace, charts, every check), and a plain letter beside a template engine
-- that compiles to Lua, as etlua does, and Jinja2 where Python has it. CPU seconds; medians of interleaved rounds. Only ratios of one
-- run mean anything. The plain letters must be the same bytes, or it stops.
--   lua5.4 csrc/test/bench_letters.lua BUILD

local build = ...
local dir = build .. "/bench"
local ROUNDS, LETTERS = 7, 400

local upheld = require "upheld"
local common = require "upheld.command.common"

local tools = dofile "csrc/test/bench_tools.lua"
local median, write = tools.spread, tools.write

--------------------------------------------------------------------------------
-- The plain letter: 17 values and a table of six rows

local NAMES = { "date", "name", "role", "council", "office", "year", "starts", "ends", "upheld", "upheld_of", "rate", "average", "complied",
  "complied_of", "signed", "title", "address" }

local function values(i)
  local v = {}
  for k, name in ipairs(NAMES) do v[name] = ("%s %d & <%d>"):format(name, i, k) end
  v.rows = {}
  for k = 1, 6 do v.rows[k] = { area = "Area " .. k .. " 'A'", count = ("%d"):format(i * k % 97) } end
  return v
end

-- In the syntax of each: V(x) a value, EACH and END around the rows.
local PLAIN = [[
<h1>V(title)</h1>
<p>V(office)<br>V(address)</p>
<p>V(date)</p>
<p>V(name), V(role)<br>V(council)</p>
<p>In the year to V(ends), from V(starts), we upheld V(upheld) of V(upheld_of) complaints about V(council): V(rate). The average was
V(average). Recommendations were carried out in V(complied) of V(complied_of) cases in V(year).</p>
<table>
EACH<tr><th>V(row.area)</th><td>V(row.count)</td></tr>
END</table>
<p>V(signed)</p>
]]

local function syntax(value, each, finish)
  return (PLAIN:gsub("V%(([%w_.]+)%)", value):gsub("EACH", each):gsub("END", finish))
end

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }
local function escape(s) return (s:gsub("[&<>\"']", ENTITIES)) end

-- Ours: a page of HTML without traces, checks and charts, as an analyst's script has it.
local function ours()
  return assert(upheld.page(syntax("{{ %1 }}", "{%% for _, row in ipairs(rows) do %%}", "{%% end %%}"), { file = "plain" }))
end

-- A template made into one Lua function that fills a list, every value escaped.
local function compiled_lua()
  local out = { "local v, escape, concat = ... local out, n = {}, 0 " }
  local text, at = syntax("\1%1\2", "\3", "\4"), 1
  while true do
    local from = text:find("[\1\3\4]", at)
    local literal = text:sub(at, (from or #text + 1) - 1)
    if literal ~= "" then out[#out + 1] = ("n = n + 1 out[n] = %q "):format(literal) end
    if not from then break end
    local mark = text:sub(from, from)
    if mark == "\1" then
      local name, after = text:match("^\1([^\2]+)\2()", from)
      out[#out + 1] = ("n = n + 1 out[n] = escape(%s) "):format(name:find "^row%." and name or "v." .. name)
      at = after
    else
      out[#out + 1] = mark == "\3" and "for _, row in ipairs(v.rows) do " or "end "
      at = from + 1
    end
  end
  out[#out + 1] = "return concat(out)"
  local f = assert(load(table.concat(out)))
  return function(v) return f(v, escape, table.concat) end
end

local JINJA = [[
import json, sys, time
import jinja2
data = json.load(open(sys.argv[1]))
engine = jinja2.Environment(autoescape=True, trim_blocks=False, keep_trailing_newline=True)
t = engine.from_string(open(sys.argv[2]).read())
begin = time.process_time()
made = [t.render(**v) for v in data]
print(time.process_time() - begin)
open(sys.argv[3], "w").write("".join(made))
]]

local function python_with_jinja()
  for _, python in ipairs { "/usr/bin/python3", "python3" } do
    if os.execute(python .. " -c 'import jinja2' 2>/dev/null") then return python end
  end
end

local function json_of(list)
  local core = require "upheld.core"
  local letters = {}
  for i, v in ipairs(list) do
    local parts = {}
    for _, name in ipairs(NAMES) do parts[#parts + 1] = ('"%s":%s'):format(name, core.json_string(v[name])) end
    local rows = {}
    for k, row in ipairs(v.rows) do rows[k] = ('{"area":%s,"count":%s}'):format(core.json_string(row.area), core.json_string(row.count)) end
    parts[#parts + 1] = '"rows":[' .. table.concat(rows, ",") .. "]"
    letters[i] = "{" .. table.concat(parts, ",") .. "}"
  end
  return "[" .. table.concat(letters, ",") .. "]"
end

local function plain_bench()
  local list, engines, results = {}, {}, {}
  for i = 1, LETTERS do list[i] = values(i) end
  engines[1], engines[2] = { "ours, plain", ours() }, { "compiled to Lua", compiled_lua() }
  local python, wanted = python_with_jinja(), nil
  if python then
    write(dir .. "/letters.json", json_of(list))
    write(dir .. "/plain.jinja", (syntax("{{ %1 }}", "{%% for row in rows %%}", "{%% endfor %%}")))
    write(dir .. "/jinja.py", JINJA)
  end
  for _ = 1, ROUNDS do
    for _, engine in ipairs(engines) do
      collectgarbage()
      local begin, made = os.clock(), {}
      for i, v in ipairs(list) do made[i] = engine[2](v) end
      local took, all = os.clock() - begin, table.concat(made)
      wanted = wanted or all
      assert(all == wanted, engine[1] .. " writes other bytes")
      results[engine[1]] = results[engine[1]] or {}
      table.insert(results[engine[1]], took)
    end
    if python then
      local pipe = assert(io.popen(("%s %s/jinja.py %s/letters.json %s/plain.jinja %s/jinja.out"):format(python, dir, dir, dir, dir)))
      local took = tonumber(pipe:read "a")
      assert(pipe:close() and took, "Jinja2 failed")
      local f = assert(io.open(dir .. "/jinja.out", "rb"))
      local jinja = f:read "a":gsub("&#34;", "&quot;") -- two names of one character
      assert(jinja == wanted, "Jinja2 writes other bytes")
      f:close()
      results.Jinja2 = results.Jinja2 or {}
      table.insert(results.Jinja2, took)
    end
  end
  local mine = median(results["ours, plain"])
  for _, name in ipairs { "ours, plain", "compiled to Lua", "Jinja2" } do
    if results[name] then
      local m = median(results[name])
      print(("%-32s %7.1f ms   %5.2f of ours"):format(("%s, %d letters"):format(name, LETTERS), m * 1000, m / mine))
    else
      print(name .. ": not there")
    end
  end
end

--------------------------------------------------------------------------------
-- The whole of ours

local function read(path)
  local f = assert(io.open(path, "rb"))
  local text = f:read "a"
  f:close()
  return text
end

-- Four hundred authorities of the invented register's kind, by the project's own generator.
local function register_of()
  assert(os.execute(("mkdir -p %s && %s/bin/upheld-generate 200000 2014 10 %s/la.csv %s/ld.csv"):format(dir, build, dir, dir)))
  local register = assert(upheld.open ":memory:")
  assert(register:import { authorities = dir .. "/la.csv", decisions = dir .. "/ld.csv" })
  return register
end

local function whole_bench()
  local wording = read("examples/wording/annual_review_2020.lua")
    :gsub("{%% if has_average%(council%) then %%}\n## How the averages", '{{ rates_chart(council) }}\n\n{{ years_chart(council:trend("upheld")) }}\n\n%0', 1)
  assert(wording:find("years_chart", 1, true))
  write(dir .. "/wording.lua", wording)
  local register = register_of()
  local times, count, bytes = {}, 0, 0
  for _ = 1, ROUNDS do
    collectgarbage "restart"
    collectgarbage()
    local begin, n = os.clock(), 0
    bytes, count = 0, 0
    for _, asked in ipairs { 2020, 2019 } do -- there are fewer authorities than letters
      local year = assert(register:year(asked))
      local made = assert(year:letters { wording = dir .. "/wording.lua", facts = "examples/wording/facts_2020.lua", date = "2020-07-22",
        progress = common.without_collecting(), where = function()
          n = n + 1
          return n <= LETTERS
        end })
      for i = 1, #made do bytes = bytes + #made[i].html + #made[i].text + #made[i].trace end
      count = count + #made
    end
    times[#times + 1] = os.clock() - begin
  end
  print(("%-32s %7.1f ms   %.1f MB of HTML, text and trace; two charts and every check in each"):format(
    ("ours, whole, %d letters"):format(count), median(times) * 1000, bytes / 1e6))
end

assert(os.execute("mkdir -p " .. dir))
collectgarbage("setpause", 400) -- as the command has it
plain_bench()
whole_bench()
