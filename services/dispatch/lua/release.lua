-- ARGV: id token delay_ms gpu_seconds. The worker hands the job back unharmed: no strike, but what it
-- took so far is charged. Returns 1, or 0 when lost.
local id = ARGV[1]
if not held(id, ARGV[2]) then
  return 0
end
end_lease(id, ARGV[4])
if number(ARGV[4]) > 0 then
  call('HSET', key_of(id), 'begun', 1)
end
if call('EXISTS', key('cancelled', id)) == 1 then
  call('DEL', key_of(id))
elseif number(ARGV[3]) > 0 then
  put_off(id, now_ms() + number(ARGV[3]))
else
  put_back(id)
end
return 1
