#!/usr/bin/env bash
# Copies a release into a registry, with its signatures, attestations and lists of parts: push.sh [--plain-http] REGISTRY
#   ./push.sh registry.example.com/pyrepo
# Images, chart and OLM bundle become registry.example.com/pyrepo/pyrepo and so on, byte by byte, so that digests stay the
# same. If the registry asks for a password, it is that of REGISTRY_USER in REGISTRY_PASSWORD. It needs curl, and no rights.
set -euo pipefail
shopt -s inherit_errexit
scheme=https
[ "${1:-}" != --plain-http ] || { scheme=http; shift; }
registry=${1:?usage: push.sh [--plain-http] REGISTRY}
host=${registry%%/*} prefix=${registry#"$host"}
prefix=${prefix#/}
base=$scheme://$host
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Not on a command line, where others see it.
: > "$work/credentials"
credentials=${REGISTRY_USER:-}:${REGISTRY_PASSWORD:-}
credentials=${credentials//\\/\\\\}
[ "$credentials" = : ] || printf 'user = "%s"\n' "${credentials//\"/\\\"}" > "$work/credentials"

# call ARGUMENT…: a request, with what the registry wants to see; its status and headers are in $work.
call() {
    curl -sS --retry 3 -K "$work/authorization" -D "$work/headers" -o "$work/answer" -w '%{http_code}' "$@" > "$work/status"
}

is() { [[ $(< "$work/status") == $1 ]]; }

header() { tr -d '\r' < "$work/headers" | sed -n "s/^$1: *//Ip" | tail -n 1; }

must() { is "$1" || { echo "push.sh: $2: HTTP $(< "$work/status") $(head -c 500 "$work/answer")" >&2; exit 1; }; }

# login REPOSITORY: https://distribution.github.io/distribution/spec/auth/token/
login() {
    local challenge realm service token
    : > "$work/authorization"
    call "$base/v2/"
    is 401 || return 0
    challenge=$(header WWW-Authenticate)
    case $challenge in
        [Bb]earer*)
            realm=$(sed -n 's/.*realm="\([^"]*\)".*/\1/p' <<< "$challenge")
            service=$(sed -n 's/.*service="\([^"]*\)".*/\1/p' <<< "$challenge")
            token=$(curl -sS -f -K "$work/credentials" -G "$realm" --data-urlencode "service=$service" \
                --data-urlencode "scope=repository:$1:pull,push" | sed -n 's/.*"\(access_\)\{0,1\}token" *: *"\([^"]*\)".*/\2/p')
            printf 'header = "Authorization: Bearer %s"\n' "$token" > "$work/authorization" ;;
        *) cp "$work/credentials" "$work/authorization" ;;
    esac
}

# push_blob REPOSITORY FILE DIGEST: what the registry has is not sent again.
push_blob() {
    local location
    call --head "$base/v2/$1/blobs/$3"
    ! is 200 || return 0
    call -X POST -H 'Content-Length: 0' "$base/v2/$1/blobs/uploads/"
    must 202 "$1 takes no upload"
    location=$(header Location)
    [[ $location == http* ]] || location=$base$location
    [[ $location == *\?* ]] && location+='&' || location+='?'
    call -X PUT -H 'Content-Type: application/octet-stream' -T "$2" "${location}digest=$3"
    must 201 "$1 does not take $3"
}

previous=''
while read -r name kind digest tag; do
    repository=${prefix:+$prefix/}$name file=oci/$name/blobs/${digest/:/\/}
    [ "$name" = "$previous" ] || { login "$repository"; echo "$registry/$name"; previous=$name; }
    if [ "$kind" = blob ]; then
        push_blob "$repository" "$file" "$digest"
    else
        call -X PUT -H "Content-Type: $kind" --data-binary "@$file" "$base/v2/$repository/manifests/${tag:-$digest}"
        must 201 "$repository does not take ${tag:-$digest}"
    fi
done < uploads.txt
