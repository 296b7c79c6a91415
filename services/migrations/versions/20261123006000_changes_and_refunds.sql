-- migrate:up
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table subscriptions
    -- The tiers that it was told to have, by the provider's time: whatever order events come in,
    -- an invoice finds the change that it bills. Empty in rows of before.
    add column told_tiers jsonb not null default '{}',
    -- Since when we know that its person had another one already: it gives no tier, is cancelled,
    -- and its money is given back.
    add column duplicate_since timestamptz;

alter table payments
    -- A refund that is decided: the sum of all refunds after it; null when nothing is to be done.
    add column refund_wanted_cents bigint,
    -- Until when nobody else may ask the provider for it.
    add column refund_claimed_until timestamptz,
    add constraint payments_refund_wanted
        check (refund_wanted_cents between 0 and total_cents) not valid;

-- migrate:down
alter table payments
    drop constraint payments_refund_wanted,
    drop column refund_claimed_until,
    drop column refund_wanted_cents;
alter table subscriptions
    drop column duplicate_since,
    drop column told_tiers;
