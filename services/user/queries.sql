-- The statements of the user service, by noun. Those that say so run as the tenant; the others as
-- the system, since whoever signs in is nobody yet.

-- The lock of a person

-- Whoever opens, renews or ends sign-ins of a person, or decides by the password, takes this lock
-- before any row: of two statements the later one's snapshot then has what the earlier one made.
-- An UPDATE that only waits for a row would miss a successor that was inserted meanwhile. It is no
-- lock of the row in `users`: the tenant could not take that, and the ledger updates that row in
-- transactions of other services, which hold rows that we may wait for.
-- As the tenant, or the system.
-- name: lock_person
select pg_advisory_xact_lock(hashtextextended('person:' || %(user_id)s::text, 0)) is null as taken;

-- name: lock_person_of_session
select pg_advisory_xact_lock(hashtextextended('person:' || user_id::text, 0)) is null as taken
from sessions where refresh_token_hash = %(refresh_token_hash)s;

-- name: lock_person_of_token
select pg_advisory_xact_lock(hashtextextended('person:' || user_id::text, 0)) is null as taken
from one_time_tokens where token_hash = %(token_hash)s;

-- name: lock_person_of_code
select pg_advisory_xact_lock(hashtextextended('person:' || user_id::text, 0)) is null as taken
from provider_sign_ins where code_hash = %(code_hash)s;

-- People

-- name: add_person
insert into users (email, password_hash, display_name, language)
values (%(email)s, %(password_hash)s, %(display_name)s, %(language)s)
on conflict (email) do nothing;

-- name: add_proven_person
insert into users (email, password_hash, display_name, language, email_verified_at)
values (%(email)s, '', %(display_name)s, %(language)s, now())
on conflict (email) do nothing
returning id, email, display_name, language, role, tier, email_verified_at, disabled_at, created_at;

-- name: find_account_by_email
select id, email, display_name, language, role, tier, email_verified_at, disabled_at, created_at,
    password_hash, deleted_at
from users where email = %(email)s;

-- name: find_account
select id, email, display_name, language, role, tier, email_verified_at, disabled_at, created_at,
    password_hash, deleted_at
from users where id = %(user_id)s;

-- As the tenant, or the system.
-- name: find_person
select id, email, display_name, language, role, tier, email_verified_at, disabled_at, created_at
from users where id = %(user_id)s and deleted_at is null;

-- As the tenant.
-- name: change_profile
update users set display_name = coalesce(%(display_name)s, display_name),
    language = coalesce(%(language)s, language), updated_at = now()
where id = %(user_id)s and deleted_at is null
returning id, email, display_name, language, role, tier, email_verified_at, disabled_at, created_at;

-- name: change_password
update users set password_hash = %(password_hash)s, updated_at = now()
where id = %(user_id)s and deleted_at is null;

-- name: change_email
update users set email = %(email)s, email_verified_at = now(), updated_at = now()
where id = %(user_id)s and deleted_at is null;

-- name: verify_email
update users set email_verified_at = now(), updated_at = now()
where id = %(user_id)s and email_verified_at is null;

-- name: appoint_administrator
insert into users (email, password_hash, role, email_verified_at)
values (%(email)s, %(password_hash)s, 'admin', now())
on conflict (email) do update
set role = 'admin', password_hash = excluded.password_hash, deleted_at = null, disabled_at = null,
    email_verified_at = coalesce(users.email_verified_at, now()), updated_at = now()
returning id;

-- name: list_people
select id, email, display_name, language, role, tier, email_verified_at, disabled_at, created_at,
    deleted_at
from users
where (%(email)s::text is null or email = %(email)s)
    and (%(role)s::text is null or role = %(role)s)
    and (%(tier)s::text is null or tier = %(tier)s)
    and (
        %(before_at)s::timestamptz is null
        or (created_at, id) < (%(before_at)s::timestamptz, %(before_id)s::uuid)
    )
order by created_at desc, id desc
limit %(limit)s;

-- name: administer_person
update users set role = coalesce(%(role)s, role), tier = coalesce(%(tier)s, tier),
    disabled_at = case %(disabled)s::boolean
        when true then coalesce(disabled_at, now()) when false then null else disabled_at
    end,
    updated_at = now()
where id = %(user_id)s and deleted_at is null
returning id, email, display_name, language, role, tier, email_verified_at, disabled_at, created_at,
    deleted_at;

-- Deletion

-- name: delete_person
update users set deleted_at = now(), updated_at = now()
where id = %(user_id)s and deleted_at is null
returning deleted_at;

-- name: cancel_open_jobs
update generation_jobs set cancel_requested_at = coalesce(cancel_requested_at, now()),
    updated_at = now()
where user_id = %(user_id)s and status in ('queued', 'running');

-- name: claim_person_to_purge
select id, email, language from users
where deleted_at < now() - make_interval(days => %(after_days)s) and purged_at is null
order by deleted_at limit 1 for update skip locked;

