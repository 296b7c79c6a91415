-- ARGV: max_strikes. Expired leases go back to the queue, or to the dead letters; delayed jobs that are
-- due go back too. A worker that was lost strikes only those of which it had told a step: what else it
-- held may have waited beside the job that killed it. But nothing is given out for ever. Returns: put back, dead, promoted, ms until the next deadline (-1: none).
local BATCH, LOSSES_BY_STRIKES = 64, 3
local max_strikes = number(ARGV[1])
local now = now_ms()
local back, dead = 0, 0
local expired = call('ZRANGEBYSCORE', key('leases'), '-inf', now, 'LIMIT', 0, BATCH)
local lost = {}
for _, id in ipairs(expired) do
  local it = find_hold(id)
  if it then
    lost[#lost + 1] = it
    end_lease(id, it)
  else
    call('ZREM', key('leases'), id)
  end
end

local function give_up(it)
  bury(it.id, it, now)
  call('HSET', key('finished'), it.id, finished_mark('', now))
  publish('result', { it.id }, { cjson.encode({
    job_id = it.id, attempt = it.attempt, outcome = 'failed', worker = it.worker or '',
    error_code = 'attempts_exhausted', error_detail = 'every worker that tried it was lost',
    started_at = now, finished_at = now }) })
end

write_ends()
for _, it in ipairs(lost) do
  it.strikes, it.losses = it.strikes + (it.has_stepped and 1 or 0), it.losses + 1
  if call('EXISTS', key('cancelled', it.id)) == 1 then
    forget({ it.id })
  elseif it.strikes < max_strikes and it.losses < LOSSES_BY_STRIKES * max_strikes then
    put_back(it.id, it)
    back = back + 1
  else
    give_up(it)
    dead = dead + 1
  end
end

-- What lay here too long; results that nobody settled are looked for at random.
local old = call('ZRANGEBYSCORE', key('dead'), '-inf', now - DEAD_KEPT_S * 1000, 'LIMIT', 0, BATCH)
if #old > 0 then
  call('ZREM', key('dead'), unpack(old))
  forget(old)
end
for _, id in ipairs(call('HRANDFIELD', key('finished'), BATCH)) do
  local since = string.match(call('HGET', key('finished'), id), '\n(%d+)$')
  if number(since) < now - RESULT_KEPT_S * 1000 then
    call('HDEL', key('finished'), id)
  end
end
local promoted = promote_due(now)

-- Virtual times that the clock has passed say no more than the clock, once nothing of them can change;
-- and none says anything when nobody waits and nothing runs.
if call('EXISTS', key('lanes'), key('running'), key('parked')) == 0 then
  call('DEL', key('vtimes'))
end
local passed = call('ZRANGEBYSCORE', key('vtimes'), '-inf', exact(clock()), 'LIMIT', 0, 1000)
for _, tenant in ipairs(passed) do
  if call('HEXISTS', key('running'), tenant) == 0 then
    call('ZREM', key('vtimes'), tenant)
  end
end

-- A worker that died between its wake-up call and its claim took the token with it: ring again.
for _, lane in ipairs(call('SMEMBERS', key('lanes'))) do
  ring(lane)
end

local next_due = -1
for _, name in ipairs({ 'leases', 'delayed' }) do
  local head = call('ZRANGE', key(name), 0, 0, 'WITHSCORES')
  if head[1] then
    local due = math.max(0, number(head[2]) - now)
    next_due = next_due < 0 and due or math.min(next_due, due)
  end
end
return { back, dead, promoted, next_due }
