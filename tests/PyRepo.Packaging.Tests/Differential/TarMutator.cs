using System.Text;
using PyRepo.Packaging.Tests.Metadata;

namespace PyRepo.Packaging.Tests.Differential;

/// <summary>Makes sdists that are wrong somewhere, or only unusual. The same seed makes the same sdist.</summary>
sealed class TarMutator(int seed)
{
    static readonly string[] _names =
        ["foo-1.0/a", "foo-1.0/a", "./foo-1.0/a", "foo-1.0/d/", "foo-1.0/d", "foo-1.0/d/b", "foo-1.0/l/b", "foo-1.0//b",
            "foo-1.0/./PKG-INFO", "./PKG-INFO", "foo-1.0/pkg-info", "foo-1.0/PKG-INFO", "foo-1.0/PKG-INFO/",
            "foo-1.0/\u00e4", "foo-1.0", "bar/x", "../x", "/x", "foo-1.0/\nx"];

    static readonly string[] _targets =
        ["a", "PKG-INFO", "./a", "d", "d/b", "../a", "../../a", "../foo-1.0/a", "d/../a", "d/../../a", "/a", "", "l/x",
            "..", ".", "foo-1.0/a", "foo-1.0/PKG-INFO", "./foo-1.0/a", "foo-1.0/../x", "foo-1.0/d/b", "bar"];

    static readonly string[] _records =
        ["path=foo-1.0/p", "path=foo-1.0/PKG-INFO", "path=foo-1.0/a/", "path=foo-1.0/a\0b", "path=", "linkpath=a",
            "linkpath=../a", "size=0", "size=1", "size=512", "size=-1", "size=1_0", "size=9223372036854775807",
            "size= 5", "mtime=1.5", "mtime=x", "uid=5", "comment=abc", "hdrcharset=BINARY", "charset=x",
            "GNU.sparse.size=3", "GNU.sparse.name=foo-1.0/s", "GNU.sparse.major=1", "SCHILY.xattr.a=b",
            "path=bar", "atime=0", "x="];

    const string ZeroPadded = "000000000000000000000040 path=foo-1.0/z\n";

    static readonly string[] _paxEnds = ["", "\0", "5 x\n", "99 a=b\n", "x", ZeroPadded, ZeroPadded, ZeroPadded];

    static readonly string[] _numbers =
        ["", "0", "1", "00000000000", "00000001000", "77777777777", " 5 ", "5\0junk", "\0005", "+5", "-1", "0o17",
            "1_0", "8", "x", "\t5", "5 ", "     5", "\u0080\0\0\0\0\0\0\0\0\0\0\u0001",
            "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"];

    static readonly (int Start, int Length)[] _numberFields =
        [(100, 8), (108, 8), (116, 8), (124, 12), (124, 12), (124, 12), (136, 12), (329, 8), (337, 8)];

    static readonly string[] _magics = ["ustar\000", "ustar  \0", "ustar\0", "", "ustar", "xstar\000"];

    const string Types = "0000000\0\0555111222234677xgLKSXDVA ";

    readonly Random _random = new(seed);

    /// <summary>Returns the gzipped tar.</summary>
    public byte[] Mutate()
    {
        var tar = Build();
        for (var i = _random.Next(3) == 0 ? _random.Next(1, 4) : 0; i > 0; i--)
            tar = Change(tar);
        var gzip = TarBuilder.Gzip(tar);
        return Rarely(8) ? ChangeGzip(gzip) : gzip;
    }

    byte[] Build()
    {
        var tar = new TarBuilder();
        var early = _random.Next(2) == 0;
        if (Rarely(6))
            tar.AddPax('g', Record());
        if (early)
            tar.Add("foo-1.0/", type: '5').Add("foo-1.0/PKG-INFO", "Name: foo");
        tar.Add("foo-1.0/a", "x = 1\n");
        for (var i = _random.Next(4); i > 0; i--)
            AddUnusual(tar);
        if (!early)
            tar.Add("foo-1.0/PKG-INFO", "Name: foo");
        return Rarely(10) ? [.. tar.Build()[..^1024], .. new byte[_random.Next(4) * 512]] : tar.Build();
    }

