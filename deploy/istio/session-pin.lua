-- Keeps an MCP session on the version that minted it. Runs in the ingress gateway, before the router.
--
-- An answer that mints a session (header mcp-session-id) from a route that says which version it chose (x-mcp-variant)
-- leaves with the version in the id:           a1b2        ->  mcpro1.b-7~a1b2
-- A request with such an id goes on without:   mcpro1.b-7~a1b2  ->  a1b2, and x-mcp-pin: b-7
-- Envoy then chooses the route again, and the rules of the route send x-mcp-pin: b-7 to that version.
--
-- The server sees the ids it minted, the client sees ids that it need not understand. The script knows no version and
-- never changes during a rollout: a change of a listener ends the streams that are open through it.
local MARK = "mcpro1."

-- At most 63 of a-z, 0-9 and "-", not "-" first: what may stand in a tag. Without "~", which ends it.
local function is_version(text)
  return #text <= 63 and string.match(text, "^[a-z0-9][a-z0-9%-]*$") ~= nil
end

function envoy_on_request(handle)
  local headers = handle:headers()
  -- whoever sends it is not this script
  if headers:get("x-mcp-pin") ~= nil then
    headers:remove("x-mcp-pin")
  end
  local session = headers:get("mcp-session-id")
  if session == nil or string.sub(session, 1, #MARK) ~= MARK then
    return
  end
  -- up to the first "~": whatever follows is the server's, even if it looks like a tag
  local version, id = string.match(session, "^([^~]+)~(.+)$", #MARK + 1)
  if version == nil or not is_version(version) then
    return -- no tag of ours; the rules for sessions without one decide
  end
  headers:replace("mcp-session-id", id)
  headers:replace("x-mcp-pin", version)
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local session, version = headers:get("mcp-session-id"), headers:get("x-mcp-variant")
  if session ~= nil and version ~= nil and is_version(version) then
    headers:replace("mcp-session-id", MARK .. version .. "~" .. session)
  end
end
