using PyRepo.Packaging.Versions;

namespace PyRepo.Server.Proxies.Advisories;

/// <summary>An event of a range.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Version">
/// Where it happens. Null is before every version: OSV's <c>0</c>, and texts that are no version of PEP 440, which
/// come before all that are.
/// </param>
readonly record struct RangeEvent(RangeEventKind Kind, PythonVersion? Version)
{
    /// <summary>Whether it happens at a version or before it.</summary>
    public bool IsReachedBy(PythonVersion version) =>
        Version is null || Version.CompareTo(version) is var order
        && (Kind is RangeEventKind.LastAffected ? order < 0 : order <= 0);
}
