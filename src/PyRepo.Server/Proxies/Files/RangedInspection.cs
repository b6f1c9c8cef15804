using System.Net.Http.Headers;
using PyRepo.Packaging.Inspection;
using PyRepo.Server.Content.Archives;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;
using PyRepo.Server.Proxies.Upstream;

namespace PyRepo.Server.Proxies.Files;

/// <summary>
/// Inspects a wheel of upstream by ranges of its bytes. Two are enough for nearly all wheels. Up to five more are read
/// where they are not: otherwise, an attacker could pad the directory, so that a wheel is listed without being inspected.
/// </summary>
sealed class RangedInspection(SimpleClient upstream, Distribution file, CancellationToken cancellationToken)
{
    /// <summary>The ranges that are read if two are not enough, each twice as long as the one before.</summary>
    const int MaxMoreRanges = 5;

    /// <summary>Returns the facts; null if upstream does not answer ranges, or not as its page says.</summary>
    /// <exception cref="UpstreamUnavailableException">Upstream does not provide the file.</exception>
    /// <exception cref="OverloadedException">There was no room for the inspection in time.</exception>
    public async Task<ArchiveFacts?> RunAsync()
    {
        if (await ReadAsync(new(null, ServerLimits.MaxInspectedTail)) is not var (tail, from, length)
            || from + tail.Length != length || (file.Size is { } size && size != length))
        {
            return null;
        }
        var ranges = RangedFile.FromTail(tail, length);
        if (await GuardInspection.FindSecondRangeAsync(
                ranges, file.Name, from, ServerLimits.MaxInspectedLength - tail.Length) is var (start, count)
            && count > 0 && !await TryAddAsync(ranges, start, count))
        {
            return null;
        }
        var facts = await GuardInspection.InspectRangesAsync(ranges, file.Name);
        var maxLength = ServerLimits.MaxInspectedRest >> MaxMoreRanges;
        for (var read = 0; read < MaxMoreRanges && ranges.Missed is { } missed; read++, maxLength *= 2)
        {
            if (!await TryAddAsync(ranges, missed, (int)Math.Min(maxLength, ranges.GetGap(missed))))
                return facts;
            facts = await GuardInspection.InspectRangesAsync(ranges, file.Name);
        }
        return facts is null && ranges.Missed is not null
            ? ArchiveFacts.Unreadable("its directory is too long to read before listing it") : facts;
    }

    /// <summary>Reads a range. Returns false if upstream sends something else.</summary>
    async Task<bool> TryAddAsync(RangedFile ranges, long start, int count)
    {
        if (await ReadAsync(new(start, start + count - 1)) is not var (bytes, _, length)
            || length != ranges.Length || bytes.Length != count)
        {
            return false;
        }
        ranges.Add(start, bytes);
        return true;
    }

    Task<(byte[] Bytes, long From, long Length)?> ReadAsync(RangeItemHeaderValue range) =>
        upstream.Files.ReadRangeAsync(
            new Uri(file.Location), file.Name.Project, range, isAuthentic: false, cancellationToken);
}
