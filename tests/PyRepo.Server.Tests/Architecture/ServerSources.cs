using System.Reflection;
using PyRepo.Server.Platform.Limits;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Architecture;

/// <summary>The sources of the server's program: of its own project, and of those that only it uses.</summary>
static class ServerSources
{
    public const string Server = "src/PyRepo.Server/";

    static readonly string[] _projects =
        ["src/PyRepo.Advisories", "src/PyRepo.Client", "src/PyRepo.Egress", "src/PyRepo.Server"];

    /// <summary>The assemblies of the program that are PyRepo's own, also those that the operator shares.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        typeof(ServerLimits).Assembly,
        .. typeof(ServerLimits).Assembly.GetReferencedAssemblies()
            .Where(name => name.Name!.StartsWith("PyRepo.", StringComparison.Ordinal)).Select(Assembly.Load),
    ];

    public static IEnumerable<string> Files() => _projects.SelectMany(project => SourceTree.Files(project, ".cs"));

    public static IEnumerable<(string File, string Text)> CodeLines() => _projects.SelectMany(SourceTree.CodeLines);

    /// <summary>The path below the server's project, or the whole path of a file in another.</summary>
    public static string GetPath(string file) =>
        file.StartsWith(Server, StringComparison.Ordinal) ? file[Server.Length..] : file;
}
