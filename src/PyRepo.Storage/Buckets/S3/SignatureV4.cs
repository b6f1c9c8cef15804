using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;

namespace PyRepo.Storage.Buckets.S3;

/// <summary>
/// Signs requests (AWS Signature Version 4). The key for a day is kept: it costs four times as much as a signature.
/// </summary>
sealed class SignatureV4(string region)
{
    volatile DayKey? _key;

    /// <summary>
    /// Adds the headers of a signature, which covers all headers that the request has so far, and its body.
    /// </summary>
    /// <param name="request">The request. Its URL is in canonical form: escaped, with a sorted query.</param>
    /// <param name="bodyHash">The SHA-256 of its body, in hexadecimal.</param>
    /// <param name="credentials">The credentials to sign with.</param>
    /// <param name="now">The time of the request.</param>
    public void Sign(HttpRequestMessage request, string bodyHash, ImmutableCredentials credentials, DateTimeOffset now)
    {
        var time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var day = time[..8];
        var url = request.RequestUri!;
        // Only this one has the brackets of an IPv6 address.
        var host = url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost;
        request.Headers.Host = url.IsDefaultPort
            ? host
            : string.Create(CultureInfo.InvariantCulture, $"{host}:{url.Port}");
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", bodyHash);
        request.Headers.TryAddWithoutValidation("x-amz-date", time);
        if (credentials.UseToken)
            request.Headers.TryAddWithoutValidation("x-amz-security-token", credentials.Token);

        var headers = GetHeaders(request);
        var names = string.Join(';', headers.Keys);
        var canonical = new StringBuilder($"{request.Method.Method}\n{url.AbsolutePath}\n{url.Query.TrimStart('?')}\n");
        foreach (var (name, value) in headers)
            canonical.Append(name).Append(':').Append(value).Append('\n');
        canonical.Append('\n').Append(names).Append('\n').Append(bodyHash);
        var scope = $"{day}/{region}/s3/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{time}\n{scope}\n{Hash(canonical.ToString())}";
        var signature = HMACSHA256.HashData(GetKey(credentials, day), Encoding.UTF8.GetBytes(toSign));
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential={credentials.AccessKey}/{scope}, SignedHeaders={names}, "
            + $"Signature={Convert.ToHexStringLower(signature)}");
    }

    /// <summary>Returns a name as the path of a URL, which a signature must cover byte by byte.</summary>
    public static string EscapePath(string name) =>
        Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal);

    static SortedList<string, string> GetHeaders(HttpRequestMessage request)
    {
        var headers = new SortedList<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in request.Headers.NonValidated)
            headers.Add(name.ToLowerInvariant(), values.ToString());
        if (request.Content is not { } content)
            return headers;
        foreach (var (name, values) in content.Headers.NonValidated)
            headers.Add(name.ToLowerInvariant(), values.ToString());
        return headers;
    }

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    byte[] GetKey(ImmutableCredentials credentials, string day)
    {
        if (_key is { } kept && kept.Day == day && kept.Secret == credentials.SecretKey)
            return kept.Key;
        var key = Encoding.UTF8.GetBytes("AWS4" + credentials.SecretKey);
        foreach (var part in (ReadOnlySpan<string>)[day, region, "s3", "aws4_request"])
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        _key = new(day, credentials.SecretKey, key);
        return key;
    }

    sealed record DayKey(string Day, string Secret, byte[] Key);
}
