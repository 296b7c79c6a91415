-- ARGV: id. Returns removed (it will never start), flagged (a worker has it and will be told), unknown.
-- The mark outlives the entry, so that a sweep that read the row before can't bring it back.
local id = ARGV[1]
call('SET', key('cancelled', id), '1', 'EX', RESULT_KEPT_S)
local job = call('HMGET', key_of(id), 'state', 'tenant', 'lane')
if job[1] == 'waiting' then
  call('ZREM', key('waiting', job[3], job[2]), id)
  tidy(job[2], job[3], 1)
elseif job[1] == 'delayed' then
  call('ZREM', key('delayed'), id)
elseif job[1] == 'leased' then
  return 'flagged'
else
  return 'unknown'
end
call('DEL', key_of(id))
return 'removed'
