using System.Globalization;
using System.Text;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

/// <summary>What installers reject in a tar (<see href="https://peps.python.org/pep-0721/">PEP 721</see>), and what
/// they would read differently.</summary>
public sealed class UploadedTarTests
{
    const string Metadata = "foo-1.0/PKG-INFO";

    [Theory]
    [InlineData("foo-1.0/a", "b", true)]
    [InlineData("foo-1.0/d/e/a", "../../b", true)]
    [InlineData("foo-1.0/d/a", "../d/b", true)]
    [InlineData("foo-1.0/d/a", ".././b", true)]
    [InlineData("foo-1.0/a", "../other", false)]
    [InlineData("foo-1.0/a", "../foo-1.0/b", false)]
    [InlineData("foo-1.0/d/a", "../../b", false)]
    [InlineData("foo-1.0/d/a", "b/../../..", false)]
    [InlineData("foo-1.0/d/a", "b/../c", false)]
    [InlineData("foo-1.0/a", "/etc/passwd", false)]
    [InlineData("foo-1.0/a", "", false)]
    [InlineData("foo-1.0/a", "C:b", false)]
    [InlineData("foo-1.0", "bar", false)]
    public void A_symbolic_link_must_stay_below_the_top_directory(string path, string target, bool isAccepted)
    {
        var tar = Sound().Add(path, type: '2', link: target);
        if (isAccepted)
            Accepted(tar);
        else
            Rejected(tar, path == "foo-1.0" ? "" : "leads outside");
    }

    [Fact]
    public void A_hard_link_must_lead_to_an_earlier_file()
    {
        Accepted(Sound().Add("foo-1.0/a", "x").Add("foo-1.0/b", type: '1', link: "foo-1.0/./a"));
        Rejected(Sound().Add("foo-1.0/b", type: '1', link: "foo-1.0/a").Add("foo-1.0/a", "x"), "no file before it");
        Rejected(Sound().Add("foo-1.0/b", type: '1', link: "../a"), "leads outside");
        Rejected(Sound().Add("foo-1.0/b", type: '1', link: "/a"), "leads outside");
    }

    [Fact]
    public void Nothing_is_extracted_through_a_link()
    {
        Rejected(
            Sound().Add("foo-1.0/d/", type: '5').Add("foo-1.0/l", type: '2', link: "d").Add("foo-1.0/l/a", "x"),
            "below foo-1.0/l, which is no directory");
        Rejected(Sound().Add("foo-1.0/d/a", "x").Add("foo-1.0/d", type: '2', link: "e"), "twice");
    }

    [Theory]
    [InlineData('3')]
    [InlineData('4')]
    [InlineData('6')]
    public void Devices_and_named_pipes_are_rejected(char type) =>
        Rejected(Sound().Add("foo-1.0/a", type: type), "device or a named pipe");

    [Theory]
    [InlineData('7')]
    [InlineData('S')]
    [InlineData('X')]
    [InlineData('D')]
    [InlineData('9')]
    public void Other_types_of_members_are_rejected(char type) =>
        Rejected(Sound().Add("foo-1.0/a", "x", type: type), "has the type");

    [Theory]
    [InlineData('1')]
    [InlineData('2')]
    [InlineData('5')]
    public void A_link_or_directory_with_a_size_is_rejected(char type)
    {
        // For tarfile, the "data" of such a member is the next header.
        var hidden = new TarBuilder().Add(Metadata, "Name: bar").Build()[..1024];
        var tar = new TarBuilder().Add("foo-1.0/a", type: type, link: "PKG-INFO", size: 1024).AddRaw(hidden);
        Rejected(tar.Add(Metadata, "Name: foo"), "has a size");
    }

    [Fact]
    public void A_directory_with_a_size_has_no_data_in_an_existing_file_either()
    {
        var hidden = new TarBuilder().Add(Metadata, "Name: bar").Build()[..1024];
        var tar = new TarBuilder().Add("foo-1.0/a", type: '5', size: 1024).AddRaw(hidden);
        Assert.Equal("Name: bar", Read(tar.BuildGzip(), strict: false));
    }

    [Fact]
    public void A_prefix_counts_only_in_its_own_format()
    {
        Accepted(Sound().Add("b", "x", prefix: "foo-1.0/a"));
        Rejected(Sound().Add("foo-1.0/b", "x", prefix: "a", magic: "ustar  \0"), "has a prefix");
        Rejected(Sound().Add("foo-1.0/b", "x", prefix: "a", magic: ""), "has a prefix");
        Rejected(Sound().Add("foo-1.0/b", "x", prefix: "a", magic: "ustar\0"), "has a prefix");
    }

    [Theory]
    [InlineData("path=foo-1.0/a")]
    [InlineData("linkpath=foo-1.0/a")]
    [InlineData("size=0")]
    [InlineData("GNU.sparse.name=foo-1.0/a")]
    public void A_global_name_link_target_or_size_is_rejected(string record)
    {
        var tar = new TarBuilder().AddPax('g', record).Add(Metadata, "Name: foo");
        Rejected(tar, "gives all members");
        Assert.Throws<ArchiveException>(() => Read(tar.BuildGzip(), strict: false));
    }

