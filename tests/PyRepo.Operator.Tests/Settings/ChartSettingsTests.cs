using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PyRepo.Operator.Settings;
using PyRepo.Resources.Fields;
using YamlDotNet.RepresentationModel;

namespace PyRepo.Operator.Tests.Settings;

/// <summary>The chart's values under <c>settings</c> are the operator's settings.</summary>
public sealed class ChartSettingsTests
{
    /// <summary>
    /// The chart has these elsewhere: an image, two fields that its roles depend on, and one that is about the
    /// operator's pods, too.
    /// </summary>
    static readonly string[] _elsewhere = ["serverImage", "scope", "namespaces", "server.assignedUser"];

    [Fact]
    public void Values_have_each_setting_and_no_other()
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(SourceTree.At("charts", "pyrepo-operator", "values.yaml"));
        yaml.Load(text);
        Assert.Equal(OfTheOperator, InValues(yaml.Documents[0].RootNode["settings"], Root).Order());
    }

    [Fact]
    public void The_schema_has_each_setting_and_no_other()
    {
        using var schema = JsonDocument.Parse(
            File.ReadAllText(SourceTree.At("charts", "pyrepo-operator", "values.schema.json")));
        Assert.Equal(
            OfTheOperator,
            InSchema(schema.RootElement.GetProperty("properties").GetProperty("settings"), Root).Order());
    }

    [Fact]
    public void The_page_describes_each_setting_and_no_other() => Assert.Equal(
        Names(Root).Select(name => name.StartsWith("server.", StringComparison.Ordinal) ? "server" : name)
            .Append("server").Distinct().Order(),
        File.ReadAllLines(SourceTree.At("docs", "operator-settings.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1].Split(',')).Select(name => name.Trim(' ', '`')).Order());

    static JsonTypeInfo Root => SettingsJson.Default.OperatorSettings;

    static IEnumerable<string> OfTheOperator => Names(Root).Concat(OfServers).Except(_elsewhere).Order();

    /// <summary>These are read by the contract.</summary>
    static IEnumerable<string> OfServers =>
        ((ObjectSchema)ServerSettings.Type.Schema).Fields.Select(f => $"server.{f.Name}");

    static IEnumerable<string> Names(JsonTypeInfo type) => type.Properties.Where(p => p.Set is not null)
        .SelectMany(p => Below(type, p.Name) is { } inner ? Names(inner).Select(n => $"{p.Name}.{n}") : [p.Name]);

    static IEnumerable<string> InValues(YamlNode node, JsonTypeInfo? type) => ((YamlMappingNode)node).Children
        .Select(field => (Name: field.Key.ToString(), field.Value))
        .SelectMany(f => IsNested(type, f.Name, out var inner)
            ? InValues(f.Value, inner).Select(n => $"{f.Name}.{n}") : [f.Name]);

    static IEnumerable<string> InSchema(JsonElement schema, JsonTypeInfo? type) => schema.GetProperty("properties")
        .EnumerateObject().SelectMany(f => IsNested(type, f.Name, out var inner)
            ? InSchema(f.Value, inner).Select(n => $"{f.Name}.{n}") : [f.Name]);

    static bool IsNested(JsonTypeInfo? type, string name, out JsonTypeInfo? inner)
    {
        inner = Below(type, name);
        return inner is not null || (type == Root && name == "server");
    }

    /// <summary>The settings that a setting is made of; null: it is a value, or none of the operator's.</summary>
    static JsonTypeInfo? Below(JsonTypeInfo? type, string name) =>
        type?.Properties.FirstOrDefault(p => p.Name == name) is { } found
            && SettingsJson.Default.GetTypeInfo(found.PropertyType) is { Kind: JsonTypeInfoKind.Object } inner
            ? inner
            : null;
}
