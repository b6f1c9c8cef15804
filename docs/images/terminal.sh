#!/usr/bin/env bash
# Writes terminal.svg: a session on the cluster of `./dev cluster`, from `kubectl apply` to `pip install`. The commands
# are run, and the picture has what they print. Needs the test assets (PYREPO_ASSETS), which have twine, pip and uv.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(readlink -f "$here/../..")
readonly host=t.pyrepo.test namespace=team-session columns=104

# What the session finds: a namespace of its own, the clients, and a package in dist/.
prepare() {
    local client
    for client in twine uv pip; do PATH=$("$PYREPO_ASSETS/python/install.sh" $client):$PATH; done
    PATH=${KUBEBUILDER_ASSETS:+$KUBEBUILDER_ASSETS:}$PATH
    # No setting of this machine plays a part.
    unset "${!PIP_@}" "${!UV_@}" "${!TWINE_@}"
    export NO_COLOR=1 TERM=dumb COLUMNS=200 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CONFIG_FILE=/dev/null PIP_NO_CACHE_DIR=1
    eval "$("$root/dev" cluster)"
    cp "$KUBECONFIG" kubeconfig
    export KUBECONFIG=$PWD/kubeconfig HOME=$PWD no_proxy=$host
    kubectl delete namespace $namespace --ignore-not-found > /dev/null
    kubectl create namespace $namespace > /dev/null
    kubectl config set-context --current --namespace $namespace > /dev/null
    uv init --quiet --lib acme-lib
    uv build --quiet --out-dir dist acme-lib
    python3 -m venv .venv
    PATH=$PWD/.venv/bin:$PATH
    cat > team.yaml <<YAML
apiVersion: pyrepo.dev/v1beta1
kind: PythonRepository
metadata: { name: team }
spec:
  storage: { persistentVolumeClaim: { size: 10Gi } }
  ingress: { host: $host }
YAML
}

# An Ingress controller needs a moment until it knows the way.
until_reachable() { curl -sf -o page --retry 60 --retry-delay 1 --retry-all-errors "http://$host/simple/"; }

# show COMMAND: runs it, and records it with what it prints.
show() {
    printf '$ %s\n' "$1"
    eval "$1" 2>&1
}

session() {
    show 'cat team.yaml'
    show 'kubectl apply -f team.yaml'
    show 'kubectl wait --for=condition=Ready pythonrepository/team'
    show 'kubectl get pythonrepository'
    until_reachable
    show "export TWINE_PASSWORD=\$(kubectl get secret team-credentials -o jsonpath={.data.password} | base64 -d)"
    show "twine upload --disable-progress-bar --repository-url http://$host/ -u publisher dist/*"
    show "pip install --quiet --index-url http://$host/simple/ --trusted-host $host acme-lib"
    show "python -c 'import acme_lib; print(acme_lib.hello())'"
}

escape() { sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' -e 's/[[:space:]]*$//'; }

# draw FILE: an SVG of the lines of a file, which a terminal of so many columns would break as here.
draw() {
    local line lines=() y=50 width height length class
    mapfile -t lines < <(fold -w $columns "$1")
    width=$((columns * 8 + 40)) height=$((${#lines[@]} * 20 + 60))
    cat <<SVG
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $width $height" width="$width" height="$height" role="img"
  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
<title>A terminal: a repository is applied, a package uploaded and installed</title>
<style>text { fill: #c9d1d9; white-space: pre } .command { fill: #fff; font-weight: 600 } .prompt { fill: #3fb68b }</style>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
<g fill="#484f58"><circle cx="20" cy="20" r="5"/><circle cx="38" cy="20" r="5"/><circle cx="56" cy="20" r="5"/></g>
SVG
    for line in "${lines[@]}"; do
        length=${#line} class=
        case $line in '$ '*) class=' class="command"' ;; esac
        line=$(printf '%s\n' "$line" | escape | sed 's:^\$:<tspan class="prompt">$</tspan>:')
        # With textLength every font has the same columns.
        [ -z "$line" ] || printf '<text x="20" y="%d"%s textLength="%d" xml:space="preserve">%s</text>\n' \
            $y "$class" $((length * 8)) "$line"
        y=$((y + 20))
    done
    echo '</svg>'
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
home=$HOME
cd "$work"
prepare
session > session
if grep -F -e "$work" -e "$root" -e "$home" -e "$(hostname)." session >&2; then
    echo 'terminal.sh: the session shows a path or the name of this machine' >&2
    exit 1
fi
draw session > "$here/terminal.svg"
kubectl delete namespace $namespace --wait=false > /dev/null
