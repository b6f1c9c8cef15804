using Tomlyn.Model;

namespace PyRepo.Client.LockFiles;

/// <summary>Reads values of a table. A value of another type is as good as none.</summary>
static class TomlTableExtensions
{
    /// <summary>Returns a text, or null.</summary>
    public static string? Text(this TomlTable table, string key) => Value(table, key) as string;

    /// <summary>Returns a number, or null.</summary>
    public static long? Number(this TomlTable table, string key) => Value(table, key) as long?;

    /// <summary>Returns a table, or null.</summary>
    public static TomlTable? Table(this TomlTable table, string key) => Value(table, key) as TomlTable;

    /// <summary>Returns the tables of an array of either kind.</summary>
    public static IEnumerable<TomlTable> Tables(this TomlTable table, string key) => Value(table, key) switch
    {
        TomlTableArray tables => tables,
        TomlArray array => array.OfType<TomlTable>(),
        _ => [],
    };

    static object? Value(TomlTable table, string key) => table.TryGetValue(key, out var value) ? value : null;
}