    [Fact]
    public void A_global_comment_is_accepted() =>
        Accepted(new TarBuilder().AddPax('g', "comment=abc").Add(Metadata, "Name: foo"));

    [Theory]
    [InlineData("./PKG-INFO", "more than one directory")]
    [InlineData("foo-1.0/./PKG-INFO", "twice")]
    [InlineData("./foo-1.0//PKG-INFO", "twice")]
    [InlineData("foo-1.0/pkg-info", "must be a file with the name PKG-INFO")]
    public void A_second_PKG_INFO_is_rejected(string path, string because) =>
        Rejected(Sound().Add(path, "Name: bar"), because);

    [Theory]
    [InlineData('1', "foo-1.0/a")]
    [InlineData('2', "a")]
    public void A_PKG_INFO_that_is_a_link_is_rejected(char type, string target) =>
        Rejected(new TarBuilder().Add("foo-1.0/a", "x").Add(Metadata, type: type, link: target), "must be a file");

    [Fact]
    public void A_member_twice_is_rejected_but_not_a_directory()
    {
        Rejected(Sound().Add("foo-1.0/a", "x").Add("foo-1.0/a", "y"), "twice");
        Rejected(Sound().Add("foo-1.0/a", "x").Add("foo-1.0/a/b", "y"), "no directory");
        Accepted(Sound().Add("foo-1.0/d/", type: '5').Add("foo-1.0/d/", type: '5'));
    }

    [Fact]
    public void A_size_near_2_to_the_63_is_an_error()
    {
        void Large(byte[] block)
        {
            block.AsSpan(124, 12).Fill(0xFF);
            block[124] = 0x80;
            block.AsSpan(125, 3).Clear();
            block[128] = 0x7F;
        }

        foreach (var strict in (bool[])[true, false])
        {
            var tar = Sound().Add("foo-1.0/a", "x", edit: Large).BuildGzip();
            Assert.Throws<ArchiveException>(() => Read(tar, strict));
            tar = Sound().AddPax('x', $"size={long.MaxValue}").Add("foo-1.0/a", "x").BuildGzip();
            Assert.Throws<ArchiveException>(() => Read(tar, strict));
        }
    }

    [Fact]
    public void Sizes_that_installers_read_differently_are_rejected()
    {
        void Base256(byte[] block)
        {
            block.AsSpan(124, 12).Clear();
            block[124] = 0x80;
            block[135] = 1;
        }

        Rejected(Sound().Add("foo-1.0/a", "x", edit: Base256), "not octal");
        Rejected(Sound().AddPax('x', "size=0").Add("foo-1.0/a", "x"), "two sizes");
        Accepted(Sound().AddPax('x', "size=1").Add("foo-1.0/a", "x"));
        Rejected(Sound().AddPax('x', "size=-1").Add("foo-1.0/a", "x"), "no number");
        Rejected(Sound().Add("foo-1.0/a", "x", edit: block => block[124] = (byte)'-'), "not a tar");
        Rejected(Sound().AddPax('x', "GNU.sparse.size=5").Add("foo-1.0/a", "x"), "sparse");
    }

    [Fact]
    public void A_header_that_installers_take_for_the_end_is_rejected() =>
        Rejected(Sound().Add("foo-1.0/a", "x", edit: block => block[136] = (byte)'x'), "no number");

    [Fact]
    public void Names_that_installers_read_differently_are_rejected()
    {
        Rejected(Sound().AddPax('x', "path=foo-1.0/a\0b").Add("foo-1.0/a", "x"), "NUL");
        Rejected(Sound().AddPax('x', "path=foo-1.0/a", "path=foo-1.0/b").Add("foo-1.0/a", "x"), "twice");
        Rejected(Sound().Add("pax", "99 path=foo-1.0/a\n", type: 'x').Add("foo-1.0/a", "x"), "broken pax");
        Rejected(Sound().Add("L", "foo-1.0/b", type: 'L').Add("L", "foo-1.0/c", type: 'L').Add("a", "x"), "one name");
        Rejected(Sound().Add("L", "foo-1.0/b\0c", type: 'L').Add("a", "x"), "one name");
        Rejected(Sound().Add("foo-1.0/a/", "x"), "name of a directory");
        Rejected(Sound().Add("L", "foo-1.0/b", type: 'L'), "next member");
        var hidden = new TarBuilder().Add("L", "foo-1.0/b", type: 'L').Build()[..1024];
        hidden[512 + 9] = (byte)'c';
        Rejected(Sound().AddRaw(hidden).Add("a", "x"), "longer than its header says");
        Accepted(Sound().Add("L", "foo-1.0/b\0", type: 'L').Add("a", "x"));
    }

