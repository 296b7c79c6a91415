-- ARGV: worker token lease_ms at_most look_ahead window_s lanes lane... warm-lane...
-- Returns the jobs that were taken, none or up to at_most, as id text attempt strikes in turn.
-- Of all tenants with work in these lanes, the one that has had least (by weight) is served; those
-- that have as many running as they may are parked, and so not among them. Three things bend this:
--   age     one claim in eight goes to whoever waits longest, when that is more than ten minutes
--   warmth  a lane whose checkpoint is loaded goes first while its tenant is at most window_s (GPU-
--           seconds by weight) behind, and look_ahead times in a row at most
--   kinship after the first job only those follow that run in one batch with it, as long as the one
--           that is next by fairness is such a job
local AGED_MS, AGED_TURN = 600000, 8
local LARGEST_BATCH = 500
local worker, token, lease_ms = ARGV[1], ARGV[2], number(ARGV[3])
local at_most = math.max(1, math.min(number(ARGV[4]), LARGEST_BATCH))
local look_ahead, window, served = number(ARGV[5]), number(ARGV[6]), number(ARGV[7])
local now = now_ms()
promote_due(now)
if call('EXISTS', key('paused')) == 1 then
  return {}
end

-- The order among one tenant's lanes: priority first, then arrival, as inside a lane.
local function rank(choice)
  local first = call('ZRANGE', key('waiting', choice.lane, choice.tenant), 0, 0, 'WITHSCORES')
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
    local head = call('ZRANGE', key(kind, ARGV[index]), 0, 0, 'WITHSCORES')
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
  if call('INCR', key('turns')) % AGED_TURN ~= 0 then
    return nil
  end
  local oldest = first_of('ages', 8, 7 + served)
  if not oldest or now - oldest.start < AGED_MS then
    return nil
  end
  oldest.is_aged = true
  oldest.start = number(call('ZSCORE', key('lane', oldest.lane), oldest.tenant))
  return oldest
end

local function warm(head)
  local near = #ARGV > 7 + served and first_of('lane', 8 + served, #ARGV)
  if not near or near.lane == head.lane or near.start > head.start + window then
    call('HDEL', key('passed'), head.lane)
    return head
  end
  if call('HINCRBY', key('passed'), head.lane, 1) > look_ahead then
    call('HDEL', key('passed'), head.lane)
    return head
  end
  near.is_warm = true
  return near
end

local function choose()
  local head = fair()
  return head and (aged() or warm(head))
end

-- The tenants of the first choice's lane by virtual start: a binary heap, the lowest at 1. Each job that
-- is taken moves one of them down, so this is written for speed.
local heap, size = {}, 0

local function sink(moved)
  local at, child, start, tenant = 1, 2, moved.start, moved.tenant
  while child <= size do
    local lower, other = heap[child], heap[child + 1]
    if child < size and (other.start < lower.start
        or (other.start == lower.start and other.tenant < lower.tenant)) then
      child, lower = child + 1, other
    end
    if lower.start > start or (lower.start == start and lower.tenant > tenant) then
      break
    end
    heap[at], at, child = lower, child, 2 * child
  end
  heap[at] = moved
end

local function drop_first()
  local last = heap[size]
  heap[size], size = nil, size - 1
  if size > 0 then
    sink(last)
  end
end

local function line_up(choice)
  if at_most == 1 or choice.is_aged then
    heap, size = { choice }, 1
    return
  end
  local first = call('ZRANGE', key('lane', choice.lane), 0, at_most - 1, 'WITHSCORES')
  size = #first / 2
  for index = 1, size do
    heap[index] = { lane = choice.lane, tenant = first[2 * index - 1],
      start = number(first[2 * index]) }
  end
end

