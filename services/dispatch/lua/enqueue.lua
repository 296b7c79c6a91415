-- ARGV: groups of ten: id body tenant lane weight priority cost attempt limit kin. Returns for each job
-- 1 if it is new here, else 0.
-- A level of priority is worth ten minutes of waiting: nothing of a tenant waits for ever behind what
-- came later.
local HEAD_START = 600000 * 1024
local arrival = math.max(number(call('GET', key('sequence'))), now_ms() * 1024)

local function store(at, id)
  arrival = arrival + 1
  local rank = string.format('%.0f', arrival - number(ARGV[at + 5]) * HEAD_START)
  call('HSET', key_of(id), 'body', ARGV[at + 1], 'tenant', ARGV[at + 2], 'lane', ARGV[at + 3],
    'weight', ARGV[at + 4], 'rank', rank, 'cost', ARGV[at + 6], 'attempt', ARGV[at + 7],
    'limit', ARGV[at + 8], 'kin', ARGV[at + 9], 'state', 'waiting')
  tell_queued(ARGV[at + 2], id, ARGV[at + 7], ARGV[at + 1])
  return rank
end

local answers, places, by_name = {}, {}, {}
for at = 1, #ARGV, 10 do
  local id, name = ARGV[at], ARGV[at + 3] .. ' ' .. ARGV[at + 2]
  local is_new = call('EXISTS', key_of(id), key('cancelled', id)) == 0
  if is_new then
    if not by_name[name] then
      by_name[name] = { tenant = ARGV[at + 2], lane = ARGV[at + 3], ranked = {} }
      places[#places + 1] = by_name[name]
    end
    by_name[name].limit = number(ARGV[at + 8])
    push(by_name[name].ranked, store(at, id), id)
  end
  answers[#answers + 1] = is_new and 1 or 0
end
for _, each in ipairs(places) do
  place(each.tenant, each.lane, each.limit, each.ranked)
end
call('SET', key('sequence'), string.format('%.0f', arrival))
keep_news()
return answers
