namespace PyRepo.Resources.Tests.Rules;

/// <summary>What fields reject because of their types and bounds.</summary>
public sealed class PlainSchemaTests
{
    [Theory]
    [InlineData("uploads: { overwrite: never }",
        "spec.uploads.overwrite: \"never\" is not one of Never, Always; did you mean Never?")]
    [InlineData("uploads: { overwrite: 5 }", "spec.uploads.overwrite: 5 is a number, not text: put it in quotes")]
    [InlineData("uploads: { maxFileSize: 2GB }",
        "spec.uploads.maxFileSize: \"2GB\" is not a quantity such as 10Gi, 500M or 1.5Gi")]
    [InlineData("uploads: { maxFileSize: 1.5 }",
        "spec.uploads.maxFileSize: 1.5 is not a whole number: put it in quotes, or add a unit, such as 10Gi")]
    [InlineData("uploads: { maxFileSize: [] }",
        "spec.uploads.maxFileSize: is a list, not a quantity such as 10Gi or 500M")]
    [InlineData("uploads: always", "spec.uploads: is text, not a map of fields")]
    [InlineData("uploads: []", "spec.uploads: is a list, not a map of fields")]
    [InlineData("retention: { keepVersions: 0 }", "spec.retention.keepVersions: 0 is not between 1 and 1000000")]
    [InlineData("retention: { keepVersions: 1.5 }", "spec.retention.keepVersions: 1.5 is not a whole number")]
    [InlineData("retention: { keepVersions: '5' }", "spec.retention.keepVersions: is text, not a number")]
    [InlineData("retention: { keepVersions: 99999999999999999999 }",
        "spec.retention.keepVersions: 99999999999999999999 is not a whole number")]
    [InlineData("retention: { keepDevReleasesFor: 30 }",
        "spec.retention.keepDevReleasesFor: \"30\" is not a duration such as 30s, 1h30m or 7d")]
    [InlineData("retention: { keepDevReleasesFor: 1 month }",
        "spec.retention.keepDevReleasesFor: \"1 month\" is not a duration such as 30s, 1h30m or 7d")]
    [InlineData("suspend: 'yes'", "spec.suspend: is text, not true or false")]
    [InlineData("storage: { ephemeral: }",
        "spec.storage.ephemeral: is empty: write {}, or leave the field out")]
    [InlineData("storage: { persistentVolumeClaim: { accessModes: [] } }",
        "spec.storage.persistentVolumeClaim.accessModes: is an empty list: at least one item is required")]
    [InlineData("storage: { persistentVolumeClaim: { accessModes: [ReadOnly] } }",
        "spec.storage.persistentVolumeClaim.accessModes[0]: \"ReadOnly\" is not one of ReadWriteOnce, "
            + "ReadWriteOncePod, ReadWriteMany")]
    [InlineData("backup: { to: { bucket: { region: a } } }", "spec.backup.to.bucket.name: is required")]
    [InlineData("storage: { bucket: { name: '', region: a } }", "spec.storage.bucket.name: is empty")]
    [InlineData("storage: { bucket: { claimRef: {} } }", "spec.storage.bucket.claimRef.name: is required")]
    [InlineData("storage: { bucket: { claimRef: { kind: BucketClaim, name: a } } }",
        "spec.storage.bucket.claimRef.kind: \"BucketClaim\" is not one of ObjectBucketClaim")]
    [InlineData("backup: { to: { bucket: { name: abc, claimRef: { name: a }, region: a } } }",
        "spec.backup.to.bucket.claimRef: is not a known field")]
    [InlineData("ingress: {}", "spec.ingress.host: is required")]
    [InlineData("ingress: { host: on }", "spec.ingress.host: on is a boolean, not text: put it in quotes")]
    [InlineData("ingress: { host: 0x1F }", "spec.ingress.host: 0x1F is a number, not text: put it in quotes")]
    [InlineData("ingress: { host: '' }", "spec.ingress.host: is empty")]
    [InlineData("ingress: { host: a, annotations: { b: 5 } }",
        "spec.ingress.annotations.b: 5 is a number, not text: put it in quotes")]
    [InlineData("ingress: { host: a, annotations: { '': b } }",
        "spec.ingress.annotations: has a key of 0 characters; 1 to 317 are allowed")]
    [InlineData("access: { grants: [ { to: [], role: Reader } ] }",
        "spec.access.grants[0].to: is an empty list: at least one item is required")]
    [InlineData("access: { grants: [ { to: [ { user: a } ], role: publisher } ] }",
        "spec.access.grants[0].role: \"publisher\" is not one of Reader, Publisher, Maintainer, Auditor; did "
            + "you mean Publisher?")]
    [InlineData("access: { grants: { user: a } }", "spec.access.grants: is a map, not a list")]
    [InlineData(
        "access: { identityProviders: [ { name: a, issuer: 'https://a', audience: a } ], grants: [ { to: [ { "
            + "identity: { provider: a, claims: {} } } ], role: Reader } ] }",
        "spec.access.grants[0].to[0].identity.claims: is empty: at least one entry is required")]
    [InlineData("server: { nodeSelector: [] }", "spec.server.nodeSelector: is a list, not a map")]
    [InlineData("attestations: { verify: Off }",
        "spec.attestations.verify: Off is a boolean, not text: put it in quotes")]
    [InlineData("attestations: { require: [ { publishers: [ { kind: Google, email: a@b } ] } ] }",
        "spec.attestations.require[0].projects: is required")]
    [InlineData("attestations: { require: [ { projects: [], publishers: [ { kind: Google, email: a@b } ] } ] }",
        "spec.attestations.require[0].projects: is an empty list: at least one item is required")]
    [InlineData("attestations: { require: [ { projects: [ a ], publishers: [] } ] }",
        "spec.attestations.require[0].publishers: is an empty list: at least one item is required")]
    [InlineData("attestations: { require: [ { projects: [ a ], publishers: [ { email: a@b } ] } ] }",
        "spec.attestations.require[0].publishers[0].kind: is required")]
    [InlineData(
        "attestations: { require: [ { projects: [ a ], "
            + "publishers: [ { kind: GitHub, repository: a/b, environment: '' } ] } ] }",
        "spec.attestations.require[0].publishers[0].environment: is empty")]
    [InlineData("storge: {}", "spec.storge: is not a known field; did you mean storage?")]
    [InlineData("storage: { bukcet: {} }", "spec.storage.bukcet: is not a known field; did you mean bucket?")]
    [InlineData("frobnicate: 5", "spec.frobnicate: is not a known field")]
    [InlineData("Suspend: true", "spec.Suspend: is not a known field; did you mean suspend?")]
    public void A_wrong_value_is_rejected_with_its_path(string spec, string problem) =>
        Assert.Equal([problem], Sample.GetProblems(PythonRepository.KindName, spec));

