using System.Text;
using PyRepo.Resources.Manifests;

namespace PyRepo.Resources.Tests.Manifests;

public sealed class PolicyExcerptTests
{
    const string Text = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: ProxyRepository
        metadata: { name: pypi, namespace: packages, annotations: { note: private } }
        spec:
          upstream: { url: "https://pypi.example.com/simple/", credentialsSecretRef: { name: up } }
          policy: { minimumAge: 7d, block: [ "evil", "urllib3<2" ] }
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: up }
        stringData: { password: correct-horse }
        ---
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: ConfigMap
          metadata: { name: set }
          data: { constraints.txt: "requests==2.31.0\n" }
        """;

    [Fact]
    public void The_policy_and_the_ConfigMaps_are_in_it_and_nothing_secret_is()
    {
        var excerpt = Encoding.UTF8.GetString(PolicyExcerpt.Write([new ManifestSource("a.yaml", Text)]));
        Assert.DoesNotContain("correct-horse", excerpt, StringComparison.Ordinal);
        Assert.DoesNotContain("private", excerpt, StringComparison.Ordinal);
        Assert.DoesNotContain("upstream", excerpt, StringComparison.Ordinal);
        var (read, whole) = (Read("a.json", excerpt), Read("a.yaml", Text));
        var proxy = Assert.IsType<ProxyRepository>(Assert.Single(read.Resources));
        Assert.Equal(("pypi", "packages"), (proxy.Metadata.Name, proxy.Metadata.Namespace));
        Assert.Equal(Assert.IsType<ProxyRepository>(Assert.Single(whole.Resources)).Spec.Policy, proxy.Spec.Policy);
        Assert.Equal(whole.ConfigMaps.Keys, read.ConfigMaps.Keys);
        Assert.Empty(read.Secrets);
    }

    [Fact]
    public void An_excerpt_is_its_own_excerpt()
    {
        var excerpt = PolicyExcerpt.Write([new ManifestSource("a.yaml", Text)]);
        Assert.Equal(excerpt, PolicyExcerpt.Write([new ManifestSource("a.json", Encoding.UTF8.GetString(excerpt))]));
    }

    static ManifestSet Read(string name, string text)
    {
        var set = ManifestReader.Read([new ManifestSource(name, text)]);
        Assert.Empty(set.Problems);
        return set;
    }
}
