-- migrate:up
set local lock_timeout = '5s';
set local statement_timeout = '15min';

-- Double entry: every row of the ledger moves a quantity of credits from one account to another.
-- A person has `available`, `held` and `owed`, the platform `issued` and `revenue`; the sum over
-- all accounts is zero because no row can do anything else. `amount_credits` stays what it was:
-- the change of `available`.
alter table users
    add column credits_held bigint not null default 0,
    add column credits_owed bigint not null default 0,
    add constraint users_credits check (credits_held >= 0 and credits_owed >= 0) not valid;

alter table subscriptions
    add column provider_order_id text,
    add column provider_updated_at timestamptz,
    add column ends_at timestamptz,
    add column past_due_since timestamptz,
    -- Until when the tier is given; after it a turn takes the tier away, once.
    add column entitled_until timestamptz,
    add column lapsed_at timestamptz,
    add column manage_url text not null default '',
    add constraint subscriptions_manage_url check (length(manage_url) <= 2000) not valid;
-- Indexes here and below: no release before this one writes to subscriptions or webhook_events.
-- squawk-ignore require-concurrent-index-creation
create index subscriptions_to_lapse on subscriptions (entitled_until) where lapsed_at is null;
-- squawk-ignore require-concurrent-index-creation
create index subscriptions_by_order on subscriptions (provider, provider_order_id)
    where provider_order_id is not null;

alter table webhook_events
    add column occurred_at timestamptz,
    add column attempts int not null default 0,
    add column next_attempt_at timestamptz not null default now(),
    add column outcome text,
    add column reason text;
-- squawk-ignore require-concurrent-index-creation
create index webhook_events_due on webhook_events (next_attempt_at) where processed_at is null;
-- squawk-ignore require-concurrent-index-creation
create index webhook_events_by_age on webhook_events (received_at);

-- One row for each invoice that was paid: what it cost, what it gave, what of it was taken back.
create table payments (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    subscription_id uuid references subscriptions (id) on delete set null,
    provider text not null,
    provider_id text not null,
    tier text not null,
    billing_reason text not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    total_cents bigint not null check (total_cents >= 0),
    refunded_cents bigint not null default 0 check (refunded_cents between 0 and total_cents),
    credits bigint not null check (credits >= 0),
    credits_refunded bigint not null default 0 check (credits_refunded between 0 and credits),
    paid_at timestamptz not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (provider, provider_id)
);
create index payments_by_user on payments (user_id, created_at, id);
create index payments_by_subscription on payments (subscription_id, paid_at);
alter table payments enable row level security;
alter table payments force row level security;

alter table credit_ledger
    add column debit_account text,
    add column credit_account text,
    add column quantity_credits bigint,
    add column payment_id uuid,
    add constraint credit_ledger_payment foreign key (payment_id) references payments (id)
        on delete set null not valid;
-- Empty, and the ledger is locked from here on anyway.
-- squawk-ignore require-concurrent-index-creation
create index credit_ledger_by_payment on credit_ledger (payment_id) where payment_id is not null;

-- Rows of before. The owner sees rows only while row security is not forced, within this
-- transaction, which nobody else can look into.
alter table credit_ledger no force row level security;
alter table users no force row level security;

update credit_ledger as entry set
    debit_account = case
        when kind in ('capture', 'release') then 'held'
        when kind = 'hold' or (kind = 'refund' and amount_credits < 0) then 'available'
        else 'issued'
    end,
    credit_account = case
        when kind = 'hold' then 'held'
        when kind = 'capture' then 'revenue'
        when kind = 'refund' and amount_credits < 0 then 'issued'
        else 'available'
    end,
    quantity_credits = case
        when kind <> 'capture' then abs(amount_credits)
        else coalesce((
            select -hold.amount_credits from credit_ledger as hold
            where hold.unique_key = 'hold:' || substr(entry.unique_key, length('settle:') + 1)
        ), 0)
    end;

update users set credits_held = open.held
from (
    select user_id, sum(case 'held'
        when credit_account then quantity_credits
        when debit_account then -quantity_credits
        else 0
    end) as held
    from credit_ledger group by user_id
) as open
where open.user_id = users.id and open.held <> 0;

alter table users force row level security;
alter table credit_ledger force row level security;

-- It says all that the two constraints of before said. One short list of texts: PostgreSQL reads a
-- constraint anew for every statement, and comparing rows of three columns here made a hold cost
-- twice as much.
alter table credit_ledger
    -- squawk-ignore ban-drop-constraint
    drop constraint credit_ledger_kind_check,
    -- squawk-ignore ban-drop-constraint
    drop constraint credit_ledger_check,
    add constraint credit_ledger_transfer check ((
        quantity_credits >= 0
        and amount_credits = quantity_credits
            * ((credit_account = 'available')::int - (debit_account = 'available')::int)
        and kind || ' ' || debit_account || ' ' || credit_account in (
            'grant issued available',
            'purchase issued available',
            'hold available held',
            'capture held revenue',
            'release held available',
            'refund issued available',
            'refund available issued',
            'refund owed issued',
            'refund available owed'
        )
    ) is true) not valid;

