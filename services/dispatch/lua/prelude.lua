-- Put before every script. KEYS[1] is the queue's prefix with its hash tag, such as {pingvas:dev};
-- every other key is built from it here and lives in the same slot.
--   job:<id>            hash: body tenant lane weight limit rank cost kin attempt strikes state token
--                       worker; while it is leased charge (virtual seconds) and since (ms); begun when
--                       it was handed back half done; jobs of one kin run in one batch
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
local prefix = KEYS[1]
local RESULT_KEPT_S = 86400
local NEWS_KEPT, NEWS_KEPT_S = 20000, 86400
local DEAD_KEPT_S = 604800
local SPEEDS_KEPT = 64
local SMALLEST_WEIGHT, LARGEST_WEIGHT = 0.01, 1000
-- GPU-seconds of one attempt: its handling costs something too, and nobody is charged more than a day.
local SMALLEST_CHARGE_S, LARGEST_CHARGE_S = 0.01, 86400
-- GPU-seconds per megapixel-step of a lane that was never measured, and how slowly a lane's changes.
local FIRST_PACE, PACE_MEMORY = 0.25, 8

local function key(...)
  return prefix .. ':' .. table.concat({...}, ':')
end

local function now_ms()
  local time = redis.call('TIME')
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
  if redis.call('LLEN', bell) == 0 then
    redis.call('RPUSH', bell, '1')
  end
end

local function clock()
  return number(redis.call('GET', key('vclock')))
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
  local own = number(redis.call('ZSCORE', key('vtimes'), tenant))
  return math.max(own, clock())
end

-- A limit of 0 is none.
local function is_full(tenant, limit)
  return limit > 0 and redis.call('ZCARD', key('running', tenant)) >= limit
end

local function park(tenant, lane, limit)
  redis.call('HSET', key('parked'), tenant, limit)
  redis.call('SADD', key('parked', tenant), lane)
end

local function offer(tenant, lane)
  if redis.call('ZADD', key('lane', lane), 'NX', exact(start_time(tenant)), tenant) == 1 then
    redis.call('ZADD', key('ages', lane), now_ms(), tenant)
    redis.call('SADD', key('lanes'), lane)
  end
  ring(lane)
end

local function place(id, tenant, lane, rank, limit)
  redis.call('ZADD', key('waiting', lane, tenant), rank, id)
  redis.call('INCR', key('depth'))
  if is_full(tenant, limit) then
    park(tenant, lane, limit)
  else
    offer(tenant, lane)
  end
end

local function leave(tenant, lane)
  redis.call('ZREM', key('lane', lane), tenant)
  redis.call('ZREM', key('ages', lane), tenant)
  if redis.call('EXISTS', key('lane', lane)) == 0 then
    redis.call('SREM', key('lanes'), lane)
  end
end

-- After a job left a waiting list: forget the tenant, and the lane, when nothing is left there.
local function tidy(tenant, lane)
  redis.call('DECR', key('depth'))
  if redis.call('EXISTS', key('waiting', lane, tenant)) == 0 then
    redis.call('SREM', key('parked', tenant), lane)
    leave(tenant, lane)
  end
end

-- Let a tenant be seen again where it waits, when it may have more running than it has.
local function unpark(tenant)
  local limit = redis.call('HGET', key('parked'), tenant)
  if not limit or is_full(tenant, number(limit)) then
    return
  end
  for _, lane in ipairs(redis.call('SMEMBERS', key('parked', tenant))) do
    offer(tenant, lane)
  end
  redis.call('DEL', key('parked', tenant))
  redis.call('HDEL', key('parked'), tenant)
end

-- An attempt is over: what was charged for it becomes what it took, wherever its tenant waits.
local function correct(tenant, charge, took)
  redis.call('HINCRBYFLOAT', key('flying'), tenant, exact(-charge))
  if redis.call('ZSCORE', key('vtimes'), tenant) then
    redis.call('ZINCRBY', key('vtimes'), exact(took - charge), tenant)
  end
  for _, lane in ipairs(redis.call('SMEMBERS', key('lanes'))) do
    redis.call('ZADD', key('lane', lane), 'XX', 'INCR', exact(took - charge), tenant)
  end
end

-- `gpu_seconds` were measured; of a worker that was lost nothing is known but how long it had the job,
-- so nil charges that, and never more than was expected.
local function end_lease(id, gpu_seconds)
  local job = redis.call('HMGET', key('job', id), 'tenant', 'charge', 'weight', 'since')
  local tenant = job[1]
  redis.call('ZREM', key('leases'), id)
  if not tenant then
    return
  end
  if job[2] then
    local charge = number(job[2])
    local held = math.min((now_ms() - number(job[4])) / 1000, charge * share(job[3]))
    correct(tenant, charge, seconds(gpu_seconds or held) / share(job[3]))
    redis.call('HDEL', key('job', id), 'charge', 'since')
  end
  redis.call('ZREM', key('running', tenant), id)
  if redis.call('EXISTS', key('running', tenant)) == 0 then
    redis.call('HDEL', key('flying'), tenant)
  end
  unpark(tenant)
end

-- The lane's pace follows what is measured.
local function learn(lane, pace)
  local known = tonumber(redis.call('HGET', key('paces'), lane) or pace)
  redis.call('HSET', key('paces'), lane, exact(known + (pace - known) / PACE_MEMORY))
end

local function put_back(id)
  local job = redis.call('HMGET', key('job', id), 'tenant', 'lane', 'rank', 'limit')
  redis.call('HSET', key('job', id), 'state', 'waiting', 'token', '', 'worker', '')
  place(id, job[1], job[2], job[3], number(job[4]))
end

local function put_off(id, due_ms)
  redis.call('HSET', key('job', id), 'state', 'delayed', 'token', '', 'worker', '')
  redis.call('ZADD', key('delayed'), due_ms, id)
end

local function promote_due(now)
  local due = redis.call('ZRANGEBYSCORE', key('delayed'), '-inf', now, 'LIMIT', 0, 64)
  for _, id in ipairs(due) do
    redis.call('ZREM', key('delayed'), id)
    put_back(id)
  end
  return #due
end

local function bury(id, strikes)
  redis.call('HSET', key('job', id), 'state', 'dead', 'strikes', strikes)
  redis.call('EXPIRE', key('job', id), DEAD_KEPT_S)
  redis.call('ZADD', key('dead'), now_ms(), id)
end

local function publish(kind, id, body)
  redis.call('XADD', key('results'), '*', 'kind', kind, 'job_id', id, 'body', body)
end

-- News is cut off at its old end: whoever reads it can ask the record for what is missing.
local function tell(user, id, kind, attempt, body)
  redis.call('XADD', key('news'), 'MAXLEN', '~', NEWS_KEPT, '*',
    'user', user, 'job', id, 'kind', kind, 'attempt', attempt, 'body', body)
  redis.call('EXPIRE', key('news'), NEWS_KEPT_S)
end

-- A job came in. Quotes inside a prompt are escaped, so nothing in it looks like the field.
local function tell_queued(user, id, attempt, body)
  local at = string.match(body, '"submitted_at":"([^"]+)"')
  tell(user, id, 'queued', attempt,
    cjson.encode({ kind = 'queued', job_id = id, at = at, attempt = number(attempt) }))
end

-- Does this token still hold the job?
local function held(id, token)
  local job = redis.call('HMGET', key('job', id), 'state', 'token')
  return job[1] == 'leased' and job[2] == token
end
