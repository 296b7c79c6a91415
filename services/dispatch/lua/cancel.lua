-- ARGV: id. Returns removed (it will never start), flagged (a worker has it and will be told), unknown.
-- The mark outlives the entry, so that a sweep that read the row before can't bring it back.
local id = ARGV[1]
call('SET', key('cancelled', id), '1', 'EX', RESULT_KEPT_S)
if call('HEXISTS', key('held'), id) == 1 then
  return 'flagged'
end
local it = find(id)
if it and call('ZREM', key('waiting', it.lane, it.tenant), id) == 1 then
  call('DECRBY', key('depth'), 1)
  if call('EXISTS', key('waiting', it.lane, it.tenant)) == 0 then
    empty(it.lane, { it.tenant })
  end
elseif call('ZREM', key('delayed'), id) == 1 then
  call('HDEL', key('ranks'), id)
else
  return 'unknown'
end
forget({ id })
return 'removed'
