-- ARGV: id body tenant lane weight priority cost attempt. Returns 1 if the job is new here, else 0.
local id, tenant, lane = ARGV[1], ARGV[3], ARGV[4]
if redis.call('EXISTS', key('job', id), key('cancelled', id)) > 0 then
  return 0
end
local rank = exact(redis.call('INCR', key('sequence')) - number(ARGV[6]) * 4398046511104)
redis.call('HSET', key('job', id), 'body', ARGV[2], 'tenant', tenant, 'lane', lane,
  'weight', ARGV[5], 'rank', rank, 'cost', ARGV[7], 'attempt', ARGV[8], 'strikes', 0,
  'state', 'waiting', 'token', '', 'worker', '')
place(id, tenant, lane, rank)
return 1
