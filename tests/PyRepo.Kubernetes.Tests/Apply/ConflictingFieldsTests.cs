using System.Text.Json;
using PyRepo.Kubernetes.Apply;

namespace PyRepo.Kubernetes.Tests.Apply;

public sealed class ConflictingFieldsTests
{
    [Theory]
    [InlineData("spec.strategy.rollingUpdate", """{"spec":{"strategy":{"rollingUpdate":null,"type":"Recreate"}}}""")]
    [InlineData("spec.strategy", """{"spec":{"strategy":{"rollingUpdate":null,"type":"Recreate"}}}""")]
    [InlineData("spec.paused", """{"spec":{"paused":null,"replicas":1}}""")]
    public void What_is_rejected_and_not_desired_goes_and_the_values_next_to_it_stay(string refused, string patch) =>
        Assert.Equal(patch, Removal(refused));

    [Theory]
    [InlineData("spec.strategy.type")]
    [InlineData("spec.template.containers[0].image")]
    [InlineData("metadata.annotations")]
    [InlineData("status")]
    [InlineData("")]
    public void What_is_desired_or_in_a_list_or_not_of_the_spec_stays(string refused) => Assert.Null(Removal(refused));

    static string? Removal(string refused) => ConflictingFields.Removal(
        Json("""
            {
              "metadata": { "annotations": {} },
              "spec": { "replicas": 1, "strategy": { "type": "Recreate" }, "template": { "containers": [] } }
            }
            """),
        Json("""
            {
              "metadata": { "annotations": { "a": "b" } },
              "spec": { "replicas": 2, "paused": true, "strategy": { "type": "RollingUpdate", "rollingUpdate": {} } },
              "status": {}
            }
            """),
        [refused])?.ToJsonString();

    static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
