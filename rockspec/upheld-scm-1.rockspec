rockspec_format = "3.0"
package = "upheld"
version = "scm-1"
source = { url = "git+https://github.com/upheld/upheld.git" }
description = {
  summary = "Figures and letters of an ombudsman's annual review, exact and traceable",
  detailed = [[
Keeps an ombudsman's decision records in an SQLite register, computes the statistics of the annual review letter, averages them
over similar authorities, and writes the letters. Every figure is exact and leads back to the decisions behind it.]],
  homepage = "https://github.com/upheld/upheld",
  license = "MIT",
}
dependencies = { "lua >= 5.4, < 5.5", "argparse >= 0.7" }
external_dependencies = { SQLITE = { header = "sqlite3.h", library = "sqlite3" } }
build = {
  type = "builtin",
  modules = {
    ["upheld.core"] = {
      sources = {
@SOURCES@
      },
      incdirs = { "$(SQLITE_INCDIR)" },
      libdirs = { "$(SQLITE_LIBDIR)" },
      libraries = { "sqlite3", "m" },
    },
@MODULES@
  },
  install = { bin = { upheld = "lua/upheld/main.lua" } },
  copy_directories = { "examples" },
}
test = { type = "command", command = "busted" }
