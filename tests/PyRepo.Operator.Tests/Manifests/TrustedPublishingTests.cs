using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

/// <summary>Clients ask the root of the host for trusted publishing, wherever below it the index is.</summary>
public sealed class TrustedPublishingTests
{
    const string Access =
        "access: { identityProviders: [ { name: gh, issuer: \"https://i.example.com\", audience: a } ] }";

    [Theory]
    [InlineData("/team-a", Access, "/team-a", "/_/oidc/", "/.well-known/pytp")]
    [InlineData("/", Access, "/")]
    [InlineData("/team-a", "access: { grants: [] }", "/team-a")]
    [InlineData("/team-a", "access: { serviceAccounts: {} }", "/team-a")]
    public void A_resource_below_a_path_gets_the_root_it_needs(string path, string access, params string[] routed) =>
        Assert.Equal(routed, Paths(Make("team-a", path, access)));

    [Fact]
    public void All_paths_lead_to_the_same_Service_by_prefix() => Assert.All(
        IngressManifest.Create(Make("team-a", "/team-a", Access), Scenario.Inputs, Scenario.Settings)!
            .Spec!.Rules!.Single().Http.Paths,
        path => Assert.Equal(("Prefix", "team-a", "http"),
            (path.PathType, path.Backend.Service.Name, path.Backend.Service.Port.Name)));

    [Theory]
    [InlineData("the older resource of the host needs it, too", false)]
    [InlineData("a younger one needs it, too", true)]
    [InlineData("a younger one, which is routed already, needs it, too", false)]
    [InlineData("a younger one at the root has it", false)]
    [InlineData("one at the root without it is older", true)]
    [InlineData("one of another host needs it", true)]
    [InlineData("one of a namespace that may not use the host needs it", true)]
    public void It_leads_to_one_server(string rival, bool isRouted)
    {
        var resource = Make("team-a", "/team-a", Access);
        var at = resource.Source.Metadata.CreationTimestamp!.Value;
        var (older, younger) = (at.AddDays(-1), at.AddDays(1));
        var other = new HostClaim(
            new ResourceKey("PythonRepository", "packages", "other"), "pypi.example.com", "/other", younger)
        {
            TrustsPublishers = true,
        };
        other = rival switch
        {
            "the older resource of the host needs it, too" => other with { CreatedAt = older },
            "a younger one needs it, too" => other,
            "a younger one, which is routed already, needs it, too" => other with { IsRouted = true },
            "a younger one at the root has it" => other with { Path = "/" },
            "one at the root without it is older" =>
                other with { Path = "/", TrustsPublishers = false, CreatedAt = older },
            "one of another host needs it" => other with { Host = "h.example.com", CreatedAt = older },
            _ => other with { Owner = other.Owner with { Namespace = "elsewhere" }, CreatedAt = older },
        };
        Assert.Equal(isRouted, Paths(resource, Scenario.Inputs with { RivalHosts = [other] }).Contains("/_/oidc/"));
    }

    [Fact]
    public void The_claims_of_a_resource_say_whether_it_trusts_publishers()
    {
        Assert.True(HostClaim.From(Make("team-a", "/", Access)).Single().TrustsPublishers);
        Assert.False(HostClaim.From(Make("team-a", "/", "suspend: true")).Single().TrustsPublishers);
    }

    static DeclaredResource Make(string name, string path, string access) => YamlObjects.Make(
        "PythonRepository", name, $"ingress: {{ host: pypi.example.com, path: {path} }}, {access}");

    static IEnumerable<string> Paths(DeclaredResource resource, ReconcileInputs? inputs = null) =>
        IngressManifest.Create(resource, inputs ?? Scenario.Inputs, Scenario.Settings)!
            .Spec!.Rules!.Single().Http.Paths.Select(path => path.Path);
}
