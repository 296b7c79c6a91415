-- ARGV: id token result again max_strikes backoff_ms gpu_seconds. `again` is 1 for a failure worth
-- another try; gpu_seconds is 0 for any failure.
-- Returns 1 when the result was taken in (a repeat of the same call too), 0 when the lease was lost.
local id, token = ARGV[1], ARGV[2]
local job = redis.call('HMGET', key('job', id), 'state', 'token', 'strikes', 'cost', 'lane')
if (job[1] == 'finished' or job[1] == 'dead') and job[2] == token then
  return 1
end
if not held(id, token) then
  return 0
end
end_lease(id)
local gpu_seconds, cost = number(ARGV[7]), number(job[4])
if gpu_seconds > 0 and cost > 0 then
  redis.call('LPUSH', key('speed', job[5]), exact(gpu_seconds / cost))
  redis.call('LTRIM', key('speed', job[5]), 0, SPEEDS_KEPT - 1)
  redis.call('EXPIRE', key('speed', job[5]), RESULT_KEPT_S)
end
local again = ARGV[4] == '1' and redis.call('EXISTS', key('cancelled', id)) == 0
local strikes = number(job[3]) + 1
if again and strikes < number(ARGV[5]) then
  redis.call('HSET', key('job', id), 'strikes', strikes)
  put_off(id, now_ms() + number(ARGV[6]) * 2 ^ (strikes - 1))
elseif again then
  bury(id, strikes)
  publish('result', id, ARGV[3])
else
  redis.call('HSET', key('job', id), 'state', 'finished')
  redis.call('EXPIRE', key('job', id), RESULT_KEPT_S)
  publish('result', id, ARGV[3])
end
return 1
