using System.Text.RegularExpressions;
using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Tests.Fields;

public sealed partial class SchemaTests
{
    public static TheoryData<string> Kinds => [.. Described.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_field_has_a_message_that_ends_with_a_full_stop(string kind) =>
        Assert.All(Described.Fields(kind), field => Assert.EndsWith(".", field.Schema.Doc, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_string_list_and_map_is_bounded_as_CEL_requires(string kind) =>
        Assert.All(Described.Schemas(kind), schema => Assert.True(schema switch
        {
            StringSchema text => text.MaxLength is > 0 and <= 1 << 20,
            ListSchema list => list.MaxItems is > 0 and <= 10_000,
            MapSchema map => map is { MaxEntries: > 0, MaxKeyLength: > 0 },
            _ => true,
        }));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Names_of_fields_are_in_camel_case_and_unique(string kind) =>
        Assert.All(Described.Schemas(kind).OfType<ObjectSchema>(), schema =>
        {
            Assert.All(schema.Fields, field => Assert.Matches(CamelCase(), field.Name));
            Assert.Equal(schema.Fields.Length, schema.Fields.Select(field => field.Name).Distinct().Count());
        });

    [Theory]
    [InlineData("PythonRepository", "spec.uploads.maxFileSize", "2Gi")]
    [InlineData("PythonRepository", "spec.uploads.overwrite", "Never")]
    [InlineData("PythonRepository", "spec.storage.persistentVolumeClaim.size", "10Gi")]
    [InlineData("PythonRepository", "spec.storage.persistentVolumeClaim.accessModes", "[ReadWriteOnce]")]
    [InlineData("PythonRepository", "spec.storage.bucket.downloads", "Stream")]
    [InlineData("PythonRepository", "spec.storage.deletionPolicy", "Retain")]
    [InlineData("PythonRepository", "spec.ingress.path", "/")]
    [InlineData("PythonRepository", "spec.server.replicas", "1")]
    [InlineData("PythonRepository", "spec.suspend", "false")]
    [InlineData("PythonRepository", "spec.retention.keepVersions", null)]
    [InlineData("PythonRepository", "spec.attestations.verify", "Report")]
    [InlineData("PythonRepository", "spec.attestations.trustedRootRef.key", "trusted_root.json")]
    [InlineData("ProxyRepository", "spec.upstream.timeout", "30s")]
    [InlineData("ProxyRepository", "spec.mode", "OnDemand")]
    [InlineData("ProxyRepository", "spec.cache.projectTtl", "5m")]
    [InlineData("ProxyRepository", "spec.cache.indexTtl", "10m")]
    [InlineData("ProxyRepository", "spec.cache.notFoundTtl", "1m")]
    [InlineData("ProxyRepository", "spec.cache.staleIfError", "7d")]
    [InlineData("ProxyRepository", "spec.mirror.interval", "1h")]
    [InlineData("ProxyRepository", "spec.policy.onUpstreamRemoval", "Hide")]
    [InlineData("ProxyRepository", "spec.policy.provenance.action", "Report")]
    [InlineData("ProxyRepository", "spec.policy.provenance.ratchet", "true")]
    [InlineData("ProxyRepository", "spec.policy.provenance.holdFor", "7d")]
    [InlineData("ProxyRepository", "spec.policy.provenance.trustedRootRef.key", "trusted_root.json")]
    [InlineData("PythonRepository", "spec.uploads.guard", "Off")]
    [InlineData("ProxyRepository", "spec.policy.guard.action", "Report")]
    [InlineData("ProxyRepository", "spec.policy.guard.holdFor", "7d")]
    [InlineData("RepositoryGroup", "spec.resolution", "FirstMatch")]
    public void A_default_is_described_as_it_is_written(string kind, string path, string? written) =>
        Assert.Equal(written, Described.Fields(kind).Single(field => field.Path == path).Schema.Default);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_rule_in_a_list_becomes_a_plain_pattern_only_if_CEL_would_be_too_expensive(string kind)
    {
        string[] bare =
        [
            .. from field in Described.Fields(kind)
               let text = (field.Schema.Schema is ListSchema list ? list.Items : field.Schema.Schema) as StringSchema
               where text is { Pattern: not null, PatternMessage: null }
               select field.Path,
        ];
        Assert.Equal(kind switch
        {
            ProxyRepository.KindName => [.. _access, .. _policy],
            PythonRepository.KindName => [.. _access, "spec.attestations.require[].projects"],
            _ => _access,
        }, bare);
    }

    static readonly string[] _access =
        ["spec.access.grants[].to[].serviceAccount.name", "spec.access.grants[].projects"];

    static readonly string[] _policy =
    [
        "spec.mirror.requirements", "spec.policy.allow", "spec.policy.block", "spec.policy.exempt",
        "spec.policy.waivers[].match", "spec.policy.provenance.require[].projects",
    ];

    [GeneratedRegex("^[a-z][a-zA-Z]*$")]
    private static partial Regex CamelCase();
}
