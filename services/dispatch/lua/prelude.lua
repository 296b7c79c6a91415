-- Put before every script. KEYS[1] is the queue's prefix with its hash tag, such as {pingvas:dev};
-- every other key is built from it here and lives in the same slot.
--   job:<id>            hash: body tenant lane weight limit rank cost kin attempt state, and when there is
--                       something to say: strikes; token, the worker's name and a secret; charge (virtual
--                       seconds) while it is leased; begun when it was handed back half done. Jobs of one
--                       kin run in one batch
--   waiting:<lane>:<tenant>  zset of job ids by rank (priority first, then order of arrival)
--   lane:<lane>         zset of tenants with waiting jobs by virtual start time
--   ages:<lane>         the same tenants by when they came or were last served there (ms)
--   lanes               set of lanes with jobs that may be taken; see GenerationJob.lane
--   running:<tenant>    zset of a tenant's leased job ids by deadline (ms)
--   parked, parked:<tenant>  tenants that have as many running as they may, by their limit; the
--                       lanes in which each waits, and is not seen until one of its leases ends
--   speed:<lane>        the latest GPU-seconds per megapixel-step, newest first
--   vtimes              virtual time of tenants: GPU-seconds by weight, jobs that run at their estimate
--   flying              hash: the part of each tenant's virtual time that is still an estimate
--   vclock              where tenants begin that come from idleness; moved by measured time alone
--   paces               hash: expected GPU-seconds per megapixel-step, by lane
--   turns, passed       number of claims so far; how often in a row each lane was passed over
--   paused              mark: nothing is given to workers
--   leases, delayed     zsets of job ids by deadline, by due time (both in ms)
--   dead                zset of job ids by the time they were given up; their hashes stay a while
--   cancelled:<id>      mark: never queue it again, and tell the worker that has it
--   depth, sequence     number of waiting jobs; the latest arrival (ms, and a count within it)
--   results             stream of `started` and `result` events
--   news                capped stream of what happens to jobs, for their owners to watch
--   bell:<lane>         list with at most one token: workers sleep on it
local prefix, call = KEYS[1], redis.call
local job_prefix = prefix .. ':job:'
local RESULT_KEPT_S = 86400
local NEWS_KEPT, NEWS_KEPT_S = 20000, 86400
local DEAD_KEPT_S = 604800
local SPEEDS_KEPT = 64
local SMALLEST_WEIGHT, LARGEST_WEIGHT = 0.01, 1000
-- GPU-seconds of one attempt: its handling costs something too, and nobody is charged more than a day.
local SMALLEST_CHARGE_S, LARGEST_CHARGE_S = 0.01, 86400
-- GPU-seconds per megapixel-step of a lane that was never measured, and how slowly a lane's changes.
local FIRST_PACE, PACE_MEMORY = 0.25, 8

local function key(kind, one, other)
  if other then
    return prefix .. ':' .. kind .. ':' .. one .. ':' .. other
  end
  return one and prefix .. ':' .. kind .. ':' .. one or prefix .. ':' .. kind
end

local function key_of(id)
  return job_prefix .. id
end

local function push(list, one, other)
  local count = #list
  list[count + 1], list[count + 2] = one, other
end

-- Scores and members in turn, of members that are there.
local function add_all(zset, scored)
  if #scored > 0 then
    call('ZADD', zset, 'XX', unpack(scored))
  end
end

local function now_ms()
  local time = call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function number(value)
  return tonumber(value or 0) or 0
end

-- A tenant's share, within bounds: nobody can stand still at the front, or make the clock run away.
local function share(weight)
  local asked = number(weight)
  if not (asked >= SMALLEST_WEIGHT) then
    return SMALLEST_WEIGHT
  end
  return math.min(asked, LARGEST_WEIGHT)
end

local function exact(value)
  return string.format('%.17g', value)
end

