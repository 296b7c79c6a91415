-- migrate:up

-- The app and system roles are found from the owner's name, so nobody else may own the tables.
do $$
begin
    if current_user !~ '^pingvas_[a-z]+_owner$' then
        raise exception 'migrations run as a role named like pingvas_dev_owner, not %', current_user;
    end if;
end
$$;

-- People. The balance is written by the ledger's trigger alone; see 20261123000300_credits.sql.
create table users (
    id uuid primary key default gen_random_uuid(),
    email text not null unique check (email = lower(email) and length(email) between 3 and 254),
    password_hash text not null,
    display_name text not null default '' check (length(display_name) <= 100),
    role text not null default 'user' check (role in ('user', 'admin')),
    tier text not null default 'free' check (tier ~ '^[a-z_]{1,40}$'),
    credit_balance bigint not null default 0 check (credit_balance >= 0),
    email_verified_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- One row per refresh token; a family is one sign-in. Only the SHA-256 of a token is stored.
create table sessions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    refresh_token_hash text not null unique,
    family_id uuid not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    replaced_by uuid references sessions (id) on delete set null,
    user_agent text not null default '' check (length(user_agent) <= 300),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index sessions_by_user on sessions (user_id, created_at);
create index sessions_by_family on sessions (family_id);
create index sessions_by_replacement on sessions (replaced_by) where replaced_by is not null;

create table api_keys (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    prefix text not null unique,
    key_hash text not null,
    name text not null check (length(name) between 1 and 100),
    last_used_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index api_keys_by_user on api_keys (user_id, created_at);

-- migrate:down
drop table api_keys;
drop table sessions;
drop table users;
