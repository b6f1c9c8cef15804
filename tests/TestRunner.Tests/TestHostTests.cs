using System.Runtime.Versioning;

namespace TestRunner.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class TestHostTests : IDisposable
{
    const string Report = """
        <assemblies><assembly><collection>
          <test name="Shop.CartTests.Adds" type="Shop.CartTests" method="Adds" result="Pass" />
        </collection></assembly></assemblies>
        """;

    readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    readonly TestHost _host;

    public TestHostTests() => _host = new TestHost(_folder, "the shop");

    [Fact]
    public async Task The_results_are_in_the_report()
    {
        var run = await RunAsync($"echo '{Report}' > $5/$3");
        Assert.Equal(
            ("Shop.Tests", "Shop.CartTests.Adds"), (run.Assembly, Assert.Single(run.Cases).Method));
        Assert.Null(run.Problem);
    }

    [Fact]
    public async Task The_files_of_a_run_name_its_part()
    {
        await RunAsync($"echo '{Report}' > $5/$3");
        await RunAsync($"echo '{Report}' > $5/$3");
        Assert.Equal(
            [
                "the-shop.Shop.Tests.1.log", "the-shop.Shop.Tests.1.xml",
                "the-shop.Shop.Tests.2.log", "the-shop.Shop.Tests.2.xml",
            ],
            Directory.EnumerateFiles(_folder, "the-shop*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_program_receives_the_tests_to_run()
    {
        var run = await RunAsync("echo $@; exit 8", "--filter-method", "Shop.CartTests.Adds");
        Assert.EndsWith(" --filter-method Shop.CartTests.Adds", run.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("echo '<assemblies>' > $5/$3;")]
    public async Task A_crash_is_a_problem_that_shows_what_the_program_wrote(string report)
    {
        var run = await RunAsync($"{report} echo It crashed. >&2; exit 134");
        Assert.StartsWith(
            "Shop.Tests: It ended with status 134, without a report: ", run.Problem, StringComparison.Ordinal);
        Assert.EndsWith("\nIt crashed.", run.Problem, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>
    /// Runs a script in place of a test program: <c>$3</c> is the name of its report, and <c>$5</c> the folder.
    /// </summary>
    Task<HostRun> RunAsync(string script, params string[] filter)
    {
        var program = Path.Combine(_folder, "Shop.Tests");
        File.WriteAllText(program, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return _host.RunAsync(program, filter);
    }
}
