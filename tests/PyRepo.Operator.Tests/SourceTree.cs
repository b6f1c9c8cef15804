using System.Runtime.CompilerServices;

namespace PyRepo.Operator.Tests;

/// <summary>The files of this repository.</summary>
static class SourceTree
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>A path below the root.</summary>
    public static string At(params ReadOnlySpan<string> names) => Path.Combine([Root, .. names]);

    static string ThisFile([CallerFilePath] string path = "") => path;
}
