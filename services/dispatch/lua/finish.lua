-- ARGV: max_strikes backoff_ms, then groups of five: id token result verdict gpu_seconds. A verdict is
-- `succeeded`, `failed`, or `again`: a failure worth another try.
-- Returns for each 1 when the result was taken in (a repeat of the same call too), 0 when the lease was
-- lost.
local max_strikes, backoff_ms = number(ARGV[1]), number(ARGV[2])
local ended, paces, samples, lanes = {}, {}, {}, {}

-- The lane's pace follows what is measured; the latest measures are kept for those who reckon.
local function measure(lane, units, gpu_seconds)
  if not samples[lane] then
    paces[lane] = tonumber(call('HGET', key('paces'), lane) or nil)
    samples[lane], lanes[#lanes + 1] = {}, lane
  end
  local pace = gpu_seconds / units
  paces[lane] = (paces[lane] or pace) + (pace - (paces[lane] or pace)) / PACE_MEMORY
  push(samples[lane], exact(pace))
end

local function note_measures()
  for _, lane in ipairs(lanes) do
    call('HSET', key('paces'), lane, exact(paces[lane]))
    call('LPUSH', key('speed', lane), unpack(samples[lane]))
    call('LTRIM', key('speed', lane), 0, SPEEDS_KEPT - 1)
    call('EXPIRE', key('speed', lane), RESULT_KEPT_S)
  end
end

local function try_again(id, job)
  local strikes = number(job[3]) + 1
  if strikes >= max_strikes then
    bury(id, strikes)
    return false
  end
  call('HSET', key_of(id), 'strikes', strikes)
  call('HDEL', key_of(id), 'charge')
  put_off(id, now_ms() + backoff_ms * 2 ^ (strikes - 1))
  return true
end

local function finish(id, token, result, verdict, gpu_seconds)
  local job = call('HMGET', key_of(id), 'state', 'token', 'strikes', 'cost', 'lane', 'tenant',
    'charge', 'weight', 'begun')
  if job[2] ~= token or job[1] ~= 'leased' then
    return (job[1] == 'finished' or job[1] == 'dead') and job[2] == token and 1 or 0
  end
  ended[#ended + 1] = { id = id, tenant = job[6], charge = job[7], weight = job[8],
    gpu_seconds = gpu_seconds }
  local took, units = number(gpu_seconds), number(job[4])
  if verdict == 'succeeded' and took > 0 and units > 0 and not job[9] then
    measure(job[5], units, took)
  end
  if verdict == 'again' and call('EXISTS', key('cancelled', id)) == 0 then
    if try_again(id, job) then
      return 1
    end
  else
    call('HSET', key_of(id), 'state', 'finished')
    call('EXPIRE', key_of(id), RESULT_KEPT_S)
  end
  publish('result', id, result)
  return 1
end

local answers = {}
for at = 3, #ARGV, 5 do
  answers[#answers + 1] = finish(ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
end
if #ended > 0 then
  end_leases(ended)
  note_measures()
end
return answers
