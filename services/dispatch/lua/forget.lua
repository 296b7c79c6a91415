-- ARGV: ids. Drops dead letters; a job that is not dead stays. Returns how many were dropped.
local dropped = 0
for _, id in ipairs(ARGV) do
  local is_dead = call('HGET', key_of(id), 'state') == 'dead'
  if is_dead then
    call('DEL', key_of(id))
  end
  if is_dead or call('EXISTS', key_of(id)) == 0 then
    dropped = dropped + call('ZREM', key('dead'), id)
  end
end
return dropped
