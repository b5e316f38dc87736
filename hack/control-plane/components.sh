# shellcheck shell=bash disable=SC2154  # the capital variables are the sourcing script's
# How each component is started and when it is ready; sourced by hack/control-plane.sh.

http_get() { curl -fs --noproxy '*' --max-time 5 -o /dev/null "$@"; }

api_get() {
  http_get --cacert "$state/pki/server-ca.crt" --cert "$state/pki/admin.crt" --key "$state/pki/admin.key" \
    "https://127.0.0.1:$API_PORT$1"
}

start_etcd() {
  local flags=() client=http://127.0.0.1:$ETCD_PORT peer
  rm -rf "$state/etcd"
  ETCD_PEER_PORT=$(free_port)
  peer=http://127.0.0.1:$ETCD_PEER_PORT
  # Not in the help text of every version that has it.
  if "$ETCD" --unsafe-no-fsync --version >/dev/null 2>&1; then flags+=(--unsafe-no-fsync); fi
  launch etcd "$ETCD" --name default --data-dir "$state/etcd" --logger zap --log-level warn \
    --listen-client-urls "$client" --advertise-client-urls "$client" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "default=$peer" \
    --quota-backend-bytes 8589934592 "${flags[@]}"
}

etcd_is_ready() { owns_port etcd "$ETCD_PORT" && http_get "http://127.0.0.1:$ETCD_PORT/health"; }

# Left out of admission: what waits for controllers that are not here, which would taint
# every Node and keep every volume claim for ever.
start_apiserver() {
  local disabled=StorageObjectInUseProtection,TaintNodesByCondition flags=()
  [[ -n $CONTROLLER_MANAGER ]] || disabled+=,ServiceAccount
  if [[ $AUDIT_LEVEL != none ]]; then
    # Blocking: a request is in the log before its answer is out, so counts are exact.
    flags+=(--audit-policy-file "$state/audit-policy.yaml" --audit-log-path "$state/audit.log" --audit-log-mode blocking
      --audit-log-maxsize 100000)
  fi
  launch kube-apiserver "$API_SERVER" --etcd-servers "http://127.0.0.1:$ETCD_PORT" \
    --bind-address 127.0.0.1 --secure-port "$API_PORT" --advertise-address 127.0.0.1 --endpoint-reconciler-type none \
    --cert-dir "$state/pki" --tls-cert-file "$state/pki/server.crt" --tls-private-key-file "$state/pki/server.key" \
    --authorization-mode RBAC --token-auth-file "$state/pki/tokens.csv" --client-ca-file "$state/pki/client-ca.crt" \
    --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$state/pki/service-account.key" \
    --service-account-signing-key-file "$state/pki/service-account.key" \
    --service-cluster-ip-range 10.0.0.0/24 --allow-privileged=true \
    --disable-admission-plugins "$disabled" "${flags[@]}"
}

apiserver_is_ready() { owns_port kube-apiserver "$API_PORT" && api_get /readyz; }

start_controllers() {
  local flags=()
  # Gone in later versions; in 1.20 it listens on a fixed port unless told not to.
  if [[ $("$CONTROLLER_MANAGER" --help 2>&1) == *' --port int '* ]]; then flags+=(--port=0); fi
  launch kube-controller-manager "$CONTROLLER_MANAGER" --kubeconfig "$state/kubeconfig" --secure-port=0 \
    --controllers garbagecollector,namespace,serviceaccount,serviceaccount-token,job,cronjob \
    --service-account-private-key-file "$state/pki/service-account.key" --root-ca-file "$state/pki/server-ca.crt" \
    --leader-elect=false --use-service-account-credentials --kube-api-qps 500 --kube-api-burst 1000 "${flags[@]}"
}

controllers_are_ready() { api_get /api/v1/namespaces/default/serviceaccounts/default; }

start_prometheus() {
  launch prometheus "$PROMETHEUS" --config.file "$state/prometheus/prometheus.yml" \
    --storage.tsdb.path "$state/prometheus/data" --web.listen-address "127.0.0.1:$PROMETHEUS_PORT" --web.enable-lifecycle
}

prometheus_is_ready() {
  owns_port prometheus "$PROMETHEUS_PORT" && http_get "http://127.0.0.1:$PROMETHEUS_PORT/-/ready"
}

kill_apiserver() { end_processes KILL "$(pid_of kube-apiserver)"; }

ensure_apiserver() {
  is_alive kube-apiserver || start_apiserver
  wait_until kube-apiserver "$TIMEOUT" apiserver_is_ready || component_failed kube-apiserver
}

ensure_controllers() {
  is_alive kube-controller-manager || start_controllers
  wait_until kube-controller-manager "$TIMEOUT" controllers_are_ready || component_failed kube-controller-manager
}

# The components of this control plane, in the order of their start.
components() {
  local component
  for component in "${COMPONENTS[@]}"; do
    if [[ $component == kube-controller-manager && -z $CONTROLLER_MANAGER ]]; then continue; fi
    if [[ $component == prometheus && $WITH_PROMETHEUS == false ]]; then continue; fi
    echo "$component"
  done
}
