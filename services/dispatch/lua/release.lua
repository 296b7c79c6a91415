-- ARGV: id token delay_ms gpu_seconds. The worker hands the job back unharmed: no strike, but what it
-- took so far is charged. Returns 1, or 0 when lost.
local id = ARGV[1]
if not held(id, ARGV[2]) then
  return 0
end
end_lease(id, ARGV[4])
if number(ARGV[4]) > 0 then
  redis.call('HSET', key('job', id), 'begun', 1)
end
if redis.call('EXISTS', key('cancelled', id)) == 1 then
  redis.call('DEL', key('job', id))
elseif number(ARGV[3]) > 0 then
  put_off(id, now_ms() + number(ARGV[3]))
else
  put_back(id)
end
return 1
