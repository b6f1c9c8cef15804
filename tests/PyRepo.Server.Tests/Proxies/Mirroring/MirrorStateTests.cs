using System.Globalization;
using PyRepo.Server.Proxies.Mirroring;
using PyRepo.Storage;
using PyRepo.Storage.Directories;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Proxies.Mirroring;

public sealed class MirrorStateTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly DirectoryStore _store;

    public MirrorStateTests() => _store = new DirectoryStore(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_saved_is_read_again()
    {
        var state = await OpenAsync();
        var one = new MirroredProject
        {
            Name = "one",
            Listed = 7,
            Serial = 6,
            IsComplete = true,
            Rules = "0a1b",
            ValidUntil = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
        };
        var two = new MirroredProject { Name = "two" };
        state.Set(two);
        state.Set(one);
        Assert.Equal([one, two], await ReadAsync(state));
        state.Header = new MirrorHeader { Upstream = "u", ListSerial = 9, Missing = ["typo"] };
        await state.SaveAsync();
        var next = await OpenAsync();
        Assert.Equal([one, two], await ReadAsync(next));
        Assert.Equal(("u", 9), (next.Header.Upstream, next.Header.ListSerial));
        Assert.Equal(["typo"], next.Header.Missing);
    }

    [Fact]
    public async Task A_save_of_a_few_projects_writes_these_alone_and_a_save_of_none_writes_nothing()
    {
        var state = await OpenAsync();
        for (var i = 0; i < 1000; i++)
            state.Set(new MirroredProject { Name = Name(i), Listed = i });
        await state.SaveAsync();
        var before = Files().ToDictionary(file => file.Name, file => file.LastWriteTimeUtc);
        await state.SaveAsync();
        Assert.Equal(before, Files().ToDictionary(file => file.Name, file => file.LastWriteTimeUtc));
        state.Set(new MirroredProject { Name = Name(3), Listed = 2000 });
        await state.SaveAsync();
        Assert.True(Files().Single(file => file.Name == "00000002.run").Length < 100);
        Assert.Equal(2000, (await ReadAsync(await OpenAsync()))[3].Listed);
    }

    [Fact]
    public async Task Many_saves_become_few_runs_and_what_was_removed_does_not_come_back()
    {
        var expected = new SortedDictionary<string, long?>(StringComparer.Ordinal);
        var random = new Random(5);
        var state = await OpenAsync();
        for (var save = 0; save < 100; save++)
        {
            for (var i = 0; i < 20; i++)
            {
                var (name, serial) = (Name(random.Next(200)), random.Next(1_000_000));
                var isRemoved = random.Next(3) == 0;
                state.Set(new MirroredProject { Name = name, Listed = serial, IsRemoved = isRemoved });
                if (isRemoved)
                    expected.Remove(name);
                else
                    expected[name] = serial;
            }
            await state.SaveAsync();
            if (save % 10 == 0)
                state = await OpenAsync();
        }
        Assert.Equal(expected, (await ReadAsync(state)).ToDictionary(p => p.Name, p => p.Listed));
        Assert.Equal(expected, (await ReadAsync(await OpenAsync())).ToDictionary(p => p.Name, p => p.Listed));
        Assert.InRange(Files().Count(), 2, 10);
    }

    [Fact]
    public async Task A_state_of_a_server_without_runs_is_taken_over()
    {
        await WriteAsync("state.json", """
            {"upstream":"u","listETag":"\"5\"","listedFor":"v","missing":["typo"],
             "lastSync":"2026-01-01T00:00:00+00:00","projects":{"two":{"listed":5,"isComplete":true,"serial":5,"rules":"a/b"},"one":{"listed":4}}}
            """);
        var state = await OpenAsync();
        var projects = await ReadAsync(state);
        Assert.Equal(["one", "two"], projects.Select(project => project.Name));
        Assert.True(projects[1].IsCurrent(MirroredProject.GetRules("a/b"), DateTimeOffset.UnixEpoch));
        Assert.Equal("\"5\"", state.Header.ListETag);
        await state.SaveAsync();
        var next = await OpenAsync();
        Assert.Equal(projects, await ReadAsync(next));
        Assert.Equal(("u", "v"), (next.Header.Upstream, next.Header.ListedFor));
        Assert.DoesNotContain(
            "projects\":{", await File.ReadAllTextAsync(_folder["mirror/state.json"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one - 1 - - -\ntwo - 1 - - -\n", "end is missing")]
    [InlineData("one - 1 - - -\n= 2\n", "another number")]
    [InlineData("two - 1 - - -\none - 1 - - -\n= 2\n", "not in order")]
    [InlineData("one - 1 -", "end is missing")]
    [InlineData("one ? 1 - - -\n= 1\n", "other fields")]
    [InlineData("one - x - - -\n= 1\n", "other fields")]
    [InlineData("one - 1 - 9223372036854775807 -\n= 1\n", "other fields")]
    [InlineData("one - 1 - -1 -\n= 1\n", "other fields")]
    [InlineData("One - 1 - - -\n= 1\n", "other fields")]
    [InlineData("", "end is missing")]
    public async Task A_damaged_run_is_said_to_be_one(string content, string reason)
    {
        var state = await OpenAsync();
        state.Set(new MirroredProject { Name = "one" });
        await state.SaveAsync();
        await WriteAsync("00000001.run", content);
        var next = await OpenAsync();
        var error = await Assert.ThrowsAsync<MirrorStateException>(() => ReadAsync(next));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_of_one_endless_line_is_not_read_to_its_end()
    {
        var state = await OpenAsync();
        state.Set(new MirroredProject { Name = "one" });
        await state.SaveAsync();
        await WriteAsync("00000001.run", new string('a', 1 << 20));
        var next = await OpenAsync();
        var error = await Assert.ThrowsAsync<MirrorStateException>(() => ReadAsync(next));
        Assert.Contains("too long", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state.json", "")]
    [InlineData("state.json", "null")]
    [InlineData("state.json", "{\"runs\":[")]
    [InlineData("state.json", null)]
    [InlineData("00000001.run", null)]
    public async Task A_state_of_which_a_part_is_missing_or_damaged_is_not_taken_for_a_new_one(
        string file, string? content)
    {
        var state = await OpenAsync();
        state.Set(new MirroredProject { Name = "one" });
        await state.SaveAsync();
        if (content is null)
            File.Delete(_folder[$"mirror/{file}"]);
        else
            await WriteAsync(file, content);
        await Assert.ThrowsAsync<MirrorStateException>(async () => await ReadAsync(await OpenAsync()));
    }

    [Fact]
    public async Task It_is_rebuilt_from_the_pages_in_the_store()
    {
        foreach (var key in (string[])["upstream/one.json", "upstream/two.json", "upstream/two/0.metadata"])
            await PutAsync(key, "x");
        await WriteAsync("00000007.run", "broken");
        var state = await MirrorState.RebuildAsync(_store, name => name.Value != "one", default);
        Assert.Equal(
            new MirroredProject { Name = "two", Listed = 0 }, Assert.Single(await ReadAsync(state)));
        await state.SaveAsync();
        Assert.Single(await ReadAsync(await OpenAsync()));
        Assert.Equal(["00000008.run", "state.json"], Files().Select(file => file.Name).Order());
    }

    [Fact]
    public async Task A_process_that_was_killed_between_two_writes_leaves_the_last_save()
    {
        var state = await OpenAsync();
        state.Set(new MirroredProject { Name = "one", Listed = 1 });
        await state.SaveAsync();
        await WriteAsync("00000002.run", "one - 2 - - -\n= 1\n");
        var next = await OpenAsync();
        Assert.Equal(1, Assert.Single(await ReadAsync(next)).Listed);
        next.Set(new MirroredProject { Name = "two", Listed = 2 });
        await next.SaveAsync();
        Assert.Equal([1, 2], (await ReadAsync(await OpenAsync())).Select(project => project.Listed));
        Assert.Equal(3, Files().Count());
    }

    [Fact]
    public async Task What_another_replica_has_saved_is_noticed()
    {
        var (mine, theirs) = (await OpenAsync(), await OpenAsync());
        Assert.True(await mine.IsCurrentAsync(default));
        mine.Set(new MirroredProject { Name = "one" });
        await mine.SaveAsync();
        Assert.True(await mine.IsCurrentAsync(default));
        Assert.False(await theirs.IsCurrentAsync(default));
        theirs = await OpenAsync();
        theirs.Set(new MirroredProject { Name = "two" });
        await theirs.SaveAsync();
        Assert.True(await theirs.IsCurrentAsync(default));
        Assert.False(await mine.IsCurrentAsync(default));
        Assert.Equal(["one", "two"], (await ReadAsync(await OpenAsync())).Select(project => project.Name));
    }

    [Fact]
    public async Task What_changes_while_it_is_read_is_not_lost()
    {
        var state = await OpenAsync();
        for (var i = 0; i < 100; i++)
            state.Set(new MirroredProject { Name = Name(i), Listed = 0 });
        await state.SaveAsync();
        await foreach (var project in state.ReadAsync(default))
        {
            state.Set(project with { Listed = 1 });
            await state.SaveAsync();
        }
        Assert.All(await ReadAsync(await OpenAsync()), project => Assert.Equal(1, project.Listed));
    }

    Task<MirrorState> OpenAsync() => MirrorState.OpenAsync(_store, default);

    static async Task<List<MirroredProject>> ReadAsync(MirrorState state) =>
        await state.ReadAsync(default).ToListAsync();

    static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"project-{i:D4}");

    IEnumerable<FileInfo> Files() => new DirectoryInfo(_folder["mirror"]).EnumerateFiles();

    Task WriteAsync(string file, string content)
    {
        Directory.CreateDirectory(_folder["mirror"]);
        return File.WriteAllTextAsync(_folder[$"mirror/{file}"], content);
    }

    async Task PutAsync(string key, string content)
    {
        await using var staged = await _store.StageAsync(null, null, default);
        await staged.AppendAsync(System.Text.Encoding.UTF8.GetBytes(content), default);
        await _store.CommitAsync(staged, key, WriteCondition.None, default);
    }
}
