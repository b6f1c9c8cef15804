using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Server.Serving.Runtime;

namespace PyRepo.Server.Tests.Serving.Configuration;

public sealed class UnsupportedFieldsTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("{ storage: { bucket: { name: team-a, endpoint: \"https://s3.example.com\" } } }")]
    [InlineData("{ retention: { keepVersions: 3 } }")]
    [InlineData("{ uploads: { overwrite: Always }, storage: { persistentVolumeClaim: { size: 1Gi } } }")]
    public void A_supported_field_is_not_reported(string spec)
    {
        var resource = Read(Manifests.Repository("team-a", spec));
        Assert.Empty(UnsupportedFields.In(resource));
    }

    [Fact]
    public void A_suspended_repository_is_unavailable() => Assert.Equal(
        "is suspended",
        RepositorySupervisor.UnavailableMessage(Read(Manifests.Repository("team-a", "{ suspend: true }"))));

    static Resource Read(string text)
    {
        var set = ManifestReader.Read([new ManifestSource("a.yaml", text)]);
        Assert.Empty(set.Problems);
        return Assert.Single(set.Resources);
    }
}
