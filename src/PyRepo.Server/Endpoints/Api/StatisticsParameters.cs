using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using PyRepo.Packaging.Names;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Content.Statistics;
using PyRepo.Server.Endpoints.Http;
using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Endpoints.Api;

/// <summary>Reads the parameters of a request for statistics. What cannot be understood is rejected.</summary>
static class StatisticsParameters
{
    /// <summary>The parameters and what they mean, for OpenAPI.</summary>
    public static IReadOnlyList<(string Name, string Description)> All { get; } =
    [
        ("from", $"The first day, such as 2026-01-31. If omitted, {DefaultDays} days are summed."),
        ("to", "The last day. If omitted, today (UTC)."),
        ("project", "The only project to sum. If omitted, all of them."),
        ("by", $"What to group by: {StatisticsFieldNames.All}, or several with commas. If omitted, project."),
        ("top", $"How many rows to send, those with the most downloads first. If omitted, {DefaultTop}."),
        ("format", "json or csv. If omitted, what Accept prefers."),
    ];

    const int DefaultDays = 30;
    const int DefaultTop = 100;
    static readonly MediaTypeHeaderValue _csv = new("text/csv");
    static readonly MediaTypeHeaderValue _json = new("application/json");

    /// <summary>Reads what is asked for.</summary>
    /// <exception cref="RejectedException">400.</exception>
    public static StatisticsQuery Read(IQueryCollection parameters, DateOnly today)
    {
        foreach (var name in parameters.Keys)
        {
            if (!All.Any(known => known.Name == name))
                throw Invalid($"There is no parameter '{name}': use {string.Join(", ", All.Select(p => p.Name))}.");
        }
        var to = GetDay(parameters, "to") ?? today;
        var from = GetDay(parameters, "from") ?? to.AddDays(1 - DefaultDays);
        if (from > to)
            throw Invalid($"from={from:yyyy-MM-dd} is after to={to:yyyy-MM-dd}: write the earlier day as from.");
        if (to.DayNumber - from.DayNumber >= ServerLimits.MaxStatisticsDays)
            throw Invalid($"From 'from' to 'to' are more than {ServerLimits.MaxStatisticsDays} days: ask for fewer.");
        return new StatisticsQuery(from, to, GetProject(parameters), GetFields(parameters), GetTop(parameters));
    }

    /// <summary>Returns whether the client prefers CSV: by <c>format</c>, or else by Accept.</summary>
    /// <exception cref="RejectedException">400.</exception>
    public static bool IsForCsv(HttpRequest request) => Single(request.Query, "format") switch
    {
        null => MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var ranges)
            && GetQuality(_csv, ranges) > GetQuality(_json, ranges),
        "csv" => true,
        "json" => false,
        var format => throw Invalid($"format={format} is not known: write format=json or format=csv."),
    };

    /// <summary>Returns what the most specific range for a type says, or 0 if there is none.</summary>
    static double GetQuality(MediaTypeHeaderValue type, IList<MediaTypeHeaderValue> ranges) => ranges
        .Where(type.IsSubsetOf)
        .OrderBy(range => range.MatchesAllTypes).ThenBy(range => range.MatchesAllSubTypes)
        .Select(range => range.Quality ?? 1).FirstOrDefault();

    static DateOnly? GetDay(IQueryCollection parameters, string name)
    {
        if (Single(parameters, name) is not { } text)
            return null;
        const string format = "yyyy-MM-dd";
        return DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 1 and < 9999 // The others have no thirty days before or after them.
                ? day
                : throw Invalid($"{name}={text} is not a day: write {name}=2026-01-31, in UTC.");
    }

    static ProjectName? GetProject(IQueryCollection parameters)
    {
        if (Single(parameters, "project") is not { } text)
            return null;
        return text.Length <= ServerLimits.MaxProjectNameLength && ProjectName.TryParse(text, out var project)
            ? project
            : throw Invalid($"project={text} is not the name of a project: write one, such as project=requests.");
    }

    static ImmutableArray<StatisticsField> GetFields(IQueryCollection parameters)
    {
        var fields = ImmutableArray.CreateBuilder<StatisticsField>();
        foreach (var text in parameters["by"].SelectMany(value => (value ?? "").Split(',')))
        {
            if (!StatisticsFieldNames.TryParse(text, out var field))
                throw Invalid($"by={text} is not known: write {StatisticsFieldNames.All}, or several with commas.");
            if (!fields.Contains(field))
                fields.Add(field);
        }
        return fields.Count == 0 ? [StatisticsField.Project] : fields.ToImmutable();
    }

    static int GetTop(IQueryCollection parameters)
    {
        if (Single(parameters, "top") is not { } text)
            return DefaultTop;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var top)
            && top is >= 1 and <= ServerLimits.MaxTopStatistics
                ? top
                : throw Invalid($"top={text} is not a number of rows: write 1 to {ServerLimits.MaxTopStatistics}.");
    }

    static string? Single(IQueryCollection parameters, string name)
    {
        if (!parameters.TryGetValue(name, out StringValues values))
            return null;
        return values is [{ Length: > 0 } only]
            ? only
            : throw Invalid($"'{name}' needs one value: write {name}=… once, or leave it out.");
    }

    static RejectedException Invalid(string message) => new(RejectionReason.Invalid, message);
}