-- One token wakes one worker; whoever takes a job rings again while more are waiting.
local function ring(lane)
  local bell = key('bell', lane)
  if call('LLEN', bell) == 0 then
    call('RPUSH', bell, '1')
  end
end

local function clock()
  return number(call('GET', key('vclock')))
end

-- GPU-seconds of one attempt, within bounds; no number is the least.
local function seconds(value)
  local asked = number(value)
  if not (asked >= SMALLEST_CHARGE_S) then
    return SMALLEST_CHARGE_S
  end
  return math.min(asked, LARGEST_CHARGE_S)
end

-- A tenant that comes back from idleness starts at the clock, never with savings from the past.
local function start_time(tenant)
  local own = number(call('ZSCORE', key('vtimes'), tenant))
  return math.max(own, clock())
end

-- A limit of 0 is none.
local function is_full(tenant, limit)
  return limit > 0 and call('ZCARD', key('running', tenant)) >= limit
end

local function park(tenant, lane, limit)
  call('HSET', key('parked'), tenant, limit)
  call('SADD', key('parked', tenant), lane)
end

local function offer(tenant, lane)
  if call('ZADD', key('lane', lane), 'NX', exact(start_time(tenant)), tenant) == 1 then
    call('ZADD', key('ages', lane), now_ms(), tenant)
    call('SADD', key('lanes'), lane)
  end
  ring(lane)
end

