-- What scripts need of this is put before them (`texts.py`), since Lua makes each of these functions anew
-- at each call. KEYS[1] is the environment's prefix with its hash tag, such as {pingvas:dev}; every other key is built from it here and lives in the same slot, most under the number of this layout:
-- a release with another layout never meets these keys, and is given its jobs from the record. What
-- belongs to a job lies in a few large hashes, so that a hundred jobs cost a handful of commands.
--   jobs                hash: each job as it was brought (`Entry.parts`), until it is over
--   tries               hash: of those that were given out before, see `write_try`
--   held                hash: the leases, see `write_hold`
--   ranks               hash: the rank of each that is delayed
--   finished            hash: the last token of those whose result nobody settled yet, and when they
--                       ended (ms)
--   waiting:<lane>:<tenant>  zset of job ids by rank (priority first, then order of arrival)
--   lane:<lane>         zset of tenants with waiting jobs by virtual start time
--   ages:<lane>         the same tenants by when they came or were last served there (ms)
--   lanes               set of lanes with jobs that may be taken; see GenerationJob.lane
--   running             hash: how many leases each tenant has, and the part of its virtual time that is
--                       charged for them and still an estimate
--   parked, parked:<tenant>  tenants that have as many running as they may, by their limit; the
--                       lanes in which each waits, and is not seen until one of its leases ends
--   speed:<lane>        the latest GPU-seconds per megapixel-step, newest first
--   vtimes              virtual time of tenants: GPU-seconds by weight, jobs that run at their estimate
--   vclock              where tenants begin that come from idleness; moved by measured time alone
--   paces               hash: expected GPU-seconds per megapixel-step, by lane
--   turns, passed       number of claims so far; how often in a row each lane was passed over
--   paused              mark: nothing is given to workers
--   leases, delayed     zsets of job ids by deadline, by due time (both in ms)
--   dead                zset of job ids by the time they were given up; they stay a while
--   cancelled:<id>      mark: never queue it again, and tell the worker that has it
--   depth, sequence     number of waiting jobs; the latest arrival (ms, and a count within it)
--   bell:<lane>         list with at most one token: workers sleep on it
-- Of all layouts, right under the prefix:
--   results             stream of `started` and `result` events
--   news                capped stream of what happens to jobs, for their owners to watch
--   preview:<job id>    the latest small picture of a running job
local LAYOUT = 2
local prefix, call = KEYS[1] .. ':' .. LAYOUT, redis.call
local RESULT_KEPT_S = 86400
-- As text: numbers are formatted anew each time that they are sent.
local NEWS_KEPT, NEWS_KEPT_S = '20000', '86400'
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

-- A text of two parts: its first line, which many jobs share, and the rest. Reading that line is the
-- costly part, so it is read once in a script; nobody may change what `reader` gave.
local function reader(read)
  local known = {}
  return function(text)
    local cut = text and string.find(text, '\n', 1, true)
    if not cut then
      return nil
    end
    local line = string.sub(text, 1, cut - 1)
    local it = known[line]
    if it == nil then
      it = read(line) or false
      known[line] = it
    end
    return it or nil, text, cut
  end
end

-- The terms of a job, see `Entry.parts`; its message is on the next line.
local TERMS = '^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$'
local read_job = reader(function(line)
  local tenant, lane, weight, units, attempt, limit, kin = string.match(line, TERMS)
  return tenant and { tenant = tenant, lane = lane, weight = weight, share = share(weight),
    units = number(units), attempt = number(attempt), limit = number(limit), kin = kin }
end)

-- Deliveries so far, attempts that went wrong, how often its worker was lost, 1 if one was handed back
-- half done, and its worker.
local function read_try(text)
  local attempt, strikes, losses, begun, worker =
    string.match(text, '^(%d+)\t(%d+)\t(%d+)\t([^\t]*)\t(.*)$')
  return number(attempt), number(strikes), number(losses), begun, worker
end

local function write_try(it)
  return table.concat({ it.attempt, it.strikes, it.losses, it.begun, it.worker or '' }, '\t')
end

-- A job that waits, is delayed or dead; nil when there is none.
local function find(id)
  local terms = read_job(call('HGET', key('jobs'), id))
  if not terms then
    return nil
  end
  local it = { id = id, tenant = terms.tenant, lane = terms.lane, weight = terms.weight,
    units = terms.units, limit = terms.limit, attempt = terms.attempt, strikes = 0,
    losses = 0, begun = '' }
  local tried = call('HGET', key('tries'), id)
  if tried then
    it.attempt, it.strikes, it.losses, it.begun, it.worker = read_try(tried)
  end
  return it
end

