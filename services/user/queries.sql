-- name: add_person
insert into users (email, password_hash, display_name)
values (%(email)s, %(password_hash)s, %(display_name)s)
returning id, email, display_name, role, tier, email_verified_at, created_at;

-- name: find_person_by_email
select id, email, display_name, role, tier, email_verified_at, created_at, password_hash
from users where email = %(email)s and deleted_at is null;

-- name: find_person
select id, email, display_name, role, tier, email_verified_at, created_at
from users where id = %(user_id)s and deleted_at is null;

-- name: change_password
update users set password_hash = %(password_hash)s, updated_at = now() where id = %(user_id)s;

-- name: appoint_administrator
insert into users (email, password_hash, role) values (%(email)s, %(password_hash)s, 'admin')
on conflict (email) do update
set role = 'admin', password_hash = excluded.password_hash, deleted_at = null, updated_at = now()
returning id;

-- name: add_session
insert into sessions (user_id, family_id, refresh_token_hash, expires_at, user_agent)
values (
    %(user_id)s, %(family_id)s, %(refresh_token_hash)s,
    now() + make_interval(secs => %(lifetime_seconds)s), %(user_agent)s
)
returning id;

-- name: lock_session
select s.id, s.user_id, s.family_id, s.revoked_at is not null as is_revoked,
    s.expires_at <= now() as is_expired
from sessions s where s.refresh_token_hash = %(refresh_token_hash)s for update;

-- name: replace_session
update sessions set revoked_at = now(), replaced_by = %(replaced_by)s, updated_at = now()
where id = %(session_id)s;

-- name: revoke_family
update sessions set revoked_at = now(), updated_at = now()
where family_id = %(family_id)s and revoked_at is null;

-- name: revoke_family_of_token
update sessions set revoked_at = now(), updated_at = now()
where revoked_at is null and family_id = (
    select family_id from sessions where refresh_token_hash = %(refresh_token_hash)s
);

-- name: revoke_all_sessions
update sessions set revoked_at = now(), updated_at = now()
where user_id = %(user_id)s and revoked_at is null;
