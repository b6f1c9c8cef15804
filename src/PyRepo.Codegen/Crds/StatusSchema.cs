using System.Collections.Immutable;
using PyRepo.Resources;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Values;

namespace PyRepo.Codegen.Crds;

/// <summary>The fields that the operator writes into the status of each kind.</summary>
static class StatusSchema
{
    /// <summary>The API server compares bounds as doubles: one above 2^53 might reject everything.</summary>
    const long MaxExactInteger = (1L << 53) - 1;

    /// <summary>The API server's value for a new resource, which kstatus would otherwise consider finished.</summary>
    public const long NotSeenYet = -1;

    static readonly IntegerSchema _count = new(0, MaxExactInteger);
    static readonly StringSchema _message = new(0, 32_768);
    static readonly StringSchema _moment = new(20, 40) { Format = "date-time" };

    /// <summary>The status of a kind.</summary>
    public static ObjectSchema From(string kind) => new(kind switch
    {
        ProxyRepository.KindName => [.. Served, .. Stored, .. Proxied],
        RepositoryGroup.KindName => [.. Served, .. Grouped],
        _ => [.. Served, .. Stored],
    });

    static ImmutableArray<FieldSchema> Served =>
    [
        Field("url", new StringSchema(0, 2048), "The URL of the index."),
        Field("observedGeneration", new IntegerSchema(NotSeenYet, MaxExactInteger),
            "The resource's generation that this status is about; -1: not seen by the operator yet."),
        Field("conditions", new ListSchema(Condition, 0, 32) { Key = "type" },
            "The conditions: Ready sums them up; Reconciling and Stalled exist while true."),
        Field("projects", _count, "The number of projects."),
        Field("files", _count, "The number of files."),
        Field("replicas", _count, "The number of pods."),
        Field("selector", new StringSchema(0, 1024), "The label selector of the pods, for autoscalers."),
        Field("serverVersion", new StringSchema(0, 128), "The version of the server that runs."),
        Field("recommendation", new ObjectSchema(
        [
            Field("memory", new QuantitySchema(Quantity.Pattern, Quantity.MaxLength), "The memory limit."),
            Field("message", _message, "Why."),
            Field("had", new QuantitySchema(Quantity.Pattern, Quantity.MaxLength),
                "The limit of the pods that had too little."),
            Field("refused", new QuantitySchema(Quantity.Pattern, Quantity.MaxLength),
                "A limit that no node or quota accepted: with autoMemory, the pods have the previous one again."),
        ]), "Recommended resources. It stays until the pods have them; spec.server.autoMemory applies it."),
    ];

    static ImmutableArray<FieldSchema> Stored =>
    [
        Field("size", new QuantitySchema(Quantity.Pattern, Quantity.MaxLength), "The size of the files."),
        Field("storage", new StringSchema(0, 256), "The kind of storage: PersistentVolumeClaim, Bucket or Ephemeral."),
        Field("backup", new ObjectSchema(
        [
            Field("name", new StringSchema(0, 64), "The newest backup: its name in the bucket, or the VolumeSnapshot."),
            Field("request", new StringSchema(0, 512), "The value of pyrepo.dev/backup that requested it."),
            Field("last", _moment, "When it began. It has everything acknowledged before."),
            Field("next", _moment, "When the next one is due."),
            Field("count", _count, "How many there are."),
            Field("size", new QuantitySchema(Quantity.Pattern, Quantity.MaxLength),
                "The size of the newest one's files, or the minimum volume size for a snapshot."),
            Field("verified", _moment, "When one was last read back completely."),
        ]), "The backups."),
        Field("restored", new ObjectSchema(
        [
            Field("backup", new StringSchema(0, 253), "Its name."),
            Field("at", _moment, "When the restoration ended."),
        ]), "The backup that was restored."),
    ];

    static ImmutableArray<FieldSchema> Proxied =>
    [
        Field("upstream", new ObjectSchema(
        [
            Field("reachable", new BooleanSchema(), "Whether the index behind the proxy answers."),
            Field("lastSuccess", _moment, "When it last did."),
        ]), "The index behind the proxy."),
        Field("mirror", new ObjectSchema(
        [
            Field("projectsDone", _count, "The number of fetched projects."),
            Field("projectsTotal", _count, "The number of projects to fetch."),
            Field("lastSync", _moment, "When the last round ended."),
        ]), "The progress of mode Mirror."),
        Field("cache", new ObjectSchema(
        [
            Field("hitRatio", new StringSchema(0, 16),
                "The share of requests for files that the cache answered, as 0.93."),
        ]), "The cache's statistics."),
    ];

    static ImmutableArray<FieldSchema> Grouped =>
    [
        Field("members", new ListSchema(Member, 0, 64) { Key = "name" }, "The members, and whether they answer."),
    ];

    static ObjectSchema Member => new(
    [
        Field("name", new StringSchema(1, 253), "The member's name.", isRequired: true),
        Field("ready", new BooleanSchema(), "Whether it answers."),
        Field("message", _message, "Why it does not."),
    ]);

    /// <summary>As metav1.Condition has it.</summary>
    static ObjectSchema Condition => new(
    [
        Field("type", new StringSchema(1, 316), "The type of the condition.", isRequired: true),
        Field("status", new StringSchema(1, 7) { Enum = ["True", "False", "Unknown"] },
            "The status of the condition.", isRequired: true),
        Field("observedGeneration", _count, "The resource's generation that it is about."),
        Field("lastTransitionTime", _moment, "When the status last changed.", isRequired: true),
        Field("reason", new StringSchema(1, 1024) { Pattern = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?" },
            "Why, in one word.", isRequired: true),
        Field("message", _message, "Why, and what to do.", isRequired: true),
    ]);

    static FieldSchema Field(string name, Schema schema, string doc, bool isRequired = false) =>
        new(name, schema, isRequired, Default: null, doc);
}
