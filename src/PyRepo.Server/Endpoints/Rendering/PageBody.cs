using PyRepo.Server.Endpoints.Files;
using PyRepo.Server.Platform.Admission;

namespace PyRepo.Server.Endpoints.Rendering;

/// <summary>Collects the bytes of a page: in memory while they are few, and then in a temporary file.</summary>
/// <param name="maxLengthInMemory">How many are few.</param>
sealed class PageBody(long maxLengthInMemory) : IDisposable
{
    readonly List<ReadOnlyMemory<byte>> _pieces = [];
    TemporaryFile.Writer? _file;
    bool _hasNoRoom;

    /// <summary>The number of bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds bytes.</summary>
    /// <exception cref="OverloadedException">There is no more room for temporary files.</exception>
    public void Append(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        var length = pieces.Sum(piece => (long)piece.Length);
        Length += length;
        if (_file is not null)
        {
            AppendToFile(pieces, length);
            return;
        }
        _pieces.AddRange(pieces);
        if (Length > maxLengthInMemory && !_hasNoRoom)
            _hasNoRoom = !TryMove();
    }

    /// <summary>Returns where the bytes are.</summary>
    public (ReadOnlyMemory<byte>[] Segments, TemporaryFile? File) Complete() => ([.. _pieces], _file?.Complete());

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>Without room for temporary files, a page takes memory.</summary>
    bool TryMove()
    {
        TemporaryFile.Writer? file = null;
        try
        {
            file = new TemporaryFile.Writer();
            file.Append(_pieces, Length);
            _pieces.Clear();
            _file = file;
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OverloadedException)
        {
            file?.Dispose();
            return false;
        }
    }

    void AppendToFile(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long length)
    {
        try
        {
            _file!.Append(pieces, length);
        }
        catch (IOException)
        {
            throw new OverloadedException();
        }
    }
}
