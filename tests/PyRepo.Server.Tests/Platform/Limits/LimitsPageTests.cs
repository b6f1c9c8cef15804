using System.Globalization;
using System.Reflection;
using PyRepo.Advisories;
using PyRepo.Egress;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.Metadata;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Platform.Limits;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Platform.Limits;

/// <summary><c>docs/limits.md</c> lists every limit with its value.</summary>
public sealed class LimitsPageTests
{
    [Fact]
    public void Every_limit_is_in_the_table_with_its_value() => Assert.All(
        Limits,
        limit => Assert.Contains(Rows, line =>
            line.Contains($"| {limit.Value} |", StringComparison.Ordinal)
            && line.EndsWith($"| `{limit.Name}` |", StringComparison.Ordinal)));

    [Fact]
    public void The_table_has_no_limit_that_is_gone() => Assert.Equal(
        Limits.Select(limit => limit.Name).Order(), Rows.Select(line => line.Split('`')[^2]).Order());

    [Fact]
    public void Limits_of_the_projects_below_the_server_are_among_its_own()
    {
        var text = SourceTree.Read("src/PyRepo.Server/Platform/Limits/ServerLimits.cs");
        Type[] types =
        [
            typeof(EgressLimits), typeof(AdvisoryLimits), typeof(PageLimits), typeof(ArchiveLimits),
            typeof(Attestation), typeof(Provenance),
        ];
        Assert.All(
            from type in types
            from limit in type.GetFields(BindingFlags.Public | BindingFlags.Static)
            select $"{type.Name}.{limit.Name};",
            limit => Assert.Contains(limit, text, StringComparison.Ordinal));
    }

    /// <summary>The rows of the server's limits, of all groups.</summary>
    static IReadOnlyList<string> Rows { get; } =
    [
        .. SourceTree.Read("docs/limits.md").Split("## The operator")[0].Split('\n')
            .Where(line => line.Contains("| `Max", StringComparison.Ordinal)
                || line.Contains("| `Min", StringComparison.Ordinal)),
    ];

    static IReadOnlyList<(string Name, string Value)> Limits { get; } =
    [
        .. typeof(ServerLimits).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (field.Name, Format(field.GetValue(null)!))),
    ];

    /// <summary>Writes 33554432 as "32 MiB", 200 as "200" and a minute as "1 min".</summary>
    static string Format(object value) => value switch
    {
        TimeSpan { TotalMinutes: >= 1 } time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes} min"),
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s"),
        _ => Convert.ToInt64(value, CultureInfo.InvariantCulture) switch
        {
            var number when number > 0 && number % (1 << 30) == 0 => $"{number >> 30} GiB",
            var number when number > 0 && number % (1 << 20) == 0 => $"{number >> 20} MiB",
            var number when number > 0 && number % (1 << 10) == 0 => $"{number >> 10} KiB",
            var number => $"{number}",
        },
    };
}
