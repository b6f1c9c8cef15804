using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Endpoints.Uploads;
using PyRepo.Server.Hosted;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>Copies releases to other repositories of this server, for someone who may upload them there.</summary>
sealed class ReleasePromotion(RepositoryRegistry served)
{
    /// <summary>
    /// The repositories of this server to which the caller may promote a project, as anyone may or as a user whom both
    /// have in one Secret. No password is tried on others. A copied file has an earlier upload time, which only a Maintainer
    /// may state (<see cref="UploadAccess"/>).
    /// </summary>
    public IEnumerable<string> GetTargets(RepositoryRequest request, Caller caller, ProjectName project)
    {
        var passwords = request.Repository.Authenticators.OfType<PasswordVerifier>().ToHashSet();
        return served.All.Where(each => IsTarget(request, each) && MayPromoteTo(each)).Select(each => each.Name);

        bool MayPromoteTo(RepositoryRegistration target)
        {
            var isKnown = caller is Caller.User
                && target.Authenticators.OfType<PasswordVerifier>().Any(passwords.Contains);
            var there = new RequestAccess(target, isKnown ? caller : Caller.Anonymous, []);
            return target.Access.MayReadSome(there.Caller)
                && there.Decide(AccessAction.Maintain, project, target.UploadsThrough).IsAllowed;
        }
    }

    /// <summary>Copies a release to another repository of this server.</summary>
    /// <param name="request">A request to the repository that has the release.</param>
    /// <param name="source">That repository. The caller may change the project in it.</param>
    /// <param name="project">The project.</param>
    /// <param name="version">The version.</param>
    /// <param name="to">The name of the other repository.</param>
    /// <exception cref="RejectedException">
    /// There is no such release or repository, or none that the caller may know of; the caller may not upload it there;
    /// or the other repository rejects it.
    /// </exception>
    public async Task<PromotionView> RunAsync(
        RepositoryRequest request, HostedRepository source, ProjectName project, string version, string? to)
    {
        if (to is null || !served.TryFind($"/{to}/", out var target, out _) || target.Name != to
            || !IsTarget(request, target) || target.Hosted is not { } repository
            || await FindAccessAsync(request, target) is not { } there)
        {
            throw new RejectedException(
                RejectionReason.NotFound,
                $"There is no repository '{to}' on this server that takes promotions from here.");
        }
        there.Require(AccessAction.Upload, project, target.UploadsThrough);
        RepositoryRequest.RequireOpen(repository);
        var promotion = new Promotion(
            source, repository, target.MaxFileSize,
            file => UploadAccess.Require(there, project, target.UploadsThrough, FileClaims.From(file)));
        var files = await promotion.RunAsync(project, version, there.User, request.Aborted)
            ?? throw new RejectedException(
                RejectionReason.NotFound,
                $"There is no release '{version}' of '{project}' in '{request.Repository.Name}'.");
        return new PromotionView(to, files);
    }

    static bool IsTarget(RepositoryRequest request, RepositoryRegistration each) =>
        each.Hosted is not null && each.Members.Count == 0
        && each.Name != request.Repository.Name && each.Hosted != request.Repository.Hosted;

    /// <summary>
    /// Identifies the caller in the other repository by the same credentials. Returns null if the caller may not read
    /// anything there, and so is not to learn that it exists.
    /// </summary>
    static async Task<RequestAccess?> FindAccessAsync(RepositoryRequest request, RepositoryRegistration target)
    {
        var there = new RepositoryRequest(request.Context, target);
        try
        {
            var access = request.FindCredentials() is { } credentials
                ? await there.AuthenticateAsync(credentials)
                : RequestAccess.Anonymous(target);
            return target.Access.MayReadSome(access.Caller) ? access : null;
        }
        catch (AuthenticationFailedException error) when (!target.Access.MayReadSome(Caller.Anonymous))
        {
            FailedLogin.Note(request.Context, error);
            return null;
        }
    }
}
