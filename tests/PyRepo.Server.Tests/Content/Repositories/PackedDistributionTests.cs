using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Tests.Content.Repositories;

public sealed class PackedDistributionTests
{
    static readonly ProjectName _project = ProjectName.Parse("demo");
    static readonly DateTimeOffset _now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static TheoryData<Distribution> Files => new(
        From("demo-1.0.tar.gz"),
        From("demo-2004d.tar.gz"),
        From("Demo-1.0rc1-cp311-cp311-manylinux_2_17_x86_64.whl") with
        {
            CoreMetadata = Sha256Digest.HashData("metadata"u8),
            Md5 = "0123456789abcdef0123456789abcdef",
            Blake2b256 = Sha256Digest.HashData("blake"u8).ToString(),
            Provenance = Sha256Digest.HashData("provenance"u8).ToString(),
            RequiresPython = ">=3.8",
            Yanked = "",
            YankedAt = _now.AddDays(1),
            YankedBy = "bob",
            UploadedBy = "alice",
            UploadedAt = _now.AddDays(-1),
            DisplayName = "Demo",
            Summary = "Ünïcode",
        },
        // Nothing is lost of what does not have its usual form.
        From("demo-1!2.0+local.é-py3-none-any.whl") with
        {
            Md5 = "0123456789ABCDEF",
            Provenance = "abc",
            Blake2b256 = "",
            Yanked = "because",
            UploadedAt = null,
            FileTime = _now.AddTicks(1),
            Location = "packages/demo-1!2.0+local.é-py3-none-any.whl/elsewhere",
        },
        From("demo-3.0.zip") with { Location = "demo-3.0.zip" },
        From("demo-3.0.zip") with { Location = "packages/demo-3.0.zip" });

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_round_trips_through_packing(Distribution file)
    {
        var packer = new DistributionPacker();
        var packed = packer.Pack(file);
        Assert.Equal(file, packed.Unpack(_project, packer.Texts));
        Assert.Equal((file.Size, file.Sha256, file.RecordedAt), (packed.Size, packed.Sha256, packed.RecordedAt));
        Assert.Equal(
            (file.Yanked is not null, file.Provenance is not null, file.FileTime is not null),
            (packed.IsYanked, packed.HasProvenance, packed.IsAdopted));
        Assert.Equal(LengthOnPage.Measure(file), packed.PageLength);
    }

    static Distribution From(string fileName)
    {
        Assert.True(DistributionFileName.TryParse(fileName, _project, out var name));
        return new Distribution
        {
            Name = name,
            Size = 3_000_000_000,
            Sha256 = Sha256Digest.HashData("bytes"u8),
            UploadedAt = _now,
            RecordedAt = _now,
            Location = $"packages/demo/@01jd8p3x5n9k2m4q6r8t0v2w4y/{fileName}",
        };
    }
}
