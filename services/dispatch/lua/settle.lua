-- ARGV: group, then triples of entry id, kind and job id. The record knows these events: drop them, and a
-- finished job with its result (a dead letter stays to be looked at).
for index = 2, #ARGV, 3 do
  local entry, kind, id = ARGV[index], ARGV[index + 1], ARGV[index + 2]
  call('XACK', key('results'), ARGV[1], entry)
  call('XDEL', key('results'), entry)
  if kind == 'result' and call('HGET', key_of(id), 'state') == 'finished' then
    call('DEL', key_of(id))
  end
end
return 1
