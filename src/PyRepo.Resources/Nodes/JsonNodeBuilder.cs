using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Nodes;

/// <summary>Builds nodes from JSON tokens.</summary>
sealed class JsonNodeBuilder(JsonPositions positions)
{
    readonly Stack<string> _path = [];
    readonly List<Diagnostic> _problems = [];

    /// <summary>The start of the value that is being read.</summary>
    public SourcePosition Last { get; private set; }

    /// <summary>Reads the value at the reader's position.</summary>
    public Document ReadDocument(ref Utf8JsonReader reader)
    {
        _problems.Clear();
        var root = ReadNode(ref reader);
        return new(root, [.. _problems]);
    }

    Node ReadNode(ref Utf8JsonReader reader)
    {
        Last = positions.GetPosition(reader.TokenStartIndex);
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader),
            JsonTokenType.StartArray => ReadArray(ref reader),
            JsonTokenType.String => new ScalarNode(Last, reader.GetString()!, ScalarKind.Text),
            JsonTokenType.Number => new ScalarNode(Last, Encoding.ASCII.GetString(reader.ValueSpan), ScalarKind.Number),
            JsonTokenType.True => new ScalarNode(Last, "true", ScalarKind.Boolean),
            JsonTokenType.False => new ScalarNode(Last, "false", ScalarKind.Boolean),
            _ => new ScalarNode(Last, "null", ScalarKind.Null),
        };
    }

    SequenceNode ReadArray(ref Utf8JsonReader reader)
    {
        var position = Last;
        var items = ImmutableArray.CreateBuilder<Node>();
        var size = 1L;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            _path.Push($"[{items.Count}]");
            items.Add(ReadNode(ref reader));
            _path.Pop();
            size += items[^1].Size;
        }
        return new(position, items.DrainToImmutable(), size);
    }

    MappingNode ReadObject(ref Utf8JsonReader reader)
    {
        var position = Last;
        var map = new MappingBuilder();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var keyPosition = Last = positions.GetPosition(reader.TokenStartIndex);
            var key = reader.GetString()!;
            _path.Push((_path.Count == 0 ? "" : ".") + key);
            reader.Read();
            var value = ReadNode(ref reader);
            if (map.Add(new(key, keyPosition, value)) is { } earlier)
                _problems.Add(Diagnostic.At(keyPosition, NodePath.From(_path),
                    $"appears twice; the first is on line {earlier.Position.Line}", ProblemReason.Invalid));
            _path.Pop();
            map.Size += value.Size;
        }
        return new(position, map.Entries(), map.Size);
    }
}

/// <summary>Converts byte offsets to positions. Offsets must be passed in ascending order.</summary>
sealed class JsonPositions(string source, byte[] bytes)
{
    int _line = 1;
    int _column = 1;
    int _scanned;

    public SourcePosition GetPosition(long offset)
    {
        for (; _scanned < offset; _scanned++)
            (_line, _column) = bytes[_scanned] == '\n' ? (_line + 1, 1) : (_line, _column + LengthOf(bytes[_scanned]));
        return new(source, _line, _column);
    }

    /// <summary>The UTF-16 units of a character whose UTF-8 begins with this byte; 0 for a byte within.</summary>
    static int LengthOf(byte value) => value switch { < 0x80 => 1, < 0xC0 => 0, < 0xF0 => 1, _ => 2 };
}
