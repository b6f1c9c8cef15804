using System.Collections.Immutable;
using System.Text;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;

namespace PyRepo.Server.Hosted.Retention;

/// <summary>A release that no rule keeps.</summary>
/// <param name="Project">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Files">The names of its files.</param>
/// <param name="Locations">Where their bytes are: other bytes of the same name are elsewhere.</param>
/// <param name="Size">Their size in bytes.</param>
/// <param name="Reason">Why no rule keeps it, as people read it.</param>
sealed record ExpiredRelease(
    ProjectName Project, string Version, ImmutableArray<string> Files, ImmutableArray<string> Locations, long Size,
    string Reason)
{
    /// <summary>Identifies a list of releases and their bytes, so that another list is not taken for it.</summary>
    public static string FingerprintOf(IEnumerable<ExpiredRelease> releases)
    {
        var lines = releases.SelectMany(
            release => release.Locations.Prepend($"{release.Project} {release.Version}").Append(""));
        return Sha256Digest.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))).ToString();
    }
}
