-- ARGV: worker token lease_ms at_most look_ahead window_s lanes lane... warm-lane...
-- Returns the jobs that were taken, none or up to at_most, as text attempt strikes in turn.
-- Of all tenants with work in these lanes, the one that has had least (by weight) is served; those
-- that have as many running as they may are parked, and so not among them. Three things bend this:
--   age     one claim in eight goes to whoever waits longest, when that is more than ten minutes
--   warmth  a lane whose checkpoint is loaded goes first while its tenant is at most window_s (GPU-
--           seconds by weight) behind, and look_ahead times in a row at most
--   kinship after the first job only those follow that run in one batch with it, as long as the one
--           that is next by fairness is such a job
-- In a batch of many short jobs a tenant's turn is several of them: a sixteenth of the batch at most, and
-- TURN_S (GPU-seconds by weight) at most. So the cost of a tenant is borne by more than one job.
local AGED_MS, AGED_TURN = 600000, 8
local LARGEST_BATCH = 500
local TURN_S, TURN_PART = 0.1, 16
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

-- The tenants of the first choice's lane by virtual start: `queue` as they were, and a binary heap, the
-- lowest at 1. Each turn moves one of them down, so this is written for speed.
local queue, heap, size = {}, {}, 0

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

local function rise(it)
  size = size + 1
  local at = size
  while at > 1 do
    local above = heap[math.floor(at / 2)]
    if above.start < it.start or (above.start == it.start and above.tenant < it.tenant) then
      break
    end
    heap[at], at = above, math.floor(at / 2)
  end
  heap[at] = it
end

local function stand(it)
  it.place, it.gone, it.took = #queue + 1, 0, 0
  queue[it.place] = it
  rise(it)
end

