using PyRepo.Server.Platform.Limits;

namespace PyRepo.Server.Platform.Logging;

/// <summary>An exception as it is logged: with a bounded length.</summary>
sealed class LoggedException : Exception
{
    readonly string _text;

    LoggedException(string message, string text) : base(message) => _text = text;

    /// <summary>Returns the exception, or what may be logged of it.</summary>
    public static Exception? Of(Exception? exception)
    {
        var text = exception?.ToString();
        return text is null || text.Length <= ServerLimits.MaxLoggedExceptionLength
            ? exception
            : new LoggedException(
                LogLine.Cut(exception!.Message, ServerLimits.MaxLogValueLength),
                LogLine.Cut(text, ServerLimits.MaxLoggedExceptionLength));
    }

    /// <inheritdoc/>
    public override string ToString() => _text;
}
