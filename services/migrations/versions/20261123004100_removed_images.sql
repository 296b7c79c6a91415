-- migrate:up transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
create index concurrently if not exists images_removed on images (user_id, deleted_at, id)
    where deleted_at is not null;

-- migrate:down transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
drop index concurrently if exists images_removed;
