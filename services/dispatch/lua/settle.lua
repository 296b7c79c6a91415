-- ARGV: group, then fours of entry id, kind, job id and how many events came in the entry. The record
-- knows these events: drop them, and what is known of a finished job (a dead letter stays to be looked
-- at). What came with them and is not in the record yet goes on in an entry of its own, and so brings
-- none of them back.
local group, settled, entries = ARGV[1], {}, {}
for index = 2, #ARGV, 4 do
  local entry = ARGV[index]
  local its = settled[entry]
  if not its then
    its = { id = entry, kind = ARGV[index + 1], together = number(ARGV[index + 3]), jobs = {}, has = {} }
    settled[entry], entries[#entries + 1] = its, its
  end
  its.jobs[#its.jobs + 1], its.has[ARGV[index + 2]] = ARGV[index + 2], true
end

local function parts(text, separator)
  local found = {}
  for part in string.gmatch(text .. separator, '(.-)' .. separator) do
    found[#found + 1] = part
  end
  return found
end

-- See `publish`.
local function keep_rest(its)
  local written = call('XRANGE', results, its.id, its.id)[1]
  if not written then
    return
  end
  local jobs, lines = parts(written[2][4], ' '), parts(written[2][6], '\n')
  local left, bodies = {}, {}
  for index, job in ipairs(jobs) do
    if not its.has[job] then
      left[#left + 1], bodies[#bodies + 1] = job, lines[index]
    end
  end
  publish(its.kind, left, bodies)
end

for _, its in ipairs(entries) do
  if #its.jobs < its.together then
    keep_rest(its)
  end
  call('XACK', results, group, its.id)
  call('XDEL', results, its.id)
  if its.kind == 'result' then
    call('HDEL', key('finished'), unpack(its.jobs))
  end
end
return 1
