using System.Collections.Immutable;
using System.Text.Json.Nodes;
using PyRepo.Kubernetes.Objects;
using PyRepo.Kubernetes.Objects.Crds;
using PyRepo.Kubernetes.Objects.Meta;
using PyRepo.Operator.Controllers;
using PyRepo.Resources;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Manifests;

namespace PyRepo.Codegen.Crds;

/// <summary>The CRDs of the three kinds.</summary>
static class ResourceDefinitions
{
    /// <summary>One for each kind.</summary>
    public static ImmutableArray<CustomResourceDefinition> All { get; } =
    [
        Define(CustomTypes.PythonRepositories, "pythonrepo", PythonRepository.Type.Schema,
            "A private index that holds what people upload."),
        Define(CustomTypes.ProxyRepositories, "proxyrepo", ProxyRepository.Type.Schema,
            "An index that passes on, and keeps, what another index has."),
        Define(CustomTypes.RepositoryGroups, "repogroup", RepositoryGroup.Type.Schema,
            "Several indexes under one address."),
    ];

    static CustomResourceDefinition Define(
        ResourceType<CustomObject> type, string shortName, Schema schema, string doc) =>
        new()
        {
            ApiVersion = "apiextensions.k8s.io/v1",
            Kind = "CustomResourceDefinition",
            Metadata = new() { Name = $"{type.Plural}.{type.Group}" },
            Spec = new()
            {
                Group = type.Group,
                Scope = "Namespaced",
                Names = new()
                {
                    Kind = type.Kind,
                    ListKind = $"{type.Kind}List",
                    Plural = type.Plural,
                    Singular = type.Kind.ToLowerInvariant(),
                    ShortNames = [shortName],
                    Categories = ["pyrepo"],
                },
                Versions = [.. Resource.Versions.Select(version => In(version, type.Kind, schema, doc))],
            },
        };

    /// <summary>
    /// A kind in one version: each has the same, so that nothing is converted. Only the preferred one, which kubectl
    /// explains, describes its fields and has a fallback beside each messageExpression: kubectl keeps what it applies in
    /// an annotation, which has little room.
    /// </summary>
    static CustomResourceVersion In(string version, string kind, Schema schema, string doc) => new()
    {
        Name = version,
        Storage = version == Resource.PreferredVersion,
        Schema = new()
        {
            Root = (version == Resource.PreferredVersion
                ? Root(kind, UnsupportedMarks.Apply(schema))
                : WithoutTexts(Root(kind, UnsupportedMarks.Apply(schema)))) with
            {
                Description = doc,
            },
        },
        Subresources = new() { Status = new(), Scale = Scale },
        AdditionalPrinterColumns = Columns(
            hasStorage: kind != RepositoryGroup.KindName, isProxy: kind == ProxyRepository.KindName),
    };

    static StructuralSchema WithoutTexts(StructuralSchema schema) => schema with
    {
        Description = null,
        Properties = schema.Properties is { } fields
            ? new OrderedDictionary<string, StructuralSchema>(
                fields.Select(field => KeyValuePair.Create(field.Key, WithoutTexts(field.Value))))
            : null,
        AdditionalProperties = schema.AdditionalProperties is { } values ? WithoutTexts(values) : null,
        Items = schema.Items is { } items ? WithoutTexts(items) : null,
        Validations = schema.Validations is { } rules
            ? [.. rules.Select(rule => rule.MessageExpression is null ? rule : rule with { Message = null })] : null,
    };

    static PrinterColumn[] None => [];

    static ScaleSubresource Scale => new()
    {
        SpecReplicasPath = ".spec.server.replicas",
        StatusReplicasPath = ".status.replicas",
        LabelSelectorPath = ".status.selector",
    };

