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
{{- if .Values.assignedUser }}
{{- $_ := set $settings "server" (merge (dict "assignedUser" true) ($settings.server | default dict)) }}
{{- end }}
{{- toPrettyJson $settings }}
{{- end }}

{{/* The security of the chart's own pods, which meet PodSecurity "restricted". */}}
{{- define "pyrepo-operator.podSecurity" -}}
runAsNonRoot: true
{{- if not .Values.assignedUser }}
runAsUser: 65532
runAsGroup: 65532
{{- end }}
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/*
The name of an object outside the release's namespace, so that each namespace can have an operator: NAME-NAMESPACE. Needs
.name and .root.
*/}}
{{- define "pyrepo-operator.sharedName" -}}
{{- printf "%s-%s" .name .root.Release.Namespace -}}
{{- end }}

{{/*
The documents of a file that `./dev generate` made, in this release's namespace and with the chart's labels. Those that stand
in no namespace, or in one that all operators share, get a name of this release; the three kinds are the same for all.
Needs .file and .root; .namespace goes into those that have none; .annotations are added.
*/}}
{{- define "pyrepo-operator.generated" -}}
{{- $ := . -}}
{{- $clusterScoped := list "ClusterRole" "ClusterRoleBinding" "ValidatingAdmissionPolicy" "ValidatingAdmissionPolicyBinding" -}}
{{- range $text := splitList "\n---\n" (.root.Files.Get .file) }}
{{- $object := fromYaml ($text | replace "pyrepo-system" $.root.Release.Namespace) }}
{{- if or (has $object.kind $clusterScoped) (eq ($object.metadata.namespace | default "") "default") }}
{{- $_ := set $object.metadata "name" (include "pyrepo-operator.sharedName" (dict "name" $object.metadata.name "root" $.root)) }}
{{- with $object.roleRef }}{{ $_ := set . "name" (include "pyrepo-operator.sharedName" (dict "name" .name "root" $.root)) }}{{ end }}
{{- with $object.spec }}{{ with .policyName }}{{ $_ := set $object.spec "policyName" (include "pyrepo-operator.sharedName" (dict "name" . "root" $.root)) }}{{ end }}{{ end }}
{{- end }}
{{- $_ := set $object.metadata "labels" (include "pyrepo-operator.labels" $.root | fromYaml | merge ($object.metadata.labels | default dict)) }}
{{- with $.annotations }}{{ $_ := set $object.metadata "annotations" . }}{{ end }}
{{- if and $.namespace (not $object.metadata.namespace) }}{{ $_ := set $object.metadata "namespace" $.namespace }}{{ end }}
---
{{ toYaml $object }}
{{- end }}
{{- end }}

{{/* The environment of the operator's program. */}}
{{- define "pyrepo-operator.env" -}}
{{- $env := list }}
{{- with .Values.proxy.http }}{{ $env = append $env (dict "name" "HTTP_PROXY" "value" .) }}{{ end }}
{{- with .Values.proxy.https }}{{ $env = append $env (dict "name" "HTTPS_PROXY" "value" .) }}{{ end }}
{{- if or .Values.proxy.http .Values.proxy.https }}
{{- $direct := compact (list "$(KUBERNETES_SERVICE_HOST)" .Values.proxy.noProxy) }}
{{- $env = append $env (dict "name" "NO_PROXY" "value" (join "," $direct)) }}
{{- end }}
{{- $env = concat $env .Values.extraEnv }}
{{- with $env -}}
env: {{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}
