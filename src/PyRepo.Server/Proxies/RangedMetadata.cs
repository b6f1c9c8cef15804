using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Admission;
using PyRepo.Server.Archives;
using PyRepo.Server.Background;
using PyRepo.Server.Limits;
using PyRepo.Server.Repositories;
using PyRepo.Server.Upstream;

namespace PyRepo.Server.Proxies;

/// <summary>
/// Reads the metadata of a project's newest wheels from their tails, where upstream has no metadata files but answers
/// ranges, so that clients need not download whole wheels to resolve dependencies.
/// </summary>
sealed class RangedMetadata(SimpleClient upstream, UpstreamMetadata metadata, TimeProvider clock, ILogger logger)
{
    const int MaxRemembered = 20_000;
    const int MaxHosts = 64;

    /// <summary>How long a page waits for the metadata. What comes later is on it after its next refresh.</summary>
    static readonly TimeSpan _maxWait = TimeSpan.FromSeconds(2);

    /// <summary>How long a host that does not answer ranges is not asked for one.</summary>
    static readonly TimeSpan _unablePause = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a host is not asked after a range came late or not at all. It may be that one file's fault.
    /// </summary>
    static readonly TimeSpan _slowPause = TimeSpan.FromMinutes(1);

    readonly SemaphoreSlim _slots = new(4);

    /// <summary>The hash of each wheel's metadata, or null if its tail has none.</summary>
    readonly ConcurrentDictionary<Sha256Digest, Sha256Digest?> _found = new();
    readonly ConcurrentDictionary<string, (long At, TimeSpan Pause)> _unable = new(StringComparer.Ordinal);

    /// <summary>Adds metadata to a snapshot, and reads what is missing first, as far as that is quick.</summary>
    public async Task<ProjectSnapshot> AddAsync(ProjectSnapshot snapshot)
    {
        var wheels = snapshot.Visible.Reverse().Where(MayRead).Take(ServerLimits.MaxRangedWheels).ToList();
        var missing = wheels.Where(file => !_found.ContainsKey(file.Sha256!.Value)).ToList();
        if (missing.Count > 0)
        {
            // What fails is remembered for everyone, so it does not depend on who asks for the page.
            var reading = DetachedTask.Run(() => Task.WhenAll(missing.Select(ReadAsync)));
            if (await Task.WhenAny(reading, Task.Delay(_maxWait, clock)) != reading)
                Avoid(missing[^1], _slowPause);
        }
        return With(snapshot, wheels);
    }

    /// <summary>Adds the metadata that is known already to a snapshot. This asks for nothing.</summary>
    public ProjectSnapshot AddKnown(ProjectSnapshot snapshot) =>
        With(snapshot, snapshot.Visible.Where(file => file is { CoreMetadata: null, Sha256: not null }));

    ProjectSnapshot With(ProjectSnapshot snapshot, IEnumerable<Distribution> wheels)
    {
        var found = new Dictionary<Distribution, Sha256Digest>(ReferenceEqualityComparer.Instance);
        foreach (var wheel in wheels)
        {
            if (_found.GetValueOrDefault(wheel.Sha256!.Value) is { } sha256)
                found[wheel] = sha256;
        }
        if (found.Count == 0)
            return snapshot;
        // Wheels of one release often have the same metadata, so it counts which of them have it.
        var version = Sha256Digest.HashData(System.Text.Encoding.ASCII.GetBytes(string.Join(' ',
            from file in snapshot.Files
            where found.ContainsKey(file.Distribution)
            select $"{file.Distribution.Sha256!.Value.Prefix16}:{found[file.Distribution].Prefix16}")));
        return snapshot with
        {
            Version = $"{snapshot.Version}-{version.Prefix16}",
            Files =
            [
                .. snapshot.Files.Select(f => found.TryGetValue(f.Distribution, out var sha256)
                    ? f with { Distribution = f.Distribution with { CoreMetadata = sha256 } } : f),
            ],
        };
    }

    bool MayRead(Distribution file) =>
        file is { CoreMetadata: null, Sha256: not null, Yanked: null, Name.PackageType: PackageType.Wheel }
        && !(_unable.TryGetValue(HostOf(file), out var last)
            && clock.GetElapsedTime(last.At) < last.Pause);

    /// <summary>Reads the metadata of a wheel. A failure is no failure of the page.</summary>
    async Task ReadAsync(Distribution file)
    {
        if (!await _slots.WaitAsync(_maxWait))
            return;
        try
        {
            if (!MayRead(file))
                return;
            using var limit = new CancellationTokenSource(upstream.Timeout, clock);
            if (await upstream.Files.ReadTailAsync(
                new Uri(file.Location), file.Name.Project, ServerLimits.MaxTailLength, limit.Token)
                is not var (tail, length) || (file.Size is { } size && size != length))
            {
                Avoid(file, _unablePause);
                return;
            }
            // Without metadata, it is further to the front, or there is none. The whole wheel will tell.
            var bytes = await WorkGate.Shared.RunAsync(
                new Key(this, file.Sha256!.Value), MetadataWork.Weight,
                budget => Task.FromResult(MetadataWork.Find(new TailStream(tail, length), file.Name, budget)),
                CancellationToken.None);
            if (bytes is not null)
                await metadata.KeepAsync(file, bytes);
            Remember(_found, file.Sha256!.Value, bytes is null ? null : Sha256Digest.HashData(bytes), MaxRemembered);
        }
        catch (Exception error) when (error is UpstreamUnavailableException or RejectedException or IOException
            or HttpRequestException or OperationCanceledException or OverloadedException or TooCostlyException)
        {
            Avoid(file, _slowPause);
            Log.NoMetadata(logger, file.Name.FileName, error switch
            {
                UpstreamUnavailableException unavailable => unavailable.Detail,
                OperationCanceledException => $"Its last bytes took more than {upstream.Timeout.TotalSeconds} s.",
                _ => error.Message,
            });
        }
        finally
        {
            _slots.Release();
        }
    }

    void Avoid(Distribution file, TimeSpan pause) =>
        Remember(_unable, HostOf(file), (clock.GetTimestamp(), pause), MaxHosts);

    static string HostOf(Distribution file) => new Uri(file.Location).GetLeftPart(UriPartial.Authority);

    static void Remember<TKey, TValue>(ConcurrentDictionary<TKey, TValue> all, TKey key, TValue value, int max)
        where TKey : notnull
    {
        if (all.Count >= max)
            all.Clear();
        all[key] = value;
    }

    sealed record Key(RangedMetadata Reader, Sha256Digest Wheel) : WorkKey<byte[]?>;
}
