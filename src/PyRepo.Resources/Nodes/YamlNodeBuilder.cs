using System.Collections.Immutable;
using PyRepo.Resources.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PyRepo.Resources.Nodes;

/// <summary>
/// Builds the nodes of one document from parser events. Aliases share nodes, but count as if expanded.
/// </summary>
sealed class YamlNodeBuilder(YamlEvents events)
{
    /// <summary>The maximum nesting depth. Kubernetes objects stay far below it.</summary>
    public const int MaxDepth = 64;

    /// <summary>The maximum number of values in a document, with aliases expanded. This stops a "billion laughs"
    /// document.</summary>
    public const int MaxNodes = 200_000;

    const string StringTag = "tag:yaml.org,2002:str";

    static readonly ImmutableArray<string> _collectionTags = ["tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"];

    readonly Dictionary<AnchorName, Node> _anchors = [];
    readonly Stack<string> _path = [];
    readonly ImmutableArray<Diagnostic>.Builder _problems = ImmutableArray.CreateBuilder<Diagnostic>();

    /// <summary>
    /// Reads a document from its DocumentStart to its DocumentEnd. Returns null if it is empty.
    /// </summary>
    /// <exception cref="UnreadableYamlException">The document is not valid YAML, or is too deep or too
    /// large.</exception>
    public Document? ReadDocument()
    {
        events.MoveNext();
        var node = ReadNode(depth: 0);
        events.MoveNext();
        return node is ScalarNode { ScalarKind: ScalarKind.Null } ? null : new(node, _problems.ToImmutable());
    }

    Node ReadNode(int depth)
    {
        if (depth > MaxDepth)
            throw new UnreadableYamlException(events.Position, $"is nested more than {MaxDepth} levels deep");
        if (events.Current is AnchorAlias alias)
            return Resolve(alias);
        if (events.Current is not NodeEvent start)
            throw new UnreadableYamlException(events.Position, "is not YAML: a key or a value is missing here");
        Node node = start switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadSequence(depth),
            _ => ReadMapping(depth),
        };
        if (node.Size > MaxNodes)
            throw new UnreadableYamlException(node.Position, $"contains more than {MaxNodes} values");
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor] = node;
        return node;
    }

    Node Resolve(AnchorAlias alias)
    {
        if (_anchors.TryGetValue(alias.Value, out var node))
            return node;
        var name = Quote.Bare(alias.Value.Value);
        throw new UnreadableYamlException(events.Position, $"the alias *{name} refers to no earlier anchor");
    }

    ScalarNode ReadScalar(Scalar scalar)
    {
        var position = events.Position;
        if (scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific)
        {
            var isPlain = scalar.Style == ScalarStyle.Plain && (scalar.Tag.IsEmpty || scalar.Tag.Value == "?");
            return new(position, scalar.Value, isPlain ? ScalarKinds.Resolve(scalar.Value) : ScalarKind.Text);
        }
        if (scalar.Tag.Value != StringTag)
            Report(position, $"the tag {Quote.Bare(scalar.Tag.Value)} is not supported");
        return new(position, scalar.Value, ScalarKind.Text);
    }

    SequenceNode ReadSequence(int depth)
    {
        var position = events.Position;
        ReportUnsupportedTag(((SequenceStart)events.Current).Tag, position);
        var items = ImmutableArray.CreateBuilder<Node>();
        var size = 1L;
        events.MoveNext();
        for (; events.Current is not SequenceEnd; events.MoveNext())
        {
            _path.Push($"[{items.Count}]");
            var item = ReadNode(depth + 1);
            _path.Pop();
            size = Add(size, item, position);
            items.Add(item);
        }
        return new(position, items.DrainToImmutable(), size);
    }

    MappingNode ReadMapping(int depth)
    {
        var position = events.Position;
        ReportUnsupportedTag(((MappingStart)events.Current).Tag, position);
        var map = new MappingBuilder();
        events.MoveNext();
        for (; events.Current is not MappingEnd; events.MoveNext())
        {
            var keyPosition = events.Position;
            var key = ReadNode(depth + 1) as ScalarNode;
            if (key is null)
                Report(keyPosition, "a key must be text");
            _path.Push((_path.Count == 0 ? "" : ".") + key?.Value);
            events.MoveNext();
            var value = ReadNode(depth + 1);
            if (key is not null)
                Add(map, new(key.Value, keyPosition, value));
            _path.Pop();
            map.Size = Add(map.Size, value, position);
        }
        return new(position, map.Entries(), map.Size);
    }

    void Add(MappingBuilder map, MappingEntry entry)
    {
        if (entry.Key == "<<")
        {
            if (!map.Merge(entry.Value))
                Report(entry.Position, "<< must be a map or a list of maps");
            return;
        }
        if (map.Add(entry) is { } earlier)
            Report(entry.Position, $"appears twice; the first is on line {earlier.Position.Line}");
    }

    static long Add(long size, Node node, SourcePosition position)
    {
        size += node.Size;
        if (size > MaxNodes)
            throw new UnreadableYamlException(position, $"contains more than {MaxNodes} values");
        return size;
    }

    void ReportUnsupportedTag(TagName tag, SourcePosition position)
    {
        if (!tag.IsEmpty && !tag.IsNonSpecific && !_collectionTags.Contains(tag.Value))
            Report(position, $"the tag {Quote.Bare(tag.Value)} is not supported");
    }

    void Report(SourcePosition position, string message) =>
        _problems.Add(Diagnostic.At(position, NodePath.From(_path), message, ProblemReason.Invalid));
}

/// <summary>The parser events of one part of a stream, with positions in the whole stream.</summary>
sealed class YamlEvents(string source, DocumentPart part)
{
    readonly Parser _parser = new(new StringReader(part.Text));

    public ParsingEvent Current => _parser.Current!;

    public SourcePosition Position => GetPosition(_parser.Current?.Start ?? Mark.Empty);

    /// <exception cref="UnreadableYamlException">What follows is not YAML.</exception>
    public bool MoveNext()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (YamlException error)
        {
            throw TabIndentation.Find(part.Text, error) is var (line, column)
                ? new UnreadableYamlException(
                    new(source, part.LinesBefore + line, column), "is not YAML: tabs cannot indent YAML; use spaces")
                : new UnreadableYamlException(GetPosition(error.Start), Message(error.Message));
        }
        catch (InvalidOperationException)
        {
            // The parser fails with this exception on some unclosed flow collections.
            throw new UnreadableYamlException(Position, "is not YAML: a bracket or brace opened here is never closed");
        }
    }

    SourcePosition GetPosition(Mark mark) => new(source, part.LinesBefore + (int)mark.Line, (int)mark.Column);

    static string Message(string message) =>
        $"is not YAML: {char.ToLowerInvariant(message[0])}{message[1..].TrimEnd('.')}";
}

/// <summary>A part of a YAML stream, and the number of lines before it.</summary>
readonly record struct DocumentPart(string Text, int LinesBefore);
