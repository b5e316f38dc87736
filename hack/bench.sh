#!/usr/bin/env bash
# Measures what the operator promises about speed and memory, in a release build.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/bench.sh [OPTION...]

Builds for release in .build-release, runs each benchmark several times and prints a table with
the least, the median and the greatest value of each measurement, beside its target. Those that
need one get a control plane of their own, which ends with the run. What is compared is compared
within one run, on the same machine at the same time; the load of the machine is told, because
numbers from a busy one are worth little.

  --only NAME         only this benchmark; may be given several times
  --list              the benchmarks
  --runs N            how often each is run (default 3)
  --nodes N           how many Terway Nodes there are, of 27 KB each (default 10000; creating
                      them takes minutes)
  --profiles N        how many profiles are created at once (default 300)
  --fleet N           how many nodes the benchmark fleet plays and sizes (default 2000); it runs
                      only when it is named, because the server writes an audit log for it, and
                      its first minutes are the making of the nodes
  --nab DIR           score the anomaly detector on the files of the Numenta Anomaly Benchmark,
                      or a part of them, in DIR (with config, labels and data), and nothing else
  -o, --output FORMAT table (default) or json on standard output
  --plane NAME        the name of the control plane (default bench)
  --keep-plane        leave it running, with what was created in it, for the next run
  -h, --help          this text

The JSON is also written to .build-release/bench.json. The exit code is 0 when everything could
be measured, whether or not targets were met, 1 when something failed, 2 for wrong usage.

Environment:
  KUBEBUILDER_ASSETS  see hack/control-plane.sh --help
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}
cd "$root"

readonly BUILD=.build-release
readonly REPORT=$BUILD/bench.json
readonly PROGRAM=$BUILD/release/terway-benchmark

plane=bench
keep=false
list=false
nab=
started=false
names=()
products=(terway-operator terway-benchmark)
options=(--report "$REPORT")

say() { echo "bench: $*" >&2; }

usage_error() {
  say "$*; see hack/bench.sh --help"
  exit 2
}

# As it is shipped: with Swift's libraries linked in.
build() {
  local product
  say "building for release; the log is $BUILD/bench-build.log"
  mkdir -p "$BUILD"
  for product in "${products[@]}"; do
    swift build --configuration release --static-swift-stdlib --scratch-path "$BUILD" --product "$product" \
      >"$BUILD/bench-build.log" 2>&1 ||
      { tail -n 40 "$BUILD/bench-build.log"; say "it does not build"; exit 1; }
  done
}

# By name only: what else runs then is slowed down by the audit log.
is_fleet() { [[ " ${names[*]} " == *' fleet '* ]]; }

needs_plane() {
  local listing
  listing=$("$PROGRAM" --list | grep 'needs a control plane') || return 1
  [[ ${#names[@]} -gt 0 ]] || return 0
  printf '%s\n' "${names[@]}" | grep -qxF -f <(awk '{ print $1 }' <<<"$listing")
}

# Without the audit log where nobody reads it: it costs the server time.
start_plane() {
  local level=none definitions=(crds/*_*.yaml hack/control-plane/crds/*.yaml)
  if is_fleet; then
    level=Writes
    definitions+=(hack/terway-simulator/crds/*.yaml)
  fi
  started=true
  "$here/control-plane.sh" start --name "$plane" --no-prometheus --audit-level "$level" >&2
  eval "$("$here/control-plane.sh" env --name "$plane")"
  "$here/control-plane/compatible-crds.py" --server-version "$TERWAY_KUBERNETES_VERSION" "${definitions[@]}" |
    "$TERWAY_KUBECTL" apply --server-side --force-conflicts -f - >&2
  options+=(--kubeconfig "$KUBECONFIG")
  if is_fleet; then options+=(--audit-log "$TERWAY_AUDIT_LOG"); fi
}

clean_up() {
  local status=$?
  trap - EXIT
  if [[ $started == true && $keep == false ]]; then "$here/control-plane.sh" stop --name "$plane" || true; fi
  exit "$status"
}

main() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --list) list=true ;;
      --only)
        [[ ${2:-} =~ ^[a-z-]+$ ]] || usage_error "--only takes the name of a benchmark, not \"${2:-}\""
        names+=("$2"); options+=(--only "$2"); shift ;;
      --runs | --nodes | --profiles | --fleet)
        [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || usage_error "$1 takes a whole number above 0, not \"${2:-}\""
        options+=("$1" "$2"); shift ;;
      -o | --output)
        [[ ${2:-} =~ ^(table|json)$ ]] || usage_error "$1 takes table or json, not \"${2:-}\""
        options+=(--output "$2"); shift ;;
      --nab)
        [[ -d ${2:-} ]] || usage_error "--nab takes a folder, not \"${2:-}\""
        nab=$2; options+=(--nab "$2"); shift ;;
      --plane)
        [[ -n ${2:-} ]] || usage_error "--plane takes a name"
        plane=$2; shift ;;
      --keep-plane) keep=true ;;
      *) usage_error "unknown option: $1" ;;
    esac
    shift
  done
  # Deterministic, and without the operator.
  if [[ -n $nab && ${#names[@]} -eq 0 ]]; then
    names=(nab); products=(terway-benchmark); options+=(--only nab --runs 1)
  fi
  if is_fleet; then products+=(terway-simulator); fi
  build
  if [[ $list == true ]]; then
    "$PROGRAM" --list
    exit
  fi
  for name in "${names[@]}"; do
    "$PROGRAM" --list | awk '{ print $1 }' | grep -qxF -- "$name" || usage_error "there is no benchmark $name; see --list"
  done
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if needs_plane; then start_plane; fi
  say "revision $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(swift --version 2>/dev/null | head -n 1)"
  "$PROGRAM" "${options[@]}"
  say "the JSON is in $REPORT"
}

main "$@"
