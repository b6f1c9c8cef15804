using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

public sealed class OwnershipTests
{
    static readonly DeclaredResource _resource = YamlObjects.Make("PythonRepository", "team-a");
    static readonly ResourceKey _key = ResourceKey.From(_resource);

    [Fact]
    public void A_child_belongs_to_its_resource()
    {
        var child = ChildMetadata.Owned(_resource, "team-a");
        Assert.Equal(_key, Ownership.GetOwner(child));
        Assert.Equal(_key, Ownership.GetReconciledOwner(child));
        Assert.True(Ownership.IsOwnedBy(child, _resource));
    }

    [Theory]
    [InlineData("pyrepo.dev/v1alpha1", true)]
    [InlineData("pyrepo.dev/v1beta1", true)]
    [InlineData("pyrepo.dev/v1", true)]
    [InlineData("example.com/v1alpha1", false)]
    [InlineData("pyrepo.dev", false)]
    [InlineData("v1", false)]
    public void An_owner_is_compared_by_group_and_not_by_version(string apiVersion, bool isOwned)
    {
        var child = Controlled(by => by with { ApiVersion = apiVersion });
        Assert.Equal(isOwned ? _key : null, Ownership.GetOwner(child));
        Assert.Equal(isOwned ? _key : null, Ownership.GetReconciledOwner(child with { Labels = null }));
        Assert.Equal(isOwned, Ownership.IsOwnedBy(child, _resource));
    }

    [Fact]
    public void Another_kind_or_an_earlier_resource_of_the_name_is_another_owner()
    {
        Assert.False(Ownership.IsOwnedBy(Controlled(by => by with { Kind = "ProxyRepository" }), _resource));
        var earlier = Controlled(by => by with { Uid = "earlier" });
        Assert.Equal(_key, Ownership.GetOwner(earlier));
        Assert.False(Ownership.IsOwnedBy(earlier, _resource));
    }

    [Fact]
    public void An_owner_that_is_not_the_controller_does_not_count() =>
        Assert.Null(Ownership.GetOwner(Controlled(by => by with { Controller = null })));

    [Fact]
    public void Labels_count_only_with_the_mark_of_what_was_applied()
    {
        var labeled = ChildMetadata.Retained(_resource, "team-a");
        Assert.Null(Ownership.GetOwner(labeled));
        Assert.Equal(_key, Ownership.GetReconciledOwner(labeled));
        var applied = labeled with { Annotations = ChildMetadata.Texts((DesiredObject.HashAnnotation, "0")) };
        Assert.Equal(_key, Ownership.GetOwner(applied));
        Assert.True(Ownership.IsOwnedBy(applied, _resource));
    }

    [Fact]
    public void Data_belong_to_the_owner_they_name_regardless_of_their_controller()
    {
        var data = ChildMetadata.Data(_resource, "team-a-data", isRetained: true) with
        {
            Labels = null,
            OwnerReferences = [Ownership.ReferenceTo(_resource) with { Uid = "earlier" }],
        };
        Assert.Equal(_key, Ownership.GetOwner(data));
        Assert.True(Ownership.IsOwnedBy(data, _resource));
        Assert.False(Ownership.IsOwnedBy(data, YamlObjects.Make("ProxyRepository", "team-a")));
    }

    [Fact]
    public void A_pod_concerns_the_resource_of_its_labels_though_a_ReplicaSet_controls_it()
    {
        var pod = Controlled(by => by with { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = "team-a-5d8f" });
        Assert.Equal(_key, Ownership.GetReconciledOwner(pod));
        Assert.Null(Ownership.GetOwner(pod));
    }

    static ObjectMeta Controlled(Func<OwnerReference, OwnerReference> change) =>
        ChildMetadata.Retained(_resource, "team-a") with
        {
            OwnerReferences =
            [change(Ownership.ReferenceTo(_resource))]
        };
}
