using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using PyRepo.Egress;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Resources.Storage;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;
using PyRepo.Storage.Buckets.Checks;
using PyRepo.Storage.Buckets.Http;

namespace PyRepo.Server.Commands;

/// <summary>A bucket on the command line, through each of its endpoints.</summary>
/// <remarks>
/// It is read as the manifest of a repository, so that the same rules, defaults and connections apply as in a server.
/// </remarks>
sealed record BucketArguments
{
    const string Source = "the command line";
    const string Field = "spec.storage.bucket";

    /// <summary>More than a check fetches by a presigned URL, in bytes.</summary>
    const int MaxDownload = 1 << 20;

    /// <summary>The name of the Secret and the ConfigMap, and the key of the latter.</summary>
    const string Environment = "environment", Roots = "roots";

    /// <summary>The variables with keys, by the provider that takes them from a Secret, or from the pod.</summary>
    static readonly ImmutableArray<(BucketProvider Provider, string Name)> _keys =
    [
        (BucketProvider.S3, "AWS_ACCESS_KEY_ID"), (BucketProvider.S3, "AWS_SECRET_ACCESS_KEY"),
        (BucketProvider.S3, "AWS_SESSION_TOKEN"), (BucketProvider.GCS, "GOOGLE_CREDENTIALS"),
        (BucketProvider.Azure, "AZURE_STORAGE_KEY"),
    ];

    /// <summary>The environment variables with keys.</summary>
    public static IEnumerable<string> Keys => _keys.Select(key => key.Name);

    /// <summary>The bucket's name.</summary>
    public required string Name { get; init; }

    /// <summary>The URLs of the service. None: that of AWS or Google.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <inheritdoc cref="BucketSpec.Provider"/>
    public BucketProvider Provider { get; init; }

    /// <inheritdoc cref="BucketSpec.Region"/>
    public string? Region { get; init; }

    /// <inheritdoc cref="BucketSpec.Prefix"/>
    public string? Prefix { get; init; }

    /// <inheritdoc cref="BucketSpec.Addressing"/>
    public BucketAddressing Addressing { get; init; }

    /// <summary>The file with certificates to trust, or null.</summary>
    public string? RootsFile { get; init; }

    /// <summary>Returns a client for each endpoint, or writes what is wrong with the command line.</summary>
    public bool TryRead(TextWriter errors, [NotNullWhen(true)] out IReadOnlyList<CheckedEndpoint>? endpoints)
    {
        endpoints = null;
        if (!TryReadRoots(out var roots, errors))
            return false;
        var read = Endpoints.DefaultIfEmpty().Select(endpoint => Read(endpoint, roots)).ToList();
        if (!Report(read, errors))
            return false;
        try
        {
            endpoints = [.. read.Select(CreateEndpoint)];
            return true;
        }
        catch (BucketException error)
        {
            errors.WriteLine($"pyrepo: --ca-bundle: {error.Message}");
            return false;
        }
    }

    /// <summary>Writes what is wrong with the name and the prefix. Returns whether nothing is.</summary>
    public bool Check(TextWriter errors) => Report([Read(null, null)], errors);

    bool Report(IReadOnlyList<ServerConfiguration> read, TextWriter errors)
    {
        var problems = read.SelectMany(each => each.Problems).Select(Describe).Distinct().ToList();
        if (Endpoints.Contains(""))
            problems.Add("--endpoint: it is empty.");
        problems.ForEach(problem => errors.WriteLine($"pyrepo: {problem}"));
        return problems.Count == 0;
    }

    bool TryReadRoots(out string? roots, TextWriter errors)
    {
        roots = null;
        try
        {
            roots = RootsFile is null ? null : File.ReadAllText(RootsFile);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"pyrepo: --ca-bundle: {error.Message}");
            return false;
        }
    }

    ServerConfiguration Read(string? endpoint, string? roots)
    {
        var secret = new JsonObject();
        foreach (var (_, name) in _keys.Where(key => key.Provider == Provider))
        {
            if (System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                secret[name] = value;
        }
        var bucket = new JsonObject
        {
            ["provider"] = $"{Provider}",
            ["name"] = Name,
            ["endpoint"] = endpoint,
            ["region"] = Region,
            ["prefix"] = Prefix,
        };
        if (Addressing is not BucketAddressing.Auto)
            bucket["addressing"] = $"{Addressing}";
        if (secret.Count > 0)
            bucket["credentialsSecretRef"] = new JsonObject { ["name"] = Environment };
        if (roots is not null)
            bucket["caBundleRef"] = new JsonObject { ["name"] = Environment, ["key"] = Roots };
        JsonObject[] documents =
        [
            Document("pyrepo.dev/v1beta1", "PythonRepository", "spec", new()
            {
                ["storage"] = new JsonObject { ["bucket"] = bucket },
            }),
            Document("v1", "Secret", "stringData", secret),
            Document("v1", "ConfigMap", "data", new() { [Roots] = roots ?? "" }),
        ];
        var set = ManifestReader.Read([
            new ManifestSource(Source, string.Join("\n---\n", documents.Select(document => document.ToJsonString()))),
        ]);
        return new ServerConfiguration
        {
            Manifests = set,
            IsMounted = false,
            Hash = "",
            DeclaredHash = "",
            Problems = [.. set.Problems],
        };
    }

    static JsonObject Document(string version, string kind, string field, JsonObject content) => new()
    {
        ["apiVersion"] = version,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = Environment },
        [field] = content,
    };

    static string Describe(Diagnostic problem) =>
        problem.FieldPath.StartsWith($"{Field}.", StringComparison.Ordinal)
            ? $"--{problem.FieldPath[(Field.Length + 1)..]}: {problem.Message}." : $"{problem.Message}.";

    static CheckedEndpoint CreateEndpoint(ServerConfiguration configuration)
    {
        var resource = configuration.Manifests.Resources[0];
        var bucket = resource.Storage()!.Bucket!;
        var source = new BucketSource(resource, bucket, configuration, new OwnPorts());
        return new(
            bucket.Endpoint ?? $"{bucket.Provider}", BucketClients.Create(source).Client,
            new HttpClient(BucketConnections.CreateHandler(source.Roots()))
            {
                MaxResponseContentBufferSize = MaxDownload,
            });
    }
}
