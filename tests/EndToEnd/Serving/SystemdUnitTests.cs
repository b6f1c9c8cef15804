using System.Globalization;

namespace EndToEnd.Serving;

/// <summary>The unit in <c>docs</c> is one that systemd and the program accept.</summary>
public sealed class SystemdUnitTests
{
    static readonly string[] _unit = File.ReadAllLines(SourceTree.At("docs", "pyrepo.service"));

    static string[] Command => GetValue("ExecStart").Split(' ');

    [Fact]
    public async Task Systemd_accepts_the_unit()
    {
        Assert.SkipUnless(
            File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is missing: apt-get install systemd.");
        using var folder = new TemporaryFolder();
        var unit = folder.Write(
            "pyrepo.service",
            string.Join('\n', _unit).Replace(Command[0], PyRepoProgram.Path, StringComparison.Ordinal));
        var result = (await new ProgramRun("systemd-analyze", "verify", unit).RunAsync()).MustSucceed();
        Assert.DoesNotContain("pyrepo.service", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_knows_the_options_in_the_unit()
    {
        var help = (await PyRepoProgram.RunAsync(Command[1], "--help")).MustSucceed();
        foreach (var option in Command.Where(word => word.StartsWith('-')))
            help.MustSay(option);
    }

    [Fact]
    public void The_unit_waits_longer_than_the_server_drains()
    {
        var drain = Command[Array.IndexOf(Command, "--drain") + 1];
        Assert.True(Seconds(GetValue("TimeoutStopSec")) > Seconds(drain));
    }

    static string GetValue(string setting) => _unit.Single(
        line => line.StartsWith($"{setting}=", StringComparison.Ordinal))[(setting.Length + 1)..];

    static int Seconds(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
