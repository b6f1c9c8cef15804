using PyRepo.Packaging.Simple;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>
/// Judges pages that are older than the cached one, by their serials. A lagging mirror sometimes shows them. If
/// upstream shows one for some time, it was restored from a backup, and the older page is right.
/// </summary>
sealed class MirrorLag(TimeProvider clock)
{
    long? _since;

    /// <summary>Notes what upstream shows, and returns whether the cached page is to be kept instead.</summary>
    public bool Note(ProjectDetail? page, ProjectDetail? cached)
    {
        var isOlder = page?.LastSerial is { } serial && cached?.LastSerial is { } known && serial < known;
        _since = isOlder ? _since ?? clock.GetTimestamp() : null;
        return _since is { } since && clock.GetElapsedTime(since) < ServerLimits.MaxMirrorLag;
    }
}
