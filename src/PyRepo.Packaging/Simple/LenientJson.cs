using System.Text.Json;

namespace PyRepo.Packaging.Simple;

/// <summary>Reads JSON leniently: a value of an unexpected type counts as missing.</summary>
static class LenientJson
{
    /// <summary>Whether an object begins here. Skips any other value.</summary>
    public static bool StartsObject(this ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            return true;
        reader.SkipValue();
        return false;
    }

    /// <summary>Moves to the next property name. Returns false at the end of the object.</summary>
    public static bool ReadProperty(this ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Whether this is the name of the current property. If so, moves to its value.</summary>
    public static bool IsProperty(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    /// <summary>Skips the current value, or the value of the current property. This cannot fail, because converters
    /// are called with complete values.</summary>
    public static void SkipValue(this ref Utf8JsonReader reader)
    {
        if (!reader.TrySkip())
            throw new JsonException("the value is cut off");
    }

    public static string? ReadString(this ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        reader.SkipValue();
        return null;
    }

    public static long? ReadInt64(this ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
            return reader.TryGetInt64(out var number) ? number : null;
        reader.SkipValue();
        return null;
    }

    public static bool? ReadBoolean(this ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
            return reader.TokenType == JsonTokenType.True;
        reader.SkipValue();
        return null;
    }
}
