using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Content.Archives;

/// <summary>
/// Reads the metadata of a distribution, of which the archive's maker decides what it costs: work of the one gate,
/// which ends it after a second, and remembers that for whoever asks for the same file.
/// </summary>
static class MetadataWork
{
    /// <summary>The memory that it takes: the metadata, and what is made of it.</summary>
    public const long Weight = 4L * CoreMetadata.MaxLength;

    /// <summary>Reads something, or shares what others are waiting for already.</summary>
    /// <param name="key">The key of the work.</param>
    /// <param name="content">
    /// The source to read from. It is disposed: by the work, which may go on for others, or at once if that has
    /// another.
    /// </param>
    /// <param name="read">Reads it.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OverloadedException">There was no room for it in time.</exception>
    /// <exception cref="TooCostlyException">It takes too long, now or a while ago.</exception>
    public static async Task<TResult> RunAsync<TContent, TResult>(
        WorkKey<TResult> key, TContent content, Func<TContent, WorkBudget, Task<TResult>> read,
        CancellationToken cancellationToken)
        where TContent : class, IAsyncDisposable
    {
        TContent? unused = content;
        try
        {
            while (true)
            {
                try
                {
                    return await WorkGate.Shared.RunAsync(key, Weight, ReadAsync, cancellationToken);
                }
                catch (OperationCanceledException)
                    when (!cancellationToken.IsCancellationRequested && Volatile.Read(ref unused) is not null)
                {
                    // Whoever began it left before its turn came.
                }
            }
        }
        finally
        {
            if (Interlocked.Exchange(ref unused, null) is { } left)
                await left.DisposeAsync();
        }

        async Task<TResult> ReadAsync(WorkBudget budget)
        {
            var own = Interlocked.Exchange(ref unused, null) ?? throw new OperationCanceledException();
            await using (own)
                return await read(own, budget);
        }
    }

    /// <summary>Finds the metadata in an archive that was inspected before.</summary>
    /// <returns>The metadata, or null if there is none, or if the archive is broken.</returns>
    /// <exception cref="TooCostlyException">It takes too long.</exception>
    public static byte[]? Find(Stream archive, DistributionFileName name, WorkBudget budget)
    {
        try
        {
            return Extract(archive, name, budget);
        }
        catch (ArchiveException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Find"/>
    /// <returns>The metadata, or null if there is none.</returns>
    /// <exception cref="ArchiveException">The archive is broken, or its metadata too large.</exception>
    public static byte[]? Extract(Stream archive, DistributionFileName name, WorkBudget budget)
    {
        using var charged = new ChargedStream(archive, budget);
        return budget.Compute(() => DistributionArchive.ReadMetadata(charged, name, budget.Stop));
    }
}
