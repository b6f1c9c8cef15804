using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PyRepo.Release.Files;

namespace PyRepo.Release.Tests;

/// <summary>What signs a release runs no tests, and runs what was looked at: actions and images by digest.</summary>
public sealed partial class WorkflowTests
{
    const string Folder = ".github/workflows";

    static IEnumerable<string> Workflows => SourceTree.Files(Folder, ".yml");

    static IEnumerable<(string Name, JsonObject Job)> Jobs =>
        from file in Workflows
        from job in Read(file)["jobs"]!.AsObject()
        select ($"{file}: {job.Key}", job.Value!.AsObject());

    [Fact]
    public void Each_action_is_named_by_the_digest_of_its_commit() => Assert.Empty(
        from file in Workflows
        from line in SourceTree.Read(file).Split('\n')
        where line.Contains("uses:", StringComparison.Ordinal)
            && !line.Contains("uses: ./", StringComparison.Ordinal) && !PinnedAction.IsMatch(line)
        select $"{file}: {line}");

    [Fact]
    public void Each_image_is_named_by_its_digest() => Assert.All(
        Jobs.Where(job => job.Job.ContainsKey("steps")),
        job => Assert.Matches("^debian:bookworm@sha256:[0-9a-f]{64}$", (string)job.Job["container"]!["image"]!));

    [Fact]
    public void A_workflow_may_only_read_unless_a_job_says_otherwise() => Assert.All(
        Workflows, file => Assert.Equal("""{"contents":"read"}""", Read(file)["permissions"]!.ToJsonString()));

    [Fact]
    public void No_checkout_leaves_a_token_behind() => Assert.All(
        Jobs.SelectMany(job => Steps(job.Job)).Where(step => IsOf(step, "actions/checkout@")),
        step => Assert.False((bool)step["with"]!["persist-credentials"]!));

    [Fact]
    public void What_has_a_secret_or_may_write_runs_no_tests()
    {
        var trusted = Jobs.Where(job => job.Job.ToJsonString() is var text
            && (text.Contains("secrets", StringComparison.Ordinal)
                || text.Contains("write", StringComparison.Ordinal)));
        var (_, release) = Assert.Single(trusted);
        Assert.Equal("test", (string)release["needs"]!);
        Assert.Equal("release", (string)release["environment"]!);
        Assert.DoesNotContain(Steps(release), step => TestRun.IsMatch((string?)step["run"] ?? ""));
        Assert.Contains(Steps(release), step => IsOf(step, "actions/checkout@"));
    }

    [Fact]
    public void A_release_is_tested_first_with_the_right_to_read_alone()
    {
        var test = Read($"{Folder}/release.yml")["jobs"]!["test"]!.AsObject();
        Assert.Equal(
            """{"uses":"./.github/workflows/ci.yml","permissions":{"contents":"read"}}""", test.ToJsonString());
        Assert.Contains(Steps(Read($"{Folder}/ci.yml")["jobs"]!["test"]!), step => (string?)step["run"] == ".ci/run");
    }

    [Fact]
    public void Each_run_has_the_SDK_of_the_locked_packages_and_makes_sure() => Assert.All(
        Jobs.Where(job => job.Job.ContainsKey("steps")), job =>
        {
            Assert.Single(
                Steps(job.Job), step => IsOf(step, "actions/setup-dotnet@")
                    && Version.IsMatch((string)step["with"]!["dotnet-version"]!));
            Assert.Contains(
                Steps(job.Job), step => ((string?)step["run"] ?? "").StartsWith(
                    "test \"$(dotnet msbuild src/PyRepo.Server -getProperty:RestoreLockedMode)\" = true",
                    StringComparison.Ordinal));
        });

    static JsonObject Read(string file) => YamlFile.Parse(SourceTree.Read(file))[0];

    static IEnumerable<JsonNode> Steps(JsonNode job) => job["steps"]?.AsArray().Select(step => step!) ?? [];

    static bool IsOf(JsonNode step, string action) =>
        ((string?)step["uses"] ?? "").StartsWith(action, StringComparison.Ordinal);

    [GeneratedRegex("uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9.]+$", RegexOptions.CultureInvariant)]
    static partial Regex PinnedAction { get; }

    [GeneratedRegex(@"\.ci/run|\bdev (test|bench|crash)\b|dotnet test", RegexOptions.CultureInvariant)]
    static partial Regex TestRun { get; }

    [GeneratedRegex(@"^10\.0\.[0-9]{3}$", RegexOptions.CultureInvariant)]
    static partial Regex Version { get; }
}
