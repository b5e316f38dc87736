{{/* What values.schema.json cannot say. Messages begin with the path, as those of the schema do. */}}
{{- define "terway-operator.checks" -}}
{{- $budget := .Values.podDisruptionBudget -}}
{{- if and (not (kindIs "invalid" $budget.maxUnavailable)) (not (kindIs "invalid" $budget.minAvailable)) -}}
{{- fail "podDisruptionBudget.minAvailable: cannot be set together with maxUnavailable; set that to null" -}}
{{- end -}}
{{- if and $budget.enabled (kindIs "invalid" $budget.maxUnavailable) (kindIs "invalid" $budget.minAvailable) -}}
{{- fail "podDisruptionBudget.maxUnavailable: is required, or minAvailable, as long as enabled is true" -}}
{{- end -}}
{{- range list "profiles" "policies" -}}
{{- include "terway-operator.unique" (dict "list" . "entries" (get $.Values .) "key" "name") -}}
{{- end -}}
{{- include "terway-operator.operator" . -}}
{{- $table := .Files.Get "limits.yaml" | fromYaml -}}
{{- $sizes := $table.defaults.sizes -}}
{{- $given := include "terway-operator.given" (dict "fields" .Values.operator.policyDefaults "of" $sizes) | fromYaml -}}
{{- $values := .Values -}}
{{- range $limit := $table.limits -}}
{{- if and (eq $limit.list "policies") (eq (len $limit.path) 1) (hasKey $given (first $limit.path)) -}}
{{- include "terway-operator.limit" (dict "limit" $limit "rest" $limit.path "shown" "operator.policyDefaults" "value" $given) -}}
{{- end -}}
{{- range $index, $entry := get $values $limit.list -}}
{{- include "terway-operator.limit" (dict "limit" $limit "rest" $limit.path "shown" (printf "%s[%d].spec" $limit.list $index) "value" $entry.spec) -}}
{{- end -}}
{{- end -}}
{{- include "terway-operator.sizes" (dict "path" "operator.policyDefaults" "fields" $given "defaults" $sizes) -}}
{{- $sizes = merge (dict) $given $sizes -}}
{{- range $index, $policy := .Values.policies -}}
{{- $spec := default dict $policy.spec -}}
{{- include "terway-operator.sizes" (dict "path" (printf "policies[%d].spec" $index) "fields" $spec "defaults" $sizes) -}}
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
{{- range $index, $profile := .Values.profiles -}}
{{- include "terway-operator.profile" (dict "path" (printf "profiles[%d].spec" $index) "spec" (default dict $profile.spec) "defaults" $table.defaults) -}}
{{- end -}}
{{- end -}}