-- The lowest start of the other lanes, where the tenants that were charged here are not behind any more.
local rivals
local function rival_start(lane, charged)
  if not rivals then
    rivals = {}
    for index = 8, 7 + served do
      if ARGV[index] ~= lane then
        rivals[#rivals + 1] =
          call('ZRANGE', key('lane', ARGV[index]), 0, at_most - 1, 'WITHSCORES')
      end
    end
  end
  local lowest = math.huge
  for _, heads in ipairs(rivals) do
    for index = 1, #heads, 2 do
      local again = charged[heads[index]]
      lowest = math.min(lowest, again and again.start or number(heads[index + 1]))
      if not again then
        break
      end
    end
  end
  return lowest
end

-- Jobs are read ahead, those of several tenants together. Few were given out before.
local texts, tries = {}, {}
local any_tries = call('EXISTS', key('tries')) == 1
local function read(ids)
  local found = #ids > 0 and call('HMGET', key('jobs'), unpack(ids))
  local tried = any_tries and #ids > 0 and call('HMGET', key('tries'), unpack(ids))
  for index, id in ipairs(ids) do
    texts[id], tries[id] = found[index] or nil, tried and tried[index] or nil
  end
end

local ahead = 1
local function look_ahead_of(it, ids)
  it.from = it.ids and it.from + it.known or 0
  local ranked = call('ZRANGE', key('waiting', it.lane, it.tenant), it.from, it.from + ahead - 1,
    'WITHSCORES')
  it.ids, it.ranks, it.at, it.known = {}, {}, 1, #ranked / 2
  local count = #ids
  for index = 1, it.known do
    local id = ranked[2 * index - 1]
    it.ids[index], it.ranks[index], ids[count + index] = id, ranked[2 * index], id
  end
end

local function read_ahead()
  ahead = math.ceil(at_most / size)
  local ids, tenants = {}, {}
  for index, it in ipairs(heap) do
    look_ahead_of(it, ids)
    tenants[index] = it.tenant
  end
  read(ids)
  local flying = call('HMGET', key('flying'), unpack(tenants))
  local running = call('HMGET', key('running'), unpack(tenants))
  for index, it in ipairs(heap) do
    it.flying, it.running = number(flying[index]), number(running[index])
    it.took, it.gone = 0, {}
  end
end

-- The next job of a tenant.
local function next_of(it)
  if it.at > it.known then
    local ids = {}
    look_ahead_of(it, ids)
    read(ids)
  end
  return it.ids[it.at]
end

local charged, order, kin = {}, {}, nil
local taken, count, began, lines = {}, 0, {}, {}
-- What bends fairness does not move the clock: who is behind would lose what is due.
local is_fair = true
local vclock, leases, holds = clock(), {}, {}
local pace
local until_ms = string.format('%.0f', now + lease_ms)
-- The end of the word that a job began.
local BEGAN_END = string.format(',"worker":%s,"started_at":%.0f}', cjson.encode(worker), now)

local function begin(it)
  if not charged[it.tenant] then
    charged[it.tenant], order[#order + 1] = it, it
  end
end

-- What jobs of the same terms have in common while they are leased for the first time.
local fresh = {}
local function lease_of(terms, tried)
  if fresh[terms] and not tried then
    return fresh[terms]
  end
  pace = pace or number(call('HGET', key('paces'), terms.lane) or FIRST_PACE)
  local it = { attempt = terms.attempt, strikes = 0, losses = 0, begun = '' }
  if tried then
    it.attempt, it.strikes, it.losses, it.begun = read_try(tried)
  else
    fresh[terms] = it
  end
  it.charge, it.attempt = seconds(terms.units * pace) / terms.share, it.attempt + 1
  it.line = write_hold(token, exact(it.charge), terms, it) .. '\n'
  it.began_end = '","attempt":' .. it.attempt .. BEGAN_END
  return it
end

-- Charge the tenant what the job is expected to take.
local function take(it, id, terms)
  local lease = lease_of(terms, tries[id])
  if is_fair then
    vclock = math.max(vclock, it.start - it.flying)
  end
  it.start, it.flying, it.limit = it.start + lease.charge, it.flying + lease.charge, terms.limit
  it.took, it.running = it.took + 1, it.running + 1
  it.gone[#it.gone + 1] = id
  leases[2 * count + 1], leases[2 * count + 2] = until_ms, id
  holds[2 * count + 1], holds[2 * count + 2] = id, lease.line .. it.ranks[it.at]
  taken[4 * count + 1], taken[4 * count + 2] = id, texts[id]
  taken[4 * count + 3], taken[4 * count + 4] = lease.attempt, lease.strikes
  count = count + 1
  began[count], lines[count] = id, '{"job_id":"' .. id .. lease.began_end
end

local function is_at_limit(it)
  return it.limit and it.limit > 0 and it.running >= it.limit
end

-- Take from the first in line for as long as its next job is kin and nobody else is before it.
local function serve(lane)
  while heap[1] and count < at_most do
    local it = heap[1]
    local id = next_of(it)
    local terms = id and read_job(texts[id])
    if kin and id and (not terms or terms.kin ~= kin or rival_start(lane, charged) < it.start) then
      return
    end
    if not id then
      drop_first()
    else
      begin(it)
      if terms then
        take(it, id, terms)
        kin = terms.kin ~= '' and terms.kin
      else
        it.gone[#it.gone + 1] = id
      end
      it.at = it.at + 1
      if is_at_limit(it) then
        drop_first()
      else
        sink(it)
      end
      if count > 0 and not kin then
        return
      end
    end
  end
end

local function write_down(lane)
  local starts, flying, running, ages = {}, {}, {}, {}
  for _, it in ipairs(order) do
    call('ZREM', key('waiting', it.lane, it.tenant), unpack(it.gone))
    local waits = not tidy(it.tenant, it.lane, #it.gone)
    if it.took > 0 then
      push(starts, exact(it.start), it.tenant)
      push(flying, it.tenant, exact(it.flying))
      push(running, it.tenant, it.running)
      if waits then
        push(ages, now, it.tenant)
      end
      if is_at_limit(it) then
        park_everywhere(it.tenant, it.limit)
      end
    end
  end
  if count == 0 then
    return
  end
  call('ZADD', key('leases'), unpack(leases))
  call('HSET', key('held'), unpack(holds))
  publish('started', began, lines)
  call('SET', key('vclock'), exact(vclock))
  call('HSET', key('flying'), unpack(flying))
  call('HSET', key('running'), unpack(running))
  call('ZADD', key('vtimes'), unpack(starts))
  add_all(key('ages', lane), ages)
  for _, other in ipairs(call('SMEMBERS', key('lanes'))) do
    call('ZADD', key('lane', other), 'XX', 'GT', unpack(starts))
  end
end

local choice = choose()
if choice then
  is_fair = not (choice.is_aged or choice.is_warm)
  line_up(choice)
  read_ahead()
  serve(choice.lane)
  write_down(choice.lane)
end

for index = 8, 7 + served do
  if call('EXISTS', key('lane', ARGV[index])) == 1 then
    ring(ARGV[index])
  end
end
return taken
