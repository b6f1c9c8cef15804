using System.Globalization;

namespace PyRepo.Server.Proxies.Disk;

/// <summary>How a proxy looks for signs of an attack in upstream's files.</summary>
/// <param name="HoldFor">
/// How long a file is new: then it is inspected before it is listed, and compared with releases that are older.
/// </param>
/// <param name="MinimumAge">How long a project is young that a release begins to require.</param>
/// <param name="IsAwaited">
/// Whether pages wait a moment for the inspection, because files are hidden until they are inspected.
/// </param>
/// <param name="Names">The projects that are in use here.</param>
sealed record GuardSettings(TimeSpan HoldFor, TimeSpan MinimumAge, bool IsAwaited, UsedNames Names)
{
    /// <summary>Equal fingerprints mean equal findings in equal facts.</summary>
    public string Fingerprint => string.Create(
        CultureInfo.InvariantCulture, $"{HoldFor.TotalSeconds}.{MinimumAge.TotalSeconds}.{IsAwaited}");
}
