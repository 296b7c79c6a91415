-- ARGV: groups of eight: id tenant lane priority limit attempt time text (`Entry.parts`). Returns for each job
-- 1 if it is new here, else 0.
-- A level of priority is worth ten minutes of waiting: nothing of a tenant waits for ever behind what
-- came later.
local HEAD_START = 600000 * 1024
local arrival = math.max(number(call('GET', key('sequence'))), now_ms() * 1024)

local ids, marks = {}, {}
for at = 1, #ARGV, 8 do
  ids[#ids + 1], marks[#marks + 1] = ARGV[at], key('cancelled', ARGV[at])
end
local waits, ended = call('HMGET', key('jobs'), unpack(ids)), call('HMGET', key('finished'), unpack(ids))
local cancelled = call('MGET', unpack(marks))

local answers, texts, places, by_name, seen = {}, {}, {}, {}, {}

local function bring(at, id)
  arrival = arrival + 1
  local tenant, lane = ARGV[at + 1], ARGV[at + 2]
  local name = lane .. ' ' .. tenant
  local it = by_name[name]
  if not it then
    it = { tenant = tenant, lane = lane, ranked = {} }
    by_name[name], places[#places + 1] = it, it
  end
  it.limit = number(ARGV[at + 4])
  push(it.ranked, string.format('%.0f', arrival - number(ARGV[at + 3]) * HEAD_START), id)
  push(texts, id, ARGV[at + 7])
  tell_queued(tenant, id, ARGV[at + 5], ARGV[at + 6])
end

for index, id in ipairs(ids) do
  local is_new = not (waits[index] or ended[index] or cancelled[index] or seen[id])
  if is_new then
    bring(index * 8 - 7, id)
  end
  seen[id], answers[index] = true, is_new and 1 or 0
end
if #texts > 0 then
  call('HSET', key('jobs'), unpack(texts))
  call('SET', key('sequence'), string.format('%.0f', arrival))
  keep_news()
end
for _, it in ipairs(places) do
  place(it.tenant, it.lane, it.limit, it.ranked)
end
return answers
