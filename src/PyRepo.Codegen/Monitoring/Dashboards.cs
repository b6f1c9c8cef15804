using System.Collections.Immutable;

namespace PyRepo.Codegen.Monitoring;

/// <summary>The chart's dashboards: all repositories at once, and one of them.</summary>
static class Dashboards
{
    const string One = "namespace=\"$namespace\",repository=\"$repository\"";

    /// <summary>All of them.</summary>
    public static ImmutableArray<Dashboard> All { get; } = [Fleet, Repository];

    static Dashboard Fleet => new(
        "pyrepo-fleet", "PyRepo: all repositories", [],
        [
            new("State",
                Stat("Resources", """count(max by (kind, namespace, name) (pyrepo_resource_info))"""),
                Stat("Not ready", Or0(
                    """count(max by (kind, namespace, name) (pyrepo_resource_condition{type="Ready",status!="True"}))""")),
                Stat("Leaders", """sum(leader_election_master_status{name="pyrepo-operator"})"""),
                Stat("Rollouts that failed", """max(pyrepo_operator_rollouts{state="failed"})""")),
            new("Resources",
                new DashboardPanel("Not ready", PanelKind.Table, "none",
                    new DashboardQuery("""
                        max by (kind, namespace, name, reason) (pyrepo_resource_condition{type="Ready",status!="True"})
                        """, "")),
                new DashboardPanel("Versions", PanelKind.Table, "none",
                    new DashboardQuery(
                        "count by (kind, version, image) (max by (kind, namespace, name, version, image) "
                        + "(pyrepo_resource_info))", ""))),
            new("Requests",
                Series("Requests by repository", "reqps",
                    "topk(10, sum by (namespace, repository) (rate(pyrepo_http_requests_total[$__rate_interval])))",
                    "{{namespace}}/{{repository}}"),
                Series("Errors by repository", "reqps",
                    """
                    topk(10, sum by (namespace, repository) (rate(pyrepo_http_requests_total{status=~"5.."}[$__rate_interval])))
                    """,
                    "{{namespace}}/{{repository}}"),
                Series("Slowest twentieth of pages", "s",
                    """
                    histogram_quantile(0.95, sum by (le, namespace, repository) (rate(pyrepo_http_request_duration_seconds_bucket{route="index"}[$__rate_interval])))
                    """,
                    "{{namespace}}/{{repository}}")),
            new("Content",
                Series("Size", "bytes", "topk(10, max by (namespace, repository) (pyrepo_repository_bytes))",
                    "{{namespace}}/{{repository}}"),
                Series("Free space of volumes", "percentunit",
                    "bottomk(10, min by (namespace, repository) (pyrepo_volume_free_bytes / pyrepo_volume_size_bytes))",
                    "{{namespace}}/{{repository}}"),
                Series("Files refused by policies", "reqps",
                    "sum by (rule) (rate(pyrepo_policy_refused_total[$__rate_interval]))", "{{rule}}")),
            new("Operator",
                Series("Reconciles", "reqps",
                    "sum by (controller, result) (rate(controller_runtime_reconcile_total[$__rate_interval]))",
                    "{{controller}} {{result}}"),
                Series("Resources that wait", "none", "sum by (name) (workqueue_depth)", "{{name}}"),
                Series("Rollouts", "none", "max by (state) (pyrepo_operator_rollouts)", "{{state}}"),
                Series("Requests to the API server", "reqps",
                    "sum by (code, method) (rate(rest_client_requests_total[$__rate_interval]))",
                    "{{method}} {{code}}")),
        ]);

    static Dashboard Repository => new(
        "pyrepo-repository", "PyRepo: one repository",
        [
            new("namespace", "label_values(pyrepo_build_info, namespace)"),
            new("repository", """label_values(pyrepo_build_info{namespace="$namespace"}, repository)"""),
        ],
        [
            new("State",
                new DashboardPanel("Conditions", PanelKind.Table, "none",
                    new DashboardQuery("max by (type, status, reason) "
                        + """(pyrepo_resource_condition{namespace="$namespace",name="$repository"})""", "")),
                Stat("Projects", $"max(pyrepo_repository_projects{{{One}}})"),
                Stat("Files", $"max(pyrepo_repository_files{{{One}}})"),
                Stat("Size", $"max(pyrepo_repository_bytes{{{One}}})", "bytes")),
            new("Requests",
                Series("By route", "reqps",
                    $"sum by (route) (rate(pyrepo_http_requests_total{{{One}}}[$__rate_interval]))", "{{route}}"),
                Series("By status", "reqps",
                    $"sum by (status) (rate(pyrepo_http_requests_total{{{One}}}[$__rate_interval]))", "{{status}}"),
                Series("Slowest twentieth", "s",
                    "histogram_quantile(0.95, sum by (le, route) "
                    + $"(rate(pyrepo_http_request_duration_seconds_bucket{{{One}}}[$__rate_interval])))", "{{route}}")),
            new("Use",
                Series("Downloads by installer", "reqps",
                    $"sum by (installer) (rate(pyrepo_downloads_total{{{One}}}[$__rate_interval]))", "{{installer}}"),
                Series("Uploads", "reqps",
                    $"sum by (outcome) (rate(pyrepo_uploads_total{{{One}}}[$__rate_interval]))", "{{outcome}}"),
                Series("Logins", "reqps",
                    $"sum by (result) (rate(pyrepo_logins_total{{{One}}}[$__rate_interval]))", "{{result}}")),
            new("Proxy",
                Series("Answers from the cache", "percentunit",
                    $"sum(rate(pyrepo_proxy_answers_total{{{One},cache=\"hit\"}}[$__rate_interval])) "
                    + $"/ sum(rate(pyrepo_proxy_answers_total{{{One}}}[$__rate_interval]))", "hits"),
                Series("Files refused by the policy", "reqps",
                    $"sum by (rule) (rate(pyrepo_policy_refused_total{{{One}}}[$__rate_interval]))", "{{rule}}"),
                Stat("Upstream answers", $"min(pyrepo_upstream_up{{{One}}})")),
            new("Resources",
                Series("Memory", "bytes", $"max by (pod) (process_resident_memory_bytes{{{One}}})", "{{pod}}"),
                Series("CPU", "none", $"rate(process_cpu_seconds_total{{{One}}}[$__rate_interval])", "{{pod}}"),
                new DashboardPanel("Volume", PanelKind.TimeSeries, "bytes",
                    new DashboardQuery($"min(pyrepo_volume_free_bytes{{{One}}})", "free"),
                    new DashboardQuery($"max(pyrepo_volume_size_bytes{{{One}}})", "size")),
                Series("Background work that fails", "reqps",
                    $"sum by (loop) (rate(pyrepo_background_failures_total{{{One}}}[$__rate_interval]))", "{{loop}}")),
        ]);

    static DashboardPanel Stat(string title, string expression, string unit = "none") =>
        new(title, PanelKind.Stat, unit, new DashboardQuery(expression, ""));

    static DashboardPanel Series(string title, string unit, string expression, string legend) =>
        new(title, PanelKind.TimeSeries, unit, new DashboardQuery(expression.Trim(), legend));

    static string Or0(string expression) => $"{expression} or vector(0)";
}
