using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PyRepo.Testing.Cluster;

namespace PyRepo.Operator.Tests.Crds;

/// <summary>
/// The tests that replace the definitions of the three kinds: they have an API server of their own, and run one after
/// the other.
/// </summary>
[CollectionDefinition(nameof(OtherDefinitions))]
public sealed partial class OtherDefinitions : ICollectionFixture<ApiServer>
{
    /// <summary>The three kinds.</summary>
    public static readonly string[] Plurals = ["pythonrepositories", "proxyrepositories", "repositorygroups"];

    /// <summary>A definition of before there was another version.</summary>
    public static string Before(string definition) =>
        NewVersion().Split(definition)[0].Replace("storage: false", "storage: true", StringComparison.Ordinal);

    /// <summary>A definition of after the first version.</summary>
    public static string After(string definition)
    {
        var (head, versions) = OldVersion().Split(definition) is [var start, var both]
            ? (start, both) : throw new ArgumentException("It has no v1alpha1.", nameof(definition));
        return $"{head}  - name: v1beta1\n{NewVersion().Split(versions)[1]}";
    }

    /// <summary>A definition that takes anything.</summary>
    public const string Lenient = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: { name: pythonrepositories.pyrepo.dev }
        spec:
          group: pyrepo.dev
          scope: Namespaced
          names:
            kind: PythonRepository
            listKind: PythonRepositoryList
            plural: pythonrepositories
            singular: pythonrepository
          versions:
          - name: v1alpha1
            served: true
            storage: true
            subresources: { status: {} }
            schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
        """;

    /// <summary>Removes the kinds with all that is stored, and defines them anew; null: does not define them.</summary>
    public static async Task BeginAsync(ApiServer server, Func<string, string>? change)
    {
        string[] names = [.. Plurals.Select(plural => $"crd/{plural}.pyrepo.dev")];
        (await server.RunKubectlAsync(["delete", "--ignore-not-found", KubectlTimeout.Option, .. names])).MustSucceed();
        if (change is null)
            return;
        await DefineAsync(server, change);
        (await server.RunKubectlAsync(["wait", "--for=condition=Established", KubectlTimeout.Option, .. names]))
            .MustSucceed();
        KubectlResult? served = null;
        await Eventually.IsAsync("the kinds are served", async () =>
        {
            // kubectl remembers for hours which versions there were, and forgets it for this command only.
            await server.RunKubectlAsync(["api-resources", "--api-group", "pyrepo.dev"]);
            served = await server.RunKubectlAsync(["get", string.Join(',', Plurals), "-A"]);
            return served.ExitCode == 0;
        }, () => $"{served}");
    }

    /// <summary>Applies the definitions of today, or what becomes of them.</summary>
    public static async Task DefineAsync(ApiServer server, Func<string, string>? change = null)
    {
        foreach (var file in TestFiles.In(SourceTree.At("config", "crd")))
        {
            var text = await File.ReadAllTextAsync(file);
            await server.ApplyAsync("default", change is null ? text : change(text));
        }
    }

    /// <summary>In which versions a kind is noted to be stored.</summary>
    public static async Task<string> StoredAsync(ApiServer server, string plural)
    {
        var definition = await GetAsync(
            server, $"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{plural}.pyrepo.dev");
        return string.Join(' ', definition["status"]!["storedVersions"]!.AsArray().Select(v => (string)v!));
    }

    /// <summary>All objects of a kind and namespace in a version, each without what the version changes.</summary>
    public static async Task<IReadOnlyList<JsonNode>> ListAsync(
        ApiServer server, string version, string ns, string plural)
    {
        JsonNode list = null!;
        await Eventually.IsAsync($"{plural} are served as {version}", async () =>
        {
            using var answer = await server.Http.GetAsync(
                new Uri($"/apis/pyrepo.dev/{version}/namespaces/{ns}/{plural}", UriKind.Relative));
            list = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            return answer.IsSuccessStatusCode;
        }, () => $"{list}");
        var items = list["items"]!.AsArray().OfType<JsonNode>().ToList();
        Assert.All(items, item => Assert.Equal($"pyrepo.dev/{version}", (string?)item["apiVersion"]));
        foreach (var item in items)
            item.AsObject().Remove("apiVersion");
        return items;
    }

    static async Task<JsonNode> GetAsync(ApiServer server, string path) =>
        JsonNode.Parse(await server.Http.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    [GeneratedRegex("^  - name: v1alpha1\n", RegexOptions.Multiline)]
    private static partial Regex OldVersion();

    [GeneratedRegex("^  - name: v1beta1\n", RegexOptions.Multiline)]
    private static partial Regex NewVersion();
}
