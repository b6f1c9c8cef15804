using System.Text;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Metadata;

namespace PyRepo.Packaging.Tests.Metadata;

/// <summary>What is read of a list of variants.</summary>
public sealed class VariantsIndexTests
{
    [Fact]
    public void A_list_of_variants_has_no_metadata()
    {
        const string list = """
            { "default-priorities": { "namespace": [ "x86_64" ] },
              "variants": { "null": {}, "v3": { "x86_64": { "level": [ "v3" ] } } } }
            """;
        foreach (var strict in (bool[])[true, false])
            Assert.Null(Read(list, strict).Metadata);
    }

    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("{\"variants\": {}", "is not JSON")]
    [InlineData("<html>", "is not JSON")]
    [InlineData("[]", "is not a JSON object with an object \"variants\"")]
    [InlineData("{}", "is not a JSON object with an object \"variants\"")]
    [InlineData("{\"variants\": []}", "is not a JSON object with an object \"variants\"")]
    public void Anything_else_is_rejected(string list, string because)
    {
        foreach (var strict in (bool[])[true, false])
            Assert.Contains(because, Assert.Throws<ArchiveException>(() => Read(list, strict)).Message);
    }

    [Fact]
    public void A_list_that_is_too_long_or_too_deep_is_not_read()
    {
        var tooLong = "{\"variants\":{}}" + new string(' ', ArchiveLimits.MaxVariantsIndexLength);
        Assert.Contains("at most 1048576", Assert.Throws<ArchiveException>(() => Read(tooLong, true)).Message);
        var tooDeep = $"{{\"variants\":{{}},\"x\":{new string('[', 100_000)}{new string(']', 100_000)}}}";
        Assert.Throws<ArchiveException>(() => Read(tooDeep, true));
    }

    [Fact]
    public void A_variant_wheel_is_checked_like_any_other()
    {
        Assert.True(DistributionFileName.TryParse("foo-1.0-py3-none-any-x86_64_v3.whl", out var name));
        var wheel = new ZipBuilder().Add("foo.py").AddDistInfo().Build();
        Assert.NotNull(DistributionArchive.Read(new MemoryStream(wheel), name, strict: true).Metadata);
        var other = new ZipBuilder().Add("foo.py").AddDistInfo("bar-1.0.dist-info").Build();
        Assert.Throws<ArchiveException>(() => DistributionArchive.Read(new MemoryStream(other), name, strict: true));
    }

    static ArchiveContent Read(string list, bool strict)
    {
        Assert.True(DistributionFileName.TryParse("foo-1.0-variants.json", out var name));
        return DistributionArchive.Read(new MemoryStream(Encoding.UTF8.GetBytes(list)), name, strict);
    }
}
