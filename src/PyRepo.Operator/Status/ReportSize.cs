using System.Text.Json;

namespace PyRepo.Operator.Status;

/// <summary>How much memory the report in a response takes, as long as nothing of it was made yet.</summary>
static class ReportSize
{
    const int OfObject = 128;
    const int OfValue = 32;

    /// <summary>At most about so many bytes: those of its texts, and what each object, list and value takes.</summary>
    /// <exception cref="JsonException">The response is not JSON.</exception>
    public static int Measure(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var size = sizeof(char) * json.Length;
        while (reader.Read())
        {
            size += reader.TokenType switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray => OfObject,
                JsonTokenType.EndObject or JsonTokenType.EndArray or JsonTokenType.PropertyName => 0,
                _ => OfValue,
            };
        }
        return size;
    }
}
