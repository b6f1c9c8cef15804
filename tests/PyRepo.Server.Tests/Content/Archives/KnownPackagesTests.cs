using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Archives;

namespace PyRepo.Server.Tests.Content.Archives;

public sealed class KnownPackagesTests
{
    [Theory]
    [InlineData("evil", "requests", "requests")]
    [InlineData("evil", "yaml", "pyyaml")]
    [InlineData("evil", "_distutils_hack", "setuptools")]
    [InlineData("t-pipeline", "pip", "pip")]
    [InlineData("t-universal", "rsa", "rsa")]
    [InlineData("requests-helper9", "requests", "requests")]
    [InlineData("requests-mock", "requests", "requests")]
    [InlineData("psycopg2-binary2fast", "psycopg2", "psycopg2")]
    [InlineData("python-requests", "requests", "requests")]
    public void What_belongs_to_a_well_known_project_is_foreign_to_others(
        string project, string module, string owner) =>
        Assert.Equal([new ForeignModule(module, owner)], Find(project, module));

    [Theory]
    [InlineData("requests", "requests")]
    [InlineData("pyyaml", "yaml")]
    [InlineData("psycopg2-binary", "psycopg2")]
    [InlineData("tf-nightly-cpu", "tensorflow")]
    [InlineData("types-requests", "requests")]
    [InlineData("tensorflow-cpu", "tensorflow")]
    [InlineData("intel-tensorflow-avx512", "tensorflow")]
    [InlineData("fastapi-slim", "fastapi")]
    [InlineData("types-python-dateutil", "dateutil")]
    [InlineData("requests-mock", "requests_mock")]
    [InlineData("evil", "google")]
    [InlineData("evil", "zope")]
    [InlineData("evil", "tests")]
    [InlineData("evil", "evil")]
    public void Variants_namespaces_and_what_many_have_are_not(string project, string module) =>
        Assert.Empty(Find(project, module));

    [Fact]
    public void A_project_that_is_in_use_here_is_known_too()
    {
        var used = ProjectName.Parse("acme-lib");
        Assert.Equal(
            [new ForeignModule("acme_lib", "acme-lib")],
            KnownPackages.FindForeign(
                ProjectName.Parse("evil"), ["acme_lib"], module => module == "acme_lib" ? used : null));
    }

    static IEnumerable<ForeignModule> Find(string project, string module) =>
        KnownPackages.FindForeign(ProjectName.Parse(project), [module], _ => null);
}
