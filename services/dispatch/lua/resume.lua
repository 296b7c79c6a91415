-- Jobs are given to workers again, and those that sleep are called.
call('DEL', key('paused'))
for _, lane in ipairs(call('SMEMBERS', key('lanes'))) do
  ring(lane)
end
return 1
