using System.CommandLine;
using System.Text.Encodings.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace PyRepo.Operator.Commands;

/// <summary>The log, on standard error: lines for people on a terminal, else JSON.</summary>
sealed class LoggingOptions
{
    readonly Option<string> _level = new Option<string>("--log-level")
    {
        Description = "The least severe messages that are logged: Debug, Information, Warning or Error.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => nameof(LogLevel.Information),
    }.AcceptOnlyFromAmong(
        nameof(LogLevel.Debug), nameof(LogLevel.Information), nameof(LogLevel.Warning), nameof(LogLevel.Error));

    /// <summary>Makes a command take them.</summary>
    public void AddTo(Command command) => command.Options.Add(_level);

    /// <summary>The log of a command line.</summary>
    public ServiceProvider Open(ParseResult parsed) => new ServiceCollection()
        .AddLogging(logging => Configure(logging, Enum.Parse<LogLevel>(parsed.GetRequiredValue(_level))))
        .BuildServiceProvider();

    static void Configure(ILoggingBuilder logging, LogLevel level)
    {
        logging.SetMinimumLevel(level);
        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (Console.IsErrorRedirected)
            logging.AddJsonConsole(json =>
            {
                json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                json.JsonWriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
        else
            logging.AddSimpleConsole(console => console.SingleLine = true);
    }
}
