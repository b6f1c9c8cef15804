using System.Net;

namespace PyRepo.Server.Platform.Connections;

/// <summary>How many connections to a port may be open at once.</summary>
/// <param name="Count">The number. One address gets at most half of those that others leave.</param>
/// <param name="Port">What the port is for, for the log.</param>
sealed record ConnectionLimit(int Count, string Port)
{
    /// <summary>
    /// Whether an address stands for many clients, as that of a proxy in front of the server does, so that it may have
    /// all of them.
    /// </summary>
    public Predicate<IPAddress> IsShared { get; init; } = static _ => false;
}
