using PyRepo.Server.Platform.Admission;
using PyRepo.Storage;

namespace PyRepo.Server.Content.Archives;

/// <summary>An archive whose reader is charged for what it reads, and so ends when the budget is spent.</summary>
sealed class ChargedStream(Stream archive, WorkBudget budget) : SeekableReadStream
{
    /// <summary>The bytes that one byte of an archive may become, each of which is read.</summary>
    const int MaxRatio = 1000;

    /// <summary>The bytes between two charges: a ZIP is read in hundreds of small pieces.</summary>
    const int ChargedLength = 1024;

    long _uncharged;

    public override long Length => archive.Length;

    public override long Position
    {
        get => archive.Position;
        set => archive.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        var read = archive.Read(buffer);
        _uncharged += read;
        if (_uncharged >= ChargedLength)
        {
            budget.Charge(_uncharged * MaxRatio);
            _uncharged = 0;
        }
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}
