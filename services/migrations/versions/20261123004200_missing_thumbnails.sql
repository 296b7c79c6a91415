-- migrate:up transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
create index concurrently if not exists images_without_thumbnail on images (thumbnail_due_at)
    where thumbnail_due_at is not null;

-- migrate:down transaction:false
-- squawk-ignore require-lock-timeout, require-statement-timeout
drop index concurrently if exists images_without_thumbnail;
