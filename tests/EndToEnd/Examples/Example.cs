using EndToEnd.Clients;

namespace EndToEnd.Examples;

/// <summary>
/// A copy of a directory of <c>examples</c>, in which the commands of its README are run as they stand there.
/// </summary>
public sealed class Example : IAsyncDisposable
{
    readonly ClientHome _home = new();
    readonly string _folder;
    readonly string[] _files;

    /// <summary>Copies a directory.</summary>
    public Example(string name)
    {
        // The charts are where they are in the repository.
        Directory.CreateSymbolicLink(_home.New("charts"), SourceTree.At("charts"));
        _folder = _home.Folder("examples", name);
        foreach (var file in SourceTree.Files(Path.Combine("examples", name), ""))
        {
            var copy = Path.Combine(_home.Folder(Path.GetDirectoryName(file)!), Path.GetFileName(file));
            File.Copy(SourceTree.At(file), copy);
        }
        _files = Files();
    }

    /// <summary>What is to happen each time before a server starts.</summary>
    public Func<Task> BeforeServing { get; init; } = () => Task.CompletedTask;

    /// <summary>Puts what belongs to this test's place into all files, the README's commands among them.</summary>
    public Example With(string text, string replacement)
    {
        var found = false;
        foreach (var path in _files.Select(file => Path.Combine(_folder, file)))
        {
            var before = File.ReadAllText(path);
            found |= before.Contains(text, StringComparison.Ordinal);
            File.WriteAllText(path, before.Replace(text, replacement, StringComparison.Ordinal));
        }
        Assert.True(found, $"The example has no {text} (any more).");
        return this;
    }

    /// <summary>
    /// Runs all commands of the README. Each block must succeed and print what the README says; after the clean-up
    /// nothing is left but the example's own files.
    /// </summary>
    public async Task RunAsync()
    {
        await using var terminal = new Terminal(_home, _folder) { BeforeServing = BeforeServing };
        await terminal.TypeAsync(ReadmeBlock.Read(Path.Combine(_folder, "README.md")));
        Assert.Equal(_files, Files());
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _home.Dispose();
        return ValueTask.CompletedTask;
    }

    string[] Files() =>
    [
        .. Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder, file)).Order(StringComparer.Ordinal),
    ];
}
