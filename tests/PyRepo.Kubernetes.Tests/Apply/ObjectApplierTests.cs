using PyRepo.Kubernetes.Apply;
using PyRepo.Kubernetes.Client;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Apps;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Testing.Cluster;

namespace PyRepo.Kubernetes.Tests.Apply;

[Trait("Kubernetes", "oldest")]
public sealed class ObjectApplierTests(ApiServer server)
{
    [Fact]
    public async Task Desired_objects_are_created_once_and_then_not_written_again()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        DesiredObject[] desired =
            [From(ns.ConfigMap("c", data: ("k", "v"))), From(ns.Deployment("d")), From(Secret(ns, "s", "v"))];
        var made = await ns.ApplyAsync(desired);
        Assert.Equal(
            [$"Created ConfigMap {ns.Name}/c", $"Created Deployment {ns.Name}/d", $"Created Secret {ns.Name}/s"],
            made.Changes.Select(c => $"{c.Verb} {c.Object}"));
        await ns.SeenAsync(ns.Deployments, "d", d => d is not null);
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c is not null);
        ns.Clock.Advance(TimeSpan.FromHours(1));
        var since = ns.Now;
        var again = await ns.ApplyAsync(desired);
        Assert.Empty(again.Changes);
        Assert.Empty(ns.Writes(since));
    }

    [Fact]
    public async Task A_changed_field_is_restored_and_reported()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        var desired = From(ns.Deployment("d"));
        await ns.ApplyAsync(desired);
        await ns.KubectlAsync("set", "image", "deployment/d", "one=example.org/other:2");
        await ns.SeenAsync(ns.Deployments, "d", d => Image(d) == "example.org/other:2");
        var change = Assert.Single((await ns.ApplyAsync(desired)).Changes);
        Assert.Equal((ObjectVerb.Changed, "spec.template.spec.containers[0].image"), (change.Verb, change.Field));
        await ns.SeenAsync(ns.Deployments, "d", d => Image(d) == "example.org/image:1");
    }

    [Fact]
    public async Task A_field_that_is_not_desired_is_left_to_others()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        var desired = From(ns.Deployment("d"));
        await ns.ApplyAsync(desired);
        await ns.KubectlAsync("scale", "deployment/d", "--replicas=7");
        await ns.KubectlAsync("annotate", "deployment/d", "mesh/injected=true");
        await ns.SeenAsync(ns.Deployments, "d", d => d?.Metadata.Annotations?.ContainsKey("mesh/injected") is true);
        Assert.Empty((await ns.ApplyAsync(desired)).Changes);
        await ns.ApplyAsync(From(ns.Deployment("d", "example.org/image:2")));
        await ns.SeenAsync(ns.Deployments, "d", d => Image(d) == "example.org/image:2");
        Assert.Equal(7, ns.Deployments.Find(new ObjectKey(ns.Name, "d"))!.Spec!.Replicas);
    }

    [Fact]
    public async Task Fields_of_others_next_to_which_what_is_desired_is_not_valid_go()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        var deployment = ns.Deployment("d");
        var desired = From(deployment with { Spec = deployment.Spec! with { Strategy = new() { Type = "Recreate" } } });
        await ns.ApplyAsync(desired);
        await ns.KubectlAsync("scale", "deployment/d", "--replicas=7");
        await ns.KubectlAsync("patch", "deployment", "d", "-p", """{"spec":{"strategy":{"type":"RollingUpdate"}}}""");
        await ns.SeenAsync(ns.Deployments, "d", d => d?.Spec?.Strategy?.RollingUpdate is not null);
        var change = Assert.Single((await ns.ApplyAsync(desired)).Changes);
        Assert.Equal("spec.strategy.type", change.Field);
        await ns.SeenAsync(ns.Deployments, "d", d => d?.Spec?.Strategy is { Type: "Recreate", RollingUpdate: null });
        Assert.Equal(7, ns.Deployments.Find(new ObjectKey(ns.Name, "d"))!.Spec!.Replicas);
        Assert.Empty((await ns.ApplyAsync(desired)).Changes);
    }

    [Fact]
    public async Task A_desired_field_that_was_removed_is_restored()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        var deployment = ns.Deployment("d");
        var pod = deployment.Spec!.Template.Spec;
        ContainerPort[] ports = [new() { Name = "http", Port = 8080 }];
        var desired = From(deployment with
        {
            Spec = deployment.Spec with
            {
                Template = deployment.Spec.Template with
                {
                    Spec = pod with { Containers = [pod.Containers[0] with { Ports = ports }] },
                },
            },
        });
        await ns.ApplyAsync(desired);
        await ns.KubectlAsync(
            "patch", "deployment", "d", "--type=json",
            "-p", """[{"op":"remove","path":"/spec/template/spec/containers/0/ports/0/name"}]""");
        await ns.SeenAsync(ns.Deployments, "d", d => d is not null && GetPort(d).Name is null);
        await ns.ApplyAsync(desired);
        await ns.SeenAsync(ns.Deployments, "d", d => GetPort(d!).Name == "http");
        static ContainerPort GetPort(Deployment d) => d.Spec!.Template.Spec.Containers[0].Ports![0];
    }

    [Fact]
    public async Task A_field_that_is_no_longer_desired_is_removed()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        await ns.ApplyAsync(From(ns.ConfigMap("c", data: [("a", "1"), ("b", "2")])));
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c is not null);
        var change = Assert.Single((await ns.ApplyAsync(From(ns.ConfigMap("c", data: ("a", "1"))))).Changes);
        Assert.Equal((ObjectVerb.Changed, null), (change.Verb, change.Field));
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c!.Data!.Keys.SequenceEqual(["a"]));
    }

    [Fact]
    public async Task A_deleted_object_is_recreated()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        var desired = From(ns.ConfigMap("c", data: ("k", "v")));
        await ns.ApplyAsync(desired);
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c is not null);
        await ns.KubectlAsync("delete", "configmap", "c");
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c is null);
        Assert.Equal(ObjectVerb.Created, Assert.Single((await ns.ApplyAsync(desired)).Changes).Verb);
    }

    [Fact]
    public async Task Obsolete_objects_are_deleted_unless_they_hold_data_or_are_foreign()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        await ns.Client.CreateAsync(ResourceTypes.ConfigMaps, ns.ConfigMap("others", "another"), default);
        await ns.Client.CreateAsync(ResourceTypes.ConfigMaps, ns.ConfigMap("nobodys", null), default);
        await ns.ApplyAsync(
            From(ns.ConfigMap("kept")), From(ns.ConfigMap("goes")),
            DesiredObject.From(ResourceTypes.PersistentVolumeClaims, PersistentVolumeClaim(ns)));
        await ns.SeenAsync(ns.ConfigMaps, "goes", c => c is not null);
        await ns.SeenAsync(ns.PersistentVolumeClaims, "data", c => c is not null);
        var since = ns.Now;
        var result = await ns.ApplyAsync(From(ns.ConfigMap("kept")));
        Assert.Equal([$"Deleted ConfigMap {ns.Name}/goes"], result.Changes.Select(c => $"{c.Verb} {c.Object}"));
        await ns.ApplyAsync(From(ns.ConfigMap("kept")));
        Assert.Equal([$"delete configmaps {ns.Name}/goes 200"], ns.Writes(since));
    }

    [Fact]
    public async Task A_foreign_object_of_the_same_name_is_a_conflict_and_stays_unchanged()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        await ns.Client.CreateAsync(ResourceTypes.ConfigMaps, ns.ConfigMap("c", null, ("k", "theirs")), default);
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c is not null);
        await ns.Client.CreateAsync(ResourceTypes.Secrets, Secret(ns, "s", "theirs", null), default);
        var since = ns.Now;
        var result = await ns.ApplyAsync(
            From(ns.ConfigMap("c", data: ("k", "ours"))), From(Secret(ns, "s", "ours")), From(ns.ConfigMap("other")));
        Assert.Equal([$"ConfigMap {ns.Name}/c", $"Secret {ns.Name}/s"], result.Conflicts.Select(c => $"{c}"));
        Assert.Equal([$"patch configmaps {ns.Name}/other 201"], ns.Writes(since));
    }

    [Fact]
    public async Task A_foreign_object_that_the_informer_has_not_seen_is_not_taken_over()
    {
        await using var ns = await AppliedNamespace.NewAsync(server, informs: false);
        await ns.Client.CreateAsync(ResourceTypes.ConfigMaps, ns.ConfigMap("c", null, ("k", "theirs")), default);
        var since = ns.Now;
        var result = await ns.ApplyAsync(From(ns.ConfigMap("c", data: ("k", "ours"))));
        Assert.Single(result.Conflicts);
        Assert.Empty(ns.Writes(since));
    }

    [Fact]
    public async Task A_foreign_replacement_that_the_informer_has_not_seen_is_not_taken_over()
    {
        await using var ns = await AppliedNamespace.NewAsync(server, informs: false);
        var ours = await ns.Client.CreateAsync(ResourceTypes.ConfigMaps, ns.ConfigMap("c"), default);
        ns.ConfigMaps.Set(ours);
        await ns.KubectlAsync("delete", "configmap", "c");
        await ns.Client.CreateAsync(ResourceTypes.ConfigMaps, ns.ConfigMap("c", null, ("k", "theirs")), default);
        Assert.Single((await ns.ApplyAsync(From(ns.ConfigMap("c", data: ("k", "ours"))))).Rejections);
        var live = await ns.Client.GetAsync(ResourceTypes.ConfigMaps, new ObjectKey(ns.Name, "c"), default);
        Assert.Equal("theirs", live!.Data!["k"]);
    }

    [Fact]
    public async Task A_foreign_object_created_after_the_lookup_is_not_taken_over()
    {
        await using var ns = await AppliedNamespace.NewAsync(server, informs: false);
        var desired = new DesiredObject<ConfigMap>(
            ResourceTypes.ConfigMaps, ns.ConfigMap("c", data: ("k", "ours")));
        await ns.Client.CreateAsync(ResourceTypes.ConfigMaps, ns.ConfigMap("c", null, ("other", "theirs")), default);
        var rejected = await Assert.ThrowsAsync<KubernetesException>(
            () => ns.Client.ApplyAsync(ResourceTypes.ConfigMaps, desired.ToApply(null), default));
        Assert.True(rejected.IsConflict);
        var live = await ns.Client.GetAsync(ResourceTypes.ConfigMaps, new ObjectKey(ns.Name, "c"), default);
        Assert.Equal("theirs", Assert.Single(live!.Data!).Value);
    }

    [Fact]
    public async Task An_object_that_changed_after_the_lookup_is_not_deleted()
    {
        await using var ns = await AppliedNamespace.NewAsync(server, informs: false);
        ns.ConfigMaps.Set(await ns.Client.CreateAsync(ResourceTypes.ConfigMaps, ns.ConfigMap("c"), default));
        await ns.KubectlAsync("label", "configmap", "c", "owner-");
        var rejected = await Assert.ThrowsAsync<KubernetesException>(() => ns.ApplyAsync());
        Assert.True(rejected.IsConflict);
        Assert.NotNull(await ns.Client.GetAsync(ResourceTypes.ConfigMaps, new ObjectKey(ns.Name, "c"), default));
    }

    [Fact]
    public async Task A_lagging_informer_causes_no_second_write()
    {
        await using var ns = await AppliedNamespace.NewAsync(server, informs: false);
        var since = ns.Now;
        for (var reconcile = 0; reconcile < 3; reconcile++)
            await ns.ApplyAsync(From(ns.ConfigMap("c", data: ("k", "1"))));
        for (var reconcile = 0; reconcile < 3; reconcile++)
            await ns.ApplyAsync(From(ns.ConfigMap("c", data: ("k", "2"))));
        Assert.Equal([$"patch configmaps {ns.Name}/c 201", $"patch configmaps {ns.Name}/c 200"], ns.Writes(since));
    }

    [Fact]
    public async Task A_list_that_others_add_to_does_not_cause_a_write_at_each_reconcile()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        var desired = From(ns.Deployment("d"));
        await ns.ApplyAsync(desired);
        await ns.KubectlAsync(
            "patch", "deployment", "d", "-p",
            """{"spec":{"template":{"spec":{"containers":[{"name":"sidecar","image":"example.org/sidecar:1"}]}}}}""");
        await ns.SeenAsync(ns.Deployments, "d", d => d?.Spec?.Template.Spec.Containers?.Count == 2);
        var since = ns.Now;
        Assert.Empty((await ns.ApplyAsync(desired)).Changes);
        await ns.ApplyAsync(desired);
        await ns.KubectlAsync("annotate", "deployment/d", "some=thing");
        await ns.SeenAsync(ns.Deployments, "d", d => d?.Metadata.Annotations?.ContainsKey("some") is true);
        await ns.ApplyAsync(desired);
        Assert.Single(ns.Writes(since), $"patch deployments {ns.Name}/d 200");
    }

    [Fact]
    public async Task A_rejected_object_is_reported_and_does_not_block_the_next_ones()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        var bad = ns.Deployment("bad", image: "");
        var worse = ns.Deployment("worse", image: "");
        var result = await ns.ApplyAsync(From(bad), From(ns.ConfigMap("c")), From(worse));
        Assert.Equal([$"Created ConfigMap {ns.Name}/c"], result.Changes.Select(c => $"{c.Verb} {c.Object}"));
        Assert.Contains("\"bad\" is invalid", result.Rejections[0].Message, StringComparison.Ordinal);
        Assert.Contains("\"worse\" is invalid", result.Rejections[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_immutable_ConfigMap_is_recreated()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        await ns.ApplyAsync(From(ns.ConfigMap("c", data: ("k", "1"))));
        await ns.KubectlAsync(
            "patch", "configmap", "c", "--type=merge", "-p", """{"immutable":true,"data":{"other":"x"}}""");
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c?.Immutable is true);
        var result = await ns.ApplyAsync(From(ns.ConfigMap("c", data: ("k", "2"))));
        Assert.Empty(result.Rejections);
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c is { Immutable: null } && c.Data!["k"] == "2");
    }

    [Fact]
    public async Task A_ConfigMap_whose_controller_is_gone_is_recreated()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        await ns.Client.CreateAsync(ResourceTypes.ConfigMaps, OwnedBy("gone"), default);
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c is not null);
        Assert.Empty((await ns.ApplyAsync(From(OwnedBy("new")))).Rejections);
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c?.Metadata.OwnerReferences is [{ Uid: "new" }]);

        ConfigMap OwnedBy(string uid) => new()
        {
            Metadata = ns.Metadata("c") with
            {
                OwnerReferences =
                    [new() { ApiVersion = "example.org/v1", Kind = "Owner", Name = "o", Uid = uid, Controller = true }],
            },
        };
    }

    [Fact]
    public async Task An_object_being_deleted_is_awaited_and_not_written()
    {
        await using var ns = await AppliedNamespace.NewAsync(server);
        var held = new ConfigMap { Metadata = ns.Metadata("c") with { Finalizers = ["example.org/held"] } };
        await ns.Client.CreateAsync(ResourceTypes.ConfigMaps, held, default);
        await ns.KubectlAsync("delete", "configmap", "c", "--wait=false");
        await ns.SeenAsync(ns.ConfigMaps, "c", c => c?.Metadata.DeletionTimestamp is not null);
        var since = ns.Now;
        var result = await ns.ApplyAsync(From(ns.ConfigMap("c", data: ("k", "v"))));
        Assert.Single(result.Terminating);
        await ns.ApplyAsync();
        Assert.Empty(ns.Writes(since));
    }

    static DesiredObject From(ConfigMap value) => DesiredObject.From(ResourceTypes.ConfigMaps, value);

    static DesiredObject From(Deployment value) => DesiredObject.From(ResourceTypes.Deployments, value);

    static DesiredObject From(Secret value) => DesiredObject.From(ResourceTypes.Secrets, value);

    static string? Image(Deployment? deployment) => deployment?.Spec?.Template.Spec.Containers?[0].Image;

    static Secret Secret(
        AppliedNamespace ns, string name, string value, string? owner = AppliedNamespace.Owner) => new()
        {
            Metadata = ns.Metadata(name, owner),
            Data = new Dictionary<string, byte[]> { ["k"] = System.Text.Encoding.UTF8.GetBytes(value) },
        };

    static PersistentVolumeClaim PersistentVolumeClaim(AppliedNamespace ns) => new()
    {
        Metadata = ns.Metadata("data"),
        Spec = new PersistentVolumeClaimSpec
        {
            AccessModes = ["ReadWriteOnce"],
            Resources = new ResourceRequirements { Requests = new Dictionary<string, string> { ["storage"] = "1Gi" } },
        },
    };
}
