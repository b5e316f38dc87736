{{/* The name of the chart's objects. */}}
{{- define "terway-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The labels by which pods are selected. They never change: a Deployment's selector cannot. */}}
{{- define "terway-operator.selectorLabels" -}}
app.kubernetes.io/name: terway-operator
app.kubernetes.io/component: manager
{{- end -}}

{{/* The labels of every object. The name is fixed: the ServiceMonitors of profiles look for it. */}}
{{- define "terway-operator.labels" -}}
{{- $own := dict
  "app.kubernetes.io/name" "terway-operator"
  "app.kubernetes.io/part-of" "terway-operator"
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/managed-by" .Release.Service
  "app.kubernetes.io/version" .Chart.AppVersion
  "helm.sh/chart" (printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_")) -}}
{{- toYaml (merge $own .Values.commonLabels) -}}
{{- end -}}

{{/* metadata.labels and metadata.annotations of an object: (dict "root" $ "labels" {…} "annotations" {…}). */}}
{{- define "terway-operator.metadata" -}}
{{- $own := include "terway-operator.labels" .root | fromYaml -}}
labels:
  {{- toYaml (merge $own (default dict .labels)) | nindent 2 }}
{{- with merge (dict) (default dict .annotations) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "terway-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "terway-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "terway-operator.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}
