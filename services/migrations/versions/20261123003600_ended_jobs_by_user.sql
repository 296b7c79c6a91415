-- migrate:up transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
create index concurrently if not exists generation_jobs_ended_by_user
    on generation_jobs (user_id, finished_at) where finished_at is not null;

-- migrate:down transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
drop index concurrently if exists generation_jobs_ended_by_user;
