using System.Text.Json.Nodes;

namespace PyRepo.Codegen.Monitoring;

/// <summary>The alerts as a file of rules for Prometheus, which is the <c>spec</c> of a PrometheusRule, too.</summary>
static class RuleFile
{
    /// <summary>The groups.</summary>
    public static JsonObject Create(params IEnumerable<Alert> alerts) => new()
    {
        ["groups"] = new JsonArray(new JsonObject
        {
            ["name"] = "pyrepo",
            ["rules"] = new JsonArray([.. alerts.Select(GetRule)]),
        }),
    };

    static JsonObject GetRule(Alert alert)
    {
        var rule = new JsonObject { ["alert"] = alert.Name, ["expr"] = alert.Expression };
        if (alert.For.Length > 0)
            rule["for"] = alert.For;
#pragma warning disable CA1308 // The values of labels have small letters.
        rule["labels"] = new JsonObject { ["severity"] = alert.Severity.ToString().ToLowerInvariant() };
#pragma warning restore CA1308
        rule["annotations"] = new JsonObject
        {
            ["summary"] = alert.Summary,
            ["runbook_url"] = alert.RunbookUrl,
        };
        return rule;
    }
}
