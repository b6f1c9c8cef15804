using PyRepo.Resources.Manifests;

namespace PyRepo.Resources.Tests.Manifests;

public sealed class DeclaredHashTests
{
    const string Resource = """
        apiVersion: pyrepo.dev/v1alpha1
        kind: RepositoryGroup
        metadata: { name: all, namespace: packages, uid: u-1, generation: 1 }
        spec: { members: [ { kind: PythonRepository, name: a } ], reserved: [ "1", x ], suspend: false }
        """;

    [Theory]
    [InlineData("generation: 1", "generation: 2")]
    [InlineData(", generation: 1", "")]
    [InlineData("generation: 1", "labels: { a: b }")]
    [InlineData("suspend: false", "suspend: false, server: { replicas: 3, image: x }")]
    [InlineData("namespace: packages, uid: u-1", "uid: \"u-1\", namespace: 'packages'")]
    [InlineData("kind: RepositoryGroup", "kind: RepositoryGroup # as it is\nstatus: { url: x }")]
    public void A_field_that_no_server_uses_does_not_change_the_hash(string before, string after) =>
        Assert.Equal(GetHash(Resource), GetHash(Resource.Replace(before, after, StringComparison.Ordinal)));

    [Theory]
    [InlineData("v1alpha1", "v1beta1")]
    [InlineData("RepositoryGroup", "ProxyRepository")]
    [InlineData("name: all", "name: any")]
    [InlineData("packages", "others")]
    [InlineData("u-1", "u-2")]
    [InlineData("suspend: false", "suspend: true")]
    [InlineData("name: a }", "name: b }")]
    [InlineData("\"1\"", "1")]
    [InlineData("\"1\", x", "x, \"1\"")]
    [InlineData("spec: {", "spec: { server: [], more: { server: 1 }, ")]
    [InlineData("spec: {", "spec: ][ {")]
    public void A_field_that_a_server_uses_changes_the_hash(string before, string after) =>
        Assert.NotEqual(GetHash(Resource), GetHash(Resource.Replace(before, after, StringComparison.Ordinal)));

    [Fact]
    public void The_files_names_count_and_their_order_does_not()
    {
        const string other = "kind: PythonRepository";
        Assert.Equal(
            DeclaredHash.Compute([("a", Resource), ("b", other)]),
            DeclaredHash.Compute([("b", other), ("a", Resource)]));
        Assert.NotEqual(
            DeclaredHash.Compute([("a", Resource), ("b", other)]),
            DeclaredHash.Compute([("a", other), ("b", Resource)]));
    }

    static string GetHash(string text) => DeclaredHash.Compute([("resource.yaml", text)]);
}
