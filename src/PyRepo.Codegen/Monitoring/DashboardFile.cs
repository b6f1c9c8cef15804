using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PyRepo.Codegen.Monitoring;

/// <summary>A dashboard as Grafana's JSON.</summary>
static class DashboardFile
{
    /// <summary>Grafana's grid has so many columns.</summary>
    const int Columns = 24;
    const int StatHeight = 4;
    const int Height = 8;

    /// <summary>The version of Grafana's model of dashboards: that of Grafana 10.</summary>
    const int SchemaVersion = 38;

    static readonly JsonSerializerOptions _indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Returns the file.</summary>
    public static string Write(Dashboard dashboard) => new JsonObject
    {
        ["uid"] = dashboard.Uid,
        ["title"] = dashboard.Title,
        ["tags"] = new JsonArray("pyrepo"),
        ["schemaVersion"] = SchemaVersion,
        ["editable"] = false,
        ["refresh"] = "1m",
        ["time"] = new JsonObject { ["from"] = "now-6h", ["to"] = "now" },
        ["templating"] = new JsonObject
        {
            ["list"] = new JsonArray([DataSource(), .. dashboard.Variables.Select(GetVariable)]),
        },
        ["panels"] = GetPanels(dashboard.Rows),
    }.ToJsonString(_indented) + "\n";

    static JsonObject DataSource() => new()
    {
        ["name"] = "datasource",
        ["type"] = "datasource",
        ["query"] = "prometheus",
    };

    static JsonObject GetVariable(DashboardVariable variable) => new()
    {
        ["name"] = variable.Name,
        ["type"] = "query",
        ["datasource"] = Source(),
        ["query"] = variable.Query,
        ["refresh"] = 2,
        ["sort"] = 1,
    };

    static JsonArray GetPanels(ImmutableArray<DashboardRow> rows)
    {
        var (panels, id, top) = (new JsonArray(), 0, 0);
        foreach (var row in rows)
        {
            panels.Add(new JsonObject
            {
                ["id"] = ++id,
                ["type"] = "row",
                ["title"] = row.Title,
                ["gridPos"] = At(0, top++, Columns, 1),
            });
            var height = row.Panels.All(panel => panel.Kind is PanelKind.Stat) ? StatHeight : Height;
            var width = Columns / row.Panels.Length;
            foreach (var (index, panel) in row.Panels.Index())
                panels.Add(GetPanel(panel, ++id, At(index * width, top, width, height)));
            top += height;
        }
        return panels;
    }

    static JsonObject GetPanel(DashboardPanel panel, int id, JsonObject place) => new()
    {
        ["id"] = id,
#pragma warning disable CA1308 // Grafana's names have small letters.
        ["type"] = panel.Kind.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
        ["title"] = panel.Title,
        ["datasource"] = Source(),
        ["gridPos"] = place,
        ["fieldConfig"] = new JsonObject
        {
            ["defaults"] = new JsonObject { ["unit"] = panel.Unit },
            ["overrides"] = new JsonArray(),
        },
        ["targets"] = new JsonArray(
            [.. panel.Queries.Select((query, index) => GetTarget(query, index, panel.Kind is PanelKind.TimeSeries))]),
    };

    static JsonObject GetTarget(DashboardQuery query, int index, bool isRange) => new()
    {
        ["refId"] = $"{(char)('A' + index)}",
        ["expr"] = query.Expression,
        ["legendFormat"] = query.Legend,
        ["instant"] = !isRange,
        ["range"] = isRange,
        ["format"] = isRange ? "time_series" : "table",
    };

    static JsonObject Source() => new() { ["type"] = "prometheus", ["uid"] = "${datasource}" };

    static JsonObject At(int x, int y, int width, int height) =>
        new() { ["x"] = x, ["y"] = y, ["w"] = width, ["h"] = height };
}
