-- migrate:up
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Until when the background leaves a decided refund alone, which the provider refused.
alter table payments add column refund_rests_until timestamptz;

-- migrate:down
alter table payments drop column refund_rests_until;
