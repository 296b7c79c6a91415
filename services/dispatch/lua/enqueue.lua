-- ARGV: groups of five: id tenant manner time text (`Entry.parts`). Returns for each job 1 if it is new
-- here, else 0.
-- A level of priority is worth ten minutes of waiting: nothing of a tenant waits for ever behind what
-- came later.
local HEAD_START = 600000 * 1024
local arrival = math.max(number(call('GET', key('sequence'))), now_ms() * 1024)

local ids, marks = {}, {}
for at = 1, #ARGV, 5 do
  ids[#ids + 1], marks[#marks + 1] = ARGV[at], key('cancelled', ARGV[at])
end
local waits, ended = call('HMGET', key('jobs'), unpack(ids)), call('HMGET', key('finished'), unpack(ids))
local cancelled = call('MGET', unpack(marks))

-- The lanes that get jobs: a list, and by name; each has its places as a list, and by tenant.
local lanes, by_name = {}, {}
local function find_lane(name)
  local lane = by_name[name]
  if not lane then
    lane = { name = name, places = {}, by_tenant = {} }
    by_name[name], lanes[#lanes + 1] = lane, lane
  end
  return lane
end

-- What many jobs share, so it is read once: lane, priority, limit and attempt.
local manners = {}
local function read_manner(text)
  local it = manners[text]
  if not it then
    local lane, priority, limit, attempt = string.match(text, '^([^\t]*)\t(%S+)\t(%S+)\t(%S+)$')
    it = { lane = find_lane(lane), ahead = number(priority) * HEAD_START, limit = number(limit),
      attempt = attempt }
    manners[text] = it
  end
  return it
end

local answers, texts, seen = {}, {}, {}

local function bring(at, id)
  arrival = arrival + 1
  local tenant, manner = ARGV[at + 1], read_manner(ARGV[at + 2])
  local lane = manner.lane
  local own = lane.by_tenant[tenant]
  if not own then
    own = { tenant = tenant, ranked = {} }
    lane.by_tenant[tenant], lane.places[#lane.places + 1] = own, own
  end
  own.limit = manner.limit
  push(own.ranked, string.format('%.0f', arrival - manner.ahead), id)
  push(texts, id, ARGV[at + 4])
  tell_queued(tenant, id, manner.attempt, ARGV[at + 3])
end

for index, id in ipairs(ids) do
  local is_new = not (waits[index] or ended[index] or cancelled[index] or seen[id])
  if is_new then
    bring(index * 5 - 4, id)
  end
  seen[id], answers[index] = true, is_new and 1 or 0
end
if #texts > 0 then
  call('HSET', key('jobs'), unpack(texts))
  call('SET', key('sequence'), string.format('%.0f', arrival))
  keep_news()
end
for _, lane in ipairs(lanes) do
  place(lane.name, lane.places)
end
return answers
