{{- define "pyrepo-operator.selector" -}}
app.kubernetes.io/name: pyrepo-operator
app.kubernetes.io/component: operator
{{- end }}

{{- define "pyrepo-operator.labels" -}}
{{ include "pyrepo-operator.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* An image: its digest goes before its tag. Needs .image and .root. */}}
{{- define "pyrepo-operator.image" -}}
{{- if .image.digest -}}
{{ printf "%s@%s" .image.repository .image.digest }}
{{- else -}}
{{ printf "%s:%s" .image.repository (.image.tag | default .root.Chart.AppVersion) }}
{{- end -}}
{{- end }}

{{/* The operator's settings file. */}}
{{- define "pyrepo-operator.settings" -}}
{{- $image := include "pyrepo-operator.image" (dict "image" .Values.server.image "root" .) -}}
{{- $settings := deepCopy .Values.settings | merge (dict "serverImage" $image "scope" .Values.scope "namespaces" .Values.namespaces) -}}
{{- toPrettyJson $settings }}
{{- end }}

{{/*
The documents of a file that `./dev generate` made, in this release's namespace and with the chart's labels. What belongs to
the cluster and to one operator has the namespace in its name.
Needs .file and .root; .namespace goes into those that have none; .annotations are added.
*/}}
{{- define "pyrepo-operator.generated" -}}
{{- $ := . -}}
{{- range $text := splitList "\n---\n" (.root.Files.Get .file) }}
{{- $object := fromYaml ($text | replace "pyrepo-operator-secrets" (printf "pyrepo-operator-secrets-%s" $.root.Release.Namespace) | replace "pyrepo-system" $.root.Release.Namespace) }}
{{- $_ := set $object.metadata "labels" (include "pyrepo-operator.labels" $.root | fromYaml | merge ($object.metadata.labels | default dict)) }}
{{- with $.annotations }}{{ $_ := set $object.metadata "annotations" . }}{{ end }}
{{- if and $.namespace (not $object.metadata.namespace) }}{{ $_ := set $object.metadata "namespace" $.namespace }}{{ end }}
---
{{ toYaml $object }}
{{- end }}
{{- end }}
