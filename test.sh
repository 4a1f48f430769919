#!/usr/bin/env bash
# Builds everything and runs the tests, with the servers and the browser that they use. What Debian provides and the
# machine lacks is installed first. Arguments go to `dotnet test`: ./test.sh --filter FullyQualifiedName~Clinical
# ./test.sh --fast runs what needs neither a server nor a browser: for a minute's look while one works.
# A test that fails runs once more, alone; when it passes then, it counts as passed and a line FLAKY names it (docs/testing.md).
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

# part NAME COMMAND...: runs a part of the whole and notes how long it took.
part() {
  local name=$1 began=$SECONDS
  shift
  "$@"
  local result=$?
  echo "$name $((SECONDS - began))" >>"$work/parts"
  return $result
}

install_missing() {
  local missing=()
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v influxd >/dev/null || missing+=(influxdb)
  command -v influx >/dev/null || missing+=(influxdb-client)
  # Chromium without a window uses a third of the processor time.
  command -v chromium-headless-shell >/dev/null || missing+=(chromium-headless-shell)
  command -v prometheus >/dev/null || missing+=(prometheus)
  command -v npm >/dev/null || missing+=(nodejs npm)
  [ ${#missing[@]} -eq 0 ] && return
  if ! command -v apt-get >/dev/null; then
    echo "Not installed: ${missing[*]}. The tests that need them skip." >&2
    return
  fi
  echo "Installing ${missing[*]}"
  # An older Debian has only the Chromium with a window.
  if ! { apt_install "${missing[@]}" || apt_install "${missing[@]/chromium-headless-shell/chromium}"; } >"$work/apt.log" 2>&1; then
    tail -n 20 "$work/apt.log" >&2
    echo "Could not install ${missing[*]}. The tests that need them skip." >&2
  fi
}

apt_install() {
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  # At run level 1 the packages do not start their services; the tests start servers of their own.
  "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -q -y --no-install-recommends "$@"
}

# What --fast leaves out: browsers, whole programs, servers and stand-ins for them.
fast=
if [ "${1:-}" = --fast ]; then
  fast=1
  shift
  unset "${!TEST_@}"
  filter="FullyQualifiedName!~HealthDashboard.Tests.Browser&FullyQualifiedName!~HealthDashboard.Tests.Servers&FullyQualifiedName!~HealthDashboard.Tests.Faults"
  set -- --filter "$filter" "$@"
fi

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

# No host of a test follows its settings file: many at once would reach the system's limit of file watchers (fs.inotify.max_user_instances).
export DOTNET_hostBuilder__reloadConfigOnChange=false
[ "$fast" ] || part install install_missing
# A server that is installed and does not start is a failure, not a reason to skip. One that is named already is used as it is.
status=0
if [ -z "$fast" ] && [ -z "${TEST_REDIS:-}" ] && command -v redis-server >/dev/null; then start_redis || status=1; fi
if [ -z "$fast" ] && [ -z "${TEST_INFLUXDB:-}" ] && command -v influxd >/dev/null; then start_influxdb || status=1; fi

# More failures than this in one run are no chance, and are not repeated.
most_repeats=10
runs=0
flaky=0

# run_tests DIRECTORY ARGUMENTS...: the results and the log go there.
run_tests() {
  local results=$1
  shift
  mkdir -p "$results"
  dotnet test HealthDashboard.sln --configuration Release --no-build --logger trx --logger "console;verbosity=minimal" \
    --results-directory "$results" --blame-hang-timeout 10m --blame-hang-dump-type none "$@" | tee "$results/log"
}

# failed_tests DIRECTORY: the full name of each test method that failed, how many of its cases did, and when the first did.
failed_tests() {
  cat "$1"/*.trx 2>/dev/null | awk '
    function attribute(name) { return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
    /<UnitTestResult / && attribute("outcome") == "Failed" { time[attribute("testId")] = attribute("endTime") }
    /<UnitTest / { id = attribute("id") }
    /<TestMethod / && id in time { test = attribute("className") "." attribute("name"); cases[test]++; if (!(test in first)) first[test] = time[id] }
    END { for (test in cases) print test, cases[test], first[test] }'
}

# test_all ARGUMENTS...: what fails runs once more, alone. When it passes then it counts as passed, and is named at the end.
test_all() {
  local results=$work/results/$((runs += 1)) test cases time
  run_tests "$results" "$@" && return
  failed_tests "$results" >"$results/failed"
  # A run that broke off is no test that failed by chance.
  if ! [ -s "$results/failed" ] || [ "$(wc -l <"$results/failed")" -gt $most_repeats ] || grep -qi abort "$results/log"; then
    status=1
    return
  fi
  while read -r test cases time; do
    echo "Once more, alone: $test"
    if run_tests "$work/repeats/$runs/$test" --filter "FullyQualifiedName=$test" </dev/null; then
      flaky=$((flaky + cases))
      echo "FLAKY $test failed at $time and passed when it ran again alone" >>"$work/flaky"
    else
      status=1
    fi
  done <"$results/failed"
}

if part build dotnet build HealthDashboard.sln --configuration Release --nologo --verbosity quiet; then
  part tests test_all "$@"
  # All pages once more, with every role on a server that there is one for.
  if [ $# -eq 0 ] && [ -n "${TEST_REDIS:-}" ] && [ -n "${TEST_INFLUXDB:-}" ]; then
    export TEST_STORES=servers
    part pages-on-servers test_all --filter FullyQualifiedName~HealthDashboard.Tests.Browser
  fi
else
  status=1
fi

# What failed once more, where a reader looks first and where a log that is cut short still has it.
if grep -q '^  Failed ' "$work"/results/*/log 2>/dev/null; then
  echo
  awk '/^  Failed / { lines = 40 } /^(  (Passed|Skipped) |\[xUnit|Data collector|Results File)/ { lines = 0 } lines-- > 0' "$work"/results/*/log
  echo
fi

# by_part: for each folder of the tests, and for each class of contracts, how many passed, failed and were skipped, and their seconds.
by_part() {
  cat "$work"/results/*/*.trx 2>/dev/null | awk '
    function attribute(name) { return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : "" }
    /<UnitTestResult / {
      split(attribute("testName"), name, "[.(]")
      key = name[3] == "Contracts" ? name[3] "." name[4] : name[3]
      keys[key]; count[key, attribute("outcome")]++
      split(attribute("duration"), time, ":"); seconds[key] += time[1] * 3600 + time[2] * 60 + time[3]
    }
    END { for (key in keys) printf "%-40s %5d passed %3d failed %3d skipped %6d s\n", key, count[key, "Passed"], count[key, "Failed"], count[key, "NotExecuted"], seconds[key] }' | sort
  # Tests run side by side, so their seconds add up to more than a part took.
  [ ! -e "$work/parts" ] || awk '{ printf "%s%s %d s", (NR > 1 ? ", " : "Took: "), $1, $2 } END { print "" }' "$work/parts"
}

# The counters of every result file, added up. A skipped test is counted in "total" and not in "executed".
count() {
  cat "$work"/results/*/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*" | grep -o '[0-9]*$' \
    | { local sum=0 n; while read -r n; do sum=$((sum + n)); done; echo "$sum"; }
}
total=$(count total) executed=$(count executed) passed=$(($(count passed) + flaky))
failed=$((executed - passed)) skipped=$((total - executed))
[ "$executed" -gt 0 ] || { echo "No test ran." >&2; status=1; }
[ "$failed" -eq 0 ] || status=1
by_part
[ ! -e "$work/flaky" ] || cat "$work/flaky"
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
