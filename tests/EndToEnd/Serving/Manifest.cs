using System.Text.Json.Nodes;

namespace EndToEnd.Serving;

/// <summary>Manifests of repositories.</summary>
public static class Manifest
{
    /// <summary>A PythonRepository.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="spec">Its spec, in YAML's flow style.</param>
    public static string Create(string name, string spec = "{}") => $$"""
        apiVersion: pyrepo.dev/v1alpha1
        kind: PythonRepository
        metadata: { name: {{name}} }
        spec: {{spec}}

        """;

    /// <summary>A Secret of one user.</summary>
    public static string User(string secret, string user, string password) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: {{secret}} }
        stringData: { username: "{{user}}", password: "{{password}}" }

        """;

    /// <summary>
    /// A Secret with alice (correct-horse), who is in the group publishers, and bob (battery-staple).
    /// </summary>
    public static string AliceAndBob(string secret) => $$"""
        apiVersion: v1
        kind: Secret
        metadata: { name: {{secret}} }
        stringData:
          htpasswd: |
            alice:$6$nF3xUq0aPk7ZrT2c$f5GRiAdTWEqinATypv54THKYPfSLOd/czYhdjuSP2DswRZfb16A..lt81.cLk9OYtrEjGfP6wi2KM2fA8yS6H0
            bob:$6$W8hLm1sYvQ4eJd6B$YHK.Q5L.ugrHVepYI8MXzHRq/X5ukMKYfBV/s/12Y.wzew8R9agCa2BebITb9FNcMKVNutxctIJjegQyfVwCm/
          groups: |
            publishers: alice

        """;

    /// <summary>Several documents as one text.</summary>
    public static string All(params IEnumerable<string> documents) => string.Join("---\n", documents);

    /// <summary>A ConfigMap with one key.</summary>
    public static string ConfigMap(string name, string key, string text) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject { [key] = text },
    }.ToJsonString();
}
