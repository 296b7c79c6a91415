-- name: read_balance
select credit_balance from users where id = %(user_id)s and deleted_at is null;

-- name: list_entries
select id, kind, amount_credits, job_id, reason, created_at
from credit_ledger
where user_id = %(user_id)s and (%(before_id)s::bigint is null or id < %(before_id)s)
order by id desc
limit %(limit)s;

-- name: add_grant
insert into credit_ledger (user_id, kind, amount_credits, unique_key, reason, actor_id)
select u.id, 'grant', %(amount_credits)s, %(unique_key)s, %(reason)s, %(actor_id)s
from users u where u.id = %(user_id)s and u.deleted_at is null
on conflict (unique_key) do nothing;

-- name: find_grant
select id, user_id, kind, amount_credits, job_id, reason, created_at
from credit_ledger where unique_key = %(unique_key)s;
