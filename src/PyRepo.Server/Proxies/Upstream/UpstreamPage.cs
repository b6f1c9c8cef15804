using PyRepo.Packaging.Simple;

namespace PyRepo.Server.Proxies.Upstream;

/// <summary>Upstream's response to a request for a project. Disposing it makes room for other pages.</summary>
abstract record UpstreamPage : IDisposable
{
    UpstreamPage()
    {
    }

    /// <summary>When upstream said so, or null if it was just now.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>The project's page. The URLs of the files are absolute.</summary>
    public sealed record Fresh(ProjectDetail Page, PageValidators Validators, PageSlot Slot) : UpstreamPage
    {
        /// <inheritdoc/>
        public override void Dispose()
        {
            Slot.Dispose();
            base.Dispose();
        }
    }

    /// <summary>The page still has the validators that were sent.</summary>
    public sealed record Unchanged : UpstreamPage;

    /// <summary>There is no such project.</summary>
    public sealed record NotKnown : UpstreamPage;

    /// <summary>
    /// Upstream refuses to show the page, although it needs no credentials. A bucket behind a web server does so for
    /// what it does not have, and a firewall for what it takes for an attack.
    /// </summary>
    public sealed record Refused(string Message) : UpstreamPage
    {
        /// <summary>Whether it redirected to another index, as some do with what they do not have.</summary>
        public bool IsRedirect { get; init; }
    }

    /// <summary>
    /// Upstream redirects to where a page is not read from. What that means is decided by <see cref="PageRedirects"/>.
    /// </summary>
    public sealed record Redirected(Uri From, Uri Target) : UpstreamPage;
}
