using PyRepo.Packaging.Inspection;

namespace PyRepo.Server.Content.Archives;

/// <summary>
/// The last releases before one, with which its files are compared. What is the same for all of these files is found out
/// once, and not before it is needed.
/// </summary>
/// <param name="releases">The releases, the latest first.</param>
sealed class ReleaseBaseline(IReadOnlyList<GuardedRelease> releases)
{
    /// <summary>The releases, the latest first.</summary>
    public IReadOnlyList<GuardedRelease> Releases => releases;

    /// <summary>Whether one of them has a start-up file, as far as they were inspected.</summary>
    public bool HasStartupFile => Facts.Exists(facts => facts.StartupFiles.Count > 0);

    /// <summary>Whether one of them has a compiled file.</summary>
    public bool HasNative => releases.Any(release => release.HasNative);

    /// <summary>Whether each of them has a wheel.</summary>
    public bool HasWheels => releases.Count > 0 && releases.All(release => release.HasWheel);

    List<ArchiveFacts> Facts => field ??=
        [.. releases.SelectMany(release => release.Inspected).Select(file => file.Facts).OfType<ArchiveFacts>()];

    HashSet<string> StartupFiles => field ??= Facts.SelectMany(facts => facts.StartupFiles).Select(file => file.Sha256)
        .OfType<string>().ToHashSet(StringComparer.Ordinal);

    HashSet<string> TopLevel => field ??= Facts.SelectMany(facts => facts.TopLevel).ToHashSet(StringComparer.Ordinal);

    HashSet<string> Requirements => field ??=
        Facts.SelectMany(facts => facts.Requirements ?? []).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a file of the same kind was inspected: a wheel, or a source distribution.</summary>
    public bool Has(bool isWheel) => releases.Any(release => isWheel
        ? release.HasInspectedWheel : release.Inspected.Any(file => !file.IsWheel));

    /// <summary>Whether one of them has the same start-up file.</summary>
    public bool Has(StartupFile file) => file.Sha256 is { } sha256 && StartupFiles.Contains(sha256);

    /// <summary>Whether one of them has a module of the same name.</summary>
    public bool Has(ForeignModule module) => TopLevel.Contains(module.Module);

    /// <summary>
    /// Returns the projects that a file requires and these releases do not; none if it is not known what they require.
    /// </summary>
    public IEnumerable<string> FindNewRequirements(ArchiveFacts facts) =>
        Facts.Exists(each => each.Requirements is not null)
            ? (facts.Requirements ?? []).Where(name => !Requirements.Contains(name)) : [];
}
