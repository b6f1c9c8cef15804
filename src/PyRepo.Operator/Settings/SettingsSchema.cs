using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace PyRepo.Operator.Settings;

/// <summary>
/// The required form of <see cref="OperatorSettings"/> in JSON: a reader's own words would name types of .NET.
/// </summary>
static class SettingsSchema
{
    /// <summary>Takes out the fields that are null, which means left out.</summary>
    /// <exception cref="SettingsException">Something is not known, or of another form.</exception>
    public static JsonObject Check(JsonNode? json)
    {
        if (json is not JsonObject settings)
            throw new SettingsException("the settings are not a map of fields");
        CheckFields(settings, SettingsJson.Default.OperatorSettings, "");
        return settings;
    }

    static void CheckFields(JsonObject fields, JsonTypeInfo type, string path)
    {
        foreach (var (name, value) in fields.ToArray())
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            var known = type.Properties.FirstOrDefault(property => property.Name == name && property.Set is not null)
                ?? throw new SettingsException($"the field '{at}' is not known");
            if (value is null)
                fields.Remove(name);
            else
                CheckValue(value, known.PropertyType, at);
        }
    }

    static void CheckValue(JsonNode value, Type type, string path)
    {
        if (type == typeof(ImmutableArray<string>))
            CheckTexts(value, path);
        else if (type == typeof(ImmutableSortedDictionary<string, ImmutableArray<string>>))
            CheckMap(value, path, "a map of lists", CheckTexts);
        else if (type == typeof(ImmutableArray<DnsPeer>))
            CheckItems(value, path, SettingsJson.Default.DnsPeer);
        else if (type == typeof(ImmutableSortedDictionary<string, string>))
            CheckMap(value, path, "a map of texts", CheckText);
        else if (type == typeof(int))
            Expect(value is JsonValue number && number.TryGetValue<int>(out _), value, path, "a whole number");
        else if (type == typeof(bool))
            Expect(value.GetValueKind() is JsonValueKind.True or JsonValueKind.False, value, path, "true or false");
        else if (type == typeof(string))
            CheckText(value, path);
        else if (type.IsEnum)
            Expect(IsWord(value, type), value, path, $"one of {string.Join(", ", Enum.GetNames(type))}");
        else
        {
            Expect(value is JsonObject, value, path, "a map of fields");
            CheckFields((JsonObject)value, SettingsJson.Default.GetTypeInfo(type)!, path);
        }
    }

    static void CheckTexts(JsonNode value, string path)
    {
        Expect(value is JsonArray, value, path, "a list of texts");
        foreach (var (index, item) in ((JsonArray)value).Index())
            CheckText(item, $"{path}[{index}]");
    }

    static void CheckText(JsonNode? value, string path) =>
        Expect(value?.GetValueKind() is JsonValueKind.String, value, path, "text");

    static void CheckItems(JsonNode value, string path, JsonTypeInfo type)
    {
        Expect(value is JsonArray, value, path, "a list");
        foreach (var (index, item) in ((JsonArray)value).Index())
        {
            Expect(item is JsonObject, item, $"{path}[{index}]", "a map of fields");
            CheckFields((JsonObject)item!, type, $"{path}[{index}]");
        }
    }

    /// <summary>A null in it means left out, too.</summary>
    static void CheckMap(JsonNode value, string path, string what, Action<JsonNode, string> checkItem)
    {
        Expect(value is JsonObject, value, path, what);
        foreach (var (name, item) in ((JsonObject)value).ToArray())
        {
            if (item is null)
                ((JsonObject)value).Remove(name);
            else
                checkItem(item, $"{path}.{name}");
        }
    }

    static bool IsWord(JsonNode value, Type type) => value.GetValueKind() is JsonValueKind.String
        && Enum.GetNames(type).Contains(value.GetValue<string>(), StringComparer.Ordinal);

    static void Expect(bool isRight, JsonNode? value, string path, string what)
    {
        if (!isRight)
            throw new SettingsException($"{path}: {value?.ToJsonString() ?? "null"} is not {what}");
    }
}
