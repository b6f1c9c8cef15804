#!/usr/bin/env bash
# A whole Kubernetes of one node, without Docker: api-server.sh and a controller manager, a scheduler, containerd, a
# kubelet, kube-proxy, DNS, a StorageClass and metrics. Needs root.
#   node.sh up --state DIR             start it; prints the path of the administrator's kubeconfig
#   node.sh load --state DIR FILE…     take in images (OCI archives); nothing can be pulled but from $registry
#   node.sh program --state DIR FILE NAME   make an image of a program that needs no library, and take it in
#   node.sh tag --state DIR NAME NEW   give an image another name
#   node.sh kill --state DIR ID        end a container at once, as the kernel does when memory runs out
#   node.sh down --state DIR           stop all of it and delete DIR
#
# The node is a network namespace, joined to the machine by a pair of interfaces: the machine is 10.199.0.254, where
# kube-apiserver listens, the node 10.199.0.1, pods are 10.244.0.0/16 and ClusterIPs 10.96.0.0/16. The machine reaches
# all of them; pods reach the machine, and nothing beyond it. One such cluster at a time: $run/owner names its folder.
#
# The programs come from the folder KUBEBUILDER_ASSETS: etcd, kube-apiserver, kube-controller-manager, kube-scheduler,
# kubelet, kube-proxy, kubectl, pause, metrics-server, and two small ones made for this, cluster-dns (names of Services)
# and cluster-volumes (a StorageClass `standard`, whose volumes are folders of root's and may grow).
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/processes.sh"

readonly netns=pyrepo-node machine=10.199.0.254 node=10.199.0.1 pods=10.244 services=10.96 run=/run/pyrepo-node
readonly socket=$run/containerd.sock
# A test may serve images here, without TLS.
readonly registry=$machine:5055
state='' tools=''

# Not `ip netns exec`, which mounts /sys anew and hides the cgroups from kubelet.
on_node() { nsenter --net=/var/run/netns/$netns "$@"; }
launch_on_node() { alive "$1" || launch "$1" nsenter --net=/var/run/netns/$netns "${@:2}"; }
containers() { "$(program ctr)" --address $socket -n k8s.io "$@"; }
kubectl() { "$(program kubectl)" --kubeconfig "$state/kubeconfig" "$@"; }

# Settings of the whole machine that kubelet changes: `down` puts them back.
readonly kernel_settings="vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops
    kernel/keys/root_maxkeys kernel/keys/root_maxbytes"

owner() { cat $run/owner 2> /dev/null || true; }
is_ours() { [ "$(owner)" = "$state" ]; }

# Whether the cluster that is there is used: it runs, or somebody is starting it.
is_in_use() {
    local pid since
    [ -z "$(ip netns pids $netns)" ] || return 0
    read -r pid since < $run/starter && [ -n "$since" ] && [ "$(started "$pid")" = "$since" ]
} 2> /dev/null

network_up() {
    # Of several that start at once, the first one has it.
    exec 9> /run/pyrepo-node.lock
    flock 9
    make_network
    exec 9>&-
}

make_network() {
    if [ -e /var/run/netns/$netns ] && ! is_ours; then
        [ -n "$(owner)" ] || die "somebody else has a network namespace $netns"
        ! is_in_use || die "the cluster of $(owner) is there. To remove it: $here/node.sh down --state $(owner)"
        say "removing what is left of the cluster of $(owner)…"
        "$here/node.sh" down --state "$(owner)"
    fi
    mkdir -p $run
    printf '%s\n' "$state" > $run/owner
    printf '%s %s\n' $$ "$(started $$)" > $run/starter
    [ ! -e /var/run/netns/$netns ] || return 0
    [ -z "$(ip -4 route show exact $services.0.0/16)" ] || die "another cluster has the addresses $services.0.0/16"
    ip netns add $netns
    ip link add $netns type veth peer name eth0 netns $netns
    ip addr add $machine/24 dev $netns
    ip link set $netns up
    ip -n $netns link set lo up
    ip -n $netns addr add $node/24 dev eth0
    ip -n $netns link set eth0 up
    # A connection to a ClusterIP needs a route to begin at all; kube-proxy then turns it elsewhere. The rest is refused.
    ip -n $netns route add $services.0.0/16 via $machine
    ip -n $netns route add unreachable default
    ip route add $services.0.0/16 via $node
    ip route add $pods.0.0/16 via $node
    on_node sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
}

