using System.Text.Json;

namespace PyRepo.Sigstore;

/// <summary>JSON that is not what it should be.</summary>
static class Malformed
{
    /// <summary>Makes an error that says where, if the reader of the JSON knows.</summary>
    /// <param name="what">The thing that it is not.</param>
    /// <param name="error">The reader's error.</param>
    public static FormatException Json(string what, Exception error) => new(
        error is JsonException { Path: { Length: > 1 } path } ? $"{what}, because of {Quoted.From(path)}" : what,
        error);
}
