-- migrate:up
set local lock_timeout = '3s';
set local statement_timeout = '30s';

alter table users add column language text not null default 'en';
alter table users add constraint users_language check (language in ('en', 'ko')) not valid;
alter table users add column disabled_at timestamptz;
alter table users add column purged_at timestamptz;

-- The next refresh token is made of this one and this salt, so that only who holds this one can
-- be given it a second time. Emptied when the grace for that is over.
alter table sessions add column successor_salt text;

-- An account at a provider that its person signs in with.
create table identities (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    provider text not null check (provider ~ '^[a-z][a-z0-9_]{0,39}$'),
    subject text not null check (length(subject) between 1 and 255),
    email text not null,
    last_used_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (provider, subject)
);
create index identities_by_user on identities (user_id, created_at, id);

-- What is mailed to prove an address; only the SHA-256 is stored, and the row goes with its use.
create table one_time_tokens (
    token_hash text primary key,
    user_id uuid not null references users (id) on delete cascade,
    purpose text not null check (purpose in ('verify_address', 'reset_password', 'change_address')),
    email text not null,
    password_hash text not null default '',
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
);
create index one_time_tokens_by_user on one_time_tokens (user_id, purpose);

-- Mails to send. A row says whom and why; the text and its token are made when it is sent.
create table letters (
    id uuid primary key default gen_random_uuid(),
    kind text not null check (kind ~ '^[a-z_]{1,40}$'),
    recipient text not null,
    user_id uuid,
    language text not null,
    password_hash text not null default '',
    attempts int not null default 0,
    due_at timestamptz not null default now(),
    sent_at timestamptz,
    created_at timestamptz not null default now()
);
create index letters_due on letters (due_at) where sent_at is null;
create index letters_by_recipient on letters (recipient, kind, created_at);

-- Failures to prove something, by whom or what they are counted for (a SHA-256).
create table attempts (
    subject text primary key,
    failures int not null default 0,
    blocked_until timestamptz,
    succeeded_at timestamptz,
    updated_at timestamptz not null default now()
);

-- Sign-ins by way of a provider that have begun. Only hashes of what the browser holds.
create table provider_sign_ins (
    state_hash text primary key,
    browser_hash text not null,
    provider text not null,
    nonce text not null,
    code_verifier text not null,
    return_to text not null,
    code_hash text unique,
    user_id uuid references users (id) on delete cascade,
    expires_at timestamptz not null,
    created_at timestamptz not null default now()
);
create index provider_sign_ins_by_user on provider_sign_ins (user_id) where user_id is not null;

-- The tables that hold rows of single people, as far as the calling role may read them.
create function personal_tables() returns setof text language sql stable as $$
    select c.relname::text from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
        and c.relrowsecurity and not c.relispartition
        and has_any_column_privilege(c.oid, 'select')
        and (c.relname = 'users' or exists (
            select from pg_attribute a
            where a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
        ))
    order by 1
$$;

-- All rows of one of them that the caller sees, with the columns that the caller may read.
create function personal_rows(p_table text) returns setof jsonb language plpgsql stable as $$
declare
    readable text;
begin
    select string_agg(format('%I', a.attname), ', ' order by a.attnum) into strict readable
    from personal_tables() room
    join pg_attribute a
        on a.attrelid = format('%I.%I', current_schema(), room)::regclass
    where room = p_table and a.attnum > 0 and not a.attisdropped
        and has_column_privilege(a.attrelid, a.attnum, 'select');
    return query execute format(
        'select to_jsonb(found) from (select %s from %I) found', readable, p_table
    );
end
$$;

do $$
declare
    app name := replace(current_user, '_owner', '_app');
    system name := replace(current_user, '_owner', '_system');
    tenant constant text := 'nullif(current_setting(''pingvas.user_id'', true), '''')::uuid';
    room text;
begin
    foreach room in array array[
        'identities', 'one_time_tokens', 'letters', 'attempts', 'provider_sign_ins'
    ] loop
        execute format('alter table %I enable row level security', room);
        execute format('alter table %I force row level security', room);
        execute format(
            'create policy %I on %I to %I using (true) with check (true)',
            room || '_system', room, system
        );
        execute format('grant select, insert, update, delete on %I to %I', room, system);
    end loop;
    execute format(
        'create policy identities_tenant on identities to %I using (user_id = %s)
         with check (user_id = %s)', app, tenant, tenant
    );

    execute format('grant select (id, user_id, provider, email, last_used_at, created_at,
        updated_at), delete on identities to %I', app);
    execute format('grant select (language, disabled_at, purged_at), update (language)
        on users to %I', app);
    execute format('grant update (revoked_at, updated_at) on sessions to %I', app);
    execute format('grant insert (id, user_id, prefix, key_hash, name),
        update (revoked_at, updated_at) on api_keys to %I', app);
    execute format('grant insert (language, email_verified_at),
        update (language, disabled_at, purged_at) on users to %I', system);
    execute format('grant delete on sessions, api_keys to %I', system);

    revoke all on function personal_tables() from public;
    revoke all on function personal_rows(text) from public;
    execute format('grant execute on function personal_tables(), personal_rows(text) to %I', app);
end
$$;

-- migrate:down
drop function personal_rows;
drop function personal_tables;
drop table provider_sign_ins;
drop table attempts;
drop table letters;
drop table one_time_tokens;
drop table identities;
alter table sessions drop column successor_salt;
alter table users drop column purged_at;
alter table users drop column disabled_at;
alter table users drop column language;
do $$
declare
    app name := replace(current_user, '_owner', '_app');
    system name := replace(current_user, '_owner', '_system');
begin
    execute format('revoke update (revoked_at, updated_at) on sessions from %I', app);
    execute format('revoke insert (id, user_id, prefix, key_hash, name),
        update (revoked_at, updated_at) on api_keys from %I', app);
    execute format('revoke insert (email_verified_at) on users from %I', system);
    execute format('revoke delete on sessions, api_keys from %I', system);
end
$$;
