namespace PyRepo.Codegen.Monitoring;

/// <summary>An alert for Prometheus.</summary>
/// <param name="Name">The name, which is the heading of its runbook in <c>docs/runbooks.md</c> too.</param>
/// <param name="Severity">How soon somebody must look.</param>
/// <param name="For">How long the expression must have a result: <c>10m</c>. Empty: it fires at once.</param>
/// <param name="Expression">PromQL. Each series of the result is an alert.</param>
/// <param name="Summary">A sentence for the person who is called, with <c>{{ $labels.NAME }}</c>.</param>
sealed record Alert(string Name, AlertSeverity Severity, string For, string Expression, string Summary)
{
    const string Runbooks = "https://github.com/pyrepo/pyrepo/blob/main/docs/runbooks.md";

    /// <summary>The heading of its runbook.</summary>
    public string Anchor =>
#pragma warning disable CA1308 // So a forge makes anchors of headings.
        Name.ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>The address of its runbook.</summary>
    public string RunbookUrl => $"{Runbooks}#{Anchor}";
}

/// <summary>How soon somebody must look at an alert.</summary>
enum AlertSeverity
{
    /// <summary>Something to know of. Nothing is broken.</summary>
    Info,

    /// <summary>On the next working day.</summary>
    Warning,

    /// <summary>Now: users are stopped, or may be harmed.</summary>
    Critical,
}
