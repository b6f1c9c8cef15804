using PyRepo.Server.Repositories;
using PyRepo.Server.Upstream;

namespace PyRepo.Server.Proxies;

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

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken)
    {
        reader.Position = offset;
        return new(new TailingStream(reader, Length));
    }

    public override ValueTask DisposeAsync() => reader.DisposeAsync();

    sealed class TailingStream(DownloadReader reader, long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

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

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
