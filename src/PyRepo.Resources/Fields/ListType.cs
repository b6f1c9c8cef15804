using PyRepo.Resources.Nodes;
using PyRepo.Resources.Values;

namespace PyRepo.Resources.Fields;

/// <summary>An ordered list of bounded length.</summary>
public sealed class ListType<T>(FieldType<T> items, int maxItems) : FieldType<ValueList<T>>
{
    public int MinItems { get; init; }

    public override ValueList<T> Placeholder => [];

    public override string? Format(ValueList<T> value) =>
        value.Count == 0 ? null : $"[{string.Join(", ", value.Select(items.Format))}]";

    protected override Schema Describe() => new ListSchema(items.Schema.InList(maxItems), MinItems, maxItems);

    protected override bool TryParse(Node node, FieldLocation location, out ValueList<T> value)
    {
        value = [];
        if (node is not SequenceNode list)
        {
            location.Report($"is {node.Kind}, not a list");
            return false;
        }
        if (list.Items.Length < MinItems || list.Items.Length > maxItems)
        {
            location.Report(list.Items.IsEmpty
                ? "is an empty list: at least one item is required"
                : $"has {list.Items.Length} items; {MinItems} to {maxItems} are allowed");
            return false;
        }
        var read = new List<T>(list.Items.Length);
        for (var index = 0; index < list.Items.Length; index++)
            if (items.TryRead(list.Items[index], location.Item(index, list.Items[index].Position), out var item))
                read.Add(item);
        value = [.. read];
        return true;
    }
}
