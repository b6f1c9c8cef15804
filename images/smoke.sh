#!/usr/bin/env bash
# Whether a release's programs run on another processor, with the files of their images alone, by qemu's emulation of it:
# smoke.sh OUT ARCHITECTURE
# Both say their version; the server starts, checks a password, takes an upload, and pip installs it.
set -euo pipefail
shopt -s inherit_errexit
out=$(readlink -f "${1:?usage: smoke.sh OUT ARCHITECTURE}") architecture=${2:?usage: smoke.sh OUT ARCHITECTURE}
case $architecture in amd64) processor=x86_64 ;; arm64) processor=aarch64 ;; esac
version=$(basename "$out"/pyrepo-operator-*.tgz .tgz)
version=${version#pyrepo-operator-}
work=$(mktemp -d)
server=''
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; rm -rf "$work"' EXIT

fail() { echo "smoke.sh: $1" >&2; [ ! -s "$work/log" ] || tail -n 20 "$work/log" >&2; exit 1; }

blob() { printf '%s/oci/%s/blobs/%s\n' "$out" "$1" "${2/://}"; }

# unpack NAME: the files of an image.
unpack() {
    local manifest layer
    manifest=$(jq -r --arg tag "$version" \
        '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == $tag) | .digest' "$out/oci/$1/index.json")
    manifest=$(jq -r --arg for "$architecture" '.manifests[] | select(.platform.architecture == $for) | .digest' \
        "$(blob "$1" "$manifest")")
    mkdir "$work/$1"
    for layer in $(jq -r '.layers[].digest' "$(blob "$1" "$manifest")"); do
        tar -xzf "$(blob "$1" "$layer")" -C "$work/$1"
    done
}

# run NAME ARGUMENT…: what the program opens is looked up in its image first.
run() { "qemu-$processor" -L "$work/$1" "$work/$1/app/$1" "${@:2}"; }

unpack pyrepo
unpack pyrepo-operator
for name in pyrepo pyrepo-operator; do
    said=$(run $name --version) || fail "$name does not start"
    [ "$said" = "$version" ] || fail "$name says '$said'"
    echo "$name $version on $architecture"
done

cat > "$work/repository.yaml" <<'YAML'
apiVersion: pyrepo.dev/v1alpha1
kind: PythonRepository
metadata: { name: team }
spec:
  access:
    usersSecretRef: { name: users }
    grants: [ { to: [ { user: alice } ], role: Publisher } ]
---
apiVersion: v1
kind: Secret
metadata: { name: users }
stringData:
  htpasswd: |
    alice:$6$nF3xUq0aPk7ZrT2c$f5GRiAdTWEqinATypv54THKYPfSLOd/czYhdjuSP2DswRZfb16A..lt81.cLk9OYtrEjGfP6wi2KM2fA8yS6H0
YAML
python3 - "$work/smoke_test-1.0-py3-none-any.whl" <<'PY'
import base64, hashlib, sys, zipfile
files = {
    "smoke_test.py": b"value = 'kept'\n",
    "smoke_test-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: smoke-test\nVersion: 1.0\n",
    "smoke_test-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nGenerator: smoke\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
hash_of = lambda data: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
record = "".join(f"{name},sha256={hash_of(data)},{len(data)}\n" for name, data in files.items())
files["smoke_test-1.0.dist-info/RECORD"] = (record + "smoke_test-1.0.dist-info/RECORD,,\n").encode()
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    for name, data in files.items():
        wheel.writestr(name, data)
PY
# Ports that are free now.
read -r port management < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(one.getsockname()[1] for one in sockets))')
run pyrepo serve -f "$work/repository.yaml" --data "$work/data" --root team --listen "127.0.0.1:$port" \
    --management "127.0.0.1:$management" > "$work/log" 2>&1 &
server=$!
url=http://127.0.0.1:$port
answer() { curl -s --noproxy '*' -o "$work/answer" -w '%{http_code}' "$@" || true; }
for _ in {1..300}; do
    [ "$(answer "$url/simple/")" != 401 ] || break
    kill -0 $server 2> /dev/null || fail 'the server ended'
    sleep 0.2
done
upload() { # upload PASSWORD
    answer -u "alice:$1" -F :action=file_upload -F protocol_version=1 \
        -F name=smoke-test -F version=1.0 -F filetype=bdist_wheel -F pyversion=py3 -F metadata_version=2.1 \
        -F content=@"$work/smoke_test-1.0-py3-none-any.whl" "$url/"
}
[ "$(upload wrong)" = 401 ] || fail 'a wrong password was not refused'
[ "$(upload correct-horse)" = 200 ] || fail "the upload failed: $(cat "$work/answer")"
pip_log=$(NO_PROXY='*' python3 -m pip install --quiet --disable-pip-version-check --no-cache-dir \
    --target "$work/installed" --index-url "http://alice:correct-horse@127.0.0.1:$port/simple/" smoke-test 2>&1) || fail "$pip_log"
[ "$(PYTHONPATH=$work/installed python3 -c 'import smoke_test; print(smoke_test.value)')" = kept ] || fail 'something else was installed'
echo "pyrepo on $architecture took an upload, and pip installed it"
