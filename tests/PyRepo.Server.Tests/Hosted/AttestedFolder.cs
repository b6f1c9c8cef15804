using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Attesting;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Attestations;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Hosted;
using PyRepo.Server.Tests.Endpoints.Http;
using PyRepo.Server.Tests.Serving.Routing;
using PyRepo.Testing;
using PyRepo.Testing.Sigstore;

namespace PyRepo.Server.Tests.Hosted;

/// <summary>
/// The hosted repository <c>team-a</c>, to which anyone uploads, with attestations of an instance of Sigstore of its own.
/// </summary>
sealed class AttestedFolder : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    readonly RepositoryRegistry _served = new();
    readonly Lazy<Func<HttpContext, Task>> _router;

    public AttestedFolder() => _router = new(() =>
        AccessWorld.GetRouter(_served, new BurnedTokens(Folder.Clock), Folder.Clock).HandleAsync);

    public HostedFolder Folder { get; } = new();

    public HostedRepository Repository => Folder.Repository;

    public SigstoreInstance Sigstore { get; } = new();

    /// <summary>The instance's trusted root.</summary>
    public TrustedRootSource Root => field ??= TrustedRootSource.Read("root", Sigstore.GetTrustedRoot().ToJsonString());

    /// <summary>Opens the repository. It verifies with the instance's root.</summary>
    public async Task OpenAsync()
    {
        await Folder.OpenAsync();
        Use(Root);
        Serve(Repository);
    }

    /// <summary>Changes the trusted root of the repository; null: it verifies nothing.</summary>
    public void Use(TrustedRootSource? root) => Repository.Settings = Repository.Settings with
    {
        Attestations = root is null ? AttestationPolicy.Off : new AttestationPolicy(new AttestationsSpec(), root),
    };

    /// <summary>Serves a repository under the name <c>team-a</c>.</summary>
    public void Serve(IRepository repository, params IReadOnlyList<string> members) => _served.Replace(
        [
            RequestFor.Repository() with
            {
                Repository = repository,
                Members = members.ToFrozenDictionary(
                    name => name, name => RequestFor.Repository(name) with { Repository = Repository }),
            },
        ], root: null);

    /// <summary>Adds a wheel of the project <c>foo</c> with an attestation.</summary>
    /// <param name="tag">The platform of the wheel.</param>
    /// <param name="change">Changes what is attested, and how.</param>
    public async Task<string> AddAsync(string tag = "any", Func<AttestationRequest, AttestationRequest>? change = null)
    {
        var name = $"foo-1.0-py3-none-{tag}.whl";
        var bytes = WheelFile.Make("foo", "1.0", tag);
        var request = new AttestationRequest
        {
            FileName = name,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
        };
        var document = new JsonObject
        {
            ["version"] = 1,
            ["attestation_bundles"] = new JsonArray(new JsonObject
            {
                ["publisher"] = new JsonObject { ["kind"] = "PyRepo", ["user"] = "alice" },
                ["attestations"] = new JsonArray(Sigstore.Attest(change is null ? request : change(request))),
            }),
        };
        await Folder.AddAsync(name, bytes, provenance: Encoding.UTF8.GetBytes(document.ToJsonString()));
        return name;
    }

    /// <summary>Adds a wheel of the project <c>foo</c> without attestations.</summary>
    public async Task<string> AddUnattestedAsync(string tag)
    {
        var name = $"foo-1.0-py3-none-{tag}.whl";
        await Folder.AddAsync(name, WheelFile.Make("foo", "1.0", tag));
        return name;
    }

    /// <summary>Returns the outcome for each file of the release 1.0, by its name, as <c>why</c> tells it.</summary>
    public async Task<Dictionary<string, JsonElement?>> WhyAsync() =>
        JsonDocument.Parse(await GetAsync("api/v1/why/foo/1.0")).RootElement.GetProperty("files").EnumerateArray()
            .ToDictionary(
                file => file.GetProperty("file").GetString()!,
                file => file.TryGetProperty("provenance", out var provenance) ? provenance : (JsonElement?)null);

    /// <summary>Returns the files of the latest release in PyPI's JSON API.</summary>
    public async Task<List<JsonElement>> UrlsAsync(string path = "pypi/foo/json") =>
        [.. JsonDocument.Parse(await GetAsync(path)).RootElement.GetProperty("urls").EnumerateArray()];

    /// <summary>Asks the repository itself for the outcome for a file.</summary>
    public async Task<VerifiedProvenance?> ExplainAsync(string fileName)
    {
        var answer = await Repository.ExplainAsync(ProjectName.Parse("foo"), "1.0", default);
        return Assert.IsType<ProjectAnswer.Known>(answer).Snapshot.FindVisible(fileName)!.Verified;
    }

    /// <summary>Returns the text at a path of the repository.</summary>
    public async Task<string> GetAsync(string path)
    {
        var parts = path.Split('?', 2);
        var context = RequestFor.Context($"/team-a/{parts[0]}");
        context.Request.QueryString = new QueryString(parts.Length > 1 ? $"?{parts[1]}" : "");
        await _router.Value(context);
        Assert.Equal(200, context.Response.StatusCode);
        return RequestFor.GetBody(context);
    }

    public void Dispose()
    {
        Folder.Dispose();
        Sigstore.Dispose();
    }
}
