using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Runtime.InteropServices;

namespace PyRepo.Kubernetes.Client;

/// <summary>A request that can be sent again.</summary>
/// <param name="Method">Its verb.</param>
/// <param name="Path">The path and query below the server's address.</param>
sealed record ApiRequest(HttpMethod Method, string Path)
{
    static readonly string _userAgent = UserAgent();

    /// <summary>The path without its query.</summary>
    public string PathAlone => Path.Split('?')[0];

    /// <summary>Whether it changes nothing, whatever its verb.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>JSON in UTF-8.</summary>
    public byte[]? Body { get; init; }

    /// <summary>The media type of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>The media types to accept.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>The request as it is sent.</summary>
    public HttpRequestMessage ToMessage(Uri server, string? hostName)
    {
        var message = new HttpRequestMessage(Method, server.AbsoluteUri.TrimEnd('/') + Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Host = hostName;
        message.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        message.Headers.TryAddWithoutValidation("Accept", Accept);
        if (Body is null)
            return message;
        message.Content = new ByteArrayContent(Body);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        return message;
    }

    static string UserAgent()
    {
        var version = typeof(ApiRequest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        var system = RuntimeInformation.RuntimeIdentifier.Replace('-', '/');
        return $"pyrepo-operator/{version?.InformationalVersion ?? "0"} ({system})";
    }
}
