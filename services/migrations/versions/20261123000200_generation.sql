-- migrate:up

create table checkpoints (
    id uuid primary key default gen_random_uuid(),
    name text not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,99}$'),
    family text not null,
    source text not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint not null check (size_bytes >= 0),
    abilities text[] not null default '{}',
    width int not null check (width > 0),
    height int not null check (height > 0),
    licence text not null default '',
    minimum_tier text not null default 'free',
    enabled boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- The record of a job. The queue on Redis is rebuilt from rows that are queued or running.
create table generation_jobs (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    status text not null default 'queued'
        check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    kind text not null default 'text_to_image' check (kind ~ '^[a-z_]{1,40}$'),
    checkpoint text not null,
    parameters jsonb not null,
    priority smallint not null default 0,
    cost_credits bigint not null check (cost_credits >= 0),
    attempt int not null default 0 check (attempt >= 0),
    error_code text,
    error_detail text,
    idempotency_key text check (length(idempotency_key) between 1 and 200),
    cancel_requested_at timestamptz,
    queued_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    gpu_seconds numeric(12, 3) check (gpu_seconds >= 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (user_id, idempotency_key)
);
create index generation_jobs_by_user on generation_jobs (user_id, created_at, id);
create index generation_jobs_open on generation_jobs (queued_at, id)
    where status in ('queued', 'running');

create table albums (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    name text not null check (length(name) between 1 and 100),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (user_id, id)
);
create index albums_by_user on albums (user_id, created_at, id);

-- An image can only lie in an album of the same person: foreign keys see past row security,
-- so the key carries the person.
create table images (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    job_id uuid not null references generation_jobs (id) on delete cascade,
    position int not null check (position >= 0),
    object_key text not null unique,
    width int not null check (width > 0),
    height int not null check (height > 0),
    size_bytes bigint not null check (size_bytes >= 0),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    content_type text not null default 'image/png',
    prompt text not null default '',
    album_id uuid,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (job_id, position),
    foreign key (user_id, album_id) references albums (user_id, id) on delete set null (album_id)
);
create index images_by_user on images (user_id, created_at, id) where deleted_at is null;
create index images_by_album on images (user_id, album_id) where album_id is not null;

-- migrate:down
drop table images;
drop table albums;
drop table generation_jobs;
drop table checkpoints;
