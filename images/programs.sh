#!/usr/bin/env bash
# The programs of the images, compiled ahead of time: programs.sh [NAME…]
# Writes artifacts/programs/NAME/NAME, and next to it what it consists of, NAME.deps.json. If nothing has changed since
# the last call, nothing is built. With ARCHITECTURE set to another than this machine's (amd64, arm64), they are made for
# that one, in artifacts/programs-ARCHITECTURE. With RELEASE set they do not depend on the folder that they are made in, nor
# on Git's settings; no library may be built there before.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
. images/platform.sh

names=("${@:-pyrepo}")
[ $# -gt 0 ] || names+=(pyrepo-operator)
declare -A projects=([pyrepo]=PyRepo.Server [pyrepo-operator]=PyRepo.Operator)
# Symbols for a debugger are nowhere used, and the linker's id of a program would depend on them.
options=(-p:NativeDebugSymbols=false)
[ "$architecture" = "$native" ] || options+=("-p:CppCompilerAndLinker=$triple-gcc" "-p:ObjCopyName=$triple-objcopy")
# The generator of log methods writes them in another order each time. The code is the same; symbols, and with them the id of
# an assembly, are not.
[ -z "${RELEASE:-}" ] || options+=("-p:PathMap=$PWD/=/pyrepo/" -p:EnableSourceControlManagerQueries=false -p:DebugType=none)
# As in `dev`: a compiler that runs for a minute gains nothing by being observed.
export DOTNET_TieredPGO=0 DOTNET_GCgen0size=0x4000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# publish NAME. What `dotnet build` has made of the libraries is used. Analyzers have their say there: they take most of a
# compiler's time.
publish() {
    local project=${projects[$1]} folder=$programs/$1
    rm -rf "$folder.new"
    # A compiler that stays for the next call must not keep the lock.
    (exec {lock}>&- && exec dotnet publish "src/$project" -c Release -p:ProgramRuntimeIdentifier=$rid -o "$folder.new" \
        -nologo -v quiet -p:RunAnalyzers=false "${options[@]}") > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    cp "artifacts/bin/$project/release_$rid/$1.deps.json" "$folder.new/"
    rm -rf "$folder"
    mv "$folder.new" "$folder"
}

mkdir -p "$programs"
exec {lock}> "$programs/lock"
flock "$lock"
find src Directory.* global.json images/programs.sh -type f -print0 | sort -z | xargs -0 sha256sum > "$work/inputs"
dotnet --version >> "$work/inputs"
for name in "${names[@]}"; do
    if [ ! -x "$programs/$name/$name" ] || ! cmp -s "$work/inputs" "$programs/$name.inputs"; then
        rm -f "$programs/$name.inputs"
        publish "$name"
        cp "$work/inputs" "$programs/$name.inputs"
    fi
done
