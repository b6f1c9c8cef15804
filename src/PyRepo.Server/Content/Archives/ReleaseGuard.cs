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

    readonly EarlierReleases _releases = new(files, established);

    readonly DateTimeOffset? _firstFile = files.Min(file => file.File.AvailableSince);

    /// <summary>Returns what the rules find in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isNew">
    /// Whether the file is judged by when it came, too. What was there before anybody looked is part of the past.
    /// </param>
    public IEnumerable<GuardFinding> Judge(GuardedFile file, bool isNew)
    {
        var earlier = _releases.Before(file.File);
        if (file.Facts is { } facts)
        {
            foreach (var finding in JudgeArchive(file, facts).Concat(Compare(file, facts, earlier)))
                yield return finding;
        }
        if (!isNew)
            yield break;
        if (FindLateFile(file.File) is { } late)
            yield return late;
        if (file.File.Name.PackageType is PackageType.Sdist && earlier.Count > 0
            && earlier.All(release => release.Any(each => each.IsWheel))
            && !_releases.Of(file.File).Any(other => other.IsWheel))
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
            yield return new(GuardRule.RecordMismatch, $"lacks the file {missing}, which its RECORD lists");
    }

    /// <summary>Compares an archive with those of the last releases.</summary>
    static IEnumerable<GuardFinding> Compare(
        GuardedFile file, ArchiveFacts facts, IReadOnlyList<IReadOnlyList<GuardedFile>> earlier)
    {
        var known = earlier.SelectMany(release => release).Where(each => each.Facts is not null).ToList();
        var sameKind = known.Where(each => each.IsWheel == file.IsWheel).ToList();
        var startup = facts.StartupFiles.FirstOrDefault(each => !known.Any(other => Has(other.Facts!, each)));
        if (startup is not null)
        {
            yield return new(
                GuardRule.StartupFile, $"has the file {startup.Name}, which runs whenever the interpreter starts");
            if (sameKind.Count > 0 && !known.Any(each => each.Facts!.StartupFiles.Count > 0))
            {
                yield return new(
                    GuardRule.NewStartupFile,
                    $"has the file {startup.Name}, which runs whenever the interpreter starts, and the last releases "
                    + "had none");
            }
        }
        var foreign = file.Foreign
            .Where(each => !known.Any(other => other.Facts!.TopLevel.Contains(each.Module))).ToList();
        if (foreign is [var (module, project), ..])
        {
            yield return new(
                GuardRule.OutsideItsPackage, $"writes into '{module}', which belongs to the project '{project}'");
        }
        if (file.IsWheel && file.IsNative && sameKind.Count > 0
            && !earlier.SelectMany(release => release).Any(each => each.IsNative))
        {
            var example = facts.NativeFiles is [var native, ..] ? native : "platform tags";
            yield return new(
                GuardRule.NewNativeCode, $"is compiled ({example}), and the wheels of the last releases are not");
        }
        if (FindYoungDependency(file, facts, known) is { } young)
            yield return young;
    }

    /// <summary>Whether a release before had the same start-up file.</summary>
    static bool Has(ArchiveFacts facts, StartupFile file) =>
        file.Sha256 is not null && facts.StartupFiles.Any(each => each.Sha256 == file.Sha256);

    static GuardFinding? FindYoungDependency(GuardedFile file, ArchiveFacts facts, List<GuardedFile> known)
    {
        var names = FindNewRequirements(facts, known).ToList();
        if (names.Count > ServerLimits.MaxNewRequirements)
        {
            return new(
                GuardRule.YoungDependency,
                $"requires {names.Count} projects that the last releases do not require: too many to look at");
        }
        foreach (var name in names)
        {
            if (file.Dependencies.TryGetValue(name, out var since))
            {
                return new(
                    GuardRule.YoungDependency,
                    $"requires '{name}', which the last releases do not require, and which is there only since "
                    + Verdict.FormatEnd(since));
            }
        }
        return null;
    }

    /// <summary>Returns the projects that a file requires and the known files of the last releases do not.</summary>
    public static IEnumerable<string> FindNewRequirements(ArchiveFacts facts, IReadOnlyCollection<GuardedFile> known)
    {
        var before = known.Where(each => each.Facts is { Requirements: not null }).ToList();
        return before.Count == 0 ? [] : (facts.Requirements ?? [])
            .Except(before.SelectMany(each => each.Facts!.Requirements!), StringComparer.Ordinal);
    }

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
