using Microsoft.Win32.SafeHandles;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Hosted;

/// <summary>A distribution's bytes in the store.</summary>
sealed class HostedContent : FileContent
{
    readonly StoredContent _content;

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public HostedContent(StoredContent content, Distribution file)
    {
        _content = content;
        Length = file.Size!.Value;
        ETag = $"\"{file.Sha256}\"";
        LastModified = file.UploadedAt!.Value;
    }

    public override SafeFileHandle? LocalFile => _content.LocalFile;

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        _content.OpenStreamAsync(offset, cancellationToken);

    public override ValueTask DisposeAsync() => _content.DisposeAsync();
}
