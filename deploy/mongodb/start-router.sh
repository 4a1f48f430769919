#!/bin/bash
# Starts mongos, with the key that all members of the cluster share. The argument is the set of the config servers: NAME/HOST:PORT,...
set -euo pipefail
install -o mongodb -g mongodb -m 400 /dev/stdin /tmp/keyfile <<<"$MONGO_KEYFILE"
exec gosu mongodb mongos --configdb "$1" --keyFile /tmp/keyfile --bind_ip_all --port 27017
