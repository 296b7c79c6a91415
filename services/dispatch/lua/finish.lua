-- ARGV: max_strikes backoff_ms, then groups of five: id token result verdict gpu_seconds. A verdict is
-- `succeeded`, `failed`, or `again`: a failure worth another try.
-- Returns for each 1 when the result was taken in (a repeat of the same call too), 0 when the lease was
-- lost.
local max_strikes, backoff_ms, now = number(ARGV[1]), number(ARGV[2]), now_ms()
local measured, lanes = {}, {}

-- The lane's pace follows what is measured; the latest measures are kept for those who reckon.
local function measure(lane, pace)
  local its = measured[lane]
  if not its then
    its = { pace = tonumber(call('HGET', key('paces'), lane) or nil) or pace, count = 0, all = {} }
    measured[lane], lanes[#lanes + 1] = its, lane
  end
  its.pace = its.pace + (pace - its.pace) / PACE_MEMORY
  its.count = its.count + 1
  its.all[its.count] = pace
end

local function note_measures()
  for _, lane in ipairs(lanes) do
    local its, latest = measured[lane], {}
    for index = math.max(1, its.count - SPEEDS_KEPT + 1), its.count do
      latest[#latest + 1] = exact(its.all[index])
    end
    call('HSET', key('paces'), lane, exact(its.pace))
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

-- What is kept of those that are over, what they tell, and those that get another try.
local kept, told, lines, again, ended, marks = {}, {}, {}, {}, {}, {}

local function tell_end(id, token, result)
  local mark, over = marks[token], #told
  if not mark then
    mark = finished_mark(token, now)
    marks[token] = mark
  end
  kept[2 * over + 1], kept[2 * over + 2] = id, mark
  told[over + 1], lines[over + 1] = id, result
end

local function finish(id, hold, at)
  local token, verdict, took = ARGV[at + 1], ARGV[at + 3], number(ARGV[at + 4])
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
  end_lease(id, lease, took)
  if verdict == 'succeeded' and took > 0 and lease.units > 0 and lease.begun == '' then
    measure(lease.lane, math.min(took, LARGEST_CHARGE_S) / lease.units)
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
if #kept > 0 then
  call('HSET', key('finished'), unpack(kept))
end
publish('result', told, lines)
return answers
