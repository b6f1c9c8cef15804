using System.Collections.Concurrent;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Statistics;

/// <summary>
/// The clients by their User-Agent. Most requests come from a few, so parsed ones are remembered, a bounded number.
/// </summary>
static class DownloadClients
{
    const int MaxRemembered = 1000;

    static readonly ConcurrentDictionary<string, DownloadClient> _known = new(StringComparer.Ordinal);

    static readonly ConcurrentDictionary<string, DownloadClient>.AlternateLookup<ReadOnlySpan<char>> _lookup =
        _known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Returns the client that sends a User-Agent. Only its beginning is read.</summary>
    public static DownloadClient From(ReadOnlySpan<char> userAgent)
    {
        if (userAgent.IsEmpty)
            return DownloadClient.Unknown;
        if (userAgent.Length > ServerLimits.MaxUserAgentLength)
            userAgent = userAgent[..ServerLimits.MaxUserAgentLength];
        return _lookup.TryGetValue(userAgent, out var known) ? known : Add(userAgent);
    }

    static DownloadClient Add(ReadOnlySpan<char> userAgent)
    {
        // Whoever sends a new one each time must not keep out the others for ever.
        if (_known.Count >= MaxRemembered)
            _known.Clear();
        var client = UserAgent.Parse(userAgent);
        _lookup.TryAdd(userAgent, client);
        return client;
    }
}

/// <summary>The counted properties of a download's client. They say nothing about who runs it, or where.</summary>
/// <param name="Installer">One of <see cref="Installers"/>.</param>
/// <param name="Python">
/// The minor version of Python that it runs on or installs for, such as <c>3.11</c>, or null.
/// </param>
sealed record DownloadClient(string Installer, string? Python)
{
    /// <summary>A client of which nothing is known.</summary>
    public static DownloadClient Unknown { get; } = new(Installers.Other, null);
}
