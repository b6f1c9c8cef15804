#!/usr/bin/env bash
# A cluster with the operator installed and the samples applied: what `./dev cluster` and the tests use.
#   cluster.sh empty  a node of node.sh, with the Gateway API, Traefik and the images; or K3s in Docker, see below
#   cluster.sh up     the same, and the chart and the samples
#   cluster.sh retag TAG   gives both images another tag on the node: a test's next version
#   cluster.sh build-previous   builds the operator's image of the previous commit
#   cluster.sh previous   loads that image on the node with the tag `previous`
#   cluster.sh kill ID   ends a container at once, as the kernel does when memory runs out
#   cluster.sh describe   prints what may tell why a test failed: pods, warnings, the Ingress controller's last lines
#   cluster.sh down   removes all of it
# A second call of `empty` or `up` builds the images again if their sources have changed.
#
# Where the node's programs are missing it is K3s, with the Traefik that it brings: neither traefik.yaml nor the Gateway
# API's CRDs are installed, and its images stay those of the first call until `down`.
#
# Settings: KUBEBUILDER_ASSETS (Kubernetes' programs, kubelet among them), PYREPO_ASSETS (Traefik and Helm, for a cluster
# without Docker), PYREPO_CLUSTER_STATE (a folder, default artifacts/cluster).
set -euo pipefail
shopt -s inherit_errexit
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(readlink -f "$here/../..")
. "$here/processes.sh"

state=$(readlink -m "${PYREPO_CLUSTER_STATE:-$root/artifacts/cluster}")
readonly previous_tag=previous host=packages.pyrepo.test container=pyrepo-cluster k3s=docker.io/rancher/k3s:v1.35.0-k3s1
marker="# pyrepo: $state"

asset() { PATH=$PATH:$("$PYREPO_ASSETS/unpack.sh" "$1") && export PATH; }

# The node without Docker needs programs that are no part of the project.
has_programs() { [ -n "${PYREPO_ASSETS:-}" ] && [ -x "${KUBEBUILDER_ASSETS:-}/kubelet" ]; }

node_up() {
    asset kubernetes
    asset tools
    asset ingress
    export KUBECONFIG=$state/node/kubeconfig ingress=http://10.199.0.1:80
    if [ -e "$state/ready" ]; then images_up; return; fi
    say 'starting a node…'
    "$here/node.sh" up --state "$state/node" > /dev/null
    images_up
    "$here/node.sh" program --state "$state/node" "$(command -v traefik)" localhost/traefik:3
    kubectl apply --server-side -f "$PYREPO_ASSETS/ingress/gateway-api-crds.yaml" > /dev/null
    kubectl wait --for=condition=Established crd --all --timeout=60s > /dev/null
    kubectl apply -f "$here/traefik.yaml" > /dev/null
    name_host 10.199.0.1
    : > "$state/ready"
}

