using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using PyRepo.Resources.Nodes;
using PyRepo.Resources.Problems;

namespace PyRepo.Resources.Fields;

/// <summary>Reads strings from nodes.</summary>
static class ScalarText
{
    public static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    public static bool TryRead(
        Node node, FieldLocation location, bool isConfidential, [NotNullWhen(true)] out string? text)
    {
        if (node is ScalarNode { ScalarKind: ScalarKind.Text } written)
        {
            text = written.Value;
            return true;
        }
        text = null;
        location.Report(node is ScalarNode { ScalarKind: not ScalarKind.Null } scalar && !isConfidential
            ? $"{Quote.Bare(scalar.Value)} is {node.Kind}, not text: put it in quotes"
            : $"is {node.Kind}, not text");
        return false;
    }

    /// <summary>The number of characters as an API server counts them, for <c>maxLength</c> and in CEL: code
    /// points.</summary>
    public static int GetLength(string text)
    {
        var length = 0;
        foreach (var _ in text.EnumerateRunes())
            length++;
        return length;
    }

    /// <summary><c>"publisher" is not one of Reader, Publisher; did you mean Publisher?</c></summary>
    public static string NotOneOf(string text, IReadOnlyCollection<string> allowed)
    {
        var message = $"{Quote.Text(text)} is not one of {string.Join(", ", allowed)}";
        return SpellingSuggestion.For(text, allowed) is { } nearest ? $"{message}; did you mean {nearest}?" : message;
    }
}
