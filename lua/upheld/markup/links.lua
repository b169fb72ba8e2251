-- markup/links.lua: what both writers ask of a link.
-- Owns: when the words of a link are its address.
-- Must not: write.

local links = {}

--- The words of inline nodes, without the addresses of links.
---@return string
function links.words(children)
  local parts = {}
  for i, node in ipairs(children) do
    parts[i] = node.kind == "text" and node.text or node.kind == "break" and "\n" or links.words(node.children)
  end
  return table.concat(parts)
end

--- Whether the words are the address itself, with or without its scheme.
---@return boolean
function links.bare(words, url)
  return words == url or "https://" .. words == url or "http://" .. words == url or "mailto:" .. words == url
end

return links
