using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

/// <summary>What an upload's RECORD must say of its files.</summary>
public sealed class WheelRecordTests
{
    const string Module = "x = 1\n";
    const string DistInfo = "foo-1.0.dist-info/METADATA,,\nfoo-1.0.dist-info/WHEEL,,\nfoo-1.0.dist-info/RECORD,,\n";

    static readonly byte[] _module = Encoding.UTF8.GetBytes(Module);

    [Fact]
    public void A_file_that_RECORD_does_not_list_is_rejected() => Rejected(
        DistInfo, "The wheel has the file foo.py, which its RECORD does not list.");

    [Fact]
    public void A_file_that_is_only_in_RECORD_is_rejected() => Rejected(
        $"foo.py,,\nbar.py,,\n{DistInfo}", "The wheel's RECORD lists bar.py, which is not in the wheel.");

    [Theory]
    [InlineData("md5")]
    [InlineData("sha1")]
    [InlineData("sha256")]
    [InlineData("sha384")]
    [InlineData("sha512")]
    public void A_digest_must_be_that_of_the_file(string algorithm)
    {
        Accepted($"foo.py,{Digest(algorithm, _module)},{_module.Length}\n{DistInfo}");
        Accepted($"foo.py,{Digest(algorithm, _module)}=,\n{DistInfo}");
        Rejected(
            $"foo.py,{Digest(algorithm, "x = 2\n"u8.ToArray())},{_module.Length}\n{DistInfo}",
            "The file foo.py of the wheel does not match its digest in RECORD.");
    }

    [Fact]
    public void A_digest_of_each_of_two_files_is_compared_with_its_own()
    {
        var digests = ((byte[][])[_module, "y"u8.ToArray()]).Select(bytes => Digest("sha256", bytes)).ToArray();
        Assert.Null(Problem(Two(digests[0], digests[1])));
        Assert.NotNull(Problem(Two(digests[1], digests[0])));

        static byte[] Two(string first, string second) => new ZipBuilder().Add("a.py", Module).Add("b.py", "y")
            .Add("foo-1.0.dist-info/METADATA", ZipBuilder.SoundMetadata).Add("foo-1.0.dist-info/WHEEL")
            .Add("foo-1.0.dist-info/RECORD", $"a.py,{first},\nb.py,{second},\n{DistInfo}").Build();
    }

    [Fact]
    public void Of_a_large_file_only_the_size_is_compared()
    {
        const int size = ArchiveLimits.MaxHashedMemberLength + 1;
        var digest = Digest("sha256", _module);
        // Deflate makes it small, but not as small as a bomb.
        var content = string.Create(size, new Random(1), (letters, random) =>
        {
            letters.Fill('x');
            for (var i = 0; i < letters.Length; i += 40)
                letters[i] = (char)('a' + random.Next(26));
        });
        var zip = new ZipBuilder().Add("a.bin", content)
            .Add("foo-1.0.dist-info/METADATA", ZipBuilder.SoundMetadata).Add("foo-1.0.dist-info/WHEEL")
            .Add("foo-1.0.dist-info/RECORD", $"a.bin,{digest},{size}\n{DistInfo}");
        Assert.Null(Problem(zip.Build()));
    }

