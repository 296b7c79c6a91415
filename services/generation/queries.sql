-- The statements of the generation service. Those of the upper half run as the tenant, the others
-- as the system.

-- name: find_checkpoint
select enabled, minimum_tier from checkpoints where name = %(name)s;

-- name: find_job_by_key
select * from generation_jobs where idempotency_key = %(idempotency_key)s;

-- name: add_job
insert into generation_jobs (id, user_id, checkpoint, parameters, cost_credits, idempotency_key)
values (
    %(id)s, %(user_id)s, %(checkpoint)s, %(parameters)s, %(cost_credits)s, %(idempotency_key)s
)
on conflict (user_id, idempotency_key) do nothing
returning *;

-- name: hold_credits
select hold_credits(%(user_id)s, %(job_id)s, %(cost_credits)s) as balance_credits;

-- name: count_open_jobs
select count(*) as open_jobs from generation_jobs where status in ('queued', 'running');

-- name: find_job
select * from generation_jobs where id = %(job_id)s;

-- name: list_jobs
select * from generation_jobs
where %(before_at)s::timestamptz is null
    or (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
order by created_at desc, id desc
limit %(limit)s;

-- name: lock_job
select * from generation_jobs where id = %(job_id)s for update;

-- name: mark_running
update generation_jobs
set status = 'running',
    started_at = coalesce(started_at, %(started_at)s),
    attempt = greatest(attempt, %(attempt)s),
    updated_at = now()
where id = %(job_id)s and status in ('queued', 'running')
returning id;

-- name: mark_cancel_requested
update generation_jobs
set cancel_requested_at = coalesce(cancel_requested_at, now()), updated_at = now()
where id = %(job_id)s
returning *;

-- name: finish_job
update generation_jobs
set status = %(status)s,
    error_code = %(error_code)s,
    error_detail = %(error_detail)s,
    attempt = greatest(attempt, %(attempt)s),
    gpu_seconds = %(gpu_seconds)s,
    finished_at = now(),
    updated_at = now()
where id = %(job_id)s
returning *;

-- name: add_image
insert into images (
    user_id, job_id, position, object_key, width, height, size_bytes, sha256, content_type, prompt
)
values (
    %(user_id)s, %(job_id)s, %(position)s, %(object_key)s, %(width)s, %(height)s, %(size_bytes)s,
    %(sha256)s, %(content_type)s, %(prompt)s
)
on conflict (job_id, position) do nothing;

-- name: capture_credits
select capture_credits(%(user_id)s, %(job_id)s) as settled;

-- name: release_credits
select release_credits(%(user_id)s, %(job_id)s) as settled;

-- name: list_open_jobs
select id, queued_at, cancel_requested_at is not null as is_to_stop from generation_jobs
where status in ('queued', 'running')
    and queued_at < now() - make_interval(secs => %(grace_s)s)
    and (
        %(after_at)s::timestamptz is null
        or (queued_at, id) > (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
order by queued_at, id
limit %(limit)s;

-- name: put_back_jobs
update generation_jobs as job
set status = 'queued', updated_at = now()
from users
where job.id = any(%(job_ids)s)
    and job.status in ('queued', 'running')
    and job.cancel_requested_at is null
    and users.id = job.user_id
returning job.*, users.tier;

-- name: list_lost_cancellations
select id from generation_jobs
where id = any(%(job_ids)s)
    and status in ('queued', 'running')
    and cancel_requested_at is not null;
