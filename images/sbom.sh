#!/usr/bin/env bash
# What an image consists of, and by which licences, as SPDX 2.3: sbom.sh NAME VERSION DEPS_JSON DEBIAN_ROOT < PACKAGES
# PACKAGES has Debian's packages: name, version and architecture on each line. Their licences are the files below
# DEBIAN_ROOT/usr/share/doc; those of NuGet's packages are in their own descriptions.
set -euo pipefail
shopt -s inherit_errexit
name=$1 version=$2 deps=$3 system=$4
nuget=${NUGET_PACKAGES:-$HOME/.nuget/packages}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

while IFS=$'\t' read -r package number architecture _; do
    jq -n --arg name "$package" --arg version "$number" --arg architecture "$architecture" \
        --rawfile text "$system/usr/share/doc/$package/copyright" '
        {name: $name, version: $version, url: "pkg:deb/debian/\($name)@\($version)?arch=\($architecture)",
         license: "LicenseRef-Debian-\($name | gsub("[^A-Za-z0-9.-]"; "-"))", text: $text}'
done | jq -s . > "$work/debian"

# A package's description says its licence as an expression of SPDX, or an older one has it as a text.
jq -r '.libraries | to_entries[] | select(.value.type != "project") | .key | ltrimstr("runtimepack.")' "$deps" \
    | while IFS=/ read -r package number; do
        folder=$nuget/${package,,}/$number text=/dev/null
        license=$(sed -n 's:.*<license type="expression">\([^<]*\)</license>.*:\1:p' "$folder/${package,,}.nuspec")
        if [ -z "$license" ]; then
            text=$(find "$folder" -maxdepth 1 -iname 'license*' | LC_ALL=C sort | head -n 1)
            [ -n "$text" ] || { echo "sbom.sh: $package $number does not say its licence" >&2; exit 1; }
            license=LicenseRef-NuGet-$package
        fi
        jq -n --arg name "$package" --arg version "$number" --arg license "$license" --rawfile text "$text" '
            {name: $name, version: $version, url: "pkg:nuget/\($name)@\($version)", license: $license}
            + if $text == "" then {} else {text: $text} end'
    done | jq -s . > "$work/nuget"

jq -n --arg name "$name" --arg version "$version" --arg created "$(date -u -d "@${SOURCE_DATE_EPOCH:-0}" +%FT%TZ)" \
    --slurpfile debian "$work/debian" --slurpfile nuget "$work/nuget" '
    ($nuget[0] + $debian[0] | map(. + {id: ("SPDXRef-" + (.name | gsub("[^A-Za-z0-9.-]"; "-")))})) as $parts
    | ([$debian[0][].url | capture("arch=(?<arch>.*)").arch | select(. != "all")] | first // "all") as $architecture
    | {
        spdxVersion: "SPDX-2.3", dataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT", name: "\($name)-\($version)-\($architecture)",
        documentNamespace: "https://pyrepo.dev/spdx/\($name)-\($version)-\($architecture)",
        creationInfo: {created: $created, creators: ["Tool: images/sbom.sh"]},
        packages: ([{SPDXID: "SPDXRef-Image", name: $name, versionInfo: $version, downloadLocation: "NOASSERTION",
                     filesAnalyzed: false, licenseConcluded: "NOASSERTION", licenseDeclared: "Apache-2.0",
                     copyrightText: "The PyRepo authors"}]
            + ($parts | map({SPDXID: .id, name, versionInfo: .version, downloadLocation: "NOASSERTION", filesAnalyzed: false,
                   licenseConcluded: "NOASSERTION", licenseDeclared: .license, copyrightText: "NOASSERTION",
                   externalRefs: [{referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: .url}]}))),
        hasExtractedLicensingInfos: ($parts | map(select(.text) | {licenseId: .license, name, extractedText: .text})),
        relationships: ([{spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-Image"}]
            + ($parts | map({spdxElementId: "SPDXRef-Image", relationshipType: "CONTAINS", relatedSpdxElement: .id})))
      }'
