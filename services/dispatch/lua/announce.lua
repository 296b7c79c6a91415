-- ARGV: fives of user, job id, kind, attempt and body. Tells the owners of jobs what happened.
for index = 1, #ARGV, 5 do
  tell(ARGV[index], ARGV[index + 1], ARGV[index + 2], ARGV[index + 3], ARGV[index + 4])
end
keep_news()
return 1
