using System.Text.Json;
using PyRepo.Kubernetes.Apply;

namespace PyRepo.Kubernetes.Tests.Apply;

public sealed class ConflictingFieldsTests
{
    [Theory]
    [InlineData("spec.strategy.rollingUpdate", """{"spec":{"strategy":{"rollingUpdate":null,"type":"Recreate"}}}""")]
    [InlineData("spec.strategy", """{"spec":{"strategy":{"rollingUpdate":null,"type":"Recreate"}}}""")]
    [InlineData("spec.paused", """{"spec":{"paused":null,"replicas":1}}""")]
    public void A_rejected_field_that_is_not_desired_is_removed_and_its_siblings_stay(string refused, string patch) =>
        Assert.Equal(patch, Removal(refused));

    [Theory]
    [InlineData("spec.strategy.type")]
    [InlineData("spec.template.containers[0].image")]
    [InlineData("metadata.annotations")]
    [InlineData("status")]
    [InlineData("")]
    public void Desired_list_and_non_spec_fields_stay(string refused) => Assert.Null(Removal(refused));

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
