using Microsoft.Win32.SafeHandles;

namespace PyRepo.Storage.Directories;

sealed class DirectoryStagedObject : StagedObject
{
    /// <summary>The number of bytes after which write-back starts, so that the final flush is short.</summary>
    const long WriteBackStep = 16 << 20;

    /// <summary>A disk writes so many bytes in about the time that it takes to write any.</summary>
    const long MaxShortLength = 256 << 10;

    readonly SafeFileHandle _file;
    readonly Func<string, Exception, IOException> _failed;
    long _length;
    long _writeBackFrom;

    /// <param name="path">The file, which must not exist.</param>
    /// <param name="expectedLength">The expected number of bytes, if known.</param>
    /// <param name="failed">Notes that the disk failed a key, and returns what to throw.</param>
    public DirectoryStagedObject(string path, long? expectedLength, Func<string, Exception, IOException> failed)
    {
        (Path, _failed) = (path, failed);
        _file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete,
            // What is sent with sendfile(2) has to be open like this.
            FileOptions.Asynchronous, expectedLength ?? 0);
    }

    public string Path { get; }

    public bool Committed { get; set; }

    public override long Length => Volatile.Read(ref _length);

    public override SafeFileHandle LocalFile => _file;

    public override ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            RandomAccess.Write(_file, bytes.Span, _length);
        }
        catch (IOException error)
        {
            throw Failed(error);
        }
        Volatile.Write(ref _length, _length + bytes.Length);
        if (_length - _writeBackFrom >= WriteBackStep)
        {
            PosixFile.BeginWriteBack(_file, _writeBackFrom, _length - _writeBackFrom);
            _writeBackFrom = _length;
        }
        return ValueTask.CompletedTask;
    }

    public override void NoteReadFailure(IOException error) => Failed(error);

    public override int Read(Span<byte> buffer, long offset)
    {
        try
        {
            return base.Read(buffer, offset);
        }
        catch (IOException error)
        {
            throw Failed(error);
        }
    }

    IOException Failed(IOException error) => _failed(Key ?? System.IO.Path.GetFileName(Path), error);

    /// <summary>Makes all bytes durable.</summary>
    public Task FlushAsync() => _length <= MaxShortLength
        ? FlushThreads.Shared.RunAsync(Flush)
        : FlushThreads.Shared.RunLongAsync(Flush);

    /// <summary>Makes all bytes durable on another thread, so that the caller can do something else meanwhile.</summary>
    public Task StartFlushAsync() => FlushThreads.Shared.RunLongAsync(Flush);

    /// <summary>Truncates the file to the bytes written, which frees the rest of the reserved space.</summary>
    public void Truncate()
    {
        if (RandomAccess.GetLength(_file) != _length)
            RandomAccess.SetLength(_file, _length);
    }

    void Flush()
    {
        Truncate();
        DiskFlush.FlushFile(_file);
    }

    public override ValueTask DisposeAsync()
    {
        _file.Dispose();
        if (!Committed)
            Discard(Path, Key, _failed);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Deletes a staged file that is not needed. If that fails, somebody is told, but the request that staged it has its
    /// own answer: the next process removes the file.
    /// </summary>
    /// <param name="path">The file, which may be gone.</param>
    /// <param name="key">The key that it was for, if one is known.</param>
    /// <param name="failed">Notes that the disk failed a key.</param>
    public static void Discard(string path, string? key, Func<string, Exception, IOException> failed)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // The whole folder is gone, and the file with it.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            failed(key ?? System.IO.Path.GetFileName(path), error);
        }
    }
}
