#!/usr/bin/env bash
# A real Kubernetes control plane (etcd, kube-apiserver, kube-controller-manager) and a
# real Prometheus on loopback, for tests, the demo and benchmarks. No kubelet and no
# scheduler: nothing runs in it, every API behaves as in a cluster.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/control-plane.sh COMMAND [--name NAME] [OPTION...]

  start                start a control plane, or tell about the one that runs
      --no-prometheus            without Prometheus
      --audit-level LEVEL        none, Metadata (default), RequestResponse, or Writes: no reads,
                                 and the answers to writes of nodes
  stop                 end it and remove its state; --all: all of them
  status               tell what runs; exit code 0 when all is well, else 1
  env                  print `export NAME=value` lines, for eval
  kill-apiserver       kill -9 the kube-apiserver only; everything else goes on
  start-apiserver      start it again, on the same port
  restart-controllers  restart the controller manager: garbage collection then knows
                       new CRDs at once, which else takes up to 30 seconds
  compact              compact etcd and restart the kube-apiserver (its watch cache would
                       still serve old watches): a watch from any resourceVersion seen
                       before gets 410. --keep-apiserver: compact etcd only, which
                       expires `continue` tokens and leaves watches as they are
  build                only make sure that the binaries are there

NAME (default: default) tells several control planes apart; they run side by side.
The state of each is in .build-control-plane/NAME: kubeconfig, logs/, pki/, audit.log, …

