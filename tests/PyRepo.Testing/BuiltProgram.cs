namespace PyRepo.Testing;

/// <summary>
/// A program of the product, as tests start it: as published for the images, in the folder of its name below
/// <c>PYREPO_PROGRAMS</c>; where that is not set, as the build made it, beside the tests.
/// </summary>
/// <param name="Project">The project that makes it.</param>
/// <param name="Name">The name of its file.</param>
public sealed record BuiltProgram(string Project, string Name)
{
    /// <summary>The server.</summary>
    public static BuiltProgram Server { get; } = new("PyRepo.Server", "pyrepo");

    /// <summary>The operator.</summary>
    public static BuiltProgram Operator { get; } = new("PyRepo.Operator", "pyrepo-operator");

    /// <summary>Where it lies.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    public string Path => Published is { } published
        ? Existing(System.IO.Path.Combine(published, Name), "images/programs.sh")
        : Existing(Output, "dotnet build");

    /// <summary>Whether tests start the programs of the images, which are compiled ahead of time.</summary>
    public static bool IsCompiledAhead => Published is not null;

    static string? Published =>
        Environment.GetEnvironmentVariable("PYREPO_PROGRAMS") is { Length: > 0 } folder ? folder : null;

    /// <summary>The folder that the build made, in the tests' own configuration.</summary>
    public string Output
    {
        get
        {
            var tests = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
            return System.IO.Path.Combine(tests.Parent!.Parent!.FullName, Project, tests.Name);
        }
    }

    string Existing(string folder, string command)
    {
        var path = System.IO.Path.Combine(folder, Name);
        return File.Exists(path) ? path
            : throw new FileNotFoundException($"{path} is not there: run {command} first.");
    }
}
