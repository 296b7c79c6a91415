-- ARGV: pairs of a person and milliseconds. Moves each one's clock on by so much (GCRA: a theoretical
-- arrival time, never behind the present). Returns for each how many ms it is ahead now.
local answers, now = {}, now_ms()
for at = 1, #ARGV, 2 do
  local name = KEYS[1] .. ':rate:' .. ARGV[at]
  local ahead = math.max(0, number(call('GET', name)) - now) + number(ARGV[at + 1])
  call('SET', name, string.format('%.0f', now + ahead), 'PX', math.ceil(ahead) + 1)
  answers[#answers + 1] = math.ceil(ahead)
end
return answers
