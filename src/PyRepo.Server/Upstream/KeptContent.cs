using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using PyRepo.Server.Repositories;
using PyRepo.Storage;

namespace PyRepo.Server.Upstream;

/// <summary>A kept file opened for sending.</summary>
sealed class KeptContent : FileContent
{
    readonly StoredContent _content;
    readonly KeptFiles.Entry _entry;

    [SetsRequiredMembers]
    public KeptContent(StoredContent content, Distribution file, KeptFiles.Entry entry)
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
        _entry.Leave();
        return _content.DisposeAsync();
    }
}
