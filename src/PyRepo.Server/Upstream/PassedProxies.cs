using System.Collections.Immutable;
using System.Security.Cryptography;

namespace PyRepo.Server.Upstream;

/// <summary>
/// The proxies that a request has passed, by the header <c>CDN-Loop</c>
/// (<see href="https://www.rfc-editor.org/rfc/rfc8586">RFC 8586</see>). By that, a proxy recognizes a request of its own
/// that comes back, whatever host name, group or other proxy it went through.
/// </summary>
sealed class PassedProxies
{
    /// <summary>The name of the header.</summary>
    public const string Header = "CDN-Loop";

    /// <summary>A longer chain of proxies is taken for a loop.</summary>
    const int MaxLength = 16;

    const string Prefix = "pyrepo-";
    const int IdLength = 23;

    static readonly AsyncLocal<PassedProxies?> _current = new();

    readonly ImmutableArray<string> _ids;

    PassedProxies(ImmutableArray<string> ids) => _ids = ids;

    /// <summary>Those that the request passed for which this code runs, also in tasks that it started.</summary>
    public static PassedProxies Current => _current.Value ?? None;

    static PassedProxies None { get; } = new([]);

    /// <summary>
    /// Notes what the header of a request says. Only names that PyRepo gives count, and are passed on.
    /// </summary>
    public static void Note(string? header)
    {
        if (header is { Length: > 0 })
            _current.Value = new([.. header.Split(',', StringSplitOptions.TrimEntries).Where(IsId).Take(MaxLength)]);
        else if (_current.Value is not null)
            _current.Value = null;
    }

    /// <summary>Makes a name for a proxy, which tells nothing about it.</summary>
    public static string NewId() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Whether a proxy is among them, or could be.</summary>
    public bool Include(string id) => _ids.Contains(id) || _ids.Length >= MaxLength;

    /// <summary>Returns the header of a request of another proxy.</summary>
    public string HeaderWith(string id) => string.Join(", ", _ids.Add(id));

    static bool IsId(string text) =>
        text.Length == IdLength && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.Skip(Prefix.Length).All(char.IsAsciiHexDigitLower);
}
