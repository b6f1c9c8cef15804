using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PyRepo.Egress;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Tests.Proxies.Upstream;
using PyRepo.Testing.Sigstore;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>An index of one project, whose files are attested by an instance of Sigstore of its own.</summary>
sealed class AttestedIndex : IAsyncDisposable
{
    readonly ScriptedIndex _index;
    readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);
    readonly JsonArray _files = [];

    AttestedIndex(ScriptedIndex index)
    {
        _index = index;
        index.Answer = AnswerAsync;
    }

    /// <summary>Signs.</summary>
    public SigstoreInstance Sigstore { get; } = new();

    /// <summary>How a client reaches it.</summary>
    public UpstreamSettings Settings => _index.Settings;

    /// <summary>The files whose provenance was asked for, each as often as it was.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>What happens before the provenance of a file is answered.</summary>
    public Func<HttpContext, string, Task> Provenance { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether it answers nothing but errors.</summary>
    public bool IsDown { get; set; }

    /// <summary>What happens before a page is answered.</summary>
    public Func<Task> Page { get; set; } = () => Task.CompletedTask;

    public static async Task<AttestedIndex> StartAsync() => new(await ScriptedIndex.StartAsync());

    /// <summary>Returns the name of a file of a version.</summary>
    public static string GetFile(string version) => $"demo-{version}.tar.gz";

    /// <summary>Adds a file to the project's page.</summary>
    /// <param name="version">Its version.</param>
    /// <param name="uploaded">When it was uploaded.</param>
    /// <param name="repository">The repository that has attested it, or null.</param>
    public void Add(string version, DateTimeOffset uploaded, string? repository)
    {
        var (file, sha256) = (GetFile(version), Sha256Digest.HashData(Encoding.UTF8.GetBytes(version)));
        if (repository is not null)
        {
            var document = new JsonObject
            {
                ["version"] = 1,
                ["attestation_bundles"] = new JsonArray(new JsonObject
                {
                    ["publisher"] = new JsonObject { ["kind"] = "GitHub", ["repository"] = repository },
                    ["attestations"] = new JsonArray(Attest(file, sha256, repository)),
                }),
            };
            _documents[file] = Encoding.UTF8.GetBytes(document.ToJsonString());
        }
        lock (_files)
        {
            _files.Add(new JsonObject
            {
                ["filename"] = file,
                ["url"] = $"/files/{file}",
                ["hashes"] = new JsonObject { ["sha256"] = sha256.ToString() },
                ["upload-time"] = uploaded.UtcDateTime.ToString(
                    "yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
                ["provenance"] = repository is null ? null : $"{Settings.Url.GetLeftPart(UriPartial.Authority)}/{file}",
            });
        }
    }

    /// <summary>Removes all files from the page.</summary>
    public void Clear()
    {
        lock (_files)
            _files.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _index.DisposeAsync();
        Sigstore.Dispose();
    }

    JsonObject Attest(string file, Sha256Digest sha256, string repository) => Sigstore.Attest(new AttestationRequest
    {
        FileName = file,
        Sha256 = sha256.ToString(),
        Subject = $"https://github.com/{repository}/.github/workflows/release.yml@refs/tags/v1",
        Claims = AttestationRequest.GitHub(repository, "release.yml"),
    });

    async Task AnswerAsync(HttpContext context)
    {
        if (IsDown)
        {
            context.Response.StatusCode = 500;
            return;
        }
        var name = context.Request.Path.Value!.Split('/')[^1];
        if (_documents.TryGetValue(name, out var document))
        {
            Asked.Enqueue(name);
            await Provenance(context, name);
            if (context.Response is { StatusCode: 200, HasStarted: false })
                await context.Response.Body.WriteAsync(document);
            return;
        }
        await Page();
        string files;
        lock (_files)
            files = _files.ToJsonString();
        context.Response.ContentType = "application/vnd.pypi.simple.v1+json";
        await context.Response.WriteAsync(
            $$"""{ "meta": { "api-version": "1.3" }, "name": "demo", "files": {{files}} }""");
    }
}
