#!/bin/sh
# Creates the role and the database of the services. The image of PostgreSQL runs
# it once, on an empty volume. The role owns nothing but its database.
set -e

psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 \
  --username="$POSTGRES_USER" --dbname=postgres \
  --set=name="$DB_NAME" --set=role="$DB_USERNAME" \
  --set=password="$(cat /run/secrets/db_password)" <<'SQL'
create role :"role" login password :'password';
create database :"name" owner :"role";
revoke all on database :"name" from public;
SQL
