using System.Collections.Immutable;
using PyRepo.Packaging.Names;
using PyRepo.Server.Access;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>
/// Decides whether the caller may add a file to a project, and what the caller may say about it. Uploads and promotions
/// both ask.
/// </summary>
static class UploadAccess
{
    /// <summary>Rejects the file if the repository, or a member that it passes through, does not allow it.</summary>
    /// <exception cref="RejectedException">The caller may not add it to the project.</exception>
    public static void Require(
        RequestAccess access, ProjectName project, ImmutableArray<string> through, FileClaims claims)
    {
        switch (access.Decide(AccessAction.Upload, project, through).Outcome)
        {
            case AccessOutcome.Unauthenticated:
                throw new RejectedException(
                    RejectionReason.Unauthenticated,
                    $"Uploading to the project '{project}' requires a user name and a password.");
            case AccessOutcome.Forbidden:
                throw new RejectedException(
                    RejectionReason.Forbidden, $"'{access.User}' may not upload to the project '{project}'.");
        }
        if (claims.Any && !access.Decide(AccessAction.Maintain, project, through).IsAllowed)
        {
            var how = access.Caller is Caller.Forwarded
                ? ", and nobody through a group on another server: use the URL of the repository itself."
                : ".";
            throw new RejectedException(
                RejectionReason.Forbidden,
                $"Only a Maintainer of '{project}' may say when a file was uploaded before, or vouch for its "
                    + $"provenance{how}");
        }
    }
}
