using PyRepo.Resources.Access;
using PyRepo.Resources.Attesting;
using PyRepo.Resources.Grouped;
using PyRepo.Resources.Hosted;
using PyRepo.Resources.Manifests;
using PyRepo.Resources.Proxied;
using PyRepo.Resources.References;
using PyRepo.Resources.Serving;
using PyRepo.Resources.Storage;
using PyRepo.Resources.Tests.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Tests.Manifests;

public sealed class AllFieldsTests
{
    static readonly string _text = Sample.Text("all-fields.yaml");
    static readonly ManifestSet _set = Sample.Read(_text);

    [Theory]
    [InlineData("all-fields.yaml")]
    [InlineData("design.yaml")]
    public void The_documents_of_the_design_are_read_without_a_problem(string name) =>
        Assert.Empty(Sample.Read(Sample.Text(name)).Problems);

    [Theory]
    [InlineData(PythonRepository.KindName)]
    [InlineData(ProxyRepository.KindName)]
    [InlineData(RepositoryGroup.KindName)]
    public void Every_field_of_a_kind_is_written_in_the_sample_and_noted_as_written(string kind)
    {
        // What the kinds share is written in the documents of any kind.
        var written = _set.Resources.SelectMany(resource => resource.WrittenFields.Keys).ToHashSet();
        Assert.Empty(Described.Fields(kind).Select(field => field.Path).Except(written));
    }

    [Fact]
    public void Every_written_field_has_the_position_of_its_value()
    {
        var lines = _text.Split('\n');
        foreach (var resource in _set.Resources)
            foreach (var (path, position) in resource.FieldPositions)
            {
                var before = string.Join('\n', lines.Take(position.Line - 1)) + "\n"
                    + lines[position.Line - 1][..(position.Column - 1)];
                var name = path[(path.LastIndexOf('.') + 1)..];
                Assert.EndsWith($"{name}:", before.TrimEnd(' ', '\n', '"'), StringComparison.Ordinal);
                Assert.NotEqual(' ', lines[position.Line - 1][position.Column - 1]);
            }
    }

    [Fact]
    public void A_hosted_repository_has_what_is_written()
    {
        var repository = One<PythonRepository>("team-a");
        var spec = repository.Spec;
        Assert.Equal(("packages", 3L, "a", "true"), (repository.Metadata.Namespace, repository.Metadata.Generation,
            repository.Metadata.Labels["team"], repository.Metadata.Annotations["pyrepo.dev/paused"]));
        Assert.Equal(new PersistentVolumeClaimSpec
        {
            Size = Quantity.Parse("20Gi"),
            StorageClassName = "fast",
            AccessModes = [AccessMode.ReadWriteOnce],
            ExistingClaim = "old-claim",
        }, spec.Storage.PersistentVolumeClaim);
        Assert.Equal(
            new UploadsSpec { MaxFileSize = Quantity.Parse("2Gi"), Guard = UploadGuardAction.Report }, spec.Uploads);
        Assert.Equal(new RetentionSpec
        {
            KeepVersions = 20,
            KeepDevReleasesFor = Duration.FromDays(30),
            KeepIfDownloadedWithin = Duration.FromDays(90),
        }, spec.Retention);
        Assert.Equal(new IngressTls { SecretName = "pypi-tls" }, spec.Ingress!.Tls);
        Assert.Equal(Quantity.Parse("100m"), spec.Server.Resources.Requests["cpu"]);
        Assert.Equal(new Toleration
        {
            Key = "dedicated",
            Value = "packages",
            Effect = TaintEffect.NoExecute,
            TolerationSeconds = 300,
        }, Assert.Single(spec.Server.Tolerations!));
    }

    [Fact]
    public void Grants_have_what_is_written()
    {
        var access = One<PythonRepository>("team-a").Spec.Access!;
        Assert.Equal("team-a-users", access.UsersSecretRef!.Name);
        Assert.Equal(["pyrepo.dev/packages"], access.ServiceAccounts!.Audiences!);
        Assert.Equal(4, access.Grants!.Count);
        Assert.NotNull(access.Grants[0].To[0].Anyone);
        Assert.NotNull(access.Grants[0].To[1].Authenticated);
        Assert.Null(access.Grants[0].Projects);
        Assert.Equal(new Grant
        {
            To =
            [
                new Subject { User = "alice" },
                new Subject { ServiceAccount = new() { Namespace = "ci", Name = "builder" } },
            ],
            Role = Role.Publisher,
            Projects = ["acme-*"],
        }, access.Grants[1]);
        Assert.Equal("acme/lib", access.Grants[2].To[0].Identity!.Claims["repository"]);
        Assert.Equal(("admins", Role.Maintainer), (access.Grants[3].To[0].Group, access.Grants[3].Role));
    }