    void AddUnusual(TarBuilder tar)
    {
        var name = Rarely(3) ? Pick(_names) : $"foo-1.0/m{_random.Next(1000)}";
        var type = Rarely(2) ? Types[_random.Next(Types.Length)] : '0';
        var content = type is '0' or '\0' || Rarely(8) ? new string('y', _random.Next(1, 600)) : "";
        var link = type is '1' or '2' || Rarely(10) ? Pick(_targets) : "";
        AddExtensions(tar);
        switch (_random.Next(10))
        {
            case 0:
                tar.Add(name, content, type, link, magic: Pick(_magics), prefix: Rarely(2) ? "foo-1.0/p" : "");
                break;
            case 1:
                tar.Add(name, content, type, link, size: _random.Next(3) * 512);
                break;
            case 2 or 3:
                tar.Add(name, content, type, link, edit: ChangeNumber);
                break;
            case 4:
                tar.Add("m" + _random.Next(1000), content, type, link, prefix: "foo-1.0/p");
                break;
            default:
                tar.Add(name, content, type, link);
                break;
        }
    }

    void AddExtensions(TarBuilder tar)
    {
        for (var i = Rarely(3) ? _random.Next(1, 3) : 0; i > 0; i--)
        {
            switch (_random.Next(7))
            {
                case 0:
                    tar.Add("././@LongLink", Pick(_names) + Pick(["", "\0", "\0", "\0x"]), 'L', magic: "ustar  \0");
                    break;
                case 1:
                    tar.Add("././@LongLink", Pick(_targets) + Pick(["", "\0", "\0"]), 'K', magic: "ustar  \0");
                    break;
                case 2:
                    tar.AddPax(Pick(['x', 'x', 'g', 'X']), Record(), Record());
                    break;
                case 3:
                    tar.Add("pax", TarBuilder.Record(Record()) + Pick(_paxEnds), 'x');
                    break;
                default:
                    tar.AddPax('x', Record());
                    break;
            }
        }
    }

    void ChangeNumber(byte[] block)
    {
        var (start, length) = _numberFields[_random.Next(_numberFields.Length)];
        block.AsSpan(start, length).Clear();
        var number = Encoding.Latin1.GetBytes(Pick(_numbers));
        number.AsSpan(0, Math.Min(number.Length, length)).CopyTo(block.AsSpan(start));
    }

    byte[] Change(byte[] tar)
    {
        var block = _random.Next(tar.Length / 512) * 512;
        switch (_random.Next(7))
        {
            case 0:
                return [.. tar[..block], .. new byte[512], .. tar[block..]];
            case 1:
                return [.. tar[..block], .. tar[Math.Min(tar.Length, block + 512)..]];
            case 2:
                var other = _random.Next(tar.Length / 512) * 512;
                return [.. tar[..block], .. tar[other..(other + 512)], .. tar[block..]];
            case 3:
                return [.. tar, .. tar[block..]];
            default:
                var place = block + (_random.Next(2) == 0 ? _random.Next(512) : 100 + _random.Next(160));
                tar[place] ^= (byte)(1 << _random.Next(8));
                if (_random.Next(4) != 0 && tar[block + 148] is >= (byte)'0' and <= (byte)'7' or (byte)' ')
                    TarBuilder.Sign(tar.AsSpan(block, 512));
                return tar;
        }
    }

    byte[] ChangeGzip(byte[] gzip)
    {
        var place = _random.Next(gzip.Length);
        switch (_random.Next(7))
        {
            case 0:
                gzip[place] ^= (byte)(1 << _random.Next(8));
                return gzip;
            case 1:
                return [.. gzip, .. new byte[_random.Next(1, 600)]];
            case 2:
                return [.. gzip, .. gzip];
            case 3:
                return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. gzip];
            case 4:
                return [.. gzip, .. "junk"u8, .. gzip[^4..]];
            case 5:
                gzip[3] = 8;
                return [.. gzip[..10], .. "name\0"u8, .. gzip[10..]];
            default:
                gzip[3] = (byte)(1 << _random.Next(8));
                return [.. gzip[..10], 2, 0, 65, 0, .. gzip[10..]];
        }
    }

    string Record() => Pick(_records);

    T Pick<T>(T[] items) => items[_random.Next(items.Length)];

    bool Rarely(int of) => _random.Next(of) == 0;
}
