using PyRepo.Server.Repositories;
using PyRepo.Server.Upstream;
using PyRepo.Storage;

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
