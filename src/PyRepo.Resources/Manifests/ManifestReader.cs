using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// Reads manifests as <c>kubectl apply</c> accepts them: resources, Secrets and ConfigMaps. Reports all problems.
/// </summary>
public sealed class ManifestReader
{
    readonly List<Diagnostic> _problems = [];
    readonly OrderedDictionary<ObjectName, Resource> _resources = [];
    readonly Dictionary<ObjectName, SecretDocument> _secrets = [];
    readonly Dictionary<ObjectName, ConfigMapDocument> _configMaps = [];
    readonly HashSet<(string Kind, ObjectName Name)> _broken = [];
    readonly List<IgnoredDocument> _ignored = [];
    readonly List<Diagnostic> _warnings = [];

    ManifestReader()
    {
    }

    /// <summary>Reads all documents of the sources. Invalid content never throws.</summary>
    public static ManifestSet Read(IEnumerable<ManifestSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var reader = new ManifestReader();
        foreach (var source in sources)
            reader.Read(source);
        return reader.Result();
    }

    void Read(ManifestSource source)
    {
        var text = source.Text.TrimStart('\uFEFF');
        var earlier = _problems.Count;
        var unreadable = new List<Diagnostic>();
        var documents = source.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? JsonDocuments.Read(source.Name, text, unreadable)
            : YamlDocuments.Read(source.Name, text, unreadable);
        var isForeign = source.IsForeign;
        if (isForeign)
            _warnings.AddRange(unreadable.Select(Skipped));
        else
            _problems.AddRange(unreadable);
        foreach (var document in documents)
        {
            if (isForeign && !IsObject(document.Root))
                _ignored.Add(new("", "", document.Root.Position));
            else
                Read(document);
        }
        var ordered = _problems.Skip(earlier).OrderBy(problem => (problem.Line, problem.Column)).ToArray();
        _problems.RemoveRange(earlier, ordered.Length);
        _problems.AddRange(ordered);
    }

    static Diagnostic Skipped(Diagnostic problem) => problem with
    {
        Message = $"{problem.Message}; skipped, because the file does not mention {ManifestSource.Mark}",
    };

    static bool IsObject(Node root) =>
        root is MappingNode map && map.Find("apiVersion") is ScalarNode { ScalarKind: ScalarKind.Text }
            && map.Find("kind") is ScalarNode { ScalarKind: ScalarKind.Text };

    void Read(Document document)
    {
        if (document.Root is not MappingNode map)
        {
            Report(document.Root.Position, "", $"is {document.Root.Kind}, not a Kubernetes object");
            return;
        }
        var apiVersion = RequiredText(map, "apiVersion");
        var kind = RequiredText(map, "kind");
        if (apiVersion is null || kind is null)
        {
            _problems.AddRange(document.Problems);
            return;
        }
        var context = new ReadContext(document.Problems);
        switch (apiVersion, kind)
        {
            case ("v1", "List"):
                ReadItems(map, document.Problems);
                break;
            case ("v1", "Secret"):
                Add(_secrets, "Secret", map, SecretDocument.Type, context);
                break;
            case ("v1", "ConfigMap"):
                Add(_configMaps, "ConfigMap", map, ConfigMapDocument.Type, context);
                break;
            default:
                ReadResource(map, context, apiVersion, kind);
                break;
        }
    }

    void ReadItems(MappingNode list, ImmutableArray<Diagnostic> problems)
    {
        if (list.Find("items") is not SequenceNode items)
        {
            Report(list.Position, "items", "is not a list");
            return;
        }
        _problems.AddRange(problems.Where(
            problem => !problem.FieldPath.StartsWith("items[", StringComparison.Ordinal)));
        for (var index = 0; index < items.Items.Length; index++)
            Read(new Document(items.Items[index], GetProblems($"items[{index}].", problems)));
    }

    static ImmutableArray<Diagnostic> GetProblems(string prefix, ImmutableArray<Diagnostic> problems) =>
    [
        .. from problem in problems
           where problem.FieldPath.StartsWith(prefix, StringComparison.Ordinal)
           select problem with { FieldPath = problem.FieldPath[prefix.Length..] },
    ];

