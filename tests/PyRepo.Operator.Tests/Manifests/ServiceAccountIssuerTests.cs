using System.Text.Json;
using System.Text.Json.Nodes;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

public sealed class ServiceAccountIssuerTests
{
    const string Configuration = """{ "issuer": "https://kubernetes.default.svc", "jwks_uri": "https://x/keys" }""";
    const string One = """{ "use": "sig", "kty": "RSA", "kid": "a", "alg": "RS256", "n": "AQAB", "e": "AQAB" }""";
    const string Two = """{ "kid": "b", "kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ" }""";

    [Fact]
    public void Equal_keys_in_another_order_and_with_more_about_them_give_the_same_text()
    {
        var issuer = Read($$"""{ "keys": [ {{One}}, {{Two}} ] }""")!;
        const string again =
            """{ "x5c": [ "MII" ], "e": "AQAB", "n": "AQAB", "alg": "RS256", "kid": "a", "kty": "RSA", "use": "sig" }""";
        var other = Read($$"""{ "extra": 1, "keys": [ {{Two}}, {{again}} ] }""");
        Assert.Equal(issuer, other);
        Assert.Equal(
            """{"keys":[{"alg":"RS256","e":"AQAB","kid":"a","kty":"RSA","n":"AQAB","use":"sig"},"""
            + """{"crv":"P-256","kid":"b","kty":"EC","x":"eA","y":"eQ"}]}""",
            issuer.Keys);
        Assert.NotEqual(issuer.Version, Read($$"""{ "keys": [ {{One}} ] }""")!.Version);
    }

    [Fact]
    public void No_private_part_of_a_key_is_kept() => Assert.DoesNotContain(
        "secret", Read("""{ "keys": [ { "kty": "RSA", "kid": "a", "n": "AQAB", "d": "secret" } ] }""")!.Keys,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("{}", "{ \"keys\": [ { \"kty\": \"RSA\" } ] }")]
    [InlineData("{ \"issuer\": 1 }", "{ \"keys\": [ { \"kty\": \"RSA\" } ] }")]
    [InlineData("[]", "{ \"keys\": [ { \"kty\": \"RSA\" } ] }")]
    [InlineData(Configuration, "{}")]
    [InlineData(Configuration, "{ \"keys\": {} }")]
    [InlineData(Configuration, "{ \"keys\": [] }")]
    [InlineData(Configuration, "{ \"keys\": [ null, 1, \"x\", {}, { \"kty\": 1 } ] }")]
    public void A_malformed_document_is_not_an_issuer(string configuration, string keys) =>
        Assert.Null(ServiceAccountIssuer.Read(JsonElement.Parse(configuration), JsonElement.Parse(keys)));

    [Theory]
    [InlineData("PythonRepository", "access: { serviceAccounts: {} }", true)]
    [InlineData("PythonRepository", "access: { grants: [] }", false)]
    [InlineData("PythonRepository", "", false)]
    public void The_server_of_a_resource_that_accepts_ServiceAccounts_gets_the_keys(
        string kind, string spec, bool isWritten) =>
        Assert.Equal(isWritten, GetPlatform(YamlObjects.Make(kind, "team-a", spec)) is not null);

    [Fact]
    public void A_group_gets_the_keys_that_a_member_needs_at_any_depth()
    {
        var group =
            YamlObjects.Make("RepositoryGroup", "all", "members: [ { kind: RepositoryGroup, name: inner } ]");
        var inner =
            YamlObjects.Make("RepositoryGroup", "inner", "members: [ { kind: PythonRepository, name: team-a } ]");
        Assert.Null(GetPlatform(group, inner, YamlObjects.Make("PythonRepository", "team-a")));
        var written = GetPlatform(
            group, inner, YamlObjects.Make("PythonRepository", "team-a", "access: { serviceAccounts: {} }"))!;
        Assert.Equal("https://kubernetes.default.svc", (string?)written["issuer"]);
        Assert.Equal("a", (string?)written["jwks"]!["keys"]![0]!["kid"]);
    }

    [Fact]
    public void Without_an_issuer_the_platform_omits_it_and_new_keys_change_no_pod()
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", "access: { serviceAccounts: {} }");
        var without = DesiredState.From(resource, Scenario.Inputs, Scenario.Settings);
        Assert.DoesNotContain(
            "serviceAccounts", without.ConfigMap!.Data!["platform.json"], StringComparison.Ordinal);
        var with = DesiredState.From(resource, Known(), Scenario.Settings);
        Assert.Equal(without.TemplateHash, with.TemplateHash);
        Assert.Equal(without.Configuration!.Hash, with.Configuration!.Hash);
    }

    static ReconcileInputs Known() =>
        Scenario.Inputs with { ServiceAccounts = Read($$"""{ "keys": [ {{One}}, {{Two}} ] }""") };

    static JsonNode? GetPlatform(DeclaredResource resource, params DeclaredResource[] members) => JsonNode.Parse(
        DesiredState.From(resource, Known() with { Members = [.. members] }, Scenario.Settings)
            .ConfigMap!.Data!["platform.json"])!["serviceAccounts"];

    static ServiceAccountIssuer? Read(string keys) =>
        ServiceAccountIssuer.Read(JsonElement.Parse(Configuration), JsonElement.Parse(keys));
}