{{/* What the operator is started with, and how it is scraped. */}}
{{- define "terway-operator.operator" -}}
{{- $lease := dict "path" "operator.leaderElection" "fields" .Values.operator.leaderElection "defaults" dict -}}
{{- include "terway-operator.order" (merge (dict "less" "renewDeadline" "more" "leaseDuration" "strict" true "kind" "duration") $lease) -}}
{{- include "terway-operator.order" (merge (dict "less" "retryPeriod" "more" "renewDeadline" "strict" true "kind" "duration") $lease) -}}
{{- $scrape := dict "path" "serviceMonitor" "fields" .Values.serviceMonitor "defaults" dict -}}
{{- include "terway-operator.order" (merge (dict "less" "scrapeTimeout" "more" "interval" "kind" "duration") $scrape) -}}
{{- $variables := dict "MIN_ENI_COUNT" "minENIs" "MAX_ENI_COUNT" "maxENIs" "SCALE_UP_THRESHOLD" "scaleUpThreshold" "SCALE_DOWN_THRESHOLD" "scaleDownThreshold" -}}
{{- range $index, $variable := .Values.operator.extraEnv -}}
{{- with get $variables $variable.name -}}
{{- fail (printf "operator.extraEnv[%d].name: %q must be given as operator.policyDefaults.%s, with which policies are compared" $index $variable.name .) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What holds between the fields of a profile. */}}
{{- define "terway-operator.profile" -}}
{{- $path := .path -}}
{{- $metrics := default dict .spec.metrics -}}
{{- include "terway-operator.order" (dict "path" (printf "%s.metrics" $path) "fields" $metrics "defaults" .defaults.metrics
  "less" "scrapeTimeout" "more" "interval" "kind" "duration") -}}
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
{{- else if and (not .rest) (eq .limit.kind "unique") -}}
{{- include "terway-operator.unique" (dict "list" .shown "entries" .value "key" .limit.key) -}}
{{- else if and (not .rest) (eq .limit.kind "allowed") -}}
{{- if not (has .value .limit.names) -}}
{{- fail (printf "%s: %q %s; there are %s" .shown .value .limit.message (join ", " .limit.names)) -}}
{{- end -}}
{{- else if and (not .rest) (eq .limit.kind "taken") -}}
{{- if has .value .limit.names -}}
{{- fail (printf "%s: %q %s" .shown .value .limit.message) -}}
{{- end -}}
{{- else if not .rest -}}
{{- $limit := .limit -}}
{{- $amount := eq $limit.kind "duration" | ternary (include "terway-operator.seconds" .value) .value | float64 -}}
{{- /* What is too large for a number reads as 0. */ -}}
{{- $isTooLarge := and (eq $amount 0.0) (regexMatch "^[0.]*[1-9].*[eE][+]?[0-9]" (toString .value)) -}}
{{- if or $isTooLarge
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

{{/* Entries are given once: texts, or what their key says. */}}
{{- define "terway-operator.unique" -}}
{{- $seen := dict -}}
{{- $here := . -}}
{{- range $index, $entry := .entries -}}
{{- $text := $entry -}}
{{- $place := printf "%s[%d]" $here.list $index -}}
{{- with $here.key -}}
{{- $text = get $entry . -}}
{{- $place = printf "%s.%s" $place . -}}
{{- end -}}
{{- if hasKey $seen $text -}}
{{- fail (printf "%s: %q may be given once, and is given in %s[%d], too" $place $text $here.list (get $seen $text | int)) -}}
{{- end -}}
{{- $_ := set $seen $text $index -}}
{{- end -}}
{{- end -}}

{{/* Both limits, and both thresholds, the right way round. */}}
{{- define "terway-operator.sizes" -}}
{{- include "terway-operator.order" (merge (dict "less" "minENIs" "more" "maxENIs" "kind" "number") .) -}}
{{- include "terway-operator.order" (merge (dict "less" "scaleDownThreshold" "more" "scaleUpThreshold" "strict" true "kind" "number") .) -}}
{{- end -}}

{{/* Those of the fields that are given, as texts. */}}
{{- define "terway-operator.given" -}}
{{- $given := dict -}}
{{- $fields := .fields -}}
{{- range $name, $_ := .of -}}
{{- if and (hasKey $fields $name) (not (kindIs "invalid" (get $fields $name))) -}}
{{- $_ := set $given $name (get $fields $name | toString) -}}
{{- end -}}
{{- end -}}
{{- toYaml $given -}}
{{- end -}}

{{/* Of two fields one is not more than the other or, where strict, less. One that is left out has its default; the path is that
of a field that is given. */}}
{{- define "terway-operator.order" -}}
{{- $given := include "terway-operator.given" (dict "fields" .fields "of" (dict .less "" .more "")) | fromYaml -}}
{{- $both := merge (dict) $given .defaults -}}
{{- $less := get $both .less -}}
{{- $more := get $both .more -}}
{{- $isDuration := eq .kind "duration" -}}
{{- $low := $isDuration | ternary (include "terway-operator.seconds" $less) $less | float64 -}}
{{- $high := $isDuration | ternary (include "terway-operator.seconds" $more) $more | float64 -}}
{{- if and $given (or (gt $low $high) (and .strict (eq $low $high))) -}}
{{- if hasKey $given .less -}}
{{- $other := hasKey $given .more | ternary $more (printf "%s, its default" $more) -}}
{{- fail (printf "%s.%s: %s must %s %s, which is %s" .path .less $less (default false .strict | ternary "be less than" "not exceed") .more $other) -}}
{{- else -}}
{{- fail (printf "%s.%s: %s must %s %s, which is %s, its default" .path .more $more (default false .strict | ternary "be greater than" "not be less than") .less $less) -}}
{{- end -}}
{{- end -}}
{{- end -}}
