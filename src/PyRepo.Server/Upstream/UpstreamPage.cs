using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Upstream;

/// <summary>What upstream says of a project.</summary>
abstract record UpstreamPage
{
    UpstreamPage()
    {
    }

    /// <summary>Its page; the files' URLs are absolute.</summary>
    public sealed record Fresh(ProjectPage Page, PageValidators Validators) : UpstreamPage;

    /// <summary>The page is still the one with the validators that were given.</summary>
    public sealed record Unchanged : UpstreamPage;

    /// <summary>There is no such project.</summary>
    public sealed record NotKnown : UpstreamPage;
}
