using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

public sealed class OwnSecretTests
{
    static readonly DeclaredResource _resource = YamlObjects.Make("PythonRepository", "team-a");
    static readonly OwnSecret _credentials = CredentialsManifest.Create(_resource, Scenario.Inputs)!;

    [Fact]
    public void A_Secret_in_the_desired_state_is_not_changed() =>
        Assert.Null(_credentials.GetChange(_credentials.Fresh.Metadata, Scenario.Now));

    [Fact]
    public void A_rotation_copies_the_value_before_it_sets_a_fresh_one_and_says_for_how_long_it_is_valid()
    {
        var change = Rotated("one").GetChange(
            _credentials.Fresh.Metadata with { ResourceVersion = "7" }, Scenario.Now)!;
        Assert.Equal(
            [
                "add /metadata/resourceVersion 7",
                "copy /data/previous from /data/password",
                $"add /data/password {Base64("fresh-password")}",
                $"add /data/previous-until {Base64("2026-11-20T13:00:00Z")}",
                "add /metadata/annotations/pyrepo.dev~1rotated one",
            ],
            change.Select(Text));
    }

    [Fact]
    public void A_rotation_request_is_fulfilled_once() =>
        Assert.Null(Rotated("one").GetChange(Rotated("one").New.Metadata, Scenario.Now));

    [Fact]
    public void A_fulfilled_signing_key_request_does_not_recur_after_one_of_another_resource()
    {
        var live = _credentials.Fresh.Metadata with
        {
            Name = "pyrepo-signing-key",
            Labels = ChildMetadata.Texts((ChildMetadata.ManagedByLabel, ChildMetadata.Manager)),
            Annotations = ChildMetadata.Texts((Annotations.Rotated, "another's")),
            OwnerReferences = null,
        };
        Assert.Null(GetKey(met: "one").GetChange(live, Scenario.Now));
        Assert.Null(GetKey(met: null).GetChange(live, Scenario.Now));
        Assert.NotNull(GetKey(met: "before").GetChange(live, Scenario.Now));
        Assert.NotNull(GetKey(met: "").GetChange(live, Scenario.Now));

        static OwnSecret GetKey(string? met) => SigningKeyManifest.Create(
            YamlObjects.Make(
                "PythonRepository", "team-a", annotations: "{ pyrepo.dev/rotate-signing-key: one }"),
            Scenario.Inputs with { MetSigningKeyRequest = met });
    }

    [Fact]
    public void Another_request_asks_for_another_digest_and_a_fresh_value_does_not()
    {
        Assert.NotEqual(OwnSecret.GetDigest([_credentials]), OwnSecret.GetDigest([Rotated("one")]));
        Assert.Equal(
            OwnSecret.GetDigest([_credentials]),
            OwnSecret.GetDigest(
                [CredentialsManifest.Create(_resource, Scenario.Inputs with { FreshPassword = "other" })!]));
    }

    [Fact]
    public void Labels_and_owners_are_mended_and_those_of_others_stay()
    {
        var other = new OwnerReference { ApiVersion = "v1", Kind = "ConfigMap", Name = "x", Uid = "1" };
        var live = _credentials.Fresh.Metadata with
        {
            Labels = null,
            OwnerReferences = [other, Ownership.ReferenceTo(_resource)],
        };
        var change = _credentials.GetChange(live, Scenario.Now)!.Select(Text).ToArray();
        Assert.Equal(
            ["add /metadata/labels {}", "add /metadata/labels/pyrepo.dev~1kind PythonRepository"], change[1..3]);
        Assert.StartsWith("add /metadata/ownerReferences [{", change[^1], StringComparison.Ordinal);
        Assert.Contains("\"ConfigMap\"", change[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("PythonRepository", change[^1], StringComparison.Ordinal);
    }

    static OwnSecret Rotated(string request) => CredentialsManifest.Create(
        YamlObjects.Make("PythonRepository", "team-a", annotations: $"{{ pyrepo.dev/rotate: {request} }}"),
        Scenario.Inputs)!;

    static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    static string Text(JsonNode? operation) => operation!["op"]!.ToString() == "copy"
        ? $"copy {operation["path"]} from {operation["from"]}"
        : $"{operation["op"]} {operation["path"]} {Value(operation["value"])}";

    static string Value(JsonNode? value) => value is JsonValue ? value.ToString() : value?.ToJsonString() ?? "";
}
