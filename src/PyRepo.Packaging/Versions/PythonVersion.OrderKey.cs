using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace PyRepo.Packaging.Versions;

/// <summary>A text of bytes that compares as the version does, for those who keep many and cannot keep them parsed.
/// </summary>
public sealed partial class PythonVersion
{
    /// <summary>The byte before the length of a number that is no integer: more than any integer's length.</summary>
    const byte LongNumber = sizeof(ulong) + 1;

    const byte End = 0, Item = 1;
    const byte TextSegment = 1, NumberSegment = 2;

    /// <summary>Writes the key. Equal versions have equal keys, and the bytes of two keys compare as the versions.
    /// No key begins another.</summary>
    public void WriteOrderKey(IBufferWriter<byte> output)
    {
        Write(output, Epoch);
        foreach (var number in TrimmedRelease)
        {
            Write(output, Item);
            Write(output, number);
        }
        Write(output, End);
        Write(output, (byte)PreRank);
        if (Pre is { } pre)
        {
            Write(output, (byte)pre.Stage);
            Write(output, pre.Number);
        }
        // Without one comes before any, but a development release before none.
        WriteOptional(output, Post, isFirst: Post is null);
        WriteOptional(output, Dev, isFirst: Dev is not null);
        WriteLocal(output);
    }

    void WriteLocal(IBufferWriter<byte> output)
    {
        if (_local is null)
        {
            Write(output, End);
            return;
        }
        Write(output, Item);
        foreach (var segment in _local)
        {
            Write(output, segment.Text is null ? NumberSegment : TextSegment);
            if (segment.Text is { } text)
            {
                Encoding.UTF8.GetBytes(text, output);
                Write(output, End);
            }
            else
            {
                Write(output, segment.Number);
            }
        }
        Write(output, End);
    }

    static void WriteOptional(IBufferWriter<byte> output, VersionNumber? number, bool isFirst)
    {
        Write(output, isFirst ? (byte)0 : (byte)1);
        if (number is { } value)
            Write(output, value);
    }

    static void Write(IBufferWriter<byte> output, VersionNumber number)
    {
        if (number.ToInt64() is not { } small)
        {
            var digits = number.ToString();
            Write(output, LongNumber);
            BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), digits.Length);
            output.Advance(sizeof(int));
            Encoding.ASCII.GetBytes(digits, output);
            return;
        }
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, small);
        var significant = bytes.TrimStart((byte)0);
        Write(output, (byte)significant.Length);
        output.Write(significant);
    }

    static void Write(IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
