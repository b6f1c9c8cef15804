namespace PyRepo.Packaging.Tests.Inspection;

/// <summary>A file of which two ranges are there. It counts how many bytes they have.</summary>
sealed class PartialStream(byte[] file, long tailStart) : MemoryStream(file, writable: false)
{
    (long Start, int Length) _second;

    public long BytesRead => Length - tailStart + _second.Length;

    public void Add((long Start, int Length) range) => _second = range;

    public override int Read(byte[] buffer, int offset, int count)
    {
        var end = Position >= tailStart ? Length
            : Position >= _second.Start && Position < _second.Start + _second.Length ? _second.Start + _second.Length
            : throw new EndOfStreamException("These bytes were not read.");
        return base.Read(buffer, offset, (int)Math.Min(count, end - Position));
    }
}
