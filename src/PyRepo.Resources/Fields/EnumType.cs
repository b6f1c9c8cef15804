using System.Collections.Immutable;
using PyRepo.Resources.Nodes;

namespace PyRepo.Resources.Fields;

/// <summary>One of a few words, each standing for a value.</summary>
public sealed class EnumType<T>(params ImmutableArray<(string Word, T Value)> words) : StructFieldType<T>
    where T : struct, Enum
{
    /// <summary>The words are the names of the values.</summary>
    public EnumType() : this([.. Enum.GetValues<T>().Select(value => (value.ToString(), value))])
    {
    }

    public override T Placeholder => words[0].Value;

    public override string? Write(T value) => words.First(word => word.Value.Equals(value)).Word;

    protected override Schema Describe() => new TextSchema(1, words.Max(word => word.Word.Length))
    {
        Enum = [.. words.Select(word => word.Word)],
    };

    protected override bool TryParse(Node node, FieldLocation place, out T value)
    {
        value = Placeholder;
        if (!ScalarText.TryRead(node, place, isConfidential: false, out var text))
            return false;
        foreach (var word in words)
            if (word.Word == text)
            {
                value = word.Value;
                return true;
            }
        place.Report(ScalarText.NotOneOf(text, [.. words.Select(word => word.Word)]));
        return false;
    }
}