-- The next so many of the lane; `edge` is where the last of them stands while there may be more.
local edge
local function line_up(lane, more)
  local first = call('ZRANGE', key('lane', lane), #queue, #queue + more - 1, 'WITHSCORES')
  for index = 1, #first, 2 do
    stand({ lane = lane, tenant = first[index], start = number(first[index + 1]) })
  end
  local last = #first == 2 * more and queue[#queue]
  edge = last and { start = last.start, tenant = last.tenant }
end

-- Nobody who was not read stands before the first of the heap.
local function is_lined_up()
  local first = heap[1]
  return not edge or first and (first.start < edge.start
    or (first.start == edge.start and first.tenant <= edge.tenant))
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

-- Jobs are read ahead, those of several tenants together; how far, the first job tells. Few were given
-- out before.
local any_tries = call('EXISTS', key('tries')) == 1
local longest_turn = math.max(1, math.floor(at_most / TURN_PART))
local ahead, count = 1, 0

local function read(group)
  local ids, known = {}, 0
  for _, it in ipairs(group) do
    -- One more than is read tells whether that is all.
    local ranked = call('ZRANGE', key('waiting', it.lane, it.tenant), it.gone, it.gone + ahead,
      'WITHSCORES')
    it.is_all, it.known = #ranked / 2 <= ahead, math.min(#ranked / 2, ahead)
    it.ranked, it.at, it.before = ranked, 0, known
    for index = 1, it.known do
      ids[known + index] = ranked[2 * index - 1]
    end
    known = known + it.known
  end
  local texts = known > 0 and call('HMGET', key('jobs'), unpack(ids))
  local tries = known > 0 and any_tries and call('HMGET', key('tries'), unpack(ids))
  for _, it in ipairs(group) do
    it.texts, it.tries = texts, tries
  end
end

-- This tenant, and of those behind it as many as may get a turn.
local function meet(it)
  local group, tenants = {}, {}
  local turns = count == 0 and 1 or math.ceil((at_most - count) / ahead)
  for index = it.place, math.min(#queue, it.place + turns - 1) do
    local each = queue[index]
    group[#group + 1], tenants[#tenants + 1] = each, each.tenant
  end
  read(group)
  local running = call('HMGET', key('running'), unpack(tenants))
  for index, each in ipairs(group) do
    each.running, each.charged = read_running(running[index])
  end
end

-- The next job of a tenant and its terms; nil when there is none, no terms when it can't be read.
local function next_of(it)
  if not it.ranked then
    meet(it)
  elseif it.at == it.known and not it.is_all then
    read({ it })
  end
  if it.at == it.known then
    return nil
  end
  return it.ranked[2 * it.at + 1], read_job(it.texts[it.before + it.at + 1])
end

local charged, order, kin = {}, {}, nil
local taken, began, lines = {}, {}, {}
-- What bends fairness does not move the clock: who is behind would lose what is due.
local is_fair = true
local began_at = clock()
local vclock, leases, holds = began_at, {}, {}
local pace
local until_ms = string.format('%.0f', now + lease_ms)
-- The end of the word that a job began.
local BEGAN_END = string.format(',"worker":%s,"started_at":%.0f}', cjson.encode(worker), now)

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
  local text = it.texts[it.before + it.at]
  local lease = lease_of(terms, it.tries and it.tries[it.before + it.at])
  local charge = lease.charge
  if is_fair then
    vclock = math.max(vclock, it.start - it.charged)
  end
  it.start, it.charged, it.charge = it.start + charge, it.charged + charge, charge
  it.took, it.running, it.limit = it.took + 1, it.running + 1, terms.limit
  local double = 2 * count
  leases[double + 1], leases[double + 2] = until_ms, id
  holds[double + 1], holds[double + 2] = id, lease.line .. it.ranked[2 * it.at]
  local triple = 3 * count
  taken[triple + 1], taken[triple + 2], taken[triple + 3] = text, lease.attempt, lease.strikes
  count = count + 1
  began[count], lines[count] = id, '{"job_id":"' .. id .. lease.began_end
end

local function is_at_limit(it)
  return it.limit and it.limit > 0 and it.running >= it.limit
end

local function look_ahead_by(charge)
  local turn = math.min(math.floor(TURN_S / charge), longest_turn)
  ahead = math.max(1, turn, edge and 1 or math.ceil((at_most - count) / size))
end

local function serve_turn(it, id, terms)
  if not charged[it.tenant] then
    charged[it.tenant], order[#order + 1] = it, it
  end
  local until_time, until_count = it.start + TURN_S, math.min(at_most, count + longest_turn)
  repeat
    it.gone, it.at = it.gone + 1, it.at + 1
    if not terms then
      return
    end
    take(it, id, terms)
    if count == 1 then
      look_ahead_by(it.charge)
    end
    kin = terms.kin ~= '' and terms.kin
    if not kin or count == until_count or is_at_limit(it) or it.start + it.charge > until_time then
      return
    end
    id, terms = next_of(it)
  until not id or not terms or terms.kin ~= kin
end

-- Serve the first in line for as long as its next job is kin and nobody else is before it.
local function serve(lane)
  while count < at_most do
    while not is_lined_up() do
      line_up(lane, math.ceil((at_most - count) / ahead))
    end
    local it = heap[1]
    if not it then
      return
    end
    local id, terms = next_of(it)
    if not id then
      drop_first()
    elseif kin and (not terms or terms.kin ~= kin or rival_start(lane, charged) < it.start) then
      return
    else
      serve_turn(it, id, terms)
      if count > 0 and not kin then
        return
      end
      if is_at_limit(it) then
        drop_first()
      else
        sink(it)
      end
    end
  end
end

local function take_out(lane)
  local ages, gone, left = {}, 0, {}
  for _, it in ipairs(order) do
    call('ZREMRANGEBYRANK', key('waiting', lane, it.tenant), 0, it.gone - 1)
    gone = gone + it.gone
    if it.is_all and it.at == it.known then
      left[#left + 1] = it.tenant
    elseif it.took > 0 then
      push(ages, now, it.tenant)
    end
  end
  call('DECRBY', key('depth'), gone)
  add_all(key('ages', lane), ages)
  empty(lane, left)
end

local function write_down(lane)
  local starts, running = {}, {}
  for _, it in ipairs(order) do
    if it.took > 0 then
      push(starts, exact(it.start), it.tenant)
      push(running, it.tenant, write_running(it.running, it.charged))
      if is_at_limit(it) then
        park_everywhere(it.tenant, it.limit)
      end
    end
  end
  call('ZADD', key('leases'), unpack(leases))
  call('HSET', key('held'), unpack(holds))
  publish('started', began, lines)
  if vclock > began_at then
    call('SET', key('vclock'), exact(vclock))
  end
  call('HSET', key('running'), unpack(running))
  call('ZADD', key('vtimes'), unpack(starts))
  for _, other in ipairs(call('SMEMBERS', key('lanes'))) do
    call('ZADD', key('lane', other), 'XX', 'GT', unpack(starts))
  end
end

local choice = choose()
if choice then
  is_fair = not (choice.is_aged or choice.is_warm)
  if at_most == 1 or choice.is_aged then
    stand(choice)
  else
    line_up(choice.lane, math.min(at_most, TURN_PART + 4))
  end
  serve(choice.lane)
  if #order > 0 then
    take_out(choice.lane)
  end
  if count > 0 then
    write_down(choice.lane)
  end
end

for index = 8, 7 + served do
  if call('EXISTS', key('lane', ARGV[index])) == 1 then
    ring(ARGV[index])
  end
end
return taken
