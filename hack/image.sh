#!/usr/bin/env bash
# Builds the root file system of the image without a container engine, and tries it.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/image.sh [--output DIRECTORY] [--program FILE] [--once] [--keep] [-h|--help]

Performs the Dockerfile, line by line, in minimal Debians made by debootstrap; this machine's
Swift toolchain takes the place of the image with the toolchain. Then, in the file system that
comes of it, mounted read-only, as the Dockerfile's user and without capabilities:
`terway-operator version`, and the operator itself against the cluster of $KUBECONFIG, if that
is set, until it is ready.

Reports the size and what of it is largest, writes image.tar, image.spdx.json and
size.txt into DIRECTORY (default: .build/image), and does everything twice: the same
commit gives the same bytes. Needs root; installs debootstrap if it is missing.

  --output DIRECTORY  where to write
  --program FILE      a built program, in place of what the Dockerfile's first stage builds; if it
                      wants the toolchain's libraries, it sees them while it is tried
  --once              do not compare with a second build
  --keep              keep the file system in DIRECTORY/root
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}

# shellcheck source=hack/release/debian.sh
source "$here/release/debian.sh"

output=$root/.build/image
program=
once=false
keep=false

say() { echo "image: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

# --- The Dockerfile ---------------------------------------------------------------------

# One instruction a line, without comments.
instructions() { sed '/^[[:space:]]*#/d; /^[[:space:]]*$/d' Dockerfile | sed ':a; /\\$/ { N; s/\\\n[[:space:]]*/ /; ba }'; }

# word INSTRUCTION: its last argument in the file; what is written as JSON, as words.
word() { instructions | sed -n "s/^$1 //p" | tail -n 1 | jq -Rr '. as $line | try (fromjson | join(" ")) catch $line'; }

label() { instructions | grep '^LABEL ' | sed -n "s/.*org.opencontainers.image.$1=\"\([^\"]*\)\".*/\1/p"; }

# start_stage DIRECTORY IMAGE [AS NAME]
start_stage() {
  local packages=()
  case $2 in
    swift:*"-$DEBIAN") read -rd '' -a packages <<<"$TOOLCHAIN_PACKAGES" || true ;;
    "debian:$DEBIAN-slim") ;;
    *) fail "the Dockerfile begins a stage with $2, which this script cannot make" ;;
  esac
  stage=$1/${4:-last}
  workdir=/
  arguments=()
  say "stage ${4:-last}: $2"
  make_debian "$stage" "${packages[@]}"
  if [[ $2 == swift:* ]]; then mkdir -p "$stage$(toolchain)"; fi
}

# copy DIRECTORY [--from=STAGE] SOURCE... DESTINATION
copy() {
  local directory=$1 from=$root to source
  shift
  if [[ $1 == --from=* ]]; then
    from=$directory/${1#--from=}
    shift
  fi
  to=${*: -1}
  [[ $to == /* ]] || to=${workdir%/}/$to
  for source in "${@:1:$#-1}"; do
    # As Docker does: of a folder the content, of a file the file.
    if [[ -d $from/$source ]]; then
      mkdir -p "$stage$to"
      cp --archive "$from/$source/." "$stage$to/"
    else
      [[ $to != */ ]] || mkdir -p "$stage$to"
      install -D --preserve-timestamps --mode "$(stat --format %a "$from/$source")" "$from/$source" "$stage$to"
    fi
  done
}

run() {
  say "run: ${1:0:100}"
  inside "$stage" env --ignore-environment HOME=/root PATH="$(toolchain)/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
    DEBIAN_FRONTEND=noninteractive "${arguments[@]}" sh -c "cd $workdir && $1" >"$stage.log" 2>&1 </dev/null ||
    { tail -n 40 "$stage.log" >&2; fail "this line of the Dockerfile failed: RUN $1"; }
}

# perform DIRECTORY: every stage in a folder of its name; the last one is DIRECTORY/last.
perform() {
  local directory=$1 stage='' workdir=/ arguments=() words skip=false instruction rest
  while read -r instruction rest; do
    read -ra words <<<"$rest"
    # A program that was built elsewhere stands for the whole stage that builds one.
    if [[ $instruction == FROM ]]; then
      skip=false
      if [[ -n $program && ${words[2]:-} == builder ]]; then
        skip=true
        install -D --mode 0755 "$program" "$directory/builder/out/usr/local/bin/terway-operator"
        ln -s terway-operator "$directory/builder/out/usr/local/bin/kubectl-terway"
      fi
    fi
    if [[ $skip == true ]]; then continue; fi
    case $instruction in
      FROM) start_stage "$directory" "${words[@]}" ;;
      WORKDIR) workdir=$rest; mkdir -p "$stage$workdir" ;;
      COPY) copy "$directory" "${words[@]}" ;;
      ARG) [[ $rest != COMMIT=* ]] || arguments+=("COMMIT=$(git rev-parse --short=12 HEAD)") ;;
      RUN) run "$rest" ;;
      LABEL | USER | EXPOSE | ENTRYPOINT | CMD) ;;
      *) fail "the Dockerfile says $instruction, which this script cannot perform" ;;
    esac
  done < <(instructions)
}

