-- ARGV: id token lease_ms. Returns 1 while the lease is held, 0 when it was lost.
if not find_hold(ARGV[1], ARGV[2]) then
  return 0
end
call('ZADD', key('leases'), 'XX', now_ms() + number(ARGV[3]), ARGV[1])
return 1
