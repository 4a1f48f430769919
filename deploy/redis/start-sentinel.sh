#!/bin/sh
# Starts a sentinel, which watches the primary at the host that the argument names, and with its majority makes the replica the primary.
# The program's account may ask where the primary is and hear of a new one. A sentinel writes what it learns into its configuration, so
# that is a file of its own.
set -eu
umask 077
cat >/tmp/sentinel.conf <<CONF
port 26379
user default off
user health on >$REDIS_PASSWORD allchannels -@all +@connection +@pubsub +info +sentinel|get-master-addr-by-name +sentinel|sentinels +sentinel|replicas
user admin on >$REDIS_ADMIN_PASSWORD allchannels +@all
sentinel sentinel-user admin
sentinel sentinel-pass $REDIS_ADMIN_PASSWORD
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
sentinel monitor health $1 6379 2
sentinel auth-user health admin
sentinel auth-pass health $REDIS_ADMIN_PASSWORD
sentinel down-after-milliseconds health 3000
sentinel failover-timeout health 10000
CONF
exec redis-server /tmp/sentinel.conf --sentinel
