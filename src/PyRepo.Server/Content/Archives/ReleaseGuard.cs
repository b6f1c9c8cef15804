using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Inspection;
using PyRepo.Resources.Proxied;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Archives;

/// <summary>
/// The rules of the release guard. They are pure functions of facts that were gathered before: about a file, and about
/// the other files of its project.
/// </summary>
/// <param name="files">All files of the project.</param>
/// <param name="established">How long a release must have been there to count as one of the last releases.</param>
/// <param name="lookAlike">The project in use whose name is one letter away, or null.</param>
sealed class ReleaseGuard(IReadOnlyList<GuardedFile> files, TimeSpan established, string? lookAlike)
{
    /// <summary>From when on a release is expected to be complete.</summary>
    static readonly TimeSpan _oldRelease = TimeSpan.FromDays(14);

    /// <summary>How long the name of a new project is compared with others.</summary>
    static readonly TimeSpan _youngProject = TimeSpan.FromDays(90);

    /// <summary>The beginning of a project that upstream does not have yet.</summary>
    public static DateTimeOffset Missing => DateTimeOffset.MaxValue;

    /// <summary>How long a project is young that a release begins to require.</summary>
    public TimeSpan MinimumAge { get; init; }

    readonly EarlierReleases _releases = new(files, established);

    readonly DateTimeOffset? _firstFile = files.Min(file => file.File.AvailableSince);

    /// <summary>Returns what the rules find in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isNew">
    /// Whether the file is judged by when it came, too. What was there before anybody looked is part of the past.
    /// </param>
    public IEnumerable<GuardFinding> Judge(GuardedFile file, bool isNew)
    {
        if (file.Facts is { } facts)
        {
            var earlier = _releases.Before(file.File);
            foreach (var finding in JudgeArchive(file, facts).Concat(Compare(file, facts, earlier)))
                yield return finding;
        }
        if (file.Changed?.FindIn(file.File) is { } changed)
            yield return changed;
        if (!isNew)
            yield break;
        if (FindLateFile(file.File) is { } late)
            yield return late;
        if (file.File.Name.PackageType is PackageType.Sdist && _releases.Before(file.File).HasWheels
            && _releases.Of(file.File) is not { HasWheel: true })
        {
            yield return new(
                GuardRule.SdistOnlyNow,
                "is the source distribution of a release without wheels, and the last releases have wheels");
        }
        if (lookAlike is { } other && file.File.AvailableSince - _firstFile < _youngProject)
        {
            yield return new(
                GuardRule.LookAlike, $"is of a project that is new, and whose name is one letter away from '{other}'");
        }
    }

    /// <summary>Judges an archive alone.</summary>
    static IEnumerable<GuardFinding> JudgeArchive(GuardedFile file, ArchiveFacts facts)
    {
        if (facts.Commands is [var command, ..])
            yield return new(
                GuardRule.ShadowsInterpreter, $"installs the command {command} in place of Python's own tools");
        if (facts.Problem is { } problem)
            yield return new(GuardRule.RecordMismatch, $"cannot be inspected: {problem}") { IsUnreadable = true };
        if (facts.Unrecorded is [var unrecorded, ..])
            yield return new(GuardRule.RecordMismatch, $"has the file {unrecorded}, which its RECORD does not list");
        else if (facts.Missing is [var missing, ..] && file.IsWheel)
            yield return new(
                GuardRule.RecordMismatch,
                missing == "RECORD"
                    ? "has no RECORD" : $"lacks the file {missing}, which its RECORD lists");
    }

    /// <summary>Compares an archive with those of the last releases.</summary>
    IEnumerable<GuardFinding> Compare(GuardedFile file, ArchiveFacts facts, ReleaseBaseline earlier)
    {
        if (facts.StartupFiles.FirstOrDefault(each => !earlier.Has(each)) is { } startup)
        {
            yield return new(
                GuardRule.StartupFile, $"has the file {startup.Name}, which runs whenever the interpreter starts");
            if (earlier.Has(file.IsWheel) && !earlier.HasStartupFile)
            {
                yield return new(
                    GuardRule.NewStartupFile,
                    $"has the file {startup.Name}, which runs whenever the interpreter starts, and the last releases "
                    + "had none");
            }
        }
        if (file.Foreign.FirstOrDefault(each => !earlier.Has(each)) is { Module: { } module, Project: var project })
        {
            yield return new(
                GuardRule.OutsideItsPackage, $"writes into '{module}', which belongs to the project '{project}'");
        }
        if (file.IsWheel && file.IsNative && earlier.Has(isWheel: true) && !earlier.HasNative)
        {
            var example = facts.NativeFiles is [var native, ..] ? native : "platform tags";
            yield return new(
                GuardRule.NewNativeCode, $"is compiled ({example}), and the wheels of the last releases are not");
        }
        if (FindYoungDependency(file, facts, earlier) is { } young)
            yield return young;
    }

    GuardFinding? FindYoungDependency(GuardedFile file, ArchiveFacts facts, ReleaseBaseline earlier)
    {
        var names = earlier.FindNewRequirements(facts).ToList();
        if (names.Count > ServerLimits.MaxNewRequirements)
        {
            return new(
                GuardRule.YoungDependency,
                $"requires {names.Count} projects that the last releases do not require: too many to look at");
        }
        foreach (var name in names)
        {
            if (file.Dependencies.TryGetValue(name, out var since) && IsYoung(since, file.File))
            {
                return new(
                    GuardRule.YoungDependency,
                    $"requires '{name}', which the last releases do not require, and which "
                    + (since == Missing
                        ? "upstream did not have when it was inspected"
                        : $"is there only since {Verdict.FormatEnd(since)}"));
            }
        }
        return null;
    }

    bool IsYoung(DateTimeOffset since, Distribution file) =>
        !(Verdict.GetEnd(since, MinimumAge) <= (file.AvailableSince ?? DateTimeOffset.MaxValue)) || since == Missing;

    GuardFinding? FindLateFile(Distribution file)
    {
        if (file.Name.PackageType is not (PackageType.Wheel or PackageType.Sdist)
            || _releases.GetStart(file) is not { } start || !(file.AvailableSince - start > _oldRelease))
        {
            return null;
        }
        return new(
            GuardRule.OldReleaseNewFile, $"was added to a release that is there since {Verdict.FormatEnd(start)}");
    }
}
