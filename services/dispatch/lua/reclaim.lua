-- ARGV: max_strikes. Expired leases go back to the queue, or to the dead letters; delayed jobs that are
-- due go back too. Returns: put back, dead, promoted, ms until the next deadline (-1: none).
local BATCH = 64
local now = now_ms()
local back, dead = 0, 0
local expired = call('ZRANGEBYSCORE', key('leases'), '-inf', now, 'LIMIT', 0, BATCH)
for _, id in ipairs(expired) do
  end_lease(id)
  local job = call('HMGET', key_of(id), 'attempt', 'token', 'worker')
  if call('EXISTS', key('cancelled', id)) == 1 then
    call('DEL', key_of(id))
  elseif call('HINCRBY', key_of(id), 'strikes', 1) < number(ARGV[1]) then
    put_back(id)
    back = back + 1
  else
    call('HSET', key_of(id), 'token', '')
    bury(id, number(ARGV[1]))
    publish('result', id, cjson.encode({
      job_id = id, attempt = number(job[1]), outcome = 'failed',
      worker = string.match(job[2] or '', '^(.*)/') or job[3] or '',
      error_code = 'attempts_exhausted', error_detail = 'every worker that tried it was lost',
      started_at = now, finished_at = now }))
    dead = dead + 1
  end
end
call('ZREMRANGEBYSCORE', key('dead'), '-inf', now - DEAD_KEPT_S * 1000)
local promoted = promote_due(now)

-- Virtual times that the clock has passed say no more than the clock, once nothing of them can change;
-- and none says anything when nobody waits and nothing runs.
if call('EXISTS', key('lanes'), key('flying'), key('parked')) == 0 then
  call('DEL', key('vtimes'))
end
local passed = call('ZRANGEBYSCORE', key('vtimes'), '-inf', exact(clock()), 'LIMIT', 0, 1000)
for _, tenant in ipairs(passed) do
  if call('HEXISTS', key('flying'), tenant) == 0 then
    call('ZREM', key('vtimes'), tenant)
  end
end

-- A lease that was ended by a release without limits is still counted: forget it after its time.
for _, tenant in ipairs(call('HRANDFIELD', key('parked'), BATCH)) do
  call('ZREMRANGEBYSCORE', key('running', tenant), '-inf', now)
  unpark({ tenant })
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
