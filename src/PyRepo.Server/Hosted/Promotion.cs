using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Content.Releases;
using PyRepo.Server.Content.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>Copies a release from one repository to another. The copies keep hashes and upload times.</summary>
/// <param name="source">The repository that has the release.</param>
/// <param name="target">The other repository.</param>
/// <param name="maxFileSize">The largest file that it takes.</param>
/// <param name="requireAllowed">Throws if the caller may not add a file to it, with what the copy says.</param>
sealed class Promotion(
    HostedRepository source, HostedRepository target, Quantity maxFileSize, Action<Distribution> requireAllowed)
{
    /// <summary>
    /// Copies the visible files of a release. Nothing is copied if the target rejects one of them; what it has already
    /// is left as it is.
    /// </summary>
    /// <returns>The files that were copied; null if there is no such release.</returns>
    /// <exception cref="RejectedException">A file of it is yanked, or the target rejects a file.</exception>
    /// <exception cref="StoreUnavailableException">It is not known whether the release was yanked.</exception>
    public async Task<ImmutableArray<string>?> RunAsync(
        ProjectName project, string version, string by, CancellationToken cancellationToken)
    {
        if (await source.GetProjectAsync(project, null, cancellationToken)
            is not ProjectAnswer.Known { Snapshot: var known })
        {
            return null;
        }
        // The release may have been yanked, or uploaded, meanwhile.
        if (known.StaleSince is not null)
            throw new StoreUnavailableException($"The record of '{project}' cannot be read at the moment. Try again.");
        if (Release.Find(known, version) is not { } release)
            return null;
        if (release.Files.Find(file => file.Yanked is not null) is { Name.FileName: var yanked })
        {
            throw new RejectedException(
                RejectionReason.Invalid,
                $"{project} {version} is yanked ({yanked}). Undo that first, or promote another release.");
        }
        var missing = new List<Distribution>();
        foreach (var file in release.Files)
        {
            if (!await IsMissingAsync(file, cancellationToken))
                continue;
            requireAllowed(file);
            var copied = Copied(file) with { Provenance = await ReadProvenanceAsync(file, cancellationToken) };
            if (target.Files.Settings.Attestations.Verify(copied).Rejection is { } rejection)
                throw rejection;
            await RequireUnsuspiciousAsync(file, cancellationToken);
            missing.Add(file);
        }
        foreach (var file in missing)
            await CopyAsync(file, by, cancellationToken);
        return [.. missing.Select(file => file.Name.FileName)];
    }

    async Task<bool> IsMissingAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (file.Size > maxFileSize.Bytes)
        {
            throw new RejectedException(
                RejectionReason.TooLarge,
                $"'{file.Name.FileName}' is larger than the target's limit of {maxFileSize}.");
        }
        return await target.Files.ForeseeAsync(file.Name, file.Sha256!.Value, cancellationToken) switch
        {
            DuplicateDecision.Reject rejected =>
                throw new RejectedException(RejectionReason.AlreadyExists, rejected.Message),
            DuplicateDecision.Same same => !await target.Files.VerifyAsync(same.File, cancellationToken),
            _ => true,
        };
    }

    /// <summary>
    /// Lets the target's guard judge a file before any is copied. What the guard only reports, it reports of the copy.
    /// </summary>
    async Task RequireUnsuspiciousAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (target.Files.Settings.Guard is not UploadGuardAction.Reject)
            return;
        await using var content = await source.Store.OpenAsync(file.Location, cancellationToken)
            ?? throw Unreadable(file);
        await using var bytes = await content.OpenSeekableAsync(cancellationToken);
        try
        {
            await target.Files.JudgeArchiveAsync(Copied(file), bytes, UploadGuardAction.Reject, cancellationToken);
        }
        catch (RejectedException)
        {
            if (!await source.Files.VerifyAsync(file, cancellationToken))
                throw Damaged(file);
            throw;
        }
    }

    async Task CopyAsync(Distribution file, string by, CancellationToken cancellationToken)
    {
        await using (var content = await OpenAsync(file, FileContentKind.Bytes, cancellationToken))
        await using (var staged = await target.Files.StageAsync(file.Name, cancellationToken))
        {
            await using var stream = await content.OpenStreamAsync(0, cancellationToken);
            if (await HashedCopy.RunAsync(stream, content.Length, staged, read: null, cancellationToken) != file.Sha256)
                throw Damaged(file);
            var added = await target.Files.AddAsync(
                Copied(file) with { Provenance = await ReadProvenanceAsync(file, cancellationToken) }, staged, by,
                cancellationToken);
            if (added is DuplicateDecision.Reject rejected)
                throw new RejectedException(RejectionReason.AlreadyExists, rejected.Message);
        }
    }

    async Task<byte[]?> ReadProvenanceAsync(Distribution file, CancellationToken cancellationToken)
    {
        if (file.Provenance is null)
            return null;
        await using var content = await OpenAsync(file, FileContentKind.Provenance, cancellationToken);
        return ((MemoryContent)content).Bytes.ToArray();
    }

    async Task<FileContent> OpenAsync(Distribution file, FileContentKind kind, CancellationToken cancellationToken)
    {
        var request = new FileRequest(file.Name.Project, file.Name.FileName, file.Sha256!.Value.Prefix16, kind);
        return await source.OpenAsync(request, cancellationToken) is OpenAnswer.Found { Content: var content }
            ? content
            : throw Unreadable(file);
    }

    static BrokenOffException Unreadable(Distribution file) =>
        new($"'{file.Name.FileName}' cannot be read. Try again.");

    static BrokenOffException Damaged(Distribution file) =>
        new($"The bytes of '{file.Name.FileName}' are damaged. Upload it again.");

    static NewDistribution Copied(Distribution file) => new()
    {
        Name = file.Name,
        Size = file.Size!.Value,
        Sha256 = file.Sha256!.Value,
        CoreMetadata = file.CoreMetadata,
        RequiresPython = file.RequiresPython,
        DisplayName = file.DisplayName,
        Summary = file.Summary,
        Md5 = file.Md5,
        Blake2b256 = file.Blake2b256,
        UploadedAt = file.UploadedAt,
    };
}
