#!/usr/bin/env bash
# Mutation testing: changes the program's code in small ways, one at a time, and sees whether a test fails.
#   ./mutation.sh Ingest     one of Clinical, Monitoring, Ingest; the report goes to mutation/, which is not committed
# Only the tests of that folder run, so it takes minutes and not days.
set -euo pipefail
cd "$(dirname "$0")"

folder=${1:?one of Clinical, Monitoring, Ingest}
# The other folders are helpers that these tests use.
export TestSources="Support/**/*.cs;Unit/$folder/**/*.cs"
dotnet tool restore
cd HealthDashboard.Tests
exec dotnet stryker --test-runner mtp --project HealthDashboard.csproj --configuration Release --concurrency 2 \
  --mutate "$folder/**/*.cs" --reporter cleartext --reporter json --reporter progress --output "../mutation/$folder" --skip-version-check