-- Jobs of a tenant in a lane: ranks and ids in turn.
local function place(tenant, lane, limit, ranked)
  call('ZADD', key('waiting', lane, tenant), unpack(ranked))
  call('INCRBY', key('depth'), #ranked / 2)
  if is_full(tenant, limit) then
    park(tenant, lane, limit)
  else
    offer(tenant, lane)
  end
end

local function leave(tenant, lane)
  call('ZREM', key('lane', lane), tenant)
  call('ZREM', key('ages', lane), tenant)
  if call('EXISTS', key('lane', lane)) == 0 then
    call('SREM', key('lanes'), lane)
    call('HDEL', key('passed'), lane)
  end
end

-- After so many jobs left a waiting list: forget the tenant, and the lane, when nothing is left there.
local function tidy(tenant, lane, count)
  call('DECRBY', key('depth'), count)
  if call('EXISTS', key('waiting', lane, tenant)) == 0 then
    call('SREM', key('parked', tenant), lane)
    leave(tenant, lane)
    return true
  end
  return false
end

-- Let tenants be seen again where they wait, when they may have more running than they have.
local function unpark(tenants)
  if call('EXISTS', key('parked')) == 0 then
    return
  end
  for _, tenant in ipairs(tenants) do
    local limit = call('HGET', key('parked'), tenant)
    if limit and not is_full(tenant, number(limit)) then
      for _, lane in ipairs(call('SMEMBERS', key('parked', tenant))) do
        offer(tenant, lane)
      end
      call('DEL', key('parked', tenant))
      call('HDEL', key('parked'), tenant)
    end
  end
end

-- Attempts are over: `took` maps tenants to how much more than charged they took, `charged` to what was.
local function correct(tenants, took, charged)
  local flying = call('HMGET', key('flying'), unpack(tenants))
  local own = call('ZMSCORE', key('vtimes'), unpack(tenants))
  local still, vtimes = {}, {}
  for index, tenant in ipairs(tenants) do
    if call('EXISTS', key('running', tenant)) == 0 then
      call('HDEL', key('flying'), tenant)
    else
      push(still, tenant, exact(number(flying[index]) - charged[tenant]))
    end
    if own[index] then
      push(vtimes, exact(own[index] + took[tenant]), tenant)
    end
  end
  if #still > 0 then
    call('HSET', key('flying'), unpack(still))
  end
  add_all(key('vtimes'), vtimes)
  for _, lane in ipairs(call('SMEMBERS', key('lanes'))) do
    local starts = call('ZMSCORE', key('lane', lane), unpack(tenants))
    local moved = {}
    for index, tenant in ipairs(tenants) do
      if starts[index] then
        push(moved, exact(starts[index] + took[tenant]), tenant)
      end
    end
    add_all(key('lane', lane), moved)
  end
end

-- Leases end. Each is { id, tenant, charge, weight, gpu_seconds }. Of a worker that was lost nothing is
-- known (nil): what was expected stays charged.
local function end_leases(leases)
  local ids, tenants, took, charged, theirs = {}, {}, {}, {}, {}
  for _, lease in ipairs(leases) do
    ids[#ids + 1] = lease.id
    local tenant, charge, weight = lease.tenant, number(lease.charge), share(lease.weight)
    if tenant and not theirs[tenant] then
      tenants[#tenants + 1] = tenant
      took[tenant], charged[tenant], theirs[tenant] = 0, 0, {}
    end
    if tenant and lease.charge then
      local measured = lease.gpu_seconds and seconds(lease.gpu_seconds) / weight or charge
      took[tenant] = took[tenant] + measured - charge
      charged[tenant] = charged[tenant] + charge
    end
    if tenant then
      push(theirs[tenant], lease.id)
    end
  end
  call('ZREM', key('leases'), unpack(ids))
  for _, tenant in ipairs(tenants) do
    call('ZREM', key('running', tenant), unpack(theirs[tenant]))
  end
  if #tenants > 0 then
    correct(tenants, took, charged)
    unpark(tenants)
  end
end

local function end_lease(id, gpu_seconds)
  local job = call('HMGET', key_of(id), 'tenant', 'charge', 'weight')
  end_leases({ { id = id, tenant = job[1], charge = job[2], weight = job[3],
    gpu_seconds = gpu_seconds } })
  call('HDEL', key_of(id), 'charge')
end

local function put_back(id)
  local job = call('HMGET', key_of(id), 'tenant', 'lane', 'rank', 'limit')
  call('HSET', key_of(id), 'state', 'waiting', 'token', '')
  place(job[1], job[2], number(job[4]), { job[3], id })
end

local function put_off(id, due_ms)
  call('HSET', key_of(id), 'state', 'delayed', 'token', '')
  call('ZADD', key('delayed'), due_ms, id)
end

local function promote_due(now)
  local due = call('ZRANGEBYSCORE', key('delayed'), '-inf', now, 'LIMIT', 0, 64)
  for _, id in ipairs(due) do
    call('ZREM', key('delayed'), id)
    put_back(id)
  end
  return #due
end

local function bury(id, strikes)
  call('HSET', key_of(id), 'state', 'dead', 'strikes', strikes)
  call('EXPIRE', key_of(id), DEAD_KEPT_S)
  call('ZADD', key('dead'), now_ms(), id)
end

local results = key('results')
local function publish(kind, id, body)
  call('XADD', results, '*', 'kind', kind, 'job_id', id, 'body', body)
end

-- News is cut off at its old end: whoever reads it can ask the record for what is missing. Who tells
-- calls `keep_news` at the end.
local news = key('news')
local function tell(user, id, kind, attempt, body)
  call('XADD', news, 'MAXLEN', '~', NEWS_KEPT, '*',
    'user', user, 'job', id, 'kind', kind, 'attempt', attempt, 'body', body)
end

local function keep_news()
  call('EXPIRE', key('news'), NEWS_KEPT_S)
end

-- A job came in. Quotes inside a prompt are escaped, so nothing in it looks like the field.
local function tell_queued(user, id, attempt, body)
  local at = string.match(body, '"submitted_at":"([^"]+)"') or ''
  tell(user, id, 'queued', attempt, '{"kind":"queued","job_id":"' .. id .. '","at":"' .. at ..
    '","attempt":' .. attempt .. '}')
end

-- Does this token still hold the job?
local function held(id, token)
  local job = call('HMGET', key_of(id), 'state', 'token')
  return job[1] == 'leased' and job[2] == token
end
