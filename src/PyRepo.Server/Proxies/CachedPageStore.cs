using Microsoft.Extensions.Logging;
using PyRepo.Packaging.Names;
using PyRepo.Server.Records;
using PyRepo.Server.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies;

/// <summary>The page of one project on the disk.</summary>
sealed class CachedPageStore(
    ProjectName project, IStore store, CachedPages pages, TimeProvider clock, ILogger logger)
{
    /// <summary>A confirmation is saved once the last one on disk is this old.</summary>
    static readonly TimeSpan _saveInterval = TimeSpan.FromMinutes(30);

    readonly string _key = StorageLayout.UpstreamPage(project);

    /// <summary>Whether the page is on the disk, as far as is known.</summary>
    public bool IsSaved => pages.Contains(_key);

    /// <summary>Reads the page, or returns null if there is none that can be read.</summary>
    public async Task<CachedPage?> LoadAsync(PageSlot slot)
    {
        var page = await CachedPage.ReadAsync(store, _key, slot, CancellationToken.None);
        // Also one that can't be read shows that upstream once had the project.
        var length = page?.Length ?? (await store.StatAsync(_key, CancellationToken.None))?.Length;
        if (length is not null)
            pages.Register(_key, length.Value);
        return page;
    }

    /// <summary>Whether a page should be saved, although upstream only confirmed it.</summary>
    /// <param name="savedAt">When it was last saved. A time in the future is of a clock that was wrong.</param>
    public bool IsSaveDue(DateTimeOffset savedAt)
    {
        var now = clock.GetUtcNow();
        return savedAt > now || now - savedAt > _saveInterval || !pages.Contains(_key);
    }

    /// <summary>
    /// Saves a page. If that fails, it is served from memory, and saved when it is next confirmed.
    /// </summary>
    /// <returns>When it was saved, or long ago if it was not.</returns>
    public async Task<DateTimeOffset> SaveAsync(CachedPage page)
    {
        try
        {
            pages.Register(_key, await page.WriteAsync(store, _key, CancellationToken.None));
            return clock.GetUtcNow();
        }
        catch (IOException error)
        {
            Log.PageNotSaved(logger, project.Value, error.Message);
            // The page that is saved must not come back while upstream is down.
            if (page.Page is null)
            {
                await store.DeleteAsync(_key, CancellationToken.None);
                pages.Unregister(_key);
            }
            return DateTimeOffset.MinValue;
        }
    }
}