Environment:
  KUBEBUILDER_ASSETS          folder with kube-apiserver, etcd, kubectl, and
                              kube-controller-manager, of any version; when it is not
                              set, Kubernetes 1.20.2 is built once from Debian's source
  TERWAY_CONTROL_PLANE_CACHE  where that build is kept; default:
                              ~/.cache/terway-operator/kubernetes-1.20.2
  TERWAY_START_TIMEOUT        seconds that each component has to get ready (default 120)
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly BASE=${here%/*}/.build-control-plane
readonly CACHE=${TERWAY_CONTROL_PLANE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/terway-operator/kubernetes-1.20.2}
readonly TIMEOUT=${TERWAY_START_TIMEOUT:-120}

# shellcheck source=hack/control-plane/processes.sh
source "$here/control-plane/processes.sh"
# shellcheck source=hack/control-plane/files.sh
source "$here/control-plane/files.sh"
# shellcheck source=hack/control-plane/components.sh
source "$here/control-plane/components.sh"

# What `settings` in the state directory remembers of the start.
readonly SETTINGS=(AUDIT_LEVEL WITH_PROMETHEUS API_SERVER CONTROLLER_MANAGER ETCD KUBECTL PROMETHEUS
  KUBERNETES_VERSION API_PORT ETCD_PORT ETCD_PEER_PORT PROMETHEUS_PORT)
AUDIT_LEVEL=Metadata
WITH_PROMETHEUS=true
PROMETHEUS=
PROMETHEUS_PORT=
name=default
state=
all=false
keep_apiserver=false

say() { echo "control-plane: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

# --- Binaries ---------------------------------------------------------------------------

# Sets the variable to the program's path: in KUBEBUILDER_ASSETS, else in PATH.
find_program() {
  local variable=$1 program=$2 package=$3 path
  if [[ -x ${KUBEBUILDER_ASSETS:-}/$program ]]; then
    path=$(realpath -s "$KUBEBUILDER_ASSETS/$program")
  else
    path=$(command -v "$program") ||
      fail "$program is missing (Debian package $package): run hack/install-dependencies.sh"
  fi
  printf -v "$variable" %s "$path"
}

find_binaries() {
  local directory=$CACHE
  if [[ -n ${KUBEBUILDER_ASSETS:-} ]]; then
    directory=$(realpath -m "$KUBEBUILDER_ASSETS")
    [[ -x $directory/kube-apiserver ]] ||
      fail "KUBEBUILDER_ASSETS is $directory, but there is no kube-apiserver in it; unset it to build one"
  else
    build_once
  fi
  API_SERVER=$directory/kube-apiserver
  CONTROLLER_MANAGER=$directory/kube-controller-manager
  if [[ ! -x $CONTROLLER_MANAGER ]]; then
    say "WARNING: no kube-controller-manager in KUBEBUILDER_ASSETS ($directory): there will be no garbage" \
      "collection, no deletion of namespaces, no service accounts and no jobs. Put one of the same version there."
    CONTROLLER_MANAGER=
  fi
  KUBERNETES_VERSION=$("$API_SERVER" --version | awk '{ print $2 }')
}

build_once() {
  [[ ! -x $CACHE/kube-apiserver ]] || return 0
  mkdir -p "$(dirname "$CACHE")"
  exec {build_lock}>"$CACHE.lock"
  if ! flock --nonblock "$build_lock"; then
    say "waiting for another build of Kubernetes"
    flock "$build_lock"
  fi
  if [[ ! -x $CACHE/kube-apiserver ]]; then
    "$here/install-dependencies.sh" --control-plane-build
    "$here/control-plane/build-kubernetes.sh" "$CACHE"
  fi
  exec {build_lock}>&-
}

find_tools() {
  local program
  for program in openssl curl flock setsid; do
    command -v "$program" >/dev/null || fail "$program is missing: run hack/install-dependencies.sh"
  done
  find_program ETCD etcd etcd-server
  find_program KUBECTL kubectl kubernetes-client
  [[ $WITH_PROMETHEUS == false ]] || find_program PROMETHEUS prometheus prometheus
}

# --- Commands ---------------------------------------------------------------------------

# Commands on one name wait for each other.
lock_name() {
  mkdir -p "$BASE"
  exec {name_lock}>"$BASE/.$name.lock"
  flock "$name_lock"
}

load() {
  [[ -f $state/settings ]] || fail "no control plane \"$name\" here; start it with: hack/control-plane.sh start --name $name"
  # shellcheck source=/dev/null
  source "$state/settings"
}

is_healthy() {
  local component
  [[ -f $state/env ]] || return 1
  for component in $(components); do is_alive "$component" || return 1; done
  # On a busy machine an answer can take its time.
  wait_until kube-apiserver 15 apiserver_is_ready
}

stop() {
  # shellcheck disable=SC2046  # pids
  end_processes TERM $(processes_below "$state")
  rm -rf "$state"
}

abandon_start() {
  say "start of \"$name\" did not succeed; cleaning up"
  stop
}

start_anew() {
  trap abandon_start EXIT
  umask 077
  mkdir -p "$state/logs" "$state/pki"
  start_on_free_port etcd ETCD_PORT start_etcd etcd_is_ready
  write_keys
  write_audit_policy
  if [[ $WITH_PROMETHEUS == true ]]; then
    write_prometheus_configuration
    start_on_free_port prometheus PROMETHEUS_PORT start_prometheus prometheus_is_ready
  fi
  start_on_free_port kube-apiserver API_PORT start_apiserver apiserver_is_ready
  write_kubeconfigs
  if [[ -n $CONTROLLER_MANAGER ]]; then
    ensure_controllers
  fi
  declare -p "${SETTINGS[@]}" | sed 's/^declare -- /declare -g /' >"$state/settings"
  environment >"$state/env"
  trap - EXIT
}

describe() {
  cat <<TEXT
control plane   $name, Kubernetes $KUBERNETES_VERSION
server          https://127.0.0.1:$API_PORT
kubeconfig      $state/kubeconfig
audit log       $([[ $AUDIT_LEVEL == none ]] && echo none || echo "$state/audit.log ($AUDIT_LEVEL)")
prometheus      $([[ $WITH_PROMETHEUS == true ]] && echo "http://127.0.0.1:$PROMETHEUS_PORT, rules and targets in $state/prometheus" || echo none)
logs            $state/logs
use it          eval "\$(hack/control-plane.sh env --name $name)"
TEXT
}

command_start() {
  local wanted="$AUDIT_LEVEL $WITH_PROMETHEUS"
  lock_name
  # shellcheck source=/dev/null
  if [[ -f $state/settings ]] && source "$state/settings" && is_healthy; then
    [[ $wanted == "$AUDIT_LEVEL $WITH_PROMETHEUS" ]] ||
      fail "\"$name\" runs already, with other options (audit level $AUDIT_LEVEL, Prometheus: $WITH_PROMETHEUS); stop it first"
  else
    read -r AUDIT_LEVEL WITH_PROMETHEUS <<<"$wanted"
    find_binaries
    find_tools
    stop
    start_anew
  fi
  describe
}

command_stop() {
  local names=("$name") directory
  if [[ $all == true ]]; then
    names=()
    for directory in "$BASE"/*/; do
      if [[ -d $directory ]]; then names+=("$(basename "$directory")"); fi
    done
  fi
  for name in "${names[@]}"; do
    state=$BASE/$name
    lock_name
    stop
  done
  if [[ $all == true ]]; then
    # shellcheck disable=SC2046  # pids
    end_processes TERM $(processes_below "$BASE")
  fi
}

