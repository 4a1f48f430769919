#!/bin/bash
# Makes one cluster of the config servers, a shard for each region and the router, then the program's account and the zones.
# What is there already stays, so it can be run again.
set -euo pipefail
root() { mongosh --quiet "mongodb://root:$ROOT@$1/admin?$2" "${@:3}"; }
initiate() { SET=$1 MEMBERS=$2 CONFIGSVR=${3:-} root "${2%%,*}" directConnection=true /deploy/initiate.js; }
initiate config config1:27017,config2:27017,config3:27017 1
shards=()
for region in north centre south; do
  members=$region-1:27017,$region-2:27017,$region-3:27017
  initiate "$region" "$members"
  shards+=("$region/$members")
done
until root mongodb:27017 '' --eval 'db.hello().msg' 2>/dev/null | grep -q isdbgrid; do sleep 1; done
for shard in "${shards[@]}"; do root mongodb:27017 '' --eval "sh.addShard('$shard')"; done
root mongodb:27017 '' /deploy/user.js
ZONES=North=north,Centre=centre,South=south root mongodb:27017 '' /deploy/shard.js
