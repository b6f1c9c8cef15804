namespace EndToEnd;

/// <summary>The built program <c>pyrepo</c>.</summary>
public static class PyRepoProgram
{
    /// <summary>Where it lies: beside the tests in the build's output, built in the same way.</summary>
    public static string Path { get; } = Find();

    /// <summary>Runs it to its end with these arguments.</summary>
    public static Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) =>
        new ProgramRun(Path, arguments).RunAsync();

    static string Find()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var path = System.IO.Path.Combine(output.Parent!.Parent!.FullName, "PyRepo.Server", output.Name, "pyrepo");
        return File.Exists(path) ? path
            : throw new FileNotFoundException($"{path} is not there: run dotnet build first.");
    }
}
