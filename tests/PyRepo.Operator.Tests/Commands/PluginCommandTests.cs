using PyRepo.Operator.Commands.Plugin;

namespace PyRepo.Operator.Tests.Commands;

public sealed class PluginCommandTests
{
    [Fact]
    public void What_a_server_says_moves_no_cursor() => Assert.Equal(
        "ready\n\\u001B[2J\\u000D├─ 3 of 3\n", PluginCommand.Escape("ready\n\u001b[2J\r├─ 3 of 3\n"));
}
