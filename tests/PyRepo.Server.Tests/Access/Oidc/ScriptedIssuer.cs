using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PyRepo.Server.Tests.Access.Jwt;

namespace PyRepo.Server.Tests.Access.Oidc;

/// <summary>An identity provider that answers as a test tells it. It counts its requests.</summary>
sealed class ScriptedIssuer : IAsyncDisposable
{
    public const string Discovery = "/.well-known/openid-configuration", Keys = "/keys";

    readonly WebApplication _app;
    readonly ConcurrentDictionary<string, int> _requests = [];

    ScriptedIssuer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The issuer, as its tokens name it.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>The issuer that its configuration names, if that is another one.</summary>
    public string? ClaimedIssuer { get; set; }

    /// <summary>Where its configuration says that the keys are, if that is elsewhere.</summary>
    public string? KeysUrl { get; set; }

    /// <summary>The key set.</summary>
    public string KeySet { get; set; } = JwtSigner.GetSet(JwtSigner.Rsa.Jwk());

    /// <summary>What is answered instead of the documents, or null.</summary>
    public Func<HttpContext, Task>? Failure { get; set; }

    public static async Task<ScriptedIssuer> StartAsync()
    {
        var issuer = new ScriptedIssuer();
        await issuer._app.StartAsync();
        return issuer;
    }

    /// <summary>How often a path was requested.</summary>
    public int GetRequests(string path) => _requests.GetValueOrDefault(path);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        _requests.AddOrUpdate(path, 1, (_, before) => before + 1);
        if (Failure is { } failure)
            return failure(context);
        context.Response.StatusCode = path is Discovery or Keys ? 200 : 404;
        return context.Response.WriteAsync(path switch
        {
            Discovery => $$"""{"issuer":"{{ClaimedIssuer ?? Url}}","jwks_uri":"{{KeysUrl ?? Url + Keys}}"}""",
            Keys => KeySet,
            _ => "",
        });
    }
}
