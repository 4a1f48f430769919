#!/bin/bash
# Makes the keyspace, the tables and the program's account, gives the superuser a password of its own, and keeps the accounts on as many
# nodes as the data. It may run again: then it repairs the accounts anew, which for a moment have two replicas. All nodes must be up.
#   init.sh HOST REPLICAS
set -euo pipefail
host=$1 replicas=$2 dc=${CASSANDRA_DC:-dc1}
quoted() { printf '%s' "${1//\'/\'\'}"; }
as_admin() { cqlsh "$host" -u cassandra -p "$CASSANDRA_ADMIN_PASSWORD" "$@"; }
until as_admin -e 'DESCRIBE CLUSTER' >/dev/null 2>&1; do
  # Fresh, the superuser has the password that everybody knows.
  cqlsh "$host" -u cassandra -p cassandra -e "ALTER ROLE cassandra WITH PASSWORD = '$(quoted "$CASSANDRA_ADMIN_PASSWORD")'" >/dev/null 2>&1 || sleep 3
done

# Cassandra keeps accounts on one node: when that one is down, nobody can sign in anywhere. Reading at ALL repairs what it reads, so that
# the new replicas have the accounts that were there before; `nodetool repair system_auth` on each node would do the same.
# One replica more at a time: a quorum of two, and later of three, then always has a node that knows the superuser.
for copies in $(seq $((replicas > 1 ? 2 : 1)) "$replicas"); do
  as_admin <<CQL
ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', '$dc': $copies};
CONSISTENCY ALL;
SELECT * FROM system_auth.roles;
SELECT * FROM system_auth.role_members;
SELECT * FROM system_auth.role_permissions;
SELECT * FROM system_auth.resource_role_permissons_index;
SELECT * FROM system_auth.network_permissions;
CQL
done

sed "s/'dc1': 3/'$dc': $replicas/" "${CASSANDRA_SCHEMA:-/deploy/schema.cql}" | as_admin
as_admin <<CQL
CREATE ROLE IF NOT EXISTS health WITH LOGIN = true AND PASSWORD = '$(quoted "$CASSANDRA_PASSWORD")';
GRANT SELECT ON KEYSPACE health TO health;
GRANT MODIFY ON KEYSPACE health TO health;
CQL

# Only where it is another one: Cassandra 5 changes a password at most every 5 s.
for attempt in 1 2 3 4 5; do
  if cqlsh "$host" -u health -p "$CASSANDRA_PASSWORD" -e 'SELECT key FROM system.local' >/dev/null 2>&1; then exit 0; fi
  as_admin -e "ALTER ROLE health WITH PASSWORD = '$(quoted "$CASSANDRA_PASSWORD")'" || sleep 6
done
echo "init.sh: the account health cannot sign in" >&2
exit 1
