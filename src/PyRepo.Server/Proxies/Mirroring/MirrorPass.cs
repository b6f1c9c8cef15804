using PyRepo.Egress;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Policies;

namespace PyRepo.Server.Proxies.Mirroring;

/// <summary>Mirrors the projects of one pass. When upstream asks to wait, all of them wait.</summary>
sealed class MirrorPass(
    CachedRepository cached, MirrorScope scope, Policy policy, MirrorProgress progress, TimeProvider clock)
{
    /// <summary>How often what upstream refused for the moment is tried again.</summary>
    const int MaxTries = 5;

    /// <summary>After this many projects in a row whose pages could not be read, the pass ends.</summary>
    const int MaxFailuresInARow = 20;

    readonly Lock _lock = new();
    DateTimeOffset _waitUntil;
    int _failuresInARow;

    /// <summary>Reads a project's page, and fetches the files that are missing.</summary>
    /// <returns>How far the project is now.</returns>
    /// <exception cref="UpstreamUnavailableException">Upstream fails again and again.</exception>
    public async Task<MirroredProject> MirrorAsync(MirroredProject before, CancellationToken cancellationToken)
    {
        var project = ProjectName.Parse(before.Name);
        try
        {
            var answer = await RetryAsync(
                () => cached.GetFromUpstreamAsync(project, before.Listed), cancellationToken);
            Volatile.Write(ref _failuresInARow, 0);
            if (answer is not ProjectAnswer.Known { Snapshot: var page })
            {
                if (before.Listed is null)
                    progress.AddNote($"Upstream has no project '{project}'.");
                return before with { IsComplete = true, Serial = before.Listed, ValidUntil = null };
            }
            var judged = policy.Apply(page, clock.GetUtcNow());
            // What is not verified yet may be visible a moment later.
            var isComplete = !judged.Files.Any(file => !file.IsVisible && scope.Contains(file.Distribution.Name)
                && file.Distribution.Verified is { Verdict: ProvenanceVerdict.Pending });
            foreach (var file in judged.Visible.Where(f => f.RemovedAt is null && scope.Contains(f.Name)))
                isComplete &= await TryFetchAsync(file, cancellationToken);
            return before with { IsComplete = isComplete, Serial = page.Serial, ValidUntil = judged.ValidUntil };
        }
        catch (UpstreamUnavailableException error)
        {
            if (Interlocked.Increment(ref _failuresInARow) >= MaxFailuresInARow)
                throw;
            progress.AddFailure($"The page of '{project}': {error.Detail}");
            return before with { IsComplete = false };
        }
    }

    async Task<bool> TryFetchAsync(Distribution file, CancellationToken cancellationToken)
    {
        try
        {
            if (await RetryAsync(() => cached.KeepAsync(file, cancellationToken), cancellationToken) is { } bytes)
                progress.AddFile(bytes);
            return true;
        }
        catch (UpstreamUnavailableException error)
        {
            progress.AddFailure($"'{file.Name.FileName}': {error.Detail}");
            if (!cached.Files.HasRoomFor(file))
                progress.AddNotFitting();
            return false;
        }
    }

    async Task<T> RetryAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            await WaitAsync(cancellationToken);
            try
            {
                return await ask();
            }
            catch (UpstreamUnavailableException error) when (error.RetryAfter is not null && tries < MaxTries)
            {
                NoteWait(error.RetryAfter.Value);
            }
        }
    }

    void NoteWait(TimeSpan wait)
    {
        var until = clock.GetUtcNow() + (wait < ServerLimits.MaxRetryAfter ? wait : ServerLimits.MaxRetryAfter);
        lock (_lock)
            _waitUntil = until > _waitUntil ? until : _waitUntil;
    }

    async Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
            wait = _waitUntil - clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, clock, cancellationToken);
    }
}
