using PyRepo.Resources.Manifests;
using PyRepo.Resources.Problems;
using PyRepo.Resources.References;

namespace PyRepo.Resources.Tests.Manifests;

public sealed class CrossChecksTests
{
    static readonly ManifestSet _allFields = Sample.Read(Sample.Text("all-fields.yaml"));

    [Fact]
    public void A_resource_refers_to_every_Secret_and_ConfigMap_that_its_server_reads()
    {
        Assert.Equal(
            [
                new NamedData(DataKind.Secret, "team-a-users", null, "spec.access.usersSecretRef"),
                .. Backups, new NamedData(DataKind.ConfigMap, "ours", "ours.json", "spec.advisories.ownRef"),
                new NamedData(DataKind.ConfigMap, "sigstore", "root.json", "spec.attestations.trustedRootRef"),
                new NamedData(DataKind.Secret, "s3", null, "spec.storage.bucket.credentialsSecretRef"),
                new NamedData(DataKind.ConfigMap, "ca", "ca.crt", "spec.storage.bucket.caBundleRef"),
                .. Restored,
                new NamedData(DataKind.ConfigMap, "python-packages", null, "spec.storage.bucket.claimRef"),
                new NamedData(DataKind.Secret, "python-packages", null, "spec.storage.bucket.claimRef"),
                .. Keys("tenant-user", "spec.backup.to.bucket", "CONSOLE_ACCESS_KEY", "CONSOLE_SECRET_KEY"),
                .. Keys("team-d-bucket", "spec.storage.bucket", "username", "password"),
                .. Keys("backup-bucket", "spec.storage.restoreFrom.bucket", "username", "password"),
                .. Restored, .. Backups,
                new NamedData(DataKind.Secret, "up", null, "spec.upstream.credentialsSecretRef"),
                new NamedData(DataKind.ConfigMap, "ca", "ca.crt", "spec.upstream.caBundleRef"),
                new NamedData(DataKind.ConfigMap, "blessed-set", "constraints.txt", "spec.policy.constraintsRef"),
                new NamedData(DataKind.ConfigMap, "ours", "advisories.json", "spec.policy.advisories.ownRef"),
                new NamedData(DataKind.ConfigMap, "sigstore", "root.json", "spec.policy.provenance.trustedRootRef"),
            ],
            _allFields.Resources.SelectMany(resource => DataReferences.Find(resource)));
    }

    static NamedData[] Backups => OfBucket("spec.backup.to.bucket");

    static NamedData[] Restored => OfBucket("spec.storage.restoreFrom.bucket");

    static NamedData[] OfBucket(string field) =>
    [
        new(DataKind.Secret, "backup-keys", null, $"{field}.credentialsSecretRef"),
        new(DataKind.ConfigMap, "ca", "ca.crt", $"{field}.caBundleRef"),
    ];

    static NamedData[] Keys(string secret, string bucket, params string?[] keys) =>
    [
        .. keys.Prepend(null).Select(
            key => new NamedData(DataKind.Secret, secret, key, $"{bucket}.credentialsSecretRef")),
    ];

    [Fact]
    public void A_claim_that_is_not_bound_lacks_a_ConfigMap_and_a_Secret() => Assert.Equal(
        [
            "the ConfigMap \"packages\" is not among the documents of the namespace default",
            "the Secret \"packages\" is not among the documents of the namespace default",
        ],
        CrossChecks.MissingReferences(Sample.Read(Sample.Document(
            "PythonRepository", "storage: { bucket: { claimRef: { name: packages } } }"))).Select(p => p.Message));

    [Fact]
    public void A_key_of_a_bucket_that_its_Secret_lacks_is_reported_by_its_name_there()
    {
        var set = Sample.Read(Sample.Document("PythonRepository",
            "storage: { bucket: { name: abc, region: eu, credentialsSecretRef: { name: keys, keys: "
            + "{ accessKeyId: AccessKey, secretAccessKey: SecretKey } } } }")
            + "---\napiVersion: v1\nkind: Secret\nmetadata: { name: keys }\nstringData: { AccessKey: a }\n");
        Assert.Equal("the Secret \"keys\" has no key \"SecretKey\"",
            Assert.Single(CrossChecks.MissingReferences(set)).Message);
    }

    [Fact]
    public void A_reference_to_a_missing_object_is_reported_at_its_position()
    {
        var missing = CrossChecks.MissingReferences(_allFields);
        Assert.Equal(23, missing.Length);
        Assert.Equal(
            "a.yaml:37:29: spec.access.usersSecretRef.name: the Secret \"team-a-users\" "
            + "is not among the documents of the namespace packages", missing[0].ToString());
        Assert.All(missing, problem => Assert.Equal(ProblemReason.MissingReference, problem.Reason));
    }

    [Fact]
    public void A_reference_to_a_missing_key_is_reported()
    {
        var set = Sample.Read(Sample.Document("ProxyRepository", "upstream: { caBundleRef: { name: ca, key: ca.crt } }")
            + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ca }\ndata: { other: a }\n");
        Assert.Equal("the ConfigMap \"ca\" has no key \"ca.crt\"",
            Assert.Single(CrossChecks.MissingReferences(set)).Message);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\" \\n\"")]
    public void A_reference_to_an_empty_key_is_reported(string value)
    {
        var set = Sample.Read(Sample.Document("ProxyRepository", "upstream: { caBundleRef: { name: ca, key: ca.crt } }")
            + $"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: ca }}\ndata: {{ ca.crt: {value} }}\n");
        Assert.Equal("the ConfigMap \"ca\" has nothing in its key \"ca.crt\"",
            Assert.Single(CrossChecks.MissingReferences(set)).Message);
    }

    [Fact]
    public void Objects_of_another_namespace_do_not_count()
    {
        var set = Sample.Read(Sample.Document("PythonRepository", "access: { usersSecretRef: { name: users } }")
            + "---\napiVersion: v1\nkind: Secret\nmetadata: { name: users, namespace: other }\n");
        Assert.Single(CrossChecks.MissingReferences(set));
    }

    [Fact]
    public void An_invalid_object_does_not_count_as_missing()
    {
        var set = Sample.Read(Sample.Document("PythonRepository", "access: { usersSecretRef: { name: users } }")
            + "---\napiVersion: v1\nkind: Secret\nmetadata: { name: users }\ndata: { a: '!' }\n");
        Assert.Single(set.Problems);
        Assert.Empty(CrossChecks.MissingReferences(set));
    }

    [Fact]
    public void Members_of_a_group_must_exist_and_have_the_right_kind()
    {
        Assert.Empty(CrossChecks.MissingMembers(_allFields));
        var set = Sample.Read(Sample.Text("all-fields.yaml")
            .Replace("members: [ { kind: PythonRepository, name: team-a }, { kind: ProxyRepository, name: pypi } ]",
                "members: [ { kind: PythonRepository, name: team-a }, { kind: PythonRepository, name: pypi },\n"
                + "    { kind: ProxyRepository, name: none } ]"));
        Assert.Equal(
            [
                "spec.members[1].name: \"pypi\" is a ProxyRepository, not a PythonRepository",
                "spec.members[2].name: no ProxyRepository \"none\" is among the documents of the namespace packages",
            ],
            CrossChecks.MissingMembers(set).Select(problem => $"{problem.FieldPath}: {problem.Message}"));
    }
}
