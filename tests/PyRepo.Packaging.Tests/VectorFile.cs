using System.IO.Compression;
using System.Text.Json;

namespace PyRepo.Packaging.Tests;

/// <summary>One file of the answers that the reference implementation gives, see vectors/README.md.</summary>
static class VectorFile
{
    /// <summary>The whole file.</summary>
    public static JsonElement Read(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "vectors", name + ".json");
        using var stream = File.Exists(path)
            ? File.OpenRead(path)
            : (Stream)new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress);
        return JsonDocument.Parse(stream).RootElement;
    }

    /// <summary>Checks every case, of which there must be one, and fails with the first twenty that differ.</summary>
    /// <param name="cases">A JSON list of cases.</param>
    /// <param name="check">What differs in a case, or null.</param>
    public static void CheckAll(JsonElement cases, Func<JsonElement, string?> check)
    {
        Assert.True(cases.GetArrayLength() > 0, "There is no case.");
        var failures = new List<string>();
        foreach (var vector in cases.EnumerateArray())
        {
            if (check(vector) is { } failure)
                failures.Add($"{failure}\n    in {Shortened(vector.GetRawText())}");
        }
        Assert.True(
            failures.Count == 0,
            $"{failures.Count} of {cases.GetArrayLength()} cases differ:\n{string.Join('\n', failures.Take(20))}");
    }

    /// <summary>What differs between two values, or null.</summary>
    public static string? Differs(string what, object? expected, object? actual) =>
        Equals(expected, actual) ? null : $"{what}: expected {Shown(expected)}, got {Shown(actual)}";

    public static string Text(this JsonElement vector, string key) => vector.GetProperty(key).GetString()!;

    public static string? TextOrNull(this JsonElement vector, string key) =>
        vector.TryGetProperty(key, out var value) ? value.GetString() : null;

    public static bool Flag(this JsonElement vector, string key) => vector.GetProperty(key).GetBoolean();

    public static bool? FlagOrNull(this JsonElement vector, string key) =>
        vector.GetProperty(key) is { ValueKind: not JsonValueKind.Null } value ? value.GetBoolean() : null;

    public static string[] Texts(this JsonElement vector, string key) =>
        [.. vector.GetProperty(key).EnumerateArray().Select(item => item.GetString()!)];

    static string Shown(object? value) => value is null ? "nothing" : $"«{value}»";

    static string Shortened(string text) => text.Length > 600 ? text[..600] + "…" : text;
}
