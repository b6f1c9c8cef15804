using Microsoft.Win32.SafeHandles;
using PyRepo.Egress;
using PyRepo.Server.Content.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Proxies.Files;

/// <summary>A file that is still being downloaded.</summary>
sealed class DownloadContent(DownloadReader reader) : FileContent
{
    public override async ValueTask<bool> HasArrivedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var download = reader.Download;
            await await Task.WhenAny(download.Outcome, download.Passing).WaitAsync(cancellationToken);
            return !download.Passing.IsCompleted;
        }
        catch (UpstreamUnavailableException)
        {
            return false;
        }
    }

    /// <summary>The local file that receives the bytes, or null if they are not stored.</summary>
    public SafeFileHandle? ArrivingFile => reader.Download.LocalFile;

    public override void NoteReadFailure(IOException error) => reader.Download.NoteReadFailure(error);

    /// <summary>Waits until bytes from an offset on are in <see cref="ArrivingFile"/>.</summary>
    /// <param name="offset">The offset. Bytes before it are no longer needed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The number of bytes, or 0 if the rest is only in the stream.</returns>
    /// <exception cref="BrokenOffException">The rest does not come.</exception>
    public async ValueTask<long> WaitForBytesAsync(long offset, CancellationToken cancellationToken)
    {
        reader.Position = offset;
        try
        {
            return await reader.WaitForLocalAsync(cancellationToken);
        }
        catch (UpstreamUnavailableException error)
        {
            throw new BrokenOffException(error.Message);
        }
    }

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken)
    {
        reader.Position = offset;
        return new(new TailingStream(reader, Length));
    }

    public override ValueTask DisposeAsync() => reader.DisposeAsync();

    sealed class TailingStream(DownloadReader reader, long length) : SeekableReadStream
    {
        public override long Length => length;

        public override long Position
        {
            get => reader.Position;
            set => reader.Position = value;
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await reader.ReadAsync(buffer, cancellationToken);
            }
            catch (UpstreamUnavailableException error)
            {
                throw new BrokenOffException(error.Message);
            }
        }

        public override Task<int> ReadAsync(
            byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        /// <summary>Reads bytes that have arrived. It blocks if none have.</summary>
        public override int Read(byte[] buffer, int offset, int count) =>
            ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();
    }
}

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
