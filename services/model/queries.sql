-- The statements of the model service: readers run as the tenant, the writer as the system.

-- name: list_checkpoints
select * from checkpoints
where (enabled or %(all)s) and (%(after)s::text is null or name > %(after)s::text)
order by name
limit %(limit)s;

-- name: find_checkpoint
select * from checkpoints where name = %(name)s;

-- name: save_checkpoint
insert into checkpoints as known (
    name, family, source, sha256, size_bytes, abilities, width, height, licence, minimum_tier,
    enabled
)
values (
    %(name)s, %(family)s, %(source)s, %(sha256)s, %(size_bytes)s, %(abilities)s, %(width)s,
    %(height)s, coalesce(%(licence)s, ''), coalesce(%(minimum_tier)s, 'free'),
    coalesce(%(enabled)s, true)
)
on conflict (name) do update set
    family = excluded.family,
    source = excluded.source,
    sha256 = excluded.sha256,
    size_bytes = excluded.size_bytes,
    abilities = excluded.abilities,
    width = excluded.width,
    height = excluded.height,
    licence = coalesce(%(licence)s, known.licence),
    minimum_tier = coalesce(%(minimum_tier)s, known.minimum_tier),
    enabled = coalesce(%(enabled)s, known.enabled),
    updated_at = now()
returning *;
