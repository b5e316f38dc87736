# shellcheck shell=bash disable=SC2154  # state and name are the sourcing script's
# Starting, finding and ending the control plane's processes; sourced by
# hack/control-plane.sh. $state is the state directory of one control plane.

readonly COMPONENTS=(etcd kube-apiserver kube-controller-manager prometheus)

log_of() { echo "$state/logs/$1.log"; }

pid_of() { cat "$state/$1.pid" 2>/dev/null || true; }

# argument_below DIRECTORY: a pattern for an argument, in a NUL-separated command line, that
# is a path below the directory. Every component is started with such an argument.
argument_below() { sed 's/[][\.*^$]/\\&/g; s/^/^/; s|$|/|' <<<"$1"; }

# A pid alone proves nothing, as it may have been reused.
is_alive() {
  local pid
  pid=$(pid_of "$1")
  [[ -n $pid ]] && grep -qsz -e "$(argument_below "$state")" "/proc/$pid/cmdline"
}

# Starts a component that outlives the caller and its terminal, and that holds none
# of its files: a pipe or a lock left open in a daemon would block whoever waits for it.
launch() {
  local component=$1 fd pid
  shift
  (
    cd /
    for fd in "/proc/$BASHPID/fd"/*; do
      fd=${fd##*/}
      if [[ $fd -gt 2 ]]; then exec {fd}>&-; fi
    done
    exec setsid "$@"
  ) </dev/null >>"$(log_of "$component")" 2>&1 &
  pid=$!
  echo "$pid" >"$state/$component.pid"
  disown "$pid"
  # Until the child has become the component, it would not be recognised as alive.
  while ! is_alive "$component" && kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
}

# Inode of the socket that listens on a TCP port, if any does.
listener_of() {
  awk -v port="$(printf ':%04X' "$1")" \
    '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# Whether the component itself listens there, not somebody else who was faster.
owns_port() {
  local inode
  inode=$(listener_of "$2")
  [[ -n $inode ]] && find "/proc/$(pid_of "$1")/fd" -lname "socket:\[$inode\]" 2>/dev/null | grep . >/dev/null
}

# Below the ephemeral range, so that no outgoing connection takes the port meanwhile.
free_port() {
  local port
  while port=$((10000 + (RANDOM * 32768 + RANDOM) % 20000)); do
    if [[ -z $(listener_of "$port") ]]; then
      echo "$port"
      return
    fi
  done
}

# wait_until COMPONENT SECONDS CHECK...: 0 when the check holds, 1 when the component
# died or the time is over.
wait_until() {
  local component=$1 deadline=$((SECONDS + $2))
  shift 2
  until "$@"; do
    is_alive "$component" && [[ $SECONDS -lt $deadline ]] || return 1
    sleep 0.05
  done
}

lost_its_port() { ! is_alive "$1" && tail -n 20 "$(log_of "$1")" | grep 'address already in use' >/dev/null; }

# start_on_free_port COMPONENT VARIABLE START READY: sets VARIABLE to a free port, calls
# START, waits for READY; takes another port when somebody else got hold of that one.
start_on_free_port() {
  local component=$1 variable=$2 start=$3 ready=$4
  for _ in 1 2 3 4 5; do
    printf -v "$variable" %s "$(free_port)"
    "$start"
    if wait_until "$component" "$TIMEOUT" "$ready"; then return; fi
    lost_its_port "$component" || break
  done
  component_failed "$component"
}

component_failed() {
  local why="is not ready after $TIMEOUT s"
  is_alive "$1" || why="ended"
  {
    echo "--- last lines of its log:"
    tail -n 25 "$(log_of "$1")"
    echo "---"
  } >&2
  fail "$1 $why (log above)"
}

# The components that run with paths below a directory, found without pid files: these are
# lost when somebody removes the directory under running processes.
processes_below() {
  local file program
  grep -lsz -e "$(argument_below "$1")" /proc/[0-9]*/cmdline | while read -r file; do
    program=$(tr '\0' '\n' 2>/dev/null <"$file" | head -n 1) || continue
    if [[ " ${COMPONENTS[*]} " == *" ${program##*/} "* ]]; then
      file=${file#/proc/}
      echo "${file%/cmdline}"
    fi
  done
}

# end_processes SIGNAL PID...: KILL follows for those still there after some seconds;
# returns when all are gone.
end_processes() {
  local signal=$1 deadline=$((SECONDS + 4)) pid
  shift
  while [[ $# -gt 0 ]]; do
    for pid in "$@"; do kill "-$signal" "$pid" 2>/dev/null || true; done
    while [[ $# -gt 0 && ($signal == KILL || $SECONDS -lt $deadline) ]]; do
      sleep 0.05
      # shellcheck disable=SC2046  # pids
      set -- $(still_running "$@")
    done
    signal=KILL
  done
}

# A zombie is gone, whether or not its parent ever collects it, once its last thread has
# ended: until then it holds its port.
still_running() {
  local pid threads
  for pid in "$@"; do
    threads=("/proc/$pid/task"/*)
    if [[ ${#threads[@]} -gt 1 ]] || grep -qs '^State:[[:space:]]*[^Z]' "/proc/$pid/status"; then echo "$pid"; fi
  done
}