    [Theory]
    [InlineData("policy: { asOf: yesterday }",
        "spec.policy.asOf: \"yesterday\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z")]
    [InlineData("policy: { asOf: 2026-01-01 }",
        "spec.policy.asOf: \"2026-01-01\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z")]
    [InlineData("policy: { asOf: '2026-02-30T00:00:00Z' }",
        "spec.policy.asOf: \"2026-02-30T00:00:00Z\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z")]
    [InlineData("policy: { asOf: '2026-01-01T00:00:00' }",
        "spec.policy.asOf: \"2026-01-01T00:00:00\" is not an RFC 3339 time such as 2026-01-01T00:00:00Z")]
    [InlineData("policy: { packageTypes: [ wheel ] }",
        "spec.policy.packageTypes[0]: \"wheel\" is not one of bdist_wheel, sdist")]
    [InlineData("policy: { allow: [] }", "spec.policy.allow: is an empty list: at least one item is required")]
    [InlineData("policy: { advisories: { source: 'https://a/all.zip' } }",
        "spec.policy.advisories.action: is required")]
    [InlineData("uploads: {}", "spec.uploads: is not a known field")]
    public void A_wrong_value_of_a_proxy_is_rejected(string spec, string problem) =>
        Assert.Equal([problem], Sample.GetProblems(ProxyRepository.KindName, spec));

    [Theory]
    [InlineData("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")]
    [InlineData("2026-01-01T01:30:00.5+01:00", "2026-01-01T00:30:00.5Z")]
    public void A_time_has_an_offset(string written, string expected)
    {
        var proxy = Sample.One<ProxyRepository>(
            Sample.Document(ProxyRepository.KindName, $"policy: {{ asOf: {written} }}"));
        Assert.Equal(DateTimeOffset.Parse(expected), proxy.Spec.Policy!.AsOf);
    }

    [Fact]
    public void A_group_needs_members()
    {
        Assert.Equal(["spec.members: is required"], Sample.GetProblems(RepositoryGroup.KindName, "reserved: [a]"));
        Assert.Equal(
            ["spec.members: is an empty list: at least one item is required"],
            Sample.GetProblems(RepositoryGroup.KindName, "members: []"));
    }

    [Fact]
    public void Long_strings_and_lists_are_bounded()
    {
        Assert.Equal(
            ["spec.storage.bucket.name: is 64 characters long; at most 63 are allowed"],
            Sample.GetProblems(PythonRepository.KindName,
                $"storage: {{ bucket: {{ name: {new string('a', 64)}, region: a }} }}"));
        Assert.Equal(
            ["spec.reserved: has 1001 items; 0 to 1000 are allowed"],
            Sample.GetProblems(RepositoryGroup.KindName,
                "members: [ { kind: ProxyRepository, name: a } ]\n"
                + $"reserved: [ {string.Join(", ", Enumerable.Repeat("a", 1001))} ]"));
    }

    [Theory]
    [InlineData(256, null)]
    [InlineData(257, "spec.access.grants[0].to[0].user: is 257 characters long; at most 256 are allowed")]
    public void A_character_outside_the_basic_plane_counts_once(int length, string? problem)
    {
        var user = string.Concat(Enumerable.Repeat("🐍", length));
        Assert.Equal(problem, Sample.GetProblems(
            PythonRepository.KindName, $"access: {{ grants: [ {{ to: [ {{ user: {user} }} ], role: Reader }} ] }}")
            .SingleOrDefault());
    }

    [Fact]
    public void An_empty_string_counts_as_omitted()
    {
        var server = Sample.One<PythonRepository>(Sample.Document(PythonRepository.KindName,
            "server: { image: '' }\nstorage: { persistentVolumeClaim: { existingClaim: '' } }"));
        Assert.Null(server.Spec.Server.Image);
        Assert.Null(server.Spec.Storage.PersistentVolumeClaim!.ExistingClaim);
        Assert.DoesNotContain("spec.server.image", server.WrittenFields.Keys);
    }

    [Theory]
    [InlineData("uploads:\nretention: null\nsuspend: ~")]
    [InlineData("suspend: no")]
    [InlineData("{}")]
    public void A_null_counts_as_omitted(string spec) =>
        Assert.Equal(new(), Sample.One<PythonRepository>(Sample.Document(PythonRepository.KindName, spec)).Spec);
}
