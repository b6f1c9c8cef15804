using PyRepo.Resources;
using PyRepo.Resources.Fields;

namespace PyRepo.Codegen.Crds;

/// <summary>Marks the fields that have no effect yet, for <c>kubectl explain</c> and the field reference.</summary>
static class UnsupportedMarks
{
    const string Mark = "Not supported yet.";

    /// <summary>
    /// The schema of a kind with the mark before the descriptions of <see cref="UnsupportedFields"/>.
    /// </summary>
    public static ObjectSchema Apply(Schema kind) => (ObjectSchema)Apply("", kind);

    static Schema Apply(string path, Schema schema) => schema switch
    {
        ObjectSchema found => found with { Fields = [.. found.Fields.Select(field => Apply(path, field))] },
        ListSchema list => list with { Items = Apply($"{path}[]", list.Items) },
        MapSchema map => map with { Values = Apply($"{path}.*", map.Values) },
        _ => schema,
    };

    static FieldSchema Apply(string parent, FieldSchema field)
    {
        var path = parent.Length == 0 ? field.Name : $"{parent}.{field.Name}";
        return field with
        {
            Schema = Apply(path, field.Schema),
            Doc = UnsupportedFields.Contains(path) ? $"{Mark} {field.Doc}" : field.Doc,
        };
    }
}
