-- ARGV: groups of ten: id body tenant lane weight priority cost attempt limit kin. Returns for each job
-- 1 if it is new here, else 0.
-- A level of priority is worth ten minutes of waiting: nothing of a tenant waits for ever behind what
-- came later.
local HEAD_START = 600000 * 1024
local answers = {}
local arrival = math.max(number(redis.call('GET', key('sequence'))), now_ms() * 1024)
for at = 1, #ARGV, 10 do
  local id, tenant, lane, limit = ARGV[at], ARGV[at + 2], ARGV[at + 3], number(ARGV[at + 8])
  local is_new = redis.call('EXISTS', key('job', id), key('cancelled', id)) == 0
  if is_new then
    arrival = arrival + 1
    local rank = exact(arrival - number(ARGV[at + 5]) * HEAD_START)
    redis.call('HSET', key('job', id), 'body', ARGV[at + 1], 'tenant', tenant, 'lane', lane,
      'weight', ARGV[at + 4], 'rank', rank, 'cost', ARGV[at + 6], 'attempt', ARGV[at + 7],
      'limit', limit, 'kin', ARGV[at + 9], 'strikes', 0, 'state', 'waiting', 'token', '', 'worker', '')
    place(id, tenant, lane, rank, limit)
    tell_queued(tenant, id, ARGV[at + 7], ARGV[at + 1])
  end
  answers[#answers + 1] = is_new and 1 or 0
end
redis.call('SET', key('sequence'), string.format('%.0f', arrival))
return answers
