using PyRepo.Egress;
using PyRepo.Packaging.Hashes;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Proxies.Files;

/// <summary>A file as it arrives from upstream.</summary>
/// <param name="response">Upstream's response; disposed when all was read.</param>
/// <param name="digest">Verifies the bytes; disposed when all was read.</param>
/// <param name="length">The expected number of bytes, or null if it is not known.</param>
/// <param name="clock">Measures how fast the bytes arrive.</param>
sealed class DownloadSource(HttpResponseMessage response, FileDigest digest, long? length, TimeProvider clock)
{
    const int BufferSize = 256 * 1024;
    static readonly TimeSpan _paceInterval = TimeSpan.FromSeconds(5);
    readonly CancellationTokenSource _abandoned = new();
    long _arrivedLately;

    /// <summary>The expected number of bytes, or null if it is not known before all have arrived.</summary>
    public long? Length { get; private set; } = length;

    /// <summary>Ends the transfer, because nobody needs the file.</summary>
    public Task AbandonAsync() => _abandoned.CancelAsync();

    /// <summary>Reads and verifies the whole file. This runs once.</summary>
    /// <param name="append">Takes the bytes in their order.</param>
    /// <param name="isWanted">Whether somebody waits for the file. If nobody does, a slow transfer ends.</param>
    /// <param name="timeout">How long upstream may be silent.</param>
    /// <param name="cancellationToken">Stops the transfer.</param>
    /// <exception cref="UpstreamUnavailableException">The file is wrong or incomplete, or was abandoned.</exception>
    public async Task<Sha256Digest> ReadAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, Task> append, Func<bool> isWanted, TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var verified = digest;
        using (response)
        {
            var arrived = await CopyAsync(append, isWanted, new SilenceLimit(timeout, clock), cancellationToken);
            if (Length is { } expected && expected != arrived)
                throw new UpstreamUnavailableException($"Upstream sent {arrived} of {expected} bytes.");
            Length = arrived;
        }
        return verified.Verify();
    }

    async Task<long> CopyAsync(
        Func<ReadOnlyMemory<byte>, CancellationToken, Task> append, Func<bool> isWanted, SilenceLimit silence,
        CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _abandoned.Token);
        await using var pace = clock.CreateTimer(_ => EndIfSlow(isWanted), null, _paceInterval, _paceInterval);
        try
        {
            await using var source = await response.Content.ReadAsStreamAsync(ending.Token);
            var buffer = new byte[BufferSize];
            var arrived = 0L;
            for (int read; (read = await silence.ReadAsync(source, buffer, ending.Token)) > 0;)
            {
                Interlocked.Add(ref _arrivedLately, read);
                arrived += read;
                if (arrived > Length)
                    throw new UpstreamUnavailableException($"Upstream sent more than {Length} bytes.");
                digest.Append(buffer.AsSpan(0, read));
                await append(buffer.AsMemory(0, read), ending.Token);
            }
            return arrived;
        }
        catch (OperationCanceledException) when (_abandoned.IsCancellationRequested)
        {
            throw new UpstreamUnavailableException("No client is waiting for it, and the fetch was too slow.");
        }
    }

    void EndIfSlow(Func<bool> isWanted)
    {
        var arrived = Interlocked.Exchange(ref _arrivedLately, 0);
        if (!isWanted() && arrived < ServerLimits.MinAbandonedFetchRate * _paceInterval.TotalSeconds)
            _abandoned.Cancel();
    }
}
