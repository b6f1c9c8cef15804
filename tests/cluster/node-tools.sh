#!/usr/bin/env bash
# Prints the folder of what a node needs beside Kubernetes: containerd, runc and the CNI plugins as Debian built them,
# unpacked, since installing them would start services. Installs iptables and its like. Does nothing where all is there.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/processes.sh"
tools=${XDG_CACHE_HOME:-$HOME/.cache}/pyrepo/node-tools

missing=()
for need in iptables:iptables conntrack:conntrack ip:iproute2 jq:jq openssl:openssl curl:curl xz:xz-utils; do
    PATH=$PATH:/usr/sbin command -v "${need%:*}" > /dev/null || missing+=("${need#*:}")
done
dpkg -s libseccomp2 &> /dev/null || missing+=(libseccomp2)
if [ ${#missing[@]} -gt 0 ] || [ ! -x "$tools/runc" ]; then
    [ "$(id -u)" = 0 ] || die "needs root, to install what is missing: ${missing[*]:-containerd}"
    apt-get update -qq > /dev/null
fi
if [ ${#missing[@]} -gt 0 ]; then
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" &> /dev/null
fi
if [ ! -x "$tools/runc" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root containerd runc containernetworking-plugins > /dev/null)
    for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/files"; done
    mkdir -p "$tools"
    # The last one shows that all are there.
    cp "$work"/files/usr/lib/cni/* "$work"/files/usr/bin/{containerd,containerd-shim-runc-v2,ctr} "$tools/"
    cp "$work/files/usr/sbin/runc" "$tools/"
fi
printf '%s\n' "$tools"
