using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>The page of one project on the disk.</summary>
/// <param name="project">The project.</param>
/// <param name="shared">The context that the projects of the upstream share.</param>
sealed class CachedPageFile(ProjectName project, CachedProjects shared)
{
    /// <summary>A confirmation is saved once the last one on disk is this old.</summary>
    static readonly TimeSpan _saveInterval = TimeSpan.FromMinutes(30);

    /// <summary>
    /// A page with more files is waited for, so that no more large ones are in memory at once than may be parsed.
    /// </summary>
    const int MaxFilesNotWaitedFor = 500;

    readonly string _key = StorageLayout.UpstreamPage(project);
    Task _saving = Task.CompletedTask;
    DateTimeOffset _savedAt;

    /// <summary>The length of the page on the disk, as it was read or written last, or null if there was none.</summary>
    long? _length;

    /// <summary>Whether the page is on the disk, as far as is known.</summary>
    public bool IsSaved => shared.Documents.IsMirrored(_key) ? _length is not null : shared.Documents.Contains(_key);

    /// <summary>Reads the page, or returns null if there is none that can be read.</summary>
    public async Task<CachedPage?> LoadAsync(PageSlot slot)
    {
        var page = await CachedPage.ReadAsync(shared.Store, _key, slot, CancellationToken.None);
        // Also one that can't be read shows that upstream once had the project.
        _length = page?.Length ?? (await shared.Store.StatAsync(_key, CancellationToken.None))?.Length;
        if (_length is { } length)
            shared.Documents.Register(_key, length, before: length);
        _savedAt = page?.Metadata.CheckedAt ?? default;
        return page;
    }

    /// <summary>Whether a page is being saved.</summary>
    public bool IsSaving => !_saving.IsCompleted;

    /// <summary>Whether a page should be saved, although upstream only confirmed it.</summary>
    public bool IsSaveDue
    {
        get
        {
            var now = shared.Clock.GetUtcNow();
            // A time in the future is of a clock that was wrong.
            return _savedAt > now || now - _savedAt > _saveInterval || !(IsSaved || IsSaving);
        }
    }

    /// <summary>
    /// Begins to save a page that is served meanwhile. If that fails, it is served from memory, and saved when it is
    /// next confirmed.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="seen">The project's addition to those that upstream once had.</param>
    /// <returns>
    /// Completes at once, unless the page is large, or too many others are being saved. The first page of a project is
    /// waited for, which has no flush: a process that is killed must not forget that upstream had the project. So is
    /// one with dates that upstream does not say.
    /// </returns>
    public async Task BeginSaveAsync(CachedPage page, long seen)
    {
        var (before, isFirst) = (_saving, !IsSaved);
        _savedAt = shared.Clock.GetUtcNow();
        _saving = await shared.Documents.Writes.StartAsync(async () =>
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TrySaveAsync(page);
            if (!IsSaved)
                await shared.Seen.TrySaveAsync(seen);
        });
        if (isFirst || page.Page?.Files.Count > MaxFilesNotWaitedFor || page.HasOwnDates)
            await _saving;
    }

    /// <summary>Saves that upstream no longer has the project, so that its page never comes back.</summary>
    public async Task SaveGoneAsync(CachedPage gone)
    {
        await _saving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (await TrySaveAsync(gone))
            return;
        await shared.Store.DeleteAsync(_key, CancellationToken.None);
        shared.Documents.Unregister(_key, _length);
        _length = null;
    }

    /// <summary>Saves a page. Returns false, and logs the reason, if that fails.</summary>
    /// <remarks>
    /// The first page of a project can be had from upstream again, so no flush is waited for: a power cut seconds later
    /// may take it, or tear it, which <see cref="CachedPage.ReadAsync"/> notices. The project is then as if it had
    /// never been asked for, also to <see cref="SeenProjects"/>. A later page says what upstream does not: what was
    /// there before, and when each file was first seen. So does one whose files have no upload times.
    /// </remarks>
    async Task<bool> TrySaveAsync(CachedPage page)
    {
        try
        {
            var isExpendable = !IsSaved && page is { Page: not null, CanBeFetchedAgain: true };
            var length = await page.WriteAsync(shared.Store, _key, isExpendable, CancellationToken.None);
            shared.Documents.Register(_key, length, before: _length);
            _length = length;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.PageNotSaved(shared.Logger, project.Value, error.Message);
            _savedAt = DateTimeOffset.MinValue;
            return false;
        }
    }
}
