using System.Collections.Immutable;
using PyRepo.Operator.Manifests;
using PyRepo.Operator.Settings;

namespace PyRepo.Operator.Tests.Manifests;

/// <summary>
/// Whole sets of children, to be read: a change of one is a change for users, and may restart their servers.
/// </summary>
public sealed class GoldenTests
{
    [Fact]
    public void Each_sample_has_the_children_that_its_golden_file_shows()
    {
        var samples = TestFiles.In(SourceTree.At("config", "samples"), "*.yaml");
        foreach (var sample in samples)
        {
            var declared = YamlObjects.Read(File.ReadAllText(sample));
            foreach (var resource in declared)
            {
                GoldenFile.Check(
                    $"sample-{Path.GetFileNameWithoutExtension(sample)}-{resource.Name}",
                    DesiredState.From(resource, Around(resource, declared), Scenario.Settings));
            }
        }
    }

    [Fact]
    public void A_bucket_with_replicas_behind_a_gateway() => GoldenFile.Check("bucket-replicas-gateway", Desired("""
        kind: PythonRepository
        metadata: { name: team-a }
        spec:
          storage:
            bucket: { name: packages, endpoint: "http://minio.minio:9000", prefix: team-a, credentialsSecretRef: { name: s3 } }
            deletionPolicy: Delete
          access:
            usersSecretRef: { name: users }
            serviceAccounts: {}
            grants:
            - { to: [ { serviceAccount: { name: builder } } ], role: Publisher }
          gateway: { parentRefs: [ { name: public, namespace: gateways } ], hostnames: [ pypi.example.com ] }
          server:
            replicas: 3
            resources: { requests: { cpu: "0.5", memory: 512Mi }, limits: { memory: 1Gi } }
            nodeSelector: { disk: fast }
            tolerations: [ { key: packages, operator: Exists, effect: NoSchedule } ]
        """, Scenario.Inputs with
    {
        ServiceAccounts = new ServiceAccountIssuer(
            "https://kubernetes.default.svc.cluster.local",
            """{"keys":[{"alg":"RS256","e":"AQAB","kid":"one","kty":"RSA","n":"xjEC","use":"sig"}]}"""),
    }, Scenario.Settings with { AllowedDestinations = ["minio.minio", "10.0.0.0/8"] }));

    [Fact]
    public void A_bucket_of_a_claim_with_backups_by_keys_of_other_names() =>
        GoldenFile.Check("bucket-claim", Desired("""
        kind: PythonRepository
        metadata: { name: team-a }
        spec:
          storage: { bucket: { claimRef: { kind: ObjectBucketClaim, name: packages } } }
          backup:
            to:
              bucket:
                name: backups
                endpoint: "http://minio.minio:9000"
                credentialsSecretRef:
                  name: backup-user
                  keys: { accessKeyId: CONSOLE_ACCESS_KEY, secretAccessKey: CONSOLE_SECRET_KEY }
        """, Scenario.Inputs, Scenario.Settings));

    [Fact]
    public void A_bucket_that_the_pods_reach_by_their_identity_in_a_cloud() =>
        GoldenFile.Check("bucket-identity", Desired("""
        kind: ProxyRepository
        metadata: { name: pypi }
        spec:
          storage:
            bucket:
              name: packages
              region: eu-west-1
              caBundleRef: { name: ca, key: ca.crt }
              encryption: { algorithm: KMS, kmsKeyId: alias/packages }
          server: { serviceAccountAnnotations: { eks.amazonaws.com/role-arn: "arn:aws:iam::123456789012:role/packages" } }
        """, Scenario.Inputs, Scenario.Settings with
        {
            AllowedServiceAccountAnnotations = ["eks.amazonaws.com/role-arn"],
            NetworkPolicy = new NetworkPolicySettings { Enabled = true },
        }));

    [Fact]
    public void A_volume_of_a_class_that_goes_with_its_resource_behind_an_nginx_ingress_with_a_network_policy() =>
        GoldenFile.Check("volume-ingress-network-policy", Desired("""
            kind: PythonRepository
            metadata:
              name: team-a
              labels: { app.kubernetes.io/instance: argo }
              annotations: { argocd.argoproj.io/tracking-id: "argo:pyrepo.dev/PythonRepository:packages/team-a" }
            spec:
              storage:
                persistentVolumeClaim: { size: 20Gi, storageClassName: fast, accessModes: [ ReadWriteOncePod ] }
                deletionPolicy: Delete
              ingress:
                className: nginx
                host: pypi.example.com
                path: /team-a
                tls: { secretName: pypi-tls }
                annotations: { cert-manager.io/cluster-issuer: letsencrypt }
            """, Scenario.Inputs, Scenario.Settings with
        {
            NetworkPolicy = new NetworkPolicySettings { Enabled = true, MonitoringNamespaces = ["monitoring"] },
        }));

