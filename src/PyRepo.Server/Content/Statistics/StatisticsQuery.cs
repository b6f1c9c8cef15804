using System.Collections.Immutable;
using System.Globalization;
using PyRepo.Packaging.Names;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Content.Statistics;

/// <summary>Which downloads are summed, and how.</summary>
/// <param name="From">The first day, in UTC.</param>
/// <param name="To">The last day.</param>
/// <param name="Project">The only project, or null for all.</param>
/// <param name="By">What they are summed by, in the order of the columns.</param>
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
        var by = string.Join(',', By.Select(StatisticsFieldNames.NameOf));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"?from={From:yyyy-MM-dd}&to={To:yyyy-MM-dd}{project}&by={by}&top={Top}&format=json");
    }
}
