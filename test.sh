#!/usr/bin/env bash
# Builds everything and runs the tests, with the servers and the browser that they use. What Debian provides and the
# machine lacks is installed first. Arguments go to `dotnet test`: ./test.sh --filter FullyQualifiedName~Alarms
# The last line is the result: "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
servers=()
clean_up() {
  for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null; done
  wait 2>/dev/null
  rm -rf "$work"
}
trap clean_up EXIT

install_missing() {
  local missing=()
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v influxd >/dev/null || missing+=(influxdb)
  command -v chromium >/dev/null || missing+=(chromium)
  command -v npm >/dev/null || missing+=(nodejs npm)
  [ ${#missing[@]} -eq 0 ] && return
  if ! command -v apt-get >/dev/null; then
    echo "Not installed: ${missing[*]}. The tests that need them skip." >&2
    return
  fi
  echo "Installing ${missing[*]}"
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  # At run level 1 the packages do not start their services; the tests start servers of their own.
  if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
      apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$work/apt.log" 2>&1; then
    tail -n 20 "$work/apt.log" >&2
    echo "Could not install ${missing[*]}. The tests that need them skip." >&2
  fi
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); answers "$port"; do :; done
  echo "$port"
}

# start NAME PORT COMMAND...: runs the command in the background and waits until it accepts connections.
start() {
  local name=$1 port=$2
  shift 2
  "$@" >"$work/$name.log" 2>&1 &
  servers+=($!)
  for _ in $(seq 300); do
    answers "$port" && return 0
    kill -0 "${servers[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  echo "$name did not start:" >&2
  tail -n 20 "$work/$name.log" >&2
  return 1
}

start_redis() {
  local port
  port=$(free_port)
  mkdir "$work/redis"
  start redis-server "$port" redis-server --bind 127.0.0.1 --port "$port" --dir "$work/redis" --save "" --appendonly yes \
    && export TEST_REDIS="127.0.0.1:$port"
}

start_influxdb() {
  local port backup
  port=$(free_port)
  backup=$(free_port)
  start influxd "$port" env INFLUXDB_REPORTING_DISABLED=true \
    INFLUXDB_HTTP_BIND_ADDRESS="127.0.0.1:$port" INFLUXDB_BIND_ADDRESS="127.0.0.1:$backup" \
    INFLUXDB_HTTP_LOG_ENABLED=false INFLUXDB_META_DIR="$work/influxdb/meta" \
    INFLUXDB_DATA_DIR="$work/influxdb/data" INFLUXDB_DATA_WAL_DIR="$work/influxdb/wal" \
    influxd run -config /dev/null \
    && export TEST_INFLUXDB="http://127.0.0.1:$port"
}

install_missing
# A server that is installed and does not start is a failure, not a reason to skip. One that is named already is used as it is.
status=0
if [ -z "${TEST_REDIS:-}" ] && command -v redis-server >/dev/null; then start_redis || status=1; fi
if [ -z "${TEST_INFLUXDB:-}" ] && command -v influxd >/dev/null; then start_influxdb || status=1; fi

run_tests() {
  dotnet test HealthDashboard.sln --configuration Release --no-build --logger trx --logger "console;verbosity=minimal" \
    --results-directory "$work/results" --blame-hang-timeout 15m --blame-hang-dump-type none "$@" | tee -a "$work/tests.log"
}

if dotnet build HealthDashboard.sln --configuration Release --nologo --verbosity quiet; then
  run_tests "$@" || status=1
  # All pages once more, with servers in place of the embedded stores where there are any.
  if [ $# -eq 0 ] && [ -n "${TEST_REDIS:-}" ] && [ -n "${TEST_INFLUXDB:-}" ]; then
    Stores__Alerts=Redis ConnectionStrings__Redis="$TEST_REDIS" \
      Stores__Vitals=InfluxDB ConnectionStrings__InfluxDb="$TEST_INFLUXDB;Database=pages" \
      run_tests --filter FullyQualifiedName~HealthDashboard.Tests.Browser || status=1
  fi
else
  status=1
fi

# What failed once more, where a reader looks first and where a log that is cut short still has it.
if grep -q '^  Failed ' "$work/tests.log" 2>/dev/null; then
  echo
  awk '/^  Failed / { lines = 40 } /^(  (Passed|Skipped) |\[xUnit|Data collector|Results File)/ { lines = 0 } lines-- > 0' "$work/tests.log"
  echo
fi

# The counters of every result file, added up. A skipped test is counted in "total" and not in "executed".
count() {
  cat "$work"/results/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*" | grep -o '[0-9]*$' \
    | { local sum=0 n; while read -r n; do sum=$((sum + n)); done; echo "$sum"; }
}
total=$(count total) executed=$(count executed) passed=$(count passed)
failed=$((executed - passed)) skipped=$((total - executed))
[ "$executed" -gt 0 ] || { echo "No test ran." >&2; status=1; }
[ "$failed" -eq 0 ] || status=1
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
