using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Statistics;

/// <summary>Sums downloads as a query asks for.</summary>
sealed class StatisticsReport(StatisticsQuery query)
{
    readonly Dictionary<Row, long> _rows = [];

    /// <summary>The query.</summary>
    public StatisticsQuery Query => query;

    /// <summary>The sum of all downloads.</summary>
    public long Downloads { get; private set; }

    /// <summary>Adds the downloads of a day.</summary>
    /// <param name="day">The downloads of a day.</param>
    /// <param name="mayRead">Whether the caller may read a project; null stands for all projects.</param>
    /// <exception cref="RejectedException">That makes too many rows.</exception>
    public void Add(DayDownloads day, Func<ProjectName?, bool> mayRead)
    {
        foreach (var (key, downloads) in day.Rows)
            Add(day.Day, key, downloads, mayRead);
    }

    /// <summary>Adds what another server answered.</summary>
    /// <param name="answer">The answer to <see cref="StatisticsQuery.ByProject"/>.</param>
    /// <param name="mayRead">Whether the caller may read a project; null stands for all projects.</param>
    /// <exception cref="RejectedException">That makes too many rows.</exception>
    public void Add(StatisticsAnswer answer, Func<ProjectName?, bool> mayRead)
    {
        foreach (var row in answer.Rows)
            Add(row.Day, row.ToKey(), row.Downloads, mayRead);
    }

    /// <summary>Returns the rows with the most downloads, each with a cell for every field.</summary>
    public IEnumerable<(IReadOnlyList<string?> Cells, long Downloads)> Top() =>
        _rows.OrderByDescending(row => row.Value).ThenBy(row => row.Key, Comparer<Row>.Create(Compare)).Take(query.Top)
            .Select(row => (GetCells(row.Key), row.Value));

    void Add(DateOnly? day, DownloadKey key, long downloads, Func<ProjectName?, bool> mayRead)
    {
        ProjectName? project = key.TryGetProject(out var named) ? named : null;
        if ((query.Project is { } only && project != only) || !mayRead(project))
            return;
        var row = GetRow(day, key);
        if (!_rows.TryGetValue(row, out var before) && _rows.Count >= ServerLimits.MaxStatisticsRows)
        {
            throw new RejectedException(
                RejectionReason.Invalid,
                $"That makes more than {ServerLimits.MaxStatisticsRows} sums: ask for fewer days, one project, or "
                    + "less in 'by'.");
        }
        _rows[row] = before + downloads;
        Downloads += downloads;
    }

    int Compare(Row one, Row other)
    {
        foreach (var field in query.By)
        {
            if (string.CompareOrdinal(GetCell(one, field), GetCell(other, field)) is not 0 and var order)
                return order;
        }
        return 0;
    }

    Row GetRow(DateOnly? day, DownloadKey key)
    {
        var row = new Row(null, null, null, null, null);
        foreach (var field in query.By)
        {
            row = field switch
            {
                StatisticsField.Project => row with { Project = key.Project.Length == 0 ? null : key.Project },
                StatisticsField.Version => row with { Version = key.Version },
                StatisticsField.Day => row with { Day = day },
                StatisticsField.Installer => row with { Installer = key.Installer },
                _ => row with { Python = key.Python },
            };
        }
        return row;
    }

    IReadOnlyList<string?> GetCells(Row row) => [.. query.By.Select(field => GetCell(row, field))];

    static string? GetCell(Row row, StatisticsField field) => field switch
    {
        StatisticsField.Project => row.Project,
        StatisticsField.Version => row.Version,
        StatisticsField.Day => row.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        StatisticsField.Installer => row.Installer,
        _ => row.Python,
    };

    readonly record struct Row(string? Project, string? Version, DateOnly? Day, string? Installer, string? Python);
}

/// <summary>The answer of another server to a request for statistics.</summary>
/// <param name="Downloads">The sum of all downloads, also of those that have no row here.</param>
/// <param name="Rows">The rows.</param>
sealed record StatisticsAnswer(
    [property: JsonRequired] long Downloads, [property: JsonRequired] IReadOnlyList<StatisticsAnswer.Row> Rows)
{
    /// <summary>Whether no row was left out.</summary>
    public bool IsComplete => Rows.Sum(row => row.Downloads) == Downloads;

    /// <summary>A row. What was not asked for is null.</summary>
    public sealed record Row(
        string? Project, string? Version, DateOnly? Day, string? Installer, string? Python,
        [property: JsonRequired] long Downloads)
    {
        /// <summary>Returns the key that the downloads are counted by.</summary>
        public DownloadKey ToKey() => new(Project ?? "", Version, Installer ?? "", Python);
    }
}

/// <summary>Which downloads are summed, and how.</summary>
/// <param name="From">The first day, in UTC.</param>
/// <param name="To">The last day.</param>
/// <param name="Project">The only project, or null for all.</param>
/// <param name="By">The fields that they are summed by, in the order of the columns.</param>
/// <param name="Top">The largest number of rows.</param>
sealed record StatisticsQuery(
    DateOnly From, DateOnly To, ProjectName? Project, ImmutableArray<StatisticsField> By, int Top)
{
    /// <summary>
    /// Returns the query for another server, of whose answer only what the caller may read is taken.
    /// </summary>
    public StatisticsQuery ByProject() => this with
    {
        By = By.Contains(StatisticsField.Project) ? By : By.Insert(0, StatisticsField.Project),
        Top = ServerLimits.MaxTopStatistics,
    };

    /// <summary>Returns the query as the parameters of a URL.</summary>
    public string ToParameters()
    {
        var project = Project is { } only ? $"&project={only}" : "";
        var by = string.Join(',', By.Select(StatisticsFieldNames.GetName));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"?from={From:yyyy-MM-dd}&to={To:yyyy-MM-dd}{project}&by={by}&top={Top}&format=json");
    }
}

/// <summary>The fields that downloads may be summed by.</summary>
enum StatisticsField
{
    Project,
    Version,
    Day,
    Installer,
    Python,
}
