using System.Text.Json;

namespace PyRepo.Packaging.Simple;

/// <summary>Steps for reading JSON whose values may be of another kind than the specification says: such a value
/// counts as missing.</summary>
static class LenientJson
{
    /// <summary>Whether an object begins here; anything else is passed over.</summary>
    public static bool StartsObject(this ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            return true;
        reader.SkipValue();
        return false;
    }

    /// <summary>Goes to the next property name; false at the object's end.</summary>
    public static bool ReadProperty(this ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Whether the property name here is this one; if so, goes on to its value.</summary>
    public static bool IsProperty(this ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name) && reader.Read();

    /// <summary>Goes past the value here, or of the property name here. Converters are called with a value that is all
    /// there, so that this cannot fail.</summary>
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
