using System.Text.Json;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Server.Proxies.Policies;
using PyRepo.Server.Tests.Proxies.Policies;

namespace PyRepo.Server.Tests.Content.Repositories;

public sealed class ExplanationTests
{
    static readonly ProjectName _demo = ProjectName.Parse("demo");

    [Fact]
    public void An_explanation_of_another_server_is_reproduced_unchanged()
    {
        var verdict = new Verdict(
            "minimumAge", "7d", "is younger than 7d", PolicyFiles.Now, PolicyFiles.Now.AddDays(7));
        var vulnerability = new Vulnerability
        {
            Id = "PYSEC-2026-1",
            Aliases = ["CVE-2026-1"],
            Link = "https://example.com",
        };
        var project = PolicyFiles.Project("demo", PolicyFiles.Wheel("demo", "1.0"), PolicyFiles.Wheel("demo", "2.0"));
        var answer = new ProjectAnswer.Known(project with
        {
            Files =
            [
                project.Files.First(),
                project.Files.Last() with { HiddenBy = [verdict], Vulnerabilities = [vulnerability] },
            ],
        });
        var there = Serialize(Explanation.From(_demo, "2", answer)!);
        var here = Explanation.From(_demo, "2.0", new ProjectAnswer.Known(Parse(there).ToSnapshot(_demo)))!;
        Assert.Equal(there, Serialize(here with { Version = "2" }));
        Assert.Equal("demo-2.0-py3-none-any.whl", Assert.Single(here.Files).File);
        Assert.Equal(verdict, Assert.Single(here.Files[0].Rules));
    }

    [Fact]
    public void A_project_that_a_rule_makes_unknown_stays_so()
    {
        var verdict = new Verdict("allow", null, "is not named by any entry of 'allow'");
        var excluded = new ProjectAnswer.NotKnown(new ExcludedProject(verdict));
        var there = Parse(Serialize(Explanation.From(_demo, "1", excluded)!));
        Assert.False(there.Known);
        Assert.Equal(verdict, Assert.Single(there.Rules!));
        Assert.Null(Explanation.From(_demo, "1", new ProjectAnswer.NotKnown(new UnclaimedProject())));
    }

    [Fact]
    public void Files_of_a_quarantined_project_are_not_visible()
    {
        var project = PolicyFiles.Project("demo", PolicyFiles.Wheel("demo", "1.0")) with
        {
            Status = ProjectStatus.Quarantined,
            StatusReason = "malware",
        };
        var explained = Explanation.From(_demo, "1.0", new ProjectAnswer.Known(project))!;
        Assert.Equal(("quarantined", "malware"), (explained.Status, explained.StatusReason));
        Assert.False(Assert.Single(explained.Files).Visible);
    }

    static string Serialize(Explanation explanation) =>
        JsonSerializer.Serialize(explanation, ExplanationJson.Default.Explanation);

    static Explanation Parse(string json) => JsonSerializer.Deserialize(json, ExplanationJson.Default.Explanation)!;
}
