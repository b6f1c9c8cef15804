using EndToEnd.Clients;
using EndToEnd.Examples;

namespace EndToEnd.Pages;

/// <summary>A page of <c>docs</c> whose blocks marked <c>sh</c> are typed in a folder of the test's own.</summary>
public sealed class LaptopPage : IAsyncDisposable
{
    readonly ClientHome _home = new();
    readonly string _name;
    string _text;

    /// <summary>Reads a page.</summary>
    public LaptopPage(string name)
    {
        _name = name;
        _text = SourceTree.Read($"docs/{name}");
        // The clients read their own files here, as a user's do.
        foreach (var variable in (string[])["UV_NO_CONFIG", "PIP_CONFIG_FILE"])
            _home.Environment.Remove(variable);
    }

    /// <summary>Puts what belongs to this test's place into the page.</summary>
    public LaptopPage With(string text, string replacement)
    {
        Assert.Contains(text, _text, StringComparison.Ordinal);
        _text = _text.Replace(text, replacement, StringComparison.Ordinal);
        return this;
    }

    /// <summary>Sets what the reader has in the environment.</summary>
    public LaptopPage WithVariable(string name, string value)
    {
        _home.Environment[name] = value;
        return this;
    }

    /// <summary>Writes what the reader has in a file of the home folder.</summary>
    public LaptopPage WithHomeFile(string name, string text)
    {
        File.WriteAllText(Path.Combine(_home.Environment["HOME"], name), text);
        return this;
    }

    /// <summary>Types all blocks. Each must succeed and print what the page says.</summary>
    public async Task TypeAsync()
    {
        var folder = _home.Folder("work");
        var blocks = ReadmeBlock.Read(_home.Write(_name, _text));
        Assert.NotEmpty(blocks);
        await using var terminal = new Terminal(_home, folder);
        await terminal.TypeAsync(blocks);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _home.Dispose();
        return ValueTask.CompletedTask;
    }
}
