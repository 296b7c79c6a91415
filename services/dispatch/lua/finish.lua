-- ARGV: max_strikes backoff_ms, then groups of five: id token result verdict gpu_seconds. A verdict is
-- `succeeded`, `failed`, or `again`: a failure worth another try.
-- Returns for each 1 when the result was taken in (a repeat of the same call too), 0 when the lease was
-- lost.
local max_strikes, backoff_ms = number(ARGV[1]), number(ARGV[2])

local function measure(job, gpu_seconds)
  local units = number(job.cost)
  if gpu_seconds > 0 and units > 0 and not job.begun then
    local pace = exact(gpu_seconds / units)
    redis.call('LPUSH', key('speed', job.lane), pace)
    redis.call('LTRIM', key('speed', job.lane), 0, SPEEDS_KEPT - 1)
    redis.call('EXPIRE', key('speed', job.lane), RESULT_KEPT_S)
    learn(job.lane, number(pace))
  end
end

local function finish(id, token, result, verdict, gpu_seconds)
  local asked = redis.call('HMGET', key('job', id), 'state', 'token', 'strikes', 'cost', 'lane', 'begun')
  local job = { strikes = number(asked[3]), cost = asked[4], lane = asked[5], begun = asked[6] }
  if asked[2] ~= token or asked[1] ~= 'leased' then
    return (asked[1] == 'finished' or asked[1] == 'dead') and asked[2] == token and 1 or 0
  end
  end_lease(id, gpu_seconds)
  if verdict == 'succeeded' then
    measure(job, number(gpu_seconds))
  end
  local again = verdict == 'again' and redis.call('EXISTS', key('cancelled', id)) == 0
  local strikes = job.strikes + 1
  if again and strikes < max_strikes then
    redis.call('HSET', key('job', id), 'strikes', strikes)
    put_off(id, now_ms() + backoff_ms * 2 ^ (strikes - 1))
    return 1
  end
  if again then
    bury(id, strikes)
  else
    redis.call('HSET', key('job', id), 'state', 'finished')
    redis.call('EXPIRE', key('job', id), RESULT_KEPT_S)
  end
  publish('result', id, result)
  return 1
end

local answers = {}
for at = 3, #ARGV, 5 do
  answers[#answers + 1] = finish(ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
end
return answers
