using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

/// <param name="opened">The properties of the file.</param>
/// <param name="file">The file.</param>
/// <param name="failures">Where it is noted if the disk cannot read the file.</param>
sealed class DirectoryContent(StoredObject opened, SafeFileHandle file, StoreFailures failures) : StoredContent(opened)
{
    public override SafeFileHandle LocalFile => file;

    public override void NoteReadFailure(IOException error) => failures.Note(Object.Key, error);

    public override ValueTask<Stream> OpenStreamAsync(long offset, CancellationToken cancellationToken) =>
        new(OpenFrom(offset));

    public override ValueTask<SeekableReadStream> OpenSeekableAsync(CancellationToken cancellationToken) =>
        new(OpenFrom(0));

    public override ValueTask<LocalCopy> CopyToLocalAsync(CancellationToken cancellationToken) =>
        new(new LocalCopy(file, Object.Length, isOwned: false) { ReadFailed = NoteReadFailure });

    public override ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    FileSectionStream OpenFrom(long offset) => new(file, offset, Object.Length, NoteReadFailure);
}
