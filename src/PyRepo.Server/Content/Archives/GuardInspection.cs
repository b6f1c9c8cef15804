using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Inspection;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Archives;

/// <summary>Inspects archives for the release guard. What that costs is bounded, and each ends with an outcome.</summary>
static class GuardInspection
{
    /// <summary>The memory that an inspection takes: identities of the members, and the members that are read.</summary>
    const long Weight = 16 << 20;

    /// <summary>Inspects a file that is there as a whole.</summary>
    /// <param name="file">The file, which can seek.</param>
    /// <param name="name">Its name.</param>
    /// <param name="owner">Whose it is: the repository.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="RejectedException">
    /// With <see cref="RejectionReason.Unavailable"/>: it was not read in time.
    /// </exception>
    public static async Task<ArchiveFacts> InspectAsync(
        Stream file, DistributionFileName name, object owner, CancellationToken cancellationToken)
    {
        try
        {
            return await ArchiveSlots.Shared.InspectAsync(
                owner, file.Length, budget => Task.FromResult(budget.Compute(() => Inspect(file, name, budget))),
                cancellationToken);
        }
        catch (RejectedException error) when (error.Reason is RejectionReason.Invalid)
        {
            return ArchiveFacts.Unreadable(error.Message.TrimEnd('.'));
        }
    }

    /// <summary>Inspects a wheel of which only some ranges are there: reading others throws an
    /// <see cref="EndOfStreamException"/>.</summary>
    /// <returns>The facts, or null if too little is there.</returns>
    /// <exception cref="OverloadedException">There was no room for it in time.</exception>
    public static Task<ArchiveFacts?> InspectRangesAsync(Stream ranges, DistributionFileName name) => RunAsync(
        new FactsKey(ranges), ranges, stream => ArchiveInspector.InspectRanges(stream, name));

    /// <inheritdoc cref="ArchiveInspector.FindSecondRange"/>
    /// <exception cref="OverloadedException">There was no room for it in time.</exception>
    public static Task<(long Start, int Length)?> FindSecondRangeAsync(
        Stream ranges, DistributionFileName name, long from, int maxLength) => RunAsync(
        new RangeKey(ranges), ranges, stream => ArchiveInspector.FindSecondRange(stream, name, from, maxLength));

    static ArchiveFacts Inspect(Stream file, DistributionFileName name, WorkBudget budget)
    {
        using var charged = new ChargedStream(file, budget);
        return ArchiveInspector.Inspect(charged, name, budget.Stop);
    }

    static Task<T> RunAsync<T>(WorkKey<T> key, Stream ranges, Func<Stream, T> read) => WorkGate.Shared.RunAsync(
        key, Weight,
        budget => budget.ComputeAsync(() =>
        {
            using var charged = new ChargedStream(ranges, budget);
            return read(charged);
        }),
        CancellationToken.None);

    sealed record FactsKey(Stream Ranges) : WorkKey<ArchiveFacts?>;

    sealed record RangeKey(Stream Ranges) : WorkKey<(long Start, int Length)?>;
}
