using System.Text;
using PyRepo.Kubernetes.Objects.Core;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;
using PyRepo.Resources.Manifests;

namespace PyRepo.Operator.Tests.Manifests;

public sealed class DesiredStateTests
{
    [Fact]
    public void Settings_that_can_change_at_runtime_restart_no_pod()
    {
        var before = YamlObjects.Make("PythonRepository", "team-a", "access: { usersSecretRef: { name: users } }");
        var after = YamlObjects.Make("PythonRepository", "team-a", """
            uploads: { overwrite: Always },
            access: { usersSecretRef: { name: users }, grants: [ { to: [ { anyone: {} } ], role: Reader } ] },
            ingress: { host: pypi.example.com }
            """).WithGeneration(4);
        Assert.Equal(Desired(before).TemplateHash, Desired(after).TemplateHash);
        Assert.NotEqual(Desired(before).Configuration!.Hash, Desired(after).Configuration!.Hash);
    }

    [Theory]
    [InlineData("server: { image: \"registry.example.com/pyrepo:2.0\" }")]
    [InlineData("server: { resources: { limits: { memory: 1Gi } } }")]
    [InlineData("access: { usersSecretRef: { name: users } }")]
    [InlineData("storage: { ephemeral: {} }")]
    public void Image_resources_references_and_storage_roll_the_pods(string spec) => Assert.NotEqual(
        Desired(YamlObjects.Make("PythonRepository", "team-a")).TemplateHash,
        Desired(YamlObjects.Make("PythonRepository", "team-a", spec)).TemplateHash);

    [Fact]
    public void The_template_does_not_depend_on_order_time_or_unrelated_settings()
    {
        var one = YamlObjects.Make("ProxyRepository", "pypi", """
            server: { nodeSelector: { a: x, b: y } }, upstream: { credentialsSecretRef: { name: up }, caBundleRef: { name: ca, key: k } }
            """);
        var other = YamlObjects.Make("ProxyRepository", "pypi", """
            upstream: { caBundleRef: { key: k, name: ca }, credentialsSecretRef: { name: up } }, server: { nodeSelector: { b: y, a: x } }
            """);
        var later = Scenario.Inputs with { Now = Scenario.Now.AddDays(400), FreshPassword = "another", FreshKey = [1] };
        var settings = Scenario.Settings with { MaxRollouts = 1, AllowedDestinations = ["a.example.com"] };
        Assert.Equal(Desired(one).TemplateHash, DesiredState.From(other, later, settings).TemplateHash);
        Assert.Equal(Desired(one).Configuration!.Documents[1], Desired(other).Configuration!.Documents[1]);
    }

    [Fact]
    public void Scaling_a_bucket_from_one_to_three_restarts_no_pod()
    {
        const string bucket = "storage: { bucket: { name: packages, region: eu-west-1 } }";
        var one = Desired(YamlObjects.Make("PythonRepository", "team-a", bucket));
        var three = Desired(YamlObjects.Make("PythonRepository", "team-a", bucket + ", server: { replicas: 3 }"));
        Assert.Equal(one.TemplateHash, three.TemplateHash);
        Assert.Null(one.DisruptionBudget);
        Assert.NotNull(three.DisruptionBudget);
    }

    [Fact]
    public void The_server_reads_what_the_operator_writes()
    {
        var resource = YamlObjects.Make("PythonRepository", "team-a", """
            access: { grants: [ { to: [ { user: "yes" }, { user: "1e3" }, { user: "ü#" } ], role: Reader, projects: [ "acme-*" ] } ] }
            """);
        var text = Desired(resource).ConfigMap!.Data!["resource.yaml"];
        var read = ManifestReader.Read([new ManifestSource("resource.yaml", text)]);
        Assert.Empty(read.Problems);
        var served = Assert.IsType<Resources.PythonRepository>(Assert.Single(read.Resources));
        Assert.Equal(((Resources.PythonRepository)resource.Resource!).Spec, served.Spec);
        Assert.Equal((resource.Uid, null), (served.Metadata.Uid, served.Metadata.Generation));
    }

