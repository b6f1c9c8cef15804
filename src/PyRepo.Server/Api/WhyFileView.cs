using System.Collections.Immutable;
using PyRepo.Server.Repositories;

namespace PyRepo.Server.Api;

/// <summary>Why a file is visible or hidden, as the API shows it.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Visible">Whether pages show it.</param>
/// <param name="Yanked">Why it is yanked, or null if it is not.</param>
/// <param name="AvailableSince">The time from which its age counts, or null if that is not known.</param>
/// <param name="Rules">The rules that hide it.</param>
/// <param name="Vulnerabilities">The known vulnerabilities of its release.</param>
sealed record WhyFileView(
    string File, bool Visible, string? Yanked, DateTimeOffset? AvailableSince, ImmutableArray<Verdict> Rules,
    ImmutableArray<Vulnerability> Vulnerabilities)
{
    /// <summary>Returns the view of a file.</summary>
    public static WhyFileView Of(SnapshotFile file) => new(
        file.Distribution.Name.FileName, file.IsVisible, file.Distribution.Yanked, file.Distribution.AvailableSince,
        file.HiddenBy, file.Vulnerabilities);
}
