using System.Collections.Immutable;
using System.Security.Cryptography;

namespace PyRepo.Egress;

/// <summary>
/// The proxies that a request has passed, by the header <c>CDN-Loop</c>
/// (<see href="https://www.rfc-editor.org/rfc/rfc8586">RFC 8586</see>). By that, a proxy recognizes a request of its own
/// that comes back, whatever host name, group or other proxy it went through.
/// </summary>
/// <remarks>
/// Anybody may send any header. So it counts for this request alone: work that requests share is that of a list, and
/// what fails for one list may not fail for another. Two lists are equal if they have the same names in the same order,
/// and both are proved or neither is.
/// </remarks>
sealed class PassedProxies : IEquatable<PassedProxies>
{
    /// <summary>The name of the header.</summary>
    public const string Header = "CDN-Loop";

    /// <summary>Of a longer chain, the last ones count: in a loop, this proxy is among them.</summary>
    const int MaxLength = 16;

    const string Prefix = "pyrepo-";
    const int IdLength = 23;

    static readonly AsyncLocal<PassedProxies?> _current = new();

    readonly ImmutableArray<string> _ids;

    readonly bool _isProved;

    PassedProxies(ImmutableArray<string> ids, bool isProved = false) => (_ids, _isProved) = (ids, isProved);

    /// <summary>Those that the request passed for which this code runs, also in tasks that it awaits.</summary>
    public static PassedProxies Current => _current.Value ?? None;

    static PassedProxies None { get; } = new([]);

    /// <summary>Whether the request comes from no other proxy, as far as it says.</summary>
    public bool IsEmpty => _ids.IsEmpty;

    /// <summary>Whether there are any, and whoever sent the header may have made them up.</summary>
    public bool IsUnproved => !IsEmpty && !_isProved;

    /// <summary>
    /// Notes what the header of a request says. Only names that PyRepo gives count, and are passed on.
    /// </summary>
    public static void Note(string? header)
    {
        if (header is { Length: > 0 })
        {
            _current.Value = new(
                [.. header.Split(',', StringSplitOptions.TrimEntries).Where(IsId).TakeLast(MaxLength)]);
        }
        else if (_current.Value is not null)
            _current.Value = null;
    }

    /// <summary>
    /// Notes that a group of this installation sent the request, and so wrote the last name itself. If there are others
    /// before it, somebody told them to the group, and nothing is proved.
    /// </summary>
    public static void Prove()
    {
        if (_current.Value is { _ids.Length: 1 } claimed)
            _current.Value = new(claimed._ids, isProved: true);
    }

    /// <summary>Makes a name for a proxy, which tells nothing about it.</summary>
    public static string NewId() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Starts work that all requests with this list share, and that knows nothing else about them.</summary>
    public Task<T> StartAsync<T>(Func<Task<T>> work) => DetachedTask.Run(() =>
    {
        _current.Value = IsEmpty ? null : this;
        return work();
    });

    /// <summary>
    /// Refuses work for this list if it is being done for too many others: who makes up lists must not make much of it.
    /// </summary>
    /// <param name="others">The lists for which the same work is being done.</param>
    /// <exception cref="UpstreamUnavailableException">
    /// It is. Without a list, or with one that is proved, that never happens.
    /// </exception>
    public void RefuseIfCrowded(IEnumerable<PassedProxies> others)
    {
        if (IsUnproved && others.Count(static other => other.IsUnproved) >= EgressLimits.MaxConcurrentChains)
        {
            throw new UpstreamUnavailableException("Too many chains of proxies request the same page or file at once.")
            {
                IsRejection = true,
            };
        }
    }

    /// <summary>Whether a proxy is among them.</summary>
    public bool Include(string id) => _ids.Contains(id);

    /// <summary>Returns the header of a request of another proxy.</summary>
    public string HeaderWith(string id) => string.Join(", ", _ids.Add(id));

    /// <inheritdoc/>
    public bool Equals(PassedProxies? other) =>
        other is not null && _isProved == other._isProved && _ids.AsSpan().SequenceEqual(other._ids.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PassedProxies);

    /// <inheritdoc/>
    public override int GetHashCode() => _ids.IsEmpty ? 0 : HashCode.Combine(_ids.Length, _ids[^1], _ids[0]);

    static bool IsId(string text) =>
        text.Length == IdLength && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.Skip(Prefix.Length).All(char.IsAsciiHexDigitLower);
}
