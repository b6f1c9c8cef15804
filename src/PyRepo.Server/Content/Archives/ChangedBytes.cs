using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Content.Archives;

/// <summary>The bytes of a file that upstream replaced under its name, as far as hashes tell.</summary>
/// <param name="FirstHash">
/// The first hash of the name: <c>sha256=…</c>; empty if it is only known that it was another one.
/// </param>
/// <param name="Hash">The hash that upstream shows now, or empty if it shows none any more.</param>
/// <param name="Since">When that hash was first seen.</param>
sealed record ChangedBytes(string FirstHash, string Hash, DateTimeOffset Since)
{
    /// <summary>
    /// Returns the sign of an attack in a file, or null if its bytes are the first ones: then they were cached before
    /// upstream stopped showing their hash.
    /// </summary>
    public GuardFinding? FindIn(Distribution file) => $"sha256={file.Sha256}" == FirstHash
        ? null
        : new GuardFinding(
            GuardRule.ChangedBytes,
            $"has {(Hash.Length == 0 ? "no hash any more" : $"the hash {Hash}")}, and had "
            + $"{(FirstHash.Length == 0 ? "another one" : FirstHash)} before")
        {
            Since = Since,
        };
}
