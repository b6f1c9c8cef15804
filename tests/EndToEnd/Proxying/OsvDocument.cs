using System.Text.Json.Nodes;

namespace EndToEnd.Proxying;

/// <summary>Advisories as OSV writes them.</summary>
public static class OsvDocument
{
    /// <summary>An advisory about all versions of a project, up to one that fixes it.</summary>
    public static string Write(string id, string project, string fixedIn, string more = "") => $$"""
        {
          "id": "{{id}}", "modified": "2026-01-02T03:04:05Z", "published": "2026-01-01T00:00:00Z",
          "summary": "{{project}} runs anything.", "details": "Nobody should use it.",
          "affected": [
            {
              "package": { "ecosystem": "PyPI", "name": "{{project}}" },
              "ranges": [ { "type": "ECOSYSTEM", "events": [ { "introduced": "0" }, { "fixed": "{{fixedIn}}" } ] } ]
            }
          ]{{more}}
        }
        """;

    /// <summary>A ConfigMap with advisories under the usual key.</summary>
    public static string ConfigMap(string name, params IEnumerable<string> documents) => $$"""
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: {{name}} }
        data:
          advisories.json: {{JsonValue.Create($"[{string.Join(',', documents)}]").ToJsonString()}}

        """;
}