-- name: anonymise_person
update users set email = 'deleted-' || id || '@invalid', password_hash = '', display_name = '',
    language = 'en', email_verified_at = null, purged_at = now(), updated_at = now()
where id = %(user_id)s;

-- name: forget_sessions
delete from sessions where user_id = %(user_id)s;

-- name: forget_api_keys
delete from api_keys where user_id = %(user_id)s;

-- name: forget_identities
delete from identities where user_id = %(user_id)s;

-- name: forget_letters
delete from letters where user_id = %(user_id)s or recipient = %(email)s;

-- name: forget_jobs
update generation_jobs set parameters = '{}', error_detail = null, idempotency_key = null,
    updated_at = now()
where user_id = %(user_id)s and status in ('succeeded', 'failed', 'cancelled')
    and parameters <> '{}';

-- As the tenant.
-- name: personal_tables
select personal_tables() as name;

-- As the tenant.
-- name: personal_rows
select personal_rows(%(name)s) as row;

-- Sessions

-- name: add_session
insert into sessions (user_id, family_id, refresh_token_hash, expires_at, user_agent)
values (
    %(user_id)s, %(family_id)s, %(refresh_token_hash)s,
    now() + make_interval(secs => %(lifetime_seconds)s), %(user_agent)s
)
returning id;

-- name: lock_session
select s.id, s.user_id, s.family_id, s.revoked_at is not null as is_revoked,
    s.expires_at <= now() as is_expired, s.user_agent, s.replaced_by, s.successor_salt,
    coalesce(
        s.revoked_at > clock_timestamp() - make_interval(secs => %(grace_seconds)s), false
    ) as is_in_grace
from sessions s where s.refresh_token_hash = %(refresh_token_hash)s for update;

-- A statement of its own: one that waited for the lock above would not see a row made meanwhile.
-- name: is_session_unused
select revoked_at is null and expires_at > now() as is_unused
from sessions where id = %(session_id)s;

-- name: replace_session
update sessions set revoked_at = clock_timestamp(), replaced_by = %(replaced_by)s,
    successor_salt = %(successor_salt)s, updated_at = now()
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

-- As the tenant. A sign-in and all its renewals are one session to people.
-- name: list_sessions
select family_id as id, min(created_at) as signed_in_at, max(created_at) as renewed_at,
    max(expires_at) as expires_at, (array_agg(user_agent order by created_at desc))[1] as user_agent
from sessions where user_id = %(user_id)s
group by family_id
having bool_or(revoked_at is null and expires_at > now())
order by max(created_at) desc, family_id
limit %(limit)s;

-- As the tenant.
-- name: end_session
update sessions set revoked_at = now(), updated_at = now()
where user_id = %(user_id)s and family_id = %(family_id)s and revoked_at is null
    and expires_at > now();

-- As the tenant, or the system.
-- name: end_other_sessions
update sessions set revoked_at = now(), updated_at = now()
where user_id = %(user_id)s and family_id is distinct from %(family_id)s and revoked_at is null;

-- As the tenant.
-- name: is_session_open
select exists (
    select from sessions
    where user_id = %(user_id)s and family_id = %(family_id)s and revoked_at is null
        and expires_at > now()
) and exists (
    select from users where id = %(user_id)s and deleted_at is null and disabled_at is null
) as is_open;

-- name: forget_old_sessions
delete from sessions where id in (
    select id from sessions where expires_at < now() - make_interval(days => %(after_days)s)
    limit %(limit)s
);

-- name: forget_successors
update sessions set successor_salt = null
where successor_salt is not null and revoked_at < now() - interval '1 minute';

-- API keys, as the tenant but where said

-- name: count_api_keys
select count(*) as live from api_keys where user_id = %(user_id)s and revoked_at is null;

-- name: add_api_key
insert into api_keys (user_id, prefix, key_hash, name)
values (%(user_id)s, %(prefix)s, %(key_hash)s, %(name)s)
returning id, prefix, name, last_used_at, created_at;

-- name: list_api_keys
select id, prefix, name, last_used_at, created_at from api_keys
where user_id = %(user_id)s and revoked_at is null
order by created_at desc, id;

-- name: revoke_api_key
update api_keys set revoked_at = now(), updated_at = now()
where id = %(key_id)s and user_id = %(user_id)s and revoked_at is null;

-- As the system.
-- name: revoke_all_api_keys
update api_keys set revoked_at = now(), updated_at = now()
where user_id = %(user_id)s and revoked_at is null;

-- Accounts at providers

-- name: find_identity
update identities set last_used_at = now(), updated_at = now()
where provider = %(provider)s and subject = %(subject)s
returning user_id;

-- name: add_identity
insert into identities (user_id, provider, subject, email)
values (%(user_id)s, %(provider)s, %(subject)s, %(email)s)
on conflict (provider, subject) do nothing;

-- As the tenant.
-- name: list_identities
select id, provider, email, last_used_at, created_at from identities
where user_id = %(user_id)s order by created_at, id;

-- As the tenant.
-- name: remove_identity
delete from identities where id = %(identity_id)s and user_id = %(user_id)s;

