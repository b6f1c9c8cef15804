using System.Diagnostics;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Storage.Tests;

/// <summary>What else is in a folder neither ends a listing nor is listed.</summary>
public sealed class DirectoryListingTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly List<SkippedEntry> _skipped = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a\\b", "backslash or a control character")]
    [InlineData("a\nb", "backslash or a control character")]
    [InlineData("a\u001bb", "backslash or a control character")]
    [InlineData("a\u007fb", "backslash or a control character")]
    public async Task A_name_that_is_not_a_key_is_skipped_with_a_reason(string name, string reason)
    {
        _folder.Write("packages/good", "good");
        _folder.Write($"packages/{name}", "bad");
        _folder.Write($"packages/{name}s/below", "bad");
        Assert.Equal(["packages/good"], await KeysAsync());
        Assert.Equal([$"packages/{name}", $"packages/{name}s/"], _skipped.Select(s => s.Name));
        Assert.All(_skipped, s => Assert.Contains(reason, s.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_that_is_not_UTF8_is_skipped_with_a_reason()
    {
        _folder.Write("packages/good", "good");
        Run("sh", "-c", $"printf bad > \"$(printf '{_folder["packages"]}/b\\377d')\"");
        Assert.Equal(["packages/good"], await KeysAsync());
        Assert.Contains("not valid UTF-8", Assert.Single(_skipped).Reason, StringComparison.Ordinal);
        Run("rm", "-r", _folder["packages"]); // .NET cannot remove it
    }

    [Fact]
    public async Task A_path_that_is_too_long_is_skipped_with_a_reason()
    {
        _folder.Write("packages/good", "good");
        _folder.Write($"packages/{string.Join('/', Enumerable.Repeat(new string('d', 200), 6))}/deep", "bad");
        Assert.Equal(["packages/good"], await KeysAsync());
        Assert.Contains("longer than 1024 bytes", Assert.Single(_skipped).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Links_to_the_folder_itself_are_not_followed()
    {
        _folder.Write("packages/good", "good");
        File.CreateSymbolicLink(_folder["packages/one"], ".");
        File.CreateSymbolicLink(_folder["packages/two"], ".");
        Assert.Equal(["packages/good"], await KeysAsync());
        Assert.Equal(["packages/one", "packages/two"], _skipped.Select(s => s.Name));
        Assert.All(_skipped, s => Assert.Contains("symbolic link", s.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_link_in_the_root_is_followed_because_an_administrator_put_it_there()
    {
        _folder.Write("other/good", "good");
        _folder.Folder("data");
        File.CreateSymbolicLink(_folder["data/packages"], "../other");
        File.CreateSymbolicLink(_folder["link"], "data");
        Assert.Equal(["packages/good"], await KeysAsync("link"));
        Assert.Empty(_skipped);
    }

    [Fact]
    public async Task A_link_to_a_file_and_what_is_no_file_are_neither_listed_nor_opened()
    {
        _folder.Write("packages/good", "good");
        File.CreateSymbolicLink(_folder["packages/link"], "good");
        Run("mkfifo", _folder["packages/pipe"]);
        Assert.Equal(["packages/good"], await KeysAsync());
        Assert.Equal(["packages/link", "packages/pipe"], _skipped.Select(s => s.Name));
        var store = new DirectoryStore(_folder.Path);
        Assert.Null(await store.OpenAsync("packages/link", default));
        Assert.Null(await store.OpenAsync("packages/pipe", default));
        Assert.Null(await store.OpenAsync("packages", default));
        Assert.Null(await store.StatAsync("packages/pipe", default));
    }

    [Fact]
    public async Task A_time_beyond_the_year_9999_becomes_the_latest_possible_one()
    {
        var path = _folder.Write("packages/good", "good");
        Run("touch", "-d", "@999999999999", path);
        var store = new DirectoryStore(_folder.Path);
        await using var opened = await store.OpenAsync("packages/good", default);
        Assert.Equal(opened!.Object, await store.StatAsync("packages/good", default));
    }

    async Task<List<string>> KeysAsync(string root = "")
    {
        var keys = new List<string>();
        await foreach (var found in new DirectoryStore(_folder[root])
            .ListAsync("packages/", null, _skipped.Add, default))
        {
            keys.Add(found.Key);
        }
        return keys;
    }

    static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
