namespace PyRepo.Resources.Fields;

/// <summary>A map with arbitrary keys.</summary>
public sealed record MapSchema(Schema Values, int MinEntries, int MaxEntries, int MaxKeyLength) : Schema
{
    internal override Schema InList(long items) => this with { Values = Values.InList(items * MaxEntries) };
}
