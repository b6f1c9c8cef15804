using Microsoft.AspNetCore.Http;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Api;
using PyRepo.Server.Endpoints.Http;

namespace PyRepo.Server.Tests.Endpoints.Api;

public sealed class StatisticsParametersTests
{
    static readonly DateOnly _today = new(2026, 3, 31);

    [Theory]
    [InlineData("", "2026-03-02 2026-03-31  Project 100")]
    [InlineData("?from=2026-03-30", "2026-03-30 2026-03-31  Project 100")]
    [InlineData("?to=2026-02-01", "2026-01-03 2026-02-01  Project 100")]
    [InlineData("?from=2025-03-31&to=2026-03-31", "2025-03-31 2026-03-31  Project 100")]
    [InlineData("?project=Acme.Lib&top=5", "2026-03-02 2026-03-31 acme-lib Project 5")]
    [InlineData("?by=version,day&by=python&by=day", "2026-03-02 2026-03-31  Version+Day+Python 100")]
    [InlineData("?by=installer&format=csv", "2026-03-02 2026-03-31  Installer 100")]
    public void Omitted_parameters_have_defaults(string query, string expected)
    {
        var read = Read(query);
        var by = string.Join('+', read.By);
        Assert.Equal(expected, $"{read.From:yyyy-MM-dd} {read.To:yyyy-MM-dd} {read.Project} {by} {read.Top}");
    }

    [Theory]
    [InlineData("?from=yesterday", "from=yesterday is not a day: write from=2026-01-31, in UTC.")]
    [InlineData("?to=2026-02-30", "to=2026-02-30 is not a day: write to=2026-01-31, in UTC.")]
    [InlineData("?from=0001-01-01", "from=0001-01-01 is not a day: write from=2026-01-31, in UTC.")]
    [InlineData("?from=2026-04-01", "from=2026-04-01 is after to=2026-03-31: write the earlier day as from.")]
    [InlineData("?from=2025-03-30", "From 'from' to 'to' are more than 366 days: ask for fewer.")]
    [InlineData("?project=f%C3%B6", "project=fö is not the name of a project: write one, such as project=requests.")]
    [InlineData("?by=projects",
        "by=projects is not known: write project, version, day, installer or python, or several with commas.")]
    [InlineData("?by=", "by= is not known: write project, version, day, installer or python, or several with commas.")]
    [InlineData("?top=0", "top=0 is not a number of rows: write 1 to 10000.")]
    [InlineData("?top=10001", "top=10001 is not a number of rows: write 1 to 10000.")]
    [InlineData("?top=-1", "top=-1 is not a number of rows: write 1 to 10000.")]
    [InlineData("?top=5&top=6", "'top' needs one value: write top=… once, or leave it out.")]
    [InlineData("?project=", "'project' needs one value: write project=… once, or leave it out.")]
    [InlineData("?format=xml", "format=xml is not known: write format=json or format=csv.")]
    [InlineData("?projects=foo", "There is no parameter 'projects': use from, to, project, by, top, format.")]
    public void An_invalid_parameter_is_rejected_with_the_valid_values(string query, string message)
    {
        var rejected = Assert.Throws<RejectedException>(() => Read(query));
        Assert.Equal((RejectionReason.Invalid, message), (rejected.Reason, rejected.Message));
    }

    [Theory]
    [InlineData("", null, false)]
    [InlineData("", "*/*", false)]
    [InlineData("", "application/json", false)]
    [InlineData("", "text/csv", true)]
    [InlineData("", "text/csv, */*;q=0.1", true)]
    [InlineData("", "text/*", true)]
    [InlineData("", "text/csv;q=0.5, application/json", false)]
    [InlineData("", "text/html,application/xhtml+xml,*/*;q=0.8", false)]
    [InlineData("", "nonsense;;", false)]
    [InlineData("?format=csv", "application/json", true)]
    [InlineData("?format=json", "text/csv", false)]
    public void The_format_is_named_or_negotiated(string query, string? accept, bool isCsv)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        request.Headers.Accept = accept;
        Assert.Equal(isCsv, StatisticsParameters.IsForCsv(request));
    }

    static StatisticsQuery Read(string query)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = new QueryString(query);
        var read = StatisticsParameters.Read(request.Query, _today);
        StatisticsParameters.IsForCsv(request);
        return read;
    }
}
