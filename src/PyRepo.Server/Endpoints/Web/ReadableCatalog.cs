using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Web;

/// <summary>The part of a repository's catalog that the caller may read.</summary>
static class ReadableCatalog
{
    /// <summary>Returns the entries that the caller may read, and why there may be more.</summary>
    public static async ValueTask<Catalog> ReadAsync(PageContext page)
    {
        var request = page.Request;
        var catalog = await request.Repository.Repository.GetCatalogAsync(request.Aborted);
        return request.IsPublic(null, request.Repository.Members.Keys)
            ? catalog
            : catalog with
            {
                Entries = [.. catalog.Entries.Where(entry => page.MayRead(entry))],
                Incomplete = catalog.Incomplete is null || page.Access.MayReadSomeOfAll
                    ? catalog.Incomplete : "A member has not answered.",
            };
    }
}
