using System.Text.Json.Nodes;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Crds;

/// <summary>The samples of each release, on today's definitions.</summary>
[Trait("Kubernetes", "oldest")]
public sealed class ReleasedSamplesTests(ApiServer server) : IAsyncLifetime
{
    static readonly string _folder = SourceTree.At("tests", "PyRepo.Resources.Tests", "Samples", "Releases");

    public static TheoryData<string> Files =>
    [
        .. Directory.GetFiles(_folder, "*.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder, file)).Order(StringComparer.Ordinal),
    ];

    public async ValueTask InitializeAsync() => await InstalledDefinitions.InstallAsync(server);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_sample_of_a_release_is_valid_today_in_each_version(string file)
    {
        var documents = YamlObjects.ReadDocuments(await File.ReadAllTextAsync(Path.Combine(_folder, file))).ToList();
        Assert.NotEmpty(documents);
        foreach (var document in documents)
        {
            // What an API server itself writes there, it does not take.
            document["metadata"] = new JsonObject
            {
                ["name"] = document["metadata"]!["name"]!.DeepClone(),
            };
            foreach (var version in Resources.Resource.Versions)
            {
                document["apiVersion"] = $"{Resources.Resource.Group}/{version}";
                Assert.Empty(await ResourceRequests.TryAsync(
                    server, (string)document["kind"]!, document.ToJsonString(), version));
            }
        }
    }
}
