using PyRepo.Resources.Fields;

namespace PyRepo.Resources.Tests.Fields;

/// <summary>Walks over the schemas of the three kinds.</summary>
static class Described
{
    public static readonly IReadOnlyDictionary<string, Schema> Kinds = new Dictionary<string, Schema>
    {
        [PythonRepository.KindName] = PythonRepository.Type.Schema,
        [ProxyRepository.KindName] = ProxyRepository.Type.Schema,
        [RepositoryGroup.KindName] = RepositoryGroup.Type.Schema,
    };

    /// <summary>All fields of a kind with their paths, list indexes as <c>[]</c>.</summary>
    public static IEnumerable<(string Path, FieldSchema Schema)> Fields(string kind) => Fields("", Kinds[kind]);

    /// <summary>All schemas of a kind: those of fields, items and values too.</summary>
    public static IEnumerable<Schema> Schemas(string kind) => Below(Kinds[kind]);

    static IEnumerable<(string Path, FieldSchema Schema)> Fields(string path, Schema schema) => schema switch
    {
        ObjectSchema found => found.Fields.SelectMany(field =>
        {
            var below = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            return Fields(below, field.Schema).Prepend((below, field));
        }),
        ListSchema list => Fields(path + "[]", list.Items),
        _ => [],
    };

    /// <summary>A schema and all within it.</summary>
    public static IEnumerable<Schema> Below(Schema schema) => (schema switch
    {
        ObjectSchema found => found.Fields.SelectMany(field => Below(field.Schema)),
        ListSchema list => Below(list.Items),
        MapSchema map => Below(map.Values),
        _ => [],
    }).Prepend(schema);
}
