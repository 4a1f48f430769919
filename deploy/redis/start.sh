#!/bin/sh
# Starts Redis with an account for the program and one for operators. The program's may not flush, shut down or change the configuration.
# A write is on disk before it is answered.
set -eu
exec redis-server \
  --dir /data --appendonly yes --appendfsync always --maxmemory-policy noeviction --maxmemory "${REDIS_MEMORY:-512mb}" \
  --user default off \
  --user health on ">$REDIS_PASSWORD" '~{health}*' '&*' +@all -@admin -@dangerous +info '+config|get' '+cluster|nodes' \
  --masteruser admin --masterauth "$REDIS_ADMIN_PASSWORD" \
  --user admin on ">$REDIS_ADMIN_PASSWORD" '~*' '&*' +@all \
  "$@"
