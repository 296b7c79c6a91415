-- ARGV: worker token lease_ms at_most look_ahead window_s lanes lane... warm-lane...
-- Returns the jobs that were taken, none or up to at_most, each as id body attempt strikes.
-- Of all tenants with work in these lanes, the one that has had least (by weight) is served; those
-- that have as many running as they may are parked, and so not among them. Three things bend this:
--   age     one claim in eight goes to whoever waits longest, when that is more than ten minutes
--   warmth  a lane whose checkpoint is loaded goes first while its tenant is at most window_s (GPU-
--           seconds by weight) behind, and look_ahead times in a row at most
--   kinship after the first job only those follow that run in one batch with it, as long as the one
--           that is next by fairness is such a job
local AGED_MS, AGED_TURN = 600000, 8
local worker, token, lease_ms, at_most = ARGV[1], ARGV[2], number(ARGV[3]), number(ARGV[4])
local look_ahead, window, served = number(ARGV[5]), number(ARGV[6]), number(ARGV[7])
local now = now_ms()
promote_due(now)
if redis.call('EXISTS', key('paused')) == 1 then
  return {}
end

-- The order among one tenant's lanes: priority first, then arrival, as inside a lane.
local function rank(choice)
  local first = redis.call('ZRANGE', key('waiting', choice.lane, choice.tenant), 0, 0, 'WITHSCORES')
  return number(first[2])
end

local function goes_before(one, other)
  if not other or one.start ~= other.start then
    return not other or one.start < other.start
  end
  return one.tenant == other.tenant and rank(one) < rank(other)
end

-- The tenant with the lowest score of these lanes; `kind` is lane (virtual time) or ages.
local function first_of(kind, from, to)
  local best
  for index = from, to do
    local head = redis.call('ZRANGE', key(kind, ARGV[index]), 0, 0, 'WITHSCORES')
    local choice = head[1] and { lane = ARGV[index], tenant = head[1], start = number(head[2]) }
    if choice and goes_before(choice, best) then
      best = choice
    end
  end
  return best
end

local function fair()
  return first_of('lane', 8, 7 + served)
end

local function aged()
  if redis.call('INCR', key('turns')) % AGED_TURN ~= 0 then
    return nil
  end
  local oldest = first_of('ages', 8, 7 + served)
  if not oldest or now - oldest.start < AGED_MS then
    return nil
  end
  oldest.start = number(redis.call('ZSCORE', key('lane', oldest.lane), oldest.tenant))
  return oldest
end

local function warm(head)
  local near = #ARGV > 7 + served and first_of('lane', 8 + served, #ARGV)
  if not near or near.lane == head.lane or near.start > head.start + window then
    redis.call('HDEL', key('passed'), head.lane)
    return head
  end
  if redis.call('HINCRBY', key('passed'), head.lane, 1) > look_ahead then
    redis.call('HDEL', key('passed'), head.lane)
    return head
  end
  return near
end

local function choose()
  local head = fair()
  return head and (aged() or warm(head))
end

-- Charge the tenant what the job is expected to take, in every lane in which it waits.
local function charge(choice, job)
  local pace = number(redis.call('HGET', key('paces'), choice.lane) or FIRST_PACE)
  local expected = seconds(number(job[3]) * pace) / share(job[2])
  local finish = choice.start + expected
  local flying = number(redis.call('HGET', key('flying'), choice.tenant))
  redis.call('SET', key('vclock'), exact(math.max(clock(), choice.start - flying)))
  redis.call('HINCRBYFLOAT', key('flying'), choice.tenant, exact(expected))
  redis.call('ZADD', key('vtimes'), exact(finish), choice.tenant)
  redis.call('ZADD', key('ages', choice.lane), 'XX', now, choice.tenant)
  local limit = number(job[4])
  local full = is_full(choice.tenant, limit)
  for _, other in ipairs(redis.call('SMEMBERS', key('lanes'))) do
    if not full then
      redis.call('ZADD', key('lane', other), 'XX', 'GT', exact(finish), choice.tenant)
    elseif redis.call('ZSCORE', key('lane', other), choice.tenant) then
      park(choice.tenant, other, limit)
      leave(choice.tenant, other)
    end
  end
  return expected
end

local function take(choice, id, job)
  redis.call('ZREM', key('waiting', choice.lane, choice.tenant), id)
  redis.call('ZADD', key('running', choice.tenant), now + lease_ms, id)
  tidy(choice.tenant, choice.lane)
  local charged = charge(choice, job)
  local attempt = number(job[5]) + 1
  redis.call('HSET', key('job', id), 'state', 'leased', 'token', token, 'worker', worker,
    'attempt', attempt, 'charge', exact(charged), 'since', now)
  redis.call('ZADD', key('leases'), now + lease_ms, id)
  publish('started', id, cjson.encode({
    job_id = id, attempt = attempt, worker = worker, started_at = now }))
  return { id, job[1], attempt, number(job[6]) }
end

local taken, kin = {}, nil
local choice = choose()
while choice do
  local id = redis.call('ZRANGE', key('waiting', choice.lane, choice.tenant), 0, 0)[1]
  local job = redis.call('HMGET', key('job', id),
    'body', 'weight', 'cost', 'limit', 'attempt', 'strikes', 'kin')
  if kin and job[7] ~= kin then
    break
  end
  taken[#taken + 1] = take(choice, id, job)
  kin = job[7] ~= '' and job[7]
  choice = kin and #taken < at_most and fair()
end

for index = 8, 7 + served do
  if redis.call('EXISTS', key('lane', ARGV[index])) == 1 then
    ring(ARGV[index])
  end
end
return taken
