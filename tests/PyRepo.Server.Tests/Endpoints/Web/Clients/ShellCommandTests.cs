using System.Diagnostics;
using PyRepo.Server.Endpoints.Web.Clients;

namespace PyRepo.Server.Tests.Endpoints.Web.Clients;

public sealed class ShellCommandTests
{
    public static TheoryData<string> Hostile =>
    [
        "demo==3.0|touch x", "demo==1!2.0", "$(touch x)", "`touch x`", "it's", "", " ", "a  b", "~", "-rf", "*", "\\",
        "a;b", "a&b", "a>b", "#a", "http://h/?a=1&b=2", "demo[cli]>=1,<2", "ünïcode", "\"", "'; touch x; '", "$HOME",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task An_argument_reaches_the_tool_as_it_is(string argument)
    {
        var command = new ShellCommand("printf", ["%s|", argument, "end"]).ToString();
        using var shell = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        Assert.Equal(
            $"{argument}|end|", await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("./data/.credentials/ours", "./data/.credentials/ours")]
    [InlineData("my data/$HOME", "'my data/$HOME'")]
    [InlineData("it's", @"'it'\''s'")]
    public void Only_what_a_shell_would_change_is_quoted(string argument, string quoted) =>
        Assert.Equal(quoted, ShellCommand.Quote(argument));

    [Theory]
    [InlineData("1.0\ntouch x")]
    [InlineData("1.0\r")]
    [InlineData("1.0\u001b[2J")]
    public void A_control_character_makes_no_command(string argument) =>
        Assert.Throws<ArgumentException>(() => new ShellCommand("pip", ["install", argument]).ToString());
}
