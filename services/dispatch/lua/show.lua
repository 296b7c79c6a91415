-- ARGV: id. What the queue knows of a job, name and value in turn, without its message; empty: nothing.
local id = ARGV[1]
local it = find_hold(id) or find(id)
if not it then
  return finished_by(id) and { 'state', 'finished' } or {}
end
local state = it.token and 'leased' or call('ZSCORE', key('dead'), id) and 'dead'
  or call('ZSCORE', key('delayed'), id) and 'delayed' or 'waiting'
return { 'state', state, 'tenant', it.tenant, 'lane', it.lane, 'weight', it.weight, 'units', it.units,
  'limit', it.limit, 'attempt', it.attempt, 'strikes', it.strikes, 'losses', it.losses,
  'worker', it.worker or '' }
