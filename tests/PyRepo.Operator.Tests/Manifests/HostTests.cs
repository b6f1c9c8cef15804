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
        Assert.Equal("HostTaken", Refused(Claim("other", HostHold.Asked, _early)));
        Assert.Null(Refused(Claim("other", HostHold.Asked, Situation.Now)));
    }

    [Fact]
    public void An_old_resource_that_is_edited_does_not_get_a_host_that_is_in_use() =>
        Assert.Equal("HostTaken", Refused(Claim("other", HostHold.Routed, Situation.Now)));

    [Fact]
    public void Who_holds_a_host_keeps_it_against_an_older_resource() =>
        Assert.Null(Refused(Claim("other", HostHold.Asked, _early), HostHold.Routed));

    [Fact]
    public void Two_resources_of_a_namespace_share_a_host_below_different_paths()
    {
        Assert.Null(Refused(Claim("packages", HostHold.Routed, _early) with { Path = "/other" }));
        Assert.Equal("HostTaken", Refused(Claim("packages", HostHold.Routed, _early)));
    }

    [Fact]
    public void A_taken_host_has_no_ingress_and_the_rest_goes_on()
    {
        var desired = DesiredState.Of(
            _resource, Situation.Around with { OtherHosts = [Claim("other", HostHold.Routed, _early)] }, Situation.Settings);
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
        var settings = Situation.Settings with
        {
            Ingress = new() { Hosts = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add("packages", [pattern]) },
        };
        Assert.Equal(isAllowed ? null : "HostNotAllowed", HostClaim.Refuse(_resource, Situation.Around, settings)?.Reason);
    }

    [Fact]
    public void An_operator_of_some_namespaces_allows_no_host_that_is_not_listed() => Assert.Equal("HostNotAllowed",
        HostClaim.Refuse(_resource, Situation.Around, Situation.Settings with { Scope = WatchScope.Own })?.Reason);

    [Theory]
    [InlineData("k8s.io/ingress-nginx", "nginx.ingress.kubernetes.io/proxy-body-size")]
    [InlineData("nginx.org/ingress-controller", "nginx.org/client-max-body-size")]
    [InlineData("haproxy.org/ingress-controller/haproxy", "haproxy.org/timeout-server")]
    [InlineData("haproxy-ingress.github.io/controller", "haproxy-ingress.github.io/proxy-body-size")]
    public void A_controller_that_limits_bodies_is_told_not_to(string controller, string annotation) => Assert.Contains(
        annotation, IngressManifest.Of(
            _resource, Situation.Around with { IngressClass = Situation.ClassOf(controller) }, Situation.Settings)!.Metadata.Annotations!.Keys);

    [Fact]
    public void The_setting_names_the_controller_where_classes_are_not_read()
    {
        var settings = Situation.Settings with { Ingress = new() { Controller = "nginx.org/ingress-controller" } };
        Assert.Contains("nginx.org/client-max-body-size",
            IngressManifest.Of(_resource, Situation.Around with { IngressClass = null }, settings)!.Metadata.Annotations!.Keys);
    }

    [Fact]
    public void An_annotation_that_is_not_allowed_is_left_out_and_told()
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", """
            ingress: { host: h.example.com, annotations: {
              nginx.ingress.kubernetes.io/configuration-snippet: evil, cert-manager.io/issuer: ca } }
            """);
        var annotations = IngressManifest.Of(resource, Situation.Around, Situation.Settings)!.Metadata.Annotations!;
        Assert.DoesNotContain("nginx.ingress.kubernetes.io/configuration-snippet", annotations.Keys);
        Assert.Equal("ca", annotations["cert-manager.io/issuer"]);
        Assert.Equal("AnnotationNotAllowed", IngressManifest.RefusedAnnotations(resource, Situation.Settings)?.Reason);
    }

    [Fact]
    public void Who_was_given_a_host_keeps_it_while_its_route_is_gone()
    {
        Assert.Equal("HostTaken", Refused(Claim("other", HostHold.Given, Situation.Now)));
        Assert.Null(Refused(Claim("other", HostHold.Asked, _early), HostHold.Given));
        Assert.Equal("HostTaken", Refused(Claim("other", HostHold.Routed, Situation.Now), HostHold.Given));
    }

    static HostClaim Claim(string ns, HostHold hold, DateTimeOffset createdAt) =>
        new(new DataOwner("PythonRepository", ns, "other"), "pypi.example.com", "/", createdAt, hold);

    static string? Refused(HostClaim other, HostHold own = HostHold.Asked) => HostClaim.Refuse(
        _resource, Situation.Around with { OtherHosts = [other], HostHold = own }, Situation.Settings)?.Reason;
}
