namespace EndToEnd;

/// <summary>The built program <c>pyrepo</c>.</summary>
public static class PyRepoProgram
{
    /// <summary>Where it lies.</summary>
    public static string Path { get; } = BuiltProgram.Server.Path;

    /// <summary>Runs it to its end with these arguments.</summary>
    public static Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) =>
        new ProgramRun(Path, arguments).RunAsync();
}
