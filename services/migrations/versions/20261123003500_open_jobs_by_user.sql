-- migrate:up transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
create index concurrently if not exists generation_jobs_open_by_user
    on generation_jobs (user_id, queued_at) where status in ('queued', 'running');

-- migrate:down transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
drop index concurrently if exists generation_jobs_open_by_user;
