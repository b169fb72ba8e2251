-- A one-off read by several threads: whatever their number, the size of the segments they take and the machine's instructions, every
-- byte that comes out is the one that a single thread gives.
local helper = require "helper"
local core = require "upheld.core"
local upheld = require "upheld"

local LOOKS = core.csv_looks()
local HEAD = "reference,authority,authority_code,decided_date,outcome,service_area,received_date,remedied_before,"
  .. "compliance_due_date,compliance_outcome,compliance_date\n"
local ROW = "20 001 225,Invented Council 001,X06000001,2019-06-01,Upheld,Housing,2019-01-31,no,,,\n"

describe("threads", function()
  local folder, real_read, hidden, state
  local rejects

  setup(function()
    folder = helper.folder()
    rejects = folder .. "/rejects.csv"
    assert(os.execute(("%s 600 2018 3 %s/a.csv %s/d.csv"):format(helper.generator, folder, folder)))
    -- the size of segments and the way of looking are the core's options, not a user's
    real_read = core.read
    core.read = function(scheme, options) -- luacheck: ignore 122
      options.segment, options.look = hidden.segment, hidden.look
      return real_read(scheme, options)
    end
  end)
  teardown(function()
    core.read = real_read -- luacheck: ignore 122
    helper.cleanup()
  end)
  before_each(function() state = 11 end)

  local function random(n)
    state = state * 16807 % 2147483647
    return state % n + 1
  end

  -- Everything that a one-off says of the files: report, rejected rows, figures; or why it failed.
  local function said(options, threads, segment, look)
    local given = { authorities = folder .. "/a.csv", rejects = rejects, threads = threads }
    for key, value in pairs(options) do given[key] = value end
    hidden = { segment = segment, look = look }
    os.remove(rejects)
    local book, report = upheld.read(given)
    local list = { tostring(report) }
    if not book then report = report.report end
    for fault in report:faults() do list[#list + 1] = tostring(fault) .. (fault.value or "") end
    list[#list + 1] = report.json
    list[#list + 1] = helper.exists(rejects) and helper.read(rejects) or "none rejected"
    list[#list + 1] = book and book:csv() or "no figures"
    return table.concat(list, "\n")
  end

  local function all_same(options, segments, threads, looks)
    local expected = said(options, 1, nil, 0)
    for _, look in ipairs(looks or { 0 }) do
      for _, count in ipairs(threads or { 1, 2, 3, 7 }) do
        for _, segment in ipairs(count == 1 and { 1 } or segments) do
          local here = said(options, count, segment, look)
          if here ~= expected then
            assert.equal(expected, here, ("%d threads, segments of %d, %s"):format(count, segment, LOOKS[look + 1]))
          end
        end
      end
    end
    return expected
  end

  local function decisions(text)
    return { decisions = helper.write(folder .. "/case.csv", text) }
  end

  local every_look = {}
  for i = 1, #LOOKS do every_look[i] = i - 1 end

  local quoted = '20 001 227,Invented Council 001,X06000001,2019-06-01,Upheld,"Housing\n\n",2019-01-31,no,,,\n'
  local cases = {
    { "good rows", HEAD .. ROW .. ROW:gsub("225", "226") .. ROW:gsub("225", "228") },
    { "line feeds within quotes", HEAD .. ROW .. quoted .. quoted:gsub("227", "228") .. ROW:gsub("225", "229") .. quoted:gsub("227", "230") },
    { "a heading in two lines", HEAD:gsub("service_area", '"service\narea"') .. ROW .. quoted },
    { "CRLF and a BOM", "\239\187\191" .. (HEAD .. ROW .. quoted .. ROW:gsub("225", "229")):gsub("\n", "\r\n") },
    { "empty lines, and none at the end", "\n\n" .. HEAD .. "\n\n" .. ROW .. "\n\r\n\n" .. ROW:gsub("225", "226"):gsub("\n", "") },
    { "a header alone", HEAD, "no%-rows" },
    { "a header alone without its end", (HEAD:gsub("\n", "")), "no%-rows" },
    { "nothing", "", "empty%-file" },
    { "a header that cannot be used", "reference,outcome\n" .. ROW, "missing%-column" },
    { "a wrong row at each place", HEAD .. ("x" .. ROW):rep(3) .. ROW .. ("y" .. ROW):rep(2), "bad%-reference" },
    { "ragged rows and stray quotes", HEAD .. "a,b\n" .. ROW .. 'a"b,c\n' .. ROW:gsub("225", "226") .. '"a"b,c\n"a\n"b"\n",c\n', "stray%-quote" },
    { "a repeat", HEAD .. ROW .. quoted .. ROW, "repeated%-row" },
    { "a repeat with other content", HEAD .. ROW .. quoted .. ROW:gsub("Upheld", "Not upheld"), "duplicate%-key" },
    { "a quote that is not closed", HEAD .. ROW .. "x" .. ROW .. '20 001 229,"Invented\n' .. ROW:rep(3), "unclosed%-quote" },
    { "a NUL byte", HEAD .. ROW .. "x" .. ROW .. "a,\0\n" .. "y" .. ROW .. ROW, "nul%-byte" },
    { "a NUL byte behind a repeat", HEAD .. ROW .. ROW .. "a,\0\n" .. ROW, "repeated%-row" },
    { "bytes that are not UTF-8", HEAD .. ROW .. ROW:gsub("Housing", "H\233"):gsub("225", "226") .. ROW:gsub("Housing", "Caf\195\169"), "invalid%-utf8" },
    { "unknown names", HEAD .. ROW:gsub("Invented Council 001,X06000001", "Invented Counci 001,"):rep(9), "near: " },
  }
  for _, case in ipairs(cases) do
    local name, text, fragment = table.unpack(case, 1, 3)
    it("read " .. name, function()
      local expected = all_same(decisions(text), { 1, 7, 60, 97, 256 })
      if fragment then assert.matches(fragment, expected) end
    end)
  end

  it("read files in which everything happens, in every way of looking", function()
    local usual = helper.lines(helper.read(folder .. "/d.csv"))
    local cells = { "", " ", "x", "Upheld", '"Upheld"', '"Up""held"', "Not upheld", "2019-02-29", "2019-02-28", "28 Feb 2019", '"2019-02-28"', "yes", "no",
      "12 345 678a", '"12 345 678"', "X06000001", "Invented Council 001", "Invented Counci 002", '"Invented\nCouncil 001"', "Housing", '"Housing\n"', '"a\nb"',
      "Caf\xc3\xa9", "Remedy not complete", "a,b", 'a"b', '"a"b', ("n"):rep(70), "1900-01-01", "2199-12-31" }
    for round = 1, 6 do
      local lines = { table.unpack(usual) }
      for _ = 1, round % 2 == 0 and 150 or 20 do
        local at, column, n = 1 + random(#lines - 1), random(11), 0
        lines[at] = lines[at]:gsub("[^,]*", function()
          n = n + 1
          return n == column and cells[random(#cells)] or nil
        end)
      end
      if round > 4 then lines[#lines + 1] = lines[2] end -- a repeat: a second reading
      if round == 6 then lines[300] = lines[300] .. "\0" end
      local options = decisions(table.concat(lines, round % 3 == 0 and "\r\n" or "\n") .. (round % 2 == 0 and "\n" or ""))
      all_same(options, { 400 + round, 10000 * round }, { 1, 3 }, every_look)
      all_same(options, { 311, 4096 }, { 2, 7 })
    end
  end)

  it("read rows of one quoting or another alike", function()
    local lines = helper.lines(helper.read(folder .. "/d.csv"))
    for i, line in ipairs(lines) do -- every cell in quotes, as some programs write them
      lines[i] = line:gsub('"[^"]*"', function(cell) return (cell:sub(2, -2):gsub(",", "\1")) end):gsub("[^,]*", '"%0"'):gsub("\1", ",")
    end
    local plain = said({ decisions = folder .. "/d.csv" }, 1, nil, 0)
    local all_quoted = all_same(decisions(table.concat(lines, "\n") .. "\n"), { 3000 }, { 1, 3 }, every_look)
    assert.equal((plain:gsub("/d%.csv", "/case.csv")), all_quoted)
  end)

  it("search for near names as often as one thread does", function()
    local rows = {}
    for i = 1, 2300 do rows[i] = ("20 001 225,Invented Counci %03d,,2019-06-01,Upheld,,,,,,\n"):format(random(60)) end
    local expected = all_same(decisions(HEAD .. table.concat(rows)), { 20000 }, { 2, 3 })
    local near = select(2, expected:gsub("unknown%-authority%); near: ", ""))
    assert.equal(2000, near)
  end)

  it("list as many faults as one thread does", function()
    local options = decisions(HEAD .. ("x\n"):rep(60000) .. ROW .. ("y,\n"):rep(40010))
    local expected = all_same(options, { 30000 }, { 3 })
    assert.matches('"unlisted":10', expected)
  end)

  it("read several files, and compliance beside them", function()
    local text = helper.read(folder .. "/d.csv")
    local first, second = helper.write(folder .. "/one.csv", text), helper.write(folder .. "/two.csv", HEAD .. ROW .. quoted)
    local outcomes = helper.write(folder .. "/c.csv", "reference,authority,compliance_outcome,compliance_date\n"
      .. "20 001 226,Invented Council 001,Remedy complete and satisfied,2020-10-01\n")
    all_same({ decisions = { first, second } }, { 500, 5000 })
    all_same({ decisions = { second, first }, compliance = outcomes }, { 500, 5000 })
    all_same({ decisions = { first, first } }, { 500, 5000 }, { 2 })
  end)

  it("agree with a field over the limit", function()
    all_same(decisions(HEAD .. ROW .. "x" .. ROW .. '"' .. ("a\n"):rep(700000)), { 100000, 600000 }, { 2, 3 })
    local expected = all_same(decisions(HEAD .. ROW .. "x" .. ROW .. ("a"):rep(1100000) .. "\n" .. ROW), { 100000, 600000 }, { 2, 3 })
    assert.matches("field%-too%-long", expected)
  end)

  it("tell progress from the calling thread, and stop when it says so", function()
    local options = decisions(HEAD .. ("x" .. ROW):rep(40000))
    local calls, last, total = 0, 0, 0
    options.progress = function(bytes, of)
      assert.is_true(bytes >= last or bytes <= of)
      calls, last, total = calls + 1, bytes, of
    end
    all_same(options, { 100000 }, { 3 })
    assert.equal(total, last)
    assert.is_true(calls > 4)
    for stop_at = 1, 4 do
      calls = 0
      options.progress = function()
        calls = calls + 1
        return calls < stop_at
      end
      hidden = { segment = 300000, look = 0 }
      local book, err = upheld.read { authorities = folder .. "/a.csv", decisions = options.decisions, threads = 3, progress = options.progress }
      assert.is_nil(book)
      assert.equal("interrupted", err.code)
    end
  end)

  it("raise what the progress function raises", function()
    local options = decisions(HEAD .. ("x" .. ROW):rep(40000))
    hidden = { segment = 300000, look = 0 }
    local ok, err = pcall(upheld.read, { authorities = folder .. "/a.csv", decisions = options.decisions, threads = 3,
      progress = function(bytes) if bytes > 1000000 then error("enough", 0) end end })
    assert.same({ false, "enough" }, { ok, err })
  end)

  it("are a whole number from 1", function()
    for _, wrong in ipairs { 0, -1, 1.5, "2" } do
      local ok, err = pcall(upheld.read, { authorities = folder .. "/a.csv", threads = wrong })
      assert.is_false(ok)
      assert.matches("threads is a whole number from 1", err)
    end
    assert.is_true(core.processors() >= 1)
  end)

  it("are as many as --threads says, in the command", function()
    local one = helper.upheld("figures", "--authorities", folder .. "/a.csv", "--decisions", folder .. "/d.csv", "--csv", "--threads", "1")
    local many = helper.upheld("figures", "--authorities", folder .. "/a.csv", "--decisions", folder .. "/d.csv", "--csv", "--threads", "999")
    assert.equal(one, many)
  end)

  it("leave none behind", function()
    local function threads()
      local pipe = assert(io.popen("ls /proc/$PPID/task | wc -l"))
      local count = pipe:read "n"
      pipe:close()
      return count
    end
    local before = threads()
    said(decisions(HEAD .. ("x" .. ROW):rep(1000)), 7, 5000, 0)
    assert.equal(before, threads())
  end)
end)
