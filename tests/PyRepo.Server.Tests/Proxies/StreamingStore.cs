using System.IO.Pipelines;
using PyRepo.Storage;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies;

/// <summary>A store whose streams cannot seek, as those of a bucket.</summary>
sealed class StreamingStore(IStore inner) : DelegatingStore(inner)
{
    public override async ValueTask<StoredContent?> OpenAsync(string key, CancellationToken cancellationToken) =>
        await Inner.OpenAsync(key, cancellationToken) is { } found ? new Content(found) : null;

    sealed class Content(StoredContent inner) : StoredContent(inner.Object)
    {
        public override async ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
            PipeReader.Create(await inner.OpenStreamAsync(offset, cancellationToken)).AsStream();

        public override ValueTask<SeekableReadStream> OpenSeekableAsync(CancellationToken cancellationToken) =>
            inner.OpenSeekableAsync(cancellationToken);

        public override ValueTask<LocalCopy> CopyToLocalAsync(CancellationToken cancellationToken) =>
            inner.CopyToLocalAsync(cancellationToken);

        public override ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
