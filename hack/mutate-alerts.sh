#!/usr/bin/env bash
# Changes every threshold, every `for` and every width of a band by a little, and sees that promtool's tests notice.
set -euo pipefail

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  cat <<'USAGE'
Usage: hack/mutate-alerts.sh [PART]

Prints how many mutants there are and how many survive. PART is part of the names of the alerts
to look at; without it, all are. A survivor is a threshold that no case in
Tests/MonitoringTests/Alerts comes near to: the exit code is 1, and the survivors are listed.
USAGE
  exit 0
fi

cd "$(dirname "${BASH_SOURCE[0]}")/.."
MUTATE_ALERTS=1 MUTATE_ALERTS_ONLY=${1:-} exec swift test --disable-xctest --no-parallel --filter 'Mutated alerts'
