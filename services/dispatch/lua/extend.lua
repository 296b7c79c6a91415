-- ARGV: id token lease_ms. Returns 1 while the lease is held, 0 when it was lost.
if not held(ARGV[1], ARGV[2]) then
  return 0
end
local deadline, tenant = now_ms() + number(ARGV[3]), call('HGET', key('job', ARGV[1]), 'tenant')
call('ZADD', key('leases'), 'XX', deadline, ARGV[1])
call('ZADD', key('running', tenant), 'XX', deadline, ARGV[1])
return 1
