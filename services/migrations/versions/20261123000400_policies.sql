-- migrate:up

-- Row security on every table, for the owner too. The app role sees the rows of the person named
-- by the transaction-local setting pingvas.user_id; without it, none. The system role sees all
-- rows of the tables that its grants name.
do $$
declare
    app name := replace(current_user, '_owner', '_app');
    system name := replace(current_user, '_owner', '_system');
    tenant constant text := 'nullif(current_setting(''pingvas.user_id'', true), '''')::uuid';
    room text;
begin
    execute format('grant usage on schema %I to %I, %I', current_schema(), app, system);

    foreach room in array array[
        'users', 'sessions', 'api_keys', 'subscriptions', 'credit_ledger', 'webhook_events',
        'generation_jobs', 'images', 'albums', 'checkpoints'
    ] loop
        execute format('alter table %I enable row level security', room);
        execute format('alter table %I force row level security', room);
        execute format(
            'create policy %I on %I to %I using (true) with check (true)',
            room || '_system', room, system
        );
    end loop;

    foreach room in array array[
        'sessions', 'api_keys', 'subscriptions', 'generation_jobs', 'images', 'albums'
    ] loop
        execute format(
            'create policy %I on %I to %I using (user_id = %s) with check (user_id = %s)',
            room || '_tenant', room, app, tenant, tenant
        );
    end loop;
    execute format(
        'create policy users_tenant on users to %I using (id = %s) with check (id = %s)',
        app, tenant, tenant
    );
    execute format('create policy checkpoints_readers on checkpoints for select to %I using (true)', app);

    -- A tenant may only take credits from itself; everything else in the ledger is the system's.
    execute format(
        'create policy credit_ledger_tenant on credit_ledger for select to %I using (user_id = %s)',
        app, tenant
    );
    execute format(
        'create policy credit_ledger_holds on credit_ledger for insert to %I
         with check (user_id = %s and kind = ''hold'')', app, tenant
    );
    -- The owner reaches balances from inside the ledger's trigger and nowhere else.
    execute format(
        'create policy users_balance on users to %I using (pg_trigger_depth() > 0)', current_user
    );

    -- What the app role may do.
    execute format('grant select (id, email, display_name, role, tier, credit_balance,
        email_verified_at, deleted_at, created_at, updated_at) on users to %I', app);
    execute format('grant update (display_name, updated_at) on users to %I', app);
    execute format('grant select (id, user_id, family_id, expires_at, revoked_at, user_agent,
        created_at, updated_at) on sessions to %I', app);
    execute format('grant select (id, user_id, prefix, name, last_used_at, revoked_at,
        created_at, updated_at) on api_keys to %I', app);
    execute format('grant select on subscriptions, credit_ledger, checkpoints to %I', app);
    execute format('grant insert on credit_ledger to %I', app);
    execute format('grant select, insert on generation_jobs to %I', app);
    execute format('grant select, update (album_id, deleted_at, updated_at) on images to %I', app);
    execute format('grant select, insert, delete, update (name, updated_at) on albums to %I', app);

    -- What the system role may do. Nobody may write a balance or rewrite the ledger.
    execute format('grant select on users to %I', system);
    execute format('grant insert (id, email, password_hash, display_name, role, tier),
        update (email, password_hash, display_name, role, tier, email_verified_at, deleted_at,
        updated_at) on users to %I', system);
    execute format('grant select, insert, update on sessions, api_keys, subscriptions,
        webhook_events, images, checkpoints to %I', system);
    execute format('grant select, update on generation_jobs to %I', system);
    execute format('grant select, insert on credit_ledger to %I', system);

    revoke all on function post_to_balance() from public;
    revoke all on function hold_credits(uuid, uuid, bigint) from public;
    revoke all on function capture_credits(uuid, uuid), release_credits(uuid, uuid) from public;
    execute format('grant execute on function hold_credits(uuid, uuid, bigint) to %I', app);
    execute format('grant execute on function capture_credits(uuid, uuid),
        release_credits(uuid, uuid) to %I', system);
end
$$;

-- migrate:down
do $$
declare
    app name := replace(current_user, '_owner', '_app');
    system name := replace(current_user, '_owner', '_system');
    granted record;
begin
    for granted in select tablename, policyname from pg_policies where schemaname = current_schema()
    loop
        execute format('drop policy %I on %I', granted.policyname, granted.tablename);
        execute format('alter table %I no force row level security', granted.tablename);
        execute format('alter table %I disable row level security', granted.tablename);
    end loop;
    execute format(
        'revoke all on all tables in schema %I from %I, %I', current_schema(), app, system
    );
    execute format(
        'revoke all on all functions in schema %I from %I, %I', current_schema(), app, system
    );
end
$$;