command_status() {
  local component healthy=true
  load
  describe
  for component in $(components); do
    if is_alive "$component"; then
      echo "$component: running, pid $(pid_of "$component")"
    else
      echo "$component: not running; log: $(log_of "$component")"
      healthy=false
    fi
  done
  if [[ $healthy == false ]] || ! is_healthy; then
    say "\"$name\" is not healthy"
    return 1
  fi
}

command_env() {
  load
  cat "$state/env"
}

command_kill_apiserver() {
  lock_name
  load
  is_alive kube-apiserver || fail "the kube-apiserver of \"$name\" does not run"
  kill_apiserver
}

command_start_apiserver() {
  lock_name
  load
  ensure_apiserver
}

command_restart_controllers() {
  lock_name
  load
  [[ -n $CONTROLLER_MANAGER ]] || fail "\"$name\" runs without a kube-controller-manager"
  end_processes TERM "$(pid_of kube-controller-manager)"
  ensure_controllers
}

etcd_call() { curl -fsS --noproxy '*' --max-time 60 "http://127.0.0.1:$ETCD_PORT/v3/kv/$1" -d "$2"; }

# The write makes every revision that a client can know older than the one compacted to,
# which is also where the new apiserver's watch cache begins.
command_compact() {
  local revision
  lock_name
  load
  revision=$(etcd_call put '{"key":"Y29tcGFjdGVk","value":""}' | grep -o '"revision":"[0-9]*"' | tr -dc 0-9)
  etcd_call compaction "{\"revision\":$revision,\"physical\":true}" >/dev/null
  if [[ $keep_apiserver == false ]]; then
    kill_apiserver
    ensure_apiserver
  fi
  say "compacted \"$name\" to revision $revision"
}

command_build() {
  find_binaries
  say "Kubernetes $KUBERNETES_VERSION: $API_SERVER"
}

usage_error() {
  say "$*; see hack/control-plane.sh --help"
  exit 2
}

main() {
  local command=${1:-}
  case $command in
    -h | --help) usage; exit 0 ;;
    start | stop | status | env | kill-apiserver | start-apiserver | restart-controllers | compact | build) shift ;;
    '') usage >&2; exit 2 ;;
    *) usage_error "unknown command: $command" ;;
  esac
  while [[ $# -gt 0 ]]; do
    case $command:$1 in
      *:-h | *:--help) usage; exit 0 ;;
      *:--name)
        [[ ${2:-} =~ ^[a-z0-9]([a-z0-9-]*[a-z0-9])?$ ]] || usage_error "--name takes lowercase letters, digits and -, not \"${2:-}\""
        name=$2; shift ;;
      start:--no-prometheus) WITH_PROMETHEUS=false ;;
      start:--audit-level)
        [[ ${2:-} =~ ^(none|Writes|Metadata|RequestResponse)$ ]] ||
          usage_error "--audit-level takes none, Writes, Metadata or RequestResponse"
        AUDIT_LEVEL=$2; shift ;;
      stop:--all) all=true ;;
      compact:--keep-apiserver) keep_apiserver=true ;;
      *) usage_error "unknown option of $command: $1" ;;
    esac
    shift
  done
  state=$BASE/$name
  # An interrupt becomes an exit, and the exit cleans up.
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  "command_${command//-/_}"
}

main "$@"
