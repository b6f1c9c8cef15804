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
    public void What_is_no_namespace_and_name_is_refused_with_a_sentence(string value)
    {
        var refusal = Refused(Heir(value), Situation.Around)!;
        Assert.Equal("TakeOverRefused", refusal.Reason);
        Assert.Contains($"says \"{value}\", which is not NAMESPACE/NAME", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("new-data", ClaimManifest.WantedNameOf(Heir(value)));
    }

    [Fact]
    public void Data_of_a_resource_that_is_there_are_not_taken_over()
    {
        var around = Situation.AroundRunning(YamlObjects.Make("PythonRepository", "old")) with { FormerIsThere = true };
        var refusal = Refused(Heir("packages/old"), around)!;
        Assert.Equal("TakeOverRefused", refusal.Reason);
        Assert.Contains("The PythonRepository packages/old is there and uses its data", refusal.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_claim_to_take_over_no_empty_one_is_made()
    {
        var refusal = Refused(Heir("packages/old"), Situation.Around)!;
        Assert.Equal("TakeOverRefused", refusal.Reason);
        Assert.Contains("There is no claim old-data with data of the PythonRepository packages/old", refusal.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_were_taken_over_stay_when_the_former_name_is_used_again()
    {
        var heir = Heir("packages/old");
        Assert.Null(Refused(heir, Situation.AroundRunning(heir) with { FormerIsThere = true }));
    }

    static DeclaredResource Heir(string value) =>
        YamlObjects.Make("PythonRepository", "new", annotations: $"{{ pyrepo.dev/take-over: \"{value}\" }}");

    static Refusal? Refused(DeclaredResource resource, Surroundings around) =>
        DesiredState.Of(resource, around, Situation.Settings).Refusal;
}
