-- migrate:up transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
create index concurrently if not exists generation_jobs_to_stop on generation_jobs (queued_at, id)
    where status in ('queued', 'running') and cancel_requested_at is not null;

-- migrate:down transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
drop index concurrently if exists generation_jobs_to_stop;
