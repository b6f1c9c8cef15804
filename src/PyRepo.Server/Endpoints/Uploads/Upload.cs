using System.Collections.Immutable;
using System.Text;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Values;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Hosted;
using PyRepo.Storage;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>Processes one upload: reads the form, stages and checks the file, and adds it to the repository.</summary>
sealed class Upload(
    HostedRepository repository, RequestAccess access, ImmutableArray<string> through, Quantity maxFileSize,
    UploadShare share, TimeProvider clock) : IAsyncDisposable
{
    StagedObject? _staged;
    UploadDigests? _digests;
    string? _fileName;
    bool _isKnown;

    /// <summary>Reads the whole request and executes it.</summary>
    /// <returns>The uploaded file and the decision about it.</returns>
    /// <exception cref="RejectedException">The upload is rejected. Nothing of it is stored.</exception>
    public async Task<(DistributionFileName File, DuplicateDecision Decision)> RunAsync(
        UploadRequest request, CancellationToken cancellationToken)
    {
        while (await request.ReadToFileAsync(cancellationToken) is { } part)
            await ReceiveAsync(request.Form, part, cancellationToken);
        var context = GetContext(request.Form);
        UploadRules.CheckForm(context);
        UploadAccess.Require(access, context.Distribution!.Project, through, FileClaims.From(request.Form));
        return (context.Distribution, await FinishAsync(context, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _digests?.Dispose();
        if (_staged is not null)
            await _staged.DisposeAsync();
    }

    async Task ReceiveAsync(UploadForm form, FilePart part, CancellationToken cancellationToken)
    {
        if (_digests is not null)
            throw new RejectedException(RejectionReason.Invalid, "The form has more than one file part 'content'.");
        _fileName = part.FileName;
        form.DeriveNames(part.FileName);
        var context = GetContext(form);
        UploadRules.CheckEarly(context);
        if (context.Distribution is { } file)
        {
            UploadAccess.Require(access, file.Project, through, FileClaims.From(form));
            if (Sha256Digest.TryParse(form.Sha256, out var stated))
                _isKnown = await IsKnownAsync(file, stated, cancellationToken);
        }
        _digests = new UploadDigests(_isKnown || form.Md5 is not null, _isKnown || form.Blake2b256 is not null);
        if (!_isKnown)
            _staged = await repository.Files.StageAsync(context.Distribution, cancellationToken);
        await ContentReceiver.ReceiveAsync(part.Body, _staged, _digests, maxFileSize, share, cancellationToken);
        _digests.Complete();
    }

    /// <summary>Whether the repository has a file with this name and these bytes, and they are intact.</summary>
    /// <exception cref="RejectedException">It has the name with other bytes.</exception>
    async Task<bool> IsKnownAsync(DistributionFileName file, Sha256Digest stated, CancellationToken cancellationToken)
    {
        var foreseen = await repository.Files.ForeseeAsync(file, stated, cancellationToken);
        RejectDuplicate(foreseen);
        return foreseen is DuplicateDecision.Same same
            && await repository.Files.VerifyAsync(same.File, cancellationToken);
    }

    Task<DuplicateDecision> FinishAsync(UploadContext context, CancellationToken cancellationToken) =>
        _isKnown ? ConfirmAsync(context, cancellationToken) : AddAsync(context, cancellationToken);

    /// <summary>Finishes an upload of a file that the repository had before, which was not stored again.</summary>
    async Task<DuplicateDecision> ConfirmAsync(UploadContext context, CancellationToken cancellationToken)
    {
        UploadRules.CheckContent(context);
        var decision =
            await repository.Files.ForeseeAsync(context.Distribution!, _digests!.Sha256, cancellationToken);
        RejectDuplicate(decision);
        return decision is DuplicateDecision.Same
            ? decision
            : throw new RejectedException(
                RejectionReason.Unavailable,
                $"'{_fileName}' was deleted or replaced during the upload. Upload it again.");
    }

    async Task<DuplicateDecision> AddAsync(UploadContext context, CancellationToken cancellationToken)
    {
        var (form, file, staged) = (context.Form, context.Distribution!, _staged!);
        var missed = (form.Md5 is not null && _digests!.Md5 is null)
            || (form.Blake2b256 is not null && _digests!.Blake2b256 is null);
        await using var bytes = staged.OpenRead();
        using var digests = missed
            ? UploadDigests.From(bytes, form.Md5 is not null, form.Blake2b256 is not null)
            : _digests!;
        // A wrong digest means that the file was damaged in transit. Report this before any problem with the archive.
        var received = context with { Digests = digests };
        UploadRules.CheckContent(received);
        var decision = await repository.Files.AddAsync(
            file, digests.Sha256, staged, () => InspectAsync(received, staged, cancellationToken),
            access.User, cancellationToken);
        RejectDuplicate(decision);
        return decision;
    }

    async Task<NewDistribution> InspectAsync(
        UploadContext context, StagedObject staged, CancellationToken cancellationToken)
    {
        var (form, file, digests) = (context.Form, context.Distribution!, context.Digests!);
        await using var bytes = staged.OpenRead();
        var inspected = await ArchiveInspection.InspectAsync(
            bytes, file, share.Owner, strict: true, cancellationToken);
        UploadRules.CheckContent(context with { Metadata = inspected.Metadata });
        return new NewDistribution
        {
            Name = file,
            Size = staged.Length,
            Sha256 = digests.Sha256,
            CoreMetadata = inspected.CoreMetadata,
            RequiresPython = inspected.Metadata is null
                ? form[UploadField.RequiresPython]
                : inspected.Metadata.RequiresPython,
            DisplayName = inspected.Metadata is null ? form.Name : inspected.Metadata.Name,
            Summary = inspected.Metadata is null ? form[UploadField.Summary] : inspected.Metadata.Summary,
            Md5 = digests.Md5,
            Blake2b256 = digests.Blake2b256,
            UploadedAt = GetUploadedAt(context),
            Provenance = form.Provenance is { } document ? Encoding.UTF8.GetBytes(document) : null,
            Uploaded = form is { Provenance: null, Attestations: { } json }
                && Attestation.TryParseArray(json, out var attestations, out _)
                    ? new ProvenanceBundle(access.Publisher, attestations)
                    : null,
        };
    }

    static DateTimeOffset? GetUploadedAt(UploadContext context) =>
        UploadRules.TryParseTime(context.Form.UploadTime, out var time)
            ? time < context.Now ? time : context.Now
            : null;

    UploadContext GetContext(UploadForm form) => new()
    {
        Form = form,
        Now = clock.GetUtcNow(),
        FileName = _fileName,
        Distribution = _fileName is not null && ProjectName.TryParse(form.Name, out var project)
            && DistributionFileName.TryParse(_fileName, project, out var file) ? file : null,
        Digests = _digests,
    };

    static void RejectDuplicate(DuplicateDecision decision)
    {
        if (decision is DuplicateDecision.Reject { Message: var message })
            throw new RejectedException(RejectionReason.AlreadyExists, message);
    }
}

/// <summary>The inputs of the upload rules. Inputs that are not known yet are null.</summary>
sealed record UploadContext
{
    /// <summary>The fields received so far.</summary>
    public required UploadForm Form { get; init; }

    /// <summary>The current time.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>The name of the file part, or null if there was no file part.</summary>
    public string? FileName { get; init; }

    /// <summary>The file's name, parsed for the project that the form names.</summary>
    public DistributionFileName? Distribution { get; init; }

    /// <summary>The digests of the received file.</summary>
    public UploadDigests? Digests { get; init; }

    /// <summary>The archive's own metadata, if it has any.</summary>
    public CoreMetadata? Metadata { get; init; }
}
