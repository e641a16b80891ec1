-- Posts prepared forms or JSON, each with the session of another person; wraps around at the end of the file.
local sessions, bodies, at = {}, {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local session, body = line:match("^(%S+) (.*)$")
    sessions[#sessions + 1], bodies[#bodies + 1] = session, body
  end
  at = tonumber(args[2])
end

function request()
  local n = at % #sessions + 1
  at = at + 1
  local is_json = bodies[n]:sub(1, 1) == "{"
  local headers = {
    ["Content-Type"] = is_json and "application/json" or "application/x-www-form-urlencoded",
    ["X-CSRFToken"] = "bench0bench0bench0bench0bench0be",
    ["Cookie"] = "csrf=bench0bench0bench0bench0bench0be; sid=" .. sessions[n],
  }
  return wrk.format("POST", nil, headers, bodies[n])
end

function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("RESULT requests=%d bad=%d p95_us=%d\n", summary.requests, bad, latency:percentile(95)))
end
