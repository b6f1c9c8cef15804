using System.Net.Http.Headers;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>A request, before it is signed for an attempt.</summary>
/// <param name="Method">The method.</param>
/// <param name="Name">The object, or null for the bucket.</param>
sealed record S3Request(HttpMethod Method, string? Name)
{
    /// <summary>The parameters of the query. One without a value is left out.</summary>
    public IReadOnlyList<(string Name, string? Value)> Query { get; init; } = [];

    /// <summary>The bytes to send, or null.</summary>
    public BucketBody? Body { get; init; }

    /// <summary>The media type of the bytes.</summary>
    public string BodyType { get; init; } = "application/octet-stream";

    /// <summary>Further headers.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The condition under which something is written.</summary>
    public WriteCondition Condition { get; init; }

    /// <summary>Whether it sends the bytes of an object, or of a part of one.</summary>
    public bool IsWrite => Method == HttpMethod.Put && Name is not null && Body is not null;

    /// <summary>Creates the message to sign.</summary>
    /// <param name="baseUrl">The URL of the bucket, which ends with a slash.</param>
    /// <param name="content">The body.</param>
    public HttpRequestMessage CreateMessage(string baseUrl, HttpContent? content)
    {
        var message = new HttpRequestMessage(Method, GetUrl(baseUrl)) { Content = content };
        if (content is not null)
            content.Headers.ContentType = new MediaTypeHeaderValue(BodyType);
        foreach (var (name, value) in Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        S3Condition.Set(message.Headers, Condition);
        return message;
    }

    Uri GetUrl(string baseUrl)
    {
        // Without a name it is the URL of the bucket, which nothing that is meant for an object must reach.
        if (Name?.Length == 0)
            throw new ArgumentException("The name of an object is empty.");
        var url = baseUrl + (Name is null ? "" : SignatureV4.EscapePath(Name));
        var query = string.Join('&', Query.Where(parameter => parameter.Value is not null)
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
        return new(
            query.Length == 0 ? url : $"{url}?{query}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }
}
