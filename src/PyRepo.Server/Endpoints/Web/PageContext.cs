using Microsoft.AspNetCore.Http;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>A request for a page, and who sent it.</summary>
/// <param name="Request">The request.</param>
/// <param name="Access">The caller.</param>
readonly record struct PageContext(RepositoryRequest Request, RequestAccess Access)
{
    /// <summary>
    /// Identifies the caller. Whoever's session has ended is anonymous, as is who sends wrong credentials for what
    /// anyone may read.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="isPublic">Whether anyone may read the page.</param>
    /// <exception cref="AuthenticationFailedException">The credentials of the request itself are wrong.</exception>
    public static async ValueTask<PageContext> CreateAsync(RepositoryRequest request, bool isPublic = false)
    {
        try
        {
            return new(request, await request.IdentifyAsync());
        }
        catch (AuthenticationFailedException failed) when (isPublic && failed.RetryAfter is not null)
        {
            // It says nothing against a session.
            FailedLogin.Note(request.Context, failed);
            return Anonymous(request);
        }
        catch (Exception error) when ((isPublic || request.HasSession)
            && error is AuthenticationFailedException { RetryAfter: null }
                or RejectedException { Reason: RejectionReason.Unauthenticated })
        {
            if (error is AuthenticationFailedException failed)
                FailedLogin.Note(request.Context, failed);
            if (request.HasSession)
                SessionRequest.End(request);
            return Anonymous(request);
        }
    }

    /// <summary>Creates the context of a page that is the same for everybody.</summary>
    public static PageContext Anonymous(RepositoryRequest request) =>
        new(request, RequestAccess.Anonymous(request.Repository));

    /// <summary>Creates a page's context for a caller who may read at least one project.</summary>
    /// <exception cref="RejectedException">401 or 403.</exception>
    public static async ValueTask<PageContext> RequireReaderAsync(RepositoryRequest request)
    {
        var page = await CreateAsync(request, request.IsPublic(null, []));
        page.Access.Require(AccessAction.Read, null, []);
        return page;
    }

    /// <summary>The path of the repository's base, relative to the page: <c>./</c> or <c>../../</c>.</summary>
    public string Root
    {
        get
        {
            // The path begins with the slash that ends the base path.
            var depth = Request.Context.Request.Path.Value!.AsSpan(1).Count('/');
            return depth == 0 ? "./" : string.Concat(Enumerable.Repeat("../", depth));
        }
    }

    /// <summary>
    /// The path of the first page, relative to this one: the list of the server's repositories, or the only repository's.
    /// </summary>
    public string Home => Request.Repository.HasServerPage ? $"{Root}../" : Root;

    /// <summary>The path of the page below the repository's base path, without the slash at its start.</summary>
    public string Path => Request.Context.Request.Path.Value![1..];

    /// <summary>The time at which the page is made.</summary>
    public DateTimeOffset Now =>
        ((TimeProvider?)Request.Context.RequestServices?.GetService(typeof(TimeProvider)) ?? TimeProvider.System)
        .GetUtcNow();

    /// <summary>Whether the repository is served, and the caller may read some of it.</summary>
    public bool OffersReading => Request.Repository.Unavailable is null && Access.MayReadSome;

    /// <summary>Whether the caller has a name here.</summary>
    public bool IsSignedIn => Access.Caller.IsKnown;

    /// <summary>Whether people can sign in at all.</summary>
    public bool HasSignIn => Request.Repository is { Sessions: not null, Unavailable: null };

    /// <summary>Whether uploads by the caller are accepted, of some project.</summary>
    public bool MayUpload => TakesUploads
        && Access.Decide(AccessAction.Upload, null, Request.Repository.UploadsThrough).IsAllowed;

    /// <summary>Whether the navigation leads to the form for uploads: for those who may, or who have not signed in.</summary>
    public bool OffersUploads => MayUpload || (TakesUploads && HasSignIn && !IsSignedIn);

    /// <summary>Whether the navigation leads to the page of tokens.</summary>
    public bool OffersTokens => RepositoryTokens.IsAllowed(Request.Repository, Access);

    /// <summary>Whether the navigation leads to the download log.</summary>
    public bool OffersDownloads => IsSignedIn && Access.MayAudit;

    /// <summary>Whether the navigation leads to what retention removes.</summary>
    public bool OffersRetention => Request.Repository.Retention?.Next is not null
        && IsSignedIn && Access.Decide(AccessAction.Maintain, null, []).IsAllowed;

    /// <summary>Whether the repository takes uploads at all.</summary>
    public bool TakesUploads => Request.Repository.Uploads is not null;

    /// <summary>Whether the caller may yank, delete and so on.</summary>
    public bool MayMaintain(ProjectName project) => Request.Repository.Hosted is not null
        && Access.Decide(AccessAction.Maintain, project, Request.Repository.UploadsThrough).IsAllowed;

    /// <summary>Whether the caller may read what an entry of the catalog names.</summary>
    public bool MayRead(CatalogEntry entry) =>
        Access.Decide(AccessAction.Read, entry.Project, entry.AnsweredBy).IsAllowed;

    /// <summary>The value of a parameter in the URL, or null.</summary>
    public string? Query(string name) => Request.Context.Request.Query[name].ToString() is { Length: > 0 } text
        ? text : null;
}
