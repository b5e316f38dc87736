#!/usr/bin/env bash
# Runs both commands of README on a machine that has never seen this project.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/clean-machine.sh [--keep] [--again] [COMMAND...]

Makes a minimal Debian 12 with debootstrap, with this machine's Swift toolchain, read-only, and
the libraries that the toolchain itself needs; clones the present commit into it; and runs there,
as root, the commands that README begins with, or those named here, until one fails:

  hack/clean-machine.sh                            about an hour and a half
  hack/clean-machine.sh './hack/test.sh --fast'

Everything else has to come from the commands. Needs root, and installs debootstrap if it is
missing. Networks, ports and the kernel are this machine's own.

  --keep   keep the machine, in .build/clean-machine
  --again  use the one that was kept, with the present commit

The exit code is that of the command that failed, or 0.
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}

# shellcheck source=hack/release/debian.sh
source "$here/release/debian.sh"

readonly MACHINE=$root/.build/clean-machine
# How this machine reaches registries is told by such variables.
readonly PASSED_ON='^(https?_proxy|no_proxy|HTTPS?_PROXY|NO_PROXY|PIP_[A-Z_]+|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)='

keep=false
again=false
commands=()

say() { echo "clean-machine: $*" >&2; }

# The lines of README's first console block, without prompt and comment.
readme_commands() { awk '/^```console/ { on = 1; next } /^```/ && on { exit } on && sub(/^\$ /, "") { sub(/ +#.*/, ""); print }' README.md; }

# Which authorities this machine trusts beside Debian's, and where its Python packages come from: copies, not the files.
copy_ways_out() {
  [[ ! -e /etc/pip.conf ]] || cp /etc/pip.conf "$MACHINE/etc/"
  cp --recursive /usr/local/share/ca-certificates/. "$MACHINE/usr/local/share/ca-certificates/"
  inside "$MACHINE" update-ca-certificates >/dev/null 2>&1
}

clean_up() {
  if [[ $keep == false ]]; then rm -rf --one-file-system "$MACHINE" "$MACHINE.log"; fi
}

run() {
  local environment=(HOME=/root LANG=C.UTF-8 USER=root)
  mapfile -t -O "${#environment[@]}" environment < <(env | grep -E "$PASSED_ON")
  inside "$MACHINE" env --ignore-environment "${environment[@]}" PATH="$(toolchain)/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
    bash -c "cd /root/terway-operator && $1"
}

main() {
  while [[ $# -gt 0 ]]; do
    case $1 in
      -h | --help) usage; exit 0 ;;
      --keep) keep=true ;;
      --again) again=true ;;
      -*) say "unknown option: $1; see hack/clean-machine.sh --help"; exit 2 ;;
      *) commands+=("$1") ;;
    esac
    shift
  done
  cd "$root"
  [[ ${#commands[@]} -gt 0 ]] || mapfile -t commands < <(readme_commands)
  needs_debootstrap
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  local clone=$MACHINE/root/terway-operator command
  if [[ $again == true && -d $clone ]]; then
    git -C "$clone" fetch --quiet origin HEAD
    git -C "$clone" reset --quiet --hard FETCH_HEAD
  else
    say "making a Debian with nothing but a toolchain in it"
    rm -rf --one-file-system "$MACHINE"
    # shellcheck disable=SC2086  # words
    make_debian "$MACHINE" $TOOLCHAIN_PACKAGES
    mkdir -p "$MACHINE$(toolchain)"
    git clone --quiet --no-hardlinks "file://$root" "$clone"
  fi
  copy_ways_out

  for command in "${commands[@]}"; do
    say "$(git rev-parse --short HEAD): $command"
    run "$command" </dev/null
    say "$command: done after $SECONDS s"
  done
}

main "$@"
