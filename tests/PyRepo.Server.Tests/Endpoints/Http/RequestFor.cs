using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PyRepo.Server.Access;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Serving.Runtime;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Endpoints.Http;

/// <summary>Creates requests without a network.</summary>
static class RequestFor
{
    public static RepositoryRegistration Repository(string name = "team-a") => new()
    {
        Name = name,
        BasePath = $"/{name}/",
        Repository = new UnavailableRepository(DateTimeOffset.UnixEpoch),
        Access = AccessPolicy.Default,
        Authenticators = [new PasswordVerifiers(new FakeClock()).For(UserStore.Single("alice", "secret"))],
        Requests = new RequestCounts(),
    };

    public static DefaultHttpContext Context(string path = "/", params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext { Request = { Method = "GET", Path = path, Scheme = "http" } };
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path;
        context.Request.Host = new HostString("localhost", 8080);
        context.Connection.Id = "1";
        context.Response.Body = new MemoryStream();
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        return context;
    }

    public static RepositoryRequest From(
        RepositoryRegistration repository, params (string Name, string Value)[] headers) =>
        new(Context(repository.BasePath, headers), repository);

    public static string GetReason(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase!;

    public static string GetBody(HttpContext context) =>
        System.Text.Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray());
}
