#!/usr/bin/env bash
# Debian's packages of an image, of this machine's Debian release but for any architecture: libraries.sh OUT PACKAGE…
# Fetches them with what apt knows of this machine's sources, whose signatures it checks, and changes nothing of the system.
# Writes OUT/root, where they are unpacked, and OUT/packages, a line for each: name, version, architecture, SHA-256.
# Packages that were fetched before stay in artifacts/debs. If the sources cannot be reached, they are used, and it says so.
set -euo pipefail
shopt -s inherit_errexit
out=$(readlink -m "${1:?usage: libraries.sh OUT PACKAGE…}")
shift
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
. images/platform.sh

state=$(readlink -m "${DEBS:-artifacts/debs}")/$architecture
mkdir -p "$state"/{lists/partial,cache/archives/partial,debs}
# `base-files` says which Debian it is.
apt=(apt-get -qq -o Dir::State="$state" -o Dir::State::Lists="$state/lists" -o Dir::Cache="$state/cache"
    -o Dir::State::status=/dev/null -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture"
    -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none)

fetch() { # fetch PACKAGE…
    (cd "$state/debs" && "${apt[@]}" download "$@" > /dev/null)
}

# newest PACKAGE: the file of its version that apt would install.
newest() {
    local version
    version=$("${apt[@]/apt-get/apt-cache}" show --no-all-versions "$1" | sed -n 's/^Version: //p' | head -n 1)
    ls "$state/debs/$1_${version//:/%3a}"_*.deb
}

unpack() { # unpack PACKAGE…
    local package file
    for package in "$@"; do
        file=$(newest "$package")
        dpkg-deb -x "$file" "$out/root"
        printf '%s\t%s\n' "$(dpkg-deb -W --showformat='${Package}\t${Version}\t${Architecture}' "$file")" \
            "$(sha256sum < "$file" | cut -d ' ' -f 1)" >> "$out/packages"
    done
}

"${apt[@]}" update > /dev/null 2>&1 || echo "libraries.sh: Debian's sources cannot be reached; what was fetched before is used" >&2
rm -rf "$out"
mkdir -p "$out/root"
fetch "$@" base-files
unpack "$@" base-files
# Where a package's licence is that of another, it says so by a link.
for package in "$@"; do
    if [ -L "$out/root/usr/share/doc/$package" ]; then
        link=$(readlink "$out/root/usr/share/doc/$package")
        fetch "$link"
        unpack "$link"
    fi
done
