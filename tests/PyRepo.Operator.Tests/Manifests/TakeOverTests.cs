using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

public sealed class TakeOverTests
{
    [Theory]
    [InlineData("A B")]
    [InlineData("garbage")]
    [InlineData("../../x")]
    [InlineData("packages/..")]
    [InlineData("packages/A B")]
    [InlineData("/old")]
    [InlineData("")]
    public void Anything_but_a_namespace_and_name_is_rejected_with_a_message(string value)
    {
        var rejection = Refused(Heir(value), Scenario.Inputs)!;
        Assert.Equal("TakeOverRejected", rejection.Reason);
        Assert.Contains($"says \"{value}\", which is not NAMESPACE/NAME", rejection.Message, StringComparison.Ordinal);
        Assert.Equal("new-data", PersistentVolumeClaimManifest.GetWantedName(Heir(value)));
    }

    [Fact]
    public void Data_of_an_existing_resource_are_not_taken_over()
    {
        var inputs =
            Scenario.InputsOfRunning(YamlObjects.Make("PythonRepository", "old")) with { PreviousOwnerExists = true };
        var rejection = Refused(Heir("packages/old"), inputs)!;
        Assert.Equal("TakeOverRejected", rejection.Reason);
        Assert.Contains("The PythonRepository packages/old still exists and uses its data", rejection.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_empty_claim_is_created_when_there_is_none_to_take_over()
    {
        var rejection = Refused(Heir("packages/old"), Scenario.Inputs)!;
        Assert.Equal("TakeOverRejected", rejection.Reason);
        Assert.Contains("There is no claim old-data with data of the PythonRepository packages/old", rejection.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_were_taken_over_stay_when_the_previous_name_is_used_again()
    {
        var heir = Heir("packages/old");
        Assert.Null(Refused(heir, Scenario.InputsOfRunning(heir) with { PreviousOwnerExists = true }));
    }

    [Fact]
    public void The_server_of_a_bucket_or_existing_claim_receives_the_owner_whose_data_it_may_take_over()
    {
        var onClaim = YamlObjects.Make(
            "PythonRepository", "new", "storage: { persistentVolumeClaim: { existingClaim: old } }",
            "{ pyrepo.dev/take-over: packages/old }");
        foreach (var resource in (DeclaredResource[])[OnBucket("new", "packages/old"), onClaim])
        {
            Assert.Contains(
                "annotations:\n    pyrepo.dev/take-over: packages/old\n", Document(resource), StringComparison.Ordinal);
        }
        Assert.DoesNotContain("annotations", Document(Heir("packages/old")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bucket_of_an_existing_resource_is_not_taken_over()
    {
        var heir = OnBucket("new", "packages/old");
        var inputs = Scenario.Inputs with { PreviousOwnerExists = true };
        Assert.Equal("TakeOverRejected", Refused(heir, inputs)!.Reason);
        var running = DesiredState.From(heir, Scenario.Inputs, Scenario.Settings).Deployment;
        Assert.Null(Refused(heir, inputs with { Deployment = running }));
        Assert.True(TakeOver.MayUseDataOf(heir, OnBucket("old")));
        Assert.False(TakeOver.MayUseDataOf(heir, OnBucket("old", prefix: "other")));
        Assert.False(TakeOver.MayUseDataOf(heir, YamlObjects.Make("PythonRepository", "old")));
    }

    [Fact]
    public void A_claim_may_have_the_bucket_of_another_resource()
    {
        var claimed = OnClaim("new", "a");
        Assert.True(TakeOver.MayUseDataOf(claimed, OnBucket("old")));
        Assert.True(TakeOver.MayUseDataOf(OnBucket("new"), OnClaim("old", "a")));
        Assert.True(TakeOver.MayUseDataOf(claimed, OnClaim("old", "b")));
        Assert.False(TakeOver.MayUseDataOf(claimed, OnBucket("old", prefix: "other")));
    }

    static DeclaredResource OnClaim(string name, string claim) => YamlObjects.Make(
        "PythonRepository", name, $"storage: {{ bucket: {{ claimRef: {{ name: {claim} }}, prefix: a }} }}");

    static DeclaredResource OnBucket(string name, string takeOver = "", string prefix = "a") => YamlObjects.Make(
        "PythonRepository", name, $"storage: {{ bucket: {{ name: packages, region: eu, prefix: {prefix} }} }}",
        takeOver.Length == 0 ? "{}" : $"{{ pyrepo.dev/take-over: \"{takeOver}\" }}");

    static string Document(DeclaredResource resource) =>
        MountedConfiguration.From(resource, Scenario.Inputs, Scenario.Settings).Documents
            .Single(document => document.Path == "resource.yaml").Text;

    static DeclaredResource Heir(string value) =>
        YamlObjects.Make("PythonRepository", "new", annotations: $"{{ pyrepo.dev/take-over: \"{value}\" }}");

    static Rejection? Refused(DeclaredResource resource, ReconcileInputs inputs) =>
        DesiredState.From(resource, inputs, Scenario.Settings).Rejection;
}
