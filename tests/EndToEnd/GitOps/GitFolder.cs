namespace EndToEnd.GitOps;

/// <summary>A Git repository on this machine, as a team would have one: the chart, and a folder of resources.</summary>
public sealed class GitFolder : IDisposable
{
    /// <summary>What the example <c>gitops</c> says instead of <see cref="Url"/>.</summary>
    public const string ExampleUrl = "https://git.example.com/platform.git";

    const string Repositories = "repositories";

    readonly TemporaryFolder _folder = new();

    /// <summary>What Argo CD is told.</summary>
    public string Url => $"file://{_folder.Path}";

    /// <summary>Makes one with the chart in it.</summary>
    public static async Task<GitFolder> CreateAsync()
    {
        var folder = new GitFolder();
        await folder.GitAsync("init", "--quiet", "--initial-branch", "main");
        (await new ProgramRun("cp", "-r", SourceTree.At("charts"), folder._folder.Path).RunAsync()).MustSucceed();
        return folder;
    }

    /// <summary>Puts a manifest into the folder of resources.</summary>
    public void Write(string name, string yaml) => _folder.Write(Path.Combine(Repositories, name), yaml);

    /// <summary>Takes it out again.</summary>
    public void Remove(string name) => File.Delete(_folder.At(Repositories, name));

    /// <summary>Commits all of it, and tells the commit.</summary>
    public async Task<string> CommitAsync(string message)
    {
        await GitAsync("add", "--all");
        await GitAsync(
            "-c", "user.name=tests", "-c", "user.email=tests@example.com", "commit", "--quiet", "--message", message);
        return await GitAsync("rev-parse", "HEAD");
    }

    /// <summary>Makes a commit that undoes the last one, and tells it.</summary>
    public async Task<string> RevertAsync()
    {
        await GitAsync("-c", "user.name=tests", "-c", "user.email=tests@example.com", "revert", "--no-edit", "HEAD");
        return await GitAsync("rev-parse", "HEAD");
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    async Task<string> GitAsync(params IReadOnlyList<string> arguments) =>
        (await new ProgramRun("git", ["-C", _folder.Path, .. arguments]).RunAsync()).MustSucceed().Output.Trim();
}
