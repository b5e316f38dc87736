{{/* What values.schema.json cannot say. Messages begin with the path, as those of the schema do. */}}
{{- define "terway-operator.checks" -}}
{{- $budget := .Values.podDisruptionBudget -}}
{{- if and (not (kindIs "invalid" $budget.maxUnavailable)) (not (kindIs "invalid" $budget.minAvailable)) -}}
{{- fail "podDisruptionBudget.minAvailable: cannot be set together with maxUnavailable; set that to null" -}}
{{- end -}}
{{- if and $budget.enabled (kindIs "invalid" $budget.maxUnavailable) (kindIs "invalid" $budget.minAvailable) -}}
{{- fail "podDisruptionBudget.maxUnavailable: is required, or minAvailable, as long as enabled is true" -}}
{{- end -}}
{{- include "terway-operator.names" (dict "list" "profiles" "entries" .Values.profiles) -}}
{{- include "terway-operator.names" (dict "list" "policies" "entries" .Values.policies) -}}
{{- include "terway-operator.sizes" (dict "path" "operator.policyDefaults" "sizes" .Values.operator.policyDefaults) -}}
{{- range $index, $policy := .Values.policies -}}
{{- $spec := default dict $policy.spec -}}
{{- include "terway-operator.sizes" (dict "path" (printf "policies[%d].spec" $index) "sizes" $spec) -}}
{{- $signal := default dict $spec.signal -}}
{{- if and (eq (default "" $signal.source) "Prometheus") (not (default dict $signal.prometheus).url) -}}
{{- fail (printf "policies[%d].spec.signal.prometheus.url: is required by the source Prometheus" $index) -}}
{{- end -}}
{{- range $number, $expression := (default dict $spec.nodeSelector).matchExpressions -}}
{{- if ne (has $expression.operator (list "In" "NotIn")) (gt (len (default list $expression.values)) 0) -}}
{{- fail (printf "policies[%d].spec.nodeSelector.matchExpressions[%d].values: must be given for In and NotIn, and left out for Exists and DoesNotExist" $index $number) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $values := .Values -}}
{{- range $limit := .Files.Get "limits.yaml" | fromYamlArray -}}
{{- range $index, $entry := get $values $limit.list -}}
{{- include "terway-operator.limit" (dict "limit" $limit "rest" $limit.path "shown" (printf "%s[%d].spec" $limit.list $index) "value" $entry.spec) -}}
{{- end -}}
{{- end -}}
{{- range $index, $profile := .Values.profiles -}}
{{- include "terway-operator.profile" (dict "path" (printf "profiles[%d].spec" $index) "spec" (default dict $profile.spec)) -}}
{{- end -}}
{{- end -}}

{{/* What holds between the fields of a profile. */}}
{{- define "terway-operator.profile" -}}
{{- $path := .path -}}
{{- $metrics := default dict .spec.metrics -}}
{{- $interval := default "15s" $metrics.interval -}}
{{- $timeout := default "10s" $metrics.scrapeTimeout -}}
{{- if gt (include "terway-operator.seconds" $timeout | float64) (include "terway-operator.seconds" $interval | float64) -}}
{{- fail (printf "%s.metrics.scrapeTimeout: must not exceed metrics.interval, %s, but is %s" $path $interval $timeout) -}}
{{- end -}}
{{- $dashboards := default dict .spec.dashboards -}}
{{- if and (has "GrafanaDashboard" (default list $dashboards.delivery)) (hasKey $dashboards "labels") (not $dashboards.labels) -}}
{{- fail (printf "%s.dashboards.labels: must not be empty: a GrafanaDashboard selects its Grafana by them" $path) -}}
{{- end -}}
{{- range $list := list "relabelings" "metricRelabelings" -}}
{{- range $index, $step := index $metrics $list -}}
{{- include "terway-operator.relabeling" (dict "path" (printf "%s.metrics.%s[%d]" $path $list $index) "step" $step) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What a step of relabeling needs for its action, and what it must leave out. */}}
{{- define "terway-operator.relabeling" -}}
{{- $step := .step -}}
{{- $action := default "replace" $step.action -}}
{{- $plain := and (not $step.modulus) (eq (default ";" $step.separator) ";") (eq (default "$1" $step.replacement) "$1") -}}
{{- if has $action (list "labeldrop" "labelkeep") -}}
{{- if or (not $plain) $step.sourceLabels $step.targetLabel -}}
{{- fail (printf "%s: must give regex alone for the actions labeldrop and labelkeep, which look at label names only" .path) -}}
{{- end -}}
{{- else if has $action (list "keepequal" "dropequal") -}}
{{- if or (not $plain) (ne (default "(.*)" $step.regex) "(.*)") -}}
{{- fail (printf "%s: must give sourceLabels and targetLabel alone for the actions keepequal and dropequal" .path) -}}
{{- end -}}
{{- end -}}
{{- if and (has $action (list "replace" "hashmod" "lowercase" "uppercase" "keepequal" "dropequal")) (not $step.targetLabel) -}}
{{- fail (printf "%s.targetLabel: is required by this action: give a label name" .path) -}}
{{- end -}}
{{- if and (eq $action "hashmod") (not $step.modulus) -}}
{{- fail (printf "%s.modulus: must be greater than 0 for the action hashmod" .path) -}}
{{- end -}}
{{- end -}}