    [Fact]
    public void Required_attestations_have_what_is_written() =>
        Assert.Equal(new AttestationsSpec
        {
            Verify = AttestationVerification.Require,
            TrustedRootRef = new() { Name = "sigstore", Key = "root.json" },
            Require =
            [
                new AttestationRequirement
                {
                    Projects = ["acme-*", "lib"],
                    Publishers =
                    [
                        new RequiredPublisherSpec
                        {
                            Kind = AttestedPublisherKind.GitHub,
                            Repository = "acme/lib",
                            Workflow = "release.yml",
                            Environment = "pypi",
                        },
                        new RequiredPublisherSpec
                        {
                            Kind = AttestedPublisherKind.GitLab,
                            Repository = "acme/tools/lib",
                            Workflow = "ci/release.yml",
                        },
                        new RequiredPublisherSpec
                        {
                            Kind = AttestedPublisherKind.Google,
                            Email = "builder@acme.iam.gserviceaccount.com",
                        },
                    ],
                },
            ],
        }, One<PythonRepository>("team-a").Spec.Attestations);

    [Fact]
    public void A_bucket_and_a_gateway_have_what_is_written()
    {
        var spec = One<PythonRepository>("team-b").Spec;
        Assert.Equal(new BucketSpec
        {
            Name = "team-b",
            Endpoint = "http://minio.minio:9000",
            Region = "us-east-1",
            Prefix = "packages/",
            CredentialsSecretRef = new() { Name = "s3" },
            CaBundleRef = new() { Name = "ca", Key = "ca.crt" },
            Addressing = BucketAddressing.Path,
            Encryption = new() { Algorithm = EncryptionAlgorithm.KMS, KmsKeyId = "alias/packages" },
        }, spec.Storage.Bucket);
        Assert.Null(spec.Storage.EffectivePersistentVolumeClaim);
        Assert.Equal(new GatewaySpec
        {
            ParentRefs = [new GatewayReference { Namespace = "gateways", Name = "public", SectionName = "https" }],
            Hostnames = ["pypi.example.com"],
        }, spec.Gateway);
        Assert.Equal(3, spec.Server.Replicas);
        Assert.NotNull(One<PythonRepository>("scratch").Spec.Storage.Ephemeral);
    }

    [Fact]
    public void A_claimed_bucket_and_keys_of_other_names_have_what_is_written()
    {
        var spec = One<PythonRepository>("claimed").Spec;
        Assert.Equal(new BucketSpec { ClaimRef = new() { Name = "python-packages" } }, spec.Storage.Bucket);
        Assert.Equal("bucket of the ObjectBucketClaim python-packages", spec.Storage.Bucket!.Title);
        var keys = new BucketCredentialsKeys
        {
            AccessKeyId = "CONSOLE_ACCESS_KEY",
            SecretAccessKey = "CONSOLE_SECRET_KEY",
        };
        var reference = spec.Backup!.To.Bucket!.CredentialsSecretRef!;
        Assert.Equal(new BucketCredentialsReference { Name = "tenant-user", Keys = keys }, reference);
        Assert.Equal(
            ("CONSOLE_ACCESS_KEY", "CONSOLE_SECRET_KEY", "AWS_SESSION_TOKEN"),
            (reference.GetName("AWS_ACCESS_KEY_ID"), reference.GetName("AWS_SECRET_ACCESS_KEY"),
                reference.GetName("AWS_SESSION_TOKEN")));
    }

