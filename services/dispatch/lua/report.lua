-- ARGV: id token attempt body. A worker tells how far its job is: 1, or 0 when its lease was lost.
local id = ARGV[1]
if not held(id, ARGV[2]) then
  return 0
end
tell(call('HGET', key_of(id), 'tenant'), id, 'progress', ARGV[3], ARGV[4])
keep_news()
return 1
