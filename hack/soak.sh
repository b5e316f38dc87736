#!/usr/bin/env bash
# Runs the operator for long while everything around it changes; see Tests/EndToEndTests/Soak.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/soak.sh [--minutes N] [--profiles N] [--seed N]

Starts a real control plane and a release build of the operator, and creates profiles that
are then edited, deleted and recreated by chance, as are their objects; the API server is
killed twice. At the end the operator must hold as much memory and as many descriptors as
early on, and the cluster must be exactly as the profiles ask.

  --minutes N    how long the changes last (default 10)
  --profiles N   default 300
  --seed N       of the changes, to have the same again; default: by chance

Exit code 0 when all is well, 1 when not, 2 for wrong usage.
USAGE
}

fail_usage() {
  echo "soak: $*; see hack/soak.sh --help" >&2
  exit 2
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "${here%/*}"
minutes=10
profiles=300
seed=$RANDOM

while [[ $# -gt 0 ]]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --minutes | --profiles | --seed)
      [[ ${2:-} =~ ^[1-9][0-9]{0,5}$ ]] || fail_usage "$1 takes a number from 1 to 999999, not \"${2:-}\""
      printf -v "${1#--}" %s "$2"; shift ;;
    *) fail_usage "unknown option: $1" ;;
  esac
  shift
done

"$here/install-dependencies.sh"
log=$(mktemp)
trap 'rm -f "$log"; "$here/control-plane.sh" stop --name end-to-end >/dev/null || true' EXIT
build() {
  if ! swift build "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    exit 1
  fi
}
echo "soak: building"
build -c release --product terway-operator --scratch-path .build-release
build --build-tests
TERWAY_OPERATOR_BINARY=$(swift build -c release --scratch-path .build-release --show-bin-path)/terway-operator
export TERWAY_OPERATOR_BINARY
export TERWAY_SOAK_SECONDS=$((minutes * 60)) TERWAY_SOAK_PROFILES=$profiles TERWAY_SOAK_SEED=$seed
swift test --skip-build --disable-xctest --no-parallel --filter '^EndToEndTests\..*Soak'
