using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Tests.Metadata;

namespace PyRepo.Packaging.Tests.Differential;

/// <summary>Makes wheels that are wrong somewhere, or only unusual. The same seed makes the same wheel.</summary>
sealed class ZipMutator(int seed)
{
    static readonly string[] _names =
        ["a.py", "a.py", "./a.py", "b/", "b", "b/c.py", "B/c.py", "b//c.py", "d\0e.py", "d\u0001.py", "\u00e4.py", "..",
            "/f", "foo-1.0.dist-info/x", "foo-1.0.dist-info/metadata", "foo-1.0.DIST-INFO/METADATA",
            "bar-1.dist-info/METADATA", "./foo-1.0.dist-info/METADATA", "foo-1.0.dist-info/METADATA",
            "foo-1.0.dist-info/METADATA/x", "g\\h.py"];

    /// <summary>The offsets of fields in a local header, an entry of the directory, the end record, the ZIP64 end
    /// record and its locator.</summary>
    static readonly (uint Signature, int[] Fields)[] _records =
    [
        (0x04034b50, [4, 6, 8, 10, 14, 18, 22, 26, 28, 30]),
        (0x02014b50, [4, 6, 8, 10, 12, 16, 20, 24, 28, 30, 32, 34, 36, 38, 40, 42, 46]),
        (0x06054b50, [4, 6, 8, 10, 12, 16, 20]),
        (0x06064b50, [4, 12, 14, 16, 20, 24, 32, 40, 48]),
        (0x07064b50, [4, 8, 16]),
    ];

    readonly Random _random = new(seed);

    /// <summary>Returns the wheel.</summary>
    public byte[] Mutate()
    {
        var wheel = Build();
        var count = _random.Next(4) switch { 0 or 1 => 0, 2 => 1, _ => _random.Next(1, 4) };
        for (var i = 0; i < count; i++)
            wheel = Change(wheel);
        return wheel;
    }

    /// <summary>Builds a wheel whose members are unusual, each in up to one way.</summary>
    byte[] Build()
    {
        var zip = new ZipBuilder();
        var early = _random.Next(2) == 0;
        if (early)
            zip.AddDistInfo();
        zip.Add("foo.py", "x = 1\n");
        for (var i = _random.Next(4); i > 0; i--)
            AddUnusual(zip);
        if (!early)
            zip.AddDistInfo();
        return zip.Build(
            zip64: _random.Next(4) == 0, comment: Rarely(10) ? "c" : "", countOff: Rarely(20) ? 1 : 0,
            extensible: Rarely(20) ? 8 : 0);
    }

    void AddUnusual(ZipBuilder zip)
    {
        var name = Rarely(3) ? _names[_random.Next(_names.Length)] : $"m{_random.Next(1000)}.py";
        var content = new string((char)('a' + _random.Next(26)), _random.Next(40));
        var method = (ushort)(_random.Next(2) * 8);
        if (name.EndsWith('/') && !Rarely(4))
            content = "";
        var data = method == 8 ? ZipBuilder.Deflate(Encoding.UTF8.GetBytes(content)) : Encoding.UTF8.GetBytes(content);
        switch (_random.Next(14))
        {
            case 0:
                zip.Add(name, content, method, data: [.. data, .. Junk()]);
                break;
            case 1:
                zip.Add(name, content, method, data: data.Length == 0 ? data : data[..^1]);
                break;
            case 2:
                var size = _random.Next(50);
                zip.Add(name, content, method, localSize: (uint)size, declaredSize: size);
                break;
            case 3:
                zip.Add(name, content, method, extra: Extra(name, content.Length, data.Length));
                break;
            case 4:
                zip.Add(name, content, method, localExtra: Extra(name, content.Length, data.Length));
                break;
            case 5:
                zip.Add(name, content, method, flags: (ushort)(1 << _random.Next(16)));
                break;
            case 6:
                zip.Add(name, content, method, localFlags: (ushort)(1 << _random.Next(16)));
                break;
            case 7:
                zip.Add(name, content, method, descriptor: true);
                break;
            case 8:
                zip.Add(name, content, method, comment: "c");
                break;
            case 9:
                zip.Add(
                    name, content, method, version: (byte)_random.Next(15, 70), disk: (ushort)_random.Next(2),
                    system: (byte)_random.Next(4), attributes: (uint)_random.Next(16) << 28);
                break;
            case 10:
                zip.AddForeign("PK\u0003\u0004").Add(name, content, method);
                break;
            case 11:
                zip.Add(name, content, method, localName: _names[_random.Next(_names.Length)]);
                break;
            default:
                zip.Add(name, content, method, flags: 0x800);
                break;
        }
    }

