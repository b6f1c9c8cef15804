using System.Collections.Frozen;
using System.Collections.Immutable;
using PyRepo.Resources.Fields;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Manifests;

/// <summary>
/// Reads manifests as <c>kubectl apply</c> takes them: resources, Secrets and ConfigMaps, and reports all that is
/// wrong.
/// </summary>
public sealed class ManifestReader
{
    readonly List<Problem> _problems = [];
    readonly OrderedDictionary<ObjectName, Resource> _resources = [];
    readonly Dictionary<ObjectName, SecretDocument> _secrets = [];
    readonly Dictionary<ObjectName, ConfigMapDocument> _configMaps = [];
    readonly HashSet<(string Kind, ObjectName Name)> _broken = [];
    readonly List<IgnoredDocument> _ignored = [];

    ManifestReader()
    {
    }

    /// <summary>Reads all documents of the sources. Never throws for what they hold.</summary>
    public static ManifestSet Read(IEnumerable<ManifestSource> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        var reader = new ManifestReader();
        foreach (var source in sources)
            reader.Take(source);
        return reader.Result();
    }

    void Take(ManifestSource source)
    {
        var text = source.Text.TrimStart('\uFEFF');
        var earlier = _problems.Count;
        var documents = source.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? JsonDocuments.Read(source.Name, text, _problems)
            : YamlDocuments.Read(source.Name, text, _problems);
        foreach (var document in documents)
            Take(document);
        var ordered = _problems.Skip(earlier).OrderBy(problem => (problem.Line, problem.Column)).ToArray();
        _problems.RemoveRange(earlier, ordered.Length);
        _problems.AddRange(ordered);
    }

    void Take(Document document)
    {
        if (document.Root is not MappingNode map)
        {
            Report(document.Root.Position, "", $"is {document.Root.Kind}, not a Kubernetes object");
            return;
        }
        var apiVersion = Header(map, "apiVersion");
        var kind = Header(map, "kind");
        if (apiVersion is null || kind is null)
        {
            _problems.AddRange(document.Problems);
            return;
        }
        var notes = new DocumentNotes(document.Problems);
        switch (apiVersion, kind)
        {
            case ("v1", "List"):
                TakeItems(map, document.Problems);
                break;
            case ("v1", "Secret"):
                Keep(_secrets, "Secret", map, SecretDocument.Type, notes);
                break;
            case ("v1", "ConfigMap"):
                Keep(_configMaps, "ConfigMap", map, ConfigMapDocument.Type, notes);
                break;
            default:
                TakeResource(map, notes, apiVersion, kind);
                break;
        }
    }

    void TakeItems(MappingNode list, ImmutableArray<Problem> problems)
    {
        if (list.Find("items") is not SequenceNode items)
        {
            Report(list.Position, "items", "is not a list");
            return;
        }
        _problems.AddRange(problems.Where(
            problem => !problem.FieldPath.StartsWith("items[", StringComparison.Ordinal)));
        for (var index = 0; index < items.Items.Length; index++)
            Take(new Document(items.Items[index], ProblemsOf($"items[{index}].", problems)));
    }

    static ImmutableArray<Problem> ProblemsOf(string prefix, ImmutableArray<Problem> problems) =>
    [
        .. from problem in problems
           where problem.FieldPath.StartsWith(prefix, StringComparison.Ordinal)
           select problem with { FieldPath = problem.FieldPath[prefix.Length..] },
    ];

    void TakeResource(MappingNode map, DocumentNotes notes, string apiVersion, string kind)
    {
        var isOurs = apiVersion.Split('/')[0] == Resource.Group;
        if (!isOurs && !ResourceKinds.Names.Contains(kind))
        {
            _ignored.Add(new(apiVersion, kind, map.Position));
            return;
        }
        if (apiVersion != Resource.CurrentApiVersion)
            notes.Report(map.Find("apiVersion")!.Position, "apiVersion",
                $"{Quote.Text(apiVersion)} is not {Resource.CurrentApiVersion}", ProblemReason.Unknown);
        else if (ResourceKinds.Read(kind, map, notes) is { } resource)
            Keep(resource, notes);
        else
            notes.Report(map.Find("kind")!.Position, "kind",
                ScalarText.NotOneOf(kind, ResourceKinds.Names), ProblemReason.Unknown);
        _problems.AddRange(notes.Problems);
    }

    void Keep(Resource resource, DocumentNotes notes)
    {
        var name = new ObjectName(resource.Metadata.Namespace, resource.Metadata.Name);
        if (_resources.TryGetValue(name, out var first))
            notes.Report(resource.PositionOf("metadata.name"), "metadata.name",
                Taken(name, first.Kind, first.Position), ProblemReason.NameTaken);
        else if (name.Name.Length > 0)
            _resources.Add(name, resource);
        if (notes.Problems.Count > 0)
            _broken.Add((resource.Kind, name));
    }

    void Keep<T>(Dictionary<ObjectName, T> kept, string kind, MappingNode map, ObjectType<T> type, DocumentNotes notes)
        where T : DataDocument
    {
        type.TryRead(map, new FieldLocation(notes, "", map.Position), out var document);
        var name = new ObjectName(document.Metadata.Namespace, document.Metadata.Name);
        if (kept.TryGetValue(name, out var first))
            notes.Report(map.Position, "metadata.name",
                Taken(name, kind, first.Position), ProblemReason.NameTaken);
        else if (name.Name.Length > 0)
            kept.Add(name, document with { Position = map.Position });
        if (notes.Problems.Count > 0)
            _broken.Add((kind, name));
        _problems.AddRange(notes.Problems);
    }

    static string Taken(ObjectName name, string kind, SourcePosition at) =>
        $"{Quote.Text(name.Name)} is taken: the {kind} at {at} has this name in the namespace {name.Namespace}";

    string? Header(MappingNode map, string field)
    {
        if (map.Find(field) is ScalarNode { ScalarKind: ScalarKind.Text } scalar)
            return scalar.Value;
        Report(map.Find(field)?.Position ?? map.Position, field, "is required, as text");
        return null;
    }

    void Report(SourcePosition position, string path, string message) =>
        _problems.Add(Problem.At(position, path, message, ProblemReason.Invalid));

    ManifestSet Result() => new()
    {
        Resources = [.. _resources.Where(named => !_broken.Contains((named.Value.Kind, named.Key)))
            .Select(named => named.Value)],
        Secrets = _secrets.Where(named => !_broken.Contains(("Secret", named.Key))).ToFrozenDictionary(),
        ConfigMaps = _configMaps.Where(named => !_broken.Contains(("ConfigMap", named.Key))).ToFrozenDictionary(),
        Broken = _broken.ToFrozenSet(),
        Problems = [.. _problems],
        Ignored = [.. _ignored],
    };
}