-- name: begin_provider_sign_in
insert into provider_sign_ins (
    state_hash, browser_hash, provider, nonce, code_verifier, return_to, expires_at
)
values (
    %(state_hash)s, %(browser_hash)s, %(provider)s, %(nonce)s, %(code_verifier)s, %(return_to)s,
    now() + make_interval(secs => %(lifetime_seconds)s)
);

-- The verifier is emptied, so a state that comes a second time finds nothing.
-- name: take_provider_sign_in
with taken as (
    select state_hash, nonce, code_verifier, return_to from provider_sign_ins
    where state_hash = %(state_hash)s and browser_hash = %(browser_hash)s
        and provider = %(provider)s and code_verifier <> '' and expires_at > now()
    for update
)
update provider_sign_ins p set code_verifier = '', nonce = ''
from taken where p.state_hash = taken.state_hash
returning taken.nonce, taken.code_verifier, taken.return_to;

-- name: complete_provider_sign_in
update provider_sign_ins
set user_id = %(user_id)s, code_hash = %(code_hash)s,
    expires_at = now() + make_interval(secs => %(lifetime_seconds)s)
where state_hash = %(state_hash)s;

-- name: redeem_provider_sign_in
delete from provider_sign_ins
where code_hash = %(code_hash)s and browser_hash = %(browser_hash)s and expires_at > now()
returning user_id;

-- name: forget_provider_sign_ins
delete from provider_sign_ins where user_id = %(user_id)s;

-- name: forget_old_provider_sign_ins
delete from provider_sign_ins where expires_at < now();

-- Letters and the tokens in them

-- name: add_letter
insert into letters (kind, recipient, user_id, language, password_hash)
select %(kind)s, %(recipient)s, %(user_id)s, %(language)s, %(password_hash)s
where (
    select count(*) from letters
    where recipient = %(recipient)s and kind = %(kind)s and created_at > now() - interval '1 hour'
) < %(hourly_at_most)s;

-- name: claim_letter
update letters set attempts = attempts + 1,
    due_at = now() + make_interval(secs => least(3600, 60 * 2 ^ least(attempts, 10)))
where id = (
    select id from letters where sent_at is null and due_at <= now() and attempts < %(attempts)s
    order by due_at limit 1 for update skip locked
)
returning id, kind, recipient, user_id, language, password_hash;

-- name: settle_letter
update letters set sent_at = now(), password_hash = '' where id = %(letter_id)s;

-- name: forget_old_letters
delete from letters where created_at < now() - interval '2 days';

-- name: drop_letters
delete from letters
where sent_at is null
    and (user_id = %(user_id)s or recipient = (select email from users where id = %(user_id)s))
    and kind in ('sign_up', 'verify_address', 'reset_password', 'change_address');

-- name: add_token
insert into one_time_tokens (token_hash, user_id, purpose, email, password_hash, expires_at)
values (
    %(token_hash)s, %(user_id)s, %(purpose)s, %(email)s, %(password_hash)s,
    now() + make_interval(secs => %(lifetime_seconds)s)
);

-- name: is_token_known
select 1 as known from one_time_tokens
where token_hash = %(token_hash)s and purpose = %(purpose)s and expires_at > now();

-- name: take_token
delete from one_time_tokens
where token_hash = %(token_hash)s and purpose = %(purpose)s and expires_at > now()
returning user_id, email, password_hash;

-- name: drop_tokens
delete from one_time_tokens where user_id = %(user_id)s;

-- name: forget_old_tokens
delete from one_time_tokens where expires_at < now();

-- Attempts

-- Makes the rows that are missing and locks all, in one order, so that attempts at the same time
-- count one after the other.
-- name: lock_attempts
insert into attempts as a (subject)
select subject from unnest(%(subjects)s::text[]) subject order by subject
on conflict (subject) do update set subject = excluded.subject
returning subject,
    case when a.updated_at < clock_timestamp() - interval '1 hour' then 0 else a.failures end
        as failures,
    greatest(0, coalesce(extract(epoch from a.blocked_until - clock_timestamp()), 0))::float8
        as blocked_s,
    coalesce(a.succeeded_at > now() - interval '30 days', false) as is_known;

-- name: count_attempts
update attempts a set failures = v.failures, updated_at = clock_timestamp(),
    blocked_until = clock_timestamp() + make_interval(secs => v.delay_s)
from unnest(%(subjects)s::text[], %(failures)s::int[], %(delays_s)s::float8[])
    v (subject, failures, delay_s)
where a.subject = v.subject;

-- name: forgive_attempts
update attempts set
    failures = case when subject = %(known)s then 0 else greatest(0, failures - 1) end,
    succeeded_at = case when subject = %(known)s then now() else succeeded_at end,
    blocked_until = null, updated_at = clock_timestamp()
where subject = any(%(subjects)s);

-- name: forget_old_attempts
delete from attempts
where updated_at < now() - interval '1 day'
    and (succeeded_at is null or succeeded_at < now() - interval '30 days');
