#!/bin/bash
# Starts mongod as a member of a replica set, which needs a key that its members share, in a file that only mongod may read.
# The first argument is the name of the set, the others go to mongod.
set -euo pipefail
set_name=$1
shift
install -o mongodb -g mongodb -m 400 /dev/stdin /data/db/keyfile <<<"$MONGO_KEYFILE"
exec docker-entrypoint.sh mongod --replSet "$set_name" --keyFile /data/db/keyfile --bind_ip_all --wiredTigerCacheSizeGB "${MONGO_CACHE_GB:-0.5}" "$@"