    [Fact]
    public void Only_one_gzip_member_with_nothing_behind_it_is_read()
    {
        var sound = Sound().BuildGzip();
        byte[] empty = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        foreach (var strict in (bool[])[true, false])
        {
            Assert.Equal("Name: foo", Read(sound, strict));
            // The last four bytes are the length of what comes out.
            Assert.Throws<ArchiveException>(() => Read([.. empty, .. sound], strict));
            Assert.Throws<ArchiveException>(() => Read([.. sound, .. new byte[8], .. sound[^4..]], strict));
            Assert.Throws<ArchiveException>(() => Read([.. sound, .. sound], strict));
        }
    }

    [Fact]
    public void Data_after_the_end_of_the_archive_is_rejected()
    {
        var other = new TarBuilder().Add("foo-1.0/hidden.py", "x").Build();
        Rejected(Sound().AddRaw(new byte[512]).AddRaw(other), "follows the end");
        Rejected(Sound().AddRaw(new byte[1024]).AddRaw(other), "follows the end");
        Accepted(Sound().AddRaw(new byte[10_240]));
    }

    [Theory]
    [InlineData("00000000000000000000000034 path=b\n")]
    [InlineData("000000000000000000029 path=b\n")]
    [InlineData("013 path=bcd\n")]
    public void A_pax_record_with_zeros_before_its_length_is_rejected(string record)
    {
        // CPython 3.13 takes more than 20 digits for the end of the archive; others do not.
        Assert.Equal(int.Parse(record.Split(' ')[0], CultureInfo.InvariantCulture), record.Length);
        var tar = Sound().Add("pax", record, type: 'x').Add("foo-1.0/a", "x");
        Rejected(tar, "whose length begins with a zero");
        Assert.Equal("Name: foo", Read(tar.BuildGzip(), strict: false));
    }

    [Fact]
    public void A_pax_size_with_thousands_of_zeros_is_rejected()
    {
        // CPython does not read numbers of more than 4300 digits, and takes the size to be 0.
        Rejected(Sound().AddPax('x', $"size={new string('0', 5000)}1").Add("foo-1.0/a", "x"), "begins with a zero");
        Rejected(Sound().AddPax('x', "size=01").Add("foo-1.0/a", "x"), "begins with a zero");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_name_impossible_on_any_file_system_is_rejected_before_it_is_split(bool strict)
    {
        var most = "foo-1.0/" + string.Concat(Enumerable.Repeat("./", 508));
        Assert.Equal(ArchiveLimits.MaxPathLength, most.Length);
        Assert.Equal("Name: foo", Read(Folder(most).BuildGzip(), strict));
        RejectedAs(Folder(most + "./"), "has a name of 1026 characters");
        RejectedAs(Folder(most + new string('/', 4000)), "A name in the tar has 5025 bytes");
        RejectedAs(Sound().Add("K", most + "bc", type: 'K').Add("foo-1.0/a", type: '2'), "has a target of 1026");
        RejectedAs(Sound().AddPax('x', $"path={most}bc").Add("foo-1.0/a", "x"), "has a name of 1026");
        RejectedAs(Sound().AddPax('x', $"linkpath={most}bc").Add("foo-1.0/a", type: '2'), "has a target of 1026");
        RejectedAs(
            Sound().AddPax('x', $"path={new string('b', 5000)}").Add("foo-1.0/a", "x"),
            "pax record path in the tar has 5000 bytes");

        TarBuilder Folder(string path) => Sound().Add("L", path + "\0", type: 'L').Add("foo-1.0/", type: '5');

        void RejectedAs(TarBuilder tar, string because) => Assert.Contains(
            because, Assert.Throws<ArchiveException>(() => Read(tar.BuildGzip(), strict)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('g')]
    public void The_number_of_pax_records_is_limited(char type)
    {
        var records = Enumerable.Range(0, 64).Select(i => $"a{i}=b").ToArray();
        Accepted(Sound().AddPax(type, records).Add("foo-1.0/a", "x"));
        Rejected(Sound().AddPax(type, [.. records, "c=d"]).Add("foo-1.0/a", "x"), "more than 64 pax records");
    }

    [Fact]
    public void The_total_size_of_member_headers_is_limited()
    {
        var tar = Sound();
        for (var i = 0; i < 17; i++)
            tar.AddPax('x', $"comment={new string('c', 1_000_000)}").Add($"foo-1.0/{i}", "x");
        Rejected(tar, "more than 16777216 bytes that only describe others");
    }

    static TarBuilder Sound() => new TarBuilder().Add("foo-1.0/", type: '5').Add(Metadata, "Name: foo");

    static void Accepted(TarBuilder tar) => Assert.Equal("Name: foo", Read(tar.BuildGzip(), strict: true));

    static void Rejected(TarBuilder tar, string because) => Assert.Contains(
        because, Assert.Throws<ArchiveException>(() => Read(tar.BuildGzip(), strict: true)).Message,
        StringComparison.Ordinal);

    static string Read(byte[] tarGz, bool strict) =>
        Encoding.UTF8.GetString(SdistArchive.ReadTarGz(new MemoryStream(tarGz), strict).Metadata!);
}
