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
  return near
end

local function choose()
  local head = fair()
  return head and (aged() or warm(head))
end

-- The tenants of the first choice's lane by virtual start: a binary heap, the lowest at 1.
local heap = {}

local function is_before(one, other)
  return one.start < other.start or (one.start == other.start and one.tenant < other.tenant)
end

local function sink(at)
  local moved = heap[at]
  while 2 * at <= #heap do
    local child = 2 * at
    if heap[child + 1] and is_before(heap[child + 1], heap[child]) then
      child = child + 1
    end
    if not is_before(heap[child], moved) then
      break
    end
    heap[at], at = heap[child], child
  end
  heap[at] = moved
end

local function drop_first()
  heap[1] = heap[#heap]
  heap[#heap] = nil
  if #heap > 1 then
    sink(1)
  end
end

local function line_up(choice)
  if at_most == 1 or choice.is_aged then
    heap = { choice }
    return
  end
  local first = call('ZRANGE', key('lane', choice.lane), 0, at_most - 1, 'WITHSCORES')
  for index = 1, #first, 2 do
    heap[#heap + 1] = { lane = choice.lane, tenant = first[index], start = number(first[index + 1]) }
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

-- The next job of a tenant, read ahead.
local function next_of(it)
  if not it.ids or it.at > #it.ids then
    local ahead = math.max(1, math.ceil(at_most / math.max(1, #heap)))
    it.from = (it.from or 0) + (it.ids and #it.ids or 0)
    it.ids, it.at = call('ZRANGE', key('waiting', it.lane, it.tenant), it.from, it.from + ahead - 1), 1
  end
  return it.ids[it.at]
end

-- Between a job's id, its attempt, and the end of the word that it began.
local BEGAN, BEGAN_END = '","attempt":', string.format(',"worker":%s,"started_at":%.0f}',
  cjson.encode(worker), now)
local charged, order, taken, kin = {}, {}, {}, nil
local vclock, leases = clock(), {}
local pace
local until_ms = string.format('%.0f', now + lease_ms)

-- Kin of one weight are charged alike, and a number is written slowly.
local written = {}
local function as_text(charge)
  written[charge] = written[charge] or exact(charge)
  return written[charge]
end

local function begin(it)
  if not charged[it.tenant] then
    charged[it.tenant], order[#order + 1] = it, it
    it.flying = number(call('HGET', key('flying'), it.tenant))
    it.took, it.gone = {}, 0
  end
end

-- Charge the tenant what the job is expected to take.
local function take(it, id, job)
  pace = pace or number(call('HGET', key('paces'), it.lane) or FIRST_PACE)
  local charge = seconds(number(job[3]) * pace) / share(job[2])
  vclock = math.max(vclock, it.start - it.flying)
  it.start, it.flying, it.limit = it.start + charge, it.flying + charge, number(job[4])
  push(it.took, until_ms, id)
  push(leases, until_ms, id)
  local attempt = number(job[5]) + 1
  call('HSET', key_of(id), 'state', 'leased', 'token', token, 'attempt', attempt, 'charge',
    as_text(charge))
  publish('started', id, '{"job_id":"' .. id .. BEGAN .. attempt .. BEGAN_END)
  taken[#taken + 1] = { id, job[1], attempt, number(job[6]) }
end

local function is_at_limit(it)
  if it.limit == 0 then
    return false
  end
  it.running = it.running or call('ZCARD', key('running', it.tenant))
  return it.running + #it.took / 2 >= it.limit
end

-- Take from the first in line for as long as its next job is kin and nobody else is before it.
local function serve(lane)
  while heap[1] and #taken < at_most do
    local it = heap[1]
    local id = next_of(it)
    local job = id and call('HMGET', key_of(id),
      'body', 'weight', 'cost', 'limit', 'attempt', 'strikes', 'kin')
    if kin and id and (job[7] ~= kin or rival_start(lane, charged) < it.start) then
      return
    end
    if not id then
      drop_first()
    else
      begin(it)
      it.at = it.at + 1
      if job[1] then
        take(it, id, job)
        kin = job[7] and job[7] ~= '' and job[7]
      else
        it.gone = it.gone + 1
        call('ZREM', key('waiting', lane, it.tenant), id)
        it.from = it.from - 1
      end
      if is_at_limit(it) then
        drop_first()
      else
        sink(1)
      end
      if #taken > 0 and not kin then
        return
      end
    end
  end
end

-- Write down what was taken of one tenant; true while it still waits in this lane.
local function settle(it)
  local ids = {}
  for index = 2, #it.took, 2 do
    ids[#ids + 1] = it.took[index]
  end
  if #ids > 0 then
    call('ZREM', key('waiting', it.lane, it.tenant), unpack(ids))
    call('ZADD', key('running', it.tenant), unpack(it.took))
  end
  return not tidy(it.tenant, it.lane, #ids + it.gone)
end

local function park_everywhere(it)
  for _, other in ipairs(call('SMEMBERS', key('lanes'))) do
    if call('ZSCORE', key('lane', other), it.tenant) then
      park(it.tenant, other, it.limit)
      leave(it.tenant, other)
    end
  end
end

local function write_down(lane)
  local starts, flying, ages = {}, {}, {}
  for _, it in ipairs(order) do
    local waits = settle(it)
    if #it.took > 0 then
      push(starts, exact(it.start), it.tenant)
      push(flying, it.tenant, exact(it.flying))
      if waits then
        push(ages, now, it.tenant)
      end
      if is_at_limit(it) then
        park_everywhere(it)
      end
    end
  end
  if #taken == 0 then
    return
  end
  call('ZADD', key('leases'), unpack(leases))
  call('SET', key('vclock'), exact(vclock))
  call('HSET', key('flying'), unpack(flying))
  call('ZADD', key('vtimes'), unpack(starts))
  add_all(key('ages', lane), ages)
  for _, other in ipairs(call('SMEMBERS', key('lanes'))) do
    call('ZADD', key('lane', other), 'XX', 'GT', unpack(starts))
  end
end

local choice = choose()
if choice then
  line_up(choice)
  serve(choice.lane)
  write_down(choice.lane)
end

for index = 8, 7 + served do
  if call('EXISTS', key('lane', ARGV[index])) == 1 then
    ring(ARGV[index])
  end
end
return taken
