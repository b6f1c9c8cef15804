using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Packaging.Versions;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Hosted;
using PyRepo.Server.Hosted.Undo;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>Changes a project for one of its Maintainers. The API and the pages do it in the same way.</summary>
/// <remarks>Each change is one line of the log: who changed what, and which grant allows it.</remarks>
sealed class ProjectMaintenance
{
    readonly RepositoryRequest _request;
    readonly ProjectName _project;
    readonly HostedRepository _repository;
    readonly RequestAccess _access;
    readonly ILogger _logger;

    ProjectMaintenance(
        RepositoryRequest request, ProjectName project, HostedRepository repository, RequestAccess access,
        ILogger logger)
    {
        (_request, _project, _repository, _access, _logger) = (request, project, repository, access, logger);
    }

    /// <summary>Authorizes the caller to change a project, before a body is read.</summary>
    /// <exception cref="RejectedException">
    /// 401, 403, 405 if the repository is not one that is uploaded to, or 503 if it is not open.
    /// </exception>
    public static async Task<ProjectMaintenance> AuthorizeAsync(
        RepositoryRequest request, ProjectName project, ILogger logger)
    {
        var access = await request.AuthorizeAsync(AccessAction.Maintain, project, request.Repository.UploadsThrough);
        if (request.Repository.Hosted is not { } repository)
        {
            throw new RejectedException(
                RejectionReason.NotAllowed, request.Repository.UploadsThrough is [var member, ..]
                ? $"Nothing can be changed through the group '{request.Repository.Name}'. Use its member '{member}'."
                : $"Nothing can be changed in '{request.Repository.Name}': it has no files of its own.")
            { Allow = "" };
        }
        RepositoryRequest.RequireOpen(repository);
        return new(request, project, repository, access, logger);
    }

    /// <summary>How long deleted bytes are kept.</summary>
    public TimeSpan KeepDeletedFor => _repository.Settings.KeepDeletedFor;

    /// <summary>Yanks a release, or changes the reason.</summary>
    /// <exception cref="RejectedException">404: there is no such release. 400: the reason is not valid.</exception>
    public async Task YankAsync(string version, string? reason)
    {
        RequireFound(
            await _repository.Releases.YankAsync(_project, version, Checked(reason) ?? "", _access.User), version);
        Note("yanked", GetRelease(version));
    }

    /// <summary>Undoes a yank.</summary>
    /// <exception cref="RejectedException">404: there is no such release.</exception>
    public async Task UnyankAsync(string version)
    {
        RequireFound(await _repository.Releases.UnyankAsync(_project, version, _access.User), version);
        Note("unyanked", GetRelease(version));
    }

    /// <summary>Deletes a release, or all of the project's. The files' names stay reserved.</summary>
    /// <param name="version">The version, or null for all.</param>
    /// <param name="purge">
    /// Whether the bytes go at once, also those that are kept of earlier deletions: it cannot be undone.
    /// </param>
    /// <exception cref="RejectedException">404: there is no such release.</exception>
    public Task DeleteAsync(string? version, bool purge = false) => purge
        ? Deleted.PurgeEvenIfFullAsync(
            _project, file => version is null || file.Name.IsOf(version), () => DeleteOnceAsync(version, purge))
        : DeleteOnceAsync(version, purge);

    async Task DeleteOnceAsync(string? version, bool purge)
    {
        var files = await _repository.Releases.DeleteAsync(_project, version, _access.User);
        NoteEach("deleted", files);
        var purged = purge ? await Deleted.PurgeAsync(_project, version, _access.User, CancellationToken.None) : [];
        RequireFound(files.IsEmpty ? purged : files, version);
        NoteEach("purged", purged);
    }

    /// <summary>Deletes a file. Its name stays reserved.</summary>
    /// <param name="file">The name of the file.</param>
    /// <param name="purge"><inheritdoc cref="DeleteAsync" path="/param[@name='purge']"/></param>
    /// <exception cref="RejectedException">404: there is no such file.</exception>
    public Task DeleteFileAsync(string file, bool purge) => purge
        ? Deleted.PurgeEvenIfFullAsync(
            _project, found => DeletedBytes.IsSame(found.Name, file), () => DeleteFileOnceAsync(file, purge))
        : DeleteFileOnceAsync(file, purge);

    async Task DeleteFileOnceAsync(string file, bool purge)
    {
        var isDeleted = await _repository.Files.DeleteAsync(_project, file, _access.User);
        if (isDeleted)
            Note("deleted", file);
        var purged = purge ? await Deleted.PurgeFileAsync(_project, file, _access.User, CancellationToken.None) : [];
        if (!isDeleted && purged.IsEmpty)
            throw new RejectedException(RejectionReason.NotFound, $"There is no file '{file}' in '{_project}'.");
        NoteEach("purged", purged);
    }

