using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Upstream;

/// <summary>Upstream's response to a request for a project.</summary>
abstract record UpstreamPage
{
    UpstreamPage()
    {
    }

    /// <summary>The project's page. The URLs of the files are absolute.</summary>
    public sealed record Fresh(ProjectPage Page, PageValidators Validators) : UpstreamPage;

    /// <summary>The page still has the validators that were sent.</summary>
    public sealed record Unchanged : UpstreamPage;

    /// <summary>There is no such project.</summary>
    public sealed record NotKnown : UpstreamPage;
}
