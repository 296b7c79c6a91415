-- The statements of the gallery service. Those of the upper half run as the tenant, the others as
-- the system.

-- name: list_images
select image.*, job.kind, job.checkpoint, job.parameters
from images as image
join generation_jobs as job on job.id = image.job_id
where (image.deleted_at is null) = not %(is_removed)s::boolean
    and (%(job_id)s::uuid is null or image.job_id = %(job_id)s::uuid)
    and (%(album_id)s::uuid is null or image.album_id = %(album_id)s::uuid)
    and (%(tag)s::text is null or %(tag)s::text = any(image.tags))
    and (%(favourite)s::boolean is null or image.favourite = %(favourite)s::boolean)
    and (%(since)s::timestamptz is null or image.created_at >= %(since)s::timestamptz)
    and (%(until)s::timestamptz is null or image.created_at < %(until)s::timestamptz)
    and (
        %(words)s::text is null
        or coalesce(image.words, image_words(image.prompt, image.tags))
            @@ search_terms(%(words)s::text)
    )
    and (
        %(before_at)s::timestamptz is null
        or (image.created_at, image.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
    )
order by image.created_at desc, image.id desc
limit %(limit)s;

-- name: find_image
select image.*, job.kind, job.checkpoint, job.parameters
from images as image
join generation_jobs as job on job.id = image.job_id
where image.id = %(image_id)s and image.deleted_at is null;

-- name: remove_image
update images set deleted_at = now(), updated_at = now()
where id = %(image_id)s and deleted_at is null;

-- name: restore_image
update images set deleted_at = null, updated_at = now()
where id = %(image_id)s
    and deleted_at > now() - make_interval(days => %(removed_image_days)s);

-- name: change_image
update images
set album_id = case when %(is_filed)s::boolean then %(album_id)s::uuid else album_id end,
    favourite = coalesce(%(favourite)s::boolean, favourite),
    tags = coalesce(%(tags)s::text[], tags),
    updated_at = now()
where id = %(image_id)s and deleted_at is null;

-- name: add_tags
update images
set tags = array(select distinct tag from unnest(tags || %(tags)s::text[]) as tag order by tag),
    updated_at = now()
where id = %(image_id)s and deleted_at is null;

-- name: remove_tags
update images
set tags = array(
        select tag from unnest(tags) as tag where tag <> all(%(tags)s::text[]) order by tag
    ),
    updated_at = now()
where id = %(image_id)s and deleted_at is null;

-- name: list_tags
select tag as name, count(*) as image_count
from images, unnest(tags) as tag
where deleted_at is null
    and (%(after)s::text is null or tag collate "C" > %(after)s::text collate "C")
group by tag
order by tag collate "C"
limit %(limit)s;

-- name: list_albums
select
    album.id, album.name, album.created_at, cover.id as cover_image_id, cover.object_key,
    cover.thumbnail_key,
    (select count(*) from images where album_id = album.id and deleted_at is null) as image_count
from albums as album
left join lateral (
    select id, object_key, thumbnail_key
    from images
    where album_id = album.id and deleted_at is null
    order by id is not distinct from album.cover_image_id desc, created_at desc, id desc
    limit 1
) as cover on true
where (%(album_id)s::uuid is null or album.id = %(album_id)s::uuid)
    and (
        %(before_at)s::timestamptz is null
        or (album.created_at, album.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
    )
order by album.created_at desc, album.id desc
limit %(limit)s;

-- name: find_album
select id, name from albums where id = %(album_id)s;

-- name: add_album
insert into albums (user_id, name)
select %(user_id)s, %(name)s
where (select count(*) from albums) < %(at_most)s
returning id;

-- name: change_album
update albums
set name = coalesce(%(name)s::text, name),
    cover_image_id = case
        when %(is_covered)s::boolean then %(cover_image_id)s::uuid else cover_image_id
    end,
    updated_at = now()
where id = %(album_id)s;

-- name: remove_album
delete from albums where id = %(album_id)s;

-- name: move_images
update images set album_id = %(album_id)s, updated_at = now()
where id = any(%(image_ids)s) and deleted_at is null;

-- name: count_album_images
select count(*) as image_count from images
where album_id = %(album_id)s and id = %(image_id)s and deleted_at is null;

-- name: add_upload
insert into uploads
    (id, user_id, object_key, purpose, width, height, size_bytes, sha256, expires_at)
select
    %(id)s, %(user_id)s, %(object_key)s, %(purpose)s, %(width)s, %(height)s, %(size_bytes)s,
    %(sha256)s, now()
where (select count(*) from uploads where expires_at > now()) < %(at_most)s
returning id;

-- name: open_upload
update uploads
set expires_at = now() + make_interval(secs => %(lifetime_s)s), updated_at = now()
where id = %(upload_id)s
returning *;

-- name: close_upload
update uploads set expires_at = now(), updated_at = now()
where id = %(upload_id)s and expires_at > now();

-- name: list_uploads
select * from uploads
where expires_at > now()
    and (%(upload_id)s::uuid is null or id = %(upload_id)s::uuid)
    and (
        %(before_at)s::timestamptz is null
        or (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
    )
order by created_at desc, id desc
limit %(limit)s;

-- name: add_share
insert into shares (user_id, token, image_id, album_id, show_prompts, expires_at)
select
    %(user_id)s, %(token)s, %(image_id)s, %(album_id)s, %(show_prompts)s,
    now() + make_interval(secs => %(expires_in_s)s::float8)
where (select count(*) from shares where revoked_at is null) < %(at_most)s
returning *;

-- name: list_shares
select * from shares
where %(before_at)s::timestamptz is null
    or (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
order by created_at desc, id desc
limit %(limit)s;

-- name: revoke_share
update shares set revoked_at = now(), updated_at = now()
where token = %(token)s and revoked_at is null;

-- name: count_export_images
select count(*) as image_count from (
    select from images
    where deleted_at is null and (%(album_id)s::uuid is null or album_id = %(album_id)s::uuid)
    limit %(limit)s
) as counted;

-- name: add_export
insert into exports (user_id, album_id) values (%(user_id)s, %(album_id)s)
returning id;

-- name: list_exports
select
    id, user_id, status, album_id, object_key, image_count, size_bytes, error_code, created_at,
    finished_at, expires_at
from exports
where (expires_at is null or expires_at > now())
    and (%(export_id)s::uuid is null or id = %(export_id)s::uuid)
    and (
        %(before_at)s::timestamptz is null
        or (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
    )
order by created_at desc, id desc
limit %(limit)s;

-- From here on as the system.

-- name: judge_image
update images set safety = %(safety)s, updated_at = now()
where id = %(image_id)s and deleted_at is null;

-- name: find_open_share
select share.* from shares as share
join users on users.id = share.user_id
where share.token = %(token)s
    and share.revoked_at is null
    and (share.expires_at is null or share.expires_at > now())
    and users.deleted_at is null
    and users.disabled_at is null;

-- name: count_views
update shares set views = shares.views + seen.views, updated_at = now()
from unnest(%(ids)s::uuid[], %(views)s::bigint[]) as seen (id, views)
where shares.id = seen.id;

-- name: claim_thumbnails
update images as image
set thumbnail_attempts = image.thumbnail_attempts + 1,
    thumbnail_due_at = case
        when image.thumbnail_attempts + 1 < %(attempts_at_most)s
        then now() + make_interval(secs => 60 * 2 ^ image.thumbnail_attempts)
    end
from (
    select id from images
    where thumbnail_due_at <= now()
    order by thumbnail_due_at
    limit %(limit)s
    for update skip locked
) as due
where image.id = due.id
returning image.id, image.user_id, image.job_id, image.position, image.object_key;

-- name: record_thumbnail
update images set thumbnail_key = %(thumbnail_key)s, thumbnail_due_at = null
where id = %(image_id)s
returning id;

-- name: claim_export
update exports as export
set status = 'running',
    attempt = export.attempt + 1,
    image_count = 0,
    leased_until = now() + make_interval(secs => %(lease_s)s),
    updated_at = now()
from (
    select id from exports
    where status = 'queued' or (status = 'running' and leased_until < now())
    order by created_at
    limit 1
    for update skip locked
) as next
where export.id = next.id
returning export.*;

-- name: extend_export
update exports
set leased_until = now() + make_interval(secs => %(lease_s)s),
    image_count = %(image_count)s,
    updated_at = now()
where id = %(export_id)s and attempt = %(attempt)s and status = 'running'
returning id;

-- name: release_export
update exports set leased_until = now(), updated_at = now()
where id = %(export_id)s and attempt = %(attempt)s and status = 'running';

-- name: name_export_object
update exports set object_key = %(object_key)s, updated_at = now()
where id = %(export_id)s and attempt = %(attempt)s and status = 'running'
returning id;

-- name: finish_export
update exports
set status = %(status)s,
    error_code = %(error_code)s,
    image_count = %(image_count)s,
    size_bytes = %(size_bytes)s,
    leased_until = null,
    finished_at = now(),
    expires_at = now() + make_interval(secs => %(lifetime_s)s),
    updated_at = now()
where id = %(export_id)s and attempt = %(attempt)s and status = 'running';

-- name: list_people_to_expire
select id, tier from users
where id > %(after_id)s and deleted_at is null
order by id
limit %(limit)s;

-- name: expire_images
update images set deleted_at = now(), updated_at = now()
from unnest(%(user_ids)s::uuid[], %(days)s::int[]) as kept (user_id, days)
where images.user_id = kept.user_id
    and images.deleted_at is null
    and images.created_at < now() - make_interval(days => kept.days);

-- name: forget_images
update images set deleted_at = 'epoch', updated_at = now()
from users
where users.purged_at is not null
    and images.user_id = users.id
    and (images.deleted_at is null or images.deleted_at > 'epoch');

-- name: forget_uploads
update uploads set expires_at = 'epoch', updated_at = now()
from users
where users.purged_at is not null
    and uploads.user_id = users.id
    and uploads.expires_at > 'epoch';

-- name: forget_exports
update exports set expires_at = 'epoch', status = 'failed', updated_at = now()
from users
where users.purged_at is not null
    and exports.user_id = users.id
    and (exports.expires_at is null or exports.expires_at > 'epoch');

-- name: forget_shares
delete from shares using users
where users.purged_at is not null and shares.user_id = users.id;

-- name: forget_albums
delete from albums using users
where users.purged_at is not null and albums.user_id = users.id;

-- name: list_images_to_purge
select id, object_key, thumbnail_key, user_id, job_id, position from images
where deleted_at < now() - make_interval(days => %(removed_image_days)s, hours => 1)
limit %(limit)s;

-- name: purge_images
delete from images
where id = any(%(ids)s)
    and deleted_at < now() - make_interval(days => %(removed_image_days)s, hours => 1);

-- name: list_uploads_to_purge
select id, object_key from uploads
where expires_at < now() - make_interval(hours => 24)
limit %(limit)s;

-- name: purge_uploads
delete from uploads
where id = any(%(ids)s) and expires_at < now() - make_interval(hours => 24);

-- name: list_exports_to_purge
select id, object_key from exports where expires_at < now() limit %(limit)s;

-- name: purge_exports
delete from exports where id = any(%(ids)s) and expires_at < now();

-- name: purge_shares
delete from shares where least(expires_at, revoked_at) < now() - make_interval(days => 30);

-- name: list_jobs_to_purge
select id, user_id from generation_jobs
where status in ('failed', 'cancelled')
    and attempt > 0
    and objects_purged_at is null
    and finished_at < now() - make_interval(hours => 6)
order by finished_at
limit %(limit)s;

-- name: list_handovers_to_purge
select id, user_id from generation_jobs
where status = 'succeeded'
    and attempt > 1
    and objects_purged_at is null
    and finished_at < now() - make_interval(hours => 6)
order by finished_at
limit %(limit)s;

-- name: list_recorded_keys
select object_key from images where object_key = any(%(object_keys)s);

-- name: record_purged_jobs
update generation_jobs set objects_purged_at = now() where id = any(%(ids)s);
