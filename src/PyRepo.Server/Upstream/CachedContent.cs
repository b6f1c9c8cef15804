using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Upstream;

/// <summary>A cached file opened for sending.</summary>
sealed class CachedContent : FileContent
{
    readonly StoredContent _content;
    readonly CachedFiles.Entry _entry;

    [SetsRequiredMembers]
    public CachedContent(StoredContent content, Distribution file, CachedFiles.Entry entry)
    {
        (_content, _entry) = (content, entry);
        Length = file.Size!.Value;
        ETag = $"\"{file.Sha256}\"";
        LastModified = file.UploadedAt!.Value;
    }

    public override SafeFileHandle? LocalFile => _content.LocalFile;

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        _content.OpenStreamAsync(offset, cancellationToken);

    public override ValueTask DisposeAsync()
    {
        _entry.Release();
        return _content.DisposeAsync();
    }
}
