#!/bin/sh
# One database and one role for each service; nobody but its owner may connect to it. The image of PostgreSQL runs this
# once, while its volume is empty.
set -eu

sql() {
  psql --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --quiet --set ON_ERROR_STOP=1
}

for service in auth order payment; do
  export service
  sql <<'SQL'
\getenv service service
\set password `cat "/run/secrets/$service-password"`
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done

sql <<'SQL'
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
SQL
