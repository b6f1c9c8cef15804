using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace PyRepo.Operator.Settings;

/// <summary>
/// The settings as a file (<c>--settings FILE</c>): JSON with the names of <see cref="OperatorSettings"/>, which a Helm
/// chart renders with <c>toPrettyJson</c> into a ConfigMap. A field that is not known is an error.
/// </summary>
public static class SettingsFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="SettingsException">It can't be read, or something in it is wrong.</exception>
    public static OperatorSettings Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"--settings {path}: {error.Message}", error);
        }
        catch (SettingsException error)
        {
            throw new SettingsException($"--settings {path}: {error.Message}", error);
        }
    }

    /// <summary>Reads JSON.</summary>
    /// <exception cref="SettingsException">Something in it is wrong.</exception>
    public static OperatorSettings Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var root = JsonNode.Parse(json, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip });
            var server = ServerSettings.TakeFrom(root);
            var fields = SettingsSchema.Check(root);
            return Checked(fields.Deserialize(SettingsJson.Default.OperatorSettings)! with { Server = server });
        }
        catch (JsonException error)
        {
            throw new SettingsException($"it is not JSON: {error.Message}", error);
        }
        catch (ArgumentException error)
        {
            throw new SettingsException("it is not JSON, or a field appears twice", error);
        }
    }

    /// <summary>The settings, if they can be used together.</summary>
    /// <exception cref="SettingsException">They can't.</exception>
    public static OperatorSettings Checked(OperatorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        SettingsRules.Check(settings);
        return settings;
    }
}

[JsonSerializable(typeof(OperatorSettings))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip,
    IgnoreReadOnlyProperties = true)]
sealed partial class SettingsJson : JsonSerializerContext;
