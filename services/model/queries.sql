-- The statements of the model service: readers run as the tenant, writers as the system.

-- name: list_checkpoints
select * from checkpoints
where (%(all)s or (enabled and state = 'ready'))
    and state = %(state)s
    and (%(kind)s::text is null or kind = %(kind)s::text)
    and (%(base)s::text is null or base = %(base)s::text)
    and (%(ability)s::text is null or %(ability)s::text = any(abilities))
    and (%(words)s::text is null or position(%(words)s::text in name) > 0)
    and (%(after)s::text is null or name > %(after)s::text)
order by name
limit %(limit)s;

-- name: find_checkpoint
select * from checkpoints where name = %(name)s;

-- name: save_checkpoint
-- No row when it is being removed. One that was removed comes back.
insert into checkpoints as known (
    name, family, source, sha256, size_bytes, abilities, width, height, kind, base, licence,
    minimum_tier, enabled
)
values (
    %(name)s, %(family)s, %(source)s, %(sha256)s, %(size_bytes)s, %(abilities)s, %(width)s,
    %(height)s, coalesce(%(kind)s::text, 'checkpoint'), coalesce(%(base)s::text, 'unknown'),
    coalesce(%(licence)s::text, ''), coalesce(%(minimum_tier)s::text, 'free'),
    coalesce(%(enabled)s::boolean, true)
)
on conflict (name) do update set
    family = excluded.family,
    source = excluded.source,
    sha256 = excluded.sha256,
    size_bytes = excluded.size_bytes,
    abilities = excluded.abilities,
    width = excluded.width,
    height = excluded.height,
    kind = coalesce(%(kind)s::text, known.kind),
    base = coalesce(%(base)s::text, known.base),
    licence = coalesce(%(licence)s::text, known.licence),
    minimum_tier = coalesce(%(minimum_tier)s::text, known.minimum_tier),
    enabled = coalesce(%(enabled)s::boolean, known.enabled or known.state = 'removed'),
    state = 'ready',
    removal_requested_at = null,
    updated_at = now()
where known.state <> 'removing'
returning *;

-- name: change_checkpoint
update checkpoints set
    licence = coalesce(%(licence)s::text, licence),
    minimum_tier = coalesce(%(minimum_tier)s::text, minimum_tier),
    enabled = coalesce(%(enabled)s::boolean, enabled),
    prefetch = coalesce(%(prefetch)s::boolean, prefetch),
    updated_at = now()
where name = %(name)s and state = 'ready'
returning *;

-- name: begin_removal
-- Again it is the same removal. A checkpoint that is being installed stays.
update checkpoints set
    state = 'removing',
    enabled = false,
    prefetch = false,
    removal_requested_at = coalesce(removal_requested_at, now()),
    updated_at = now()
where name = %(name)s and state <> 'removed' and not exists (
    select from installs
    where name = %(name)s and state in ('waiting', 'queued', 'running')
)
returning *;

-- name: lock_name
-- An installation and a removal of the same name are begun one after the other.
select pg_advisory_xact_lock(hashtextextended('pingvas checkpoint ' || %(name)s::text, 0));

-- name: list_removals
select name from checkpoints
where state = 'removing' and removal_requested_at <= now() - %(grace_s)s * interval '1 second'
order by removal_requested_at, name
limit 100;

-- name: count_open_jobs
select count(*) as open from generation_jobs
where status in ('queued', 'running') and (
    checkpoint = %(name)s
    or parameters -> 'loras' @> jsonb_build_array(jsonb_build_object('name', %(name)s::text))
);

-- name: cancel_open_jobs
update generation_jobs set cancel_requested_at = now(), updated_at = now()
where status in ('queued', 'running') and cancel_requested_at is null and (
    checkpoint = %(name)s
    or parameters -> 'loras' @> jsonb_build_array(jsonb_build_object('name', %(name)s::text))
);

-- name: end_removal
update checkpoints set state = 'removed', enabled = false, updated_at = now()
where name = %(name)s and state = 'removing';

-- name: list_prefetched
select name from checkpoints
where prefetch and enabled and state = 'ready'
order by name
limit 100;

