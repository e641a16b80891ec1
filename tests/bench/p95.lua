-- What wrk does not print by itself: the 95th percentile and answers that were no success.
done = function(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("RESULT requests=%d bad=%d p95_us=%d\n", summary.requests, bad, latency:percentile(95)))
end
