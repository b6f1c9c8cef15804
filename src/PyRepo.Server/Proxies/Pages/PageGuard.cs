using PyRepo.Packaging.FileNames;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Proxies.Disk;

namespace PyRepo.Server.Proxies.Pages;

/// <summary>Judges the files of a page by what is known of them. All functions are pure.</summary>
static class PageGuard
{
    /// <summary>Returns a snapshot with what the release guard knows about its files.</summary>
    public static ProjectSnapshot AddTo(ProjectSnapshot snapshot, CachedPage page, GuardSettings settings)
    {
        var files = snapshot.Files.Select(file => Add(file.Distribution, page.Metadata)).ToList();
        var guard = Create(files, page.Metadata.LookAlike, settings);
        return snapshot with
        {
            Version = $"{snapshot.Version}-{settings.Fingerprint}",
            Files =
            [
                .. snapshot.Files.Zip(files, (file, guarded) => file with
                {
                    Distribution = file.Distribution with
                    {
                        Guard = Judge(guard, guarded, page.Metadata, settings.HoldFor),
                    },
                }),
            ],
        };
    }

    /// <summary>
    /// Returns a snapshot with what is known about its files although no release guard looks at them: that upstream
    /// replaced them.
    /// </summary>
    public static ProjectSnapshot AddChanged(ProjectSnapshot snapshot, CachedPage page) =>
        page.Metadata.Changed is not { Count: > 0 } changed ? snapshot : snapshot with
        {
            Files =
            [
                .. snapshot.Files.Select(file =>
                    changed.GetValueOrDefault(file.Distribution.Name.FileName)?.FindIn(file.Distribution) is { } found
                        ? file with { Distribution = file.Distribution with { Guard = new(false, [found], null) } }
                        : file),
            ],
        };

    /// <summary>Returns a file whose page is not there, with what it says alone.</summary>
    public static Distribution JudgeAlone(Distribution file, InspectedFile inspected, GuardSettings settings)
    {
        var guarded = inspected.AddTo(file);
        var guard = Create([guarded], lookAlike: null, settings);
        return file with
        {
            Guard = new GuardOutcome(IsPending: false, [.. guard.Judge(guarded, isNew: false)], inspected.Facts)
            {
                Weight = inspected.Weight,
                IsWhole = inspected.IsWhole,
            },
        };
    }

    static ReleaseGuard Create(IReadOnlyList<GuardedFile> files, string? lookAlike, GuardSettings settings) =>
        new(files, settings.HoldFor, lookAlike) { MinimumAge = settings.MinimumAge };

    /// <summary>Returns a file with what was found out about it.</summary>
    static GuardedFile Add(Distribution file, CachedPageMetadata metadata) =>
        (Find(file, metadata)?.AddTo(file) ?? new GuardedFile(file, Facts: null)) with
        {
            Changed = metadata.Changed.GetValueOrDefault(file.Name.FileName),
        };

    static InspectedFile? Find(Distribution file, CachedPageMetadata metadata) =>
        metadata.Inspected.TryGetValue(file.Name.FileName, out var known) && known.IsOf(file) ? known : null;

    static GuardOutcome Judge(
        ReleaseGuard guard, GuardedFile file, CachedPageMetadata metadata, TimeSpan holdFor)
    {
        // What had been there for longer when the project was first looked at is part of its past.
        var since = file.File.AvailableSince;
        var isNew = !(Verdict.GetEnd(since, holdFor) <= (metadata.GuardedSince ?? metadata.CheckedAt));
        var known = Find(file.File, metadata);
        var isPending = isNew && file.IsWheel && file.File.RemovedAt is null && known is null;
        return new GuardOutcome(isPending, [.. guard.Judge(file, isNew)], file.Facts)
        {
            Weight = known?.Weight ?? 0,
            IsWhole = known is { IsWhole: true },
        };
    }
}