-- name: add_install
-- No row when the name is being installed or removed.
insert into installs (
    name, kind, source, address, expected_sha256, shape_of, licence, minimum_tier, enabled, state,
    stage, total_bytes, requested_by
)
select
    %(name)s::text, %(kind)s::text, %(source)s::text, %(address)s::text, %(expected_sha256)s::text,
    %(shape_of)s::text, %(licence)s::text, %(minimum_tier)s::text, %(enabled)s::boolean,
    %(state)s::text, %(state)s::text, %(total_bytes)s::bigint, %(requested_by)s::uuid
where not exists (select from checkpoints where name = %(name)s and state = 'removing')
on conflict (name) where state in ('waiting', 'queued', 'running') do nothing
returning *;

-- name: find_open_install
select * from installs where name = %(name)s and state in ('waiting', 'queued', 'running');

-- name: find_install
select * from installs where id = %(id)s;

-- name: list_installs
select * from installs
where (%(state)s::text is null or state = %(state)s::text)
    and (%(created_at)s::timestamptz is null
        or (created_at, id) < (%(created_at)s::timestamptz, %(id)s::uuid))
order by created_at desc, id desc
limit %(limit)s;

-- name: cancel_install
-- What nobody works on ends at once; who works on it sees the wish at the next heartbeat.
update installs set
    cancel_requested_at = coalesce(cancel_requested_at, now()),
    state = case when state = 'running' then state else 'cancelled' end,
    address = case when state = 'running' then address else '' end,
    finished_at = case when state = 'running' then null else now() end,
    updated_at = now()
where id = %(id)s and state in ('waiting', 'queued', 'running')
returning *;

-- name: note_upload
update installs set
    done_bytes = %(done_bytes)s,
    state = case when %(done_bytes)s = total_bytes then 'queued' else state end,
    stage = case when %(done_bytes)s = total_bytes then 'queued' else state end,
    updated_at = now()
where id = %(id)s and state = 'waiting'
returning *;

-- name: claim_install
update installs set
    state = 'running',
    attempts = attempts + 1,
    claimed_by = %(replica)s,
    claimed_until = now() + %(lease_s)s * interval '1 second',
    updated_at = now()
where id = (
    select id from installs
    where state in ('queued', 'running') and (claimed_until is null or claimed_until < now())
    order by created_at, id
    limit 1
    for update skip locked
)
returning *;

-- name: beat_install
update installs set
    stage = %(stage)s,
    done_bytes = %(done_bytes)s,
    total_bytes = coalesce(%(total_bytes)s::bigint, total_bytes),
    claimed_until = now() + %(lease_s)s * interval '1 second',
    updated_at = now()
where id = %(id)s and state = 'running' and claimed_by = %(replica)s
returning cancel_requested_at;

-- name: pin_revision
update installs set revision = %(revision)s, updated_at = now()
where id = %(id)s and state = 'running' and claimed_by = %(replica)s;

-- name: retry_install
-- An attempt that brought bytes begins the count anew: a large download may break often.
update installs set
    state = 'queued',
    stage = 'queued',
    attempts = case when %(progressed)s then 0 else attempts end,
    done_bytes = greatest(done_bytes, %(done_bytes)s),
    error_code = %(error_code)s::text,
    error_detail = %(error_detail)s::text,
    claimed_by = null,
    claimed_until = now() + %(rest_s)s * interval '1 second',
    updated_at = now()
where id = %(id)s and state = 'running' and claimed_by = %(replica)s;

-- name: end_install
update installs set
    state = %(state)s::text,
    stage = %(state)s::text,
    error_code = %(error_code)s::text,
    error_detail = %(error_detail)s::text,
    address = '',
    claimed_by = null,
    claimed_until = null,
    finished_at = now(),
    updated_at = now()
where id = %(id)s and state = 'running' and claimed_by = %(replica)s;

-- name: end_forgotten_uploads
update installs set
    state = 'cancelled', stage = 'cancelled', finished_at = now(), updated_at = now()
where state = 'waiting' and updated_at < now() - interval '24 hours';

-- name: list_open_installs
select id from installs where state in ('waiting', 'queued', 'running');
