using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

/// <summary>Writes ZIPs byte by byte, so that they can be wrong in one place.</summary>
sealed class ZipBuilder
{
    public const string SoundMetadata = "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n";

    readonly List<byte> _output = [];
    readonly List<byte> _directory = [];
    readonly List<string> _names = [];
    string? _record;
    int _count;

    /// <summary>Adds a member. All parameters except name and content are false statements in the ZIP.</summary>
    public ZipBuilder Add(
        string name, string content = "", ushort method = 8, string? localName = null, uint? localSize = null,
        long? declaredSize = null, ushort flags = 0, ushort? localMethod = null, uint? offset = null,
        bool descriptor = false, byte[]? data = null, byte[]? extra = null, byte[]? localExtra = null,
        string comment = "", byte version = 20, ushort? localFlags = null, ushort disk = 0, byte system = 0,
        uint attributes = 0)
    {
        var plain = Encoding.UTF8.GetBytes(content);
        data ??= method == 8 ? Deflate(plain) : plain;
        var crc = Crc32.HashToUInt32(plain);
        var allFlags = (ushort)(flags | (descriptor ? 8 : 0));
        var start = (uint)_output.Count;
        Write(_output, 0x04034b50u, (ushort)20, localFlags ?? allFlags, localMethod ?? method, 0u);
        if (descriptor)
            Write(_output, 0u, 0u, 0u);
        else
            Write(_output, crc, (uint)data.Length, localSize ?? (uint)plain.Length);
        var raw = Encoding.UTF8.GetBytes(localName ?? name);
        localExtra ??= [];
        Write(_output, (ushort)raw.Length, (ushort)localExtra.Length, raw, localExtra, data);
        if (descriptor)
            Write(_output, 0x08074b50u, crc, (uint)data.Length, (uint)plain.Length);
        var size = (uint)(declaredSize ?? plain.Length);
        return AddEntry(
            name, allFlags, method, crc, (uint)data.Length, size, offset ?? start, extra ?? [], comment, version, disk,
            system, attributes);
    }

    /// <summary>An entry of the directory for which nothing is written.</summary>
    public ZipBuilder AddEntry(
        string name, ushort flags, ushort method, uint crc, uint compressedSize, uint size, uint offset,
        byte[]? extra = null, string comment = "", byte version = 20, ushort disk = 0, byte system = 0,
        uint attributes = 0)
    {
        _names.Add(name);
        var raw = Encoding.UTF8.GetBytes(name);
        extra ??= [];
        var note = Encoding.UTF8.GetBytes(comment);
        var madeBy = (ushort)(20 | system << 8);
        Write(_directory, 0x02014b50u, madeBy, (ushort)version, flags, method, 0u, crc, compressedSize, size);
        Write(_directory, (ushort)raw.Length, (ushort)extra.Length, (ushort)note.Length, disk, (ushort)0, attributes);
        Write(_directory, offset);
        Write(_directory, raw, extra, note);
        _count++;
        return this;
    }

    /// <summary>Bytes that belong to no member.</summary>
    public ZipBuilder AddForeign(string bytes)
    {
        _output.AddRange(Encoding.UTF8.GetBytes(bytes));
        return this;
    }

    /// <summary>The members that a wheel foo 1.0 needs. RECORD comes last, and lists all without digests.</summary>
    public ZipBuilder AddDistInfo(string folder = "foo-1.0.dist-info", string metadata = SoundMetadata)
    {
        _record = $"{folder}/RECORD";
        return Add($"{folder}/METADATA", metadata).Add($"{folder}/WHEEL");
    }

    public byte[] Build(bool zip64 = false, string comment = "", int countOff = 0, int extensible = 0)
    {
        if (_record is not null)
            Add(_record, string.Concat(_names.Select(name => $"\"{name}\",,\n")));
        var start = (uint)_output.Count;
        _output.AddRange(_directory);
        var end64 = _output.Count;
        if (zip64)
        {
            Write(_output, 0x06064b50u, (ulong)(44 + extensible), (ushort)45, (ushort)45, 0u, 0u);
            Write(_output, (ulong)_count, (ulong)_count, (ulong)_directory.Count, (ulong)start);
            Write(_output, new byte[extensible]);
            Write(_output, 0x07064b50u, 0u, (ulong)end64, 1u);
            Write(_output, 0x06054b50u, 0u, ushort.MaxValue, ushort.MaxValue, uint.MaxValue, uint.MaxValue, (ushort)0);
        }
        else
        {
            var note = Encoding.UTF8.GetBytes(comment);
            Write(_output, 0x06054b50u, 0u, (ushort)(_count + countOff), (ushort)_count, (uint)_directory.Count, start);
            Write(_output, (ushort)note.Length, note);
        }
        return [.. _output];
    }

    public static byte[] Deflate(byte[] plain)
    {
        // .NET writes nothing for no bytes, not even the end of the stream.
        if (plain.Length == 0)
            return [3, 0];
        var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Optimal))
            deflate.Write(plain);
        return compressed.ToArray();
    }

    static void Write(List<byte> bytes, params object[] fields)
    {
        Span<byte> buffer = stackalloc byte[8];
        foreach (var field in fields)
        {
            if (field is byte[] raw)
            {
                bytes.AddRange(raw);
                continue;
            }
            BinaryPrimitives.WriteUInt64LittleEndian(buffer, Convert.ToUInt64(field, null));
            bytes.AddRange(buffer[..(field switch { ushort => 2, uint => 4, _ => 8 })]);
        }
    }
}
