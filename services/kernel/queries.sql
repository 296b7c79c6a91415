-- name: find_api_key
with used as (
    update api_keys set last_used_at = now()
    where prefix = %(prefix)s and key_hash = %(key_hash)s and revoked_at is null
        and (last_used_at is null or last_used_at < now() - interval '1 minute')
)
select k.id, k.user_id, k.key_hash, u.tier
from api_keys k join users u on u.id = k.user_id
where k.prefix = %(prefix)s and k.revoked_at is null
    and u.deleted_at is null and u.disabled_at is null;
