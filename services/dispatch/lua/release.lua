-- ARGV: id token delay_ms. The worker hands the job back unharmed: no strike. Returns 1, or 0 when lost.
local id = ARGV[1]
if not held(id, ARGV[2]) then
  return 0
end
end_lease(id)
if redis.call('EXISTS', key('cancelled', id)) == 1 then
  redis.call('DEL', key('job', id))
elseif number(ARGV[3]) > 0 then
  put_off(id, now_ms() + number(ARGV[3]))
else
  put_back(id)
end
return 1
