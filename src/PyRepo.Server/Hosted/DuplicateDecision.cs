using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Simple;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Hosted;

/// <summary>Decides whether a distribution may be added to a project, given the project's history.</summary>
abstract record DuplicateDecision
{
    DuplicateDecision()
    {
    }

    /// <summary>The distribution may be added.</summary>
    public sealed record Add : DuplicateDecision;

    /// <summary>The record already has a file with the same bytes, so there is nothing to do if it is intact.</summary>
    public sealed record Same(Distribution File) : DuplicateDecision;

    /// <summary>The distribution may not be added.</summary>
    public sealed record Reject(string Message) : DuplicateDecision;

    /// <summary>Decides about an upload.</summary>
    /// <remarks>When they skip existing files, twine, poetry and pdm look for "File already exists".</remarks>
    public static DuplicateDecision OfUpload(
        PastFile? past, ProjectStatus status, DistributionFileName name, Sha256Digest sha256, Overwrite overwrite)
    {
        if (status is ProjectStatus.Archived or ProjectStatus.Quarantined)
            return new Reject(
                $"The project '{name.Project}' is {status.ToString().ToLowerInvariant()} and accepts no uploads.");
        if (past?.Visible is { } visible)
        {
            if (visible.Sha256 == sha256)
                return new Same(visible);
            return MayReplace(name, overwrite)
                ? new Add()
                : new Reject(
                    $"File already exists: '{visible.Name.FileName}' with other content (SHA-256 {visible.Sha256}). "
                    + "Upload a new version.");
        }
        if (past is null || past.LastSha256 == sha256 || overwrite is Overwrite.Always)
            return new Add();
        return new Reject(
            $"The name '{name.FileName}' was used by a file that has since been deleted, with other content. "
            + "Upload a new version.");
    }

    /// <summary>Decides about a file that a user put into the folder.</summary>
    public static DuplicateDecision OfAdoption(
        PastFile? past, DistributionFileName name, Sha256Digest sha256, Overwrite overwrite)
    {
        if (past is null)
            return new Add();
        if (past.Visible is { } visible && visible.Sha256 == sha256)
            return new Same(visible);
        if (past.Ended is { Event: ProjectEventKind.Deleted, At: var at } && past.LastSha256 == sha256)
            return new Reject($"'{name.FileName}' was deleted on {at:yyyy-MM-dd} and is not adopted again.");
        if (past.Ended is { Event: ProjectEventKind.Gone } && past.LastSha256 == sha256)
            return new Add();
        if (past.Earlier.Contains(sha256))
            return new Reject($"'{name.FileName}' has the content of a file that has since been replaced.");
        return overwrite is Overwrite.Always || (past.Visible is not null && MayReplace(name, overwrite))
            ? new Add()
            : new Reject($"File already exists: '{name.FileName}' with other content (SHA-256 {past.LastSha256}).");
    }

    /// <summary>Whether other bytes may take the name of a visible file. A list of variants grows with each variant
    /// wheel (<see href="https://peps.python.org/pep-0825/#index-level-metadata">PEP 825</see>).</summary>
    static bool MayReplace(DistributionFileName name, Overwrite overwrite) =>
        overwrite is Overwrite.Always || name.PackageType is PackageType.VariantsIndex;
}