# What has not changed is not made again: pods start anew only where something has.
images_up() {
    local made
    say 'making images…'
    "$root/images/build.sh" "$root/artifacts/images" > /dev/null
    made=$(sha256sum "$root"/artifacts/images/*.tar)
    [ "$made" != "$(cat "$state/images" 2> /dev/null)" ] || return 0
    "$here/node.sh" load --state "$state/node" "$root"/artifacts/images/*.tar
    if [ -e "$state/images" ]; then
        kubectl delete pods --all-namespaces --wait=false -l app.kubernetes.io/name=pyrepo-operator > /dev/null
        kubectl delete pods --all-namespaces --wait=false -l pyrepo.dev/kind > /dev/null
    fi
    printf '%s\n' "$made" > "$state/images"
}

k3s_up() {
    export KUBECONFIG=$state/kubeconfig ingress=http://127.0.0.1:80
    [ ! -e "$state/ready" ] || return 0
    docker run --detach --name $container --privileged --tmpfs /run --tmpfs /var/run \
        --publish 127.0.0.1:6443:6443 --publish 127.0.0.1:80:80 $k3s server --tls-san 127.0.0.1 > /dev/null
    mkdir -p "$state"
    until_done 120 docker exec $container kubectl get node -o name || die 'K3s does not come up: docker logs pyrepo-cluster'
    docker exec $container cat /etc/rancher/k3s/k3s.yaml > "$state/kubeconfig"
    local target
    for target in server operator; do
        docker build --quiet --target $target --tag "$(image_of_target $target)" "$root" > /dev/null
        docker save "$(image_of_target $target)" | docker exec -i $container ctr --namespace k8s.io images import - > /dev/null
    done
    name_host 127.0.0.1
    : > "$state/ready"
}

image_of_target() {
    case $1 in server) set -- pyrepo ;; operator) set -- pyrepo-operator ;; esac
    printf 'ghcr.io/pyrepo/%s:%s\n' "$1" "$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")"
}

# name_host ADDRESS: the samples' host name, on this machine; and those of the tests.
name_host() {
    [ -w /etc/hosts ] || { say "add to /etc/hosts: $1 $host"; return; }
    unname_host
    echo "$1 $host $(printf '%s.pyrepo.test ' {a..z}) $marker" >> /etc/hosts
}

# Not `sed -i`: a container's /etc/hosts can be written, not replaced.
unname_host() {
    local kept
    kept=$(grep -vF "$marker" /etc/hosts || true)
    [ "$kept" = "$(< /etc/hosts)" ] || printf '%s\n' "$kept" > /etc/hosts
}

empty() {
    if has_programs; then
        node_up
    elif command -v docker > /dev/null && docker info &> /dev/null; then
        command -v helm > /dev/null || die 'helm is missing: https://helm.sh/docs/intro/install'
        k3s_up
    else
        die 'needs Docker, or KUBEBUILDER_ASSETS and PYREPO_ASSETS with the programs of a node'
    fi
    until_done 120 curl -sS --noproxy '*' --max-time 2 "$ingress" || die 'the Ingress controller does not answer'
    printf 'export KUBECONFIG=%s\nexport PYREPO_INGRESS=%s\n' "$KUBECONFIG" "$ingress"
}

up() {
    local lines
    lines=$(empty)
    eval "$lines"
    if has_programs; then asset kubernetes; asset tools; fi
    say 'installing the operator…'
    helm upgrade --install pyrepo-operator "$root/charts/pyrepo-operator" --namespace pyrepo-system --create-namespace \
        --reset-values --wait --timeout 3m > /dev/null
    kubectl get namespace packages &> /dev/null || kubectl create namespace packages > /dev/null
    kubectl label --overwrite namespace packages pyrepo-system pod-security.kubernetes.io/enforce=restricted > /dev/null
    kubectl apply -n packages -f "$root/config/samples" > /dev/null
    # A proxy of PyPI is ready whether or not PyPI can be reached from here.
    kubectl wait -n packages --for=condition=Ready pyrepo --all --timeout=3m > /dev/null
    kubectl get -n packages pyrepo >&2
    printf '%s\n' "$lines"
}

retag() {
    local image
    for image in "$(image_of_target server)" "$(image_of_target operator)"; do
        if has_programs; then
            "$here/node.sh" tag --state "$state/node" "$image" "${image%:*}:$1"
        else
            docker exec $container ctr --namespace k8s.io images tag "$image" "${image%:*}:$1" > /dev/null
        fi
    done
}

kill_container() {
    if has_programs; then
        "$here/node.sh" kill --state "$state/node" "$1"
    else
        docker exec $container ctr --namespace k8s.io tasks kill --signal SIGKILL "$1" > /dev/null
    fi
}

# Without Git's history, with K3s, or where golden files say that pods differ now, the previous commit is this one.
has_previous() {
    has_programs && git -C "$root" cat-file -e HEAD~1:images/build.sh 2> /dev/null \
        && git -C "$root" diff --quiet HEAD~1 -- tests/PyRepo.Operator.Tests/Golden
}

previous_source() { printf '%s/previous-%s\n' "$state" "$(git -C "$root" rev-parse HEAD~1)"; }

# Only the upgrade tests run this image: it is not compiled ahead of time, which takes minutes. The runtime that it has
# instead needs the library of C++, which an image does not have. Its packages are others than the locked ones.
build_previous() {
    local source
    has_previous || { say 'no previous commit has the same pods: upgrades are tested from this one'; return 0; }
    source=$(previous_source)
    [ ! -e "$source/images/built/pyrepo-operator.tar" ] || return 0
    rm -rf "$state"/previous-*
    mkdir -p "$source"
    git -C "$root" archive HEAD~1 | tar -xC "$source"
    printf '%s\n' -p:PublishAot=false -p:PublishTrimmed=false -p:PublishReadyToRun=false -p:PublishSelfContained=true \
        -p:PublishSingleFile=true -p:RunAnalyzers=false -p:RestoreLockedMode=false > "$source/Directory.Build.rsp"
    sed -i 's/^packages=(/&libstdc++6 /' "$source/images/build.sh"
    env -u PYREPO_PROGRAMS "$source/images/build.sh" "$source/images/built" "$previous_tag" pyrepo-operator > /dev/null
}

previous() {
    if has_previous; then
        build_previous
        "$here/node.sh" load --state "$state/node" "$(previous_source)"/images/built/*.tar
    else
        retag "$previous_tag"
    fi
}

# Whatever of it cannot be read is left out.
describe() {
    local lines
    if has_programs; then
        asset kubernetes
        export KUBECONFIG=$state/node/kubeconfig
        nsenter --net=/var/run/netns/pyrepo-node iptables-save -t nat | grep CNI- || true
    else
        export KUBECONFIG=$state/kubeconfig
    fi
    kubectl get pods --all-namespaces --output wide || true
    kubectl get events --all-namespaces --field-selector type=Warning --sort-by .lastTimestamp | tail -n 40 || true
    for lines in '' --previous; do
        kubectl logs --namespace traefik deployment/traefik --tail 20 $lines || true
    done
}

down() {
    unname_host
    if [ -d "$state/node" ]; then "$here/node.sh" down --state "$state/node"; fi
    if command -v docker > /dev/null && docker inspect $container &> /dev/null; then
        docker rm --force --volumes $container > /dev/null
    fi
    rm -rf "$state"
}

case ${1:-} in
    empty | up | previous | describe | down) "$1" ;;
    build-previous) build_previous ;;
    retag) retag "${2:?}" ;;
    kill) kill_container "${2:?}" ;;
    *) die 'usage: cluster.sh empty|up|retag TAG|build-previous|previous|kill ID|describe|down' ;;
esac