# A cgroup of its own for all pods, in version 2's one tree or in each of version 1's.
cgroups() { find /sys/fs/cgroup -maxdepth 2 -type d -name $netns; }

cgroups_up() {
    local tree
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        for tree in cpu memory pids cpuset io; do
            echo "+$tree" > /sys/fs/cgroup/cgroup.subtree_control 2> /dev/null || true
        done
        mkdir -p /sys/fs/cgroup/$netns
        return
    fi
    for tree in /sys/fs/cgroup/*/; do
        [ ! -e "$tree/cgroup.procs" ] || [ "$tree" = /sys/fs/cgroup/unified/ ] || mkdir -p "$tree$netns"
    done
    # Version 1's cpuset begins empty, and admits no process then.
    tree=/sys/fs/cgroup/cpuset
    if [ -d $tree/$netns ]; then
        cat $tree/cpuset.cpus > $tree/$netns/cpuset.cpus
        cat $tree/cpuset.mems > $tree/$netns/cpuset.mems
    fi
}

containerd_up() {
    mkdir -p $run "$state/cni" "$state/registries/$registry"
    printf '[host."http://%s"]\ncapabilities = ["pull", "resolve"]\n' $registry > "$state/registries/$registry/hosts.toml"
    cat > "$state/cni/10-pods.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$state/ipam",
            "ranges": [[{"subnet": "$pods.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
    cat > "$state/containerd.toml" <<TOML
version = 2
root = "$state/containerd"
state = "$run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper"]
[grpc]
  address = "$socket"
[plugins."io.containerd.internal.v1.opt"]
  path = "$state/containerd-opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "$state/registries"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$tools"
    conf_dir = "$state/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "$tools/runc"
TOML
    launch_on_node containerd "$tools/containerd" --config "$state/containerd.toml"
    until_done 30 containers version || { tail -n 20 "$state/logs/containerd.log" >&2; die 'containerd does not answer'; }
    image_of "$(program pause)" localhost/pause:1
}

# image_of FILE NAME: an image that holds one program, taken in.
image_of() {
    local work program layer config
    work=$(mktemp -d)
    program=/$(basename "$1")
    mkdir "$work/root"
    cp -L "$1" "$work/root$program"
    tar -C "$work/root" --mtime=@0 --numeric-owner --owner=0 --group=0 -cf "$work/layer.tar" .
    layer=$(sha256sum < "$work/layer.tar" | cut -d ' ' -f 1)
    jq -cn --arg layer "sha256:$layer" --arg program "$program" '
        {architecture: "amd64", os: "linux", config: {Entrypoint: [$program], User: "65532", WorkingDir: "/"},
         rootfs: {type: "layers", diff_ids: [$layer]}}' > "$work/config.json"
    config=$(sha256sum < "$work/config.json" | cut -d ' ' -f 1).json
    mv "$work/config.json" "$work/$config"
    jq -cn --arg config "$config" --arg name "$2" '[{Config: $config, RepoTags: [$name], Layers: ["layer.tar"]}]' > "$work/manifest.json"
    tar -C "$work" -cf "$work/image.tar" manifest.json "$config" layer.tar
    containers images import "$work/image.tar" > /dev/null
    rm -rf "$work"
}

control_plane_up() {
    local who server
    server=$(kubectl config view -o jsonpath='{.clusters[0].cluster.server}')
    for who in kube-controller-manager kube-scheduler kube-proxy; do
        certificate $who /CN=system:$who ca
    done
    certificate kubelet /O=system:nodes/CN=system:node:node1 ca DNS:node1,IP:$node
    for who in kube-controller-manager kube-scheduler kube-proxy kubelet; do
        (umask 077 && kubeconfig_for $who "$server" > "$state/$who.kubeconfig")
    done
    mkdir -p "$state/volumes"
    launch_on_node cluster-volumes "$(program cluster-volumes)" \
        --kubeconfig "$state/kubeconfig" --dir "$state/volumes" --node node1
    launch_on_node cluster-dns "$(program cluster-dns)" --kubeconfig "$state/kubeconfig" --listen $node:53
    echo "nameserver $node" > "$state/resolv.conf"
    launch_on_node kube-controller-manager "$(program kube-controller-manager)" --leader-elect=false \
        --bind-address 127.0.0.1 --kubeconfig "$state/kube-controller-manager.kubeconfig" \
        --use-service-account-credentials --root-ca-file "$state/pki/ca.crt" \
        --service-account-private-key-file "$state/pki/service-account.key" \
        --cluster-signing-cert-file "$state/pki/ca.crt" --cluster-signing-key-file "$state/pki/ca.key" \
        --node-monitor-period 2s --horizontal-pod-autoscaler-sync-period 5s --pvclaimbinder-sync-period 2s
    launch_on_node kube-scheduler "$(program kube-scheduler)" --leader-elect=false --bind-address 127.0.0.1 \
        --kubeconfig "$state/kube-scheduler.kubeconfig"
}

kubelet_up() {
    local setting
    cgroups_up
    mkdir -p "$state/kubelet"
    for setting in $kernel_settings; do
        [ ! -r "/proc/sys/$setting" ] || echo "$setting $(< "/proc/sys/$setting")"
    done > "$state/kernel-settings"
    cat > "$state/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $node
authentication:
  anonymous: { enabled: false }
  webhook: { enabled: true }
  x509: { clientCAFile: $state/pki/ca.crt }
authorization: { mode: Webhook }
tlsCertFile: $state/pki/kubelet.crt
tlsPrivateKeyFile: $state/pki/kubelet.key
readOnlyPort: 0
healthzPort: 0
cgroupDriver: cgroupfs
cgroupRoot: /$netns
enforceNodeAllocatable: []
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
evictionHard: { memory.available: 50Mi, nodefs.available: 1%, imagefs.available: 1% }
imageGCHighThresholdPercent: 100
# What is loaded under one name may be pulled under another: it stays usable under both.
imagePullCredentialsVerificationPolicy: NeverVerify
nodeStatusUpdateFrequency: 4s
syncFrequency: 5s
clusterDomain: cluster.local
clusterDNS: [$node]
resolvConf: $state/resolv.conf
YAML
    launch_on_node kubelet "$(program kubelet)" --config "$state/kubelet.yaml" --kubeconfig "$state/kubelet.kubeconfig" \
        --root-dir "$state/kubelet" --cert-dir "$state/kubelet/pki" --container-runtime-endpoint unix://$socket \
        --hostname-override node1 --node-ip $node
    cat > "$state/kube-proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clientConnection: { kubeconfig: $state/kube-proxy.kubeconfig }
clusterCIDR: $pods.0.0/16
hostnameOverride: node1
bindAddress: $node
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
oomScoreAdj: 0
conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s }
YAML
    launch_on_node kube-proxy "$(program kube-proxy)" --config "$state/kube-proxy.yaml"
}

# For HorizontalPodAutoscalers. It is announced when it answers: an API that is announced and down holds up the end of
# every namespace.
metrics_up() {
    local address
    certificate metrics-server /CN=metrics-server ca DNS:metrics-server.kube-system.svc
    launch_on_node metrics-server "$(program metrics-server)" --kubeconfig "$state/kubeconfig" \
        --authentication-kubeconfig "$state/kubeconfig" --authorization-kubeconfig "$state/kubeconfig" \
        --bind-address $node --secure-port 4443 --cert-dir "$state/pki" \
        --tls-cert-file "$state/pki/metrics-server.crt" --tls-private-key-file "$state/pki/metrics-server.key" \
        --kubelet-certificate-authority "$state/pki/ca.crt" --kubelet-preferred-address-types InternalIP \
        --metric-resolution 10s --kubelet-request-timeout 5s
    kubectl apply -f - > /dev/null <<YAML
apiVersion: v1
kind: Service
metadata: { name: metrics-server, namespace: kube-system }
spec: { ports: [{ port: 443, targetPort: 4443 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: metrics-server, namespace: kube-system, labels: { kubernetes.io/service-name: metrics-server } }
addressType: IPv4
endpoints: [{ addresses: ["$node"], conditions: { ready: true } }]
ports: [{ port: 4443, protocol: TCP }]
YAML
    address=$(kubectl -n kube-system get service metrics-server -o jsonpath='{.spec.clusterIP}')
    until_done 30 curl -fsk --noproxy '*' --max-time 2 "https://$address/livez" || die 'metrics-server does not answer'
    kubectl apply -f - > /dev/null <<YAML
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.metrics.k8s.io }
spec:
  group: metrics.k8s.io
  version: v1beta1
  service: { name: metrics-server, namespace: kube-system }
  groupPriorityMinimum: 100
  versionPriority: 100
  caBundle: $(base64 -w0 "$state/pki/ca.crt")
YAML
}

up() {
    [ "$(id -u)" = 0 ] || die 'needs root'
    program kubelet > /dev/null
    network_up
    mkdir -p "$state"
    "$here/api-server.sh" up --state "$state" --address $machine > /dev/null
    containerd_up
    control_plane_up
    kubelet_up
    kubectl apply -f - > /dev/null <<YAML
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: standard, annotations: { storageclass.kubernetes.io/is-default-class: "true" } }
provisioner: example.org/directory
allowVolumeExpansion: true
YAML
    until_done 60 kubectl get node node1 || die 'the node does not come'
    kubectl wait --for=condition=Ready node/node1 --timeout=90s > /dev/null \
        || { tail -n 20 "$state/logs/kubelet.log" >&2; die 'the node does not become ready'; }
    metrics_up
    until_done 60 kubectl -n default get serviceaccount default || die 'the controller manager does nothing'
    printf '%s\n' "$state/kubeconfig"
}

load() {
    local image
    for image in "$@"; do containers images import "$image" > /dev/null; done
}

tag() { containers images tag --force "$1" "$2" > /dev/null; }

end_at_once() { containers tasks kill --signal SIGKILL "$1"; }

stop_pods() {
    local id pid folder
    if alive containerd; then
        for id in $(containers tasks ls -q); do containers tasks rm -f "$id" &> /dev/null || true; done
        for id in $(containers containers ls -q); do containers containers rm "$id" &> /dev/null || true; done
    fi
    stop containerd
    for pid in $(pgrep -f "containerd-shim-runc-v2 .*$socket" || true); do kill -9 "$pid" 2> /dev/null || true; done
    for folder in $(cgroups); do
        for pid in $(find "$folder" -name cgroup.procs -exec cat {} + 2> /dev/null | sort -u); do
            kill -9 "$pid" 2> /dev/null || true
        done
    done
}

down() {
    is_ours || return 0
    local daemon setting value folder
    for daemon in metrics-server cluster-volumes kube-scheduler kube-controller-manager kubelet kube-proxy cluster-dns; do
        stop $daemon
    done
    stop_pods
    if [ -f "$state/kernel-settings" ]; then
        while read -r setting value; do echo "$value" > "/proc/sys/$setting" || true; done < "$state/kernel-settings"
    fi
    # Mounts, the deepest first.
    awk -v a="$state/" -v b="$run/" 'index($2, a) == 1 || index($2, b) == 1 { print $2 }' /proc/self/mounts | sort -r \
        | while read -r folder; do umount -l "$folder" 2> /dev/null || true; done
    for folder in $(cgroups); do find "$folder" -depth -type d -exec rmdir {} + 2> /dev/null || true; done
    for folder in /var/log/pods/*_*; do
        # NAMESPACE_NAME_UID: those that this kubelet knew are ours.
        if grep -qsF -- "${folder##*_}" "$state/logs/kubelet.log"; then rm -rf "$folder"; fi
    done
    find /var/log/containers -xtype l -delete 2> /dev/null || true
    # Before its address goes.
    "$here/api-server.sh" down --state "$state"
    ip link del $netns 2> /dev/null || true
    ip netns del $netns 2> /dev/null || true
    rm -rf $run
}

command=${1:-}
[ $# = 0 ] || shift
[ "${1:-}" = --state ] && [ -n "${2:-}" ] || die 'usage: node.sh up|load|program|tag|kill|down --state DIR …'
state=$(readlink -m "$2")
shift 2
tools=$("$here/node-tools.sh")
# containerd finds its shim, runc and iptables there.
export PATH=$tools:/usr/sbin:/sbin:$PATH
case $command in
    up | load | tag | down) "$command" "$@" ;;
    program) image_of "$@" ;;
    kill) end_at_once "$@" ;;
    *) die "there is no '$command'" ;;
esac
