#!/usr/bin/env bash
# Changes every threshold and every `for` of every alert by a little, and sees that promtool's tests notice.
set -euo pipefail

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  cat <<'USAGE'
Usage: hack/mutate-alerts.sh

Prints how many mutants there are and how many survive. A survivor is a threshold that no case in
Tests/MonitoringTests/Alerts comes near to: the exit code is 1, and the survivors are listed.
USAGE
  exit 0
fi

cd "$(dirname "${BASH_SOURCE[0]}")/.."
MUTATE_ALERTS=1 exec swift test --disable-xctest --no-parallel --filter 'Mutated alerts'
