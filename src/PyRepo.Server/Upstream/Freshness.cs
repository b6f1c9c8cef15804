namespace PyRepo.Server.Upstream;

/// <summary>What to do with a cached answer of upstream's.</summary>
enum Freshness
{
    /// <summary>It holds: upstream is not asked.</summary>
    Fresh,

    /// <summary>Upstream is asked whether it still holds, or there is none yet.</summary>
    Revalidate,

    /// <summary>Upstream cannot be asked; the answer is shown though it is stale.</summary>
    ServeStale,

    /// <summary>Upstream cannot be asked, and there is nothing to show.</summary>
    Unavailable,
}