-- A lease: the token (the worker's name and a secret), the charge (virtual seconds) and what the job's
-- end and putting it back ask for; its rank is on the next line, and one more line follows once its
-- worker has told of a step.
local HOLD = '^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)' ..
  '\t([^\t]*)\t([^\t]*)\t(.*)$'
local function write_hold(token, charge, terms, tried)
  return table.concat({ token, charge, terms.tenant, terms.lane, terms.weight, exact(terms.units),
    terms.limit, tried.attempt, tried.strikes, tried.losses, tried.begun }, '\t')
end

local read_hold = reader(function(line)
  local token, charge, tenant, lane, weight, units, limit, attempt, strikes, losses, begun =
    string.match(line, HOLD)
  return token and { token = token, charge = number(charge), tenant = tenant, lane = lane,
    weight = weight, share = share(weight), units = number(units), limit = number(limit),
    attempt = number(attempt), strikes = number(strikes), losses = number(losses), begun = begun }
end)

-- A lease as a table of its own; nil when there is none, or another one than this token's.
local function find_hold(id, token)
  local lease, text, cut = read_hold(call('HGET', key('held'), id))
  if not lease or (token and token ~= lease.token) then
    return nil
  end
  local rank, steps = string.match(text, '^(%S*)(.*)$', cut + 1)
  local it = { id = id, text = text, rank = rank, has_stepped = steps ~= '',
    worker = string.match(lease.token, '^(.*)/') }
  for name, value in pairs(lease) do
    it[name] = value
  end
  return it
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

-- GPU-seconds of one attempt, within bounds; what is no number (NaN) is the least.
local function seconds(asked)
  if not (asked >= SMALLEST_CHARGE_S) then
    return SMALLEST_CHARGE_S
  end
  return asked < LARGEST_CHARGE_S and asked or LARGEST_CHARGE_S
end

-- The leases of a tenant and what is charged for them; its part of `running` may not be there.
local function read_running(text)
  local count, charged = string.match(text or '0 0', '^(%d+) (.+)$')
  return number(count), number(charged)
end

local function write_running(count, charged)
  return string.format('%d %.17g', count, charged)
end

-- A limit of 0 is none.
local function is_full(tenant, limit)
  return limit > 0 and read_running(call('HGET', key('running'), tenant)) >= limit
end

local function park(tenant, lane, limit)
  call('HSET', key('parked'), tenant, limit)
  call('SADD', key('parked', tenant), lane)
end

-- Let tenants be seen in a lane. One that comes back from idleness starts at the clock, never with
-- savings from the past.
local function offer(lane, tenants)
  if #tenants == 0 then
    return
  end
  local starts, new = call('ZMSCORE', key('lane', lane), unpack(tenants)), {}
  for index, tenant in ipairs(tenants) do
    if not starts[index] then
      new[#new + 1] = tenant
    end
  end
  if #new > 0 then
    local own, since, now = call('ZMSCORE', key('vtimes'), unpack(new)), clock(), now_ms()
    local begins, ages = {}, {}
    for index, tenant in ipairs(new) do
      push(begins, exact(math.max(number(own[index]), since)), tenant)
      push(ages, now, tenant)
    end
    call('ZADD', key('lane', lane), unpack(begins))
    call('ZADD', key('ages', lane), unpack(ages))
    call('SADD', key('lanes'), lane)
  end
  ring(lane)
end

local function leave(lane, ...)
  call('ZREM', key('lane', lane), ...)
  call('ZREM', key('ages', lane), ...)
  if call('EXISTS', key('lane', lane)) == 0 then
    call('SREM', key('lanes'), lane)
    call('HDEL', key('passed'), lane)
  end
end

-- A tenant has as many running as it may: wherever it stands, it is not seen.
local function park_everywhere(tenant, limit)
  for _, lane in ipairs(call('SMEMBERS', key('lanes'))) do
    if call('ZSCORE', key('lane', lane), tenant) then
      park(tenant, lane, limit)
      leave(lane, tenant)
    end
  end
end

-- Jobs of tenants in a lane, as tables of `tenant`, `limit` and `ranked`: ranks and ids in turn. A limit
-- may be lower than when its tenant came there.
local function place(lane, places)
  local seen, count = {}, 0
  for _, it in ipairs(places) do
    call('ZADD', key('waiting', lane, it.tenant), unpack(it.ranked))
    count = count + #it.ranked / 2
    if is_full(it.tenant, it.limit) then
      park_everywhere(it.tenant, it.limit)
      park(it.tenant, lane, it.limit)
    else
      seen[#seen + 1] = it.tenant
    end
  end
  call('INCRBY', key('depth'), count)
  offer(lane, seen)
end

-- Nothing of these tenants waits in a lane any more.
local function empty(lane, tenants)
  if #tenants > 0 then
    for _, tenant in ipairs(tenants) do
      call('SREM', key('parked', tenant), lane)
    end
    leave(lane, unpack(tenants))
  end
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
        offer(lane, { tenant })
      end
      call('DEL', key('parked', tenant))
      call('HDEL', key('parked'), tenant)
    end
  end
end

-- Attempts are over: `ends` maps tenants to how many of theirs, what was charged for them, and how much
-- more than that they took. Who has nothing running any more has nothing charged.
local function correct(tenants, ends)
  local running = call('HMGET', key('running'), unpack(tenants))
  local own = call('ZMSCORE', key('vtimes'), unpack(tenants))
  local still, idle, vtimes = {}, {}, {}
  for index, tenant in ipairs(tenants) do
    local their = ends[tenant]
    local count, charged = read_running(running[index])
    if count > their.count then
      push(still, tenant, write_running(count - their.count, charged - their.charged))
    else
      idle[#idle + 1] = tenant
    end
    if own[index] then
      push(vtimes, exact(own[index] + their.took), tenant)
    end
  end
  if #still > 0 then
    call('HSET', key('running'), unpack(still))
  end
  if #idle > 0 then
    call('HDEL', key('running'), unpack(idle))
  end
  add_all(key('vtimes'), vtimes)
  for _, lane in ipairs(call('SMEMBERS', key('lanes'))) do
    local starts = call('ZMSCORE', key('lane', lane), unpack(tenants))
    local moved = {}
    for index, tenant in ipairs(tenants) do
      if starts[index] then
        push(moved, exact(starts[index] + ends[tenant].took), tenant)
      end
    end
    add_all(key('lane', lane), moved)
  end
end

-- The leases that end in this script, and by tenant what `correct` asks for.
local ending = { ids = {}, tenants = {}, by_tenant = {} }

-- One lease ends. Of a worker that was lost nothing is known, `gpu_seconds` is nil: what was expected
-- stays charged.
local function end_lease(id, lease, gpu_seconds)
  local their = ending.by_tenant[lease.tenant]
  if not their then
    their = { count = 0, charged = 0, took = 0 }
    ending.by_tenant[lease.tenant], ending.tenants[#ending.tenants + 1] = their, lease.tenant
  end
  local measured = gpu_seconds and seconds(gpu_seconds) / lease.share or lease.charge
  their.count, their.charged = their.count + 1, their.charged + lease.charge
  their.took = their.took + measured - lease.charge
  ending.ids[#ending.ids + 1] = id
end

-- Call it after the last of them, before a job is put back.
local function write_ends()
  if #ending.ids == 0 then
    return
  end
  call('HDEL', key('held'), unpack(ending.ids))
  call('ZREM', key('leases'), unpack(ending.ids))
  correct(ending.tenants, ending.by_tenant)
  unpark(ending.tenants)
end

local function forget(ids)
  call('HDEL', key('jobs'), unpack(ids))
  if call('EXISTS', key('tries')) == 1 then
    call('HDEL', key('tries'), unpack(ids))
  end
end

local function put_back(id, it)
  call('HSET', key('tries'), id, write_try(it))
  place(it.lane, { { tenant = it.tenant, limit = it.limit, ranked = { it.rank, id } } })
end

-- Its rank is kept beside it until it is due.
local function put_off(id, it, due_ms)
  call('HSET', key('tries'), id, write_try(it))
  call('HSET', key('ranks'), id, it.rank)
  call('ZADD', key('delayed'), due_ms, id)
end

local function promote_due(now)
  local due = call('ZRANGEBYSCORE', key('delayed'), '-inf', now, 'LIMIT', 0, 64)
  for _, id in ipairs(due) do
    call('ZREM', key('delayed'), id)
    local it = find(id)
    if it then
      it.rank = call('HGET', key('ranks'), id)
      put_back(id, it)
    end
    call('HDEL', key('ranks'), id)
  end
  return #due
end

local function bury(id, it, now)
  call('HSET', key('tries'), id, write_try(it))
  call('ZADD', key('dead'), now, id)
end

-- What is kept of a job that is over but for its result.
local function finished_mark(token, now)
  return string.format('%s\n%.0f', token, now)
end

-- The token that ended a job whose result nobody settled yet.
local function finished_by(id)
  return string.match(call('HGET', key('finished'), id) or '', '^(.-)\n')
end

-- One entry for events of one kind: job ids with a space between them, and as many lines.
local results = KEYS[1] .. ':results'
local function publish(kind, ids, lines)
  if #ids > 0 then
    call('XADD', results, '*', 'kind', kind, 'job_id', table.concat(ids, ' '),
      'body', table.concat(lines, '\n'))
  end
end

-- News is cut off at its old end: whoever reads it can ask the record for what is missing. Who tells
-- calls `keep_news` at the end: to look at the end with each piece would be dear.
local news = KEYS[1] .. ':news'
local function tell(user, id, kind, attempt, body)
  call('XADD', news, '*',
    'user', user, 'job', id, 'kind', kind, 'attempt', attempt, 'body', body)
end

local function keep_news()
  call('XTRIM', news, 'MAXLEN', '~', NEWS_KEPT)
  call('EXPIRE', news, NEWS_KEPT_S)
end

-- A job came in.
local function tell_queued(user, id, attempt, at)
  tell(user, id, 'queued', attempt, '{"kind":"queued","job_id":"' .. id .. '","at":"' .. at ..
    '","attempt":' .. attempt .. '}')
end
