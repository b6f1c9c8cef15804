using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Repositories;

/// <summary>A distribution in the store, opened for sending.</summary>
sealed class StoredFileContent : FileContent
{
    readonly StoredContent _content;
    readonly Action? _released;

    /// <param name="content">The bytes. They are disposed with this.</param>
    /// <param name="file">The distribution that they are.</param>
    /// <param name="released">Called when this is disposed.</param>
    [SetsRequiredMembers]
    public StoredFileContent(StoredContent content, Distribution file, Action? released = null)
    {
        (_content, _released) = (content, released);
        Length = file.Size!.Value;
        ETag = $"\"{file.Sha256}\"";
        LastModified = file.UploadedAt!.Value;
    }

    /// <summary>Makes a URL of the store, if clients are to read from there.</summary>
    public Func<Uri?>? Redirect { get; init; }

    public override Uri? GetRedirect() => Redirect?.Invoke();

    public override SafeFileHandle? LocalFile => _content.LocalFile;

    public override void NoteReadFailure(IOException error) => _content.NoteReadFailure(error);

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        _content.OpenStreamAsync(offset, cancellationToken);

    public override ValueTask DisposeAsync()
    {
        _released?.Invoke();
        return _content.DisposeAsync();
    }
}
