-- ARGV: worker token lease_ms lane... Returns nil, or id body attempt strikes.
-- Of all tenants with work in these lanes, the one that has had least (by weight) is served; those
-- that have as many running as they may are parked, and so not among them.
local worker, token, lease_ms = ARGV[1], ARGV[2], number(ARGV[3])
local now = now_ms()
promote_due(now)

local lane, tenant, start
for index = 4, #ARGV do
  local head = redis.call('ZRANGE', key('lane', ARGV[index]), 0, 0, 'WITHSCORES')
  if head[1] and (not start or number(head[2]) < start) then
    lane, tenant, start = ARGV[index], head[1], number(head[2])
  end
end
if not lane then
  return nil
end

local id = redis.call('ZPOPMIN', key('waiting', lane, tenant))[1]
local job = redis.call('HMGET', key('job', id), 'body', 'weight', 'cost', 'limit')
local finish, limit = start + number(job[3]) / share(job[2]), number(job[4])
redis.call('ZADD', key('running', tenant), now + lease_ms, id)
tidy(tenant, lane)
local full = is_full(tenant, limit)
for _, other in ipairs(redis.call('SMEMBERS', key('lanes'))) do
  if not full then
    redis.call('ZADD', key('lane', other), 'XX', 'GT', exact(finish), tenant)
  elseif redis.call('ZSCORE', key('lane', other), tenant) then
    park(tenant, other, limit)
    leave(tenant, other)
  end
end
local clock = math.max(start, number(redis.call('GET', key('vclock'))))
redis.call('SET', key('vclock'), exact(clock))
redis.call('ZADD', key('vtimes'), exact(finish), tenant)
redis.call('ZREMRANGEBYSCORE', key('vtimes'), '-inf', exact(clock))

local attempt = redis.call('HINCRBY', key('job', id), 'attempt', 1)
redis.call('HSET', key('job', id), 'state', 'leased', 'token', token, 'worker', worker)
redis.call('ZADD', key('leases'), now + lease_ms, id)
publish('started', id, cjson.encode({
  job_id = id, attempt = attempt, worker = worker, started_at = now }))
for index = 4, #ARGV do
  if redis.call('EXISTS', key('lane', ARGV[index])) == 1 then
    ring(ARGV[index])
  end
end
return { id, job[1], attempt, number(redis.call('HGET', key('job', id), 'strikes')) }
