#!/bin/bash
# Makes the keyspace, the tables and the program's account, and gives the superuser a password of its own. Again, it changes nothing.
#   init.sh HOST REPLICAS
set -euo pipefail
host=$1 replicas=$2
as_admin() { cqlsh "$host" -u cassandra -p "$CASSANDRA_ADMIN_PASSWORD" "$@"; }
until as_admin -e 'DESCRIBE CLUSTER' >/dev/null 2>&1; do
  # Fresh, the superuser has the password that everybody knows.
  cqlsh "$host" -u cassandra -p cassandra -e "ALTER ROLE cassandra WITH PASSWORD = '$CASSANDRA_ADMIN_PASSWORD'" >/dev/null 2>&1 || sleep 3
done
sed "s/'dc1': 3/'${CASSANDRA_DC:-dc1}': $replicas/" /deploy/schema.cql | as_admin
as_admin <<CQL
CREATE ROLE IF NOT EXISTS health WITH LOGIN = true AND PASSWORD = '$CASSANDRA_PASSWORD';
ALTER ROLE health WITH PASSWORD = '$CASSANDRA_PASSWORD';
GRANT SELECT ON KEYSPACE health TO health;
GRANT MODIFY ON KEYSPACE health TO health;
CQL
