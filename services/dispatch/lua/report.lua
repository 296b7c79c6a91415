-- ARGV: id token attempt body. A worker tells how far its job is: 1, or 0 when its lease was lost.
local it = find_hold(ARGV[1], ARGV[2])
if not it then
  return 0
end
tell(it.tenant, ARGV[1], 'progress', ARGV[3], ARGV[4])
keep_news()
return 1
