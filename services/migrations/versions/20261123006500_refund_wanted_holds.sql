-- migrate:up
set local lock_timeout = '5s';
set local statement_timeout = '10min';

-- On its own: it reads the whole table, and nobody waits for it.
alter table payments validate constraint payments_refund_wanted;

-- migrate:down
-- A constraint that holds stays.
