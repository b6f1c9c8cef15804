// The bench has this file, too, and a class with the name of the product.
#if BENCH
namespace Bench.Operators;
#else
namespace PyRepo.Operator.Tests.Hostile;
#endif

/// <summary>Objects that cost much to keep, as a tenant may make them.</summary>
static class HostileObjects
{
    /// <summary>The annotations that are kept, but for the one that may be longer.</summary>
    public static readonly string[] KeptAnnotations =
    [
        "pyrepo.dev/applied", "pyrepo.dev/backup", "pyrepo.dev/bucket-endpoint", "pyrepo.dev/claim",
        "pyrepo.dev/claimable-by", "pyrepo.dev/claimed-bucket", "pyrepo.dev/conditional-writes",
        "pyrepo.dev/data-moved", "pyrepo.dev/data-of", "pyrepo.dev/declared",
        "pyrepo.dev/grown", "pyrepo.dev/met-signing-key-request", "pyrepo.dev/paused", "pyrepo.dev/refreshed",
        "pyrepo.dev/rollout", "pyrepo.dev/rollout-cause", "pyrepo.dev/rollout-started", "pyrepo.dev/rotate",
        "pyrepo.dev/rotate-signing-key", "pyrepo.dev/rotated", "pyrepo.dev/secrets", "pyrepo.dev/server-options",
        "pyrepo.dev/take-over", "pyrepo.dev/template",
    ];

    /// <summary>The metadata of a child of a resource, forged.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="owner">The name of the resource.</param>
    /// <param name="annotation">The length of an annotation.</param>
    /// <param name="uid">The uid of an owner; null: no owner.</param>
    public static string Metadata(string name, string owner, int annotation = 0, string? uid = null)
    {
        var owners = uid is null ? "" : $$"""
            , "ownerReferences": [ { "apiVersion": "pyrepo.dev/v1alpha1", "kind": "PythonRepository", "name": "{{owner}}",
              "uid": "{{uid}}", "controller": true } ]
            """;
        return $$"""
            { "name": "{{name}}", "labels": { "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "{{owner}}" },
              "annotations": { "pyrepo.dev/applied": "1", "pyrepo.dev/more": "{{Text(annotation)}}" }{{owners}} }
            """;
    }

    /// <summary>
    /// A Deployment all of whose metadata are as long as is kept of them: annotations with names of the operator's own,
    /// and owners.
    /// </summary>
    public static string Forged(string name, string owner)
    {
        var owners = string.Join(',', Enumerable.Range(0, 8).Select(n => $$"""
            { "apiVersion": "{{Text(500)}}/v1", "kind": "{{Text(500)}}", "name": "{{Text(500)}}",
              "uid": "{{n}}{{Text(500)}}" }
            """));
        var texts = string.Join(',', KeptAnnotations.Select(annotation => $"\"{annotation}\": \"{Text(512)}\""));
        return $$"""
            { "metadata": { "name": "{{name}}",
                "labels": { "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "{{owner}}" },
                "annotations": { {{texts}}, "pyrepo.dev/applied-template": "{{Text(16 << 10)}}" },
                "ownerReferences": [ {{owners}} ] },
              "spec": { "replicas": 0, "selector": { "matchLabels": { "a": "b" } },
                "template": { "metadata": { "labels": { "a": "b" } },
                  "spec": { "containers": [ { "name": "server", "image": "i:1" } ] } } } }
            """;
    }

    /// <summary>A ConfigMap with the labels of one of ours.</summary>
    public static string ConfigMap(string name, string owner, int length, string? uid = null) => $$"""
        { "metadata": {{Metadata(name, owner, uid: uid)}}, "data": { "text": "{{Text(length)}}" } }
        """;

    /// <summary>A suspended resource whose spec is about so long, of many small values.</summary>
    public static string Resource(string name, int length, int annotation)
    {
        const int grants = 128;
        var projects = string.Join(
            ',', Enumerable.Range(0, length / grants / 12).Select(n => $"\"project{n % 1000:000}\""));
        var grant = $$"""{ "to": [ { "anyone": {} } ], "role": "Reader", "projects": [ {{projects}} ] }""";
        return $$"""
            { "apiVersion": "pyrepo.dev/v1alpha1", "kind": "PythonRepository",
              "metadata": { "name": "{{name}}", "annotations": { "more": "{{Text(annotation)}}" } },
              "spec": { "suspend": true, "storage": { "ephemeral": {} },
                "access": { "grants": [ {{string.Join(',', Enumerable.Repeat(grant, grants))}} ] } } }
            """;
    }

    /// <summary>A Service with the labels of one of ours.</summary>
    public static string Service(string name, string owner, int annotation) => $$"""
        { "metadata": {{Metadata(name, owner, annotation)}}, "spec": { "ports": [ { "port": 80 } ] } }
        """;

    /// <summary>An Ingress of many hosts.</summary>
    public static string Ingress(string name, string owner, int annotation, int hosts) => $$"""
        { "metadata": {{Metadata(name, owner, annotation)}}, "spec": {
          "defaultBackend": { "resource": { "kind": "Bucket", "name": "any" } },
          "rules": [ {{string.Join(',', Enumerable.Range(0, hosts).Select(
              n => $$"""{ "host": "host-{{n}}.{{name}}.example.com" }"""))}} ] } }
        """;

    /// <summary>A Deployment with a large environment.</summary>
    public static string Deployment(string name, string owner, int annotation, int variables) => $$"""
        { "metadata": {{Metadata(name, owner, annotation)}}, "spec": {
          "replicas": 0, "selector": { "matchLabels": { "a": "b" } },
          "template": { "metadata": { "labels": { "a": "b" } }, "spec": { "containers": [ {
            "name": "server", "image": "example.com/{{Text(variables)}}",
            "env": [ {{string.Join(',', Enumerable.Range(0, variables).Select(
                n => $$"""{ "name": "V{{n}}", "value": "{{Text(40)}}" }"""))}} ] } ] } } } }
        """;

    /// <summary>An object of any other kind with the labels of one of ours.</summary>
    public static string Other(string name, string owner, int annotation, string spec) => $$"""
        { "metadata": {{Metadata(name, owner, annotation)}}, "spec": {{spec}} }
        """;

    /// <summary>A claim of an odd amount.</summary>
    public static string Claim(string name, string owner, string quantity) => $$"""
        { "metadata": {{Metadata(name, owner)}}, "spec": {
          "accessModes": [ "ReadWriteOnce" ], "resources": { "requests": { "storage": "{{quantity}}" } } } }
        """;

    /// <summary>A ConfigMap whose managedFields are deeper than a reader of JSON expects.</summary>
    public static string Deep(string name, string owner, int depth) => $$"""
        { "apiVersion": "v1", "kind": "ConfigMap", "metadata": {
          "name": "{{name}}", "labels": { "pyrepo.dev/kind": "PythonRepository", "pyrepo.dev/name": "{{owner}}" },
          "managedFields": [ { "manager": "deep", "operation": "Update", "apiVersion": "v1",
            "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": { "f:data": {{string.Concat(
                Enumerable.Repeat("{\"f:a\":", depth))}}{}{{new string('}', depth)}} } } ] }, "data": { "a": "b" } }
        """;

    static string Text(int length) => new('x', length);
}
