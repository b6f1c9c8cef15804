# Sourced: for which platform programs and images are made. ARCHITECTURE is amd64 or arm64; by default it is this machine's.
# Another one's programs are linked by a cross compiler.
case $(uname -m) in
    x86_64) native=amd64 ;;
    aarch64) native=arm64 ;;
    *) echo "${0##*/}: nothing can be made on $(uname -m)" >&2; exit 1 ;;
esac
architecture=${ARCHITECTURE:-$native}
case $architecture in
    amd64) rid=linux-x64 triple=x86_64-linux-gnu ;;
    arm64) rid=linux-arm64 triple=aarch64-linux-gnu ;;
    *) echo "${0##*/}: there is no architecture '$architecture'" >&2; exit 1 ;;
esac
programs=artifacts/programs
[ "$architecture" = "$native" ] || programs+=-$architecture