    /// <summary>Brings the deleted files of a release back.</summary>
    /// <param name="version">The version.</param>
    /// <param name="isTrial">Whether nothing is changed.</param>
    /// <exception cref="RejectedException">404: there was no such release.</exception>
    public async Task<RestorationView> RestoreAsync(string version, bool isTrial)
    {
        var restored = await new Restorer(_repository).RestoreAsync(
            _project, version, _access.User, isTrial, _request.Aborted);
        return Finish(restored ?? throw new RejectedException(
            RejectionReason.NotFound,
            $"There is no release '{version}' of '{_project}' in '{_request.Repository.Name}', and none was deleted "
                + "whose bytes were kept."),
            isTrial);
    }

    /// <summary>Brings the project back to what it showed at a time.</summary>
    /// <param name="asOf">The time.</param>
    /// <param name="removesNewer">Whether files that came since are deleted or replaced.</param>
    /// <param name="isTrial">Whether nothing is changed.</param>
    /// <exception cref="RejectedException">404: there is no such project.</exception>
    public async Task<RestorationView> RestoreAsOfAsync(DateTimeOffset asOf, bool removesNewer, bool isTrial)
    {
        var restored = await new Restorer(_repository).RestoreAsOfAsync(
            _project, asOf, removesNewer, _access.User, isTrial, _request.Aborted);
        return Finish(restored ?? throw NoProject(), isTrial);
    }

    RestorationView Finish(Restoration restoration, bool isTrial)
    {
        foreach (var step in isTrial ? [] : restoration.Done)
        {
            var changed = step.Part is RestoredPart.Status ? _project.Value : step.Subject;
            Note(RestorationView.GetVerb(step.Part), changed);
        }
        return RestorationView.From(_project, restoration);
    }

    /// <summary>Copies a release to another repository of this server.</summary>
    /// <exception cref="RejectedException">
    /// 404: there is no such release or repository. 403: the caller may not upload it there.
    /// </exception>
    public async Task<PromotionView> PromoteAsync(ReleasePromotion promotion, string version, string? to)
    {
        var promoted = await promotion.RunAsync(_request, _repository, _project, version, to);
        Note($"promoted to {promoted.To}", GetRelease(version));
        return promoted;
    }

    /// <summary>Sets the project's status.</summary>
    /// <param name="status">A status of PEP 792.</param>
    /// <param name="reason">Why it has that status, or null.</param>
    /// <exception cref="RejectedException">404: there is no such project. 400: a value is not valid.</exception>
    public async Task SetStatusAsync(string? status, string? reason)
    {
        if (!ProjectStatusNames.TryParse(status, out var parsed))
            throw new RejectedException(
                RejectionReason.Invalid, "The status must be active, archived, deprecated or quarantined.");
        if (!await _repository.Releases.SetStatusAsync(_project, parsed, Checked(reason), _access.User))
            throw NoProject();
        Note($"set to {parsed.ToName()}", _project.Value);
    }

    /// <summary>Returns a reason that clients may be shown, or null if there is none.</summary>
    static string? Checked(string? reason)
    {
        var text = reason?.Trim();
        if (text?.Length > ServerLimits.MaxReasonLength)
            throw new RejectedException(
                RejectionReason.Invalid, $"The reason has more than {ServerLimits.MaxReasonLength} characters.");
        if (text?.Any(IsInvisible) is true)
            throw new RejectedException(RejectionReason.Invalid, "The reason must be one line of text.");
        return string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>Control characters, line separators, and those that change the direction of text.</summary>
    static bool IsInvisible(char c) => char.IsControl(c) || char.GetUnicodeCategory(c)
        is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    void RequireFound(ImmutableArray<string> files, string? version)
    {
        if (!files.IsEmpty)
            return;
        throw new RejectedException(RejectionReason.NotFound, version is null
            ? $"There is no project '{_project}' with files in '{_request.Repository.Name}'."
            : $"There is no release '{version}' of '{_project}' in '{_request.Repository.Name}'.");
    }

    /// <summary>Returns a release as pages name it: a version in a URL may have any spelling.</summary>
    string GetRelease(string version) =>
        $"{_project} {(PythonVersion.TryParse(version, out var parsed) ? parsed.ToString() : version)}";

    DeletedBytes Deleted => new(_repository, _logger);

    RejectedException NoProject() => new(
        RejectionReason.NotFound, $"There is no project '{_project}' in '{_request.Repository.Name}'.");

    void NoteEach(string what, ImmutableArray<string> files)
    {
        foreach (var file in files)
            Note(what, file);
    }

    void Note(string what, string changed)
    {
        var grant = _access.Require(AccessAction.Maintain, _project, _request.Repository.UploadsThrough);
        Http.Log.Changed(_logger, _access.User, what, changed, _request.Repository.Name, grant);
    }
}
