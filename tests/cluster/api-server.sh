#!/usr/bin/env bash
# A real Kubernetes API for tests, and nothing else: etcd and kube-apiserver, on 127.0.0.1 or on `--address IP`.
#   api-server.sh up --state DIR     start it; prints the path of the administrator's kubeconfig
#   api-server.sh down --state DIR   stop it and delete DIR
#   api-server.sh run --state DIR    up, then down as soon as standard input ends
# `run` is for a test process: its end of the pipe closes when it dies, however it dies, and nothing is left behind.
#
# The programs etcd, kube-apiserver and kubectl come from the folder KUBEBUILDER_ASSETS, else from PATH. Needs openssl,
# and no root. DIR/kubeconfig is the administrator's, DIR/audit.log has one JSON line for each request, DIR/logs the rest.
#
# No controllers run: Deployments make no pods, owner references are not collected, a deleted namespace stays
# Terminating, and namespaces get no ServiceAccount `default` (so on 127.0.0.1 that admission check is off).
# node.sh, which adds them, asks for an address that pods can reach.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/processes.sh"

state='' address=127.0.0.1

make_keys() {
    mkdir -p "$state/pki"
    new_ca ca
    # Who is behind a proxy is said by headers that only this authority's certificates may send.
    new_ca front-proxy
    certificate front-proxy-client /CN=front-proxy-client front-proxy
    certificate server /CN=kube-apiserver ca \
        "DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:$address,IP:10.96.0.1"
    certificate kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client ca
    certificate admin /O=system:masters/CN=admin ca
    openssl genrsa -out "$state/pki/service-account.key" 2048 2> /dev/null
    openssl rsa -in "$state/pki/service-account.key" -pubout -out "$state/pki/service-account.pub" 2> /dev/null
}

write_audit_policy() {
    cat > "$state/audit-policy.yaml" <<'YAML'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- { level: None, nonResourceURLs: ["/readyz*", "/livez*", "/healthz*"] }
- { level: None, userGroups: ["system:apiserver"] }
- { level: None, users: ["system:apiserver"] }
- { level: Metadata }
YAML
}

start() {
    local etcd port reach
    etcd=http://127.0.0.1:$(free_port 127.0.0.1)
    port=$(free_port "$address")
    # A loopback address can't be an Endpoint.
    if [[ $address == 127.* ]]; then
        reach=(--endpoint-reconciler-type none --disable-admission-plugins ServiceAccount)
    else
        reach=(--enable-admission-plugins NodeRestriction)
    fi
    rm -rf "$state/etcd"
    mkdir -p "$state/etcd" "$state/logs"
    chmod 700 "$state/etcd"
    launch etcd "$(program etcd)" --data-dir "$state/etcd" --unsafe-no-fsync --log-level warn \
        --listen-client-urls "$etcd" --advertise-client-urls "$etcd" --listen-peer-urls http://127.0.0.1:0
    launch kube-apiserver "$(program kube-apiserver)" \
        --etcd-servers "$etcd" --bind-address "$address" --advertise-address "$address" --secure-port "$port" "${reach[@]}" \
        --cert-dir "$state/pki" --client-ca-file "$state/pki/ca.crt" \
        --tls-cert-file "$state/pki/server.crt" --tls-private-key-file "$state/pki/server.key" \
        --requestheader-client-ca-file "$state/pki/front-proxy.crt" --requestheader-allowed-names front-proxy-client \
        --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
        --requestheader-extra-headers-prefix X-Remote-Extra- \
        --proxy-client-cert-file "$state/pki/front-proxy-client.crt" \
        --proxy-client-key-file "$state/pki/front-proxy-client.key" \
        --kubelet-certificate-authority "$state/pki/ca.crt" --kubelet-preferred-address-types InternalIP \
        --kubelet-client-certificate "$state/pki/kubelet-client.crt" --kubelet-client-key "$state/pki/kubelet-client.key" \
        --authorization-mode Node,RBAC --allow-privileged --service-cluster-ip-range 10.96.0.0/16 \
        --service-account-issuer https://kubernetes.default.svc.cluster.local \
        --service-account-signing-key-file "$state/pki/service-account.key" \
        --service-account-key-file "$state/pki/service-account.pub" \
        --audit-policy-file "$state/audit-policy.yaml" --audit-log-path "$state/audit.log" --audit-log-mode blocking
    (umask 077 && kubeconfig_for admin "https://$address:$port" > "$state/kubeconfig")
}

# Ready: the start-up hooks have made the namespace `default`.
until_ready() {
    local end=$((SECONDS + 90))
    until "$(program kubectl)" --kubeconfig "$state/kubeconfig" get namespace default --request-timeout 5s &> /dev/null; do
        alive etcd && alive kube-apiserver && [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

up() {
    command -v openssl > /dev/null || die 'openssl is missing'
    program etcd > /dev/null && program kube-apiserver > /dev/null && program kubectl > /dev/null
    if [ -f "$state/.api-server" ] && alive kube-apiserver; then
        printf '%s\n' "$state/kubeconfig"
        return
    fi
    if [ ! -f "$state/.api-server" ] && [ -n "$(ls -A "$state" 2> /dev/null)" ]; then
        die "$state has other things in it"
    fi
    mkdir -p "$state"
    chmod 700 "$state"
    : > "$state/.api-server"
    make_keys
    write_audit_policy
    for _ in 1 2 3; do
        start
        if until_ready; then
            printf '%s\n' "$state/kubeconfig"
            return
        fi
        stop_both
    done
    tail -n 20 "$state/logs/etcd.log" "$state/logs/kube-apiserver.log" >&2
    die 'the API server does not become ready'
}

stop_both() {
    stop kube-apiserver
    stop etcd
}

down() {
    [ -f "$state/.api-server" ] || return 0
    stop_both
    rm -rf "$state"
}

run() {
    trap : INT TERM HUP
    trap down EXIT
    up
    cat > /dev/null
}

command=${1:-}
[ $# = 0 ] || shift
while [ $# -gt 0 ]; do
    case $1 in
        --state) state=$(readlink -m "${2:?}"); shift 2 ;;
        --address) address=${2:?}; shift 2 ;;
        *) die "unknown option $1" ;;
    esac
done
case $command in
    up | down | run) [ -n "$state" ] || die '--state DIR is missing'; "$command" ;;
    *) die 'usage: api-server.sh up|down|run --state DIR [--address IP]' ;;
esac
