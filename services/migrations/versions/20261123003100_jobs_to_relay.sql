-- migrate:up transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
create index concurrently if not exists generation_jobs_to_relay on generation_jobs (queued_at, id)
    where status = 'queued' and enqueued_at is null;

-- migrate:down transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
drop index concurrently if exists generation_jobs_to_relay;
