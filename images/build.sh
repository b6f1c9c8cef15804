#!/usr/bin/env bash
# The images of the Dockerfile without Docker: build.sh OUT [TAG [NAME…]]
# Writes OUT/pyrepo.tar and OUT/pyrepo-operator.tar, OCI archives of ghcr.io/pyrepo/pyrepo:TAG and
# ghcr.io/pyrepo/pyrepo-operator:TAG, and next to each its SBOM. The same programs give the same bytes. If nothing has
# changed since the last call, nothing is built. With PYREPO_PROGRAMS set, the programs are those that are there.
#
# Their first layer, which they share, is the libraries that the programs need: those of this machine's Debian, or with
# LIBRARIES set, and then for any ARCHITECTURE, what libraries.sh has fetched into that folder. The second layer is the
# program, one file. There is no shell and no package manager in them.
set -euo pipefail
shopt -s inherit_errexit
umask 022
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
. images/platform.sh

out=$(readlink -m "${1:?usage: build.sh OUT [TAG [NAME…]]}")
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
tag=${2:-$version}
names=${*:3}
names=${names:-all}
revision=$(git rev-parse HEAD 2> /dev/null || true)
registry=ghcr.io/pyrepo
packages=(libc6 libgcc-s1 libssl3 libcrypt1 ca-certificates)
system=${LIBRARIES:+$(readlink -f "$LIBRARIES")/root}
[ -n "$system" ] || [ "$architecture" = "$native" ] || { echo "build.sh: set LIBRARIES for $architecture" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The packages of the first layer: name, version, architecture.
packages() {
    if [ -n "$system" ]; then
        cat "$LIBRARIES/packages"
    else
        dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\n' "${packages[@]}"
    fi
}

files_of_packages() {
    if [ -n "$system" ]; then (cd "$system" && find . | cut -c 2- | LC_ALL=C sort); else dpkg -L "${packages[@]}"; fi
}

library_root() { # library_root FOLDER
    local root=$1 file package
    mkdir -p "$root"/{app,etc/ssl/certs,tmp,usr/bin,usr/lib,usr/lib64}
    ln -s usr/bin usr/lib usr/lib64 "$root/"
    # Debian's symbolic links /lib and /lib64 make one file look like two.
    for file in $(files_of_packages | grep -v /gconv/ | grep -E '\.so(\.[0-9.]+)?$'); do
        [ -f "$system$file" ] || [ -L "$system$file" ] || continue
        [ ! -d "$system$file" ] || continue
        file=${file/#\/lib/\/usr\/lib}
        mkdir -p "$root$(dirname "$file")"
        cp -P "$system$file" "$root$file" 2> /dev/null || cp -P "$system${file/#\/usr/}" "$root$file"
    done
    for package in $(packages | cut -f 1); do
        mkdir -p "$root/usr/share/doc/$package"
        cp "$system/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/"
    done
    # What this machine trusts beside the public authorities has no place in a release.
    if [ -n "$system" ]; then
        cat "$system"/usr/share/ca-certificates/mozilla/*.crt > "$root/etc/ssl/certs/ca-certificates.crt"
    else
        cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    fi
    echo 'pyrepo:x:65532:65532::/:/sbin/nologin' > "$root/etc/passwd"
    echo 'pyrepo:x:65532:' > "$root/etc/group"
    echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
    cp "$system/etc/os-release" "$root/etc/"
}

# blob FILE MEDIA_TYPE: moves a file into $layout and prints its descriptor.
blob() {
    local digest size
    digest=$(sha256sum < "$1" | cut -d ' ' -f 1) size=$(stat -c %s "$1")
    mv "$1" "$layout/blobs/sha256/$digest"
    printf '{"mediaType":"%s","digest":"sha256:%s","size":%s}' "$2" "$digest" "$size"
}

pack() { tar -C "$1" --format=gnu --sort=name --mtime=@0 --numeric-owner --owner=0 --group=0 -cf "$2" .; }

# image NAME DESCRIPTION COMMAND…: needs $work/libraries.layer and $work/libraries.layer.gz.
image() {
    local name=$1 description=$2 config manifest labels layers diffs
    shift 2
    [ "$names" = all ] || [[ " $names " == *" $name "* ]] || return 0
    if [ -n "${PYREPO_PROGRAMS:-}" ]; then programs=$PYREPO_PROGRAMS; else images/programs.sh "$name"; fi
    mkdir -p "$work/$name/app"
    cp "$programs/$name/$name" "$work/$name/app/"
    layout=$work/$name.layout
    mkdir -p "$layout/blobs/sha256"
    packages | images/sbom.sh "$name" "$version" "$programs/$name/$name.deps.json" "$system" > "$out/$name.spdx.json"
    cp "$out/$name.spdx.json" "$work/$name/app/sbom.spdx.json"
    pack "$work/$name" "$work/$name.layer"
    diffs=$(sha256sum "$work/libraries.layer" "$work/$name.layer" | jq -Rn '[inputs | "sha256:" + .[:64]]')
    gzip -n -6 "$work/$name.layer"
    cp "$work/libraries.layer.gz" "$work/$name.libraries.gz"
    layers=$(for layer in "$work/$name.libraries.gz" "$work/$name.layer.gz"; do
        blob "$layer" application/vnd.oci.image.layer.v1.tar+gzip; done | jq -s .)
    labels=$(jq -n --arg title "$name" --arg description "$description" --arg version "$version" --arg revision "$revision" '
        {title: $title, description: $description, version: $version, revision: $revision, licenses: "Apache-2.0",
         vendor: "The PyRepo authors", source: "https://github.com/pyrepo/pyrepo"}
        | with_entries(.key |= "org.opencontainers.image." + .)')
    jq -n --arg architecture "$architecture" --arg program "/app/$name" --argjson labels "$labels" --argjson diffs "$diffs" \
        --arg created "$(date -u -d "@${SOURCE_DATE_EPOCH:-0}" +%FT%TZ)" '
        {created: $created, architecture: $architecture, os: "linux",
         config: {User: "65532:65532", WorkingDir: "/", Entrypoint: [$program], Cmd: $ARGS.positional, Labels: $labels,
                  Env: ["PATH=/usr/bin"]},
         rootfs: {type: "layers", diff_ids: $diffs}}' --args -- "$@" > "$work/config"
    config=$(blob "$work/config" application/vnd.oci.image.config.v1+json)
    jq -n --argjson config "$config" --argjson layers "$layers" '
        {schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config: $config, layers: $layers}' > "$work/manifest"
    manifest=$(blob "$work/manifest" application/vnd.oci.image.manifest.v1+json)
    jq -n --argjson manifest "$manifest" --arg name "$registry/$name:$tag" --arg tag "$tag" '
        {schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [$manifest
         + {annotations: {"io.containerd.image.name": $name, "org.opencontainers.image.ref.name": $tag}}]}' > "$layout/index.json"
    echo '{"imageLayoutVersion":"1.0.0"}' > "$layout/oci-layout"
    pack "$layout" "$out/$name.tar"
    printf '%s: %s/%s:%s, %s MB\n' "$out/$name.tar" "$registry" "$name" "$tag" "$(($(stat -c %s "$out/$name.tar") / 1000000))"
}

# The inputs of the images: the sources, the commit and tag that they name, and Debian's libraries.
inputs() {
    printf '%s\n' "$revision" "$tag" "$names" "$architecture"
    find src images Directory.* global.json -type f -print0 | sort -z | xargs -0 sha256sum
    packages
}

mkdir -p "$out"
inputs > "$work/inputs"
if cmp -s "$work/inputs" "$out/inputs"; then exit 0; fi
rm -f "$out/inputs"
library_root "$work/libraries"
pack "$work/libraries" "$work/libraries.layer"
gzip -n -6 -k "$work/libraries.layer"
image pyrepo 'A Python package index: hosted, pull-through, or several as one.' \
    serve -f /etc/pyrepo --data /var/lib/pyrepo
image pyrepo-operator 'Private Python package repositories as Kubernetes resources: the operator.' run
mv "$work/inputs" "$out/inputs"