    [Theory]
    [InlineData("sha256=")]
    [InlineData("sha256=AAAA")]
    [InlineData("sha257=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("sha256=!!DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")]
    public void What_cannot_be_compared_is_rejected(string digest) =>
        Rejected($"foo.py,{digest},\n{DistInfo}", "no valid digest and size of foo.py");

    [Theory]
    [InlineData("7", "has 7 bytes, but it has 6")]
    [InlineData("-6", "no valid digest and size")]
    [InlineData("six", "no valid digest and size")]
    public void A_size_must_be_that_of_the_file(string size, string because) =>
        Rejected($"foo.py,,{size}\n{DistInfo}", because);

    [Theory]
    [InlineData("foo.py,,")]
    [InlineData("foo.py,,6")]
    [InlineData("foo.py")]
    [InlineData("\"foo.py\",\"\",\"\"")]
    [InlineData("./foo.py,,")]
    [InlineData("foo.py,,\r")]
    [InlineData("\n\nfoo.py,,\n\nfoo.py,,\n")]
    [InlineData("foo/,,\nfoo.py,,")]
    public void Old_ways_to_write_RECORD_are_accepted(string rows) => Accepted($"{rows}\n{DistInfo}");

    [Fact]
    public void RECORD_and_its_signatures_need_neither_be_listed_nor_have_a_digest()
    {
        const string record = "foo-1.0.dist-info/RECORD";
        var wheel = new ZipBuilder().Add("foo-1.0.dist-info/METADATA", ZipBuilder.SoundMetadata)
            .Add("foo-1.0.dist-info/WHEEL").Add($"{record}.jws", "{}").Add($"{record}.p7s", "x")
            .Add(record, "foo-1.0.dist-info/METADATA,,\nfoo-1.0.dist-info/WHEEL,,").Build();
        Assert.Null(Problem(wheel));
    }

    [Fact]
    public void A_name_with_a_comma_a_quote_or_another_separator_is_found()
    {
        var wheel = new ZipBuilder().Add("a,\"b\".py", "x").Add("c/d.py", "y")
            .Add("foo-1.0.dist-info/METADATA", ZipBuilder.SoundMetadata).Add("foo-1.0.dist-info/WHEEL")
            .Add("foo-1.0.dist-info/RECORD", $"\"a,\"\"b\"\".py\",,\nc\\d.py,,\n{DistInfo}").Build();
        Assert.Null(Problem(wheel));
    }

    [Fact]
    public void A_file_that_is_listed_with_two_sizes_is_rejected() =>
        Rejected($"foo.py,,6\nfoo.py,,\n{DistInfo}", "lists foo.py twice, and differently");

    [Fact]
    public void Rows_that_are_too_long_are_rejected()
    {
        Rejected(new string('a', ArchiveLimits.MaxNameLength + 1), "a field of more than 4096 bytes");
        Rejected("foo.py,,,", "more than 3 fields for foo.py");
    }

    [Fact]
    public void A_RECORD_that_is_too_long_is_not_read()
    {
        const uint size = ArchiveLimits.MaxRecordLength + 1;
        var wheel = new ZipBuilder().Add("foo-1.0.dist-info/METADATA", ZipBuilder.SoundMetadata)
            .Add("foo-1.0.dist-info/WHEEL")
            // Long enough not to be a bomb.
            .Add("foo-1.0.dist-info/RECORD", "", declaredSize: size, localSize: size,
                data: new byte[(size / 50) + 1]).Build();
        Assert.Contains($"RECORD has {size} bytes", Problem(wheel), StringComparison.Ordinal);
    }

    static void Accepted(string record) => Assert.Null(Problem(Wheel(record)));

    static void Rejected(string record, string because) =>
        Assert.Contains(because, Problem(Wheel(record)), StringComparison.Ordinal);

    static byte[] Wheel(string record) => new ZipBuilder().Add("foo.py", Module)
        .Add("foo-1.0.dist-info/METADATA", ZipBuilder.SoundMetadata).Add("foo-1.0.dist-info/WHEEL")
        .Add("foo-1.0.dist-info/RECORD", record).Build();

    static string? Problem(byte[] wheel)
    {
        Assert.True(WheelFileName.TryParse("foo-1.0-py3-none-any.whl", out var name));
        try
        {
            WheelArchive.Check(new MemoryStream(wheel), name);
            return null;
        }
        catch (ArchiveException problem)
        {
            return problem.Message;
        }
    }

    static string Digest(string algorithm, byte[] bytes) =>
        $"{algorithm}={Base64Url.EncodeToString(CryptographicOperations.HashData(
            new HashAlgorithmName(algorithm.ToUpperInvariant()), bytes))}";
}