{{/* One line of limits.yaml: looks for the value at the rest of the path, and compares it. */}}
{{- define "terway-operator.limit" -}}
{{- if kindIs "invalid" .value -}}
{{- else if not .rest -}}
{{- $limit := .limit -}}
{{- $amount := eq $limit.kind "duration" | ternary (include "terway-operator.seconds" .value) .value | float64 -}}
{{- if or
  (and (hasKey $limit "least") (lt $amount (float64 $limit.least))) (and (hasKey $limit "above") (le $amount (float64 $limit.above)))
  (and (hasKey $limit "most") (gt $amount (float64 $limit.most))) (and (hasKey $limit "below") (ge $amount (float64 $limit.below))) -}}
{{- fail (printf "%s: %s, but is %s" .shown $limit.message .value) -}}
{{- end -}}
{{- else if eq (first .rest) "[]" -}}
{{- $here := . -}}
{{- range $index, $entry := .value -}}
{{- include "terway-operator.limit" (dict "limit" $here.limit "rest" (rest $here.rest) "shown" (printf "%s[%d]" $here.shown $index) "value" $entry) -}}
{{- end -}}
{{- else -}}
{{- $name := first .rest -}}
{{- include "terway-operator.limit" (dict "limit" .limit "rest" (rest .rest) "shown" (printf "%s.%s" .shown $name) "value" (index .value $name)) -}}
{{- end -}}
{{- end -}}

{{/* A duration, such as 1h30m or 500ms, in seconds. */}}
{{- define "terway-operator.seconds" -}}
{{- $sum := 0.0 -}}
{{- range regexFindAll "[0-9]+(ms|h|m|s)" . -1 -}}
{{- $of := get (dict "h" 3600.0 "m" 60.0 "s" 1.0 "ms" 0.001) (regexFind "[a-z]+" .) -}}
{{- $sum = addf $sum (mulf (regexFind "[0-9]+" . | float64) $of) -}}
{{- end -}}
{{- $sum -}}
{{- end -}}

{{/* Names are given once. */}}
{{- define "terway-operator.names" -}}
{{- $seen := dict -}}
{{- $list := .list -}}
{{- range $index, $entry := .entries -}}
{{- if hasKey $seen $entry.name -}}
{{- fail (printf "%s[%d].name: %q is the name of another entry, too" $list $index $entry.name) -}}
{{- end -}}
{{- $_ := set $seen $entry.name true -}}
{{- end -}}
{{- end -}}

{{/* Both limits, and both thresholds, the right way round. */}}
{{- define "terway-operator.sizes" -}}
{{- $sizes := .sizes -}}
{{- if and (hasKey $sizes "minENIs") (hasKey $sizes "maxENIs") -}}
{{- if not (or (kindIs "invalid" $sizes.minENIs) (kindIs "invalid" $sizes.maxENIs)) -}}
{{- if gt (int64 $sizes.minENIs) (int64 $sizes.maxENIs) -}}
{{- fail (printf "%s.minENIs: %d must not exceed maxENIs, %d" .path (int64 $sizes.minENIs) (int64 $sizes.maxENIs)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (get $sizes "scaleDownThreshold") (get $sizes "scaleUpThreshold") -}}
{{- if ge (float64 $sizes.scaleDownThreshold) (float64 $sizes.scaleUpThreshold) -}}
{{- fail (printf "%s.scaleDownThreshold: %q must be less than scaleUpThreshold, %q" .path $sizes.scaleDownThreshold $sizes.scaleUpThreshold) -}}
{{- end -}}
{{- end -}}
{{- end -}}
