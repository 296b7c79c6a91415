-- The statements of the payment service. A tenant's come first, the system's after them.

-- name: read_balance
select credit_balance as available, credits_held as held, credits_owed as owed
from users where id = %(user_id)s and deleted_at is null;

-- name: is_month_due
select exists (
    select from users
    where id = %(user_id)s
        and tier = %(tier)s
        and email_verified_at is not null
        and deleted_at is null
        and not exists (
            select from credit_ledger
            where unique_key = 'month:' || users.id || to_char(now() at time zone 'utc', ':YYYY-MM')
        )
) as due;

-- name: list_entries
select id, user_id, kind, amount_credits, debit_account, credit_account, quantity_credits,
    job_id, payment_id, reason, created_at
from credit_ledger
where user_id = %(user_id)s and (%(before_id)s::bigint is null or id < %(before_id)s)
order by id desc
limit %(limit)s;

-- name: list_subscriptions
select *, provider_order_id as order_id from subscriptions
where user_id = %(user_id)s
    and (
        %(before_at)s::timestamptz is null
        or (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
    )
order by created_at desc, id desc
limit %(limit)s;

-- name: find_subscription
select *, provider_order_id as order_id from subscriptions
where user_id = %(user_id)s and id = %(id)s and provider = %(provider)s;

-- name: has_subscription
select exists (
    select from subscriptions
    where user_id = %(user_id)s
        and provider = %(provider)s
        and (status in ('on_trial', 'active', 'past_due', 'paused') or entitled_until > now())
) as found;

-- name: does_another_run
select exists (
    select from subscriptions as other
    join subscriptions as known on known.provider = other.provider
    where known.id = %(id)s
        and other.id <> known.id
        and other.user_id = %(user_id)s
        and other.duplicate_since is null
        and other.status in ('on_trial', 'active', 'past_due')
) as found;

-- name: list_payments
select * from payments
where user_id = %(user_id)s
    and (
        %(before_at)s::timestamptz is null
        or (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
    )
order by created_at desc, id desc
limit %(limit)s;

-- name: read_email
select email from users where id = %(user_id)s and deleted_at is null;

-- name: add_grant
insert into credit_ledger (
    user_id, kind, amount_credits, unique_key, reason, actor_id,
    debit_account, credit_account, quantity_credits
)
select u.id, 'grant', %(amount_credits)s, %(unique_key)s, %(reason)s, %(actor_id)s,
    'issued', 'available', %(amount_credits)s
from users u where u.id = %(user_id)s and u.deleted_at is null
on conflict (unique_key) do nothing;

-- name: take_back
insert into credit_ledger (
    user_id, kind, amount_credits, unique_key, reason, actor_id,
    debit_account, credit_account, quantity_credits
)
select u.id, 'refund', -%(amount_credits)s, %(unique_key)s, %(reason)s, %(actor_id)s,
    'available', 'issued', %(amount_credits)s
from users u where u.id = %(user_id)s and u.deleted_at is null
on conflict (unique_key) do nothing;

-- name: find_entry
select id, user_id, kind, amount_credits, debit_account, credit_account, quantity_credits,
    job_id, payment_id, reason, created_at
from credit_ledger where unique_key = %(unique_key)s;

-- name: add_month
insert into credit_ledger (
    user_id, kind, amount_credits, unique_key, reason, debit_account, credit_account,
    quantity_credits
)
select id, 'grant', %(credits)s, 'month:' || id || to_char(now() at time zone 'utc', ':YYYY-MM'),
    'Free credits of ' || to_char(now() at time zone 'utc', 'YYYY-MM'),
    'issued', 'available', %(credits)s
from users
where tier = %(tier)s
    and email_verified_at is not null
    and deleted_at is null
    and id = %(user_id)s
on conflict (unique_key) do nothing;

-- name: add_month_to_verified
insert into credit_ledger (
    user_id, kind, amount_credits, unique_key, reason, debit_account, credit_account,
    quantity_credits
)
select id, 'grant', %(credits)s, 'month:' || id || to_char(now() at time zone 'utc', ':YYYY-MM'),
    'Free credits of ' || to_char(now() at time zone 'utc', 'YYYY-MM'),
    'issued', 'available', %(credits)s
from users
where email_verified_at > now() - make_interval(secs => %(since_s)s)
    and deleted_at is null
    and tier = %(tier)s
    and not exists (
        select from credit_ledger
        where unique_key = 'month:' || users.id || to_char(now() at time zone 'utc', ':YYYY-MM')
    )
order by id
on conflict (unique_key) do nothing;

-- name: add_month_after
with looked_at as (
    select id, tier, email_verified_at, deleted_at from users
    where %(after)s::uuid is null or id > %(after)s
    order by id
    limit %(limit)s
),
given as (
    insert into credit_ledger (
        user_id, kind, amount_credits, unique_key, reason, debit_account, credit_account,
        quantity_credits
    )
    select id, 'grant', %(credits)s,
        'month:' || id || to_char(now() at time zone 'utc', ':YYYY-MM'),
        'Free credits of ' || to_char(now() at time zone 'utc', 'YYYY-MM'),
        'issued', 'available', %(credits)s
    from looked_at
    where tier = %(tier)s
        and email_verified_at is not null
        and deleted_at is null
        and not exists (
            select from credit_ledger
            where unique_key
                = 'month:' || looked_at.id || to_char(now() at time zone 'utc', ':YYYY-MM')
        )
    on conflict (unique_key) do nothing
)
select max(id::text)::uuid as last_id, count(*) as people from looked_at;

-- name: read_rest_of_month
select extract(epoch from
    date_trunc('month', now() at time zone 'utc') + interval '1 month'
    - (now() at time zone 'utc')
)::float as seconds;

-- name: add_purchase
insert into credit_ledger (
    user_id, payment_id, kind, amount_credits, unique_key, reason,
    debit_account, credit_account, quantity_credits
)
values (
    %(user_id)s, %(payment_id)s, 'purchase', %(credits)s, %(unique_key)s, %(reason)s,
    'issued', 'available', %(credits)s
);

-- name: refund_credits
select refund_credits(
    %(user_id)s, %(payment_id)s, %(credits)s, %(unique_key)s, %(reason)s
) as refunded;

-- name: lock_person
select id from users where id = %(user_id)s and deleted_at is null for no key update;

-- name: has_person
select exists (select from users where id = %(user_id)s and deleted_at is null) as found;

-- name: find_person
select id, email, tier from users
where id::text = %(who)s or email = lower(%(who)s);

-- name: refresh_tier
update users set tier = given.tier, updated_at = now()
from (
    select coalesce((
        select tier from subscriptions
        where user_id = %(user_id)s and entitled_until > now()
        order by array_position(%(tiers)s::text[], tier) desc nulls last
        limit 1
    ), %(lowest)s) as tier
) as given
where users.id = %(user_id)s and users.tier <> given.tier
returning users.tier;

-- name: lock_subscription
select *, provider_order_id as order_id from subscriptions
where provider = %(provider)s and provider_id = %(provider_id)s
for update;

-- name: find_subscription_by_order
select *, provider_order_id as order_id from subscriptions
where provider = %(provider)s and provider_order_id = %(order_id)s
order by created_at
limit 1
for update;

-- name: find_newest_subscription
select *, provider_order_id as order_id from subscriptions
where provider = %(provider)s and user_id = %(user_id)s and duplicate_since is null
order by created_at desc, id desc
limit 1;

-- name: add_subscription
insert into subscriptions (user_id, provider, provider_id, tier, status, told_tiers)
values (%(user_id)s, %(provider)s, %(provider_id)s, %(tier)s, %(status)s, %(told_tiers)s)
on conflict (provider, provider_id) do nothing;

-- name: update_subscription
update subscriptions
set tier = %(tier)s,
    status = %(status)s,
    provider_order_id = coalesce(%(order_id)s, provider_order_id),
    current_period_end = %(current_period_end)s,
    ends_at = %(ends_at)s,
    past_due_since = %(past_due_since)s,
    entitled_until = %(entitled_until)s,
    provider_updated_at = %(provider_updated_at)s,
    manage_url = %(manage_url)s,
    lapsed_at = case when %(entitled_until)s > now() then null else lapsed_at end,
    updated_at = now()
where id = %(id)s;

-- name: tell_tiers
update subscriptions set told_tiers = %(told_tiers)s where id = %(id)s;

-- name: list_lapsing
select *, provider_order_id as order_id from subscriptions
where provider = %(provider)s and entitled_until <= now() and lapsed_at is null
order by entitled_until
limit %(limit)s;

-- name: list_forsaken
select subscription.*, subscription.provider_order_id as order_id
from subscriptions as subscription
join users on users.id = subscription.user_id
where subscription.provider = %(provider)s
    and subscription.status in ('on_trial', 'active', 'past_due', 'paused', 'unpaid')
    and users.deleted_at is not null
order by subscription.id
limit %(limit)s;

-- name: mark_duplicate
update subscriptions set duplicate_since = now(), updated_at = now()
where id = %(id)s
    and exists (
        select from subscriptions as other
        where other.user_id = subscriptions.user_id
            and other.provider = subscriptions.provider
            and other.id <> subscriptions.id
            and other.duplicate_since is null
            and other.status in ('on_trial', 'active', 'past_due')
    );

-- name: list_duplicates
select *, provider_order_id as order_id from subscriptions
where provider = %(provider)s
    and duplicate_since is not null
    and status in ('on_trial', 'active', 'past_due', 'paused', 'unpaid')
order by duplicate_since
limit %(limit)s;

-- name: mark_lapsed
update subscriptions set lapsed_at = now(), updated_at = now()
where id = %(id)s and entitled_until <= now() and lapsed_at is null
returning user_id;

-- name: add_payment
insert into payments (
    user_id, subscription_id, provider, provider_id, tier, billing_reason, currency, total_cents,
    credits, paid_at
)
values (
    %(user_id)s, %(subscription_id)s, %(provider)s, %(provider_id)s, %(tier)s,
    %(billing_reason)s, %(currency)s, %(total_cents)s, %(credits)s, %(paid_at)s
)
on conflict (provider, provider_id) do nothing
returning *;

-- name: lock_payment
select * from payments where provider = %(provider)s and provider_id = %(provider_id)s for update;

-- name: lock_payment_by_id
select * from payments where provider = %(provider)s and id = %(id)s for update;

-- name: find_first_payment
select * from payments
where subscription_id = %(subscription_id)s and billing_reason = 'initial'
order by paid_at
limit 1
for update;

-- name: find_newest_payment
select * from payments
where provider = %(provider)s and user_id = %(user_id)s
order by created_at desc, id desc
limit 1;

-- name: is_paid_since
select exists (
    select from payments where subscription_id = %(subscription_id)s and paid_at >= %(since)s
) as paid;

-- name: mark_refunded
update payments
set refunded_cents = %(refunded_cents)s,
    credits_refunded = %(credits_refunded)s,
    updated_at = now()
where id = %(id)s
returning *;

-- name: want_refund
update payments set refund_wanted_cents = total_cents, updated_at = now()
where id = %(id)s and refund_wanted_cents is null and refunded_cents < total_cents;

-- name: claim_refund
update payments
set refund_wanted_cents = %(wanted_cents)s,
    refund_claimed_until = clock_timestamp() + make_interval(secs => %(lease_s)s),
    refund_rests_until = null,
    updated_at = now()
where id = %(id)s
    and (refund_claimed_until is null or refund_claimed_until <= clock_timestamp())
returning *;

-- name: end_refund
update payments
set refund_wanted_cents = null, refund_claimed_until = null, updated_at = now()
where id = %(id)s and refund_claimed_until = %(claimed_until)s;

-- name: rest_refund
update payments
set refund_claimed_until = null,
    refund_rests_until = clock_timestamp() + make_interval(secs => %(rest_s)s)
where id = %(id)s and refund_claimed_until = %(claimed_until)s;

-- name: list_refunds
select * from payments
where provider = %(provider)s
    and refund_wanted_cents is not null
    and (refund_claimed_until is null or refund_claimed_until <= now())
    and (refund_rests_until is null or refund_rests_until <= now())
order by created_at
limit %(limit)s;

-- name: store_event
insert into webhook_events (provider, event_id, kind, payload, occurred_at, next_attempt_at)
values (
    %(provider)s, %(event_id)s, %(kind)s, %(payload)s, %(occurred_at)s,
    now() + make_interval(secs => %(patience_s)s)
)
on conflict (provider, event_id) do nothing
returning event_id;

-- name: lock_event
select * from webhook_events
where provider = %(provider)s and event_id = %(event_id)s and processed_at is null
for update skip locked;

-- name: close_event
update webhook_events
set processed_at = now(), outcome = %(outcome)s, reason = null
where provider = %(provider)s and event_id = %(event_id)s;

-- name: postpone_event
update webhook_events
set attempts = attempts + 1,
    reason = %(reason)s,
    next_attempt_at = now() + make_interval(secs => least(3600, power(2, least(attempts, 12)))),
    processed_at = case when attempts + 1 >= %(attempts_at_most)s then now() end,
    outcome = case when attempts + 1 >= %(attempts_at_most)s then 'given_up' end
where provider = %(provider)s and event_id = %(event_id)s and processed_at is null
returning outcome;

-- name: list_due_events
select event_id from webhook_events
where provider = %(provider)s and processed_at is null and next_attempt_at <= now()
order by next_attempt_at
limit %(limit)s;

-- name: list_events
select * from webhook_events
where provider = %(provider)s
    and (not %(open_only)s or processed_at is null or outcome = 'given_up')
    and (
        %(before_at)s::timestamptz is null
        or (received_at, event_id) < (%(before_at)s::timestamptz, %(before_id)s)
    )
order by received_at desc, event_id desc
limit %(limit)s;

-- name: reopen_event
update webhook_events
set processed_at = null, outcome = null, attempts = 0, next_attempt_at = now()
where provider = %(provider)s
    and event_id = %(event_id)s
    and (processed_at is null or outcome = 'given_up')
returning event_id;

-- name: empty_old_payloads
update webhook_events set payload = '{}'
where processed_at < now() - make_interval(days => %(days)s) and payload <> '{}';

-- Reconciliation: each statement is one snapshot, and answers with what does not agree.

-- name: count_checked
select
    (select count(*) from users) as people,
    (select count(*) from credit_ledger) as transfers,
    (select count(*) from generation_jobs) as jobs,
    (select count(*) from payments) as payments;

-- name: sum_accounts
select account, sum(quantity)::bigint as credits
from (
    select credit_account as account, quantity_credits as quantity from credit_ledger
    union all
    select debit_account, -quantity_credits from credit_ledger
) as moved
group by account
order by account;

-- name: differ_in_balance
select users.id::text as subject,
    format(
        'available %%s, held %%s, owed %%s', coalesce(sums.available, 0),
        coalesce(sums.held, 0), coalesce(sums.owed, 0)
    ) as expected,
    format('available %%s, held %%s, owed %%s', credit_balance, credits_held, credits_owed) as found
from users
left join (
    select user_id,
        sum(amount_credits) as available,
        sum(case 'held'
            when credit_account then quantity_credits when debit_account then -quantity_credits
        end) as held,
        sum(case 'owed'
            when debit_account then quantity_credits when credit_account then -quantity_credits
        end) as owed
    from credit_ledger group by user_id
) as sums on sums.user_id = users.id
where (credit_balance, credits_held, credits_owed)
    <> (coalesce(sums.available, 0), coalesce(sums.held, 0), coalesce(sums.owed, 0))
order by users.id
limit %(limit)s;

-- name: differ_in_transfer
select unique_key as subject, 'two accounts and a quantity' as expected, 'none' as found
from credit_ledger
where quantity_credits is null or debit_account is null or credit_account is null
order by id
limit %(limit)s;

-- name: differ_in_hold
select entry.unique_key as subject,
    format('%%s of %%s', entry.quantity_credits, entry.user_id) as expected,
    coalesce(format('%%s of %%s', job.cost_credits, job.user_id), 'no job') as found
from credit_ledger as entry
left join generation_jobs as job on 'hold:' || job.id = entry.unique_key
where entry.kind = 'hold'
    and (job.id is null or (job.cost_credits, job.user_id)
        <> (entry.quantity_credits, entry.user_id))
order by entry.id
limit %(limit)s;

-- name: differ_in_job
select job.id::text as subject,
    case job.status
        when 'succeeded' then 'hold, capture'
        when 'failed' then 'hold, release'
        when 'cancelled' then 'hold, release'
        else 'hold'
    end as expected,
    concat_ws(', ', coalesce(hold.kind, 'no hold'), settlement.kind) as found
from generation_jobs as job
left join credit_ledger as hold on hold.unique_key = 'hold:' || job.id
left join credit_ledger as settlement on settlement.unique_key = 'settle:' || job.id
where hold.kind is distinct from 'hold'
    or settlement.kind is distinct from case job.status
        when 'succeeded' then 'capture'
        when 'failed' then 'release'
        when 'cancelled' then 'release'
    end
order by job.id
limit %(limit)s;

-- name: differ_in_settlement
select entry.unique_key as subject,
    coalesce(format('%%s of %%s', hold.quantity_credits, hold.user_id), 'no hold') as expected,
    format('%%s of %%s', entry.quantity_credits, entry.user_id) as found
from credit_ledger as entry
left join credit_ledger as hold
    on hold.unique_key = 'hold:' || substr(entry.unique_key, length('settle:') + 1)
where entry.kind in ('capture', 'release')
    and (hold.id is null or (hold.quantity_credits, hold.user_id)
        <> (entry.quantity_credits, entry.user_id))
order by entry.id
limit %(limit)s;

-- name: differ_in_payment
select payment.id::text as subject,
    format('gave %%s, took back %%s', payment.credits, payment.credits_refunded) as expected,
    format(
        'gave %%s, took back %%s', coalesce(moved.given, 0), coalesce(moved.taken, 0)
    ) as found
from payments as payment
left join (
    select payment_id,
        sum(quantity_credits) filter (where kind = 'purchase') as given,
        sum(quantity_credits) filter (where kind = 'refund') as taken
    from credit_ledger where payment_id is not null group by payment_id
) as moved on moved.payment_id = payment.id
where (payment.credits, payment.credits_refunded)
    <> (coalesce(moved.given, 0), coalesce(moved.taken, 0))
order by payment.id
limit %(limit)s;

-- name: differ_in_purchase
select unique_key as subject, 'a payment' as expected, 'none' as found
from credit_ledger
where kind = 'purchase' and payment_id is null
order by id
limit %(limit)s;
