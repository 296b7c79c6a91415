-- migrate:up
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- All new columns have defaults or may be null, so the release before goes on writing pictures.
-- `words` is what search reads; rows from before the trigger have none and are read in full.
-- `thumbnail_due_at` is when the next try to make a thumbnail may begin; null: made, or given up.
alter table images
    add column favourite boolean not null default false,
    add column tags text[] not null default '{}',
    add column words tsvector,
    add column safety text not null default 'unknown',
    add column thumbnail_key text,
    add column thumbnail_due_at timestamptz default now(),
    add column thumbnail_attempts int not null default 0;
alter table images
    add constraint images_safety check (safety in ('unknown', 'safe', 'unsafe')) not valid,
    add constraint images_tags check (cardinality(tags) <= 30) not valid;

-- A cover that has gone finds nothing and is passed over, so no foreign key guards it.
alter table albums add column cover_image_id uuid;

-- The words of a picture in no language's grammar: prompts come in all of them.
create function image_words(prompt text, tags text[]) returns tsvector
language sql immutable parallel safe
return to_tsvector('simple', prompt || ' ' || array_to_string(tags, ' '));

-- What a person searches for, each word as a beginning: Korean words carry their particles.
create function search_terms(wanted text) returns tsquery
language sql immutable parallel safe
return regexp_replace(
    websearch_to_tsquery('simple', wanted)::text, '''(?= |\)|$)', ''':*', 'g'
)::tsquery;

create function keep_image_words() returns trigger language plpgsql as $$
begin
    new.words := image_words(new.prompt, new.tags);
    return new;
end
$$;
create trigger keep_image_words before insert or update of prompt, tags on images
    for each row execute function keep_image_words();

-- Pictures that people bring. One that is not stored yet, or was removed, is past its expiry.
create table uploads (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    object_key text not null unique,
    purpose text not null check (purpose in ('source', 'mask')),
    content_type text not null default 'image/png',
    width int not null check (width > 0),
    height int not null check (height > 0),
    size_bytes bigint not null check (size_bytes >= 0),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index uploads_by_user on uploads (user_id, created_at, id);
create index uploads_by_expiry on uploads (expires_at);

-- Links that open a picture or an album to anybody who has them.
create table shares (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    token text not null unique check (token ~ '^[A-Za-z0-9_-]{32,64}$'),
    image_id uuid references images (id) on delete cascade,
    album_id uuid,
    show_prompts boolean not null default false,
    views bigint not null default 0,
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    check (num_nonnulls(image_id, album_id) = 1),
    foreign key (user_id, album_id) references albums (user_id, id) on delete cascade
);
create index shares_by_user on shares (user_id, created_at, id);
create index shares_by_image on shares (image_id) where image_id is not null;
create index shares_by_album on shares (user_id, album_id) where album_id is not null;

-- Archives. At most one of a person is being made; a lease that ran out is taken over.
create table exports (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    album_id uuid,
    status text not null default 'queued'
        check (status in ('queued', 'running', 'ready', 'failed')),
    object_key text unique,
    leased_until timestamptz,
    attempt int not null default 0 check (attempt >= 0),
    image_count int not null default 0 check (image_count >= 0),
    size_bytes bigint check (size_bytes >= 0),
    error_code text,
    finished_at timestamptz,
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index exports_by_user on exports (user_id, created_at, id);
create unique index exports_one_at_a_time on exports (user_id)
    where status in ('queued', 'running');
create index exports_open on exports (created_at) where status in ('queued', 'running');
create index exports_by_expiry on exports (expires_at) where expires_at is not null;

do $$
declare
    app name := replace(current_user, '_owner', '_app');
    system name := replace(current_user, '_owner', '_system');
    tenant constant text := 'nullif(current_setting(''pingvas.user_id'', true), '''')::uuid';
    room text;
begin
    foreach room in array array['uploads', 'shares', 'exports'] loop
        execute format('alter table %I enable row level security', room);
        execute format('alter table %I force row level security', room);
        execute format('create policy %I on %I to %I using (true) with check (true)',
            room || '_system', room, system);
        execute format(
            'create policy %I on %I to %I using (user_id = %s) with check (user_id = %s)',
            room || '_tenant', room, app, tenant, tenant);
    end loop;

    execute format('grant update (favourite, tags) on images to %I', app);
    execute format('grant update (cover_image_id) on albums to %I', app);
    execute format('grant select, insert, update (expires_at, updated_at) on uploads to %I', app);
    execute format('grant select, insert (user_id, token, image_id, album_id, show_prompts,
        expires_at), update (revoked_at, updated_at) on shares to %I', app);
    execute format('grant select (id, user_id, album_id, status, object_key, image_count,
        size_bytes, error_code, finished_at, expires_at, created_at, updated_at),
        insert (user_id, album_id) on exports to %I', app);

    execute format('grant delete on images to %I', system);
    execute format('grant select, delete on albums to %I', system);
    execute format('grant select, delete, update (expires_at, updated_at) on uploads to %I', system);
    execute format('grant select, delete, update (views, updated_at) on shares to %I', system);
    execute format('grant select, update, delete on exports to %I', system);

    revoke all on function image_words(text, text[]), search_terms(text), keep_image_words()
        from public;
    execute format('grant execute on function image_words(text, text[]) to %I, %I', app, system);
    execute format('grant execute on function search_terms(text) to %I', app);
end
$$;

-- migrate:down
do $$
declare
    system name := replace(current_user, '_owner', '_system');
begin
    execute format('revoke delete on images from %I', system);
    execute format('revoke all on albums from %I', system);
end
$$;
drop table exports;
drop table shares;
drop table uploads;
drop trigger keep_image_words on images;
drop function keep_image_words;
drop function search_terms;
drop function image_words;
alter table albums drop column cover_image_id;
alter table images
    drop column thumbnail_attempts,
    drop column thumbnail_due_at,
    drop column thumbnail_key,
    drop column safety,
    drop column words,
    drop column tags,
    drop column favourite;
