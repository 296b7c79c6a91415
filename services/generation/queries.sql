-- The statements of the generation service. Those of the upper half run as the tenant, the others
-- as the system.

-- name: take_job
select submit_generation(
    %(id)s, %(user_id)s, %(kind)s, %(checkpoint)s, %(parameters)s, %(cost_credits)s,
    %(work_units)s, %(idempotency_key)s, %(waiting_at_most)s, %(ring)s
) as taken_at;

-- name: find_job_by_key
select * from generation_jobs where idempotency_key = %(idempotency_key)s;

-- name: find_purse
select
    credit_balance as balance_credits,
    (
        select count(*) from generation_jobs where user_id = users.id and status = 'queued'
    ) as waiting_jobs
from users;

-- name: find_checkpoints
select name, kind, family, base, abilities, minimum_tier, enabled
from checkpoints where name = any(%(names)s);

-- name: find_image
select object_key, width, height from images where id = %(image_id)s and deleted_at is null;

-- name: find_upload
select object_key, width, height from uploads where id = %(upload_id)s and expires_at > now();

-- name: find_job
select *, (
        select coalesce(sum(coalesce(own.work_units, 1)), 0) from generation_jobs as own
        where own.user_id = job.user_id
            and own.status = 'queued' and job.status = 'queued'
            and (own.queued_at, own.id) < (job.queued_at, job.id)
    ) as units_ahead
from generation_jobs as job where job.id = %(job_id)s;

-- name: list_jobs
select * from generation_jobs
where (
        %(before_at)s::timestamptz is null
        or (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
    )
    and (%(status)s::text is null or status = %(status)s::text)
    and (%(kind)s::text is null or kind = %(kind)s::text)
    and (%(since)s::timestamptz is null or created_at >= %(since)s::timestamptz)
order by created_at desc, id desc
limit %(limit)s;

-- name: lock_job
select * from generation_jobs where id = %(job_id)s for update;

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

-- name: capture_credits
select capture_credits(%(user_id)s, %(job_id)s) as settled;

-- name: release_credits
select release_credits(%(user_id)s, %(job_id)s) as settled;

-- Batches lock by id, and settle by person, so that two of them can't wait for each other.

-- name: lock_jobs
select * from generation_jobs where id = any(%(job_ids)s) order by id for update;

-- name: mark_running
with told as (
    select job_id, max(attempt) as attempt, min(started_at) as started_at
    from unnest(%(job_ids)s::uuid[], %(attempts)s::int[], %(started)s::timestamptz[])
        as each (job_id, attempt, started_at)
    group by job_id
),
open_jobs as (
    select id from generation_jobs
    where id = any(%(job_ids)s) and status in ('queued', 'running')
    order by id for update
)
update generation_jobs as job
set status = 'running',
    started_at = coalesce(job.started_at, told.started_at),
    attempt = greatest(job.attempt, told.attempt),
    updated_at = now()
from told join open_jobs on open_jobs.id = told.job_id
where job.id = told.job_id
returning job.*;

-- name: finish_jobs
update generation_jobs as job
set status = told.status,
    error_code = told.code,
    error_detail = told.detail,
    attempt = greatest(job.attempt, told.attempt),
    gpu_seconds = told.gpu_seconds,
    finished_at = now(),
    updated_at = now()
from unnest(
    %(job_ids)s::uuid[], %(statuses)s::text[], %(codes)s::text[], %(details)s::text[],
    %(attempts)s::int[], %(gpu_seconds)s::numeric[]
) as told (job_id, status, code, detail, attempt, gpu_seconds)
where job.id = told.job_id
returning job.*;

-- name: add_images
insert into images (
    user_id, job_id, position, object_key, width, height, size_bytes, sha256, content_type, prompt
)
select * from unnest(
    %(user_ids)s::uuid[], %(job_ids)s::uuid[], %(position)s::int[], %(object_key)s::text[],
    %(width)s::int[], %(height)s::int[], %(size_bytes)s::bigint[], %(sha256)s::text[],
    %(content_type)s::text[], %(prompts)s::text[]
)
on conflict (job_id, position) do nothing
returning id, job_id, position;

-- name: settle_many
select case when held.is_kept then capture_credits(held.user_id, held.job_id)
    else release_credits(held.user_id, held.job_id) end as settled
from (
    select * from unnest(%(user_ids)s::uuid[], %(job_ids)s::uuid[], %(kept)s::boolean[])
        as each (user_id, job_id, is_kept)
    order by user_id, job_id
) as held;

-- name: relay_alone
-- Relays of one environment come one after the other; another one may share the database.
select pg_advisory_xact_lock(hashtextextended('pingvas relay ' || current_schema(), 0));

-- name: lock_unrelayed
select job.*, users.tier
from generation_jobs as job join users on users.id = job.user_id
where job.status = 'queued'
    and job.enqueued_at is null
    and job.cancel_requested_at is null
    and job.queued_at <= now() - make_interval(secs => %(grace_s)s)
order by job.queued_at, job.id
limit %(limit)s
for update of job skip locked;

-- name: lock_open
select job.*, users.tier
from generation_jobs as job join users on users.id = job.user_id
where job.id = any(%(job_ids)s)
    and job.status in ('queued', 'running')
    and job.cancel_requested_at is null
order by job.queued_at, job.id
for update of job skip locked;

-- name: find_tiered
select job.*, users.tier
from generation_jobs as job join users on users.id = job.user_id
where job.id = any(%(job_ids)s);

-- name: mark_relayed
update generation_jobs set enqueued_at = now()
where id in (
    select id from generation_jobs
    where id = any(%(job_ids)s) and status = 'queued' and enqueued_at is null
    for update skip locked
);

-- name: mark_put_back
update generation_jobs set status = 'queued', enqueued_at = now(), updated_at = now()
where id = any(%(job_ids)s) and (status = 'running' or enqueued_at is null);

-- name: list_open
select id, queued_at from generation_jobs
where status in ('queued', 'running')
    and queued_at <= now() - make_interval(secs => %(grace_s)s)
    and (
        %(after_at)s::timestamptz is null
        or (queued_at, id) > (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
order by queued_at, id
limit %(limit)s;

-- name: list_to_stop
select id from generation_jobs
where status in ('queued', 'running') and cancel_requested_at is not null
order by queued_at, id
limit %(limit)s;

-- name: sum_open_work
select
    job.user_id, users.tier, job.checkpoint, job.kind,
    count(*) filter (where job.status = 'queued') as waiting_jobs,
    coalesce(sum(coalesce(job.work_units, 1)) filter (where job.status = 'queued'), 0)
        as waiting_units,
    coalesce(sum(coalesce(job.work_units, 1)) filter (where job.status = 'running'), 0)
        as running_units
from generation_jobs as job join users on users.id = job.user_id
where job.status in ('queued', 'running')
group by job.user_id, users.tier, job.checkpoint, job.kind;
