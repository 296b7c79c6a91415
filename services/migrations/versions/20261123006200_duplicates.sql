-- migrate:up transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
create index concurrently if not exists subscriptions_duplicate
    on subscriptions (provider, duplicate_since) where duplicate_since is not null;

-- migrate:down transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
drop index concurrently if exists subscriptions_duplicate;