    static StructuralSchema Root(string kind, ObjectSchema schema)
    {
        var metadata = schema.Fields.Single(field => field.Name == "metadata");
        var name = ((ObjectSchema)metadata.Schema).Fields.Single(field => field.Name == "name");
        var spec = schema.Fields.Single(field => field.Name == "spec");
        var root = SchemaConversion.Convert(schema with
        {
            Fields =
            [
                spec,
                new("status", StatusSchema.From(kind), Required: false, Default: null, "What the operator found."),
            ],
        });
        return root with
        {
            Properties = new OrderedDictionary<string, StructuralSchema>
            {
                ["apiVersion"] = new() { Type = "string", Description = "The API's group and version." },
                ["kind"] = new() { Type = "string", Description = "The kind." },
                ["metadata"] = new()
                {
                    Type = "object",
                    Properties = new OrderedDictionary<string, StructuralSchema> { ["name"] = Name(name.Schema) },
                },
                ["spec"] = WithReplicas(root.Properties!["spec"], isOptional: !spec.Required),
                ["status"] = root.Properties["status"] with
                {
                    Default = new JsonObject { ["observedGeneration"] = StatusSchema.NotSeenYet },
                },
            },
            Validations = [NameRule(name.Schema), .. root.Validations ?? []],
        };
    }

    /// <summary>
    /// The only default that is stored: to an autoscaler no number of replicas means none, and that it is switched off.
    /// </summary>
    static StructuralSchema WithReplicas(StructuralSchema spec, bool isOptional)
    {
        var server = spec.Properties!["server"];
        var replicas = server.Properties!["replicas"] with { Default = JsonValue.Create(1) };
        return With(spec, "server", With(server, "replicas", replicas) with { Default = new JsonObject() }) with
        {
            Validations = [new() { Rule = SpecLength.Cel, Message = SpecLength.Message }, .. spec.Validations ?? []],
            Default = isOptional ? new JsonObject() : null,
        };
    }

    static StructuralSchema With(StructuralSchema schema, string field, StructuralSchema value) => schema with
    {
        Properties = new OrderedDictionary<string, StructuralSchema>(schema.Properties!) { [field] = value },
    };

    /// <summary>
    /// Of the metadata, a schema may only restrict the name. A rule then names the field that it is about.
    /// </summary>
    static StructuralSchema Name(Schema name) => new() { Type = "string", MaxLength = ((StringSchema)name).MaxLength };

    static ValidationRule NameRule(Schema name)
    {
        var rule = SchemaConversion.Convert(name).Validations!.Single();
        return rule with
        {
            Rule = OfName(rule.Rule),
            MessageExpression = OfName(rule.MessageExpression!),
            FieldPath = ".metadata.name",
        };
    }

    static string OfName(string cel) => cel.Replace("self", "self.metadata.name", StringComparison.Ordinal);

    static ImmutableArray<PrinterColumn> Columns(bool hasStorage, bool isProxy) =>
    [
        Column("Ready", "string", """.status.conditions[?(@.type=="Ready")].status""", "Whether the index answers."),
        Column("URL", "string", ".status.url", "The URL of the index."),
        Column("Projects", "integer", ".status.projects", "The number of projects."),
        .. hasStorage ? [Column("Size", "string", ".status.size", "The size of the files.")] : None,
        Column("Age", "date", ".metadata.creationTimestamp", "How long the resource has been there."),
        Wide("Reason", """.status.conditions[?(@.type=="Ready")].reason""", "Why it is ready or not."),
        .. hasStorage ? [Wide("Storage", ".status.storage", "The kind of storage.")] : None,
        .. isProxy
            ? [Wide("Held", """.status.conditions[?(@.type=="FilesHeld")].status""", "Whether files are held.")]
            : None,
        Wide("Version", ".status.serverVersion", "The version of the server that runs."),
    ];

    static PrinterColumn Column(string name, string type, string path, string doc) =>
        new() { Name = name, Type = type, JsonPath = path, Description = doc };

    static PrinterColumn Wide(string name, string path, string doc) =>
        Column(name, "string", path, doc) with { Priority = 1 };
}
