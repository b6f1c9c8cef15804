using System.IO.Compression;
using System.Text;

namespace PyRepo.Packaging.Tests.Metadata;

/// <summary>Writes tars block by block, so that they can be wrong in one place.</summary>
sealed class TarBuilder
{
    readonly MemoryStream _output = new();

    /// <summary>Adds a header and its data.</summary>
    public TarBuilder Add(
        string name, string content = "", char type = '0', string link = "", long? size = null, string prefix = "",
        string magic = "ustar\000", Action<byte[]>? edit = null)
    {
        var data = Encoding.UTF8.GetBytes(content);
        var block = new byte[512];
        Put(block, 0, name);
        Put(block, 100, "0000644");
        Put(block, 108, "0000000");
        Put(block, 116, "0000000");
        Put(block, 124, Convert.ToString(size ?? data.Length, 8).PadLeft(11, '0'));
        Put(block, 136, "00000000000");
        block[156] = (byte)type;
        Put(block, 157, link);
        Put(block, 257, magic);
        Put(block, 345, prefix);
        edit?.Invoke(block);
        Sign(block);
        _output.Write(block);
        _output.Write(data);
        _output.Write(new byte[(512 - data.Length % 512) % 512]);
        return this;
    }

    /// <summary>Adds a pax header with records <c>key=value</c>.</summary>
    public TarBuilder AddPax(char type, params string[] records) =>
        Add("pax", string.Concat(records.Select(Record)), type);

    public TarBuilder AddRaw(byte[] bytes)
    {
        _output.Write(bytes);
        return this;
    }

    /// <summary>Returns the tar with its two blocks of NULs.</summary>
    public byte[] Build() => [.. _output.ToArray(), .. new byte[1024]];

    public byte[] BuildGzip() => Gzip(Build());

    public static byte[] Gzip(byte[] tar)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(tar);
        return output.ToArray();
    }

    /// <summary>Writes a header's checksum.</summary>
    public static void Sign(Span<byte> block)
    {
        block[148..156].Fill((byte)' ');
        var sum = 0;
        foreach (var value in block)
            sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
    }

    public static string Record(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text) + 2;
        var total = length + 1;
        while (total < length + $"{total}".Length)
            total++;
        return $"{total} {text}\n";
    }

    static void Put(byte[] block, int start, string text) => Encoding.UTF8.GetBytes(text).CopyTo(block, start);
}
