using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Egress;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Access;
using PyRepo.Server.Groups;
using PyRepo.Server.Platform.Caching;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Tests.Groups;

/// <summary>A server with one project that has one file, or with none. It records each request.</summary>
sealed class MemberServer : IAsyncDisposable
{
    public const string FileName = "demo-1.0.tar.gz";
    static readonly byte[] _bytes = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
    static readonly Sha256Digest _sha256 = Sha256Digest.HashData(_bytes);
    static readonly MemberTokens _tokens = new("a key that both servers have"u8.ToArray(), null, TimeProvider.System);
    readonly WebApplication _app;

    MemberServer(bool isEmpty)
    {
        IsEmpty = isEmpty;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Whether it has no project.</summary>
    public bool IsEmpty { get; set; }

    /// <summary>Whether the project is on its list even if it has none.</summary>
    public bool ListsWhatItLacks { get; set; }

    /// <summary>The status that it answers with, whatever it is asked; null: as a member should.</summary>
    public int? Status { get; set; }

    /// <summary>Whether it takes requests and does not answer.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Whether it takes requests and closes the connection.</summary>
    public bool BreaksOff { get; set; }

    /// <summary>What it says to caches about its file.</summary>
    public string CacheControl { get; set; } = "public, max-age=31536000, immutable";

    /// <summary>The folder to whose files its page links.</summary>
    public string Links { get; set; } = "packages/";

    /// <summary>How long a client waits for it.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Whether its answers prove that it is the member.</summary>
    public bool IsMember { get; set; } = true;

    /// <summary>The requests received, as <c>METHOD PATH STATUS</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static string HashPrefix => _sha256.Prefix16;

    public static ReadOnlyMemory<byte> Bytes => _bytes;

    public static async Task<MemberServer> StartAsync(bool isEmpty = false, TimeSpan? timeout = null)
    {
        var server = new MemberServer(isEmpty) { Timeout = timeout ?? TimeSpan.FromSeconds(30) };
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The server as a member of a group.</summary>
    public Member AsMember(string name, MemoryBudget? budget = null) => new(
        name,
        new MemberRepository(AsRepository(name, budget ?? new(1 << 20)), isHosted: false, TimeProvider.System),
        IsProxy: false);

    /// <summary>The server as a repository.</summary>
    public UpstreamRepository AsRepository(string name, MemoryBudget budget) =>
        new(new SimpleClient(SettingsFor(name), TimeProvider.System, NullLogger.Instance), budget, TimeProvider.System);

    /// <summary>How a client reaches the server.</summary>
    public UpstreamSettings SettingsFor(string name) => new()
    {
        Name = $"The member 'packages/{name}'",
        Url = new Uri(new Uri(_app.Urls.Single()), "simple/"),
        Timeout = Timeout,
        UsesCircuitBreaker = false,
        Member = new MemberAuthentication(_tokens, $"packages/{name}", new Uri(_app.Urls.Single())),
        EgressPolicy = new EgressPolicy(inCluster: false, [], []),
        Fingerprint = name,
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var isList = request.Path == "/simple/";
        var project = isList ? ""
            : request.Path.Value!.Contains("another", StringComparison.Ordinal) ? "another"
            : "demo";
        var token = request.Headers.Authorization.ToString()["Bearer ".Length..];
        var line = new RequestLine(
            request.Method, context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        Assert.Equal(isList ? MemberToken.AllProjects : project,
            _tokens.Verify(token, GetAudience(token), line)!.Project);
        if (IsSilent)
            await Task.Delay(System.Threading.Timeout.Infinite, context.RequestAborted);
        if (BreaksOff)
        {
            context.Abort();
            return;
        }
        if (IsMember)
            response.Headers[MemberTokens.AnswerHeader] = _tokens.SignAnswer(token);
        response.StatusCode = Status
            ?? (IsEmpty && !isList ? 404 : request.Headers.IfNoneMatch == "\"1\"" ? 304 : 200);
        Requests.Enqueue($"{request.Method} {request.Path} {response.StatusCode}");
        if (response.StatusCode == 200)
            await WriteAsync(request, response);
    }

    /// <summary>A server plays any member.</summary>
    static string GetAudience(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[0]))
        .RootElement.GetProperty("aud").GetString()!;

    Task WriteAsync(HttpRequest request, HttpResponse response)
    {
        if (request.Path.StartsWithSegments("/packages") || request.Path.StartsWithSegments("/files"))
        {
            response.ContentLength = _bytes.Length;
            response.Headers.CacheControl = CacheControl;
            return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : response.Body.WriteAsync(_bytes).AsTask();
        }
        response.Headers.ETag = "\"1\"";
        response.ContentType = "application/vnd.pypi.simple.v1+json";
        if (request.Path == "/simple/")
        {
            var projects = IsEmpty && !ListsWhatItLacks ? "" : "{ \"name\": \"demo\" }";
            return response.WriteAsync($$"""{ "meta": { "api-version": "1.4" }, "projects": [ {{projects}} ] }""");
        }
        return response.WriteAsync($$"""
            { "meta": { "api-version": "1.4" }, "name": "demo", "versions": ["1.0"], "files": [ {
                "filename": "{{FileName}}", "url": "../../{{Links}}{{FileName}}", "size": {{_bytes.Length}},
                "hashes": { "sha256": "{{_sha256}}" } } ] }
            """);
    }
}
