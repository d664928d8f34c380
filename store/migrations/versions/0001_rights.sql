-- Monthly partitions. The app role may not create tables, so these run with the owner's rights.

create function ensure_month(moment timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    begins timestamptz := date_trunc('month', moment at time zone 'UTC') at time zone 'UTC';
    ends timestamptz := (date_trunc('month', moment at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    suffix text := to_char(moment at time zone 'UTC', 'YYYYMM');
    parent text;
begin
    if to_regclass(format('public.document_text_%s', suffix)) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(4851002);
    foreach parent in array array['document_text', 'document_version', 'evidence'] loop
        execute format('create table if not exists %I partition of %I for values from (%L) to (%L)',
                       parent || '_' || suffix, parent, begins, ends);
    end loop;
end $$;

-- Drops the texts, versions and evidence of one month; answers how many texts went.
create function drop_month(suffix text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    parent text;
    gone bigint := 0;
begin
    if suffix !~ '^[0-9]{6}$' then
        raise exception 'drop_month expects YYYYMM, got %', suffix;
    end if;
    if to_regclass('public.document_text_' || suffix) is not null then
        execute format('select count(*) from %I', 'document_text_' || suffix) into gone;
    end if;
    foreach parent in array array['document_text', 'document_version', 'evidence'] loop
        execute format('drop table if exists %I', parent || '_' || suffix);
    end loop;
    return gone;
end $$;

-- The audit trail is append-only for everybody, the owner included.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, tg_op;
end $$;

create trigger audit_is_append_only before update or delete on audit
    for each statement execute function refuse_change();
create trigger audit_is_never_truncated before truncate on audit
    for each statement execute function refuse_change();
create trigger catalogue_version_is_immutable before update or delete on catalogue_version
    for each statement execute function refuse_change();

-- Rights of the app role, where the installation keeps owner and app apart.
do $$
begin
    if exists (select from pg_roles where rolname = 'huiying_app') then
        grant usage on schema public to huiying_app;
        grant select, insert, update, delete on all tables in schema public to huiying_app;
        revoke update, delete on audit, catalogue_version, alembic_version from huiying_app;
        revoke insert on alembic_version from huiying_app;
        grant usage on all sequences in schema public to huiying_app;
        grant execute on function ensure_month(timestamptz), drop_month(text) to huiying_app;
        alter default privileges in schema public grant select, insert, update, delete on tables to huiying_app;
        alter default privileges in schema public grant usage on sequences to huiying_app;
    end if;
end $$;
revoke execute on function ensure_month(timestamptz), drop_month(text) from public;
