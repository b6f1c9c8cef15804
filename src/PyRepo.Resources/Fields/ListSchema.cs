namespace PyRepo.Resources.Fields;

/// <summary>A list. It is replaced as a whole (<c>x-kubernetes-list-type: atomic</c>) unless it has a key.</summary>
public sealed record ListSchema(Schema Items, int MinItems, int MaxItems) : Schema
{
    /// <summary>The field that identifies an item (<c>x-kubernetes-list-type: map</c>).</summary>
    public string? Key { get; init; }

    internal override Schema InList(long items) => this with { Items = Items.InList(items * MaxItems) };
}
