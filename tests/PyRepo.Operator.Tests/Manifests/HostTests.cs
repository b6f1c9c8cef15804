using System.Collections.Immutable;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Tests.Manifests;

public sealed class HostTests
{
    static readonly DateTimeOffset _early = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly DeclaredResource _resource =
        YamlObjects.Make("PythonRepository", "team-a", "ingress: { host: pypi.example.com }");

    [Fact]
    public void A_host_belongs_to_the_namespace_whose_resource_is_older()
    {
        Assert.Equal("HostTaken", RejectedFor(Claim("other", HostGrant.Requested, _early)));
        Assert.Null(RejectedFor(Claim("other", HostGrant.Requested, Scenario.Now)));
    }

    [Fact]
    public void An_old_resource_that_is_edited_does_not_get_a_host_that_is_in_use() =>
        Assert.Equal("HostTaken", RejectedFor(Claim("other", HostGrant.Routed, Scenario.Now)));

    [Fact]
    public void Who_holds_a_host_keeps_it_against_an_older_resource() =>
        Assert.Null(RejectedFor(Claim("other", HostGrant.Requested, _early), HostGrant.Routed));

    [Fact]
    public void Two_resources_of_a_namespace_share_a_host_below_different_paths()
    {
        Assert.Null(RejectedFor(Claim("packages", HostGrant.Routed, _early) with { Path = "/other" }));
        Assert.Equal("HostTaken", RejectedFor(Claim("packages", HostGrant.Routed, _early)));
    }

    [Fact]
    public void A_taken_host_has_no_ingress_and_the_rest_goes_on()
    {
        var desired = DesiredState.Of(
            _resource, Scenario.Inputs with { OtherHosts = [Claim("other", HostGrant.Routed, _early)] },
            Scenario.Settings);
        Assert.Null(desired.Ingress);
        Assert.NotNull(desired.Deployment);
    }

    [Theory]
    [InlineData("pypi.example.com", true)]
    [InlineData("*.example.com", true)]
    [InlineData("*.com", false)]
    [InlineData("example.com", false)]
    public void A_listed_host_is_allowed_and_others_are_not(string pattern, bool isAllowed)
    {
        var settings = Scenario.Settings with
        {
            Ingress = new()
            {
                Hosts =
                ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("packages", [pattern])
            },
        };
        Assert.Equal(
            isAllowed ? null : "HostNotAllowed", HostClaim.Reject(_resource, Scenario.Inputs, settings)?.Reason);
    }

    [Fact]
    public void An_operator_of_some_namespaces_allows_no_host_that_is_not_listed() => Assert.Equal("HostNotAllowed",
        HostClaim.Reject(_resource, Scenario.Inputs, Scenario.Settings with { Scope = WatchScope.Own })?.Reason);

    [Theory]
    [InlineData("k8s.io/ingress-nginx", "nginx.ingress.kubernetes.io/proxy-body-size")]
    [InlineData("nginx.org/ingress-controller", "nginx.org/client-max-body-size")]
    [InlineData("haproxy.org/ingress-controller/haproxy", "haproxy.org/timeout-server")]
    [InlineData("haproxy-ingress.github.io/controller", "haproxy-ingress.github.io/proxy-body-size")]
    public void A_controller_that_limits_bodies_is_told_not_to(string controller, string annotation) => Assert.Contains(
        annotation, IngressManifest.Of(
            _resource, Scenario.Inputs with { IngressClass = Scenario.ClassOf(controller) },
            Scenario.Settings)!.Metadata.Annotations!.Keys);

    [Fact]
    public void The_setting_names_the_controller_where_classes_are_not_read()
    {
        var settings = Scenario.Settings with { Ingress = new() { Controller = "nginx.org/ingress-controller" } };
        Assert.Contains("nginx.org/client-max-body-size",
            IngressManifest.Of(
                _resource, Scenario.Inputs with { IngressClass = null }, settings)!.Metadata.Annotations!.Keys);
    }

    [Fact]
    public void An_annotation_that_is_not_allowed_is_left_out_and_reported()
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", """
            ingress: { host: h.example.com, annotations: {
              nginx.ingress.kubernetes.io/configuration-snippet: evil, cert-manager.io/issuer: ca } }
            """);
        var annotations = IngressManifest.Of(resource, Scenario.Inputs, Scenario.Settings)!.Metadata.Annotations!;
        Assert.DoesNotContain("nginx.ingress.kubernetes.io/configuration-snippet", annotations.Keys);
        Assert.Equal("ca", annotations["cert-manager.io/issuer"]);
        Assert.Equal("AnnotationNotAllowed", IngressManifest.RejectAnnotations(resource, Scenario.Settings)?.Reason);
    }

    [Fact]
    public void Who_was_given_a_host_keeps_it_while_its_route_is_gone()
    {
        Assert.Equal("HostTaken", RejectedFor(Claim("other", HostGrant.Granted, Scenario.Now)));
        Assert.Null(RejectedFor(Claim("other", HostGrant.Requested, _early), HostGrant.Granted));
        Assert.Equal("HostTaken", RejectedFor(Claim("other", HostGrant.Routed, Scenario.Now), HostGrant.Granted));
    }

    static HostClaim Claim(string ns, HostGrant grant, DateTimeOffset createdAt) =>
        new(new ResourceKey("PythonRepository", ns, "other"), "pypi.example.com", "/", createdAt, grant);

    static string? RejectedFor(HostClaim other, HostGrant own = HostGrant.Requested) => HostClaim.Reject(
        _resource, Scenario.Inputs with { OtherHosts = [other], HostGrant = own }, Scenario.Settings)?.Reason;
}
