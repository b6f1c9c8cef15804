#!/usr/bin/env bash
# The images of the Dockerfile without Docker: build.sh OUT [TAG [NAME…]]
# Writes OUT/pyrepo.tar and OUT/pyrepo-operator.tar, OCI archives of ghcr.io/pyrepo/pyrepo:TAG and
# ghcr.io/pyrepo/pyrepo-operator:TAG, and next to each its SBOM. The same programs give the same bytes. Compiled again in
# the same folder, a program has the same code under another id. If nothing has changed since the last call, nothing is
# built. With PYREPO_PROGRAMS set, the programs are those that are there.
#
# Their first layer, which they share, is the libraries of this machine's Debian that the programs need; the second is the
# program, one file. There is no shell and no package manager in them.
set -euo pipefail
shopt -s inherit_errexit
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

out=$(readlink -m "${1:?usage: build.sh OUT [TAG [NAME…]]}")
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
tag=${2:-$version}
names=${*:3}
names=${names:-all}
revision=$(git rev-parse HEAD 2> /dev/null || true)
registry=ghcr.io/pyrepo
packages=(libc6 libgcc-s1 libssl3 libcrypt1 ca-certificates)
case $(uname -m) in
    x86_64) architecture=amd64 ;;
    aarch64) architecture=arm64 ;;
    *) echo "build.sh: no image for $(uname -m)" >&2; exit 1 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

library_root() { # library_root FOLDER
    local root=$1 file
    mkdir -p "$root"/{app,etc/ssl/certs,tmp,usr/bin,usr/lib,usr/lib64}
    ln -s usr/bin usr/lib usr/lib64 "$root/"
    # Debian's symbolic links /lib and /lib64 make one file look like two.
    for file in $(dpkg -L "${packages[@]}" | grep -v /gconv/ | grep -E '\.so(\.[0-9.]+)?$|/copyright$'); do
        [ -f "$file" ] || continue
        file=${file/#\/lib/\/usr\/lib}
        mkdir -p "$root$(dirname "$file")"
        cp -P "$file" "$root$file" 2> /dev/null || cp -P "${file/#\/usr/}" "$root$file"
    done
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    echo 'pyrepo:x:65532:65532::/:/sbin/nologin' > "$root/etc/passwd"
    echo 'pyrepo:x:65532:' > "$root/etc/group"
    echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
    cp /etc/os-release "$root/etc/"
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
    [ -n "${PYREPO_PROGRAMS:-}" ] || images/programs.sh "$name"
    mkdir -p "$work/$name/app"
    cp "artifacts/programs/$name/$name" "$work/$name/app/"
    layout=$work/$name.layout
    mkdir -p "$layout/blobs/sha256"
    images/sbom.sh "$name" "$version" "artifacts/programs/$name/$name.deps.json" "${packages[@]}" > "$out/$name.spdx.json"
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
    jq -n --arg architecture "$architecture" --arg program "/app/$name" --argjson labels "$labels" --argjson diffs "$diffs" '
        {created: "1970-01-01T00:00:00Z", architecture: $architecture, os: "linux",
         config: {User: "65532:65532", WorkingDir: "/", Entrypoint: [$program], Cmd: $ARGS.positional, Labels: $labels,
                  Env: ["PATH=/usr/bin", "DOTNET_GCgen0size=400000"]},
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
    printf '%s\n' "$revision" "$tag" "$names"
    find src images Directory.* global.json -type f -print0 | sort -z | xargs -0 sha256sum
    dpkg-query -W "${packages[@]}"
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
