#!/usr/bin/env bash
# Makes a release of the commit that is checked out: release.sh VERSION OUT [--key FILE]
# Programs and images are made from an export of the commit in artifacts/release, without what was built or changed here:
# the same commit gives the same bytes, in any folder. --key signs with an ECDSA key on P-256 (PEM), whose password may be in
# COSIGN_PASSWORD. RELEASE_BUILDER is the URI of what runs this, for the provenance. Docs: CONTRIBUTING.md, "Releasing".
set -euo pipefail
shopt -s inherit_errexit
umask 022
version=${1:?usage: release.sh VERSION OUT [--key FILE]} out=$(readlink -m "${2:?usage: release.sh VERSION OUT [--key FILE]}")
shift 2
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
. images/platform.sh
packages=(libc6 libgcc-s1 libssl3 libcrypt1 ca-certificates)
case $native in amd64) cross=aarch64-linux-gnu ;; arm64) cross=x86_64-linux-gnu ;; esac
work=$PWD/artifacts/release

die() { echo "release.sh: $1" >&2; exit 1; }

# What links the programs says its version in its first line.
tools() {
    local linker
    printf 'dotnet %s' "$(dotnet --version)"
    for linker in clang gcc "$cross-gcc"; do
        if command -v $linker > /dev/null; then $linker --version | sed -n '1s/^/, /p' | tr -d '\n'; fi
    done
}

[ ! -e "$out" ] || die "$out is there already"
named=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
[ "$named" = "$version" ] || die "Directory.Build.props says $named; change it there, in Chart.yaml and in config/operator"
[ -z "$(git status --porcelain)" ] || echo "release.sh: what is not committed is not in the release" >&2
# A key that cannot be used is noticed before everything is built.
key=()
if [ "${1:-}" = --key ]; then
    [ -r "${2:-}" ] || die "the key ${2:-} cannot be read"
    # It may be a pipe, which can be read once.
    umask 077
    private=$(mktemp)
    trap 'rm -f "$private"' EXIT
    cat "$2" > "$private"
    umask 022
    grep -q 'PRIVATE KEY-----' "$private" || die "$2 is no private key in PEM"
    key=(--key "$private")
    shift 2
fi
[ $# = 0 ] || die "what is '$1'?"
commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH RELEASE=true DEBS=$PWD/artifacts/debs
unset PYREPO_PROGRAMS

rm -rf "$work"
mkdir -p "$work/source"
git archive HEAD | tar -xC "$work/source"
cd "$work/source"
for ARCHITECTURE in amd64 arm64; do
    export ARCHITECTURE LIBRARIES=$work/libraries/$ARCHITECTURE
    began=$SECONDS
    images/libraries.sh "$LIBRARIES" "${packages[@]}"
    images/build.sh "$work/images/$ARCHITECTURE" "$version"
    # The compiler, and what it links.
    jq -r '(.libraries | keys[] | select(test("ILCompiler")) | sub("/"; "@")),
        (.project.frameworks[].downloadDependencies[]? | "\(.name)@\(.version | ltrimstr("[") | split(",")[0])")
        | "pkg:nuget/" + .' artifacts/obj/PyRepo.{Server,Operator}/project.assets.json >> "$work/compilers"
    echo "$ARCHITECTURE: $((SECONDS - began)) s"
done
# Where they came from: Debian's packages, and NuGet's as the SBOMs name them.
for ARCHITECTURE in amd64 arm64; do
    while IFS=$'\t' read -r name number architecture hash; do
        printf 'pkg:deb/debian/%s@%s?arch=%s sha256 %s\n' "$name" "$number" "$architecture" "$hash"
    done < "$work/libraries/$ARCHITECTURE/packages"
    jq -r '.packages[].externalRefs[]?.referenceLocator | select(startswith("pkg:nuget/"))' "$work/images/$ARCHITECTURE"/*.spdx.json
    cat "$work/compilers"
done | LC_ALL=C sort -u | while read -r url algorithm hash; do
    if [ -z "$hash" ]; then
        package=${url#pkg:nuget/} algorithm=sha512
        package=${package,,}
        hash=$(base64 -d < "${NUGET_PACKAGES:-$HOME/.nuget/packages}/${package/@//}/${package/@/.}.nupkg.sha512" \
            | od -An -vtx1 | tr -d ' \n')
    fi
    echo "$url $algorithm $hash"
done > "$work/inputs"
unset ARCHITECTURE LIBRARIES
dotnet build src/PyRepo.Release -c Release -v quiet -nologo -p:RunAnalyzers=false > "$work/log" || { cat "$work/log" >&2; exit 1; }
artifacts/bin/PyRepo.Release/release/pyrepo-release . --images "$work/images" --out "$work/out" --version-to-release "$version" \
    --commit "$commit" --time "$SOURCE_DATE_EPOCH" --inputs "$work/inputs" --tools "$(tools)" "${key[@]}" \
    --builder "${RELEASE_BUILDER:-https://github.com/pyrepo/pyrepo/blob/main/CONTRIBUTING.md#releasing}"
for ARCHITECTURE in amd64 arm64; do
    [ "$ARCHITECTURE" = "$native" ] || images/smoke.sh "$work/out" "$ARCHITECTURE"
done
mkdir -p "$(dirname "$out")"
mv "$work/out" "$out"
rm -rf "$work"
