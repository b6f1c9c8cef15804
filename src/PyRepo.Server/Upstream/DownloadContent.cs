using PyRepo.Server.Repositories;

namespace PyRepo.Server.Upstream;

/// <summary>A file that is still being downloaded.</summary>
sealed class DownloadContent(SharedDownload download) : FileContent
{
    public override async ValueTask<bool> HasArrivedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await download.Outcome.WaitAsync(cancellationToken);
            return true;
        }
        catch (UpstreamUnavailableException)
        {
            return false;
        }
    }

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        new(new TailingStream(download, Length, offset));

    public override ValueTask DisposeAsync() => download.ReleaseAsync();

    sealed class TailingStream(SharedDownload download, long length, long offset) : Stream
    {
        long _position = offset;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => _position;
            set => _position = value;
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await download.ReadAsync(buffer, _position, cancellationToken);
            _position += read;
            return read;
        }

        public override Task<int> ReadAsync(
            byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        /// <summary>Reads bytes that have arrived. It blocks if none have.</summary>
        public override int Read(byte[] buffer, int offset, int count) =>
            ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
