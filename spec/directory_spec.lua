-- Which authority a name or a code means: by code, by name or alias as printed, by the stripped form; never a guess.
local core = require "upheld.core"
local helper = require "helper"
local upheld = require "upheld"

local AUTHORITIES = [[
code,name,type,aliases,valid_from,valid_to,successor
E06000010,Kingston Upon Hull City Council,Unitary,"Kingston upon Hull, City of",,,
E06000017,Rutland,Unitary,,,,
E06000020,Telford & Wrekin Council,Unitary,,,,
E06000023,Bristol City Council,Unitary,"Bristol, City of|Bristol",,,
E06000040,Royal Borough of Windsor and Maidenhead,Unitary,,,,
E06000047,Durham County Council,Unitary,County Durham,,,
E06000057,Northumberland County Council,Unitary,,,,
E06000059,Dorset Council,Unitary,,2019-04-01,,
E06000066,Somerset Council,Unitary,Somerset,2023-04-01,,
E07000115,Tonbridge and Malling Borough Council,District,,,,
E07000138,Lincoln,District,,,,
E07000156,Borough Council of Wellingborough,District,,,2021-03-31,
E07000240,St Albans City and District Council,District,St. Albans,,,
E08000013,St Helens Metropolitan Borough Council,Metropolitan,,,,
E08000032,City of Bradford Metropolitan District Council,Metropolitan,Bradford,,,
E09000001,City of London,London Borough,,,,
E09000002,London Borough of Barking & Dagenham,London Borough,,,,
E10000009,Dorset County Council,County,,,2019-03-31,E06000059
E10000016,Kent County Council,County,Kent,,,
]]

describe("an authority's name", function()
  local evidence

  -- Evidence of one file of authorities.
  local function read(text)
    local path = helper.write(helper.folder() .. "/authorities.csv", text)
    local e, report = core.read(assert(upheld.scheme "lgsco").compiled,
      { files = { { path = path, kind = "authorities" } }, now = "2026-01-01T00:00:00Z" })
    assert(e, tostring(report))
    return e, report
  end

  setup(function() evidence = read(AUTHORITIES) end)
  teardown(helper.cleanup)

  -- name, code it means; or nil and the fault's code, and a text of the message or hint
  local cases = {
    { "E10000016", "E10000016" },
    { " E10000016 ", "E10000016" },
    { "e10000016", nil, "unknown-authority" },
    { "Kent County Council", "E10000016" },
    { "KENT  COUNTY\tCOUNCIL ", "E10000016" },
    { "Kent", "E10000016" },
    { "Kent Council", "E10000016" },
    { "Kent Borough Council", nil, "unknown-authority" },
    { "Northumberland Council", "E06000057" },
    { "Northumberland", "E06000057" },
    { "Durham", "E06000047" },
    { "County Durham", "E06000047" },
    { "Durham City Council", nil, "unknown-authority" },
    { "Dorset Council", "E06000059" },
    { "dorset council", "E06000059" },
    { "Dorset County Council", "E10000009" },
    { "Dorset County", "E10000009" },
    { "Dorset District Council", "E06000059" },
    { "Dorset", nil, "ambiguous-authority", "Dorset Council (E06000059), Dorset County Council (E10000009)" },
    { "Somerset", "E06000066" },
    { "Somerset County Council", nil, "unknown-authority", "Somerset Council (E06000066)" },
    { "Rutland County Council", nil, "unknown-authority", "Rutland (E06000017)" },
    { "Rutland Council", "E06000017" },
    { "City of Bradford Metropolitan District Council", "E08000032" },
    { "City Of Bradford Metropolitan District Council", "E08000032" },
    { "Bradford City Council", "E08000032" },
    { "Bradford", "E08000032" },
    { "Telford & Wrekin Council", "E06000020" },
    { "Telford and Wrekin", "E06000020" },
    { "Telford&Wrekin Borough Council", "E06000020" },
    { "Royal Borough of Windsor and Maidenhead Council", "E06000040" },
    { "Windsor & Maidenhead", "E06000040" },
    { "St. Helens Metropolitan Borough Council", "E08000013" },
    { "St.Helens", "E08000013" },
    { "St Albans", "E07000240" },
    { "Barking and Dagenham", "E09000002" },
    { "Barking and Dagenham London Borough Council", "E09000002" },
    { "City of London Corporation", "E09000001" },
    { "Bristol, City of", "E06000023" },
    { "City of Bristol", "E06000023" },
    { "Hull City Council", nil, "unknown-authority" },
    { "City of Kingston upon Hull", "E06000010" },
    { "Lincoln City Council", "E07000138" },
    { "Wellingborough Borough Council", "E07000156" },
    { "Tonbridge\194\160and Malling Borough Council", "E07000115" },
    { "Tonbridge and Maling Borough Council", nil, "unknown-authority", "Tonbridge and Malling Borough Council" },
    { "Kent Couny Council", nil, "unknown-authority", "Kent County Council (E10000016)" },
    { "Transport for London", nil, "unknown-authority" },
    { "Council", nil, "unknown-authority" },
    { "London Borough Council", "E09000001" }, -- what is left is London
    { "", nil, "unknown-authority" },
    { ("x"):rep(2049), nil, "unknown-authority" },
    { ("&"):rep(2048), nil, "unknown-authority" },
  }

  for _, case in ipairs(cases) do
    local name, code, fault, text = table.unpack(case, 1, 4)
    it(("%q means %s"):format(name:sub(1, 60), code or fault), function()
      local index, err = evidence:find(name)
      if code then
        assert(index, tostring(err))
        assert.equal(code, evidence:authority(index).code)
      else
        assert.is_nil(index)
        assert.equal(fault, err.code)
        if text then assert.truthy(tostring(err):find(text, 1, true), tostring(err)) end
      end
    end)
  end

  it("is the same whatever the order of the file", function()
    local lines = helper.lines(AUTHORITIES)
    local reversed = { lines[1] }
    for i = #lines, 2, -1 do reversed[#reversed + 1] = lines[i] end
    local other = read(table.concat(reversed, "\n"))
    for _, case in ipairs(cases) do
      local a, err = evidence:find(case[1])
      local b, other_err = other:find(case[1])
      assert.equal(a, b)
      assert.equal(tostring(err), tostring(other_err))
    end
  end)

  it("that two authorities share is ambiguous, as a name or an alias", function()
    local e = read "code,name,type,aliases\nA1,Newtown Council,District,\nA2,Newtown Council,District,\nB1,Oldtown Council,District,Shared\nB2,Midtown Council,District,Shared\n"
    for _, name in ipairs { "Newtown Council", "Newtown", "Shared" } do
      local index, err = e:find(name)
      assert.is_nil(index)
      assert.equal("ambiguous-authority", err.code)
    end
    assert.equal("A2", e:authority((e:find "A2")).code)
  end)

  it("finds each of the authorities of 2019 to 2025 by its own name and code", function()
    local path = "examples/data/authorities.csv"
    if not helper.exists(path) then return end
    local e = read(helper.read(path))
    for i = 0, e:count() - 1 do
      local a = e:authority(i)
      assert.equal(i, e:find(a.code))
      assert.equal(i, (e:find(a.name)), a.name)
      assert.equal(i, (e:find(a.name:upper():gsub("&", "and"))), a.name)
    end
  end)
end)
