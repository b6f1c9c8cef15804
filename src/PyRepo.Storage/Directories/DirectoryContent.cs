using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

sealed class DirectoryContent(StoredObject facts, SafeFileHandle file) : StoredContent(facts)
{
    public override SafeFileHandle LocalFile => file;

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        new(new FileSectionStream(file, offset, Object.Length));

    public override ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }
}
