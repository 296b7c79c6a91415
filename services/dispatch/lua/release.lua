-- ARGV: id token delay_ms gpu_seconds. The worker hands the job back unharmed: no strike, but what it
-- took so far is charged. Returns 1, or 0 when lost.
local id = ARGV[1]
local it = find_hold(id, ARGV[2])
if not it then
  return 0
end
local took = number(ARGV[4])
end_lease(id, it, took)
write_ends()
if took > 0 then
  it.begun = '1'
end
if call('EXISTS', key('cancelled', id)) == 1 then
  forget({ id })
elseif number(ARGV[3]) > 0 then
  put_off(id, it, now_ms() + number(ARGV[3]))
else
  put_back(id, it)
end
return 1
