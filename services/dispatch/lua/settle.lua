-- ARGV: group, then triples of entry id, kind and job id. The record knows these events: drop them, and what
-- is known of a finished job (a dead letter stays to be looked at).
for index = 2, #ARGV, 3 do
  local entry, kind, id = ARGV[index], ARGV[index + 1], ARGV[index + 2]
  call('XACK', results, ARGV[1], entry)
  call('XDEL', results, entry)
  if kind == 'result' then
    call('HDEL', key('finished'), id)
  end
end
return 1
