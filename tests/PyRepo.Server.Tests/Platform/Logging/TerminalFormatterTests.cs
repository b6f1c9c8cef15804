using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Server.Platform.Logging;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Platform.Logging;

public sealed class TerminalFormatterTests
{
    readonly FakeClock _clock = new();

    string Time => _clock.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    [Fact]
    public void A_line_shows_the_local_time_the_level_and_the_message() =>
        Assert.Equal($"{Time} warning It failed.\n", Write("It failed."));

    [Fact]
    public void Text_of_a_client_cannot_move_the_cursor_or_begin_a_line() => Assert.Equal(
        $"{Time} warning /a\\u001B[2J\\u000D\\u000Ab\\u202Ec\\u2066\\u0085\\u007F é 包\n",
        Write("/a\u001b[2J\r\nb\u202ec\u2066\u0085\u007f é 包"));

    [Fact]
    public void An_exception_keeps_its_lines_below_the_message() => Assert.Equal(
        $"{Time} warning It failed.\n         System.IO.IOException: no\\u001B\n         12:00:00 error forged\n",
        Write("It failed.", new IOException("no\u001b\r\n12:00:00 error forged")));

    string Write(string message, Exception? exception = null)
    {
        using var text = new StringWriter { NewLine = "\n" };
        new TerminalFormatter(_clock).Write(
            new LogEntry<string>(LogLevel.Warning, "Server", 1, message, exception, (state, _) => state), null, text);
        return text.ToString();
    }
}
