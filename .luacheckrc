std = "lua54"
max_line_length = 130
max_comment_line_length = 260 -- a ---@return of a record names all its fields
self = false -- methods may ignore self
files["spec"] = { std = "lua54+busted", max_line_length = 200 }
files["examples/wording"] = { std = "lua54" }
exclude_files = { "build" }