pack() {
  tar --create --directory "$1" --sort=name --numeric-owner --mtime "@$epoch" --exclude='./dev/*' --exclude='./proc/*' \
    --exclude='./sys/*' --exclude=./usr/sbin/policy-rc.d --exclude=./etc/resolv.conf --exclude=./etc/hosts \
    --pax-option=delete=atime,delete=ctime . >"$2"
}

# --- Trying it --------------------------------------------------------------------------

# confined DIRECTORY COMMAND...: in that file system, read-only, as the image's user, with nothing that root may do.
confined() (
  directory=$1
  user=$(word USER)
  shift
  # A subshell that is killed would clean up for the whole script.
  trap - EXIT
  # shellcheck disable=SC2016  # the inner shell expands
  IMAGE_USER=$user TOOLCHAIN=$(toolchain) unshare --mount --fork --kill-child -- bash -euc '
    mount --bind "$0" "$0"
    mount --bind /dev "$0/dev"
    mount -t proc proc "$0/proc"
    [[ ! -d $0$TOOLCHAIN ]] || mount --bind "$TOOLCHAIN" "$0$TOOLCHAIN"
    mount -o remount,bind,ro "$0"
    exec chroot "$0" /usr/bin/env --ignore-environment PATH=/usr/local/bin:/usr/bin:/bin KUBECONFIG="${CONFINED_KUBECONFIG:-}" \
      /usr/bin/setpriv --reuid "${IMAGE_USER%:*}" --regid "${IMAGE_USER#*:}" --clear-groups --no-new-privs \
      --bounding-set=-all --inh-caps=-all -- "$@"
  ' "$directory" "$@"
)

try() {
  local directory=$1 said
  if [[ -n $program ]]; then mkdir -p "$directory$(toolchain)"; fi
  said=$(confined "$directory" "$(word ENTRYPOINT)" version)
  say "runs: $said"
  if confined "$directory" sh -c 'touch /tmp/a' 2>/dev/null; then fail "the file system can be written to"; fi
  said=$(confined "$directory" id -u)
  [[ $said == 65532 ]] || fail "it does not run as user 65532, but as $said"
  if [[ -n ${KUBECONFIG:-} ]]; then try_operator "$directory"; fi
}

try_operator() {
  local directory=$1 address=127.0.0.1:18081 job ready=false
  install -D --mode 0444 "$KUBECONFIG" "$directory/run/kubeconfig"
  # In a process group of its own, so that nothing of it stays.
  set -m
  # shellcheck disable=SC2046  # words
  CONFINED_KUBECONFIG=/run/kubeconfig confined "$directory" $(word ENTRYPOINT) $(word CMD) --metrics-bind-address 0 \
    --health-probe-bind-address "$address" >"$work/operator.log" 2>&1 &
  job=$!
  set +m
  for _ in {1..120}; do
    if curl --silent --fail --noproxy '*' "http://$address/readyz" >/dev/null; then
      ready=true
      break
    fi
    sleep 0.5
  done
  kill -- "-$job" || true
  wait "$job" 2>/dev/null || true
  rm -f "$directory/run/kubeconfig"
  if [[ $ready == false ]]; then
    tail -n 5 "$work/operator.log"
    fail "the operator was not ready within a minute; are its CustomResourceDefinitions there?"
  fi
  say "the operator is ready, read-only and without privileges"
}

report() {
  {
    echo "image.tar $(stat --format %s "$output/image.tar") bytes, compressed $(gzip --best --stdout "$output/image.tar" | wc -c)"
    echo "largest:"
    find "$1" -xdev -type f -printf '%s %P\n' | sort --numeric-sort --reverse | sed -n '1,8p'
  } >"$output/size.txt"
  cat "$output/size.txt" >&2
}

main() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --output) output=$(realpath -m "${2:?--output takes a directory}"); shift ;;
      --program) program=$(realpath "${2:?--program takes a file}"); shift ;;
      --once) once=true ;;
      --keep) keep=true ;;
      *) say "unknown option: $1; see hack/image.sh --help"; exit 2 ;;
    esac
    shift
  done
  cd "$root"
  needs_debootstrap
  work=$(mktemp -d)
  trap 'rm -rf --one-file-system "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  epoch=$(git log -1 --format=%ct)
  for name in title description source licenses version revision; do
    [[ -n $(label "$name") ]] || fail "the Dockerfile has no label org.opencontainers.image.$name"
  done
  mkdir -p "$output"
  perform "$work/one"
  pack "$work/one/last" "$output/image.tar"
  if [[ $once == false ]]; then
    perform "$work/two"
    pack "$work/two/last" "$work/two.tar"
    if ! cmp "$output/image.tar" "$work/two.tar"; then
      diff --recursive --brief --no-dereference "$work/one/last" "$work/two/last" >&2 || true
      fail "a second build differs"
    fi
    rm -rf --one-file-system "$work/two" "$work/two.tar"
    say "a second build is the same, byte for byte"
  fi
  python3 "$here/release/sbom.py" image --version "$(git describe --always --match 'v[0-9]*')" \
    --commit "$(git rev-parse --short=12 HEAD)" --epoch "$epoch" --program "$work/one/last/usr/local/bin/terway-operator" \
    --root "$work/one/last" >"$output/image.spdx.json"
  report "$work/one/last"
  try "$work/one/last"
  if [[ $keep == true ]]; then
    rm -rf --one-file-system "$output/root"
    mv "$work/one/last" "$output/root"
  fi
}

main "$@"
