using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using PyRepo.Server.Platform.Admission;
using PyRepo.Server.Platform.Limits;
using PyRepo.Storage;

namespace PyRepo.Server.Endpoints.Files;

/// <summary>
/// Bytes in the folder for temporary files, which all together have at most
/// <see cref="ServerLimits.MaxTemporaryLength"/>. The file has no name, and goes with the last reference, or when the
/// process ends, however that ends.
/// </summary>
sealed class TemporaryFile
{
    static readonly TimeSpan _betweenCollections = TimeSpan.FromSeconds(1);

    static long _used, _collectedAt;

    TemporaryFile(SafeFileHandle handle, long length) => (Handle, Length) = (handle, length);

    ~TemporaryFile() => Interlocked.Add(ref _used, -Length);

    /// <summary>The open file. It is opened for asynchronous reads.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length { get; }

    /// <summary>Writes bytes to a new file.</summary>
    /// <exception cref="OverloadedException">There is no room for it among the others.</exception>
    /// <exception cref="IOException">The folder is full, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException"/>
    public static TemporaryFile Create(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long length)
    {
        using var writer = new Writer();
        writer.Append(pieces, length);
        return writer.Complete();
    }

    static void Take(long length)
    {
        if (!TryTake(length) && !(TryCollect() && TryTake(length)))
            throw new OverloadedException();
    }

    /// <summary>
    /// Collects those that nobody reads any more, which are there until then. It costs all requests some time, so it is
    /// not done for each one.
    /// </summary>
    static bool TryCollect()
    {
        var (last, now) = (Volatile.Read(ref _collectedAt), Stopwatch.GetTimestamp());
        if (last != 0 && Stopwatch.GetElapsedTime(last, now) < _betweenCollections)
            return false;
        if (Interlocked.CompareExchange(ref _collectedAt, now, last) != last)
            return false;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return true;
    }

    static bool TryTake(long length)
    {
        if (Interlocked.Add(ref _used, length) <= ServerLimits.MaxTemporaryLength)
            return true;
        Interlocked.Add(ref _used, -length);
        return false;
    }

    /// <summary>Writes a file whose length is not known before.</summary>
    public sealed class Writer : IDisposable
    {
        readonly SafeFileHandle _file = UnnamedFile.Open("pyrepo-page", FileOptions.Asynchronous);
        bool _isComplete;

        /// <summary>The number of bytes that were written.</summary>
        public long Length { get; private set; }

        /// <summary>Adds bytes.</summary>
        /// <inheritdoc cref="Create"/>
        public void Append(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long length)
        {
            Take(length);
            var at = Length;
            Length += length;
            RandomAccess.Write(_file, pieces, at);
        }

        /// <summary>Returns the file. Nothing may be added afterwards.</summary>
        public TemporaryFile Complete()
        {
            _isComplete = true;
            return new TemporaryFile(_file, Length);
        }

        /// <summary>Removes the file, unless it is complete.</summary>
        public void Dispose()
        {
            if (_isComplete)
                return;
            _file.Dispose();
            Interlocked.Add(ref _used, -Length);
        }
    }
}
