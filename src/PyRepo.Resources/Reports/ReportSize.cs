using System.Text.Json;

namespace PyRepo.Resources.Reports;

/// <summary>
/// How much memory the report in a response takes, as long as nothing of it was made yet. Anybody may answer in a
/// server's place.
/// </summary>
public static class ReportSize
{
    /// <summary>The length of a report in bytes that is read. A server of ours sends up to 60 KiB.</summary>
    public const int MaxLength = 64 << 10;

    /// <summary>
    /// The memory that a report takes. It is enough for the longest one of a group of 64 members.
    /// </summary>
    public const int Max = 512 << 10;

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
