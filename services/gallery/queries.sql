-- The statements of the gallery service; all run as the tenant.

-- name: list_images
select * from images
where deleted_at is null
    and (%(job_id)s::uuid is null or job_id = %(job_id)s::uuid)
    and (%(album_id)s::uuid is null or album_id = %(album_id)s::uuid)
    and (
        %(before_at)s::timestamptz is null
        or (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
    )
order by created_at desc, id desc
limit %(limit)s;

-- name: find_image
select * from images where id = %(image_id)s and deleted_at is null;

-- name: remove_image
update images set deleted_at = now(), updated_at = now()
where id = %(image_id)s and deleted_at is null;

-- name: file_image
update images set album_id = %(album_id)s, updated_at = now()
where id = %(image_id)s and deleted_at is null
returning *;

-- name: list_albums
select id, name, created_at from albums
where %(before_at)s::timestamptz is null
    or (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
order by created_at desc, id desc
limit %(limit)s;

-- name: find_album
select id from albums where id = %(album_id)s;

-- name: add_album
insert into albums (user_id, name) values (%(user_id)s, %(name)s)
returning id, name, created_at;
