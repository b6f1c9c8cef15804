using PyRepo.Resources.Nodes;

namespace PyRepo.Resources.Fields;

/// <summary>An object with the fields that its constructor declares.</summary>
public sealed class ObjectType<T>(Func<FieldReader, T> construct) : FieldType<T> where T : class
{
    /// <summary>
    /// The presence of the object has a meaning (<c>ephemeral: {}</c>). A null is rejected, because it would mean the
    /// opposite of what it looks like.
    /// </summary>
    public bool IsMarker { get; init; }

    internal override bool RejectsNull => IsMarker;

    public override T Placeholder => construct(new SchemaFieldReader());

    protected override Schema Describe()
    {
        var fields = new SchemaFieldReader();
        construct(fields);
        return new ObjectSchema(fields.Fields);
    }

    protected override bool TryParse(Node node, FieldLocation location, out T value)
    {
        if (node is not MappingNode map)
        {
            location.Report($"is {node.Kind}, not a map of fields");
            value = Placeholder;
            return false;
        }
        var fields = new NodeFieldReader(map, location);
        value = construct(fields);
        fields.ReportUnknown();
        return true;
    }
}
