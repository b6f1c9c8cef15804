using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Tests.FileNames;

/// <summary>The names of variant wheels and of the file that lists them (PEP 825).</summary>
public sealed class VariantFileNameTests
{
    [Theory]
    [InlineData("numpy-2.3.2-cp313-cp313t-musllinux_1_2_x86_64-x86_64_v3.whl", null, "x86_64_v3")]
    [InlineData("numpy-2.3.2-cp313-cp313t-musllinux_1_2_x86_64-null.whl", null, "null")]
    [InlineData("numpy-2.3.2-1-cp313-cp313t-musllinux_1_2_x86_64-null.whl", "1", "null")]
    [InlineData("torch-2.9.0-cp312-cp312-manylinux_2_28_x86_64-cu128.whl", null, "cu128")]
    [InlineData("torch-2.9.0-3rc-cp312-cp312-win_amd64-cuda_12.8_and_later.whl", "3rc", "cuda_12.8_and_later")]
    [InlineData("foo-1.0-py2.py3-none-any-0.whl", null, "0")]
    [InlineData("foo-1.0-graalpy311-graalpy240_311_native-win32-a.whl", null, "a")]
    [InlineData("foo-1.0-1-py3-none-any.whl", "1", null)]
    public void Labels_and_build_tags_are_told_apart(string fileName, string? build, string? label)
    {
        Assert.True(WheelFileName.TryParse(fileName, out var wheel));
        Assert.Equal((build, label), (wheel.Build?.ToString(), wheel.VariantLabel));
    }

    [Theory]
    [InlineData("foo-1.0-rc1-py3-none-any.whl")]
    [InlineData("foo-1.0-abc-py3-none-any.whl")]
    [InlineData("foo-1.0-a1-cp313-cp313t-musllinux_1_2_aarch64.whl")]
    [InlineData("foo-1.0-a1-pp310-pypy310_pp73-win_amd64.whl")]
    [InlineData("foo-1.0-py3-none-any-X.whl")]
    [InlineData("foo-1.0-py3-none-any-.whl")]
    [InlineData("foo-1.0-py3-none-any-a+b.whl")]
    [InlineData("foo-1.0-a-py3-none-any-x.whl")]
    [InlineData("foo-1.0-1-py3-none-any-x-y.whl")]
    public void What_is_no_variant_is_rejected_as_before(string fileName) =>
        Assert.False(WheelFileName.TryParse(fileName, out _));

    [Fact]
    public void A_label_is_no_tag()
    {
        Assert.True(WheelFileName.TryParse("foo-1.0-py3-none-any-x86_64_v3.whl", out var wheel));
        Assert.Equal(["py3-none-any"], wheel.ExpandTags());
        Assert.Equal("foo-1.0", wheel.NameAndVersion);
    }

    [Fact]
    public void Wheels_with_other_labels_are_other_distributions()
    {
        string[] names =
        [
            "foo-1.0-py3-none-any.whl", "foo-1.0-py3-none-any-a.whl", "foo-1.0-py3-none-any-b.whl",
            "foo-1.0-1-py3-none-any-a.whl", "foo-1.0-1-py3-none-any.whl",
        ];
        Assert.Distinct(names.Select(name => Parse(name).Identity));
        Assert.Equal(
            Parse("foo-1.0-py2.py3-none-any-a.whl").Identity, Parse("foo-1.0.0-py3.py2-none-any-a.whl").Identity);
        Assert.All(names, name => Assert.Equal("py3", Parse(name).PythonTag));
    }

    [Theory]
    [InlineData("foo-1.0-variants.json", "1.0")]
    [InlineData("foo-1.0+cpu-variants.json", "1.0+cpu")]
    [InlineData("Foo-1.0.0-variants.json", "1.0.0")]
    public void The_list_of_variants_is_a_file_of_its_release(string fileName, string version)
    {
        var name = Parse(fileName);
        Assert.Equal((PackageType.VariantsIndex, version), (name.PackageType, name.Version?.ToString()));
        Assert.Null(UploadFormat.Problem(name));
        Assert.True(DistributionFileName.TryParse(fileName, out var alone));
        Assert.Equal(name.Identity, alone.Identity);
        Assert.Contains(name.Project, PossibleProjects.Find(fileName));
    }

    [Fact]
    public void Other_JSON_is_of_an_unknown_type()
    {
        Assert.Equal(PackageType.Unknown, Parse("foo-1.0.json").PackageType);
        Assert.Equal("", Parse("foo-variants.json").VersionText);
    }

    static DistributionFileName Parse(string fileName) =>
        DistributionFileName.TryParse(fileName, ProjectName.Parse("foo"), out var name)
            ? name
            : throw new FormatException(fileName);
}