    /// <summary>The expected digest is what <c>pyrepo serve</c> reported for a folder with these two files.</summary>
    [Fact]
    public void The_hash_of_the_texts_is_the_one_that_a_server_of_the_previous_release_reports() => Assert.Equal(
        "921382df156b24a19c1321f7af41e72ee2a4c8cf905b52cd3c81d26c2e4c9ecf",
        new MountedConfiguration
        {
            Documents =
            [
                new("platform.json", "platform.json", "{\"members\":{}}\n"),
                new("resource.yaml", "resource.yaml",
                    "apiVersion: pyrepo.dev/v1alpha1\nkind: PythonRepository\nmetadata:\n  name: team-a\n"),
            ],
        }.HashOfTexts);

    [Theory]
    [InlineData("the generation")]
    [InlineData("the replicas")]
    [InlineData("the API server's addresses")]
    [InlineData("the allowed destinations")]
    [InlineData("the labels")]
    public void Fields_that_the_server_ignores_change_neither_the_hash_nor_its_resource(string what)
    {
        var group = YamlObjects.Make("RepositoryGroup", "all", "members: []");
        var before = MountedConfiguration.From(group, Scenario.Inputs, Scenario.Settings);
        var after = what switch
        {
            "the generation" => MountedConfiguration.From(
                group.WithGeneration(9), Scenario.Inputs, Scenario.Settings),
            "the replicas" => MountedConfiguration.From(
                YamlObjects.Make("RepositoryGroup", "all", "members: [], server: { replicas: 3 }"),
                Scenario.Inputs, Scenario.Settings),
            "the API server's addresses" => MountedConfiguration.From(
                group, Scenario.Inputs with { ApiServers = ["10.0.0.9:6443"] }, Scenario.Settings),
            "the allowed destinations" => MountedConfiguration.From(
                group, Scenario.Inputs, Scenario.Settings with { AllowedDestinations = ["example.com"] }),
            _ => MountedConfiguration.From(YamlObjects.ReadOne($$"""
                apiVersion: pyrepo.dev/v1alpha1
                kind: RepositoryGroup
                metadata: { name: all, uid: {{group.Uid}}, labels: { a: b } }
                spec: { members: [] }
                """), Scenario.Inputs, Scenario.Settings),
        };
        Assert.Equal(before.Hash, after.Hash);
        Assert.Equal(GetText(before), GetText(after));

        static string GetText(MountedConfiguration configuration) =>
            configuration.Documents.Single(d => d.Path == "resource.yaml").Text;
    }

