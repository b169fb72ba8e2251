-- What must hold of the sources themselves: the core knows no Lua, one file knows SQLite, one symbol is shown, and the rockspec
-- lists exactly the files there are.
local helper = require "helper"

local function files(command)
  local list = {}
  for _, line in ipairs(helper.lines((helper.run(command)))) do list[#list + 1] = line end
  table.sort(list)
  return list
end

describe("the sources", function()
  it("of the core include no Lua, and one of them SQLite", function()
    assert.same({}, files "grep -lE '#[ ]*include[ ]*[<\"](lua|lauxlib|lualib)\\.h' csrc/core/*")
    assert.same({ "csrc/core/register_sql.c" }, files "grep -l 'include <sqlite3.h>' csrc/core/* csrc/bind/*")
  end)

  it("of the core print, exit and read nothing of their own", function()
    assert.same({}, files [[grep -nE '[^_a-z"](printf|puts|exit|abort|setlocale|getenv|time|localtime|gmtime|strtod|atof|rand|signal)[ ]?\(' csrc/core/*.c]])
  end)

  it("have no changeable file-level state", function()
    local text = helper.run(("nm %s/obj/core/*.o %s/obj/bind/*.o"):format(helper.build, helper.build))
    local found = {}
    for kind, name in text:gmatch "%x+ ([bBdDC]) ([%w_.]+)" do
      -- what the compiler and sanitizers bring
      if not name:find "^_" and not name:find "gcov" and not name:find "^completed" and not name:find "%.%d+$" and not name:find "^__" then
        found[#found + 1] = kind .. " " .. name
      end
    end
    -- pointer tables that the loader relocates stand in .data.rel.ro and show as d: they are const in the source
    local changeable = {}
    for _, one in ipairs(found) do
      local name = one:sub(3)
      local _, _, status = helper.run(("grep -rqE '^static const .*%s|^const .*%s' csrc/core csrc/bind"):format(name, name))
      if status ~= 0 then changeable[#changeable + 1] = one end
    end
    assert.same({}, changeable)
  end)

  it("are those of the build that is tested", function()
    local path = package.searchpath("upheld.core", package.cpath)
    assert.equal((helper.build .. "/lib/upheld/core.so"):gsub("^%./", ""), (path:gsub("^%./", "")))
  end)

  it("show one symbol", function()
    local out = helper.run("nm -D --defined-only " .. helper.build .. "/lib/upheld/core.so")
    local shown = {} -- (mangle_path comes with gcov)
    for name in out:gmatch " T ([%w_]+)" do
      if not name:find "^_" and name ~= "mangle_path" then shown[#shown + 1] = name end
    end
    assert.same({ "luaopen_upheld_core" }, shown)
  end)

  it("are all in the rockspec, and nothing else", function()
    local env = {}
    assert(loadfile("rockspec/upheld-scm-1.rockspec", "t", env))()
    local listed, modules = {}, {}
    for name, value in pairs(env.build.modules) do
      if type(value) == "string" then
        listed[#listed + 1] = value
        local path = "lua/" .. name:gsub("%.", "/")
        assert.is_true(value == path .. ".lua" or value == path .. "/init.lua", name)
      else
        for _, source in ipairs(value.sources) do modules[#modules + 1] = source end
      end
    end
    table.sort(listed)
    table.sort(modules)
    assert.same(files "find lua -name '*.lua'", listed)
    assert.same(files "ls csrc/core/*.c csrc/bind/*.c", modules)
  end)

  it("print nothing and set no global when required", function()
    local script = "local before = {} for k in pairs(_G) do before[k] = true end; require 'upheld'; "
      .. "for k in pairs(_G) do assert(before[k], k) end; assert(not package.loaded.argparse)"
    local out, err, status = helper.run(('LUA_PATH="lua/?.lua;lua/?/init.lua" LUA_CPATH="%s/lib/?.so" %s -e'):format(helper.build, helper.lua), script)
    assert.same({ "", "", 0 }, { out, err, status })
  end)
end)
