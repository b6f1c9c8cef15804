using PyRepo.Operator.Manifests;
using PyRepo.Operator.Status;
using PyRepo.Resources.Reports;

namespace PyRepo.Operator.Tests.Status;

public sealed class ServerSummaryTests
{
    [Theory]
    [InlineData("resources", "platform", true)]
    [InlineData("resources", "", true)]
    [InlineData("texts", "platform", false)]
    [InlineData("texts", null, true)]
    [InlineData("resources", null, false)]
    public void A_server_that_reports_one_hash_for_all_documents_is_understood(
        string hash, string? platformHash, bool isInUse)
    {
        var configuration = new MountedConfiguration
        {
            Documents =
            [
                new("platform.json", "platform.json", "{}"),
                new("resource.yaml", "resource.yaml", "kind: PythonRepository\n"),
            ],
        };
        var report = new ServerReport
        {
            Hash = hash == "texts" ? configuration.HashOfTexts : configuration.Hash,
            PlatformHash = platformHash,
        };
        Assert.Equal(isInUse, ServerSummary.Uses(report, configuration));
    }

    [Fact]
    public void A_missing_Secret_of_a_member_leaves_the_group_ready() =>
        Assert.Equal("True", StatusWriter.Create(
            ReadinessFixture.From("missing secret of a member"), new ResourceStatus()).Find("Ready")!.Status);
}
