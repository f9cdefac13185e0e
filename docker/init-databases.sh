#!/usr/bin/env bash
# Makes each service's database with an owner for migrations and a role for the application, closed to everybody else.
set -euo pipefail
for service in registry customers billing reports onboarding; do
  name=propledger_$service
  owner_password=${service^^}_OWNER_PASSWORD app_password=${service^^}_APP_PASSWORD
  psql --username postgres --set ON_ERROR_STOP=1 --set name="$name" --set owner="${name}_owner" --set app="${name}_app" \
    --set owner_password="${!owner_password}" --set app_password="${!app_password}" <<'SQL'
create role :"owner" login password :'owner_password';
create role :"app" login password :'app_password';
create database :"name" owner :"owner" template template0 encoding 'UTF8' locale_provider libc locale 'C';
revoke all on database :"name" from public;
grant connect on database :"name" to :"app";
\connect :"name"
set role :"owner";
revoke all on schema public from public;
grant usage on schema public to :"app";
alter default privileges in schema public grant select, insert, update, delete on tables to :"app";
alter default privileges in schema public grant usage, select on sequences to :"app";
SQL
done
