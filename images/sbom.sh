#!/usr/bin/env bash
# What an image consists of, as SPDX 2.3: sbom.sh NAME VERSION DEPS_JSON [DEBIAN_PACKAGE…]
set -euo pipefail
name=$1 version=$2 deps=$3
shift 3

debian=$(dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\n' "$@" | jq -Rn '[inputs | split("\t")
    | {name: .[0], version: .[1], url: "pkg:deb/debian/\(.[0])@\(.[1])?arch=\(.[2])"}]')

jq --arg name "$name" --arg version "$version" --argjson debian "$debian" '
    [ .libraries | to_entries[] | select(.value.type != "project") | .key | ltrimstr("runtimepack.") / "/"
        | {name: .[0], version: .[1], url: "pkg:nuget/\(.[0])@\(.[1])"} ]
    + $debian
    | map(. + {id: ("SPDXRef-" + (.name | gsub("[^A-Za-z0-9.-]"; "-")))})
    | {
        spdxVersion: "SPDX-2.3", dataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT", name: "\($name)-\($version)",
        documentNamespace: "https://pyrepo.dev/spdx/\($name)-\($version)",
        creationInfo: {created: "1970-01-01T00:00:00Z", creators: ["Tool: images/sbom.sh"]},
        packages: ([{SPDXID: "SPDXRef-Image", name: $name, versionInfo: $version, downloadLocation: "NOASSERTION",
                     licenseDeclared: "Apache-2.0"}]
            + map({SPDXID: .id, name, versionInfo: .version, downloadLocation: "NOASSERTION",
                   externalRefs: [{referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: .url}]})),
        relationships: ([{spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-Image"}]
            + map({spdxElementId: "SPDXRef-Image", relationshipType: "CONTAINS", relatedSpdxElement: .id}))
      }' "$deps"
