using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace PyRepo.Storage.Buckets.Azure;

/// <summary>Signs requests with an account's key (the scheme <c>SharedKey</c>).</summary>
static class AzureSharedKey
{
    static readonly string[] _headers =
    [
        "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date",
        "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range",
    ];

    /// <summary>Signs a request, whose headers must be complete.</summary>
    public static void Sign(HttpRequestMessage request, string account, AzureAccountKey key) =>
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "SharedKey", $"{account}:{key.Sign(GetText(request, account))}");

    static string GetText(HttpRequestMessage request, string account)
    {
        var text = new StringBuilder().Append(request.Method.Method).Append('\n');
        foreach (var name in _headers)
            text.Append(GetValue(request, name)).Append('\n');
        foreach (var (name, values) in request.Headers
            .Where(header => header.Key.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase))
            .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
        {
            text.Append(name.ToLowerInvariant()).Append(':').AppendJoin(',', values).Append('\n');
        }
        text.Append('/').Append(account).Append(request.RequestUri!.AbsolutePath);
        foreach (var (name, value) in Parameters(request.RequestUri).OrderBy(pair => pair.Name, StringComparer.Ordinal))
            text.Append('\n').Append(name).Append(':').Append(value);
        return text.ToString();
    }

    static string GetValue(HttpRequestMessage request, string name)
    {
        if (name == "Content-Length")
        {
            return request.Content?.Headers.ContentLength is > 0 and var length
                ? length.ToString(CultureInfo.InvariantCulture)
                : "";
        }
        HttpHeaders? headers = name.StartsWith("Content-", StringComparison.Ordinal)
            ? request.Content?.Headers
            : request.Headers;
        return headers is not null && headers.TryGetValues(name, out var values) ? string.Join(',', values) : "";
    }

    static IEnumerable<(string Name, string Value)> Parameters(Uri url) =>
        from parameter in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        let sign = parameter.IndexOf('=', StringComparison.Ordinal)
        select (parameter[..sign].ToLowerInvariant(), Uri.UnescapeDataString(parameter[(sign + 1)..]));
}