    void ReadResource(MappingNode map, ReadContext context, string apiVersion, string kind)
    {
        var isOurs = apiVersion.Split('/')[0] == Resource.Group;
        if (!isOurs && !ResourceKinds.Names.Contains(kind))
        {
            _ignored.Add(new(apiVersion, kind, map.Position));
            return;
        }
        if (!Resource.ApiVersions.Contains(apiVersion))
            context.Report(map.Find("apiVersion")!.Position, "apiVersion",
                ScalarText.NotOneOf(apiVersion, Resource.ApiVersions), ProblemReason.Unknown);
        else if (map.Find("spec") is { } spec && SpecLength.IsExceededBy(spec))
            context.Report(spec.Position, "spec", SpecLength.Message, ProblemReason.Invalid);
        else if (ResourceKinds.Read(kind, map, context) is { } resource)
            Add(resource, context);
        else
            context.Report(map.Find("kind")!.Position, "kind",
                ScalarText.NotOneOf(kind, ResourceKinds.Names), ProblemReason.Unknown);
        _problems.AddRange(context.Problems);
    }

    void Add(Resource resource, ReadContext context)
    {
        var name = new ObjectName(resource.Metadata.Namespace, resource.Metadata.Name);
        if (_resources.TryGetValue(name, out var first))
            context.Report(resource.GetPosition("metadata.name"), "metadata.name",
                NameTakenMessage(name, first.Kind, first.Position), ProblemReason.NameTaken);
        else if (name.Name.Length > 0)
            _resources.Add(name, resource);
        if (context.Problems.Exists(problem => !problem.IsRatcheted))
            _broken.Add((resource.Kind, name));
    }

    void Add<T>(
        Dictionary<ObjectName, T> documents, string kind, MappingNode map, ObjectType<T> type, ReadContext context)
        where T : DataDocument
    {
        type.TryRead(map, new FieldLocation(context, "", map.Position), out var document);
        var name = new ObjectName(document.Metadata.Namespace, document.Metadata.Name);
        if (documents.TryGetValue(name, out var first))
            context.Report(map.Position, "metadata.name",
                NameTakenMessage(name, kind, first.Position), ProblemReason.NameTaken);
        else if (name.Name.Length > 0)
            documents.Add(name, document with { Position = map.Position });
        if (context.Problems.Count > 0)
            _broken.Add((kind, name));
        _problems.AddRange(context.Problems);
    }

    static string NameTakenMessage(ObjectName name, string kind, SourcePosition at) =>
        $"{Quote.Text(name.Name)} is taken: the {kind} at {at} has this name in the namespace {name.Namespace}";

    string? RequiredText(MappingNode map, string field)
    {
        if (map.Find(field) is ScalarNode { ScalarKind: ScalarKind.Text } scalar)
            return scalar.Value;
        Report(map.Find(field)?.Position ?? map.Position, field, "is required and must be text");
        return null;
    }

    void Report(SourcePosition position, string path, string message) =>
        _problems.Add(Diagnostic.At(position, path, message, ProblemReason.Invalid));

    ManifestSet Result() => new()
    {
        Resources = [.. _resources.Where(named => !_broken.Contains((named.Value.Kind, named.Key)))
            .Select(named => named.Value)],
        Secrets = _secrets.Where(named => !_broken.Contains(("Secret", named.Key))).ToFrozenDictionary(),
        ConfigMaps = _configMaps.Where(named => !_broken.Contains(("ConfigMap", named.Key))).ToFrozenDictionary(),
        Broken = _broken.ToFrozenSet(),
        Problems = [.. _problems],
        Warnings = [.. _warnings],
        Ignored = [.. _ignored],
    };
}

/// <summary>The three kinds of <c>pyrepo.dev</c>.</summary>
static class ResourceKinds
{
    public static readonly ImmutableArray<string> Names =
        [PythonRepository.KindName, ProxyRepository.KindName, RepositoryGroup.KindName];

    /// <summary>Reads a resource and reports its problems. Returns null if the kind is none of the three.</summary>
    public static Resource? Read(string kind, MappingNode map, ReadContext context) => kind switch
    {
        PythonRepository.KindName => Read(map, PythonRepository.Type, context),
        ProxyRepository.KindName => Read(map, ProxyRepository.Type, context),
        RepositoryGroup.KindName => Read(map, RepositoryGroup.Type, context),
        _ => null,
    };

    static T Read<T>(MappingNode map, ObjectType<T> type, ReadContext context) where T : Resource
    {
        type.TryRead(map, new FieldLocation(context, "", map.Position), out var resource);
        return resource with
        {
            Position = map.Position,
            FieldPositions = context.Written.ToFrozenDictionary(StringComparer.Ordinal),
        };
    }
}
