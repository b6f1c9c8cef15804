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
    public void A_host_is_for_the_namespace_that_it_is_registered_to()
    {
        Assert.Null(RejectedFor(new HostHolder("packages", "other")));
        Assert.Equal("HostTaken", RejectedFor(new HostHolder("other", null)));
        Assert.Equal("HostTaken", RejectedFor(new HostHolder("other", "packages")));
    }

    [Fact]
    public void A_host_that_nobody_registered_is_for_the_namespace_whose_route_came_first()
    {
        Assert.Equal("HostTaken", RejectedFor(new HostHolder(null, "other")));
        Assert.Empty(RegisteredFor(new HostHolder(null, "other")));
        Assert.Equal("pypi.example.com", Assert.Single(RegisteredFor(new HostHolder(null, "packages"))));
        Assert.Equal("pypi.example.com", Assert.Single(RegisteredFor(new HostHolder(null, null))));
    }

    [Fact]
    public void A_host_is_not_used_before_it_is_registered()
    {
        Assert.Empty(HostAccess.AllowedHosts(_resource, With(new HostHolder(null, null)), Scenario.Settings));
        Assert.Empty(HostAccess.AllowedHosts(
            _resource, Scenario.Inputs with { HostHolders = Scenario.Inputs.HostHolders.Clear() }, Scenario.Settings));
    }

    [Fact]
    public void Only_hosts_that_the_namespace_may_use_are_routed()
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a",
            "gateway: { parentRefs: [ { name: public } ], hostnames: [ mine.example.com, victim.example.com ] }");
        var inputs = Scenario.Inputs with
        {
            HostHolders = Scenario.Inputs.HostHolders
                .SetItem("mine.example.com", new HostHolder("packages", "packages"))
                .SetItem("victim.example.com", new HostHolder("victim", "victim")),
        };
        var route = DesiredState.From(resource, inputs, Scenario.Settings).HttpRoute;
        Assert.Equal(["mine.example.com"], route!.Spec!.Hostnames);
        var rejection = HostAccess.Reject(resource, inputs, Scenario.Settings)!;
        Assert.Equal("HostTaken", rejection.Reason);
        Assert.Contains("victim.example.com", rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_resources_of_a_namespace_share_a_host_below_different_paths()
    {
        Assert.Null(RejectedFor(Claim("packages", _early) with { Path = "/other" }));
        Assert.Equal("HostTaken", RejectedFor(Claim("packages", _early)));
        Assert.Null(RejectedFor(Claim("packages", Scenario.Now)));
    }

    [Fact]
    public void A_routed_resource_keeps_its_path_against_an_older_one_of_the_namespace()
    {
        Assert.Equal("HostTaken", RejectedFor(Claim("packages", Scenario.Now) with { IsRouted = true }));
        Assert.Null(RejectedFor(Claim("packages", _early), "pypi.example.com"));
    }

    [Fact]
    public void An_older_resource_of_another_namespace_does_not_keep_the_holder_from_its_host() =>
        Assert.Null(RejectedFor(Claim("other", _early) with { IsRouted = true }));

    [Fact]
    public void A_taken_host_gets_no_Ingress_and_the_rest_is_applied()
    {
        var desired = DesiredState.From(_resource, With(new HostHolder("other", null)), Scenario.Settings);
        Assert.Null(desired.Ingress);
        Assert.NotNull(desired.Deployment);
    }

    [Fact]
    public void A_resource_with_an_unknown_field_still_claims_its_hosts() => Assert.Equal(
        ["pypi.example.com"], DeclaredHosts.Find(
            YamlObjects.Make(
                "PythonRepository", "team-a", "fromTheFuture: 1, ingress: { host: PyPI.example.com }").Source));

    [Fact]
    public void The_hosts_of_a_namespace_are_limited()
    {
        var hosts = Enumerable.Range(0, 150).Select(i => ($"h{i}.example.com", "packages"));
        var registrations = HostRegistrations.Empty.With(hosts).With([("last.example.com", "other")]);
        Assert.Equal(HostAccess.MaxHostsPerNamespace + 1, registrations.Hosts.Count);
        Assert.Equal("TooManyHosts", RejectedFor(new HostHolder(null, null)));
    }

    [Fact]
    public void A_host_that_is_registered_stays_with_its_namespace()
    {
        var registrations = HostRegistrations.Empty.With([("a.example.com", "first"), ("a.example.com", "second")]);
        Assert.Equal("first", registrations.GetNamespace("a.example.com"));
        Assert.Same(registrations, registrations.With([("a.example.com", "second")]));
    }

    [Fact]
    public void A_rival_sees_until_when_a_host_is_held_but_not_for_whom()
    {
        var rejection = HostAccess.Reject(
            _resource, With(new HostHolder("other", null) { HeldUntil = Scenario.Now }), Scenario.Settings)!;
        Assert.Equal("HostTaken", rejection.Reason);
        Assert.Contains("is held until 2026-11-20T12:00:00Z", rejection.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("other ", rejection.Message.Replace("another", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("team-a", "team-a", null)]
    [InlineData("team-a unused since 2026-11-26T12:00:00Z", "team-a", "2026-11-26T12:00:00Z")]
    [InlineData(" team-a unused since 2026-11-26T13:00:00+01:00", "team-a", "2026-11-26T12:00:00Z")]
    [InlineData("team-a unused since tomorrow", "team-a", null)]
    [InlineData("", "", null)]
    public void A_line_of_the_registry_is_read_as_people_write_it(string line, string ns, string? since)
    {
        var registration = HostRegistration.Parse(line);
        Assert.Equal(ns, registration.Namespace);
        Assert.Equal(since, registration.UnusedSince is { } time ? HostRegistration.GetText(time) : null);
        Assert.Equal(registration, HostRegistration.Parse(registration.ToString()));
    }

    [Fact]
    public void A_hold_expires_after_its_duration_and_held_hosts_count()
    {
        var held = new HostRegistration("packages", _early);
        Assert.Equal(_early.AddDays(7), held.HeldUntil(TimeSpan.FromDays(7)));
        Assert.Equal(DateTimeOffset.MaxValue, (held with { UnusedSince = DateTimeOffset.MaxValue }).HeldUntil(
            TimeSpan.FromDays(7)));
        Assert.Null(new HostRegistration("packages").HeldUntil(TimeSpan.Zero));

        var hosts = Enumerable.Range(0, HostAccess.MaxHostsPerNamespace).Select(i => $"h{i}.example.com").ToArray();
        var full = HostRegistrations.Empty.With(hosts.Select(host => (host, "packages"))).WithUse(hosts, _early);
        Assert.Same(full, full.With([("one-more.example.com", "packages")]));
    }

    [Fact]
    public void A_registry_that_is_full_takes_no_more_and_the_resource_says_so()
    {
        var longest = string.Join('.', Enumerable.Repeat(new string('a', 60), 4));
        var requested = Enumerable.Range(0, 3000).Select(i => ($"h{i}.{longest}", $"{i / 100}".PadLeft(63, 'n')));
        var full = HostRegistrations.Empty.With(requested);
        Assert.True(full.IsFull);
        Assert.InRange(
            full.Hosts.Sum(h => (2 * h.Key.Length) + h.Value.ToString().Length), 700_000, HostRegistrations.MaxBytes);
        Assert.Same(full, full.With([("one-more.example.com", "packages")]));
        Assert.Equal("HostRegistryFull", HostAccess.Reject(
            _resource, With(new HostHolder(null, null)) with { IsHostRegistryFull = true }, Scenario.Settings)?.Reason);
    }

    [Fact]
    public void Host_events_are_derived_from_two_versions_of_the_registry()
    {
        var none = HostRegistrations.Empty;
        var used = none.With([("a.example.com", "one")]);
        var held = used.WithUse(["a.example.com"], _early);
        var hold = TimeSpan.FromDays(7);
        Assert.Equal(HostChangeKind.Registered, Happened(none, used));
        Assert.Equal(HostChangeKind.Unused, Happened(used, held));
        Assert.Null(Happened(held, used));
        Assert.Equal(HostChangeKind.Released, Happened(held, none));
        Assert.Equal(HostChangeKind.Expired, Happened(held, none, _early + hold));
        Assert.Equal(HostChangeKind.Passed, Happened(held, none.With([("a.example.com", "two")])));

        HostChangeKind? Happened(HostRegistrations before, HostRegistrations after, DateTimeOffset? now = null) =>
            HostChange.Between(before, after, hold, now ?? _early).SingleOrDefault()?.Kind;
    }

    [Theory]
    [InlineData("pypi.example.com", true)]
    [InlineData("*.example.com", true)]
    [InlineData("*.com", false)]
    [InlineData("example.com", false)]
    public void A_listed_host_is_allowed_and_others_are_not(string pattern, bool isAllowed)
    {
        var rejection = HostAccess.Reject(_resource, Scenario.Inputs, Listing(("packages", pattern)));
        Assert.Equal(isAllowed ? null : "HostNotAllowed", rejection?.Reason);
    }

    [Theory]
    [InlineData("packages", "*.example.com", null, null)]
    [InlineData("*", "pypi.example.com", null, null)]
    [InlineData("*", "*.example.com", null, "TooManyHosts")]
    [InlineData("*", "*.example.com", "packages", null)]
    [InlineData("*", "*.example.com", "other", "HostTaken")]
    public void A_host_that_only_a_wildcard_lists_for_all_is_for_the_namespace_that_claimed_it_first(
        string ns, string pattern, string? registeredTo, string? reason)
    {
        var inputs = With(new HostHolder(registeredTo, null));
        Assert.Equal(reason, HostAccess.Reject(_resource, inputs, Listing((ns, pattern)))?.Reason);
    }

    [Theory]
    [InlineData("a.b.example.com", "*.b.example.com", "*.example.com")]
    [InlineData("example.com")]
    [InlineData("localhost")]
    public void A_host_is_claimed_by_wildcards_above_it_but_not_by_one_below_a_top_level_domain(
        string host, params string[] wildcards)
    {
        Assert.Equal(wildcards, HostPatterns.Above(host));
        Assert.All(wildcards, wildcard => Assert.True(HostPatterns.Claims(wildcard)));
    }

    [Theory]
    [InlineData("*.com", false)]
    [InlineData("*.example.com", true)]
    [InlineData("com", true)]
    public void No_wildcard_claims_the_domains_below_a_top_level_domain(string pattern, bool claims) =>
        Assert.Equal(claims, HostPatterns.Claims(pattern));

    [Fact]
    public void A_wildcard_for_all_does_not_open_a_host_that_is_listed_for_another_namespace()
    {
        var settings = Listing(("*", "*.example.com"), ("other", "pypi.example.com"));
        Assert.Equal("HostNotAllowed", HostAccess.Reject(_resource, Scenario.Inputs, settings)?.Reason);
    }

    [Fact]
    public void A_trailing_slash_does_not_make_a_different_path()
    {
        var claim = Claim("packages", _early) with { Path = "/simple/" };
        Assert.True(claim.Excludes(Claim("packages", Scenario.Now) with { Path = "/simple" }));
    }

    static OperatorSettings Listing(params (string Namespace, string Pattern)[] hosts) => Scenario.Settings with
    {
        Ingress = new()
        {
            Hosts = hosts.ToImmutableSortedDictionary(
                h => h.Namespace, h => ImmutableArray.Create(h.Pattern), StringComparer.Ordinal),
        },
    };

    [Fact]
    public void An_operator_of_some_namespaces_allows_no_host_that_is_not_listed() => Assert.Equal("HostNotAllowed",
        HostAccess.Reject(_resource, Scenario.Inputs, Scenario.Settings with { Scope = WatchScope.Own })?.Reason);

    [Theory]
    [InlineData("k8s.io/ingress-nginx", "nginx.ingress.kubernetes.io/proxy-body-size")]
    [InlineData("nginx.org/ingress-controller", "nginx.org/client-max-body-size")]
    [InlineData("haproxy.org/ingress-controller/haproxy", "haproxy.org/timeout-server")]
    [InlineData("haproxy-ingress.github.io/controller", "haproxy-ingress.github.io/proxy-body-size")]
    public void The_body_limit_of_a_controller_is_disabled(string controller, string annotation) => Assert.Contains(
        annotation, IngressManifest.Create(
            _resource, Scenario.Inputs with { IngressClass = Scenario.GetClass(controller) },
            Scenario.Settings)!.Metadata.Annotations!.Keys);

    [Fact]
    public void The_setting_names_the_controller_where_classes_are_not_read()
    {
        var settings = Scenario.Settings with { Ingress = new() { Controller = "nginx.org/ingress-controller" } };
        Assert.Contains("nginx.org/client-max-body-size",
            IngressManifest.Create(
                _resource, Scenario.Inputs with { IngressClass = null }, settings)!.Metadata.Annotations!.Keys);
    }

    [Fact]
    public void An_annotation_that_is_not_allowed_is_left_out_and_reported()
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", """
            ingress: { host: h.example.com, annotations: {
              nginx.ingress.kubernetes.io/configuration-snippet: evil, cert-manager.io/issuer: ca } }
            """);
        var annotations = IngressManifest.Create(resource, Scenario.Inputs, Scenario.Settings)!.Metadata.Annotations!;
        Assert.DoesNotContain("nginx.ingress.kubernetes.io/configuration-snippet", annotations.Keys);
        Assert.Equal("ca", annotations["cert-manager.io/issuer"]);
        Assert.Equal("AnnotationNotAllowed", IngressManifest.RejectAnnotations(resource, Scenario.Settings)?.Reason);
    }

    static HostClaim Claim(string ns, DateTimeOffset createdAt) =>
        new(new ResourceKey("PythonRepository", ns, "other"), "pypi.example.com", "/", createdAt);

    static ReconcileInputs With(HostHolder holder) => Scenario.Inputs with
    {
        HostHolders = Scenario.Inputs.HostHolders.SetItem("pypi.example.com", holder),
    };

    static string? RejectedFor(HostHolder holder) =>
        HostAccess.Reject(_resource, With(holder), Scenario.Settings)?.Reason;

    static ImmutableArray<string> RegisteredFor(HostHolder holder) =>
        HostAccess.HostsToRegister(_resource, With(holder), Scenario.Settings);

    static string? RejectedFor(HostClaim other, params ImmutableArray<string> routed) => HostAccess.Reject(
        _resource, Scenario.Inputs with { RivalHosts = [other], RoutedHosts = routed }, Scenario.Settings)?.Reason;
}
