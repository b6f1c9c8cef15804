using System.Text.Json;

namespace PyRepo.Resources.Nodes;

/// <summary>Writes nodes as JSON, with the keys of each map in ordinal order.</summary>
static class NodeJson
{
    /// <summary>Writes a node.</summary>
    public static void Write(Utf8JsonWriter json, Node node)
    {
        switch (node)
        {
            case MappingNode map:
                json.WriteStartObject();
                foreach (var entry in map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(entry.Key);
                    Write(json, entry.Value);
                }
                json.WriteEndObject();
                break;
            case SequenceNode list:
                json.WriteStartArray();
                foreach (var item in list.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case ScalarNode { ScalarKind: ScalarKind.Text } text:
                json.WriteStringValue(text.Value);
                break;
            case ScalarNode { ScalarKind: ScalarKind.Null }:
                json.WriteNullValue();
                break;
            case ScalarNode { ScalarKind: ScalarKind.Boolean } truth:
                json.WriteBooleanValue(ScalarKinds.IsTrue(truth.Value));
                break;
            case ScalarNode scalar:
                json.WriteRawValue(scalar.Value, skipInputValidation: true);
                break;
        }
    }
}
