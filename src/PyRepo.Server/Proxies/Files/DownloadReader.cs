namespace PyRepo.Server.Proxies.Files;

/// <summary>Somebody who waits for a download. Until it is disposed, it gets the bytes from its position on.</summary>
sealed class DownloadReader(SharedDownload download) : IAsyncDisposable
{
    long _position;

    /// <summary>The download.</summary>
    public SharedDownload Download => download;

    /// <summary>The offset of the byte that it reads next.</summary>
    public long Position
    {
        get => Volatile.Read(ref _position);
        set
        {
            Volatile.Write(ref _position, value);
            download.Moved();
        }
    }

    /// <summary>Reads bytes that have arrived, and waits if there are none yet.</summary>
    /// <returns>0 at the end.</returns>
    /// <exception cref="UpstreamUnavailableException">The file is wrong or incomplete.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await download.ReadAsync(buffer, _position, cancellationToken);
        Position += read;
        return read;
    }

    /// <summary>
    /// Waits until bytes from the position on are in the local file. They stay there until this is disposed.
    /// </summary>
    /// <returns>The number of bytes, or 0 at the end or if the rest is passed on without being stored.</returns>
    /// <exception cref="UpstreamUnavailableException">The file is wrong or incomplete.</exception>
    public async ValueTask<long> WaitForLocalAsync(CancellationToken cancellationToken)
    {
        var readable = await download.WaitAsync(_position, cancellationToken);
        return Math.Max(0, Math.Min(readable, download.LocalLength) - _position);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => download.LeaveAsync(this);
}
