using System.Buffers;
using System.Text;

namespace PyRepo.Packaging.Simple;

/// <summary>Percent-encoding of a file or project name as one segment of a URL's path (RFC 3986 §3.3).</summary>
public static class PathSegment
{
    /// <summary>What stays literal: unreserved characters and <c>!</c>. <c>+</c> does not, because some servers
    /// and proxies read it as a space.</summary>
    static readonly SearchValues<char> _literal =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!");

    /// <summary>The name encoded; the same string where nothing needs it.</summary>
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
