using System.Text;

namespace PyRepo.Server.Access;

/// <summary>
/// A user name and a password from HTTP Basic authentication (<see href="https://www.rfc-editor.org/rfc/rfc7617">RFC
/// 7617</see>).
/// </summary>
readonly record struct BasicCredentials(string User, string Password)
{
    static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// Parses the Authorization header. The library requests sends Latin-1, while httpx and uv send UTF-8. Bytes that
    /// are not valid UTF-8 are decoded as Latin-1.
    /// </summary>
    public static bool TryParse(string? header, out BasicCredentials credentials)
    {
        credentials = default;
        const string scheme = "Basic ";
        if (header is null || !header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[scheme.Length..].Trim(), bytes, out var length))
            return false;
        var text = Decode(bytes.AsSpan(0, length));
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return false;
        credentials = new(text[..colon], text[(colon + 1)..]);
        return true;
    }

    static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }
}
