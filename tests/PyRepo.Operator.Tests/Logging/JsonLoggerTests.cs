using System.Text;
using Microsoft.Extensions.Logging;
using PyRepo.Operator.Logging;

namespace PyRepo.Operator.Tests.Logging;

public sealed partial class JsonLoggerTests
{
    readonly MemoryStream _output = new();

    [Fact]
    public void A_line_has_the_names_of_NETs_own_console()
    {
        Warn(Logger(), "Secret", "a", 3);
        Assert.Equal(
            """
            {"Timestamp":"2001-01-01T00:00:00.000Z","EventId":7,"LogLevel":"Warning","Category":"PyRepo.Operator","Message":"Secret in 'a' has 3 <ä>.","State":{"Kind":"Secret","Namespace":"a","Count":3,"{OriginalFormat}":"{Kind} in '{Namespace}' has {Count} <ä>."}}

            """,
            Encoding.UTF8.GetString(_output.ToArray()));
    }

    [Fact]
    public void An_exception_stays_on_the_line()
    {
        Fail(Logger(), new IOException("one\ntwo"));
        var line = Encoding.UTF8.GetString(_output.ToArray());
        Assert.Contains(""","Exception":"System.IO.IOException: one\ntwo",""", line, StringComparison.Ordinal);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public void Less_severe_messages_are_not_logged()
    {
        Note(Logger());
        Assert.Equal(0, _output.Length);
    }

    [LoggerMessage(7, LogLevel.Warning, "{Kind} in '{Namespace}' has {Count} <ä>.")]
    static partial void Warn(ILogger logger, string kind, string @namespace, int count);

    [LoggerMessage(8, LogLevel.Error, "It failed.")]
    static partial void Fail(ILogger logger, Exception error);

    [LoggerMessage(9, LogLevel.Debug, "Nobody asked.")]
    static partial void Note(ILogger logger);

    JsonLogger Logger() => new("PyRepo.Operator", LogLevel.Information, _output, new FixedClock());

    sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
