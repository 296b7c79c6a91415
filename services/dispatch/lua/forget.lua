-- ARGV: ids. Drops dead letters; a job that is not dead stays. Returns how many were dropped.
local dropped = 0
for _, id in ipairs(ARGV) do
  if call('ZREM', key('dead'), id) == 1 then
    forget({ id })
    call('HDEL', key('finished'), id)
    dropped = dropped + 1
  end
end
return dropped
