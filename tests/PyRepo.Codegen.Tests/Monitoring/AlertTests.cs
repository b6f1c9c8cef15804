using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PyRepo.Codegen.Monitoring;
using PyRepo.Kubernetes.Yaml;
using PyRepo.Metrics;

namespace PyRepo.Codegen.Tests.Monitoring;

/// <summary>The chart's alerts and dashboards, judged by Prometheus' own promtool.</summary>
public sealed partial class AlertTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static HashSet<string> Known { get; } =
    [
        .. new[] { ServerMetrics.All, OperatorMetrics.All, ControllerRuntimeMetrics.All }
            .SelectMany(all => all).SelectMany(metric => metric.SeriesNames),
    ];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_alert_fires_when_its_fault_comes_and_ends_when_it_is_mended()
    {
        Assert.SkipUnless(Promtool.Missing is null, Promtool.Missing ?? "");
        Assert.Equal(
            Alerts.All.Select(alert => alert.Name).Order(StringComparer.Ordinal),
            AlertScenario.All.Where(scenario => scenario.FiresAt is not null).Select(scenario => scenario.Alert)
                .Distinct().Order(StringComparer.Ordinal));
        var (status, output) = await TestAsync(AlertScenario.All);
        Assert.True(status == 0, output);
    }

    /// <summary>An alert that no series can provoke would pass the test above, too, if promtool judged nothing.</summary>
    [Fact]
    public async Task A_scenario_without_its_fault_does_not_pass()
    {
        Assert.SkipUnless(Promtool.Missing is null, Promtool.Missing ?? "");
        var (status, _) = await TestAsync([new("PyRepoFilesDamaged", 8, [], ("pyrepo_damaged_files", "0x20"))]);
        Assert.NotEqual(0, status);
    }

    [Fact]
    public async Task Promtool_takes_the_rules_and_each_expression_of_a_dashboard()
    {
        Assert.SkipUnless(Promtool.Missing is null, Promtool.Missing ?? "");
        var (status, output) = await Promtool.RunAsync(
            null, "check", "rules", SourceTree.At("config", "monitoring", "rules.yaml"));
        Assert.True(status == 0, output);
        var expressions = Dashboards.All.SelectMany(dashboard => dashboard.Expressions)
            .Select(expression => expression.Replace("$__rate_interval", "5m", StringComparison.Ordinal));
        var rules = expressions.Select((expression, index) =>
            $"  - record: r:{index}\n    expr: |\n      {expression.ReplaceLineEndings("\n      ")}\n");
        await File.WriteAllTextAsync(_folder["all.yaml"], $"groups:\n- name: all\n  rules:\n{string.Concat(rules)}");
        (status, output) = await Promtool.RunAsync(null, "check", "rules", _folder["all.yaml"]);
        Assert.True(status == 0, output);
    }

    /// <summary>An alert on a metric that is gone would never fire.</summary>
    [Fact]
    public void Every_metric_and_label_of_an_alert_or_a_dashboard_exists() => Assert.All(
        Alerts.All.Select(alert => alert.Expression).Concat(Dashboards.All.SelectMany(all => all.Expressions)),
        expression =>
        {
            var names = Name.Matches(expression).Select(match => match.Value).ToList();
            Assert.NotEmpty(names);
            Assert.All(names, name => Assert.Contains(name, Known));
            // Those of a target, which the monitors set, and those of the metrics that the expression is about.
            var labels = new HashSet<string>(["namespace", "kind", "repository", "pod", "le"]);
            labels.UnionWith(
                from metric in new[] { ServerMetrics.All, OperatorMetrics.All, ControllerRuntimeMetrics.All }
                    .SelectMany(all => all)
                where metric.SeriesNames.Any(names.Contains)
                from label in metric.Labels
                select label);
            Assert.All(
                Grouping.Matches(expression).SelectMany(match => match.Groups["labels"].Value.Split(", "))
                    .Concat(Matcher.Matches(expression).Select(match => match.Groups["label"].Value)),
                label => Assert.Contains(label, labels));
        });

    [Fact]
    public void Each_alert_has_a_runbook_with_its_four_parts()
    {
        var page = File.ReadAllText(SourceTree.At("docs", "runbooks.md"));
        var sections = page.Split("\n### ").Skip(1).ToDictionary(section => section.Split('\n')[0]);
        Assert.Equal(
            Alerts.All.Select(alert => alert.Name).Order(StringComparer.Ordinal),
            sections.Keys.Order(StringComparer.Ordinal));
        Assert.All(sections.Values, section => Assert.All(
            (string[])["**Meaning.**", "**Look.**", "**Do.**", "**Over when**"],
            part => Assert.Contains(part, section, StringComparison.Ordinal)));
    }

    /// <summary>Has promtool judge the scenarios of each alert, with a file of that rule alone: all take minutes.</summary>
    async Task<(int Status, string Output)> TestAsync(IEnumerable<AlertScenario> scenarios)
    {
        var files = new List<string>();
        foreach (var ofAlert in scenarios.GroupBy(scenario => scenario.Alert))
        {
            var alert = Alerts.All.Single(each => each.Name == ofAlert.Key);
            await File.WriteAllTextAsync(
                _folder[$"{alert.Name}.rules.yaml"], YamlWriter.Write(RuleFile.Create(alert)));
            files.Add(_folder[$"{alert.Name}.yaml"]);
            await File.WriteAllTextAsync(files[^1], Write(alert, ofAlert));
        }
        return await Promtool.RunAsync(null, ["test", "rules", .. files]);
    }

    static string Write(Alert alert, IEnumerable<AlertScenario> scenarios)
    {
        // Weeks are evaluated in larger steps.
        var step = scenarios.Any(scenario => scenario.FiresAt > 2000) ? 5 : 1;
        var text = new StringBuilder(
            $"rule_files: [{alert.Name}.rules.yaml]\nevaluation_interval: {step}m\ntests:\n");
        foreach (var scenario in scenarios)
        {
            text.Append("- interval: 1m\n  input_series:\n");
            foreach (var (series, values) in scenario.Series)
                text.Append(CultureInfo.InvariantCulture, $"  - {{ series: '{series}', values: '{values}' }}\n");
            text.Append("  promql_expr_test:\n");
            if (scenario.FiresAt is { } at)
                Append(at, "[{ value: 1 }]");
            foreach (var silent in scenario.IsSilentAt)
                Append(silent, "[]");

            void Append(int minute, string samples) => text.Append(
                CultureInfo.InvariantCulture,
                $"  - expr: 'count(ALERTS{{alertname=\"{scenario.Alert}\",alertstate=\"firing\"}})'\n"
                + $"    eval_time: {minute}m\n    exp_samples: {samples}\n");
        }
        return text.ToString();
    }

    [GeneratedRegex(
        @"\b(?:pyrepo|controller_runtime|workqueue|events|process|rest_client|leader_election)_[a-z_]*[a-z]\b",
        RegexOptions.CultureInvariant)]
    static partial Regex Name { get; }

    [GeneratedRegex(@"\bby \((?<labels>[a-z, ]+)\)", RegexOptions.CultureInvariant)]
    static partial Regex Grouping { get; }

    [GeneratedRegex(@"[{,](?<label>[a-z]+)(?:=|!=|=~|!~)""", RegexOptions.CultureInvariant)]
    static partial Regex Matcher { get; }
}
