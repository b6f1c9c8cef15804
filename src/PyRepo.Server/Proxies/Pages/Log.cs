using Microsoft.Extensions.Logging;

namespace PyRepo.Server.Proxies.Pages;

static partial class Log
{
    [LoggerMessage(
        309, LogLevel.Warning, "The page of '{Project}' was not saved, and is served from memory: {Message}")]
    public static partial void PageNotSaved(ILogger logger, string project, string message);

    [LoggerMessage(
        315, LogLevel.Warning, "The files of '{Project}' were not all {Work}: {Message} They will be later.")]
    public static partial void NotExamined(ILogger logger, string project, string work, string message);

    [LoggerMessage(
        319, LogLevel.Warning, "The age of '{Project}', which a new file requires, is not known: {Message}")]
    public static partial void DependencyNotAsked(ILogger logger, string project, string message);

    [LoggerMessage(
        330, LogLevel.Warning,
        "Upstream replaced files of '{Project}' under their names ({Count}), as their hashes say: {Files}")]
    public static partial void FilesReplaced(ILogger logger, string project, int count, string files);
}
