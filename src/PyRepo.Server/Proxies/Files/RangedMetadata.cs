using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PyRepo.Egress;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Pages;
using PyRepo.Server.Proxies.Upstream;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// Reads the metadata of a project's newest wheels from their tails, where upstream has no metadata files but answers
/// ranges, so that clients need not download whole wheels to resolve dependencies.
/// </summary>
/// <remarks>
/// The wheel's hash does not vouch for its tail alone. So a tail is read only from the origin that sends the page, over
/// TLS, and what was found in it gives way to the wheel's own metadata as soon as the wheel is verified.
/// </remarks>
sealed class RangedMetadata(SimpleClient upstream, UpstreamMetadata metadata, TimeProvider clock, ILogger logger)
    : IMissingMetadata
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
    readonly ConcurrentDictionary<Wheel, Sha256Digest?> _found = new();
    readonly ConcurrentDictionary<string, (long At, TimeSpan Pause)> _unable = new(StringComparer.Ordinal);

    /// <summary>Reads the metadata of a snapshot's newest wheels that is missing, as far as that is quick.</summary>
    public async Task ReadMissingAsync(ProjectSnapshot snapshot)
    {
        var wheels = snapshot.Visible.Reverse().Where(MayRead).Take(ServerLimits.MaxRangedWheels);
        var missing = wheels.Where(file => !_found.ContainsKey(Wheel.From(file))).ToList();
        if (missing.Count == 0)
            return;
        // What fails is remembered for everyone, so it does not depend on who asks for the page.
        var reading = DetachedTask.Run(() => Task.WhenAll(missing.Select(ReadAsync)));
        if (await Task.WhenAny(reading, Task.Delay(_maxWait, clock)) != reading)
            Avoid(missing[^1], _slowPause);
    }

    /// <summary>Adds the metadata that is known to a snapshot. This asks for nothing.</summary>
    public ProjectSnapshot AddKnown(ProjectSnapshot snapshot)
    {
        if (_found.IsEmpty)
            return snapshot;
        var found = new Dictionary<Distribution, Sha256Digest>(ReferenceEqualityComparer.Instance);
        foreach (var file in snapshot.Visible)
        {
            if (LacksMetadata(file) && _found.GetValueOrDefault(Wheel.From(file)) is { } sha256)
                found[file] = sha256;
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

    /// <summary>Replaces what a tail was found to hold by what the verified wheel holds.</summary>
    /// <returns>Whether the tail was found to hold something else.</returns>
    public bool Correct(Distribution file, Sha256Digest? metadata)
    {
        var wheel = Wheel.From(file);
        var wasWrong = _found.TryGetValue(wheel, out var found) && found is not null && found != metadata;
        if (file.Sha256 is not null && upstream.Files.IsAuthentic(new Uri(file.Location)))
            RoomIn(_found, MaxRemembered)[wheel] = metadata;
        return wasWrong;
    }

    static bool LacksMetadata(Distribution file) => file is
    {
        CoreMetadata: null, Sha256: not null, IsCached: false, Name.PackageType: PackageType.Wheel,
    };

    bool MayRead(Distribution file) =>
        LacksMetadata(file) && file.Yanked is null && upstream.Files.IsAuthentic(new Uri(file.Location))
        && !(_unable.TryGetValue(GetHost(file), out var last)
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
                new Key(this, Wheel.From(file)), MetadataWork.Weight,
                budget => Task.FromResult(MetadataWork.Find(RangedFile.FromTail(tail, length), file.Name, budget)),
                CancellationToken.None);
            if (bytes is not null)
                await metadata.KeepAsync(file, bytes);
            // The wheel may have been verified meanwhile.
            RoomIn(_found, MaxRemembered).TryAdd(
                Wheel.From(file), bytes is null ? null : Sha256Digest.HashData(bytes));
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
        RoomIn(_unable, MaxHosts)[GetHost(file)] = (clock.GetTimestamp(), pause);

    static string GetHost(Distribution file) => new Uri(file.Location).GetLeftPart(UriPartial.Authority);

    static ConcurrentDictionary<TKey, TValue> RoomIn<TKey, TValue>(ConcurrentDictionary<TKey, TValue> all, int max)
        where TKey : notnull
    {
        if (all.Count >= max)
            all.Clear();
        return all;
    }

    /// <summary>
    /// A wheel at its place: what another project or another upstream says about its bytes does not count.
    /// </summary>
    readonly record struct Wheel(ProjectName Project, string FileName, string Location, Sha256Digest? Sha256)
    {
        public static Wheel From(Distribution file) =>
            new(file.Name.Project, file.Name.FileName, file.Location, file.Sha256);
    }

    sealed record Key(RangedMetadata Reader, Wheel Wheel) : WorkKey<byte[]?>;
}
