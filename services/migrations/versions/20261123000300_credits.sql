-- migrate:up

create table subscriptions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    provider text not null,
    provider_id text not null,
    tier text not null,
    status text not null,
    current_period_end timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (provider, provider_id)
);
create index subscriptions_by_user on subscriptions (user_id, created_at);

create table webhook_events (
    provider text not null,
    event_id text not null,
    kind text not null,
    payload jsonb not null,
    received_at timestamptz not null default now(),
    processed_at timestamptz,
    primary key (provider, event_id)
);
create index webhook_events_open on webhook_events (received_at) where processed_at is null;

-- Append-only: no role is granted update or delete. The unique key is what makes every effect
-- happen once; the trigger below is what makes a person's balance equal the sum of their rows.
create table credit_ledger (
    id bigint generated always as identity primary key,
    user_id uuid not null references users (id) on delete cascade,
    job_id uuid references generation_jobs (id) on delete set null deferrable initially deferred,
    kind text not null
        check (kind in ('grant', 'hold', 'capture', 'release', 'refund', 'purchase')),
    amount_credits bigint not null,
    unique_key text not null unique check (length(unique_key) between 1 and 300),
    reason text not null default '' check (length(reason) <= 300),
    actor_id uuid,
    created_at timestamptz not null default now(),
    check (case kind
        when 'hold' then amount_credits <= 0
        when 'capture' then amount_credits = 0
        when 'refund' then true
        else amount_credits >= 0
    end)
);
create index credit_ledger_by_user on credit_ledger (user_id, id);
create index credit_ledger_by_job on credit_ledger (job_id) where job_id is not null;

-- Runs as the owner, so that no service role needs to write a balance.
create function post_to_balance() returns trigger language plpgsql security definer as $$
begin
    update users set credit_balance = credit_balance + new.amount_credits
    where id = new.user_id and credit_balance + new.amount_credits >= 0;
    if not found then
        raise exception 'insufficient credits' using errcode = 'PV001';
    end if;
    return null;
end
$$;
create trigger post_to_balance after insert on credit_ledger
    for each row when (new.amount_credits <> 0) execute function post_to_balance();

-- Take credits for a job and answer with the balance left. Called as the tenant.
create function hold_credits(p_user uuid, p_job uuid, p_amount bigint) returns bigint
language plpgsql as $$
begin
    insert into credit_ledger (user_id, job_id, kind, amount_credits, unique_key)
    values (p_user, p_job, 'hold', -p_amount, 'hold:' || p_job);
    return (select credit_balance from users where id = p_user);
end
$$;

-- Keep the held credits of a job: true for the one call that settles it, false for any other.
create function capture_credits(p_user uuid, p_job uuid) returns boolean
language plpgsql as $$
begin
    insert into credit_ledger (user_id, job_id, kind, amount_credits, unique_key)
    select user_id, job_id, 'capture', 0, 'settle:' || p_job
    from credit_ledger where unique_key = 'hold:' || p_job and user_id = p_user
    on conflict (unique_key) do nothing;
    return found;
end
$$;

-- Give the held credits of a job back: true for the one call that settles it, false otherwise.
create function release_credits(p_user uuid, p_job uuid) returns boolean
language plpgsql as $$
begin
    insert into credit_ledger (user_id, job_id, kind, amount_credits, unique_key)
    select user_id, job_id, 'release', -amount_credits, 'settle:' || p_job
    from credit_ledger where unique_key = 'hold:' || p_job and user_id = p_user
    on conflict (unique_key) do nothing;
    return found;
end
$$;

-- A definer's function must not find tables in a caller's temporary schema.
do $$
begin
    execute format(
        'alter function post_to_balance() set search_path = %I, pg_temp', current_schema()
    );
end
$$;

-- migrate:down
drop function release_credits;
drop function capture_credits;
drop function hold_credits;
drop table credit_ledger;
drop function post_to_balance;
drop table webhook_events;
drop table subscriptions;
