-- Jobs as the record has them, for those who watch. `open_and_ended_jobs` runs as the tenant;
-- `jobs_by_id` as the tenant for one job, and as the system for all that are waited for.

-- name: open_and_ended_jobs
select job.id, job.user_id, job.status, job.attempt, job.error_code, job.queued_at, job.started_at,
    job.finished_at,
    (
        select coalesce(
            jsonb_agg(jsonb_build_object('id', image.id, 'position', image.position)
                order by image.position), '[]'
        )
        from images as image
        where image.job_id = job.id and job.status = 'succeeded' and image.deleted_at is null
    ) as images
from (
    (
        select * from generation_jobs
        where status in ('queued', 'running')
        order by queued_at desc
        limit %(limit)s
    )
    union all
    (
        select * from generation_jobs
        where finished_at is not null and finished_at >= %(ended_since)s::timestamptz
        order by finished_at desc
        limit %(limit)s
    )
) as job
order by coalesce(job.finished_at, job.started_at, job.queued_at), job.id;

-- name: jobs_by_id
select job.id, job.user_id, job.status, job.attempt, job.error_code, job.queued_at, job.started_at,
    job.finished_at,
    (
        select coalesce(
            jsonb_agg(jsonb_build_object('id', image.id, 'position', image.position)
                order by image.position), '[]'
        )
        from images as image
        where image.job_id = job.id and job.status = 'succeeded' and image.deleted_at is null
    ) as images
from generation_jobs as job
where job.id = any(%(job_ids)s)
order by coalesce(job.finished_at, job.started_at, job.queued_at), job.id;
