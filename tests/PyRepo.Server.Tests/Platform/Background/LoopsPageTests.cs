using System.Text.RegularExpressions;
using PyRepo.Server.Tests.Architecture;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Platform.Background;

/// <summary><c>docs/operations.md</c> explains every loop, which <c>/status</c> and the metrics name.</summary>
public sealed partial class LoopsPageTests
{
    [Fact]
    public void The_page_has_every_loop_and_no_other()
    {
        var page = File.ReadAllText(SourceTree.At("docs", "operations.md"));
        var table = page.Split("\n| `loop` | Work |\n")[1].Split("\n\n")[0];
        var told = table.Split('\n').SelectMany(row => Quoted.Matches(row.Split(" | ")[0]))
            .Select(name => name.Groups["name"].Value);
        Assert.Equal(LoopsInSource().Distinct().Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    static IEnumerable<string> LoopsInSource() =>
        from file in ServerSources.Files()
        from Match use in Loop.Matches(SourceTree.Read(file))
        select use.Groups["name"].Value.Replace("{name}", "NAME", StringComparison.Ordinal);

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.CultureInvariant)]
    static partial Regex Quoted { get; }

    /// <summary><c>RunAsync("garbage", …</c>.</summary>
    [GeneratedRegex(
        """\b(?:[Ll]oops\.Run(?:Once)?|RunAsLeader)Async\(\s*\$?"(?<name>[^"]+)"\s*,""", RegexOptions.CultureInvariant)]
    static partial Regex Loop { get; }
}
