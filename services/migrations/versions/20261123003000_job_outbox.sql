-- migrate:up
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The row of a job is its own outbox. `enqueued_at` is set when the queue is known to have it; a
-- waiting row without it is relayed again, which changes nothing where it was relayed before.
-- `work_units` is the expected effort in megapixel-steps. `objects_purged_at` is when the objects of
-- an attempt that came to nothing were looked for and removed. The release before writes none of them.
alter table generation_jobs
    add column enqueued_at timestamptz,
    add column work_units double precision,
    add column objects_purged_at timestamptz;

-- One call takes a job: row and hold, or neither. It answers with the time it was taken, or null
-- when the checkpoint is not on offer or the person used the key before. Runs as the tenant, under
-- row security. PV001: too few credits. PV002: more would wait than the person's tier allows; the
-- hold before the count has locked the person's balance, so of two calls the second counts the first.
-- Its plans are made once for each connection, perhaps while the table is empty: never by a full scan.
create function submit_generation(
    p_job uuid,
    p_user uuid,
    p_kind text,
    p_checkpoint text,
    p_parameters jsonb,
    p_cost bigint,
    p_units double precision,
    p_key text,
    p_waiting_at_most bigint,
    p_ring boolean
) returns timestamptz language plpgsql set enable_seqscan = off as $$
declare
    taken_at timestamptz;
begin
    insert into generation_jobs (
        id, user_id, kind, checkpoint, parameters, cost_credits, work_units, idempotency_key
    )
    select p_job, p_user, p_kind, p_checkpoint, p_parameters, p_cost, p_units, p_key
    from checkpoints where name = p_checkpoint and enabled
    on conflict (user_id, idempotency_key) do nothing
    returning queued_at into taken_at;
    if taken_at is null then
        return null;
    end if;
    perform hold_credits(p_user, p_job, p_cost);
    if (
        select count(*) from generation_jobs where user_id = p_user and status = 'queued'
    ) > p_waiting_at_most then
        raise exception 'too many waiting jobs' using errcode = 'PV002';
    end if;
    if p_ring then
        perform pg_notify(current_schema() || '_generation_jobs', '');
    end if;
    return taken_at;
end
$$;

do $$
declare
    app name := replace(current_user, '_owner', '_app');
begin
    revoke all on function submit_generation(
        uuid, uuid, text, text, jsonb, bigint, double precision, text, bigint, boolean
    ) from public;
    execute format('grant execute on function submit_generation(
        uuid, uuid, text, text, jsonb, bigint, double precision, text, bigint, boolean
    ) to %I', app);
end
$$;

-- migrate:down
drop function submit_generation;
alter table generation_jobs
    drop column objects_purged_at,
    drop column work_units,
    drop column enqueued_at;
