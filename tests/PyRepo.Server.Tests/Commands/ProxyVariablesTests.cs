using System.Collections.Immutable;
using PyRepo.Resources;
using PyRepo.Resources.Manifests;
using PyRepo.Server.Commands;

namespace PyRepo.Server.Tests.Commands;

public sealed class ProxyVariablesTests
{
    [Theory]
    [InlineData("{}", "HTTPS_PROXY",
        "warning: HTTPS_PROXY is not used. To reach the upstream of public through a proxy, set "
        + "spec.upstream.proxyUrl.")]
    [InlineData("{}", "HTTPS_PROXY all_proxy",
        "warning: HTTPS_PROXY, all_proxy are not used. To reach the upstream of public through a proxy, set "
        + "spec.upstream.proxyUrl.")]
    [InlineData("{}", "NO_PROXY", null)]
    [InlineData("{ upstream: { url: 'https://a.example/', proxyUrl: 'http://b.example' } }", "HTTPS_PROXY", null)]
    public void Proxy_environment_variables_are_reported_as_ignored(string spec, string variables, string? warning)
    {
        var resources = Read(Serving.Configuration.Manifests.Repository("public", spec, "ProxyRepository"));
        Assert.Equal(
            warning, ProxyVariables.Warning(resources, name => variables.Split(' ').Contains(name) ? "x" : null));
    }

    [Fact]
    public void Without_a_proxy_repository_proxy_variables_are_not_mentioned() =>
        Assert.Null(ProxyVariables.Warning(Read(Serving.Configuration.Manifests.Repository("team")), _ => "x"));

    static ImmutableArray<Resource> Read(string text)
    {
        var set = ManifestReader.Read([new ManifestSource("a.yaml", text)]);
        Assert.Empty(set.Problems);
        return set.Resources;
    }
}
