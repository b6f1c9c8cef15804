using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

sealed class DirectoryContent(StoredObject opened, SafeFileHandle file) : StoredContent(opened)
{
    public override SafeFileHandle LocalFile => file;

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        new(new FileSectionStream(file, offset, Object.Length));

    public override ValueTask<SeekableReadStream> OpenSeekableAsync(CancellationToken cancellationToken) =>
        new(new FileSectionStream(file, 0, Object.Length));

    public override ValueTask<LocalCopy> CopyToLocalAsync(CancellationToken cancellationToken) =>
        new(new LocalCopy(file, Object.Length, isOwned: false));

    public override ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }
}
