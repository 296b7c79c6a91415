-- ARGV: groups of nine: id body tenant lane weight priority cost attempt limit. Returns for each job 1
-- if it is new here, else 0.
local answers = {}
for at = 1, #ARGV, 9 do
  local id, tenant, lane, limit = ARGV[at], ARGV[at + 2], ARGV[at + 3], number(ARGV[at + 8])
  local is_new = redis.call('EXISTS', key('job', id), key('cancelled', id)) == 0
  if is_new then
    local rank = exact(redis.call('INCR', key('sequence')) - number(ARGV[at + 5]) * 4398046511104)
    redis.call('HSET', key('job', id), 'body', ARGV[at + 1], 'tenant', tenant, 'lane', lane,
      'weight', ARGV[at + 4], 'rank', rank, 'cost', ARGV[at + 6], 'attempt', ARGV[at + 7],
      'limit', limit, 'strikes', 0, 'state', 'waiting', 'token', '', 'worker', '')
    place(id, tenant, lane, rank, limit)
    tell_queued(tenant, id, ARGV[at + 7], ARGV[at + 1])
  end
  answers[#answers + 1] = is_new and 1 or 0
end
return answers
