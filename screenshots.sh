#!/usr/bin/env bash
# Takes the README's pictures anew (docs/images); ./screenshots.sh FOLDER takes every page in both themes and sizes.
set -euo pipefail
cd "$(dirname "$0")"
exec dotnet run --configuration Release --project bench -- screenshots "$@"
