using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;

namespace PyRepo.Packaging.Tests.FileNames;

public sealed class DistributionFileNameTests
{
    [Theory]
    [InlineData("aws-adfs", "aws-adfs-0.3.6-2.tar.gz", "0.3.6-2", "0.3.6.post2", PackageType.Sdist, "source")]
    [InlineData("pytz", "pytz-2004d.tar.gz", "2004d", null, PackageType.Sdist, "source")]
    [InlineData("foo-bar", "Foo_Bar-1.0.tar.bz2", "1.0", "1.0", PackageType.Sdist, "source")]
    [InlineData("foo2", "foo2-2-1.0.zip", "2-1.0", null, PackageType.Sdist, "source")]
    [InlineData("a", "a-1!2.0+x.tgz", "1!2.0+x", "1!2.0+x", PackageType.Sdist, "source")]
    [InlineData("jinja2", "Jinja2-2.0rc1-py2.4-linux-i686.egg", "2.0rc1", "2.0rc1", PackageType.Egg, "2.4")]
    [InlineData("setuptools", "setuptools-0.6c10-py2.3.egg", "0.6c10", "0.6rc10", PackageType.Egg, "2.3")]
    [InlineData("zope.interface", "zope.interface-3.3.0.win32-py2.6.exe", "3.3.0", "3.3.0", PackageType.WinInst, "2.6")]
    [InlineData("foo", "foo-1.0.win-amd64.exe", "1.0", "1.0", PackageType.WinInst, "any")]
    [InlineData("numpy", "numpy-1.5.1.win32-py2.5-nosse.exe", "1.5.1", "1.5.1", PackageType.WinInst, "2.5")]
    [InlineData("foo", "foo-1.0.win32-py3.4.msi", "1.0", "1.0", PackageType.Msi, "3.4")]
    [InlineData("setuptools", "setuptools-0.6c10-1.src.rpm", "0.6c10", "0.6rc10", PackageType.Rpm, "any")]
    [InlineData("foo", "foo-1.0.linux-x86_64.tar.gz", "1.0", "1.0", PackageType.Dumb, "any")]
    [InlineData("foo", "foo-1.0-py2.py3-none-any.whl", "1.0", "1.0", PackageType.Wheel, "py2.py3")]
    [InlineData("playlyfe", "playlyfe-0.1.1-2.7.6-none-any.whl", "0.1.1", "0.1.1", PackageType.Wheel, "2.7.6")]
    [InlineData("foo", "foo-1.0_1-py3-none-any.whl", "1.0_1", "1.0.post1", PackageType.Wheel, "py3")]
    [InlineData("foo", "python-foo_1.0-1_all.deb", "", null, PackageType.Deb, "any")]
    [InlineData("foo", "foo-1.0.txt", "", null, PackageType.Unknown, "any")]
    public void A_file_name_of_a_known_project_is_read(
        string project, string fileName, string versionText, string? version, PackageType type, string pythonTag)
    {
        Assert.True(DistributionFileName.TryParse(fileName, ProjectName.Parse(project), out var name));
        Assert.Equal((versionText, version), (name.VersionText, name.Version?.ToString()));
        Assert.Equal((type, pythonTag), (name.PackageType, name.PythonTag));
    }

    [Theory]
    [InlineData("other-1.0.tar.gz")]
    [InlineData("foo.tar.gz")]
    [InlineData("foo-.tar.gz")]
    [InlineData("foobar-1.0.tar.gz")]
    [InlineData("other-1.0-py3-none-any.whl")]
    [InlineData("foo-1.0-none-any.whl")]
    [InlineData("../foo-1.0.tar.gz")]
    [InlineData("a\\foo-1.0.tar.gz")]
    [InlineData(".foo-1.0.tar.gz")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("foo-1.0\n.tar.gz")]
    [InlineData("foo-1.0\u0085.tar.gz")]
    [InlineData("foo-1.0-py3-none-any\u202e.whl")]
    [InlineData("foo-1.0\u200b.tar.gz")]
    [InlineData("foo-1.0\u2028.tar.gz")]
    [InlineData("foo-1.0\U000e0041.tar.gz")]
    public void Another_project_s_file_or_an_unsafe_name_is_rejected(string fileName) =>
        Assert.False(DistributionFileName.TryParse(fileName, ProjectName.Parse("foo"), out _));