    [Fact]
    public void Pods_with_all_that_a_resource_may_decide_about_them() => GoldenFile.Check("pods", Desired("""
        kind: RepositoryGroup
        metadata: { name: all }
        spec:
          members: [ { kind: PythonRepository, name: team-a } ]
          server:
            replicas: 2
            resources: { limits: { memory: 512Mi } }
            imagePullSecrets: [ { name: registry } ]
            priorityClassName: tools
            podLabels: { cost-center: packages }
            podAnnotations: { prometheus.io/scrape: "true" }
            nodeSelector: { disk: ssd }
            tolerations: [ { key: tools, operator: Exists } ]
            affinity:
              nodeAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms:
                  - matchExpressions: [ { key: kubernetes.io/arch, operator: In, values: [ amd64 ] } ]
                preferredDuringSchedulingIgnoredDuringExecution:
                - weight: 10
                  preference: { matchExpressions: [ { key: cores, operator: Gt, values: [ "4" ] } ] }
              podAffinity:
                preferredDuringSchedulingIgnoredDuringExecution:
                - weight: 1
                  podAffinityTerm: { labelSelector: { matchLabels: { app: cache } }, topologyKey: topology.kubernetes.io/zone }
              podAntiAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                - topologyKey: kubernetes.io/hostname
            topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: topology.kubernetes.io/zone
              whenUnsatisfiable: DoNotSchedule
              labelSelector: { matchExpressions: [ { key: app, operator: Exists } ] }
              minDomains: 2
              nodeAffinityPolicy: Honor
              nodeTaintsPolicy: Honor
        """, settings: Scenario.Settings with
    {
        AllowedPodLabels = ["cost-center"],
        AllowedPodAnnotations = ["prometheus.io/*"],
    }));

    [Fact]
    public void A_pod_to_which_the_platform_assigns_a_user() => GoldenFile.Check("assigned-user", Desired(
        "kind: PythonRepository\nmetadata: { name: team-a }\n",
        settings: Scenario.Settings with { Server = new ServerSettings { AssignedUser = true } }));

    [Fact]
    public void A_proxy_of_an_index_that_asks_for_credentials() => GoldenFile.Check("proxy-credentials", Desired("""
        kind: ProxyRepository
        metadata: { name: upstream }
        spec:
          upstream:
            url: "https://index.example.com/simple/"
            credentialsSecretRef: { name: up }
            caBundleRef: { kind: ConfigMap, name: ca, key: ca.crt }
          policy: { constraintsRef: { kind: ConfigMap, name: blessed, key: constraints.txt } }
          storage: { ephemeral: {} }
        """, Scenario.Inputs, Scenario.Settings with { NetworkPolicy = new NetworkPolicySettings { Enabled = true } }));

    [Fact]
    public void A_suspended_repository_on_a_claim_that_was_there() =>
        GoldenFile.Check("existing-claim-suspended", Desired("""
        kind: PythonRepository
        metadata: { name: team-a }
        spec:
          storage: { persistentVolumeClaim: { existingClaim: old-packages }, deletionPolicy: Delete }
          suspend: true
        """));

    [Fact]
    public void A_group_in_a_group_with_users_of_its_own()
    {
        var declared = YamlObjects.Read("""
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: all }
            spec:
              members: [ { kind: RepositoryGroup, name: inner }, { kind: ProxyRepository, name: later } ]
              access: { usersSecretRef: { name: everybody } }
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: RepositoryGroup
            metadata: { name: inner }
            spec:
              members: [ { kind: PythonRepository, name: team-a } ]
              ingress: { host: inner.example.com }
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: { name: team-a }
            spec:
              uploads: { overwrite: Always }
              storage: { bucket: { name: packages, region: eu-west-1, credentialsSecretRef: { name: s3 } } }
              access: { usersSecretRef: { name: team-a-users } }
            """);
        GoldenFile.Check("group-in-group", DesiredState.From(
            declared[0], Scenario.Inputs with { Members = [.. declared.Skip(1)] }, Scenario.Settings));
    }

    static DesiredState Desired(string yaml, ReconcileInputs? inputs = null, OperatorSettings? settings = null)
    {
        var desired = DesiredState.From(Read(yaml), inputs ?? Scenario.Inputs, settings ?? Scenario.Settings);
        Assert.Null(desired.Rejection);
        return desired;
    }

    static DeclaredResource Read(string yaml) => YamlObjects.ReadOne("apiVersion: pyrepo.dev/v1alpha1\n" + yaml);

    static ReconcileInputs Around(DeclaredResource resource, IReadOnlyList<DeclaredResource> declared) =>
        Scenario.Inputs with
        {
            Members = resource.Kind == "RepositoryGroup" ? [.. declared.Where(d => d != resource)]
            : ImmutableArray<DeclaredResource>.Empty,
        };
}
