-- migrate:up transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
create index concurrently if not exists generation_jobs_handovers_to_purge on generation_jobs (finished_at, id)
    where status = 'succeeded' and attempt > 1 and objects_purged_at is null;

-- migrate:down transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
drop index concurrently if exists generation_jobs_handovers_to_purge;
