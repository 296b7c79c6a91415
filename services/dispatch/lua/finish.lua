-- ARGV: max_strikes backoff_ms, then groups of five: id token result verdict gpu_seconds. A verdict is
-- `succeeded`, `failed`, or `again`: a failure worth another try.
-- Returns for each 1 when the result was taken in (a repeat of the same call too), 0 when the lease was
-- lost.
local max_strikes, backoff_ms, now = number(ARGV[1]), number(ARGV[2]), now_ms()
local paces, samples, lanes = {}, {}, {}

-- The lane's pace follows what is measured; the latest measures are kept for those who reckon.
local function measure(lane, pace)
  if not samples[lane] then
    paces[lane] = tonumber(call('HGET', key('paces'), lane) or nil)
    samples[lane], lanes[#lanes + 1] = {}, lane
  end
  local known = paces[lane] or pace
  paces[lane] = known + (pace - known) / PACE_MEMORY
  samples[lane][#samples[lane] + 1] = pace
end

local function note_measures()
  for _, lane in ipairs(lanes) do
    local all, latest = samples[lane], {}
    for index = math.max(1, #all - SPEEDS_KEPT + 1), #all do
      latest[#latest + 1] = exact(all[index])
    end
    call('HSET', key('paces'), lane, exact(paces[lane]))
    call('LPUSH', key('speed', lane), unpack(latest))
    call('LTRIM', key('speed', lane), 0, SPEEDS_KEPT - 1)
    call('EXPIRE', key('speed', lane), RESULT_KEPT_S)
  end
end

local ids = {}
for at = 3, #ARGV, 5 do
  ids[#ids + 1] = ARGV[at]
end
local holds = call('HMGET', key('held'), unpack(ids))

-- Those that are over with their last tokens, what they tell, and those that get another try.
local tokens, told, lines, again, ended = {}, {}, {}, {}, {}

local function tell_end(id, token, result)
  push(tokens, id, token)
  told[#told + 1], lines[#lines + 1] = id, result
end

local function finish(id, hold, at)
  local token, verdict, gpu_seconds = ARGV[at + 1], ARGV[at + 3], ARGV[at + 4]
  local lease = read_hold(hold)
  if not lease or lease.token ~= token or ended[id] then
    return (ended[id] or finished_by(id)) == token and 1 or 0
  end
  ended[id] = token
  if verdict == 'again' and call('EXISTS', key('cancelled', id)) == 0 then
    again[#again + 1] = { it = find_hold(id), result = ARGV[at + 2] }
  else
    tell_end(id, token, ARGV[at + 2])
  end
  end_lease(id, lease, gpu_seconds)
  local took = math.min(number(gpu_seconds), LARGEST_CHARGE_S)
  if verdict == 'succeeded' and took > 0 and lease.units > 0 and lease.begun == '' then
    measure(lease.lane, took / lease.units)
  end
  return 1
end

local function try_again(it, result)
  it.strikes = it.strikes + 1
  if it.strikes < max_strikes then
    put_off(it.id, it, now + backoff_ms * 2 ^ (it.strikes - 1))
  else
    bury(it.id, it, now)
    tell_end(it.id, it.token, result)
  end
end

local answers = {}
for index, id in ipairs(ids) do
  answers[index] = finish(id, holds[index], index * 5 - 2)
end
write_ends()
note_measures()
if #told > 0 then
  forget(told)
end
for _, each in ipairs(again) do
  try_again(each.it, each.result)
end
if #tokens > 0 then
  keep_finished(tokens, now)
end
publish('result', told, lines)
return answers
