using System.Globalization;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Archives;

/// <summary>
/// Lets few archives be read at a time, and each only for a limited time, of a processor and in all. How much memory
/// and time an archive costs is decided by whoever made it.
/// </summary>
/// <remarks>
/// An inspection reads all of an archive, and may take minutes. Only the metadata is read by
/// <see cref="MetadataWork"/>, which never waits for an inspection.
/// </remarks>
sealed class ArchiveSlots(int count, TimeProvider clock)
{
    const int MaxCount = 4;
    const long MinBytesPerSecond = 4 << 20;
    static readonly TimeSpan _minTime = TimeSpan.FromMinutes(1);

    readonly OwnerTurns _slots = new(count);

    /// <summary>Those of this process, which stand for the machine's cores.</summary>
    public static ArchiveSlots Shared { get; } =
        new(Math.Min(Environment.ProcessorCount, MaxCount), TimeProvider.System);

    /// <summary>The processor time of an archive, whatever its length.</summary>
    public TimeSpan MaxTime { get; init; } = ServerLimits.MaxInspectionTime;

    /// <summary>Reads a whole archive.</summary>
    /// <param name="owner">
    /// Whose archive it is: of one owner, half as many are read at a time, so that the archives of others wait for few
    /// of them. Null for those that arrive otherwise than by requests.
    /// </param>
    /// <param name="length">Its length in bytes, on which the time depends.</param>
    /// <param name="read">Reads it. What it computes, it computes by the budget.</param>
    /// <param name="cancellationToken">Stops waiting or reading.</param>
    /// <exception cref="RejectedException">
    /// It takes too much processor time; or, with <see cref="RejectionReason.Unavailable"/>, it was not read in time.
    /// </exception>
    public async Task<T> InspectAsync<T>(
        object? owner, long length, Func<WorkBudget, Task<T>> read, CancellationToken cancellationToken)
    {
        var time = _minTime + TimeSpan.FromSeconds(length / MinBytesPerSecond);
        await _slots.EnterAsync(owner, cancellationToken);
        try
        {
            using var limit = new CancellationTokenSource(time, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                return await read(new WorkBudget(GetTime(length), stop: either.Token));
            }
            catch (TooCostlyException error)
            {
                throw new RejectedException(
                    RejectionReason.Invalid, $"Reading the archive is too expensive. {error.Message}");
            }
            catch (OperationCanceledException)
                when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                // It depends on what else the machine does, and says nothing about the archive.
                var seconds = time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
                throw new RejectedException(
                    RejectionReason.Unavailable, $"Reading the archive takes more than {seconds} seconds.")
                {
                    RetryAfter = OverloadedException.RetryAfter,
                };
            }
        }
        finally
        {
            _slots.Leave(owner);
        }
    }

    TimeSpan GetTime(long length) =>
        MaxTime + TimeSpan.FromSeconds(length / ServerLimits.MinInspectionRate);
}
