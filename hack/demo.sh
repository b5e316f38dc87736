#!/usr/bin/env bash
# Shows the operator at work on a real control plane and a real Prometheus, and leaves nothing running.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: hack/demo.sh [-h|--help]

On Debian 12 with a Swift 6.3 toolchain or newer: installs what is missing, builds the
operator, starts a control plane and a Prometheus on loopback, and shows the life of a
TerwayMonitoringProfile, and how an EniAutoscalePolicy sizes and heals a Terway, played by
hack/terway-simulator on 20 nodes, through a burst of pods and the failure of a daemon. At
its end, and on Ctrl-C, everything that it started is stopped.

The first run ever also builds Kubernetes itself (about 5 minutes on 2 cores), unless
$KUBEBUILDER_ASSETS names a folder with kube-apiserver, kube-controller-manager, etcd and
kubectl, of any version. Later runs take about two minutes.

The exit code is 0 when everything was as it should be, else 1.
USAGE
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${here%/*}
cd "$root"

readonly PLANE=demo
readonly PROFILE=terway
readonly SAMPLE=config/samples/ops_v1alpha1_terwaymonitoringprofile_minimal.yaml
readonly NAMESPACE=terway-operator-system
readonly NODES=20
readonly BURST=160
# Terway waits for minutes; the demo does not.
readonly SPEED=10
# Nor does the operator, before it takes a fault for one that lasts, or a change for one that failed.
readonly OPERATOR_SPEED=30
readonly POLICY=demo
readonly GENERATED=servicemonitors,prometheusrules,grafanadashboards,configmaps,services,deployments,jobs,cronjobs

step_number=0
job=
operator_pid=
operator_log=
simulator_pid=
workspace=
plane_started=false

# --- Telling ----------------------------------------------------------------------------

bold='' dim='' green='' red='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

step() {
  step_number=$((step_number + 1))
  printf '\n%s%d. %s%s\n' "$bold" "$step_number" "$*" "$plain"
}

note() { printf '   %s\n' "$*"; }
good() { printf '   %s✓%s %s\n' "$green" "$plain" "$*"; }
indented() { sed -u 's/^/   /'; }

# Runs a command in front of the reader.
shown() {
  printf '   %s$ %s%s\n' "$dim" "$*" "$plain"
  "$@" | indented
}

fail() {
  printf '\n%s✗ %s%s\n' "$red" "$*" "$plain" >&2
  if [[ -s $operator_log ]]; then
    echo "Last lines of the operator's log:" >&2
    tail -n 20 "$operator_log" >&2
  fi
  exit 1
}

now_ms() { date +%s%3N; }

# wait_for SECONDS WHAT COMMAND...: until the command succeeds.
wait_for() {
  local deadline=$((SECONDS + $1)) limit=$1 what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [[ -n $operator_pid ]] && ! kill -0 "$operator_pid" 2>/dev/null; then fail "the operator ended while waiting for: $what"; fi
    [[ $SECONDS -lt $deadline ]] || fail "not within $limit s: $what"
    sleep 0.05
  done
}

# In a process group of its own and waited for, so that Ctrl-C ends it, and at once.
supervised() {
  local status=0
  set -m
  "$@" </dev/null &
  job=$!
  set +m
  wait "$job" || status=$?
  job=
  return "$status"
}

# --- The end ----------------------------------------------------------------------------

end_job() {
  kill -INT -- "-$job" 2>/dev/null || true
  for _ in {1..50}; do
    kill -0 -- "-$job" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL -- "-$job" 2>/dev/null || true
}

# Returns what the operator returned, 137 when it had to be killed.
stop_operator() {
  local pid=$operator_pid deadline=$((SECONDS + 35)) status=0
  operator_pid=
  kill -TERM "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do
    [[ $SECONDS -lt $deadline ]] || kill -KILL "$pid" 2>/dev/null || true
    sleep 0.02
  done
  wait "$pid" 2>/dev/null || status=$?
  return "$status"
}

stop_simulator() {
  local pid=$simulator_pid
  simulator_pid=
  kill -TERM "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

clean_up() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  # Not where the interrupted command wrote to.
  exec >&"$console" 2>&1
  [[ $status -lt 128 ]] || echo "interrupted; stopping what was started"
  [[ -z $job ]] || end_job
  [[ -z $operator_pid ]] || stop_operator || true
  [[ -z $simulator_pid ]] || stop_simulator
  [[ $plane_started == false ]] || "$here/control-plane.sh" stop --name "$PLANE" || true
  [[ -z $workspace ]] || rm -rf "$workspace"
  exit "$status"
}

# --- 1, 2: what the demo stands on --------------------------------------------------------

# A release build is taken when there is one of these sources; a debug build is sooner there.
build_operator() {
  local release=.build/release/terway-operator log=$workspace/build.log
  if [[ -x $release && -z $(find Sources Package.swift -type f -newer "$release" -print -quit) ]]; then
    OPERATOR=$root/$release
    return
  fi
  supervised with_progress "$log" swift build --product terway-operator || {
    grep -E 'error:|warning:' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
    fail "the operator could not be built"
  }
  OPERATOR=$(swift build --show-bin-path)/terway-operator
}

build_simulator() {
  local log=$workspace/build.log
  supervised with_progress "$log" swift build --product terway-simulator || {
    grep -E 'error:|warning:' "$log" | head -n 20 >&2 || tail -n 20 "$log" >&2
    fail "the stand-in for Terway could not be built"
  }
  SIMULATOR=$(swift build --show-bin-path)/terway-simulator
}

# with_progress LOG COMMAND...: the last line of the log now and then.
with_progress() {
  local log=$1 status=0 ticker
  shift
  : >"$log"
  while sleep 10 >/dev/null 2>&1 {demo_lock}>&-; do
    printf '   %s%3d s  %.90s%s\n' "$dim" "$SECONDS" "$(tail -n 1 "$log")" "$plain"
  done &
  ticker=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$ticker" 2>/dev/null || true
  return "$status"
}

start_plane() { "$here/control-plane.sh" start --name "$PLANE" --audit-level none 2>&1 | grep -v '^use it' | indented; }

# CustomResourceDefinitions as the server takes them: an old one knows fewer keywords.
apply_definitions() {
  "$here/control-plane/compatible-crds.py" --server-version "$TERWAY_KUBERNETES_VERSION" "$@" |
    kubectl apply --server-side -f - | indented
}

kubectl() { "$TERWAY_KUBECTL" "$@"; }

# --- 4: the operator under its own account -----------------------------------------------

# A kubeconfig as a pod has it: the service account's token, nothing else.
write_operator_kubeconfig() {
  local token=$workspace/token
  (
    umask 077
    kubectl create --raw "/api/v1/namespaces/$NAMESPACE/serviceaccounts/terway-operator/token" -f - <<<'
      {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}' |
      jq -r .status.token >"$token"
  )
  cat >"$workspace/kubeconfig" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: demo
  cluster: {server: "$TERWAY_SERVER", certificate-authority: "$TERWAY_STATE/pki/server-ca.crt"}
users:
- name: terway-operator
  user: {tokenFile: "$token"}
contexts:
- name: demo
  context: {cluster: demo, user: terway-operator, namespace: $NAMESPACE}
current-context: demo
YAML
}

start_operator() {
  operator_log=$workspace/operator.log
  env -u KUBECONFIG "$OPERATOR" run --kubeconfig "$workspace/kubeconfig" --leader-elect --log-format json \
    --terway-speed "$OPERATOR_SPEED" \
    --metrics-bind-address 127.0.0.1:0 --health-probe-bind-address 127.0.0.1:0 >"$operator_log" 2>&1 </dev/null &
  operator_pid=$!
}

# The address that the operator says it listens on; purpose is metrics or health.
address_of() {
  jq -rR --arg purpose "$1" \
    'fromjson? | select((.for // "" | contains($purpose)) and .address) | .address' "$operator_log" | head -n 1
}

listens_for() { [[ -n $(address_of "$1") ]]; }
is_ready() { http_get "http://$(address_of health)/readyz"; }
http_get() { curl -fsS --noproxy '*' --max-time 5 "$@"; }

# --- Terway ------------------------------------------------------------------------------

start_simulator() {
  "$SIMULATOR" run --nodes "$NODES" --speed "$SPEED" --addresses-per-adapter 10 \
    >"$workspace/simulator.log" 2>&1 </dev/null &
  simulator_pid=$!
}
simulator_is_ready() { grep -q 'message=ready$' "$workspace/simulator.log"; }

# burst NAME PODS [NODE]: pods of a Job, on a node where one is named.
burst() {
  jq -n --arg name "$1" --argjson pods "$2" --arg node "${3:-}" '{
    apiVersion: "batch/v1", kind: "Job", metadata: {name: $name, namespace: "default"},
    spec: {parallelism: $pods, completions: $pods, template: {metadata: {labels: {app: $name}}, spec: (
      {restartPolicy: "Never", containers: [{name: "main", image: "none"}]}
      + if $node == "" then {} else {nodeName: $node} end)}}}' | kubectl apply -f -
}
policy() {
  cat <<YAML
apiVersion: ops.terway.io/v1alpha1
kind: EniAutoscalePolicy
metadata:
  name: $POLICY
spec:
  mode: Apply
  evaluationInterval: 2s
  budget: {maxConcurrentNodes: "50%", writesPerMinute: 600}
  remediation: {mode: Act}
YAML
}
policy_says() { # TYPE STATUS
  [[ $(kubectl get eniap "$POLICY" -o jsonpath="{.status.conditions[?(@.type==\"$1\")].status}") == "$2" ]]
}
sized_nodes() { kubectl get nodes -o json | jq '[.items[] | select(.metadata.labels["terway-config"] // "" | startswith("eniap-"))] | length'; }
nodes_are_sized() { [[ $(sized_nodes) -ge $1 ]]; }
nothing_is_sized() { [[ $(sized_nodes) == 0 ]]; }
remediation_is() { # NODE OUTCOME
  kubectl get eniap "$POLICY" -o json |
    jq -e --arg node "$1" --arg outcome "$2" 'any(.status.remediations[]?; .node == $node and .outcome == $outcome)'
}
remediations() {
  kubectl get eniap "$POLICY" -o json |
    jq -r '.status.remediations | reverse[] | "\(.time)  \(.outcome)  \(.fault) of \(.node) \(.action // "")\n  \(.message)"'
}
running() { kubectl -n default get pods -l "app=$1" --field-selector status.phase=Running -o name | wc -l; }
run() { [[ $(running "$1") -ge $2 ]]; }
daemon_of() {
  kubectl -n kube-system get pods -l app=terway-eniip --field-selector "spec.nodeName=$1" -o name | head -n 1
}
told_about() { # PREFIX REASON: an Event says so of an object whose name begins so.
  kubectl -n default get events.v1.events.k8s.io -o json |
    jq -e --arg prefix "$1" --arg reason "$2" \
      'any(.items[]; .reason == $reason and (.regarding.name | startswith($prefix)))'
}
utilisation() {
  printf '%s of %s addresses used, on %s ENIs' "$(value_of 'sum(terway_eni_allocated_ips)')" \
    "$(value_of 'sum(terway_eni_total_ips)')" "$(value_of 'count(terway_eni_total_ips)')"
}
value_is_at_least() { jq -ne --argjson value "$(value_of "$1")" --argjson least "$2" '$value >= $least'; }

# --- 6 to 13: looking -------------------------------------------------------------------

generated() { kubectl get "$GENERATED" --all-namespaces -l "ops.terway.io/profile=$PROFILE" "$@"; }
nothing_generated() { [[ -z $(generated -o name) ]]; }
profile_is_ready() {
  [[ $(kubectl get twmp "$PROFILE" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status}') == True ]]
}

prometheus_api() { http_get -G "$TERWAY_PROMETHEUS_URL/api/v1/$1" "${@:2}"; }

# How the loaded rules do: groups, rules, and those that are not healthy.
rules_report() {
  prometheus_api rules | jq -r '.data.groups
    | "\(length) \([.[].rules[]] | length) \([.[].rules[] | select(.health != "ok")] | length)"'
}
rules_are_healthy() { [[ $(rules_report) == "$1 "*" 0" ]]; }

# Of a query that yields one series.
value_of() { prometheus_api query --data-urlencode "query=$1" | jq -er '.data.result[0].value[1]'; }
value_is() { [[ $(value_of "$1") == "$2" ]]; }

first_alert() { kubectl -n monitoring get prometheusrule "$PROFILE-qos-rules" -o jsonpath='{.spec.groups[0].rules[0].expr}'; }
first_alert_is() { [[ $(first_alert) == "$1" ]]; }
exists() { kubectl -n "$1" get "$2" -o name; }

main() {
  case ${1:-} in
    '') ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  command -v swift >/dev/null || fail "swift is missing: install a Swift 6.3 toolchain or newer (swift.org/install)"
  exec {console}>&2
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  workspace=$(mktemp -d "${TMPDIR:-/tmp}/terway-demo.XXXXXX")
  mkdir -p .build-control-plane
  exec {demo_lock}>.build-control-plane/.demo-run.lock
  flock --nonblock "$demo_lock" || fail "another demo runs in this checkout"

  step "Build the operator"
  supervised "$here/install-dependencies.sh" || fail "the dependencies could not be installed"
  build_operator
  build_simulator
  good "$("$OPERATOR" version)"

  step "Start a real control plane and a real Prometheus, on loopback"
  # What an interrupted demo left behind.
  "$here/control-plane.sh" stop --name "$PLANE"
  plane_started=true
  supervised start_plane || fail "the control plane did not start"
  eval "$("$here/control-plane.sh" env --name "$PLANE")"

  step "Install: the CustomResourceDefinitions, and what the operator may do"
  apply_definitions <(kubectl kustomize crds)
  note "and what stands for prometheus-operator's and grafana-operator's own definitions:"
  apply_definitions "$here"/control-plane/crds/*.yaml
  kubectl wait --for=condition=Established --timeout=30s crd --all >/dev/null || fail "the definitions were not accepted"
  # Else its garbage collector would learn of the new kinds only after up to half a minute.
  "$here/control-plane.sh" restart-controllers --name "$PLANE"
  kubectl create namespace monitoring >/dev/null
  kubectl create namespace logging >/dev/null
  kubectl apply -f config/manager/namespace.yaml | indented
  # One by one: the kustomize of Debian's kubectl does not know all that this folder's kustomization says.
  local file
  for file in config/rbac/*.yaml; do
    [[ $file == */kustomization.yaml ]] || kubectl apply -f "$file" | indented
  done
  note "config/manager's Deployment is left out: no node here could run it. The next step runs the same program."

  step "Start the operator, under the token of exactly that service account"
  write_operator_kubeconfig
  note "may it read Secrets? $(KUBECONFIG=$workspace/kubeconfig kubectl auth can-i list secrets --all-namespaces 2>/dev/null || true)"
  start_operator
  wait_for 30 "the operator opens its ports" listens_for health
  wait_for 30 "the operator is ready" is_ready
  good "ready: its permissions are granted and its caches are filled"

  local start applied took expected groups rules
  step "Apply a profile named $PROFILE"
  grep -v '^#' "$SAMPLE" | indented
  start=$(now_ms)
  kubectl apply -f "$SAMPLE" | indented
  wait_for 30 "the profile is Ready" profile_is_ready
  took=$(($(now_ms) - start))
  good "Ready after $took ms, kubectl's own start included"
  shown kubectl get twmp

  step "What it generated"
  shown kubectl get "$GENERATED" -A -l "ops.terway.io/profile=$PROFILE" \
    -o custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name
  applied=$(generated -o name | wc -l)
  [[ $applied -gt 0 ]] || fail "the profile is Ready, but nothing was generated"
  note "The profile's conditions:"
  kubectl get twmp "$PROFILE" -o json | jq -r '.status.conditions[] | "\(.type)=\(.status): \(.message)"' | indented

  step "The real Prometheus takes the generated rules"
  kubectl get prometheusrules -A -l "ops.terway.io/profile=$PROFILE" -o json |
    jq '{groups: [.items[].spec.groups[]]}' >"$workspace/rules.yml"
  promtool check rules "$workspace/rules.yml" >"$workspace/promtool.log" 2>&1 ||
    { cat "$workspace/promtool.log" >&2; fail "promtool refuses the generated rules"; }
  cp "$workspace/rules.yml" "$TERWAY_PROMETHEUS_DIR/rules/terway.yml"
  http_get -X POST "$TERWAY_PROMETHEUS_URL/-/reload" || fail "Prometheus did not reload"
  expected=$(jq '.groups | length' "$workspace/rules.yml")
  wait_for 90 "Prometheus evaluates all $expected rule groups without an error" rules_are_healthy "$expected"
  read -r groups rules _ <<<"$(rules_report)"
  good "loaded and evaluated without an error: $rules rules in $groups groups"

  step "The real Prometheus scrapes the operator"
  jq -n --arg address "$(address_of metrics)" '[{targets: [$address], labels: {job: "terway-operator"}}]' \
    >"$workspace/targets.json"
  mv "$workspace/targets.json" "$TERWAY_PROMETHEUS_DIR/targets/operator.json"
  wait_for 30 "the scrape of the operator succeeds" value_is 'up{job="terway-operator"}' 1
  wait_for 30 "Prometheus knows the operator's reconciles" \
    value_of 'sum(controller_runtime_reconcile_total{job="terway-operator"})'
  note "it leads:                     $(value_of 'sum(leader_election_master_status{job="terway-operator"})')"
  note "reconciles so far:            $(value_of 'sum(controller_runtime_reconcile_total{job="terway-operator"})')"
  note "reconciles that went wrong:   $(value_of 'sum(controller_runtime_reconcile_errors_total{job="terway-operator"})')"
  good "its metrics are in Prometheus"

  step "Play Terway: $NODES nodes, each with its daemon, and the controlplane, $SPEED times as fast as in life"
  apply_definitions hack/terway-simulator/crds/*.yaml
  kubectl wait --for=condition=Established --timeout=30s crd nodes.network.alibabacloud.com >/dev/null ||
    fail "the definitions were not accepted"
  start_simulator
  wait_for 30 "the stand-in follows the cluster" simulator_is_ready
  kubectl -n kube-system rollout status daemonset/terway-eniip --timeout 30s >"$workspace/rollout.log" 2>&1 || true
  shown kubectl -n kube-system get daemonset terway-eniip
  wait_for 60 "Prometheus has what the operator exports of the nodes" value_is 'count(terway_eni_limit)' "$NODES"
  good "the operator exports $NODES nodes; the chart's Terway itself exports nothing of its pools"

  step "Let the operator size the pools of these nodes, and heal them"
  policy | indented
  policy | kubectl apply -f - | indented
  wait_for 60 "the policy is Ready" policy_says Ready True
  wait_for 90 "nodes have pools of the policy" nodes_are_sized $((NODES / 2))
  shown kubectl get eniap
  shown kubectl -n kube-system get configmaps -l "ops.terway.io/autoscale-policy=$POLICY"
  good "$(sized_nodes) nodes are labelled with one of these ConfigMaps, and Terway follows them"

  step "A burst of $BURST pods"
  burst burst "$BURST" | indented
  start=$(now_ms)
  wait_for 60 "all pods of the burst have addresses" run burst "$BURST"
  good "all of them run after $(($(now_ms) - start)) ms, bound by the stand-in's scheduler, with addresses of ENIs"
  wait_for 60 "Prometheus has seen it" value_is_at_least 'sum(terway_eni_allocated_ips)' "$BURST"
  note "what Prometheus has of the operator: $(utilisation)"
  shown kubectl get nodes.network.alibabacloud.com node-0000 \
    -o 'custom-columns=NODE:.metadata.name,IDLE-MIN:.spec.pool.minPoolSize,IDLE-MAX:.spec.pool.maxPoolSize,SYNC:.status.lastSyncOpenAPITime'

  step "A daemon wedges, and the operator heals it"
  local daemon
  daemon=$(daemon_of node-0003)
  kubectl annotate node node-0003 simulator.terway.io/faults=wedged-daemon | indented
  burst late 3 node-0003 | indented
  start=$(now_ms)
  wait_for 60 "pods on that node get no network" told_about late FailedCreatePodSandBox
  shown kubectl -n default get pods -l app=late -o wide
  note "in life the operator waits until that has lasted for five minutes; here it waits a ${OPERATOR_SPEED}th of it:"
  wait_for 90 "the operator has healed it" remediation_is node-0003 Healed
  wait_for 60 "the pods run" run late 3
  [[ $(daemon_of node-0003) != "$daemon" ]] || fail "the daemon is still the old one"
  good "its daemon is a new one, and the pods run, $(($(now_ms) - start)) ms after they came"
  note "what the policy's status tells of it:"
  remediations | cut -c 1-180 | indented
  wait_for 30 "events tell of it" kubectl_tells DaemonWedged
  shown kubectl get events.v1.events.k8s.io -A --field-selector reason=DaemonWedged \
    -o 'custom-columns=ACTION:.action,NOTE:.note'
  wait_for 60 "Prometheus has seen it" \
    value_is_at_least 'sum(terway_operator_autoscale_remediations_total{action="RestartDaemon",outcome="Healed"})' 1

  step "The burst ends"
  kubectl -n default delete job burst late --wait=false | indented
  wait_for 90 "Prometheus has seen that the addresses are free" value_is 'sum(terway_eni_allocated_ips)' 0
  note "what Prometheus has of the operator: $(utilisation)"
  shown kubectl get eniap
  start=$(now_ms)
  kubectl delete eniap "$POLICY" --timeout=60s | indented
  nothing_is_sized || fail "nodes are still labelled with pools of a policy that is gone"
  good "the policy is gone, and the nodes have what they had before it, after $(($(now_ms) - start)) ms"
  stop_simulator
  good "Terway is stopped"

  step "Somebody edits and deletes what was generated"
  local expression
  expression=$(first_alert)
  kubectl -n monitoring label configmap "grafana-$PROFILE-dashboard" team=network | indented
  note "the expression of an alert, now '$expression', becomes 'vector(0)':"
  kubectl -n monitoring patch prometheusrule "$PROFILE-qos-rules" --type json \
    -p '[{"op": "replace", "path": "/spec/groups/0/rules/0/expr", "value": "vector(0)"}]' | indented
  start=$(now_ms)
  wait_for 30 "the edit is undone" first_alert_is "$expression"
  good "undone, seen $(($(now_ms) - start)) ms later"
  kubectl -n logging delete configmap "loki-$PROFILE-config" --wait=false | indented
  start=$(now_ms)
  wait_for 30 "the deleted object is back" exists logging "configmap/loki-$PROFILE-config"
  good "back, seen $(($(now_ms) - start)) ms later"
  [[ $(kubectl -n monitoring get configmap "grafana-$PROFILE-dashboard" -o 'jsonpath={.metadata.labels.team}') == network ]] ||
    fail "a label that somebody else had added was taken away"
  good "the label team=network, which is nobody's business but theirs, is still there"
  wait_for 30 "events tell of it" kubectl_tells Restored
  shown kubectl get events.v1.events.k8s.io -A --field-selector reason=Restored \
    -o 'custom-columns=REASON:.reason,NOTE:.note'

  step "Delete the profile"
  start=$(now_ms)
  kubectl delete twmp "$PROFILE" | indented
  wait_for 60 "the $applied generated objects are gone" nothing_generated
  good "all $applied objects are gone after $(($(now_ms) - start)) ms, collected by the API server through their owner"

  step "Stop everything"
  start=$(now_ms)
  stop_operator || fail "the operator did not end in order: exit code $?"
  good "the operator gave its Lease back and ended in order, $(($(now_ms) - start)) ms after SIGTERM"
  "$here/control-plane.sh" stop --name "$PLANE"
  plane_started=false
  good "the control plane and Prometheus are stopped, and their state is removed"

  printf '\n%s✓ The demo went as it should, in %d s.%s\n' "$green" "$SECONDS" "$plain"
}

kubectl_tells() { kubectl get events.v1.events.k8s.io -A -o 'jsonpath={.items[*].reason}' | grep -w "$1"; }

main "$@"
