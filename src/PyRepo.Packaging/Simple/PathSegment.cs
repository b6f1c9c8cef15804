using System.Buffers;
using System.Text;

namespace PyRepo.Packaging.Simple;

/// <summary>Percent-encodes a file or project name as one segment of a URL's path
/// (<see href="https://www.rfc-editor.org/rfc/rfc3986#section-3.3">RFC 3986</see>).</summary>
public static class PathSegment
{
    /// <summary>The characters that stay literal: unreserved characters and <c>!</c>. <c>+</c> is encoded, because
    /// some servers and proxies read it as a space.</summary>
    static readonly SearchValues<char> _literal =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!");

    /// <summary>Encodes a name. Returns the same string if nothing needs encoding.</summary>
    public static string Encode(string name)
    {
        if (!name.AsSpan().ContainsAnyExcept(_literal))
            return name;
        var builder = new StringBuilder(name.Length + 16);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.IsAscii && _literal.Contains((char)rune.Value))
            {
                builder.Append((char)rune.Value);
                continue;
            }
            var length = rune.EncodeToUtf8(bytes);
            foreach (var value in bytes[..length])
                builder.Append('%').Append(value.ToString("X2", null));
        }
        return builder.ToString();
    }
}
