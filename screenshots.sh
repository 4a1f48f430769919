#!/usr/bin/env bash
# Pictures of every page at five widths in both themes, after a ward has run for a while with scenarios, and of a wall of 77 beds.
# usage: ./screenshots.sh [minutes to run first, 10] [folder, artifacts/screenshots]; with --docs also those of docs/images.
set -euo pipefail
cd "$(dirname "$0")"

docs=
[[ ${1:-} == --docs ]] && { docs=1; shift; }
minutes=${1:-10}
folder=$(realpath -m "${2:-artifacts/screenshots}")
data=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$data"' EXIT

dotnet build HealthDashboard.sln -c Release --nologo -v q
free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }

# start BEDS: a demo hospital of its own; prints its address.
start() {
  local port; port=$(free_port)
  (cd HealthDashboard && ASPNETCORE_ENVIRONMENT=Development ASPNETCORE_URLS="http://127.0.0.1:$port" Data__Directory="$data/$1" Simulation__Patients=$1 \
    exec dotnet bin/Release/net10.0/HealthDashboard.dll) > "$data/$1.log" 2>&1 &
  pids+=($!)
  address="http://127.0.0.1:$port"
}

start 36; small=$address
start 77; large=$address
mkdir -p "$folder"
node HealthDashboard.Tests/Drivers/screenshots.mjs "$small" "$large" "$minutes" "$folder"
if [[ $docs ]]; then
  cp "$folder/wall77-1920-dark.png" docs/images/wall.png
  cp "$folder/patient-1440-dark.png" docs/images/patient.png
  cp "$folder/alerts-1440-dark.png" docs/images/alerts.png
fi
echo "Pictures in $folder"
