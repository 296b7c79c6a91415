-- ARGV: id token result again max_strikes backoff_ms. `again` is 1 for a failure worth another try.
-- Returns 1 when the result was taken in (a repeat of the same call too), 0 when the lease was lost.
local id, token = ARGV[1], ARGV[2]
local job = redis.call('HMGET', key('job', id), 'state', 'token', 'strikes')
if (job[1] == 'finished' or job[1] == 'dead') and job[2] == token then
  return 1
end
if not held(id, token) then
  return 0
end
redis.call('ZREM', key('leases'), id)
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