-- The release before this one gives kind and amount alone.
create function complete_transfer() returns trigger language plpgsql as $$
begin
    new.quantity_credits := case
        when new.kind <> 'capture' then abs(new.amount_credits)
        else (
            select quantity_credits from credit_ledger
            where unique_key = 'hold:' || substr(new.unique_key, length('settle:') + 1)
        )
    end;
    new.debit_account := case
        when new.kind in ('capture', 'release') then 'held'
        when new.kind = 'hold' or (new.kind = 'refund' and new.amount_credits < 0) then 'available'
        else 'issued'
    end;
    new.credit_account := case
        when new.kind = 'hold' then 'held'
        when new.kind = 'capture' then 'revenue'
        when new.kind = 'refund' and new.amount_credits < 0 then 'issued'
        else 'available'
    end;
    return new;
end
$$;
create trigger complete_transfer before insert on credit_ledger
    for each row when (new.quantity_credits is null) execute function complete_transfer();

-- Runs as the owner, so that no service role needs to write a balance. Whoever owes credits pays
-- them back with the next ones that arrive, whatever brings them.
create or replace function post_to_balance() returns trigger language plpgsql security definer as $$
declare
    debt bigint;
begin
    update users set
        credit_balance = credit_balance + new.amount_credits,
        credits_held = credits_held + case 'held'
            when new.credit_account then new.quantity_credits
            when new.debit_account then -new.quantity_credits
            else 0
        end,
        credits_owed = credits_owed + case 'owed'
            when new.debit_account then new.quantity_credits
            when new.credit_account then -new.quantity_credits
            else 0
        end
    where id = new.user_id and credit_balance + new.amount_credits >= 0
    returning credits_owed into debt;
    if not found then
        raise exception 'insufficient credits' using errcode = 'PV001';
    end if;
    if debt > 0 and new.credit_account = 'available' then
        debt := least(debt, new.quantity_credits);
        insert into credit_ledger (
            user_id, kind, amount_credits, unique_key, reason,
            debit_account, credit_account, quantity_credits
        )
        values (
            new.user_id, 'refund', -debt, 'repay:' || new.id, 'Credits that were owed',
            'available', 'owed', debt
        );
    end if;
    return null;
end
$$;
create or replace trigger post_to_balance after insert on credit_ledger
    for each row when (new.quantity_credits <> 0) execute function post_to_balance();

-- Take credits for a job and answer with the balance left. Called as the tenant.
create or replace function hold_credits(p_user uuid, p_job uuid, p_amount bigint) returns bigint
language plpgsql as $$
begin
    insert into credit_ledger (
        user_id, job_id, kind, amount_credits, unique_key,
        debit_account, credit_account, quantity_credits
    )
    values (
        p_user, p_job, 'hold', -p_amount, 'hold:' || p_job, 'available', 'held', p_amount
    );
    return (select credit_balance from users where id = p_user);
end
$$;

-- Keep the held credits of a job: true for the one call that settles it, false for any other.
create or replace function capture_credits(p_user uuid, p_job uuid) returns boolean
language plpgsql as $$
begin
    insert into credit_ledger (
        user_id, job_id, kind, amount_credits, unique_key,
        debit_account, credit_account, quantity_credits
    )
    select user_id, job_id, 'capture', 0, 'settle:' || p_job, 'held', 'revenue', quantity_credits
    from credit_ledger where unique_key = 'hold:' || p_job and user_id = p_user
    on conflict (unique_key) do nothing;
    return found;
end
$$;

-- Give the held credits of a job back: true for the one call that settles it, false otherwise.
create or replace function release_credits(p_user uuid, p_job uuid) returns boolean
language plpgsql as $$
begin
    insert into credit_ledger (
        user_id, job_id, kind, amount_credits, unique_key,
        debit_account, credit_account, quantity_credits
    )
    select user_id, job_id, 'release', quantity_credits, 'settle:' || p_job,
        'held', 'available', quantity_credits
    from credit_ledger where unique_key = 'hold:' || p_job and user_id = p_user
    on conflict (unique_key) do nothing;
    return found;
end
$$;

-- Take back what a payment gave: what is left of it, and the rest as a debt. True once per key.
create function refund_credits(
    p_user uuid, p_payment uuid, p_quantity bigint, p_key text, p_reason text
) returns boolean
language plpgsql as $$
declare
    taken bigint;
begin
    select least(credit_balance, p_quantity) into taken from users where id = p_user for update;
    insert into credit_ledger (
        user_id, payment_id, kind, amount_credits, unique_key, reason,
        debit_account, credit_account, quantity_credits
    )
    values (
        p_user, p_payment, 'refund', -taken, p_key, p_reason, 'available', 'issued', taken
    )
    on conflict (unique_key) do nothing;
    if not found then
        return false;
    end if;
    if taken < p_quantity then
        insert into credit_ledger (
            user_id, payment_id, kind, amount_credits, unique_key, reason,
            debit_account, credit_account, quantity_credits
        )
        values (
            p_user, p_payment, 'refund', 0, p_key || ':owed', p_reason,
            'owed', 'issued', p_quantity - taken
        );
    end if;
    return true;
