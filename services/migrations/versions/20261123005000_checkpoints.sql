-- migrate:up
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- What a checkpoint is, beside its family; and a removal that waits. A release before this one
-- sees a checkpoint that is being removed as switched off.
alter table checkpoints
    add column kind text not null default 'checkpoint',
    add column base text not null default 'unknown',
    add column state text not null default 'ready',
    add column prefetch boolean not null default false,
    add column removal_requested_at timestamptz,
    add constraint checkpoints_kind check (kind in ('checkpoint', 'lora')) not valid,
    add constraint checkpoints_state check (state in ('ready', 'removing', 'removed')) not valid;

-- Installations: administrators' work, which no tenant sees. `address` may hold a token of the
-- source, so it is emptied when the work ends and never shown.
create table installs (
    id uuid primary key default gen_random_uuid(),
    name text not null check (name ~ '^[a-z0-9][a-z0-9._-]{0,99}$'),
    kind text not null default 'hub' check (kind in ('hub', 'url', 'upload')),
    source text not null check (length(source) <= 500),
    address text not null default '' check (length(address) <= 2000),
    expected_sha256 text check (expected_sha256 ~ '^[0-9a-f]{64}$'),
    shape_of text not null default '' check (length(shape_of) <= 300),
    licence text check (length(licence) <= 500),
    minimum_tier text check (length(minimum_tier) <= 40),
    enabled boolean,
    state text not null default 'queued'
        check (state in ('waiting', 'queued', 'running', 'done', 'failed', 'cancelled')),
    stage text not null default 'queued' check (length(stage) <= 40),
    revision text not null default '' check (length(revision) <= 100),
    done_bytes bigint not null default 0 check (done_bytes >= 0),
    total_bytes bigint check (total_bytes >= 0),
    attempts int not null default 0 check (attempts >= 0),
    error_code text,
    error_detail text,
    cancel_requested_at timestamptz,
    claimed_by text,
    claimed_until timestamptz,
    requested_by uuid not null,
    finished_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
-- One writer of a name, however many replicas there are.
create unique index installs_open on installs (name)
    where state in ('waiting', 'queued', 'running');
create index installs_by_age on installs (created_at, id);

alter table installs enable row level security;
alter table installs force row level security;

do $$
declare
    system name := replace(current_user, '_owner', '_system');
begin
    execute format(
        'create policy installs_system on installs to %I using (true) with check (true)', system
    );
    execute format('grant select, insert, update on installs to %I', system);
end
$$;

-- migrate:down
drop table installs;
alter table checkpoints
    drop constraint checkpoints_state,
    drop constraint checkpoints_kind,
    drop column removal_requested_at,
    drop column prefetch,
    drop column state,
    drop column base,
    drop column kind;
