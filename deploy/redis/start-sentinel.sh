#!/bin/sh
# Starts a sentinel, which watches the primary at the host that the argument names, and with its majority makes the replica the primary.
# A sentinel writes what it learns into its configuration, so that is a file of its own.
set -eu
umask 077
cat >/tmp/sentinel.conf <<CONF
port 26379
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel monitor health $1 6379 2
sentinel auth-user health admin
sentinel auth-pass health $REDIS_ADMIN_PASSWORD
sentinel down-after-milliseconds health 3000
sentinel failover-timeout health 10000
CONF
exec redis-server /tmp/sentinel.conf --sentinel
