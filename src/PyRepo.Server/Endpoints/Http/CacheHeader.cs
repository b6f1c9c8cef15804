using System.Globalization;
using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Http;

/// <summary>
/// Reports how the cache contributed to a response: <c>X-Cache: HIT | MISS | REVALIDATED | STALE</c>.
/// </summary>
static class CacheHeader
{
    /// <summary>Writes the header, and the time since which the upstream has been unavailable.</summary>
    public static void Write(HttpResponse response, CacheOutcome cache, DateTimeOffset? staleSince = null)
    {
        if (cache is CacheOutcome.None)
            return;
        response.Headers["X-Cache"] = cache switch
        {
            CacheOutcome.Hit => "HIT",
            CacheOutcome.Miss => "MISS",
            CacheOutcome.Revalidated => "REVALIDATED",
            _ => "STALE",
        };
        if (staleSince is { } since)
            response.Headers["X-Stale-Since"] =
                since.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    }
}