    [Fact]
    public void A_proxy_has_what_is_written()
    {
        var spec = One<ProxyRepository>("pypi").Spec;
        Assert.Equal(new UpstreamSpec
        {
            Url = "https://index.example.com/simple/",
            Layout = UpstreamLayout.SimpleApi,
            Probe = "six",
            Redirects = UpstreamRedirects.Follow,
            CredentialsSecretRef = new() { Name = "up" },
            CaBundleRef = new() { Kind = DataKind.ConfigMap, Name = "ca", Key = "ca.crt" },
            ProxyUrl = "http://proxy.example.com:3128",
            Timeout = Duration.FromSeconds(30),
        }, spec.Upstream);
        Assert.Equal(ProxyMode.Mirror, spec.Mode);
        Assert.Equal(new CacheSpec { MaxSize = Quantity.Parse("50Gi") }, spec.Cache);
        Assert.Equal(new MirrorSpec { Requirements = ["requests>=2", "django"] }, spec.Mirror);
        Assert.Equal(new PolicySpec
        {
            Allow = ["requests>=2.31", "acme-*"],
            Block = ["evil", "urllib3<2"],
            ConstraintsRef = new() { Name = "blessed-set", Key = "constraints.txt" },
            MinimumAge = Duration.FromDays(7),
            Exempt = ["acme-*", "urllib3==2.6.1"],
            Waivers =
            [
                new WaiverSpec
                {
                    Match = "urllib3==2.6.1",
                    Rules = [WaivedRule.MinimumAge],
                    Reason = "CVE-2026-1 is fixed there",
                    By = "alice",
                    Until = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero),
                },
            ],
            AsOf = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            PackageTypes = ["bdist_wheel", "sdist"],
            OnUpstreamRemoval = UpstreamRemoval.Hide,
            Advisories = new()
            {
                Source = "https://osv.example.com/all.zip",
                Action = AdvisoryAction.Block,
                MinimumSeverity = Severity.High,
                OwnRef = new ConfigMapReference { Name = "ours", Key = "advisories.json" },
                Refresh = Duration.FromMinutes(30),
            },
            Provenance = new()
            {
                Action = PolicyAction.Hold,
                Ratchet = false,
                HoldFor = Duration.FromDays(3),
                Require =
                [
                    new AttestationRequirement
                    {
                        Projects = ["lib"],
                        Publishers =
                        [
                            new RequiredPublisherSpec
                            {
                                Kind = AttestedPublisherKind.Google,
                                Email = "builder@acme.iam.gserviceaccount.com",
                            },
                            new RequiredPublisherSpec
                            {
                                Kind = AttestedPublisherKind.GitHub,
                                Repository = "acme/lib",
                                Workflow = "release.yml",
                                Environment = "pypi",
                            },
                        ],
                    },
                ],
                TrustedRootRef = new ConfigMapReference { Name = "sigstore", Key = "root.json" },
            },
            Guard = new()
            {
                Action = PolicyAction.Hold,
                HoldFor = Duration.FromDays(5),
                Rules = [GuardRule.StartupFile, GuardRule.LookAlike, GuardRule.ChangedBytes],
            },
        }, spec.Policy);
    }

    [Fact]
    public void A_group_has_what_is_written()
    {
        var spec = One<RepositoryGroup>("all").Spec;
        Assert.Equal(
            [
                new GroupMember { Kind = MemberKind.PythonRepository, Name = "team-a" },
                new GroupMember { Kind = MemberKind.ProxyRepository, Name = "pypi" },
            ],
            spec.Members);
        Assert.Equal((Resolution.FirstMatch, "acme-*", "team-a"), (spec.Resolution, spec.Reserved[0], spec.UploadTo));
    }

    [Fact]
    public void An_omitted_field_has_its_default()
    {
        var hosted = Sample.One<PythonRepository>(
            "apiVersion: pyrepo.dev/v1alpha1\nkind: PythonRepository\nmetadata: { name: a }\n");
        Assert.Equal("default", hosted.Metadata.Namespace);
        Assert.Equal(new PythonRepositorySpec(), hosted.Spec);
        Assert.Equal(10L << 30, hosted.Spec.Storage.EffectivePersistentVolumeClaim!.Size.Bytes);
        Assert.Null(hosted.Spec.Access);
        var proxy = Sample.One<ProxyRepository>(
            "apiVersion: pyrepo.dev/v1alpha1\nkind: ProxyRepository\nmetadata: { name: a }\nspec:\n");
        Assert.Equal(new ProxyRepositorySpec(), proxy.Spec);
        Assert.Equal("https://pypi.org/simple/", proxy.Spec.Upstream.Url);
    }

    [Fact]
    public void Reading_the_same_text_twice_gives_equal_specs() => Assert.Equal(
        One<ProxyRepository>("pypi").Spec,
        Sample.Read(_text).Resources.OfType<ProxyRepository>().Single(r => r.Metadata.Name == "pypi").Spec);

    static T One<T>(string name) where T : Resource =>
        _set.Resources.OfType<T>().Single(resource => resource.Metadata.Name == name);
}
