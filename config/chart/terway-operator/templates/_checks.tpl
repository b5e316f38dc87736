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
{{- end -}}
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