    [Fact]
    public void Nothing_of_the_resources_own_labels_and_annotations_is_on_a_child()
    {
        var desired = Desired(YamlObjects.ReadOne("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata:
              name: team-a
              labels: { app.kubernetes.io/instance: canary-label }
              annotations: { kubectl.kubernetes.io/last-applied-configuration: canary-annotation }
            """));
        Assert.All(
            desired.Objects, child => Assert.DoesNotContain("canary", child.ToString(), StringComparison.Ordinal));
        Assert.Equal(["pyrepo.dev/kind", "pyrepo.dev/name"], desired.Deployment!.Metadata.Labels!.Keys);
        Assert.Equal(
            ["pyrepo.dev/declared", "pyrepo.dev/server-options"], desired.Deployment.Metadata.Annotations!.Keys);
    }

    [Fact]
    public void A_network_policy_opens_any_port_of_the_clusters_DNS_and_port_53_of_any_other()
    {
        var settings = Scenario.Settings with { NetworkPolicy = new() { Enabled = true } };
        var egress = DesiredState.From(YamlObjects.Make("PythonRepository", "team-a"), Scenario.Inputs, settings)
            .NetworkPolicy!.Spec!.Egress!;
        Assert.Equal(2, egress.Count);
        Assert.All(egress[0].Ports!, port => Assert.Equal(53, port.Port));
        Assert.Null(egress[0].To);
        Assert.Null(egress[1].Ports);
        Assert.Equal(
            ["kube-system k8s-app", "openshift-dns "],
            egress[1].To!.Select(peer => $"{peer.NamespaceSelector!.MatchLabels!["kubernetes.io/metadata.name"]} "
                + string.Join(",", peer.PodSelector?.MatchLabels?.Keys ?? [])));
    }

    [Theory]
    [InlineData("advisories: { source: 'https://osv.example.com/all.zip' }", true)]
    [InlineData("advisories: { ownRef: { name: ours } }", false)]
    public void A_network_policy_lets_a_hosted_repository_reach_its_source_of_advisories(string spec, bool isOpen)
    {
        var settings = Scenario.Settings with { NetworkPolicy = new() { Enabled = true } };
        var desired = DesiredState.From(
            YamlObjects.Make("PythonRepository", "team-a", spec), Scenario.Inputs, settings);
        Assert.Equal(isOpen, desired.NetworkPolicy!.Spec!.Egress!.Any(
            rule => rule.To?.Any(peer => peer.IpBlock?.Cidr == "0.0.0.0/0") is true));
    }

    [Theory]
    [InlineData("PythonRepository", "advisories: { ownRef: { name: ours } }", "advisories.json")]
    [InlineData("PythonRepository", "attestations: { trustedRootRef: { name: ours } }", "trusted_root.json")]
    [InlineData("ProxyRepository", "policy: { provenance: { trustedRootRef: { name: ours } } }", "trusted_root.json")]
    public void A_ConfigMap_is_mounted_where_the_server_reads_it(string kind, string spec, string key)
    {
        var desired = Desired(YamlObjects.Make(kind, "team-a", spec));
        var items = desired.Deployment!.Spec!.Template.Spec!.Volumes!
            .SelectMany(volume => volume.Projected?.Sources ?? [])
            .Where(source => source.ConfigMap?.Name == "ours").SelectMany(source => source.ConfigMap!.Items!);
        var item = Assert.Single(items);
        Assert.Equal((key, $"configmaps/ours/{key}"), (item.Key, item.Path));
    }

    [Fact]
    public void Data_are_retained_when_a_resource_is_deleted_unless_it_says_otherwise()
    {
        var kept = Desired(YamlObjects.Make("PythonRepository", "team-a"));
        var deleted = Desired(YamlObjects.Make("PythonRepository", "team-a", "storage: { deletionPolicy: Delete }"));
        Assert.Null(kept.PersistentVolumeClaim!.Metadata.OwnerReferences);
        Assert.Null(Credentials("suspend: false").Metadata.OwnerReferences);
        Assert.NotNull(deleted.PersistentVolumeClaim!.Metadata.OwnerReferences);
        Assert.NotNull(Credentials("storage: { deletionPolicy: Delete }").Metadata.OwnerReferences);

        static Secret Credentials(string spec) => CredentialsManifest.Create(
            YamlObjects.Make("PythonRepository", "team-a", spec), Scenario.Inputs)!.Fresh;
    }

    [Fact]
    public void A_new_resource_of_the_same_name_finds_its_data_again_and_one_of_another_kind_does_not()
    {
        var pvc = Scenario.Bound(
            PersistentVolumeClaimManifest.Create(YamlObjects.Make("PythonRepository", "team-a"), Scenario.Inputs)!);
        var inputs = Scenario.Inputs with { PersistentVolumeClaim = pvc };
        Assert.Null(
            DesiredState.From(YamlObjects.Make("PythonRepository", "team-a"), inputs, Scenario.Settings).Rejection);
        Assert.Equal("DataOfAnother", Refused(YamlObjects.Make("ProxyRepository", "team-a"), inputs));
    }

    [Fact]
    public void A_resource_can_take_over_the_data_of_another_name()
    {
        var pvc = Scenario.Bound(
            PersistentVolumeClaimManifest.Create(YamlObjects.Make("PythonRepository", "old"), Scenario.Inputs)!);
        var heir = YamlObjects.Make("PythonRepository", "new", annotations: "{ pyrepo.dev/take-over: packages/old }");
        var desired = DesiredState.From(heir, Scenario.Inputs with { PersistentVolumeClaim = pvc }, Scenario.Settings);
        Assert.Null(desired.Rejection);
        Assert.Equal("old-data", desired.PersistentVolumeClaim!.Metadata.Name);
        Assert.Equal(
            "PythonRepository/packages/new", desired.PersistentVolumeClaim.Metadata.Annotations![Annotations.DataOf]);
        Assert.True(PersistentVolumeClaimManifest.IsTakenOver(heir, pvc));
        Assert.Equal(
            "new", PersistentVolumeClaimManifest.TakenOver(heir, pvc).Metadata.Labels![ChildMetadata.NameLabel]);
    }

    [Theory]
    [InlineData("storage: { persistentVolumeClaim: { size: 5Gi } }", "StorageShrinkRejected")]
    [InlineData("storage: { persistentVolumeClaim: { storageClassName: fast } }", "StorageChangeRejected")]
    [InlineData("storage: { persistentVolumeClaim: { accessModes: [ ReadWriteMany ] } }", "StorageChangeRejected")]
    [InlineData("storage: { ephemeral: {} }", "StorageChangeRejected")]
    [InlineData("storage: { bucket: { name: packages, region: eu-west-1 } }", "StorageChangeRejected")]
    public void A_change_incompatible_with_the_data_is_rejected_and_changes_nothing(string spec, string reason)
    {
        var inputs = Scenario.InputsOfRunning(YamlObjects.Make("PythonRepository", "team-a"));
        var desired = DesiredState.From(
            YamlObjects.Make("PythonRepository", "team-a", spec), inputs, Scenario.Settings);
        Assert.Equal(reason, desired.Rejection?.Reason);
        Assert.Empty(desired.Objects);
    }

    [Fact]
    public void A_foreign_claim_of_the_same_name_is_not_touched()
    {
        var foreign = new PersistentVolumeClaim { Metadata = new() { Name = "team-a-data", Namespace = "packages" } };
        var resource = YamlObjects.Make("PythonRepository", "team-a");
        Assert.Equal("ResourceConflict", Refused(resource, Scenario.Inputs with { PersistentVolumeClaim = foreign }));
    }

    [Fact]
    public void A_claim_whose_class_cannot_grow_keeps_its_size_and_the_rest_goes_on()
    {
        var inputs = Scenario.InputsOfRunning(YamlObjects.Make("PythonRepository", "team-a")) with
        {
            StorageClass = new() { Metadata = new() { Name = "fixed" }, AllowVolumeExpansion = false },
        };
        var desired = DesiredState.From(
            YamlObjects.Make("PythonRepository", "team-a", "storage: { persistentVolumeClaim: { size: 50Gi } }"),
            inputs, Scenario.Settings);
        Assert.Equal("10Gi", desired.PersistentVolumeClaim!.Spec!.Resources!.Requests!["storage"]);
    }

    /// <summary>A waiting pod would mount the claim of a resource that comes later.</summary>
    [Fact]
    public void No_pod_waits_for_a_claim_that_is_not_there()
    {
        var resource = Naming("team-a", "later");
        Assert.Equal(0, Desired(resource).Deployment!.Spec!.Replicas);
        Assert.Equal(1, DesiredState.From(
            resource, Scenario.Inputs with { PersistentVolumeClaim = Claim("later", null, "team-a") },
            Scenario.Settings)
            .Deployment!.Spec!.Replicas);
    }

    /// <summary>Whose data a claim has, who else names it, and whether this resource may use it.</summary>
    [Theory]
    [InlineData(null, null, false, true)]
    [InlineData("PythonRepository/packages/team-a", null, false, true)]
    [InlineData("PythonRepository/packages/other", null, false, false)]
    [InlineData("PythonRepository/packages/other", null, true, true)]
    [InlineData("ProxyRepository/packages/other", null, true, false)]
    [InlineData("PythonRepository/elsewhere/other", null, true, false)]
    [InlineData("PythonRepository/packages/other", "its own", true, false)]
    [InlineData(null, "its own", true, false)]
    [InlineData(null, "older", true, false)]
    [InlineData(null, "younger", false, true)]
    [InlineData(null, "in a bucket", false, true)]
    public void An_existing_claim_is_used_by_whom_its_data_are(
        string? dataOf, string? rival, bool takesOver, bool isUsed)
    {
        var resource = Naming("team-a", "claim", takesOver ? "{ pyrepo.dev/take-over: packages/other }" : "{}");
        var inputs = Scenario.Inputs with
        {
            PersistentVolumeClaim = Claim("claim", dataOf, dataOf is null ? "team-a" : null),
            ClaimRivals = rival switch
            {
                null => [],
                "its own" => [Aged(YamlObjects.Make("PythonRepository", "other"), 1)],
                "in a bucket" => [Aged(YamlObjects.Make(
                    "PythonRepository", "other", "storage: { bucket: { name: b, region: eu-west-1 } }"), -1)],
                _ => [Aged(Naming("other", "claim"), rival == "older" ? -1 : 1)],
            },
        };
        Assert.Equal(isUsed ? null : "DataOfAnother", Refused(resource, inputs));
    }

    /// <summary>Who gave a claim without data of a resource, and what the administrator allows.</summary>
    [Theory]
    [InlineData(null, "Annotated", "VolumeNotGiven", null)]
    [InlineData("", "Annotated", "VolumeNotGiven", null)]
    [InlineData("another", "Annotated", "VolumeNotGiven", null)]
    [InlineData("*", "Annotated", "VolumeNotGiven", null)]
    [InlineData("team-a", "Annotated", null, 65532L)]
    [InlineData(null, "All", null, null)]
    [InlineData("another", "All", null, null)]
    [InlineData("team-a", "All", null, 65532L)]
    public void An_existing_claim_is_used_by_whom_its_owner_gave_it(
        string? givenTo, string allowed, string? refused, long? group)
    {
        var settings = Scenario.Settings with { ClaimableVolumes = Enum.Parse<ClaimableVolumes>(allowed) };
        var desired = DesiredState.From(
            Naming("team-a", "claim"), Scenario.Inputs with { PersistentVolumeClaim = Claim("claim", null, givenTo) },
            settings);
        Assert.Equal(refused, desired.Rejection?.Reason);
        if (refused is not null)
        {
            Assert.Contains(
                "kubectl annotate -n packages pvc claim pyrepo.dev/claimable-by=team-a", desired.Rejection!.Message,
                StringComparison.Ordinal);
            return;
        }
        var security = desired.Deployment!.Spec!.Template.Spec!.SecurityContext!;
        Assert.Equal((group, group is null ? null : "OnRootMismatch"),
            (security.FsGroup, security.FsGroupChangePolicy));
    }

    /// <summary>Whose data a snapshot has, who gave it, and what the administrator allows.</summary>
    [Theory]
    [InlineData("PythonRepository/packages/team-a", null, "Annotated", null)]
    [InlineData("PythonRepository/packages/other", null, "Annotated", "VolumeNotGiven")]
    [InlineData("PythonRepository/packages/other", "team-a", "Annotated", null)]
    [InlineData("PythonRepository/packages/other", "other", "Annotated", "VolumeNotGiven")]
    [InlineData(null, null, "Annotated", "VolumeNotGiven")]
    [InlineData(null, "team-a", "Annotated", null)]
    [InlineData(null, null, "All", null)]
    [InlineData("missing", null, "All", "RestoreRejected")]
    public void A_snapshot_is_restored_by_whom_it_was_given_to(
        string? dataOf, string? givenTo, string allowed, string? refused)
    {
        var resource = YamlObjects.Make(
            "PythonRepository", "team-a", "storage: { restoreFrom: { volumeSnapshot: snapshot } }");
        var inputs = Scenario.Inputs with
        {
            RestoreSource = dataOf == "missing" ? null
                : new() { Metadata = Claim("snapshot", dataOf, givenTo).Metadata },
        };
        var desired = DesiredState.From(resource, inputs,
            Scenario.Settings with { ClaimableVolumes = Enum.Parse<ClaimableVolumes>(allowed) });
        Assert.Equal(refused, desired.Rejection?.Reason);
        Assert.Equal(
            refused is null ? "snapshot" : null,
            PersistentVolumeClaimManifest.FindSnapshot(desired.PersistentVolumeClaim));
    }

    static DeclaredResource Naming(string name, string claim, string annotations = "{}") => YamlObjects.Make(
        "PythonRepository", name, $"storage: {{ persistentVolumeClaim: {{ existingClaim: {claim} }} }}", annotations);

    static DeclaredResource Aged(DeclaredResource resource, int seconds) => DeclaredResource.Read(resource.Source with
    {
        Metadata = resource.Source.Metadata with
        {
            Uid = "another",
            CreationTimestamp = resource.Source.Metadata.CreationTimestamp?.AddSeconds(seconds),
        },
    });

    static PersistentVolumeClaim Claim(string name, string? dataOf, string? givenTo) => new()
    {
        Metadata = new()
        {
            Name = name,
            Namespace = "packages",
            Annotations = ChildMetadata.Texts([
                .. dataOf is null ? [] : new[] { (Annotations.DataOf, dataOf) },
                .. givenTo is null ? [] : new[] { (Annotations.ClaimableBy, givenTo) }]),
        },
        Status = new() { Phase = "Bound" },
    };

    [Fact]
    public void The_older_of_two_resources_gets_a_shared_name()
    {
        var older = YamlObjects.Make("PythonRepository", "team-a");
        var younger =
            YamlObjects.Make("RepositoryGroup", "team-a", "members: [ { kind: PythonRepository, name: other } ]");
        younger = DeclaredResource.Read(younger.Source with
        {
            Metadata = younger.Source.Metadata with { CreationTimestamp = Scenario.Now },
        });
        Assert.Equal("NameTaken", Refused(younger, Scenario.Inputs with { NameConflicts = [older] }));
        Assert.Null(
            DesiredState.From(older, Scenario.Inputs with { NameConflicts = [younger] }, Scenario.Settings).Rejection);
    }

    [Fact]
    public void One_of_two_equally_old_resources_gets_the_name_preferring_the_one_with_children()
    {
        var hosted = YamlObjects.Make("PythonRepository", "team-a");
        var proxy = YamlObjects.Make("ProxyRepository", "team-a");
        proxy = DeclaredResource.Read(
            proxy.Source with { Metadata = proxy.Source.Metadata with { Uid = "another" } });
        foreach (var holder in (string?[])[null, hosted.Uid, proxy.Uid])
        {
            var (winner, loser) = holder == hosted.Uid ? (hosted, proxy) : (proxy, hosted);
            Assert.Null(Refused(winner, Scenario.Inputs with { NameConflicts = [loser], NameOwner = holder }));
            var inputs = Scenario.Inputs with { NameConflicts = [winner], NameOwner = holder };
            var rejection = DesiredState.From(loser, inputs, Scenario.Settings).Rejection!;
            Assert.Equal("NameTaken", rejection.Reason);
            Assert.Contains(
                $"{winner.Kind} team-a of this namespace was created in the same second", rejection.Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("registry.example.com/pyrepo:9", true)]
    [InlineData("registry.example.com/pyrepo@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        true)]
    [InlineData("registry.example.com/pyrepo-evil:1", false)]
    [InlineData("evil.example.com/pyrepo:1", false)]
    public void An_image_must_be_of_the_servers_repository(string image, bool isAllowed) => Assert.Equal(
        isAllowed ? null : "ImageNotAllowed",
        DesiredState.From(
            YamlObjects.Make("PythonRepository", "team-a", $"server: {{ image: \"{image}\" }}"), Scenario.Inputs,
            Scenario.Settings)
            .Rejection?.Reason);

    [Fact]
    public void A_spec_that_breaks_a_rule_is_rejected_with_field_and_remedy()
    {
        var desired = DesiredState.From(
            YamlObjects.Make("PythonRepository", "team-a", "server: { replicas: 2 }"), Scenario.Inputs,
            Scenario.Settings);
        Assert.Equal("InvalidSpec", desired.Rejection?.Reason);
        Assert.Contains("spec.server.replicas", desired.Rejection!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("team-a-credentials")]
    [InlineData("pyrepo-signing-key")]
    public void A_foreign_Secret_of_the_same_name_is_reported(string name)
    {
        var rejection = DesiredState.From(
            YamlObjects.Make("PythonRepository", "team-a"), Scenario.Inputs with { ForeignSecret = name },
            Scenario.Settings).Rejection!;
        Assert.Equal("ResourceConflict", rejection.Reason);
        Assert.Contains(name, rejection.Message, StringComparison.Ordinal);
    }

    static string? Text(Secret secret, string key) =>
        secret.Data!.GetValueOrDefault(key) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    static string? Refused(DeclaredResource resource, ReconcileInputs inputs) =>
        DesiredState.From(resource, inputs, Scenario.Settings).Rejection?.Reason;

    static DesiredState Desired(DeclaredResource resource)
    {
        var desired = DesiredState.From(resource, Scenario.Inputs, Scenario.Settings);
        Assert.Null(desired.Rejection);
        return desired;
    }
}
