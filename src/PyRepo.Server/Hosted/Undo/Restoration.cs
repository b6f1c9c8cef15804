using System.Collections.Immutable;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Hosted.Undo;

/// <summary>The part of a plan that one write does.</summary>
/// <param name="Done">The changes.</param>
/// <param name="Missing">The removed files whose bytes turned out to be gone.</param>
/// <param name="Unavailable">The files that cannot come back, these among them.</param>
/// <param name="Remaining">How many changes are left for the next time.</param>
sealed record Restoration(
    ImmutableArray<RestorationStep> Done, ImmutableArray<Distribution> Missing,
    ImmutableArray<UnavailableFile> Unavailable, int Remaining)
{
    /// <summary>Decides which changes of a plan are made together: as many as one write may have.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="found">The bytes in the store, by their keys. Others were not looked for.</param>
    public static Restoration From(RestorationPlan plan, IReadOnlyDictionary<string, FoundBytes> found)
    {
        var done = plan.Steps.Take(ServerLimits.MaxRestoredTogether).Where(
            step => step.Bytes is null || Has(step.Bytes, FoundBytes.Intact)).ToImmutableArray();
        var bytes = plan.Steps.Select(step => step.Bytes).OfType<Distribution>().ToList();
        var missing = bytes.Where(file => Has(file, FoundBytes.Missing)).ToImmutableArray();
        var changed = bytes.Where(file => Has(file, FoundBytes.Changed)).ToList();
        return new(
            done, missing,
            [
                .. plan.Unavailable,
                .. missing.Select(file => new UnavailableFile(
                    file.Name.FileName, "Its bytes are no longer in the repository's storage.")),
                .. changed.Select(file => new UnavailableFile(
                    file.Name.FileName, $"Other bytes lie at {file.Location} in the repository's storage.")),
            ],
            plan.Steps.Length - done.Length - missing.Length - changed.Count);

        bool Has(Distribution file, FoundBytes state) =>
            found.TryGetValue(file.Location, out var looked) && looked == state;
    }
}

/// <summary>The bytes at the place where a removed file had its own.</summary>
enum FoundBytes
{
    /// <summary>There are none.</summary>
    Missing,

    /// <summary>They are the file's.</summary>
    Intact,

    /// <summary>They are others.</summary>
    Changed,
}
