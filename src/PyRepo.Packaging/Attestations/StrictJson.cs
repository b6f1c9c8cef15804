using System.Text.Json;

namespace PyRepo.Packaging.Attestations;

/// <summary>
/// JSON that all readers understand in the same way: no name occurs twice in an object, and all text is Unicode. JSON
/// may escape halves of characters, which many cannot read.
/// </summary>
static class StrictJson
{
    /// <summary>Parses a text that is nested at most so deep.</summary>
    /// <exception cref="JsonException">It is not valid.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        try
        {
            var json = JsonElement.Parse(
                utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = maxDepth });
            Read(json);
            return json;
        }
        catch (InvalidOperationException error)
        {
            throw new JsonException(error.Message, error);
        }
    }

    /// <summary>Reads all text, which is decoded only then.</summary>
    static void Read(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                _ = json.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                    Read(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    _ = property.Name;
                    Read(property.Value);
                }
                break;
        }
    }
}