end
$$;

do $$
declare
    app name := replace(current_user, '_owner', '_app');
    system name := replace(current_user, '_owner', '_system');
    tenant constant text := 'nullif(current_setting(''pingvas.user_id'', true), '''')::uuid';
begin
    -- A definer's function must not find tables in a caller's temporary schema.
    execute format(
        'alter function post_to_balance() set search_path = %I, pg_temp', current_schema()
    );
    execute format(
        'create policy payments_tenant on payments for select to %I using (user_id = %s)',
        app, tenant
    );
    execute format(
        'create policy payments_system on payments to %I using (true) with check (true)', system
    );
    -- The owner adds to the ledger from inside its trigger and nowhere else.
    execute format(
        'create policy credit_ledger_repayments on credit_ledger for insert to %I
         with check (pg_trigger_depth() > 0)', current_user
    );
    execute format('grant select (credits_held, credits_owed) on users to %I', app);
    execute format('grant select on payments to %I', app);
    execute format('grant select, insert, update on payments to %I', system);

    revoke all on function complete_transfer() from public;
    revoke all on function refund_credits(uuid, uuid, bigint, text, text) from public;
    execute format(
        'grant execute on function refund_credits(uuid, uuid, bigint, text, text) to %I', system
    );
end
$$;

-- migrate:down
drop function refund_credits;
drop trigger complete_transfer on credit_ledger;
drop function complete_transfer;

create or replace function post_to_balance() returns trigger language plpgsql security definer as $$
begin
    update users set credit_balance = credit_balance + new.amount_credits
    where id = new.user_id and credit_balance + new.amount_credits >= 0;
    if not found then
        raise exception 'insufficient credits' using errcode = 'PV001';
    end if;
    return null;
end
$$;
create or replace trigger post_to_balance after insert on credit_ledger
    for each row when (new.amount_credits <> 0) execute function post_to_balance();

create or replace function hold_credits(p_user uuid, p_job uuid, p_amount bigint) returns bigint
language plpgsql as $$
begin
    insert into credit_ledger (user_id, job_id, kind, amount_credits, unique_key)
    values (p_user, p_job, 'hold', -p_amount, 'hold:' || p_job);
    return (select credit_balance from users where id = p_user);
end
$$;

create or replace function capture_credits(p_user uuid, p_job uuid) returns boolean
language plpgsql as $$
begin
    insert into credit_ledger (user_id, job_id, kind, amount_credits, unique_key)
    select user_id, job_id, 'capture', 0, 'settle:' || p_job
    from credit_ledger where unique_key = 'hold:' || p_job and user_id = p_user
    on conflict (unique_key) do nothing;
    return found;
end
$$;

create or replace function release_credits(p_user uuid, p_job uuid) returns boolean
language plpgsql as $$
begin
    insert into credit_ledger (user_id, job_id, kind, amount_credits, unique_key)
    select user_id, job_id, 'release', -amount_credits, 'settle:' || p_job
    from credit_ledger where unique_key = 'hold:' || p_job and user_id = p_user
    on conflict (unique_key) do nothing;
    return found;
end
$$;

do $$
begin
    execute format(
        'alter function post_to_balance() set search_path = %I, pg_temp', current_schema()
    );
end
$$;

drop policy credit_ledger_repayments on credit_ledger;
drop index credit_ledger_by_payment;
alter table credit_ledger
    drop constraint credit_ledger_transfer,
    add constraint credit_ledger_kind_check
        check (kind in ('grant', 'hold', 'capture', 'release', 'refund', 'purchase')),
    add constraint credit_ledger_check check (case kind
        when 'hold' then amount_credits <= 0
        when 'capture' then amount_credits = 0
        when 'refund' then true
        else amount_credits >= 0
    end),
    drop constraint credit_ledger_payment,
    drop column payment_id,
    drop column quantity_credits,
    drop column credit_account,
    drop column debit_account;
drop table payments;
drop index webhook_events_by_age;
drop index webhook_events_due;
alter table webhook_events
    drop column reason,
    drop column outcome,
    drop column next_attempt_at,
    drop column attempts,
    drop column occurred_at;
drop index subscriptions_by_order;
drop index subscriptions_to_lapse;
alter table subscriptions
    drop constraint subscriptions_manage_url,
    drop column manage_url,
    drop column lapsed_at,
    drop column entitled_until,
    drop column past_due_since,
    drop column ends_at,
    drop column provider_updated_at,
    drop column provider_order_id;
alter table users
    drop constraint users_credits,
    drop column credits_owed,
    drop column credits_held;
