using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Names;
using PyRepo.Server.Proxies.Mirroring;

namespace PyRepo.Server.Tests.Proxies.Mirroring;

public sealed class MirrorScopeTests
{
    [Theory]
    [InlineData("requests>=2", "requests", "2.0", true)]
    [InlineData("requests>=2", "requests", "1.0", false)]
    [InlineData("requests>=2", "flask", "2.0", false)]
    [InlineData("acme-*", "acme-lib", "1.0", true)]
    [InlineData("", "anything", "1.0", true)]
    public void It_contains_the_required_projects_or_everything_without_requirements(
        string requirement, string project, string version, bool isContained)
    {
        var scope = new MirrorScope(requirement.Length == 0 ? [] : [requirement]);
        var name = ProjectName.Parse(project);
        Assert.True(DistributionFileName.TryParse(
            $"{project.Replace('-', '_')}-{version}-py3-none-any.whl", name, out var file));
        Assert.Equal(isContained, scope.Contains(file));
    }

    [Fact]
    public void A_few_named_projects_are_asked_one_by_one_and_patterns_and_many_need_the_list()
    {
        Assert.Equal(
            ["flask", "requests"], new MirrorScope(["Flask", "requests>=2"]).Named!.Value.Select(n => n.Value));
        Assert.Null(new MirrorScope(["flask", "acme-*"]).Named);
        Assert.Null(new MirrorScope([]).Named);
        Assert.Null(new MirrorScope([.. Enumerable.Range(0, 21).Select(i => $"project-{i}")]).Named);
    }

    [Fact]
    public void Names_that_the_list_lacks_are_missing_and_patterns_never_are() => Assert.Equal(
        ["typo"], new MirrorScope(["flask", "Typo", "acme-*"]).Missing([ProjectName.Parse("flask")]));

    [Theory]
    [InlineData("upstream/requests.json", true)]
    [InlineData("upstream/flask.json", false)]
    [InlineData("packages/requests/@01ARZ3NDEKTSV4RRFFQ69G5FAV/requests-2.0.tar.gz", true)]
    [InlineData("packages/requests/@01ARZ3NDEKTSV4RRFFQ69G5FAV/requests-1.0.tar.gz", false)]
    [InlineData("packages/flask/@01ARZ3NDEKTSV4RRFFQ69G5FAV/flask-2.0.tar.gz", false)]
    [InlineData("seen-projects.bin", false)]
    public void A_mirrored_page_or_file_is_recognized_by_its_key(string key, bool isContained) =>
        Assert.Equal(isContained, MirroredKeys.Contains(new MirrorScope(["requests>=2"]), key));

    [Fact]
    public void A_project_is_current_until_its_serial_the_rules_or_a_verdict_change()
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var project = new MirroredProject
        {
            IsComplete = true,
            Listed = 7,
            Serial = 7,
            Rules = "a",
            ValidUntil = now.AddDays(1),
        };
        Assert.True(project.IsCurrent("a", now));
        Assert.False(project.IsCurrent("b", now));
        Assert.False(project.IsCurrent("a", now.AddDays(1)));
        Assert.False((project with { Listed = 8 }).IsCurrent("a", now));
        Assert.False((project with { IsComplete = false }).IsCurrent("a", now));
        Assert.False((project with { Listed = null, Serial = null }).IsCurrent("a", now));
    }
}
