using System.Globalization;
using System.Reflection;
using PyRepo.Operator.Limits;

namespace PyRepo.Operator.Tests.Hostile;

/// <summary><c>docs/limits.md</c> lists every limit of the operator with its value.</summary>
public sealed class LimitsPageTests
{
    [Fact]
    public void The_table_has_every_limit_with_its_value_and_no_other() => Assert.Equal(
        typeof(OperatorLimits).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => $"{field.Name}: {Format((int)field.GetRawConstantValue()!)}").Order(),
        SourceTree.Read("docs/limits.md").Split("## The operator")[1].Split('\n')
            .Where(line => line.Contains("| `Max", StringComparison.Ordinal))
            .Select(line => line.Split('|')).Select(row => $"{row[^2].Trim(' ', '`')}: {row[2].Trim()}").Order());

    /// <summary>Writes 65536 as "64 KiB" and 200 as "200".</summary>
    static string Format(int value) => value switch
    {
        _ when value % (1 << 20) == 0 => string.Create(CultureInfo.InvariantCulture, $"{value >> 20} MiB"),
        _ when value % (1 << 10) == 0 => string.Create(CultureInfo.InvariantCulture, $"{value >> 10} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
