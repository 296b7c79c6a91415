-- ARGV: id token attempt body [preview]. A worker tells how far its job is: 1, or 0 when its lease was
-- lost. The preview lies beside the news, one for each running job (`progress.py` says why).
local PREVIEW_KEPT_S = 10
local id = ARGV[1]
local it = find_hold(id, ARGV[2])
if not it then
  return 0
end
if not it.has_stepped then
  call('HSET', key('held'), id, it.text .. '\n1')
end
if ARGV[5] then
  call('SET', KEYS[1] .. ':preview:' .. id, ARGV[5], 'EX', PREVIEW_KEPT_S)
end
tell(it.tenant, id, 'progress', ARGV[3], ARGV[4])
keep_news()
return 1
