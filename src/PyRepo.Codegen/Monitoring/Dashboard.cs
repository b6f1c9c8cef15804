using System.Collections.Immutable;

namespace PyRepo.Codegen.Monitoring;

/// <summary>A dashboard for Grafana.</summary>
/// <param name="Uid">The identifier, which is the name of its file too.</param>
/// <param name="Title">The title.</param>
/// <param name="Variables">The labels by which one chooses: each depends on those before it.</param>
/// <param name="Rows">The rows of panels.</param>
sealed record Dashboard(
    string Uid, string Title, ImmutableArray<DashboardVariable> Variables, ImmutableArray<DashboardRow> Rows)
{
    /// <summary>The expressions of all panels.</summary>
    public IEnumerable<string> Expressions =>
        from row in Rows from panel in row.Panels from query in panel.Queries select query.Expression;
}

/// <summary>A value to choose.</summary>
/// <param name="Name">The name, as <c>$NAME</c> in expressions.</param>
/// <param name="Query">The query for the possible values: <c>label_values(…)</c>.</param>
sealed record DashboardVariable(string Name, string Query);

/// <summary>Panels side by side, of equal width.</summary>
/// <param name="Title">The title.</param>
/// <param name="Panels">One to four.</param>
sealed record DashboardRow(string Title, params ImmutableArray<DashboardPanel> Panels);

/// <summary>A panel.</summary>
/// <param name="Title">The title.</param>
/// <param name="Kind">Its form.</param>
/// <param name="Unit">Grafana's name of the unit.</param>
/// <param name="Queries">The series that it shows.</param>
sealed record DashboardPanel(string Title, PanelKind Kind, string Unit, params ImmutableArray<DashboardQuery> Queries);

/// <summary>A query of a panel.</summary>
/// <param name="Expression">PromQL.</param>
/// <param name="Legend">The name of each series: <c>{{label}}</c>.</param>
sealed record DashboardQuery(string Expression, string Legend);

/// <summary>The kind of a panel, by Grafana's names.</summary>
enum PanelKind
{
    /// <summary>Lines over time.</summary>
    TimeSeries,

    /// <summary>The last value as a number.</summary>
    Stat,

    /// <summary>A row for each series, with its labels.</summary>
    Table,
}