    [Fact]
    public void A_name_longer_than_255_bytes_is_rejected()
    {
        var project = ProjectName.Parse("foo");
        Assert.True(DistributionFileName.TryParse($"foo-{new string('1', 244)}.tar.gz", project, out _));
        Assert.False(DistributionFileName.TryParse($"foo-{new string('1', 245)}.tar.gz", project, out _));
        Assert.False(DistributionFileName.TryParse($"foo-{new string('\u00e9', 130)}.tar.gz", project, out _));
    }

    [Theory]
    [InlineData("Foo.Bar-1.0.tar.gz", "foo_bar-1.0.0.tar.gz")]
    [InlineData("foo-bar-1.0.tgz", "foo_bar-1.tar.gz")]
    [InlineData("foo_bar-1.0alpha1.zip", "foo.bar-1.0a1.zip")]
    [InlineData("foo_bar-1.0-01-py2.py3-none-any.whl", "Foo_Bar-1.0.0-1-py3.py2-none-ANY.whl")]
    [InlineData("foo_bar-1.0-cp39-abi3-win32.win_amd64.whl", "foo_bar-1-cp39-abi3-win_amd64.win32.whl")]
    [InlineData("foo_bar-1.0-py2.7.egg", "foo.bar-1.0.0-py2.7.egg")]
    public void Two_spellings_of_one_distribution_are_the_same(string one, string other) =>
        Assert.Equal(GetIdentity(one), GetIdentity(other));

    [Theory]
    [InlineData("foo_bar-1.0.tar.gz", "foo_bar-1.0.zip")]
    [InlineData("foo_bar-1.0.tar.gz", "foo_bar-1.0.post1.tar.gz")]
    [InlineData("foo_bar-1.0.tar.gz", "foo_bar-1.0+l.tar.gz")]
    [InlineData("foo_bar-1.0-py3-none-any.whl", "foo_bar-1.0-1-py3-none-any.whl")]
    [InlineData("foo_bar-1.0-1-py3-none-any.whl", "foo_bar-1.0-1a-py3-none-any.whl")]
    [InlineData("foo_bar-1.0-cp39-abi3-win32.whl", "foo_bar-1.0-cp39-abi3-win_amd64.whl")]
    [InlineData("foo_bar-1.0-py2.6.egg", "foo_bar-1.0-py2.7.egg")]
    [InlineData("foo_bar-1.0.win32-py2.7.exe", "foo_bar-1.0.win32-py2.7.msi")]
    [InlineData("foo_bar-1.0.win32-py2.7.exe", "foo_bar-1.0.win32-py2.7-nosse.exe")]
    public void Two_distributions_are_not_the_same(string one, string other) =>
        Assert.NotEqual(GetIdentity(one), GetIdentity(other));

    [Fact]
    public void Without_the_project_the_dash_before_the_version_separates_them()
    {
        Assert.True(DistributionFileName.TryParse("foo-2-bar-1.0.tar.gz", out var name));
        Assert.Equal(("foo-2-bar", "1.0"), (name.Project.Value, name.VersionText));
        Assert.False(DistributionFileName.TryParse("nothing.tar.gz", out _));
        Assert.False(DistributionFileName.TryParse("foo-1.0.txt", out _));
    }

    static string GetIdentity(string fileName) =>
        DistributionFileName.TryParse(fileName, ProjectName.Parse("foo-bar"), out var name) ? name.Identity : fileName;
}
