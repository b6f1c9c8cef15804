using PyRepo.Resources.Manifests;
using PyRepo.Server.Commands;

namespace PyRepo.Server.Tests.Commands;

public sealed class SkippedDocumentsTests
{
    [Fact]
    public void Nothing_is_reported_if_nothing_was_skipped() => Assert.Null(SkippedDocuments.Describe([]));

    [Fact]
    public void Each_file_is_named_once_with_the_kinds_in_it() => Assert.Equal(
        "skipped: a.yaml (Deployment, Service), b.yaml (not a Kubernetes object)",
        SkippedDocuments.Describe(
        [
            Ignored("a.yaml", "Deployment"), Ignored("a.yaml", "Service"), Ignored("a.yaml", "Deployment"),
            Ignored("b.yaml", ""),
        ]));

    [Fact]
    public void The_line_is_short_however_much_was_skipped()
    {
        var ignored = Enumerable.Range(0, 1000).Select(i => Ignored($"{i % 100}.yaml", $"Kind{i}\u001b[2J")).ToList();
        var line = SkippedDocuments.Describe(ignored)!;
        Assert.EndsWith(" and 92 more files", line, StringComparison.Ordinal);
        Assert.Contains("and 6 more kinds", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', line);
        Assert.True(line.Length < 1000);
    }

    static IgnoredDocument Ignored(string file, string kind) => new("v1", kind, new(file, 1, 1));
}
