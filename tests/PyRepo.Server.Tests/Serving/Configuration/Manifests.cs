namespace PyRepo.Server.Tests.Serving.Configuration;

/// <summary>Small manifests.</summary>
static class Manifests
{
    public const string Hash = "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    public static string Repository(
        string name, string spec = "{}", string kind = "PythonRepository", string ns = "default") => $$"""
        ---
        apiVersion: pyrepo.dev/v1alpha1
        kind: {{kind}}
        metadata: { name: {{name}}, namespace: {{ns}} }
        spec: {{spec}}

        """;

    public static string Secret(string name, string key, string value) => $$"""
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: {{name}} }
        stringData: { {{key}}: "{{value}}" }

        """;
}
