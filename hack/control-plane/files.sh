# shellcheck shell=bash disable=SC2154  # state and name are the sourcing script's
# The files that the control plane's processes read: keys, certificates, kubeconfigs and
# configuration; sourced by hack/control-plane.sh. $state is the state directory.

# openssl writes progress to its standard error, so errors have to be sorted out of it.
quiet_openssl() {
  openssl "$@" 2>"$state/logs/openssl.log" || fail "openssl $1 failed: $(cat "$state/logs/openssl.log")"
}

# new_authority NAME: a certificate authority, whose key stays for tests to sign with.
new_authority() {
  quiet_openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj "/CN=terway-operator-$1" -keyout "$state/pki/$1.key" -out "$state/pki/$1.crt"
}

# new_certificate NAME AUTHORITY SUBJECT EXTENSION...
new_certificate() {
  local file=$state/pki/$1 authority=$state/pki/$2 subject=$3
  shift 3
  printf '%s\n' "$@" >"$file.ext"
  quiet_openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "$subject" \
    -keyout "$file.key" -out "$file.csr"
  quiet_openssl x509 -req -in "$file.csr" -CA "$authority.crt" -CAkey "$authority.key" -days 3650 \
    -set_serial "0x$(openssl rand -hex 8)" -extfile "$file.ext" -out "$file.crt"
  rm "$file.csr" "$file.ext"
}

write_keys() {
  local names=IP:127.0.0.1,IP:10.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
  new_authority server-ca
  new_certificate server server-ca /CN=kube-apiserver "subjectAltName=$names" extendedKeyUsage=serverAuth
  new_authority client-ca
  new_certificate admin client-ca /O=system:masters/CN=admin extendedKeyUsage=clientAuth
  quiet_openssl genrsa -out "$state/pki/service-account.key" 2048
  echo "$(openssl rand -hex 16),admin,admin,system:masters" >"$state/pki/tokens.csv"
}

# write_kubeconfig FILE USER-LINE...
write_kubeconfig() {
  local file=$1
  shift
  cat >"$file" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: terway-operator-$name
  cluster:
    server: https://127.0.0.1:$API_PORT
    certificate-authority-data: $(base64 -w 0 "$state/pki/server-ca.crt")
users:
- name: terway-operator-$name
  user:
$(printf '    %s\n' "$@")
contexts:
- name: terway-operator-$name
  context:
    cluster: terway-operator-$name
    user: terway-operator-$name
current-context: terway-operator-$name
YAML
}

write_kubeconfigs() {
  write_kubeconfig "$state/kubeconfig" "token: $(cut -d, -f1 "$state/pki/tokens.csv")"
  write_kubeconfig "$state/kubeconfig-certificate" \
    "client-certificate-data: $(base64 -w 0 "$state/pki/admin.crt")" \
    "client-key-data: $(base64 -w 0 "$state/pki/admin.key")"
}

# One rule for everything, so that a test that counts requests misses none.
write_audit_policy() {
  if [[ $AUDIT_LEVEL == Writes ]]; then
    write_audit_policy_of_writes
    return
  fi
  cat >"$state/audit-policy.yaml" <<YAML
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: $AUDIT_LEVEL
YAML
}

# What it takes to see who changes nodes how fast, at little cost to the server.
write_audit_policy_of_writes() {
  cat >"$state/audit-policy.yaml" <<'YAML'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  verbs: [get, list, watch]
- level: RequestResponse
  resources:
  - group: ""
    resources: [nodes, nodes/status]
  - group: network.alibabacloud.com
    resources: [nodes, nodes/status]
- level: Metadata
YAML
}

write_prometheus_configuration() {
  mkdir -p "$state/prometheus/rules" "$state/prometheus/targets"
  cat >"$state/prometheus/prometheus.yml" <<'YAML'
global:
  scrape_interval: 1s
  scrape_timeout: 1s
  evaluation_interval: 1s
rule_files:
- rules/*.yml
scrape_configs:
- job_name: targets
  file_sd_configs:
  - files: [targets/*.json]
    refresh_interval: 1s
YAML
}

# The environment that scripts and tests use; also the sign that the start was completed.
environment() {
  local audit_log='' prometheus_url='' prometheus_dir=''
  [[ $AUDIT_LEVEL == none ]] || audit_log=$state/audit.log
  if [[ $WITH_PROMETHEUS == true ]]; then
    prometheus_url=http://127.0.0.1:$PROMETHEUS_PORT
    prometheus_dir=$state/prometheus
  fi
  printf 'export %s=%q\n' \
    KUBECONFIG "$state/kubeconfig" \
    TERWAY_SERVER "https://127.0.0.1:$API_PORT" \
    TERWAY_STATE "$state" \
    TERWAY_AUDIT_LOG "$audit_log" \
    TERWAY_PROMETHEUS_URL "$prometheus_url" \
    TERWAY_PROMETHEUS_DIR "$prometheus_dir" \
    TERWAY_KUBECTL "$KUBECTL" \
    TERWAY_KUBERNETES_VERSION "$KUBERNETES_VERSION" \
    TERWAY_CONTROLLER_MANAGER "$([[ -n $CONTROLLER_MANAGER ]] && echo running || echo missing)" \
    TERWAY_CA_CERT "$state/pki/client-ca.crt" \
    TERWAY_CA_KEY "$state/pki/client-ca.key"
}
