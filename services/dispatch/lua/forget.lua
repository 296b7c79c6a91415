-- ARGV: ids. Drops dead letters; a job that is not dead stays. Returns how many were dropped.
local dropped = 0
for _, id in ipairs(ARGV) do
  local is_dead = redis.call('HGET', key('job', id), 'state') == 'dead'
  if is_dead then
    redis.call('DEL', key('job', id))
  end
  if is_dead or redis.call('EXISTS', key('job', id)) == 0 then
    dropped = dropped + redis.call('ZREM', key('dead'), id)
  end
end
return dropped
