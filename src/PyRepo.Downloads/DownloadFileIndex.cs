using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PyRepo.Downloads;

/// <summary>The end of a file of the log: where the lines of each release are, and what else the file stands for.</summary>
/// <remarks>
/// It is in a skippable frame
/// (<see href="https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2">RFC 8878, section 3.1.2</see>), so that any
/// program that decompresses the file sees the lines alone. The last bytes of that frame are the length of the index
/// and <see cref="Magic"/>.
/// </remarks>
sealed record DownloadFileIndex
{
    /// <summary>The number of bytes after the index: its length and the magic number.</summary>
    public const int FooterLength = 8;

    /// <summary>The number of bytes before the index: a skippable frame's magic number and length.</summary>
    public const int HeaderLength = 8;

    const uint SkippableFrame = 0x184D2A5D;

    static ReadOnlySpan<byte> Magic => "PyDL"u8;

    /// <summary>For how long its lines are kept, in seconds.</summary>
    public required long KeepFor { get; init; }

    /// <summary>How many downloads were not written, because the store took none for too long.</summary>
    public long Lost { get; init; }

    /// <summary>The names of the files of the same day whose lines it has. If one is still there, it does not count.</summary>
    /// <remarks>In JSON <c>parts</c>, which is not the <c>part</c> of a line.</remarks>
    [JsonPropertyName("parts")]
    public ImmutableArray<string> Sources { get; init; } = [];

    /// <summary>The lengths of the frames with lines, in bytes, from the beginning of the file.</summary>
    public ImmutableArray<int> Frames { get; init; } = [];

    /// <summary>The releases, in the order of their lines.</summary>
    public ImmutableArray<DownloadedRelease> Releases { get; init; } = [];

    /// <summary>The number of downloads.</summary>
    [JsonIgnore]
    public long Count => Releases.Sum(release => release.Count);

    /// <summary>Returns the frames with the lines of a project, or an empty range.</summary>
    public Range FindFrames(string project)
    {
        var found = Releases.Where(release => release.Project == project).ToList();
        return found.Count == 0 ? 0..0 : found[0].First..(found[^1].Last + 1);
    }

    /// <summary>Returns where a frame begins.</summary>
    public long GetOffset(int frame) => Frames.Take(frame).Sum(length => (long)length);

    /// <summary>Returns the bytes of the skippable frame.</summary>
    public byte[] ToBytes()
    {
        var json = Zstd.Compress(JsonSerializer.SerializeToUtf8Bytes(this, DownloadJson.Default.DownloadFileIndex));
        var bytes = new byte[HeaderLength + json.Length + FooterLength];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, SkippableFrame);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), json.Length + FooterLength);
        json.CopyTo(bytes, HeaderLength);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(HeaderLength + json.Length), json.Length);
        Magic.CopyTo(bytes.AsSpan(HeaderLength + json.Length + 4));
        return bytes;
    }

    /// <summary>Returns the length of the index before the last bytes of a file.</summary>
    /// <exception cref="InvalidDataException">The file is not one of the log.</exception>
    public static int ParseFooter(ReadOnlySpan<byte> footer, long fileLength)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(footer);
        return footer[4..].SequenceEqual(Magic) && length is > 0 and <= DownloadLimits.MaxIndexLength
            && length + HeaderLength + FooterLength <= fileLength
                ? length
                : throw new InvalidDataException("It does not end as a file of the download log.");
    }

    /// <summary>Reads an index.</summary>
    /// <param name="compressed">Its bytes.</param>
    /// <param name="framesLength">The bytes before the skippable frame.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static DownloadFileIndex Parse(ReadOnlySpan<byte> compressed, long framesLength)
    {
        try
        {
            var json = Zstd.Decompress(compressed, DownloadLimits.MaxIndexLength);
            var index = JsonSerializer.Deserialize(json, DownloadJson.Default.DownloadFileIndex);
            return index is not null && index.IsPlausible(framesLength)
                ? index
                : throw new InvalidDataException("The index of a file of the download log is wrong.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("The index of a file of the download log is damaged.", error);
        }
    }

    bool IsPlausible(long framesLength) =>
        !Frames.IsDefault && !Releases.IsDefault && !Sources.IsDefault
        && Frames.All(length => length > 0) && Frames.Sum(length => (long)length) == framesLength
        && Releases.All(release => release.IsWithin(Frames.Length));
}

/// <summary>The downloads of a release in one file of the log.</summary>
/// <param name="Project">The project.</param>
/// <param name="Version">The version, or null.</param>
/// <param name="Count">How many there are, without those of parts.</param>
/// <param name="Latest">The time of the latest one.</param>
sealed record DownloadedRelease(
    [property: JsonPropertyName("p")] string Project,
    [property: JsonPropertyName("v")] string? Version,
    [property: JsonPropertyName("n")] long Count,
    [property: JsonPropertyName("t")] string Latest)
{
    /// <summary>The first frame with one of them.</summary>
    [JsonPropertyName("f")]
    public int First { get; init; }

    /// <summary>The last frame with one of them.</summary>
    [JsonPropertyName("l")]
    public int Last { get; init; }

    /// <summary>Whether its frames are among so many.</summary>
    public bool IsWithin(int frames) =>
        Project is not null && Latest is not null && First >= 0 && First <= Last && Last < frames;
}