    byte[] Extra(string name, long size, long compressed)
    {
        switch (_random.Next(5))
        {
            case 0:
                var other = Encoding.UTF8.GetBytes(_names[_random.Next(_names.Length)]);
                var crc = Crc32.HashToUInt32(Encoding.UTF8.GetBytes(name));
                return Field(0x7075, [(byte)_random.Next(2), .. BitConverter.GetBytes(crc), .. other]);
            case 1:
                return Field(1, [.. BitConverter.GetBytes(size), .. BitConverter.GetBytes(compressed)]);
            case 2:
                return Field(1, Junk());
            case 3:
                return [.. Field((ushort)_random.Next(ushort.MaxValue), Junk()), .. Field(1, [])];
            default:
                return Junk();
        }
    }

    static byte[] Field(ushort identifier, byte[] data) =>
        [.. BitConverter.GetBytes(identifier), .. BitConverter.GetBytes((ushort)data.Length), .. data];

    byte[] Change(byte[] wheel)
    {
        var place = _random.Next(wheel.Length);
        switch (_random.Next(8))
        {
            case 0:
                wheel[place] ^= (byte)(1 << _random.Next(8));
                return wheel;
            case 1:
                return [.. wheel[..place], .. Junk(), .. wheel[place..]];
            case 2:
                return [.. wheel[..place], .. wheel[Math.Min(wheel.Length, place + _random.Next(1, 40))..]];
            case 3:
                return Rarely(2) ? [.. Junk(), .. wheel] : [.. wheel, .. Junk()];
            default:
                return ChangeField(wheel);
        }
    }

    byte[] ChangeField(byte[] wheel)
    {
        var (signature, fields) = _records[_random.Next(_records.Length)];
        var starts = Enumerable.Range(0, wheel.Length - 3)
            .Where(i => BinaryPrimitives.ReadUInt32LittleEndian(wheel.AsSpan(i)) == signature).ToList();
        if (starts.Count == 0)
            return wheel;
        var place = starts[_random.Next(starts.Count)] + fields[_random.Next(fields.Length)];
        if (place > wheel.Length - 4)
            return wheel;
        if (_random.Next(3) == 0)
            BinaryPrimitives.WriteUInt32LittleEndian(wheel.AsSpan(place), Value(wheel, place));
        else
            BinaryPrimitives.WriteUInt16LittleEndian(wheel.AsSpan(place), (ushort)Value(wheel, place));
        return wheel;
    }

    uint Value(byte[] wheel, int place)
    {
        var old = BinaryPrimitives.ReadUInt32LittleEndian(wheel.AsSpan(place));
        return _random.Next(7) switch
        {
            0 => 0,
            1 => uint.MaxValue,
            2 => old + 1,
            3 => old - 1,
            4 => (uint)_random.Next(wheel.Length),
            5 => old ^ (1u << _random.Next(16)),
            _ => (uint)_random.Next(),
        };
    }

    byte[] Junk()
    {
        var junk = new byte[_random.Next(1, 30)];
        if (_random.Next(2) == 0)
            _random.NextBytes(junk);
        return junk;
    }

    bool Rarely(int of) => _random.Next(of) == 0;
}
