# shellcheck shell=bash
# What the scripts beside it share: programs, certificates, processes that outlive the script. Sourced, never run.
# api-server.sh and node.sh set $state, the folder of one cluster: its pki/, its logs/, and a NAME.pid for each process.
# cluster.sh and node-tools.sh use no more than `say`, `die` and `until_done`.

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
die() { say "$*"; exit 1; }

# program NAME: its full path.
program() {
    local found folder
    for folder in "${KUBEBUILDER_ASSETS:-}" "${tools:-}"; do
        found=$folder/$1
        if [ -n "$folder" ] && [ -x "$found" ]; then printf '%s\n' "$found"; return; fi
    done
    command -v "$1" || die "there is no $1: set KUBEBUILDER_ASSETS to the folder of Kubernetes' programs"
}

# new_ca NAME: a certificate authority in $state/pki.
new_ca() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=pyrepo-test-$1" \
        -addext keyUsage=critical,keyCertSign,cRLSign -keyout "$state/pki/$1.key" -out "$state/pki/$1.crt" 2> /dev/null
}

# certificate NAME SUBJECT CA [ALTERNATIVE-NAMES]: a key and its certificate.
certificate() {
    local at=$state/pki/$1 ca=$state/pki/$3
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" \
        -keyout "$at.key" -out "$at.csr" 2> /dev/null
    {
        echo 'basicConstraints=critical,CA:FALSE'
        echo 'keyUsage=critical,digitalSignature,keyEncipherment'
        echo 'extendedKeyUsage=serverAuth,clientAuth'
        [ -z "${4:-}" ] || echo "subjectAltName=$4"
    } > "$at.extensions"
    openssl x509 -req -in "$at.csr" -CA "$ca.crt" -CAkey "$ca.key" -CAcreateserial -days 365 \
        -extfile "$at.extensions" -out "$at.crt" 2> /dev/null
    rm "$at.csr" "$at.extensions"
}

# kubeconfig_for NAME SERVER: what the holder of the certificate NAME needs.
kubeconfig_for() {
    cat <<YAML
apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: $2
    certificate-authority-data: $(base64 -w0 "$state/pki/ca.crt")
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w0 "$state/pki/$1.crt")
    client-key-data: $(base64 -w0 "$state/pki/$1.key")
contexts:
- name: test
  context: { cluster: test, user: $1 }
current-context: test
YAML
}

# free_port ADDRESS: a port below those that the kernel gives to clients. Somebody may take it first: `up` tries again then.
free_port() {
    local port
    for _ in {1..100}; do
        port=$((20000 + RANDOM % 12000))
        (: > "/dev/tcp/$1/$port") 2> /dev/null || { printf '%s\n' "$port"; return; }
    done
    die 'found no free port'
}

# launch NAME COMMAND…: in a session of its own, so that a terminal's Ctrl-C does not end it before `down` does.
launch() {
    local name=$1
    shift
    setsid "$@" >> "$state/logs/$name.log" 2>&1 < /dev/null &
    printf '%s %s\n' $! "$(started $!)" > "$state/$name.pid"
}

# started PID: when a process started, in ticks since boot. A pid may be given to another process; the two may not.
started() { sed 's/.*) //' "/proc/$1/stat" 2> /dev/null | cut -d' ' -f20; }

alive() { # alive NAME
    local pid since status
    [ -f "$state/$1.pid" ] || return 1
    read -r pid since < "$state/$1.pid"
    [ -n "$since" ] && [ "$(started "$pid")" = "$since" ] || return 1
    status=$(sed 's/.*) //' "/proc/$pid/stat" 2> /dev/null | cut -d' ' -f1)
    [ -n "$status" ] && [ "$status" != Z ]
}

stop() { # stop NAME: asks it to end, and insists after 10 s.
    local pid
    alive "$1" || return 0
    read -r pid _ < "$state/$1.pid"
    kill "$pid" 2> /dev/null || true
    for _ in {1..200}; do
        alive "$1" || return 0
        sleep 0.05
    done
    kill -9 "$pid" 2> /dev/null || true
}

# until_done SECONDS COMMAND…: tries a command until it succeeds.
until_done() {
    local end=$((SECONDS + $1))
    shift
    until "$@" &> /dev/null; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.2
    done
}
